"""What the ring of a round seal says: unrolled into a line, then read.

A seal may have been pressed at any angle and the page may lie as it likes, so the line begins at a gap in the
ring.  That need not be before the first character: what is read is a circle, cut open somewhere.  A good
reading is evidence for the unit, a poor one is evidence of nothing.
"""

from __future__ import annotations

import cv2
import numpy as np

from intake.domain.model.inspection import Box
from parsers.scan.text.ocr import LINE_HEIGHT, OcrReading, Pixels, engine

_BANDS = ((0.60, 0.94), (0.50, 0.86))
"""Inner and outer edge of the characters as shares of the seal's radius: with one rim, and with two."""

_GAPS = 2
_SIZE = 480
_LEAST_SIDE = 40
_GOOD = 0.95
_FEW = 6
"""A reading of more characters than this, and so good, is not looked for further."""


def read_ring(pixels: Pixels, box: Box) -> tuple[str, float]:
    """The text around the seal in `box` (fractions of `pixels`, RGB or grey) and its score, 0 to 1.

    The text is a circle cut open: hold it twice over, end to end, against what it may say.  Its characters
    are small, so pass a page of 2,000 pixels or more.  ("", 0.0) where nothing can be read.
    """
    ink = _ink(pixels, box)
    best = OcrReading("", ())
    if ink is None:
        return "", 0.0
    for band in _BANDS:
        strip = _unrolled(ink, band)
        for start in _starts(strip):
            reading = engine().read(np.roll(strip, -start, axis=1))
            best = max(best, reading, key=_worth)
            if best.score > _GOOD and len(best.text) > _FEW:
                return best.text, best.score
    return best.text, best.score


def _worth(reading: OcrReading) -> float:
    """Sure characters count, doubtful ones take away: the longest sure reading wins."""
    return sum(score - 0.5 for score in reading.scores)


def _ink(pixels: Pixels, box: Box) -> Pixels | None:
    """The seal alone, dark on white, square; None where the box is next to nothing."""
    height, width = pixels.shape[:2]
    left, right = box.left * width, box.right * width
    top, bottom = box.top * height, box.bottom * height
    if max(right - left, bottom - top) < _LEAST_SIDE or min(right - left, bottom - top) <= 1:
        return None
    across, down = _SIZE / (right - left), _SIZE / (bottom - top)
    matrix = np.array([[across, 0, -left * across], [0, down, -top * down]], np.float32)
    cut = np.asarray(
        cv2.warpAffine(pixels, matrix, (_SIZE, _SIZE), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255)),
        np.uint8,
    )
    if cut.ndim == 2:
        return _stretched(cut)
    # JPEG keeps colour at half the resolution of light.  So the strokes are taken from the light of the green
    # channel, where red ink is dark, and colour only tells where ink may be: black print over it has none.
    planes = cv2.GaussianBlur(cut, (0, 0), 1.5).astype(np.int16)
    red = planes[:, :, 0] - np.minimum(planes[:, :, 1], planes[:, :, 2])
    paper = float(np.median(red))
    inked = (red - paper > 0.3 * max(20.0, float(np.percentile(red, 95)) - paper)).astype(np.uint8)
    inked = np.asarray(cv2.dilate(inked, np.ones((5, 5), np.uint8)), np.uint8)
    return np.where(inked > 0, _stretched(np.ascontiguousarray(cut[:, :, 1])), np.uint8(255))


def _stretched(grey: Pixels) -> Pixels:
    """The ink as dark and the paper as light as they can be."""
    dark, light = (float(value) for value in np.percentile(grey, (3, 80)))
    return np.asarray(np.clip((grey - dark) * (255 / max(10.0, light - dark)), 0, 255), np.uint8)


def _unrolled(ink: Pixels, band: tuple[float, float]) -> Pixels:
    """The ring as a line, once around clockwise, the heads of its characters up."""
    radius = _SIZE / 2
    inner, outer = band[0] * radius, band[1] * radius
    length = round(np.pi * (inner + outer) * LINE_HEIGHT / (outer - inner))
    angles = np.arange(length) * (2 * np.pi / length)
    radii = np.linspace(outer, inner, LINE_HEIGHT)
    x = radius + radii[:, None] * np.cos(angles)[None, :]
    y = radius + radii[:, None] * np.sin(angles)[None, :]
    line = cv2.remap(ink, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR, borderValue=255)
    return np.asarray(line, np.uint8)


def _starts(strip: Pixels) -> list[int]:
    """Columns at which the text may begin: the middles of the widest stretches with the least ink."""
    ink = 255.0 - strip[LINE_HEIGHT // 6 : -LINE_HEIGHT // 6].mean(axis=0)
    length = len(ink)
    window = max(3, length // 12)
    around = np.concatenate([ink, ink, ink])
    smooth = np.convolve(around, np.ones(window) / window, "same")[length : 2 * length]
    starts: list[int] = []
    for column in np.argsort(smooth):
        if all(min(abs(column - s), length - abs(column - s)) > 2 * window for s in starts):
            starts.append(int(column))
        if len(starts) == _GAPS:
            break
    return starts
