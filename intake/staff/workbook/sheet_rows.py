"""The rows of a 台账.xlsx that came back, as its sheet holds them: bounded in size, nothing computed.

The file comes from a person's machine, or in a mail: this knows nothing of store and service, so that it
can be read behind the sandbox's walls.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from intake.staff.workbook.ledger_book import ACTION, CLERK, NUMBER, REASON, STATE

MOST_BYTES = 30_000_000
"""Of the file; a ledger of 3,000 nominations has a fiftieth of it."""

MOST_UNPACKED = 300_000_000
"""Bytes of its parts, as its directory tells them."""

MOST_ROWS = 20_000
"""Rows with something in them."""

_SHEET_ROWS, _SHEET_COLUMNS = 1_048_576, 100
"""Rows that a sheet of Excel has, and columns that are looked at."""

_HEADINGS_WITHIN = 10
"""Rows at the top of a sheet in which its headings stand."""

_NEEDED = (NUMBER, ACTION, REASON, CLERK)
_READ = (*_NEEDED, STATE)

_DAMAGED = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, EOFError, NotImplementedError, RuntimeError,
    # What openpyxl raises for parts that are missing or odd; faults of XML are SyntaxErrors.
    LookupError, ValueError, TypeError, AttributeError, SyntaxError,
)  # fmt: skip


class NoLedgerBook(ValueError):
    """The file is no 台账: why, in one line."""


@dataclass(frozen=True, slots=True)
class BookRow:
    """A row of the sheet, counted from 1: its texts by heading, and under which of these stand formulas."""

    row: int
    texts: Mapping[str, str]
    formulas: frozenset[str] = frozenset()


def rows_of_file(path: Path) -> list[BookRow]:
    """The same of a file, for a child process; raises `NoLedgerBook`."""
    return book_rows(path.read_bytes())


def book_rows(data: bytes) -> list[BookRow]:
    """The rows below the headings of the sheet that has the columns; raises `NoLedgerBook`."""
    if len(data) > MOST_BYTES:
        raise NoLedgerBook(f"it is larger than {MOST_BYTES // 1_000_000} MB")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            unpacked = sum(entry.file_size for entry in parts.infolist())
        if unpacked > MOST_UNPACKED:
            raise NoLedgerBook(f"it unpacks to more than {MOST_UNPACKED // 1_000_000} MB")
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        for sheet in book.worksheets:
            if (rows := _rows(sheet)) is not None:
                return rows
    except NoLedgerBook:
        raise
    except _DAMAGED:
        # Their own words repeat what stands in a cell, which goes into no log.
        raise NoLedgerBook("it is no workbook (xlsx), or a damaged one") from None
    raise NoLedgerBook(f"no sheet of it has the columns {'、'.join(_NEEDED)}")


def _rows(sheet: Any) -> list[BookRow] | None:
    # Other programs than Excel write a size that is not the sheet's.
    sheet.reset_dimensions()
    lines = enumerate(sheet.iter_rows(max_row=_SHEET_ROWS, max_col=_SHEET_COLUMNS), 1)
    for row, cells in lines:
        columns = _columns(cells)
        if columns.keys() >= set(_NEEDED):
            return list(_filled(lines, columns))
        if row == _HEADINGS_WITHIN:
            break
    return None


def _columns(cells: Sequence[Any]) -> dict[str, int]:
    headings = {str(cell.value).strip(): place for place, cell in enumerate(cells) if cell.value is not None}
    return {heading: headings[heading] for heading in _READ if heading in headings}


def _filled(lines: Iterator[tuple[int, Sequence[Any]]], columns: Mapping[str, int]) -> Iterator[BookRow]:
    count = 0
    for row, cells in lines:
        found = {
            heading: cells[place]
            for heading, place in columns.items()
            if place < len(cells) and cells[place].value is not None
        }
        if not found:
            continue
        count += 1
        if count > MOST_ROWS:
            raise NoLedgerBook(f"it has more than {MOST_ROWS} rows")
        formulas = frozenset(heading for heading, cell in found.items() if cell.data_type == "f")
        yield BookRow(row, {heading: str(cell.value) for heading, cell in found.items()}, formulas)
