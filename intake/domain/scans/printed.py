"""A scan that is the Word form itself, printed into a PDF by a program: word for word, and nothing else.

What such a page shows need not be looked for beside its labels: it is all that the form says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from intake.domain.model.document import Document, Form
from intake.domain.model.facts import Block, Paragraph, WordFacts
from intake.domain.model.inspection import ScanPage
from intake.domain.scans.page_text import shown_pages
from intake.domain.text.numerals import HAN
from intake.domain.text.ocr_characters import unified

MOST_KEPT = 512
"""Forms and scans of which the words are kept: those of the units that are judged together."""
HELD_KEPT = 2 * MOST_KEPT
"""Forms held against a scan that are kept; each is asked for by pairing and by rules."""
HEAD = 60
"""Characters of a form's beginning by which it is looked up: title, first labels and most nominees' names."""

_PAGE_NUMBER = re.compile(r"[-—–·]?第?\d{1,3}(?:[/／]\d{1,3}|页(?:[,，/／]?共\d{1,3}页)?)?[-—–·]?")
_DIGIT = re.compile(rf"\d|{HAN}")


@dataclass(frozen=True, slots=True)
class FormWords:
    """The paragraphs and cells of a form without white space, each with whether it may repeat the cell above.

    `head` is what surely stands first in a scan that is the form: as much of it as forms are looked up by.
    """

    said: tuple[tuple[str, bool], ...] = ()
    head: str = ""

    def __hash__(self) -> int:
        """A short one: a form has hundreds of words."""
        return hash((self.head, len(self.said)))


NO_WORDS = FormWords()


def words_of(form: Document) -> FormWords:
    """What is to be found in a scan that is this form; nothing where that would not prove it the same.

    That is where a person corrected what the form says, and where parts of the file were not read.
    """
    if not isinstance(form.facts, WordFacts) or form.facts.unread or form.facts.damaged:
        return NO_WORDS
    if form.form is None or form.form.corrected:
        return NO_WORDS
    return _words(_FormText(form.facts.blocks, form.form))


def copies_of(forms: Sequence[Document], scans: Sequence[Document]) -> frozenset[tuple[int, int]]:
    """The keys of the scans that are one of these forms, word for word.

    Each is held against the forms that begin as it does, so that many of both cost what they cost one by one.
    """
    by_head: dict[str, list[FormWords]] = {}
    for words in map(words_of, forms):
        by_head.setdefault(words.head, []).append(words)
    by_head.pop(NO_WORDS.head, None)
    lengths = {len(head) for head in by_head}

    def is_copy(pages: tuple[ScanPage, ...]) -> bool:
        text = _text(pages)
        return any(is_printed(words, pages) for size in lengths for words in by_head.get(text[:size], ()))

    shown = ((scan.key, shown_pages(scan)) for scan in scans)
    return frozenset(key for key, pages in shown if pages and is_copy(pages))


@lru_cache(maxsize=HELD_KEPT)
def is_printed(words: FormWords, pages: tuple[ScanPage, ...]) -> bool:
    """True where the text layer of all these pages says these words in this order, and nothing else.

    The number of a page may stand above or below its text.  A cell that is merged downwards is repeated in
    the facts of a form and stands once on paper.
    """
    if not words.said or not pages or not all(page.digital for page in pages):
        return False
    text, at, last = _text(pages), 0, ""
    for word, again in words.said:
        if text.startswith(word, at):
            # 1 and 23 beside each other are no 12 and 3.
            if last and _DIGIT.fullmatch(last) and _DIGIT.fullmatch(word[0]):
                return False
            at, last = at + len(word), word[-1]
        elif not again:
            return False
    return at == len(text)


@dataclass(frozen=True, slots=True)
class _FormText:
    """The text of a form, and what was read in it; found again by the latter alone, which is short."""

    blocks: tuple[Block, ...]
    form: Form

    def __hash__(self) -> int:
        return hash(self.form)


@lru_cache(maxsize=MOST_KEPT)
def _words(read: _FormText) -> FormWords:
    """The words of a form; what it says as a value is no repeated label, and never left out."""
    values = {field.text for field in read.form.fields.values()}
    found = ((_bare(text), again and text.strip() not in values) for text, again in _texts(read.blocks))
    said = tuple((word, again) for word, again in found if word)
    fixed = takewhile(lambda word: not word[1], said)
    return FormWords(said, "".join(word for word, _ in fixed)[:HEAD])


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
