"""Categories offered side by side, one of them ticked: □最美科技志愿者　☑最佳科技志愿服务组织 and so on.

Readers of print often leave a box out, a ticked one rather than an empty one, and mark nearly every box as
unsure; they seldom see a tick where none is, or an empty box for a ticked one.  So a tick that was read
tells, an empty box tells less, and a box that is not there tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from intake.domain.model.inspection import Likeness
from intake.domain.page.cells import PageLayout
from intake.domain.page.geometry import CellText, Spot, frame, middle, readings, rows, white
from intake.domain.page.vocabulary import Terms
from intake.domain.text.counts import TICKED, UNTICKED
from intake.domain.text.ocr_characters import fold

MOST_LINES = 8
"""Lines over which a form's categories are wrapped at most: a narrow cell holds each in two."""
CLOSE_LINES = 1.2
"""Line heights of white between the lines of one cell at most."""
INDENT = 0.03
"""By how much of the page's width a line may begin left of those with boxes, and be of their cell."""
LEAST_PART = 4
"""Characters of a wrapped name that tell it behind a box."""

_TICK = f"{TICKED}⊠⊡◼vVⅤ"
"""A tick that is typed, or printed as a letter's shape, stands before no name as a letter."""
_EMPTY = f"{UNTICKED}◻⬜〇口囗ロ"
_MARK = re.compile(f"[{_TICK}{_EMPTY}]")
_BRACKETS = re.compile(r"[(（\[【]\s*[)）\]】]")
"""Brackets with nothing in them, which stand for boxes: （√）最美科技志愿者　（　）最佳科技志愿服务组织."""
_BLANK = re.compile(r"[\s()（）\[\]【】:：、,，;；.．·]+")


class Checkbox(StrEnum):
    """How the box of a category was read."""

    TICKED = "ticked"
    EMPTY = "empty"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Offer:
    """The categories that a text offers side by side: the box of each as it was read, by the category's id.

    `stray` tells of a tick that belongs to none of them.
    """

    piece: CellText
    boxes: tuple[tuple[str, Checkbox], ...]
    stray: bool

    def likeness(self, category: str) -> Likeness:
        """What the boxes say of a category; see `_judge`."""
        return _judge(dict(self.boxes), category, stray=self.stray)


@dataclass(frozen=True, slots=True)
class _Place:
    """A name in a text, from `start` to before `end`, and the category it is of."""

    start: int
    end: int
    owner: str


def offers(page: PageLayout, terms: Terms) -> list[tuple[tuple[Spot, ...], list[Offer]]]:
    """The cells of a page that offer several categories: their boxes of text, and each reading of them."""
    known = _known(terms)
    if len(set(known.values())) < 2:
        return []
    found = []
    for cell in _cells(page.spots, known, terms):
        read = [offer for piece in readings(cell, page.page) if (offer := offer_in(piece, terms))]
        if read:
            found.append((cell, read))
    return found


def offer_in(piece: CellText, terms: Terms) -> Offer | None:
    """The categories that a text offers, where it names two or more and bears a box or a tick; else None."""
    places = list(_places(piece.text, _known(terms)))
    if len({place.owner for place in places}) < 2 or not _MARK.search(_boxed(piece.text)):
        return None
    edges = [0, *(edge for place in places for edge in (place.start, place.end)), len(piece.text)]
    gaps = [_boxed(piece.text[start:end]) for start, end in zip(edges[::2], edges[1::2], strict=True)]
    before = _are_before(gaps, terms)
    if before is None:
        return Offer(piece, tuple({place.owner: Checkbox.UNREAD for place in places}.items()), stray=False)
    boxes: dict[str, Checkbox] = {}
    stray = False
    for number, place in enumerate(places, start=0 if before else 1):
        marks = _marks(gaps[number], leading=not before)
        box, old = _box(marks), boxes.get(place.owner, Checkbox.UNREAD)
        boxes[place.owner] = box if old is Checkbox.UNREAD or box is Checkbox.TICKED else old
        # What stands before or behind the whole row is no part of it.
        stray = stray or (0 < number < len(places) and _ticks(gaps[number]) > _ticks(marks))
    return Offer(piece, tuple(boxes.items()), stray)


def _are_before(gaps: Sequence[str], terms: Terms) -> bool | None:
    """Whether the boxes stand before their names, or behind them; None where nobody can tell.

    That is so where the outer box was not read, or belongs to a name that was misread: 最美科技志愿者
    □最佳科技志愿服务组织 ☑最隹料技忐愿.
    """
    first, last = _marks(gaps[0]), _marks(gaps[-1], leading=True)
    if bool(first) == bool(last):
        return None
    beyond = _BLANK.sub("", gaps[0])[: -len(first)] if first else _BLANK.sub("", gaps[-1])[len(last) :]
    return bool(first) if not beyond or terms.kind(beyond) == "category" else None


def _judge(boxes: dict[str, Checkbox], category: str, *, stray: bool) -> Likeness:
    """EQUAL and DIFFERENT where one tick was read and its rival box was told apart from it.

    Without a tick, an empty box speaks against its category only where another's was not read: that one
    may be the ticked one.
    """
    own = boxes.get(category, Checkbox.UNREAD)
    others = [box for owner, box in boxes.items() if owner != category]
    ticked = others.count(Checkbox.TICKED)
    if stray or (own is Checkbox.TICKED and ticked):
        return Likeness.NEAR
    if own is Checkbox.TICKED:
        return Likeness.EQUAL if Checkbox.EMPTY in others else Likeness.UNREAD
    if ticked:
        return Likeness.DIFFERENT if ticked == 1 and own is Checkbox.EMPTY else Likeness.NEAR
    return Likeness.NEAR if own is Checkbox.EMPTY and Checkbox.UNREAD in others else Likeness.UNREAD


def _box(marks: Sequence[str]) -> Checkbox:
    """□√ before a name is one box that is ticked."""
    if not marks:
        return Checkbox.UNREAD
    return Checkbox.TICKED if any(char in _TICK for char in marks) else Checkbox.EMPTY


def _marks(gap: str, *, leading: bool = False) -> str:
    """The boxes and ticks that touch the name behind the gap, or with `leading` the one before it."""
    bare = _BLANK.sub("", gap)
    run = re.match(rf"[{_TICK}{_EMPTY}]*", bare) if leading else re.search(rf"[{_TICK}{_EMPTY}]*$", bare)
    return run[0] if run else ""


def _boxed(text: str) -> str:
    return _BRACKETS.sub("□", text)


def _ticks(text: str) -> int:
    return sum(char in TICKED for char in text)


def names_several(text: str, terms: Terms) -> bool:
    """True for a text that names two or more categories: it says of none that it is meant."""
    return len({place.owner for place in _places(text, _known(terms))}) > 1


def is_left_empty(text: str) -> bool:
    """True for a text that bears empty boxes and no tick: what it names was offered and not chosen."""
    return any(char in UNTICKED for char in text) and not _ticks(text)


# Every form of a unit is held against every scan of it, with the same few names.
@lru_cache(maxsize=32)
def _known(terms: Terms) -> dict[str, str]:
    """The folded names of all categories with their ids, the longest first."""
    names = {fold(name).text: owner for owner, several in terms.names for name in several}
    return {name: names[name] for name in sorted(names, key=len, reverse=True) if name}


def _places(text: str, known: dict[str, str]) -> Iterator[_Place]:
    """The names in a text from left to right; what follows of the same category belongs to it."""
    if not known:
        return
    folded = fold(text)
    pattern = re.compile("|".join(map(re.escape, known)))
    last: _Place | None = None
    for match in pattern.finditer(folded.text):
        start, end = folded.origins[match.start()], folded.origins[match.end() - 1] + 1
        owner = known[match[0]]
        if last and last.owner == owner and not _MARK.search(text[last.end : start]):
            last = _Place(last.start, end, owner)
            continue
        if last:
            yield last
        last = _Place(start, end, owner)
    if last:
        yield last


def _cells(spots: Sequence[Spot], known: dict[str, str], terms: Terms) -> Iterator[tuple[Spot, ...]]:
    """The lines that offer categories, with the lines above and below that go on with them."""
    offering = [spot for spot in spots if _offers(spot.line.text, known)]
    if not offering:
        return
    titles = [fold(word).text for word in terms.titles]
    more = [
        spot
        for spot in spots
        if spot not in offering
        and not any(word in fold(spot.line.text).text for word in titles)
        and _goes_on(spot.line.text, known)
    ]
    while offering:
        cell = [offering.pop(0)]
        while len(cell) < MOST_LINES:
            around = frame(cell)
            near = [spot for spot in (*offering, *more) if spot not in cell and _is_near(spot, cell)]
            if not near:
                break
            level = middle(around)
            cell.append(min(near, key=lambda spot: abs(middle(spot.box) - level)))
            offering = [spot for spot in offering if spot is not cell[-1]]
        yield tuple(spot for row in rows(cell) for spot in row)


def _is_near(spot: Spot, cell: Sequence[Spot]) -> bool:
    if spot.box.left < frame(cell).left - INDENT:
        return False
    return any(white(*sorted((spot.box, other.box), key=middle)) < CLOSE_LINES for other in cell)


def _offers(text: str, known: Collection[str]) -> bool:
    """True for a line with a box beside a category's name, or beside so much of one as tells it."""
    parts = _MARK.split(_boxed(text))
    for left, right in pairwise(parts):
        after, before = fold(right).text[:LEAST_PART], fold(left).text[-LEAST_PART:]
        if len(after) == LEAST_PART and any(name.startswith(after) for name in known):
            return True
        if len(before) == LEAST_PART and any(name.endswith(before) for name in known):
            return True
    return False


def _goes_on(text: str, known: Collection[str]) -> bool:
    """True for a line of nothing but names, or a part of one: its boxes were not read, or stand elsewhere."""
    rest = fold(_MARK.sub("", text)).text
    for name in known:
        rest = rest.replace(name, "")
    return bool(fold(text).text) and (not rest or any(rest in name for name in known))
