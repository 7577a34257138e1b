"""The life of a nomination: one table of states and events; every other pair is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from intake.domain.model.nomination import Action, State

S = State


class Event(StrEnum):
    """What may happen to a nomination; those of a person bear the names of the commands."""

    JUDGE = "judge"
    REPLACE = "replace"
    LAPSE = "lapse"
    ACCEPT = "accept"
    RETURN = "return"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table: from which states an event leads, and to which.

    Of several states in `after`, the rules say which; `why` tells the event to developers.
    """

    event: Event
    before: frozenset[State]
    after: frozenset[State]
    why: str


JUDGED = frozenset({S.COMPLETE, S.DEFICIENT, S.REVIEW, S.HELD})
"""The states that the rules may give and take again as material comes in."""

OPEN = JUDGED | {S.RECEIVED}
"""The states in which a nomination is being worked on."""

CLOSED = frozenset({S.SUPERSEDED, S.WITHDRAWN, S.REJECTED, S.LAPSED})
"""The states in which it is not: they use no quota, and no letter speaks of them.

What a person closed, a person reopens.  A lapsed one comes back by rule too, when something came
late, or when the campaign gives more time; a superseded one when it stands on its own after all.
"""

BY_PERSON_CLOSED = frozenset({S.WITHDRAWN, S.REJECTED})
"""The states that no rule leaves."""

STEPS: tuple[Step, ...] = (
    Step(Event.JUDGE, OPEN | {S.SUPERSEDED, S.LAPSED}, JUDGED, "material came, or the campaign changed"),
    Step(Event.REPLACE, OPEN | {S.SUPERSEDED}, frozenset({S.SUPERSEDED}), "its papers belong to another"),
    Step(Event.LAPSE, frozenset({S.DEFICIENT}), frozenset({S.LAPSED}), "told, and not cured in time"),
    Step(Event.ACCEPT, OPEN, frozenset({S.COMPLETE}), "a person finds it in order"),
    Step(Event.RETURN, OPEN, frozenset({S.DEFICIENT}), "a person asks the unit for something"),
    Step(Event.REJECT, OPEN | {S.LAPSED}, frozenset({S.REJECTED}), "a person refuses it"),
    Step(Event.WITHDRAW, OPEN | {S.LAPSED}, frozenset({S.WITHDRAWN}), "the unit takes it back"),
    Step(Event.REOPEN, JUDGED | CLOSED, JUDGED, "a person lets the rules judge it anew"),
)
"""The whole life: the README's diagram and table are made from this."""

TABLE: Mapping[tuple[State, Event], frozenset[State]] = {
    (state, step.event): step.after for step in STEPS for state in step.before
}


class Refused(ValueError):
    """A pair of state and event that is not in the table."""


def by_rule(old: State, new: State) -> State:
    """The state after the rules judged; one that a person closed stays as it is.

    Raises `Refused` when the table has no such step, which is a fault of ours.
    """
    if old is new or old in BY_PERSON_CLOSED:
        return old
    event = {S.SUPERSEDED: Event.REPLACE, S.LAPSED: Event.LAPSE}.get(new, Event.JUDGE)
    if new not in TABLE.get((old, event), frozenset()):
        raise Refused(f"no rule takes a nomination from {old} to {new}")
    return new


def by_person(old: State, action: Action, judged: State) -> State:
    """The state after a person's action; `judged` is what the rules say now.

    Raises `Refused` with the reason when the action does not apply to the state.
    """
    after = TABLE.get((old, Event(action.value)))
    if after is None:
        raise Refused(f"a nomination that is {old} cannot be changed by '{action}'")
    return judged if len(after) > 1 else next(iter(after))


def rejudged(old: State, judged: State, *, ended: bool) -> State:
    """What a judgement makes of a nomination once the time for supplements has `ended`.

    A lapsed one that lacks what it lacked stays lapsed; anything else that the rules say of it,
    such as that a supplement came late, opens it again.
    """
    return old if old is S.LAPSED and judged is S.DEFICIENT and ended else judged
