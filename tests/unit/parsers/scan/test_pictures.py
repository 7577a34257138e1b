"""The small pictures that staff see, and telling a sheet from a photo."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from intake.demo.papers.portrait import portrait, work_photo
from intake.domain.model.inspection import Box
from parsers.scan.page.paper import paper_share
from parsers.scan.page.pixels import Pixels
from parsers.scan.pictures import MOST_BYTES, line_picture, page_picture
from tests.unit.parsers.scan.sheets import reddest, sheet

SEAL = Box(0.677, 0.77, 0.871, 0.907)
CHANCE = np.random.default_rng(2)
NOISE = CHANCE.integers(0, 256, (1200, 900, 3), dtype=np.uint8)


def read(jpeg: bytes) -> Pixels:
    """The picture, which must be a JPEG that is small enough to be kept."""
    assert len(jpeg) <= MOST_BYTES
    picture = Image.open(io.BytesIO(jpeg))
    assert picture.format == "JPEG"
    return np.asarray(picture.convert("RGB"))


def blue(pixels: Pixels) -> Pixels:
    """Where the frames are."""
    levels = pixels.astype(int)
    return (levels[:, :, 2] - levels[:, :, :2].max(axis=2) > 90).astype(np.uint8)


def test_the_page_with_its_seal_framed() -> None:
    shown = read(page_picture(np.asarray(sheet()), [SEAL]))
    assert max(shown.shape) == 700
    assert reddest(shown) == pytest.approx((0.774, 0.838), abs=0.01)
    y, x = np.nonzero(blue(shown))
    frame = (x.min() / shown.shape[1], y.min() / 700, x.max() / shown.shape[1], y.max() / 700)
    assert frame == pytest.approx((SEAL.left, SEAL.top, SEAL.right, SEAL.bottom), abs=0.012)


def test_a_frame_over_the_edge_of_a_grey_page_is_seen() -> None:
    grey = np.asarray(sheet().convert("L"))
    shown = blue(read(page_picture(grey, [Box(0.9, 0.9, 1.1, 1.2)])))
    assert shown[-1].any() or shown[-2].any()
    assert shown[:, -2].any() and shown[:, int(0.9 * shown.shape[1])].any()


@pytest.mark.parametrize("width", [600, 2400])
def test_the_line_is_large_enough_to_read(width: int) -> None:
    page = np.asarray(sheet(width, round(width * 1.414)))
    shown = read(line_picture(page, Box(0.1, 0.05, 0.5, 0.08)))
    assert 40 <= shown.shape[0] <= 64 and shown.shape[1] <= 900
    assert (shown.mean(axis=2) < 90).mean() > 0.3
    with pytest.raises(ValueError):
        line_picture(page, Box(0.1, 1.2, 0.5, 1.3))


def test_any_picture_is_small() -> None:
    box = Box(0.0, 0.0, 1.0, 0.5)
    for jpeg in (page_picture(NOISE, [box]), line_picture(NOISE, box)):
        read(jpeg)


@pytest.mark.parametrize("tone", [250, 150])
def test_a_sheet_is_paper(tone: int) -> None:
    pixels = np.asarray(sheet(tone=tone))
    assert paper_share(pixels) > 0.9


def test_a_sheet_on_a_desk_in_lamp_light() -> None:
    desk = np.full((1500, 1100, 3), (70, 48, 30), np.float32)
    desk[150:1319, 130:957] = np.asarray(sheet())
    light = np.linspace(1.0, 0.6, 1100)[None, :, None] * np.array([1.0, 0.9, 0.7])
    photo = np.clip(desk * light + CHANCE.normal(0, 5, desk.shape), 0, 255).astype(np.uint8)
    assert paper_share(photo) == pytest.approx(827 * 1169 / 1500 / 1100, abs=0.12)


def test_photos_are_no_sheets() -> None:
    sky = cv2.resize(
        CHANCE.integers(120, 250, (6, 9, 3)).astype(np.uint8), (1200, 800), interpolation=cv2.INTER_CUBIC
    )
    scenes = [np.asarray(Image.open(io.BytesIO(work_photo(key)))) for key in range(4)]
    people = [np.asarray(portrait(key)) for key in range(6)]
    blank = np.full((1200, 850, 3), 250, np.uint8)
    for picture in (*people, *scenes, sky, NOISE, blank):
        assert paper_share(picture) < 0.1
