"""Turning a page upright: its pixels, and places on it, there and back; and how far it lies askew.

How a page lies is told as `turned` (0, 90, 180 or 270 degrees clockwise) and `skew` (degrees clockwise more,
about the middle, the page's size kept), both as it must be turned to stand upright.
"""

from __future__ import annotations

from math import cos, radians, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from intake.domain.inspection import Box
from parsers.scan.pixels import Pixels, fit, grey_of

MOST_SKEW = 8.0
"""Degrees either way within which skew is looked for: a page fed by hand lies up to 3 askew."""

_NO_SKEW = 0.05
_SEARCH_SIDE = 900
_MOST_STROKES = 40_000
"""Dark pixels that are projected: more tell nothing new and cost time."""

_FEWEST_STROKES = 300
_CHARACTER = 40
"""Pixels at the search's size that a character, or a few that touch, is smaller than."""

_STROKE = 11
"""Pixels at the search's size that a stroke or a line of a table is thinner than."""


def turn(pixels: Pixels, turned: int, skew: float = 0.0) -> Pixels:
    """The picture turned clockwise by `turned` (a multiple of 90) and `skew` degrees; corners are white."""
    upright = np.ascontiguousarray(np.rot90(pixels, -turned // 90)) if turned % 360 else pixels
    if abs(skew) < _NO_SKEW:
        return upright
    height, width = upright.shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -skew, 1.0)
    level = cv2.warpAffine(
        upright,
        matrix,
        (width, height),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(255, 255, 255),
    )
    return np.asarray(level, dtype=np.uint8)


def upright_box(box: Box, width: int, height: int, turned: int, skew: float = 0.0) -> Box:
    """Where a place on the stored picture of `width` by `height` lies on the upright page.

    Its middle moves and its size stays (sides swapped by a quarter turn), so that the way back gives the
    same box.
    """
    for _ in range(turned % 360 // 90):
        box = Box(1 - box.bottom, box.left, 1 - box.top, box.right)
        width, height = height, width
    return _rotated(box, width, height, skew)


def stored_box(box: Box, width: int, height: int, turned: int, skew: float = 0.0) -> Box:
    """The reverse of `upright_box`; `width` and `height` are still those of the stored picture."""
    quarters = turned % 360 // 90
    if quarters % 2:
        width, height = height, width
    box = _rotated(box, width, height, -skew)
    for _ in range(quarters):
        box = Box(box.top, 1 - box.right, box.bottom, 1 - box.left)
    return box


def _rotated(box: Box, width: int, height: int, clockwise: float) -> Box:
    if not clockwise:
        return box
    across = ((box.left + box.right) / 2 - 0.5) * width
    down = ((box.top + box.bottom) / 2 - 0.5) * height
    angle = radians(clockwise)
    x = (across * cos(angle) - down * sin(angle)) / width + 0.5
    y = (across * sin(angle) + down * cos(angle)) / height + 0.5
    half_wide, half_high = (box.right - box.left) / 2, (box.bottom - box.top) / 2
    return Box(x - half_wide, y - half_high, x + half_wide, y + half_high)


def skew_of(pixels: Pixels) -> float:
    """By how many degrees clockwise the picture must be turned for its rows to lie level, within `MOST_SKEW`.

    By the sharpness of the projection of strokes and table lines; 0 for a picture with next to none.  The
    picture must not lie on its side (see `sideways`).
    """
    strokes = _strokes(pixels)
    return 0.0 if strokes is None else _best_angle(strokes)[0]


def sideways(pixels: Pixels) -> float:
    """How much sharper rows stand out down the picture than across it, 0 (upright) to 1 (on its side).

    A cheap guess, about 0.5 where nothing tells; whether it stands on its head is not seen.
    """
    strokes = _strokes(pixels, lines=False)
    if strokes is None:
        return 0.5
    lying = _best_angle(strokes)[1]
    standing = _best_angle(np.stack([strokes[1], strokes[0]]))[1]
    return standing / (lying + standing)


def _strokes(pixels: Pixels, lines: bool = True) -> NDArray[np.float32] | None:
    """Places (x, y) of pixels on thin dark strokes, about the middle; None where there are too few."""
    small = fit(grey_of(pixels), _SEARCH_SIDE)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (_STROKE, _STROKE))
    depth = cv2.morphologyEx(small, cv2.MORPH_BLACKHAT, kernel)
    dark = np.asarray(depth > max(24.0, 0.35 * float(np.percentile(depth, 99.5))), np.uint8)
    if not lines:
        dark = _characters(dark)
    y, x = np.nonzero(dark)
    if len(x) < _FEWEST_STROKES:
        return None
    step = -(-len(x) // _MOST_STROKES)
    places = np.stack([x[::step], y[::step]]).astype(np.float32)
    return np.asarray(places - np.array([[small.shape[1] / 2], [small.shape[0] / 2]], np.float32))


def _characters(dark: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The strokes without tables, whose lines run both ways and tell nothing of the text's direction."""
    _, labels, told, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    small = (told[:, cv2.CC_STAT_WIDTH] < _CHARACTER) & (told[:, cv2.CC_STAT_HEIGHT] < _CHARACTER)
    small[0] = False
    return np.asarray(small[labels], np.uint8)


def _best_angle(strokes: NDArray[np.float32]) -> tuple[float, float]:
    """The turn that makes rows sharpest, and how sharp they then are."""
    coarse = np.arange(-MOST_SKEW, MOST_SKEW + 0.01, 0.5)
    best = max(coarse, key=lambda angle: _sharpness(strokes, float(angle)))
    fine = np.arange(best - 0.5, best + 0.51, 0.1)
    scores = [_sharpness(strokes, float(angle)) for angle in fine]
    peak = int(np.argmax(scores))
    return round(float(fine[peak]), 2), scores[peak]


def _sharpness(strokes: NDArray[np.float32], clockwise: float) -> float:
    """How unevenly the strokes fall on rows once turned: the sum of squared differences of neighbouring rows.

    What strokes strewn by chance would give is taken off.
    """
    angle = radians(clockwise)
    rows = strokes[0] * np.float32(sin(angle)) + strokes[1] * np.float32(cos(angle))
    counts = np.bincount((rows - rows.min()).astype(np.int32)).astype(np.float64) / len(rows)
    return max(float(np.square(np.diff(counts)).sum()) - 2 / len(rows), 1e-9)
