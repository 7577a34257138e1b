"""The files of units, and the nominations with which they lie: what a person chooses a scan from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.model.correction import Paper
from intake.domain.model.lifecycle import CLOSED
from intake.domain.model.nomination import State
from store.database.schema import document, message, nomination, nomination_document, reading, unit
from store.mail.material import IS_MATERIAL


@dataclass(frozen=True, slots=True)
class FileOfUnit:
    """A file, or a part of it, that a unit sent: what it is, its sender, and whose papers it is among.

    `numbers` are the nominations with which it lies, `current` those of them in which it counts.
    """

    id: int
    part: int
    filename: str
    content_hash: str
    kind: str
    role: str
    sender: str
    received_at: datetime
    numbers: tuple[str, ...]
    current: tuple[str, ...]

    @property
    def key(self) -> tuple[int, int]:
        """Its row and its part."""
        return self.id, self.part

    @property
    def paper(self) -> Paper:
        """What a person's word on it goes by."""
        return self.content_hash, self.part


def files_near(cn: Connection, nomination_row: int) -> list[FileOfUnit]:
    """The files that the unit of a nomination sent, in the order in which they came.

    A file that holds several papers stands once for each that lies with a nomination.
    """
    owner = sa.select(nomination.c.unit_id).where(nomination.c.id == nomination_row).scalar_subquery()
    lies = (
        sa.select(
            nomination_document.c.document_id,
            nomination_document.c.part,
            nomination_document.c.role,
            nomination_document.c.current,
            nomination.c.number,
        )
        .join(nomination, nomination.c.id == nomination_document.c.nomination_id)
        .where(nomination.c.state != State.SUPERSEDED, nomination_document.c.page == 0)
        .subquery()
    )
    rows = cn.execute(
        sa.select(
            document.c.id,
            document.c.filename,
            document.c.content_hash,
            reading.c.facts["kind"].as_string().label("kind"),
            message.c.claimed_from,
            message.c.received_at,
            lies.c.part,
            lies.c.role,
            lies.c.current,
            lies.c.number,
        )
        .join(message, message.c.id == document.c.message_id)
        .join(reading, reading.c.content_hash == document.c.content_hash)
        .outerjoin(lies, lies.c.document_id == document.c.id)
        .where(document.c.unit_id == owner, IS_MATERIAL)
        .order_by(message.c.received_at, message.c.id, document.c.ordinal, lies.c.part, lies.c.number)
    )
    found: dict[tuple[int, int], FileOfUnit] = {}
    for row in rows:
        key = (row.id, row.part or 0)
        old = found.get(key)
        numbers = (*(old.numbers if old else ()), *([row.number] if row.number else ()))
        current = (*(old.current if old else ()), *([row.number] if row.number and row.current else ()))
        found[key] = FileOfUnit(
            *key,
            row.filename,
            row.content_hash,
            row.kind or "",
            row.role or "",
            row.claimed_from or "",
            row.received_at,
            numbers,
            current,
        )
    return list(found.values())


def owners_of(cn: Connection, content_hashes: Collection[str]) -> set[int]:
    """The rows of the units that sent these files or mails, and of those with whose papers they lie."""
    of_files = sa.select(document.c.unit_id).where(document.c.content_hash.in_(content_hashes))
    of_mails = sa.select(message.c.unit_id).where(message.c.content_hash.in_(content_hashes))
    holding = (
        sa.select(nomination.c.unit_id)
        .join(nomination_document, nomination_document.c.nomination_id == nomination.c.id)
        .join(document, document.c.id == nomination_document.c.document_id)
        .where(document.c.content_hash.in_(content_hashes), nomination.c.state.not_in(CLOSED))
    )
    found = set(cn.scalars(sa.union(of_files, of_mails, holding)))
    return {row for row in found if row is not None}


@dataclass(frozen=True, slots=True)
class HeldMail:
    """A mail by its bytes, and the unit that it was given to ("" for none known)."""

    content_hash: str
    unit_id: int | None
    unit: str


def mail_at(cn: Connection, row: int) -> HeldMail | None:
    """A mail that was read and is not marked, or None."""
    found = cn.execute(
        sa.select(message.c.content_hash, message.c.unit_id, unit.c.name)
        .outerjoin(unit, unit.c.id == message.c.unit_id)
        .where(message.c.id == row, message.c.state == "read", message.c.classified.is_(None))
    ).one_or_none()
    return HeldMail(found.content_hash, found.unit_id, found.name or "") if found else None
