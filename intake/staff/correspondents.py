"""A person's word on who writes for a unit, and how that stands now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection, Engine

from intake import clock
from intake.config.campaign_file import LoadedCampaign
from intake.domain.assembly.correspondents import Correspondents
from intake.domain.campaign.registry import Registry
from intake.domain.model.nomination import Unit
from store.database.engine import writing
from store.ledger import addresses, units
from store.mail import material

Row = dict[str, Any]


class NoSuchUnit(LookupError):
    """The registry and the ledger know no unit of that name, or the address writes for none."""


def unit_named(cn: Connection, loaded: LoadedCampaign, name: str) -> Unit:
    """The unit that a person means: of the registry by any of its names, else of the ledger as it is written.

    Raises `NoSuchUnit`.
    """
    found = Registry(loaded.units).match(name).unit
    if found.known:
        return found
    for unit in units.all_of_them(cn).values():
        if name in (unit.name, unit.key):
            return unit
    raise NoSuchUnit(name)


def say(engine: Engine, unit: Unit, address: str, confirmed: bool | None, by: str) -> None:
    """Records that an address writes for a unit, or that it does not; the unit is judged anew by it.

    None takes back what was said of it before.
    """
    with writing(engine) as cn:
        row = units.row_of(cn, unit)
        units.by_row(cn, [row], lock=True)
        if confirmed is None:
            addresses.take_back(cn, row, address.strip().lower(), by, clock.now())
        else:
            addresses.record(cn, row, address.strip().lower(), confirmed, by, clock.now())
        material.judge_again(cn, row)


def unconfirmed(cn: Connection, loaded: LoadedCampaign, unit: Unit) -> list[str]:
    """The addresses that wrote for a unit and of which nobody has said anything."""
    (row,) = account(cn, loaded, unit) or [{"addresses": []}]
    return [item["address"] for item in row["addresses"] if item["standing"] in ("first", "further", "new")]


def account(cn: Connection, loaded: LoadedCampaign, unit: Unit | None = None) -> list[Row]:
    """Who writes for each unit that has correspondents or material, or for this one.

    A row a unit: `unit`, and `addresses`, each with its `standing` (registered, confirmed, refused; of
    those who merely wrote: first or further where the unit has no correspondent, else new), how many
    mails came, when the first and the last, and who said so.
    """
    owners = units.all_of_them(cn)
    if unit is not None:
        owners = {row: owner for row, owner in owners.items() if owner.key == unit.key}
    known = addresses.of_units(cn, owners, loaded.units)
    rows = [_account(cn, owners[row], row, known[row]) for row in owners]
    heard = {owner.key for owner in owners.values()}
    for owner in Registry(loaded.units).units if unit is None else (unit,):
        who = addresses.listed(owner, loaded.units)
        if owner.key not in heard and who.named:
            rows.append({"unit": owner.name, "addresses": [_line(one, "registered") for one in who.entries]})
    return rows


def _account(cn: Connection, unit: Unit, row: int, who: Correspondents) -> Row:
    said = {word.address: word for word in addresses.words_on(cn, [row])}
    wrote = {writer.address: writer for writer in addresses.writers(cn, [row])}
    lines = []
    first = "first"
    for address in dict.fromkeys((*who.registered, *said, *wrote)):
        word, writer = said.get(address), wrote.get(address)
        if word is not None:
            standing = "confirmed" if word.confirmed else "refused"
        elif address in who.registered:
            standing = "registered"
        else:
            standing = "new" if who.named else first
            first = "further"
        lines.append(
            _line(
                address,
                standing,
                writer.mails if writer else 0,
                (writer.first, writer.last) if writer else (),
                (word.by, word.at) if word else None,
            )
        )
    return {"unit": unit.name or unit.key, "addresses": lines}


def _line(
    address: str,
    standing: str,
    mails: int = 0,
    span: Sequence[datetime] = (),
    said: tuple[str, datetime] | None = None,
) -> Row:
    told = [at.astimezone(clock.SHANGHAI).isoformat(timespec="seconds") for at in span]
    return {
        "address": address,
        "standing": standing,
        "mails": mails,
        "first_at": told[0] if told else None,
        "last_at": told[-1] if told else None,
        "by": said[0] if said else None,
        "at": said[1].astimezone(clock.SHANGHAI).isoformat(timespec="seconds") if said else None,
    }
