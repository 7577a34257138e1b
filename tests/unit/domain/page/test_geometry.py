"""Which boxes stand under each other: the near ones that are tried give what all of them would."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.model.inspection import Box, ScanLine
from intake.domain.page.geometry import Spot, is_under, next_above, next_below

FRACTIONS = st.integers(0, 40).map(lambda part: part / 40)
HEIGHTS = st.sampled_from((0.0, 0.01, 0.025, 0.05, 0.2))


@st.composite
def spots(draw: st.DrawFn) -> list[Spot]:
    found = []
    for number in range(draw(st.integers(2, 9))):
        left, top = draw(FRACTIONS), draw(FRACTIONS)
        box = Box(left, top, left + draw(st.sampled_from((0.1, 0.3))), top + draw(HEIGHTS))
        found.append(Spot(box, (ScanLine(str(number), 1.0, box),)))
    return found


@given(spots())
@settings(max_examples=200, deadline=None)
def test_the_next_below_and_above_are_the_nearest_of_all(page: list[Spot]) -> None:
    for spot in page:
        others = [other for other in page if other is not spot]
        lower = [other for other in others if is_under(spot.box, other.box)]
        upper = [other for other in others if is_under(other.box, spot.box)]
        assert next_below(spot, page) is min(lower, key=lambda other: other.box.top, default=None)
        assert next_above(spot, page) is max(upper, key=lambda other: other.box.top, default=None)
