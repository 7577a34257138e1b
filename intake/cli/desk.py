"""Commands of whoever works through the ledger: the desk itself, and the search."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Annotated

import typer

from intake import clock
from intake.cli.shared import DONE, NEEDS_PERSON, AsJson, complain, opened, out, print_json, print_said
from intake.config.language import either, said, when
from intake.domain.campaign.wording import LETTER_STATE_NAMES, state_name
from intake.domain.model.mail import LETTER_NAMES
from intake.service.bootstrap import Parts
from intake.staff import worklist
from store.database.engine import viewing, writing
from store.mail import settlement


def desk(context: typer.Context) -> None:
    """The page at which staff act, until SIGTERM; `shouwen run` serves it too where [desk] stands."""
    from intake.desk.server import serving
    from intake.service.watchdog import stop_on_signals
    from intake.staff.accounts import Accounts

    stop = threading.Event()
    stop_on_signals(stop)
    with (
        opened(context.obj, stop=stop) as parts,
        parts.sandbox() as sandbox,
        serving(parts, sandbox) as settings,
    ):
        if not Accounts(parts.engine).listed():
            complain("nobody can log in yet: shouwen staff add NAME --role decide")
        complain(f"the desk is at {settings.link}; Ctrl-C ends it")
        while not stop.wait(1.0):
            pass


def find(
    context: typer.Context,
    text: str,
    as_json: AsJson = False,
) -> None:
    """Nominations, units, mails and letters that bear a text: a number, a name, a unit, an address."""
    with opened(context.obj, reads=True) as parts:
        with viewing(parts.engine) as cn:
            found = worklist.find(cn, parts.loaded, text)
        lines = list(_lines(parts, found))
    if as_json:
        units = [unit.model_dump() for unit in found.units]
        rows = {"nominations": found.nominations, "mails": found.mails, "letters": found.letters}
        print_json({**rows, "units": units})
    elif lines:
        out.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)
    else:
        complain(f"nothing bears {text!r}")
    raise typer.Exit(DONE if lines else NEEDS_PERSON)


By = Annotated[str, typer.Option("--by", help="The name of the person who does it.")]


def answer(
    context: typer.Context,
    message: Annotated[int, typer.Argument(help="The number of the mail, as the digest has it.")],
    by: By,
    text: Annotated[str, typer.Option("--text", help="The answer, a paragraph a line.")] = "",
    reply: Annotated[str, typer.Option("--reply", help="The title of a saved reply, instead.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the letter, and write none.")] = False,
) -> None:
    """Answers a question in a letter to whoever asked; without words it lists the saved replies."""
    from intake.config.replies import load_replies
    from intake.letters.answers import NoQuestion, Unanswerable

    if not by.strip():
        raise typer.BadParameter("--by must say something")
    with opened(context.obj) as parts:
        settings = parts.settings.desk
        saved = load_replies(settings.replies if settings else None, parts.loaded.campaign)
        words = text or next((item.text for item in saved if item.title == reply), "")
        if not words.strip():
            told = "\n".join(f"{item.title}\n{item.text}\n" for item in saved)
            out.print(told, markup=False, highlight=False, soft_wrap=True)
            raise typer.BadParameter("say --text, or name a saved reply with --reply")
        try:
            if dry_run:
                ahead = parts.answerer().ahead(message, words)
                letter = f"To: {ahead.to}\nSubject: {ahead.letter.subject}\n\n{ahead.letter.text}"
                out.print(letter, markup=False, highlight=False, soft_wrap=True)
                return
            written = parts.answerer().answer(message, words, by.strip())
        except Unanswerable as fault:
            complain(f"mail {message}: {fault}")
            raise typer.Exit(NEEDS_PERSON) from None
        except NoQuestion:
            complain(f"mail {message} is no question that waits")
            raise typer.Exit(NEEDS_PERSON) from None
    print_said(f"letter {written.letter} to {written.to}: {written.state}")


def settle(
    context: typer.Context,
    message: Annotated[int, typer.Argument(help="The number of the mail, as the digest has it.")],
    by: By,
    reason: Annotated[str, typer.Option("--reason", help="What was done, or why nothing needs to be.")],
) -> None:
    """A mail needs nobody any longer: it leaves work list and digest; its papers stay what they are."""
    if not by.strip() or not reason.strip():
        raise typer.BadParameter("--by and --reason must say something")
    with opened(context.obj) as parts, writing(parts.engine) as cn:
        done = settlement.settle(cn, message, by.strip(), reason.strip(), clock.now())
    if not done:
        complain(f"there is no mail {message}, or it is settled already")
        raise typer.Exit(NEEDS_PERSON)
    print_said(f"mail {message}: settled")


def _lines(parts: Parts, found: worklist.SearchResult) -> Iterator[str]:
    campaign, unclear = parts.loaded.campaign, said("（待核）")
    for row in found.nominations:
        category = either(row["category"] or unclear, campaign.category_name(row["category"]))
        what = (category, row["nominee"] or unclear, row["unit"] or unclear)
        yield "  ".join((row["number"], either(row["state"], state_name(row["state"])), *what))
    if found.count > len(found.nominations):
        yield said(f"（另有{found.count - len(found.nominations)}项）")
    for unit in found.units:
        yield "  ".join(filter(None, (said("单位"), unit.name, unit.phone, "、".join(unit.addresses))))
    for mail in found.mails:
        at, subject = when(mail["received_at"]), mail["subject"] or said("（无主题）")
        yield "  ".join((said(f"邮件{mail['id']}"), at, mail["claimed_from"] or "", subject))
    for item in found.letters:
        kind = either(item["kind"], LETTER_NAMES[item["kind"]])
        state = either(item["state"], LETTER_STATE_NAMES[item["state"]])
        yield "  ".join((said(f"信函{item['id']}"), kind, state, item["to"], item["subject"]))
