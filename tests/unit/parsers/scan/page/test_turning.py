"""Turning pages and places on them upright."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from intake.domain.model.inspection import Box
from parsers.scan.page.pixels import Pixels
from parsers.scan.page.turning import levelled, turn, upright_box
from parsers.scan.text.search import voters
from tests.unit.parsers.scan.sheets import RED, reddest, sheet


def lying(turned: int, skew: float = 0.0, seal: bool = True) -> Pixels:
    """A sheet that must be turned so to stand upright, its paper running over the edges."""
    askew = sheet(seal=seal).rotate(skew, Image.Resampling.BICUBIC, fillcolor=(250, 250, 250))
    return np.asarray(askew.rotate(turned, expand=True))


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@pytest.mark.parametrize("skew", [0.0, -4.0, 7.5])
def test_a_page_and_a_place_on_it_turn_upright(turned: int, skew: float) -> None:
    picture = lying(turned, skew)
    upright = turn(picture, turned, skew)
    assert upright.shape == (1169, 827, 3)
    assert reddest(upright) == pytest.approx((0.774, 0.838), abs=0.01)
    height, width = picture.shape[:2]
    x, y = reddest(picture)
    place = upright_box(Box(x - 0.02, y - 0.01, x + 0.02, y + 0.01), width, height, turned, skew)
    middle = ((place.left + place.right) / 2, (place.top + place.bottom) / 2)
    assert middle == pytest.approx(reddest(upright), abs=0.01)
    wide, high = (0.01, 0.02) if turned % 180 else (0.02, 0.01)
    assert (place.right - middle[0], place.bottom - middle[1]) == pytest.approx((wide, high))


def test_corners_are_paper() -> None:
    grey = turn(np.zeros((100, 60), np.uint8), 90, 8.0)
    assert grey.shape == (60, 100)
    assert (grey[0, 0], grey[30, 50]) == (255, 0)
    assert turn(np.full((100, 60, 3), RED, np.uint8), 0, 8.0)[0, 0].tolist() == [255, 255, 255]


@pytest.mark.parametrize("skew", [0.0, -4.0])
def test_a_part_of_the_level_page_is_as_on_the_whole(skew: float) -> None:
    page = lying(0, skew)
    part = slice(900, 1050), slice(500, 800)
    assert np.abs(levelled(page, skew, part).astype(int) - turn(page, 0, skew)[part]).max() <= 8


def _line(width: float, height: float) -> list[tuple[float, float]]:
    return [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]


def test_single_characters_do_not_vote_beside_lines() -> None:
    """Those of a seal's ring stand in every direction."""
    ring = [_line(20, 20)] * 14
    quads = np.array([*ring, _line(60, 20), _line(100, 20)], np.float32)
    assert voters(quads) == [15, 14]
    assert len(voters(np.array(ring, np.float32))) > 0
