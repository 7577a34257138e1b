"""Read mail and its documents, as assembling needs them: by message, by sender, by unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from intake.domain.cloud import CloudLink, own_links
from intake.domain.facts import Facts
from intake.domain.model import Document, Form, MessageKind, MessageRef, MessageState, Role
from store.readings import FACTS
from store.schema import document, message, reading, unit


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A document as stored: its facts, before the campaign's eyes have read a role into it."""

    id: int
    message: MessageRef
    ordinal: int
    filename: str
    content_hash: str
    size: int
    facts: Facts
    folder: str

    def parts(self, found: Sequence[tuple[Role, Form | None]]) -> list[Document]:
        """The documents that the file holds, in the roles that were read into it."""
        return [
            Document(
                id=self.id,
                message=self.message,
                ordinal=self.ordinal,
                filename=self.filename,
                content_hash=self.content_hash,
                size=self.size,
                role=role,
                facts=self.facts,
                form=form,
                folder=self.folder,
                part=part,
            )
            for part, (role, form) in enumerate(found)
        ]


@dataclass(frozen=True, slots=True)
class Mail:
    """A read message of the material kind, for attribution and for judging its times.

    `links` are the files that it offers by a link instead of bringing them; `quoted`
    is the history below `body`.
    """

    ref: MessageRef
    body: str
    threads: tuple[str, ...]
    provider_received_at: datetime | None
    internal_date: datetime | None
    attribution: str | None
    unit_id: int | None
    links: tuple[CloudLink, ...] = ()
    quoted: str = ""


_MAIL = (
    message.c.id,
    message.c.message_id,
    message.c.received_at,
    message.c.claimed_from,
    message.c.subject,
    message.c.facts,
    message.c.provider_received_at,
    message.c.internal_date,
    message.c.attribution,
    message.c.unit_id,
)
_IS_MATERIAL = (message.c.state == MessageState.READ) & (message.c.kind == MessageKind.MATERIAL)


def _mail(row: Row[*tuple[Any, ...]]) -> Mail:
    facts = row.facts
    return Mail(
        ref=MessageRef(row.id, row.message_id, row.received_at, row.claimed_from, row.subject),
        body=facts["body"],
        threads=(*facts["in_reply_to"], *facts["references"]),
        provider_received_at=row.provider_received_at,
        internal_date=row.internal_date,
        attribution=row.attribution,
        unit_id=row.unit_id,
        links=own_links(facts["body"], facts.get("quoted", ""), row.received_at),
        quoted=facts.get("quoted", ""),
    )


def unassembled(cn: Connection) -> list[Mail]:
    """Material that has not found its nominations yet, in the order in which it came."""
    rows = cn.execute(
        sa.select(*_MAIL)
        .where(_IS_MATERIAL, message.c.assembled.is_(False))
        .order_by(message.c.received_at, message.c.content_hash)
    )
    return [_mail(row) for row in rows]


def mail_of_senders(cn: Connection, senders: Collection[str]) -> list[Mail]:
    """All material of these senders, attributed or not."""
    rows = cn.execute(
        sa.select(*_MAIL).where(_IS_MATERIAL, message.c.claimed_from.in_(senders)).order_by(message.c.id)
    )
    return [_mail(row) for row in rows]


def mail_of_units(cn: Connection, unit_ids: Collection[int]) -> list[Mail]:
    """All material in which a document belongs to one of the units."""
    ids = sa.select(document.c.message_id).where(document.c.unit_id.in_(unit_ids))
    rows = cn.execute(
        sa.select(*_MAIL)
        .where(_IS_MATERIAL, message.c.unit_id.in_(unit_ids) | message.c.id.in_(ids))
        .order_by(message.c.id)
    )
    return [_mail(row) for row in rows]


_IS_WORDS = message.c.kind.in_(("enquiry", "other", "auto-reply")) & (message.c.state == "read")
"""Mail without files.  Short words such as 已收到通知，申请撤回 pass for an automatic reply."""


def words_unheeded(cn: Connection) -> list[Mail]:
    """Mail without files that has not been looked into yet, in the order in which it came."""
    return _words(cn, message.c.assembled.is_(False))


def words_astray(cn: Connection, weakly: Collection[str]) -> list[Mail]:
    """Requests without files that are given to their unit by something this weak, or to none."""
    return _words(cn, message.c.assembled.is_(True) & message.c.attribution.in_(weakly))


def words_to_units(cn: Connection, unit_ids: Collection[int]) -> list[Mail]:
    """Mail without files that asks something about these units' material."""
    return _words(cn, message.c.unit_id.in_(unit_ids))


def _words(cn: Connection, where: sa.ColumnElement[bool]) -> list[Mail]:
    rows = cn.execute(
        sa.select(*_MAIL).where(_IS_WORDS, where).order_by(message.c.received_at, message.c.content_hash)
    )
    return [_mail(row) for row in rows]


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


def documents_of_messages(cn: Connection, refs: Iterable[MessageRef]) -> list[RawDocument]:
    """The documents of these messages with their facts, in order."""
    by_id = {ref.id: ref for ref in refs}
    return _documents(cn, document.c.message_id.in_(by_id), by_id)


def documents_of_unit(cn: Connection, unit_row: int, refs: Iterable[MessageRef]) -> list[RawDocument]:
    """The unit's documents among those of the given messages."""
    by_id = {ref.id: ref for ref in refs}
    return _documents(cn, (document.c.unit_id == unit_row) & document.c.message_id.in_(by_id), by_id)


def _documents(
    cn: Connection, where: sa.ColumnElement[bool], refs: Mapping[int, MessageRef]
) -> list[RawDocument]:
    rows = cn.execute(
        sa.select(document, reading.c.facts)
        .join(reading, reading.c.content_hash == document.c.content_hash)
        .where(where)
        .order_by(document.c.message_id, document.c.ordinal)
    )
    return [
        RawDocument(
            row.id,
            refs[row.message_id],
            row.ordinal,
            row.filename,
            row.content_hash,
            row.size,
            FACTS.validate_python(row.facts),
            row.folder,
        )
        for row in rows
    ]


def attribute(
    cn: Connection, message_row: int, unit_row: int, how: str, documents: Mapping[int, int]
) -> None:
    """Gives a message and its documents to their units."""
    cn.execute(
        sa.update(message).where(message.c.id == message_row).values(unit_id=unit_row, attribution=how)
    )
    for owner in set(documents.values()):
        rows = [row for row, found in documents.items() if found == owner]
        cn.execute(sa.update(document).where(document.c.id.in_(rows)).values(unit_id=owner))


def move_message(cn: Connection, message_row: int, unit_row: int, how: str) -> None:
    """Gives a message with all its documents to another unit."""
    cn.execute(
        sa.update(message)
        .where(message.c.id == message_row)
        .values(unit_id=unit_row, attribution=how, assembled=False)
    )
    cn.execute(sa.update(document).where(document.c.message_id == message_row).values(unit_id=unit_row))


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
        .where(_IS_MATERIAL, message.c.attribution.in_(("none", "nominee")), message.c.unit_id.is_not(None))
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


def mark_assembled(cn: Connection, message_rows: Collection[int]) -> None:
    """Notes that these messages have found their nominations."""
    cn.execute(sa.update(message).where(message.c.id.in_(message_rows)).values(assembled=True))


def filenames_of_messages(cn: Connection, message_rows: Collection[int]) -> list[str]:
    """The names of all documents of these messages, in order."""
    return list(
        cn.execute(
            sa.select(document.c.filename)
            .where(document.c.message_id.in_(message_rows))
            .order_by(document.c.message_id, document.c.ordinal)
        ).scalars()
    )


def judge_again(cn: Connection, unit_row: int) -> None:
    """Lets the next pass assemble and judge a unit anew."""
    cn.execute(sa.update(message).where(_IS_MATERIAL, message.c.unit_id == unit_row).values(assembled=False))
