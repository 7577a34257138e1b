"""The lines of one cell: how the values of a column are shared among the labels left of them.

A wrapped value stands half way beside its label, or begins level with it, and nothing but the places of its
neighbours tells it from the values of the next rows.  So the lines near a label are shared among it and the
labels above and below in every way, and only a share that is clearly the best is taken.  A line that is
plainly another label's, or a figure below a name, is never shared to it: it ends the cell.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from itertools import pairwise

from intake.domain.page.geometry import MOST_WRAPPED, Spot, frame, height_of, is_figure, middle, rows, white
from intake.domain.page.page_labels import LabelBox

Line = Sequence[Spot]
Range = tuple[int, int]
Costs = dict[Range, float]
"""The least that a share costs in which the label in question has these lines (from, to before)."""

FARTHEST = 1.2
"""Line heights between two lines of one cell at most."""
EMPTY = 0.75
"""What a label without a value costs, in the line heights by which a value may stand off its label."""
LEFT_OVER, LEFT_OUTSIDE = 0.75, 0.3
"""The same for a line that is nobody's: between labels, and above or below those that are looked at."""
APART = 0.1
"""The same for each line height of white inside a value: its own lines are closer than the next cell's."""
CLEARLY = 0.15
"""By how much the second best share must be worse."""
BESIDE = 0.3
"""Line heights by which a line may be off another label that it is the value of, or overlap its row."""


def block_of(
    head: LabelBox, row: Sequence[Spot], others: Sequence[Spot], heads: Sequence[LabelBox]
) -> list[list[Spot]]:
    """The lines of the label's cell from top to bottom, of which `row` is one; empty where not clear.

    `others` are all boxes that are no labels, `heads` all labels of the page.
    """
    column = sorted((one for one in heads if _overlap(one, head.box.left, head.box.right)), key=_head_middle)
    place = column.index(head)
    near = column[max(0, place - 1) : place + 2]
    lines = _chain(_lines_beside(head, row, others, column), row)
    barred = {
        at
        for at, line in enumerate(lines)
        if not any(spot is row[0] for spot in line)
        and (_is_figure(line) or is_value_of_another(line, head, others, heads))
    }
    ways = [_shares(near, near.index(head), lines, centred, barred) for centred in (True, False)]
    taken = {one for way in ways for one in way}
    ranked = sorted((min(way[one] for way in ways if one in way), one) for one in taken)
    (best, (start, end)), *rest = ranked
    found = lines[start:end]
    clear = all(cost >= best + CLEARLY for cost, _ in rest[:1])
    return found if clear and any(spot is row[0] for line in found for spot in line) else []


def _lines_beside(
    head: LabelBox, row: Sequence[Spot], others: Sequence[Spot], column: Sequence[LabelBox]
) -> list[list[Spot]]:
    """The lines above and below the row, between the second labels from its own in the column of labels."""
    place = column.index(head)
    upper = _head_middle(column[place - 2]) if place > 1 else 0.0
    lower = _head_middle(column[place + 2]) if place + 2 < len(column) else 1.0
    whole = frame(row)
    return rows(
        spot
        for spot in others
        if spot.box.left >= head.box.right - 0.01
        and min(spot.box.right, whole.right) > max(spot.box.left, whole.left)
        and upper < middle(spot.box) < lower
    )


def _chain(lines: Sequence[list[Spot]], row: Sequence[Spot]) -> list[list[Spot]]:
    """The lines near the row, as many as can touch the sharing."""
    at = next(place for place, line in enumerate(lines) if any(spot is row[0] for spot in line))
    return list(lines[max(0, at - 2 * MOST_WRAPPED) : at + 2 * MOST_WRAPPED + 1])


def _is_figure(line: Line) -> bool:
    return is_figure("".join(spot.line.text for spot in line))


def is_value_of_another(
    line: Line, head: LabelBox, others: Sequence[Spot], heads: Sequence[LabelBox]
) -> bool:
    """True for a line level with another label left of it, with nothing between the two.

    A wide value stands so under a name in the middle of the page, far from its own label at the edge.
    """
    box = frame(line)
    slack = BESIDE * height_of(box)
    return any(
        one is not head
        and one.box.right < box.left + 0.01
        and abs(_head_middle(one) - middle(box)) <= slack
        and not any(
            one.box.right - 0.01 < other.left
            and other.right < box.left + 0.01
            and min(other.bottom, one.box.bottom) - max(other.top, one.box.top) > slack
            for other in (*(spot.box for spot in others), *(label.box for label in heads))
        )
        for one in heads
    )


def _shares(
    heads: Sequence[LabelBox], which: int, lines: Sequence[Line], centred: bool, barred: Container[int]
) -> Costs:
    """What each share costs at least, by the lines that the label `which` has in it, none of them barred."""
    none: Range = (0, 0)
    table: list[list[Costs]] = [[{} for _ in range(len(lines) + 1)] for _ in range(len(heads) + 1)]
    table[0][0][none] = 0.0
    for done, by_line in enumerate(table):
        for at, costs in enumerate(by_line):
            if not costs:
                continue
            if at < len(lines):
                _add(by_line[at + 1], costs, _left(lines, at, heads))
            if done == len(heads):
                continue
            for count in range(min(MOST_WRAPPED, len(lines) - at) + 1):
                block = lines[at : at + count]
                if any(_white(upper, lower) > FARTHEST for upper, lower in pairwise(block)):
                    break
                if done == which and count and at + count - 1 in barred:
                    break
                taken = (at, at + count) if done == which else None
                _add(table[done + 1][at + count], costs, _cost(heads[done], block, centred), taken)
    return table[-1][-1]


def _add(to: Costs, costs: Costs, more: float, taken: Range | None = None) -> None:
    for known, cost in costs.items():
        key = taken or known
        to[key] = min(to.get(key, cost + more), cost + more)


def _cost(head: LabelBox, block: Sequence[Line], centred: bool) -> float:
    if not block:
        return EMPTY
    height = height_of(block[0][0].box)
    if centred:
        off = (_line_middle(block[0]) + _line_middle(block[-1])) / 2 - _head_middle(head)
    else:
        off = _line_middle(block[0]) - middle(head.spots[0].box)
    return abs(off) / height + APART * sum(max(0.0, 1 + _white(*pair)) for pair in pairwise(block))


def _left(lines: Sequence[Line], at: int, heads: Sequence[LabelBox]) -> float:
    own = _line_middle(lines[at])
    if _head_middle(heads[0]) < own < _head_middle(heads[-1]):
        return LEFT_OVER
    near = [pair for pair in pairwise(lines[max(0, at - 1) : at + 2]) if _white(*pair) <= FARTHEST]
    return LEFT_OUTSIDE if near else 0.0


def _white(upper: Line, lower: Line) -> float:
    return white(frame(upper), frame(lower))


def _overlap(head: LabelBox, left: float, right: float) -> bool:
    return min(head.box.right, right) > max(head.box.left, left)


def _head_middle(head: LabelBox) -> float:
    return middle(head.box)


def _line_middle(line: Line) -> float:
    return middle(frame(line))
