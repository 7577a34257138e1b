"""Commands on the accounts of the desk: add, list, change, remove."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

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
from intake.config.language import either, said, when
from intake.domain.model.staff import STAFF_ROLE_NAMES, StaffRole

app = chapter()

Role = Annotated[StaffRole, typer.Option("--role", help="see, decide or admin; each may do the former's.")]


@app.command()
def add(context: typer.Context, name: str, role: Role = StaffRole.DECIDE) -> None:
    """Opens an account; its password is asked for, or read from standard input."""
    from intake.staff.accounts import Accounts

    with opened(context.obj) as parts, _told():
        clerk = Accounts(parts.engine).add(name, role, _password(), getpass.getuser())
    print_said(f"{clerk.name}: {_role(clerk.role)}")


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
    rows_shown = ((clerk.name, _role(clerk.role), when(clerk.added_at)) for clerk in clerks)
    print_table(("Name", "Role", "Since"), rows_shown)


def _role(role: StaffRole) -> str:
    return either(role, STAFF_ROLE_NAMES[role])


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
    print_said(f"{name}: changed")


@app.command()
def remove(context: typer.Context, name: str) -> None:
    """Closes an account and logs it out; what was done under its name stays on record."""
    from intake.staff.accounts import Accounts

    with opened(context.obj) as parts, _told():
        Accounts(parts.engine).remove(name, getpass.getuser())
    print_said(f"{name}: removed")


@contextmanager
def _told() -> Iterator[None]:
    from intake.staff.accounts import BadAccount

    try:
        yield
    except BadAccount as fault:
        complain(str(fault))
        raise typer.Exit(BAD_USAGE) from None


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt(said("password"), hide_input=True, confirmation_prompt=True))
