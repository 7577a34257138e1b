"""Round red seals on a page: found by ink and ring, told by what stands in the ring."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

import cv2
import numpy as np

from intake.domain.inspection import Box, Certainty, Colour, SealMark
from parsers.scan.seal_ink import Ink, Plane, darkness, read_ink, reduced
from parsers.scan.seal_judge import Verdict, judge, judge_grey
from parsers.scan.seal_shape import Ellipse, Evidence, fit_ring, measure
from parsers.scan.seal_traces import find_traces
from parsers.scan.seal_vote import find_circles

_CANDIDATES = 10
_ELLIPSE_CANDIDATES = 3
_ELLIPSE_RATIO = 0.68
_ELLIPSE_TURNS = 6
_ELLIPSE_SECOND = ((1.12, 1.0), (1.0, 1.12), (1.1, 0.95), (1.06, 1.06), (0.95, 1.1))
_ELLIPSE_GROWTH = 1.06
"""Circles vote best a little inside the ellipse that they stand for."""
_GREY_INK = 0.5
_HALF = 0.5

Found = tuple[Ellipse, Verdict, float]


def find_seals(pixels: Plane, colour: Colour) -> tuple[tuple[SealMark, ...], str]:
    """The seals on one page, surest first, and in English why its colours tell nothing, or "".

    `pixels` is the page as RGB or grey bytes, turned and skewed as it may be; boxes are fractions of it.
    No mark together with an empty doubt means: no seal was pressed on this page.
    """
    page = reduced(pixels)
    if min(page.shape[:2]) < 60:
        return (), "the picture is too small"
    if colour != "colour" or page.ndim == 2:
        grey = page if page.ndim == 2 else cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
        return _grey_marks(darkness(grey)), "the page has no colour"
    ink = read_ink(page)
    marks = _red_marks(ink)
    if marks:
        return marks, ink.doubt
    marks = _grey_marks(ink.dark)
    return marks, ink.doubt or ("a seal on this page is grey" if marks else "")


def _red_marks(ink: Ink) -> tuple[SealMark, ...]:
    strokes = ink.strokes()
    if float(strokes.max()) <= 0:
        return ()
    found: list[Found] = []
    for ring, evidence in _rings(strokes, ink.short, ink.faintest):
        verdict = judge(evidence)
        if verdict == "maybe" and evidence.seen < _HALF and _mostly_around(ring, ink.around):
            verdict = "other"
        found.append((ring, verdict, evidence.worth))
    found.sort(key=lambda one: (one[1] != "sure", -one[2]))
    kept: list[Found] = []
    for ring, verdict, worth in found:
        if verdict != "other" and not any(_same(ring, other) for other, _, _ in kept):
            kept.append((ring, verdict, worth))
    marks = [_mark(ring, verdict, "red", ink.red) for ring, verdict, _ in kept if verdict != "other"]
    if not marks:
        others = [ring for ring, verdict, worth in found if verdict == "other" and worth > 0.5]
        height, width = ink.red.shape
        marks = [
            SealMark(Box(left / width, top / height, right / width, bottom / height), "maybe", "red")
            for left, top, right, bottom in find_traces(ink, strokes, others)
        ]
    return tuple(marks)


def _grey_marks(dark: Plane) -> tuple[SealMark, ...]:
    """Rings with name and emblem in grey; never sure, since print and stamps of all kinds are grey too."""
    short = min(dark.shape[:2])
    strokes = np.clip(dark, 0, _GREY_INK).astype(np.float32)
    kept: list[Ellipse] = []
    for circle in find_circles(strokes, short, _CANDIDATES):
        ring = fit_ring(strokes, Ellipse(circle.x, circle.y, circle.radius, circle.radius))
        evidence = measure(strokes, ring, short, 0.1)
        if evidence and judge_grey(evidence) and not any(_same(ring, other) for other in kept):
            kept.append(ring)
    return tuple(_mark(ring, "maybe", "grey", dark) for ring in kept)


def _rings(strokes: Plane, short: int, faintest: float) -> Iterator[tuple[Ellipse, Evidence]]:
    """The fitted rings of the best circles; where none is sure, the first also as ellipses."""
    for rank, circle in enumerate(find_circles(strokes, short, _CANDIDATES)):
        start = Ellipse(circle.x, circle.y, circle.radius, circle.radius)
        ring = fit_ring(strokes, start)
        evidence = measure(strokes, ring, short, faintest)
        if evidence is None:
            continue
        hopeful = evidence.ring > 0.3 and evidence.worth < 0.85
        if rank < _ELLIPSE_CANDIDATES and hopeful and judge(evidence) != "sure":
            ring, evidence = _best_ellipse(strokes, start, short, faintest, (ring, evidence))
        yield ring, evidence


def _best_ellipse(
    strokes: Plane, start: Ellipse, short: int, faintest: float, best: tuple[Ellipse, Evidence]
) -> tuple[Ellipse, Evidence]:
    """The best of the given fit and those that begin with a 3 by 4.5 cm ellipse, turned all ways."""
    stretch = math.sqrt(_ELLIPSE_RATIO)
    long, wide = _ELLIPSE_GROWTH * start.radius / stretch, _ELLIPSE_GROWTH * start.radius * stretch
    for turn in range(_ELLIPSE_TURNS):
        begun = Ellipse(start.x, start.y, long, wide, turn * math.pi / _ELLIPSE_TURNS)
        best = _better(strokes, begun, short, faintest, best)
    for lengthened, widened in _ELLIPSE_SECOND:
        ring = best[0]
        begun = Ellipse(ring.x, ring.y, ring.long * lengthened, ring.wide * widened, ring.angle)
        best = _better(strokes, begun, short, faintest, best)
    return best


def _better(
    strokes: Plane, begun: Ellipse, short: int, faintest: float, best: tuple[Ellipse, Evidence]
) -> tuple[Ellipse, Evidence]:
    """The fit that begins there, where it is worth more than the best so far."""
    ring = fit_ring(strokes, begun)
    evidence = measure(strokes, ring, short, faintest)
    return (ring, evidence) if evidence and evidence.worth > best[1].worth else best


def _mostly_around(ring: Ellipse, around: Plane) -> bool:
    """True when what is seen of the ring lies on the dark surroundings of the sheet."""
    left, top = max(0, int(ring.x - ring.radius)), max(0, int(ring.y - ring.radius))
    part = around[top : max(0, int(ring.y + ring.radius)), left : max(0, int(ring.x + ring.radius))]
    return part.size > 0 and float(part.mean()) > 0.5


def _same(ring: Ellipse, other: Ellipse) -> bool:
    """True for rings of one seal: the centre of one lies well within the other."""
    return math.hypot(ring.x - other.x, ring.y - other.y) < 0.55 * max(ring.radius, other.radius)


def _mark(ring: Ellipse, certainty: Certainty, ink: Literal["red", "grey"], plane: Plane) -> SealMark:
    height, width = plane.shape[:2]
    across = math.hypot(ring.long * math.cos(ring.angle), ring.wide * math.sin(ring.angle))
    down = math.hypot(ring.long * math.sin(ring.angle), ring.wide * math.cos(ring.angle))
    box = Box(
        (ring.x - across) / width,
        (ring.y - down) / height,
        (ring.x + across) / width,
        (ring.y + down) / height,
    )
    return SealMark(box, certainty, ink)
