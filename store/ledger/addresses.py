"""Who writes for a unit by a person's word: addresses confirmed and refused, and who has written at all."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.assembly.correspondents import Correspondents
from intake.domain.campaign.campaign import UnitRow
from intake.domain.model.nomination import Unit
from store.database import audit
from store.database.engine import put_row
from store.database.schema import correspondent, message, unit
from store.mail.material import IS_MATERIAL


@dataclass(frozen=True, slots=True)
class Word:
    """What a person said of an address, in lower case: that it writes for the unit, or that it does not."""

    unit_id: int
    address: str
    confirmed: bool
    by: str
    at: datetime


def words_on(cn: Connection, unit_rows: Collection[int] | None = None) -> list[Word]:
    """What persons said of the addresses of these units, or of all, by unit and address."""
    statement = sa.select(correspondent).order_by(correspondent.c.unit_id, correspondent.c.address)
    if unit_rows is not None:
        statement = statement.where(correspondent.c.unit_id.in_(unit_rows))
    return [
        Word(row.unit_id, row.address, row.confirmed, row.by_name, row.at) for row in cn.execute(statement)
    ]


def listed(owner: Unit, registry: Sequence[UnitRow]) -> Correspondents:
    """The correspondents of a unit by the registry alone."""
    rows = [row for row in registry if owner.known and row.name == owner.key]
    return Correspondents(tuple(address.strip().lower() for row in rows for address in row.addresses))


def of_units(
    cn: Connection, owners: Mapping[int, Unit], registry: Sequence[UnitRow]
) -> dict[int, Correspondents]:
    """The correspondents of units, by row: of the registry's rows, and by the words of persons."""
    words = words_on(cn, owners)
    return {
        row: replace(
            listed(owner, registry),
            confirmed=frozenset(word.address for word in words if word.unit_id == row and word.confirmed),
            refused=frozenset(word.address for word in words if word.unit_id == row and not word.confirmed),
        )
        for row, owner in owners.items()
    }


def record(cn: Connection, unit_row: int, address: str, confirmed: bool, by: str, at: datetime) -> None:
    """Notes a person's word on an address, with its event; a later word takes the place of an earlier."""
    key = {"unit_id": unit_row, "address": address}
    put_row(cn, correspondent, key, {"confirmed": confirmed, "by_name": by, "at": at})
    name = cn.execute(sa.select(unit.c.key).where(unit.c.id == unit_row)).scalar_one()
    verb = "correspondent confirmed" if confirmed else "correspondent refused"
    audit.append(cn, audit.AuditEvent(at, verb, f"{address} for {name}", by))


def take_back(cn: Connection, unit_row: int, address: str, by: str, at: datetime) -> None:
    """Takes a person's word on an address back, with its event; without one nothing is done."""
    mine = correspondent.c.unit_id == unit_row, correspondent.c.address == address
    if cn.execute(sa.delete(correspondent).where(*mine)).rowcount:
        name = cn.execute(sa.select(unit.c.key).where(unit.c.id == unit_row)).scalar_one()
        audit.append(cn, audit.AuditEvent(at, "correspondent word taken back", f"{address} for {name}", by))


@dataclass(frozen=True, slots=True)
class Writer:
    """An address that sent material for a unit: how many mails, and when the first and the last came."""

    unit_id: int
    address: str
    mails: int
    first: datetime
    last: datetime


def writers(cn: Connection, unit_rows: Collection[int] | None = None) -> list[Writer]:
    """Who sent material for these units, or for all, by unit in the order of their first mails."""
    address = sa.func.lower(message.c.claimed_from).label("address")
    first = sa.func.min(message.c.received_at).label("first")
    statement = (
        sa.select(
            message.c.unit_id,
            address,
            sa.func.count().label("mails"),
            first,
            sa.func.max(message.c.received_at).label("last"),
        )
        .where(IS_MATERIAL, message.c.unit_id.is_not(None))
        .group_by(message.c.unit_id, address)
        .order_by(message.c.unit_id, first)
    )
    if unit_rows is not None:
        statement = statement.where(message.c.unit_id.in_(unit_rows))
    return [
        Writer(row.unit_id, row.address or "", row.mails, row.first, row.last)
        for row in cn.execute(statement)
    ]
