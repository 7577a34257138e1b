"""Commands that set up and look after an installation: init, doctor, migrate, watch, demo."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from intake.cli.shared import NEEDS_PERSON, UNREACHABLE, out, print_said
from intake.config.campaign_file import load_campaign, shipped_names
from intake.config.language import either, said
from intake.config.starter import write_starter


class Shell(StrEnum):
    """For which shells there is a completion."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


MARKS = {"ok": "正常", "warn": "注意", "FAIL": "故障"}
"""How a check's marks are said in Chinese."""


def init(
    directory: Annotated[Path, typer.Argument(metavar="[DIR]")] = Path(),
    campaign: Annotated[
        str, typer.Option(metavar="NAME", help=f"A shipped campaign: {', '.join(shipped_names())}.")
    ] = shipped_names()[0],
) -> None:
    """Writes a commented config.toml and the campaign file to start from; never overwrites."""
    if campaign not in shipped_names():
        raise typer.BadParameter(
            f"no campaign {campaign!r} is shipped; write one of {', '.join(shipped_names())}"
        )
    for item in write_starter(directory, campaign):
        print_said(f"{'kept as it is' if item.kept else 'written'}: {item.path}")


def doctor(
    context: typer.Context,
    archive: Annotated[
        bool, typer.Option("--archive", help="Hold every file of the archive against its hash, too.")
    ] = False,
) -> None:
    """Checks configuration, database, archive, mailbox, mail server; a line each, with the mend."""
    from intake.staff.archive_check import examine_archive
    from intake.staff.doctor import examine

    settings = context.obj.settings()
    checks = [*examine(settings), *(examine_archive(settings.store) if archive else ())]
    styles = {True: "green", None: "yellow", False: "red"}
    for check in checks:
        shown = replace(check, name=said(check.name), what=said(check.what), mend=said(check.mend))
        line = str(shown).replace(shown.mark, either(shown.mark, MARKS[shown.mark.strip()]), 1)
        out.print(line, style=styles[check.ok], markup=False, highlight=False, soft_wrap=True)
    failed = [check for check in checks if check.ok is False]
    if any(check.outage for check in failed):
        raise typer.Exit(UNREACHABLE)
    if failed:
        raise typer.Exit(NEEDS_PERSON)


def migrate(context: typer.Context) -> None:
    """Brings the database's tables to the newest form (once and run do it as well)."""
    from store.database import job_tables
    from store.database.engine import connect
    from store.database.engine import migrate as bring_up_to_date

    settings = context.obj.settings(secrets=False)
    engine = connect(settings.store.url)
    try:
        changed = bring_up_to_date(engine)
        if settings.engine.by_workers:
            changed |= job_tables.migrate(engine)
    finally:
        engine.dispose()
    print_said("the database is migrated" if changed else "the database is up to date already")


def watch(
    context: typer.Context,
    alert: Annotated[
        bool, typer.Option("--alert", help="Also tell staff, once, and of the end: for cron.")
    ] = False,
) -> None:
    """Exit 0 while the service polls and sends, else 1 and what is wrong; silent while all is well."""
    from intake.service.alerts import Monitor
    from intake.service.watch import look, note

    settings = context.obj.settings(secrets=alert)
    monitor = Monitor(settings, load_campaign(settings.campaign.file).campaign)
    if alert:
        note(monitor, settings.store.url)
    if wrong := look(monitor, settings.store.url):
        for line in wrong.split("；"):
            print_said(line)
        raise typer.Exit(NEEDS_PERSON)


def completion(shell: Annotated[Shell, typer.Argument(help="Which shell.")]) -> None:
    """Prints the script that makes a shell complete this command's words; the shell reads it as it starts."""
    from typer.completion import get_completion_script  # type: ignore[attr-defined]

    typer.echo(get_completion_script(prog_name="shouwen", complete_var="_SHOUWEN_COMPLETE", shell=shell))


def demo(directory: Annotated[Path, typer.Argument(metavar="[DIR]")] = Path("demo")) -> None:
    """Makes a sample mailbox on embedded servers and runs the main job on it; leaves the results in DIR."""
    # Its parts are an extra: an installation that only serves does not carry them.
    try:
        from intake.demo.show import show
    except ModuleNotFoundError as fault:
        raise typer.BadParameter(
            f"the demo needs {fault.name}; install it with: pip install 'shouwen[demo]'"
        ) from None
    raise typer.Exit(show(directory))
