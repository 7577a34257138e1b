"""The append-only trail of events: who did what to which nomination, message or letter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.database.schema import event

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


def of_nomination(cn: Connection, number: str) -> list[AuditEvent]:
    """The events of one nomination, oldest first."""
    rows = cn.execute(sa.select(event).where(event.c.number == number).order_by(event.c.id))
    return [
        AuditEvent(row.at, row.verb, row.detail, row.actor, row.number, row.message_id, row.letter_id)
        for row in rows
    ]
