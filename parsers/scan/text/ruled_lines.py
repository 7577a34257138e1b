"""The ruled lines of a form's table, where the search took two cells for one line of print."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np

from parsers.scan.text.ocr import Pixels, Quads
from parsers.scan.text.rows import crop, sizes

_LEAST = 2.4
"""Width to height below which a box holds one cell at most."""

_DARK = 0.72
"""A rule is darker than this share of the paper's level."""

_FULL = 0.96
"""Share of the box's height that a rule crosses; strokes of characters end before the box does."""

_HEIGHT = 32
_WIDEST_RULE = 0.22
_NARROWEST_CELL = 0.5


def split_at_rules(pixels: Pixels, quads: Quads) -> Quads:
    """The quads, those that reach over a vertical rule cut there and freed of it: (N, 4, 2) pixels."""
    parts: list[np.ndarray] = []
    widths, heights = sizes(quads)
    for quad, width, height in zip(quads, widths, heights, strict=True):
        if width < _LEAST * height:
            parts.append(quad)
        else:
            parts += [_part(quad, left, right) for left, right in _cells(crop(pixels, quad))]
    return np.asarray(parts, np.float32).reshape(-1, 4, 2)


def _cells(line: Pixels) -> list[tuple[float, float]]:
    """Left and right end of each cell in a line, as shares of its width; the whole where no rule is."""
    grey = line if line.ndim == 2 else np.asarray(cv2.cvtColor(line, cv2.COLOR_RGB2GRAY), np.uint8)
    width = max(1, round(grey.shape[1] * _HEIGHT / grey.shape[0]))
    small = np.asarray(cv2.resize(grey, (width, _HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)
    # A rule that leans by a pixel or two still counts, so each place takes the darkest of three.
    dark = cv2.erode(small, np.ones((1, 3), np.uint8)) < _DARK * np.percentile(small, 90)
    ruled = dark.mean(axis=0) >= _FULL
    edges = np.flatnonzero(np.diff(np.concatenate([[False], ruled, [False]]).astype(np.int8)))
    rules = [(int(a), int(b)) for a, b in edges.reshape(-1, 2) if b - a <= max(4, _WIDEST_RULE * _HEIGHT)]
    if not rules:
        return [(0.0, 1.0)]
    bounds = [0, *(edge for rule in rules for edge in rule), width]
    cells = list(pairwise(bounds))[::2]
    wide = [(a / width, b / width) for a, b in cells if b - a >= _NARROWEST_CELL * _HEIGHT]
    return wide or [(0.0, 1.0)]


def _part(quad: np.ndarray, left: float, right: float) -> np.ndarray:
    top, bottom = quad[1] - quad[0], quad[2] - quad[3]
    return np.stack(
        [quad[0] + left * top, quad[0] + right * top, quad[3] + right * bottom, quad[3] + left * bottom]
    )
