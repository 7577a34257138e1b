"""Letters that may have gone out before the store was restored: which, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.model.mail import TO_STAFF, LetterState
from store.database import audit
from store.database.restored import Restored
from store.database.schema import event, letter, letter_message, message

HELD = "letter held for the restore"
"""The verb of the event; once a person has released such a letter it is not asked about again."""

TROUBLE = "数据库由备份恢复，无从得知此信是否已在恢复前发出；请在已发送文件夹或向收件单位核实，未发出的再放行"
"""Why staff find such a letter held."""

OWN_ACCORD = timedelta(days=7)
"""Letters that answer no mail may be of the lost time when they are written so long after the restore."""

WITNESSES = 5
"""The last letters known to have gone out that must stand in the folder, for its word to count."""

ROUNDS = 50
"""Rounds of a unit that the lost time may have had."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A letter that may have gone out before; `answers` tells whether it answers mail."""

    id: int
    key: str
    round: int | None
    message_id: str
    in_reply_to: str | None
    answers: bool

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys under which the lost time may have written it: in answer to a mail, in another round."""
        if self.round is None or not self.answers:
            return (self.key,)
        stem = self.key.rpartition("/")[0]
        return tuple(f"{stem}/{number}" for number in range(1, self.round + ROUNDS))


def suspects(cn: Connection, rows: list[int], back: Restored) -> list[Suspect]:
    """Those of some letters that may have gone out before the restore, and were not tried or released since.

    They stood in the backup, or answer mail that came before the restore, or are of our own accord.
    """
    newest = (
        sa.select(sa.func.max(message.c.received_at))
        .join(letter_message, letter_message.c.message_id == message.c.id)
        .where(letter_message.c.letter_id == letter.c.id)
        .scalar_subquery()
    )
    of_letter = sa.select(event.c.id).where(event.c.letter_id == letter.c.id)
    since = of_letter.where(event.c.at >= back.at, event.c.verb.in_((HELD, f"letter {LetterState.SENDING}")))
    # Held by an earlier restore already, as the backup has it, and then released: a person knew of the doubt.
    told = of_letter.where(event.c.verb == HELD)
    released = of_letter.where(
        event.c.at >= back.at,
        event.c.verb == f"letter {LetterState.QUEUED}",
        event.c.actor != audit.SERVICE,
    )
    settled = since.exists() | (told.exists() & released.exists())
    may_have_gone = sa.or_(
        letter.c.created_at <= back.taken,
        newest <= back.at,
        newest.is_(None) & (letter.c.created_at <= back.at + OWN_ACCORD),
    )
    found = cn.execute(
        sa.select(
            letter.c.id,
            letter.c.key,
            letter.c.round,
            letter.c.message_id,
            letter.c.in_reply_to,
            newest.is_not(None),
        )
        .where(letter.c.id.in_(rows), letter.c.kind.not_in(TO_STAFF), may_have_gone, ~settled)
        .order_by(letter.c.id)
    )
    return [Suspect(*row) for row in found]


def witnesses(cn: Connection, back: Restored) -> dict[str, datetime]:
    """The last letters that went out before the backup: their Message-IDs and when they went."""
    rows = cn.execute(
        sa.select(letter.c.message_id, letter.c.sent_at)
        .where(letter.c.sent_at <= back.taken)
        .order_by(letter.c.sent_at.desc())
        .limit(WITNESSES)
    )
    return {row.message_id: row.sent_at for row in rows}


def known(cn: Connection, message_ids: list[str]) -> set[str]:
    """Which of these Message-IDs letters on record bear."""
    found = sa.select(letter.c.message_id).where(letter.c.message_id.in_(message_ids))
    return set(cn.execute(found).scalars())


def gone_before(cn: Connection, row: int, at: datetime, message_id: str, where: str) -> None:
    """The letter went out in the lost time, under that Message-ID, by which replies to it are known."""
    waiting = sa.update(letter).where(letter.c.id == row, letter.c.state == LetterState.QUEUED)
    values = {"state": LetterState.SENT, "sent_at": at, "trouble": None, "message_id": message_id}
    if cn.execute(waiting.values(values)).rowcount:
        audit.append(cn, audit.AuditEvent(at, "letter sent", where, letter_id=row))


def hold(cn: Connection, row: int, at: datetime, why: str) -> None:
    """A person decides whether the letter goes out."""
    waiting = sa.update(letter).where(letter.c.id == row, letter.c.state == LetterState.QUEUED)
    if cn.execute(waiting.values(state=LetterState.HELD, trouble=TROUBLE)).rowcount:
        audit.append(cn, audit.AuditEvent(at, HELD, why, letter_id=row))


def held(cn: Connection) -> list[int]:
    """The letters that wait for a person for this reason."""
    query = sa.select(letter.c.id).where(letter.c.state == LetterState.HELD, letter.c.trouble == TROUBLE)
    return list(cn.execute(query.order_by(letter.c.id)).scalars())
