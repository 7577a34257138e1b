"""Labels on a page: which boxes, alone or put together, are the head of a value.

A label is set wide (姓　　名) or wrapped in a narrow cell (推荐单位 above 名称), and either of its parts may
be a label of its own elsewhere.  So boxes are put together by their places, and only then by their words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from intake.domain.documents.labels import label_key
from intake.domain.model.inspection import Box
from intake.domain.page.geometry import (
    MOST_WRAPPED,
    Spot,
    frame,
    height_of,
    is_under,
    joined,
    middle,
    readings,
)
from intake.domain.page.scanwraps import LEVEL, Kinds, is_wrapped, labels_in

LONGEST_LABEL = 24
"""Characters of a label that is read together with its value in one box."""
WIDEST_GAP = 1.5
"""Line heights between the parts of a label, unless it is set wide: the next cell is farther off."""
WIDE_PART = 2
"""Characters of each part of a label that is set wide: 姓　　名, 联系　　电话."""

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
    candidates = dict.fromkeys((*((spot,) for spot in short), *joined(short)))
    labels = [(boxes, name) for boxes in candidates if (name := _kind_of(boxes, page, kind))]
    labels.sort(key=lambda one: (-len(one[0]), -_length(one[0]), one[0][0].box.top, one[0][0].box.left))
    kinds = {tuple(id(spot) for spot in several): name for several, name in labels}
    found: list[Head] = []
    used: set[int] = set()
    # What places tell comes first: 名称 that belongs to the cell of 推荐单位 is nobody's twin.
    for of_one, by_twin in ((False, False), (False, True), (True, False)):
        for several, name in labels:
            if (len(several) == 1) != of_one or used & {id(spot) for spot in several}:
                continue
            others = [(rest, other) for rest, other in labels if not {*rest} & {*several}]
            twin = by_twin and any(
                other == "nominee" and not used & {id(spot) for spot in rest} for rest, other in others
            )
            if of_one or _is_one_label(several, name, kinds, spots, [rest for rest, _ in others], twin):
                found.append(Head(name, several, frame(several)))
                used |= {id(spot) for spot in several}
    return [head for head in found if not _ends_value(head, found, spots)]


def _length(spots: Sequence[Spot]) -> int:
    return sum(len(spot.line.text) for spot in spots)


def _kind_of(spots: Sequence[Spot], page: int, kind: Kind) -> str:
    # A hint in brackets (（盖章）) belongs to what stands before it, and begins no label.
    if _length(spots) > 2 * LONGEST_LABEL or not label_key(spots[0].line.text):
        return ""
    return next(filter(None, (kind(piece.text) for piece in readings(spots, page))), "")


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


def _ends_value(head: Head, heads: Sequence[Head], spots: Sequence[Spot]) -> bool:
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
