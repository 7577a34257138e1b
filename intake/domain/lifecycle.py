"""The life of a nomination: one table of states and events; every other pair is refused."""

from __future__ import annotations

from intake.domain.model import Action, State

S = State

JUDGED = frozenset({S.COMPLETE, S.DEFICIENT, S.REVIEW, S.HELD})
"""The states that the rules may give and take again as material comes in."""

CLOSED = frozenset({S.SUPERSEDED, S.WITHDRAWN, S.REJECTED, S.LAPSED})
"""The states that no rule leaves; a person reopens (or the assembly, for superseded).  They use no quota."""

BY_RULE: dict[State, frozenset[State]] = {
    S.RECEIVED: JUDGED | {S.SUPERSEDED},
    S.COMPLETE: JUDGED | {S.SUPERSEDED},
    S.DEFICIENT: JUDGED | {S.SUPERSEDED, S.LAPSED},
    S.REVIEW: JUDGED | {S.SUPERSEDED},
    S.HELD: JUDGED | {S.SUPERSEDED},
    S.SUPERSEDED: JUDGED | {S.SUPERSEDED},
    S.WITHDRAWN: frozenset(),
    S.REJECTED: frozenset(),
    S.LAPSED: frozenset(),
}
"""Which state may follow which when new material or a changed campaign is judged.

`superseded` comes back when a replay finds that the nomination stands on its own
after all.
"""

BY_PERSON: dict[Action, tuple[frozenset[State], State | None]] = {
    Action.ACCEPT: (JUDGED | {S.RECEIVED}, S.COMPLETE),
    Action.RETURN: (JUDGED | {S.RECEIVED}, S.DEFICIENT),
    Action.REJECT: (JUDGED | {S.RECEIVED, S.LAPSED}, S.REJECTED),
    Action.WITHDRAW: (JUDGED | {S.RECEIVED, S.LAPSED}, S.WITHDRAWN),
    Action.REOPEN: (CLOSED | JUDGED, None),
}
"""Each action: from which states, and to which; None means that the rules judge anew."""


class Refused(ValueError):
    """A pair of state and event that is not in the table."""


def by_rule(old: State, new: State) -> State:
    """The state after the rules judged; a closed one stays as it is.

    Raises `Refused` when the table has no such step, which is a fault of ours.
    """
    if old is new or not BY_RULE[old]:
        return old
    if new not in BY_RULE[old]:
        raise Refused(f"no rule takes a nomination from {old} to {new}")
    return new


def by_person(old: State, action: Action, judged: State) -> State:
    """The state after a person's action; `judged` is what the rules say now.

    Raises `Refused` with the reason when the action does not apply to the state.
    """
    allowed, target = BY_PERSON[action]
    if old not in allowed:
        raise Refused(f"a nomination that is {old} cannot be changed by '{action}'")
    return target or judged
