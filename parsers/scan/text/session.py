"""One file while it is looked at: its pages as far as they were seen, the time left, and what it cost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from intake.domain.model.inspection import Cost, Inspection, Picture, Request, ScanPage
from intake.domain.page.comparison import enough
from parsers.common import limits
from parsers.scan.page.page_image import PageImage
from parsers.scan.page.pages import PageFile
from parsers.scan.page.pixels import Pixels
from parsers.scan.text.reading import PageReading

LEAST_PAPER = 0.25
"""Share of paper below which a picture is no sheet, and no text is looked for on it."""

MOST_RECENT = 4
"""Pages whose pixels are kept, of 3 to 16 MB: first and last page at two sizes."""

USED_UP = 0.7
"""Share of the time allowed after which nothing new is begun: the page in hand must still end in time."""


@dataclass(slots=True)
class Session:
    """What is known of a file; begins with what was seen of it `before`.

    `seen` are its pages by number; `effort`, `satisfied` and `heads_read` are those of `Inspection`.
    """

    file: PageFile
    request: Request
    before: Inspection
    seen: dict[int, ScanPage] = field(init=False)
    effort: int = field(init=False)
    satisfied: bool = field(init=False)
    heads_read: bool = field(init=False)
    _costs: dict[str, Cost] = field(default_factory=dict)
    _reading_costs: dict[tuple[int, str], tuple[Cost, ...]] = field(default_factory=dict)
    _recent: dict[tuple[int, int], PageImage] = field(default_factory=dict)
    _started: float = field(default_factory=time.process_time)

    def __post_init__(self) -> None:
        self.seen = {page.number: page for page in self.before.pages}
        self.effort, self.satisfied = self.before.effort, self.before.satisfied
        self.heads_read = self.before.heads

    def inspection(self, pictures: tuple[Picture, ...]) -> Inspection:
        """What has been seen, with the pictures taken of it now and before."""
        for cost in (*self.before.costs, *(cost for costs in self._reading_costs.values() for cost in costs)):
            self._add(cost)
        return Inspection(
            pages=tuple(page for _, page in sorted(self.seen.items())),
            page_count=self.file.count,
            effort=self.effort,
            satisfied=self.satisfied,
            heads=self.heads_read,
            pictures=(*self.before.pictures, *pictures),
            costs=tuple(self._costs.values()),
        )

    def sheets(self) -> list[int]:
        """The pages on which text is worth looking for: pictures of paper."""
        return [
            number
            for number, page in sorted(self.seen.items())
            if page.width and not page.digital and page.paper >= LEAST_PAPER
        ]

    def is_enough(self) -> bool:
        """True where the pages together show one of the forms that are looked for."""
        return enough(self.request.expected, (), [page for page in self.seen.values() if page.lines])

    def picture(self, number: int) -> Callable[[int], Pixels]:
        """Gives the page's pixels, its long side at most so many."""
        return lambda side: self.page(number, side).pixels

    def page(self, number: int, side: int) -> PageImage:
        """A page, not decoded again where it was asked for a moment ago.  Raises as `PageFile.page`."""
        found = self._recent.pop((number, side), None) or self.file.page(number, side)
        self._recent[number, side] = found
        if len(self._recent) > MOST_RECENT:
            del self._recent[next(iter(self._recent))]
        return found

    def keep(self, number: int, reading: PageReading, walk: str) -> None:
        """Takes over what was read of a page, with lines that were read before.

        `walk` names the walk down the page, whose costs are told as a running total.
        """
        page = self.seen[number]
        self._reading_costs[number, walk] = reading.costs
        known = {(line.text, line.box) for line in reading.lines}
        kept = tuple(line for line in page.lines if (line.text, line.box) not in known)
        self.seen[number] = replace(
            page,
            turned=reading.turned,
            skew=reading.skew,
            lines=(*reading.lines, *kept),
            read_to=max(page.read_to, reading.read_to),
        )

    def is_late(self) -> bool:
        """True when most of the time is used up: what is seen by then is told, the rest a person sees."""
        return time.process_time() - self._started > limits.INSPECTION_SECONDS * USED_UP

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Times what is done within, which looks at one thing."""
        begun = time.process_time()
        try:
            yield
        finally:
            self._add(Cost(name, 1, (time.process_time() - begun) * 1000))

    def _add(self, cost: Cost) -> None:
        old = self._costs.get(cost.step, Cost(cost.step, 0, 0.0))
        self._costs[cost.step] = Cost(cost.step, old.count + cost.count, old.milliseconds + cost.milliseconds)
