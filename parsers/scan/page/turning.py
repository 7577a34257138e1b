"""Turning a page upright: its pixels, and places on it.

How a page lies is told as `turned` (0, 90, 180 or 270 degrees clockwise) and `skew` (degrees clockwise more,
about the middle, the page's size kept), both as it must be turned to stand upright.
"""

from __future__ import annotations

from math import cos, radians, sin

import cv2
import numpy as np

from intake.domain.model.inspection import Box
from parsers.scan.page.pixels import Pixels

_NO_SKEW = 0.05


def turn(pixels: Pixels, turned: int, skew: float = 0.0) -> Pixels:
    """The picture turned clockwise by `turned` (a multiple of 90) and `skew` degrees; corners are white."""
    upright = np.ascontiguousarray(np.rot90(pixels, -turned // 90)) if turned % 360 else pixels
    height, width = upright.shape[:2]
    return levelled(upright, skew, (slice(height), slice(width)))


def levelled(upright: Pixels, skew: float, part: tuple[slice, slice]) -> Pixels:
    """That part (rows, columns, both with their ends) of the page once it is turned by `skew` degrees."""
    if abs(skew) < _NO_SKEW:
        return upright[part]
    height, width = upright.shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -skew, 1.0)
    (top, bottom), (left, right) = ((own.start or 0, own.stop) for own in part)
    matrix[:, 2] -= left, top
    level = cv2.warpAffine(
        upright,
        matrix,
        (right - left, bottom - top),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(255, 255, 255),
    )
    return np.asarray(level, dtype=np.uint8)


def upright_box(box: Box, width: int, height: int, turned: int, skew: float = 0.0) -> Box:
    """Where a place on the stored picture of `width` by `height` lies on the upright page.

    Its middle moves and its size stays, its sides swapped by a quarter turn.
    """
    for _ in range(turned % 360 // 90):
        box = Box(1 - box.bottom, box.left, 1 - box.top, box.right)
        width, height = height, width
    return _rotated(box, width, height, skew)


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
