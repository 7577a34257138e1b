"""What was seen in scans, under the hash of their bytes: replay looks at nothing twice."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.engine import Connection

from intake.domain.model.inspection import Inspection
from store.database.engine import put_row
from store.database.schema import inspection

INSPECTION: TypeAdapter[Inspection] = TypeAdapter(Inspection)

_SLICE = 500
"""Hashes asked for in one statement: SQLite's oldest limit is 999 parameters."""


def known(cn: Connection, hashes: Collection[str], version: str = "") -> dict[str, Inspection]:
    """The inspections of these files, by content hash; with `version` only those made by it."""
    wanted = sorted(set(hashes))
    found: dict[str, Inspection] = {}
    for start in range(0, len(wanted), _SLICE):
        query = sa.select(inspection.c.content_hash, inspection.c.facts).where(
            inspection.c.content_hash.in_(wanted[start : start + _SLICE])
        )
        if version:
            query = query.where(inspection.c.version == version)
        found |= {row.content_hash: INSPECTION.validate_python(row.facts) for row in cn.execute(query)}
    return found


def record(cn: Connection, content_hash: str, version: str, seen: Inspection) -> None:
    """Keeps what was seen, in place of what was known before."""
    values = {"version": version, "facts": INSPECTION.dump_python(seen, mode="json")}
    put_row(cn, inspection, {"content_hash": content_hash}, values)
