"""Red ink of a seal's extent in which no ring was found: smeared, pressed often, or cut off at an edge."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from parsers.scan.seal.ink import Ink, Plane
from parsers.scan.seal.shape import Ellipse

Rectangle = tuple[float, float, float, float]

_LEAST = 0.115
_MOST = 0.34
_LEAST_AT_EDGE = 0.05
_REACH = 0.016
_LEAST_STROKES = 2.1
_LEAST_DISC = 0.15
_MOST_FILL = 0.88
"""A circle or ellipse fills 0.79 of the narrowest rectangle around it, a photograph nearly all."""


def find_traces(ink: Ink, strokes: Plane, explained: Sequence[Ellipse]) -> list[Rectangle]:
    """Clusters of strokes as wide and high as a seal (left, top, right, bottom in pixels).

    Left out are those next to solid areas (photographs, flags), too sparse or too dense to be a seal, and
    the rings in `explained`, which are known to be something else.
    """
    mask = (strokes > ink.faintest / 2).astype(np.uint8)
    reach = int(ink.short * _REACH) | 1
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    traces = []
    for number in range(1, count):
        left, top, width, height, _area = (int(value) for value in boxes[number])
        here = (slice(top, top + height), slice(left, left + width))
        if not _sized(left, top, width, height, ink):
            continue
        own = labels[here] == number
        if (ink.solid[here] > 0)[own].any() or _beside_solid(ink, here, own):
            continue
        if not _strong(left, top, width, height, ink, strokes[here][own & (mask[here] > 0)]):
            continue
        if _single_stroke(mask[here] * own):
            continue
        share = float(mask[here][own].sum()) / (width * height)
        middle = (left + width / 2, top + height / 2)
        if 0.06 < share < 0.7 and not any(_within(middle, ring) for ring in explained):
            traces.append(_rectangle(left, top, width, height))
    return traces + _discs(ink)


def _discs(ink: Ink) -> list[Rectangle]:
    """Solid red areas of a seal's size and roundness: one so wet that its ring and name ran together."""
    page_height, page_width = ink.red.shape
    contours, _ = cv2.findContours(ink.solid, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    discs = []
    for contour in contours:
        left, top, width, height = cv2.boundingRect(contour)
        inside = left > 1 and top > 1 and left + width < page_width - 1 and top + height < page_height - 1
        small = min(width, height) < max(_LEAST_DISC * ink.short, 0.6 * max(width, height))
        if not inside or small or max(width, height) > _MOST * ink.short:
            continue
        hull = cv2.convexHull(contour)
        _, sides, _ = cv2.minAreaRect(hull)
        area = cv2.contourArea(hull)
        if area < _MOST_FILL * sides[0] * sides[1] and cv2.contourArea(contour) > 0.85 * area:
            discs.append(_rectangle(left, top, width, height))
    return discs


def _rectangle(left: int, top: int, width: int, height: int) -> Rectangle:
    return float(left), float(top), float(left + width), float(top + height)


def _sized(left: int, top: int, width: int, height: int, ink: Ink) -> bool:
    """True for the extent of a seal, or at the page's edge of a part of one."""
    page_height, page_width = ink.red.shape
    most = _MOST * ink.short
    if max(width, height) > most:
        return False
    if min(width, height) >= _LEAST * ink.short:
        return True
    beside = left <= 3 or left + width >= page_width - 3
    above = top <= 3 or top + height >= page_height - 3
    thin, long = (width, height) if beside else (height, width)
    return (beside or above) and thin >= _LEAST_AT_EDGE * ink.short and long >= _LEAST * ink.short


def _strong(left: int, top: int, width: int, height: int, ink: Ink, strength: Plane) -> bool:
    """True unless it is the faint noise that dark surroundings and the compression of edges leave."""
    page_height, page_width = ink.red.shape
    inner = left > 3 and top > 3 and left + width < page_width - 3 and top + height < page_height - 3
    if float(ink.around[top : top + height, left : left + width].mean()) > 0.5:
        return False
    return inner or float(np.percentile(strength, 80)) > ink.faintest


def _single_stroke(mask: Plane) -> bool:
    """True for a pen's tick or loop: a cut through it meets two strokes at most, through a seal more."""
    starts = (np.diff(np.pad(mask.astype(np.int8), 1), axis=1) > 0).sum(axis=1)
    falls = (np.diff(np.pad(mask.astype(np.int8), 1), axis=0) > 0).sum(axis=0)
    return max(float(starts[1:-1].mean()), float(falls[1:-1].mean())) < _LEAST_STROKES


def _beside_solid(ink: Ink, here: tuple[slice, slice], own: Plane) -> bool:
    """True when the cluster touches a solid area: it is that area's rim."""
    grown = cv2.dilate(own.astype(np.uint8), np.ones((9, 9), np.uint8))
    return bool((ink.solid[here][grown > 0] > 0).any())


def _within(point: tuple[float, float], ring: Ellipse) -> bool:
    return math.hypot(point[0] - ring.x, point[1] - ring.y) < ring.radius
