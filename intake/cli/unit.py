"""Commands on who writes for a unit: list, show, confirm, refuse."""

from __future__ import annotations

from typing import Annotated, NoReturn

import typer
from rich.table import Table

from intake.cli.shared import BAD_USAGE, AsJson, chapter, opened, out, print_json, screen
from intake.config.values import is_address
from intake.domain.model.nomination import Unit
from intake.service.bootstrap import Parts
from intake.service.pipeline import judge
from intake.staff import correspondents
from intake.staff.correspondents import NoSuchUnit, Row
from store.database.engine import viewing

app = chapter()

STANDINGS = {
    "registered": "名录登记",
    "confirmed": "已确认",
    "refused": "已否认",
    "first": "首个来信（未确认）",
    "further": "其他来信（未确认）",
    "new": "未经确认",
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
    said = "is confirmed" if confirmed else "is refused"
    out.print(f"{unit.name or unit.key}: {meant} {said}", markup=False, soft_wrap=True)
    if confirmed and others:
        # Its other clerks wrote before anybody was confirmed: now what they sent waits.
        screen.print(f"what these sent waits for a word on them: {', '.join(others)}", soft_wrap=True)


def _unit(parts: Parts, name: str) -> Unit:
    try:
        with viewing(parts.engine) as cn:
            return correspondents.unit_named(cn, parts.loaded, name.strip())
    except NoSuchUnit:
        said = f"no unit is called {name}; `shouwen unit list` lists them"
        screen.print(said, markup=False, soft_wrap=True)
        raise typer.Exit(BAD_USAGE) from None


def _only_waiting(parts: Parts, unit: Unit) -> str:
    with viewing(parts.engine) as cn:
        found = correspondents.unconfirmed(cn, parts.loaded, unit)
    if len(found) != 1:
        _which(unit, found)
    return found[0]


def _which(unit: Unit, found: list[str]) -> NoReturn:
    those = f"which of {', '.join(found)}?" if found else "no address waits for it"
    screen.print(f"{unit.name or unit.key}: {those}; name the ADDRESS", markup=False, soft_wrap=True)
    raise typer.Exit(BAD_USAGE)


def _print(rows: list[Row], as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    table = Table(header_style="bold")
    for heading in ("单位", "地址", "情况", "来信", "最近来信", "经办"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        for place, item in enumerate(row["addresses"]):
            cells = (
                (row["unit"] or "") if place == 0 else "",
                item["address"],
                STANDINGS[item["standing"]],
                str(item["mails"] or ""),
                (item["last_at"] or "")[:16].replace("T", " "),
                item["by"] or "",
            )
            table.add_row(*(cell.replace("[", r"\[") for cell in cells))
    out.print(table)
