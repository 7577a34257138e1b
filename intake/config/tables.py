"""Tables that operators keep as CSV: read with every fault of shape told, whatever Excel did to them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from intake.config.faults import Fault


class Lines(Protocol):
    """A CSV reader: cells line by line, and the number of the last line read."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...
    def __next__(self) -> list[str]: ...


Row = tuple[int, dict[str, str]]
"""The line of the table, from 1, and its cells by column."""


def table_rows(
    path: Path, columns: Sequence[str], needed: Sequence[str], key: str, faults: list[Fault]
) -> Iterator[Row]:
    """The rows of a CSV file that are filled; what is wrong with its shape goes into `faults`."""
    text = _csv_text(path, key, faults)
    if text is None:
        return
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        yield from _rows(reader, path, columns, needed, faults)
    except csv.Error as fault:
        mend = "save the table as CSV UTF-8"
        place = f"{path.name}:{reader.line_num}"
        faults.append(Fault(key, path.name, f"cannot be read as CSV: {fault}", mend, place))


def _rows(
    reader: Lines, path: Path, columns: Sequence[str], needed: Sequence[str], faults: list[Fault]
) -> Iterator[Row]:
    header = [cell.strip().lower() for cell in next(reader, [])]
    missing = [column for column in needed if column not in header]
    unknown = [column for column in header if column and column not in columns]
    place, mend = f"{path.name}:1", f"let the first line be {','.join(columns)}"
    faults += [Fault(column, "", "the column is missing", mend, place) for column in missing]
    faults += [Fault(column, "", "unknown column", mend, place) for column in unknown]
    if missing:
        return
    for values in reader:
        cells = [value.strip() for value in values]
        if not any(cells):
            continue
        place = f"{path.name}:{reader.line_num}"
        if fault := _torn(cells, len(header), place):
            faults.append(fault)
            continue
        row = dict.fromkeys(columns, "") | dict(zip(header, cells, strict=False))
        row = {column: row[column] for column in columns}
        empty = [column for column in needed if not row[column]]
        faults += [Fault(column, "", "the cell is empty", "fill it in", place) for column in empty]
        if not empty:
            yield reader.line_num, row


def _torn(cells: Sequence[str], columns: int, place: str) -> Fault | None:
    """What is wrong with a line whose cells are not those of its columns."""
    if any("\n" in cell for cell in cells):
        # One stray quote would otherwise swallow all units below it without a word.
        mend = 'close the quote, or write "" for a quote inside a cell'
        return Fault(cells[0], "", "a quote is not closed, or a cell holds a line break", mend, place)
    if any(cells[columns:]):
        mend = 'put a cell that holds a comma in quotes, and part several values by ";"'
        return Fault(cells[0], "", "more cells than the first line has columns", mend, place)
    return None


def _csv_text(path: Path, key: str, faults: list[Fault]) -> str | None:
    """The file as text; UTF-8 with or without a mark, else GBK as Chinese Excel writes it."""
    try:
        raw = path.read_bytes()
    except OSError as fault:
        mend = f"put the table there, or name it in [campaign] {key} (relative to the campaign file)"
        faults.append(Fault(key, path.name, f"cannot be read: {fault.strerror}", mend, str(path)))
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        # One bad byte in a UTF-8 table, taken for GBK, would turn every name in it into another.
        if _mostly_utf8(raw):
            line = raw[: fault.start].count(b"\n") + 1
            what, mend = "a character is damaged", "write it anew and save the table as CSV UTF-8"
            faults.append(Fault(key, path.name, what, mend, f"{path.name}:{line}"))
            return None
    with suppress(UnicodeDecodeError):
        return raw.decode("gb18030")
    faults.append(Fault(key, path.name, "is neither UTF-8 nor GBK", "save it as CSV UTF-8", path.name))
    return None


def _mostly_utf8(raw: bytes) -> bool:
    """True where all but a few of the characters beyond ASCII are good UTF-8; GBK text has next to none."""
    text = raw.decode("utf-8", "replace")
    beyond = sum(not letter.isascii() for letter in text)
    return text.count("\ufffd") * 5 < beyond


def several(cell: str) -> tuple[str, ...]:
    """The values of one cell, parted by ";"."""
    return tuple(part.strip() for part in re.split(r"[;；]", cell) if part.strip())
