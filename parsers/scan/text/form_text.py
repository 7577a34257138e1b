"""As much of a file's text as the question needs, rising in resolution only on failure."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from intake.domain.model.inspection import MOST_EFFORT, Box, Expected, ScanLine, ScanPage
from intake.domain.page.comparison import enough, legible_head
from intake.domain.page.figure_places import missing_figures, shows_figures
from intake.domain.text.ocr_characters import fold
from parsers.scan.text.reading import Guide, PageReader, read_top
from parsers.scan.text.session import Session

HEAD = 0.45
"""Upper share of a page that holds title, unit and the first rows."""

WHOLE = 0.99
"""How far down a page was read that was read to its end, not its head alone."""

NEAR = 50
"""Likeness (0 to 100) to a name from which a line is read again: one of two characters is right."""

NEAR_SURE = 60
"""The same for a line that was surely read, to a name of more than two characters."""

MARGIN = 0.03
"""Share of the page above and below what is searched again: a line and what is written close to it."""

WITH_LABEL = 6
"""Characters by which a line with its label in it is longer than the name."""

LONGEST_NEAR = 40
"""Characters of a line that may be a name with its label; a longer one is running text."""

MOST_BETWEEN = 4
"""Pages between the first and the last on which figures are looked for; a form has them on one of three."""


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
        _read_one(look, begins[0], sheets)
    else:
        for number in begins:
            if look.is_late():
                return
            _read_beginning(look, number)
        look.effort = MOST_EFFORT


def _read_one(look: Session, first: int, sheets: Sequence[int]) -> None:
    """First page, then the others, then the first again ever closer.

    A figure that is not found at the second look is known to be unreadable.  Where the page says plainly that
    it is another form, what says so alone is looked at again.
    """
    reader = _reader(look, first)
    for effort in range(look.effort + 1, MOST_EFFORT + 1):
        if look.is_late():
            return
        span = _span(look, first) if effort > 1 else (0.0, 1.0)
        look.keep(first, reader.read(effort, *span), "page")
        if effort == 1:
            _read_others(look, first, sheets, to=HEAD if reader.is_settled else 1.0)
        look.effort = effort
        if look.is_enough() and (effort > 1 or _shows_one(look, _read_pages(look))):
            look.satisfied = True
            return


def _span(look: Session, first: int) -> tuple[float, float]:
    """From where to where on the page another search is worth it; nowhere where both are 0."""
    lines = look.seen[first].lines
    shown = next((form for form in look.request.expected if enough([form], (), _read_pages(look))), None)
    if shown is None:
        head = legible_head(lines)
        return (max(0.0, head[0] - MARGIN), min(1.0, head[1] + MARGIN)) if head else (0.0, 1.0)
    # The rows of labels that were read have been searched as closely at once.
    missing = missing_figures(shown, lines)
    return (0.0, 0.0) if missing and all(missing) else (0.0, 1.0)


def _read_others(look: Session, first: int, sheets: Sequence[int], to: float) -> None:
    """The last page, where the unit seals; behind a cover, figures stand on the pages between."""
    between = [number for number in sheets if first < number < sheets[-1]][:MOST_BETWEEN]
    for number in (sheets[-1], *between):
        if number == first or look.is_late() or _shows_one(look, _read_pages(look)):
            continue
        if number == sheets[-1] or look.is_enough():
            look.keep(number, _reader(look, number).read(1, 0.0, to), "page")


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
    expected = look.request.expected
    waiting = True

    def beside() -> list[ScanPage]:
        return [] if alone else [page for other, page in look.seen.items() if other != number and page.lines]

    def figures_stand(form: Expected, lines: Sequence[ScanLine]) -> bool:
        others = beside()
        read = [lines, *(page.lines for page in others)]
        past = [reader.searched_to, *(page.read_to for page in others)]
        return shows_figures(form, read, past=past)

    def content(lines: Sequence[ScanLine]) -> bool:
        # Figures are looked for to the page's end, and once more closely; small print is not read for them.
        return any(
            (look.effort > 1 or figures_stand(form, lines)) and enough([form], lines, beside())
            for form in expected
        )

    def ready(lines: Sequence[ScanLine]) -> bool:
        # Once: where the rest says another form, each further line would be asked in vain.
        nonlocal waiting
        text = "".join(line.text for line in lines) if waiting else ""
        if any(form.figures and form.nominee in text and figures_stand(form, lines) for form in expected):
            waiting = False
            return True
        return False

    def missed(lines: Sequence[ScanLine]) -> list[Box]:
        shown = next((form for form in expected if form.figures and enough([form], lines, beside())), None)
        return [box for labels in missing_figures(shown, lines) for box in labels[:1]] if shown else []

    def settled(lines: Sequence[ScanLine]) -> bool:
        return legible_head(lines) is not None and not enough(expected, lines, beside())

    names = [fold(name).text for form in expected for name in _names(form)]
    figures = [fold(figure.text).text for form in expected for figure in form.figures]
    longest = max(map(len, (*names, *figures)), default=0) + WITH_LABEL
    reader = PageReader(
        look.picture(number),
        content,
        wanted=lambda line: _is_near(line, names) or _is_like(line, figures),
        guide=Guide(missed, settled, longest, ready),
    )
    return reader


def _beginnings(look: Session, sheets: Sequence[int]) -> list[int]:
    """The pages that begin a form, by their heads; the first sheet where nothing tells."""
    titles = look.request.titles
    begins = [
        number
        for number in sheets
        if any(title in line.text for line in look.seen[number].lines for title in titles)
    ]
    return begins if len(begins) > 1 else list(sheets[:1])


def _shows_one(look: Session, pages: Sequence[ScanPage]) -> bool:
    """True where these pages show one of the forms, its figures too."""
    lines = [page.lines for page in pages]
    return any(enough([form], (), pages) and shows_figures(form, lines) for form in look.request.expected)


def _read_pages(look: Session) -> list[ScanPage]:
    return [page for page in look.seen.values() if page.lines]


def _names(form: Expected) -> tuple[str, ...]:
    return (form.nominee, *form.categories, *form.units)


def _is_near(line: ScanLine, names: Sequence[str]) -> bool:
    """True for a line that may be one of the names misread: those are worth a second look."""
    text = fold(line.text).text
    if not 0 < len(text) <= LONGEST_NEAR or (not line.weak and text in names):
        return False
    return any(fuzz.partial_ratio(text, name) >= _nearest(line, name) for name in names)


def _nearest(line: ScanLine, name: str) -> float:
    return NEAR if line.weak or len(name) <= 2 else NEAR_SURE


def _is_like(line: ScanLine, figures: Sequence[str]) -> bool:
    """True for a line that may be one of the figures misread: as short, and half the same."""
    text = fold(line.text).text
    if not line.weak and text in figures:
        return False
    return any(0 < len(text) <= 2 * len(figure) and fuzz.ratio(text, figure) >= NEAR for figure in figures)
