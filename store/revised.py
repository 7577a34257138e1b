"""Nominations that lack something though their unit was last told otherwise."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.model import State
from store.schema import (
    document,
    letter,
    letter_message,
    letter_nomination,
    message,
    nomination,
    nomination_document,
)
from store.told import in_force


def overtaken(cn: Connection) -> set[tuple[int, int]]:
    """Nominations (row, unit's row) that became deficient or held after they were last written of.

    Left out are those with papers from mail that no letter answers yet: its answer will tell; and
    those on which a person's decision is in force, which has a letter of its own.
    """
    last = (
        sa.select(letter_nomination.c.nomination_id, sa.func.max(letter.c.created_at).label("at"))
        .join(letter, letter.c.id == letter_nomination.c.letter_id)
        .group_by(letter_nomination.c.nomination_id)
        .subquery()
    )
    unanswered = (
        sa.select(nomination_document.c.nomination_id)
        .join(document, document.c.id == nomination_document.c.document_id)
        .join(message, message.c.id == document.c.message_id)
        .outerjoin(letter_message, letter_message.c.message_id == message.c.id)
        .where(message.c.answer_to.is_not(None), letter_message.c.letter_id.is_(None))
    )
    rows = cn.execute(
        sa.select(nomination.c.id, nomination.c.unit_id)
        .join(last, last.c.nomination_id == nomination.c.id)
        .where(
            nomination.c.state.in_((State.DEFICIENT, State.HELD)),
            last.c.at < nomination.c.changed_at,
            nomination.c.id.not_in(unanswered),
            nomination.c.id.not_in(in_force()),
        )
    )
    return {(row.id, row.unit_id) for row in rows}
