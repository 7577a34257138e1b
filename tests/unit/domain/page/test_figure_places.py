"""Where a form's figures stand on a page, so that its reader may stop."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake.domain.model.document import Field
from intake.domain.model.inspection import Box, Expected, ExpectedFigure, ScanLine
from intake.domain.page.figure_places import missing_figures, shows_figures, stands
from tests.unit.domain.seen import CAMPAIGN, line, page

YEARS = ExpectedFigure("4年", ("参加科技志愿服务年限", "服务年限"))


def lines(*texts: str) -> list[ScanLine]:
    return [
        ScanLine(text, 0.99, Box(0.1, 0.1 * row, 0.4, 0.1 * row + 0.02)) for row, text in enumerate(texts)
    ]


def shown(*read: ScanLine, figure: ExpectedFigure = YEARS, past: float | None = None) -> bool:
    return shows_figures(Expected("张伟", figures=(figure,)), [read], past=None if past is None else [past])


@pytest.mark.parametrize("text", ["4", "４", "服务年限4", "4年"])
def test_a_figure_in_its_cell_is_read(text: str) -> None:
    assert shown(*lines("2024年度推荐表", text), figure=ExpectedFigure("4"))


@pytest.mark.parametrize("text", ["2024年度推荐表", "1990年4月", "14", "17年", "四年级"])
def test_its_digits_in_another_number_or_a_date_are_not_it(text: str) -> None:
    assert not shown(*lines(text), figure=ExpectedFigure("4"))


def test_each_of_the_figures_is_looked_for_on_every_page() -> None:
    form = Expected("张伟", figures=(ExpectedFigure("4年"), ExpectedFigure("300小时")))
    assert shows_figures(form, [lines("4年", "300小时")])
    assert shows_figures(form, [lines("4年"), lines("300小时")])
    assert not shows_figures(form, [lines("4年", "30小时")])


@pytest.mark.parametrize(
    ("label", "is_shown"),
    [("服务年限", True), ("参加科技志愿服", True), ("务年限：", True), ("团队人数", False), ("年", False)],
)
def test_it_stands_right_of_its_label_or_a_part_of_it(label: str, is_shown: bool) -> None:
    assert shown(line(label, 4, 0.1, 0.12), line("4年", 4, 0.25, 0.05)) is is_shown


def test_the_same_figure_in_another_row_is_another_s() -> None:
    assert not shown(line("服务年限", 4, 0.1, 0.12), line("4年", 6, 0.25, 0.05))
    assert not shown(line("4年", 4, 0.1, 0.05), line("服务年限", 4, 0.25, 0.12))


def test_a_value_of_several_lines_is_known_by_the_first() -> None:
    whole = ExpectedFigure("理论宣讲、科技培训、农技推广、科普讲座、健康义诊")
    assert shown(*lines("理论宣讲、科技培训、"), figure=whole)
    assert not shown(*lines("理论"), figure=whole)
    assert not shown(*lines("科普讲座、健康义诊"), figure=whole)


def test_what_may_be_written_beside_it_was_seen_where_something_below_was() -> None:
    row = line("服务年限", 4, 0.1, 0.12), line("4年", 4, 0.25, 0.05)
    half_below = replace(line("限", 4), box=Box(0.1, 0.221, 0.12, 0.24))
    assert not shown(*row, past=0.0)
    assert not shown(*row, half_below, past=0.0)
    assert shown(*row, line("民族", 5), past=0.0)


def test_or_all_lines_were_read_far_enough_below_it() -> None:
    row = line("服务年限", 4, 0.1, 0.12), line("4年", 4, 0.25, 0.05)
    assert row[1].box.bottom == pytest.approx(0.22)
    assert not shown(*row, past=0.25)
    assert shown(*row, past=0.27)


def test_a_figure_that_is_not_there_is_missing_beside_its_labels() -> None:
    hours = ExpectedFigure("300小时", ("服务时长",))
    form = Expected("张伟", figures=(YEARS, hours))
    row = line("服务年限", 4, 0.1, 0.12), line("4年", 4, 0.25, 0.05)
    label = line("服务时长", 6, 0.1, 0.12)
    assert missing_figures(form, [*row, label]) == [[label.box]]
    assert missing_figures(form, row) == [[]]
    prose = line("自服务时长统计以来，受到群众一致好评", 7, 0.1, 0.5)
    assert missing_figures(form, [*row, prose, label]) == [[label.box]]
    name = line("服务时长社区", 3, 0.3, 0.2)
    assert missing_figures(form, [*row, name, label]) == [[label.box, name.box]]
    assert missing_figures(form, [*row, label, line("300小时", 6, 0.25, 0.1)]) == []


@pytest.mark.parametrize(
    ("readings", "is_there"),
    [
        (("4年",), True),
        (("年", "4年"), True),
        (("年", "14年"), False),
        (("14年", "4年"), False),
        (("年", "4年", "1年"), False),
    ],
)
def test_a_box_that_was_read_again_says_what_it_then_showed_unless_it_had_another_number(
    readings: tuple[str, ...], is_there: bool
) -> None:
    cell = [line(text, 4, 0.25, 0.05) for text in readings]
    seen = page(lines=(line("服务年限", 4, 0.1, 0.12), *cell))
    written = Field("service_years", 4.0, "4年")
    assert stands(written, [seen], CAMPAIGN, "volunteer") is is_there


def test_the_rest_of_a_wrapped_label_is_no_label_of_another_field() -> None:
    teams = Field("teams", 7.0, "7支")
    rest, value = line("数量", 5, 0.14, 0.05), replace(line("7支", 4), box=Box(0.25, 0.21, 0.3, 0.24))
    wrapped = page(
        lines=(
            line("科技志愿服务队伍", 4, 0.1, 0.13),
            replace(rest, box=Box(0.14, 0.222, 0.19, 0.245)),
            value,
        )
    )
    assert stands(teams, [wrapped], CAMPAIGN, "site")
    alone = page(lines=(replace(rest, box=Box(0.14, 0.215, 0.19, 0.235)), value))
    assert not stands(teams, [alone], CAMPAIGN, "site")
