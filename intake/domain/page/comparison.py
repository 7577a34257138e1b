"""Same form?  What was read in a scan, held against what the Word form says of itself.

Three answers are possible for nominee, category and unit, and between them stands the doubt: equal only
where a whole value equals the expected one, different only where a sure reading beside its own label is
another value by much, and everything else is for a person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from intake.domain.model.certainty import SHIPPED, Certainty
from intake.domain.model.inspection import Box, Compared, Expected, Likeness, ScanLine, ScanPage
from intake.domain.page.cells import PageLayout, layout
from intake.domain.page.figure_places import shows_figures
from intake.domain.page.figures import Figure, figures
from intake.domain.page.names import ExpectedName, compare_value, nearest, wanted_nominee, wanted_unit
from intake.domain.page.seal_text import ring_agrees
from intake.domain.page.titles import Title, compare_category, title_of
from intake.domain.page.vocabulary import CUSTOMARY, Terms, terms_of
from intake.domain.text.ocr_characters import fold

__all__ = [
    "CUSTOMARY",
    "Compared",
    "Figure",
    "Likeness",
    "Terms",
    "Title",
    "compare",
    "enough",
    "figures",
    "legible_head",
    "likeness_score",
    "ring_agrees",
    "shows_figures",
    "terms_of",
    "text_lines",
    "title_of",
]


_SPACED_TITLE = re.compile(r"\s*(?:\S\s+){2,4}[表书]\s*")
"""推 荐 表, which stands alone on many a cover under the name of the category."""

MOST_KEPT = 512
"""Comparisons that are kept: each form of the units that are judged together, held against its scan."""
SURE = 0.95
"""Mean score of a line from which it is surely read, where no letter of it is weak: brackets tell nothing."""
SHORTEST = 2
"""Characters of a name."""
NOMINEE_WEIGHT, UNIT_WEIGHT, CATEGORY_WEIGHT = 0.6, 0.2, 0.2
"""What each value counts in a likeness: forms of one unit share all but the nominee."""


def compare(
    expected: Expected,
    pages: tuple[ScanPage, ...],
    terms: Terms = CUSTOMARY,
    certainty: Certainty = SHIPPED,
) -> Mapping[str, Compared]:
    """Whether the pages show the expected form: its nominee, category and unit, under these keys.

    `terms` are the campaign's labels and categories (`terms_of`); without them the customary labels of
    such forms are known, and no category is told from another.
    """
    return _compare(expected, pages, terms, certainty)


@lru_cache(maxsize=MOST_KEPT)
def _compare(
    expected: Expected, pages: tuple[ScanPage, ...], terms: Terms, certainty: Certainty
) -> Mapping[str, Compared]:
    layouts = _layouts(pages, terms)
    return {
        "nominee": _value(_nominee(expected), layouts, certainty),
        "category": compare_category(expected.categories, layouts, terms),
        "unit": _value(_unit(expected), layouts, certainty),
    }


def enough(expected: Sequence[Expected], lines: Sequence[ScanLine], others: Sequence[ScanPage] = ()) -> bool:
    """True where one of the expected forms was found whole: its reader may stop.

    `lines` are those of one page, since their places are compared; `others` are the pages read before.
    """
    pages = (ScanPage(0, 0, 0, "colour", lines=tuple(lines)), *others)
    layouts = _layouts(pages, CUSTOMARY)
    return any(_is_whole(form, layouts) for form in expected)


def _is_whole(form: Expected, layouts: Sequence[PageLayout]) -> bool:
    wanted = (_nominee(form), _unit(form))
    if any(_value(value, layouts).likeness is not Likeness.EQUAL for value in wanted):
        return False
    return compare_category(form.categories, layouts, CUSTOMARY).likeness is Likeness.EQUAL


def legible_head(lines: Sequence[ScanLine]) -> tuple[float, float] | None:
    """From where to where on the page title, nominee and unit stand; None where one was not surely read.

    Nothing further down the page can say otherwise whose form it is, be it the one looked for or another, and
    no closer look shows more of the rest.
    """
    page = ScanPage(0, 0, 0, "colour", lines=tuple(lines))
    title = title_of(page, CUSTOMARY)
    if title is None or not _is_sure(title.place):
        return None
    put = layout(page, CUSTOMARY)
    nominee, unit = _cell(put, "nominee"), _cell(put, "unit")
    if not nominee or not unit:
        return None
    boxes = [line.box for line in (title.place, *nominee, *unit)]
    return min(box.top for box in boxes), max(box.bottom for box in boxes)


def _cell(put: PageLayout, kind: str) -> tuple[ScanLine, ...]:
    """The lines of the first cell of that kind, where all of it was surely read; else none."""
    pieces = next((item.pieces for item in put.labelled if item.kind == kind and item.pieces), ())
    if not pieces or len(pieces[0].folded.text) < SHORTEST or pieces[0].folded.weak:
        return ()
    lines = pieces[0].lines
    return lines if all(_is_sure(line) for line in lines) else ()


def _is_sure(line: ScanLine) -> bool:
    return line.score >= SURE and not fold(line.text, line.weak).weak


def likeness_score(expected: Expected, pages: Sequence[ScanPage], terms: Terms = CUSTOMARY) -> float:
    """How much the pages look like the expected form, 0 to 1: for putting forms and scans together.

    The nominee weighs most, since forms of one unit share all the rest; what is not known of the form
    does not count.
    """
    layouts = _layouts(pages, terms)
    parts: list[tuple[float, float]] = []
    for weight, wanted in (
        (NOMINEE_WEIGHT, _nominee(expected)),
        (UNIT_WEIGHT, _unit(expected)),
    ):
        if wanted:
            # A name that shares half its characters with another is far from it, not half way.
            parts.append((weight, nearest(wanted, layouts) ** 3))
    if expected.categories:
        found = compare_category(expected.categories, layouts, terms).likeness
        parts.append((CATEGORY_WEIGHT, {Likeness.EQUAL: 1.0, Likeness.NEAR: 0.5}.get(found, 0.0)))
    whole = sum(weight for weight, _ in parts)
    return sum(weight * share for weight, share in parts) / whole if whole else 0.0


def text_lines(text: str, page: int = 1) -> tuple[ScanLine, ...]:
    """The text layer of a page as lines that are sure, each word where it would stand on the sheet.

    A text layer has no places: lines share the height of the page, words their line.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    height = 1 / max(len(lines), 1)
    found: list[ScanLine] = []
    for number, line in enumerate(lines):
        if _SPACED_TITLE.fullmatch(line):
            line = "".join(line.split())
        width = 1 / max(len(line), 1)
        for word in re.finditer(r"\S+", line):
            box = Box(
                word.start() * width, (number + 0.2) * height, word.end() * width, (number + 0.8) * height
            )
            found.append(ScanLine(word[0], 1.0, box))
    return tuple(found)


def _nominee(form: Expected) -> ExpectedName | None:
    return wanted_nominee(form.nominee, form.units, form.others)


def _unit(form: Expected) -> ExpectedName | None:
    return wanted_unit(form.units, (form.nominee, *form.categories), form.others)


def _layouts(pages: Sequence[ScanPage], terms: Terms) -> list[PageLayout]:
    return [layout(page, terms) for page in pages]


def _value(
    wanted: ExpectedName | None, layouts: Sequence[PageLayout], certainty: Certainty = SHIPPED
) -> Compared:
    return compare_value(wanted, layouts, certainty) if wanted else Compared(Likeness.UNREAD, "")
