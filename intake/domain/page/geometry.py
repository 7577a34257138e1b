"""Boxes of text on a page, by their places alone: rows, lines of one cell, and what they say together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product

from intake.domain.model.inspection import Box, ScanLine
from intake.domain.text.ocr_characters import Folded, fold

MOST_SPOTS = 300
"""Boxes of a page that are put together; the densest form has about 120."""
LONGEST_VALUE = 80
"""Characters of a name of anybody or anything, with room to spare."""
MOST_JOINED = 6
"""Boxes of one row that may be one cell: a name of four characters set wide apart, and a slip."""
MOST_WRAPPED = 4
"""Lines of one cell that may be one name."""
MOST_READINGS = 6
"""Readings of boxes put together: one that was looked at thrice, or two that were looked at twice."""
CLOSE = 1.2
"""Line heights from which two lines are too far from each other for one cell."""
OVERLAP = 0.5
"""Line heights by which the boxes of two lines overlap at most; what shares more lies in one row.

Those of a label that is set close in a narrow cell (社区（村）名 above 称) were seen to share 0.43.
"""

_FIGURE = re.compile(
    r"[+(（]?[0-9][-+0-9()（）./:：]{4,}"
    r"|[0-9][0-9.,，]*(?:[%％]|[万余多]{0,2}(?:年|个|人|场|次|支|名|项|岁|小时)(?:以上)?)"
    r"|[0-9]{4}年[0-9]{1,2}月(?:[0-9]{1,2}日)?"
    r"|[-.+\w]+@[-\w]+(?:\.[-\w]+)+"
)
"""A phone number, a date, a number with its unit, an address of mail; a short number may end a name."""


@dataclass(frozen=True)
class Spot:
    """A box of text with all that it was read as: looked at again, it may have been read otherwise."""

    box: Box
    readings: tuple[ScanLine, ...]

    @cached_property
    def line(self) -> ScanLine:
        """The first reading, which is the surest."""
        return self.readings[0]


@dataclass(frozen=True)
class CellText:
    """A text that may be a value: that of one or several boxes of a page, or a part of it."""

    lines: tuple[ScanLine, ...]
    text: str
    weak: tuple[int, ...]
    page: int

    @cached_property
    def folded(self) -> Folded:
        """Its letters and digits."""
        return fold(self.text, self.weak)

    @property
    def score(self) -> float:
        """How surely the worst of its boxes was read."""
        return min(line.score for line in self.lines)

    def part(self, start: int, end: int | None = None) -> CellText:
        """The characters from `start` to before `end`."""
        end = len(self.text) if end is None else end
        weak = tuple(place - start for place in self.weak if start <= place < end)
        return CellText(self.lines, self.text[start:end], weak, self.page)


def spots_of(lines: Sequence[ScanLine]) -> list[Spot]:
    """The boxes of a page, at most `MOST_SPOTS`; readings of one box stand together."""
    found: dict[Box, list[ScanLine]] = {}
    for line in lines:
        found.setdefault(line.box, []).append(line)
    return [Spot(box, tuple(readings)) for box, readings in islice(found.items(), MOST_SPOTS)]


def readings(spots: Sequence[Spot], page: int) -> tuple[CellText, ...]:
    """What the boxes say together, from left to right or line by line, the surest readings first."""
    return tuple(_piece(chosen, page) for chosen in islice(_choices(spots), MOST_READINGS))


def texts_of(spots: Sequence[Spot]) -> Iterator[str]:
    """The same as mere words."""
    return ("".join(line.text for line in chosen) for chosen in islice(_choices(spots), MOST_READINGS))


def _choices(spots: Sequence[Spot]) -> Iterator[tuple[ScanLine, ...]]:
    return product(*(spot.readings for spot in spots))


def _piece(lines: tuple[ScanLine, ...], page: int) -> CellText:
    text = ""
    weak: list[int] = []
    for line in lines:
        weak += [len(text) + place for place in line.weak]
        text += line.text
    return CellText(lines, text, tuple(weak), page)


def rows(spots: Iterable[Spot]) -> list[list[Spot]]:
    """The boxes by rows from top to bottom, each from left to right.

    A tall box (a vertical heading) is level with several rows, and makes none of them one with the next.
    """
    found: list[list[Spot]] = []
    for spot in sorted(spots, key=lambda spot: spot.box.top + spot.box.bottom):
        row = next((row for row in found[-3:] if _is_in_row(spot, row)), None)
        if row is None:
            found.append([spot])
        else:
            row.append(spot)
    return [sorted(row, key=lambda spot: spot.box.left) for row in found]


def _is_in_row(spot: Spot, row: Sequence[Spot]) -> bool:
    """True for a box level with one of the row, and above or below none of it."""
    level = [_level(other.box, spot.box) for other in row]
    return any(level) and all(
        beside or _shared_width(other.box, spot.box) <= 0 for other, beside in zip(row, level, strict=True)
    )


def joined(spots: Sequence[Spot]) -> Iterator[tuple[Spot, ...]]:
    """Neighbours of one row, and lines of one cell: two or more boxes that may hold one text."""
    for row in rows(spots):
        for start in range(len(row)):
            length = len(row[start].line.text)
            for end in range(start + 2, min(len(row), start + MOST_JOINED) + 1):
                length += len(row[end - 1].line.text)
                if length <= LONGEST_VALUE:
                    yield tuple(row[start:end])
    yield from chains(spots)


def chains(spots: Sequence[Spot]) -> Iterator[tuple[Spot, ...]]:
    """Lines that stand under each other as in one cell, two to `MOST_WRAPPED` together."""
    below = {id(spot): next_below(spot, spots) for spot in spots}
    for spot in spots:
        chain = [spot]
        while len(chain) < MOST_WRAPPED and (lower := below.get(id(chain[-1]))):
            chain.append(lower)
            if sum(len(part.line.text) for part in chain) > LONGEST_VALUE:
                break
            yield tuple(chain)


def next_below(spot: Spot, spots: Iterable[Spot]) -> Spot | None:
    """The nearest box that goes on below as in one cell."""
    upper = spot.box
    # Most boxes of a page are far off, which is cheaper to see than whether they are aligned.
    least, most = upper.top, upper.bottom + CLOSE * height_of(upper)
    lower = [
        other
        for other in spots
        if least < other.box.top < most and other is not spot and is_under(upper, other.box)
    ]
    return min(lower, key=lambda other: other.box.top, default=None)


def next_above(spot: Spot, spots: Iterable[Spot]) -> Spot | None:
    """The nearest box that it goes on below."""
    lower = spot.box
    least, most = lower.top - CLOSE * height_of(lower), lower.top
    upper = [
        other
        for other in spots
        if other.box.top < most and least < other.box.bottom and other is not spot
        if is_under(other.box, lower)
    ]
    return max(upper, key=lambda other: other.box.top, default=None)


def is_under(upper: Box, lower: Box) -> bool:
    """True for a box that goes on below another as in one cell: close, and aligned with it."""
    distance = lower.top - upper.bottom
    height = min(height_of(upper), height_of(lower))
    if not -OVERLAP * height < distance < CLOSE * height or lower.top <= upper.top + 0.4 * height:
        return False
    return _shared_width(upper, lower) > 0.5 * min(upper.right - upper.left, lower.right - lower.left)


def _shared_width(one: Box, other: Box) -> float:
    return min(one.right, other.right) - max(one.left, other.left)


def height_of(box: Box) -> float:
    """Its height, never nothing."""
    return max(box.bottom - box.top, 1e-6)


def middle(box: Box) -> float:
    """How far down the page its middle is."""
    return (box.top + box.bottom) / 2


def white(upper: Box, lower: Box) -> float:
    """The distance of two boxes down the page, in line heights; less than nothing where they overlap."""
    return (lower.top - upper.bottom) / min(height_of(upper), height_of(lower))


def frame(spots: Iterable[Spot]) -> Box:
    """The box around all of them."""
    boxes = [spot.box for spot in spots]
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def is_figure(text: str) -> bool:
    """True for the value of a phone, date, number or mail cell, which goes on nobody's name."""
    return _FIGURE.fullmatch("".join(text.split())) is not None


def _level(one: Box, other: Box) -> bool:
    """True for boxes of one row, which lie beside each other and not one above the other."""
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    if shared <= 0:
        return False
    across = min(one.right, other.right) - max(one.left, other.left)
    narrower = min(one.right - one.left, other.right - other.left)
    return shared > OVERLAP * min(height_of(one), height_of(other)) and across < 0.3 * max(narrower, 1e-6)
