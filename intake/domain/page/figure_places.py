"""Where a figure of the form stands on a page: beside its label, or a part of it, and alone in its cell.

What is expected is looked for instead of read: a wrapped label of which one line was read is known all the
same, and its row need not be put together first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rapidfuzz import fuzz

from intake.domain.campaign.campaign import Campaign
from intake.domain.documents.labels import labels_of, sharers
from intake.domain.model.document import Field
from intake.domain.model.inspection import Box, Expected, ExpectedFigure, ScanLine, ScanPage
from intake.domain.page.cells import PageLayout, layout
from intake.domain.page.figures import Figure, has_number
from intake.domain.page.geometry import Spot, height_of, middle, spots_of
from intake.domain.page.vocabulary import terms_of
from intake.domain.text.ocr_characters import fold

LABEL_LIKE = 85
"""Likeness (0 to 100) from which a line is a part of a label: one that is wrapped was perhaps half read."""
BESIDE = 0.5
"""Line heights by which a label may be off its figure, and another number that was written to it."""
ROOM_BELOW = 2.0
"""Line heights below a figure in which a number that was written to it ends."""
COLON = 2
"""Characters by which a label is longer on paper; running text may hold the words of one."""
NEAREST = 0.1
"""Widths of the page within which boxes left of a figure are next to it: the lines of one label."""
WORDS_BEFORE = 3
"""Words of a text layer before a figure among which its label is looked for: two lines of it, and a colon."""
BEGUN = 4
"""Characters of a line by which a longer value is known that begins with it."""

SPREAD = 14
"""Characters from which a value may take several lines of its cell."""
COVERED = 0.9
"""Share of such a value that must stand in lines of its own."""

_DIGITS = re.compile(r"\d+")


def shows_figures(
    form: Expected, pages: Sequence[Sequence[ScanLine]], *, past: Sequence[float] | None = None
) -> bool:
    """True where each figure of the form stands on one of the pages, given by their lines, as often as in it.

    A 4 in 2024年度 or in 1990年4月 is not the 4 of a cell.  `past` tells how far down each page all was read:
    a figure then counts only where that is below its cell, or something below it was read, so that what may
    be written beside it was seen.
    """
    boxes = [spots_of(lines) for lines in pages]
    ends = past if past is not None else [None] * len(pages)
    both = list(zip(boxes, ends, strict=True))
    return all(
        sum(_shown(figure, spots, end) for spots, end in both) >= times
        for figure, times in Counter(form.figures).items()
    )


def missing_figures(form: Expected, lines: Sequence[ScanLine]) -> list[list[Box]]:
    """For each figure of the form that its page does not show: where its labels stand, likeliest first."""
    spots = spots_of(lines)
    found: list[list[Box]] = []
    for figure, times in Counter(form.figures).items():
        if _shown(figure, spots, None) < times:
            heads = [fold(label).text for label in figure.labels]
            longest = max(map(len, heads), default=0) + COLON
            labels = [
                spot for spot in spots if len(spot.line.text) <= longest and _is_label(spot.line.text, heads)
            ]
            # What is a part of a label comes before what only shares its words, as a name may.
            labels.sort(key=lambda spot: (not _is_part(spot.line.text, heads), -len(spot.line.text)))
            found.append([spot.box for spot in labels])
    return found


def stands(written: Field, pages: Sequence[ScanPage], campaign: Campaign, category: str | None) -> bool:
    """True where the form's figure stands in the scan right of what may be a part of its label.

    In a text layer, where nothing has a place, the label comes before it.  A long value may stand on several
    lines, wherever they are.  Where other cells bear its label, it may be the figure of one of these.
    """
    if sharers(written.name, campaign, category):
        return False
    own = [field for field in campaign.field if field.name == written.name and field.applies_to(category)]
    heads = [fold(label).text for field in own for label in field.labels]
    wanted = fold(written.text).text
    for page in pages:
        spots = spots_of(page.lines)
        for spot in spots:
            if _is_read_as(spot, wanted):
                near = [other.line.text for other in _before(spot, spots, digital=page.digital)]
                # 数量 is a label of its own, and below 科技志愿服务队伍 the rest of one.
                known = [
                    label for text in _labels_in(near, campaign) if (label := labels_of(campaign).find(text))
                ]
                foreign = any(not set(label.fields) & set(own) for label in known)
                if not foreign and any(_is_label(text, heads) for text in near):
                    return True
    return len(wanted) >= SPREAD and _spread(wanted, pages) >= COVERED * len(wanted)


def _labels_in(near: Sequence[str], campaign: Campaign) -> Sequence[str]:
    """The lines beside a value as labels: together one that is wrapped, else each by itself."""
    whole = "".join(near)
    return [whole] if labels_of(campaign).find(whole) else near


def _is_read_as(spot: Spot, wanted: str) -> bool:
    """True where the box was surest read as that; or when read again, and no reading has another number.

    What was struck through stands nowhere.
    """
    if any(line.struck for line in spot.readings):
        return False
    surest, *again = (fold(line.text).text for line in spot.readings)
    return surest == wanted or (wanted in again and not any(map(has_number, {surest, *again} - {wanted})))


def _spread(wanted: str, pages: Sequence[ScanPage]) -> int:
    """How many characters of a long value stand in lines that are pieces of it."""
    lines = dict.fromkeys(fold(line.text).text for page in pages for line in page.lines)
    return sum(len(said) for said in lines if len(said) > 1 and said in wanted)


def written_beside(figure: Figure, pages: Sequence[ScanPage], campaign: Campaign) -> str:
    """Another number in the cell of the figure, as one that was changed by hand has it; "" for none."""
    place = figure.place
    for page in pages if place and place.text else ():
        if page.number != figure.page or page.digital:
            continue
        put = layout(page, terms_of(campaign))
        for spot in put.free:
            if (
                place
                and spot.line is not place
                and _is_beside(spot, place, put)
                and has_number(spot.line.text)
            ):
                return spot.line.text
    return ""


def _shown(figure: ExpectedFigure, spots: Sequence[Spot], read_to: float | None) -> int:
    """In how many boxes the figure stands: two cells with one label may have the same."""
    shown = 0
    heads = [fold(label).text for label in figure.labels]
    for spot in spots:
        if not any(_says(figure, fold(line.text).text) for line in spot.readings):
            continue
        near = [spot, *_left_of(spot, spots)] if heads else []
        if heads and not any(_is_label(other.line.text, heads) for other in near):
            continue
        seen = read_to is None or spot.box.bottom + ROOM_BELOW * height_of(spot.box) <= read_to
        shown += seen or any(_is_below(other, spot) for other in spots)
    return shown


def _says(figure: ExpectedFigure, said: str) -> bool:
    wanted = fold(figure.text).text
    if len(said) >= BEGUN and wanted.startswith(said):
        return True
    return bool(wanted) and wanted in said and _DIGITS.findall(wanted) == _DIGITS.findall(said)


def _is_below(other: Spot, spot: Spot) -> bool:
    return other.box.top >= spot.box.bottom + BESIDE * height_of(spot.box)


def _before(spot: Spot, spots: Sequence[Spot], *, digital: bool) -> Sequence[Spot]:
    """What stands next to it on its left; in a text layer the words before it."""
    if not digital:
        return _left_of(spot, spots)
    at = next(place for place, other in enumerate(spots) if other is spot)
    return spots[max(0, at - WORDS_BEFORE) : at]


def _left_of(spot: Spot, spots: Sequence[Spot]) -> list[Spot]:
    here = middle(spot.box)
    level = [
        other
        for other in spots
        if other.box.right < spot.box.left + 0.01
        and abs(here - middle(other.box)) < (0.5 + BESIDE) * height_of(other.box)
    ]
    nearest = max((other.box.right for other in level), default=0.0)
    return [other for other in level if other.box.right > nearest - NEAREST]


def _is_part(text: str, heads: Sequence[str]) -> bool:
    said = fold(text).text
    return any(said in head for head in heads)


def _is_label(text: str, heads: Sequence[str]) -> bool:
    said = fold(text).text
    return len(said) > 1 and any(fuzz.partial_ratio(said, head) >= LABEL_LIKE for head in heads)


def _is_beside(spot: Spot, place: ScanLine, put: PageLayout) -> bool:
    """True for a box in the cell of that line: level with it or close above or below, no label between."""
    box, own = spot.box, place.box
    slack = BESIDE * height_of(own)
    if box.top > own.bottom + slack or box.bottom < own.top - slack or box.left < own.left - 0.05:
        return False
    between = (labelled.head.lines[0].box for labelled in put.labelled)
    return not any(own.left < head.left < box.left and head.top < own.bottom + slack for head in between)
