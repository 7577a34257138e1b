"""To which unit messages and documents belong, by what, and how that changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.model.lifecycle import CLOSED
from store.database.schema import document, message, nomination, nomination_document, unit
from store.mail.material import IS_MATERIAL
from store.mail.messages import JUDGED, unverified


@dataclass(frozen=True, slots=True)
class Owned:
    """Material of a sender that was given to a unit, and by what; `proven` false: he is not verified."""

    message: int
    sender: str
    unit_id: int
    how: str
    proven: bool = True


def owned_by_senders(cn: Connection, senders: Collection[str]) -> list[Owned]:
    """All material of these senders that has a unit, in the order of the archive."""
    rows = cn.execute(
        sa.select(message.c.id, message.c.claimed_from, message.c.unit_id, message.c.attribution, *JUDGED)
        .where(IS_MATERIAL, message.c.claimed_from.in_(senders), message.c.unit_id.is_not(None))
        .order_by(message.c.id)
    )
    return [
        Owned(row.id, row.claimed_from, row.unit_id, row.attribution or "none", not unverified(row))
        for row in rows
    ]


def heed_words(cn: Connection, message_row: int, unit_row: int | None, how: str | None) -> None:
    """Notes whose material a mail without files speaks of; `how` None: it asks for nothing."""
    cn.execute(
        sa.update(message)
        .where(message.c.id == message_row)
        .values(unit_id=unit_row, attribution=how, assembled=True)
    )


def units_of_threads(cn: Connection, message_ids: Collection[str]) -> set[int]:
    """The units, known by name, whose archived mails bear one of these Message-IDs."""
    rows = cn.execute(
        sa.select(message.c.unit_id)
        .join(unit, unit.c.id == message.c.unit_id)
        .where(message.c.message_id.in_(message_ids), unit.c.name.is_not(None))
        .distinct()
    )
    return set(rows.scalars())


@dataclass(frozen=True, slots=True)
class Given:
    """A message that is given to a unit, and how that is known; its documents with their own units' rows."""

    message: int
    unit_id: int
    how: str
    documents: Mapping[int, int]


def attribute(cn: Connection, given: Sequence[Given]) -> None:
    """Gives messages and their documents to their units."""
    row, owner = sa.bindparam("row", type_=sa.Integer), sa.bindparam("owner", type_=sa.Integer)
    if given:
        how = sa.bindparam("how", type_=sa.String)
        cn.execute(
            sa.update(message).where(message.c.id == row).values(unit_id=owner, attribution=how),
            [{"row": item.message, "owner": item.unit_id, "how": item.how} for item in given],
        )
    if owners := [pair for item in given for pair in item.documents.items()]:
        cn.execute(
            sa.update(document).where(document.c.id == row).values(unit_id=owner),
            [{"row": held, "owner": unit_row} for held, unit_row in owners],
        )


def move_message(cn: Connection, message_row: int, unit_row: int, how: str) -> None:
    """Gives a message with all its documents to another unit."""
    cn.execute(
        sa.update(message)
        .where(message.c.id == message_row)
        .values(unit_id=unit_row, attribution=how, assembled=False)
    )
    cn.execute(sa.update(document).where(document.c.message_id == message_row).values(unit_id=unit_row))


def mails_of(cn: Connection, content_hashes: Collection[str]) -> list[Owned]:
    """The mails with these bytes, each with its unit; in the place of a sender stands the hash."""
    rows = cn.execute(
        sa.select(message.c.id, message.c.content_hash, message.c.unit_id, message.c.attribution)
        .where(message.c.content_hash.in_(content_hashes), message.c.unit_id.is_not(None))
        .order_by(message.c.id)
    )
    return [Owned(row.id, row.content_hash, row.unit_id, row.attribution or "none") for row in rows]


def join_files(cn: Connection, pairs: Collection[tuple[str, str]]) -> list[tuple[int, int, int]]:
    """Gives files to the unit to which others belong, where that is one; pairs of hashes, the other first.

    Returns message, unit before and unit now of each that moved.
    """
    moved = []
    for first, second in pairs:
        owners = set(
            cn.scalars(
                sa.select(document.c.unit_id).where(
                    document.c.content_hash == first, document.c.unit_id.is_not(None)
                )
            )
        )
        if len(owners) != 1:
            continue
        row = owners.pop()
        strays = cn.execute(
            sa.select(document.c.id, document.c.message_id, document.c.unit_id).where(
                document.c.content_hash == second, document.c.unit_id != row
            )
        ).all()
        for stray in strays:
            cn.execute(sa.update(document).where(document.c.id == stray.id).values(unit_id=row))
            moved.append((stray.message_id, stray.unit_id, row))
    return moved


@dataclass(frozen=True, slots=True)
class Orphan:
    """A message whose unit nothing strong names, and the words that may name a nominee."""

    message: int
    unit_id: int
    words: str
    threads: tuple[str, ...] = ()


def orphans(cn: Connection) -> list[Orphan]:
    """Material that is attributed by nothing, or by a nominee's name only."""
    rows = cn.execute(
        sa.select(message.c.id, message.c.unit_id, message.c.subject, message.c.facts, document.c.filename)
        .outerjoin(document, document.c.message_id == message.c.id)
        .where(IS_MATERIAL, message.c.attribution.in_(("none", "nominee")), message.c.unit_id.is_not(None))
        .order_by(message.c.id, document.c.ordinal)
    )
    found: dict[int, Orphan] = {}
    for row in rows:
        threads = (*row.facts["in_reply_to"], *row.facts["references"])
        said = found.get(row.id, Orphan(row.id, row.unit_id, row.subject or ""))
        found[row.id] = Orphan(row.id, row.unit_id, f"{said.words}\n{row.filename or ''}", threads)
    return list(found.values())


def owners(cn: Connection, message_rows: Collection[int]) -> dict[int, int]:
    """The unit row of each document of these messages."""
    rows = cn.execute(
        sa.select(document.c.id, document.c.unit_id).where(
            document.c.message_id.in_(message_rows), document.c.unit_id.is_not(None)
        )
    )
    return {row.id: row.unit_id for row in rows}


def owners_of_documents(cn: Connection, document_rows: Collection[int]) -> dict[int, int]:
    """The unit row of each of these documents that has one."""
    owned = sa.select(document.c.id, document.c.unit_id).where(document.c.unit_id.is_not(None))
    return {row.id: row.unit_id for row in cn.execute(owned) if row.id in document_rows}


def holders(cn: Connection, message_rows: Collection[int]) -> dict[int, set[int]]:
    """The units, by message row, whose live nominations hold documents of these messages.

    A pass that was killed may have given a message to another unit and not told the former.
    """
    rows = cn.execute(
        sa.select(document.c.message_id, nomination.c.unit_id)
        .join(nomination_document, nomination_document.c.document_id == document.c.id)
        .join(nomination, nomination.c.id == nomination_document.c.nomination_id)
        .where(document.c.message_id.in_(message_rows), nomination.c.state.not_in(CLOSED))
        .distinct()
    )
    found: dict[int, set[int]] = {}
    for row in rows:
        found.setdefault(row.message_id, set()).add(row.unit_id)
    return found
