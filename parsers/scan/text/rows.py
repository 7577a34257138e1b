"""Where lines lie on a page: turn and skew from their shapes, reading order, prose, crops.

A quad is the four corners of a line, clockwise from its upper left, in pixels of the picture at hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import atan2, cos, degrees, radians, sin

import cv2
import numpy as np

from intake.domain.model.inspection import Box
from parsers.scan.text.ocr import LINE_HEIGHT, Pixels, Quads

_LONG = 3.0
"""Width to height from which a line's shape tells its direction; two characters have 1.5 to 2."""

_STACK = 1.8
"""Height to width from which a box on an upright page is a column of characters."""

PROSE_LINES = 3
_PROSE_WIDTH = 0.32
_PROSE_INDENT = 2.5
_PROSE_EDGE = 1.6
"""Line heights (as shares of the page) by which beginnings and ends of the lines in one column differ.

On upright A4 a character is 1.4 of them wide.
"""


def sizes(quads: Quads) -> tuple[np.ndarray, np.ndarray]:
    """Width and height of each quad along its own edges, in pixels."""
    along = np.linalg.norm(quads[:, 1] - quads[:, 0], axis=1) + np.linalg.norm(
        quads[:, 2] - quads[:, 3], axis=1
    )
    down = np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1) + np.linalg.norm(
        quads[:, 2] - quads[:, 1], axis=1
    )
    return along / 2, down / 2


def sideways(quads: Quads) -> bool:
    """True when the lines run up or down the picture: a vote of the long ones, weighed by their length.

    Narrow label cells stack characters, so that single tall boxes are found on upright pages as well.
    """
    width, height = sizes(quads)
    lying = float(width[width > _LONG * height].sum())
    standing = float(height[height > _LONG * width].sum())
    return standing > lying


def long_ones(quads: Quads) -> int:
    """How many of the lines are long enough to tell whether they lie or stand."""
    width, height = sizes(quads)
    return int(((width > _LONG * height) | (height > _LONG * width)).sum())


def skew_of(quads: Quads) -> float:
    """By how many degrees clockwise the picture must be turned for its lines to lie level.

    The median over the long lines, weighed by length; 0 where none is long enough.
    """
    width, height = sizes(quads)
    chosen = [(quad, w) for quad, w, h in zip(quads, width, height, strict=True) if w > 2 * _LONG * h]
    if not chosen:
        chosen = [(quad, w) for quad, w, h in zip(quads, width, height, strict=True) if w > _LONG * h]
    if not chosen:
        return 0.0
    slopes = [
        degrees(
            atan2(float(q[1][1] - q[0][1] + q[2][1] - q[3][1]), float(q[1][0] - q[0][0] + q[2][0] - q[3][0]))
        )
        for q, _ in chosen
    ]
    order = np.argsort(slopes)
    weights = np.cumsum(np.asarray([w for _, w in chosen])[order])
    return -float(np.asarray(slopes)[order][int(np.searchsorted(weights, weights[-1] / 2))])


def boxes(quads: Quads, width: int, height: int, skew: float) -> list[Box]:
    """The quads as fractions of the page turned level about its middle, the page's size kept."""
    angle = radians(skew)
    middle = np.array([width / 2, height / 2], np.float32)
    turn = np.array([[cos(angle), sin(angle)], [-sin(angle), cos(angle)]], np.float32)
    level = (quads - middle) @ turn + middle
    scale = np.array([width, height], np.float32)
    low, high = level.min(axis=1) / scale, level.max(axis=1) / scale
    # The corners of a slanted line reach above and below it, so the middles of its edges count.
    ends = (
        np.stack([(level[:, 0, 1] + level[:, 1, 1]) / 2, (level[:, 2, 1] + level[:, 3, 1]) / 2], axis=1)
        / height
    )
    return [
        Box(float(lo[0]), float(end[0]), float(hi[0]), float(end[1]))
        for lo, hi, end in zip(low, high, ends, strict=True)
    ]


def reading_order(places: Sequence[Box]) -> list[int]:
    """Positions in `places`, rows from top to bottom and each from left to right.

    A box joins the row whose last member it overlaps by half its height: on a page that is curled a row may
    sink from one end to the other, and a cell of two lines stands between two rows.
    """
    rows: list[list[int]] = []
    for index in sorted(range(len(places)), key=lambda i: places[i].top + places[i].bottom):
        row = next((row for row in reversed(rows[-4:]) if _level(places, row, index)), None)
        if row is None:
            rows.append([index])
        else:
            row.append(index)
    return [index for row in rows for index in sorted(row, key=lambda i: places[i].left)]


def _level(places: Sequence[Box], row: list[int], index: int) -> bool:
    one = places[index]
    other = min((places[i] for i in row), key=lambda box: _apart(box, one))
    common = min(one.bottom, other.bottom) - max(one.top, other.top)
    return common > 0.5 * min(one.bottom - one.top, other.bottom - other.top) and _apart(one, other) > -0.005


def _apart(one: Box, other: Box) -> float:
    """The gap between two boxes from left to right; negative where one lies above the other."""
    return max(one.left, other.left) - min(one.right, other.right)


def prose(places: Sequence[Box], least: int = PROSE_LINES) -> set[int]:
    """The positions of lines that belong to running text: wide lines of one column, close together.

    They cost five times a cell each and bear neither title nor name.  `least` of them must reach the right
    edge of their column: the lines of a cover, a title of two lines and long cells one below the other begin
    alike but end anywhere.
    """
    found: set[int] = set()
    wide = sorted(
        (i for i, box in enumerate(places) if box.right - box.left > _PROSE_WIDTH),
        key=lambda i: places[i].top,
    )
    run: list[int] = []
    for index in wide:
        if run and not _continues(places[run[-1]], places[index]):
            found |= _justified(places, run, least)
            run = []
        run.append(index)
    return found | _justified(places, run, least)


def _continues(above: Box, below: Box) -> bool:
    height = above.bottom - above.top
    return (
        abs(above.left - below.left) < _PROSE_INDENT * height
        and below.top - above.bottom < 1.2 * height
        and height / 1.5 < below.bottom - below.top < 1.5 * height
    )


def _justified(places: Sequence[Box], run: Sequence[int], least: int) -> set[int]:
    """Those lines of the run that fill its column, and each that ends a paragraph of such lines."""
    edge = max((places[i].right for i in run), default=0.0)
    full = {i for i in run if edge - places[i].right < _PROSE_EDGE * (places[i].bottom - places[i].top)}
    if len(full) < least:
        return set()
    return full | {below for above, below in pairwise(run) if above in full}


def crop(pixels: Pixels, quad: np.ndarray, pad: float = 0.0) -> Pixels:
    """The line inside the quad, level; `pad` widens it by that share of its height at either end.

    A column of characters comes out as a line: its characters are laid side by side.
    """
    width, height = (float(value[0]) for value in sizes(quad[None]))
    if height > _STACK * width and width > 2:
        return _laid_flat(_level_crop(pixels, quad, width, height, pad))
    return _level_crop(pixels, quad, width, height, pad)


def _level_crop(pixels: Pixels, quad: np.ndarray, width: float, height: float, pad: float) -> Pixels:
    margin = pad * min(width, height)
    # Twice the recogniser's height is enough: more only costs the warp.
    scale = min(1.0, 2 * LINE_HEIGHT / max(1.0, height)) if height < _STACK * width else 1.0
    target = (max(2, round((width + 2 * margin) * scale)), max(2, round(height * scale)))
    corners = np.array(
        [
            [margin, 0],
            [margin + width, 0],
            [margin + width, height],
            [margin, height],
        ],
        np.float32,
    )
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), corners * np.float32(scale))
    warped = cv2.warpPerspective(
        pixels, matrix, target, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(warped, np.uint8)


def _laid_flat(column: Pixels) -> Pixels:
    height, width = column.shape[:2]
    count = max(1, round(height / width))
    edges = np.linspace(0, height, count + 1).astype(int)
    cells = [column[top:bottom] for top, bottom in pairwise(edges)]
    tallest = max(cell.shape[0] for cell in cells)
    level = [np.asarray(cv2.resize(cell, (width, tallest)), np.uint8) for cell in cells]
    return np.concatenate(level, axis=1)
