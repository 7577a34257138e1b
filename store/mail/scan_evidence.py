"""What was seen in scans: the pictures for whoever must look, one nomination's scan, the account of all.

What was seen in scans, under the hash of their bytes: replay looks at nothing twice.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.engine import Connection

from intake.domain.campaign.findings import PICTURED
from intake.domain.model.document import Document, MessageRef, Role
from intake.domain.model.nomination import Severity, State
from intake.domain.scans.inspection_cost import InspectedFile
from store.database.engine import put_row
from store.database.schema import (
    document,
    finding,
    inspection,
    message,
    nomination,
    nomination_document,
    reading,
    unit,
)
from store.mail.readings import MOST_KEPT, facts_adapter

# Loaded where what was seen is made up: whoever only counts and lists does without.
if TYPE_CHECKING:
    from intake.domain.model.inspection import Cost, Inspection, Picture


@cache
def _costs_adapter() -> TypeAdapter[tuple[Cost, ...]]:
    from intake.domain.model.inspection import Cost

    return TypeAdapter(tuple[Cost, ...])


@cache
def inspection_adapter() -> TypeAdapter[Inspection]:
    """How what was seen of a scan stands in its row; made when first asked for, which takes its time."""
    from intake.domain.model.inspection import Inspection

    return TypeAdapter(Inspection)


@lru_cache(maxsize=MOST_KEPT)
def seen_of(stored: str) -> Inspection:
    """What was seen in a scan, as the database has it in JSON; the same text gives the very same object."""
    return inspection_adapter().validate_json(stored)


_SLICE = 500


@dataclass(frozen=True, slots=True)
class ScanEvidence:
    """One nomination in review, and the pictures of its scan that are kept.

    `sealed` are the pages on which a seal, or what may be one, was found.
    """

    number: str
    unit: str
    nominee: str
    filename: str
    pictures: tuple[Picture, ...]
    sealed: frozenset[int] = frozenset()


def to_look_at(cn: Connection, most: int) -> list[ScanEvidence]:
    """The scans that findings on nominations in review speak of, as far as they were looked at.

    These are the `most` newest, in the order of their numbers.  Left out are nominations of mail that
    may bear a mark of a state secret: the digest would pass their pages on.
    """
    # Imported here: who only counts scans does without the many words of secrecy and mail.
    from intake.domain.secrecy.mail_marks import MAYBE

    maybe_secret = sa.exists().where(
        finding.c.nomination_id == nomination.c.id, finding.c.evidence.contains(MAYBE)
    )
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
            ~maybe_secret,
            sa.exists().where(
                finding.c.nomination_id == nomination.c.id,
                finding.c.severity == "review",
                finding.c.code.in_(PICTURED),
                # The finding names the first of several files that are one scan.
                (nomination_document.c.page > 0) | (finding.c.document == document.c.filename),
            ),
        )
        .order_by(nomination.c.changed_at.desc(), nomination.c.number, document.c.id)
        .limit(most)
    )
    found = [_evidence(row) for row in rows]
    return sorted((item for item in found if item.pictures), key=lambda item: item.number)


def _evidence(row: sa.Row[*tuple[Any, ...]]) -> ScanEvidence:
    seen = inspection_adapter().validate_python(row.facts)
    sealed = frozenset(page.number for page in seen.pages if page.seals)
    return ScanEvidence(row.number, row.unit or "", row.nominee or "", row.filename, seen.pictures, sealed)


def looked_at(cn: Connection) -> list[InspectedFile]:
    """Every file that was looked at, with what its account needs."""
    doubted = sa.exists().where(
        finding.c.nomination_id == nomination.c.id,
        finding.c.severity == Severity.REVIEW,
        finding.c.code.in_(PICTURED),
    )
    scans = (
        sa.select(document.c.content_hash, sa.case((doubted, 1), else_=0).label("doubted"))
        .join(nomination_document, nomination_document.c.document_id == document.c.id)
        .join(nomination, nomination.c.id == nomination_document.c.nomination_id)
        .where(
            nomination_document.c.role == Role.SCAN,
            nomination_document.c.current,
            nomination.c.state != State.SUPERSEDED,
        )
        .subquery()
    )
    used = {
        row.content_hash: bool(row.doubted)
        for row in cn.execute(
            sa.select(scans.c.content_hash, sa.func.max(scans.c.doubted).label("doubted")).group_by(
                scans.c.content_hash
            )
        )
    }
    copies = {
        row.content_hash: row.copies
        for row in cn.execute(
            sa.select(document.c.content_hash, sa.func.count().label("copies")).group_by(
                document.c.content_hash
            )
        )
    }
    # The lines of a scan are most of what is kept of it, and no account needs them.
    facts = inspection.c.facts
    rows = cn.execute(
        sa.select(
            inspection.c.content_hash,
            facts["effort"].as_integer().label("effort"),
            facts["satisfied"].as_boolean().label("satisfied"),
            facts["heads"].as_boolean().label("heads"),
            facts["refused"].as_string().label("refused"),
            facts["costs"].as_json().label("costs"),
        ).order_by(inspection.c.content_hash)
    )
    return [
        InspectedFile(
            content_hash=row.content_hash,
            effort=row.effort,
            satisfied=row.satisfied,
            heads=row.heads,
            refused=bool(row.refused),
            costs=_costs_adapter().validate_python(row.costs),
            used=row.content_hash in used,
            doubted=used.get(row.content_hash, False),
            copies=copies.get(row.content_hash, 0),
        )
        for row in rows
    ]


def scans_of(cn: Connection, number: str) -> list[Document]:
    """The files of a nomination's current scan with what was seen of each, in the order of their pages."""
    rows = cn.execute(
        sa.select(
            document,
            nomination_document.c.part,
            nomination_document.c.page,
            message.c.message_id.label("mail"),
            message.c.received_at,
            message.c.claimed_from,
            message.c.subject,
            reading.c.facts,
            inspection.c.facts.label("seen"),
        )
        .join(nomination_document, nomination_document.c.document_id == document.c.id)
        .join(nomination, nomination.c.id == nomination_document.c.nomination_id)
        .join(message, message.c.id == document.c.message_id)
        .join(reading, reading.c.content_hash == document.c.content_hash)
        .outerjoin(inspection, inspection.c.content_hash == document.c.content_hash)
        .where(
            nomination.c.number == number,
            nomination_document.c.role == Role.SCAN,
            nomination_document.c.current,
        )
        .order_by(nomination_document.c.page, document.c.id)
    )
    return [
        Document(
            id=row.id,
            message=MessageRef(row.message_id, row.mail, row.received_at, row.claimed_from, row.subject),
            ordinal=row.ordinal,
            filename=row.filename,
            content_hash=row.content_hash,
            size=row.size,
            role=Role.SCAN,
            facts=facts_adapter().validate_python(row.facts),
            folder=row.folder,
            part=row.part,
            inspection=inspection_adapter().validate_python(row.seen) if row.seen is not None else None,
        )
        for row in rows
    ]


def known(cn: Connection, hashes: Collection[str], version: str = "") -> dict[str, Inspection]:
    """The inspections of these files, by content hash; with `version` only those made by it."""
    wanted = sorted(set(hashes))
    found: dict[str, Inspection] = {}
    for start in range(0, len(wanted), _SLICE):
        query = sa.select(
            inspection.c.content_hash, sa.cast(inspection.c.facts, sa.Text).label("facts")
        ).where(inspection.c.content_hash.in_(wanted[start : start + _SLICE]))
        if version:
            query = query.where(inspection.c.version == version)
        found |= {row.content_hash: seen_of(row.facts) for row in cn.execute(query)}
    return found


def record(cn: Connection, content_hash: str, version: str, seen: Inspection) -> None:
    """Keeps what was seen, in place of what was known before."""
    values = {"version": version, "facts": inspection_adapter().dump_python(seen, mode="json")}
    put_row(cn, inspection, {"content_hash": content_hash}, values)
