"""Where the values of a form stand: beside, below or after their labels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from intake.domain.facts import Cell, Table, WordFacts
from intake.domain.labels import Label, Labels

LONGEST_INLINE = 200
"""Characters; in a longer cell a colon belongs to prose, not to a label."""
TOP_ROWS = 5
"""Rows of a table in which a header is looked for."""

_GAP = re.compile(r"[ \u00a0]{2,}|[\t\u2002\u2003\u3000]+")
_SPACE = re.compile(r"\s+")
_COLON = re.compile(r"[：:]")
_CLAUSE = re.compile(r"[；;，,。]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A label with the text that stands for it, "" where nothing does; `place` in Chinese for people.

    `strong` is true for a cell of its own in a table, false for a line of text.
    """

    label: Label
    text: str
    place: str
    strong: bool


def entries(facts: WordFacts, labels: Labels) -> list[Entry]:
    """Every known label of a Word form with its value, in reading order."""
    found: list[Entry] = []
    paragraphs = tables = 0
    for block in facts.blocks:
        if isinstance(block, Table):
            tables += 1
            found += _table_entries(block, tables, labels)
        else:
            paragraphs += 1
            found += _line_entries(block.text, f"第{paragraphs}段", labels)
    return found


def text_entries(text: str, labels: Labels) -> list[Entry]:
    """Labels and values in the text layer of a PDF, where a table's cells follow each other as words.

    Best effort: a value that itself holds white space is cut at it.
    """
    found: list[Entry] = []
    words = _words(text, labels)
    for index, word in enumerate(words):
        inline = list(_line_entries(word, "", labels)) if _COLON.search(word) else []
        known = labels.find(word)
        if inline and (inline[0].text or not known):
            found += inline
        elif known:
            after = words[index + 1] if index + 1 < len(words) else ""
            found.append(Entry(known, "" if labels.find(after) else after, "", strong=False))
    return found


def header_rows(table: Table, labels: Labels) -> Iterator[tuple[int, int]]:
    """The top rows made of labels alone (two at least), each with how many filled rows stand below it."""
    for index, row in enumerate(table.rows[:TOP_ROWS]):
        if _is_header(row, labels):
            below = table.rows[index + 1 :]
            filled = [
                r for r in below if sum(bool(c.text.strip()) for c in r) > 1 and not _is_header(r, labels)
            ]
            yield index, len(filled)


def _table_entries(table: Table, number: int, labels: Labels) -> Iterator[Entry]:
    above: tuple[Cell, ...] = ()
    for index, row in enumerate(table.rows):
        place = f"表格{number}第{index + 1}行"
        below = table.rows[index + 1] if index + 1 < len(table.rows) else ()
        header = _is_header(row, labels) and bool(below) and not _holds_label(below, labels)
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
            yield Entry(known, value.text.strip() if value else "", place, strong=True)
        above = row


def _right(row: Sequence[Cell], position: int, labels: Labels, taken: set[int]) -> Cell | None:
    """The next cell to the right, unless it is a label itself; it is then no longer free."""
    if position + 1 >= len(row) or labels.find(row[position + 1].text):
        return None
    taken.add(position + 1)
    return row[position + 1]


def _below(cell: Cell, below: Sequence[Cell]) -> Cell | None:
    return next((other for other in below if other.column <= cell.column < other.column + other.span), None)


def _is_header(row: Sequence[Cell], labels: Labels) -> bool:
    filled = [cell for cell in row if cell.text.strip()]
    known = sum(labels.find(cell.text) is not None for cell in filled)
    # 序号, 照片 and the like are no labels of fields, but head a column all the same.
    # An empty cell between labels is the blank of a form, not a header.
    return len(filled) == len(row) and known >= 2 and known >= len(filled) - 1


def _holds_label(row: Sequence[Cell], labels: Labels) -> bool:
    return any(labels.find(cell.text) for cell in row)


def _cell_entries(cell: Cell, place: str, labels: Labels) -> Iterator[Entry]:
    """Labels inside a cell: "成立时间：2017年3月", or the label as the cell's first line."""
    first, _, rest = cell.text.strip().partition("\n")
    known = labels.find(first)
    if known and rest.strip():
        yield Entry(known, rest.strip(), place, strong=True)
    elif len(cell.text) <= LONGEST_INLINE:
        for line in cell.text.splitlines():
            yield from _line_entries(line, place, labels)


def _line_entries(line: str, place: str, labels: Labels) -> Iterator[Entry]:
    """Labels with their values in a line of text, several where wide gaps part them."""
    pieces = _COLON.split(line)
    if len(pieces) == 1:
        yield from _gapped(line, place, labels)
        return
    open_label: Label | None = None
    text = ""
    for piece in pieces[:-1]:
        head, known = _trailing_label(piece, labels)
        if known is None:
            text += piece + "："
            continue
        if open_label:
            yield Entry(open_label, (text + head).strip(), place, strong=False)
        open_label, text = known, ""
    if open_label:
        yield Entry(open_label, (text + pieces[-1]).strip(), place, strong=False)


def _trailing_label(piece: str, labels: Labels) -> tuple[str, Label | None]:
    """The label at the end of a piece before a colon, and what stands before it.

    "浙江省科协　填表日期" ends in the label 填表日期; a label's own inner gaps
    ("推 荐 单 位") are tried first.
    """
    known = labels.find(piece)
    if known:
        return "", known
    far = max(0, len(piece) - LONGEST_INLINE)
    for separator in (_GAP, _SPACE, _CLAUSE):
        for cut in separator.finditer(piece, far):
            known = labels.find(piece[cut.end() :])
            if known:
                return piece[: cut.start()], known
    return piece, None


def _gapped(line: str, place: str, labels: Labels) -> Iterator[Entry]:
    """ "推荐单位    浙江省科协": a label set off by a wide gap instead of a colon."""
    parts = [part for part in _GAP.split(line.strip()) if part]
    for label, text in zip(parts[::2], parts[1::2], strict=False):
        known = labels.find(label)
        if known and not labels.find(text):
            yield Entry(known, text, place, strong=False)


def _words(text: str, labels: Labels) -> list[str]:
    """The words of a text, with labels that were spaced out ("姓 名") put together again."""
    words = text.split()
    result: list[str] = []
    index = 0
    while index < len(words):
        for length in range(min(6, len(words) - index), 1, -1):
            joined = "".join(words[index : index + length])
            if all(len(word) <= 2 for word in words[index : index + length]) and labels.find(joined):
                result.append(joined)
                index += length
                break
        else:
            result.append(words[index])
            index += 1
    return result
