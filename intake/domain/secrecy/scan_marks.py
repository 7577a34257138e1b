"""Marks of state secrets in what was read of a scan: a reader of print slips, so they are for a person.

A mark stands at the head of a page, starred or as the first thing on it (GB/T 9704 §7.2.2), or beside 密级.

A reader of print makes of ★ what it likes, so one odd character between grade and term is allowed at the head
of a page.  Staff hear of such a page in the same pass, and no page with what may be a mark is in a digest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from intake.domain.model.inspection import Inspection, ScanLine, ScanPage
from intake.domain.page.geometry import Spot, rows, spots_of
from intake.domain.secrecy.mark import (
    Mark,
    bracketed,
    is_label,
    labelled,
    squeezed,
    stands_alone,
    starred_as_read,
)

__all__ = ["ScanMark", "head_of", "mark_in"]

HEAD = 0.25
"""Share of the page from its top in which a mark stands: it is the first or second line below the margin."""

HEAD_ROWS = 6
"""Rows of boxes from the top among which it stands, beside its number, urgency and annex."""

LONGEST_MARK = 24
"""Characters up to which a line may be a mark; running text is longer."""

_BEFORE = re.compile(r"附件.{0,4}|(?:no\.?|第)?[\da-z.\-]{1,12}号?|特急|加急|急件|平急", re.I)
"""What may stand above or before a bare grade: annex, number of the copy, urgency."""

_PROSE = re.compile(r"[。；;，、]")
_AFTER_YES = ("否", "不", "非", "□", "口", "无")
"""How a further answer to choose from begins: the ticks beside the answers are hardly ever read."""


@dataclass(frozen=True, slots=True)
class ScanMark:
    """Pages (from 1) of a scan that may bear a mark, and the lowest score (0 to 1) of what was read so."""

    pages: tuple[int, ...]
    score: float


def mark_in(seen: Inspection | None) -> ScanMark | None:
    """What the pages that were read bear; None for a scan without a mark, or that nobody read."""
    pages = seen.pages if seen else ()
    found = {page.number: line.score for page in pages if (line := _marked_line(page))}
    return ScanMark(tuple(sorted(found)), min(found.values())) if found else None


def head_of(page: ScanPage) -> list[ScanLine]:
    """The lines at the head of a page."""
    table = rows(spots_of(page.lines))[:HEAD_ROWS]
    return [line for row in table for spot in row if spot.box.top < HEAD for line in spot.readings]


def _marked_line(page: ScanPage) -> ScanLine | None:
    if not any("密" in line.text for line in page.lines):
        return None
    table = rows(spots_of(page.lines))
    for number, row in enumerate(table):
        for place, spot in enumerate(row):
            beside = row[place + 1 :]
            head = number < HEAD_ROWS and spot.box.top < HEAD
            first = head and _is_first([*table[:number], row[:place]], table[number + 1 : number + 2])
            for line in spot.readings:
                if len(line.text) <= LONGEST_MARK and _bears(line.text, beside, head, first):
                    return line
    return None


def _bears(text: str, beside: Sequence[Spot], head: bool, first: bool) -> bool:
    """True for a mark; `head`: the line stands at the head of the page, `first`: before all else on it."""
    if "密" not in text:
        return False
    if head and (starred_as_read(text) or bracketed(text)):
        return True
    return (first and stands_alone(text)) or _is_labelled(text, [spot.line.text for spot in beside[:1]])


def _is_labelled(text: str, beside: Sequence[str]) -> bool:
    """True for 密级：秘密, in one box or two."""
    if is_label(text):
        return any(stands_alone(value) or starred_as_read(value) for value in beside)
    label, colon, value = squeezed(text).partition(":")
    if colon and is_label(label) and starred_as_read(value):
        return True
    chosen = labelled(text) is Mark.SURE
    return chosen and not any(squeezed(answer).startswith(_AFTER_YES) for answer in beside)


def _is_first(before: Iterable[Sequence[Spot]], after: Iterable[Sequence[Spot]]) -> bool:
    """True where nothing but what goes with a mark stands before, and no prose that it may end goes on after.

    Elsewhere a grade alone may be the end of a name that was broken: 植物的, then 秘密.
    """
    heading = all(_BEFORE.fullmatch(squeezed(spot.line.text)) for row in before for spot in row)
    return heading and not any(_PROSE.search(spot.line.text) for row in after for spot in row)
