"""Grey ink on a page of one tone: black print has none, a seal that a capture made grey is nothing else."""

from __future__ import annotations

import cv2
import numpy as np

from parsers.scan.page.pixels import Pixels, fit
from parsers.scan.seal.ink import Plane
from parsers.scan.seal.vote import find_circles

_SIDE = 1200
"""Long side in pixels at which the page is looked at: a ring's stroke of 1.2 mm is 5 wide."""

_LEAST_SIDE = 1000
"""Long side below which a page is too coarse to tell grey strokes from the blurred edges of print."""

_LEVEL = 30
"""Grey levels between neighbours up to which they lie within a stroke, not on its edge."""

_GREYS = 0.3, 0.9
"""Brightness of grey ink by that of the paper: print is darker, and so are the shadows of creases lighter."""

_GREY_SHARE = 1.5e-4
"""Share of the page in grey ink that may be a seal's: cut off at the edge it still has 8e-4, pages of black
print have up to 3.2e-5, with bold titles on noisy paper 1.1e-4."""

_PRINT = 0.88
"""Brightness by the paper's below which a pixel is print, or is grey ink."""

_FAINTEST = 0.1
_VOTES = 0.02
"""Votes for a ring in ink paler than print from which one may stand there: a seal with 3 % of its ink has
0.025, bare pages 0.006, with noise in every channel 0.017."""

_SPOT_SIDE = 200
"""Long side at which a page is looked at for spots a little redder than its tint: 1.5 mm each."""

_RED = 4.0
_RED_SHARE = 5e-4
"""Redness beyond the tint that may be a seal: one with 6 % of its ink has 4.9, JPEG's own errors 3.3."""

_STROKE = 5
"""Spots that make a stroke."""

_NEUTRAL = 0.5
"""Redness that a spot with print in it must have as well: beside black strokes JPEG loses a cold tint."""


def may_hold_grey_seal(pixels: Pixels) -> bool:
    """True where this RGB page, which is of one tone, has strokes that may be a seal's without its colour.

    They are greys within strokes, a ring paler than print, or spots redder than the page's tint.  A page
    that is too coarse to tell may hold one.
    """
    page = fit(pixels, _SIDE)
    if max(page.shape[:2]) < _LEAST_SIDE:
        return True
    light = np.ascontiguousarray(page[:, :, 1])
    paper = _paper(light)
    return _grey_strokes(light, paper) or _pale_ring(light, paper) or _redder(page, light, paper)


def _paper(light: Pixels) -> Plane:
    """The brightness of the paper at each pixel: what narrower than 2 cm closed leaves."""
    height, width = light.shape
    small = cv2.resize(light, (width // 8, height // 8), interpolation=cv2.INTER_AREA)
    small = cv2.morphologyEx(cv2.medianBlur(small, 3), cv2.MORPH_CLOSE, np.ones((11, 11), np.uint8))
    large = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.maximum(large.astype(np.float32), 1)


def _grey_strokes(light: Pixels, paper: Plane) -> bool:
    within = cv2.morphologyEx(light, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) < _LEVEL
    shares = cv2.blur(light, (3, 3)) / paper
    darkest, lightest = _GREYS
    grey = within & (shares > darkest) & (shares < lightest)
    return bool(np.count_nonzero(grey) > _GREY_SHARE * grey.size)


def _pale_ring(light: Pixels, paper: Plane) -> bool:
    ink = 1 - cv2.GaussianBlur(light.astype(np.float32) / paper, (0, 0), 1.0)
    strokes = np.clip(ink - float(np.median(ink)), 0, _FAINTEST).astype(np.float32)
    strokes[_near_print(light, paper) > 0] = 0
    circles = find_circles(strokes, min(light.shape), 1)
    return bool(circles) and circles[0].votes > _VOTES


def _redder(page: Pixels, light: Pixels, paper: Plane) -> bool:
    """True for spots redder than the tint; where there is print, redder than no colour too."""
    colours = fit(page, _SPOT_SIDE).astype(np.float32)
    green = colours[:, :, 1]
    red = colours[:, :, 0] - cv2.max(green, np.ascontiguousarray(colours[:, :, 2]))
    beyond = red - float(np.median(red)) * green / max(float(np.median(green)), 1.0)
    size = (green.shape[1], green.shape[0])
    printed = cv2.resize(_near_print(light, paper), size, interpolation=cv2.INTER_AREA)
    near = cv2.dilate((printed > 0).astype(np.uint8), np.ones((3, 3), np.uint8))
    redder = (beyond > _RED) & ((near == 0) | (red > _NEUTRAL))
    return bool(_joined(redder) > _RED_SHARE * redder.size)


def _joined(spots: Plane) -> int:
    """How many spots lie in strokes: blocks of JPEG whose colour was rounded otherwise lie alone."""
    _, _, boxes, _ = cv2.connectedComponentsWithStats(spots.astype(np.uint8), connectivity=8)
    areas = boxes[1:, cv2.CC_STAT_AREA]
    return int(areas[areas >= _STROKE].sum())


def _near_print(light: Pixels, paper: Plane) -> Pixels:
    """1 within 3 pixels of print, else 0."""
    return np.asarray(
        cv2.dilate((light < _PRINT * paper).astype(np.uint8), np.ones((7, 7), np.uint8)), np.uint8
    )
