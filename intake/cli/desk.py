"""Commands of whoever works through the ledger: the desk itself, and the search."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import typer

from intake.cli.shared import DONE, NEEDS_PERSON, AsJson, opened, out, print_json, screen
from intake.domain.campaign.wording import LETTER_STATE_NAMES, state_name
from intake.domain.model.mail import LETTER_NAMES
from intake.domain.text.calendar import moment
from intake.service.bootstrap import Parts
from intake.service.daemon import stop_on_signals
from intake.staff import worklist
from store.database.engine import viewing


def desk(context: typer.Context) -> None:
    """The page at which staff act, until SIGTERM; `shouwen run` serves it too where [desk] stands."""
    from intake.desk.server import serving
    from intake.staff.accounts import Accounts

    stop = threading.Event()
    stop_on_signals(stop)
    with (
        opened(context.obj, stop=stop) as parts,
        parts.sandbox() as sandbox,
        serving(parts, sandbox) as settings,
    ):
        if not Accounts(parts.engine).listed():
            screen.print("nobody can log in yet: shouwen staff add NAME --role decide", soft_wrap=True)
        screen.print(f"the desk is at {settings.link}; Ctrl-C ends it", markup=False, soft_wrap=True)
        while not stop.wait(1.0):
            pass


def find(
    context: typer.Context,
    text: str,
    as_json: AsJson = False,
) -> None:
    """Nominations, units, mails and letters that bear a text: a number, a name, a unit, an address."""
    with opened(context.obj) as parts:
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
        screen.print(f"nothing bears {text!r}", markup=False, soft_wrap=True)
    raise typer.Exit(DONE if lines else NEEDS_PERSON)


def _lines(parts: Parts, found: worklist.SearchResult) -> Iterator[str]:
    campaign = parts.loaded.campaign
    for row in found.nominations:
        what = (
            campaign.category_name(row["category"]),
            row["nominee"] or "（待核）",
            row["unit"] or "（待核）",
        )
        yield "  ".join((row["number"], state_name(row["state"]), *what))
    if found.count > len(found.nominations):
        yield f"（另有{found.count - len(found.nominations)}项）"
    for unit in found.units:
        yield "  ".join(filter(None, ("单位", unit.name, unit.phone, "、".join(unit.addresses))))
    for mail in found.mails:
        at = moment(mail["received_at"])
        yield "  ".join(
            (f"邮件{mail['id']}", at, mail["claimed_from"] or "", mail["subject"] or "（无主题）")
        )
    for item in found.letters:
        kind, state = LETTER_NAMES[item["kind"]], LETTER_STATE_NAMES[item["state"]]
        yield "  ".join((f"信函{item['id']}", kind, state, item["to"], item["subject"]))
