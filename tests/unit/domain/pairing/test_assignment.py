"""The assignment where nothing competes is the one that the general way finds."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.pairing import assignment
from intake.domain.pairing.assignment import Chosen, assign

STRONG = 0.4


def generally(scores: Sequence[Sequence[float]]) -> list[Chosen]:
    """Without the short way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assignment, "_without_rivals", lambda gains: None)
        return assign(scores, STRONG)


@st.composite
def apart(draw: st.DrawFn) -> list[list[float]]:
    """Scores by which no row wants two columns, and no column is wanted by two rows."""
    height, width = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    against = st.sampled_from((-10.0, -1.0, -0.3))
    scores = [[draw(against) for _ in range(width)] for _ in range(height)]
    columns = draw(st.permutations(range(width)))
    for row, column in zip(range(height), columns, strict=False):
        if draw(st.booleans()):
            scores[row][column] = draw(st.floats(0, 2))
    return scores


@given(apart())
@settings(max_examples=60, deadline=None)
def test_the_short_way_finds_what_the_long_way_finds(scores: list[list[float]]) -> None:
    assert assign(scores, STRONG) == generally(scores)


@pytest.mark.parametrize("scores", [[[0.7, 0.2]], [[0.7], [0.2]], [[0.7, -1.0], [0.6, 0.5]]])
def test_rivals_are_weighed(scores: list[list[float]]) -> None:
    gains = [[score + assignment.ADMITTED if score >= 0 else 0.0 for score in row] for row in scores]
    assert assignment._without_rivals(gains) is None
    assert assign(scores, STRONG) == generally(scores)
