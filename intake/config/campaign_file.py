"""The campaign file and its two tables: read, checked as a whole, all faults told at once."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from intake.config.faults import ConfigFault, Fault, shown
from intake.config.tables import several, table_rows
from intake.domain.campaign.campaign import Campaign, HonouredRow, UnitRow
from intake.domain.campaign.consistency import Misfit, misfits
from intake.domain.campaign.unit_names import normalise_unit

__all__ = [
    "CampaignFault",
    "LoadedCampaign",
    "load_campaign",
    "shipped_campaign",
    "shipped_files",
    "shipped_names",
]

DEFAULT = "cast-2024"
"""The shipped campaign that is served where the configuration names none."""

UNIT_COLUMNS = ("kind", "name", "aliases", "addresses", "phone", "quota")
_ADDRESS = re.compile(r"[^@\s,，、<>]*@[^@\s,，、<>]+")
_KIND_OF_BODY = re.compile(r"^(?:推荐|报送)?单位$|^中国$|(?:科学技术协会|协会|学会|研究会|联合会)$")

HONOURED_COLUMNS = ("category", "name", "unit", "year")


class CampaignFault(ConfigFault):
    """A campaign file or table that cannot be used; `faults` holds all, `str()` is a line each."""


@dataclass(frozen=True)
class LoadedCampaign:
    """A checked campaign with its registry of units and the list of those honoured before."""

    campaign: Campaign
    units: tuple[UnitRow, ...]
    honoured: tuple[HonouredRow, ...]
    path: Path

    @cached_property
    def _aliases(self) -> dict[str, tuple[str, ...]]:
        return {item.name: item.aliases for item in self.units}

    def spellings(self, unit_name: str) -> tuple[str, ...]:
        """The names that the unit goes by, the given one first."""
        return (unit_name, *self._aliases.get(unit_name, ()))


def shipped_names() -> tuple[str, ...]:
    """The campaigns that come with the package, the default first."""
    found = sorted(file.stem for file in shipped_campaign().parent.glob("*.toml"))
    return (DEFAULT, *(name for name in found if name != DEFAULT))


def shipped_campaign(name: str = DEFAULT) -> Path:
    """The file of a campaign that comes with the package (one of `shipped_names`)."""
    return Path(str(files("intake") / "campaigns" / f"{name}.toml"))


def shipped_files(name: str = DEFAULT) -> tuple[Path, ...]:
    """A shipped campaign file and its tables, for an operator to start from."""
    return tuple(sorted(shipped_campaign(name).parent.glob(f"{name}[.-]*"), reverse=True))


def load_campaign(path: Path | None = None) -> LoadedCampaign:
    """Reads a campaign file and its tables; None is the shipped campaign of 2024.

    Tables are looked for beside the file.  Raises `CampaignFault` with every fault
    of the file and, where the file itself is sound, of its tables.
    """
    path = path or shipped_campaign()
    campaign = _campaign(path)
    faults: list[Fault] = []
    units = _units(path.parent / campaign.campaign.units, campaign, faults)
    honoured: list[HonouredRow] = []
    if campaign.campaign.previously_honoured:
        honoured = _honoured(path.parent / campaign.campaign.previously_honoured, campaign, faults)
    if faults:
        raise CampaignFault(faults)
    return LoadedCampaign(campaign, tuple(units), tuple(honoured), path)


def _campaign(path: Path) -> Campaign:
    text = _toml_text(path)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        place = re.search(r"at line (\d+), column (\d+)", str(fault))
        line = f"{path.name}:{place[1]}:{place[2]}" if place else path.name
        what = re.sub(r" \(at .*\)$", "", str(fault))
        mend = "mend the line (text stands in quotes; a list ends with a bracket)"
        raise CampaignFault([Fault("TOML", "", what, mend, line)]) from None
    try:
        # Strictly: "2025-02-24" in quotes is a text and no date, "12" no number.
        campaign = Campaign.model_validate(_frozen(document), strict=True)
    except ValidationError as error:
        found = [fault for detail in error.errors(include_url=False) for fault in _faults(detail, path, text)]
        raise CampaignFault(found) from None
    if faults := [_misfit(item, path, text) for item in misfits(campaign)]:
        raise CampaignFault(faults)
    return campaign


def _frozen(value: Any) -> Any:
    """What TOML gives, its lists as the tuples that the campaign holds."""
    if isinstance(value, dict):
        return {key: _frozen(inner) for key, inner in value.items()}
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _toml_text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as fault:
        mend = "name an existing file in [campaign] file, or write one with `shouwen init`"
        raise CampaignFault([Fault("", "", f"cannot be read: {fault.strerror}", mend, str(path))]) from None
    except UnicodeDecodeError as fault:
        what = f"byte {fault.start} is not UTF-8"
        raise CampaignFault([Fault("", "", what, "save the file as UTF-8", path.name)]) from None


def _faults(detail: Mapping[str, Any], path: Path, text: str) -> Iterator[Fault]:
    """One fault of pydantic in an operator's words; a message that lists several becomes several."""
    loc: tuple[str | int, ...] = detail["loc"]
    line = _line(text, loc)
    place = f"{path.name}:{line}" if line else path.name
    key = _key(loc)
    if detail["type"] == "missing":
        yield Fault(key, "", "is missing", f"add {loc[-1]} = …", place)
        return
    value = "" if isinstance(detail["input"], Mapping) else shown((), detail["input"])
    if detail["type"] == "extra_forbidden":
        yield Fault(key, value, "unknown key", _nearest(loc), place)
        return
    mend = {
        "timezone_aware": "write an offset, as in 2025-02-24T00:00:00+08:00",
        "datetime_type": "write date, time and offset without quotes, as in 2025-02-24T00:00:00+08:00",
        "date_type": "write a date without quotes, as in 2020-01-31",
        "string_type": 'write a text in quotes, as in "…"',
        "int_type": "write a whole number without quotes",
        "float_type": "write a number without quotes",
        "bool_type": "write true or false without quotes",
        "tuple_type": 'write a list in brackets, as in ["…", "…"]',
        "string_pattern_mismatch": "use plain Latin letters and digits as the shipped file does",
        "enum": "write one of the values named",
    }.get(detail["type"], "correct it; the shipped campaign file shows the form")
    for message in detail["msg"].removeprefix("Value error, ").split("; "):
        yield Fault(key, value, message, mend, place)


def _misfit(item: Misfit, path: Path, text: str) -> Fault:
    line = _line(text, item.place)
    return Fault(_key(item.place), "", item.what, item.mend, f"{path.name}:{line}" if line else path.name)


def _key(loc: Sequence[str | int]) -> str:
    """`field[3].labels`, counted from 1 as a person counts the tables."""
    parts = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in loc]
    return "".join(parts).lstrip(".")


def _line(text: str, loc: Sequence[str | int]) -> int | None:
    """The line on which a key stands, or the heading of its table where the key is missing."""
    if not loc:
        return None
    table, nth = str(loc[0]), loc[1] if len(loc) > 1 and isinstance(loc[1], int) else 0
    names = [part for part in loc[1:] if isinstance(part, str)]
    heading = re.compile(rf"\s*\[\[?\s*{re.escape(table)}\s*\]\]?\s*(?:#.*)?$")
    lines = text.splitlines()
    headings = [number for number, line in enumerate(lines, 1) if heading.match(line)]
    if nth >= len(headings):
        return None
    start = headings[nth]
    for number, line in enumerate(lines[start:], start + 1):
        if re.match(r"\s*\[\[?\s*[a-z_]+\s*\]\]?\s*(?:#.*)?$", line):
            break
        if names and re.match(rf"\s*\"?{re.escape(names[0])}\"?\s*=", line):
            return number
    return start


def _nearest(loc: Sequence[str | int]) -> str:
    """The known key that a wrong one is most like, as advice."""
    model: Any = Campaign
    for part in loc[:-1]:
        if isinstance(part, str):
            annotation = model.model_fields[part].annotation
            model = next(
                (a for a in getattr(annotation, "__args__", ()) if hasattr(a, "model_fields")), annotation
            )
    known = list(getattr(model, "model_fields", {}))
    close = difflib.get_close_matches(str(loc[-1]), known, n=1)
    return f'write "{close[0]}" if that is meant' if close else f"take it out; known here: {', '.join(known)}"


def _units(path: Path, campaign: Campaign, faults: list[Fault]) -> list[UnitRow]:
    rows: list[UnitRow] = []
    lines: list[int] = []
    for line, cells in table_rows(path, UNIT_COLUMNS, ("kind", "name"), "units", faults):
        place = f"{path.name}:{line}"
        if cells["kind"] not in campaign.quotas:
            mend = f"write one of {', '.join(campaign.quotas)}"
            faults.append(Fault("kind", shown((), cells["kind"]), "no [[quota]] has this kind", mend, place))
        quota = cells["quota"]
        if quota and not re.fullmatch(r"\d{1,4}", quota):
            mend = "leave it empty to use the quota of its kind"
            faults.append(Fault("quota", shown((), quota), "is no whole number", mend, place))
            quota = ""
        aliases, addresses = several(cells["aliases"]), several(cells["addresses"])
        faults += [
            Fault("addresses", shown((), address), "is no mail address", 'write name@host or "@host"', place)
            for address in addresses
            if not _ADDRESS.fullmatch(address)
        ]
        faults += [fault for name in (cells["name"], *aliases) if (fault := _useless(name, place))]
        faults += [
            Fault("aliases", shown((), alias), "holds several names in one", 'part them by ";"', place)
            for alias in aliases
            if re.search(r"[、，,]", alias)
        ]
        number = int(quota) if quota else None
        row = UnitRow(
            kind=cells["kind"],
            name=cells["name"],
            aliases=aliases,
            addresses=addresses,
            phone=cells["phone"],
            quota=number,
        )
        rows.append(row)
        lines.append(line)
    faults += _collisions(path, rows, lines)
    if not rows and not faults:
        faults.append(Fault("units", "", "the table is empty", "enter the recommending units", path.name))
    return rows


def _useless(name: str, place: str) -> Fault | None:
    """A fault for a name that stands in every text, and would make every mail that unit's."""
    bare = _KIND_OF_BODY.sub("", normalise_unit(name))
    if len(bare) > 1 or (bare and bare.isascii()):
        return None
    mend = "write the name in full, or take it out"
    return Fault("name or alias", shown((), name), "tells no unit from another", mend, place)


def _collisions(path: Path, rows: Sequence[UnitRow], lines: Sequence[int]) -> list[Fault]:
    """Two units that answer to one name, however it is written: nobody could tell whose mail it is."""
    owner: dict[str, int] = {}
    faults = []
    for index, row in enumerate(rows):
        for key, written in {normalise_unit(name): name for name in (*row.aliases, row.name)}.items():
            first = owner.setdefault(key, index)
            if first != index:
                what = f"already means {rows[first].name} (line {lines[first]})"
                place = f"{path.name}:{lines[index]}"
                faults.append(Fault("name or alias", written, what, "leave the name to one of them", place))
    return faults


def _honoured(path: Path, campaign: Campaign, faults: list[Fault]) -> list[HonouredRow]:
    names = {name: c.id for c in campaign.category for name in (c.id, c.name, *c.aliases)}
    rows = []
    for line, cells in table_rows(
        path, HONOURED_COLUMNS, ("category", "name"), "previously_honoured", faults
    ):
        category = names.get(cells["category"])
        if category is None:
            mend = f"write one of {', '.join(campaign.categories)}, or the category's Chinese name"
            value = shown((), cells["category"])
            faults.append(Fault("category", value, "no such category", mend, f"{path.name}:{line}"))
            continue
        rows.append(HonouredRow(**{**cells, "category": category}))
    return rows
