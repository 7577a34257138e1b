"""Messages: the poller's cursor and sightings, what was read, and the quarantine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.engine import Connection

from intake.domain.facts import Facts, MessageFacts
from intake.domain.model import MessageKind, MessageState
from store import audit
from store.schema import document, folder, message, progress, reading, sighting

FACTS: TypeAdapter[Facts] = TypeAdapter(Facts)
MESSAGE_FACTS: TypeAdapter[MessageFacts] = TypeAdapter(MessageFacts)

ReceivedSource = Literal["received", "internaldate", "given"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a mailbox a message stands."""

    account: str
    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Archived:
    """A message that lies in the archive and now gets its row."""

    content_hash: str
    size: int
    internal_date: datetime | None = None
    given_received_at: datetime | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A message whose bytes are archived and that nobody has read yet."""

    id: int
    content_hash: str
    size: int
    internal_date: datetime | None
    given_received_at: datetime | None


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
class Reading:
    """Everything that reading one message brought, ready to be recorded in one transaction."""

    message: int
    facts: MessageFacts
    kind: MessageKind
    received_at: datetime
    received_source: ReceivedSource
    provider_received_at: datetime | None
    answer_to: str | None
    documents: tuple[ReadDocument, ...]


def cursor(cn: Connection, account: str, name: str) -> tuple[int, int] | None:
    """(UIDVALIDITY, last UID) reached in a folder, or None when it was never polled."""
    row = cn.execute(
        sa.select(folder.c.uidvalidity, folder.c.last_uid).where(
            folder.c.account == account, folder.c.name == name
        )
    ).one_or_none()
    return (row.uidvalidity, row.last_uid) if row else None


def set_cursor(cn: Connection, account: str, name: str, uidvalidity: int, last_uid: int) -> None:
    """Moves a folder's cursor; in the same transaction as the rows that it passes."""
    changed = cn.execute(
        sa.update(folder)
        .where(folder.c.account == account, folder.c.name == name)
        .values(uidvalidity=uidvalidity, last_uid=last_uid)
    )
    if not changed.rowcount:
        cn.execute(
            sa.insert(folder).values(account=account, name=name, uidvalidity=uidvalidity, last_uid=last_uid)
        )


def add(cn: Connection, item: Archived, at: datetime) -> bool:
    """Records an archived message once by its hash, and where it was seen; True when it is new."""
    known = cn.execute(
        sa.select(message.c.id).where(message.c.content_hash == item.content_hash)
    ).scalar_one_or_none()
    row = (
        known
        or cn.execute(
            sa.insert(message)
            .values(
                content_hash=item.content_hash,
                size=item.size,
                state=MessageState.RECEIVED,
                archived_at=at,
                internal_date=item.internal_date,
                given_received_at=item.given_received_at,
            )
            .returning(message.c.id)
        ).scalar_one()
    )
    if item.place:
        _sight(cn, item.place, at, message_id=row, trouble=None)
    if known is None:
        audit.append(
            cn, audit.Event(at, "archived", f"{item.content_hash} ({item.size} bytes)", message_id=row)
        )
    return known is None


def add_incomplete(cn: Connection, place: Place, trouble: str, at: datetime) -> None:
    """Notes a message that could not be fetched whole, so that the next pass asks for it again."""
    _sight(cn, place, at, message_id=None, trouble=trouble)


def _sight(
    cn: Connection, place: Place, at: datetime, *, message_id: int | None, trouble: str | None
) -> None:
    where = (
        (sighting.c.account == place.account)
        & (sighting.c.folder == place.folder)
        & (sighting.c.uidvalidity == place.uidvalidity)
        & (sighting.c.uid == place.uid)
    )
    changed = cn.execute(
        sa.update(sighting)
        .where(where)
        .values(
            message_id=sa.func.coalesce(sighting.c.message_id, message_id),
            trouble=trouble,
            attempts=sighting.c.attempts + 1,
        )
    )
    if not changed.rowcount:
        cn.execute(
            sa.insert(sighting).values(
                account=place.account,
                folder=place.folder,
                uidvalidity=place.uidvalidity,
                uid=place.uid,
                message_id=message_id,
                attempts=1,
                trouble=trouble,
                seen_at=at,
            )
        )


def incomplete(cn: Connection, account: str, name: str, uidvalidity: int) -> list[int]:
    """UIDs of a folder that were seen but never fetched whole."""
    return list(
        cn.execute(
            sa.select(sighting.c.uid)
            .where(
                sighting.c.account == account,
                sighting.c.folder == name,
                sighting.c.uidvalidity == uidvalidity,
                sighting.c.message_id.is_(None),
            )
            .order_by(sighting.c.uid)
        ).scalars()
    )


def unread(cn: Connection) -> list[Unread]:
    """Archived messages that wait to be read, oldest first."""
    rows = cn.execute(
        sa.select(
            message.c.id,
            message.c.content_hash,
            message.c.size,
            message.c.internal_date,
            message.c.given_received_at,
        )
        .where(message.c.state == MessageState.RECEIVED)
        .order_by(message.c.id)
    )
    return [Unread(*row) for row in rows]


def cached_reading(cn: Connection, content_hash: str, version: str) -> Facts | None:
    """What this version of the parsers read out of that file before, or None."""
    found = cn.execute(
        sa.select(reading.c.facts).where(reading.c.content_hash == content_hash, reading.c.version == version)
    ).scalar_one_or_none()
    return FACTS.validate_python(found) if found is not None else None


def record(cn: Connection, item: Reading, version: str, at: datetime) -> None:
    """Writes what was read; a message that was read before (replay) is read anew in place."""
    for content_hash, facts in {found.content_hash: found.facts for found in item.documents}.items():
        _keep_facts(cn, content_hash, facts, version)
    kept = set(
        cn.execute(sa.select(document.c.ordinal).where(document.c.message_id == item.message)).scalars()
    )
    new = [
        {
            "message_id": item.message,
            "ordinal": found.ordinal,
            "filename": found.filename,
            "content_hash": found.content_hash,
            "size": found.size,
            "folder": found.folder,
        }
        for found in item.documents
        if found.ordinal not in kept
    ]
    if new:
        cn.execute(sa.insert(document), new)
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
            facts=MESSAGE_FACTS.dump_python(said, mode="json"),
            trouble=None,
            assembled=False,
        )
    )
    detail = f"{item.kind}, {len(item.documents)} document(s)"
    audit.append(cn, audit.Event(at, "read", detail, message_id=item.message))


def _keep_facts(cn: Connection, content_hash: str, facts: Facts, version: str) -> None:
    values = {"version": version, "facts": FACTS.dump_python(facts, mode="json")}
    where = reading.c.content_hash == content_hash
    if not cn.execute(sa.update(reading).where(where).values(**values)).rowcount:
        cn.execute(sa.insert(reading).values(content_hash=content_hash, **values))


def quarantine(cn: Connection, message_row: int, trouble: str, at: datetime) -> None:
    """Sets a message aside for our own fault, with the traceback; it waits for a replay."""
    cn.execute(
        sa.update(message)
        .where(message.c.id == message_row)
        .values(state=MessageState.QUARANTINED, trouble=trouble)
    )
    last = trouble.strip().splitlines()[-1] if trouble.strip() else "unknown"
    audit.append(cn, audit.Event(at, "quarantined", last, message_id=message_row))


def replay(cn: Connection, rows: Sequence[int] | None, at: datetime) -> int:
    """Marks messages (None: all) to be read and judged again; returns how many."""
    statement = sa.update(message).values(state=MessageState.RECEIVED, assembled=False, trouble=None)
    if rows is not None:
        statement = statement.where(message.c.id.in_(rows))
    count = cn.execute(statement).rowcount
    audit.append(cn, audit.Event(at, "replayed", f"{count} message(s)"))
    return count


def hardly_tried(cn: Connection, account: str, patience: int) -> bool:
    """True while a mail that did not come whole has been asked for fewer than `patience` times."""
    return (
        cn.execute(
            sa.select(sighting.c.id).where(
                sighting.c.account == account,
                sighting.c.message_id.is_(None),
                sighting.c.attempts < patience,
            )
        ).first()
        is not None
    )


def set_progress(cn: Connection, name: str, at: datetime) -> None:
    """Notes the instant that a stage has reached."""
    if not cn.execute(sa.update(progress).where(progress.c.name == name).values(at=at)).rowcount:
        cn.execute(sa.insert(progress).values(name=name, at=at))


def get_progress(cn: Connection, name: str) -> datetime | None:
    """The instant that a stage has reached, or None."""
    return cn.execute(sa.select(progress.c.at).where(progress.c.name == name)).scalar_one_or_none()


def give_time(cn: Connection, content_hash: str, received_at: datetime, at: datetime) -> None:
    """Gives a message that has no time of record the one that a person names, and reads it again."""
    changed = cn.execute(
        sa.update(message)
        .where(
            message.c.content_hash == content_hash,
            message.c.received_at.is_(None),
            message.c.given_received_at.is_(None),
        )
        .values(given_received_at=received_at, state=MessageState.RECEIVED, trouble=None)
        .returning(message.c.id)
    ).scalar_one_or_none()
    if changed is not None:
        audit.append(cn, audit.Event(at, "time given", received_at.isoformat(), message_id=changed))
