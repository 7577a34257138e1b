"""What ends the cell of a name on a scan: figures, values of other labels, other values of the form."""

from __future__ import annotations

import pytest

from intake.domain.model.inspection import Box, Expected, Likeness, ScanLine, ScanPage
from intake.domain.page import comparison
from intake.domain.page.geometry import is_figure
from intake.domain.page.vocabulary import CUSTOMARY, Terms, terms_of
from tests.unit.domain.sheets import CAMPAIGN

UNIT, CATEGORY = "中国自然科学博物馆学会", "最佳科技志愿服务组织"
TITLE = (f"{CATEGORY}推荐表", 0.29, 0.10)

TERMS = terms_of(CAMPAIGN, "organisation")

At = tuple[str, float, float]


def line(text: str, left: float, top: float, weak: tuple[int, ...] = ()) -> ScanLine:
    return ScanLine(text, 0.99, Box(left, top, left + 0.019 * len(text), top + 0.021), weak)


def answers(nominee: str, *lines: At | ScanLine, terms: Terms = CUSTOMARY) -> dict[str, Likeness]:
    read = tuple(one if isinstance(one, ScanLine) else line(*one) for one in lines)
    expected = Expected(nominee, (CATEGORY,), (UNIT,))
    page = ScanPage(1, 1654, 2339, "colour", lines=read)
    return {name: found.likeness for name, found in comparison.compare(expected, (page,), terms).items()}


HEAD: tuple[At, ...] = (TITLE, ("推荐单位", 0.02, 0.19), (UNIT, 0.12, 0.19), ("组织名称", 0.377, 0.19))
NAME = "青山县志愿者协会"


@pytest.mark.parametrize("below", ["13800001234", "2016年5月", "kexie@example.org", "科学馆办公室二楼"])
def test_the_wide_value_of_another_label_is_no_part(below: str) -> None:
    """Its label stands far left, with nothing between them; the name's own column has no label there."""
    rest: tuple[At, ...] = (
        ("联系电话", 0.02, 0.224),
        (below, 0.49, 0.224),
        ("成立时间", 0.377, 0.256),
        ("6年", 0.524, 0.256),
    )
    assert answers(NAME, *HEAD, (NAME, 0.474, 0.19), *rest)["nominee"] is Likeness.EQUAL
    assert answers("青山县志愿者学会", *HEAD, (NAME, 0.474, 0.19), *rest)["nominee"] is Likeness.NEAR


def test_figures_and_a_workplace_below() -> None:
    rest: tuple[At, ...] = (
        ("联系电话", 0.02, 0.222),
        ("13800001234", 0.49, 0.222),
        ("通讯地址", 0.02, 0.252),
        ("青山科学馆办公室", 0.47, 0.252),
    )
    assert answers(NAME, *HEAD, (NAME, 0.474, 0.19), *rest)["nominee"] is Likeness.EQUAL


def test_a_name_cut_short_is_not_the_name() -> None:
    lines: tuple[At, ...] = (*HEAD, ("“星星之火”科普志愿服务", 0.474, 0.18), ("项目", 0.55, 0.201))
    assert answers("“星星之火”科普志愿服务", *lines)["nominee"] is Likeness.NEAR
    assert answers("“星星之火”科普志愿服务项目", *lines)["nominee"] is Likeness.EQUAL


@pytest.mark.parametrize("end", ["科技志愿服务队", "志愿服务项目"])
def test_a_name_that_ends_like_a_label_is_not_what_stands_before_it(end: str) -> None:
    lines: tuple[At, ...] = (*HEAD, ("龙泉县" + end, 0.474, 0.19))
    assert answers("龙泉县", *lines, terms=TERMS)["nominee"] is Likeness.NEAR
    assert answers("龙泉县" + end, *lines, terms=TERMS)["nominee"] is Likeness.EQUAL


def test_a_name_that_ran_together_with_the_next_label() -> None:
    lines: tuple[At, ...] = (*HEAD, (NAME + "负责人", 0.474, 0.19), ("李明", 0.75, 0.19))
    assert answers(NAME, *lines, terms=TERMS)["nominee"] is Likeness.EQUAL


def test_the_first_line_of_the_nominee_below_the_unit() -> None:
    lines = (
        line(TITLE[0], 0.29, 0.07),
        ScanLine("推荐单位名", 0.99, Box(0.108, 0.1181, 0.224, 0.1436)),
        ScanLine("称", 0.99, Box(0.147, 0.1372, 0.189, 0.1663)),
        ScanLine(UNIT, 0.99, Box(0.252, 0.1254, 0.480, 0.1472)),
        ScanLine("青山县“春风”志愿者", 0.99, Box(0.242, 0.1663, 0.450, 0.1877)),
        ScanLine("名称", 0.99, Box(0.138, 0.1781, 0.198, 0.2072)),
        ScanLine("协会", 0.99, Box(0.339, 0.1845, 0.396, 0.2099)),
        ScanLine("联系电话", 0.99, Box(0.120, 0.2190, 0.215, 0.2454)),
        ScanLine("13800001234", 0.99, Box(0.308, 0.2181, 0.425, 0.2381)),
    )
    assert answers("青山县“春风”志愿者协会", *lines)["unit"] is Likeness.EQUAL


@pytest.mark.parametrize("below", ["推荐表"])
def test_a_title_read_by_parts_over_two_rows(below: str) -> None:
    parts = (
        line("2024年度最佳", 0.27, 0.1036, (7,)),
        line("佳科", 0.415, 0.1036, (0,)),
        line("技志愿服务组织", 0.46, 0.1036, (0,)),
    )
    assert answers(NAME, *parts, (below, 0.40, 0.130))["category"] is Likeness.EQUAL
    other = (*parts[:2], line("技志愿服务项目", 0.46, 0.1036))
    assert answers(NAME, *other, (below, 0.40, 0.130))["category"] is not Likeness.EQUAL


def test_a_title_that_names_no_category_is_unread() -> None:
    assert answers(NAME, ("推荐表", 0.44, 0.13))["category"] is Likeness.UNREAD


def test_what_is_a_figure() -> None:
    assert all(map(is_figure, ("13800001234", "0571-8888 1234", "48人", "85%", "2016年5月", "a@b.cn")))
    assert not any(map(is_figure, ("第二分队", "2024", "2", "项目", "3号科学馆", "")))
