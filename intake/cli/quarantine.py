"""Commands on the quarantine: list, show, replay."""

from __future__ import annotations

from typing import Annotated, NoReturn

import typer

from intake import clock
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
from intake.config.language import said, when
from intake.domain.mail.set_aside import trouble_told
from intake.service.pipeline import after_ingest
from store.database.engine import viewing, writing
from store.mail import attention, messages, placement

app = chapter()


@app.command("list")
def list_quarantined(context: typer.Context, as_json: AsJson = False) -> None:
    """All messages in quarantine, with the last line of what went wrong."""
    with opened(context.obj, reads=True) as parts, viewing(parts.engine) as cn:
        rows = attention.quarantined(cn)
    if as_json:
        print_json(rows)
        return
    print_table(
        ("ID", "Archived", "What went wrong"),
        ((str(row["id"]), when(row["archived_at"]), _last(row["trouble"])) for row in rows),
    )


def _last(trouble: str | None) -> str:
    """The last line of what is told of a trouble."""
    return "".join(said(trouble_told(trouble)).strip().splitlines()[-1:])


@app.command()
def show(context: typer.Context, message: int) -> None:
    """The traceback, the archived file, and the command that replays it."""
    with opened(context.obj, reads=True) as parts:
        with viewing(parts.engine) as cn:
            row = next((row for row in attention.quarantined(cn) if row["id"] == message), None)
        if row is None:
            _no_such(message)
        path = parts.archive.place("messages", row["content_hash"])
    print_said(trouble_told(row["trouble"]))
    print_said(f"\narchived: {path}\nreplay:   shouwen quarantine replay {message}")


@app.command()
def replay(context: typer.Context, message: int) -> None:
    """Reads the message again, after a fix; it joins its nomination as if nothing had been."""
    with opened(context.obj, secrets=True) as parts:
        with viewing(parts.engine) as cn:
            known = any(row["id"] == message for row in attention.quarantined(cn))
        if not known:
            _no_such(message)
        with writing(parts.engine) as cn:
            messages.replay(cn, [message], clock.now())
        with parts.sandbox() as sandbox:
            summary = after_ingest(parts, sandbox)
    print_said(f"message {message}: {'read' if not summary.read.quarantined else 'still in quarantine'}")
    if summary.exit_code:
        raise typer.Exit(summary.exit_code)


@app.command()
def place(
    context: typer.Context,
    message: int,
    campaign: Annotated[str, typer.Argument(help="The id of the campaign that the mail is for.")],
    by: Annotated[str, typer.Option(help="Who says so.")],
) -> None:
    """Says which campaign a mail is for, where the mailbox serves several; that campaign takes it up."""
    with opened(context.obj, secrets=True) as parts:
        with viewing(parts.engine) as cn:
            content_hash = placement.hash_of(cn, message)
        if content_hash is None:
            _no_such(message)
        placer = parts.placer()
        known = [each.key for each in placer.neighbours] if placer else []
        if placer is None or campaign not in known:
            served = ", ".join(known) or "no several"
            complain(f"{campaign} is not served from this mailbox; served are: {served}")
            raise typer.Exit(BAD_USAGE)
        placer.place_by_person(content_hash, campaign, by)
    print_said(f"message {message} is given to {campaign}; its next pass takes it up")


def _no_such(message: int) -> NoReturn:
    complain(f"message {message} is not in quarantine; see `shouwen quarantine list`")
    raise typer.Exit(BAD_USAGE)
