"""One configuration file for several campaigns: each gets the settings that it would have alone.

`[[mailbox]]` and `[[campaign]]` stand side by side; all other tables are shared, and a campaign has its own
keys of them below itself (`[campaign.digest]`).  One database holds them all, a schema each on Postgres, on
SQLite a file each beside the one named: no statement can reach another campaign's rows.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import combinations
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from intake.config.faults import ConfigFault, Fault
from intake.config.sections.alerts import AlertSettings
from intake.config.sections.store import StoreSettings
from intake.config.settings import Settings, check_settings, read_toml

OWN_TABLES = ("smtp", "store", "letters", "digest", "scans", "service", "alerts", "desk")
"""Tables of which a campaign may have keys of its own."""

DISTINCT = (("desk", "listen"), ("service", "health"))
"""Keys that two campaigns cannot have alike: each has a process and a desk of its own."""


def load_campaigns(path: Path, *, secrets: bool = True) -> dict[str, Settings]:
    """The settings of each campaign that a configuration file serves, by the campaign's id, in its order.

    A file with one `[mailbox]` and one `[campaign]` gives one, with the id "".
    With `secrets` false, passwords are not looked up.  Raises `ConfigFault` with every fault of the file.
    """
    text, data = read_toml(path)
    if not any(isinstance(data.get(name), list) for name in ("mailbox", "campaign")):
        return {"": check_settings(data, path, text=text, secrets=secrets)}
    faults: list[Fault] = []
    found: dict[str, Settings] = {}
    for campaign, tables in _alone(data, path, faults).items():
        try:
            found[campaign] = check_settings(tables, path, text=text, secrets=secrets)
        except ConfigFault as fault:
            # The line of a key that stands several times would be a guess.
            faults += (
                Fault(one.key, one.value, one.what, one.mend, f"{path.name} ({campaign})")
                for one in fault.faults
            )
    faults += [*_alike(found, path), *_polled_apart(found, path)]
    if faults:
        raise ConfigFault(tuple(dict.fromkeys(faults)))
    for settings in found.values():
        settings.stand_beside([other for other in found.values() if _one_mailbox(settings, other)])
    return found


def _one_mailbox(one: Settings, other: Settings) -> bool:
    """True where two campaigns are served from the same account."""
    mine, theirs = one.mailbox, other.mailbox
    return (mine.host.lower(), mine.username.lower()) == (theirs.host.lower(), theirs.username.lower())


def _alone(data: Mapping[str, Any], path: Path, faults: list[Fault]) -> dict[str, dict[str, Any]]:
    """The tables of each campaign as if it stood alone in the file."""
    mailboxes = _named(data.get("mailbox", {}), path, faults)
    shared = {name: table for name, table in data.items() if name not in ("mailbox", "campaign")}
    result: dict[str, dict[str, Any]] = {}
    entries = data.get("campaign", {})
    for number, entry in enumerate(entries if isinstance(entries, list) else [entries], 1):
        place = f"{path.name} ([[campaign]] {number})"
        if unknown := sorted(entry.keys() - {"file", "mailbox", *OWN_TABLES}):
            known = ", ".join(("file", "mailbox", *OWN_TABLES))
            faults.append(Fault(f"campaign.{unknown[0]}", "…", "unknown key", f"known here: {known}", place))
            continue
        name = entry.get("mailbox", next(iter(mailboxes), ""))
        if name not in mailboxes:
            mend = f"known are: {', '.join(mailboxes) or 'none'}"
            faults.append(Fault("campaign.mailbox", repr(name), "names no [[mailbox]]", mend, place))
            continue
        key = _id_of(path, entry.get("file"))
        if key in result:
            what = "is the id of two campaigns"
            faults.append(Fault("campaign.id", key, what, "give each campaign file its own id", place))
            continue
        own = {table: {**shared.get(table, {}), **entry[table]} for table in OWN_TABLES if table in entry}
        tables = {**shared, **own, "mailbox": mailboxes[name], "campaign": {}}
        if "file" in entry:
            tables["campaign"] = {"file": entry["file"]}
        _set_apart(tables, entry, key)
        result[key] = tables
    return result


def _named(given: Any, path: Path, faults: list[Fault]) -> dict[str, Any]:
    """The mailboxes by their names; the only one needs none."""
    tables = given if isinstance(given, list) else [given]
    found: dict[str, Any] = {}
    for number, table in enumerate(tables, 1):
        name = table.get("name", "" if len(tables) == 1 else None)
        if not isinstance(name, str) or name in found:
            place = f"{path.name} ([[mailbox]] {number})"
            what = "must be a name that no other mailbox has"
            faults.append(Fault("mailbox.name", "", what, 'write name = "awards"', place))
            continue
        found[name] = {key: value for key, value in table.items() if key != "name"}
    return found


def _id_of(path: Path, file: Any) -> str:
    """The id in a campaign file; its faults are told when the campaign is loaded, its name stands for it."""
    # Only here: where one campaign is served nothing of this is needed to start.
    from intake.config.campaign_file import shipped_campaign

    named = Path(path.absolute().parent, Path(file).expanduser()) if isinstance(file, str) else None
    place = named or shipped_campaign()
    with suppress(OSError, ValueError, KeyError, TypeError):
        return str(tomllib.loads(place.read_text("utf-8-sig"))["campaign"]["id"])
    return place.stem


def _set_apart(tables: dict[str, Any], entry: Mapping[str, Any], key: str) -> None:
    """Gives a campaign its place in the store and its record of outages, unless it names its own."""
    own = entry.get("store", {})
    store = dict(tables.get("store", {}))
    defaults = {name: found.default for name, found in StoreSettings.model_fields.items()}
    if "archive" not in own:
        store["archive"] = f"{str(store.get('archive', defaults['archive'])).rstrip('/')}/{key}"
    if "database" not in own and "schema" not in own:
        database = store.get("database", defaults["database"])
        with suppress(ArgumentError, ValueError, TypeError, AttributeError):
            url = make_url(database)
            if url.get_backend_name() == "sqlite" and url.database:
                file = Path(url.database)
                store["database"] = f"{url.drivername}:///{file.with_name(f'{file.stem}-{key}{file.suffix}')}"
            else:
                store["schema"] = re.sub(r"[^a-z0-9_]", "_", f"campaign_{key}".lower())
    tables["store"] = store
    alerts = dict(tables.get("alerts", {}))
    if "record" not in entry.get("alerts", {}):
        record = Path(alerts.get("record", AlertSettings.model_fields["record"].default))
        alerts["record"] = str(record.with_name(f"{record.stem}-{key}{record.suffix}"))
    tables["alerts"] = alerts


def _polled_apart(found: Mapping[str, Settings], path: Path) -> Iterator[Fault]:
    """Campaigns of one account that read different folders: a mail for one might reach the other alone."""
    for one, other in combinations(found.values(), 2):
        if _one_mailbox(one, other) and {*one.mailbox.folders} != {*other.mailbox.folders}:
            what = f"{one.mailbox.username} is read in different folders"
            yield Fault("mailbox.folders", "…", what, "name the same folders in both", path.name)


def _alike(found: Mapping[str, Settings], path: Path) -> Sequence[Fault]:
    """What two campaigns have alike and may not."""
    faults = []
    for table, key in DISTINCT:
        seen: dict[str, str] = {}
        for campaign, settings in found.items():
            section = getattr(settings, table)
            value = getattr(section, key) if section is not None else ""
            if value and value in seen:
                what = f"is that of {seen[value]} too"
                mend = f"write another one under [campaign.{table}]"
                faults.append(Fault(f"{table}.{key}", value, what, mend, f"{path.name} ({campaign})"))
            seen.setdefault(value, campaign)
    return faults
