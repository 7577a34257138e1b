"""Labels on a page: which boxes, alone or put together, are the head of a value.

A label is set wide (姓　　名) or wrapped in a narrow cell (推荐单位 above 名称), and either of its parts may
be a label of its own elsewhere.  So boxes are put together by their places, and only then by their words.

Labels under each other whose words make another label: one that is wrapped in its cell, or two rows?

推荐单位 above 名称 may be the label of the unit, or those of the unit and of the nominee.  The words do not
tell, so places do: the lines of one cell are close, and the labels of two rows have each its own value and
often a label of another column beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from intake.domain.documents.labels import label_key
from intake.domain.model.inspection import Box
from intake.domain.page.geometry import (
    MOST_WRAPPED,
    Spot,
    frame,
    height_of,
    joined,
    middle,
    next_above,
    texts_of,
    white,
)

LONGEST_LABEL = 24
"""Characters of a label that is read together with its value in one box."""
WIDEST_GAP = 1.5
"""Line heights between the parts of a label, unless it is set wide: the next cell is farther off."""
WIDE_PART = 2
"""Characters of each part of a label that is set wide: 姓　　名, 联系　　电话."""

Kind = Callable[[str], str]
"""What a whole text is the label of: "nominee", "unit", "category", "other", or "" for no label."""


TIGHT = 0.4
LEVEL = 0.3
CLOSER = 0.85
WIDER = 1.5
WIDER_HERE = 1.25
Part = Sequence[Spot]
Kinds = Mapping[tuple[int, ...], str]


@dataclass(frozen=True, slots=True)
class LabelBox:
    """A label that fills whole boxes."""

    kind: str
    spots: tuple[Spot, ...]
    box: Box


def heads_of(spots: Sequence[Spot], kind: Kind) -> list[LabelBox]:
    """The labels that fill whole boxes, those of several boxes before those of one, the longest first."""
    labels = _candidates(spots, kind)
    kinds = {tuple(map(id, several)): name for several, name in labels}
    ids = [frozenset(map(id, several)) for several, _ in labels]
    found: list[LabelBox] = []
    used: set[int] = set()
    # What places tell comes first: 名称 that belongs to the cell of 推荐单位 is nobody's twin.
    for of_one, by_twin in ((False, False), (False, True), (True, False)):
        for (several, name), own in zip(labels, ids, strict=True):
            if (len(several) == 1) != of_one or used & own:
                continue
            if not of_one:
                others = [label for label, rest in zip(labels, ids, strict=True) if not rest & own]
                twin = by_twin and any(
                    other == "nominee" and used.isdisjoint(map(id, rest)) for rest, other in others
                )
                if not _is_one_label(several, name, kinds, spots, [rest for rest, _ in others], twin):
                    continue
            found.append(LabelBox(name, several, frame(several)))
            used |= own
    return [head for head in found if not _ends_value(head, found, spots)]


def _candidates(spots: Sequence[Spot], kind: Kind) -> list[tuple[tuple[Spot, ...], str]]:
    """All boxes, alone and put together, that read as a label, with its kind."""
    short = [spot for spot in spots if len(spot.line.text) <= LONGEST_LABEL]
    several = {tuple(map(id, boxes)): boxes for boxes in (*((spot,) for spot in short), *joined(short))}
    labels = [(boxes, name) for boxes in several.values() if (name := _kind_of(boxes, kind))]
    return sorted(
        labels, key=lambda one: (-len(one[0]), -_length(one[0]), one[0][0].box.top, one[0][0].box.left)
    )


def _length(spots: Sequence[Spot]) -> int:
    return sum(len(spot.line.text) for spot in spots)


def _kind_of(spots: Sequence[Spot], kind: Kind) -> str:
    # A hint in brackets (（盖章）) belongs to what stands before it, and begins no label.
    if _length(spots) > 2 * LONGEST_LABEL or not label_key(spots[0].line.text):
        return ""
    return next(filter(None, map(kind, texts_of(spots))), "")


def _is_one_label(
    parts: Sequence[Spot],
    name: str,
    kinds: Kinds,
    spots: Sequence[Spot],
    others: Sequence[Sequence[Spot]],
    twin: bool,
) -> bool:
    """False for labels, or a label and what stands beside it, whose words happen to make another.

    `others` are what else may be a label on the page; `twin` tells that one of them is the nominee's.
    """
    if middle(parts[-1].box) - middle(parts[0].box) > 0.5 * height_of(parts[0].box):
        apart = labels_in(parts, kinds)
        return not apart or is_wrapped(apart, spots, kinds, others, twin)
    known = [kinds.get((id(part),), "") for part in parts]
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


def _ends_value(head: LabelBox, heads: Sequence[LabelBox], spots: Sequence[Spot]) -> bool:
    """True for the last line of a wrapped value that happens to be a label (志愿服务队).

    Its own label, left of it, stands half way down its lines.  What has a label level with it on its left
    is in the row of that one, however the lines above it stand.
    """
    if len(head.spots) > 1:
        return False
    labels = {id(spot) for one in heads for spot in one.spots}
    value = [spot for spot in spots if id(spot) not in labels]
    left = [one for one in heads if one.box.right < head.box.left + 0.01]
    if any(abs(middle(one.box) - middle(head.box)) < LEVEL * height_of(head.box) for one in left):
        return False
    line = head.spots[0]
    for _ in range(MOST_WRAPPED - 1):
        above = next_above(line, value)
        if above is None:
            return False
        line = above
        way = middle(head.box) - middle(line.box)
        half = middle(line.box) + way / 2
        if any(
            abs(middle(one.box) - half) < LEVEL / 2 * way and not _between(one, line, heads) for one in left
        ):
            return True
    return False


def _between(label: LabelBox, value: Spot, heads: Sequence[LabelBox]) -> bool:
    """True where another label stands between the two, whose value it rather is."""
    return any(
        one is not label
        and label.box.right < one.box.left + 0.01
        and one.box.right < value.box.left + 0.01
        and one.box.top < value.box.bottom
        and value.box.top < one.box.bottom
        for one in heads
    )


def labels_in(lines: Part, kinds: Kinds) -> tuple[Part, ...]:
    """The labels that lines under each other are when taken apart; none where they are one or nothing.

    Each line is a label, or so are the upper and the lower ones: a hint in brackets (（盖章）) is none by
    itself.
    """
    if all(kinds.get((id(line),)) for line in lines):
        return tuple((line,) for line in lines)
    ids = tuple(id(line) for line in lines)
    cuts = [cut for cut in range(1, len(ids)) if kinds.get(ids[:cut]) and kinds.get(ids[cut:])]
    if not cuts:
        return ()
    cut = max(cuts, key=lambda at: middle(lines[at].box) - middle(lines[at - 1].box))
    return lines[:cut], lines[cut:]


def is_wrapped(
    parts: Sequence[Part], spots: Sequence[Spot], kinds: Kinds, others: Sequence[Part], twin: bool
) -> bool:
    """Whether labels under each other are one that is wrapped, by what else stands on the page.

    `spots` are all its boxes, `others` those that may be a label, alone or put together, beside these;
    `twin` tells that one of them is the nominee's.
    """
    if _are_apart(parts, kinds, others):
        return False
    # A form has one nominee: 名称 below 推荐单位 is the rest of it where another label is the nominee's.
    last = kinds[tuple(id(line) for line in parts[-1])]
    return _is_one_cell(parts, spots) or (twin and last == "nominee")


def _are_apart(parts: Sequence[Part], kinds: Kinds, others: Sequence[Part]) -> bool:
    """True for two rows.

    They are not tight, or much farther from each other than the lines of labels that cannot be read but as
    wrapped ones, or another column has a label beside each of them, and those two are surely not one.
    """
    if any(white(upper[-1].box, lower[0].box) >= TIGHT for upper, lower in pairwise(parts)):
        return True
    way = _way(parts)
    own = [between for part in parts for between in _ways(part)]
    wrapped = [max(_ways(rest)) for rest in others if _is_column(rest) and not labels_in(rest, kinds)]
    if (own and way > WIDER_HERE * max(own)) or (wrapped and way > WIDER * median(wrapped)):
        return True
    return _have_neighbours_apart(parts, way, others)


def _have_neighbours_apart(parts: Sequence[Part], way: float, others: Sequence[Part]) -> bool:
    """True where another column has a label beside the first and the last of them, and those are not one."""
    single = [rest[0] for rest in others if len(rest) == 1]
    first, last = (
        [one for one in single if _is_beside(one.box, frame(part), LEVEL * way)]
        for part in (parts[0], parts[-1])
    )
    return any(
        shares_column(one.box, other.box) and not any(one in rest and other in rest for rest in others)
        for one in first
        for other in last
    )


def _is_one_cell(parts: Sequence[Part], spots: Sequence[Spot]) -> bool:
    """Whether the lines are closer to each other than to the next cells, or have not each its own value."""
    way = _way(parts)
    lines = [line for part in parts for line in part]
    whole = frame(lines)
    column = [spot for spot in spots if spot not in lines and shares_column(spot.box, whole)]
    around = [
        min(abs(middle(spot.box) - middle(line.box)) for line in (lines[0], lines[-1])) for spot in column
    ]
    if around and way < CLOSER * min(around):
        return True
    right = [spot for spot in spots if spot.box.left > whole.right - 0.01]
    return not all(
        any(abs(middle(spot.box) - middle(frame(part))) <= LEVEL * way for spot in right) for part in parts
    )


def shares_column(one: Box, other: Box) -> bool:
    """True for boxes of which one is above the other, at whatever distance."""
    return min(one.right, other.right) - max(one.left, other.left) > 0


def _way(parts: Sequence[Part]) -> float:
    """The greatest distance of two neighbouring labels, from the last line of one to the next one's first."""
    return max(middle(lower[0].box) - middle(upper[-1].box) for upper, lower in pairwise(parts))


def _ways(lines: Part) -> list[float]:
    return [middle(lower.box) - middle(upper.box) for upper, lower in pairwise(lines)]


def _is_column(lines: Part) -> bool:
    return len(lines) > 1 and shares_column(lines[0].box, lines[-1].box)


def _is_beside(one: Box, other: Box, slack: float) -> bool:
    return abs(middle(one) - middle(other)) <= slack and not shares_column(one, other)
