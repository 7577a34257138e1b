"""Mail that bears a mark of a state secret: the account of it, without a word of what it says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.model.certainty import Basis
from store.database.schema import (
    document,
    finding,
    inspection,
    message,
    nomination_document,
    reading,
    sighting,
)
from store.mail.scan_evidence import inspection_adapter, known

Row = dict[str, Any]


def marked(cn: Connection, since: datetime | None = None) -> list[Row]:
    """The marked mails (that came since then), oldest first, each with the folder where it was first seen."""
    rows = cn.execute(
        _account(
            message.c.state == "read",
            message.c.classified.is_not(None),
            sa.true() if since is None else message.c.received_at >= since,
        )
    )
    return [dict(row._mapping) for row in rows]


def marked_in_scans(cn: Connection) -> list[Row]:
    """The same of mails with a scan that may bear a mark, as findings on record say.

    Another mail may have brought a file of that name for that nomination: what was seen of each tells.
    """
    # Here and not above: it looks at pages, and the plain lists of marked mail are asked for everywhere.
    from intake.domain.secrecy.mail_marks import MAYBE
    from intake.domain.secrecy.scan_marks import mark_in

    own, other = document.alias(), document.alias()
    beside = (other.c.message_id == own.c.message_id) & (other.c.filename == finding.c.document)
    named = cn.execute(
        sa.select(other.c.message_id, other.c.content_hash)
        .distinct()
        .select_from(finding)
        .join(nomination_document, nomination_document.c.nomination_id == finding.c.nomination_id)
        .join(own, own.c.id == nomination_document.c.document_id)
        .join(other, beside)
        .where(finding.c.basis == Basis.OCR, finding.c.evidence.contains(MAYBE))
    ).all()
    seen = known(cn, {row.content_hash for row in named})
    ids = {row.message_id for row in named if mark_in(seen.get(row.content_hash))}
    return [dict(row._mapping) for row in cn.execute(_account(message.c.id.in_(ids)))] if ids else []


def _account(*which: sa.ColumnElement[bool]) -> sa.Select[Any]:
    first = (
        sa.select(sa.func.min(sighting.c.id))
        .where(sighting.c.message_id.is_not(None))
        .group_by(sighting.c.message_id)
    )
    return (
        sa.select(
            message.c.id,
            message.c.content_hash,
            message.c.received_at,
            message.c.claimed_from,
            message.c.classified,
            sighting.c.folder,
        )
        .outerjoin(sighting, (sighting.c.message_id == message.c.id) & sighting.c.id.in_(first))
        .where(*which)
        .order_by(message.c.received_at, message.c.id)
    )


def forget(cn: Connection, message_row: int) -> tuple[list[str], list[str]]:
    """Drops what was read and seen in the files of a mail, but for those that other mail brought too.

    Returns the hashes of the files, and of the pictures made of them, whose bytes are to go as well.
    For a mail that was read before its mark was known.
    """
    elsewhere = sa.select(document.c.content_hash).where(document.c.message_id != message_row)
    own = sa.select(document.c.content_hash).where(
        document.c.message_id == message_row, document.c.content_hash.not_in(elsewhere)
    )
    files = sorted(set(cn.execute(own).scalars()))
    seen = cn.execute(sa.select(inspection.c.facts).where(inspection.c.content_hash.in_(files))).scalars()
    pictures = [
        picture.content_hash
        for facts in seen
        for picture in inspection_adapter().validate_python(facts).pictures
    ]
    for table in (reading, inspection):
        cn.execute(sa.delete(table).where(table.c.content_hash.in_(files)))
    return files, pictures
