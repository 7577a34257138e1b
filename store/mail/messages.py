"""Messages: the poller's cursor and sightings, their states, and the quarantine.

How the provider judged the sender of a message, as statements and rows tell it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.mail.authentication import Authenticity
from intake.domain.model.mail import MessageKind, MessageState
from store.database import audit
from store.database.engine import dialect_of, put_row
from store.database.schema import folder, message, sighting
from store.mail import damage

JUDGED = (message.c.authentication, message.c.authentication_said)


@dataclass(frozen=True, slots=True)
class MailboxPlace:
    """Where in a mailbox a message stands."""

    account: str
    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Archived:
    """A message that lies in the archive and now gets its row.

    `twin` is the hash of the same mail with its line ends written the other way (`archive.twin_hash`).
    """

    content_hash: str
    size: int
    internal_date: datetime | None = None
    given_received_at: datetime | None = None
    place: MailboxPlace | None = None
    twin: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A message whose bytes are archived and that waits to be read; `was_read` once before (replay)."""

    id: int
    content_hash: str
    size: int
    internal_date: datetime | None
    given_received_at: datetime | None
    was_read: bool = False


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
    key = {"account": account, "name": name}
    put_row(cn, folder, key, {"uidvalidity": uidvalidity, "last_uid": last_uid})


def add(cn: Connection, items: Sequence[Archived], at: datetime) -> list[bool]:
    """Records archived messages once by their hash or its twin's, and where they were seen.

    Tells of each whether it is new.  The copy that came first stays the one that is read and told.
    All in a few statements, however many they are.
    """
    known = _rows_of(cn, {name for item in items for name in (item.content_hash, item.twin) if name})
    fresh: dict[str, Archived] = {}
    names = []
    for item in items:
        name = item.twin if item.twin in known or item.twin in fresh else item.content_hash
        names.append(name)
        if name not in known:
            fresh.setdefault(name, item)
    added = _insert(cn, fresh.values(), at)
    known |= added
    if others := fresh.keys() - known.keys():
        # Another process was quicker.
        known |= _rows_of(cn, others)
    seen = [
        _sighting(item.place, at, known[name])
        for item, name in zip(items, names, strict=True)
        if item.place is not None
    ]
    if seen:
        cn.execute(_sight(cn.dialect.name), seen)
    told = [
        audit.AuditEvent(at, "archived", f"{name} ({fresh[name].size} bytes)", message_id=row)
        for name, row in added.items()
    ]
    audit.append(cn, *told)
    # Of two copies that came together the first is new.
    return [fresh.get(name) is item and name in added for item, name in zip(items, names, strict=True)]


def _rows_of(cn: Connection, names: Collection[str]) -> dict[str, int]:
    rows: Iterable[Any] = cn.execute(_BY_HASH, {"names": list(names)}) if names else ()
    return {row.content_hash: row.id for row in rows}


def _insert(cn: Connection, items: Collection[Archived], at: datetime) -> dict[str, int]:
    """The rows of those that are not there yet, by their hashes, in their order."""
    if not items:
        return {}
    values = [
        {
            "content_hash": item.content_hash,
            "size": item.size,
            "state": MessageState.RECEIVED,
            "archived_at": at,
            "internal_date": item.internal_date,
            "given_received_at": item.given_received_at,
        }
        for item in items
    ]
    rows = cn.execute(_insert_message(cn.dialect.name), values)
    return {row.content_hash: row.id for row in sorted(rows, key=lambda row: row.id)}


_BY_HASH = sa.select(message.c.content_hash, message.c.id).where(
    message.c.content_hash.in_(sa.bindparam("names", expanding=True))
)


@cache
def _insert_message(dialect_name: str) -> sa.Insert:
    statement = dialect_of(dialect_name).insert(message).on_conflict_do_nothing()
    made: sa.Insert = statement.returning(message.c.content_hash, message.c.id)
    return made


def erased(cn: Connection, names: Collection[str]) -> set[str]:
    """Which of these hashes, or their twins', are of messages that were erased: they must not come back."""
    return set(cn.execute(_ERASED, {"names": list(names)}).scalars()) if names else set()


_ERASED = sa.select(message.c.content_hash).where(
    message.c.content_hash.in_(sa.bindparam("names", expanding=True)), message.c.erased.is_not(None)
)


def add_incomplete(cn: Connection, place: MailboxPlace, trouble: str, at: datetime) -> None:
    """Notes a message that could not be fetched whole, so that the next pass asks for it again."""
    cn.execute(_sight(cn.dialect.name), [_sighting(place, at, None, trouble)])


def _sighting(
    place: MailboxPlace, at: datetime, row: int | None, trouble: str | None = None
) -> dict[str, Any]:
    return {
        "account": place.account,
        "folder": place.folder,
        "uidvalidity": place.uidvalidity,
        "uid": place.uid,
        "message_id": row,
        "trouble": trouble,
        "attempts": 1,
        "seen_at": at,
    }


@cache
def _sight(dialect_name: str) -> sa.Insert:
    """Notes where a message was seen, or that it was asked for once more."""
    statement = dialect_of(dialect_name).insert(sighting)
    made: sa.Insert = statement.on_conflict_do_update(
        index_elements=[sighting.c[name] for name in ("account", "folder", "uidvalidity", "uid")],
        set_={
            "message_id": sa.func.coalesce(sighting.c.message_id, statement.excluded.message_id),
            "trouble": statement.excluded.trouble,
            "attempts": sighting.c.attempts + 1,
        },
    )
    return made


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


def unread(cn: Connection, row: int | None = None) -> list[Unread]:
    """Archived messages (or one of them) that wait to be read, oldest first.

    Those whose bytes could not be had are among them.
    """
    waiting = (
        sa.select(
            message.c.id,
            message.c.content_hash,
            message.c.size,
            message.c.internal_date,
            message.c.given_received_at,
            message.c.received_at.is_not(None),
        )
        .where((message.c.state == MessageState.RECEIVED) | damage.IS_DAMAGED)
        .order_by(message.c.id)
    )
    if row is not None:
        waiting = waiting.where(message.c.id == row)
    return [Unread(*found) for found in cn.execute(waiting)]


def quarantine(cn: Connection, message_row: int, trouble: str, sender: str | None, at: datetime) -> None:
    """Sets a message aside for our own fault, with the traceback or its code; it waits for a replay.

    `sender` is whom it is from, where that is known: that sender's unit is asked for
    nothing meanwhile.
    """
    cn.execute(
        sa.update(message)
        .where(message.c.id == message_row)
        .values(
            state=MessageState.QUARANTINED,
            trouble=trouble,
            claimed_from=sa.func.coalesce(sender, message.c.claimed_from),
        )
    )
    last = trouble.strip().splitlines()[-1] if trouble.strip() else "unknown"
    audit.append(cn, audit.AuditEvent(at, "quarantined", last, message_id=message_row))


def replay(cn: Connection, rows: Sequence[int] | None, at: datetime) -> int:
    """Marks messages (None: all) to be read and judged again; returns how many."""
    # What was erased is never read again; what is left of it is judged with the rest.
    again = sa.case((message.c.erased.is_(None), MessageState.RECEIVED.value), else_=message.c.state)
    statement = sa.update(message).where(sa.func.coalesce(message.c.erased, "") != "whole")
    statement = statement.values(state=again, assembled=False, trouble=None)
    if rows is not None:
        statement = statement.where(message.c.id.in_(rows))
    count = cn.execute(statement).rowcount
    audit.append(cn, audit.AuditEvent(at, "replayed", f"{count} message(s)"))
    return count


def put_away(cn: Connection, row: int, by: str, reason: str, at: datetime) -> bool:
    """A person says that a quarantined message holds nothing for us; False where it is not in quarantine.

    It stays archived, and a replay reads it again.
    """
    when = (message.c.received_at, message.c.provider_received_at, message.c.internal_date)
    done = cn.execute(
        sa.update(message)
        .where(message.c.id == row, message.c.state == MessageState.QUARANTINED)
        .values(
            state=MessageState.READ,
            kind=MessageKind.OTHER,
            received_at=sa.func.coalesce(*when, message.c.archived_at),
            assembled=True,
        )
    )
    if done.rowcount:
        audit.append(cn, audit.AuditEvent(at, "put away", reason, by, message_id=row))
    return bool(done.rowcount)


def forget_incomplete(
    cn: Connection, account: str, name: str, uidvalidity: int, uids: Collection[int]
) -> None:
    """Forgets mails of a folder that never came whole and that the server no longer lists."""
    cn.execute(
        sa.delete(sighting).where(
            sighting.c.account == account,
            sighting.c.folder == name,
            sighting.c.uidvalidity == uidvalidity,
            sighting.c.uid.in_(uids),
            sighting.c.message_id.is_(None),
        )
    )


def forget_renumbered(cn: Connection, account: str, name: str, uidvalidity: int) -> None:
    """Forgets what never came whole under a folder's former numbers: it is listed under new ones."""
    cn.execute(
        sa.delete(sighting).where(
            sighting.c.account == account,
            sighting.c.folder == name,
            sighting.c.uidvalidity != uidvalidity,
            sighting.c.message_id.is_(None),
        )
    )


def hardly_tried(cn: Connection, account: str, folders: Collection[str], patience: int) -> bool:
    """True while a mail that did not come whole has been asked for fewer than `patience` times.

    Only in these folders: in others nobody asks for it any more.
    """
    return (
        cn.execute(
            sa.select(sighting.c.id).where(
                sighting.c.account == account,
                sighting.c.folder.in_(folders),
                sighting.c.message_id.is_(None),
                sighting.c.attempts < patience,
            )
        ).first()
        is not None
    )


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
        audit.append(cn, audit.AuditEvent(at, "time given", received_at.isoformat(), message_id=changed))


def is_proven() -> sa.ColumnElement[bool]:
    """True for messages whose sender the provider did not question; many providers say nothing of any."""
    return message.c.authentication != Authenticity.UNVERIFIED


def vouched_for(row: Any) -> bool:
    """True where the provider verified the sender, from a row with `JUDGED`."""
    return bool(row.authentication == Authenticity.VERIFIED)


def unverified(row: Any) -> str:
    """What the provider said of a sender whom it could not verify, from a row with `JUDGED`; else ""."""
    return str(row.authentication_said) if row.authentication == Authenticity.UNVERIFIED else ""
