"""Commands on the accounts of the desk: add, list, change, remove."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.table import Table

from intake.cli.shared import BAD_USAGE, AsJson, chapter, opened, out, print_json, screen
from intake.domain.model.staff import STAFF_ROLE_NAMES, StaffRole
from intake.domain.text.calendar import moment

app = chapter()

Role = Annotated[StaffRole, typer.Option("--role", help="see, decide or admin; each may do the former's.")]


@app.command()
def add(context: typer.Context, name: str, role: Role = StaffRole.DECIDE) -> None:
    """Opens an account; its password is asked for, or read from standard input."""
    from intake.staff.accounts import Accounts

    with opened(context.obj) as parts, _told():
        clerk = Accounts(parts.engine).add(name, role, _password(), getpass.getuser())
    out.print(f"{clerk.name}: {clerk.role}", markup=False)


@app.command("list")
def list_accounts(context: typer.Context, as_json: AsJson = False) -> None:
    """All accounts with their roles."""
    from intake.staff.accounts import Accounts

    with opened(context.obj, reads=True) as parts:
        clerks = Accounts(parts.engine).listed()
    if as_json:
        rows = [{"name": c.name, "role": c.role, "added_at": c.added_at.isoformat()} for c in clerks]
        print_json(rows)
        return
    table = Table("姓名", "权限", "开通时间", header_style="bold")
    for clerk in clerks:
        name = clerk.name.replace("[", r"\[")
        table.add_row(name, f"{STAFF_ROLE_NAMES[clerk.role]} ({clerk.role})", moment(clerk.added_at))
    out.print(table)


@app.command()
def change(
    context: typer.Context,
    name: str,
    role: Annotated[StaffRole | None, typer.Option("--role", help="Another role.")] = None,
    password: Annotated[bool, typer.Option("--password", help="Another password.")] = False,
) -> None:
    """Gives an account another role or password, and logs it out."""
    from intake.staff.accounts import Accounts

    if role is None and not password:
        raise typer.BadParameter("say --role, --password or both")
    with opened(context.obj) as parts, _told():
        given = _password() if password else None
        Accounts(parts.engine).change(name, getpass.getuser(), role=role, password=given)
    out.print(f"{name}: changed", markup=False)


@app.command()
def remove(context: typer.Context, name: str) -> None:
    """Closes an account and logs it out; what was done under its name stays on record."""
    from intake.staff.accounts import Accounts

    with opened(context.obj) as parts, _told():
        Accounts(parts.engine).remove(name, getpass.getuser())
    out.print(f"{name}: removed", markup=False)


@contextmanager
def _told() -> Iterator[None]:
    from intake.staff.accounts import BadAccount

    try:
        yield
    except BadAccount as fault:
        screen.print(str(fault), markup=False, soft_wrap=True)
        raise typer.Exit(BAD_USAGE) from None


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("password", hide_input=True, confirmation_prompt=True))
