"""A 台账.xlsx that staff have filled in, read back: which decisions its columns 意见, 理由, 办理人 ask for.

The file comes from a person's machine: it is bounded in size, nothing in it is computed, and a row that
says nothing certain is told with its place and left out.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from intake.domain.campaign.wording import ACT_NAMES
from intake.domain.model.nomination import Action
from intake.staff.decision import MOST_WORDS
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


@dataclass(frozen=True, slots=True)
class AskedDecision:
    """What a row asks for; `state` is the name of the state that it shows, "" where it shows none."""

    row: int
    number: str
    action: Action
    reason: str
    by: str
    state: str


@dataclass(frozen=True, slots=True)
class UnclearRow:
    """A row that cannot be carried out as it stands, and why."""

    row: int
    number: str
    why: str


def asked_in(data: bytes, by: str) -> list[AskedDecision | UnclearRow]:
    """What the rows of a workbook ask for, in their order; raises `NoLedgerBook`.

    `by` decides where a row names nobody.  Rows without 意见 and 理由 ask for nothing.
    """
    return asked(book_rows(data), by)


def asked(rows: Iterable[BookRow], by: str) -> list[AskedDecision | UnclearRow]:
    """The same of rows that have been read; a number that several rows decide on is unclear in each."""
    found = [_asked(row, by) for row in rows if _text(row, ACTION) or _text(row, REASON)]
    times = Counter(item.number for item in found if item.number)
    return [
        UnclearRow(item.row, item.number, "another row decides on this number too")
        if times[item.number] > 1
        else item
        for item in found
    ]


def _asked(row: BookRow, by: str) -> AskedDecision | UnclearRow:
    number, said, reason = (_text(row, heading) for heading in (NUMBER, ACTION, REASON))
    number = unicodedata.normalize("NFKC", number).upper()
    action = next((action for action, name in ACT_NAMES.items() if name == said), None)
    if row.formulas:
        why = f"a formula stands in {'、'.join(sorted(row.formulas))}"
    elif not number:
        why = f"{NUMBER} is empty"
    elif not said:
        why = f"{ACTION} is empty"
    elif action is None:
        why = f"{ACTION} “{said[:20]}” is none of {'、'.join(ACT_NAMES.values())}"
    elif not reason:
        why = f"{REASON} is empty"
    elif len(reason) > MOST_WORDS:
        why = f"{REASON} has more than {MOST_WORDS} characters"
    else:
        return AskedDecision(row.row, number, action, reason, _text(row, CLERK) or by, _text(row, STATE))
    return UnclearRow(row.row, number, why)


def _text(row: BookRow, heading: str) -> str:
    return row.texts.get(heading, "").strip()


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
    except _DAMAGED as fault:
        raise NoLedgerBook("it is no workbook (xlsx), or a damaged one") from fault
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
