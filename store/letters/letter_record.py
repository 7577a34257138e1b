"""What each unit was last told of its nominations, and how they stand now.

Which letters were written to units about what they sent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.engine import Connection

from intake.domain.letters.last_letter import Said
from intake.domain.model.nomination import State
from store.database.schema import (
    decision,
    document,
    letter,
    letter_message,
    letter_nomination,
    message,
    nomination,
    nomination_document,
)
from store.letters.decisions import in_force


@cache
def said_adapter() -> TypeAdapter[Said]:
    """How what a letter said stands in its row."""
    return TypeAdapter(Said)


@dataclass(frozen=True, slots=True)
class LastTold:
    """A live nomination and what the last letter said of it.

    `papers_since` is true where files of it were archived after that letter, `decided_since` where
    a person decided on another nomination of the unit after it.
    """

    id: int
    unit_id: int
    state: State
    said: Said
    papers_since: bool
    decided_since: bool


def record_said(cn: Connection, letter_row: int, said: Mapping[int, Said]) -> None:
    """Notes what a letter asks for of each nomination (by row) that it speaks of."""
    told = [{"row": row, "told": said_adapter().dump_python(item, mode="json")} for row, item in said.items()]
    if told:
        about = letter_nomination.c.nomination_id == sa.bindparam("row")
        cn.execute(
            sa.update(letter_nomination)
            .where(letter_nomination.c.letter_id == letter_row, about)
            .values(said=sa.bindparam("told")),
            told,
        )


def last_told(cn: Connection, unit_row: int | None = None) -> list[LastTold]:
    """The nominations that lack something or are in order, of one unit or all, with what was said last.

    Left out are those with papers from mail that no letter answers yet: its answer will tell; and
    those on which a person's decision is in force, which has a letter of its own.
    """
    last = (
        sa.select(letter_nomination.c.nomination_id, sa.func.max(letter_nomination.c.letter_id).label("id"))
        .group_by(letter_nomination.c.nomination_id)
        .subquery()
    )
    papers = (
        sa.select(
            nomination_document.c.nomination_id,
            sa.func.max(message.c.archived_at).label("at"),
            sa.func.max(
                sa.case((message.c.answer_to.is_not(None) & letter_message.c.letter_id.is_(None), 1), else_=0)
            ).label("waiting"),
        )
        .join(document, document.c.id == nomination_document.c.document_id)
        .join(message, message.c.id == document.c.message_id)
        .outerjoin(letter_message, letter_message.c.message_id == message.c.id)
        .where(nomination_document.c.waiting.is_(False))
        .group_by(nomination_document.c.nomination_id)
        .subquery()
    )
    rows = cn.execute(
        sa.select(
            nomination.c.id,
            nomination.c.unit_id,
            nomination.c.state,
            letter_nomination.c.said,
            letter.c.created_at,
            papers.c.at.label("brought_at"),
        )
        .join(last, last.c.nomination_id == nomination.c.id)
        .join(letter, letter.c.id == last.c.id)
        .join(
            letter_nomination,
            (letter_nomination.c.nomination_id == nomination.c.id)
            & (letter_nomination.c.letter_id == last.c.id),
        )
        .join(papers, papers.c.nomination_id == nomination.c.id)
        .where(
            nomination.c.state.in_((State.DEFICIENT, State.HELD, State.COMPLETE)),
            letter_nomination.c.said.is_not(None),
            papers.c.waiting == 0,
            nomination.c.id.not_in(in_force()),
            sa.true() if unit_row is None else nomination.c.unit_id == unit_row,
        )
        .order_by(nomination.c.unit_id, nomination.c.id)
    ).all()
    decided = _decisions(cn)
    return [
        LastTold(
            row.id,
            row.unit_id,
            State(row.state),
            said_adapter().validate_python(row.said),
            row.brought_at > row.created_at,
            any(at > row.created_at and other != row.id for other, at in decided.get(row.unit_id, ())),
        )
        for row in rows
    ]


def _decisions(cn: Connection) -> dict[int, list[tuple[int, datetime]]]:
    """When persons decided on which nominations, by the row of the unit."""
    found: dict[int, list[tuple[int, datetime]]] = {}
    rows = cn.execute(
        sa.select(nomination.c.unit_id, decision.c.nomination_id, decision.c.at).join(
            nomination, nomination.c.id == decision.c.nomination_id
        )
    )
    for row in rows:
        found.setdefault(row.unit_id, []).append((row.nomination_id, row.at))
    return found


def letters_on(cn: Connection, unit_rows: Collection[int]) -> dict[int, set[str]]:
    """By document row, Message-IDs and numbers of the letters on the units' nominations that hold it."""
    rows = cn.execute(
        sa.select(nomination_document.c.document_id, letter.c.message_id, letter.c.reference)
        .join(letter_nomination, letter_nomination.c.nomination_id == nomination_document.c.nomination_id)
        .join(letter, letter.c.id == letter_nomination.c.letter_id)
        .join(nomination, nomination.c.id == nomination_document.c.nomination_id)
        .where(nomination.c.unit_id.in_(unit_rows))
    )
    names: dict[int, set[str]] = {}
    for row in rows:
        names.setdefault(row.document_id, set()).update((row.message_id, row.reference))
    return names
