"""How many letters an address and an exchange of mails have had: a guard against loops (RFC 3834 §2).

They are the last guard.  Whoever writes letters asks first whether there is room, and what is not written
stays owed; the outbox holds what exceeds the cap of an exchange.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.model.mail import TO_STAFF
from store.database import audit
from store.database.schema import event, letter, message

TO_UNITS = letter.c.kind.not_in(TO_STAFF)
"""Letters to those who write to the mailbox; staff's own are none of them."""

POSTPONED = "letters postponed"
"""The event that an address has had its letters of the day; its detail is the address."""


def has_room(cn: Connection, to: str, limit: int, midnight: datetime, now: datetime) -> bool:
    """True while an address has had fewer letters than `limit` since midnight; staff hear of it once a day.

    Digests and alerts go to staff, who write no loops, and are not counted.
    """
    address = to.lower()
    written = cn.execute(
        sa.select(sa.func.count())
        .select_from(letter)
        .where(
            sa.func.lower(letter.c.to_address) == address,
            letter.c.created_at >= midnight,
            TO_UNITS,
        )
    ).scalar_one()
    if written < limit:
        return True
    told = event.c.verb == POSTPONED, event.c.detail == address, event.c.at >= midnight
    if cn.execute(sa.select(event.c.id).where(*told)).first() is None:
        audit.append(cn, audit.AuditEvent(now, POSTPONED, address))
    return False


POOL_EMPTY = "plain receipts postponed"
"""The event that the plain receipts of a day are used up."""


def pool_has_room(
    cn: Connection, prefixes: Sequence[str], limit: int, midnight: datetime, now: datetime
) -> bool:
    """True while fewer letters than `limit` with such beginnings of their keys were written since midnight.

    Staff find in the events, once a day, that there were no more.
    """
    begins = sa.or_(*(letter.c.key.startswith(prefix, autoescape=True) for prefix in prefixes))
    counted = sa.select(sa.func.count()).select_from(letter).where(begins, letter.c.created_at >= midnight)
    if cn.execute(counted).scalar_one() < limit:
        return True
    told = event.c.verb == POOL_EMPTY, event.c.at >= midnight
    if cn.execute(sa.select(event.c.id).where(*told)).first() is None:
        audit.append(cn, audit.AuditEvent(now, POOL_EMPTY, f"{limit} a day"))
    return False


def postponed(cn: Connection, since: datetime, until: datetime) -> list[str]:
    """The addresses whose letters of a day were reached between two instants, each once."""
    rows = cn.execute(
        sa.select(event.c.detail)
        .where(event.c.verb == POSTPONED, event.c.at.between(since, until))
        .order_by(event.c.id)
    )
    return list(dict.fromkeys(rows.scalars()))


def thread_of(cn: Connection, in_reply_to: str | None) -> str | None:
    """What names the exchange of mails that an answer to this Message-ID stands in: its first Message-ID.

    Programs that keep no References break an exchange into pieces, which our own letters join again.
    """
    if in_reply_to is None:
        return None
    facts = (
        cn.execute(sa.select(message.c.facts).where(message.c.message_id == in_reply_to)).scalars().first()
    )
    above = [*facts["references"], *facts["in_reply_to"]] if facts else []
    known = (
        sa.select(letter.c.thread)
        .where(
            letter.c.message_id.in_(above) | letter.c.in_reply_to.in_([*above, in_reply_to]),
            letter.c.thread.is_not(None),
        )
        .order_by(letter.c.id)
    )
    return cn.execute(known).scalars().first() or next(iter(above), in_reply_to)


def written_in(cn: Connection, thread: str, to: str) -> int:
    """How many letters to an address stand in an exchange of mails: nobody else's fill it."""
    mine = letter.c.thread == thread, sa.func.lower(letter.c.to_address) == to.lower()
    counted = sa.select(sa.func.count()).select_from(letter).where(*mine)
    return cn.execute(counted).scalar_one()
