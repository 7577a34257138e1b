"""Since when a unit knows what its nominations lack, and what it has sent since."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.model.mail import LetterKind, LetterState, MessageKind
from intake.domain.model.nomination import State
from store.database.schema import (
    bounce,
    document,
    letter,
    letter_nomination,
    message,
    nomination,
)
from store.letters.decisions import in_force

NOTICES = (LetterKind.DEFICIENCY, LetterKind.DECISION)
"""The letters that tell a unit what a nomination lacks."""


OWN_WORDS = (MessageKind.MATERIAL, MessageKind.ENQUIRY, MessageKind.OTHER)
"""Mail that somebody wrote, as against what machines send."""


def lapsed(cn: Connection, since: datetime, until: datetime) -> set[str]:
    """The numbers of the nominations that lapsed from one instant to another and are so still."""
    rows = cn.execute(
        sa.select(nomination.c.number).where(
            nomination.c.state == State.LAPSED,
            nomination.c.changed_at >= since,
            nomination.c.changed_at < until,
        )
    )
    return set(rows.scalars())


@dataclass(frozen=True, slots=True)
class Lacking:
    """A nomination of which something is wanted, and when notices of it went out since that is so.

    `decided` is true where a person's decision is in force, which no rule ends.
    """

    id: int
    number: str
    unit_id: int
    decided: bool
    first_told: datetime | None
    last_told: datetime | None


def lacking(cn: Connection, states: Collection[State] = (State.DEFICIENT,)) -> list[Lacking]:
    """The nominations in these states by their numbers; a letter that came back told nobody."""
    returned = sa.select(bounce.c.letter_id).where(bounce.c.outcome == "failed")
    notice = (
        sa.select(letter_nomination.c.nomination_id, letter.c.sent_at)
        .join(letter, letter.c.id == letter_nomination.c.letter_id)
        .where(letter.c.kind.in_(NOTICES), letter.c.state == LetterState.SENT, letter.c.id.not_in(returned))
        .subquery()
    )
    rows = cn.execute(
        sa.select(
            nomination.c.id,
            nomination.c.number,
            nomination.c.unit_id,
            nomination.c.id.in_(in_force()).label("decided"),
            sa.func.min(notice.c.sent_at).label("first_told"),
            sa.func.max(notice.c.sent_at).label("last_told"),
        )
        .outerjoin(
            notice,
            (notice.c.nomination_id == nomination.c.id) & (notice.c.sent_at >= nomination.c.changed_at),
        )
        .where(nomination.c.state.in_(states))
        .group_by(nomination.c.id, nomination.c.number, nomination.c.unit_id)
        .order_by(nomination.c.number)
    )
    return [
        Lacking(row.id, row.number, row.unit_id, bool(row.decided), row.first_told, row.last_told)
        for row in rows
    ]


def has_written_since(cn: Connection, senders: Collection[str], at: datetime) -> bool:
    """True where one of these senders sent a mail of his own archived after `at`."""
    found = sa.select(message.c.id).where(
        message.c.archived_at > at,
        message.c.claimed_from.in_(senders),
        message.c.kind.is_(None) | message.c.kind.in_(OWN_WORDS),
    )
    return cn.execute(found.limit(1)).first() is not None


def brought_since(
    cn: Connection, content_hashes: Collection[str], senders: Collection[str], at: datetime
) -> bool:
    """True where a mail of one of these senders, archived after `at`, brought one of these files.

    Be it for the second time.
    """
    found = (
        sa.select(document.c.id)
        .join(message, message.c.id == document.c.message_id)
        .where(
            document.c.content_hash.in_(content_hashes),
            message.c.claimed_from.in_(senders),
            message.c.archived_at > at,
        )
    )
    return cn.execute(found.limit(1)).first() is not None
