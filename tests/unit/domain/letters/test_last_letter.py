"""What was told, against what holds now."""

from __future__ import annotations

import pytest

from intake.domain.letters.last_letter import (
    ANY,
    RETURNED,
    Matter,
    Said,
    by_person,
    is_eased,
    lacks_more,
    said_of,
)
from intake.domain.model.nomination import Action, Finding, Severity, State
from tests.unit.domain.cases import CAMPAIGN, at

UNTIL = CAMPAIGN.campaign.supplement_until
NOW = at(22)


def lacks(code: str, *fields: str, document: str = "推荐表.docx", evidence: str = "证据") -> Finding:
    return Finding(code, Severity.CURABLE, evidence, document, fields=fields)


def said(*findings: Finding, state: State = State.DEFICIENT) -> Said:
    return said_of(state, findings, CAMPAIGN)


A, B = lacks("below-threshold", "service_years"), lacks("below-threshold", "members")


@pytest.mark.parametrize(
    ("last", "now", "owed"),
    [
        (said(A), said(A), False),
        (said(A), said(lacks("below-threshold", "service_years", evidence="另一种说法")), False),
        (said(A), said(B), True),
        (said(A), said(A, B), True),
        (said(A, B), said(A), False),
        (said(lacks("form-incomplete", "phone")), said(lacks("form-incomplete", "phone", "address")), True),
        (said(lacks("form-incomplete", "phone", "address")), said(lacks("form-incomplete", "phone")), False),
        (said(lacks("unreadable")), said(lacks("unreadable", document="盖章.pdf")), True),
        (Said(), said(A), True),
        (said(A), Said(), False),
        (Said((Matter("below-threshold", "推荐表.docx", ANY),)), said(A, B), False),
        (said(A), said(lacks("over-quota"), state=State.HELD), True),
    ],
)
def test_only_what_was_not_named_is_owed(last: Said, now: Said, owed: bool) -> None:
    assert lacks_more(last, now, NOW, papers_since=False) is owed


def test_the_same_defect_of_a_newer_file_is_no_news() -> None:
    newer = said(lacks("unreadable", document="推荐表2.docx"))
    assert not lacks_more(said(lacks("unreadable")), newer, NOW, papers_since=True)


def test_nothing_is_told_while_a_person_looks() -> None:
    doubt = Finding("doubtful", Severity.REVIEW, "证据")
    assert said(A, doubt, state=State.REVIEW) == Said()


def test_less_time_is_told_and_more_only_once_it_had_run_out() -> None:
    def until(day: int, month: int = 3) -> Said:
        return Said(said(A).matters, at(day, 0, month=month))

    assert lacks_more(until(8), until(5), NOW, papers_since=False)
    assert not lacks_more(until(8), until(20), NOW, papers_since=False)
    assert lacks_more(until(21, 2), until(20), NOW, papers_since=False)
    assert not lacks_more(until(8), until(21, 2), NOW, papers_since=False), "that time is over already"


def test_whoever_works_for_nothing_is_told() -> None:
    assert is_eased(said(A), State.COMPLETE, papers_since=False)
    assert not is_eased(said(A), State.COMPLETE, papers_since=True)
    assert not is_eased(said(A), State.REVIEW, papers_since=False)
    assert not is_eased(Said(), State.COMPLETE, papers_since=False)


def test_of_a_person_s_decision_only_a_return_asks_for_something() -> None:
    assert by_person(Action.RETURN, CAMPAIGN) == Said((Matter(RETURNED),), UNTIL)
    assert {by_person(action, CAMPAIGN) for action in Action if action is not Action.RETURN} == {Said()}
