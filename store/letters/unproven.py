"""Material from senders whom the provider could not verify: it waits for a receipt, and for a person."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.database.schema import letter, letter_message, message, sighting
from store.letters.plain_receipts import Question
from store.letters.unanswered import unanswered_mail
from store.mail.messages import is_proven


def waiting(
    cn: Connection, since: datetime, but_in: Collection[str], to: str | None = None
) -> list[Question]:
    """Unverified material that came from `since` on and may be answered (only to `to`, where given).

    What the mailbox shows in the folders `but_in` (junk) alone is left out.  Oldest first.
    """
    seen = sa.select(sighting.c.message_id).where(sighting.c.message_id.is_not(None))
    elsewhere = seen.where(sighting.c.folder.not_in(list(but_in)))
    rows = cn.execute(
        sa.select(message)
        .outerjoin(letter_message, letter_message.c.message_id == message.c.id)
        .where(
            message.c.state == "read",
            message.c.kind == "material",
            ~is_proven(),
            message.c.assembled.is_(True),
            message.c.answer_to.is_not(None) if to is None else message.c.answer_to == to,
            message.c.received_at >= since,
            letter_message.c.letter_id.is_(None),
            message.c.id.in_(elsewhere) | message.c.id.not_in(seen),
        )
        .order_by(message.c.received_at, message.c.id)
    )
    return [Question(unanswered_mail(row), row.content_hash, row.archived_at) for row in rows]


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
