"""A scan that is the Word form itself, printed into a PDF by a program: word for word, and nothing else.

What such a page shows need not be looked for beside its labels: it is all that the form says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from intake.domain.model.document import Document
from intake.domain.model.facts import Block, Paragraph, WordFacts
from intake.domain.model.inspection import ScanPage
from intake.domain.scans.page_text import shown_pages
from intake.domain.text.numerals import HAN
from intake.domain.text.ocr_characters import unified

MOST_KEPT = 512
"""Forms and scans of which the words are kept: those of the units that are judged together."""

_PAGE_NUMBER = re.compile(r"[-—–·]?第?\d{1,3}(?:[/／]\d{1,3}|页(?:[,，/／]?共\d{1,3}页)?)?[-—–·]?")
_DIGIT = re.compile(rf"\d|{HAN}")

Words = tuple[tuple[str, bool], ...]
"""The paragraphs and cells of a form without white space, each with whether it may repeat the cell above."""


def words_of(form: Document) -> Words:
    """What is to be found in a scan that is this form; nothing where that would not prove it the same.

    That is where a person corrected what the form says, and where parts of the file were not read.
    """
    if not isinstance(form.facts, WordFacts) or form.facts.unread or form.facts.damaged:
        return ()
    if form.form is None or form.form.corrected:
        return ()
    return _words(form.facts.blocks, frozenset(field.text for field in form.form.fields.values()))


def copies_of(forms: Sequence[Document], scans: Sequence[Document]) -> frozenset[tuple[int, int]]:
    """The keys of the scans that are one of these forms, word for word."""
    words = [words_of(form) for form in forms]
    shown = ((scan.key, shown_pages(scan)) for scan in scans)
    return frozenset(key for key, pages in shown if any(is_printed(own, pages) for own in words))


def is_printed(words: Words, pages: tuple[ScanPage, ...]) -> bool:
    """True where the text layer of all these pages says these words in this order, and nothing else.

    The number of a page may stand above or below its text.  A cell that is merged downwards is repeated in
    the facts of a form and stands once on paper.
    """
    if not words or not pages or not all(page.digital for page in pages):
        return False
    text, at, last = _text(pages), 0, ""
    for word, again in words:
        if text.startswith(word, at):
            # 1 and 23 beside each other are no 12 and 3.
            if last and _DIGIT.fullmatch(last) and _DIGIT.fullmatch(word[0]):
                return False
            at, last = at + len(word), word[-1]
        elif not again:
            return False
    return at == len(text)


@lru_cache(maxsize=MOST_KEPT)
def _words(blocks: tuple[Block, ...], values: frozenset[str]) -> Words:
    """The words of a form; what it says as a value is no repeated label, and never left out."""
    found = ((_bare(text), again and text.strip() not in values) for text, again in _texts(blocks))
    return tuple((word, again) for word, again in found if word)


def _texts(blocks: tuple[Block, ...]) -> Iterator[tuple[str, bool]]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text, False
            continue
        above: dict[int, str] = {}
        for row in block.rows:
            yield from ((cell.text, above.get(cell.column) == cell.text) for cell in row)
            above = {cell.column: cell.text for cell in row}


@lru_cache(maxsize=MOST_KEPT)
def _text(pages: tuple[ScanPage, ...]) -> str:
    return "".join(line for page in pages for line in _lines(page))


def _lines(page: ScanPage) -> list[str]:
    """The lines of a page from the top, but for its number."""
    rows: dict[float, list[str]] = {}
    for line in page.lines:
        rows.setdefault(line.box.top, []).append(line.text)
    lines = [_bare("".join(row)) for row in rows.values()]
    for end in (0, -1):
        if lines and _PAGE_NUMBER.fullmatch(lines[end]):
            del lines[end]
    return lines


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", unified(text)).split())
