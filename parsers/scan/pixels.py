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

_MOST_PAPER = 20
"""Difference of the channels up to which a tint may be the paper's own; a program's brown has 60 and more."""

_FLAT = 0.5
"""Share of one brightness from which a ground was whitened by a program or is fax: paper has a grain."""

_SPOT_SIDES = 1200, 200
"""Long sides at which a page is looked at for faint ink: with strokes, and in spots of 1.5 mm."""

_RED = 4.0
_RED_SHARE = 5e-4
"""Redness beyond the tint that may be a seal: one with 6 % of its ink has 4.9, JPEG's own errors 3.3."""

_PALE = 0.975
_PRINT = 0.72
"""Brightness by the paper's below which a spot is marked at all, and from which nothing in it is print."""

_PALE_SHARE = 1.5e-3
"""Share of pale spots that may be a seal's: the faintest has 0.003 once it is grey, bare pages 0.001."""

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
    Black print on faintly tinted paper has: a capture in grey would have lost the tint.
    """
    if pixels.ndim == 2:
        return False
    red, green, blue = cv2.split(pixels)
    most = cv2.max(cv2.max(red, green), blue)
    least = cv2.min(cv2.min(red, green), blue)
    chroma = cv2.subtract(most, least)
    if np.count_nonzero(chroma > _TINT) <= _TINTED_SHARE * chroma.size:
        return False
    tint = float(np.median(chroma[::8, ::8]))
    if tint <= _TINT or not _one_tone(pixels[::2, ::2]):
        return True
    own = tint <= _MOST_PAPER and _of_paper(pixels[::2, ::2, 1], _pixels(chroma[::2, ::2]))
    return own and not _faint_ink(fit(pixels, _SPOT_SIDES[0]))


def _of_paper(light: Pixels, chroma: Pixels) -> bool:
    """True where a faint tint is that of the paper: paper has a grain, and print on it is tinted no more.

    A fax or a whitened copy that a program tinted is flat; one toned with an ink has most of it on the greys.
    """
    usual = float(np.median(light))
    paper, dark = light >= 0.95 * usual, light < 0.8 * usual
    if not dark.any() or histogram(light).max() >= _FLAT * np.count_nonzero(paper):
        return False
    return float(np.median(chroma[dark])) <= float(np.median(chroma[paper])) + 1


def _faint_ink(pixels: Pixels) -> bool:
    """True where a page of one tone has spots a little redder than its tint, or pale strokes.

    They may be a seal that its colours nearly lost, or one on a grey scan which a program gave the tint.
    """
    small = fit(pixels, _SPOT_SIDES[1])
    colours = small.astype(np.float32)
    light = colours[:, :, 1]
    red = colours[:, :, 0] - cv2.max(light, np.ascontiguousarray(colours[:, :, 2]))
    beyond = red - float(np.median(red)) * light / max(float(np.median(light)), 1.0)
    if np.count_nonzero(beyond > _RED) > _RED_SHARE * beyond.size:
        return True
    darkest = cv2.erode(np.ascontiguousarray(pixels[:, :, 1]), np.ones((7, 7), np.uint8))
    size = (small.shape[1], small.shape[0])
    darkest = cv2.resize(darkest, size, interpolation=cv2.INTER_NEAREST)
    darkest = cv2.erode(darkest, np.ones((3, 3), np.uint8))
    paper = cv2.medianBlur(np.ascontiguousarray(small[:, :, 1]), 21).astype(np.float32)
    pale = (light < _PALE * paper) & (darkest > _PRINT * paper)
    return bool(np.count_nonzero(pale) > _PALE_SHARE * pale.size)


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
