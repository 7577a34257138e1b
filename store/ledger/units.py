"""Recommending units as rows: made when first heard of, locked while their letters and cases change."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from intake.domain.model.nomination import Unit
from store.database.engine import insert_new
from store.database.schema import letter, nomination, unit


def row_of(cn: Connection, item: Unit) -> int:
    """The row of a unit, made or brought up to date with the registry."""
    values = {
        "name": item.name,
        "kind": item.kind,
        "known": item.known,
        "entitled": item.entitled,
        "quota": item.quota,
    }
    insert_new(cn, unit, {"key": item.key}, values)
    row = cn.execute(sa.select(unit).where(unit.c.key == item.key)).one()
    if any(getattr(row, name) != value for name, value in values.items()):
        cn.execute(sa.update(unit).where(unit.c.id == row.id).values(**values))
    return int(row.id)


def by_row(cn: Connection, ids: Collection[int], *, lock: bool = False) -> dict[int, Unit]:
    """Units by row; `lock` keeps other writers from the same units until commit (Postgres)."""
    statement = sa.select(unit).where(unit.c.id.in_(ids)).order_by(unit.c.id)
    rows = cn.execute(statement.with_for_update() if lock else statement)
    return {row.id: _unit(row) for row in rows}


def names(cn: Connection, rows: Collection[int]) -> str:
    """What these units are called, in one line for staff."""
    return "、".join(unit.name or unit.key for unit in by_row(cn, rows).values())


def all_of_them(cn: Connection) -> dict[int, Unit]:
    """Every unit that was heard of, by row."""
    return {row.id: _unit(row) for row in cn.execute(sa.select(unit).order_by(unit.c.id))}


def rows_of_kind(cn: Connection, kind: str) -> list[int]:
    """The rows of all units of a kind that have sent something."""
    return list(cn.execute(sa.select(unit.c.id).where(unit.c.kind == kind).order_by(unit.c.id)).scalars())


def _unit(row: Row[*tuple[Any, ...]]) -> Unit:
    return Unit(row.key, row.name, row.kind, row.known, row.entitled, row.quota)


def rows_of_nominations(cn: Connection, rows: Collection[int]) -> set[int]:
    """The unit rows to which these nominations belong."""
    return set(cn.execute(sa.select(nomination.c.unit_id).where(nomination.c.id.in_(rows))).scalars())


def named_by(cn: Connection, numbers: Collection[str], references: Collection[str]) -> set[int]:
    """The units of the nominations with these numbers and of the letters with these references."""
    nominations = sa.select(nomination.c.unit_id).where(nomination.c.number.in_(numbers))
    letters = sa.select(letter.c.unit_id).where(
        letter.c.reference.in_(references), letter.c.unit_id.is_not(None)
    )
    return set(cn.execute(nominations.union(letters)).scalars())
