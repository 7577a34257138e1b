"""Where the values of a Word form stand: beside, below or after their labels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from intake.domain.facts import Cell, Table, WordFacts
from intake.domain.labels import Label, Labels
from intake.domain.lines import LONGEST_INLINE, Entry, line_entries, running_entries, without_rules

MOST_LABELS = 2000
"""Labels of one document that are looked at: a form has about 40, a whole unit's forms about 1000."""
TOP_ROWS = 5
"""Rows of a table in which a header is looked for."""
LINES_OF_A_FORM = 3
"""Lines with labels that make a long cell a form of its own instead of prose."""

_PICTURE = re.compile(r"照\s*片|相\s*片")


def entries(facts: WordFacts, labels: Labels) -> list[Entry]:
    """Every known label of a Word form with its value, in reading order; at most `MOST_LABELS`."""
    return list(islice(_entries(facts, labels), MOST_LABELS))


def _entries(facts: WordFacts, labels: Labels) -> Iterator[Entry]:
    lines: list[tuple[str, str]] = []
    paragraphs = tables = 0
    for block in facts.blocks:
        if isinstance(block, Table):
            tables += 1
            yield from running_entries(lines, labels)
            lines = []
            yield from _table_entries(block, tables, labels)
        else:
            paragraphs += 1
            lines += [(line, f"第{paragraphs}段") for line in block.text.splitlines() if line.strip()]
    yield from running_entries(lines, labels)


def header_rows(table: Table, labels: Labels) -> Iterator[tuple[int, int]]:
    """The top rows made of labels alone (two at least), each with how many filled rows stand below it."""
    for index, row in enumerate(table.rows[:TOP_ROWS]):
        if _is_header(row, labels):
            below = table.rows[index + 1 :]
            filled = [
                r for r in below if sum(bool(c.text.strip()) for c in r) > 1 and not _is_header(r, labels)
            ]
            yield index, len(filled)


def names_label(label: Label | None, field: str) -> bool:
    """True for a label that may mean the field."""
    return label is not None and any(known.name == field for known in label.fields)


def _table_entries(table: Table, number: int, labels: Labels) -> Iterator[Entry]:
    above: tuple[Cell, ...] = ()
    for index, row in enumerate(table.rows):
        place = f"表格{number}第{index + 1}行"
        below = table.rows[index + 1] if index + 1 < len(table.rows) else ()
        header = _is_header(row, labels) and _heads(row, below, labels)
        taken: set[int] = set()
        for position, cell in enumerate(row):
            if position in taken:
                continue
            known = labels.find(cell.text)
            if known is None:
                yield from _cell_entries(cell, place, labels)
                continue
            value = _below(cell, below) if header else _right(row, position, labels, taken)
            if value is None and len(row) == 1:
                value = _below(cell, below) if not _holds_label(below, labels) else None
            if cell in above and not header and (value is None or value in above):
                # A cell merged downwards stands in each of its rows and counts once.
                continue
            text = without_rules(value.text).strip() if value else ""
            astray = not header and not text and _strays(row, position, labels)
            yield Entry(known, text, place, strong=True, sure=not astray)
        above = row


def _right(row: Sequence[Cell], position: int, labels: Labels, taken: set[int]) -> Cell | None:
    """The next cell to the right, unless it is a label itself; it is then no longer free."""
    if position + 1 >= len(row) or labels.find(row[position + 1].text):
        return None
    taken.add(position + 1)
    return row[position + 1]


def _strays(row: Sequence[Cell], position: int, labels: Labels) -> bool:
    """True where one text that no label claims stands behind the empty cell beside a label.

    It may be the label's value, in a table whose cells were drawn by hand; two such texts
    are a label that we do not know and its value.
    """
    behind: list[str] = []
    for cell in row[position + 2 :]:
        if labels.find(cell.text):
            break
        if cell.text.strip() and not _PICTURE.search(cell.text):
            behind.append(cell.text)
    return len(behind) == 1


def _below(cell: Cell, below: Sequence[Cell]) -> Cell | None:
    return next((other for other in below if other.column <= cell.column < other.column + other.span), None)


def _is_header(row: Sequence[Cell], labels: Labels) -> bool:
    filled = [cell for cell in row if cell.text.strip()]
    known = sum(labels.find(cell.text) is not None for cell in filled)
    # 序号, 照片 and the like are no labels of fields, but head a column all the same.
    # An empty cell between labels is the blank of a form, not a header.
    return len(filled) == len(row) and known >= 2 and known >= len(filled) - 1


def _heads(row: Sequence[Cell], below: Sequence[Cell], labels: Labels) -> bool:
    """True where the values of a row of labels stand in the row below.

    A text among them that is no label may be the value of the one before it, as long as some label
    has nothing below.
    """
    if not below or _holds_label(below, labels):
        return False
    own = [cell for cell in row if labels.find(cell.text)]
    return len(own) == len(row) or all((value := _below(c, below)) and value.text.strip() for c in own)


def _holds_label(row: Sequence[Cell], labels: Labels) -> bool:
    return any(labels.find(cell.text) for cell in row)


def _cell_entries(cell: Cell, place: str, labels: Labels) -> Iterator[Entry]:
    """Labels inside a cell: "成立时间：2017年3月", the label as the cell's first line, or a whole form."""
    lines = [line for line in cell.text.splitlines() if line.strip()]
    known = labels.find(lines[0]) if lines else None
    inner = [line for line in lines[1:] if labels.find(line) or _begins(line, labels)]
    if known and len(lines) > 1 and len(inner) < 2:
        yield Entry(known, "\n".join(lines[1:]).strip(), place, strong=True)
    elif len(cell.text) <= LONGEST_INLINE or len(inner) >= LINES_OF_A_FORM:
        yield from running_entries([(line, place) for line in lines], labels)


def _begins(line: str, labels: Labels) -> bool:
    """True for a line in which a label has its value: "姓名：张三"."""
    return len(line) <= LONGEST_INLINE and any(True for _ in line_entries(line, "", labels))
