"""Pictures of a stamp alone, and the round stamps that are no seal."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from bench.scans.inking import close_picture
from intake.demo.papers.seals import SealLook, stamp
from parsers.scan.seal.detect import find_seals
from tests.unit.parsers.scan.seal.sealpages import RED, UNIT, certainties, date_stamp, holds, printed, scanned


def close_up(share, size=(600, 800), spot=(0.5, 0.5)):
    """A picture whose seal is `share` of its shorter side wide."""
    page = Image.new("RGB", size, (245, 243, 238))
    look = SealLook(diameter_mm=share * min(size) / 100 * 25.4)
    stamp(page, UNIT, (spot[0] * size[0], spot[1] * size[1]), 100, look, 3)
    return page


@pytest.mark.parametrize("size", [(600, 800), (900, 900), (800, 600)], ids=str)
@pytest.mark.parametrize("share", [0.5, 0.6, 0.75, 0.9])
def test_a_picture_of_the_stamp_alone_is_for_a_person(share, size):
    marks, _ = find_seals(scanned(close_up(share, size)), "colour")

    assert {mark.certainty for mark in marks} == {"maybe"}
    assert share == 0.9 or holds(marks[0].box, (0.5, 0.5))


@pytest.mark.parametrize("share", [1.1, 1.4, 1.8])
def test_a_stamp_that_the_picture_cuts_off_is_never_passed_over(share):
    marks, doubt = certainties(scanned(close_up(share)))

    assert marks or doubt


@pytest.mark.parametrize("number", [1, 37])
def test_a_seal_so_close_that_its_ring_is_an_area_or_that_is_pale_and_cut_off(number):
    picture = Image.open(io.BytesIO(close_picture(number).data))

    marks, doubt = certainties(np.asarray(picture))

    assert marks or doubt


def test_a_page_with_much_red_that_fits_nothing_is_a_doubt():
    page = printed()
    draw = ImageDraw.Draw(page)
    chance = np.random.default_rng(1)
    for x, y in chance.integers(0, 700, (900, 2)):
        draw.line((x, y, x + int(x) % 23, y + 14), RED, 3)

    marks, doubt = certainties(scanned(page))

    assert marks or doubt


@pytest.mark.parametrize("colour", [(25, 25, 30), (40, 40, 40), (25, 32, 66)], ids=str)
@pytest.mark.parametrize("width", [30, 35, 42])
def test_a_round_stamp_in_black_is_for_a_person(colour, width):
    marks, doubt = certainties(scanned(date_stamp(colour, width)))

    assert marks == ["maybe"]
    assert doubt


@pytest.mark.parametrize("width", [26, 30, 35])
def test_a_round_date_stamp_is_no_seal(width):
    marks, _ = certainties(scanned(date_stamp(RED, width)))

    assert "sure" not in marks


def test_print_alone_is_no_stamp():
    assert certainties(scanned(printed())) == ([], "")
