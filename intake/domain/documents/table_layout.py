"""Where the values of a Word form stand: beside, below or after their labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from intake.domain.campaign.campaign import FieldData
from intake.domain.documents.field_values import is_blank
from intake.domain.documents.inline_labels import (
    LONGEST_INLINE,
    Entry,
    in_place,
    is_prose,
    line_entries,
    running_entries,
    without_rules,
)
from intake.domain.documents.labels import Label, Labels, heading_key, heads_prose, label_key
from intake.domain.model.facts import Cell, Table, WordFacts

MOST_LABELS = 2000
"""Labels of one document that are looked at: a form has about 40, a whole unit's forms about 1000."""
TOP_ROWS = 5
"""Rows of a table in which a header is looked for."""
LINES_OF_A_FORM = 3
"""Lines with labels that make a long cell a form of its own instead of prose."""

_Grid = tuple[tuple[int, int], ...]
"""The columns and widths of a row's cells."""

_CONTACT = re.compile(
    r"[一-鿿（）()]{0,12}(?:联系人|联络人|经办人|填表人|填报人|联系方式)(?:信息|情况)?[：:]?"
)
_NUMBERED = re.compile(r"\s*[(（]?[一二三四五六七八九十]{1,3}[)）、.．]")
_PICTURE = re.compile(r"照\s*片|相\s*片")


def entries(facts: WordFacts, labels: Labels) -> list[Entry]:
    """Every known label of a Word form with its value, in reading order; at most `MOST_LABELS`."""
    return list(islice(in_place(_entries(facts, labels)), MOST_LABELS))


def _entries(facts: WordFacts, labels: Labels) -> Iterator[Entry]:
    lines: list[tuple[str, str]] = []
    heading = ""
    paragraphs = tables = 0
    for block in facts.blocks:
        if isinstance(block, Table):
            tables += 1
            yield from _of_block(running_entries(lines, labels), heading)
            lines = []
            yield from _table_entries(block, tables, labels, heading)
            heading = ""
            continue
        paragraphs += 1
        for line in filter(str.strip, block.text.splitlines()):
            if (headed := labels.heading(line)) or (heading and _NUMBERED.match(line)):
                yield from _of_block(running_entries(lines, labels), heading)
                lines, heading = [], headed
            if not headed:
                lines.append((line, f"第{paragraphs}段"))
    yield from _of_block(running_entries(lines, labels), heading)


def _of_block(found: Iterable[Entry], heading: str) -> Iterator[Entry]:
    """The entries as they stand below a heading, "" for none that the campaign names."""
    return (replace(entry, block=heading) for entry in found) if heading else iter(found)


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


def has_list(table: Table, labels: Labels, heading: str = "") -> bool:
    """True for a table with the rows of a list that the form itself holds, such as the members of a team."""
    return bool(_lists_in(table, labels, _headings(table, labels, heading)).entries)


def _table_entries(table: Table, number: int, labels: Labels, heading: str) -> Iterator[Entry]:
    headings = _headings(table, labels, heading)
    lists = _lists_in(table, labels, headings)
    yield from (replace(e, place=f"表格{number}第{index + 1}行") for index, e in lists.entries)
    above: tuple[Cell, ...] = ()
    spent: set[Cell] = set()
    grid: _Grid = ()
    for index, (row, below) in enumerate(zip(table.rows, (*table.rows[1:], ()), strict=False)):
        if index in lists.rows:
            continue
        place = f"表格{number}第{index + 1}行"
        header = _heads(row, below, labels, grid)
        grid = _grid(row) if header else grid
        # A value below its label, or merged downwards, is not looked at again for labels of its own.
        taken = {position for position, cell in enumerate(row) if cell in spent}
        spent = {row[position] for position in taken}
        for position, cell in enumerate(row):
            if position in taken:
                continue
            block = _heading_beside(row, position, labels) or headings[index]
            if not _is_label(cell, labels):
                yield from _of_block(_cell_entries(cell, place, labels), block)
                continue
            known = labels.find(cell.text)
            value = _value_of(row, position, below, labels, taken, header=header)
            spent.update(filter(None, (value,)))
            merged = cell in above and not header and (value is None or value in above)
            # A cell merged downwards stands in each of its rows and counts once.
            if known and not merged:
                text = without_rules(value.text).strip() if value else ""
                surely = bool(header or text) or not _is_elsewhere(row, position, value, below, labels)
                entry = Entry(known, text, place, strong=True, sure=surely, block=block)
                yield from _told(entry, row, labels)
        above = row


def _told(entry: Entry, row: Sequence[Cell], labels: Labels) -> Iterator[Entry]:
    """The entry, unless its label tells of somebody else, or heads a list whose rows are not known."""
    if _is_of_contact(row, labels):
        yield from _of_contact(entry)
    elif entry.label.fields[0] not in labels.lists:
        yield entry
    elif entry.text:
        # Beside other cells it may be the heading of a column whose name we do not know.
        yield replace(entry, sure=len(row) == 2)


@dataclass(frozen=True, slots=True)
class _Lists:
    """The lists of a table: the index of its headings' row with each entry, and all rows that they take."""

    entries: list[tuple[int, Entry]]
    rows: set[int]


def _headings(table: Table, labels: Labels, heading: str) -> list[str]:
    """For each row the block in which it stands: by a row that is its heading, or a line above the table."""
    found = []
    for row in table.rows:
        if len(row) == 1 or (row and heads_prose(row[0].text)):
            heading = labels.heading(row[0].text)
        found.append(heading)
    return found


def _heading_beside(row: Sequence[Cell], position: int, labels: Labels) -> str:
    """The block whose heading stands in the same row, to the left; a value that reads like one is none."""
    for index in range(position - 1, -1, -1):
        heading = labels.heading(row[index].text)
        if heading and (index == 0 or labels.find(row[index - 1].text) is None):
            return heading
    return ""


def _lists_in(table: Table, labels: Labels, headings: Sequence[str]) -> _Lists:
    found = _Lists([], set())
    for index, row in enumerate(table.rows if labels.lists else ()):
        if index in found.rows:
            continue
        places = ((kind, _column_of(kind, row, headings[index], labels)) for kind in labels.lists)
        for kind, position in islice((each for each in places if each[1] is not None), 1):
            rows = _rows_of_list(table.rows, index, position or 0, labels)
            found.entries.append((index, _list_entry(kind, rows, row[position or 0])))
            found.rows.update(range(index, index + 1 + len(rows)))
    return found


def _column_of(kind: FieldData, row: Sequence[Cell], heading: str, labels: Labels) -> int | None:
    """Where the list's column stands in a row of headings that is its own; None for any other row."""
    columns, names = set(map(label_key, kind.columns)), set(map(heading_key, kind.labels))
    filled = [cell for cell in row if cell.text.strip()]
    for position, cell in enumerate(row):
        if label_key(cell.text[:LONGEST_INLINE]) not in columns:
            continue
        own = heading_key(cell.text) in names
        block = _heading_beside(row, position, labels) or heading
        if own or (block in names and len(filled) > 1):
            return position
    return None


def _rows_of_list(
    rows: Sequence[Sequence[Cell]], index: int, position: int, labels: Labels
) -> list[Sequence[Cell]]:
    """The rows below a list's headings, as long as they are of its grid and begin with no label."""
    head = rows[index][position]
    lead = {cell for cell in rows[index][:position] if labels.heading(cell.text)}
    found = []
    for row in rows[index + 1 :]:
        before = [cell for cell in row if cell.column <= head.column and cell not in lead]
        goes_on = lead <= set(row) and len(row) > 1 and _cell_below(head, row) is not None
        if not goes_on or any(_is_label(cell, labels) for cell in before):
            break
        found.append(row)
    return found


def _cell_below(head: Cell, row: Sequence[Cell]) -> Cell | None:
    """The cell of a row in exactly the column of a heading."""
    return next((cell for cell in row if (cell.column, cell.span) == (head.column, head.span)), None)


def _list_entry(kind: FieldData, rows: Sequence[Sequence[Cell]], head: Cell) -> Entry:
    """What a list's column says; not surely where a row says something and nothing in that column."""
    cells = [cell for row in rows if (cell := _cell_below(head, row))]
    words = [" ".join(cell.text.split()) for cell in cells if not is_blank(cell.text)]
    gaps = [row for row, cell in zip(rows, cells, strict=True) if is_blank(cell.text)]
    beside = [c.text.strip() for row in gaps for c in row if c.column > head.column]
    sure = all(is_blank(text) for text in beside)
    return Entry(Label(kind.labels[0], "", (kind,)), "、".join(words), "", strong=True, sure=sure)


def _is_of_contact(row: Sequence[Cell], labels: Labels) -> bool:
    """True for a row of a block with labels of its own: 联系人 before 姓名 or 手机."""
    if len(row) < 3 or labels.find(row[1].text) is None:
        return False
    return _CONTACT.fullmatch("".join(row[0].text.split())) is not None


def _of_contact(entry: Entry) -> Iterator[Entry]:
    """What is said of whom to call: never the nominee, and else only where nothing else says it."""
    if not names_label(entry.label, "nominee"):
        yield replace(entry, sure=False, loose=True)


def _value_of(
    row: Sequence[Cell],
    position: int,
    below: Sequence[Cell],
    labels: Labels,
    taken: set[int],
    *,
    header: bool,
) -> Cell | None:
    """The cell with a label's value: below a header, and a label that fills its row; else beside it."""
    cell = row[position]
    value = _below(cell, below) if header else _right(row, position, labels, taken)
    if value is None and len(row) == 1 and not _holds_label(below, labels):
        return _below(cell, below)
    return value


def _is_elsewhere(
    row: Sequence[Cell], position: int, value: Cell | None, below: Sequence[Cell], labels: Labels
) -> bool:
    """True where the value of a label with nothing beside it may stand farther right, or below."""
    return _strays(row, position, labels) or _stands_below(row[position], value, row, below, labels)


def _right(row: Sequence[Cell], position: int, labels: Labels, taken: set[int]) -> Cell | None:
    """The next cell to the right, unless it is a label itself; it is then no longer free."""
    if position + 1 >= len(row) or _is_label(row[position + 1], labels):
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


def _stands_below(
    cell: Cell, value: Cell | None, row: Sequence[Cell], below: Sequence[Cell], labels: Labels
) -> bool:
    """True where the value of a label with nothing beside it may stand below it.

    A label and its value in the row below, both unknown to us, are none of ours.
    """
    other = _below(cell, below)
    if other is None or not other.text.strip() or other.text == cell.text:
        return False
    if value is None:
        return len(row) > 1 or not cell.text.rstrip().endswith(("：", ":"))
    if (other.column, other.span) != (cell.column, cell.span) or labels.find(other.text):
        return False
    beside = next((c for c in below if c.column == other.column + other.span), None)
    return beside is None or not beside.text.strip() or labels.find(beside.text) is not None


def _below(cell: Cell, below: Sequence[Cell]) -> Cell | None:
    return next((other for other in below if other.column <= cell.column < other.column + other.span), None)


def _is_header(row: Sequence[Cell], labels: Labels) -> bool:
    filled = [cell for cell in row if cell.text.strip()]
    known = sum(_is_label(cell, labels) for cell in filled)
    # 序号, 照片 and the like are no labels of fields, but head a column all the same.
    # An empty cell between labels is the blank of a form, not a header.
    return len(filled) == len(row) and known >= 2 and known >= len(filled) - 1


def _heads(row: Sequence[Cell], below: Sequence[Cell], labels: Labels, grid: _Grid) -> bool:
    """True where the values of a row of labels stand in the row below.

    A text among them that is no label may be the value of the one before it, as long as some label
    has nothing below.  Labels among empty cells, the rest of a grid that was not needed, head the
    row below when two stand side by side, or when the grid's rows above are heads and values.
    """
    if not below or _holds_label(below, labels):
        return False
    own = [cell for cell in row if _is_label(cell, labels)]
    if _is_header(row, labels):
        return len(own) == len(row) or all((value := _below(c, below)) and value.text.strip() for c in own)
    return _head_a_grid(row, own, below, grid)


def _head_a_grid(row: Sequence[Cell], own: Sequence[Cell], below: Sequence[Cell], grid: _Grid) -> bool:
    """True where labels (`own`) among empty cells head the row below."""
    filled = [cell for cell in row if cell.text.strip()]
    values = _grid([cell for cell in below if cell.text.strip()])
    if not own or not values or not set(values) <= set(_grid(filled)):
        return False
    in_grid = _grid(row) == _grid(below) == grid
    if len(own) < len(filled):
        # One that we do not know: only where the grid says that it is a label.
        return in_grid and len(own) == len(filled) - 1 and len(own) > 1
    return in_grid or any(one in own and other in own for one, other in pairwise(row))


def _grid(row: Sequence[Cell]) -> _Grid:
    return tuple((cell.column, cell.span) for cell in row)


def _is_label(cell: Cell, labels: Labels) -> bool:
    """True for a label, the heading of a block (导师信息), or of a text that is no field of ours (备注)."""
    text = cell.text
    return labels.find(text) is not None or bool(labels.heading(text)) or heads_prose(text)


def _holds_label(row: Sequence[Cell], labels: Labels) -> bool:
    return any(labels.find(cell.text) for cell in row)


def _cell_entries(cell: Cell, place: str, labels: Labels) -> Iterator[Entry]:
    """Labels inside a cell: "成立时间：2017年3月", the label as the cell's first line, or a whole form."""
    lines = [line for line in cell.text.splitlines() if line.strip()]
    if not lines or (heads_prose(lines[0]) and not labels.find(lines[0])):
        return
    known = labels.find(lines[0])
    inner = [line for line in lines[1:] if labels.find(line) or _begins(line, labels)]
    if known and len(lines) > 1 and (len(inner) < 2 or is_prose(known)):
        yield Entry(known, "\n".join(lines[1:]).strip(), place, strong=True)
    elif len(cell.text) <= LONGEST_INLINE or len(inner) >= LINES_OF_A_FORM:
        yield from running_entries([(line, place) for line in lines], labels)


def _begins(line: str, labels: Labels) -> bool:
    """True for a line in which a label has its value: "姓名：张三"."""
    return len(line) <= LONGEST_INLINE and any(True for _ in line_entries(line, "", labels))
