"""A person's decision about a nomination: checked against its life, recorded, and in force at once."""

from __future__ import annotations

from sqlalchemy.engine import Engine

from intake import clock
from intake.domain import lifecycle
from intake.domain.decide import state_of
from intake.domain.model import Action, Decision, State
from store import ledger, material, units
from store.engine import writing


class NoSuchNomination(LookupError):
    """There is no nomination of that number."""


def decide(engine: Engine, number: str, action: Action, by: str, reason: str) -> State:
    """Records the decision with name, reason and time; returns the state that is now in force.

    Raises `NoSuchNomination`, and `lifecycle.Refused` where the action does not
    apply to the state.
    """
    now = clock.now()
    with writing(engine) as cn:
        found = ledger.find(cn, number)
        if found is None:
            raise NoSuchNomination(number)
        row, unit_row = found
        units.by_row(cn, [unit_row], lock=True)
        standing = next(entry for entry in ledger.standings(cn, [unit_row]) if entry.id == row)
        judged = state_of(ledger.findings_of(cn, [row]).get(row, ()))
        after = lifecycle.by_person(standing.state, action, judged)
        ledger.record_decision(cn, row, number, Decision(action, by, reason, now))
        ledger.change_state(cn, row, number, standing.state, after, now, reason, by)
        # The others of the unit may now be within the quota, or over it.
        material.judge_again(cn, unit_row)
    return after
