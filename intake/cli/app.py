"""The command `shouwen`: its options, its commands, and how faults are told."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.logging import RichHandler

from intake.cli import (
    backup,
    correction,
    desk,
    ledger,
    letters,
    person,
    quarantine,
    service,
    setup,
    staff,
    unit,
)
from intake.cli.shared import BAD_USAGE, NEEDS_PERSON, UNREACHABLE, Context, discreet, screen
from intake.config.faults import ConfigFault
from intake.service.bootstrap import WrongCampaign
from store.database.engine import StoreDown
from store.ledger.nominations import Conflict

app = typer.Typer(
    name="shouwen",
    help="收文: takes in what people send to a submission mailbox, records it, and answers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def options(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(help="The configuration; else SHOUWEN_CONFIG, else ./config.toml."),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Tell more of what is done.")] = False,
) -> None:
    """Options that stand before the command."""
    context.obj = Context(config)
    level = logging.DEBUG if verbose else logging.INFO
    if sys.stderr.isatty():
        handler: logging.Handler = RichHandler(console=screen, show_path=False, omit_repeated_times=False)
        logging.basicConfig(level=level, format="%(message)s", handlers=[handler])
    else:
        logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for own in logging.getLogger().handlers:
        own.addFilter(discreet)
    for chatty in ("alembic", "mailparser", "pypdf", "imapclient", "mail.log"):
        logging.getLogger(chatty).setLevel(logging.DEBUG if verbose else logging.WARNING)


setup.register(app)
service.register(app)
backup.register(app)
ledger.register(app)
correction.register(app)
desk.register(app)
app.add_typer(letters.app, name="letters")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(unit.app, name="unit")
app.add_typer(person.app, name="person")
app.command()(person.purge)
app.add_typer(staff.app, name="staff")


def main() -> None:
    """The console script.  Operators never see a traceback for what they can mend."""
    # What is written of people's mail is for this account alone.
    os.umask(0o077)
    try:
        app()
    except ConfigFault as fault:
        screen.print(str(fault), style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(BAD_USAGE)
    except WrongCampaign as fault:
        screen.print(str(fault), style="red", markup=False, soft_wrap=True)
        sys.exit(BAD_USAGE)
    except Conflict as fault:
        screen.print(
            f"{fault}: another process was faster; run the command again", markup=False, soft_wrap=True
        )
        sys.exit(NEEDS_PERSON)
    except StoreDown as fault:
        said = f"the database cannot be used: {fault}; check [store] database and run `shouwen doctor`"
        screen.print(said, style="red", markup=False, soft_wrap=True)
        sys.exit(UNREACHABLE)
    except OSError as fault:
        what = f"{fault.filename or 'the system'}: {fault.strerror or fault}"
        said = f"{what}; check the path, its owner and the free space"
        screen.print(said, style="red", markup=False, soft_wrap=True)
        sys.exit(BAD_USAGE)
