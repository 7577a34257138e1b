"""Whether whose form a page is was read without doubt, be it the one that is looked for or another.

Where it was, nothing further down the page can say otherwise, and no closer look shows more of the rest.
"""

from __future__ import annotations

from collections.abc import Sequence

from intake.domain.model.inspection import ScanLine, ScanPage
from intake.domain.page.cells import PageLayout, layout
from intake.domain.page.titles import title_of
from intake.domain.page.vocabulary import CUSTOMARY
from intake.domain.text.names import compact
from intake.domain.text.ocr_characters import fold

SURE = 0.95
"""Mean score of a line from which it is surely read, where no letter of it is weak: brackets tell nothing."""
SHORTEST = 2
"""Characters of a name."""


def legible_head(lines: Sequence[ScanLine]) -> tuple[float, float] | None:
    """From where to where on the page title, nominee and unit stand; None where one was not surely read."""
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
    if not pieces or len(compact(pieces[0].text)) < SHORTEST or pieces[0].folded.weak:
        return ()
    lines = pieces[0].lines
    return lines if all(_is_sure(line) for line in lines) else ()


def _is_sure(line: ScanLine) -> bool:
    return line.score >= SURE and not fold(line.text, line.weak).weak
