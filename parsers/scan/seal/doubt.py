"""When the colours of a page tell nothing about a seal, or a picture on it could hide one."""

from __future__ import annotations

import cv2
import numpy as np

from parsers.scan.seal.ink import Ink, Plane

NO_COLOUR = "the picture holds no colour at all: a seal would be grey"

_COLOURED_SHARE = 0.001
"""Share of pixels whose channels differ by more than 1, from which a picture has kept colours."""

_EDGE_WINDOW = 15
_SHARP = 0.2
"""Climb of an edge a pixel, by its contrast: 0.3 and more in soft phone pictures, 0.14 where rings drown."""

_SHRINK = 4
_PICTURE = 0.2
"""Side of a picture by the page's short side (4.2 cm of 21) that could hide a whole seal.

Over a smaller one a seal stands out on the paper around it; portraits and rows of people are narrower.
"""

_VIVID = 0.22
"""Spread of a picture's channels, by the brightest one, once the paper is taken as white."""

_GREY = 0.72
"""Brightness below which an area is no paper; the shaded part of a sheet is, but it has no red in it."""

_RED_SHARE = 0.18
_LEAST_COVERED = 0.7
"""The part of a picture that is no white paper; a paragraph in red leaves more between its strokes."""

_MOSTLY_RED = 0.62
_BUSY = 0.27
_BUSY_ON_RED = 0.36
"""Share of edges: a portrait on red has 0.23 to 0.30, a flag 0.15, a crowd in red 0.35 and more."""


def doubt_of(page: Plane, ink: Ink, *, digital: bool) -> str:
    """Why a seal might not be seen on this RGB page, in English, or nothing.

    `digital`: a program wrote the page, so that it is in black and white because it was meant to be.
    """
    light = np.median(ink.paper[::8, ::8].reshape(-1, 3), axis=0)
    if light.max() < 55:
        return "the picture is too dark to tell colours"
    if light[0] == light.max() and light[1:].min() < 0.42 * light[0] and light[1] < 0.6 * light[0]:
        return "the whole page is tinted red"
    if light.min() < 0.2 * light.max():
        return "the whole page is tinted"
    if not digital and _colourless(page):
        return NO_COLOUR
    if _blurred(cv2.max(ink.dark, ink.red)):
        return "the picture is blurred"
    return "a red picture on the page could hide a seal" if _hiding_picture(page, light) else ""


def _colourless(page: Plane) -> bool:
    reds, greens, blues = cv2.split(np.ascontiguousarray(page[::2, ::2]))
    spread = cv2.max(cv2.max(reds, greens), blues) - cv2.min(cv2.min(reds, greens), blues)
    return bool(np.count_nonzero(spread > 1) <= _COLOURED_SHARE * spread.size)


def _hiding_picture(page: Plane, light: Plane) -> bool:
    """True where a picture of 4 by 4 cm or more holds much red in many small pieces.

    On plain paper, on one-coloured areas and on blue or green ones the ink of a seal stands out; among red
    clothes, banners and faces its ring comes and goes.
    """
    height, width = page.shape[:2]
    size = max(8, width // _SHRINK), max(8, height // _SHRINK)
    small = cv2.resize(page, size, interpolation=cv2.INTER_AREA).astype(np.float32) / np.maximum(light, 1)
    reds, greens, blues = cv2.split(small)
    most, least = cv2.max(cv2.max(reds, greens), blues), cv2.min(cv2.min(reds, greens), blues)
    centimetre = min(size) / 21
    vivid = (((most - least) > _VIVID * most) | (most < _GREY)).astype(np.uint8)
    joined = cv2.morphologyEx(vivid, cv2.MORPH_CLOSE, _square(0.7 * centimetre))
    areas = cv2.morphologyEx(joined, cv2.MORPH_OPEN, _square(_PICTURE * min(size)))
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(areas, connectivity=4)
    red = (reds - cv2.max(greens, blues)) > 0.2 * most
    busy = cv2.magnitude(cv2.Sobel(least, cv2.CV_32F, 1, 0), cv2.Sobel(least, cv2.CV_32F, 0, 1)) > 0.4
    for number in range(1, count):
        left, top, across, down, _area = (int(value) for value in boxes[number])
        if left == 0 or top == 0 or left + across == size[0] or top + down == size[1]:
            continue
        own = labels == number
        if vivid[own].mean() < _LEAST_COVERED:
            continue
        share = float(red[own].mean())
        if share > _RED_SHARE and busy[own].mean() > (_BUSY if share < _MOSTLY_RED else _BUSY_ON_RED):
            return True
    return False


def _square(side: float) -> Plane:
    return np.ones((int(side) | 1, int(side) | 1), np.uint8)


def _blurred(mark: Plane) -> bool:
    """True when ink shows, but its edges climb more slowly than a seal's ring is wide.

    Each edge is held against the contrast around it, so that a dark photograph does not hide soft print.
    """
    window = np.ones((_EDGE_WINDOW, _EDGE_WINDOW), np.uint8)
    contrast = (cv2.dilate(mark, window) + cv2.dilate(-mark, window))[::4, ::4]
    depth = float(np.percentile(contrast, 99.5))
    if depth < 0.07:
        return False
    across = cv2.Sobel(mark, cv2.CV_32F, 1, 0, scale=0.125)
    down = cv2.Sobel(mark, cv2.CV_32F, 0, 1, scale=0.125)
    climb = cv2.dilate(cv2.magnitude(across, down), window)[::4, ::4]
    edges = contrast > 0.5 * depth
    return float(np.percentile(climb[edges] / contrast[edges], 80)) < _SHARP
