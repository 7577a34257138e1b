"""Telling a scanned or photographed sheet from a portrait or a work photo, by paper and print."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from parsers.scan.page.pixels import Pixels, fit, grey_of

LEAST_MARKS = 12
"""Marks in rows on a sheet's paper: a page with a seal and two lines has some 25, a form 300 and more."""

_SIDE = 800
_DARKEST = 60
"""Grey level below which nothing is paper, however dark the photograph."""

_BESIDE = 0.72
"""Brightness against the brightest nearby paper that is paper still: shade falls softly on a sheet."""

_TINT = 26.0
"""Difference of hue (Cr and Cb together) from the sheet's paper that is paper still."""

_MOST_MARKS = 4000
"""Leaves and gravel have more, no sheet has; to compare all with all would take memory."""

_PRINTED = 0.12
"""Share of a region near print by which it is a label's or a screen's paper, however few the marks."""

_MARK = (3, 34)
"""Pixels that the sides of a character or radical have at this size: print of 10 to 22 points on A4."""


def paper_share(pixels: Pixels) -> float:
    """The share of the picture (0 to 1) that looks like paper with print on it.

    Smooth bright ground counts only where rows of small dark marks stand on it: sky, walls and the white
    ground of a portrait do not.
    """
    grey = fit(grey_of(pixels), _SIDE)
    paper = _smooth_ground(grey)
    if pixels.ndim == 3:
        paper &= _of_one_tint(pixels, paper)
    marks = _marks(grey, paper)
    if not len(marks):
        return 0.0
    printed = _near_marks(marks, (grey.shape[0], grey.shape[1]))
    _, labels = cv2.connectedComponents(np.asarray(paper, np.uint8), connectivity=4)
    areas = np.bincount(labels.ravel())
    near = np.bincount(labels[printed & paper], minlength=len(areas))
    y, x = marks[:, 1] + marks[:, 3] // 2, marks[:, 0] + marks[:, 2] // 2
    on = np.bincount(labels[y, x], minlength=len(areas))
    bearing = (on >= LEAST_MARKS) | (near >= _PRINTED * areas)
    bearing[0] = False
    return float(areas[bearing].sum()) / grey.size


def _smooth_ground(grey: Pixels) -> NDArray[np.bool_]:
    """Bright and even ground once print is closed over: what lies about it is about as bright."""
    ground = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    nearby = cv2.dilate(cv2.blur(ground, (31, 31)), np.ones((61, 61), np.uint8))
    slope = cv2.morphologyEx(cv2.blur(ground, (5, 5)), cv2.MORPH_GRADIENT, np.ones((7, 7), np.uint8))
    even = slope.astype(np.float32) < 0.1 * np.maximum(ground, 1)
    return np.asarray(even & (ground > _DARKEST) & (ground > _BESIDE * nearby.astype(np.float32)), np.bool_)


def _of_one_tint(pixels: Pixels, paper: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where the hue is near that of the brighter half of the ground; the light may have tinted all of it."""
    height, width = paper.shape
    size = (max(1, width // 4), max(1, height // 4))
    ground = cv2.resize(np.asarray(paper, np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    if not ground.any():
        return np.zeros((height, width), np.bool_)
    few = cv2.resize(pixels, size, interpolation=cv2.INTER_NEAREST)
    levels = cv2.cvtColor(cv2.medianBlur(few, 3), cv2.COLOR_RGB2YCrCb).astype(np.int16)
    bright = ground & (levels[:, :, 0] >= np.median(levels[:, :, 0][ground]))
    usual = np.median(levels[bright][:, 1:], axis=0)
    near = np.abs(levels[:, :, 1] - usual[0]) + np.abs(levels[:, :, 2] - usual[1]) < _TINT
    return np.asarray(cv2.resize(near.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST) > 0)


def _marks(grey: Pixels, paper: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Small dark marks on even ground that have neighbours in a row: boxes (left, top, width, height)."""
    depth = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones((15, 15), np.uint8))
    dark = np.asarray(depth > 0.18 * np.maximum(cv2.dilate(grey, np.ones((15, 15), np.uint8)), 1), np.uint8)
    _, _, told, middles = cv2.connectedComponentsWithStats(dark, connectivity=8)
    sides = told[:, cv2.CC_STAT_WIDTH : cv2.CC_STAT_HEIGHT + 1]
    small = (sides.max(axis=1) >= _MARK[0]) & (sides.max(axis=1) <= _MARK[1])
    small[0] = False
    chosen, places = told[small], middles[small].astype(np.int32)
    if not len(chosen):
        return np.zeros((0, 4), np.int32)
    on_paper = cv2.dilate(np.asarray(paper, np.uint8), np.ones((5, 5), np.uint8))
    chosen = chosen[on_paper[places[:, 1], places[:, 0]] > 0]
    return np.asarray(chosen[_in_rows(chosen)][:, :4], np.int32)


def _in_rows(marks: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which marks have two neighbours of like size close by on the same row, or on the same column."""
    count = len(marks)
    if count > _MOST_MARKS:
        return np.zeros(count, np.bool_)
    x = (marks[:, 0] + marks[:, 2] / 2).astype(np.float32)
    y = (marks[:, 1] + marks[:, 3] / 2).astype(np.float32)
    size = marks[:, 2:4].max(axis=1).astype(np.float32)
    rows = np.zeros(count, np.bool_)
    for start in range(0, count, 500):
        part = slice(start, start + 500)
        own = size[part, None]
        across, down = np.abs(x - x[part, None]), np.abs(y - y[part, None])
        like = (size < 2.2 * own + 3) & (size * 2.2 + 3 > own)
        reach, aside = 2.5 * own + 8, 0.5 * own + 2
        beside = np.count_nonzero(like & (across < reach) & (down < aside), axis=1)
        above = np.count_nonzero(like & (down < reach) & (across < aside), axis=1)
        rows[part] = np.maximum(beside, above) > 2
    return rows


def _near_marks(marks: NDArray[np.int32], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """The picture's parts that lie within a few rows of print."""
    near = np.zeros(shape, np.uint8)
    for left, top, width, height in marks.tolist():
        cv2.rectangle(near, (left - 20, top - 20), (left + width + 20, top + height + 20), 1, -1)
    return near > 0
