"""Round red seals on a page: found by ink and ring, told by what stands in the ring."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Literal

import cv2
import numpy as np

from intake.domain.model.inspection import Box, Certainty, Colour, SealMark
from parsers.scan.seal.doubt import doubt_of
from parsers.scan.seal.ink import Ink, Plane, darkness, read_ink, reduced
from parsers.scan.seal.judge import Verdict, judge_dark, judge_grey, judge_other, judge_ring
from parsers.scan.seal.shape import Ellipse, RingMeasure, fit_ring, measure
from parsers.scan.seal.traces import find_traces
from parsers.scan.seal.vote import find_circles

_CANDIDATES = 10
_CANDIDATES_OTHER = 6
_LEAST_VOTES = 1.5
"""Votes by the least redness below which no seal stands there: the faintest have 3, empty pages under 0.5."""

_LEAST_VOTES_OTHER = 0.9

_ELLIPSE_CANDIDATES = 3
_ELLIPSE_RATIO = 0.68
_ELLIPSE_TURNS = 6
_ELLIPSE_SECOND = ((1.12, 1.0), (1.0, 1.12), (1.1, 0.95), (1.06, 1.06), (0.95, 1.1))
_ELLIPSE_GROWTH = 1.06
"""Circles vote best a little inside the ellipse that they stand for."""
_GREY_INK = 0.5
_HALF = 0.5
_RIM = 13
"""Pixels beside the dark surroundings of a sheet in which its shadow and border are darker than paper."""

_FEWEST = 60
"""Inked pixels below which no seal is there: the least part of one at an edge has twice as many."""

_CLOSE = 3
"""How many times wider and higher a picture of a seal is made by paper, until that is as on a sheet."""

_LEAST_CLOSE = 0.38
"""Width by the picture's short side from which a seal is more than the search over a whole sheet finds."""

_PLAINLY_RED = 0.06
"""Redness that is no blotch of a camera or of compression."""

_MUCH_RED = 0.02
"""Share of a page in plainly red strokes above which some should have fitted; a seal on A4 has under 0.01, a
red letterhead 0.0075, on a small picture of the sheet 0.017."""

_NOISY = 0.045
"""Redness that is noise, from which a pale ring drowns in it."""

_EVEN = 0.02
"""Width by the page's short side, some 4 mm, over which noise is taken out of redness."""

_OUT_OF_NOISE = 7.5
"""What is left by its noise: of pages without a seal 6 at most, of pale seals that drown 9 and more
(`bench/scans/inks.py`)."""

_SOME_RED = 0.008
"""The same from which a seal may fill a picture, and is sought with paper around it."""

_MUCH_COVERED = 0.08
"""The same with red areas: a seal that fills a picture has 0.1 and more, a portrait on red 0.015 of A4."""

_COLOURLESS = "the page has no colour"
_UNEXPLAINED = "much on the page is red, and fits nothing"
_NOT_RED = "a stamp on this page is not red"

Found = tuple[Ellipse, Verdict, float]


def find_seals(pixels: Plane, colour: Colour, *, digital: bool = False) -> tuple[tuple[SealMark, ...], str]:
    """The seals on one page, surest first, and in English why its colours tell nothing, or "".

    `pixels` is the page as RGB or grey bytes, turned and skewed as it may be; boxes are fractions of it.
    `colour` is what the capture kept, `digital` that a program wrote the page.  No mark together with an
    empty doubt means: no seal was pressed on this page.
    """
    page = reduced(pixels)
    if min(page.shape[:2]) < 60:
        return (), "the picture is too small"
    if page.ndim == 2:
        if colour != "colour":
            return _grey_marks(darkness(page)), _COLOURLESS
        # A program's page of black print: nothing on it lost a colour.
        page = cv2.cvtColor(page, cv2.COLOR_GRAY2RGB)
    ink = read_ink(page)
    if colour != "colour":
        # A red stamp may have been put on a grey scan; its absence would tell nothing.
        marks = () if ink.one_tone else _red_marks(ink)
        return marks or _grey_marks(ink.dark, ink.around), _COLOURLESS
    marks, doubt = _red_marks(ink) or _close_marks(page, ink), doubt_of(page, ink, digital=digital)
    if not marks:
        marks = _other_marks(ink) or _grey_marks(ink.dark, ink.around, judge_dark)
        doubt = doubt or (_NOT_RED if marks else "")
        much = _red_share(ink) > _MUCH_RED or _covered_share(ink) > _MUCH_COVERED
        doubt = doubt or (_UNEXPLAINED if much or _red_in_noise(page, ink) else "")
    return marks, doubt


def _red_marks(ink: Ink) -> tuple[SealMark, ...]:
    strokes = ink.strokes
    if np.count_nonzero(strokes > ink.faintest / 2) < _FEWEST:
        return ()
    found: list[Found] = []
    for ring, evidence in _rings(strokes, ink.short, ink.faintest):
        verdict = judge_ring(evidence)
        if verdict == "maybe" and evidence.seen < _HALF and _mostly_around(ring, ink.around, strokes):
            verdict = "other"
        found.append((ring, verdict, evidence.worth))
    kept: list[Found] = []
    for ring, verdict, worth in sorted(found, key=lambda one: (one[1] != "sure", -one[2])):
        if verdict != "other" and not any(_same(ring, other) for other, _, _ in kept):
            kept.append((ring, verdict, worth))
    marks = [_mark(ring, verdict, "red", ink.red) for ring, verdict, _ in kept if verdict != "other"]
    if marks:
        return tuple(marks)
    others = [ring for ring, verdict, worth in found if verdict == "other" and worth > 0.5]
    height, width = ink.red.shape
    return tuple(
        SealMark(Box(left / width, top / height, right / width, bottom / height), "maybe", "red")
        for left, top, right, bottom in find_traces(ink, strokes, others)
    )


def _close_marks(page: Plane, ink: Ink) -> tuple[SealMark, ...]:
    """Seals as wide as a picture of little else: sought once more, with paper around the picture.

    Never sure: a picture of a stamp alone shows no paper that it was put on.
    """
    if max(_red_share(ink), _covered_share(ink) / 2) < _SOME_RED:
        return ()
    height, width = page.shape[:2]
    paper = np.median(ink.paper[::8, ::8].reshape(-1, 3), axis=0)
    beside, above = width * (_CLOSE - 1) // 2, height * (_CLOSE - 1) // 2
    sheet = cv2.copyMakeBorder(
        page, above, above, beside, beside, cv2.BORDER_CONSTANT, value=[float(tone) for tone in paper]
    )
    across, down = sheet.shape[1] / width, sheet.shape[0] / height
    marks = []
    for mark in _red_marks(read_ink(reduced(sheet))):
        box = Box(
            mark.box.left * across - beside / width,
            mark.box.top * down - above / height,
            mark.box.right * across - beside / width,
            mark.box.bottom * down - above / height,
        )
        wide = (box.right - box.left) * width, (box.bottom - box.top) * height
        if min(wide) >= _LEAST_CLOSE * ink.short:
            marks.append(replace(mark, box=box, certainty="maybe"))
    return tuple(marks)


def _red_share(ink: Ink) -> float:
    plain = ink.red > max(ink.faintest, _PLAINLY_RED)
    return float((plain & (ink.strokes > 0)).mean())


def _covered_share(ink: Ink) -> float:
    """The share of the sheet that is red at all, be it in strokes as wide as areas, as of a seal close by."""
    return float(((ink.red > max(ink.faintest, _PLAINLY_RED)) & (ink.around == 0)).mean())


def _red_in_noise(page: Plane, ink: Ink) -> bool:
    """True where the colours are noisy, and something is red once the noise is averaged away.

    Redness is by the mean of green and blue here: noise leaves that at 0, and where the channels of a
    scanner lie apart the two sides of a stroke cancel out.
    """
    if ink.faintest < _NOISY:
        return False
    reds, greens, blues = cv2.split(cv2.divide(page.astype(np.float32), np.maximum(ink.paper, 12.0)))
    red = reds - (greens + blues) / 2
    red -= float(np.median(red[::4, ::4]))
    red[ink.around > 0] = 0
    width = int(ink.short * _EVEN) | 1
    even = cv2.blur(red, (width, width))[width:-width, width:-width]
    noise = 1.48 * float(np.median(np.abs(even[::4, ::4])))
    return float(even.max()) > _OUT_OF_NOISE * noise


def _other_marks(ink: Ink) -> tuple[SealMark, ...]:
    """Rings with a name in blue, violet or green: no official seal, but a person should see it.

    They are given as "red", that is coloured: a legible "grey" ring may be the copy of a true seal, and pass.
    """
    strokes, faintest, short = ink.other_strokes()
    if np.count_nonzero(strokes) < _FEWEST / 4:
        return ()
    kept: list[Ellipse] = []
    for circle in find_circles(strokes, short, _CANDIDATES_OTHER):
        if circle.votes < _LEAST_VOTES_OTHER * faintest:
            break
        ring = fit_ring(strokes, Ellipse(circle.x, circle.y, circle.radius, circle.radius))
        evidence = measure(strokes, ring, short, faintest)
        if evidence and judge_other(evidence) and not any(_same(ring, other) for other in kept):
            kept.append(ring)
    return tuple(_mark(ring, "maybe", "red", strokes) for ring in kept)


def _grey_marks(
    dark: Plane, around: Plane | None = None, judge: Callable[[RingMeasure], bool] = judge_grey
) -> tuple[SealMark, ...]:
    """Rings with name and emblem in grey; never sure, since print and stamps of all kinds are grey too."""
    short = min(dark.shape[:2])
    strokes = np.clip(dark, 0, _GREY_INK).astype(np.float32)
    if around is not None:
        strokes[cv2.dilate(around, np.ones((_RIM, _RIM), np.uint8)) > 0] = 0
    kept: list[Ellipse] = []
    for circle in find_circles(strokes, short, _CANDIDATES_OTHER):
        ring = fit_ring(strokes, Ellipse(circle.x, circle.y, circle.radius, circle.radius))
        evidence = measure(strokes, ring, short, 0.1)
        if evidence and judge(evidence) and not any(_same(ring, other) for other in kept):
            kept.append(ring)
    return tuple(_mark(ring, "maybe", "grey", dark) for ring in kept)


def _rings(strokes: Plane, short: int, faintest: float) -> Iterator[tuple[Ellipse, RingMeasure]]:
    """The fitted rings of the best circles; where none is sure, the first also as ellipses."""
    for rank, circle in enumerate(find_circles(strokes, short, _CANDIDATES)):
        if circle.votes < _LEAST_VOTES * faintest:
            return
        start = Ellipse(circle.x, circle.y, circle.radius, circle.radius)
        ring = fit_ring(strokes, start)
        evidence = measure(strokes, ring, short, faintest)
        if evidence is None:
            continue
        hopeful = evidence.ring > 0.3 and evidence.worth < 0.85
        if rank < _ELLIPSE_CANDIDATES and hopeful and judge_ring(evidence) != "sure":
            ring, evidence = _best_ellipse(strokes, start, short, faintest, (ring, evidence))
        yield ring, evidence


def _best_ellipse(
    strokes: Plane, start: Ellipse, short: int, faintest: float, best: tuple[Ellipse, RingMeasure]
) -> tuple[Ellipse, RingMeasure]:
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
    strokes: Plane, begun: Ellipse, short: int, faintest: float, best: tuple[Ellipse, RingMeasure]
) -> tuple[Ellipse, RingMeasure]:
    """The fit that begins there, where it is worth more than the best so far."""
    ring = fit_ring(strokes, begun)
    evidence = measure(strokes, ring, short, faintest)
    return (ring, evidence) if evidence and evidence.worth > best[1].worth else best


def _mostly_around(ring: Ellipse, around: Plane, strokes: Plane) -> bool:
    """True when what is seen of the ring lies on the dark surroundings of the sheet."""
    left, top = max(0, int(ring.x - ring.radius)), max(0, int(ring.y - ring.radius))
    here = slice(top, max(0, int(ring.y + ring.radius))), slice(left, max(0, int(ring.x + ring.radius)))
    inked = strokes[here] > 0
    return bool(inked.any()) and float(around[here][inked].mean()) > 0.5


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
