"""Whether a line of print was struck through: a stroke of a pen from end to end through its middle.

A reader of print often reads what stands below the stroke, and is as sure of it as of any other.
"""

from __future__ import annotations

import cv2
import numpy as np

from parsers.scan.page.pixels import histogram
from parsers.scan.text.ocr import Pixels

_SLOPES = np.linspace(-0.3, 0.3, 13)
"""Rise by length of strokes that are looked for; a steeper one crosses a character, not a figure."""

_BAND = (0.25, 0.75)
"""Part of the line's height in which the middle of the stroke lies: below it words are underlined."""

_WHOLE = 0.97
"""Share of the columns from end to end that have ink on the stroke: between characters there is none else."""

_LEAST_WIDTH = 1.15
"""Width by height of print from which it has two characters; the bar of 4 or 一 goes through one alone."""

_LEAST_CONTRAST = 40
_LEAST_HEIGHT = 24
"""Pixels of a line below which print and pen run into each other."""

_AS_DARK = 0.75
"""How dark a stroke is, between the darkest ink (0) and the level that parts ink from paper (1)."""


def is_struck(crop: Pixels) -> bool:
    """True where a stroke goes through all of the print in a crop of one line, RGB or grey."""
    grey = crop if crop.ndim == 2 else crop.min(axis=2)
    if grey.shape[0] < _LEAST_HEIGHT or grey.size == 0 or int(grey.max()) - int(grey.min()) < _LEAST_CONTRAST:
        return False
    level, _ = cv2.threshold(np.ascontiguousarray(grey), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    # What is grey between blurred characters is no stroke.
    darkest = _darkest(grey)
    ink = grey <= darkest + _AS_DARK * (level - darkest)
    columns = np.flatnonzero(ink.any(axis=0))
    height = ink.shape[0]
    begin, end = int(columns[0]), int(columns[-1]) + 1
    if end - begin < _LEAST_WIDTH * height:
        return False
    ink = cv2.dilate(ink[:, begin:end].astype(np.uint8), np.ones((3, 1), np.uint8)) > 0
    if ink.any(axis=0).mean() < _WHOLE:
        # Print leaves white between characters: most lines are done with here.
        return False
    across = np.arange(end - begin)
    away = across - (end - begin) / 2
    middles = np.arange(int(_BAND[0] * height), int(_BAND[1] * height) + 1)[:, None]
    for slope in _SLOPES:
        rows = np.round(middles + slope * away).astype(int)
        inside = (rows >= 0) & (rows < height)
        hit = ink[np.clip(rows, 0, height - 1), across] & inside
        within, length = inside.sum(axis=1), end - begin
        if bool(((within > _WHOLE * length) & (hit.sum(axis=1) >= _WHOLE * within)).any()):
            return True
    return False


def _darkest(grey: Pixels) -> float:
    """The level below which 2 % of the pixels lie, by counting them."""
    below = np.cumsum(histogram(grey))
    place = 0.02 * (grey.size - 1)
    low, high = (int(np.searchsorted(below, rank, side="right")) for rank in (int(place), int(place) + 1))
    return low + (high - low) * (place - int(place))
