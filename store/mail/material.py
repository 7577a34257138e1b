"""Read mail and its documents, as assembling needs them: by message, by sender, by unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from intake.domain.mail.forwarded import MAIL_FORMATS
from intake.domain.mail.links import CloudLink, own_links
from intake.domain.model.document import Document, Form, MessageRef, Role
from intake.domain.model.facts import Facts
from intake.domain.model.inspection import Inspection
from intake.domain.model.mail import MessageKind, MessageState
from store.database.schema import document, inspection, message, reading
from store.mail.erasure import WHOLE
from store.mail.messages import JUDGED, unverified, vouched_for
from store.mail.readings import facts_of
from store.mail.scan_evidence import seen_of


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A document as stored: its facts, before the campaign's eyes have read a role into it.

    `reading` tells the reading that the facts are from, while the process lives.
    """

    id: int
    message: MessageRef
    ordinal: int
    filename: str
    content_hash: str
    size: int
    facts: Facts
    folder: str
    inspection: Inspection | None = None
    reading: int = 0

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
                inspection=self.inspection,
            )
            for part, (role, form) in enumerate(found)
        ]


@dataclass(frozen=True, slots=True)
class Mail:
    """A read message of the material kind, for attribution and for judging its times.

    `links` are the files that it offers by a link instead of bringing them; `quoted`
    is the history below `body`; `left_out` names the files that a limit kept out.
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
    left_out: tuple[str, ...] = ()


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
    *JUDGED,
)
IS_MATERIAL = (
    (message.c.state == MessageState.READ)
    & (message.c.kind == MessageKind.MATERIAL)
    & (sa.func.coalesce(message.c.erased, "") != WHOLE)
)
"""What may hold papers, was read, and was not erased with all of them."""


def _mail(row: Row[*tuple[Any, ...]]) -> Mail:
    facts = row.facts
    links = own_links(facts["body"], facts.get("quoted", ""), row.received_at)
    left_out = [name for name, _ in facts.get("left_out", ())]
    if doubted := unverified(row):
        # What a stranger offers is nothing to ask the unit for; but it may be what seems to be missing.
        left_out += [f"以链接发送的{link.filename or '附件'}" for link in links]
        links = ()
    return Mail(
        ref=MessageRef(
            row.id,
            row.message_id,
            row.received_at,
            row.claimed_from,
            row.subject,
            doubted,
            vouched_for(row),
        ),
        body=facts["body"],
        threads=(*facts["in_reply_to"], *facts["references"]),
        provider_received_at=row.provider_received_at,
        internal_date=row.internal_date,
        attribution=row.attribution,
        unit_id=row.unit_id,
        links=links,
        quoted=facts.get("quoted", ""),
        left_out=tuple(left_out),
    )


def unassembled(cn: Connection) -> list[Mail]:
    """Material that has not found its nominations yet, in the order in which it came."""
    rows = cn.execute(
        sa.select(*_MAIL)
        .where(IS_MATERIAL, message.c.assembled.is_(False))
        .order_by(message.c.received_at, message.c.content_hash)
    )
    return [_mail(row) for row in rows]


def mail_of_units(cn: Connection, unit_ids: Collection[int]) -> list[Mail]:
    """All material in which a document belongs to one of the units."""
    ids = sa.select(document.c.message_id).where(document.c.unit_id.in_(unit_ids))
    rows = cn.execute(
        sa.select(*_MAIL)
        .where(IS_MATERIAL, message.c.unit_id.in_(unit_ids) | message.c.id.in_(ids))
        .order_by(message.c.id)
    )
    return [_mail(row) for row in rows]


_IS_WORDS = message.c.kind.in_(("enquiry", "other", "auto-reply", "elsewhere")) & (message.c.state == "read")
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


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A mail that came as a file of a message: what it says."""

    message: int
    subject: str
    body: str


def enclosed_mails(cn: Connection, unit_ids: Collection[int]) -> list[Enclosed]:
    """The mails that these units sent, or had sent for them, as files: in order."""
    facts = reading.c.facts
    rows = cn.execute(
        sa.select(document.c.message_id, facts)
        .join(reading, reading.c.content_hash == document.c.content_hash)
        .join(message, message.c.id == document.c.message_id)
        .where(IS_MATERIAL, document.c.unit_id.in_(unit_ids), facts["format"].as_string().in_(MAIL_FORMATS))
        .order_by(document.c.message_id, document.c.ordinal)
    )
    return [
        Enclosed(row.message_id, row.facts["subject"], row.facts["body"])
        for row in rows
        if row.facts["kind"] == "container"
    ]


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
        sa.select(
            document,
            sa.cast(reading.c.facts, sa.Text).label("facts"),
            sa.cast(inspection.c.facts, sa.Text).label("seen"),
        )
        .join(reading, reading.c.content_hash == document.c.content_hash)
        .outerjoin(inspection, inspection.c.content_hash == document.c.content_hash)
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
            facts_of(row.facts),
            row.folder,
            seen_of(row.seen) if row.seen is not None else None,
            hash(row.facts),
        )
        for row in rows
    ]


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


def wait_again(cn: Connection, message_rows: Collection[int]) -> None:
    """Lets the next pass give these messages to their units and judge these anew."""
    cn.execute(sa.update(message).where(IS_MATERIAL, message.c.id.in_(message_rows)).values(assembled=False))


def judge_again(cn: Connection, unit_row: int) -> None:
    """Lets the next pass assemble and judge a unit anew."""
    cn.execute(sa.update(message).where(IS_MATERIAL, message.c.unit_id == unit_row).values(assembled=False))
