"""Where on a page print stands: the sheet turned upright, freed of red ink and shade, then searched.

A search takes processor time and memory by the pixel (0.4 s and 400 MB for a million).  So it is done on a
smaller picture than the lines are then cut from, and no further down than the question needs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import radians, sin

import cv2
import numpy as np

from intake.domain.model.inspection import Box, Cost
from parsers.scan.text import rows
from parsers.scan.text.ocr import Pixels, Quads, engine
from parsers.scan.text.ruled_lines import split_at_rules

_SIDES = (1100, 1600, 2000)
"""Long side of the page, by effort, at which it is searched."""

_WHOLE_SIDE = 800
"""The same for a whole page at once, where its upper part has no lines."""

_STRIP = 0.45
_STRIP_PIXELS = 620_000
"""A strip's height as a share of the page, and its pixels, for the sake of memory."""

_OVERLAP = 0.05
"""What two strips have in common, as a share of the page's height: the tallest line of a level page."""

_EDGE = 0.003
"""A box that comes so near to a strip's edge (share of the page's height) is the rest of a line."""

_CLEAR_OF_EDGE = 0.5
"""Heights of a line between it and a strip's edge by which it is surely whole: a cut one reaches there."""

_VOTERS = 8
_LONG_ONES = 2
"""Long lines without which a strip tells nothing: of a form on its side it may hold the short cells alone."""
_SEEN_LENGTH = 4
_WORD = 1.5
"""Heights from which a line is more than one character: those of a seal's ring stand in every direction."""
_CLEAR = 0.2
"""Share of the vote on how the page lies below which it is settled."""
_TILE = 16
"""Pixels of the squares by which the level of the paper is told."""


class Meter:
    """Adds up milliseconds of processor time and what they were spent on, by step."""

    def __init__(self) -> None:
        self._spent: dict[str, float] = {}
        self._counts: dict[str, int] = {}

    @contextmanager
    def step(self, name: str, count: int = 1) -> Iterator[None]:
        """Times what is done within, which looks at `count` things."""
        began = time.process_time()
        try:
            yield
        finally:
            self._spent[name] = self._spent.get(name, 0.0) + 1000 * (time.process_time() - began)
            self._counts[name] = self._counts.get(name, 0) + count

    def costs(self) -> tuple[Cost, ...]:
        """One `Cost` for each step, in the order in which they were first taken."""
        return tuple(Cost(name, self._counts[name], round(ms, 1)) for name, ms in self._spent.items())


@dataclass(frozen=True, slots=True)
class Found:
    """A line: its corners in pixels of the sheet, and its box on the page upright and level."""

    quad: np.ndarray
    box: Box


@dataclass(frozen=True, slots=True)
class Strip:
    """A part of the upright page, in fractions of its height.

    Lines that begin below `mine` belong to the next strip where they may go on in it.
    """

    top: float
    bottom: float
    mine: float


class UprightPage:
    """A page's pixels, turned so that its lines run from left to right, and not upside down.

    `pixels` are what is searched and cut, at first the print alone; `turned` is by how many degrees
    clockwise the picture was turned, `skew` by how many more it should be.
    """

    def __init__(self, stored: Pixels, meter: Meter) -> None:
        self._stored = stored
        self._meter = meter
        with meter.step("page", 0):
            self.pixels = print_alone(stored)
        self.turned = 0
        self.skew = 0.0
        self._known: tuple[float, Quads] | None = None
        self._turn_upright()

    def take_colours(self, colours: bool) -> None:
        """Goes over to the page as it was stored, or back to its print alone.

        What is printed in red is lost with the red ink of seals.
        """
        self._known = None
        upright = _turned(self._stored, self.turned)
        self.pixels = upright if colours else print_alone(upright)

    def strips(self, effort: int, from_top: float, down_to: float) -> list[Strip]:
        """The page between two heights in strips from the top; every line is whole in one of them."""
        share = self._share(effort)
        # A slanted line needs as much more as it sinks on its way across the page.
        overlap = min(share / 2, _OVERLAP + 0.7 * abs(sin(radians(self.skew))))
        strips: list[Strip] = []
        top = from_top
        while True:
            bottom = top + share
            if bottom > down_to - _OVERLAP:
                # What is left would be smaller than what strips have in common.
                return [*strips, Strip(top, down_to, down_to)]
            strips.append(Strip(top, bottom, bottom - overlap))
            top = bottom - overlap

    def search(self, effort: int, strip: Strip) -> list[Found]:
        """The lines that are whole in the strip and its own, in no order."""
        if effort == 1 and self._known is not None and self._known[0] == strip.bottom and strip.top == 0:
            quads = self._known[1]
        else:
            quads = self._lines(_SIDES[effort - 1], strip.top, strip.bottom)
        height, width = self.pixels.shape[:2]
        found = zip(quads, rows.boxes(quads, width, height, self.skew), strict=True)
        return [Found(quad, box) for quad, box in found if _is_own(quad, strip, height)]

    def closer(self, top: float, bottom: float) -> list[Found]:
        """The lines between two heights of the level page, searched as closely as at the second effort."""
        sunk = 0.35 * abs(sin(radians(self.skew)))
        quads = self._lines(_SIDES[1], max(0.0, top - sunk), min(1.0, bottom + sunk))
        height, width = self.pixels.shape[:2]
        boxes = rows.boxes(quads, width, height, self.skew)
        return [Found(quad, box) for quad, box in zip(quads, boxes, strict=True)]

    def _share(self, effort: int) -> float:
        height, width = self.pixels.shape[:2]
        scale = min(1.0, _SIDES[effort - 1] / max(height, width))
        return float(min(_STRIP, _STRIP_PIXELS / (height * width * scale * scale)))

    def _turn_upright(self) -> None:
        """Finds how the page lies, from what is its upper part as stored, then as turned."""
        quads = self._first_lines()
        if rows.sideways(quads):
            self._turn(90)
            quads = self._first_lines()
        with self._meter.step("direction"):
            upside_down = self._upside_down(quads)
        if upside_down:
            self._turn(180)
            quads = self._first_lines()
        self.skew = rows.skew_of(quads)

    def _turn(self, clockwise: int) -> None:
        self.pixels = _turned(self.pixels, clockwise)
        self.turned = (self.turned + clockwise) % 360

    def _first_lines(self) -> Quads:
        """The lines of the first strip, or of the whole page where that has too few to tell anything."""
        bottom = self._share(1)
        quads = self._lines(_SIDES[0], 0.0, bottom)
        self._known = (bottom, quads)
        telling = len(quads) >= _VOTERS // 2 and rows.long_ones(quads) >= _LONG_ONES
        return quads if telling else self._lines(_WHOLE_SIDE, 0.0, 1.0)

    def _upside_down(self, quads: Quads) -> bool:
        """A vote of several lines, since one alone is easily wrong; reading them settles a close one."""
        crops = [rows.crop(self.pixels, quads[i]) for i in voters(quads)]
        # The classifier sees a line of four times its height; a longer one would be squeezed beyond telling.
        heads = [crop[:, : _SEEN_LENGTH * crop.shape[0]] for crop in crops]
        share = engine().upside_down(heads)
        if share < _CLEAR or share > 1 - _CLEAR:
            return share > _CLEAR
        upright = sum(engine().read(head).score for head in heads)
        turned = sum(engine().read(_turned(head, 180)).score for head in heads)
        return turned > upright

    def _lines(self, side: int, top: float, bottom: float) -> Quads:
        """The lines of a strip in pixels of the sheet, without those that the strip's edge cuts through."""
        height, width = self.pixels.shape[:2]
        first, last = round(top * height), round(bottom * height)
        scale = min(1.0, side / max(height, width))
        size = (max(32, round(width * scale)), max(32, round((last - first) * scale)))
        with self._meter.step("search"):
            strip = cv2.resize(self.pixels[first:last], size, interpolation=cv2.INTER_AREA)
            quads = engine().lines(np.asarray(strip, np.uint8))
        quads = quads * np.array([width / size[0], (last - first) / size[1]], np.float32)
        quads[:, :, 1] += first
        above = 0.0 if first == 0 else first + _EDGE * height
        below = height if last >= height else last - _EDGE * height
        whole = (quads[:, :, 1].min(axis=1) >= above) & (quads[:, :, 1].max(axis=1) <= below)
        return split_at_rules(self.pixels, quads[whole])


def _is_own(quad: np.ndarray, strip: Strip, height: int) -> bool:
    """True for a line that the next strip need not show: it begins above, or ends well before the edge."""
    top, bottom = float(quad[:, 1].min()), float(quad[:, 1].max())
    if top < strip.mine * height or strip.mine == strip.bottom:
        return True
    return bottom + _CLEAR_OF_EDGE * (bottom - top) < strip.bottom * height


def voters(quads: Quads) -> list[int]:
    """The lines, by place, that tell how a page lies: the longest, and no single character beside others."""
    width, height = rows.sizes(quads)
    words = [i for i in range(len(quads)) if width[i] >= _WORD * height[i]] or range(len(quads))
    return sorted(words, key=lambda i: -min(width[i] / height[i], _SEEN_LENGTH))[:_VOTERS]


def _turned(pixels: Pixels, clockwise: int) -> Pixels:
    return np.ascontiguousarray(np.rot90(pixels, -clockwise // 90))


def print_alone(pixels: Pixels) -> Pixels:
    """The page in grey, its paper white everywhere; red ink is as light as paper, black print stays.

    In the red channel red ink is nearly white.
    """
    grey = pixels if pixels.ndim == 2 else np.ascontiguousarray(pixels[..., 0])
    height, width = grey.shape
    small = cv2.resize(grey, (max(1, width // _TILE), max(1, height // _TILE)), interpolation=cv2.INTER_AREA)
    # The lightest of a neighbourhood is paper, then smoothed, since a jump in it would look like an edge.
    paper = cv2.GaussianBlur(cv2.dilate(small, np.ones((5, 5), np.uint8)), (0, 0), 3)
    level = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, np.maximum(level, 8), scale=245), np.uint8)
