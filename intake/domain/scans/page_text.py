"""The pages that can be read of a document: what was seen in its pixels, and its text layer."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from intake.domain.model.document import Document
from intake.domain.model.facts import COVERED, PdfPage
from intake.domain.model.inspection import ScanLine, ScanPage
from intake.domain.page.comparison import text_lines
from intake.domain.text.ocr_characters import folded_letters, unified

MOST_KEPT = 512
"""Documents of which the pages are kept as they show: those of the units that are judged together."""
FEWEST_CHARACTERS = 10
"""Characters of a page from which a text layer is one: less is a page number or a scanner's mark."""
UNSURE_SCORE = 0.5
"""The score of a line out of such a layer: what it says may be right, what it denies proves nothing."""
UNSEEN = "only its text layer was read"
"""The doubt of a page whose pixels nobody looked at: whatever is stamped on it was not seen."""


def shown_pages(document: Document) -> tuple[ScanPage, ...]:
    """The pages with the lines that are known of them: as inspected, and from the text layer.

    A text layer that a program wrote is surer than any reading of pixels; one under the picture of a sheet
    is itself such a reading, and is taken only where there is no better one.  A page of which there is
    nothing but the layer has the doubt `UNSEEN`.
    """
    layers = document.facts.pages
    # The facts of a part, or of the first of several files, come before the pages of others.
    numbers = document.pages or tuple(range(1, len(layers) + 1))
    return _shown(document.inspection.pages if document.inspection else (), layers, numbers)


def folded_text(pages: tuple[ScanPage, ...]) -> str:
    """All letters and digits of these pages, line by line: whatever is mentioned on them stands in it."""
    return _folded(pages)


@lru_cache(maxsize=MOST_KEPT)
def _folded(pages: tuple[ScanPage, ...]) -> str:
    return "".join(folded_letters(line.text) for page in pages for line in page.lines)


@lru_cache(maxsize=MOST_KEPT)
def _shown(
    looked: tuple[ScanPage, ...], layers: tuple[PdfPage, ...], numbers: tuple[int, ...]
) -> tuple[ScanPage, ...]:
    seen = {page.number: page for page in looked}
    for number, layer in zip(numbers, layers, strict=False):
        if lines := _layer(layer, number):
            page = seen.get(number)
            sure = layer.image_share < COVERED
            if page is None:
                size = round(layer.width_pt), round(layer.height_pt)
                seen[number] = ScanPage(
                    number, *size, "bw", digital=sure, lines=lines, read_to=1.0, doubt=UNSEEN
                )
            elif sure or not page.lines:
                seen[number] = replace(page, lines=lines, read_to=1.0)
    return tuple(seen[number] for number in sorted(seen))


def _layer(layer: PdfPage, number: int) -> tuple[ScanLine, ...]:
    if len("".join(layer.text.split())) < FEWEST_CHARACTERS:
        return ()
    lines = text_lines(unified(layer.text), number)
    if layer.image_share < COVERED:
        return lines
    return tuple(
        replace(line, score=min(line.score, UNSURE_SCORE), weak=tuple(range(len(line.text))))
        for line in lines
    )
