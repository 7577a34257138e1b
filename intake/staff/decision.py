"""A person's decision about a nomination: checked against its life, recorded, and in force at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Engine

from intake import clock
from intake.domain.campaign.campaign import UnitRow
from intake.domain.model import lifecycle
from intake.domain.model.nomination import Action, Decision, State
from intake.domain.rules.judge import state_of
from store.database.engine import writing
from store.ledger import addresses, nominations, units
from store.letters import unanswered
from store.mail import material

TOLD_OF_ITSELF = frozenset({Action.RETURN, Action.REJECT, Action.WITHDRAW})
"""The actions that a unit hears of at once, unless the person says otherwise.

An acceptance stands in the next receipt, and a reopening changes nothing for the unit yet.
"""


class NoSuchNomination(LookupError):
    """There is no nomination of that number."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The state that a decision put in force, whether its unit is told, and whether it can be by mail."""

    state: State
    is_told: bool
    reachable: bool


def decide(
    engine: Engine,
    number: str,
    action: Action,
    by: str,
    reason: str,
    told: str | None = None,
    registry: Sequence[UnitRow] = (),
) -> Outcome:
    """Records the decision with name, reason and time.

    `told` is what the unit is to read of it, in a letter that compose writes after the settling
    time; None: nothing.  Where nobody may be written to, nothing is noted to be told.  `registry` are the
    campaign's units.
    Raises `NoSuchNomination`, and `lifecycle.Refused` where the action does not
    apply to the state.
    """
    now = clock.now()
    with writing(engine) as cn:
        found = nominations.find(cn, number)
        if found is None:
            raise NoSuchNomination(number)
        row, unit_row = found
        owners = units.by_row(cn, [unit_row], lock=True)
        standing = next(entry for entry in nominations.standings(cn, [unit_row]) if entry.id == row)
        judged = state_of(nominations.findings_of(cn, [row]).get(row, ()))
        after = lifecycle.by_person(standing.state, action, judged)
        who = addresses.of_units(cn, owners, registry)[unit_row]
        reachable = unanswered.can_be_told(cn, unit_row, row, who)
        said = told if reachable else None
        nominations.record_decision(cn, row, number, Decision(action, by, reason, now, said))
        nominations.change_state(cn, row, number, standing.state, after, now, reason, by)
        # The others of the unit may now be within the quota, or over it.
        material.judge_again(cn, unit_row)
    return Outcome(after, said is not None, reachable)
