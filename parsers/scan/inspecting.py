"""Looks at one file: every page's pixels for seals, and as much text as the question needs.

Cheapest first: pages at low resolution for seals and for what they are; text only where it was asked for, on
the first page before the last, rising in resolution only on failure; then the rings of the seals.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from rapidfuzz import fuzz

from intake.domain.confusion import fold
from intake.domain.inspection import Cost, Expected, Inspection, Request, ScanLine, ScanPage
from intake.domain.scantext import compare, enough
from parsers import limits
from parsers.contract import Unreadable
from parsers.scan.pages import Pages, open_pages
from parsers.scan.paper import paper_share
from parsers.scan.pixels import Pixels
from parsers.scan.reading import PageReader, PageReading, read_head
from parsers.scan.ring import read_ring
from parsers.scan.seal import find_seals
from parsers.scan.shots import MOST_PICTURES, Shots

SEAL_SIDE = 1200
"""Long side in pixels at which seals are searched: a ring of 4 cm is 160 pixels wide."""

RING_SIDE = 2000
"""Long side at which the text of a ring is read: its characters are then about 25 pixels tall."""

HEAD = 0.42
"""Upper share of a page that holds title, unit and the first rows."""

MOST_RINGS = 6
"""Seals of one file whose rings are read: a form has one or two."""

LEAST_PAPER = 0.25
"""Share of paper below which a picture is no sheet, and no text is looked for on it."""

MOST_EFFORT = 3

NEAR = 50
"""Likeness (0 to 100) to a name from which a line is read again: one of two characters is right."""

LONGEST_NEAR = 40
"""Characters of a line that may be a name with its label; a longer one is running text."""


def inspect_file(path: Path, scratch: Path, request: Request, before: Inspection | None) -> Inspection:
    """See `parsers.scan.inspect`."""
    with open_pages(path) as pages:
        look = _Look(pages, request, Shots(scratch), before or Inspection((), pages.count))
        look.survey()
        if request.heads:
            look.heads()
        if request.text:
            look.text()
        look.rings()
        look.shoot()
        return look.inspection()


@dataclass(slots=True)
class _Look:
    """One file while it is looked at; `seen` are its pages by number."""

    file: Pages
    request: Request
    shots: Shots
    before: Inspection
    seen: dict[int, ScanPage] = field(default_factory=dict)
    costs: dict[str, Cost] = field(default_factory=dict)
    read_costs: dict[int, tuple[Cost, ...]] = field(default_factory=dict)
    effort: int = 0
    satisfied: bool = False
    heads_read: bool = False
    started: float = field(default_factory=time.process_time)

    def __post_init__(self) -> None:
        self.seen = {page.number: page for page in self.before.pages}
        self.effort, self.satisfied = self.before.effort, self.before.satisfied
        self.heads_read = self.before.heads

    def inspection(self) -> Inspection:
        """What has been seen."""
        for cost in (*self.before.costs, *(cost for costs in self.read_costs.values() for cost in costs)):
            self._add(cost)
        return Inspection(
            pages=tuple(page for _, page in sorted(self.seen.items())),
            page_count=self.file.count,
            effort=self.effort,
            satisfied=self.satisfied,
            heads=self.heads_read,
            pictures=(*self.before.pictures, *self.shots.taken),
            costs=tuple(self.costs.values()),
        )

    # Pixels ----------------------------------------------------------------------------

    def survey(self) -> None:
        """Seals and kind of every page that was not seen yet; raises `Unreadable` where none can be."""
        fault: Unreadable | None = None
        for number in range(1, min(self.file.count, limits.INSPECTED_PAGES) + 1):
            if number in self.seen:
                continue
            if self._late():
                break
            try:
                with self._step("seal", 1):
                    self.seen[number] = self._surveyed(number)
            except Unreadable as refused:
                fault = refused
                self.seen[number] = ScanPage(
                    number, 0, 0, "bw", paper=0.0, doubt=refused.detail[:300] or refused.code
                )
        if fault is not None and all(page.width == 0 for page in self.seen.values()):
            raise fault

    def _surveyed(self, number: int) -> ScanPage:
        image = self.file.page(number, SEAL_SIDE)
        seals, doubt = find_seals(image.pixels, image.colour)
        return ScanPage(
            number=number,
            width=image.width,
            height=image.height,
            colour=image.colour,
            digital=image.digital,
            paper=paper_share(image.pixels),
            seals=seals,
            doubt=doubt,
        )

    # Text ------------------------------------------------------------------------------

    def heads(self) -> None:
        """The top of every sheet, to tell where a form begins."""
        for number in self._sheets():
            if self._late():
                return
            if self.seen[number].read_to < HEAD:
                self._keep(number, read_head(self._picture(number), HEAD))
        self.heads_read = True

    def text(self) -> None:
        """Reads until a form is found whole; a file with several is read at the top of each."""
        sheets = self._sheets()
        begins = self._beginnings(sheets)
        if not sheets:
            self.effort = MOST_EFFORT
        elif self._is_enough() and len(begins) == 1:
            self.satisfied, self.effort = True, max(self.effort, 1)
        elif len(begins) == 1:
            self._read_one(begins[0], sheets[-1])
        else:
            for number in begins:
                self._read_beginning(number)
            self.effort = MOST_EFFORT

    def _read_one(self, first: int, last: int) -> None:
        """First page, then the last (where the unit seals), then the first again ever closer."""
        reader = self._reader(first)
        for effort in range(self.effort + 1, MOST_EFFORT + 1):
            if self._late():
                return
            self._keep(first, reader.read(effort))
            if effort == 1 and last != first and not self._is_enough():
                self._keep(last, self._reader(last).read(1))
            self.effort = effort
            if self._is_enough():
                self.satisfied = True
                return

    def _read_beginning(self, number: int) -> None:
        """The page on which one of several forms begins, held against the forms by itself."""
        if self._late() or enough(self.request.expected, self.seen[number].lines):
            return
        reader = self._reader(number, alone=True)
        for effort in (1, 2):
            reading = reader.read(effort)
            self._keep(number, reading)
            if reading.satisfied:
                return

    def _reader(self, number: int, *, alone: bool = False) -> PageReader:
        """The reader of a page; it stops when with the other pages' lines, or `alone`, it shows a form."""
        others = [page for other, page in self.seen.items() if other != number and page.lines]

        def content(lines: Sequence[ScanLine]) -> bool:
            # Figures stand near the names; a misread one is not worth a closer look.
            return any(
                enough([form], lines, () if alone else others)
                and (self.effort > 0 or _has_figures(form, lines))
                for form in self.request.expected
            )

        names = [fold(name).text for form in self.request.expected for name in _names(form)]
        return PageReader(self._picture(number), content, wanted=lambda line: _is_near(line, names))

    def _picture(self, number: int) -> Callable[[int], Pixels]:
        return lambda side: self.file.page(number, side).pixels

    def _keep(self, number: int, reading: PageReading) -> None:
        """Takes over what was read of a page, with lines that were read before."""
        page = self.seen[number]
        self.read_costs[number] = reading.costs
        known = {(line.text, line.box) for line in reading.lines}
        kept = tuple(line for line in page.lines if (line.text, line.box) not in known)
        self.seen[number] = replace(
            page,
            turned=reading.turned,
            skew=reading.skew,
            lines=(*reading.lines, *kept),
            read_to=max(page.read_to, reading.read_to),
        )

    def _sheets(self) -> list[int]:
        """The pages on which text is worth looking for: pictures of paper."""
        return [
            number
            for number, page in sorted(self.seen.items())
            if page.width and not page.digital and page.paper >= LEAST_PAPER
        ]

    def _beginnings(self, sheets: Sequence[int]) -> list[int]:
        """The pages that begin a form, by their heads; the first sheet where nothing tells."""
        begins = [
            number
            for number in sheets
            if any(title in line.text for line in self.seen[number].lines for title in self.request.titles)
        ]
        return begins if len(begins) > 1 else list(sheets[:1])

    def _is_enough(self) -> bool:
        return enough(self.request.expected, (), [page for page in self.seen.values() if page.lines])

    # Seals and pictures ----------------------------------------------------------------

    def rings(self) -> None:
        """What the rings of the seals say, for those not read yet."""
        left = MOST_RINGS
        for number, page in sorted(self.seen.items()):
            if not page.seals or any(mark.text for mark in page.seals) or left <= 0 or self._late():
                continue
            pixels = self.file.page(number, RING_SIDE).pixels
            marks = []
            for mark in page.seals:
                text, score = "", 0.0
                if left > 0:
                    left -= 1
                    with self._step("ring", 1):
                        text, score = read_ring(pixels, mark.box)
                marks.append(replace(mark, text=text, score=score))
            self.seen[number] = replace(page, seals=tuple(marks))

    def shoot(self) -> None:
        """Small pictures of what was judged: each page with a seal, else the last one; the nominee's line."""
        if not self.before.pictures:
            sealed = [page for page in self.seen.values() if page.seals and page.width]
            shown = sealed or [page for page in self.seen.values() if page.width][-1:]
            # A page that nobody read lies as its neighbours do.
            usual = next((page.turned for page in self.seen.values() if page.lines), 0)
            for page in shown[:MOST_PICTURES]:
                with self._step("picture", 1):
                    pixels = self.file.page(page.number, SEAL_SIDE).pixels
                    self.shots.page(page, pixels, page.turned if page.lines else usual)
        if self.request.text and not any(picture.what == "line" for picture in self.before.pictures):
            self._shoot_name()

    def _shoot_name(self) -> None:
        """The line in which the nominee's name was read, or what stands in its place."""
        pages = [page for page in self.seen.values() if page.lines]
        expected = self.request.expected
        shown = next(
            (form for form in expected if enough([form], (), pages)), expected[0] if expected else None
        )
        name = compare(shown, list(self.seen.values()))["nominee"] if shown else None
        if name and name.place and name.page in self.seen:
            with self._step("picture", 1):
                pixels = self.file.page(name.page, RING_SIDE).pixels
                self.shots.line(self.seen[name.page], name.place.box, pixels)

    # Accounts --------------------------------------------------------------------------

    def _late(self) -> bool:
        """True when most of the time is used up: what is seen by then is told, the rest a person sees."""
        return time.process_time() - self.started > limits.INSPECTION_SECONDS * 0.7

    @contextmanager
    def _step(self, name: str, count: int) -> Iterator[None]:
        begun = time.process_time()
        try:
            yield
        finally:
            self._add(Cost(name, count, (time.process_time() - begun) * 1000))

    def _add(self, cost: Cost) -> None:
        old = self.costs.get(cost.step, Cost(cost.step, 0, 0.0))
        self.costs[cost.step] = Cost(cost.step, old.count + cost.count, old.milliseconds + cost.milliseconds)


def _has_figures(form: Expected, lines: Sequence[ScanLine]) -> bool:
    """True where each of the form's figures stands in some line."""
    read = [fold(line.text).text for line in lines]
    return all(any(fold(figure).text in text for text in read) for figure in form.figures)


def _names(form: Expected) -> tuple[str, ...]:
    return (form.nominee, *form.categories, *form.units)


def _is_near(line: ScanLine, names: Sequence[str]) -> bool:
    """True for a line that may be one of the names misread: those are worth a second look."""
    text = fold(line.text).text
    if not 0 < len(text) <= LONGEST_NEAR:
        return False
    return any(fuzz.partial_ratio(text, name) >= NEAR for name in names)
