"""What people said of papers: kept for good, the last word on each thing in force."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.model.correction import NO_CORRECTIONS, Correction, CorrectionKind, Corrections
from store.database.schema import correction, document, message
from store.mail.material import IS_MATERIAL


def record(cn: Connection, item: Correction) -> None:
    """Keeps a word; an earlier one on the same thing is no longer in force."""
    cn.execute(
        sa.insert(correction).values(
            kind=item.kind,
            content_hash=item.content_hash,
            part=item.part,
            about=item.about,
            value=item.value,
            read=item.read,
            number=item.number,
            by_name=item.by,
            reason=item.reason,
            at=item.at,
        )
    )


def spoken(cn: Connection, number: str | None = None) -> list[Correction]:
    """Everything that was said, or what was said on the page of one nomination, in its order."""
    wanted = sa.true() if number is None else correction.c.number == number
    rows = cn.execute(sa.select(correction).where(wanted).order_by(correction.c.id))
    return [
        Correction(
            CorrectionKind(row.kind),
            row.content_hash,
            row.part,
            row.about,
            row.value,
            row.read,
            row.by_name,
            row.reason,
            row.at,
            row.number,
        )
        for row in rows
    ]


def up_to_date(cn: Connection, known: Corrections) -> Corrections:
    """The words in force now; `known` itself where nothing was said since it was read."""
    newest = cn.execute(sa.select(sa.func.max(correction.c.id))).scalar_one() or 0
    return known if newest == known.newest else Corrections.of(spoken(cn), newest)


def in_force(cn: Connection) -> Corrections:
    """The words in force now."""
    return up_to_date(cn, NO_CORRECTIONS)


def brought_by(cn: Connection, content_hashes: Sequence[str]) -> set[int]:
    """The rows of the mails of material that brought files with these bytes, or are these bytes."""
    rows = cn.execute(
        sa.select(message.c.id)
        .outerjoin(document, document.c.message_id == message.c.id)
        .where(IS_MATERIAL)
        .where(document.c.content_hash.in_(content_hashes) | message.c.content_hash.in_(content_hashes))
    )
    return set(rows.scalars())
