"""Views of the ledger for whoever works through it: what waits, what matches a search, one case's mails.

Reads only, and of each row no more than a list shows: a campaign has 3,000 nominations.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.model.certainty import Basis
from intake.domain.model.lifecycle import CLOSED
from intake.domain.model.mail import LetterState, MessageState
from intake.domain.model.nomination import Severity, State
from store.database.schema import (
    document,
    event,
    finding,
    letter,
    letter_nomination,
    message,
    nomination,
    nomination_document,
    unit,
)
from store.letters.outbox import STANDS

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ListFilter:
    """Which nominations a list shows; what is empty asks for nothing.

    `waiting`: those that need a person.  `doubt` is the code of a finding or the kind of a doubt, `text`
    words each of which is part of a number, a nominee, a unit or an address.  `category` "-" means none.
    """

    waiting: bool = False
    state: str = ""
    category: str = ""
    unit: str = ""
    doubt: str = ""
    text: str = ""


def nominations(cn: Connection, wanted: ListFilter, start: int, most: int) -> tuple[list[Row], int]:
    """A part of the nominations that are wanted, those of one unit together, the oldest first; and how many.

    A unit comes where its oldest one does.
    """
    which = _which(wanted)
    oldest = sa.func.min(nomination.c.received_at).over(partition_by=nomination.c.unit_id)
    rows = cn.execute(
        sa.select(
            nomination.c.id,
            nomination.c.number,
            nomination.c.state,
            nomination.c.category,
            nomination.c.nominee,
            nomination.c.received_at,
            unit.c.name.label("unit"),
            unit.c.kind.label("unit_kind"),
            sa.func.count().over().label("all_of_them"),
        )
        .join(unit, unit.c.id == nomination.c.unit_id)
        .where(*which)
        .order_by(oldest, nomination.c.unit_id, nomination.c.received_at, nomination.c.number)
        .offset(start)
        .limit(most)
    ).all()
    told = _findings(cn, [row.id for row in rows])
    listed = [{**row._mapping, "findings": told.get(row.id, [])} for row in rows]
    if listed or not start:
        return listed, rows[0].all_of_them if rows else 0
    return [], count(cn, wanted)


def count(cn: Connection, wanted: ListFilter) -> int:
    """How many nominations are wanted."""
    counted = sa.select(sa.func.count()).select_from(nomination).join(unit, unit.c.id == nomination.c.unit_id)
    return cn.execute(counted.where(*_which(wanted))).scalar_one()


def doubts(cn: Connection) -> list[str]:
    """What is doubted of nominations that need a person: codes of findings and kinds of doubts."""
    rows = cn.execute(
        sa.select(sa.func.coalesce(finding.c.kind, finding.c.code))
        .join(nomination, nomination.c.id == finding.c.nomination_id)
        .where(waiting(), finding.c.severity == Severity.REVIEW)
        .distinct()
    )
    return sorted(rows.scalars())


def waiting() -> sa.ColumnElement[bool]:
    """The nominations that need a person, as the digest counts them.

    They are in review, held over quota with a doubt besides, or something of another address lies beside.
    """
    doubt = finding.alias()
    doubted = sa.exists().where(doubt.c.nomination_id == nomination.c.id, doubt.c.severity == Severity.REVIEW)
    beside = doubted.where(doubt.c.basis == Basis.SENDER)
    return nomination.c.state.not_in(CLOSED) & (
        (nomination.c.state == State.REVIEW) | ((nomination.c.state == State.HELD) & doubted) | beside
    )


def _which(wanted: ListFilter) -> list[sa.ColumnElement[bool]]:
    which: list[sa.ColumnElement[bool]] = [waiting()] if wanted.waiting else []
    if wanted.state:
        which.append(nomination.c.state == wanted.state)
    if wanted.category:
        none = wanted.category == "-"
        which.append(nomination.c.category.is_(None) if none else nomination.c.category == wanted.category)
    if wanted.unit:
        which.append(unit.c.name == wanted.unit)
    if wanted.doubt:
        kind = (finding.c.code == wanted.doubt) | (finding.c.kind == wanted.doubt)
        which.append(sa.exists().where(finding.c.nomination_id == nomination.c.id, kind))
    which += [_bears(word) for word in wanted.text.split()]
    return which


def _bears(word: str) -> sa.ColumnElement[bool]:
    """The word stands in the number, nominee, unit or a sender's address of a nomination."""
    sender = sa.exists().where(
        nomination_document.c.nomination_id == nomination.c.id,
        document.c.id == nomination_document.c.document_id,
        message.c.id == document.c.message_id,
        message.c.claimed_from.icontains(word, autoescape=True),
    )
    columns = (nomination.c.number, nomination.c.nominee, unit.c.name)
    return sa.or_(*(column.icontains(word, autoescape=True) for column in columns), sender)


def _findings(cn: Connection, ids: Collection[int]) -> dict[int, list[Row]]:
    columns = (finding.c.code, finding.c.severity, finding.c.evidence, finding.c.basis)
    rows = cn.execute(
        sa.select(finding.c.nomination_id, *columns, finding.c.confidence, finding.c.kind)
        .where(finding.c.nomination_id.in_(ids), finding.c.severity != Severity.NOTE)
        .order_by(finding.c.id)
    )
    told: dict[int, list[Row]] = {}
    for row in rows:
        told.setdefault(row.nomination_id, []).append(dict(row._mapping))
    return told


def mails(cn: Connection, text: str, most: int) -> list[Row]:
    """Mails whose sender or subject bears every word of a text, the newest first; none that bears a mark."""
    rows = cn.execute(
        sa.select(
            message.c.id,
            message.c.claimed_from,
            message.c.subject,
            message.c.received_at,
            message.c.kind,
            unit.c.name.label("unit"),
        )
        .outerjoin(unit, unit.c.id == message.c.unit_id)
        .where(
            message.c.state == "read",
            message.c.classified.is_(None),
            *(
                message.c.claimed_from.icontains(word, autoescape=True)
                | message.c.subject.icontains(word, autoescape=True)
                for word in text.split()
            ),
        )
        .order_by(message.c.received_at.desc(), message.c.id)
        .limit(most)
    )
    return [dict(row._mapping) for row in rows]


def letters(
    cn: Connection,
    *,
    states: Sequence[LetterState] = (),
    text: str = "",
    number: str = "",
    only: int | None = None,
    most: int = 500,
) -> list[Row]:
    """Letters without their bytes, the newest first: in some states, to somebody, about a nomination, one."""
    which: list[sa.ColumnElement[bool]] = [STANDS]
    if only is not None:
        which.append(letter.c.id == only)
    if states:
        which.append(letter.c.state.in_(list(states)))
    if number:
        of = sa.select(letter_nomination.c.letter_id).join(
            nomination, nomination.c.id == letter_nomination.c.nomination_id
        )
        which.append(letter.c.id.in_(of.where(nomination.c.number == number)))
    for word in text.split():
        columns = (letter.c.to_address, letter.c.subject, letter.c.reference, unit.c.name)
        which.append(sa.or_(*(column.icontains(word, autoescape=True) for column in columns)))
    shown = ("id", "kind", "state", "reference", "subject", "created_at", "sent_at", "trouble")
    rows = cn.execute(
        sa.select(
            *(letter.c[name] for name in shown),
            letter.c.to_address.label("to"),
            unit.c.name.label("unit_name"),
        )
        .outerjoin(unit, unit.c.id == letter.c.unit_id)
        .where(*which)
        .order_by(letter.c.id.desc())
        .limit(most)
    ).all()
    numbers = _numbers(cn, [row.id for row in rows])
    return [{**row._mapping, "nominations": numbers.get(row.id, [])} for row in rows]


def count_letters(cn: Connection, state: LetterState) -> int:
    """How many letters are in a state."""
    counted = sa.select(sa.func.count()).select_from(letter).where(STANDS, letter.c.state == state)
    return cn.execute(counted).scalar_one()


def count_quarantined(cn: Connection) -> int:
    """How many mails could not be processed."""
    counted = sa.select(sa.func.count()).select_from(message)
    return cn.execute(counted.where(message.c.state == MessageState.QUARANTINED)).scalar_one()


def _numbers(cn: Connection, letters: Collection[int]) -> dict[int, list[str]]:
    rows = cn.execute(
        sa.select(letter_nomination.c.letter_id, nomination.c.number)
        .join(nomination, nomination.c.id == letter_nomination.c.nomination_id)
        .where(letter_nomination.c.letter_id.in_(letters))
        .order_by(nomination.c.number)
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.letter_id, []).append(row.number)
    return found


def papers(cn: Connection, number: str) -> list[Row]:
    """The files of a nomination in the order in which they came, each with its row and its mail's."""
    rows = cn.execute(
        sa.select(
            document.c.id,
            document.c.filename,
            document.c.folder,
            document.c.content_hash,
            document.c.size,
            document.c.message_id,
            nomination_document.c.role,
            nomination_document.c.current,
            nomination_document.c.certain,
            nomination_document.c.page,
            nomination_document.c.waiting,
        )
        .join(nomination_document, nomination_document.c.document_id == document.c.id)
        .join(nomination, nomination.c.id == nomination_document.c.nomination_id)
        .join(message, message.c.id == document.c.message_id)
        .where(nomination.c.number == number)
        .order_by(
            message.c.received_at, document.c.message_id, document.c.ordinal, nomination_document.c.part
        )
    )
    return [dict(row._mapping) for row in rows]


def words_of(cn: Connection, rows: Collection[int]) -> list[Row]:
    """What these mails say, oldest first: sender, subject, time, how he was verified, the words."""
    columns = ("id", "claimed_from", "subject", "received_at", "kind", "authentication")
    found = cn.execute(
        sa.select(
            *(message.c[name] for name in columns),
            message.c.facts["body"].as_string().label("body"),
            message.c.facts["quoted"].as_string().label("quoted"),
        )
        .where(message.c.id.in_(rows), message.c.state == "read", message.c.classified.is_(None))
        .order_by(message.c.received_at, message.c.id)
    )
    return [dict(row._mapping) for row in found]


def of_message(cn: Connection, row: int) -> list[str]:
    """The numbers of the nominations with which files of a mail lie."""
    found = (
        sa.select(nomination.c.number)
        .join(nomination_document, nomination_document.c.nomination_id == nomination.c.id)
        .join(document, document.c.id == nomination_document.c.document_id)
        .where(document.c.message_id == row)
    )
    return sorted(set(cn.execute(found).scalars()))


def of_sender(cn: Connection, unit_row: int, address: str) -> list[Row]:
    """The nominations of a unit with which files from an address lie; `waiting`: one of them waits."""
    rows = cn.execute(
        sa.select(
            nomination.c.number,
            nomination.c.nominee,
            sa.func.max(sa.case((nomination_document.c.waiting, 1), else_=0)).label("waiting"),
        )
        .join(nomination_document, nomination_document.c.nomination_id == nomination.c.id)
        .join(document, document.c.id == nomination_document.c.document_id)
        .join(message, message.c.id == document.c.message_id)
        .where(nomination.c.unit_id == unit_row, sa.func.lower(message.c.claimed_from) == address)
        .group_by(nomination.c.number, nomination.c.nominee)
        .order_by(nomination.c.number)
    )
    return [dict(row._mapping) for row in rows]


def last_event(cn: Connection, number: str) -> int:
    """The row of the newest event of a nomination; 0 where there is none."""
    newest = sa.select(sa.func.max(event.c.id)).where(event.c.number == number)
    return cn.execute(newest).scalar_one() or 0


def mark(cn: Connection, number: str) -> str:
    """A word that changes whenever the case does: its state, papers, findings, or what was done to it."""
    row = cn.execute(
        sa.select(nomination.c.id, nomination.c.state, nomination.c.category, nomination.c.nominee).where(
            nomination.c.number == number
        )
    ).one_or_none()
    if row is None:
        return ""
    of_it = nomination_document.c.nomination_id == row.id
    papers = cn.execute(
        sa.select(
            nomination_document.c.document_id,
            nomination_document.c.part,
            nomination_document.c.role,
            nomination_document.c.current,
            nomination_document.c.waiting,
        )
        .where(of_it)
        .order_by(nomination_document.c.document_id, nomination_document.c.part)
    ).all()
    found = cn.execute(
        sa.select(finding.c.code, finding.c.severity, finding.c.evidence)
        .where(finding.c.nomination_id == row.id)
        .order_by(finding.c.code, finding.c.evidence)
    ).all()
    whole = (tuple(row), last_event(cn, number), [tuple(p) for p in papers], [tuple(f) for f in found])
    return hashlib.sha256(repr(whole).encode()).hexdigest()[:16]


def tally(cn: Connection) -> list[Row]:
    """How many live nominations there are of each unit, category and state."""
    rows = cn.execute(
        sa.select(
            unit.c.name.label("unit"),
            unit.c.kind,
            unit.c.known,
            nomination.c.category,
            nomination.c.state,
            sa.func.count().label("count"),
        )
        .join(unit, unit.c.id == nomination.c.unit_id)
        .where(nomination.c.state.not_in(CLOSED))
        .group_by(unit.c.name, unit.c.kind, unit.c.known, nomination.c.category, nomination.c.state)
    )
    return [dict(row._mapping) for row in rows]


def arrivals(cn: Connection) -> list[datetime]:
    """When each live nomination came."""
    rows = cn.execute(
        sa.select(nomination.c.received_at)
        .where(nomination.c.state.not_in(CLOSED))
        .order_by(nomination.c.received_at)
    )
    return list(rows.scalars())
