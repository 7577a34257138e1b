"""Letters that came back: which, from which address, and the addresses that none goes to meanwhile.

A letter that comes back marks its address: by the Message-ID in the bounce, else by the one address among its
words to which a letter went within a week.  Queued letters to a marked address are held until `letters
unblock`, which is recorded and stands through every replay.  A delay is only noted.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.model.mail import LetterState, MessageKind, MessageState
from store.database import audit
from store.database.engine import put_row
from store.database.schema import bounce, letter, message, unit
from store.mail.readings import message_adapter

if TYPE_CHECKING:
    from intake.domain.mail.bounces import Outcome
    from intake.domain.model.facts import MessageFacts

LATELY = timedelta(days=7)
"""How long after a letter a bounce without its Message-ID may speak of it: mail servers try for five days."""

BLOCKED = "此前发往该地址的信函被退回，暂停发信；请先核实地址，再解除停发（shouwen letters unblock）"

_IS_BLOCKED = (bounce.c.outcome == "failed") & bounce.c.cleared_at.is_(None)


@dataclass(frozen=True, slots=True)
class Notice:
    """A message of the bounce kind that nobody has looked into yet."""

    message: int
    received_at: datetime
    facts: MessageFacts


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter of ours, and the address that it went to, lower case."""

    id: int
    address: str


def unheeded(cn: Connection) -> list[Notice]:
    """Bounces that have not been looked into, in the order in which they came."""
    rows = cn.execute(
        sa.select(message.c.id, message.c.received_at, message.c.facts)
        .where(
            message.c.kind == MessageKind.BOUNCE,
            message.c.state == MessageState.READ,
            message.c.assembled.is_(False),
        )
        .order_by(message.c.received_at, message.c.content_hash)
    )
    return [Notice(row.id, row.received_at, message_adapter().validate_python(row.facts)) for row in rows]


def by_message_id(cn: Connection, message_ids: Collection[str]) -> Sent | None:
    """The letter that bears one of these Message-IDs; None for none, or for several addresses."""
    rows = cn.execute(
        sa.select(letter.c.id, letter.c.to_address)
        .where(letter.c.message_id.in_(message_ids))
        .order_by(letter.c.id.desc())
    ).all()
    return _only([Sent(row.id, row.to_address.lower()) for row in rows])


def by_address(cn: Connection, addresses: Collection[str], at: datetime) -> Sent | None:
    """The last letter sent shortly before `at` to one of the addresses; None where two of them got one."""
    rows = cn.execute(
        sa.select(letter.c.id, letter.c.to_address)
        .where(
            sa.func.lower(letter.c.to_address).in_(addresses),
            letter.c.sent_at.between(at - LATELY, at + timedelta(hours=1)),
        )
        .order_by(letter.c.id.desc())
    ).all()
    return _only([Sent(row.id, row.to_address.lower()) for row in rows])


def _only(found: list[Sent]) -> Sent | None:
    return found[0] if len({item.address for item in found}) == 1 else None


def record(
    cn: Connection, notice: Notice, sent: Sent | None, outcome: Outcome, reason: str, at: datetime
) -> None:
    """Notes what a bounce says; a person's clearing of the address stands however often it is read."""
    before = cn.execute(sa.select(bounce).where(bounce.c.message_id == notice.message)).one_or_none()
    if sent is None:
        # Read otherwise than before: whatever it was thought to say is said no more.
        cn.execute(sa.delete(bounce).where(bounce.c.message_id == notice.message))
    else:
        values = {
            "letter_id": sent.id,
            "address": sent.address,
            "outcome": outcome,
            "reason": reason,
            "at": notice.received_at,
        }
        put_row(cn, bounce, {"message_id": notice.message}, values)
        if before is None or (before.letter_id, before.outcome) != (sent.id, outcome):
            said = f"{sent.address}: {reason}"
            verb = {"failed": "letter returned", "delayed": "letter delayed", "delivered": "letter arrived"}
            audit.append(
                cn, audit.AuditEvent(at, verb[outcome], said, message_id=notice.message, letter_id=sent.id)
            )
    cn.execute(
        sa.update(message)
        .where(message.c.id == notice.message)
        .values(assembled=True, unit_id=None, attribution=None)
    )


def blocked_address(cn: Connection, letter_row: int) -> str | None:
    """The address of a letter while letters to it come back and nobody has cleared it, else None."""
    found = (
        sa.select(bounce.c.address)
        .join(letter, sa.func.lower(letter.c.to_address) == bounce.c.address)
        .where(_IS_BLOCKED, letter.c.id == letter_row)
    )
    return cn.execute(found).scalars().first()


def hold_blocked(cn: Connection, at: datetime) -> int:
    """Holds the queued letters to blocked addresses, so that none is lost or sent; returns how many."""
    blocked = sa.select(bounce.c.address).where(_IS_BLOCKED)
    rows = cn.execute(
        sa.update(letter)
        .where(letter.c.state == LetterState.QUEUED, sa.func.lower(letter.c.to_address).in_(blocked))
        .values(state=LetterState.HELD, trouble=BLOCKED)
        .returning(letter.c.id)
    ).scalars()
    held = list(rows)
    why = "an earlier one came back"
    audit.append(cn, *(audit.AuditEvent(at, "letter held", why, letter_id=row) for row in held))
    return len(held)


def unblock(cn: Connection, address: str, at: datetime, by: str, reason: str) -> list[int] | None:
    """A person says that an address can be written to again; None where it is not blocked.

    Returns the letters that are held for it: each goes out when it is released.
    """
    cleared = cn.execute(
        sa.update(bounce)
        .where(_IS_BLOCKED, bounce.c.address == address.lower())
        .values(cleared_at=at, cleared_by=by, cleared_reason=reason)
    )
    if not cleared.rowcount:
        return None
    audit.append(cn, audit.AuditEvent(at, "address unblocked", f"{address.lower()}: {reason}", by))
    held = sa.select(letter.c.id).where(
        letter.c.state == LetterState.HELD,
        letter.c.trouble == BLOCKED,
        sa.func.lower(letter.c.to_address) == address.lower(),
    )
    return list(cn.execute(held.order_by(letter.c.id)).scalars())


def returned(cn: Connection) -> list[dict[str, Any]]:
    """The letters whose address is blocked, the newest bounce of each address alone."""
    rows = cn.execute(
        sa.select(
            bounce.c.address,
            bounce.c.reason,
            bounce.c.at,
            letter.c.reference,
            letter.c.subject,
            unit.c.name.label("unit"),
        )
        .join(letter, letter.c.id == bounce.c.letter_id)
        .outerjoin(unit, unit.c.id == letter.c.unit_id)
        .where(_IS_BLOCKED)
        .order_by(bounce.c.at, bounce.c.message_id)
    )
    return list({row.address: dict(row._mapping) for row in rows}.values())
