"""Rules on eligibility: the notice's figures, registration, earlier honours."""

from __future__ import annotations

from typing import Any

import pytest

from intake.domain.campaign.campaign import HonouredRow
from intake.domain.model.document import Field
from intake.domain.model.nomination import Severity, State
from tests.unit.domain.cases import CAMPAIGN, FIGURES, campaign, codes, finding, judge_one, scanned, word

CURABLE, REVIEW, NOTE = Severity.CURABLE, Severity.REVIEW, Severity.NOTE
WHOLE = [word("张伟"), scanned("张伟.pdf")]


@pytest.mark.parametrize("category", FIGURES)
def test_figures_at_their_bounds_are_in_order(category: str) -> None:
    """Bounds are inclusive (民法典 §1259)."""
    judgement = judge_one(word("张伟", category), scanned("张伟.pdf"))
    assert (judgement.findings, judgement.state) == ((), State.COMPLETE)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (20.0, None),
        (19.0, "below-threshold"),
        (0.0, "below-threshold"),
        (Field("members", 20.0, "20余人", about=True, at_least=True), None),
        (Field("members", 20.0, "近20人", about=True), "doubtful"),
        (Field("members", 21.0, "约21人", about=True), "doubtful"),
        (Field("members", 23.0, "约23人", about=True), None),
        (Field("members", 30.0, "30或35人", sure=False), "doubtful"),
        (Field("members", None, "若干"), "doubtful"),
        (Field("members", True, "是"), "doubtful"),
    ],
)
def test_a_figure_against_its_bound(value: Any, code: str | None) -> None:
    judgement = judge_one(word("银龄队", "organisation", members=value), scanned("银龄队.pdf"))
    assert codes(judgement, REVIEW) == ([code] if code else [])
    if code:
        told = finding(judgement, code)
        assert "不少于20人" in told.evidence and told.source == "通知一（二）2"


def test_every_figure_is_told_at_once() -> None:
    figures = {name: value / 2 for name, value in FIGURES["organisation"].items()}
    judgement = judge_one(word("银龄队", "organisation", **figures), scanned("银龄队.pdf"))
    assert codes(judgement) == ["below-threshold"] * 5


def test_a_figure_that_the_form_has_no_place_for_is_noted_only() -> None:
    judgement = judge_one(word("银龄队", "organisation", brands=None), scanned("银龄队.pdf"))
    assert [(f.code, f.severity) for f in judgement.findings] == [("figure-not-stated", NOTE)]
    assert judgement.state is State.COMPLETE


@pytest.mark.parametrize(
    ("figure", "severity"), [(2.0, CURABLE), (Field("", 2.0, "2年以上", True, True), REVIEW)]
)
def test_a_campaign_may_ask_about_a_figure_but_only_where_it_is_exact(
    figure: Any, severity: Severity
) -> None:
    asked = campaign(threshold=[t.model_dump() | {"severity": "curable"} for t in CAMPAIGN.threshold])
    judgement = judge_one(word("张伟", service_years=figure), scanned("张伟.pdf"), rules=asked)
    assert [f.severity for f in judgement.findings] == [severity]


@pytest.mark.parametrize(("said", "found"), [(False, ["not-registered"]), (True, []), (None, [])])
def test_registration(said: bool | None, found: list[str]) -> None:
    assert codes(judge_one(word("张伟", registered=said), scanned("张伟.pdf"))) == found


@pytest.mark.parametrize(
    ("row", "same"),
    [
        (HonouredRow(category="volunteer", name="张 伟", year="2021"), True),
        (HonouredRow(category="volunteer", name="张伟", unit="浙江省科学技术协会", year="2021"), True),
        (HonouredRow(category="volunteer", name="张伟", unit="浙江省科协", year="2021"), True),
        (HonouredRow(category="volunteer", name="张伟", unit="江苏省科学技术协会", year="2021"), False),
        (HonouredRow(category="project", name="张伟", year="2021"), False),
        (HonouredRow(category="volunteer", name="张玮", year="2021"), False),
        (HonouredRow(category="volunteer", name="张伟东", year="2021"), False),
    ],
)
def test_honoured_before(row: HonouredRow, same: bool) -> None:
    judgement = judge_one(*WHOLE, honoured=[row])
    assert codes(judgement, REVIEW) == (["previously-honoured"] if same else [])
    if same:
        assert "2021年度" in finding(judgement, "previously-honoured").evidence
