"""Turning pages and places on them upright, and finding how a page lies."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from intake.domain.inspection import Box
from parsers.scan.pixels import Pixels
from parsers.scan.turning import sideways, skew_of, stored_box, turn, upright_box
from tests.unit.parsers.sheets import RED, reddest, sheet

SEAL = Box(560 / 827, 900 / 1169, 720 / 827, 1060 / 1169)


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
    place = stored_box(SEAL, width, height, turned, skew)
    x, y = reddest(picture)
    assert ((place.left + place.right) / 2, (place.top + place.bottom) / 2) == pytest.approx((x, y), abs=0.01)
    back = upright_box(place, width, height, turned, skew)
    assert (back.left, back.top, back.right, back.bottom) == pytest.approx(
        (SEAL.left, SEAL.top, SEAL.right, SEAL.bottom)
    )


@pytest.mark.parametrize("skew", [-7.6, -3.3, -0.4, 0.0, 0.7, 2.1, 7.9])
def test_skew_is_found(skew: float) -> None:
    assert skew_of(lying(0, skew)) == pytest.approx(skew, abs=0.2)
    assert skew_of(lying(0, skew)[:, :, 1]) == pytest.approx(skew, abs=0.2)


@pytest.mark.parametrize("skew", [-3.0, 0.5])
def test_a_page_on_its_side_is_told(skew: float) -> None:
    assert max(sideways(lying(turned, skew)) for turned in (0, 180)) < 0.45
    assert min(sideways(lying(turned, skew)) for turned in (90, 270)) > 0.55


def test_an_empty_page_tells_nothing() -> None:
    empty = np.full((800, 600), 250, np.uint8)
    assert (skew_of(empty), sideways(empty)) == (0.0, 0.5)


def test_corners_are_paper() -> None:
    grey = turn(np.zeros((100, 60), np.uint8), 90, 8.0)
    assert grey.shape == (60, 100)
    assert (grey[0, 0], grey[30, 50]) == (255, 0)
    assert turn(np.full((100, 60, 3), RED, np.uint8), 0, 8.0)[0, 0].tolist() == [255, 255, 255]
