"""Mail that waits for a letter: whose, since when, and who may be told what."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.mail.links import CloudLink, own_links
from store.database.schema import document, letter_message, message, nomination_document, unit
from store.mail import damage
from store.mail.messages import is_proven

TRUSTED = frozenset({"form", "reply", "address"})
"""Attributions after which a sender may be told of all that his unit has sent, if he is who he says."""

ARRIVED = sa.case(
    (message.c.received_at > message.c.archived_at, message.c.archived_at), else_=message.c.received_at
)
"""When a mail came, but never later than we had it: a clock that is ahead must hold up no letter."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A message that no letter answers yet; `answer_to` None: none may.

    `links` are the files that it offers by a link instead of bringing them.
    """

    id: int
    message_id: str | None
    references: tuple[str, ...]
    received_at: datetime
    answer_to: str | None
    subject: str
    claimed_from: str
    links: tuple[CloudLink, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A unit that waits for a letter: when its newest mail came, and when its last was archived."""

    unit_id: int
    came: datetime
    archived: datetime


def waiting_units(cn: Connection) -> list[Waiting]:
    """Units with unanswered messages that may be answered, the longest waiting first.

    What unverified senders sent has a plain receipt of its own (`store/letters/questions.py`).
    """
    waiting = (
        sa.select(message.c.unit_id)
        .outerjoin(letter_message, letter_message.c.message_id == message.c.id)
        .where(
            message.c.kind == "material",
            message.c.assembled.is_(True),
            message.c.unit_id.is_not(None),
            message.c.answer_to.is_not(None),
            letter_message.c.letter_id.is_(None),
            is_proven(),
        )
        .distinct()
    )
    rows = cn.execute(
        sa.select(
            message.c.unit_id,
            sa.func.max(ARRIVED).label("came"),
            sa.func.max(message.c.archived_at).label("archived"),
        )
        .where(message.c.unit_id.in_(waiting))
        .group_by(message.c.unit_id)
        .order_by(sa.func.min(message.c.received_at), message.c.unit_id)
    )
    return [Waiting(row.unit_id, row.came, row.archived) for row in rows]


def unread_senders(cn: Connection) -> set[str]:
    """Senders with a message that is archived but not judged: it may hold what seems to be missing.

    One whose bytes were damaged beneath us counts among these until it is read again.
    """
    rows = cn.execute(
        sa.select(message.c.claimed_from).where(
            (message.c.state != "read")
            | damage.IS_DAMAGED
            | ((message.c.kind == "material") & message.c.assembled.is_(False))
        )
    )
    return {sender or "" for sender in rows.scalars()}


def senders_of(cn: Connection, unit_row: int, attributions: Collection[str] = ()) -> set[str]:
    """The addresses from which a unit has written; only by proven mail attributed so, where that is said."""
    statement = sa.select(message.c.claimed_from).where(message.c.unit_id == unit_row).distinct()
    if attributions:
        statement = statement.where(message.c.attribution.in_(attributions), is_proven())
    return {sender or "" for sender in cn.execute(statement).scalars()}


def of_unit(cn: Connection, unit_row: int) -> list[Unanswered]:
    """The unit's proven messages that no letter answers yet, oldest first; locks the unit (Postgres)."""
    cn.execute(sa.select(unit.c.id).where(unit.c.id == unit_row).with_for_update())
    return _material(cn, unit_row, letter_message.c.letter_id.is_(None))


def ever_of_unit(cn: Connection, unit_row: int) -> list[Unanswered]:
    """All that the unit has surely sent, answered or not, oldest first; locks the unit (Postgres)."""
    cn.execute(sa.select(unit.c.id).where(unit.c.id == unit_row).with_for_update())
    return _material(cn, unit_row, sa.true())


def _material(cn: Connection, unit_row: int, where: sa.ColumnElement[bool]) -> list[Unanswered]:
    rows = cn.execute(
        sa.select(message)
        .outerjoin(letter_message, letter_message.c.message_id == message.c.id)
        .where(
            message.c.kind == "material",
            message.c.unit_id == unit_row,
            message.c.assembled.is_(True),
            is_proven(),
            # A person speaks with its sender; no letter is about it, nor held back by it.
            message.c.classified.is_(None),
            where,
        )
        .order_by(message.c.received_at, message.c.id)
    )
    return [unanswered_mail(row) for row in rows]


def unanswered_mail(row: sa.Row[Any]) -> Unanswered:
    """A whole row of `message` as a mail to answer."""
    facts = row.facts
    return Unanswered(
        row.id,
        row.message_id,
        tuple(facts["references"]),
        row.received_at,
        row.answer_to,
        row.subject or "",
        row.claimed_from or "",
        own_links(facts["body"], facts.get("quoted", ""), row.received_at),
    )


def can_be_told(cn: Connection, unit_row: int, nomination_row: int) -> bool:
    """True where a mail of the unit that may be answered comes from somebody who may read of a nomination.

    That is whoever is known to write for the unit, and whoever brought the nomination.
    """
    mails = [mail for mail in ever_of_unit(cn, unit_row) if mail.answer_to]
    trusted = senders_of(cn, unit_row, TRUSTED)
    return any(
        mail.claimed_from in trusted or nomination_row in nominations_of_messages(cn, [mail.id])
        for mail in mails
    )


def nominations_of_messages(cn: Connection, message_rows: Collection[int]) -> set[int]:
    """The nominations that documents of these messages belong to."""
    rows = cn.execute(
        sa.select(nomination_document.c.nomination_id)
        .join(document, document.c.id == nomination_document.c.document_id)
        .where(document.c.message_id.in_(message_rows))
    )
    return set(rows.scalars())
