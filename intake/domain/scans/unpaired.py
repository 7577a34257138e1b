"""What a scan that no form belongs to says of itself: whether it shows a form, of whom, in which category.

Nothing is there to hold it against, so only what was read without doubt is taken: two readers of print
agree on less than one believes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from intake.domain.campaign.campaign import Campaign
from intake.domain.model.certainty import SHIPPED, Certainty
from intake.domain.model.document import Document
from intake.domain.model.inspection import Box, ScanLine, ScanPage
from intake.domain.page.cells import LabelledValue, PageLayout, layout
from intake.domain.page.geometry import CellText, Spot, height_of, middle, next_above, next_below, white
from intake.domain.page.page_labels import TIGHT, Kind
from intake.domain.page.titles import title_of
from intake.domain.page.vocabulary import terms_of
from intake.domain.scans.form_heads import read_head
from intake.domain.scans.page_text import shown_pages
from intake.domain.text.names import Named, compact

MOST_LINES = 3
"""Further lines of one cell that are put together to a name."""
LEVEL, OFF = 0.5, 0.35
"""Line heights by which the middles of what stands in one row are apart at most, and usually."""
SHORTEST = 2
"""Characters of a name."""
LONGEST_LABEL = 8
"""Characters of a label that is looked for at the beginning of a line."""
CUT = "，、；：（《“-—·"
"""A name that ends so is only its beginning."""


@dataclass(frozen=True, slots=True)
class ScanReading:
    """A scan by itself.

    `is_form`: it surely shows one form of the campaign.  `nominee` and `category` are None where they were
    not surely read; `exact` where a program wrote the page, so that nothing had to be recognised.
    """

    is_form: bool = False
    nominee: str | None = None
    category: str | None = None
    score: float = 0.0
    exact: bool = False

    @property
    def named(self) -> Named:
        """Whom it names, and in which category."""
        return Named(self.nominee, self.category)


NOTHING_READ = ScanReading()


def shown_alone(document: Document, campaign: Campaign, certainty: Certainty = SHIPPED) -> ScanReading:
    """What the first page that begins a form says; nothing where further pages may begin another."""
    pages = shown_pages(document)
    begun = [page for page in pages if page.lines and read_head(page, campaign, ()).begins]
    if not begun:
        return NOTHING_READ
    terms = terms_of(campaign)
    title = title_of(begun[0], terms)
    if title is None or title.place.score < certainty.reading:
        return NOTHING_READ
    own = terms_of(campaign, title.category)
    name = _name_on(layout(begun[0], own), own.kind, certainty)
    if any(not _repeats(page, name, campaign) for page in begun[1:]):
        return NOTHING_READ
    score = min(title.place.score, name.score) if name else title.place.score
    nominee = "".join(name.text.split()) if name else None
    return ScanReading(True, nominee, title.category, score, begun[0].digital)


def was_read(document: Document) -> bool:
    """True where lines of the scan are known, so that what it does not show may be held against it."""
    return any(page.lines for page in shown_pages(document))


def _repeats(page: ScanPage, name: CellText | None, campaign: Campaign) -> bool:
    """True for a further page under the same title that names the same nominee."""
    head = read_head(page, campaign, ())
    return name is not None and Named(head.nominee).is_same(Named(name.text))


def _name_on(put: PageLayout, kind: Kind, certainty: Certainty) -> CellText | None:
    """The nominee's whole name, all lines of its cell, where each was read without doubt."""
    named = [labelled for labelled in put.labelled if labelled.kind == "nominee" and labelled.pieces]
    names = [_whole(labelled, put, kind) for labelled in named]
    name = names[0] if names else None
    if name is None or len(compact(name.text)) < SHORTEST or name.text.strip()[-1] in CUT:
        return None
    if name.weak or name.score < certainty.reading:
        return None
    same = all(other is not None and compact(other.text) == compact(name.text) for other in names)
    return name if same else None


def _whole(labelled: LabelledValue, put: PageLayout, kind: Kind) -> CellText | None:
    """The value with the other lines of its cell: those beside which no label stands; None where unclear.

    A label stands level with its value, or half way down the lines of a cell.
    """
    piece = labelled.pieces[0]
    places = {line.box: spot for spot in put.spots for line in spot.readings}
    first, last = places.get(piece.lines[0].box), places.get(piece.lines[-1].box)
    if first is None or last is None:
        return None
    free = [spot for spot in put.spots if _may_be_rest(spot, put.spots)]
    label = labelled.head.lines[0].box
    upper = next_above(first, free) if label != first.box else None
    lower = label != first.box and _is_lower(label, first.box, upper.box if upper else None)
    below = _lines_below(last, free)
    # Level with the middle of three lines, or with the first of two: nobody can tell.
    if lower is None or (below and upper and not lower):
        return None
    above = [upper] if lower and upper else []
    if any(_begins_label(spot, kind) for spot in (*above, *below)):
        return None
    return _joined([spot.line for spot in above], piece, [spot.line for spot in below])


def _lines_below(last: Spot, free: Sequence[Spot]) -> list[Spot]:
    """The lines with which the cell of a value may go on below its last line."""
    below: list[Spot] = []
    while len(below) < MOST_LINES and (rest := next_below(below[-1] if below else last, free)):
        below.append(rest)
    return below


def _is_lower(label: Box, first: Box, upper: Box | None) -> bool | None:
    """Whether a value stands lower than its label, so that the line above is of its cell; None: unclear."""
    off = middle(first) - middle(label)
    if off > OFF * height_of(first):
        return True
    if upper is None or white(upper, first) >= TIGHT:
        return False
    both = abs(middle(label) - (middle(upper) + middle(first)) / 2)
    return True if both <= abs(off) else None


def _joined(above: Sequence[ScanLine], piece: CellText, below: Sequence[ScanLine]) -> CellText:
    text, weak = "", []
    for part, unsure in (
        *((line.text, line.weak) for line in above),
        (piece.text, piece.weak),
        *((line.text, line.weak) for line in below),
    ):
        weak += [len(text) + place for place in unsure]
        text += part
    return CellText((*above, *piece.lines, *below), text, tuple(weak), piece.page)


def _may_be_rest(spot: Spot, spots: Sequence[Spot]) -> bool:
    """True for a line with nothing level with it on its left: what has a label there is a row of its own."""
    if "：" in spot.line.text or ":" in spot.line.text:
        return False
    return not any(
        other.box.right <= spot.box.left + 0.01
        and abs(middle(other.box) - middle(spot.box)) < LEVEL * height_of(spot.box)
        for other in spots
        if other is not spot
    )


def _begins_label(spot: Spot, kind: Kind) -> bool:
    """True for the label of another row (负责人 李明), or the rest of a name that reads like one (服务队)."""
    text = spot.line.text.strip()
    return any(kind(text[:end]) for end in range(2, LONGEST_LABEL + 1))
