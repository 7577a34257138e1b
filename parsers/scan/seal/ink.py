"""Ink on a page, freed of paper and light: where it is red and where it is dark.

Every pixel is divided by the paper around it, so that a warm lamp, a shadow or yellowed paper leaves white
at 1.  Redness is then R - max(G, B): orange, magenta, pink and dark red keep it, black, blue and yellow
have none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

Plane = np.ndarray[Any, np.dtype[Any]]

WORKING_LENGTH = 1000
"""Pixels of the long side that seals are sought at: a 4.2 cm seal is 140 wide there, its ring 3 to 4."""

STRONG = 0.15
"""Redness above this is all one: otherwise a red photograph would outvote a faint seal."""

_PRINT = 0.25
_LEAST_RED = 0.03
_LEAST_OTHER = 0.08
_NOISE_STEPS = 4.0
_SOLID_WIDTH = 0.037
_LINE_LENGTH = 0.2
_LINE_SHRINK = 3
_LINE_SLOPES = (-6.0, -4.5, -3.0, -1.5, 0.0, 1.5, 3.0, 4.5, 6.0)


@dataclass(frozen=True, slots=True)
class Ink:
    """A page at working size: `red` and `dark` are ink from 0 upwards, `solid` marks areas, not strokes,
    `around` what may be a dark desk or a deeply shaded corner.

    `paper` is the paper's colour as RGB, `other` ink of another colour than red (blue, violet, green), at
    half size.  `faintest` is the least redness that stands out of the noise, `short` the short side in
    pixels.  `strokes` are the red strokes from 0 to `STRONG`, without solid areas and straight rules.
    """

    red: Plane
    strokes: Plane
    dark: Plane
    solid: Plane
    around: Plane
    paper: Plane
    other: Plane
    faintest: float
    short: int

    @property
    def one_tone(self) -> bool:
        """True where black print is as red as a seal would be: one brown ink made all of the picture."""
        darkest = max(_PRINT, float(np.percentile(self.dark[::2, ::2], 98)))
        print_ = self.dark >= darkest
        return float((self.red[print_] > self.faintest).mean()) > 0.3 if print_.any() else False

    def other_strokes(self) -> tuple[Plane, float, int]:
        """The strokes in other colours than red at half size, the least that is ink, and the short side."""
        sample = self.other[::2, ::2]
        middle = float(np.median(sample))
        noise = 1.48 * float(np.median(np.abs(sample - middle)))
        faintest = max(_LEAST_OTHER, _NOISE_STEPS * noise)
        ink = self.other - middle
        short = self.short // 2
        return _strokes(ink, _solid(ink, faintest, short), faintest, short), faintest, short


def reduced(pixels: Plane) -> Plane:
    """The page with a long side of at most `WORKING_LENGTH`; RGB or grey stays what it is."""
    height, width = pixels.shape[:2]
    scale = WORKING_LENGTH / max(height, width)
    if scale >= 1:
        return np.ascontiguousarray(pixels)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(np.ascontiguousarray(pixels), size, interpolation=cv2.INTER_AREA)


def read_ink(page: Plane) -> Ink:
    """The ink of a reduced RGB page."""
    ground = _paper(page)
    reds, greens, blues = (
        cv2.divide(levels, light, dtype=cv2.CV_32F)
        for levels, light in zip(cv2.split(page), cv2.split(np.maximum(ground, 12)), strict=True)
    )
    cooler = cv2.max(greens, blues)
    warmer = cv2.subtract(reds, cooler)
    red: Plane = cv2.GaussianBlur(warmer, (0, 0), 1.0)
    sample = red[::4, ::4]
    middle = float(np.median(sample))
    noise = 1.48 * float(np.median(np.abs(sample - middle)))
    red -= middle
    faintest = max(_LEAST_RED, _NOISE_STEPS * noise)
    short = min(page.shape[:2])
    lightest = cv2.max(reds, cooler)
    dark = np.clip(1 - cv2.GaussianBlur(lightest, (0, 0), 0.8), 0, 1)
    other = lightest - cv2.min(reds, cv2.min(greens, blues)) - 2 * np.maximum(warmer, 0.0)
    other = cv2.resize(other, (page.shape[1] // 2, page.shape[0] // 2), interpolation=cv2.INTER_AREA)
    paper = ground.astype(np.float32)
    beside, around = _surroundings(page, paper)
    solid = _solid(red, faintest, short) | beside
    return Ink(red, _strokes(red, solid, faintest, short), dark, solid, around, paper, other, faintest, short)


def darkness(page: Plane) -> Plane:
    """Dark ink of a reduced grey page, 0 (paper) to 1."""
    shares = page.astype(np.float32) / np.maximum(_paper(page).astype(np.float32), 12)
    return np.clip(1 - cv2.GaussianBlur(shares, (0, 0), 0.8), 0, 1)


def _strokes(ink: Plane, solid: Plane, faintest: float, short: int) -> Plane:
    strokes = np.clip(ink - faintest / 2, 0, STRONG).astype(np.float32)
    strokes[solid > 0] = 0
    strokes[_rules(strokes, faintest, short) > 0] = 0
    return strokes


def _paper(page: Plane) -> Plane:
    """The colour of the paper at each pixel: what remains when all that is narrower than 2.5 cm is closed."""
    height, width = page.shape[:2]
    small = cv2.resize(page, (max(8, width // 8), max(8, height // 8)), interpolation=cv2.INTER_AREA)
    small = cv2.medianBlur(small, 3)
    small = cv2.morphologyEx(small, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (11, 11)))
    small = cv2.GaussianBlur(small, (0, 0), 2)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)


def _solid(red: Plane, faintest: float, short: int) -> Plane:
    """Red areas wider than any stroke, star or letter of a seal: photographs, flags, discs, desks."""
    mask = (red > max(faintest, 0.06)).astype(np.uint8)
    width = int(short * _SOLID_WIDTH) | 1
    least = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    areas = cv2.erode(mask, least)
    if not areas.any():
        return areas
    return cv2.dilate(cv2.dilate(areas, least), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9)))


def _surroundings(page: Plane, paper: Plane) -> tuple[Plane, Plane]:
    """What lies around the sheet in a photograph, at the picture's edge: beside the sheet, and farther off.

    Beside the sheet's border the estimate of the paper reaches over the desk, which would look inked: it is
    not paper for certain.  What is merely much darker than the page may be a shaded corner of the sheet.
    """
    height, width = page.shape[:2]
    size = max(8, width // 8), max(8, height // 8)
    ground = cv2.medianBlur(cv2.resize(page, size, interpolation=cv2.INTER_AREA), 5).astype(np.float32)
    shares = ground / np.maximum(cv2.resize(paper, size, interpolation=cv2.INTER_AREA), 12)
    redness = shares[..., 0] - shares[..., 1:].max(axis=2)
    beside = (shares.max(axis=2) < 0.6) | ((redness > 0.08) & (shares[..., 0] < 0.8))
    light = ground.max(axis=2)
    around = light < 0.5 * np.percentile(light, 80)
    return _at_edge(beside, (width, height)), _at_edge(around | beside, (width, height))


def _at_edge(mask: Plane, size: tuple[int, int]) -> Plane:
    """The parts of a small mask that touch its edge, a little grown, at page size."""
    _, labels = cv2.connectedComponents(mask.astype(np.uint8))
    rim = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    kept = cv2.dilate(np.isin(labels, rim[rim > 0]).astype(np.uint8), np.ones((3, 3), np.uint8))
    return cv2.resize(kept, size, interpolation=cv2.INTER_NEAREST)


def _rules(strokes: Plane, faintest: float, short: int) -> Plane:
    """Straight lines along the sheet, up to 6 degrees askew: frames, table borders, letterhead rules.

    They are longer (4 cm) than any bar in a seal and than the flat side of an oval one.
    """
    height, width = strokes.shape
    size = max(1, width // _LINE_SHRINK), max(1, height // _LINE_SHRINK)
    least = max(faintest / 3, 0.02)
    mask = (cv2.resize(strokes, size, interpolation=cv2.INTER_AREA) > least).astype(np.uint8)
    found: Plane = np.zeros_like(mask)
    length = int(short * _LINE_LENGTH / _LINE_SHRINK) | 1
    for across in (True, False) if mask.any() else ():
        for slope in _LINE_SLOPES:
            found |= cv2.morphologyEx(mask, cv2.MORPH_OPEN, _line(length, slope, across))
    found = cv2.dilate(found, np.ones((3, 3), np.uint8))
    return cv2.resize(found, (width, height), interpolation=cv2.INTER_NEAREST)


def _line(length: int, degrees: float, across: bool) -> Plane:
    """A thin line as a kernel, lying or standing."""
    rise = round(length * np.tan(np.radians(abs(degrees))) / 2)
    kernel = np.zeros((2 * rise + 1, length), np.uint8)
    ends = ((0, 0), (length - 1, 2 * rise))
    cv2.line(kernel, ends[0], ends[1], 1, 1)
    if degrees < 0:
        kernel = kernel[::-1]
    return np.ascontiguousarray(kernel if across else kernel.T)
