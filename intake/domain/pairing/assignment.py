"""The optimal assignment, and by how much each of its pairs is better than the best one without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

ADMITTED = 0.001
"""What a pair without any evidence is worth: it is made rather than none."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """One pair; `margin` is what the whole assignment loses when its column goes to another row."""

    row: int
    column: int
    margin: float


def assign(scores: Sequence[Sequence[float]], strong: float) -> list[Chosen]:
    """The assignment of most evidence, in the order of its rows; a pair with evidence against it is not made.

    `scores` has a row for each seat and a column for each scan.  From `strong` on a pair would be made
    however many candidates there are: a second such column of one row is its further version and no rival.
    """
    if not scores or not scores[0]:
        return []
    gains = [[score + ADMITTED if score >= 0 else 0.0 for score in row] for row in scores]
    plain = _without_rivals(gains)
    if plain is not None:
        return plain
    # Here and not above: most units send nothing that is to be weighed.
    from munkres import Munkres

    height, width = len(gains), len(gains[0])
    size = max(height, width)
    worst = max(map(max, gains))
    cost = [
        [worst - gains[r][c] if r < height and c < width else worst for c in range(size)] for r in range(size)
    ]
    columns: list[int | None] = [None] * height
    for row, column in Munkres().compute(cost):
        if row < height and column < width and scores[row][column] >= 0:
            columns[row] = column
    margins = _Margins(gains, columns, strong)
    return [Chosen(row, c, margins.of(row)) for row, c in enumerate(columns) if c is not None]


def _without_rivals(gains: Sequence[Sequence[float]]) -> list[Chosen] | None:
    """The assignment where no row wants two columns and no column is wanted by two rows; else None.

    So it is where scans show whose they are.  To solve it in general takes the cube of their number.
    """
    wanted = [[column for column, gain in enumerate(row) if gain > 0] for row in gains]
    columns = [column for row in wanted for column in row]
    if any(len(row) > 1 for row in wanted) or len(set(columns)) < len(columns):
        return None
    return [Chosen(row, found[0], gains[row][found[0]]) for row, found in enumerate(wanted) if found]


class _Margins:
    """The cheapest ways in which rows may change their columns, from the optimal assignment.

    Another assignment differs from the optimal one in chains: a row takes the column of the next, which
    takes that of a third, until one takes a free column, or none, or the first one's.  All chains are found
    at once (Floyd and Warshall), which is far cheaper than to solve anew without each pair.
    """

    def __init__(
        self, gains: Sequence[Sequence[float]], columns: Sequence[int | None], strong: float
    ) -> None:
        self._gains, self._columns, self._strong = gains, columns, strong
        self._rows = range(len(gains))
        taken = {column for column in columns if column is not None}
        self._spare = [c for c in range(len(gains[0])) if c not in taken]
        self._held = [0.0 if c is None else gains[r][c] for r, c in enumerate(columns)]
        self._way = self._ways()
        self._out = [
            held - max((gains[row][c] for c in self._spare), default=0.0)
            for row, held in enumerate(self._held)
        ]

    def _step(self, row: int, other: int) -> float:
        """What is lost when a row takes another's column."""
        column = self._columns[other]
        return inf if column is None else self._held[row] - self._gains[row][column]

    def _ways(self) -> list[list[float]]:
        way = [[0.0 if r == s else self._step(r, s) for s in self._rows] for r in self._rows]
        for middle in self._rows:
            through = way[middle]
            for line in way:
                first = line[middle]
                if first < inf:
                    for end in self._rows:
                        if first + through[end] < line[end]:
                            line[end] = first + through[end]
        return way

    def of(self, row: int) -> float:
        """What the assignment loses at least when another row has this one's column."""
        column = self._columns[row]
        rivals = [s for s in self._rows if s != row and column is not None and self._gains[s][column] > 0]
        least = min((self._step(s, row) + self._moved(row, s) for s in rivals), default=inf)
        return max(0.0, min(least, self._held[row]))

    def _moved(self, row: int, rival: int) -> float:
        """What is lost when a row that lost its column to a rival makes do with something else."""
        least = self._held[row]
        for first in self._rows:
            column = self._columns[first]
            if first == row or column is None:
                continue
            own = self._gains[row][column] >= self._strong > self._held[first]
            if not own:
                end = min(
                    self._way[first][rival], min(self._way[first][t] + self._out[t] for t in self._rows)
                )
                least = min(least, self._step(row, first) + end)
        spare = [c for c in self._spare if self._gains[row][c] < self._strong]
        return min([least, *(self._held[row] - self._gains[row][c] for c in spare)])
