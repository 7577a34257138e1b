"""Which campaign each mail of a shared mailbox is for: said once, in the store of the first campaign."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.database.engine import insert_new, put_row
from store.database.schema import letter, message, nomination, placement, sighting
from store.mail.messages import is_proven

BY_PROGRAM = ""
"""Who said it, where no person did."""

NOBODY = ""
"""Said of a mail of which only a person can tell whose it is: evidence that comes later changes no answer."""


def placed(cn: Connection, content_hash: str) -> str | None:
    """The campaign that a mail was given to, `NOBODY`, or None where nothing was said yet."""
    said = sa.select(placement.c.campaign).where(placement.c.content_hash == content_hash)
    return cn.execute(said).scalar_one_or_none()


def place(cn: Connection, content_hash: str, campaign: str, at: datetime) -> str:
    """Gives a mail to a campaign unless it was given before; returns whose it is."""
    values = {"campaign": campaign, "by_name": BY_PROGRAM, "at": at}
    insert_new(cn, placement, {"content_hash": content_hash}, values)
    said = placed(cn, content_hash)
    return campaign if said is None else said


def place_by_person(cn: Connection, content_hash: str, campaign: str, by: str, at: datetime) -> None:
    """A person says whose a mail is; it outranks what was said before."""
    values = {"campaign": campaign, "by_name": by, "at": at}
    put_row(cn, placement, {"content_hash": content_hash}, values)


def wrote(cn: Connection, message_ids: Collection[str]) -> bool:
    """True where one of these Message-IDs is that of a letter of this store."""
    found = sa.select(letter.c.id).where(letter.c.message_id.in_(message_ids)).limit(1)
    return bool(message_ids) and cn.execute(found).first() is not None


def heard_from(cn: Connection, address: str) -> bool:
    """True where an address has sent this store material before, as far as the provider vouches for that."""
    found = (
        sa.select(message.c.id)
        .where(
            message.c.kind == "material",
            message.c.claimed_from == address,
            message.c.state == "read",
            is_proven(),
        )
        .limit(1)
    )
    return bool(address) and cn.execute(found).first() is not None


def came_by_mailbox(cn: Connection, content_hash: str) -> bool:
    """True where a mail was polled; what an operator ingests was given to this campaign by him."""
    found = (
        sa.select(sighting.c.id)
        .join(message, message.c.id == sighting.c.message_id)
        .where(message.c.content_hash == content_hash)
        .limit(1)
    )
    return cn.execute(found).first() is not None


def nominees(cn: Connection) -> set[str]:
    """The names of all nominees in this store."""
    named = sa.select(nomination.c.nominee).where(nomination.c.nominee.is_not(None)).distinct()
    return set(cn.execute(named).scalars())


def row_of(cn: Connection, content_hash: str) -> int | None:
    """The row of a mail in this store, or None."""
    return cn.execute(
        sa.select(message.c.id).where(message.c.content_hash == content_hash)
    ).scalar_one_or_none()


def hash_of(cn: Connection, row: int) -> str | None:
    """The content hash of a mail, or None where there is no such row."""
    return cn.execute(sa.select(message.c.content_hash).where(message.c.id == row)).scalar_one_or_none()
