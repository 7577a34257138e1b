"""Commands on the ledger: status, export, decide."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from intake import clock
from intake.cli.shared import BAD_USAGE, NEEDS_PERSON, opened, out, screen
from intake.domain.campaign.terms import Words
from intake.domain.campaign.wording import LETTER_STATE_NAMES, role_name, state_name
from intake.domain.letters.staff_hints import finding_account, kind_name
from intake.domain.letters.unread import damaged_line, unfetched_line
from intake.domain.model.document import Document
from intake.domain.model.lifecycle import Refused
from intake.domain.model.mail import LETTER_NAMES
from intake.domain.model.nomination import Action
from intake.domain.scans.inspection_cost import tally
from intake.domain.text.calendar import moment
from intake.service.bootstrap import Parts
from intake.service.overview import ledger_table, restored_line, scan_account, scans_account, service_lines
from intake.service.pipeline import judge
from intake.staff.decision import TOLD_OF_ITSELF, NoSuchNomination, decide
from intake.staff.export import export
from store import reports
from store.database import audit, restored
from store.database.engine import viewing
from store.mail import attention, damage, scan_evidence


class What(StrEnum):
    """What can be exported."""

    NOMINATIONS = "nominations"
    MESSAGES = "messages"
    LETTERS = "letters"


class ExportFormat(StrEnum):
    """In which forms."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


def register(app: typer.Typer) -> None:
    """Adds the commands of this chapter."""
    app.command()(status)
    app.command("export")(export_rows)
    app.command("decide")(decide_nomination)


def status(
    context: typer.Context, number: Annotated[str | None, typer.Argument(metavar="[NUMBER]")] = None
) -> None:
    """The ledger at a glance, or all about one nomination."""
    with opened(context.obj, reads=True) as parts:
        if number is None:
            with viewing(parts.engine) as cn:
                account = scans_account(tally(scan_evidence.looked_at(cn)))
                damaged, unfetched = damage.told(cn), attention.unfetched(cn)
                back = restored.last(cn)
            out.print(ledger_table(parts))
            for said in service_lines(parts):
                out.print(said, markup=False, highlight=False, soft_wrap=True)
            if back:
                out.print(restored_line(back), markup=False, highlight=False, soft_wrap=True)
            for said in map(damaged_line, damaged):
                out.print(said, markup=False, highlight=False, soft_wrap=True)
            for said in map(unfetched_line, unfetched):
                out.print(said, markup=False, highlight=False, soft_wrap=True)
            if account:
                out.print(account, markup=False, highlight=False)
            return
        with viewing(parts.engine) as cn:
            found = reports.nominations(cn, clock.SHANGHAI, number)
            events = audit.of_nomination(cn, number)
            scan = scan_evidence.scans_of(cn, number)
        if not found:
            _no_such(number)
        _show_one(parts, found[0], scan, events)


def _show_one(
    parts: Parts, row: reports.Row, scan: Sequence[Document], events: Sequence[audit.AuditEvent]
) -> None:
    campaign, words = parts.loaded.campaign, parts.loaded.campaign.words
    lines = [
        f"{row['number']}  {state_name(row['state'])}",
        f"{words.unit}  {row['unit']['name'] or '（待核）'}",
        f"类别      {campaign.category_name(row['category'])}",
        f"{words.nominee}  {row['nominee'] or '（待核）'}",
        f"收到时间  {row['received_at']}",
        "",
        "材料",
        *(
            f"  {role_name(d['role'], words)}  {d['filename']}  {'' if d['current'] else '（旧版本）'}"
            f"{'（发件人未经验证）' if d['authentication'] == 'unverified' else ''}"
            for d in row["documents"]
        ),
        "",
        "扫描件所见",
        *scan_account(parts, row, scan),
        "",
        "检查情况",
        *(f"  [{_weight(f, words)}] {finding_account(f, words)}" for f in row["findings"]),
        "",
        "填报内容",
        *(f"  {campaign.field_label(n, row['category'])}：{f['text']}" for n, f in row["fields"].items()),
        "",
        "往来信函",
        *(
            f"  {LETTER_NAMES[item['kind']]} {item['reference']} {LETTER_STATE_NAMES[item['state']]}"
            for item in row["letters"]
        ),
        "",
        "经过",
        *(f"  {moment(e.at)}  {e.actor}  {e.verb}  {e.detail}" for e in events),
    ]
    out.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)


def _weight(finding: reports.Row, words: Words) -> str:
    """Where a finding goes, and of a doubt its kind: review · 扫描件归属不明."""
    return " · ".join(filter(None, (finding["severity"], kind_name(finding, words))))


def export_rows(
    context: typer.Context,
    what: What,
    form: Annotated[ExportFormat, typer.Option("--format", help="json, csv or xlsx.")] = ExportFormat.JSON,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="A file; - or none: to standard output.")
    ] = None,
) -> None:
    """The ledger as data."""
    with opened(context.obj, reads=True) as parts:
        content = export(parts.engine, what.value, form.value)
    if output is None or str(output) == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        output.write_bytes(content)
        screen.print(f"saved: {output}", markup=False, soft_wrap=True)


def decide_nomination(
    context: typer.Context,
    number: str,
    action: Action,
    by: Annotated[str, typer.Option("--by", help="Who decides.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; the unit reads it where it is told.")],
    tell: Annotated[
        bool | None,
        typer.Option("--tell/--no-tell", help="Tell the unit (if not said: of return, reject, withdraw)."),
    ] = None,
    say: Annotated[
        str, typer.Option("--say", help="What the unit reads in place of the reason.", show_default=False)
    ] = "",
) -> None:
    """A person's decision, recorded; it outranks every rule."""
    if not by.strip() or not reason.strip():
        raise typer.BadParameter("--by and --reason must say something")
    if say.strip() and tell is False:
        raise typer.BadParameter("--say is what the unit reads: it goes with --tell")
    wanted = (action in TOLD_OF_ITSELF or bool(say.strip())) if tell is None else tell
    with opened(context.obj) as parts:
        try:
            told = (say.strip() or reason) if wanted else None
            outcome = decide(parts.engine, number, action, by, reason, told, parts.loaded.units)
        except NoSuchNomination:
            _no_such(number)
        except Refused as fault:
            screen.print(f"{number}: {fault}; see `shouwen status {number}`", markup=False, soft_wrap=True)
            raise typer.Exit(NEEDS_PERSON) from None
        with parts.sandbox() as sandbox:
            judge(parts, sandbox)
        settle = parts.settings.letters.settle_seconds
    out.print(f"{number}: {state_name(outcome.state)} ({outcome.state})", markup=False)
    if outcome.is_told:
        said = "decide again to change it" if settle else "it goes with the next pass"
        screen.print(f"the unit is told by letter after {settle} s; {said}", soft_wrap=True)
    elif wanted:
        screen.print("no mail of the unit may be answered: tell it by telephone", soft_wrap=True)
        raise typer.Exit(NEEDS_PERSON)


def _no_such(number: str) -> NoReturn:
    said = f"no nomination has the number {number}; `shouwen status` lists them"
    screen.print(said, markup=False, soft_wrap=True)
    raise typer.Exit(BAD_USAGE)
