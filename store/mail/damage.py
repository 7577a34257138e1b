"""Mail whose archived bytes were lost or damaged beneath us: noted, waited for, read again; what never came.

Such a message has a `trouble` and is not in quarantine.  One that was read before keeps what was read
of it, so that nothing is judged as if it had never come; letters to whoever sent it wait.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.model.mail import MessageState
from store.archive.names import Shelf
from store.database import audit
from store.database.schema import document, event, inspection, message, reading, sighting

DAMAGED = "archive damaged"
"""The verb of the event; noted `PATIENCE` times, so that it is known how often bytes were wanted in vain."""

PATIENCE = 5
"""Passes in which a mail of unknown sender that cannot be had holds all letters; staff are told."""

IS_DAMAGED = (message.c.state != MessageState.QUARANTINED) & message.c.trouble.is_not(None)
"""True for a message whose bytes, or a file of it, could not be had when they were last wanted."""

_WAS_READ = message.c.kind.is_not(None) & message.c.received_at.is_not(None)


@dataclass(frozen=True, slots=True)
class Lost:
    """A message to be fetched again: the hash that its bytes must have, and its Message-ID if known."""

    content_hash: str
    message_id: str | None


def note(cn: Connection, message_row: int, trouble: str, at: datetime) -> None:
    """Notes that the message's own bytes cannot be had; what was read of them before stays."""
    cn.execute(
        sa.update(message)
        .where(message.c.id == message_row)
        .values(
            trouble=trouble,
            state=sa.case((_WAS_READ, MessageState.READ.value), else_=MessageState.RECEIVED.value),
        )
    )
    if _times(cn, message_row) < PATIENCE:
        audit.append(cn, audit.AuditEvent(at, DAMAGED, trouble, message_id=message_row))


def note_document(cn: Connection, content_hash: str, trouble: str) -> None:
    """Notes that a file cannot be had, so that the messages that brought it are taken apart again."""
    bringing = sa.select(document.c.message_id).where(document.c.content_hash == content_hash)
    cn.execute(
        sa.update(message)
        .where(message.c.id.in_(bringing), message.c.state == MessageState.READ)
        .values(trouble=trouble)
    )


def damaged_files(cn: Connection, hashes: Collection[str]) -> frozenset[str]:
    """Those of these files that came with a message which is to be fetched again."""
    rows = sa.select(document.c.content_hash).join(message, message.c.id == document.c.message_id)
    return frozenset(cn.execute(rows.where(document.c.content_hash.in_(hashes), IS_DAMAGED)).scalars())


def holds_letters(cn: Connection) -> bool:
    """True while mail waits of which nobody knows yet whose it is, so that any letter might be wrong.

    One that cannot be had and was never read holds them as often as one that does not come whole.
    """
    times = (
        sa.select(sa.func.count())
        .where(event.c.message_id == message.c.id, event.c.verb == DAMAGED)
        .scalar_subquery()
    )
    unknown = message.c.trouble.is_(None) | (message.c.claimed_from.is_(None) & (times < PATIENCE))
    found = sa.select(message.c.id).where(message.c.state == MessageState.RECEIVED, unknown)
    return cn.execute(found).first() is not None


def lost(cn: Connection) -> list[Lost]:
    """All messages that are to be fetched again."""
    rows = cn.execute(
        sa.select(message.c.content_hash, message.c.message_id).where(IS_DAMAGED).order_by(message.c.id)
    )
    return [Lost(*row) for row in rows]


def places(cn: Connection, account: str, name: str, uidvalidity: int) -> dict[int, str]:
    """Where in a folder copies of them were seen: the hash that each UID's bytes had."""
    rows = cn.execute(
        sa.select(sighting.c.uid, message.c.content_hash)
        .join(message, message.c.id == sighting.c.message_id)
        .where(
            IS_DAMAGED,
            sighting.c.account == account,
            sighting.c.folder == name,
            sighting.c.uidvalidity == uidvalidity,
        )
        .order_by(sighting.c.uid)
    )
    return {row.uid: row.content_hash for row in rows}


def told(cn: Connection) -> list[dict[str, Any]]:
    """The messages that staff hear of: whose they are, when they came, and what is the matter."""
    rows = cn.execute(
        sa.select(
            message.c.id, message.c.content_hash, message.c.claimed_from, message.c.subject, message.c.trouble
        )
        .where(IS_DAMAGED)
        .order_by(message.c.id)
    )
    return [dict(row._mapping) for row in rows]


def files(cn: Connection) -> dict[Shelf, set[str]]:
    """The hashes of all files that the archive must hold, by shelf."""
    seen = cn.execute(sa.select(inspection.c.facts)).scalars()
    gone = sa.select(reading.c.content_hash).where(reading.c.version == "erased")
    return {
        "messages": set(
            cn.execute(sa.select(message.c.content_hash).where(message.c.erased.is_(None))).scalars()
        ),
        "documents": set(
            cn.execute(
                sa.select(document.c.content_hash).where(document.c.content_hash.not_in(gone))
            ).scalars()
        ),
        "pictures": {picture["content_hash"] for facts in seen for picture in facts["pictures"]},
    }


def _times(cn: Connection, message_row: int) -> int:
    query = sa.select(sa.func.count()).where(event.c.message_id == message_row, event.c.verb == DAMAGED)
    return int(cn.execute(query).scalar_one())


def unfetched(cn: Connection) -> list[dict[str, Any]]:
    """Mails that are seen in the mailbox and have never come whole."""
    rows = cn.execute(
        sa.select(sighting.c.folder, sighting.c.uid, sighting.c.attempts, sighting.c.trouble)
        .where(sighting.c.message_id.is_(None))
        .order_by(sighting.c.folder, sighting.c.uid)
    )
    return [dict(row._mapping) for row in rows]
