"""The append-only trail of events: who did what to which nomination, message or letter."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from intake import clock
from store.database.engine import StoreDown, writing
from store.database.schema import event

log = logging.getLogger(__name__)

SERVICE = "shouwen"
"""The actor of everything that no person did."""


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One thing that happened; `detail` is one line."""

    at: datetime
    verb: str
    detail: str = ""
    actor: str = SERVICE
    number: str | None = None
    message_id: int | None = None
    letter_id: int | None = None


def append(cn: Connection, *events: AuditEvent) -> None:
    """Records events in the caller's transaction."""
    if events:
        cn.execute(
            sa.insert(event),
            [
                {
                    "at": item.at,
                    "actor": item.actor,
                    "verb": item.verb,
                    "number": item.number,
                    "message_id": item.message_id,
                    "letter_id": item.letter_id,
                    "detail": item.detail,
                }
                for item in events
            ],
        )


Newest = tuple[int, int]
"""The row of the newest event, and how many stand among the last `LATE` rows."""

LATE = 1000
"""Rows within which an event may still be committed behind newer ones, which took theirs after it."""


def newest(cn: Connection) -> Newest:
    """How far the events have come: whatever bears on the ledger is recorded with one."""
    last = cn.execute(sa.select(sa.func.coalesce(sa.func.max(event.c.id), 0))).scalar_one()
    return last, _counted(cn, last)


def is_newest(cn: Connection, seen: Newest) -> bool:
    """True where nothing was recorded since."""
    return _counted(cn, seen[0]) == seen[1]


def _counted(cn: Connection, last: int) -> int:
    return int(cn.execute(sa.select(sa.func.count()).where(event.c.id > last - LATE)).scalar_one())


OPENED, CHANGED, ARROW = "opened", "state", " -> "
"""The events that a nomination was opened, and that its state changed: "review -> complete: why"."""

TROUBLE = "trouble"
"""The event that something kept a pass from being all well; its detail is what staff read."""

TOLD_WITHIN = timedelta(hours=1)
"""The same trouble is on record once within this time: a pass may fail every two minutes."""


def note_trouble(cn: Connection, what: str, at: datetime) -> None:
    """Puts a trouble on record for the next digest, whatever becomes of this process."""
    known = event.c.verb == TROUBLE, event.c.detail == what, event.c.at > at - TOLD_WITHIN
    if cn.execute(sa.select(event.c.id).where(*known)).first() is None:
        append(cn, AuditEvent(at, TROUBLE, what))


@contextmanager
def apart(engine: Engine, whose: Callable[[Connection], str], fate: str) -> Iterator[None]:
    """A fault of ours within stops nobody else: it is logged, and staff read whose it is and its `fate`.

    An outage is raised.
    """
    try:
        yield
    except (StoreDown, OSError):
        raise
    except Exception as fault:
        with writing(engine) as cn:
            name = whose(cn)
            note_trouble(cn, f"{name}：{fate}（{type(fault).__name__}）", clock.now())
        log.exception("%s: a fault of ours, which stops nobody else", name)


def troubles(cn: Connection, since: datetime, until: datetime) -> list[str]:
    """The troubles between two instants, each once, in the order in which they came."""
    rows = cn.execute(
        sa.select(event.c.detail)
        .where(event.c.verb == TROUBLE, event.c.at.between(since, until))
        .order_by(event.c.id)
    )
    return list(dict.fromkeys(rows.scalars()))


def states_then(cn: Connection, instant: datetime) -> dict[str, str]:
    """The states that nominations had at an instant, of those which were there and have changed since."""
    rows = cn.execute(
        sa.select(event.c.number, event.c.verb, event.c.detail)
        .where(event.c.at >= instant, event.c.verb.in_((OPENED, CHANGED)))
        .order_by(event.c.id)
    )
    first: dict[str, str] = {}
    for number, verb, detail in rows:
        first.setdefault(number, "" if verb == OPENED else detail.partition(ARROW)[0])
    return {number: state for number, state in first.items() if state}


def of_nomination(cn: Connection, number: str, after: int = 0) -> list[AuditEvent]:
    """The events of one nomination, oldest first; only those `after` a row."""
    return _found(cn, event.c.number == number, event.c.id > after)


def of_message(cn: Connection, message_row: int) -> list[AuditEvent]:
    """The events of one mail, oldest first."""
    return _found(cn, event.c.message_id == message_row)


def _found(cn: Connection, *which: sa.ColumnElement[bool]) -> list[AuditEvent]:
    rows = cn.execute(sa.select(event).where(*which).order_by(event.c.id))
    return [
        AuditEvent(row.at, row.verb, row.detail, row.actor, row.number, row.message_id, row.letter_id)
        for row in rows
    ]
