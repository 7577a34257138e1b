"""The outbox: letters owed, written in the transaction that owes them, and how they fared."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.model.mail import LetterKind, LetterState
from store.database import audit
from store.database.schema import decision, event, letter, letter_message, letter_nomination, unit
from store.letters import caps

S = LetterState

THREAD_FULL = "与该收件人的同一往来中已有{limit}封信函，疑为自动回复往返；请核实来信确为人工发送后放行"
"""Why staff find a letter held by the cap on an exchange of mails."""


STANDS = letter.c.to_address != ""
"""False for a letter that could not be written and was taken back: it is none any longer."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A letter to be put into the outbox; `key` makes it unique for ever.

    Where its exchange of mails holds `thread_limit` letters already, a person releases it.  One that could
    not be written is dead from the beginning: `raw` is empty, `trouble` says why.
    """

    key: str
    kind: LetterKind
    state: LetterState
    unit_id: int | None
    round: int | None
    reference: str
    to: str
    subject: str
    message_id: str
    in_reply_to: str | None
    raw: bytes
    nominations: tuple[int, ...] = ()
    answers: tuple[int, ...] = ()
    thread_limit: int | None = None
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A letter whose time has come."""

    id: int
    kind: LetterKind
    to: str
    subject: str
    message_id: str
    raw: bytes
    attempts: int
    unsure: int
    created_at: datetime


def next_round(cn: Connection, unit_row: int) -> int:
    """Opens the unit's next round and returns its number, from 1."""
    step = sa.update(unit).where(unit.c.id == unit_row).values(round=unit.c.round + 1)
    return int(cn.execute(step.returning(unit.c.round)).scalar_one())


def put(cn: Connection, item: Owed, at: datetime) -> int:
    """Writes a letter and what it answers; a second letter for the same is refused by the database."""
    thread = caps.thread_of(cn, item.in_reply_to)
    limit = item.thread_limit if item.raw else None
    full = bool(limit and thread and caps.written_in(cn, thread, item.to) >= limit)
    state = S.HELD if full else item.state
    row: int = cn.execute(
        sa.insert(letter)
        .values(
            key=item.key,
            kind=item.kind,
            state=state,
            unit_id=item.unit_id,
            round=item.round,
            reference=item.reference,
            to_address=item.to,
            subject=item.subject,
            message_id=item.message_id,
            in_reply_to=item.in_reply_to,
            raw=item.raw,
            created_at=at,
            next_attempt_at=at,
            thread=thread,
            trouble=THREAD_FULL.format(limit=item.thread_limit) if full else item.trouble,
        )
        .returning(letter.c.id)
    ).scalar_one()
    if item.nominations:
        cn.execute(
            sa.insert(letter_nomination),
            [{"letter_id": row, "nomination_id": n} for n in sorted(set(item.nominations))],
        )
    if item.answers:
        cn.execute(sa.insert(letter_message), [{"letter_id": row, "message_id": m} for m in item.answers])
    audit.append(
        cn,
        audit.AuditEvent(at, f"letter {state}", f"{item.kind} {item.reference} to {item.to}", letter_id=row),
    )
    return row


def newest(cn: Connection) -> int:
    """The row of the last letter that was written; 0 where there is none."""
    return cn.execute(sa.select(sa.func.max(letter.c.id))).scalar_one() or 0


def written_after(cn: Connection, row: int) -> list[tuple[str, bytes, str]]:
    """The letters after that row: to whom, their bytes, and why one without any could not be written."""
    rows = cn.execute(
        sa.select(letter.c.to_address, letter.c.raw, letter.c.trouble)
        .where(letter.c.id > row, STANDS)
        .order_by(letter.c.id)
    )
    return [(found.to_address, found.raw, found.trouble or "") for found in rows]


def unwritten(cn: Connection) -> int:
    """How many letters could not be written and wait for a person."""
    counted = sa.select(sa.func.count()).select_from(letter).where(letter.c.raw == b"", STANDS)
    return cn.execute(counted).scalar_one()


def write_again(cn: Connection, row: int, at: datetime, actor: str) -> bool:
    """Takes back a letter that could not be written, so that all it was to tell is owed again.

    The next pass writes it anew, from what holds then.  False for a letter that was written: it goes as
    it is.  Its row stays for the events that name it; it bears no address, answers nothing, tells nothing.
    """
    found = cn.execute(
        sa.select(letter.c.key, letter.c.kind, letter.c.reference, letter.c.to_address)
        .where(letter.c.id == row, letter.c.raw == b"", STANDS)
        .with_for_update()
    ).one_or_none()
    if found is None:
        return False
    cn.execute(sa.update(decision).where(decision.c.letter_id == row).values(letter_id=None))
    said = f"{found.kind} {found.reference} to {found.to_address} is written anew"
    _free(cn, row, found.key, audit.AuditEvent(at, "letter taken back", said, actor, letter_id=row))
    return True


def take_back(cn: Connection, row: int, kind: LetterKind, at: datetime, actor: str) -> bool:
    """A person takes back a letter of this kind that has not gone; False where it is too late, or none.

    What it answered waits again.  Its row stays for the events that name it, as `write_again` leaves it.
    """
    found = cn.execute(
        sa.update(letter)
        .where(
            letter.c.id == row,
            letter.c.kind == kind,
            letter.c.state.in_((S.QUEUED, S.HELD, S.DEAD)),
            # The server may have it already.
            letter.c.unsure == 0,
            STANDS,
        )
        .values(state=S.DEAD, raw=b"", trouble=None)
        .returning(letter.c.key, letter.c.reference, letter.c.to_address)
    ).one_or_none()
    if found is None:
        return False
    said = f"{kind} {found.reference} to {found.to_address}"
    _free(cn, row, found.key, audit.AuditEvent(at, "letter taken back", said, actor, letter_id=row))
    return True


def _free(cn: Connection, row: int, key: str, why: audit.AuditEvent) -> None:
    """Makes a letter none: it bears no address, answers nothing, and another may bear its key."""
    for table in (letter_message, letter_nomination):
        cn.execute(sa.delete(table).where(table.c.letter_id == row))
    mark = f"{key}#{row}"
    freed = {"key": mark, "message_id": mark, "to_address": "", "round": None, "thread": None}
    cn.execute(sa.update(letter).where(letter.c.id == row).values(in_reply_to=None, **freed))
    audit.append(cn, why)


def standing(cn: Connection, row: int) -> tuple[LetterState, str]:
    """The state of a letter, and what keeps it from going."""
    found = cn.execute(sa.select(letter.c.state, letter.c.trouble).where(letter.c.id == row)).one()
    return LetterState(found.state), found.trouble or ""


def is_waiting(cn: Connection) -> bool:
    """True while a letter is queued, or on its way."""
    waiting = sa.select(letter.c.id).where(letter.c.state.in_([S.QUEUED, S.SENDING]))
    return cn.execute(waiting.limit(1)).first() is not None


def has_key(cn: Connection, key: str) -> bool:
    """True when a letter with that key was written before."""
    return cn.execute(sa.select(letter.c.id).where(letter.c.key == key)).first() is not None


def due(cn: Connection, now: datetime, limit: int) -> list[int]:
    """Letters whose attempt is due: staff's, those on units of the registry, then others, each as written.

    What strangers bring about takes no place under the provider's limit from a unit.
    """
    of_nobody = letter.c.unit_id.is_(None) & caps.TO_UNITS
    strangers = sa.case((of_nobody, 2), (unit.c.known.is_(False), 1), else_=0)
    rows = cn.execute(
        sa.select(letter.c.id)
        .outerjoin(unit, unit.c.id == letter.c.unit_id)
        .where(letter.c.state == S.QUEUED, letter.c.next_attempt_at <= now)
        .order_by(strangers, letter.c.id)
        .limit(limit)
    )
    return list(rows.scalars())


def claim(cn: Connection, row: int, now: datetime) -> Due | None:
    """Takes a queued letter for sending; None when somebody else has it (compare-and-set)."""
    found = cn.execute(
        sa.update(letter)
        .where(letter.c.id == row, letter.c.state == S.QUEUED)
        .values(state=S.SENDING, attempts=letter.c.attempts + 1, next_attempt_at=now)
        .returning(
            letter.c.id,
            letter.c.kind,
            letter.c.to_address,
            letter.c.subject,
            letter.c.message_id,
            letter.c.raw,
            letter.c.attempts,
            letter.c.unsure,
            letter.c.created_at,
        )
    ).one_or_none()
    if found is None:
        return None
    audit.append(cn, audit.AuditEvent(now, "letter sending", f"attempt {found.attempts}", letter_id=row))
    return Due(found.id, LetterKind(found.kind), *found[2:])


def mark_sent(cn: Connection, row: int, at: datetime, reply: str) -> None:
    """The server has taken the letter."""
    _finish(cn, row, S.SENT, at, reply, sent_at=at, trouble=None)


def put_back(
    cn: Connection, row: int, at: datetime, next_attempt_at: datetime, why: str, *, unsure: bool = False
) -> None:
    """The letter waits for another attempt; `unsure`: the server may have it already."""
    _finish(
        cn,
        row,
        S.QUEUED,
        at,
        why,
        next_attempt_at=next_attempt_at,
        trouble=why,
        unsure=letter.c.unsure + int(unsure),
    )


def mark_found(cn: Connection, row: int, at: datetime, where: str) -> None:
    """A letter that waits for another attempt was found to have gone out before."""
    waiting = sa.update(letter).where(letter.c.id == row, letter.c.state == S.QUEUED)
    if cn.execute(waiting.values(state=S.SENT, sent_at=at, trouble=None)).rowcount:
        audit.append(cn, audit.AuditEvent(at, "letter sent", where, letter_id=row))


def unsure(cn: Connection, rows: Collection[int]) -> list[Due]:
    """Those of some letters that the server may have already."""
    found = sa.select(letter.c.id).where(letter.c.id.in_(rows), letter.c.unsure > 0).order_by(letter.c.id)
    return [look(cn, row) for row in cn.execute(found).scalars().all()]


def attempted_at(cn: Connection, row: int) -> datetime | None:
    """When the last attempt at a letter began."""
    tried = event.c.letter_id == row, event.c.verb == "letter sending"
    found: datetime | None = cn.execute(sa.select(sa.func.max(event.c.at)).where(*tried)).scalar_one()
    return found


def set_aside(cn: Connection, row: int, at: datetime, why: str, trouble: str) -> None:
    """A person decides whether the letter goes out (again); `trouble` is what staff read of it."""
    _finish(cn, row, S.HELD, at, why, trouble=trouble)


def give_up(cn: Connection, row: int, at: datetime, why: str, trouble: str) -> None:
    """The letter is dead; the digest shows it with its `trouble`."""
    _finish(cn, row, S.DEAD, at, why, trouble=trouble)


def revive(cn: Connection, rows: Collection[int], at: datetime, next_attempt_at: datetime, why: str) -> int:
    """Letters that died of what was no fault of theirs wait for another attempt; returns how many."""
    dead = sa.update(letter).where(letter.c.id.in_(rows), letter.c.state == S.DEAD)
    back = dead.values(state=S.QUEUED, next_attempt_at=next_attempt_at, trouble=why).returning(letter.c.id)
    revived = list(cn.execute(back).scalars())
    audit.append(cn, *(audit.AuditEvent(at, "letter queued", why, letter_id=row) for row in revived))
    return len(revived)


def _finish(
    cn: Connection, row: int, state: LetterState, at: datetime, detail: str, **values: object
) -> None:
    # Only from `sending`: whoever took the letter over from a run thought dead has the say.
    mine = sa.update(letter).where(letter.c.id == row, letter.c.state == S.SENDING)
    if cn.execute(mine.values(state=state, **values)).rowcount:
        audit.append(cn, audit.AuditEvent(at, f"letter {state}", detail, letter_id=row))


def interrupted(cn: Connection, claimed_before: datetime) -> list[int]:
    """Letters that a killed run left in the middle of sending; a younger claim is somebody at work."""
    rows = cn.execute(
        sa.select(letter.c.id)
        .where(letter.c.state == S.SENDING, letter.c.next_attempt_at <= claimed_before)
        .order_by(letter.c.id)
    )
    return list(rows.scalars())


def move(
    cn: Connection, row: int, to: LetterState, allowed: Sequence[LetterState], at: datetime, actor: str
) -> bool:
    """A person releases or holds a letter; False when its state does not allow it."""
    changed = cn.execute(
        sa.update(letter)
        .where(letter.c.id == row, letter.c.state.in_(list(allowed)))
        .values(state=to, next_attempt_at=at, trouble=None)
    )
    if changed.rowcount:
        audit.append(cn, audit.AuditEvent(at, f"letter {to}", "by hand", actor, letter_id=row))
    return bool(changed.rowcount)


def sent_since(cn: Connection, since: datetime) -> int:
    """How many letters have gone out since an instant (the provider's daily cap)."""
    return cn.execute(
        sa.select(sa.func.count()).select_from(letter).where(letter.c.sent_at >= since)
    ).scalar_one()


def last_sent_at(cn: Connection) -> datetime | None:
    """When the last letter went out."""
    found: datetime | None = cn.execute(sa.select(sa.func.max(letter.c.sent_at))).scalar_one()
    return found


def unit_of_letter(cn: Connection, message_ids: Collection[str], sender: str) -> int | None:
    """The unit of a letter with one of these Message-IDs that went to the sender himself.

    From any other address a Message-ID of ours proves nothing: it stands in every copy of the letter.
    """
    rows = cn.execute(
        sa.select(letter.c.unit_id)
        .where(
            letter.c.message_id.in_(message_ids),
            sa.func.lower(letter.c.to_address) == sender.lower(),
            letter.c.unit_id.is_not(None),
        )
        .order_by(letter.c.id.desc())
    )
    return rows.scalars().first()


def look(cn: Connection, row: int) -> Due:
    """A letter as it stands, without taking it."""
    found = cn.execute(sa.select(letter).where(letter.c.id == row)).one()
    return Due(
        found.id,
        LetterKind(found.kind),
        found.to_address,
        found.subject,
        found.message_id,
        found.raw,
        found.attempts,
        found.unsure,
        found.created_at,
    )
