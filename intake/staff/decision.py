"""A person's decision about a nomination: checked against its life, recorded, and in force at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.engine import Connection, Engine

from intake import clock
from intake.domain.campaign.campaign import UnitRow
from intake.domain.model import lifecycle
from intake.domain.model.nomination import Action, Case, Decision, State, Unit
from intake.domain.rules.judge import state_of
from store import listing
from store.database.engine import viewing, writing
from store.ledger import addresses, nominations, units
from store.ledger.nominations import Conflict, Standing
from store.letters import unanswered
from store.mail import material

TOLD_OF_ITSELF = frozenset({Action.RETURN, Action.REJECT, Action.WITHDRAW})
"""The actions that a unit hears of at once, unless the person says otherwise.

An acceptance stands in the next receipt, and a reopening changes nothing for the unit yet.
"""


MOST_WORDS = 1000
"""Characters of a reason: it stands in a cell of a letter."""


class Overtaken(Exception):
    """The case is no longer as it was when the person saw it: somebody, or new mail, was faster."""


class NoSuchNomination(LookupError):
    """There is no nomination of that number."""


class NotDecided(StrEnum):
    """Why nothing was decided."""

    GONE = "gone"
    NOT_NOW = "not now"
    OVERTAKEN = "overtaken"


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
    told: str | None,
    registry: Sequence[UnitRow],
    seen: str | None = None,
) -> Outcome:
    """Records the decision with name, reason and time.

    `told` is what the unit is to read of it, in a letter that compose writes after the settling
    time; None: nothing.  Where nobody may be written to, nothing is noted to be told.  `registry` are the
    campaign's units.  `seen` is the `listing.mark` of the case that the person decided on.
    Raises `NoSuchNomination`, `Overtaken` where the case is another than was `seen`, and
    `lifecycle.Refused` where the action does not apply to the state.
    """
    now = clock.now()
    with writing(engine) as cn:
        found = nominations.find(cn, number)
        if found is None:
            raise NoSuchNomination(number)
        row, unit_row = found
        owners = units.by_row(cn, [unit_row], lock=True)
        if seen is not None and listing.mark(cn, number) != seen:
            raise Overtaken(number)
        standing = next(entry for entry in nominations.standings(cn, [unit_row]) if entry.id == row)
        after = _after(cn, standing, action)
        who = addresses.of_units(cn, owners, registry)[unit_row]
        reachable = unanswered.can_be_told(cn, unit_row, row, who)
        said = told if reachable else None
        nominations.record_decision(cn, row, number, Decision(action, by, reason, now, said))
        nominations.change_state(cn, row, number, standing.state, after, now, reason, by)
        # The others of the unit may now be within the quota, or over it.
        material.judge_again(cn, unit_row)
    return Outcome(after, said is not None, reachable)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a decision would do: the state before and after, whether its unit can be told by mail."""

    before: State
    after: State
    reachable: bool
    unit: Unit
    case: Case


def foresee(engine: Engine, number: str, action: Action, registry: Sequence[UnitRow]) -> Foreseen:
    """What `decide` would do now; nothing is changed.  Raises as it does."""
    with viewing(engine) as cn:
        found = nominations.find(cn, number)
        if found is None:
            raise NoSuchNomination(number)
        row, unit_row = found
        owners = units.by_row(cn, [unit_row])
        standing = next(entry for entry in nominations.standings(cn, [unit_row]) if entry.id == row)
        who = addresses.of_units(cn, owners, registry)[unit_row]
        reachable = unanswered.can_be_told(cn, unit_row, row, who)
        after = _after(cn, standing, action)
    return Foreseen(standing.state, after, reachable, owners[unit_row], standing.case)


def try_to_decide(
    engine: Engine,
    number: str,
    action: Action,
    by: str,
    reason: str,
    told: str | None,
    registry: Sequence[UnitRow],
    seen: str | None = None,
) -> Outcome | NotDecided:
    """What `decide` does, for one who goes on to the next nomination where it cannot be done."""
    try:
        return decide(engine, number, action, by, reason, told, registry, seen)
    except NoSuchNomination:
        return NotDecided.GONE
    except (Overtaken, Conflict):
        return NotDecided.OVERTAKEN
    except lifecycle.Refused:
        return NotDecided.NOT_NOW


def try_to_foresee(
    engine: Engine, number: str, action: Action, registry: Sequence[UnitRow]
) -> Foreseen | NotDecided:
    """What `foresee` tells, or why it cannot be."""
    try:
        return foresee(engine, number, action, registry)
    except NoSuchNomination:
        return NotDecided.GONE
    except lifecycle.Refused:
        return NotDecided.NOT_NOW


def possible(state: State) -> list[Action]:
    """What a person may decide about a nomination in that state."""
    return [action for action in Action if (state, lifecycle.Event(action.value)) in lifecycle.TABLE]


def _after(cn: Connection, standing: Standing, action: Action) -> State:
    judged = state_of(nominations.findings_of(cn, [standing.id]).get(standing.id, ()))
    return lifecycle.by_person(standing.state, action, judged)
