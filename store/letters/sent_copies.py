"""Copies of sent letters for the folder of sent mail: owed, filed, or not; told by events alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.database import audit
from store.database.schema import event, letter

OWED, FILED, FAILED = "letter copy owed", "letter copied", "letter not copied"

TRIES = 2
"""A copy is tried at once and once more: the letter itself stands in our own store."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A letter that went out and whose copy is owed."""

    letter: int
    message_id: str
    raw: bytes
    sent_at: datetime


def owe(cn: Connection, letter_row: int, at: datetime) -> None:
    """Notes that a copy of a letter is to be filed."""
    audit.append(cn, audit.AuditEvent(at, OWED, letter_id=letter_row))


def owed(cn: Connection) -> list[Copy]:
    """The copies that are owed, in the order of their letters."""
    told = (
        sa.select(
            event.c.letter_id,
            sa.func.sum(sa.case((event.c.verb == FILED, 1), else_=0)).label("filed"),
            sa.func.sum(sa.case((event.c.verb == FAILED, 1), else_=0)).label("failed"),
            sa.func.sum(sa.case((event.c.verb == OWED, 1), else_=0)).label("owed"),
        )
        .where(event.c.verb.in_((OWED, FILED, FAILED)))
        .group_by(event.c.letter_id)
        .subquery()
    )
    rows = cn.execute(
        sa.select(letter.c.id, letter.c.message_id, letter.c.raw, letter.c.sent_at)
        .join(told, told.c.letter_id == letter.c.id)
        .where(told.c.owed > 0, told.c.filed == 0, told.c.failed < TRIES, letter.c.sent_at.is_not(None))
        .order_by(letter.c.id)
    )
    return [Copy(row.id, row.message_id, row.raw, row.sent_at) for row in rows]


def note(cn: Connection, letter_row: int, at: datetime, folder: str, trouble: str) -> None:
    """Records how filing a copy went."""
    verb = FAILED if trouble else FILED
    audit.append(cn, audit.AuditEvent(at, verb, trouble or f"to {folder}", letter_id=letter_row))
