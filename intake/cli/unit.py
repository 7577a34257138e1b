"""Commands on who writes for a unit: list, show, confirm, refuse."""

from __future__ import annotations

from typing import Annotated, NoReturn

import typer

from intake.cli.shared import (
    BAD_USAGE,
    AsJson,
    chapter,
    complain,
    opened,
    print_json,
    print_said,
    print_table,
)
from intake.config.language import said
from intake.config.values import is_address
from intake.domain.model.nomination import Unit
from intake.service.bootstrap import Parts
from intake.service.pipeline import judge
from intake.staff import correspondents
from intake.staff.correspondents import NoSuchUnit, Row
from store.database.engine import viewing

app = chapter()

STANDINGS = {
    "registered": "in the registry",
    "confirmed": "confirmed",
    "refused": "refused",
    "first": "wrote first, not confirmed",
    "further": "wrote too, not confirmed",
    "new": "not confirmed",
}

By = Annotated[str, typer.Option("--by", help="The name of the person who asked the unit.")]


@app.command("list")
def list_units(context: typer.Context, as_json: AsJson = False) -> None:
    """All units that have correspondents or sent something, with the addresses."""
    with opened(context.obj, reads=True) as parts, viewing(parts.engine) as cn:
        rows = correspondents.account(cn, parts.loaded)
    _print(rows, as_json)


@app.command()
def show(context: typer.Context, unit: str, as_json: AsJson = False) -> None:
    """Who writes for one unit, and by whose word."""
    with opened(context.obj, reads=True) as parts:
        found = _unit(parts, unit)
        with viewing(parts.engine) as cn:
            rows = correspondents.account(cn, parts.loaded, found)
    _print(rows or [{"unit": found.name, "addresses": []}], as_json)


@app.command()
def confirm(
    context: typer.Context,
    unit: str,
    by: By,
    address: Annotated[
        str | None,
        typer.Argument(metavar="[ADDRESS]", help="Left out: the only one that wrote and waits."),
    ] = None,
) -> None:
    """An address writes for the unit: what it sent counts, and it is told of all that is the unit's."""
    _say(context, unit, address, by, confirmed=True)


@app.command()
def refuse(context: typer.Context, unit: str, address: str, by: By) -> None:
    """An address does not write for the unit: what it sent for it is nobody's, and holds nothing up."""
    _say(context, unit, address, by, confirmed=False)


def _say(context: typer.Context, name: str, address: str | None, by: str, *, confirmed: bool) -> None:
    if not by.strip():
        raise typer.BadParameter("--by must say something")
    with opened(context.obj) as parts:
        unit = _unit(parts, name)
        meant = address.strip().lower() if address else _only_waiting(parts, unit)
        if not is_address(meant):
            raise typer.BadParameter(f"{meant!r} is no mail address")
        correspondents.say(parts.engine, unit, meant, confirmed, by.strip())
        with parts.sandbox() as sandbox:
            judge(parts, sandbox)
        with viewing(parts.engine) as cn:
            others = correspondents.unconfirmed(cn, parts.loaded, unit)
    print_said(f"{unit.name or unit.key}: {meant} {'is confirmed' if confirmed else 'is refused'}")
    if confirmed and others:
        # Its other clerks wrote before anybody was confirmed: now what they sent waits.
        complain(f"what these sent waits for a word on them: {', '.join(others)}")


def _unit(parts: Parts, name: str) -> Unit:
    try:
        with viewing(parts.engine) as cn:
            return correspondents.unit_named(cn, parts.loaded, name.strip())
    except NoSuchUnit:
        complain(f"no unit is called {name}; `shouwen unit list` lists them")
        raise typer.Exit(BAD_USAGE) from None


def _only_waiting(parts: Parts, unit: Unit) -> str:
    with viewing(parts.engine) as cn:
        found = correspondents.unconfirmed(cn, parts.loaded, unit)
    if len(found) != 1:
        _which(unit, found)
    return found[0]


def _which(unit: Unit, found: list[str]) -> NoReturn:
    those = f"which of {', '.join(found)}?" if found else "no address waits for it"
    complain(f"{unit.name or unit.key}: {those}; name the ADDRESS")
    raise typer.Exit(BAD_USAGE)


def _print(rows: list[Row], as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    print_table(
        ("Unit", "Address", "Standing", "Mails", "Last mail", "By"),
        (
            (
                (row["unit"] or "") if place == 0 else "",
                item["address"],
                said(STANDINGS[item["standing"]]),
                str(item["mails"] or ""),
                (item["last_at"] or "")[:16].replace("T", " "),
                item["by"] or "",
            )
            for row in rows
            for place, item in enumerate(row["addresses"])
        ),
    )
