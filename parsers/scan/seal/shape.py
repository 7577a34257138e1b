"""What stands around a centre: the ring is fitted as an ellipse and unrolled, and its parts are measured."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from parsers.scan.seal.ink import Plane

_ANGLES = 180
_PER_RADIUS = 80
_REACH = 1.3
_TURN = np.arange(_ANGLES) * (2 * math.pi / _ANGLES)
_RADIUS = (np.arange(round(_PER_RADIUS * _REACH)) + 0.5) / _PER_RADIUS
_EVERY = np.arange(_ANGLES)


@dataclass(frozen=True, slots=True)
class Ellipse:
    """Centre, half axes in pixels, and the first axis's angle to the right in radians."""

    x: float
    y: float
    long: float
    wide: float
    angle: float = 0.0

    @property
    def radius(self) -> float:
        """The radius of the circle of the same area, in pixels."""
        return math.sqrt(self.long * self.wide)


@dataclass(frozen=True, slots=True)
class RingMeasure:
    """How far the ink around a centre is that of a seal; shares from 0 to 1.

    `seen` is the part of the ring on the page, `level` its ink.  `ring` is the part of the seen ring that
    is inked, `clear` that which also has paper outside.  The others are the inked share outside the ring
    (`outside`), in the band of the name (`text`), just within the ring (`gap`), between name and emblem
    (`between`) and in the middle (`core`).  `steady` is the part of the inked ring whose outer edge
    keeps its radius within 3% (chance ink wanders).  `spoken` is the share of directions with ink in the
    band of the name, `changes` how often it comes and goes there along an arc, `thickness` the ring's in
    radii, `roundness` the short axis by the long one, `size` the radius by the page's short side.
    """

    seen: float
    level: float
    ring: float
    clear: float
    steady: float
    outside: float
    text: float
    spoken: float
    gap: float
    between: float
    core: float
    changes: float
    thickness: float
    roundness: float
    size: float

    @property
    def worth(self) -> float:
        """A single figure to choose among fits of the same ink."""
        return self.ring * self.clear * (1 - self.outside)


def fit_ring(ink: Plane, start: Ellipse) -> Ellipse:
    """The ellipse that follows the ring near `start`; `start` itself or the last good fit where none does."""
    best = start
    for step, window in enumerate((0.16, 0.10, 0.07)):
        unrolled, seen, right, down = _unrolled(ink, best)
        first, last = np.searchsorted(_RADIUS, (1 - window, 1 + window))
        band = unrolled[:, first:last] * seen[:, first:last]
        band = cv2.GaussianBlur(np.vstack([band[-4:], band, band[:4]]), (3, 9), 0)[4:-4]
        # The outermost of equal peaks is the ring: what stands within it are the feet of the name.
        peak = (band * np.linspace(0.85, 1.0, last - first)[None, :]).argmax(axis=1)
        strength = band[_EVERY, peak]
        floor = 0.35 * _at(strength, 0.8)
        good = (strength > max(1e-3, floor)) & seen[_EVERY, first + peak]
        reach = _RADIUS[first + peak]
        free = step > 0 or start.long != start.wide
        fitted = _robust(reach * right, reach * down, good, free)
        if fitted is None:
            return best
        moved = Ellipse(best.x + fitted.x, best.y + fitted.y, fitted.long, fitted.wide, fitted.angle)
        if not _plausible(moved, best):
            return best
        best = moved
    return best


def measure(ink: Plane, ring: Ellipse, short: int, faintest: float) -> RingMeasure | None:
    """The evidence around a fitted ring; None where less than a fifth is on the page or no ink is seen."""
    unrolled, seen, _, _ = _unrolled(ink, ring)

    def part(start: float, end: float) -> slice:
        low, high = np.searchsorted(_RADIUS, (start, end))
        return slice(int(low), int(high))

    visible = seen[:, part(0.99, 1.01)].all(axis=1)
    count = int(visible.sum())
    if count < _ANGLES // 5:
        return None
    unrolled = unrolled * seen
    strength = unrolled[:, part(0.955, 1.05)].max(axis=1)
    level = _at(strength[visible], 0.7)
    if level < faintest / 2:
        return None
    least = max(faintest * 0.35, 0.4 * level)
    inked = (strength > least) & visible
    beyond = unrolled[:, part(1.09, 1.2)].mean(axis=1)
    outmost = _outmost(unrolled[:, part(0.9, 1.12)], strength)
    marks = unrolled > least

    def share(start: float, end: float) -> float:
        band = part(start, end)
        return float(marks[:, band].sum() / max(1, seen[:, band].sum()))

    name = part(0.6, 0.88)
    readable = seen[:, name].mean(axis=1) > 0.5
    spoken = (marks[:, name].mean(axis=1) > 0.12) & readable
    letters = marks[:, part(0.68, 0.85)]
    profile = unrolled.sum(axis=0) / np.maximum(1, seen.sum(axis=0))
    crest = 0.5 * float(profile[part(0.93, 1.06)].max())
    return RingMeasure(
        seen=count / _ANGLES,
        level=level,
        ring=float(inked.sum() / count),
        clear=float((inked & (beyond < 0.5 * strength)).sum() / count),
        steady=_steady(outmost[inked]),
        outside=share(1.08, 1.22),
        text=share(0.6, 0.88),
        spoken=float(spoken.sum() / max(1, readable.sum())),
        gap=share(0.89, 0.93),
        between=share(0.36, 0.58),
        core=share(0.0, 0.34),
        changes=float((letters[1:] != letters[:-1]).mean()),
        thickness=float((profile[part(0.9, 1.12)] > crest).sum() / _PER_RADIUS),
        roundness=min(ring.long, ring.wide) / max(ring.long, ring.wide),
        size=ring.radius / short,
    )


def _outmost(band: Plane, strength: Plane) -> Plane:
    """For each direction the outermost place in the band with half the ring's ink, in radii."""
    inked = band > 0.5 * strength[:, None]
    return np.asarray((band.shape[1] - inked[:, ::-1].argmax(axis=1)) / _PER_RADIUS)


def _steady(edge: Plane) -> float:
    """The share of an edge that keeps to its median within 3% of the radius."""
    return float((np.abs(edge - _at(edge, 0.5)) < 0.03).mean()) if edge.size else 0.0


def _at(values: Plane, share: float) -> float:
    """The value below which that share of them lies; numpy's own takes ten times as long for so few."""
    ordered = np.sort(values)
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (ordered[high] - ordered[low]) * (place - low))


def _unrolled(ink: Plane, ring: Ellipse) -> tuple[Plane, Plane, Plane, Plane]:
    """Ink by direction (rows) and distance in radii (columns), which of it is on the page, and one radius."""
    cosine, sine = math.cos(ring.angle), math.sin(ring.angle)
    along, across = ring.long * np.cos(_TURN), ring.wide * np.sin(_TURN)
    right, down = along * cosine - across * sine, along * sine + across * cosine
    x = (ring.x + right[:, None] * _RADIUS[None, :]).astype(np.float32)
    y = (ring.y + down[:, None] * _RADIUS[None, :]).astype(np.float32)
    height, width = ink.shape
    seen = (x >= 1) & (y >= 1) & (x < width - 2) & (y < height - 2)
    unrolled = cv2.remap(ink, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    return unrolled, seen, right, down


def _robust(x: Plane, y: Plane, good: Plane, free: bool) -> Ellipse | None:
    """The circle, or where `free` and well covered the ellipse, through most of the good points."""
    candidates = good
    fitted: Ellipse | None = None
    for _ in range(3):
        if good.sum() < _ANGLES // 6:
            return fitted
        enough = free and good.sum() > 100
        fitted = (_ellipse if enough else _circle)(x[good], y[good])
        if fitted is None:
            return None
        cosine, sine = math.cos(fitted.angle), math.sin(fitted.angle)
        along, across = x - fitted.x, y - fitted.y
        reach = np.hypot(
            (along * cosine + across * sine) / fitted.long, (across * cosine - along * sine) / fitted.wide
        )
        error = np.abs(reach - 1)
        good = candidates & (error < max(0.02, 2 * _at(error[good], 0.5)))
    return fitted


def _circle(x: Plane, y: Plane) -> Ellipse | None:
    """The algebraic least-squares circle (Kasa)."""
    terms = np.column_stack([x, y, np.ones_like(x)])
    a, b, c = _least_squares(terms, x * x + y * y)
    square = c + (a / 2) ** 2 + (b / 2) ** 2
    if square <= 0:
        return None
    return Ellipse(float(a / 2), float(b / 2), math.sqrt(square), math.sqrt(square))


def _ellipse(x: Plane, y: Plane) -> Ellipse | None:
    """The algebraic least-squares conic, where it is an ellipse."""
    scale = float(np.abs(x).max() + np.abs(y).max()) + 1e-6
    x, y = x / scale, y / scale
    terms = np.column_stack([x * x, x * y, y * y, x, y])
    a, b, c, d, e = _least_squares(terms, np.ones_like(x))
    form = np.array([[a, b / 2], [b / 2, c]])
    values, vectors = np.linalg.eigh(form)
    if values[0] <= 1e-9:
        return None
    centre = -0.5 * np.linalg.solve(form, np.array([d, e]))
    height = 1 + float(centre @ form @ centre)
    axes = np.sqrt(height / values) * scale
    angle = math.atan2(float(vectors[1, 0]), float(vectors[0, 0]))
    return Ellipse(float(centre[0] * scale), float(centre[1] * scale), float(axes[0]), float(axes[1]), angle)


def _least_squares(terms: Plane, values: Plane) -> Plane:
    """The coefficients of the columns of `terms` that come nearest to `values`.

    By the normal equations, a fifth of the time; points on one line leave them without a solution.
    """
    turned = terms.T
    try:
        return np.linalg.solve(turned @ terms, turned @ values)
    except np.linalg.LinAlgError:
        return np.linalg.lstsq(terms, values, rcond=None)[0]


def _plausible(ring: Ellipse, before: Ellipse) -> bool:
    """False when a fit ran away from where it started."""
    return (
        0.55 < ring.radius / before.radius < 1.8
        and min(ring.long, ring.wide) > 0.45 * max(ring.long, ring.wide)
        and math.hypot(ring.x - before.x, ring.y - before.y) < 0.4 * before.radius
    )
