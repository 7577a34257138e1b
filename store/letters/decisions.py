"""Decisions that units must hear of: which are untold, which letter told them, which are in force."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.model.nomination import Action
from store.database.schema import decision, nomination, unit

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that no letter has told yet; `told` is what the unit is to hear of it."""

    id: int
    nomination_id: int
    unit_id: int
    action: Action
    told: str
    at: datetime


def untold(cn: Connection, unit_row: int | None = None) -> list[Decided]:
    """Decisions that are to be told and are in force still (of one unit, or all), in their order.

    One that another decision on the same nomination has overtaken is told to nobody.
    """
    last = sa.select(sa.func.max(decision.c.id)).group_by(decision.c.nomination_id)
    rows = cn.execute(
        sa.select(decision, nomination.c.unit_id)
        .join(nomination, nomination.c.id == decision.c.nomination_id)
        .where(
            decision.c.told.is_not(None),
            decision.c.letter_id.is_(None),
            decision.c.id.in_(last),
            sa.true() if unit_row is None else nomination.c.unit_id == unit_row,
        )
        .order_by(decision.c.id)
    )
    return [
        Decided(row.id, row.nomination_id, row.unit_id, Action(row.action), row.told, row.at) for row in rows
    ]


def untold_rows(cn: Connection, as_of: datetime) -> list[Row]:
    """What `untold` gives of decisions before an instant, for staff: on what, by whom, saying what."""
    waiting = {item.id for item in untold(cn) if item.at < as_of}
    rows = cn.execute(
        sa.select(decision, nomination.c.number, nomination.c.nominee, nomination.c.category)
        .add_columns(nomination.c.state, unit.c.name.label("unit"))
        .join(nomination, nomination.c.id == decision.c.nomination_id)
        .join(unit, unit.c.id == nomination.c.unit_id)
        .where(decision.c.id.in_(waiting))
        .order_by(decision.c.id)
    )
    return [
        {
            "number": row.number,
            "unit": row.unit or "",
            "nominee": row.nominee or "",
            "category": row.category,
            "state": row.state,
            "action": row.action,
            "by": row.by_name,
            "told": row.told,
            "at": row.at,
        }
        for row in rows
    ]


def mark_told(cn: Connection, decisions: Collection[int], letter_row: int) -> None:
    """Notes which letter tells these decisions; one that is told already keeps its letter."""
    cn.execute(
        sa.update(decision)
        .where(decision.c.id.in_(decisions), decision.c.letter_id.is_(None))
        .values(letter_id=letter_row)
    )


def told_along(cn: Connection, nominations: Collection[int], letter_row: int) -> None:
    """Notes that a letter about these nominations has told what was decided of them too."""
    mark_told(cn, [item.id for item in untold(cn) if item.nomination_id in nominations], letter_row)


def in_force() -> sa.Select[tuple[int]]:
    """The nominations on which a person's decision is in force: the last one is no reopening."""
    last = sa.select(sa.func.max(decision.c.id)).group_by(decision.c.nomination_id)
    return sa.select(decision.c.nomination_id).where(
        decision.c.id.in_(last), decision.c.action != Action.REOPEN
    )
