"""Whether title, nominee and unit of a page were read without doubt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake.domain.model.inspection import Box, ScanLine
from intake.domain.page.legibility import legible_head

TEXTS = (
    ("最美科技志愿者推荐表", 0.3, 0.05),
    ("推荐单位：浙江省科学技术协会", 0.1, 0.1),
    ("姓名", 0.1, 0.15),
    ("张伟", 0.25, 0.15),
    ("性别", 0.4, 0.15),
)
HEAD = tuple(
    ScanLine(text, 0.99, Box(left, top, left + 0.02 * len(text), top + 0.02)) for text, left, top in TEXTS
)


def test_it_reaches_from_the_title_to_the_lower_of_both_cells() -> None:
    assert legible_head(HEAD) == pytest.approx((0.05, 0.17))


@pytest.mark.parametrize("left_out", [0, 1, 3])
def test_each_of_the_three_must_be_there(left_out: int) -> None:
    assert legible_head([line for place, line in enumerate(HEAD) if place != left_out]) is None


@pytest.mark.parametrize("place", [0, 1, 3])
def test_none_may_be_unsure(place: int) -> None:
    last = len(HEAD[place].text) - 1
    for unsure in (replace(HEAD[place], weak=(last,)), replace(HEAD[place], score=0.9)):
        assert legible_head([*HEAD[:place], unsure, *HEAD[place + 1 :]]) is None


def test_an_unsure_bracket_is_no_doubt() -> None:
    title = replace(HEAD[0], text="最美科技志愿者（推荐表", weak=(7,))
    assert legible_head([title, *HEAD[1:]]) is not None
