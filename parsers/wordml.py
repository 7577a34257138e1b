"""Walks WordprocessingML (ECMA-376 Part 1, §17) to paragraphs and tables, as a reader sees them.

Elements are told by local name, so that the strict and the transitional namespaces
read alike. Deleted and hidden text is not seen; inserted text is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from intake.domain.facts import Block, Cell, Paragraph, Table
from parsers import limits
from parsers.contract import Unreadable
from parsers.text import clean

CHECKED, UNCHECKED = "☑", "□"

_SYMBOLS = {
    ("wingdings 2", 0x52): CHECKED,
    ("wingdings 2", 0x53): CHECKED,
    ("wingdings 2", 0x54): CHECKED,
    ("wingdings 2", 0x50): "√",
    ("wingdings 2", 0xA3): UNCHECKED,
    ("wingdings 2", 0x30): UNCHECKED,
    ("wingdings 2", 0x2A): UNCHECKED,
    ("wingdings", 0xFE): CHECKED,
    ("wingdings", 0xFD): CHECKED,
    ("wingdings", 0xFC): "√",
    ("wingdings", 0xA8): UNCHECKED,
    ("wingdings", 0x6F): UNCHECKED,
    ("wingdings", 0x71): UNCHECKED,
    ("wingdings", 0x72): UNCHECKED,
}
"""Boxes and ticks of the fonts that forms draw them with: (font, character code)."""

_PRIVATE_AREA = {0xF000 + code: mark for (_, code), mark in _SYMBOLS.items() if code >= 0x50}
"""The same characters where they stand as text of the private area. 0xF050 and up: digits keep out."""

_TRANSPARENT = frozenset(
    (
        *("hyperlink", "smartTag", "ins", "moveTo", "fldSimple", "bdo", "dir", "customXml", "r"),
        *("sdtContent", "ruby", "rubyBase", "oMath", "oMathPara"),
    )
)
"""Elements whose content is read as if they were not there."""

_LITERAL = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_DRAWN = frozenset(("drawing", "pict", "object"))


def local_name(element: Any) -> str:
    """The element's name without its namespace; "" for a comment or an entity reference."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _child(element: Any, *path: str) -> Any:
    """The first descendant along a path of local names, or None."""
    for name in path:
        element = next((child for child in element if local_name(child) == name), None)
        if element is None:
            return None
    return element


def _value(element: Any, default: str = "") -> str:
    """The w:val (or w14:val) attribute."""
    if element is None:
        return default
    return next((value for key, value in element.attrib.items() if key.endswith("}val")), default)


def _is_on(element: Any) -> bool:
    """A switch: there, and not set to off (§17.17.4)."""
    return element is not None and _value(element, "1").lower() not in ("0", "false", "off")


def _number(text: str, low: int, high: int) -> int:
    """A claimed count, held within what a table can have."""
    try:
        return min(max(int(text), low), high)
    except ValueError:
        return low


class Walk:
    """One reading of a document; counts the characters it has given, and stops at the limit."""

    def __init__(self) -> None:
        self._characters = 0

    def _counted(self, text: str) -> str:
        self._characters += len(text) + 1
        if self._characters > limits.WORD_CHARACTERS:
            raise Unreadable("too-large", "word", f"more than {limits.WORD_CHARACTERS} characters of text")
        return text

    def blocks(self, container: Any) -> list[Block]:
        """The paragraphs and tables of a body, a header or a cell, in reading order.

        A nested table follows the table around it, a text box the paragraph that anchors it.
        """
        found: list[Block] = []
        for element in _content(container):
            boxes: list[Any] = []
            if local_name(element) == "p":
                found.append(Paragraph(self._counted(_text(element, boxes))))
            else:
                found += self._table(element)
            for box in boxes:
                found += [block for block in self.blocks(box) if not _is_empty(block)]
        return found

    def _table(self, table: Any) -> list[Block]:
        rows: list[tuple[Cell, ...]] = []
        inner: list[Block] = []
        merged: dict[int, str] = {}
        for row in _within(table, "tr"):
            if _child(row, "trPr", "del") is None:
                rows += [tuple(self._row(row, merged, inner))]
        return [Table(tuple(rows)), *inner]

    def _row(self, row: Any, merged: dict[int, str], inner: list[Block]) -> Iterator[Cell]:
        """The distinct cells of a row; `merged` holds the text of the cell that each column continues."""
        column = _number(_value(_child(row, "trPr", "gridBefore")), 0, limits.TABLE_COLUMNS)
        pending: Cell | None = None
        for cell in _within(row, "tc"):
            properties = _child(cell, "tcPr")
            span, down, across = _merges(properties)
            if across == "continue" and pending is not None:
                pending = Cell(pending.text, pending.column, pending.span + span)
                column += span
                continue
            if pending is not None:
                yield pending
            text = self._cell(cell, inner)
            if down == "continue":
                text = merged.get(column, text)
            merged[column] = text
            pending = Cell(self._counted(text), column, span)
            column = min(column + span, limits.TABLE_COLUMNS)
        if pending is not None:
            yield pending

    def _cell(self, cell: Any, inner: list[Block]) -> str:
        """A cell's own text; tables within it are added to `inner`."""
        lines: list[str] = []
        for element in _content(cell):
            boxes: list[Any] = []
            if local_name(element) == "p":
                lines.append(_text(element, boxes))
            else:
                inner += self._table(element)
            for box in boxes:
                lines += [block.text for block in self.blocks(box) if isinstance(block, Paragraph)]
        return "\n".join(lines)


def _is_empty(block: Block) -> bool:
    return isinstance(block, Paragraph) and not block.text.strip()


def _merges(properties: Any) -> tuple[int, str, str]:
    """A cell's columns, and how it merges downwards and across: "", "restart" or "continue" (§17.4)."""
    if properties is None:
        return 1, "", ""
    span = _number(_value(_child(properties, "gridSpan")), 1, limits.TABLE_COLUMNS)
    down, across = _child(properties, "vMerge"), _child(properties, "hMerge")
    return (
        span,
        "" if down is None else _value(down, "continue"),
        "" if across is None else _value(across, "continue"),
    )


def _content(container: Any) -> Iterator[Any]:
    """The p and tbl elements of a container, wrappers opened."""
    for element in container:
        name = local_name(element)
        if name in ("p", "tbl"):
            yield element
        elif name == "sdt":
            inner = _control_content(element)
            if inner is not None:
                yield from _content(inner)
        elif name in ("ins", "moveTo", "customXml", "smartTag"):
            yield from _content(element)
        elif name == "AlternateContent" and (choice := _child(element, "Choice")) is not None:
            yield from _content(choice)


def _within(parent: Any, wanted: str) -> Iterator[Any]:
    """The tr of a table or the tc of a row, content controls and insertions opened."""
    for element in parent:
        name = local_name(element)
        if name == wanted:
            yield element
        elif name == "sdt":
            inner = _child(element, "sdtContent")
            if inner is not None:
                yield from _within(inner, wanted)
        elif name in ("ins", "moveTo", "customXml"):
            yield from _within(element, wanted)


def _control_content(control: Any) -> Any:
    """What a content control holds; None while it only shows its prompt (单击此处输入文字)."""
    if _is_on(_child(control, "sdtPr", "showingPlcHdr")):
        return None
    return _child(control, "sdtContent")


def _text(paragraph: Any, boxes: list[Any]) -> str:
    """A paragraph's text, runs joined; text boxes anchored in it are added to `boxes`."""
    return clean("".join(_pieces(paragraph, boxes))).translate(_PRIVATE_AREA)


def _pieces(parent: Any, boxes: list[Any]) -> Iterator[str]:
    for element in parent:
        name = local_name(element)
        if name == "t":
            yield element.text or ""
        elif name in _LITERAL:
            yield _LITERAL[name]
        elif name in _TRANSPARENT:
            if name != "r" or not _is_on(_child(element, "rPr", "vanish")):
                yield from _pieces(element, boxes)
        elif name in _DRAWN:
            boxes += _text_boxes(element)
        elif name in _SPECIAL:
            yield from _SPECIAL[name](element, boxes)


def _symbol(element: Any, boxes: list[Any]) -> Iterator[str]:
    """w:sym: a character of a symbol font; codes may lie in the private area F000 (§17.3.3.30)."""
    attributes = {key.rpartition("}")[2]: value for key, value in element.attrib.items()}
    try:
        code = int(attributes.get("char", ""), 16) & 0xFF
    except ValueError:
        return
    yield _SYMBOLS.get((attributes.get("font", "").lower(), code), "")


def _control(element: Any, boxes: list[Any]) -> Iterator[str]:
    """A content control within a line; a check box gives its state, whatever font draws it."""
    box = _child(element, "sdtPr", "checkbox")
    if box is not None:
        yield CHECKED if _is_on(_child(box, "checked")) else UNCHECKED
    elif (inner := _control_content(element)) is not None:
        yield from _pieces(inner, boxes)


def _field_start(element: Any, boxes: list[Any]) -> Iterator[str]:
    """w:fldChar of a legacy check box (§17.16.7); every other field shows its result as runs."""
    box = _child(element, "ffData", "checkBox")
    if box is not None:
        state = _child(box, "checked")
        yield CHECKED if _is_on(state if state is not None else _child(box, "default")) else UNCHECKED


def _alternatives(element: Any, boxes: list[Any]) -> Iterator[str]:
    """mc:AlternateContent: the first choice, or the fallback where the choice shows nothing known here."""
    known = len(boxes)
    choice, fallback = _child(element, "Choice"), _child(element, "Fallback")
    words = "".join(_pieces(choice, boxes)) if choice is not None else ""
    if words or len(boxes) > known or fallback is None:
        yield words
    else:
        yield from _pieces(fallback, boxes)


_SPECIAL = {"sym": _symbol, "sdt": _control, "fldChar": _field_start, "AlternateContent": _alternatives}


def _text_boxes(drawn: Any) -> list[Any]:
    """The text boxes of a drawing, without those that repeat one for older programs."""
    return [box for box in drawn.iter("{*}txbxContent") if not _repeats(box, drawn)]


def _repeats(box: Any, top: Any) -> bool:
    """True for a box within another box, or in a fallback."""
    for ancestor in box.iterancestors():
        if ancestor is top:
            return False
        if local_name(ancestor) in ("txbxContent", "Fallback"):
            return True
    return False
