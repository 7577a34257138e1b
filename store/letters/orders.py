"""Mails by which staff may have ordered something: which wait, what was made of each, and the digests meant.

That a mail was taken up, answered or refused are events on it, so that nothing is done twice whatever
happens to a process, and however often the mail is read anew or comes again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.model.facts import MessageFacts
from intake.domain.model.mail import LetterKind, MessageKind, MessageState
from store.database import audit
from store.database.schema import document, event, letter, letter_message, message
from store.letters.unanswered import Unanswered, unanswered_mail
from store.mail.messages import vouched_for
from store.mail.readings import message_adapter

BEGUN, ANSWERED, REFUSED = "orders taken up", "orders answered", "orders refused"
"""The events of a mail by which somebody orders something."""


@dataclass(frozen=True, slots=True)
class StaffFile:
    """A file of such a mail."""

    filename: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class StaffMail:
    """A mail that bears an address of the staff's as its sender, as it was read."""

    mail: Unanswered
    content_hash: str
    kind: MessageKind
    verified: bool
    facts: MessageFacts
    files: tuple[StaffFile, ...]


def waiting(cn: Connection, addresses: Collection[str], since: datetime) -> list[StaffMail]:
    """Mails of people from these addresses (lower case) that are to be weighed, oldest first.

    Those that were read anew, and of those archived `since` all of which nothing was made yet: another
    process may have judged them first.
    """
    kinds = (MessageKind.MATERIAL, MessageKind.ENQUIRY, MessageKind.OTHER)
    over = sa.exists().where(event.c.message_id == message.c.id, event.c.verb.in_((ANSWERED, REFUSED)))
    rows = cn.execute(
        sa.select(message)
        .where(
            message.c.state == MessageState.READ,
            message.c.assembled.is_(False) | ((message.c.archived_at >= since) & ~over),
            sa.func.lower(message.c.claimed_from).in_(addresses),
            message.c.kind.in_(kinds),
            message.c.classified.is_(None),
            message.c.erased.is_(None),
        )
        .order_by(message.c.received_at, message.c.id)
    ).all()
    files = sa.select(document).where(document.c.folder == "").order_by(document.c.ordinal)
    return [
        StaffMail(
            unanswered_mail(row),
            row.content_hash,
            MessageKind(row.kind),
            vouched_for(row),
            message_adapter().validate_python(row.facts),
            tuple(
                StaffFile(file.filename, file.content_hash)
                for file in cn.execute(files.where(document.c.message_id == row.id))
            ),
        )
        for row in rows
    ]


def is_answered(cn: Connection, row: int) -> bool:
    """True where a letter answers the mail already."""
    found = sa.select(letter_message.c.letter_id).where(letter_message.c.message_id == row)
    return cn.execute(found).first() is not None


def digest_meant(cn: Connection, message_ids: Collection[str], to: str) -> datetime | None:
    """When the newest digest or report of these Message-IDs was written, of those that went to `to`."""
    found: datetime | None = cn.execute(
        sa.select(sa.func.max(letter.c.created_at)).where(
            letter.c.kind == LetterKind.DIGEST,
            letter.c.message_id.in_(message_ids),
            sa.func.lower(letter.c.to_address) == to.lower(),
        )
    ).scalar_one()
    return found


def said_of(cn: Connection, mail: StaffMail, verb: str) -> datetime | None:
    """When this event first happened to the mail, or to another copy of it."""
    same = [message.c.id == mail.mail.id]
    if mail.mail.message_id:
        same.append(message.c.message_id == mail.mail.message_id)
    found: datetime | None = cn.execute(
        sa.select(sa.func.min(event.c.at))
        .join(message, message.c.id == event.c.message_id)
        .where(sa.or_(*same), event.c.verb == verb)
    ).scalar_one()
    return found


def note(cn: Connection, mail: StaffMail, verb: str, detail: str, by: str, at: datetime) -> None:
    """Records one of these events."""
    audit.append(cn, audit.AuditEvent(at, verb, detail, by, message_id=mail.mail.id))


def set_aside(cn: Connection, mail: StaffMail) -> None:
    """Makes the mail one that is neither material nor a question: it was for the program."""
    cn.execute(
        sa.update(message)
        .where(message.c.id == mail.mail.id)
        .values(kind=MessageKind.OTHER, assembled=True, answer_to=None, unit_id=None, attribution=None)
    )
