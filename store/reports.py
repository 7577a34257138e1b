"""The ledger as data: what `shouwen export` gives and the digest is made from.  Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.model.certainty import Basis
from intake.domain.model.document import Field
from store.database.schema import (
    document,
    finding,
    letter,
    letter_nomination,
    message,
    nomination,
    nomination_document,
    sighting,
    unit,
)
from store.ledger.nominations import fields_adapter
from store.letters.outbox import STANDS, last_sent_at
from store.mail.progress import JOURNEY_ENDED, POLL_ENDED, progress_of

Row = dict[str, Any]


def _told(at: datetime | None, zone: ZoneInfo) -> str | None:
    return at.astimezone(zone).isoformat(timespec="seconds") if at else None


def _grouped(cn: Connection, statement: sa.Select[Any]) -> dict[int, list[Any]]:
    """Rows by the first column."""
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in cn.execute(statement):
        groups[row[0]].append(row)
    return groups


def nominations(cn: Connection, zone: ZoneInfo, number: str | None = None) -> list[Row]:
    """All nominations (or one), by number, in the export's form; times in `zone`."""
    wanted = sa.true() if number is None else nomination.c.number == number
    chosen = sa.select(nomination.c.id).where(wanted)
    statement = (
        sa.select(nomination, unit.c.name.label("unit_name"), unit.c.kind.label("unit_kind"), unit.c.known)
        .join(unit, unit.c.id == nomination.c.unit_id)
        .where(wanted)
        .order_by(nomination.c.number)
    )
    documents = _grouped(
        cn,
        sa.select(
            nomination_document.c.nomination_id,
            nomination_document.c.role,
            nomination_document.c.current,
            document.c.filename,
            document.c.content_hash,
            message.c.message_id,
            message.c.authentication,
            message.c.claimed_from,
            nomination_document.c.waiting,
        )
        .join(document, document.c.id == nomination_document.c.document_id)
        .join(message, message.c.id == document.c.message_id)
        .where(nomination_document.c.nomination_id.in_(chosen))
        .order_by(message.c.received_at, message.c.id, document.c.ordinal),
    )
    findings = _grouped(
        cn,
        sa.select(
            finding.c.nomination_id,
            finding.c.code,
            finding.c.severity,
            finding.c.document,
            finding.c.evidence,
            finding.c.source,
            finding.c.basis,
            finding.c.confidence,
            finding.c.kind,
        )
        .where(finding.c.nomination_id.in_(chosen))
        .order_by(finding.c.id),
    )
    letters_of = _grouped(
        cn,
        sa.select(
            letter_nomination.c.nomination_id,
            letter.c.kind,
            letter.c.message_id,
            letter.c.state,
            letter.c.sent_at,
            letter.c.reference,
        )
        .join(letter, letter.c.id == letter_nomination.c.letter_id)
        .where(letter_nomination.c.nomination_id.in_(chosen))
        .order_by(letter.c.id),
    )
    return [
        {
            "number": row.number,
            "state": row.state,
            "category": row.category,
            "nominee": row.nominee,
            "unit": {"name": row.unit_name, "kind": row.unit_kind, "known": row.known},
            "received_at": _told(row.received_at, zone),
            "documents": [
                {
                    "role": d.role,
                    "filename": d.filename,
                    "content_hash": d.content_hash,
                    "message_id": d.message_id,
                    "current": d.current,
                    "authentication": d.authentication,
                    "sender": d.claimed_from,
                    "waiting": d.waiting,
                }
                for d in documents[row.id]
            ],
            "findings": [
                {
                    "code": f.code,
                    "severity": f.severity,
                    "document": f.document,
                    "evidence": f.evidence,
                    "source": f.source,
                    "basis": f.basis,
                    "confidence": f.confidence,
                    "kind": f.kind,
                }
                for f in findings[row.id]
            ],
            "letters": [
                {
                    "kind": item.kind,
                    "message_id": item.message_id,
                    "state": item.state,
                    "sent_at": _told(item.sent_at, zone),
                    "reference": item.reference,
                }
                for item in letters_of[row.id]
            ],
            "fields": {
                name: _field(value)
                for name, value in sorted(fields_adapter().validate_python(row.fields).items())
            },
        }
        for row in cn.execute(statement)
    ]


def _field(value: Field) -> Row:
    said = value.value
    if isinstance(said, float) and said.is_integer():
        said = int(said)
    told: Row = {"value": said, "text": value.text, "document": value.document}
    if value.about:
        told["about"] = True
    if value.read is not None:
        told |= {"basis": Basis.PERSON, "read": value.read}
    return told


def messages(cn: Connection, zone: ZoneInfo) -> list[Row]:
    """All archived messages by the time they came, with the first place where each was seen."""
    first = (
        sa.select(sa.func.min(sighting.c.id).label("id"))
        .where(sighting.c.message_id.is_not(None))
        .group_by(sighting.c.message_id)
        .subquery()
    )
    place = sa.select(sighting).join(first, first.c.id == sighting.c.id).subquery()
    attachments = _grouped(
        cn,
        sa.select(
            document.c.message_id,
            document.c.filename,
            document.c.content_hash,
            document.c.size,
            document.c.folder,
        ).order_by(document.c.message_id, document.c.ordinal),
    )
    rows = cn.execute(
        sa.select(message, place.c.folder, place.c.uid)
        .outerjoin(place, place.c.message_id == message.c.id)
        .order_by(sa.func.coalesce(message.c.received_at, message.c.archived_at), message.c.content_hash)
    )
    return [
        {
            "id": row.id,
            "message_id": row.message_id,
            "folder": row.folder,
            "uid": row.uid,
            "content_hash": row.content_hash,
            "received_at": _told(row.received_at, zone),
            "claimed_from": row.claimed_from,
            "subject": row.subject,
            "kind": row.kind,
            "state": row.state,
            "documents": len(attachments[row.id]),
            "attachments": [
                {
                    "filename": item.filename,
                    "content_hash": item.content_hash,
                    "size": item.size,
                    "folder": item.folder,
                }
                for item in attachments[row.id]
            ],
            "left_out": [name for name, _ in (row.facts or {}).get("left_out", ())],
            "wants_read_receipt": bool(row.facts and row.facts.get("wants_read_receipt")),
            "classified": row.classified,
            "authentication": row.authentication,
            "authentication_said": row.authentication_said,
        }
        for row in rows
    ]


def letters(cn: Connection, zone: ZoneInfo) -> list[Row]:
    """All letters in the order in which they were written."""
    numbers = _grouped(
        cn,
        sa.select(letter_nomination.c.letter_id, nomination.c.number)
        .join(nomination, nomination.c.id == letter_nomination.c.nomination_id)
        .order_by(nomination.c.number),
    )
    rows = cn.execute(
        sa.select(letter, unit.c.name.label("unit_name"))
        .outerjoin(unit, unit.c.id == letter.c.unit_id)
        .where(STANDS)
        .order_by(letter.c.id)
    )
    return [
        {
            "id": row.id,
            "kind": row.kind,
            "to": row.to_address,
            "unit_name": row.unit_name,
            "subject": row.subject,
            "message_id": row.message_id,
            "in_reply_to": row.in_reply_to,
            "state": row.state,
            "attempts": row.attempts,
            "sent_at": _told(row.sent_at, zone),
            "nominations": [n.number for n in numbers[row.id]],
            "reference": row.reference,
            "trouble": row.trouble,
        }
        for row in rows
    ]


def letter_bytes(cn: Connection) -> Iterator[tuple[int, bytes]]:
    """Every letter as it is or was sent, with its row."""
    for row in cn.execute(sa.select(letter.c.id, letter.c.raw).order_by(letter.c.id)):
        yield row.id, row.raw


def raw_letter(cn: Connection, row: int) -> bytes | None:
    """One letter as bytes, or None."""
    return cn.execute(sa.select(letter.c.raw).where(letter.c.id == row)).scalar_one_or_none()


def last_done(cn: Connection) -> dict[str, datetime | None]:
    """When each was last done: `poll` of the whole mailbox, `journey` of all there was, `letter` sent."""
    return {
        "poll": progress_of(cn, POLL_ENDED),
        "journey": progress_of(cn, JOURNEY_ENDED),
        "letter": last_sent_at(cn),
    }


def counts(cn: Connection) -> dict[str, dict[str, int]]:
    """How many messages, nominations and letters are in each state."""
    tables = {"messages": message, "nominations": nomination, "letters": letter}
    return {
        name: {str(state): int(count) for state, count in cn.execute(_by_state(table))}
        for name, table in tables.items()
    }


def _by_state(table: sa.Table) -> sa.Select[Any]:
    counted = sa.select(table.c.state, sa.func.count()).group_by(table.c.state)
    return counted.where(STANDS) if table is letter else counted


def reported_units(cn: Connection, before: datetime | None = None) -> set[str]:
    """Keys of the units that have at least one nomination, of which material came `before` an instant."""
    rows = sa.select(unit.c.key).join(nomination, nomination.c.unit_id == unit.c.id).distinct()
    return set(
        cn.execute(rows if before is None else rows.where(nomination.c.received_at < before)).scalars()
    )
