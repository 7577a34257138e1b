"""Arrays of pixels: how they are made smaller and upright, and what a way of storing can hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""RGB of shape (height, width, 3), or grey of shape (height, width)."""

Kept = Literal["bw", "grey", "maybe colour", "colour"]
"""What a picture's way of storing can hold; whether a colour is in it, its pixels say."""

ENOUGH = 0.93
"""A reduced decode is taken if it gives this share of the side asked for.

So a 200 dpi sheet asked for at 1,200 px (2,339 halved is 1,170) is decoded at half scale, in a third of
the time.
"""

_SLACK = 1.07
"""A picture that is larger than asked for by less is left alone: to resample it would only blur it."""

_LEVELS = 256


@dataclass(frozen=True, slots=True)
class Raster:
    """Decoded pixels, of a picture that is `width` by `height` when whole; `kept` is what it can hold."""

    pixels: Pixels
    width: int
    height: int
    kept: Kept


def fit(pixels: Pixels, side: int) -> Pixels:
    """The same picture with its long side at most about `side` pixels; never made larger."""
    height, width = pixels.shape[:2]
    if max(height, width) <= side * _SLACK:
        return pixels
    scale = side / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return _pixels(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))


def two_valued(levels: NDArray[Any]) -> bool:
    """True where a histogram of 256 grey levels holds two levels at most: black and white, as fax does."""
    return int(np.count_nonzero(levels)) <= 2


def histogram(grey: Pixels) -> NDArray[Any]:
    """How many pixels have each of the 256 grey levels."""
    return np.bincount(grey.ravel(), minlength=_LEVELS)


def flip(pixels: Pixels, orientation: int) -> Pixels:
    """The picture as it is meant to be seen; `orientation` is Exif's (1 to 8, CIPA DC-008 4.6.4)."""
    if orientation in (5, 6, 7, 8):
        pixels = _pixels(np.swapaxes(pixels, 0, 1))
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return _pixels(pixels)


def _pixels(array: Any) -> Pixels:
    return np.ascontiguousarray(array, dtype=np.uint8)


def grey_of(pixels: Pixels) -> Pixels:
    """The picture without its colours."""
    return pixels if pixels.ndim == 2 else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
