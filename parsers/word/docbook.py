"""The DocBook that antiword writes of a .doc, as paragraphs and tables."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from intake.domain.model.facts import Block, Cell, Paragraph, Table
from parsers.common import limits
from parsers.common.contract import Unreadable
from parsers.common.text import clean
from parsers.common.xml import attribute, local_name, parsed
from parsers.word.symbols import readable

_NEAR_POINTS = 3.0
"""Column edges this near are one: rounding, for Word's narrowest column is wider."""


def blocks(data: bytes) -> tuple[Block, ...]:
    """Everything in reading order; empty where the XML is not well-formed.

    Raises `Unreadable` "too-large" beyond the limit of text.
    """
    try:
        root = parsed(data, "legacy-word")
    except Unreadable as fault:
        if fault.code == "too-large":
            raise
        return ()
    found = tuple(_blocks(root))
    characters = sum(len(text) for block in found for text in _texts(block))
    if characters > limits.WORD_CHARACTERS:
        raise Unreadable("too-large", "legacy-word", f"{characters} characters of text")
    return found


def _texts(block: Block) -> list[str]:
    return [block.text] if isinstance(block, Paragraph) else [cell.text for row in block.rows for cell in row]


def _blocks(parent: Any) -> Iterator[Block]:
    for element in parent:
        name = local_name(element)
        if name == "informaltable":
            yield _table(element)
        elif name in ("para", "title"):
            yield from _paragraph(element)
        elif name not in ("bookinfo", "footnote"):
            yield from _blocks(element)


def _paragraph(element: Any) -> Iterator[Block]:
    """A paragraph, or the table or list for which antiword opens one."""
    inner = [
        child for child in element if local_name(child) in ("informaltable", "itemizedlist", "orderedlist")
    ]
    if not inner:
        text = _text(element)
        if text:
            yield Paragraph(text)
        return
    yield from _blocks(element)


def _text(element: Any) -> str:
    lines = readable(clean("".join(element.itertext()))).split("\n")
    return "\n".join(lines).strip("\n ")


def _table(element: Any) -> Table:
    """Rows with their cells in columns; rows of other widths stand in groups of their own (tgroup)."""
    groups = [(group, _edges(group)) for group in element if local_name(group) == "tgroup"]
    grid: list[float] = []
    for edge in sorted(edge for _, edges in groups for edge in edges):
        if not grid or edge - grid[-1] > _NEAR_POINTS:
            grid.append(edge)
    rows = []
    for group, edges in groups:
        for row in group.iter("row"):
            cells = [entry for entry in row if local_name(entry) == "entry"][: len(edges) - 1]
            places = [bisect_left(grid, edge - _NEAR_POINTS) for edge in edges]
            rows.append(
                tuple(
                    Cell(_text(entry), places[index], max(places[index + 1] - places[index], 1))
                    for index, entry in enumerate(cells)
                )
            )
    return Table(tuple(rows))


def _edges(group: Any) -> list[float]:
    """The left edges of a group's columns in points, and the right edge of the last."""
    edges = [0.0]
    for spec in group:
        if local_name(spec) == "colspec":
            try:
                edges.append(edges[-1] + float(attribute(spec, "colwidth").removesuffix("pt")))
            except ValueError:
                edges.append(edges[-1] + 2 * _NEAR_POINTS)
    return edges
