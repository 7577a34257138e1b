"""Commands on the ledger: status, export, decide."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from intake import clock
from intake.cli.shared import (
    NEEDS_PERSON,
    AsJson,
    SomeNumber,
    complain,
    no_such_nomination,
    opened,
    out,
    print_json,
    print_said,
)
from intake.domain.letters.unread import damaged_line, unfetched_line
from intake.domain.model.nomination import State
from intake.domain.scans.inspection_cost import tally
from intake.service.bootstrap import Parts
from intake.service.overview import (
    LedgerFilter,
    ledger_rows,
    ledger_table,
    needs_person,
    restored_line,
    scans_account,
    service_lines,
)
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
    context: typer.Context,
    number: SomeNumber = None,
    unit: Annotated[str, typer.Option("--unit", help="Of units whose name holds this.")] = "",
    state: Annotated[State | None, typer.Option("--state", help="In this state.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="No more than these.")] = None,
    as_json: AsJson = False,
) -> None:
    """The ledger at a glance, or all about one nomination; the first ends with 1 where a person is needed."""
    with opened(context.obj, reads=True) as parts:
        if number is None:
            _glance(parts, LedgerFilter(unit, state, limit), as_json=as_json)
            return
        with viewing(parts.engine) as cn:
            found = reports.nominations(cn, clock.SHANGHAI, number)
            events = audit.of_nomination(cn, number)
            scan = scan_evidence.scans_of(cn, number)
        if not found:
            no_such_nomination(number)
        if as_json:
            print_json(found[0])
            return
        # A form and its scan are held against each other: rooms that the list of all does without.
        from intake.service.nomination_account import nomination_account

        account = nomination_account(parts, found[0], scan, events)
        out.print(account, markup=False, highlight=False, soft_wrap=True)


def _glance(parts: Parts, wanted: LedgerFilter, *, as_json: bool) -> None:
    """The list of nominations, and below it what stands in the way of others."""
    if as_json:
        print_json(ledger_rows(parts, wanted))
        return
    with viewing(parts.engine) as cn:
        account = scans_account(tally(scan_evidence.looked_at(cn)))
        damaged, unfetched = damage.told(cn), damage.unfetched(cn)
        back = restored.last(cn)
    table = ledger_table(parts, wanted)
    # Longer than the window: read page by page, as `git log` is.
    paged = out.is_terminal and table.row_count > out.height
    with out.pager(styles=True) if paged else nullcontext():
        out.print(table)
        lines = [*service_lines(parts), *([restored_line(back)] if back else [])]
        for line in (*lines, *map(damaged_line, damaged), *map(unfetched_line, unfetched)):
            print_said(line)
        if account:
            out.print(account, markup=False, highlight=False)
    if waits := needs_person(parts):
        complain(waits)
        raise typer.Exit(NEEDS_PERSON)


def export_rows(
    context: typer.Context,
    what: What,
    form: Annotated[ExportFormat, typer.Option("--format", help="json, csv or xlsx.")] = ExportFormat.JSON,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="A file; - or none: to standard output.")
    ] = None,
) -> None:
    """The ledger as data."""
    to_screen = output is None or str(output) == "-"
    if to_screen and form is ExportFormat.XLSX and sys.stdout.isatty():
        raise typer.BadParameter("a workbook is nothing for a terminal; say -o FILE.xlsx")
    with opened(context.obj, reads=True) as parts:
        content = export(parts.engine, what.value, form.value)
    if output is None or to_screen:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        output.write_bytes(content)
        complain(f"saved: {output}")
