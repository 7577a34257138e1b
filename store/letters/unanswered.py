"""Mail that waits for a letter: whose, since when, and who may be told what."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.assembly.correspondents import Correspondents
from intake.domain.mail.authentication import Authenticity
from intake.domain.mail.links import CloudLink, own_links
from store.database.schema import document, letter_message, message, nomination_document, unit
from store.mail import damage
from store.mail.messages import is_proven, vouched_for

ARRIVED = sa.case(
    (message.c.received_at > message.c.archived_at, message.c.archived_at), else_=message.c.received_at
)
"""When a mail came, but never later than we had it: a clock that is ahead must hold up no letter."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A message that no letter answers yet; `answer_to` None: none may.

    `links` are the files that it offers by a link instead of bringing them; `verified` tells that the
    provider vouches for its sender, `attribution` by what it was given to its unit.
    """

    id: int
    message_id: str | None
    references: tuple[str, ...]
    received_at: datetime
    answer_to: str | None
    subject: str
    claimed_from: str
    links: tuple[CloudLink, ...] = ()
    verified: bool = False
    attribution: str = "none"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who waits for a letter, and for which unit: when his newest mail came, and the newest message row.

    `verified` tells that the provider vouched for one of his mails.
    """

    unit_id: int
    sender: str
    verified: bool
    came: datetime
    newest: int


def waiting_senders(cn: Connection) -> list[Waiting]:
    """Senders with unanswered messages that may be answered, by unit, the longest waiting first.

    What unverified senders sent has a plain receipt of its own (`store/letters/questions.py`).
    """
    waiting = (
        sa.select(message.c.unit_id, message.c.claimed_from)
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
        .subquery()
    )
    rows = cn.execute(
        sa.select(
            message.c.unit_id,
            message.c.claimed_from,
            sa.func.max(sa.case((message.c.authentication == Authenticity.VERIFIED, 1), else_=0)).label(
                "vouched"
            ),
            sa.func.max(ARRIVED).label("came"),
            sa.func.max(message.c.id).label("newest"),
        )
        .join(
            waiting,
            (waiting.c.unit_id == message.c.unit_id) & (waiting.c.claimed_from == message.c.claimed_from),
        )
        .group_by(message.c.unit_id, message.c.claimed_from)
        .order_by(sa.func.min(message.c.received_at), message.c.unit_id, message.c.claimed_from)
    )
    return [
        Waiting(row.unit_id, row.claimed_from or "", bool(row.vouched), row.came, row.newest) for row in rows
    ]


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
        vouched_for(row),
        row.attribution or "none",
    )


def address_alone(address: str) -> Unanswered:
    """Stands for a mail where somebody is written to who has sent none."""
    return Unanswered(0, None, (), datetime.max.replace(tzinfo=UTC), address, "", address)


def can_be_told(cn: Connection, unit_row: int, nomination_row: int, who: Correspondents) -> bool:
    """True where somebody may be written to who may read of a nomination.

    That is the unit's correspondents, and whoever sent a mail that brought it and may be answered.
    """
    return bool(who.addresses) or any(
        who.knows(mail.claimed_from, verified=mail.verified)
        or nomination_row in nominations_of_messages(cn, [mail.id], waiting=False)
        for mail in ever_of_unit(cn, unit_row)
        if mail.answer_to
    )


def senders_on(cn: Connection, nomination_rows: Collection[int]) -> set[str]:
    """The addresses whose files make up these nominations, and those whose wait beside them."""
    rows = cn.execute(
        sa.select(message.c.claimed_from)
        .join(document, document.c.message_id == message.c.id)
        .join(nomination_document, nomination_document.c.document_id == document.c.id)
        .where(nomination_document.c.nomination_id.in_(nomination_rows))
        .distinct()
    )
    return {sender or "" for sender in rows.scalars()}


def nominations_of_messages(
    cn: Connection, message_rows: Collection[int], *, waiting: bool = True
) -> set[int]:
    """The nominations with which documents of these messages lie; `waiting` false: that they make up."""
    rows = cn.execute(
        sa.select(nomination_document.c.nomination_id)
        .join(document, document.c.id == nomination_document.c.document_id)
        .where(
            document.c.message_id.in_(message_rows),
            sa.true() if waiting else nomination_document.c.waiting.is_(False),
        )
    )
    return set(rows.scalars())
