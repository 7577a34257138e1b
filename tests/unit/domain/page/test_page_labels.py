"""Labels and values that wrap in their cells: whose line is whose, told by places alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from intake.domain.model.inspection import Box, Expected, Likeness, ScanLine, ScanPage
from intake.domain.page import comparison
from intake.domain.page.cells import layout
from intake.domain.page.geometry import rows, spots_of
from intake.domain.page.vocabulary import CUSTOMARY

CHAR, LINE, LINE_BOX = 0.02, 0.019, 0.022
TITLE = ("科技志愿服务先进典型推荐表",)
UNIT = "中国自然科学博物馆学会"
CATEGORY = "最佳科技志愿服务项目"
NAME = "“小小工程师”流动科技馆进校园志愿服务项目"

Cell = tuple[str, ...]
Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Look:
    """How a table is set: white above and below the lines of a row, and where they stand in the cell."""

    white: float = 0.008
    centred: bool = True
    middle: bool = True


LOOKS = [
    Look(white, centred, middle)
    for white in (0.004, 0.012)
    for centred in (True, False)
    for middle in (True, False)
]


def page(rows: Sequence[Row], look: Look, columns: Sequence[float] = (0.1, 0.24, 0.54, 0.66)) -> ScanPage:
    """A table as its boxes are read: cells of one or more lines, at these left edges."""
    lines = [line(TITLE[0], 0.3, 0.08)]
    top = 0.15
    edges = [*columns, 0.92]
    for row in rows:
        height = max(len(cell) for cell in row) * LINE
        for place, cell in enumerate(row):
            first = top + look.white + ((height - len(cell) * LINE) / 2 if look.middle else 0)
            for number, text in enumerate(cell):
                room = edges[place + 1] - edges[place] - CHAR * len(text)
                left = edges[place] + (room / 2 if look.centred or place % 2 == 0 else 0.005)
                lines.append(line(text, left, first + number * LINE))
        top += height + 2 * look.white
    return ScanPage(1, 1654, 2339, "colour", lines=tuple(lines))


def line(text: str, left: float, top: float) -> ScanLine:
    return ScanLine(text, 0.99, Box(left, top, left + CHAR * len(text), top + LINE_BOX))


def answers(shown: ScanPage, nominee: str = NAME) -> dict[str, Likeness]:
    expected = Expected(nominee, (CATEGORY,), (UNIT,))
    return {name: found.likeness for name, found in comparison.compare(expected, (shown,)).items()}


def plain(shown: ScanPage, kind: str) -> list[str]:
    """What stands beside the labels of that kind, by the plainest reading."""
    return [found.pieces[0].text for found in layout(shown, CUSTOMARY).labelled if found.kind == kind]


WRAPPED: list[Row] = [
    (("推荐单位", "名称"), ("中国自然科学", "博物馆学会"), ("推荐", "类别"), ("最佳科技志愿", "服务项目")),
    (
        ("志愿服务", "项目名称"),
        ("“小小工程师”", "流动科技馆进校园", "志愿服务项目"),
        ("负责人",),
        ("郑若明",),
    ),
    (("联系电话",), ("13800001234",), ("通讯", "地址"), ("中山路十八号",)),
]


@pytest.mark.parametrize("look", LOOKS)
def test_lines_of_one_cell_are_one_value(look: Look) -> None:
    shown = page(WRAPPED, look)
    assert set(answers(shown).values()) == {Likeness.EQUAL}
    assert plain(shown, "unit") == [UNIT]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("place", [2, 8, 17])
def test_one_character_in_any_line_is_another_name(look: Look, place: int) -> None:
    other = f"{NAME[:place]}鑫{NAME[place + 1 :]}"
    assert answers(page(WRAPPED, look), other)["nominee"] is Likeness.NEAR


@pytest.mark.parametrize("lines", [("最佳科技志愿", "服务组织"), ("最佳科技志愿服务", "组织")])
def test_another_category_over_two_lines(lines: Cell) -> None:
    rows = [(*WRAPPED[0][:3], lines), *WRAPPED[1:]]
    names = (("project", (CATEGORY,)), ("organisation", ("最佳科技志愿服务组织",)))
    found = comparison.compare(
        Expected(NAME, (CATEGORY,), (UNIT,)), (page(rows, Look()),), comparison.Terms(names=names)
    )
    assert found["category"].likeness is Likeness.DIFFERENT


def test_the_first_line_of_a_longer_name_is_not_the_name() -> None:
    """清溪县科技志愿服务队 is not its second squad, whose form it is."""
    rows: list[Row] = [
        (("推荐单位",), (UNIT,)),
        (("组织名称",), ("清溪县科技志愿服务队", "第二分队")),
        (("负责人",), ("郑若明",)),
    ]
    shown = page(rows, Look(), (0.1, 0.3))
    assert answers(shown, "清溪县科技志愿服务队")["nominee"] is Likeness.NEAR
    assert answers(shown, "清溪县科技志愿服务队第二分队")["nominee"] is Likeness.EQUAL


def test_a_value_does_not_join_the_label_of_the_next_cell() -> None:
    """项目, level with 负责人 beside it, is the end of the name and no 项目负责人."""
    rows: list[Row] = [
        (("推荐单位",), (UNIT,), ("类别",), (CATEGORY,)),
        (("项目名称",), ("“星星之火”科普志愿服务", "项目"), ("负责人",), ("郑若明",)),
    ]
    shown = page(rows, Look(), (0.1, 0.24, 0.56, 0.66))
    assert answers(shown, "“星星之火”科普志愿服务项目")["nominee"] is Likeness.EQUAL


def test_the_end_of_a_value_that_is_a_label_elsewhere() -> None:
    """组织名称 below 青山区科技志愿服务 ends a value: its label stands half way down both lines."""
    rows: list[Row] = [
        (("推荐单位",), (UNIT,)),
        (("名称",), ("青山区科技志愿服务", "组织名称")),
        (("负责人",), ("郑若明",)),
    ]
    shown = page(rows, Look(centred=False), (0.1, 0.3))
    assert answers(shown, "青山区科技志愿服务组织名称")["nominee"] is Likeness.EQUAL
    assert plain(shown, "nominee") == ["青山区科技志愿服务组织名称"]


@pytest.mark.parametrize("white", [0.004, 0.012])
def test_a_wrapped_label_beside_a_value_of_one_line(white: float) -> None:
    """推荐单位 and 名称 are labels of their own elsewhere; here one value stands half way beside both."""
    rows: list[Row] = [
        (("推荐单位", "名称"), (UNIT,)),
        (("类别",), (CATEGORY,)),
        (("项目名称",), ("“田间课堂”志愿服务行动",)),
    ]
    shown = page(rows, Look(white), (0.1, 0.4))
    assert set(answers(shown, "“田间课堂”志愿服务行动").values()) == {Likeness.EQUAL}


@pytest.mark.parametrize("white", [0.0, 0.004, 0.012])
def test_two_labels_below_each_other_stay_two(white: float) -> None:
    rows: list[Row] = [
        (("推荐单位",), (UNIT,)),
        (("名称",), ("“田间课堂”志愿服务行动",)),
        (("类别",), (CATEGORY,)),
    ]
    shown = page(rows, Look(white), (0.1, 0.4))
    assert plain(shown, "nominee") == ["“田间课堂”志愿服务行动"]
    assert set(answers(shown, "“田间课堂”志愿服务行动").values()) == {Likeness.EQUAL}
    assert answers(shown, "“田间学堂”志愿服务行动")["nominee"] is Likeness.NEAR


def test_a_label_set_wide_is_one() -> None:
    rows: list[Row] = [(("推荐单位",), (UNIT,)), (("姓",), ("名",), ("欧阳若兰",))]
    shown = page(rows, Look(), (0.1, 0.2, 0.4))
    assert answers(shown, "欧阳若兰")["nominee"] is Likeness.EQUAL
    assert plain(shown, "nominee") == ["欧阳若兰"]


def test_a_tall_box_beside_two_lines_makes_no_row_of_them() -> None:
    """A vertical heading at the edge of the table is level with several rows."""
    boxes = {
        "科技志愿服务": Box(0.251, 0.181, 0.365, 0.2),
        "点名称": Box(0.277, 0.193, 0.341, 0.213),
        "和静县新村社区": Box(0.513, 0.188, 0.746, 0.207),
        "基本情况": Box(0.166, 0.184, 0.193, 0.24),
        "所属街道": Box(0.248, 0.211, 0.364, 0.231),
        "气象局": Box(0.569, 0.216, 0.688, 0.239),
    }
    found = rows(spots_of([ScanLine(text, 0.99, box) for text, box in boxes.items()]))
    texts = [{spot.line.text for spot in row} for row in found]
    assert not any({"科技志愿服务", "点名称"} <= row or {"点名称", "所属街道"} <= row for row in texts)
