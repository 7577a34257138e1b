"""The ledger as data for others: JSON, CSV and xlsx of the same rows."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from sqlalchemy.engine import Engine

from intake import clock
from store import reports
from store.database.engine import viewing

What = Literal["nominations", "messages", "letters"]
Format = Literal["json", "csv", "xlsx"]

_SOURCES: Mapping[str, Callable[..., list[reports.Row]]] = {
    "nominations": reports.nominations,
    "messages": reports.messages,
    "letters": reports.letters,
}
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "nominations": (
        "number", "state", "category", "nominee", "unit.name", "unit.kind", "unit.known", "received_at",
        "documents", "findings", "letters", "fields",
    ),
    "messages": (
        "id", "message_id", "folder", "uid", "content_hash", "received_at", "claimed_from", "subject", "kind",
        "state", "documents", "attachments", "left_out", "wants_read_receipt",
        "authentication", "authentication_said", "classified",
    ),
    "letters": (
        "id", "kind", "to", "subject", "message_id", "in_reply_to", "state", "attempts", "sent_at",
        "nominations", "reference", "trouble", "unit_name",
    ),
}  # fmt: skip
CELL_LIMIT = 32_767
"""Characters that Excel keeps in a cell; JSON and CSV hold the whole."""

FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that make a spreadsheet compute what a stranger wrote."""


def export(engine: Engine, what: What, form: Format) -> bytes:
    """The rows in the form asked for, in UTF-8; csv and xlsx have the flattened keys as columns."""
    with viewing(engine) as cn:
        rows = _SOURCES[what](cn, clock.SHANGHAI)
    if form == "json":
        return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode()
    flat = [_flat(row) for row in rows]
    return _csv(flat, _COLUMNS[what]) if form == "csv" else _xlsx(flat, _COLUMNS[what])


def _flat(row: reports.Row) -> dict[str, Any]:
    """Nested objects become dotted columns, lists and free objects JSON text in one cell."""
    flat: dict[str, Any] = {}
    for key, value in row.items():
        if key == "unit":
            flat |= {f"unit.{inner}": found for inner, found in value.items()}
        elif isinstance(value, list | dict):
            flat[key] = json.dumps(value, ensure_ascii=False)
        else:
            flat[key] = value
    return flat


def _csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_harmless(row[column]) for column in columns])
    return out.getvalue().encode()


def _harmless(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets an apostrophe before it (as OWASP advises)."""
    if isinstance(value, str) and value.startswith(FORMULA_MARKS):
        return "'" + value
    return value


def _xlsx(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> bytes:
    # Here and not above: it brings numpy with it, and most exports are JSON.
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet("export")
    sheet.append(list(columns))
    for row in rows:
        cells = []
        for column in columns:
            value = row[column]
            if isinstance(value, str):
                value = ILLEGAL_CHARACTERS_RE.sub("", value)[:CELL_LIMIT]
            cell = WriteOnlyCell(sheet, value)
            if isinstance(value, str):
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
