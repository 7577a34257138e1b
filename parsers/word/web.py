"""Forms saved as web pages: HTML under Word's name, and the single-file web page (单个文件网页, MHTML).

Word, WPS and the web systems of offices write them and call them .doc.  Their tables come out as those of
a .docx do: distinct cells with column and span, one that is merged downwards in each of its rows.  Nothing
is fetched and nothing is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intake.domain.model.facts import Block, Cell, Paragraph, Table, WordFacts
from parsers.common import limits, magic
from parsers.common.contract import Unreadable
from parsers.common.text import clean, decode
from parsers.mail import mime, transfer
from parsers.mail.fields import parameter
from parsers.mail.htmltext import declared_charset
from parsers.word import ooxml
from parsers.word.symbols import CHECKED, SIGNS, UNCHECKED, in_font, readable

_PAGE = re.compile(
    r"[\s\ufeff]*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,1000}?-->\s*)*<(?:!doctype\s+html|html|head|meta|body|table)\b",
    re.IGNORECASE | re.DOTALL,
)
_TABLE = re.compile(r"<table[\s>]|urn:schemas-microsoft-com:office:word", re.IGNORECASE)
_OTHER_OFFICE = re.compile(r"urn:schemas-microsoft-com:office:(?:excel|powerpoint)\"", re.IGNORECASE)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_BLANKS = re.compile(r"[ \t\r\n]+")
_HIDDEN = re.compile(r"display\s{0,9}:\s{0,9}none|mso-hide\s{0,9}:\s{0,9}all", re.IGNORECASE)
_FONT = re.compile(
    r"(?:mso-symbol-font-family|font-family)\s{0,9}:\s{0,9}[\"']?((?:wingdings(?: 2)?|webdings)\b)",
    re.IGNORECASE,
)
_UNSEEN = frozenset(("head", "script", "style", "title", "noscript", "template", "del", "object", "xml"))
_LINES = frozenset(
    (
        *(
            "p",
            "div",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "li",
            "ul",
            "ol",
            "dl",
            "dt",
            "dd",
            "pre",
            "center",
            "hr",
        ),
        *(
            "blockquote",
            "section",
            "article",
            "header",
            "footer",
            "form",
            "fieldset",
            "address",
            "body",
            "html",
        ),
    )
)
"""Elements that begin a line of their own, and end it."""
_ROWS = frozenset(("thead", "tbody", "tfoot", "form"))
_WRITTEN = frozenset(("text", "tel", "email", "number", "date", ""))
"""Types of `input` whose value is shown."""
_BREAK = "\x0b"
"""A line of text begins or ends; no text holds it, for `clean` takes it out."""


class WebParser:
    """HTML with a table or of Word's own making, and an archive of such a page."""

    name = "web"
    version = 1

    def recognises(self, head: bytes, path: Path) -> bool:
        """True for such a page; other HTML stays text, since mail programs attach it for no reader."""
        kind = magic.kind(head)
        if kind == "web-archive":
            return True
        if kind or ooxml.is_flat(head) or not _PAGE.match(_decoded(head)):
            return False
        return _is_document(_decoded(path.read_bytes()))

    def parse(self, path: Path, scratch: Path) -> WordFacts:
        """The page's text, `converted_from` saying "html".

        Raises `Unreadable` "too-large" over a limit, "unreadable" for an archive without a page.
        """
        data = path.read_bytes()
        archived = magic.kind(data[: limits.HEAD_BYTES]) == "web-archive"
        page, images = _from_archive(data) if archived else (_decoded(data), 0)
        return WordFacts(page_blocks(page), images=images, converted_from="html")


def enclosed_blocks(data: bytes) -> list[Block]:
    """The blocks of a page, or of an archive of one, within another document; none where it is neither."""
    head = data[: limits.HEAD_BYTES]
    if magic.kind(head) == "web-archive":
        return list(page_blocks(_from_archive(data)[0]))
    return list(page_blocks(_decoded(data))) if _PAGE.match(_decoded(head)) else []


def page_blocks(page: str) -> tuple[Block, ...]:
    """The paragraphs and tables of HTML in reading order, a nested table after the one around it.

    Raises `Unreadable` "too-large" for more text, or deeper nesting, than is read.
    """
    from lxml import etree

    if len(page) > limits.HTML_DOCUMENT_CHARACTERS:
        raise Unreadable("too-large", "html", f"{len(page)} characters")
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        root = etree.fromstring(clean(page).encode("utf-8"), parser)
    except etree.XMLSyntaxError:
        root = None
    if any("depth" in entry.message for entry in parser.error_log) or _depth(root) > limits.HTML_DEPTH:
        raise Unreadable("too-large", "html", "nested too deeply")
    return () if root is None else tuple(_PageWalk().blocks(root))


def _depth(root: Any) -> int:
    """How many elements lie within one another at most."""
    from lxml import etree

    deepest = level = 0
    for event, _ in () if root is None else etree.iterwalk(root, events=("start", "end")):
        level += 1 if event == "start" else -1
        deepest = max(deepest, level)
    return deepest


def _is_document(page: str) -> bool:
    head = page[: limits.HEAD_BYTES]
    return bool(_TABLE.search(page)) and not _OTHER_OFFICE.search(head)


def _decoded(data: bytes) -> str:
    if data.startswith(_UTF_16):
        return data.decode("utf-16", "replace")
    return decode(data.removeprefix(b"\xef\xbb\xbf"), declared_charset(data))


def _from_archive(data: bytes) -> tuple[str, int]:
    """The first page of a web archive, which is the document itself, and how many pictures lie beside it."""
    parts = list(mime.read(data[mime.leading(data) :]).leaves())
    page = next((part for part in parts if part.kind in ("text/html", "application/xhtml+xml")), None)
    if page is None:
        raise Unreadable("unreadable", "html", "a web archive without a page")
    body = transfer.decoded(page.fields, page.raw)
    charset = parameter(page.fields, "content-type", "charset")
    shown = body.decode("utf-16", "replace") if body.startswith(_UTF_16) else None
    images = sum(part.kind.startswith("image/") for part in parts)
    return shown or decode(body, charset or declared_charset(body)), images


@dataclass(slots=True)
class _Carried:
    """A cell that is merged downwards, and the rows below for which it still stands."""

    cell: Cell
    rows: int


class _PageWalk:
    """One reading of a page; counts the characters it has given, and stops at the limit."""

    def __init__(self) -> None:
        self._characters = 0

    def blocks(self, element: Any) -> Iterator[Block]:
        """What stands within an element: its lines as paragraphs, its tables as tables."""
        words: list[str] = []
        for piece in self._pieces(element, ""):
            if isinstance(piece, str):
                words.append(piece)
                continue
            yield from self._paragraphs(words)
            words = []
            yield from self._table(piece)
        yield from self._paragraphs(words)

    def _paragraphs(self, words: list[str]) -> Iterator[Paragraph]:
        yield from (Paragraph(self._counted(line)) for line in _lines("".join(words)))

    def _counted(self, text: str) -> str:
        self._characters += len(text) + 1
        if self._characters > limits.WORD_CHARACTERS:
            raise Unreadable("too-large", "html", f"more than {limits.WORD_CHARACTERS} characters of text")
        return text

    def _pieces(self, element: Any, font: str) -> Iterator[Any]:
        """The words of an element with marks where lines break, and its tables as elements."""
        tag = element.tag.lower() if isinstance(element.tag, str) else "xml"
        style = element.get("style") or ""
        if tag in _UNSEEN or tag.startswith("w:") or _HIDDEN.search(style):
            return
        if tag == "table":
            yield element
            return
        if tag == "br":
            yield "\n"
        elif tag in ("input", "textarea", "select"):
            yield _filled_in(tag, element)
            return
        named = _FONT.search(style) or _FONT.search(f"font-family:{element.get('face') or ''}")
        font = named[1].lower() if named else font
        edge = _BREAK if tag in _LINES or tag in ("tr", "td", "th") else ""
        yield edge
        yield _words(element.text, font)
        for child in element:
            yield from self._pieces(child, font)
            yield _words(child.tail, font)
        yield edge

    def _table(self, table: Any) -> Iterator[Block]:
        rows: list[tuple[Cell, ...]] = []
        inner: list[Block] = []
        carried: dict[int, _Carried] = {}
        for row in _rows(table):
            cells = tuple(self._row(row, carried, inner))
            if cells:
                rows.append(cells)
        if rows:
            yield Table(tuple(rows))
        yield from inner

    def _row(self, row: Any, carried: dict[int, _Carried], inner: list[Block]) -> Iterator[Cell]:
        """The distinct cells of a row; `carried` are those of rows above that reach into it, by column."""
        column = 0
        for element in row:
            if element.tag not in ("td", "th") or _HIDDEN.search(element.get("style") or ""):
                continue
            while column in carried:
                yield (above := self._from_above(carried, column))
                column += above.span
            cell = Cell(self._cell(element, inner), column, _number(element.get("colspan")))
            down = _number(element.get("rowspan"), limits.WORD_CHARACTERS)
            if down > 1:
                carried[column] = _Carried(cell, down - 1)
            yield cell
            column = min(column + cell.span, limits.TABLE_COLUMNS)
        for place in sorted(place for place in carried if place >= column):
            yield self._from_above(carried, place)

    def _from_above(self, carried: dict[int, _Carried], column: int) -> Cell:
        above = carried[column]
        self._counted(above.cell.text)
        above.rows -= 1
        if above.rows < 1:
            del carried[column]
        return above.cell

    def _cell(self, element: Any, inner: list[Block]) -> str:
        """A cell's own text; tables within it are added to `inner`."""
        lines: list[str] = []
        for block in self.blocks(element):
            if isinstance(block, Table):
                inner.append(block)
            else:
                lines.append(block.text)
        return "\n".join(lines)


def _rows(table: Any) -> Iterator[Any]:
    """The rows of a table, not those of tables within it."""
    for element in table:
        if element.tag == "tr":
            yield element
        elif element.tag in _ROWS:
            yield from _rows(element)


def _words(text: str | None, font: str) -> str:
    folded = _BLANKS.sub(" ", text or "")
    return in_font(folded, font) if font in SIGNS else folded


def _lines(words: str) -> Iterator[str]:
    """The lines that a reader sees; blanks at their ends are the page's, not the writer's."""
    for stretch in words.split(_BREAK):
        text = readable(re.sub(" {2,}", " ", stretch)).strip(" \n")
        yield from filter(None, ["\n".join(line.strip(" ") for line in text.split("\n"))])


def _filled_in(tag: str, element: Any) -> str:
    """What a field of a web form shows: its text, its tick, the choice that was made."""
    if tag == "textarea":
        return element.text or ""
    if tag == "select":
        chosen = [option for option in element.iter("option") if option.get("selected") is not None]
        return "".join("".join(option.itertext()) for option in chosen[:1]).strip()
    kind = (element.get("type") or "").lower()
    if kind in ("checkbox", "radio"):
        return UNCHECKED if element.get("checked") is None else CHECKED
    return element.get("value") or "" if kind in _WRITTEN else ""


def _number(text: str | None, most: int = limits.TABLE_COLUMNS) -> int:
    """A claimed count of columns or rows, held within what a table can have."""
    digits = (text or "").strip()
    return min(max(int(digits), 1), most) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 1
