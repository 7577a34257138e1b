"""Labels of neighbouring rows whose words together make another label: told apart by what else is there."""

from __future__ import annotations

import pytest

from intake.domain.model.inspection import Box, Likeness, ScanLine, ScanPage
from intake.domain.page.cells import PageLayout, _Sheet, layout
from intake.domain.page.figures import figures
from intake.domain.page.vocabulary import CUSTOMARY, Terms, terms_of
from intake.domain.text.ocr_characters import fold
from tests.unit.domain.page.test_page_labels import CATEGORY, UNIT, Look, Row, answers, line, page, plain
from tests.unit.domain.sheets import CAMPAIGN

NAME, OTHER = "“田间课堂”志愿服务行动", "“田间学堂”志愿服务行动"
LOOKS = [Look(white, middle=middle) for white in (0.003, 0.005, 0.012) for middle in (True, False)]
PROJECT = terms_of(CAMPAIGN, "project")


def beside(shown: ScanPage, kind: str, terms: Terms) -> list[str]:
    return [one.pieces[0].text for one in layout(shown, terms).labelled if one.kind == kind]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("address", [("科学馆东路十八号", "办公楼"), ("科学馆东路", "十八号综合", "办公楼")])
def test_a_label_in_another_column_beside_each_of_two(look: Look, address: tuple[str, ...]) -> None:
    """名称 below 推荐单位 is no 推荐单位名称 though the rows around are taller: 类别 and 负责人 are two."""
    rows: list[Row] = [
        (("推荐单位",), (UNIT,), ("推荐类别",), (CATEGORY,)),
        (("名称",), (NAME,), ("负责人",), ("郑若明",)),
        (("联系电话",), ("13800001234",), ("通讯地址",), address),
    ]
    shown = page(rows, look)
    assert set(answers(shown, NAME).values()) == {Likeness.EQUAL}
    assert plain(shown, "unit") == [UNIT]
    assert answers(shown, OTHER)["nominee"] is Likeness.NEAR


@pytest.mark.parametrize("gap", [0.027, 0.029])
def test_rows_are_farther_apart_than_the_lines_of_wrapped_labels(gap: float) -> None:
    """Nothing stands beside the two in another column; 通讯 and 地址 show how close lines of one cell are."""
    lines = [line("最佳科技志愿服务项目推荐表", 0.3, 0.06)]
    tops = [0.13, 0.13 + gap, 0.13 + 2.5 * gap]
    for label, value, top in zip(("推荐单位", "名称"), (UNIT, NAME), tops, strict=False):
        lines += [line(label, 0.1, top), line(value, 0.4, top)]
    for number, label in enumerate(("项目", "负责人")):
        lines.append(line(label, 0.1, tops[2] + 0.017 * number))
    lines.append(line("郑若明", 0.4, tops[2] + 0.008))
    shown = ScanPage(1, 1654, 2339, "colour", lines=tuple(lines))
    assert beside(shown, "nominee", PROJECT) == [NAME]
    assert beside(shown, "unit", PROJECT) == [UNIT]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("first", [True, False])
def test_the_rest_of_a_wrapped_label_is_nobody_s_name(look: Look, first: bool) -> None:
    """推荐单位 and 名称 are one cell; the 名称 of the next row is the nominee's and no 推荐类别名称."""
    own: Row = (("推荐单位", "名称"), (UNIT,))
    rest: list[Row] = [(("推荐类别",), (CATEGORY,)), (("名称",), (NAME,))]
    shown = page([own, *rest] if first else [*rest, own], look, (0.1, 0.4))
    assert beside(shown, "nominee", PROJECT) == [NAME]
    assert beside(shown, "category", PROJECT) == [CATEGORY]
    assert beside(shown, "unit", PROJECT) == [UNIT]
    assert answers(shown, NAME)["nominee"] is Likeness.EQUAL
    assert answers(shown, OTHER)["nominee"] is Likeness.NEAR


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("columns", [(0.1, 0.4), (0.1, 0.24, 0.54, 0.66)])
@pytest.mark.parametrize("unit", [("推荐单位", "（盖章）"), ("推荐单位（", "盖章）")])
def test_a_hint_in_brackets_belongs_to_the_label_above(
    look: Look, columns: tuple[float, ...], unit: tuple[str, ...]
) -> None:
    """（盖章） below 推荐单位 makes no 推荐单位（盖章）名称 with the nominee's label of the next row."""
    rows: list[Row] = [
        (unit, (UNIT,), ("推荐类别",), (CATEGORY,)),
        (("名称",), (NAME,), ("负责人",), ("郑若明",)),
        (("联系电话",), ("13800001234",), ("通讯地址",), ("青山科学馆",)),
    ]
    if len(columns) == 2:
        rows = [row[at : at + 2] for row in rows for at in (0, 2)]
        rows[1:3] = [rows[2], rows[1]]
    shown = page(rows, look, columns)
    assert beside(shown, "unit", PROJECT) == [UNIT]
    assert beside(shown, "nominee", PROJECT) == [NAME]
    assert set(answers(shown, NAME).values()) == {Likeness.EQUAL}
    assert answers(shown, OTHER)["nominee"] is Likeness.NEAR


@pytest.mark.parametrize("look", LOOKS)
def test_a_hint_inside_a_wrapped_label(look: Look) -> None:
    rows: list[Row] = [
        (("推荐单位", "（盖章）", "名称"), (UNIT,)),
        (("推荐类别",), (CATEGORY,)),
        (("项目名称",), (NAME,)),
    ]
    shown = page(rows, look, (0.1, 0.4))
    assert beside(shown, "unit", PROJECT) == [UNIT]
    assert beside(shown, "nominee", PROJECT) == [NAME]
    assert set(answers(shown, NAME).values()) == {Likeness.EQUAL}


@pytest.mark.parametrize("title", [0.088, 0.1, 0.109])
def test_a_label_below_a_long_value_of_another_row(title: float) -> None:
    """服务点名称 has 类别 level on its left: it ends no value of 推荐单位, whatever stands above it."""
    lines = (
        line("最美科技志愿服务点推荐表", 0.3, title),
        line("推荐单位", 0.1, 0.13),
        line("中国自然科学博物馆学会科普志愿服务工作处", 0.24, 0.13),
        line("申报类别", 0.1, 0.171),
        line("最美科技志愿服务点", 0.24, 0.162),
        line("（社区或村）", 0.27, 0.181),
        line("服务点名称", 0.5, 0.171),
        line("青山镇柳溪社区", 0.64, 0.171),
    )
    shown = ScanPage(1, 1654, 2339, "colour", lines=lines)
    site = terms_of(CAMPAIGN, "site")
    assert beside(shown, "nominee", site) == ["青山镇柳溪社区"]
    assert fold(beside(shown, "category", site)[0]).text == fold("最美科技志愿服务点（社区或村）").text
    assert beside(shown, "nominee", CUSTOMARY) == ["青山镇柳溪社区"]


def brands(*texts: tuple[str, float, float]) -> dict[str, object]:
    lines = (
        line("最佳科技志愿服务组织推荐表", 0.3, 0.07),
        line("组织名称", 0.1, 0.13),
        line("青山县科技志愿服务队", 0.3, 0.13),
        line("品牌项目", 0.36, 0.25),
        *(line(*text) for text in texts),
    )
    shown = ScanPage(1, 1654, 2339, "colour", lines=lines)
    found = figures((shown,), CAMPAIGN, "organisation")
    return {name: figure.field.value for name, figure in found.items()}


def test_a_value_stands_before_the_label_of_the_next_cell() -> None:
    """Of 开展科技志愿服务活动 only some lines were read: they are no figure, though level with a label."""
    half = (("开展科技", 0.64, 0.251), ("志愿服务", 0.64, 0.27))
    assert brands(("5个", 0.53, 0.264), half[0]) == {"brands": 5}
    assert brands(("5个", 0.53, 0.264), *half) == {"brands": 5}


@pytest.mark.parametrize("text", ["开展科技", "志愿服务", "万家灯火", "统一行动"])
def test_words_are_no_figure(text: str) -> None:
    assert brands((text, 0.53, 0.25)) == {}


@pytest.mark.parametrize(
    ("text", "value"), [("3", 3), ("三个", 3), ("三", 3), ("“甲苗”“乙苗”", 2), ("科普集市、流动课堂", 2)]
)
def test_numbers_and_lists_are_figures(text: str, value: float) -> None:
    assert brands((text, 0.53, 0.25)) == {"brands": value}


def test_a_stroke_beside_the_label_is_no_value() -> None:
    """The rule of a table read as a dash stands nearer than the value, in a row of its own."""
    lines = (
        line("姓名", 0.1, 0.15),
        ScanLine("—", 0.99, Box(0.2, 0.1475, 0.21, 0.1535)),
        line("欧阳若兰", 0.3, 0.158),
    )
    assert plain(ScanPage(1, 1654, 2339, "colour", lines=lines), "nominee") == ["欧阳若兰"]


def labels(shown: PageLayout) -> list[tuple[str, str]]:
    return [(one.kind, one.head.text) for one in shown.labelled]


@pytest.mark.parametrize("label", ["姓名", "项目名称", "组织名称"])
def test_a_page_laid_out_for_others_is_as_if_it_were_laid_out_anew(label: str) -> None:
    """项目名称 names the nominee of a project and nobody on the form of a person."""
    shown = page([((label,), ("郑若明",)), (("推荐单位",), (UNIT,))], LOOKS[0])
    for category in (None, *CAMPAIGN.categories, None):
        terms = terms_of(CAMPAIGN, category)
        assert layout(shown, terms) == _Sheet(shown).under(terms)


def test_terms_that_call_all_labels_alike_share_a_layout_and_others_do_not() -> None:
    shown = page([(("项目名称",), (NAME,)), (("推荐单位",), (UNIT,))], LOOKS[0])
    # Other campaigns, read before, may have driven this one's words out of one cache and not of the other.
    terms_of.cache_clear()
    every = layout(shown, terms_of(CAMPAIGN))
    assert layout(shown, terms_of(CAMPAIGN, "project")) is every
    person = layout(shown, terms_of(CAMPAIGN, "volunteer"))
    assert ("nominee", "项目名称") in labels(every)
    assert ("other", "项目名称") in labels(person)
