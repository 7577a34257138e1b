"""Live nominations of the same nominee, across units; and which units have not heard of them yet.

Namesakes are asked of the ledger as it stands.  A unit's findings on duplicates are judged in its own
transaction; at the end of each pass the units whose recorded duplicates are no longer those of the ledger
are judged anew.  So no unit's transaction touches another's rows, and order, crashes and decisions
elsewhere change nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.campaign.campaign import Campaign, UnitRow
from intake.domain.campaign.findings import DUPLICATE_NOMINEE, SENDER_NEW
from intake.domain.model.certainty import Basis
from intake.domain.model.lifecycle import CLOSED
from intake.domain.rules.namesakes import Namesake, Voucher, name_key, stated_in, told
from store.database.schema import document, finding, message, nomination, unit
from store.ledger import addresses, units
from store.ledger.nominations import fields_adapter
from store.mail.material import IS_MATERIAL


@dataclass(frozen=True, slots=True)
class _Live:
    id: int
    unit_id: int
    entry: Namesake


def elsewhere(
    cn: Connection, names: Collection[str], unit_rows: Collection[int], registry: Sequence[UnitRow]
) -> list[Namesake]:
    """Live nominations of other units whose nominee has one of these names (`name_key`)."""
    held = cn.execute(
        sa.select(nomination.c.id, nomination.c.nominee).where(
            _IS_LIVE, nomination.c.unit_id.not_in(unit_rows)
        )
    )
    # Of the whole ledger no more than the names is read for each unit.
    ids = [row for row, nominee in held if name_key(nominee) in names]
    found = _live(cn, nomination.c.id.in_(ids)) if ids else []
    return [item.entry for item in _stated(cn, found, registry)]


def unaware(cn: Connection, campaign: Campaign, registry: Sequence[UnitRow]) -> list[int]:
    """The units with a nomination whose recorded duplicates are not those that the ledger holds now.

    Units with mail that waits to be assembled are left out: they are judged anew in any case.
    """
    live = _live(cn)
    recorded: dict[int, set[tuple[str, str]]] = {}
    columns = finding.c.nomination_id, finding.c.evidence, finding.c.basis
    said = cn.execute(sa.select(*columns).where(finding.c.code == DUPLICATE_NOMINEE.code))
    for row in said:
        recorded.setdefault(row.nomination_id, set()).add((row.evidence, row.basis))
    by_name: dict[str, list[_Live]] = {}
    for item in live:
        by_name.setdefault(name_key(item.entry.nominee), []).append(item)
    by_name.pop("", None)
    shared = _stated(cn, [item for held in by_name.values() if len(held) > 1 for item in held], registry)
    entries = {item.id: item.entry for item in shared}
    stale = set()
    for item in live:
        own = entries.get(item.id)
        same = [entries[i.id] for i in by_name[name_key(own.nominee)]] if own else []
        wanted = set(told(own, same, campaign)) if own else set()
        if wanted != recorded.get(item.id, set()):
            stale.add(item.unit_id)
    return sorted(stale - _waiting(cn)) if stale else []


_IS_LIVE = nomination.c.nominee.is_not(None) & nomination.c.state.not_in(CLOSED)


def _live(cn: Connection, *which: sa.ColumnElement[bool]) -> list[_Live]:
    """The live nominations with a nominee (`which` of them), without what `_stated` adds."""
    rows = cn.execute(
        sa.select(
            nomination.c.id,
            nomination.c.number,
            nomination.c.nominee,
            nomination.c.category,
            nomination.c.unit_id,
            unit.c.key,
            unit.c.name,
        )
        .join(unit, unit.c.id == nomination.c.unit_id)
        .where(_IS_LIVE, *which)
        .order_by(nomination.c.number)
    )
    doubted = finding.c.code == SENDER_NEW.code, finding.c.basis == Basis.MAIL
    strangers = set(cn.execute(sa.select(finding.c.nomination_id).where(*doubted)).scalars())
    return [
        _Live(
            row.id,
            row.unit_id,
            Namesake(
                row.number,
                row.key,
                row.name,
                row.category,
                row.nominee,
                voucher=Voucher.STRANGER if row.id in strangers else Voucher.FIRST,
            ),
        )
        for row in rows
    ]


def _stated(cn: Connection, items: Collection[_Live], registry: Sequence[UnitRow]) -> list[_Live]:
    """The same with what their forms state and who vouches: read only of those that are compared."""
    if not items:
        return []
    owners = units.by_row(cn, {item.unit_id for item in items})
    named = {row for row, who in addresses.of_units(cn, owners, registry).items() if who.named}
    ids = [item.id for item in items]
    rows = cn.execute(sa.select(nomination.c.id, nomination.c.fields).where(nomination.c.id.in_(ids)))
    fields = {row.id: stated_in(fields_adapter().validate_python(row.fields)) for row in rows}
    return [replace(item, entry=replace(_vouched(item, named), stated=fields[item.id])) for item in items]


def _vouched(item: _Live, named: Collection[int]) -> Namesake:
    """The entry, given the units of which addresses are on record: what is no stranger's is then theirs."""
    if item.entry.voucher is Voucher.FIRST and item.unit_id in named:
        return replace(item.entry, voucher=Voucher.CORRESPONDENT)
    return item.entry


def _waiting(cn: Connection) -> set[int]:
    """The units with material that waits to be assembled."""
    waits = IS_MATERIAL & message.c.assembled.is_(False)
    own = sa.select(message.c.unit_id).where(waits, message.c.unit_id.is_not(None))
    brought = (
        sa.select(document.c.unit_id)
        .join(message, message.c.id == document.c.message_id)
        .where(waits, document.c.unit_id.is_not(None))
    )
    return set(cn.execute(own.union(brought)).scalars())
