"""Which letters were written to units about what they sent."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.database.schema import letter, letter_nomination, nomination, nomination_document


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
