"""Arrays of pixels: how they are made smaller and upright, and what colours they kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from intake.domain.inspection import Colour

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

_TINT = 2
"""A difference between the largest and the smallest of red, green and blue that shows three channels at work.

A grey picture that was saved as RGB, even as JPEG, has none above 2; a colour scan of black print has noise
and fringes of 3 and more, though few where JPEG has smoothed its colours.
"""

_TINTED_SHARE = 1e-4
"""Share of the pixels with a colour by which a capture is known to have kept colours."""

_TONE_SPREAD = 5
"""The same for pixels of a picture that is tinted as a whole, against others of the same brightness."""

_INK_SPREAD = 60
"""The same beside strokes."""

_EDGE = 16
"""Grey levels between neighbours that make a stroke's edge."""

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


def colour_of(raster: Raster) -> Colour:
    """What the capture kept: "colour" only where it surely lost none, or some pixels have one."""
    if raster.kept != "maybe colour":
        return raster.kept
    return "colour" if tinted(raster.pixels) else "grey"


def tinted(pixels: Pixels) -> bool:
    """True where some pixels have colours of their own.

    An RGB picture of greys has none, nor has one in the tones of a single ink (brown, old photographs').
    """
    if pixels.ndim == 2:
        return False
    red, green, blue = cv2.split(pixels)
    most = cv2.max(cv2.max(red, green), blue)
    least = cv2.min(cv2.min(red, green), blue)
    chroma = cv2.subtract(most, least)
    if np.count_nonzero(chroma > _TINT) <= _TINTED_SHARE * chroma.size:
        return False
    return float(np.median(chroma[::8, ::8])) <= _TINT or not _one_tone(pixels[::2, ::2])


def _one_tone(pixels: Pixels) -> bool:
    """True where a pixel's brightness tells its colour: three channels that were made from one.

    JPEG keeps colours coarser than brightness, so that beside strokes only a strong colour tells.
    """
    levels = pixels.astype(np.int16)
    green = levels[:, :, 1]
    edges = cv2.morphologyEx(pixels[:, :, 1], cv2.MORPH_GRADIENT, np.ones((9, 9), np.uint8)) > _EDGE
    spread = np.where(edges, _INK_SPREAD, _TONE_SPREAD)
    count = np.maximum(np.bincount(green.ravel(), minlength=_LEVELS), 1)
    for other in (levels[:, :, 0], levels[:, :, 2]):
        apart = (other - green).astype(np.float32)
        usual = np.bincount(green.ravel(), weights=apart.ravel(), minlength=_LEVELS) / count
        strays = int(np.count_nonzero(np.abs(apart - usual[green]) > spread))
        if strays > _TINTED_SHARE * green.size:
            return False
    return True


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
