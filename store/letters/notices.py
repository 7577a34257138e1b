"""Decisions that units must hear of, and since when a unit knows what its nominations lack."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.model.mail import LetterKind, LetterState, MessageKind
from intake.domain.model.nomination import Action, State
from store.database.schema import (
    bounce,
    decision,
    document,
    letter,
    letter_nomination,
    message,
    nomination,
    unit,
)

Row = dict[str, Any]

NOTICES = (LetterKind.DEFICIENCY, LetterKind.DECISION)
"""The letters that tell a unit what a nomination lacks."""


OWN_WORDS = (MessageKind.MATERIAL, MessageKind.ENQUIRY, MessageKind.OTHER)
"""Mail that somebody wrote, as against what machines send."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that no letter has told yet; `told` is what the unit is to hear of it."""

    id: int
    nomination_id: int
    unit_id: int
    action: Action
    told: str
    at: datetime


def untold(cn: Connection, unit_row: int | None = None) -> list[Decided]:
    """Decisions that are to be told and are in force still (of one unit, or all), in their order.

    One that another decision on the same nomination has overtaken is told to nobody.
    """
    last = sa.select(sa.func.max(decision.c.id)).group_by(decision.c.nomination_id)
    rows = cn.execute(
        sa.select(decision, nomination.c.unit_id)
        .join(nomination, nomination.c.id == decision.c.nomination_id)
        .where(
            decision.c.told.is_not(None),
            decision.c.letter_id.is_(None),
            decision.c.id.in_(last),
            sa.true() if unit_row is None else nomination.c.unit_id == unit_row,
        )
        .order_by(decision.c.id)
    )
    return [
        Decided(row.id, row.nomination_id, row.unit_id, Action(row.action), row.told, row.at) for row in rows
    ]


def untold_rows(cn: Connection, as_of: datetime) -> list[Row]:
    """What `untold` gives of decisions before an instant, for staff: on what, by whom, saying what."""
    waiting = {item.id for item in untold(cn) if item.at < as_of}
    rows = cn.execute(
        sa.select(decision, nomination.c.number, nomination.c.nominee, nomination.c.category)
        .add_columns(nomination.c.state, unit.c.name.label("unit"))
        .join(nomination, nomination.c.id == decision.c.nomination_id)
        .join(unit, unit.c.id == nomination.c.unit_id)
        .where(decision.c.id.in_(waiting))
        .order_by(decision.c.id)
    )
    return [
        {
            "number": row.number,
            "unit": row.unit or "",
            "nominee": row.nominee or "",
            "category": row.category,
            "state": row.state,
            "action": row.action,
            "by": row.by_name,
            "told": row.told,
            "at": row.at,
        }
        for row in rows
    ]


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


def mark_told(cn: Connection, decisions: Collection[int], letter_row: int) -> None:
    """Notes which letter tells these decisions; one that is told already keeps its letter."""
    cn.execute(
        sa.update(decision)
        .where(decision.c.id.in_(decisions), decision.c.letter_id.is_(None))
        .values(letter_id=letter_row)
    )


def told_along(cn: Connection, nominations: Collection[int], letter_row: int) -> None:
    """Notes that a letter about these nominations has told what was decided of them too."""
    mark_told(cn, [item.id for item in untold(cn) if item.nomination_id in nominations], letter_row)


def in_force() -> sa.Select[tuple[int]]:
    """The nominations on which a person's decision is in force: the last one is no reopening."""
    last = sa.select(sa.func.max(decision.c.id)).group_by(decision.c.nomination_id)
    return sa.select(decision.c.nomination_id).where(
        decision.c.id.in_(last), decision.c.action != Action.REOPEN
    )


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


def has_written_since(cn: Connection, unit_row: int, at: datetime) -> bool:
    """True where the unit, or whoever writes for it, sent a mail of his own archived after `at`."""
    senders = sa.select(message.c.claimed_from).where(message.c.unit_id == unit_row)
    found = sa.select(message.c.id).where(
        message.c.archived_at > at,
        (message.c.unit_id == unit_row) | message.c.claimed_from.in_(senders),
        message.c.kind.is_(None) | message.c.kind.in_(OWN_WORDS),
    )
    return cn.execute(found.limit(1)).first() is not None


def brought_since(cn: Connection, content_hashes: Collection[str], at: datetime) -> bool:
    """True where a mail archived after `at` brought one of these files, be it for the second time."""
    found = (
        sa.select(document.c.id)
        .join(message, message.c.id == document.c.message_id)
        .where(document.c.content_hash.in_(content_hashes), message.c.archived_at > at)
    )
    return cn.execute(found.limit(1)).first() is not None
