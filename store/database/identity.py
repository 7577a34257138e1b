"""Which campaign a database serves: one, for good."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.database.schema import campaign


def claim(cn: Connection, name: str, at: datetime) -> str:
    """The campaign that the database serves; the first to ask has it."""
    owner: str | None = cn.execute(sa.select(campaign.c.id)).scalar_one_or_none()
    if owner is None:
        cn.execute(sa.insert(campaign).values(id=name, since=at))
        return name
    return owner
