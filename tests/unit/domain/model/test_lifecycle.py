"""The life of a nomination, as a table."""

from __future__ import annotations

import itertools

import pytest

from intake.domain.model.lifecycle import CLOSED, JUDGED, TABLE, Event, Refused, by_person, by_rule, rejudged
from intake.domain.model.nomination import Action, Decision, State
from intake.domain.rules.judge import standing
from tests.unit.domain.cases import at

OPEN = (State.RECEIVED, *sorted(JUDGED))


def test_every_state_and_action_is_in_the_table() -> None:
    assert {state for state, _ in TABLE} == set(State)
    assert {event for _, event in TABLE} == set(Event)
    assert set(map(str, Action)) < set(map(str, Event))
    assert JUDGED | CLOSED | {State.RECEIVED} == set(State)


def test_the_states_that_use_no_quota_are_the_closed_ones() -> None:
    assert {State.SUPERSEDED, State.WITHDRAWN, State.REJECTED, State.LAPSED} == CLOSED


@pytest.mark.parametrize(("old", "new"), list(itertools.product(OPEN, sorted(JUDGED))))
def test_rules_move_what_is_open(old: State, new: State) -> None:
    assert by_rule(old, new) is new


@pytest.mark.parametrize(("old", "new"), list(itertools.product((State.WITHDRAWN, State.REJECTED), State)))
def test_no_rule_leaves_what_a_person_closed(old: State, new: State) -> None:
    assert by_rule(old, new) is old


@pytest.mark.parametrize("old", OPEN)
def test_any_open_nomination_may_be_superseded_and_come_back(old: State) -> None:
    assert by_rule(old, State.SUPERSEDED) is State.SUPERSEDED
    if old in JUDGED:
        assert by_rule(State.SUPERSEDED, old) is old


@pytest.mark.parametrize(
    ("old", "new"),
    [
        *(
            (old, State.LAPSED)
            for old in State
            if old in (*OPEN, State.SUPERSEDED) and old is not State.DEFICIENT
        ),
        *((old, new) for old in OPEN for new in (State.WITHDRAWN, State.REJECTED)),
        *((old, State.RECEIVED) for old in (*OPEN[1:], State.SUPERSEDED)),
    ],
)
def test_no_rule_may_do_what_is_a_person_s_or_undo_the_past(old: State, new: State) -> None:
    with pytest.raises(Refused):
        by_rule(old, new)


def test_only_a_deficient_one_lapses() -> None:
    assert by_rule(State.DEFICIENT, State.LAPSED) is State.LAPSED


@pytest.mark.parametrize("judged", OPEN[1:])
@pytest.mark.parametrize("ended", [True, False])
def test_what_lapsed_stays_so_only_while_it_lacks_what_it_lacked(judged: State, ended: bool) -> None:
    after = rejudged(State.LAPSED, judged, ended=ended)
    assert after is (State.LAPSED if ended and judged is State.DEFICIENT else judged)
    assert by_rule(State.LAPSED, after) is after


@pytest.mark.parametrize(("old", "judged"), list(itertools.product(OPEN, OPEN[1:])))
def test_the_end_of_the_time_changes_no_judgement_of_what_has_not_lapsed(old: State, judged: State) -> None:
    assert rejudged(old, judged, ended=True) is judged


ALLOWED = {
    Action.ACCEPT: (set(OPEN), State.COMPLETE),
    Action.RETURN: (set(OPEN), State.DEFICIENT),
    Action.REJECT: ({*OPEN, State.LAPSED}, State.REJECTED),
    Action.WITHDRAW: ({*OPEN, State.LAPSED}, State.WITHDRAWN),
    Action.REOPEN: (JUDGED | CLOSED, State.REVIEW),
}


@pytest.mark.parametrize(("action", "old"), list(itertools.product(Action, State)))
def test_what_a_person_may_do(action: Action, old: State) -> None:
    states, after = ALLOWED[action]
    if old in states:
        assert by_person(old, action, State.REVIEW) is after
    else:
        with pytest.raises(Refused, match=f"{old}.*{action}"):
            by_person(old, action, State.REVIEW)


@pytest.mark.parametrize("judged", OPEN[1:])
def test_a_person_s_decision_outranks_the_rules_until_it_is_reopened(judged: State) -> None:
    kept = {
        Action.ACCEPT: State.COMPLETE,
        Action.RETURN: State.DEFICIENT,
        Action.REJECT: State.REJECTED,
        Action.WITHDRAW: State.WITHDRAWN,
        Action.REOPEN: judged,
    }
    for action, state in kept.items():
        assert standing(Decision(action, "印老师", "核实", at(25)), judged) is state
    assert standing(None, judged) is judged
