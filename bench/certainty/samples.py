"""The labelled samples of the certainty benchmark: what a unit posts, and what is true of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from bench.scans.variants import VARIANTS, scan_of
from intake.clock import SHANGHAI
from intake.demo.entries import ENTRIES
from intake.demo.filling import Figure, SampleEntry
from intake.demo.papers.content import Category, FormContent
from intake.demo.papers.exported import exported_pdf
from intake.demo.papers.forms import word_form
from intake.demo.papers.scans import ScanLook, bound_scans, scan_pages
from intake.domain.model.nomination import State

Person = Literal["no", "may", "must"]
"""Whether a person looks: needless, where nothing else could be asked of a program, or whatever it thinks."""

AT = datetime(2025, 2, 20, 9, 30, tzinfo=SHANGHAI)
FILLED_ON, DEADLINE_YEAR, CAMPAIGN_YEAR = date(2025, 2, 8), 2025, 2024
_KINDS_OF_UNIT = ("province", "society")
_LOOKS = {variant.name: variant for variant in VARIANTS}


@dataclass(frozen=True, slots=True)
class File:
    """An attachment."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """What one mail brings, with its words; `at` is its time of record."""

    files: tuple[File, ...]
    body: str = ""
    at: datetime = AT


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of one nominee: the defects that a notice may name, and whether a person looks."""

    nominee: str
    defects: frozenset[str] = frozenset()
    person: Person = "no"


@dataclass(frozen=True, slots=True)
class Sample:
    """All that the unit of that name posted; `number` tells samples of a kind apart."""

    kind: str
    number: int
    unit: str
    mails: tuple[Mail, ...]
    truths: tuple[Truth, ...]


@dataclass(frozen=True, slots=True)
class Cast:
    """The nominations that a sample may use: all of one unit, each with another nominee."""

    number: int
    entries: tuple[SampleEntry, ...]

    @property
    def unit(self) -> str:
        """The unit as its forms write it."""
        return self.entries[0].unit.written


Make = Callable[[Cast], tuple[Sequence[Mail], Sequence[Truth]]]
"""Draws the papers of a sample; the same cast gives the same bytes."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of sample: a nomination in order, or one thing wrong with it."""

    name: str
    make: Make

    def sample(self, number: int, offset: int) -> Sample:
        """The sample of that number; kinds with another `offset` begin with other nominations."""
        cast = cast_of(number, offset)
        mails, truths = self.make(cast)
        return Sample(self.name, number, cast.unit, tuple(mails), tuple(truths))


def cast_of(number: int, offset: int) -> Cast:
    """Nominations that are in order, begun at another place for each sample, put under one unit."""
    pool = [
        entry
        for entry in ENTRIES.values()
        if entry.state is State.COMPLETE and entry.unit.kind in _KINDS_OF_UNIT and not entry.figures
    ]
    start = (number * 7 + offset * 3) % len(pool)
    turned = [*pool[start:], *pool[:start]]
    return Cast(number, tuple(replace(entry, unit=turned[0].unit) for entry in turned))


def content_of(entry: SampleEntry) -> FormContent:
    """What the form says."""
    return entry.content(FILLED_ON, DEADLINE_YEAR, CAMPAIGN_YEAR)


def word(entry: SampleEntry, name: str = "") -> File:
    """The Word form."""
    return File(name or f"{entry.nominee}推荐表.docx", word_form(content_of(entry), entry.layout))


def scan(
    entry: SampleEntry,
    look: str | ScanLook = "colour, 200 dpi",
    name: str = "",
    *,
    shows: Callable[[FormContent], FormContent] | None = None,
) -> File:
    """Its stamped scan in one of the benchmark's variants, or in a look of its own.

    `shows` changes what it says; the seals then are those of what it says.
    """
    content = content_of(entry)
    content = shows(content) if shows else content
    if isinstance(look, str):
        data = scan_of(_LOOKS[look], content, entry.layout)
    else:
        data = bound_scans([(content, entry.layout)], look, entry.nominee)
    return File(name or f"{entry.nominee}推荐表（盖章）.pdf", data)


def pictures(entry: SampleEntry, look: ScanLook | None = None) -> list[File]:
    """The stamped form as a picture of each page."""
    files = scan_pages(content_of(entry), entry.layout, look, entry.nominee)
    return [File(f"{entry.nominee}推荐表盖章{place}.jpg", data) for place, data in enumerate(files, 1)]


def typed(entry: SampleEntry, shows: Callable[[FormContent], FormContent] | None = None) -> File:
    """The form as the office program exports it: text, and no seal."""
    content = content_of(entry)
    data = exported_pdf(shows(content) if shows else content, entry.layout)
    return File(f"{entry.nominee}推荐表.pdf", data)


def fine(entry: SampleEntry, *defects: str, person: Person = "no") -> Truth:
    """The truth of a nominee; without defects it is in order."""
    return Truth(entry.nominee, frozenset(defects), person)


def one(
    build: Callable[[SampleEntry], Sequence[File]],
    *defects: str,
    person: Person = "no",
    only: Category | None = None,
) -> Make:
    """A sample of one nominee, whose papers come in one mail; `only` of that category."""

    def make(cast: Cast) -> tuple[Sequence[Mail], Sequence[Truth]]:
        entry = next(item for item in cast.entries if only in (None, item.category))
        return [Mail(tuple(build(entry)))], [fine(entry, *defects, person=person)]

    return make


def filled(entry: SampleEntry, figures: dict[str, Figure]) -> SampleEntry:
    """The nomination with other figures in its form."""
    return replace(entry, figures={**entry.figures, **figures})


def of_category(cast: Cast, category: Category, count: int) -> tuple[SampleEntry, ...]:
    """So many nominations of one category."""
    return tuple(entry for entry in cast.entries if entry.category == category)[:count]
