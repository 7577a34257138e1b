"""Walks WordprocessingML (ECMA-376 Part 1, §17) to paragraphs and tables, as a reader sees them.

Elements are told by local name, so that the strict and the transitional namespaces and Word 2003
XML read alike.  Deleted and hidden content is not seen; inserted content is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from intake.domain.model.facts import Block, Cell, Paragraph, Table
from parsers.common import limits
from parsers.common.contract import Unreadable
from parsers.common.xml import local_name
from parsers.word.paragraph import (
    ParagraphText,
    alternatives,
    child,
    control_content,
    is_on,
    shows_prompt,
    value,
)

_WRAPPERS = frozenset(("ins", "moveTo", "conflictIns", "customXml", "smartTag", "sect", "sub-section"))
"""Elements around paragraphs, tables, rows and cells that are read as if they were not there."""


def _number(text: str, low: int, high: int) -> int:
    """A claimed count, held within what a table can have."""
    try:
        return min(max(int(text), low), high)
    except ValueError:
        return low


class Walk:
    """One reading of a document; counts the characters it has given, and stops at the limit.

    `hidden` are the ids of styles that hide their text.
    """

    def __init__(self, hidden: frozenset[str] = frozenset()) -> None:
        self._hidden = hidden
        self._characters = 0

    def _counted(self, text: str) -> str:
        self._characters += len(text) + 1
        if self._characters > limits.WORD_CHARACTERS:
            raise Unreadable("too-large", "word", f"more than {limits.WORD_CHARACTERS} characters of text")
        return text

    def blocks(self, container: Iterable[Any]) -> list[Block]:
        """The paragraphs and tables of a body, a header or a box, in reading order.

        A nested table follows the table around it, a text box the paragraph that anchors it.
        """
        found: list[Block] = []
        begun = ""
        for element in _content(container):
            if local_name(element) == "tbl":
                found += self._table(element)
                continue
            paragraph = ParagraphText(element, self._hidden)
            begun += paragraph.text
            if _runs_on(element):
                continue
            found.append(Paragraph(self._counted(begun)))
            begun = ""
            for box in paragraph.boxes:
                found += [block for block in self.blocks(box) if not is_empty(block)]
        return found + ([Paragraph(self._counted(begun))] if begun else [])

    def _table(self, table: Any) -> list[Block]:
        rows: list[tuple[Cell, ...]] = []
        inner: list[Block] = []
        merged: dict[int, str] = {}
        for row in _within(table, "tr"):
            properties = child(row, "trPr")
            if child(properties, "del") is None and not is_on(child(properties, "hidden")):
                rows += [tuple(self._row(row, merged, inner))]
        return [Table(tuple(rows)), *inner]

    def _row(self, row: Any, merged: dict[int, str], inner: list[Block]) -> Iterator[Cell]:
        """The distinct cells of a row; `merged` holds the text of the cell that each column continues."""
        column = _number(value(child(row, "trPr", "gridBefore")), 0, limits.TABLE_COLUMNS)
        pending: Cell | None = None
        for cell in _within(row, "tc"):
            properties = child(cell, "tcPr")
            if child(properties, "cellDel") is not None:
                continue
            span, down, across = _merges(properties)
            if across == "continue" and pending is not None:
                pending = Cell(pending.text, pending.column, pending.span + span)
                column += span
                continue
            if pending is not None:
                yield pending
            text = self._cell(cell, inner)
            if down == "continue":
                text = self._counted(merged.get(column, text))
            merged[column] = text
            pending = Cell(text, column, span)
            column = min(column + span, limits.TABLE_COLUMNS)
        if pending is not None:
            yield pending

    def _cell(self, cell: Any, inner: list[Block]) -> str:
        """A cell's own text; tables within it are added to `inner`."""
        if _only_prompts(cell):
            return ""
        lines: list[str] = []
        for block in self.blocks(cell):
            if isinstance(block, Table):
                inner.append(block)
            else:
                lines.append(block.text)
        return "\n".join(lines)


def is_empty(block: Block) -> bool:
    """True for a block that shows no text."""
    if isinstance(block, Table):
        return all(not cell.text.strip() for row in block.rows for cell in row)
    return not block.text.strip()


def _runs_on(paragraph: Any) -> bool:
    """True where the mark at the paragraph's end is deleted: it is one with the next then (§17.13.5.15)."""
    return child(paragraph, "pPr", "rPr", "del") is not None


def _merges(properties: Any) -> tuple[int, str, str]:
    """A cell's columns, and how it merges downwards and across: "", "restart" or "continue" (§17.4)."""
    if properties is None:
        return 1, "", ""
    span = _number(value(child(properties, "gridSpan")), 1, limits.TABLE_COLUMNS)
    down = child(properties, "vMerge")
    if down is None:
        down = child(properties, "vmerge")  # Word 2003 XML
    across = child(properties, "hMerge")
    return (
        span,
        "" if down is None else value(down, "continue"),
        "" if across is None else value(across, "continue"),
    )


def _content(container: Iterable[Any]) -> Iterator[Any]:
    """The p and tbl elements of a container, wrappers opened."""
    for element in container:
        name = local_name(element)
        if name in ("p", "tbl"):
            yield element
        elif name == "sdt":
            inner = control_content(element)
            if inner is not None:
                yield from _content(inner)
        elif name in _WRAPPERS:
            yield from _content(element)
        elif name == "AlternateContent":
            branches = (list(_content(branch)) for branch in alternatives(element))
            yield from next(filter(None, branches), [])


def _within(parent: Any, wanted: str) -> Iterator[Any]:
    """The tr of a table or the tc of a row, content controls and insertions opened."""
    for element in parent:
        name = local_name(element)
        if name == wanted:
            yield element
        elif name == "sdt":
            inner = child(element, "sdtContent")
            if inner is not None:
                yield from _within(inner, wanted)
        elif name in _WRAPPERS:
            yield from _within(element, wanted)


def _only_prompts(cell: Any) -> bool:
    """True for a cell that is itself the content of a control which only shows its prompt."""
    control = cell.getparent().getparent()
    return (
        control is not None
        and local_name(control) == "sdt"
        and local_name(cell.getparent()) == "sdtContent"
        and shows_prompt(control)
    )
