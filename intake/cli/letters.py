"""Commands on letters: list, show, release, hold; and on the addresses from which they came back."""

from __future__ import annotations

import getpass
from email import message_from_string, policy
from typing import Annotated, NoReturn

import typer

from intake import clock
from intake.cli.shared import (
    BAD_USAGE,
    NEEDS_PERSON,
    AsJson,
    chapter,
    complain,
    opened,
    out,
    print_json,
    print_said,
    print_table,
)
from intake.config.language import either, said
from intake.domain.campaign.wording import LETTER_STATE_NAMES
from intake.domain.model.mail import LETTER_NAMES, LetterState
from intake.staff import letters as staff_letters
from intake.staff.letters import LetterMove, Moved
from store import reports
from store.database.engine import viewing, writing
from store.letters import restored_letters, returns

app = chapter()

HEADERS = ("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To")


@app.command("list")
def list_letters(context: typer.Context, as_json: AsJson = False) -> None:
    """All letters with their states."""
    with opened(context.obj, reads=True) as parts, viewing(parts.engine) as cn:
        rows = reports.letters(cn, clock.SHANGHAI)
    if as_json:
        print_json(rows)
        return
    print_table(
        ("ID", "Kind", "State", "To", "Subject", "Sent at", "Trouble"),
        (
            (
                str(row["id"]),
                either(row["kind"], LETTER_NAMES[row["kind"]]),
                either(row["state"], LETTER_STATE_NAMES[row["state"]]),
                row["to"],
                row["subject"],
                row["sent_at"] or "",
                said(row["trouble"] or ""),
            )
            for row in rows
        ),
    )


@app.command()
def show(context: typer.Context, letter: int) -> None:
    """One letter as it is or was sent, in plain text."""
    with opened(context.obj, reads=True) as parts, viewing(parts.engine) as cn:
        raw = reports.raw_letter(cn, letter)
        row = next((item for item in reports.letters(cn, clock.SHANGHAI) if item["id"] == letter), None)
    if raw is None or row is None:
        _no_such(letter)
    if not raw:
        out.print(
            f"To: {row['to']}\nSubject: {row['subject']}\n", markup=False, highlight=False, soft_wrap=True
        )
        print_said(row["trouble"] or "")
        print_said(f"once that is mended it is written anew: shouwen letters release {letter}")
        return
    mail = message_from_string(raw.decode(), policy=policy.default)
    body = mail.get_body(("plain",))
    head = "\n".join(f"{name}: {mail[name]}" for name in HEADERS if mail[name])
    text = body.get_content() if body else ""
    out.print(f"{head}\n\n{text}", markup=False, highlight=False, soft_wrap=True)


@app.command()
def release(
    context: typer.Context,
    letter: Annotated[int | None, typer.Argument()] = None,
    of_restore: Annotated[
        bool, typer.Option("--restored", help="All that are held since the store was restored.")
    ] = False,
) -> None:
    """Lets a held or dead letter go out at the next delivery; what could not be written is written anew."""
    if of_restore == (letter is not None):
        raise typer.BadParameter("name a letter, or say --restored")
    with opened(context.obj) as parts:
        if letter is not None:
            move = staff_letters.release(parts.engine, letter, getpass.getuser())
            _say(letter, move, LetterState.QUEUED, staff_letters.RELEASED_FROM)
            return
        with viewing(parts.engine) as cn:
            waiting = [held for held in restored_letters.held(cn) if not returns.blocked_address(cn, held)]
        for held in waiting:
            move = staff_letters.release(parts.engine, held, getpass.getuser())
            _say(held, move, LetterState.QUEUED, staff_letters.RELEASED_FROM)


@app.command()
def hold(context: typer.Context, letter: int) -> None:
    """Keeps a queued letter back until it is released."""
    with opened(context.obj) as parts:
        move = staff_letters.hold(parts.engine, letter, getpass.getuser())
    _say(letter, move, LetterState.HELD, staff_letters.HELD_FROM)


@app.command()
def unblock(
    context: typer.Context,
    address: str,
    by: Annotated[str, typer.Option("--by", help="The name of the person who asked the unit.")],
    reason: Annotated[str, typer.Option("--reason", help="What the person found out.")],
) -> None:
    """Lets letters go again to an address from which one came back."""
    if not by.strip() or not reason.strip():
        raise typer.BadParameter("--by and --reason must say something")
    with opened(context.obj) as parts, writing(parts.engine) as cn:
        held = returns.unblock(cn, address.strip(), clock.now(), by.strip(), reason.strip())
    if held is None:
        complain(f"no letter to {address} came back, or it was cleared before")
        raise typer.Exit(BAD_USAGE)
    print_said(f"{address}: letters may go again")
    for letter in held:
        print_said(f"held meanwhile: shouwen letters release {letter}")


def _say(letter: int, move: LetterMove, to: LetterState, allowed: tuple[LetterState, ...]) -> None:
    match move.moved:
        case Moved.UNKNOWN:
            _no_such(letter)
        case Moved.ANEW:
            print_said(f"letter {letter}: written anew at the next pass")
        case Moved.BLOCKED:
            _blocked(move.address)
        case Moved.REFUSED:
            states = " / ".join(either(state, LETTER_STATE_NAMES[state]) for state in allowed)
            complain(f"letter {letter} is not {states}; see `shouwen letters list`")
            raise typer.Exit(NEEDS_PERSON)
        case Moved.DONE:
            print_said(f"letter {letter}: {to}")


def _blocked(address: str) -> NoReturn:
    lead = f"a letter to {address} came back; once the unit has confirmed its address: "
    complain(f"{lead}shouwen letters unblock {address} --by NAME --reason TEXT")
    raise typer.Exit(NEEDS_PERSON)


def _no_such(letter: int) -> NoReturn:
    complain(f"there is no letter {letter}; see `shouwen letters list`")
    raise typer.Exit(BAD_USAGE)
