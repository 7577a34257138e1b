"""Commands that keep a store safe: backup and restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from intake.cli.shared import BAD_USAGE, NEEDS_PERSON, complain, opened, print_said, screen
from intake.config.campaign_file import load_campaign
from intake.progress import ProgressBars
from intake.staff import backup as backups
from intake.staff.backup import BackupFault


def backup(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DEST", help="A folder; an earlier backup is added to.")],
) -> None:
    """Saves database and archive, verified, while the service runs."""
    try:
        with opened(context.obj) as parts:
            taken = backups.back_up(parts.engine, parts.archive, folder.resolve(), parts.progress.step)
    except BackupFault as fault:
        _refused(fault)
    found = taken.manifest
    print_said(f"backup of {found.taken_at}: database and {found.count} file(s), {taken.added} of them new")
    for name in found.missing:
        complain(f"not in the backup, since the archive lacks it: {name}")
    if found.missing:
        raise typer.Exit(NEEDS_PERSON)


def restore(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="SOURCE", help="A folder with a backup.")],
    replace: Annotated[bool, typer.Option("--replace", help="Write over a store that is not empty.")] = False,
) -> None:
    """Puts a backup back, verified before anything is written; the service must be stopped."""
    settings = context.obj.settings(secrets=False)
    owner = load_campaign(settings.campaign.file).campaign.campaign.id
    try:
        with ProgressBars(screen) as progress:
            done = backups.restore(
                folder.resolve(), settings.store, owner, replace=replace, step=progress.step
            )
    except BackupFault as fault:
        _refused(fault)
    lines = [f"restored: the store of {done.manifest.taken_at}, {done.manifest.count} file(s)"]
    if done.aside:
        lines.append(f"the old database is kept as {done.aside}")
    lines.append(
        "letters wait until the mailbox was polled; what may have gone out before is asked of the folder of "
        "sent mail, or held for a person: shouwen letters list"
    )
    print_said("\n".join(lines))


def _refused(fault: BackupFault) -> NoReturn:
    complain(str(fault), "red")
    raise typer.Exit(BAD_USAGE)
