"""What was read: a message's facts, its documents, and the facts of each file, once for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Literal

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.engine import Connection

from intake.domain.mail.authentication import UNKNOWN, Authenticity, Verdict
from intake.domain.model.facts import Facts, MessageFacts
from intake.domain.model.mail import MessageKind, MessageState, Place
from store.database import audit
from store.database.engine import put_row
from store.database.schema import bounce, document, message, nomination_document, reading


@cache
def facts_adapter() -> TypeAdapter[Facts]:
    """How the facts of a file stand in its row; made when first asked for, which takes its time."""
    return TypeAdapter(Facts)


@cache
def message_adapter() -> TypeAdapter[MessageFacts]:
    """How the facts of a mail stand in its row."""
    return TypeAdapter(MessageFacts)


MOST_KEPT = 512
"""Readings, and as many of what was seen in scans, that are kept made up; the units of a kind have 200."""

ReceivedSource = Literal["received", "internaldate", "given"]


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document found in a message, or inside another document of it (`folder` says where)."""

    ordinal: int
    filename: str
    content_hash: str
    size: int
    facts: Facts
    folder: str = ""


@dataclass(frozen=True, slots=True)
class MailReading:
    """Everything that reading one message brought, ready to be recorded in one transaction."""

    message: int
    facts: MessageFacts
    kind: MessageKind
    received_at: datetime
    received_source: ReceivedSource
    provider_received_at: datetime | None
    answer_to: str | None
    documents: tuple[ReadDocument, ...]
    verdict: Verdict = UNKNOWN
    classified: Place | None = None


@lru_cache(maxsize=MOST_KEPT)
def facts_of(stored: str) -> Facts:
    """The facts of a reading as the database has it, in JSON; the same text gives the very same object.

    A unit's files are asked for with each of its mails: what did not change is not made anew.
    """
    return facts_adapter().validate_json(stored)


def cached_reading(cn: Connection, content_hash: str, version: str) -> Facts | None:
    """What this version of the parsers read out of that file before, or None."""
    found = cn.execute(
        sa.select(reading.c.facts).where(reading.c.content_hash == content_hash, reading.c.version == version)
    ).scalar_one_or_none()
    return facts_adapter().validate_python(found) if found is not None else None


def record(cn: Connection, item: MailReading, version: str, at: datetime) -> None:
    """Writes what was read; a message that was read before (replay) is read anew in place."""
    row = sa.select(message.c.erased).where(message.c.id == item.message).with_for_update()
    if cn.execute(row).scalar_one() is not None:
        # Erased while it was being read.
        return
    for content_hash, facts in sorted({d.content_hash: d.facts for d in item.documents}.items()):
        values = {"version": version, "facts": facts_adapter().dump_python(facts, mode="json")}
        put_row(cn, reading, {"content_hash": content_hash}, values)
    _sync_documents(cn, item.message, item.documents)
    if item.kind is not MessageKind.BOUNCE:
        # Older parsers may have taken it for one, and its address for dead.
        cn.execute(sa.delete(bounce).where(bounce.c.message_id == item.message))
    said = item.facts
    cn.execute(
        sa.update(message)
        .where(message.c.id == item.message)
        .values(
            state=MessageState.READ,
            kind=item.kind,
            message_id=said.message_id,
            claimed_from=said.claimed_from.address if said.claimed_from else "",
            subject=said.subject,
            claimed_date=said.claimed_date,
            received_at=item.received_at,
            received_source=item.received_source,
            provider_received_at=item.provider_received_at,
            answer_to=item.answer_to,
            classified=item.classified,
            authentication=item.verdict.authenticity,
            authentication_said=item.verdict.said,
            facts=message_adapter().dump_python(said, mode="json"),
            trouble=None,
            assembled=False,
        )
    )
    detail = f"{item.kind}, {len(item.documents)} document(s)"
    if said.wants_read_receipt:
        detail += "; wants a read receipt, which is never sent"
    if item.classified is not None:
        detail += f"; not processed: a mark of a state secret ({item.classified})"
    if item.verdict.authenticity is Authenticity.UNVERIFIED:
        detail += f"; the sender is not verified: {item.verdict.said}"
    audit.append(cn, audit.AuditEvent(at, "read", detail, message_id=item.message))


def _sync_documents(cn: Connection, message_row: int, documents: Sequence[ReadDocument]) -> None:
    """Makes the message's documents what was read now; a file that was there before keeps its row.

    Better parsers find more files than older ones did, so that places shift.
    """
    rows = cn.execute(
        sa.select(document.c.id, document.c.content_hash, document.c.folder)
        .where(document.c.message_id == message_row)
        .order_by(document.c.ordinal)
    ).all()
    free: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        free.setdefault((row.content_hash, row.folder), []).append(row.id)
    # Out of the way of the unique places, which are given anew below.
    cn.execute(
        sa.update(document)
        .where(document.c.message_id == message_row)
        .values(ordinal=-1 - document.c.ordinal)
    )
    new = []
    for found in documents:
        values = {"ordinal": found.ordinal, "filename": found.filename, "size": found.size}
        same = free.get((found.content_hash, found.folder))
        if same:
            cn.execute(sa.update(document).where(document.c.id == same.pop(0)).values(**values))
        else:
            where = {"message_id": message_row, "content_hash": found.content_hash, "folder": found.folder}
            new.append({**where, **values})
    if new:
        cn.execute(sa.insert(document), new)
    gone = [row for rows_left in free.values() for row in rows_left]
    if gone:
        # The message is assembled anew, which makes the links of its nominations again.
        cn.execute(sa.delete(nomination_document).where(nomination_document.c.document_id.in_(gone)))
        cn.execute(sa.delete(document).where(document.c.id.in_(gone)))
