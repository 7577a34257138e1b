"""The pictures of what was seen in the scans of nominations that a person must look at."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.inspection import Picture
from intake.domain.model import Role, State
from store.inspections import INSPECTION
from store.schema import document, finding, inspection, nomination, nomination_document, unit

CODES = ("doubtful", "scan-other-form", "scan-not-sealed", "forms-differ", "scan-unchecked")
"""Findings that a look at the scan settles."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One nomination in review, and the pictures of its scan that are kept."""

    number: str
    unit: str
    nominee: str
    filename: str
    pictures: tuple[Picture, ...]


def to_look_at(cn: Connection, most: int) -> list[Evidence]:
    """The newest `most` nominations in review whose findings speak of a scan that was looked at."""
    rows = cn.execute(
        sa.select(
            nomination.c.number,
            nomination.c.nominee,
            unit.c.name.label("unit"),
            document.c.filename,
            inspection.c.facts,
        )
        .join(unit, unit.c.id == nomination.c.unit_id)
        .join(nomination_document, nomination_document.c.nomination_id == nomination.c.id)
        .join(document, document.c.id == nomination_document.c.document_id)
        .join(inspection, inspection.c.content_hash == document.c.content_hash)
        .where(
            nomination.c.state == State.REVIEW,
            nomination_document.c.role == Role.SCAN,
            nomination_document.c.current,
            sa.exists().where(
                finding.c.nomination_id == nomination.c.id,
                finding.c.severity == "review",
                finding.c.code.in_(CODES),
                finding.c.document == document.c.filename,
            ),
        )
        .order_by(nomination.c.changed_at.desc(), nomination.c.number, document.c.id)
        .limit(most)
    )
    found = [
        Evidence(
            row.number,
            row.unit or "",
            row.nominee or "",
            row.filename,
            INSPECTION.validate_python(row.facts).pictures,
        )
        for row in rows
    ]
    return [item for item in found if item.pictures]
