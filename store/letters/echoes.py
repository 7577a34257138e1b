"""Mail that may only give back what we wrote or hold: the letter it speaks of, and what it brings anew."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.mail.loops import MailFile
from intake.domain.model.facts import MessageFacts, OpaqueFacts
from intake.domain.model.mail import MessageKind
from store.database.schema import (
    document,
    letter,
    letter_message,
    message,
    nomination,
    nomination_document,
    reading,
)
from store.database.schema import unit as unit_table
from store.letters.caps import TO_UNITS
from store.mail.readings import facts_adapter, message_adapter
from store.mail.settlement import is_settled


@dataclass(frozen=True, slots=True)
class Spoken:
    """A letter that a mail answers or gives back: its row, and when it was written."""

    id: int
    at: datetime


def facts_of(cn: Connection, message_row: int) -> MessageFacts:
    """What a message says of itself."""
    found = cn.execute(sa.select(message.c.facts).where(message.c.id == message_row)).scalar_one()
    return message_adapter().validate_python(found)


def named(cn: Connection, message_ids: Collection[str], references: Collection[str]) -> Spoken | None:
    """The newest letter of ours with one of these Message-IDs or numbers."""
    return _newest(cn, letter.c.message_id.in_(message_ids) | letter.c.reference.in_(references))


def lately_to(cn: Connection, addresses: Collection[str], since: datetime, until: datetime) -> Spoken | None:
    """The newest letter between the two to one of these addresses, or about mail from one of them."""
    return _newest(cn, letter.c.created_at.between(since, until), _to_or_about(addresses))


def _to_or_about(addresses: Collection[str]) -> sa.ColumnElement[bool]:
    about = (
        sa.select(letter_message.c.letter_id)
        .join(message, message.c.id == letter_message.c.message_id)
        .where(message.c.claimed_from.in_(addresses))
    )
    return sa.func.lower(letter.c.to_address).in_(addresses) | letter.c.id.in_(about)


def _newest(cn: Connection, *where: sa.ColumnElement[bool]) -> Spoken | None:
    row = cn.execute(
        sa.select(letter.c.id, letter.c.created_at).where(TO_UNITS, *where).order_by(letter.c.id.desc())
    ).first()
    return Spoken(row.id, row.created_at) if row else None


def pieces(cn: Connection, message_row: int, known_to: Collection[str] | None) -> list[MailFile]:
    """The documents of a message; known are bytes that an answered mail brought before.

    With `known_to`, only where that answer went to one of these addresses or was about their mail.
    """
    rows = cn.execute(
        sa.select(document, reading.c.facts)
        .outerjoin(reading, reading.c.content_hash == document.c.content_hash)
        .where(document.c.message_id == message_row)
        .order_by(document.c.ordinal)
    ).all()
    answered = (
        sa.select(document.c.content_hash)
        .join(letter_message, letter_message.c.message_id == document.c.message_id)
        .join(letter, letter.c.id == letter_message.c.letter_id)
        .where(
            document.c.content_hash.in_({row.content_hash for row in rows}),
            document.c.message_id != message_row,
            TO_UNITS,
            sa.true() if known_to is None else _to_or_about(known_to),
        )
    )
    known = set(cn.execute(answered).scalars())
    return [
        MailFile(
            row.filename,
            row.folder,
            row.content_hash,
            row.size,
            # What was never read is not known to be nothing.
            facts_adapter().validate_python(row.facts) if row.facts else OpaqueFacts("unknown"),
            row.content_hash in known,
        )
        for row in rows
    ]


def answered_mail(cn: Connection, unit_row: int) -> list[MessageFacts]:
    """What the answered mails of a unit say, for the links that they offered."""
    rows = cn.execute(
        sa.select(message.c.facts)
        .join(letter_message, letter_message.c.message_id == message.c.id)
        .where(message.c.unit_id == unit_row)
    )
    return [message_adapter().validate_python(facts) for facts in rows.scalars()]


def changed_since(cn: Connection, message_row: int, at: datetime) -> bool:
    """True where a message's files lie with a nomination that has changed since, or moved another paper.

    A file that is sent again may take the place of a later version: its unit must hear of that.
    """
    mine = sa.select(document.c.content_hash).where(document.c.message_id == message_row)
    held = (
        sa.select(nomination_document.c.nomination_id)
        .join(document, document.c.id == nomination_document.c.document_id)
        .where(document.c.content_hash.in_(mine))
    )
    later = nomination.c.id.in_(held) & (nomination.c.changed_at > at)
    if cn.execute(sa.select(nomination.c.id).where(later)).first() is not None:
        return True
    current = cn.execute(_placed(held).where(nomination_document.c.current)).all()
    own = set(cn.execute(mine).scalars())
    for row in current:
        if row.content_hash not in own:
            continue
        others = _placed([row.nomination_id]).where(
            nomination_document.c.role == row.role, document.c.content_hash != row.content_hash
        )
        first = sa.select(sa.func.min(message.c.received_at)).join(
            document, document.c.message_id == message.c.id
        )
        came = cn.execute(first.where(document.c.content_hash == row.content_hash)).scalar_one()
        if any(other.received_at > came for other in cn.execute(others)):
            return True
    return False


def _placed(nominations: Any) -> sa.Select[Any]:
    """Forms and scans of nominations, with their bytes and when they came."""
    return (
        sa.select(
            nomination_document.c.nomination_id,
            nomination_document.c.role,
            document.c.content_hash,
            message.c.received_at,
        )
        .join(document, document.c.id == nomination_document.c.document_id)
        .join(message, message.c.id == document.c.message_id)
        .where(
            nomination_document.c.nomination_id.in_(nominations),
            nomination_document.c.role.in_(("form", "scan")),
        )
    )


def repeated(cn: Connection, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Material that got no letter of its own, since it brought nothing but what was answered before."""
    rows = cn.execute(
        sa.select(
            message.c.id,
            message.c.claimed_from,
            message.c.subject,
            message.c.received_at,
            unit_table.c.name.label("unit"),
            letter.c.reference,
        )
        .join(letter_message, letter_message.c.message_id == message.c.id)
        .join(letter, letter.c.id == letter_message.c.letter_id)
        .outerjoin(unit_table, unit_table.c.id == message.c.unit_id)
        .where(
            message.c.kind == MessageKind.MATERIAL,
            letter.c.created_at < message.c.archived_at,
            message.c.archived_at.between(since, until),
            ~is_settled(),
        )
        .order_by(message.c.received_at, message.c.id)
    )
    return [dict(row._mapping) for row in rows]
