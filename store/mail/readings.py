"""What was read: a message's facts, its documents, and the facts of each file, once for all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.engine import Connection

from intake.domain.mail.authentication import UNKNOWN, Authenticity, Verdict
from intake.domain.model.mail import MessageKind, MessageState, Place
from store.database import audit
from store.database.engine import dialect_of
from store.database.schema import bounce, document, message, nomination_document, reading

# Loaded where a reading is made up: whoever only counts and lists does without.
if TYPE_CHECKING:
    from intake.domain.model.facts import Facts, MessageFacts


@cache
def facts_adapter() -> TypeAdapter[Facts]:
    """How the facts of a file stand in its row; made when first asked for, which takes its time."""
    from intake.domain.model.facts import Facts

    return TypeAdapter(Facts)


@cache
def message_adapter() -> TypeAdapter[MessageFacts]:
    """How the facts of a mail stand in its row."""
    from intake.domain.model.facts import MessageFacts

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


def stored(cn: Connection, content_hashes: Collection[str], version: str) -> dict[str, Facts]:
    """What this version of the parsers read out of these files before, by their hashes."""
    if not content_hashes:
        return {}
    rows = cn.execute(_STORED, {"hashes": list(content_hashes), "version": version})
    return {name: facts_adapter().validate_python(found) for name, found in rows}


def stored_of(cn: Connection, message_row: int, version: str) -> dict[str, Facts]:
    """The same for all files of a message that was read before."""
    rows = cn.execute(_STORED_OF, {"message": message_row, "version": version})
    return {name: facts_adapter().validate_python(found) for name, found in rows}


def record(cn: Connection, items: Sequence[MailReading], version: str, at: datetime) -> None:
    """Writes what was read; a message that was read before (replay) is read anew in place.

    All in a few statements, however many mails: each is another message.
    """
    rows = cn.execute(_ERASED, {"rows": [item.message for item in items]})
    erased = {row for row, when in rows if when is not None}
    # What was erased while it was being read stays so.
    kept = [item for item in items if item.message not in erased]
    if not kept:
        return
    _put_readings(cn, kept, version)
    _sync_documents(cn, kept)
    if others := [item.message for item in kept if item.kind is not MessageKind.BOUNCE]:
        # Older parsers may have taken it for one, and its address for dead.
        cn.execute(_NO_BOUNCE, {"rows": others})
    cn.execute(_READ, [_row(item) for item in kept])
    audit.append(cn, *(audit.AuditEvent(at, "read", _detail(item), message_id=item.message) for item in kept))


_STORED = sa.select(reading.c.content_hash, reading.c.facts).where(
    reading.c.content_hash.in_(sa.bindparam("hashes", expanding=True)),
    reading.c.version == sa.bindparam("version"),
)
_STORED_OF = sa.select(reading.c.content_hash, reading.c.facts).where(
    reading.c.content_hash.in_(
        sa.select(document.c.content_hash).where(document.c.message_id == sa.bindparam("message"))
    ),
    reading.c.version == sa.bindparam("version"),
)
_ERASED = (
    sa.select(message.c.id, message.c.erased)
    .where(message.c.id.in_(sa.bindparam("rows", expanding=True)))
    .order_by(message.c.id)
    .with_for_update()
)
_NO_BOUNCE = sa.delete(bounce).where(bounce.c.message_id.in_(sa.bindparam("rows", expanding=True)))
_FRESH = (
    *("kind", "message_id", "claimed_from", "subject", "claimed_date", "received_at", "received_source"),
    *("provider_received_at", "answer_to", "classified", "authentication", "authentication_said", "facts"),
)
_READ = (
    sa.update(message)
    .where(message.c.id == sa.bindparam("row"))
    .values(
        state=MessageState.READ,
        trouble=None,
        assembled=False,
        **{name: sa.bindparam(f"new_{name}", type_=message.c[name].type) for name in _FRESH},
    )
)
_PLACES = (
    sa.select(document.c.message_id, document.c.id, document.c.content_hash, document.c.folder)
    .where(document.c.message_id.in_(sa.bindparam("rows", expanding=True)))
    .order_by(document.c.message_id, document.c.ordinal)
)
"""Statements are made once: making one anew costs more than what the database does with it."""


def _put_readings(cn: Connection, items: Sequence[MailReading], version: str) -> None:
    """One statement for all: a reading that is there already is written over."""
    found = {d.content_hash: d.facts for item in items for d in item.documents}
    if not found:
        return
    dump = facts_adapter().dump_python
    cn.execute(
        _upsert(cn.dialect.name),
        [
            {"content_hash": name, "version": version, "facts": dump(facts, mode="json")}
            # In one order, so that no two writers wait for each other.
            for name, facts in sorted(found.items(), key=lambda pair: pair[0])
        ],
    )


@cache
def _upsert(dialect_name: str) -> sa.Insert:
    statement = dialect_of(dialect_name).insert(reading)
    made: sa.Insert = statement.on_conflict_do_update(
        index_elements=[reading.c.content_hash],
        set_={"version": statement.excluded.version, "facts": statement.excluded.facts},
    )
    return made


def _row(item: MailReading) -> dict[str, Any]:
    said = item.facts
    fresh = {
        "kind": item.kind,
        "message_id": said.message_id,
        "claimed_from": said.claimed_from.address if said.claimed_from else "",
        "subject": said.subject,
        "claimed_date": said.claimed_date,
        "received_at": item.received_at,
        "received_source": item.received_source,
        "provider_received_at": item.provider_received_at,
        "answer_to": item.answer_to,
        "classified": item.classified,
        "authentication": item.verdict.authenticity,
        "authentication_said": item.verdict.said,
        "facts": message_adapter().dump_python(said, mode="json"),
    }
    return {"row": item.message, **{f"new_{name}": value for name, value in fresh.items()}}


def _detail(item: MailReading) -> str:
    detail = f"{item.kind}, {len(item.documents)} document(s)"
    if item.facts.wants_read_receipt:
        detail += "; wants a read receipt, which is never sent"
    if item.classified is not None:
        detail += f"; not processed: a mark of a state secret ({item.classified})"
    if item.verdict.authenticity is Authenticity.UNVERIFIED:
        detail += f"; the sender is not verified: {item.verdict.said}"
    return detail


def _sync_documents(cn: Connection, items: Sequence[MailReading]) -> None:
    """Makes the messages' documents what was read now; a file that was there before keeps its row."""
    known: dict[int, dict[tuple[str, str], list[int]]] = {}
    for row in cn.execute(_PLACES, {"rows": [item.message for item in items]}):
        places = known.setdefault(row.message_id, {})
        places.setdefault((row.content_hash, row.folder), []).append(row.id)
    new: list[dict[str, Any]] = []
    for item in items:
        new += _sync_known(cn, item, known.get(item.message, {}))
    if new:
        cn.execute(sa.insert(document), new)


def _sync_known(
    cn: Connection, item: MailReading, free: dict[tuple[str, str], list[int]]
) -> list[dict[str, Any]]:
    """Gives the rows of a message's files (by hash and folder) their places; the rows that are new.

    Better parsers find more files than older ones did, so that places shift.
    """
    if free:
        # Out of the way of the unique places, which are given anew below.
        cn.execute(
            sa.update(document)
            .where(document.c.message_id == item.message)
            .values(ordinal=-1 - document.c.ordinal)
        )
    new, moved = [], []
    for found in item.documents:
        values = {"ordinal": found.ordinal, "filename": found.filename, "size": found.size}
        if same := free.get((found.content_hash, found.folder)):
            moved.append({"row": same.pop(0), **{f"new_{name}": value for name, value in values.items()}})
        else:
            where = {"message_id": item.message, "content_hash": found.content_hash, "folder": found.folder}
            new.append({**where, **values})
    if moved:
        cn.execute(_MOVED, moved)
    gone = [row for rows_left in free.values() for row in rows_left]
    if gone:
        # The message is assembled anew, which makes the links of its nominations again.
        cn.execute(sa.delete(nomination_document).where(nomination_document.c.document_id.in_(gone)))
        cn.execute(sa.delete(document).where(document.c.id.in_(gone)))
    return new


_MOVED = (
    sa.update(document)
    .where(document.c.id == sa.bindparam("row"))
    .values({name: sa.bindparam(f"new_{name}") for name in ("ordinal", "filename", "size")})
)
