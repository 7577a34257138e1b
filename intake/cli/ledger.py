"""Commands on the ledger: status, export, decide."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from intake import clock
from intake.cli.shared import no_such_nomination, opened, out, screen
from intake.domain.letters.unread import damaged_line, unfetched_line
from intake.domain.scans.inspection_cost import tally
from intake.service.overview import ledger_table, restored_line, scans_account, service_lines
from intake.staff.export import export
from store import reports
from store.database import audit, restored
from store.database.engine import viewing
from store.mail import damage, scan_evidence


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


def status(
    context: typer.Context, number: Annotated[str | None, typer.Argument(metavar="[NUMBER]")] = None
) -> None:
    """The ledger at a glance, or all about one nomination."""
    with opened(context.obj, reads=True) as parts:
        if number is None:
            with viewing(parts.engine) as cn:
                account = scans_account(tally(scan_evidence.looked_at(cn)))
                damaged, unfetched = damage.told(cn), damage.unfetched(cn)
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
            no_such_nomination(number)
        # A form and its scan are held against each other: rooms that the list of all does without.
        from intake.service.nomination_account import nomination_account

        said = nomination_account(parts, found[0], scan, events)
        out.print(said, markup=False, highlight=False, soft_wrap=True)


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
