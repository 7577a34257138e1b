"""What is held about a person, and what is erased: at a person's wish, or when its time is over.

个人信息保护法 §§44 to 47: to know, to have a copy, to have it put right, to have it erased; §19: kept no
longer than needed.  What is erased is planned first, so that a person sees it before it is done; the
plan tells what lies outside our reach as well, the mails in the mailbox.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from intake import clock
from intake.domain.model.lifecycle import CLOSED
from intake.domain.model.nomination import Action, Decision, State
from intake.domain.text.persons import PersonName
from store import reports
from store.archive.archive import Archive
from store.database import audit
from store.database.engine import compact, writing
from store.database.schema import (
    document,
    event,
    letter,
    message,
    nomination,
    nomination_document,
    reading,
    sighting,
)
from store.ledger import nominations
from store.mail import erasure

FORGOTTEN = "个人信息已按本人要求删除"
"""Why a forgotten nomination is withdrawn."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be erased or was: rows by their kind, and what a person must do besides.

    `whole` messages are emptied, of those in `part` what speaks of others stays; `places` counts the
    further rows that name the person; `unsent` letters name him and are not sent yet: they stand in
    the way.  `mailbox` are the places (folder, UID) where the mails themselves still lie.
    """

    nominations: tuple[int, ...] = ()
    numbers: tuple[str, ...] = ()
    documents: tuple[int, ...] = ()
    whole: tuple[int, ...] = ()
    part: tuple[int, ...] = ()
    letters: tuple[int, ...] = ()
    shared: tuple[str, ...] = ()
    places: int = 0
    unsent: tuple[int, ...] = ()
    mailbox: tuple[str, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        """True where nothing is to be done."""
        return not (
            self.nominations or self.documents or self.whole or self.part or self.letters or self.places
        )


class Unsent(Exception):
    """Letters that name the person have not gone yet; what is erased under them could not be told."""


def name_of(cn: Connection, name: str) -> PersonName:
    """The name to look for, longer names on record left alone; raises `ValueError` for one too short."""
    known = cn.scalars(sa.select(nomination.c.nominee).where(nomination.c.nominee.is_not(None)))
    return PersonName(name, known)


def held(cn: Connection, name: PersonName) -> dict[str, Any]:
    """All that is on record about a person: nominations in the export's form, and each row that names him."""
    rows = [row for row in reports.nominations(cn, clock.SHANGHAI) if name.is_of(row["nominee"])]
    found: dict[str, list[dict[str, Any]]] = {}
    for place in erasure.places(cn, name):
        told = {key: _told(value) for key, value in place.values.items()}
        found.setdefault(place.table.name, []).append({**place.key, **told})
    return {"name": name.name, "nominations": rows, "places": found}


def _told(value: Any) -> Any:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def plan_to_forget(cn: Connection, name: PersonName) -> Plan:
    """What forgetting a person erases.

    Files that lie with his nominations alone, mails that brought nothing else, whole; of others his name.
    """
    mine = {
        row.id: row
        for row in cn.execute(sa.select(nomination.c.id, nomination.c.number, nomination.c.nominee))
        if name.is_of(row.nominee)
    }
    places = list(erasure.places(cn, name))
    named_hashes = {str(p.key["content_hash"]) for p in places if p.table is reading}
    named_files = {int(p.key["id"]) for p in places if p.table is document}
    links = cn.execute(sa.select(nomination_document.c.document_id, nomination_document.c.nomination_id))
    owners: dict[int, set[int]] = {}
    for link in links:
        owners.setdefault(link.document_id, set()).add(link.nomination_id)
    documents, shared, touched, left = set[int](), set[str](), set[int](), set[int]()
    for row in cn.execute(sa.select(document)):
        own = owners.get(row.id, set())
        named = row.id in named_files or row.content_hash in named_hashes
        if (own and own <= mine.keys()) or (named and not own):
            documents.add(row.id)
            touched.add(row.message_id)
            continue
        left.add(row.message_id)
        if named:
            shared.add(row.content_hash)
            touched.add(row.message_id)
    touched |= {int(p.key["id"]) for p in places if p.table is message}
    has_files = set(cn.scalars(sa.select(document.c.message_id).where(document.c.id.in_(documents))))
    whole = (touched & has_files) - left
    letters = {int(p.key["id"]) for p in places if p.table is letter}
    unsent = cn.scalars(sa.select(letter.c.id).where(letter.c.id.in_(letters), erasure.IS_UNSENT))
    return Plan(
        nominations=tuple(sorted(mine)),
        numbers=tuple(row.number for row in mine.values()),
        documents=tuple(sorted(documents)),
        whole=tuple(sorted(whole)),
        part=tuple(sorted(touched - whole)),
        shared=tuple(sorted(shared)),
        places=len(places),
        letters=tuple(sorted(letters)),
        unsent=tuple(unsent),
        mailbox=_in_mailbox(cn, touched),
    )


def plan_to_purge(cn: Connection, before: datetime) -> Plan:
    """What a purge erases: all mail that came before that instant, and what was made of that mail alone."""
    came = sa.func.coalesce(message.c.received_at, message.c.archived_at)
    old = cn.scalars(sa.select(message.c.id).where(came < before, message.c.erased.is_distinct_from("whole")))
    whole = tuple(old)
    documents = tuple(cn.scalars(sa.select(document.c.id).where(document.c.message_id.in_(whole))))
    kept = (
        sa.select(nomination_document.c.nomination_id)
        .join(document, document.c.id == nomination_document.c.document_id)
        .where(document.c.message_id.not_in(whole))
    )
    mine = cn.execute(
        sa.select(nomination.c.id, nomination.c.number).where(
            nomination.c.received_at < before,
            nomination.c.erased_at.is_(None),
            nomination.c.id.not_in(kept),
        )
    ).all()
    past = (letter.c.created_at < before) & (letter.c.raw != erasure.GONE_LETTER)
    letters = cn.execute(sa.select(letter.c.id, erasure.IS_UNSENT.label("unsent")).where(past)).all()
    return Plan(
        nominations=tuple(row.id for row in mine),
        numbers=tuple(row.number for row in mine),
        documents=documents,
        whole=whole,
        letters=tuple(row.id for row in letters if not row.unsent),
        unsent=tuple(row.id for row in letters if row.unsent),
        mailbox=_in_mailbox(cn, whole),
    )


def _in_mailbox(cn: Connection, rows: Collection[int]) -> tuple[str, ...]:
    found = sa.select(sighting.c.folder, sighting.c.uid).where(sighting.c.message_id.in_(rows))
    return tuple(f"{row.folder} {row.uid}" for row in cn.execute(found.order_by(sighting.c.id)))


def forget(engine: Engine, archive: Archive, name: str, by: str) -> Plan:
    """Erases a person: his nominations, his files, the mails that brought them, his name everywhere.

    His nominations are withdrawn first.  Raises `Unsent`, and `ValueError` for a name too short.
    """
    now = clock.now()
    with writing(engine) as cn:
        wanted = name_of(cn, name)
        plan = plan_to_forget(cn, wanted)
        if plan.unsent:
            raise Unsent(", ".join(map(str, plan.unsent)))
        _withdraw(cn, plan, by, now)
        erasure.drop_pictures(cn, archive, plan.shared)
        _erase(cn, archive, plan, now)
        erasure.take_out(cn, wanted)
        for content_hash in plan.shared:
            archive.erase("documents", content_hash)
        audit.append(cn, audit.AuditEvent(now, "person forgotten", _account(plan), by))
        for number in plan.numbers:
            audit.append(cn, audit.AuditEvent(now, "erased", FORGOTTEN, by, number=number))
    compact(engine)
    return plan


def purge(engine: Engine, archive: Archive, before: datetime, by: str) -> Plan:
    """Erases all mail that came before an instant, and what rests on it alone; raises `Unsent`."""
    now = clock.now()
    with writing(engine) as cn:
        plan = plan_to_purge(cn, before)
        if plan.unsent:
            raise Unsent(", ".join(map(str, plan.unsent)))
        _erase(cn, archive, plan, now)
        erasure.erase_letters(cn, plan.letters)
        erasure.blank_events(cn, event.c.message_id.in_(plan.whole))
        erasure.blank_events(cn, event.c.letter_id.in_(plan.letters))
        erasure.blank_events(cn, event.c.number.in_(plan.numbers), event.c.verb != "state")
        told = f"before {before.isoformat()}: {_account(plan)}"
        audit.append(cn, audit.AuditEvent(now, "purged", told, by))
    compact(engine)
    return plan


def _withdraw(cn: Connection, plan: Plan, by: str, now: datetime) -> None:
    found = sa.select(nomination.c.id, nomination.c.number, nomination.c.state)
    for row in cn.execute(found.where(nomination.c.id.in_(plan.nominations))).all():
        state = State(row.state)
        if state not in CLOSED:
            nominations.record_decision(
                cn, row.id, row.number, Decision(Action.WITHDRAW, by, FORGOTTEN, now, None)
            )
            nominations.change_state(cn, row.id, row.number, state, State.WITHDRAWN, now, FORGOTTEN, by)


def _erase(cn: Connection, archive: Archive, plan: Plan, now: datetime) -> None:
    erasure.erase_nominations(cn, plan.nominations, now)
    erasure.drop_documents(cn, archive, plan.documents)
    erasure.empty_messages(cn, archive, plan.whole, erasure.WHOLE)
    erasure.empty_messages(cn, archive, plan.part, erasure.PART)


def _account(plan: Plan) -> str:
    return (
        f"{len(plan.nominations)} nomination(s), {len(plan.documents)} file(s), "
        f"{len(plan.whole) + len(plan.part)} mail(s), {len(plan.letters)} letter(s)"
    )
