"""Labels on a page: which boxes, alone or put together, are the head of a value.

A label is set wide (姓　　名) or wrapped in a narrow cell (推荐单位 above 名称), and either of its parts may
be a label of its own elsewhere.  So boxes are put together by their places, and only then by their words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from intake.domain.inspection import Box
from intake.domain.labels import label_key
from intake.domain.scanplaces import (
    MOST_WRAPPED,
    Spot,
    frame,
    height_of,
    is_under,
    joined,
    middle,
    readings,
    white,
)

LONGEST_LABEL = 24
"""Characters of a label that is read together with its value in one box."""
WIDEST_GAP = 1.5
"""Line heights between the parts of a label, unless it is set wide: the next cell is farther off."""
WIDE_PART = 2
"""Characters of each part of a label that is set wide: 姓　　名, 联系　　电话."""
TIGHT = 0.4
"""Line heights of white between the lines of one label at most; boxes as they are read nearly touch."""
LEVEL = 0.3
"""The share of the distance between two lines by which what is level with one of them may be off."""
CLOSER = 0.85
"""How much nearer the lines of one cell stand to each other than to those of the cells around it."""

Kind = Callable[[str], str]
"""What a whole text is the label of: "nominee", "unit", "category", "other", or "" for no label."""


@dataclass(frozen=True, slots=True)
class Head:
    """A label that fills whole boxes."""

    kind: str
    spots: tuple[Spot, ...]
    box: Box


def heads_of(spots: Sequence[Spot], page: int, kind: Kind) -> list[Head]:
    """The labels that fill whole boxes, those of several boxes before those of one, the longest first."""
    short = [spot for spot in spots if len(spot.line.text) <= LONGEST_LABEL]
    alone = {id(spot): _kind_of((spot,), page, kind) for spot in short}
    named = [
        (several, name) for several in dict.fromkeys(joined(short)) if (name := _kind_of(several, page, kind))
    ]
    named.sort(key=lambda one: (-len(one[0]), -_length(one[0]), one[0][0].box.top, one[0][0].box.left))
    singles = [((spot,), alone[id(spot)]) for spot in short if alone[id(spot)]]
    found: list[Head] = []
    used: set[int] = set()
    for several, name in chain(named, singles):
        if used & {id(spot) for spot in several}:
            continue
        others = [(rest, other) for rest, other in (*named, *singles) if not {*rest} & {*several}]
        if len(several) == 1 or _is_one_label(several, name, alone, spots, others):
            found.append(Head(name, several, frame(several)))
            used |= {id(spot) for spot in several}
    return [head for head in found if not _ends_value(head, found, spots)]


def _length(spots: Sequence[Spot]) -> int:
    return sum(len(spot.line.text) for spot in spots)


def _kind_of(spots: Sequence[Spot], page: int, kind: Kind) -> str:
    if _length(spots) > 2 * LONGEST_LABEL:
        return ""
    return next(filter(None, (kind(piece.text) for piece in readings(spots, page))), "")


def _is_one_label(
    parts: Sequence[Spot],
    name: str,
    alone: Mapping[int, str],
    spots: Sequence[Spot],
    others: Sequence[tuple[Sequence[Spot], str]],
) -> bool:
    """False for labels, or a label and what stands beside it, whose words happen to make another.

    `others` are what else may be a label on the page.
    """
    known = [alone[id(part)] for part in parts]
    if middle(parts[-1].box) - middle(parts[0].box) > 0.5 * height_of(parts[0].box):
        # A form has one nominee: 名称 below 推荐单位 is the rest of it where another label is the nominee's.
        twin = known[-1] == "nominee" and any(other == "nominee" for _, other in others)
        tight = all(white(upper.box, lower.box) < TIGHT for upper, lower in pairwise(parts))
        return not all(known) or (tight and (twin or _is_one_cell(parts, spots)))
    # Two labels of one row (负责人　姓名) stay two, and so do a label and the end of a value beside it.
    hints = not any(label_key(part.line.text) for part in parts[1:])
    if all(known) or known[-1] == name or (known[0] and not hints):
        return False
    lengths = {len(part.line.text) for part in parts}
    set_wide = len(lengths) == 1 and max(lengths) <= WIDE_PART and not any(known)
    return set_wide or all(_gap(left, right) < WIDEST_GAP for left, right in pairwise(parts))


def _gap(left: Spot, right: Spot) -> float:
    """White between two boxes of one row, in line heights as they lie on an upright A4 page."""
    return (right.box.left - left.box.right) * 0.707 / min(height_of(left.box), height_of(right.box))


def _is_one_cell(lines: Sequence[Spot], spots: Sequence[Spot]) -> bool:
    """Whether labels under each other are one that is wrapped: 推荐单位 above 名称.

    The lines of one cell are closer to each other than to the next cells, or what stands beside them is
    not level with each; the labels of two rows have each its own value.
    """
    ways = [middle(lower.box) - middle(upper.box) for upper, lower in pairwise(lines)]
    way = max(ways)
    column = [spot for spot in spots if spot not in lines and _shares_column(spot.box, frame(lines))]
    around = [
        min(abs(middle(spot.box) - middle(line.box)) for line in (lines[0], lines[-1])) for spot in column
    ]
    if around and way < CLOSER * min(around):
        return True
    right = [spot for spot in spots if spot.box.left > frame(lines).right - 0.01]
    return not all(_has_level(line, right, LEVEL * way) for line in lines)


def _ends_value(head: Head, heads: Sequence[Head], spots: Sequence[Spot]) -> bool:
    """True for the last line of a wrapped value that happens to be a label (志愿服务队).

    Its own label, left of it, stands half way down its lines.
    """
    if len(head.spots) > 1:
        return False
    labels = {id(spot) for one in heads for spot in one.spots}
    value = [spot for spot in spots if id(spot) not in labels]
    left = [one for one in heads if one.box.right < head.box.left + 0.01]
    line = head.spots[0]
    for _ in range(MOST_WRAPPED - 1):
        above = [spot for spot in value if is_under(spot.box, line.box)]
        if not above:
            return False
        line = max(above, key=lambda spot: spot.box.top)
        way = middle(head.box) - middle(line.box)
        half = middle(line.box) + way / 2
        if any(
            abs(middle(one.box) - half) < LEVEL / 2 * way and not _between(one, line, heads) for one in left
        ):
            return True
    return False


def _between(label: Head, value: Spot, heads: Sequence[Head]) -> bool:
    """True where another label stands between the two, whose value it rather is."""
    return any(
        one is not label
        and label.box.right < one.box.left + 0.01
        and one.box.right < value.box.left + 0.01
        and one.box.top < value.box.bottom
        and value.box.top < one.box.bottom
        for one in heads
    )


def _has_level(line: Spot, others: Sequence[Spot], slack: float) -> bool:
    return any(abs(middle(other.box) - middle(line.box)) <= slack for other in others)


def _shares_column(one: Box, other: Box) -> bool:
    return min(one.right, other.right) - max(one.left, other.left) > 0
