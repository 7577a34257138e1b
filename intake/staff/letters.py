"""A person's word on letters that wait: they go, or they stay."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.engine import Engine

from intake import clock
from intake.domain.model.mail import LetterState
from store import reports
from store.database.engine import writing
from store.letters import outbox, returns

RELEASED_FROM = (LetterState.HELD, LetterState.DEAD)
HELD_FROM = (LetterState.QUEUED,)


class Moved(StrEnum):
    """What became of a letter that a person released or held."""

    DONE = "done"
    ANEW = "anew"
    """It could not be written before: the next pass writes it anew."""
    BLOCKED = "blocked"
    """A letter to its address came back, and nobody has cleared it."""
    REFUSED = "refused"
    """Its state does not allow it."""
    UNKNOWN = "unknown"
    """There is no such letter."""


@dataclass(frozen=True, slots=True)
class LetterMove:
    """The outcome, with the blocked `address` where there is one."""

    moved: Moved
    address: str = ""


def release(engine: Engine, letter: int, by: str) -> LetterMove:
    """Lets a held or dead letter go out at the next delivery; what could not be written is written anew."""
    with writing(engine) as cn:
        if reports.raw_letter(cn, letter) is None:
            return LetterMove(Moved.UNKNOWN)
        if outbox.write_again(cn, letter, clock.now(), by):
            return LetterMove(Moved.ANEW)
        if address := returns.blocked_address(cn, letter):
            return LetterMove(Moved.BLOCKED, address)
        moved = outbox.move(cn, letter, LetterState.QUEUED, RELEASED_FROM, clock.now(), by)
    return LetterMove(Moved.DONE if moved else Moved.REFUSED)


def hold(engine: Engine, letter: int, by: str) -> LetterMove:
    """Keeps a queued letter back until it is released."""
    with writing(engine) as cn:
        if reports.raw_letter(cn, letter) is None:
            return LetterMove(Moved.UNKNOWN)
        moved = outbox.move(cn, letter, LetterState.HELD, HELD_FROM, clock.now(), by)
    return LetterMove(Moved.DONE if moved else Moved.REFUSED)
