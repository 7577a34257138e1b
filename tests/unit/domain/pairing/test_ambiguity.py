"""Whose a scan may be that is not certain."""

from __future__ import annotations

import pytest

from intake.domain.page.comparison import Likeness
from intake.domain.pairing.ambiguity import is_sole, may_be_of, may_be_slip
from intake.domain.pairing.evidence import Evidence, Seat
from intake.domain.scans.form_match import FormMatch
from tests.unit.domain.cases import post, word

EQUAL, NEAR, UNREAD, DIFFERENT = Likeness.EQUAL, Likeness.NEAR, Likeness.UNREAD, Likeness.DIFFERENT
OURS, THEIRS = "青山县科技志愿服务队", "“银龄课堂”科普志愿服务项目"
FORMS = post(1, word(OURS, "organisation"), word(THEIRS, "project"))
SEATS = [Seat(OURS, "organisation", FORMS[0]), Seat(THEIRS, "project", FORMS[1])]


def evidence(ours: FormMatch, theirs: FormMatch, score: float = 0.3) -> Evidence:
    """One scan: what it shows of our form, and of theirs; `score` is theirs."""
    return Evidence(((0.9,), (score,)), ((ours, theirs),), frozenset(), {})


@pytest.mark.parametrize(
    ("ours", "theirs", "may"),
    [
        (FormMatch(EQUAL, EQUAL), FormMatch(NEAR, UNREAD, closeness=0.2), False),
        (FormMatch(EQUAL, UNREAD), FormMatch(UNREAD, UNREAD), False),
        (FormMatch(EQUAL, UNREAD), FormMatch(NEAR, UNREAD, closeness=0.6), True),
        (FormMatch(EQUAL, UNREAD), FormMatch(EQUAL, UNREAD), True),
        (FormMatch(EQUAL, NEAR), FormMatch(UNREAD, UNREAD), True),
        (FormMatch(EQUAL, DIFFERENT), FormMatch(UNREAD, UNREAD), True),
        (FormMatch(NEAR, UNREAD, closeness=0.7), FormMatch(UNREAD, UNREAD), True),
        (FormMatch(), FormMatch(), True),
    ],
)
def test_a_scan_that_shows_one_form_s_nominee_is_no_other_s(
    ours: FormMatch, theirs: FormMatch, may: bool
) -> None:
    found = evidence(ours, theirs)
    assert may_be_of(1, 0, SEATS, found) is may
    assert may_be_of(0, 0, SEATS, found)
    assert is_sole((0, 0), [(0, 0)], [1], SEATS, found) is not may


def test_what_is_against_a_form_leaves_the_scan_to_the_other() -> None:
    found = evidence(FormMatch(), FormMatch(), score=-10.0)
    assert not may_be_of(1, 0, SEATS, found)
    assert is_sole((0, 0), [(0, 0)], [1], SEATS, found)


def test_another_unit_says_nothing_of_which_form_it_is() -> None:
    found = evidence(FormMatch(), FormMatch(unit=DIFFERENT), score=-0.15)
    assert may_be_of(1, 0, SEATS, found)


def test_a_name_that_is_nobody_s_is_never_sole() -> None:
    found = Evidence(((0.9,), (-10.0,)), ((FormMatch(EQUAL, EQUAL), FormMatch()),), frozenset({0}), {})
    assert not is_sole((0, 0), [(0, 0)], [1], SEATS, found)


def test_names_that_may_be_one_leave_it_open() -> None:
    seats = [SEATS[0], Seat("青山县科技志愿服务总队", "organisation", FORMS[1])]
    found = evidence(FormMatch(EQUAL, EQUAL), FormMatch(NEAR, EQUAL, closeness=0.4))
    assert may_be_of(1, 0, seats, found)


@pytest.mark.parametrize(
    ("item", "may"),
    [
        (FormMatch(NEAR, EQUAL, closeness=0.5), True),
        (FormMatch(NEAR, UNREAD, closeness=0.9), True),
        (FormMatch(NEAR, EQUAL, closeness=0.4), False),
        (FormMatch(NEAR, DIFFERENT, closeness=0.9), False),
        (FormMatch(DIFFERENT, EQUAL, closeness=0.5), False),
        (FormMatch(), False),
    ],
)
def test_a_name_that_is_half_the_form_s_may_be_its_own_misread(item: FormMatch, may: bool) -> None:
    assert may_be_slip(item) is may
