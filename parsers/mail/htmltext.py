"""An HTML body as the text that its reader sees: paragraphs, tables, links as 文字 <url>.

Nothing is fetched and no entity of the sender's is expanded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from parsers.common import limits
from parsers.common.text import clean, one_line

_BLOCK_NAMES = (
    "address article blockquote center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header hr li ol p "
    "pre section table tbody thead tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_INVISIBLE = frozenset(("head", "script", "style", "title", "noscript", "template"))
_HIDDEN_STYLE = re.compile(r"display\s{0,9}:\s{0,9}none", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\u00a0]+")
_BREAK = "\x0b"
"""A block begins or ends; any number of them is one line end. (No text holds it: `clean` takes it out.)"""

_BREAKS = re.compile(f"[ ]*{_BREAK}[ {_BREAK}]*")
_LEVELS = 40
"""Cells, links and citations within one another that are laid out: layout tables nest about 10 deep."""
_CITATIONS = 5
"""Citations within one another that are marked: each adds two characters to every line."""
_TAG = re.compile(r"<[^<>]{0,2000}>")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_HEAD_BYTES = 2048

Link = tuple[str, str]
"""The words of a link and its address."""


def declared_charset(page: bytes) -> str | None:
    """The charset that the page names in its own head, or None."""
    found = _CHARSET.search(page[:_HEAD_BYTES])
    return found[1].decode("ascii") if found else None


def html_to_text(html: str) -> tuple[str, tuple[Link, ...]]:
    """The visible text and the links of an HTML body; odd HTML is read as far as it goes.

    The cells of a row stand in one line with a tab between where each has a single
    line, else below one another. What is marked as cited begins with "> ".
    """
    from lxml import etree

    # Long histories nest deeper than the usual limit of 256, beyond which nothing at all is given.
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    data = clean(html[: limits.HTML_CHARACTERS]).encode("utf-8")
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        root = None
    if any("depth" in entry.message for entry in parser.error_log):
        return _without_tags(data.decode("utf-8")), ()
    if root is None:
        return "", ()
    page = _Page()
    for event, element in etree.iterwalk(root, events=("start", "end")):
        page.meet(event, element)
    return page.text(), tuple(page.links)


def _without_tags(html: str) -> str:
    """What is left to read of a page that is nested beyond all measure."""
    return "\n".join(filter(None, (one_line(unescape(words)) for words in _TAG.split(html))))


@dataclass(slots=True)
class _Scope:
    """A stretch of text that is laid out by itself: the page, a cell, a citation, a link."""

    tag: str
    pieces: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        text = _BREAKS.sub(_BREAK, "".join(self.pieces))
        text = re.sub(f"\n{_BREAK}|{_BREAK}", "\n", text)
        lines = [re.sub(" {2,}", " ", line).strip(" ") for line in text.split("\n")]
        while lines and not lines[0]:
            del lines[0]
        while lines and not lines[-1]:
            del lines[-1]
        return lines


class _Page:
    def __init__(self) -> None:
        self.links: list[Link] = []
        self._scopes = [_Scope("")]
        self._hidden = 0

    def text(self) -> str:
        while len(self._scopes) > 1:
            self._close()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._scopes[0].lines()))

    def meet(self, event: str, element: Any) -> None:
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag in _INVISIBLE or _HIDDEN_STYLE.search(element.get("style") or ""):
            self._hidden += 1 if event == "start" else -1
        elif not self._hidden:
            self._start(tag, element) if event == "start" else self._end(tag, element)
        words = element.text if event == "start" else element.tail
        if words and not self._hidden:
            self._scopes[-1].pieces.append(
                _BLANKS.sub(" ", words) if tag != "pre" or event == "end" else words
            )

    def _start(self, tag: str, element: Any) -> None:
        if tag in _BLOCKS or tag == "br":
            self._scopes[-1].pieces.append("\n" if tag == "br" else _BREAK)
        if tag in ("tr", "td", "th", "a") or _is_citation(tag, element):
            self._scopes.append(_Scope("", self._scopes[-1].pieces) if self._is_deep(tag) else _Scope(tag))

    def _is_deep(self, tag: str) -> bool:
        """True where the words go where they stand: laying them out costs the text once for each level."""
        cited = tag == "blockquote" and sum(scope.tag == tag for scope in self._scopes) >= _CITATIONS
        return cited or len(self._scopes) >= _LEVELS

    def _end(self, tag: str, element: Any) -> None:
        if tag == "a":
            self._close_link(element)
        elif tag in ("tr", "td", "th") or _is_citation(tag, element):
            self._close()
        if tag in _BLOCKS:
            self._scopes[-1].pieces.append(_BREAK)

    def _close(self) -> None:
        scope = self._scopes.pop()
        outer = self._scopes[-1]
        if scope.pieces is outer.pieces:
            return
        if scope.tag in ("td", "th"):
            content = "\n".join(scope.lines())
            outer.cells.append(content) if outer.tag == "tr" else outer.pieces.append(
                f"{_BREAK}{content}{_BREAK}"
            )
        elif scope.tag == "tr":
            filled = [cell for cell in scope.cells if cell.strip()]
            between = "\n" if any("\n" in cell for cell in filled) else "\t"
            outer.pieces += [between.join(filled), *scope.pieces]
        elif scope.tag == "blockquote":
            outer.pieces.append("".join(f"> {line}\n" for line in scope.lines()))
        else:
            outer.pieces += scope.pieces

    def _close_link(self, element: Any) -> None:
        scope = self._scopes.pop()
        if scope.pieces is self._scopes[-1].pieces:
            scope = _Scope("")
        self._scopes[-1].pieces += scope.pieces
        address = one_line(element.get("href") or "")
        if not address.lower().startswith(("http://", "https://")):
            return
        words = one_line("".join(scope.pieces))
        if address not in words:
            self._scopes[-1].pieces.append(f" <{address}>" if words else f"<{address}>")
        if len(self.links) < limits.LINKS:
            self.links.append((words, address))


def _is_citation(tag: str, element: Any) -> bool:
    """True for a quotation that the mail program marked; bare blockquotes indent one's own words."""
    return tag == "blockquote" and (element.get("type") == "cite" or "quote" in (element.get("class") or ""))
