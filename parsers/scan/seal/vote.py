"""Where circles are: every edge votes for the centres it may lie around, for all radii by Fourier transform.

An edge's direction counts as well as its place (its doubled angle, so that both sides of a ring agree): a
ring gathers all its votes, while print, whose strokes point everywhere, cancels itself.  Votes are real
numbers, so one transform back gives those of two radii.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from parsers.scan.seal.ink import Plane

_SHRINK = 3
_SMALLEST = 0.05
_GROWTH = 1.11
_RADII = 15
_OUTSIDE = 0.1
_LEAST_SEEN = 0.3
_LEAN = 0.8
"""Power of the seen share by which votes are divided: less than 1, since short arcs agree by chance."""


@dataclass(frozen=True, slots=True)
class Circle:
    """A centre and radius in pixels of the voting page, and the strength of its votes."""

    x: float
    y: float
    radius: float
    votes: float


def find_circles(strokes: Plane, short: int, count: int) -> list[Circle]:
    """The `count` best circles of radius 5 to 21% of the short side, strongest first.

    Centres may lie up to a tenth of the short side off the page; votes are weighed by how much of the
    circle lies on it.
    """
    height, width = strokes.shape[0] // _SHRINK, strokes.shape[1] // _SHRINK
    if min(height, width) < 8:
        return []
    small = cv2.resize(strokes, (width, height), interpolation=cv2.INTER_AREA)
    ballot = _ballot(height, width, short // _SHRINK)
    margin = ballot.margin
    edges = np.zeros((2, *ballot.padded), np.float32)
    edges[:, margin : margin + height, margin : margin + width] = _edges(small)
    cosines, sines = (cv2.dft(plane, flags=cv2.DFT_COMPLEX_OUTPUT) for plane in edges)
    most = np.full((height + 2 * margin, width + 2 * margin), -np.inf, np.float32)
    steps = np.zeros(most.shape, np.uint8)
    for step, weight in enumerate(ballot.weights):
        if step % 2 == 0:
            cosine, sine = ballot.kernels[step // 2]
            both = cv2.add(cv2.mulSpectrums(cosines, cosine, 0), cv2.mulSpectrums(sines, sine, 0))
            pair = cv2.idft(both, flags=cv2.DFT_SCALE)
        votes = pair[: most.shape[0], : most.shape[1], step % 2] * weight
        np.copyto(steps, step, where=votes > most)
        most = cv2.max(most, votes)
    return _best(most, steps, ballot, count)


@dataclass(frozen=True, slots=True)
class _Ballot:
    """What depends on a page's size alone: radii, their kernels' spectra, and the weights of votes.

    A kernel is that of two radii, for the cosines and for the sines of edges: the spectrum of the one radius
    and i times that of the other, both conjugate.
    """

    radii: tuple[float, ...]
    margin: int
    padded: tuple[int, ...]
    kernels: tuple[tuple[Plane, Plane], ...]
    weights: tuple[Plane, ...]


@lru_cache(maxsize=2)
def _ballot(height: int, width: int, side: int) -> _Ballot:
    """Kept for a page whole and halved (25 MB), since the pages of a file are mostly of one size."""
    radii = tuple(side * _SMALLEST * _GROWTH**step for step in range(_RADII))
    margin = int(side * _OUTSIDE)
    room = int(radii[-1] * 1.2)
    padded = tuple(cv2.getOptimalDFTSize(length + 2 * margin + room) for length in (height, width))
    distance, bearing = _bearings(padded)
    kernels = tuple(
        _paired([_kernel(radius, distance, bearing) for radius in radii[first : first + 2]])
        for first in range(0, _RADII, 2)
    )
    weights = tuple((_seen(height, width, margin, radius) ** -_LEAN).astype(np.float32) for radius in radii)
    return _Ballot(radii, margin, padded, kernels, weights)


def _kernel(radius: float, distance: Plane, bearing: Plane) -> Plane:
    """A ring of that radius around the origin, as cosine and sine of its edges' doubled angles."""
    kernel = np.zeros(bearing.shape, np.float32)
    blur = max(1.0, 0.05 * radius)
    near = np.abs(distance - radius) < 4 * blur
    ring = np.exp(-((distance[near] - radius) ** 2) / (2 * blur**2))
    kernel[near] = (ring / ring.sum())[:, None] * bearing[near]
    return kernel


def _paired(kernels: Sequence[Plane]) -> tuple[Plane, Plane]:
    """The spectra of one or two kernels as one, for the cosines and for the sines."""
    one, other = (
        np.stack(
            [
                cv2.dft(np.ascontiguousarray(kernel[..., part]), flags=cv2.DFT_COMPLEX_OUTPUT)
                for part in (0, 1)
            ]
        )
        for kernel in (kernels[0], kernels[-1] * np.float32(len(kernels) - 1))
    )
    # conj(a) + i conj(b) is (Re a + Im b) + i (Re b - Im a).
    joined = np.stack([one[..., 0] + other[..., 1], other[..., 0] - one[..., 1]], axis=-1)
    return joined[0], joined[1]


def _edges(small: Plane) -> Plane:
    """Edges as doubled angles: strength times cosine and sine."""
    across = cv2.Sobel(small, cv2.CV_32F, 1, 0)
    down = cv2.Sobel(small, cv2.CV_32F, 0, 1)
    strength = np.hypot(across, down) + 1e-6
    return np.stack([(across**2 - down**2) / strength, 2 * across * down / strength])


def _bearings(padded: tuple[int, ...]) -> tuple[Plane, Plane]:
    """For each offset (wrapping around): its length, and its doubled angle as cosine and sine."""
    y, x = (np.fft.fftfreq(length, 1 / length).astype(np.float32) for length in padded)
    distance = np.hypot(x[None, :], y[:, None]) + np.float32(1e-6)
    cosine = (x[None, :] ** 2 - y[:, None] ** 2) / distance**2
    sine = 2 * x[None, :] * y[:, None] / distance**2
    return distance, np.dstack([cosine, sine]).astype(np.float32)


def _seen(height: int, width: int, margin: int, radius: float) -> Plane:
    """The share of a circle around each centre that lies on the page, at least `_LEAST_SEEN`."""

    def along(length: int) -> Plane:
        place = np.arange(length + 2 * margin) - margin
        inwards = np.minimum(np.minimum(place, length - 1 - place), radius)
        return 1 - np.arccos(np.clip(inwards / radius, -1, 1)) / math.pi

    return np.asarray(np.maximum(along(height)[:, None] * along(width)[None, :], _LEAST_SEEN))


def _best(most: Plane, steps: Plane, ballot: _Ballot, count: int) -> list[Circle]:
    """The highest peaks over all radii, each at least a third of its radius from the others."""
    circles: list[Circle] = []
    for _ in range(count):
        _, votes, _, (x, y) = cv2.minMaxLoc(most)
        if votes <= 0:
            break
        radius = ballot.radii[int(steps[y, x])]
        half = (_SHRINK - 1) / 2
        place = ((x - ballot.margin) * _SHRINK + half, (y - ballot.margin) * _SHRINK + half)
        circles.append(Circle(*place, radius * _SHRINK, votes))
        near = int(radius * 0.35) + 1
        most[max(0, y - near) : y + near + 1, max(0, x - near) : x + near + 1] = 0
    return circles
