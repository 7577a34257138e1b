"""Mail that offers files by a link, for the people who must see that the files come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.mail.links import own_links
from store.database.schema import document, finding, message, nomination, unit

Row = dict[str, Any]


def linked(cn: Connection) -> list[Row]:
    """Material that offers files by a link: the links, and how the unit stands since.

    `documents` counts what the mail itself brought; `followed` tells that its unit has sent
    files later, `asked` that a live nomination of it has the finding cloud-link.
    """
    count = sa.select(document.c.message_id, sa.func.count().label("documents")).group_by(
        document.c.message_id
    )
    counted = count.subquery()
    rows = cn.execute(
        sa.select(message, unit.c.name.label("unit_name"), counted.c.documents)
        .outerjoin(unit, unit.c.id == message.c.unit_id)
        .outerjoin(counted, counted.c.message_id == message.c.id)
        .where(message.c.kind == "material", message.c.state == "read")
        .order_by(message.c.received_at, message.c.id)
    ).all()
    latest: dict[int | None, datetime] = {}
    for row in rows:
        if row.documents:
            latest[row.unit_id] = max(row.received_at, latest.get(row.unit_id, row.received_at))
    asked = set(
        cn.execute(
            sa.select(nomination.c.unit_id)
            .join(finding, finding.c.nomination_id == nomination.c.id)
            .where(finding.c.code == "cloud-link", nomination.c.state.in_(("deficient", "review", "held")))
        ).scalars()
    )
    return [
        {
            "id": row.id,
            "claimed_from": row.claimed_from,
            "unit": row.unit_name,
            "subject": row.subject,
            "received_at": row.received_at,
            "links": links,
            "documents": row.documents or 0,
            "followed": row.unit_id in latest and latest[row.unit_id] > row.received_at,
            "asked": row.unit_id in asked,
        }
        for row in rows
        if (links := own_links(row.facts["body"], row.facts.get("quoted", ""), row.received_at))
    ]
