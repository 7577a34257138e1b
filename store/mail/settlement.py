"""A person's word that a mail needs nobody any longer: it was dealt with, or is not for this office.

The word is an event, the last one counts.  It says nothing of what the mail's papers are worth, and no
reading of the mail anew takes it away.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.database import audit
from store.database.schema import event, message

SETTLED, TAKEN_UP = "settled", "taken up"
"""The events of such a word, and of its being taken back."""


def is_settled() -> sa.ColumnElement[bool]:
    """True for a row of `message` that a person has settled."""
    last = (
        sa.select(event.c.verb)
        .where(event.c.message_id == message.c.id, event.c.verb.in_((SETTLED, TAKEN_UP)))
        .order_by(event.c.id.desc())
        .limit(1)
        .correlate(message)
        .scalar_subquery()
    )
    return sa.func.coalesce(last, "") == SETTLED


def stands(cn: Connection, row: int) -> bool:
    """True while a person's word on this mail stands."""
    return bool(cn.execute(sa.select(is_settled()).where(message.c.id == row)).scalar_one_or_none())


def settle(cn: Connection, row: int, by: str, reason: str, at: datetime) -> bool:
    """Records that a mail needs nobody any longer; False where it is settled already, or is none."""
    return _say(cn, row, audit.AuditEvent(at, SETTLED, reason, by, message_id=row), settled=False)


def take_up(cn: Connection, row: int, by: str, at: datetime) -> bool:
    """Takes such a word back, so that the mail is listed again; False where there is none."""
    return _say(cn, row, audit.AuditEvent(at, TAKEN_UP, "", by, message_id=row), settled=True)


def _say(cn: Connection, row: int, said: audit.AuditEvent, *, settled: bool) -> bool:
    # Locked first: two clerks may speak at once, and on Postgres neither would see the other's word.
    cn.execute(sa.select(message.c.id).where(message.c.id == row).with_for_update())
    stands = cn.execute(sa.select(is_settled()).where(message.c.id == row)).scalar_one_or_none()
    if stands is None or bool(stands) is not settled:
        return False
    audit.append(cn, said)
    return True
