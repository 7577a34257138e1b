"""Mail that a person must look at: what we could not process, read whole or answer; links."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.campaign.findings import CLOUD_LINK
from intake.domain.mail.kind import recalled
from intake.domain.mail.links import CloudLink, own_links
from store.database.schema import document, finding, message, nomination, unit
from store.mail.material import IS_MATERIAL
from store.mail.messages import JUDGED, unverified
from store.mail.settlement import is_settled

Row = dict[str, Any]


def quarantined(cn: Connection) -> list[Row]:
    """Messages that we could not process, with the traceback."""
    rows = cn.execute(
        sa.select(
            message.c.id,
            message.c.content_hash,
            message.c.archived_at,
            message.c.claimed_from,
            message.c.trouble,
        )
        .where(message.c.state == "quarantined")
        .order_by(message.c.id)
    )
    return [dict(row._mapping) for row in rows]


def unanswerable(cn: Connection) -> list[Row]:
    """Material that no letter may answer (no sender, list mail): a person writes, if anybody."""
    rows = cn.execute(
        sa.select(
            message.c.id,
            message.c.claimed_from,
            message.c.subject,
            message.c.received_at,
            message.c.facts["left_out"].label("left_out"),
            *JUDGED,
        )
        .where(
            IS_MATERIAL,
            message.c.answer_to.is_(None),
            message.c.classified.is_(None),
            ~is_settled(),
        )
        .order_by(message.c.received_at, message.c.id)
    )
    return [
        {**row._mapping, "files": [name for name, _ in row.left_out or ()], "unverified": unverified(row)}
        for row in rows
    ]


def left_out(cn: Connection, since: datetime) -> list[Row]:
    """Material of which a limit kept files out, with their names; what cannot be answered apart."""
    rows = cn.execute(
        sa.select(message, unit.c.name.label("unit_name"))
        .outerjoin(unit, unit.c.id == message.c.unit_id)
        .where(
            message.c.kind == "material",
            message.c.state == "read",
            message.c.answer_to.is_not(None),
            message.c.received_at >= since,
            sa.func.json_array_length(message.c.facts["left_out"]) > 0,
            ~is_settled(),
        )
        .order_by(message.c.received_at, message.c.id)
    )
    return [
        {
            "id": row.id,
            "claimed_from": row.claimed_from,
            "unit": row.unit_name,
            "subject": row.subject,
            "received_at": row.received_at,
            "files": [name for name, _ in row.facts["left_out"]],
        }
        for row in rows
    ]


def recalls(cn: Connection, since: datetime) -> list[Row]:
    """Mails that take another back: that one's `subject`, and the rows of the sender's mails that bear it."""
    rows = cn.execute(
        sa.select(
            message.c.id,
            message.c.claimed_from,
            message.c.subject,
            message.c.received_at,
            message.c.facts["body"].as_string().label("body"),
        )
        .where(
            message.c.kind == "auto-reply",
            message.c.state == "read",
            message.c.classified.is_(None),
            message.c.received_at >= since,
            ~is_settled(),
        )
        .order_by(message.c.received_at, message.c.id)
    ).all()
    return [
        {
            "id": row.id,
            "claimed_from": row.claimed_from,
            "subject": subject,
            "received_at": row.received_at,
            "meant": _sent_as(cn, subject, row.claimed_from) if subject else [],
        }
        for row in rows
        if (subject := recalled(row.subject or "", row.body or "")) is not None
    ]


def _sent_as(cn: Connection, subject: str, sender: str | None) -> list[int]:
    found = sa.select(message.c.id).where(
        message.c.kind == "material", message.c.subject == subject, message.c.claimed_from == sender
    )
    return list(cn.execute(found.order_by(message.c.id)).scalars())


def linked(cn: Connection) -> list[Row]:
    """Material that offers files by a link: the links, and how the unit stands since.

    `documents` counts what the mail itself brought; `followed` tells that its unit has sent
    files later, `asked` that a live nomination of it has the finding cloud-link.
    """
    is_read = message.c.kind == "material", message.c.state == "read"
    offered = _offered(cn, *is_read, ~is_settled())
    if not offered:
        return []
    count = sa.select(document.c.message_id, sa.func.count().label("documents")).group_by(
        document.c.message_id
    )
    counted = count.subquery()
    rows = cn.execute(
        sa.select(
            *(message.c[name] for name in ("id", "unit_id", "claimed_from", "subject", "received_at")),
            unit.c.name.label("unit_name"),
            counted.c.documents,
        )
        .outerjoin(unit, unit.c.id == message.c.unit_id)
        .outerjoin(counted, counted.c.message_id == message.c.id)
        .where(message.c.id.in_(offered))
        .order_by(message.c.received_at, message.c.id)
    ).all()
    brought = (
        sa.select(message.c.unit_id, sa.func.max(message.c.received_at).label("at"))
        .where(*is_read, message.c.id.in_(sa.select(document.c.message_id)))
        .group_by(message.c.unit_id)
    )
    latest: dict[int | None, datetime] = {row.unit_id: row.at for row in cn.execute(brought)}
    asked = set(
        cn.execute(
            sa.select(nomination.c.unit_id)
            .join(finding, finding.c.nomination_id == nomination.c.id)
            .where(finding.c.code == CLOUD_LINK.code, nomination.c.state.in_(("deficient", "review", "held")))
        ).scalars()
    )
    return [
        {
            "id": row.id,
            "claimed_from": row.claimed_from,
            "unit": row.unit_name,
            "subject": row.subject,
            "received_at": row.received_at,
            "links": offered[row.id],
            "documents": row.documents or 0,
            "followed": row.unit_id in latest and latest[row.unit_id] > row.received_at,
            "asked": row.unit_id in asked,
        }
        for row in rows
    ]


_LINKS: dict[tuple[str, str | None, datetime], tuple[CloudLink, ...]] = {}
"""What mails offer by links, by their bytes' hash, what was erased of them, and when they came.

The same bytes say the same for as long as this process lives; a campaign's 3,000 mails take two megabytes.
"""

_AT_ONCE = 500


def _offered(cn: Connection, *which: sa.ColumnElement[bool]) -> dict[int, tuple[CloudLink, ...]]:
    """The links of the mails that offer some, by their rows; each mail is gone through once."""
    found = cn.execute(
        sa.select(message.c.id, message.c.content_hash, message.c.erased, message.c.received_at).where(*which)
    )
    keys = {row.id: (row.content_hash, row.erased, row.received_at) for row in found}
    new = [row for row, key in keys.items() if key not in _LINKS]
    for start in range(0, len(new), _AT_ONCE):
        texts = sa.select(
            message.c.id,
            message.c.facts["body"].as_string().label("body"),
            message.c.facts["quoted"].as_string().label("quoted"),
        ).where(message.c.id.in_(new[start : start + _AT_ONCE]))
        for text in cn.execute(texts):
            key = keys[text.id]
            _LINKS[key] = own_links(text.body or "", text.quoted or "", key[2])
    return {row: _LINKS[key] for row, key in keys.items() if _LINKS[key]}
