"""Labels and the values beside them, as boxes of text on a page show them.

A reader finds boxes, not cells: a cell may fall into several boxes (姓　名, a wrapped value), and several
cells into one (姓名张伟性别男).  Nothing here knows the rules of a table; places alone decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from intake.domain.documents.labels import ends_heading
from intake.domain.model.inspection import Box, ScanPage
from intake.domain.page.cell_lines import block_of, is_value_of_another
from intake.domain.page.geometry import (
    LONGEST_VALUE,
    MOST_WRAPPED,
    CellText,
    Spot,
    height_of,
    joined,
    middle,
    next_above,
    next_below,
    readings,
    rows,
    spots_of,
)
from intake.domain.page.page_labels import LONGEST_LABEL, Kind, LabelBox, heads_of
from intake.domain.page.vocabulary import Terms

MOST_KEPT = 128
"""Pages that are kept laid out; one takes some hundred kilobytes."""
PROSE = 15
"""Characters of a line from which it is running text, not a value."""
LONGEST_CUT = 40
"""Characters of a box that is searched for a second label; each place of it is tried as the beginning."""
LONGEST_NEXT = 8
"""Characters of such a label: those of narrow cells, which stand so close that they run together."""
_NAME_END = re.compile(r"(?:队|团|组织|项目|活动|点|站|社区|村|中心|协会)$")
"""What names end with as well: 龙泉科技志愿服务队 is one name, though 科技志愿服务队 may be a label."""


@dataclass(frozen=True, slots=True)
class LabelledValue:
    """What stands beside a label of that kind, in every way that it can be read; `head` is the label.

    The first of `pieces` is the plainest.  `shut` is true where nothing can have been missed between the
    label and its value: both are in one box, or the next label follows.
    """

    kind: str
    pieces: tuple[CellText, ...]
    shut: bool
    head: CellText


@dataclass(frozen=True)
class PageLayout:
    """A page: its boxes, what stands beside its labels from top to bottom, the boxes that no label has.

    `digital` where a program wrote it.
    """

    page: int
    digital: bool
    spots: tuple[Spot, ...]
    labelled: tuple[LabelledValue, ...]
    free: tuple[Spot, ...]

    @cached_property
    def prose(self) -> tuple[Spot, ...]:
        """The boxes with running text."""
        return tuple(spot for spot in self.spots if len(spot.line.text) >= PROSE)

    @cached_property
    def wholes(self) -> tuple[tuple[CellText, ...], ...]:
        """All that may be a whole value and stands beside no label, with its readings; single boxes first."""
        singles = ((spot,) for spot in self.free)
        return tuple(readings(several, self.page) for several in (*singles, *joined(self.free)))


def layout(sheet: ScanPage, terms: Terms) -> PageLayout:
    """Labels and their values on a page, laid out once for all who ask: each form of a unit, each rule."""
    return _sheet(sheet).under(terms)


class _Sheet:
    """A page with the ways in which it was laid out: terms that call its labels alike see it alike.

    The terms of a category and those of all differ in the labels that other categories have, of which a page
    as a rule bears none.
    """

    def __init__(self, sheet: ScanPage) -> None:
        self._sheet = sheet
        self._ways: list[tuple[Terms, Mapping[str, str], PageLayout]] = []

    def under(self, terms: Terms) -> PageLayout:
        """The page as these terms see it."""
        for others, known, laid in self._ways:
            # What is no label by the same labels is none by any of their terms.
            if others is terms or (
                others.labels is terms.labels
                and all(terms.kind(text) == kind for text, kind in known.items())
            ):
                return laid
        said: dict[str, str] = {}

        def kind(text: str) -> str:
            found = said.get(text)
            if found is None:
                found = said[text] = terms.kind(text)
            return found

        laid = _layout(self._sheet, kind)
        self._ways.append((terms, {text: found for text, found in said.items() if found}, laid))
        return laid


@lru_cache(maxsize=MOST_KEPT)
def _sheet(sheet: ScanPage) -> _Sheet:
    return _Sheet(sheet)


def _layout(sheet: ScanPage, kind: Kind) -> PageLayout:
    page = sheet.number
    spots = spots_of(sheet.lines)
    heads = heads_of(spots, kind)
    used = {id(spot) for head in heads for spot in head.spots}
    others = [spot for spot in spots if id(spot) not in used]
    found: list[LabelledValue] = []
    for head in heads:
        values, shut = _right_of(head, others, heads, kind)
        if values:
            shared = head.kind != "other" and not sheet.digital
            block = block_of(head, values, others, heads) if shared else []
            cell = [spot for line in block for spot in line]
            used |= {id(spot) for spot in (*values, *cell)}
            ways = [*_holding(cell, _with_cell(values, others, head))]
            ways += _going_on_written(values, spots) if sheet.digital else ()
            found.append(_labelled(head, ways, shut, page, kind))
    for spot in others:
        inline = [] if id(spot) in used else _inline(spot, others, page, kind)
        used |= {id(spot)} if inline else set()
        found += inline
    found.sort(key=lambda labelled: labelled.pieces[0].lines[0].box.top)
    free = tuple(spot for spot in spots if id(spot) not in used)
    return PageLayout(page, sheet.digital, tuple(spots), tuple(found), free)


def _labelled(
    head: LabelBox, ways: Sequence[tuple[Spot, ...]], shut: bool, page: int, kind: Kind
) -> LabelledValue:
    """A label with its value, which may be read in these ways."""
    pieces = _in_order(piece for way in ways for piece in readings(way, page))
    title = readings(head.spots, page)[0]
    return LabelledValue(head.kind, _cut(pieces, head.kind, kind), shut, title)


def _holding(cell: Sequence[Spot], ways: Iterable[tuple[Spot, ...]]) -> Iterator[tuple[Spot, ...]]:
    """The cell first, and of the ways to read it those that leave none of its lines out."""
    own = {id(spot) for spot in cell}
    if cell:
        yield tuple(cell)
    yield from (way for way in ways if own <= {id(spot) for spot in way})


def _in_order(pieces: Iterator[CellText]) -> tuple[CellText, ...]:
    return tuple({piece.text: piece for piece in pieces}.values())


def _right_of(
    head: LabelBox, others: Sequence[Spot], heads: Sequence[LabelBox], kind: Kind
) -> tuple[list[Spot], bool]:
    """What stands right of a label as far as the next one; whether the next one follows."""
    borders = [h.box.left for h in heads if h is not head and _follows(head.box, h.box)]
    right = [spot for spot in others if _follows(head.box, spot.box)]
    borders += [spot.box.left for spot in right if _opens_cell(spot, right, kind)]
    border = min(borders, default=None)
    values = [spot for spot in right if border is None or spot.box.left < border]
    # The label may be tall, and reach into the next row.
    values = [spot for spot in values if not is_value_of_another([spot], head, others, heads)] or values
    if not values:
        return [], False
    return _nearest_row(values, middle(head.box)), border is not None


def _nearest_row(values: Sequence[Spot], level: float) -> list[Spot]:
    """The row of values nearest to that level of the page.

    A row of which all stands behind the nearest value is another cell's, perhaps a label that nobody knows.
    """
    words = [spot for spot in values if any(char.isalnum() for char in spot.line.text)]
    near = min(words or values, key=lambda spot: spot.box.left)
    by_row = [row for row in rows(values) if row[0].box.left < near.box.right]
    return min(by_row, key=lambda row: abs(middle(row[0].box) - level))


def _opens_cell(spot: Spot, row: Sequence[Spot], kind: Kind) -> bool:
    """True for the next label, read into one box with its own value, behind a value of the row."""
    behind = any(other.box.right < spot.box.left + 0.01 for other in row if other is not spot)
    return behind and _label_at(spot.line.text, 0, kind, first=True) is not None


def _follows(label: Box, box: Box) -> bool:
    """True for a box that begins right of a label, in its row."""
    slack = 0.4 * height_of(box)
    return box.left >= label.right - 0.01 and label.top - slack < middle(box) < label.bottom + slack


def _with_cell(row: Sequence[Spot], others: Sequence[Spot], head: LabelBox) -> Iterator[tuple[Spot, ...]]:
    """The value in the label's own row, then with what its cell may hold below and above."""
    right = [spot for spot in others if spot.box.left >= head.box.right - 0.01]
    below: list[Spot] = []
    while len(below) < MOST_WRAPPED - 1 and (lower := next_below(below[-1] if below else row[0], right)):
        below.append(lower)
    above: list[Spot] = []
    while len(above) < 2 and (upper := next_above(above[0] if above else row[0], right)):
        above.insert(0, upper)
    for up in range(len(above) + 1):
        for down in range(len(below) + 1):
            yield (*above[len(above) - up :], *row, *below[:down])


def _going_on_written(row: Sequence[Spot], spots: Sequence[Spot]) -> Iterator[tuple[Spot, ...]]:
    """The value with the words behind it in a text layer, where a wrapped line has no place of its own."""
    last = next(place for place, spot in enumerate(spots) if spot is row[-1])
    for count in range(1, MOST_WRAPPED):
        yield (*row, *spots[last + 1 : last + 1 + count])


def _inline(spot: Spot, others: Sequence[Spot], page: int, kind: Kind) -> list[LabelledValue]:
    """Labels and values that were read in one box, the value of each as far as the next label."""
    found: list[LabelledValue] = []
    for piece in readings((spot,), page):
        found += _inline_reading(piece, spot, others, kind)
    first = {labelled.kind: labelled for labelled in reversed(found)}
    together = {
        name: tuple(p for labelled in found if labelled.kind == name for p in labelled.pieces)
        for name in first
    }
    # Several readings of the box are several readings of its values, not several values.
    return [LabelledValue(name, together[name], True, first[name].head) for name in reversed(first)]


def _inline_reading(
    piece: CellText, spot: Spot, others: Sequence[Spot], kind: Kind
) -> Iterator[LabelledValue]:
    text = piece.text
    if len(text) > LONGEST_VALUE + LONGEST_LABEL:
        return
    start = 0
    while start < len(text) and (head := _label_at(text, start, kind, first=start == 0)):
        name, begin = head
        ends = (place for place in range(begin + 1, len(text)) if _label_at(text, place, kind, first=False))
        end = next(ends, None)
        value = piece.part(begin, end)
        if value.text.strip() and not ends_heading(value.text):
            values = _cut((value,), name, kind)
            more = () if end else _going_on(value, spot, others)
            yield LabelledValue(name, (*values, *more), True, piece.part(start, begin))
        start = end or len(text)


def _going_on(value: CellText, spot: Spot, others: Sequence[Spot]) -> Iterator[CellText]:
    """The value at the end of a box with the box right of it, or the line below, where it may go on."""
    right = [other for other in others if other is not spot and _follows(spot.box, other.box)]
    beside = min(right, key=lambda other: other.box.left, default=None)
    for more in filter(None, (beside, next_below(spot, others))):
        for piece in readings((more,), value.page):
            weak = (*value.weak, *(len(value.text) + place for place in piece.weak))
            yield CellText((*value.lines, *piece.lines), value.text + piece.text, weak, value.page)


def _label_at(text: str, start: int, kind: Kind, first: bool) -> tuple[str, int] | None:
    """The longest label that begins there: its kind, and where its value begins.

    Inside a box only a label with a colon, or one behind white space, is taken: a value may hold the
    words of a label (项目名称征集活动).
    """
    colon = min(
        (place for place in (text.find("：", start), text.find(":", start)) if place >= 0), default=-1
    )
    apart = first or (text[start - 1].isspace() and not text[start].isspace())
    if 0 < colon - start <= LONGEST_LABEL and (apart or text[start - 1] in "；;，,）)"):
        name = kind(text[start:colon])
        if name:
            return name, colon + 1
    if not apart:
        return None
    for end in range(min(len(text) - 1, start + LONGEST_LABEL), start + 1, -1):
        if text[end - 1] not in "：:" and (name := kind(text[start:end])):
            return name, end
    return None


def _cut(pieces: tuple[CellText, ...], name: str, kind: Kind) -> tuple[CellText, ...]:
    """The readings, and those that end before the next label where it was read into the same box."""
    if name not in ("nominee", "unit"):
        return pieces
    cut = [
        piece.part(0, place)
        for piece in pieces[:2]
        if len(piece.text) <= LONGEST_CUT
        for place in range(2, len(piece.text) - 1)
        if _begins_label(piece.text[place:], kind)
    ]
    return (*pieces, *cut)


def _begins_label(text: str, kind: Kind) -> bool:
    """True for a label with what stands beside it, or one alone that ends no name."""
    ends = range(2, min(len(text), LONGEST_NEXT) + 1)
    return any(kind(text[:end]) for end in ends if end < len(text) or not _NAME_END.search(text))
