"""The form as a sheet of paper: headings and a grid of cells, before it is Word or picture.

Three layouts, as units really return a form that they typed anew: the unit in a
paragraph above the table, in a row with spaced labels, or in a row with colons.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from intake.demo.papers.content import Category, FormContent


class SheetLayout(StrEnum):
    """Where the unit stands, and how the labels are written."""

    UNIT_ABOVE = "unit-above"
    UNIT_ROW = "unit-row"
    COLONS = "colons"


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph outside the table."""

    text: str
    kind: Literal["annex", "title", "plain"] = "plain"


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A cell: `span` columns wide and `down` rows high.

    `closing` are right-aligned lines at its foot; `seal` is the name on the seal
    that belongs over them; a `flows` cell may break across pages.
    """

    text: str
    span: int = 1
    down: int = 1
    label: bool = False
    min_height_mm: float = 9.0
    closing: tuple[str, ...] = ()
    seal: str = ""
    flows: bool = False
    photo: bool = False


@dataclass(frozen=True, slots=True)
class SampleSheet:
    """A whole form; a cell merged downwards stands only in its first row, at the right end."""

    above: tuple[Line, ...]
    widths_mm: tuple[float, ...]
    rows: tuple[tuple[SheetCell, ...], ...]
    below: tuple[Line, ...] = ()


LABELS: dict[str, tuple[str, str, str]] = {
    "unit": ("推荐单位", "推 荐 单 位", "推荐单位："),
    "name": ("姓名", "姓    名", "姓名："),
    "sex": ("性别", "性    别", "性别："),
    "nation": ("民族", "民    族", "民族："),
    "birth": ("出生年月", "出生年月", "出生年月："),
    "politics": ("政治面貌", "政治面貌", "政治面貌："),
    "education": ("学历", "文化程度", "学历："),
    "post": ("工作单位及职务", "工作单位及职务", "工作单位及职务："),
    "phone": ("联系电话", "联系电话", "联系电话："),
    "service_years": ("参加科技志愿服务年限", "参加科技志愿服务年限", "参加科技志愿服务年限："),
    "registered": ("是否在“大美志愿”注册", "是否在“大美志愿”注册", "是否在“大美志愿”注册："),
    "honours": ("获奖情况", "获 奖 情 况", "获奖情况："),
    "organisation": ("组织名称", "组 织 名 称", "组织名称："),
    "project": ("项目名称", "项 目 名 称", "项目名称："),
    "site": ("服务点名称", "服务点名称", "服务点名称："),
    "body": ("所在单位", "所 在 单 位", "所在单位："),
    "leader": ("负责人", "负 责 人", "负责人："),
    "address": ("通讯地址", "通讯地址", "通讯地址："),
    "founded_years": ("成立时间", "成立时间", "成立时间："),
    "members": ("注册志愿者人数", "注册志愿者人数", "注册志愿者人数："),
    "active_share": (
        "经常参与志愿服务的志愿者比例",
        "经常参与志愿服务的志愿者比例",
        "经常参与志愿服务的志愿者比例：",
    ),
    "brands": ("品牌项目数量", "品牌项目数量", "品牌项目数量："),
    "activities": ("活动场次", "活 动 场 次", "活动场次："),
    "running_years": ("项目实施时间", "项目实施时间", "项目实施时间："),
    "team": ("团队科技志愿者人数", "团队科技志愿者人数", "团队科技志愿者人数："),
    "resident_share": ("居民参与志愿服务比例", "居民参与志愿服务比例", "居民参与志愿服务比例："),
    "teams": ("科技志愿服务队伍数量", "科技志愿服务队伍数量", "科技志愿服务队伍数量："),
    "activity_kinds": ("活动类别数", "活动类别数", "活动类别数："),
    "deeds": ("主要事迹", "主 要 事 迹", "主要事迹："),
    "filled_on": ("填表日期", "填 表 日 期", "填表日期："),
}
"""The label of each field in each layout."""

_ORDER = tuple(SheetLayout)

_PAIRS: dict[Category, tuple[tuple[str, ...], ...]] = {
    "volunteer": (
        ("name", "sex"),
        ("nation", "birth"),
        ("politics", "education"),
        ("phone", "service_years"),
        ("post",),
        ("registered",),
    ),
    "organisation": (
        ("organisation",),
        ("body",),
        ("leader", "phone"),
        ("founded_years", "members"),
        ("active_share", "brands"),
        ("activities", "registered"),
    ),
    "project": (
        ("project",),
        ("body",),
        ("leader", "phone"),
        ("running_years", "team"),
        ("registered",),
    ),
    "site": (
        ("site",),
        ("body",),
        ("address",),
        ("leader", "phone"),
        ("resident_share", "teams"),
        ("activity_kinds", "registered"),
    ),
}

_NOMINEE_FIELD: dict[Category, str] = {
    "volunteer": "name",
    "organisation": "organisation",
    "project": "project",
    "site": "site",
}

_PHOTO_ROWS = 4
_WIDTHS_WITH_PHOTO = (28.0, 38.0, 32.0, 36.0, 32.0)
_WIDTHS = (34.0, 49.0, 38.0, 45.0)


def sheet_of(content: FormContent, layout: SheetLayout) -> SampleSheet:
    """The form of that content in that layout."""
    with_photo = content.category == "volunteer"
    widths = _WIDTHS_WITH_PHOTO if with_photo else _WIDTHS
    columns = len(widths)
    rows = _field_rows(content, layout, with_photo)
    if layout is not SheetLayout.UNIT_ABOVE:
        label = SheetCell(_label("unit", layout), label=True)
        rows.insert(0, (label, SheetCell(content.unit, span=columns - 1)))
    rows.append(_wide("deeds", content.deeds, layout, columns, height=70, flows=True))
    rows.append(_wide("honours", content.values.get("honours", ""), layout, columns, height=16))
    rows.append(_opinion("所在单位", content.body, content, layout, columns))
    rows.append(_opinion("推荐单位", content.unit_seal, content, layout, columns))
    if layout is SheetLayout.UNIT_ROW:
        rows.append(_wide("filled_on", content.filled_on_text, layout, columns))
    return SampleSheet(_heading(content, layout), widths, tuple(rows), _foot(content, layout))


def _label(field: str, layout: SheetLayout) -> str:
    return LABELS[field][_ORDER.index(layout)]


def _value(field: str, content: FormContent) -> str:
    if field == _NOMINEE_FIELD[content.category]:
        return content.nominee
    return content.body if field == "body" else content.values.get(field, "")


def _field_rows(content: FormContent, layout: SheetLayout, with_photo: bool) -> list[tuple[SheetCell, ...]]:
    """The rows of figures; the photo's cell stands at the right of the first four."""
    rows: list[tuple[SheetCell, ...]] = []
    for index, fields in enumerate(_PAIRS[content.category]):
        beside_photo = with_photo and index < _PHOTO_ROWS
        columns = 4 if beside_photo or not with_photo else 5
        boxes: list[SheetCell] = []
        for field in fields:
            span = columns - 1 if len(fields) == 1 else 1
            boxes += [
                SheetCell(_label(field, layout), label=True),
                SheetCell(_value(field, content), span=span),
            ]
        if with_photo and index == 0:
            boxes.append(SheetCell("照片", down=_PHOTO_ROWS, label=True, photo=True))
        rows.append(tuple(boxes))
    return rows


def _wide(
    field: str, text: str, layout: SheetLayout, columns: int, height: float = 9.0, *, flows: bool = False
) -> tuple[SheetCell, ...]:
    label = SheetCell(_label(field, layout), label=True, min_height_mm=height)
    return label, SheetCell(text, span=columns - 1, min_height_mm=height, flows=flows)


def _opinion(
    who: str, seal: str, content: FormContent, layout: SheetLayout, columns: int
) -> tuple[SheetCell, ...]:
    """所在单位意见 and 推荐单位意见: the printed place of the seal differs between layouts."""
    label, closing = {
        SheetLayout.UNIT_ABOVE: (f"{who}意见", ("（盖章）", content.filled_on_text)),
        SheetLayout.UNIT_ROW: (f"{who}\n意    见\n（盖章）", (content.filled_on_text,)),
        SheetLayout.COLONS: (f"{who}意见（盖章）：", ("（盖章）", content.filled_on_text)),
    }[layout]
    box = SheetCell("情况属实，同意推荐。", columns - 1, min_height_mm=52, closing=closing, seal=seal)
    return SheetCell(label, label=True, min_height_mm=52), box


def _heading(content: FormContent, layout: SheetLayout) -> tuple[Line, ...]:
    title = Line(content.title, "title")
    if layout is SheetLayout.UNIT_ABOVE:
        plain = Line(f"推荐单位：{content.unit}　　填表日期：{content.filled_on_text}")
        return Line("附件", "annex"), title, plain
    if layout is SheetLayout.UNIT_ROW:
        return Line("附件", "annex"), title
    return (title,)


def _foot(content: FormContent, layout: SheetLayout) -> tuple[Line, ...]:
    return (Line(f"填表日期：{content.filled_on_text}"),) if layout is SheetLayout.COLONS else ()
