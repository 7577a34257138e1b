"""Mail that waits for a plain receipt, and questions that staff have not answered yet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.model.mail import LetterState, MessageKind
from store.database import audit
from store.database.schema import event, letter, letter_message, message, sighting
from store.letters.unanswered import Unanswered, unanswered_mail
from store.mail.erasure import WHOLE
from store.mail.messages import is_proven, unverified
from store.mail.settlement import is_settled

EXCERPT = 120
"""Characters of a question that the digest shows."""

ANSWERED = "answered"
"""The event that a person answered a question; it names the mail and the letter."""


@dataclass(frozen=True, slots=True)
class Question:
    """A mail that no letter answers yet, with what makes its receipt the same everywhere."""

    mail: Unanswered
    content_hash: str
    archived: datetime


def waiting(
    cn: Connection, kind: MessageKind, since: datetime, but_in: Collection[str], to: str | None = None
) -> list[Question]:
    """Mail that waits for a plain receipt, oldest first: enquiries, or material of an unverified sender.

    It came from `since` on and may be answered (only to `to`, where given).  What the mailbox shows in the
    folders `but_in` (junk) alone is left out.
    """
    seen = sa.select(sighting.c.message_id).where(sighting.c.message_id.is_not(None))
    elsewhere = seen.where(sighting.c.folder.not_in(list(but_in)))
    # What a person has settled unanswered (an advertisement) wants no receipt; material still does.
    wanted = [~is_proven(), message.c.assembled.is_(True)]
    unproven = wanted if kind is MessageKind.MATERIAL else [~is_settled()]
    rows = cn.execute(
        sa.select(message)
        .outerjoin(letter_message, letter_message.c.message_id == message.c.id)
        .where(
            message.c.state == "read",
            message.c.kind == kind,
            message.c.answer_to.is_not(None) if to is None else message.c.answer_to == to,
            message.c.received_at >= since,
            letter_message.c.letter_id.is_(None),
            message.c.id.in_(elsewhere) | message.c.id.not_in(seen),
            *unproven,
        )
        .order_by(message.c.received_at, message.c.id)
    )
    return [Question(unanswered_mail(row), row.content_hash, row.archived_at) for row in rows]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that waits for a person: the mail, its bytes' hash, and what the provider doubts of it.

    `covered`: a letter answers it already, a plain receipt as a rule.
    """

    mail: Unanswered
    content_hash: str
    unverified: str
    covered: bool


def asked(cn: Connection, message_row: int) -> Asked | None:
    """A question that nobody has answered or settled, by its row; locks it (Postgres)."""
    row = cn.execute(
        sa.select(message).where(message.c.id == message_row, *_open()).with_for_update()
    ).one_or_none()
    if row is None or row.message_id in _answered_by_hand(cn):
        return None
    known = sa.select(letter_message.c.letter_id).where(letter_message.c.message_id == message_row)
    return Asked(
        unanswered_mail(row), row.content_hash, unverified(row), cn.execute(known).first() is not None
    )


def note_answer(cn: Connection, message_row: int, letter_row: int, by: str, at: datetime) -> None:
    """Records that a person answered a question by a letter, for as long as that letter stands."""
    audit.append(cn, audit.AuditEvent(at, ANSWERED, "", by, message_id=message_row, letter_id=letter_row))


def note_taken_back(cn: Connection, letter_row: int, by: str, at: datetime) -> None:
    """Records on the question that its answer was taken back."""
    row = answered_by(cn, letter_row)
    audit.append(cn, audit.AuditEvent(at, "answer taken back", "", by, message_id=row, letter_id=letter_row))


def answered_by(cn: Connection, letter_row: int) -> int | None:
    """The row of the question that a letter answers in a person's words; None for any other letter."""
    found = sa.select(event.c.message_id).where(event.c.letter_id == letter_row, event.c.verb == ANSWERED)
    return cn.execute(found).scalars().first()


def dealt_with(cn: Connection, most: int) -> list[dict[str, Any]]:
    """Questions that a person answered or settled at the desk or by command, the newest first."""
    last = sa.func.max(event.c.id).label("last")
    rows = cn.execute(
        sa.select(message.c.id, message.c.claimed_from, message.c.subject, message.c.received_at, last)
        .join(event, event.c.message_id == message.c.id)
        .where(
            message.c.kind == MessageKind.ENQUIRY,
            message.c.classified.is_(None),
            is_settled() | _is_answered(),
        )
        .group_by(message.c.id, message.c.claimed_from, message.c.subject, message.c.received_at)
        .order_by(last.desc())
        .limit(most)
    )
    return [{**row._mapping, "receipted": False, "unverified": "", "excerpt": ""} for row in rows]


def _is_answered() -> sa.ColumnElement[bool]:
    """True for a mail that a person answered by a letter that was not taken back."""
    return (
        sa.exists()
        .where(
            event.c.message_id == message.c.id,
            event.c.verb == ANSWERED,
            letter.c.id == event.c.letter_id,
            letter.c.to_address != "",
        )
        .correlate(message)
    )


def _open() -> list[sa.ColumnElement[bool]]:
    """What makes a mail a question that waits for a person, as far as the database can tell."""
    return [
        message.c.kind == MessageKind.ENQUIRY,
        message.c.classified.is_(None),
        sa.func.coalesce(message.c.erased, "") != WHOLE,
        ~is_settled(),
        ~_is_answered(),
    ]


def cover(cn: Connection, letter_row: int, message_rows: Collection[int]) -> None:
    """Lets a letter that is written answer further messages."""
    cn.execute(
        sa.insert(letter_message), [{"letter_id": letter_row, "message_id": row} for row in message_rows]
    )


def latest_receipt(cn: Connection, key_prefix: str, to: str, since: datetime) -> int | None:
    """The newest plain receipt, by how its key begins, that was written to an address since then."""
    return (
        cn.execute(
            sa.select(letter.c.id)
            .where(
                letter.c.key.startswith(key_prefix, autoescape=True),
                sa.func.lower(letter.c.to_address) == to.lower(),
                letter.c.created_at > since,
            )
            .order_by(letter.c.id.desc())
        )
        .scalars()
        .first()
    )


def unsettled(cn: Connection, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Questions that came in a span of time, or were first seen then, and that nobody answered or settled.

    A mail of the mailbox's own that threads to the question is its answer, where staff
    let a copy come to the mailbox.  `receipted` tells that a plain receipt was written for it; an
    earlier letter to its sender is none, nor one that is dead.
    """
    answered = _answered_by_hand(cn)
    receipted = (letter.c.created_at >= message.c.archived_at) & (letter.c.state != LetterState.DEAD)
    rows = cn.execute(
        sa.select(message, receipted.label("receipted"))
        .outerjoin(letter_message, letter_message.c.message_id == message.c.id)
        .outerjoin(letter, letter.c.id == letter_message.c.letter_id)
        .where(
            *_open(),
            message.c.received_at.between(since, until) | message.c.archived_at.between(since, until),
        )
        .order_by(message.c.received_at, message.c.id)
    )
    return [
        {
            "id": row.id,
            "claimed_from": row.claimed_from,
            "subject": row.subject,
            "received_at": row.received_at,
            "excerpt": " ".join(row.facts["body"].split())[:EXCERPT],
            "receipted": bool(row.receipted),
            "unverified": unverified(row),
        }
        for row in rows
        if row.message_id not in answered
    ]


def _answered_by_hand(cn: Connection) -> set[str]:
    rows = cn.execute(sa.select(message.c.facts).where(message.c.kind == "own", message.c.state == "read"))
    return {parent for facts in rows.scalars() for parent in (*facts["in_reply_to"], *facts["references"])}
