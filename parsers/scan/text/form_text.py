"""As much of a file's text as the question needs, rising in resolution only on failure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from intake.domain.model.inspection import MOST_EFFORT, Expected, ScanLine, ScanPage
from intake.domain.page.comparison import enough
from intake.domain.text.ocr_characters import fold
from parsers.scan.text.reading import PageReader, read_top
from parsers.scan.text.session import Session

HEAD = 0.42
"""Upper share of a page that holds title, unit and the first rows."""

WHOLE = 0.99
"""How far down a page was read that was read to its end, not its head alone."""

NEAR = 50
"""Likeness (0 to 100) to a name from which a line is read again: one of two characters is right."""

LONGEST_NEAR = 40
"""Characters of a line that may be a name with its label; a longer one is running text."""

_DIGITS = re.compile(r"\d+")


def read_heads(look: Session) -> None:
    """Reads the top of every sheet, to tell where a form begins."""
    for number in look.sheets():
        if look.is_late():
            return
        if look.seen[number].read_to < HEAD:
            look.keep(number, read_top(look.picture(number), HEAD), "head")
    look.heads_read = True


def read_text(look: Session) -> None:
    """Reads until a form is found whole; a file with several is read where each begins.

    Nothing is read while heads that were asked for are missing: they tell where the forms begin.
    """
    if look.request.heads and not look.heads_read:
        return
    sheets = look.sheets()
    begins = _beginnings(look, sheets)
    if not sheets:
        look.effort = MOST_EFFORT
    elif len(begins) == 1 and look.is_enough() and (look.effort or _shows_one(look, _read_pages(look))):
        look.satisfied, look.effort = True, max(look.effort, 1)
    elif len(begins) == 1:
        _read_one(look, begins[0], sheets[-1])
    else:
        for number in begins:
            if look.is_late():
                return
            _read_beginning(look, number)
        look.effort = MOST_EFFORT


def _read_one(look: Session, first: int, last: int) -> None:
    """First page, then the last (where the unit seals), then the first again ever closer."""
    reader = _reader(look, first)
    for effort in range(look.effort + 1, MOST_EFFORT + 1):
        if look.is_late():
            return
        look.keep(first, reader.read(effort), "page")
        if effort == 1 and last != first and not _shows_one(look, _read_pages(look)):
            look.keep(last, _reader(look, last).read(1), "page")
        look.effort = effort
        if look.is_enough():
            look.satisfied = True
            return


def _read_beginning(look: Session, number: int) -> None:
    """The page on which one of several forms begins, held against the forms by itself."""
    page = look.seen[number]
    if page.read_to >= WHOLE or _shows_one(look, [page]):
        return
    reader = _reader(look, number, alone=True)
    for effort in (1, 2):
        reading = reader.read(effort)
        look.keep(number, reading, "page")
        if reading.satisfied:
            return


def _reader(look: Session, number: int, *, alone: bool = False) -> PageReader:
    """The reader of a page; it stops when with the other pages' lines, or `alone`, it shows a form."""
    others = [page for other, page in look.seen.items() if other != number and page.lines]

    def content(lines: Sequence[ScanLine]) -> bool:
        # Figures are looked for to the page's end; a misread one is not worth a closer look.
        return any(
            enough([form], lines, () if alone else others) and (look.effort > 0 or has_figures(form, lines))
            for form in look.request.expected
        )

    names = [fold(name).text for form in look.request.expected for name in _names(form)]
    return PageReader(look.picture(number), content, wanted=lambda line: _is_near(line, names))


def _beginnings(look: Session, sheets: Sequence[int]) -> list[int]:
    """The pages that begin a form, by their heads; the first sheet where nothing tells."""
    titles = look.request.titles
    begins = [
        number
        for number in sheets
        if any(title in line.text for line in look.seen[number].lines for title in titles)
    ]
    return begins if len(begins) > 1 else list(sheets[:1])


def has_figures(form: Expected, lines: Sequence[ScanLine]) -> bool:
    """True where each of the form's figures stands in some line, whose numbers are those of the figure alone.

    A 4 in 2024年度 or in 1990年4月 is not the 4 of a cell.
    """
    read = [fold(line.text).text for line in lines]
    wanted = [fold(figure).text for figure in form.figures]
    return all(
        any(figure in text and _DIGITS.findall(figure) == _DIGITS.findall(text) for text in read)
        for figure in wanted
    )


def _shows_one(look: Session, pages: Sequence[ScanPage]) -> bool:
    """True where these pages show one of the forms, its figures too."""
    lines = [line for page in pages for line in page.lines]
    return any(enough([form], (), pages) and has_figures(form, lines) for form in look.request.expected)


def _read_pages(look: Session) -> list[ScanPage]:
    return [page for page in look.seen.values() if page.lines]


def _names(form: Expected) -> tuple[str, ...]:
    return (form.nominee, *form.categories, *form.units)


def _is_near(line: ScanLine, names: Sequence[str]) -> bool:
    """True for a line that may be one of the names misread: those are worth a second look."""
    text = fold(line.text).text
    if not 0 < len(text) <= LONGEST_NEAR:
        return False
    return any(fuzz.partial_ratio(text, name) >= NEAR for name in names)
