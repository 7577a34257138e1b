"""Cells of a scan that bear one label are told by their order: never one held against another's value."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake.domain.campaign.campaign import Campaign, FieldData
from intake.domain.documents.labels import sharers
from intake.domain.model.document import Field
from intake.domain.model.inspection import Box, ScanLine
from intake.domain.model.nomination import State
from intake.domain.page.comparison import shows_figures
from intake.domain.scans.inspection_plan import expected_of
from tests.unit.domain.cases import codes, finding, read_form
from tests.unit.domain.seen import CAMPAIGN, NAME, inspected, judge, line, lines, page, seal

TUTOR = "马文涛"


def _field(**keys: object) -> FieldData:
    return FieldData.model_validate(keys)


UNDER = _field(name="tutor_years", type="years", labels=["服务年限"], under="导师")
SECOND = _field(name="tutor_years", type="years", labels=["服务年限"], nth=2)
NAMED = _field(name="tutor", labels=["姓名"], under="导师")


def _campaign(*more: FieldData) -> Campaign:
    return CAMPAIGN.model_copy(update={"field": (*CAMPAIGN.field, *more)})


def _years(text: str, value: float, row: int, name: str = "service_years") -> Field:
    return Field(name, value, text, place=f"表格1第{row}行")


def _row(label: str, text: str, row: int) -> tuple[ScanLine, ...]:
    return line(label, row, 0.1, 0.12), line(text, row, 0.25, 0.05)


def _judged(*rows: ScanLine, kind: FieldData, own: Field, tutor: Field) -> object:
    seen = inspected(page(lines=(*lines(years=None), *rows)), page(2, seals=(seal(),)))
    return judge(seen, rules=_campaign(kind), service_years=own, tutor_years=tutor)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [UNDER, SECOND], ids=["under", "nth"])
@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (("5年", "3年"), []),
        (("4年", "3年"), ["forms-differ"]),
        (("4年", "5年"), ["forms-differ"]),
        (("3年", "5年"), ["forms-differ"]),
        (("5年",), ["doubtful"]),
        (("3年",), ["doubtful"]),
        ((), ["doubtful"]),
    ],
)
def test_the_figure_is_that_of_its_own_cell(
    kind: FieldData, shown: tuple[str, ...], expected: list[str]
) -> None:
    rows = [part for number, text in enumerate(shown) for part in _row("服务年限", text, 5 + 3 * number)]
    own, tutor = _years("5年", 5.0, 3), _years("3年", 3.0, 9, "tutor_years")
    told = _judged(*rows, kind=kind, own=own, tutor=tutor)
    assert codes(told) == expected  # type: ignore[arg-type]
    if expected == ["forms-differ"]:
        evidence = finding(told, "forms-differ").evidence  # type: ignore[arg-type]
        assert f"扫描件为“{shown[0]}”" in evidence and "WORD版为“5年”" in evidence


def test_the_second_cell_may_be_the_one_that_counts() -> None:
    rows = (*_row("服务年限", "3年", 5), *_row("服务年限", "5年", 8))
    own, tutor = _years("5年", 5.0, 9), _years("3年", 3.0, 3, "tutor_years")
    assert codes(_judged(*rows, kind=UNDER, own=own, tutor=tutor)) == []  # type: ignore[arg-type]


def test_reading_goes_on_until_each_of_the_cells_was_found() -> None:
    form = read_form(
        NAME, service_years=_years("5年", 5.0, 3), tutor_years=_years("5年", 5.0, 9, "tutor_years")
    )
    expected = expected_of(form, _campaign(UNDER), ())
    assert expected is not None
    once, twice = _row("服务年限", "5年", 5), (*_row("服务年限", "5年", 5), *_row("服务年限", "5年", 8))
    assert not shows_figures(expected, [once])
    assert shows_figures(expected, [twice])


def test_a_figure_of_its_own_label_is_no_other_s() -> None:
    assert sharers("service_years", _campaign(UNDER), "volunteer") == ("service_years", "tutor_years")
    assert sharers("service_years", CAMPAIGN, "volunteer") == ()
    assert sharers("service_years", _campaign(UNDER), None) == ()


@pytest.mark.parametrize("above", [True, False], ids=["above the nominee", "below the nominee"])
@pytest.mark.parametrize("tutor", [TUTOR, "于涛"])
def test_the_tutor_s_name_speaks_not_against_the_nominee_s(tutor: str, *, above: bool) -> None:
    height = 0.12 if above else 0.3
    label = replace(line("姓名", 1, 0.1, 0.08), box=Box(0.1, height, 0.18, height + 0.02))
    name = replace(line(tutor, 1, 0.25, 0.08), box=Box(0.25, height, 0.33, height + 0.02))
    seen = inspected(page(lines=(*lines(), label, name)), page(2, seals=(seal(),)))
    told = judge(seen, rules=_campaign(NAMED), tutor=Field("tutor", tutor, tutor))
    assert told.state is State.COMPLETE


@pytest.mark.parametrize("said", ["候选人信息", "候选人基本情况"])
def test_a_block_s_heading_is_no_name(said: str) -> None:
    heading = replace(line(said, 2), box=Box(0.1, 0.125, 0.3, 0.145))
    seen = inspected(page(lines=(*lines(), heading)), page(2, seals=(seal(),)))
    assert judge(seen).state is State.COMPLETE


def test_a_tutor_alone_is_not_the_nominee() -> None:
    seen = inspected(page(lines=lines(nominee=TUTOR)), page(2, seals=(seal(),)))
    told = judge(seen, rules=_campaign(NAMED), tutor=Field("tutor", TUTOR, TUTOR))
    assert (codes(told), told.state) == (["doubtful"], State.REVIEW)
