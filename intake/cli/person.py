"""Commands on personal data: person find, export, correct, forget; purge."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Any

import typer

from intake import clock
from intake.cli.shared import NEEDS_PERSON, chapter, complain, opened, out, print_said
from intake.config.language import either, said
from intake.domain.campaign.wording import state_name
from intake.domain.model.lifecycle import Refused
from intake.domain.model.nomination import Action
from intake.service.pipeline import judge
from intake.staff import privacy
from intake.staff.decision import decide
from intake.staff.privacy import Plan, Unsent
from store.database import audit
from store.database.engine import viewing, writing

app = chapter()

By = Annotated[str, typer.Option("--by", help="The name of the person who does it; without: only shown.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Tell what would be erased, and erase nothing.")]


@app.command()
def find(context: typer.Context, name: str) -> None:
    """Where the name stands: nominations, and how many rows of each table."""
    held = _held(context, name)
    lines = [
        "  ".join(
            (
                row["number"],
                either(row["state"], state_name(row["state"])),
                row["unit"]["name"] or "",
                row["nominee"] or "",
            )
        )
        for row in held["nominations"]
    ]
    lines += [said(f"{table}: {len(rows)} row(s)") for table, rows in held["places"].items()]
    shown = "\n".join(lines) or said("nothing is held")
    out.print(shown, markup=False, highlight=False, soft_wrap=True)


@app.command()
def export(
    context: typer.Context,
    name: str,
    output: Annotated[Path | None, typer.Option("-o", help="A file; else standard output.")] = None,
) -> None:
    """All that is held about a person, as JSON: to be given to him once it is sure who asks."""
    held = _held(context, name)
    with opened(context.obj) as parts, writing(parts.engine) as cn:
        # Without the name: the trail must not become a list of those who asked.
        told = f"{len(held['nominations'])} nomination(s)"
        audit.append(cn, audit.AuditEvent(clock.now(), "person exported", told))
    text = json.dumps(held, ensure_ascii=False, indent=1, default=str)
    if output is None:
        typer.echo(text)
    else:
        output.write_text(text + "\n", encoding="utf-8")


@app.command()
def correct(
    context: typer.Context,
    name: str,
    to: Annotated[str, typer.Option("--to", help="What is to be put right, as the unit is to read it.")],
    by: By,
) -> None:
    """Returns his nominations to their units: what a stamped form says is put right by a new one.

    The unit reads --to in a letter and sends the form anew; that replaces what is on record.
    """
    held = _held(context, name)
    done = 0
    with opened(context.obj) as parts:
        for row in held["nominations"]:
            try:
                decide(parts.engine, row["number"], Action.RETURN, by, to, to, parts.loaded.units)
                done += 1
            except Refused as fault:
                complain(f"{row['number']}: {fault}")
        with parts.sandbox() as sandbox:
            judge(parts, sandbox)
    print_said(f"{done} nomination(s) are returned to be put right")
    if done < len(held["nominations"]) or not done:
        raise typer.Exit(NEEDS_PERSON)


@app.command()
def forget(context: typer.Context, name: str, by: By = "", dry_run: DryRun = False) -> None:
    """Erases a person from database and archive; numbers, counts and the memory of his mails stay."""
    try:
        with opened(context.obj) as parts:
            if dry_run or not by.strip():
                with viewing(parts.engine) as cn:
                    plan = privacy.plan_to_forget(cn, privacy.name_of(cn, name))
                _tell(plan, done=False)
                _not_done(dry_run)
                return
            plan = privacy.forget(parts.engine, parts.archive, name, by.strip())
    except ValueError as fault:
        raise typer.BadParameter(str(fault)) from None
    except Unsent as fault:
        _in_the_way(fault)
    _tell(plan, done=True)


def purge(
    context: typer.Context,
    before: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DD", help="Mail that came before; else as [campaign] retention_years."),
    ] = None,
    by: By = "",
    dry_run: DryRun = False,
) -> None:
    """Erases mail whose time is over, from archive and database, and what rests on it alone."""
    try:
        with opened(context.obj) as parts:
            until = _day(before) if before else parts.loaded.campaign.campaign.kept_until
            if until is None:
                raise typer.BadParameter("say --before, or set [campaign] retention_years")
            if before is None and until > clock.now():
                print_said(f"all is kept until {until:%Y-%m-%d}; nothing to erase")
                return
            until = until if before else clock.now()
            if dry_run or not by.strip():
                with viewing(parts.engine) as cn:
                    plan = privacy.plan_to_purge(cn, until)
                _tell(plan, done=False)
                _not_done(dry_run)
                return
            plan = privacy.purge(parts.engine, parts.archive, until, by.strip())
    except Unsent as fault:
        _in_the_way(fault)
    _tell(plan, done=True)


def _held(context: typer.Context, name: str) -> dict[str, Any]:
    with opened(context.obj, reads=True) as parts, viewing(parts.engine) as cn:
        try:
            return privacy.held(cn, privacy.name_of(cn, name))
        except ValueError as fault:
            raise typer.BadParameter(str(fault)) from None


def _day(written: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(written), time(), clock.SHANGHAI)
    except ValueError:
        raise typer.BadParameter(f"{written!r} is no day; write YYYY-MM-DD") from None


def _tell(plan: Plan, *, done: bool) -> None:
    did = "erased" if done else "would be erased"
    lines = [
        f"{len(plan.nominations)} nomination(s) {did}: {', '.join(plan.numbers) or 'none'}",
        f"{len(plan.documents)} file(s) {did}, {len(plan.shared)} more that tell of others lose the name",
        f"{len(plan.whole)} mail(s) {did}; of {len(plan.part)} more the bytes and the name",
        f"{len(plan.letters)} letter(s) lose what they say of it",
    ]
    if plan.unsent:
        lines.append(f"letters that are not sent yet stand in the way: {', '.join(map(str, plan.unsent))}")
    if plan.mailbox:
        lines.append("the mailbox is only read; delete there by hand (folder, UID):")
        lines += [f"  {place}" for place in plan.mailbox]
    print_said("\n".join(lines))


def _not_done(dry_run: bool) -> None:
    complain("nothing was changed; say --by NAME to do it")
    if not dry_run:
        raise typer.Exit(NEEDS_PERSON)


def _in_the_way(fault: Unsent) -> None:
    complain(f"not done: letter(s) {fault} are not sent yet; deliver them, or `shouwen letters` first")
    raise typer.Exit(NEEDS_PERSON)
