"""The command `shouwen`: its options, the table of its commands, and how faults are told."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from intake.cli.shared import Context, LogFormat, chapter, start_log, tell


class CommandEntry(NamedTuple):
    """A command: where it stands (module:function, or module:app of a chapter), and its line in the help."""

    place: str
    line: str


COMMANDS = {
    "init": CommandEntry("setup:init", "Write a configuration and a campaign file to start from"),
    "doctor": CommandEntry("setup:doctor", "Check everything; a line each, with the mend"),
    "migrate": CommandEntry("setup:migrate", "Bring the database's tables to the newest form"),
    "demo": CommandEntry("setup:demo", "Run the main job on a sample mailbox"),
    "once": CommandEntry("service:once", "One whole pass, from the mailbox to the letters"),
    "run": CommandEntry("service:run", "The service: passes by schedule, and the daily digest"),
    "ingest": CommandEntry("service:ingest_files", "The same pass for mails on disk"),
    "watch": CommandEntry("service:watch", "For cron: fails where the service has done nothing for long"),
    "replay": CommandEntry("service:replay", "Read archived mails again, and decide again"),
    "status": CommandEntry("ledger:status", "The ledger at a glance, or all about one nomination"),
    "find": CommandEntry("desk:find", "Nominations, units, mails and letters that bear a text"),
    "export": CommandEntry("ledger:export_rows", "The ledger as data: JSON, CSV, xlsx"),
    "answer": CommandEntry("desk:answer", "Answer a question, in its thread"),
    "settle": CommandEntry("desk:settle", "Put a mail away that needs nobody, with the reason"),
    "decide": CommandEntry("decision:decide_nomination", "A person's decision; it outranks every rule"),
    "digest": CommandEntry("service:digest", "Show, save or send the digest of a day"),
    "letters": CommandEntry("letters:app", "The letters owed, held and sent"),
    "quarantine": CommandEntry("quarantine:app", "Mails that could not be processed"),
    "unit": CommandEntry("unit:app", "Who writes for a unit"),
    "person": CommandEntry("person:app", "What is held about a person, and 个人信息保护法"),
    "purge": CommandEntry("person:purge", "Erase mail whose time is over"),
    "desk": CommandEntry("desk:desk", "The page at which staff act"),
    "staff": CommandEntry("staff:app", "Who may log in at the desk"),
    "backup": CommandEntry("backup:backup", "Save database and archive, while the service runs"),
    "restore": CommandEntry("backup:restore", "Put a backup back"),
}
"""Every command by its name, in the order of the help; places are modules of this folder."""


class CommandTable(TyperGroup):
    """The commands, each imported only when it is chosen: the help of all loads none of them."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        for name, entry in COMMANDS.items():
            self.add_command(TyperCommand(name, help=entry.line))

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that the arguments choose, loaded, and what is left of them."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, name and loaded(name), rest


def loaded(name: str) -> Any:
    """The command of that name with all its options, from its module."""
    module, _, place = COMMANDS[name].place.partition(":")
    found = getattr(import_module(f"intake.cli.{module}"), place)
    if isinstance(found, typer.Typer):
        found.info.help = COMMANDS[name].line
    else:
        alone = chapter()
        alone.command(name)(found)
        found = alone
    command = typer.main.get_command(found)
    command.name = name
    return command


app = typer.Typer(
    name="shouwen",
    cls=CommandTable,
    help="收文: takes in what people send to a submission mailbox, records it, and answers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def options(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(help="The configuration; else SHOUWEN_CONFIG, else ./config.toml."),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Tell more of what is done.")] = False,
    log_format: Annotated[
        LogFormat, typer.Option(help="json: one object a line, for machines.")
    ] = LogFormat.TEXT,
) -> None:
    """Options that stand before the command."""
    context.obj = Context(config)
    start_log(log_format, verbose=verbose)


def main() -> None:
    """The console script.  Operators never see a traceback for what they can mend."""
    # What is written of people's mail is for this account alone.
    os.umask(0o077)
    try:
        app()
    except Exception as fault:
        if (code := tell(fault)) is None:
            raise
        sys.exit(code)
