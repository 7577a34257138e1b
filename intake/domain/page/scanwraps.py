"""Labels under each other whose words make another label: one that is wrapped in its cell, or two rows?

推荐单位 above 名称 may be the label of the unit, or those of the unit and of the nominee.  The words do not
tell, so places do: the lines of one cell are close, and the labels of two rows have each its own value and
often a label of another column beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import median

from intake.domain.model.inspection import Box
from intake.domain.page.geometry import Spot, frame, middle, white

TIGHT = 0.4
"""Line heights of white between the lines of one cell at most; boxes as they are read nearly touch."""
LEVEL = 0.3
"""The share of the distance between two lines by which what is level with one of them may be off."""
CLOSER = 0.85
"""How much nearer the lines of one cell stand to each other than to those of the cells around it."""
WIDER = 1.5
"""How much farther apart two rows are than the lines of labels that are surely wrapped on the same page."""
WIDER_HERE = 1.25
"""The same for the lines of the label in question: its boxes are set and read alike."""

Part = Sequence[Spot]
Kinds = Mapping[tuple[int, ...], str]
"""What boxes, by their ids in order, are the label of; those that are none may be missing."""


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
