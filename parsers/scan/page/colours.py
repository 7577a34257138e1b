"""Whether a capture kept colours: on a page that a grey capture made, a seal may stand in grey."""

from __future__ import annotations

import cv2
import numpy as np

from intake.domain.model.inspection import Colour
from parsers.scan.page.grey_ink import may_hold_grey_seal
from parsers.scan.page.pixels import Kept, Pixels, histogram

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

_PAPER_TINTS = 2, 20
"""Differences of the channels that may be the paper's own: a program that saves greys as RGB may be off by
one, and its brown has 60 and more."""

_STRONG = 30
"""Difference of the channels from which ink on untinted paper has a colour of its own, as on a page that a
program wrote; one that warmed the greys between white and black left less."""

_FLAT = 0.5
"""Share of one brightness from which a ground was whitened by a program or is fax: paper has a grain."""

_EDGE = 16
"""Grey levels between neighbours that make a stroke's edge."""

_LEVELS = 256


def colour_of(pixels: Pixels, kept: Kept) -> Colour:
    """What the capture kept: "colour" only where it surely lost none, or some pixels have one."""
    if kept != "maybe colour":
        return kept
    return "colour" if tinted(pixels) else "grey"


def tinted(pixels: Pixels) -> bool:
    """True where some pixels have colours of their own, or the paper has one and no ink is grey.

    An RGB picture of greys has none, nor has one in the tones of a single ink (brown, old photographs').
    A uniform faint tint may be that of paper captured in colour, or a program's on a grey capture: both look
    alike, so it counts only on a page where a seal made grey would have been seen.
    """
    if pixels.ndim == 2:
        return False
    red, green, blue = cv2.split(pixels)
    most = cv2.max(cv2.max(red, green), blue)
    least = cv2.min(cv2.min(red, green), blue)
    chroma = cv2.subtract(most, least)
    coloured = np.count_nonzero(chroma > _TINT) > _TINTED_SHARE * chroma.size
    if coloured and not _one_tone(pixels[::2, ::2]):
        return True
    lowest, highest = _PAPER_TINTS
    tint = float(np.median(chroma[::8, ::8]))
    if tint < lowest:
        strong = np.count_nonzero(chroma > _STRONG) > _TINTED_SHARE * chroma.size
        return bool(strong or (coloured and not may_hold_grey_seal(pixels)))
    if tint > highest:
        return False
    small = np.ascontiguousarray(chroma[::2, ::2], dtype=np.uint8)
    return _of_paper(pixels[::2, ::2, 1], small) and not may_hold_grey_seal(pixels)


def _of_paper(light: Pixels, chroma: Pixels) -> bool:
    """True where a faint tint is that of the paper: paper has a grain, and print on it is tinted no more.

    A fax or a whitened copy that a program tinted is flat; one toned with an ink has most of it on the greys.
    """
    usual = float(np.median(light))
    paper, dark = light >= 0.95 * usual, light < 0.8 * usual
    if not dark.any() or histogram(light).max() >= _FLAT * np.count_nonzero(paper):
        return False
    return float(np.median(chroma[dark])) <= float(np.median(chroma[paper])) + 1


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
