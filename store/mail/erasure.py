"""What is taken out of database and archive for good: a person's name, or mail whose time is over.

Rows stay where the service counts or remembers by them: a message by its hash, so that the same bytes
are never archived, read or answered again; a letter by its key; a nomination by its number.  What they
say goes.  Every text of the database is gone through, so that no new column is forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.text.persons import PersonName
from store.archive.archive import Archive
from store.database.schema import (
    correction,
    decision,
    document,
    event,
    finding,
    inspection,
    letter,
    letter_message,
    letter_nomination,
    message,
    metadata,
    nomination,
    nomination_document,
    reading,
)

MARK = "〔已删除〕"
"""Stands where a name or a text stood; the trail of events takes no change but one that bears it."""

WHOLE, PART = "whole", "part"
"""Of an erased message nothing is left but that it came, or what it says of others."""

ERASED_READING = "erased"
"""The version of a reading of which a name was taken out, and whose file is gone."""

GONE_LETTER = f"Content-Type: text/plain; charset=utf-8\r\n\r\n{MARK}\r\n".encode()
"""In the place of a letter's bytes."""

IS_UNSENT = letter.c.state.in_(("queued", "held", "sending")) & (letter.c.to_address != "")

_UNTOUCHED = {"campaign", "counter", "folder", "progress", "secret", "unit", "correspondent"}
"""Tables that tell nothing of a person who is put forward."""


@dataclass(frozen=True, slots=True)
class NamedRow:
    """A row in which a name stands: its table, its key by column, and its columns with the name."""

    table: sa.Table
    key: Mapping[str, Any]
    values: Mapping[str, Any]


def places(cn: Connection, name: PersonName) -> Iterator[NamedRow]:
    """Every row of the database that holds the name, with all its columns that do."""
    for table in metadata.sorted_tables:
        if table.name in _UNTOUCHED:
            continue
        wanted = [c for c in table.c if isinstance(c.type, sa.Text | sa.JSON | sa.LargeBinary)]
        keys = list(table.primary_key.columns)
        rows = cn.execute(sa.select(*dict.fromkeys([*keys, *wanted])).order_by(*keys)).all()
        for row in rows:
            found = {c.name: row._mapping[c] for c in wanted if name.is_in(_text(row._mapping[c]))}
            if found:
                yield NamedRow(table, {c.name: row._mapping[c] for c in keys}, found)


def _text(value: Any) -> str:
    """All that a column's value says; of a letter its subject and texts."""
    if isinstance(value, bytes):
        mail = _mail(value)
        parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
        return "\n".join([str(mail["Subject"] or ""), *map(str, parts)])
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _mail(raw: bytes) -> EmailMessage:
    # Such a policy makes messages of this class alone.
    return message_from_bytes(raw, policy=policy.SMTP)


def take_out(cn: Connection, name: PersonName) -> int:
    """Takes the name out of every row; returns how many.  Readings that lose it lose their file as well."""
    count = 0
    # Found before changed: what is changed must not be met again.
    for place in list(places(cn, name)):
        # In what was read nothing stands in its place: a mark would be read as a name.
        stand_in = "" if place.table in (reading, inspection, correction) else MARK
        values = {column: _without(value, name, stand_in) for column, value in place.values.items()}
        if place.table is reading:
            values["version"] = ERASED_READING
        if place.table is inspection:
            values["facts"]["pictures"] = []
        where = [place.table.c[column] == value for column, value in place.key.items()]
        cn.execute(sa.update(place.table).where(*where).values(**values))
        count += 1
    return count


def _without(value: Any, name: PersonName, stand_in: str) -> Any:
    match value:
        case str():
            return name.replaced(value, stand_in)
        case bytes():
            return _letter_without(value, name)
        case list():
            return [_without(item, name, stand_in) for item in value]
        case dict():
            return {
                name.replaced(key, stand_in): _without(item, name, stand_in) for key, item in value.items()
            }
        case _:
            return value


def _letter_without(raw: bytes, name: PersonName) -> bytes:
    """The letter as it reads without the name; what it says to others stays on record."""
    mail = _mail(raw)
    if any(part.get_content_maintype() not in ("text", "multipart") for part in mail.walk()):
        # A digest: its pictures show people.
        return GONE_LETTER
    if subject := str(mail["Subject"] or ""):
        mail.replace_header("Subject", name.replaced(subject, MARK))
    for part in mail.walk():
        if isinstance(part, EmailMessage) and part.get_content_maintype() == "text":
            text = name.replaced(str(part.get_content()), MARK)
            part.set_content(text, subtype=part.get_content_subtype(), charset="utf-8")
    return mail.as_bytes()


def drop_documents(cn: Connection, archive: Archive, rows: Collection[int]) -> int:
    """Takes these documents out with all that was read and seen in them; returns how many files went.

    A file that other documents share stays.
    """
    hashes = set(cn.scalars(sa.select(document.c.content_hash).where(document.c.id.in_(rows))))
    cn.execute(sa.delete(nomination_document).where(nomination_document.c.document_id.in_(rows)))
    cn.execute(sa.delete(document).where(document.c.id.in_(rows)))
    hashes -= set(cn.scalars(sa.select(document.c.content_hash).where(document.c.content_hash.in_(hashes))))
    drop_pictures(cn, archive, hashes)
    for table in (reading, inspection):
        cn.execute(sa.delete(table).where(table.c.content_hash.in_(hashes)))
    for name in hashes:
        archive.erase("documents", name)
    return len(hashes)


def drop_pictures(cn: Connection, archive: Archive, hashes: Collection[str]) -> None:
    """Takes the pictures away that were made of these files."""
    for facts in cn.scalars(sa.select(inspection.c.facts).where(inspection.c.content_hash.in_(hashes))):
        for picture in facts["pictures"]:
            archive.erase("pictures", picture["content_hash"])


def empty_messages(cn: Connection, archive: Archive, rows: Collection[int], how: str) -> int:
    """Takes the messages' bytes away for good; of those erased `WHOLE` all that was read of them too."""
    found = cn.execute(sa.select(message).where(message.c.id.in_(rows))).all()
    answered = set(cn.scalars(sa.select(letter_message.c.message_id)))
    for row in found:
        values: dict[str, Any] = {"erased": how, "trouble": None}
        if how == WHOLE or row.facts is None:
            values |= {
                "erased": WHOLE,
                "state": "read",
                "kind": row.kind if row.id in answered and row.kind else "other",
                "received_at": row.received_at or row.archived_at,
                "assembled": True,
                "answer_to": None,
                "subject": MARK,
                "claimed_from": "",
                "authentication_said": "",
                "facts": _bare(row.facts),
            }
        cn.execute(sa.update(message).where(message.c.id == row.id).values(**values))
        archive.erase("messages", row.content_hash)
    return len(found)


def _bare(facts: dict[str, Any] | None) -> dict[str, Any]:
    """What the service still asks of such a message: in whose exchange of mails it stood."""
    kept = {key: (facts or {}).get(key) for key in ("message_id", "in_reply_to", "references")}
    return {
        **{"in_reply_to": [], "references": []},
        **{key: value for key, value in kept.items() if value},
        **{"message_id": kept["message_id"], "subject": MARK, "body": "", "quoted": "", "attachments": []},
        **{"left_out": [], "claimed_from": None, "reply_to": None, "claimed_to": [], "return_path": None},
        **{"claimed_date": None, "received": [], "automatic": {}, "content_type": "text/plain"},
    }


def erase_nominations(cn: Connection, rows: Collection[int], at: datetime) -> None:
    """Takes out what nominations say of their nominees; numbers, units, states and letters stay."""
    mine = nomination.c.id.in_(rows)
    cn.execute(sa.update(nomination).where(mine).values(nominee=None, fields={}, erased_at=at))
    cn.execute(sa.delete(finding).where(finding.c.nomination_id.in_(rows)))
    cn.execute(sa.delete(nomination_document).where(nomination_document.c.nomination_id.in_(rows)))
    numbers = sa.select(nomination.c.number).where(mine)
    mine_too = correction.c.number.in_(numbers)
    cn.execute(sa.update(correction).where(mine_too).values(value=None, read="", reason=MARK))
    # Nothing is told of them any more, neither that a letter asked for nor what a person said.
    cn.execute(sa.update(decision).where(decision.c.nomination_id.in_(rows)).values(reason=MARK))
    unsaid = decision.c.nomination_id.in_(rows) & decision.c.letter_id.is_(None)
    cn.execute(sa.update(decision).where(unsaid).values(told=None))
    told = decision.c.nomination_id.in_(rows) & decision.c.told.is_not(None)
    cn.execute(sa.update(decision).where(told).values(told=MARK))
    cn.execute(
        sa.update(letter_nomination).where(letter_nomination.c.nomination_id.in_(rows)).values(said=None)
    )


def erase_letters(cn: Connection, rows: Collection[int]) -> None:
    """Takes out what letters said; a dead one bears no address any longer, so that nobody revives it."""
    cn.execute(sa.update(letter).where(letter.c.id.in_(rows)).values(raw=GONE_LETTER, subject=MARK))
    cn.execute(sa.update(letter).where(letter.c.id.in_(rows), letter.c.state == "dead").values(to_address=""))


def blank_events(cn: Connection, *which: sa.ColumnElement[bool]) -> None:
    """Takes out the words of events; that they happened, when and by whom stays."""
    cn.execute(sa.update(event).where(event.c.detail != "", *which).values(detail=MARK))
