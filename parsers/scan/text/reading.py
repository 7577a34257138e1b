"""How a page is read: from the top, row by row, no further than the question needs.

Finding the lines costs as much as reading thirty cells, and reading a page's running text costs more than
everything else together.  So the upper part is searched first, its cells are read in reading order, and after
each few of them `enough` is asked whether what was looked for has been seen.  What was not seen is looked
for again at a higher effort: 2 with the page's colours and at a higher resolution, 3 for small print.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from intake.domain.model.inspection import Box, Cost, ScanLine
from parsers.scan.text import rows
from parsers.scan.text.ocr import Pixels, Recognition, engine
from parsers.scan.text.seal_ring import read_ring
from parsers.scan.text.search import Found, Meter, Strip, UprightPage
from parsers.scan.text.struck import is_struck

__all__ = [
    "Enough",
    "Guide",
    "PageReader",
    "PageReading",
    "Picture",
    "Wanted",
    "read_page",
    "read_ring",
    "read_top",
]

Picture = Callable[[int], Pixels]
"""Gives the page with its long side at most so many pixels, RGB or grey, as it was stored."""

Missed = Callable[[Sequence[ScanLine]], Sequence[Box]]

Enough = Callable[[Sequence[ScanLine]], bool]
Wanted = Callable[[ScanLine], bool]

READ_SIDE = 2400
"""Long side of the page from which lines are cut: 200 dpi, where 11 points are as tall as the model sees."""

WEAK = 0.98
"""Score of a character below which nothing is claimed by it, and its line is worth a second look.

On faxes, dark photographs and 100 dpi it holds for 11 of 12 misread characters, and for 2 of 100 others.
"""

_SAME = 0.5
_ALIKE = 0.8
"""What two boxes have in common when they show the same print, and when they are cut alike."""

_TOUCHED = 0.2
"""The part of a box on a known line from which it shows no other."""

_ROW = 0.5
"""Line heights above and below a label within which the figure beside it stands."""

_MOST_TIMES = 3
"""How often a line is read that stays unsure."""

_MOST_ROWS = 3
"""Rows of a strip that are searched more closely."""

_LONG_TEXT = 6
"""Lines that make running text once a first walk has failed: names on lines of one length look like some."""

_SHORT = 16
"""Characters of a line that may be a figure, and is asked whether it was struck through."""

_BATCH = 5
_WIDER = 0.12
"""Share of a line's height by which each higher effort cuts it wider: a clipped stroke is seen whole."""

_SMALL = 24.0
"""Height in pixels of `READ_SIDE` below which lines are small print: 14 at the second search."""


@dataclass(frozen=True, slots=True)
class PageReading:
    """What was read of one page, in reading order, boxes in fractions of the page upright and level.

    `turned` is by how many degrees clockwise the stored picture was turned, `skew` by how many more.
    `satisfied` tells that `enough` said so; `read_to` is how far down the page lines were looked for.
    A line that was looked at again and seemed to say something else stands twice, with one box, the surer
    reading first.
    """

    lines: tuple[ScanLine, ...]
    turned: int = 0
    skew: float = 0.0
    read_to: float = 0.0
    effort: int = 1
    satisfied: bool = False
    costs: tuple[Cost, ...] = ()


def read_page(
    picture: Picture,
    enough: Enough,
    *,
    start_effort: int = 1,
    most_effort: int = 3,
    from_top: float = 0.0,
    down_to: float = 1.0,
    wanted: Wanted | None = None,
    prose: bool = False,
) -> PageReading:
    """Reads the page between `from_top` and `down_to` (of the upright page) until `enough` is content.

    `enough` is asked after every few lines and sees all that were read so far.  `wanted` chooses, by what a
    line seemed to say, which lines are read again at a higher effort; without it those with an unsure
    character are.  Running text is passed over unless `prose`.  Raises `ModelMissing` or `ImportError` where
    the engine is not whole, and what `picture` raises.
    """
    page = PageReader(picture, enough, wanted=wanted, prose=prose)
    for effort in range(start_effort, most_effort + 1):
        if page.read(effort, from_top, down_to).satisfied:
            break
    return page.reading()


def read_top(picture: Picture, down_to: float = 0.3) -> PageReading:
    """Title and first rows only, at the lowest effort: what tells where a form begins."""
    return read_page(picture, lambda _: False, most_effort=1, down_to=down_to)


@dataclass(frozen=True, slots=True)
class Guide:
    """What is looked for, by which a walk down a page is cut short or led aside.

    `missed` gives the labels beside which something was not seen that must stand there: their rows are
    searched more closely at once.  `settled` tells that whose form it is stands above, so that nothing
    further down matters.  `longest` is how many characters a line may have that is looked for.  `ready` is
    asked after each line, so it must be cheap: true where that line is the last that was waited for.
    """

    missed: Missed
    settled: Enough
    longest: int
    ready: Enough


@dataclass(slots=True)
class _Look:
    """One line of the page and the different readings of it, the surest first."""

    place: Found
    readings: list[Recognition] = field(default_factory=list)
    effort: int = 0
    times: int = 0

    def is_settled(self) -> bool:
        """True for a line that was read twice, alike and without doubt: it will be a third time."""
        return self.times > 1 and self.is_sure()

    def is_sure(self) -> bool:
        """True for one reading of which no letter or digit is weak."""
        if len(self.readings) != 1 or self.readings[0].gaps:
            return False
        read = zip(self.readings[0].text, self.readings[0].scores, strict=False)
        return all(score >= WEAK for character, score in read if character.isalnum())

    def lines(self) -> list[ScanLine]:
        return [_scan_line(reading, self.place.box) for reading in self.readings if reading.text]


class PageReader:
    """A page that is read effort by effort, for a caller with other pages to try in between.

    It keeps what it found: the page's pixels (16 MB), how they lie, and every line.  Takes and raises what
    `read_page` does.  `searched_to` is how far down every line was found, `is_settled` what the `guide` said.
    """

    def __init__(
        self,
        picture: Picture,
        enough: Enough,
        *,
        wanted: Wanted | None = None,
        prose: bool = False,
        guide: Guide | None = None,
    ) -> None:
        self._enough = enough
        self._wanted = wanted
        self._prose = prose
        self._guide = guide
        self.searched_to = 0.0
        self.is_settled = False
        self._meter = Meter()
        with self._meter.step("page"):
            stored = picture(READ_SIDE)
        self._sheet = UprightPage(stored, self._meter)
        self._looks: list[_Look] = []
        self._passed: list[Box] = []
        self._running: list[Box] = []
        self._searched: list[tuple[float, float]] = []
        self._effort = 0
        self._read_to = 0.0
        self._satisfied = False

    def reading(self) -> PageReading:
        """All that was read."""
        return PageReading(
            lines=tuple(self._lines()),
            turned=self._sheet.turned,
            skew=round(self._sheet.skew, 2),
            read_to=self._read_to,
            effort=self._effort,
            satisfied=self._satisfied,
            costs=self._meter.costs(),
        )

    def read(self, effort: int, from_top: float = 0.0, down_to: float = 1.0) -> PageReading:
        """One walk down the page at that effort (1 to 3), and all that was read so far."""
        self._walk(effort, from_top, down_to)
        return self.reading()

    def _walk(self, effort: int, from_top: float, down_to: float) -> None:
        self._effort = effort
        self._passed = []
        if effort > 1:
            self._sheet.take_colours(effort == 2)
            self._read_again(effort)
            if self._satisfied or (effort == 3 and not self._small_print()):
                return
        for strip in self._sheet.strips(effort, from_top, down_to) if down_to > from_top else ():
            self._read_strip(effort, strip)
            self._read_to = max(self._read_to, strip.mine)
            if not self._satisfied and self._guide and effort == 1:
                self._end_strip(self._guide, strip)
            if self._satisfied or self.is_settled:
                return

    def _end_strip(self, guide: Guide, strip: Strip) -> None:
        """What can be told once all lines of a strip were read, and what of it was overlooked."""
        self.searched_to = max(self.searched_to, strip.bottom)
        for label in guide.missed(self._lines())[:_MOST_ROWS]:
            self._search_row(label)
        self._satisfied = self._enough(self._lines())
        self.is_settled = not self._satisfied and guide.settled(self._lines())

    def _search_row(self, label: Box) -> None:
        """Looks more closely beside a label: a short figure is easily overlooked."""
        middle, height = (label.top + label.bottom) / 2, label.bottom - label.top
        if any(top < middle < bottom for top, bottom in self._searched):
            return
        row = (label.top - _ROW * height, label.bottom + _ROW * height)
        self._searched.append(row)
        for place in self._sheet.closer(*row):
            known = [look for look in self._looks if _covered(place.box, look.place.box) > _TOUCHED]
            if not known:
                self._look(place, self._effort)
            elif len(known) == 1 and not known[0].is_sure() and known[0].times < _MOST_TIMES:
                self._read(known[0], place.quad, self._effort + 1)

    def _read_strip(self, effort: int, strip: Strip) -> None:
        found = self._sheet.search(effort, strip)
        pending = self._without_prose([found[i] for i in rows.reading_order([one.box for one in found])])
        fresh = False
        for count, place in enumerate(pending, 1):
            fresh = self._look(place, effort) or fresh
            if not fresh or not (count % _BATCH == 0 or count == len(pending) or self._is_ready(effort)):
                continue
            fresh = False
            if self._enough(self._lines()):
                self._satisfied = True
                return

    def _is_ready(self, effort: int) -> bool:
        return effort == 1 and self._guide is not None and self._guide.ready(self._lines())

    def _without_prose(self, found: list[Found]) -> list[Found]:
        """Running text goes on from one strip to the next: the lines passed over before count with these."""
        if self._prose:
            return found
        if self._effort > 1:
            found = [one for one in found if not any(_covered(one.box, box) > _SAME for box in self._running)]
        before = len(self._passed)
        least = rows.PROSE_LINES if self._effort == 1 else _LONG_TEXT
        prose = rows.prose([*self._passed, *(one.box for one in found)], least)
        passed = [one for i, one in enumerate(found) if i + before in prose]
        self._passed += [one.box for one in passed]
        if self._guide and self._effort == 1:
            # What is longer than anything that is looked for stays running text, however closely it is seen.
            self._running += [one.box for one in passed if _characters(one) > self._guide.longest]
        return [one for i, one in enumerate(found) if i + before not in prose]

    def _look(self, place: Found, effort: int) -> bool:
        """Reads one line, unless it is known and not wanted again; true when it says something new."""
        look = next((look for look in self._looks if _common(look.place.box, place.box) > _SAME), None)
        if look is None:
            look = _Look(place)
            self._looks.append(look)
        else:
            cut_alike = look.effort == effort and _common(look.place.box, place.box) > _ALIKE
            if effort == 1 or cut_alike or not self._wants(look):
                return False
        return self._read(look, place.quad, effort)

    def _read_again(self, effort: int) -> None:
        """Reads wanted lines where they were found: a misread character needs no new search."""
        fresh = [self._read(look, look.place.quad, effort) for look in self._looks if self._wants(look)]
        self._satisfied = any(fresh) and self._enough(self._lines())

    def _read(self, look: _Look, quad: np.ndarray, effort: int) -> bool:
        look.effort = effort
        look.times += 1
        with self._meter.step("read"):
            line = rows.crop(self._sheet.pixels, quad, _WIDER * (effort - 1))
            reading = engine().read(line)
            if 1 < len(reading.text) <= _SHORT and is_struck(line):
                reading = replace(reading, struck=True)
        if any(reading.text == known.text for known in look.readings):
            return False
        look.readings = sorted([*look.readings, reading], key=lambda known: (bool(known.gaps), -known.score))
        return bool(reading.text)

    def _wants(self, look: _Look) -> bool:
        """True for a line worth a further look: the caller's choice, else one with an unsure character."""
        if look.is_settled():
            return False
        if self._wanted is not None:
            return any(self._wanted(line) for line in look.lines())
        return any(_is_weak(reading) for reading in look.readings)

    def _small_print(self) -> bool:
        """True when half of the lines, or all of none, are smaller than the second search sees well."""
        heights = [float(rows.sizes(look.place.quad[None])[1][0]) for look in self._looks]
        scale = READ_SIDE / max(self._sheet.pixels.shape[:2])
        return not heights or float(np.median(heights)) * scale < _SMALL

    def _lines(self) -> list[ScanLine]:
        order = rows.reading_order([look.place.box for look in self._looks])
        return [line for index in order for line in self._looks[index].lines()]


def _common(one: Box, other: Box) -> float:
    """What two boxes have in common, as a share of what they cover together."""
    wide = min(one.right, other.right) - max(one.left, other.left)
    high = min(one.bottom, other.bottom) - max(one.top, other.top)
    if wide <= 0 or high <= 0:
        return 0.0
    return wide * high / (_area(one) + _area(other) - wide * high)


def _covered(one: Box, other: Box) -> float:
    """The share of a box that lies on another."""
    wide = min(one.right, other.right) - max(one.left, other.left)
    high = min(one.bottom, other.bottom) - max(one.top, other.top)
    return wide * high / max(_area(one), 1e-9) if wide > 0 and high > 0 else 0.0


def _characters(found: Found) -> float:
    """The least number of characters of a printed line, each as wide as the box is high."""
    width, height = rows.sizes(found.quad[None])
    return float(width[0] / max(height[0], 1.0))


def _is_weak(reading: Recognition) -> bool:
    return bool(reading.gaps) or min(reading.scores, default=0.0) < WEAK


def _area(box: Box) -> float:
    return (box.right - box.left) * (box.bottom - box.top)


def _scan_line(reading: Recognition, box: Box) -> ScanLine:
    weak = {index for index, score in enumerate(reading.scores) if score < WEAK} | set(reading.gaps)
    return ScanLine(reading.text, round(reading.score, 4), box, tuple(sorted(weak)), reading.struck)
