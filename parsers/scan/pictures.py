"""Small pictures for staff: the page with its seals framed, a seal, the line that was read.

`Shots` keeps those of one file; the functions below it draw them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from intake.domain.model.inspection import Box, Picture, ScanPage
from parsers.scan.page.pixels import Pixels, fit
from parsers.scan.page.turning import levelled, turn, upright_box

MOST_BYTES = 40_000
"""Bytes of one picture: a nomination keeps about five, a campaign has some 2,300."""

MOST_PICTURES = 4
"""Pictures of pages kept of one file: a form has one or two seals."""

PAGE_SIDE = 700

DRAWN_SIDE = 1600
"""Pixels of the long side of a page that is drawn to be read: about 140 dpi of A4."""

DRAWN_BYTES = 600_000
"""Bytes of such a page; it is kept nowhere."""
_LINE_HEIGHT = 64
_LINE_WIDTH = 900
_BLUE = (20, 60, 230)
"""Stands out from red ink, black print and paper."""

_QUALITIES = (82, 70, 55, 40, 25)


@dataclass(slots=True)
class Shots:
    """The pictures of one file; their bytes go to `scratch`, named by the hex digits of their hash."""

    scratch: Path
    taken: list[Picture] = field(default_factory=list)

    def page(self, page: ScanPage, pixels: Pixels, turned: int) -> None:
        """The whole page, turned upright by so many degrees, a frame around each seal or what may be one."""
        height, width = pixels.shape[:2]
        boxes = [upright_box(mark.box, width, height, turned) for mark in page.seals]
        self._keep("page", page.number, page_picture(turn(pixels, turned), boxes))

    def line(self, page: ScanPage, box: Box, pixels: Pixels) -> None:
        """The strip of the page in which a name was read."""
        upright = turn(pixels, page.turned)
        self._keep("line", page.number, line_picture(upright, box, page.skew))

    def _keep(self, what: str, number: int, jpeg: bytes) -> None:
        digest = hashlib.sha256(jpeg).hexdigest()
        (self.scratch / digest).write_bytes(jpeg)
        self.taken.append(Picture(what, number, f"sha256:{digest}", len(jpeg)))


def page_picture(pixels: Pixels, boxes: Sequence[Box], side: int = PAGE_SIDE) -> bytes:
    """The whole page as a JPEG with its long side at most `side` pixels, a blue frame around each box."""
    return _jpeg(_framed(fit(pixels, side), boxes))


def drawn_page(pixels: Pixels, boxes: Sequence[Box]) -> bytes:
    """The whole page as a JPEG to be read, a blue frame around each box."""
    return _jpeg(_framed(fit(pixels, DRAWN_SIDE), boxes), DRAWN_BYTES)


def line_picture(pixels: Pixels, box: Box, skew: float = 0.0) -> bytes:
    """The strip of an upright page around one line as a JPEG, its print large enough to be read.

    `skew` is by how many degrees clockwise the page must be turned first.  Raises `ValueError` where the box
    lies off the page altogether.
    """
    high = box.bottom - box.top
    # Fractions of the height are of another length than those of the width.
    across = high * pixels.shape[0] / pixels.shape[1]
    around = Box(box.left - across, box.top - 0.6 * high, box.right + across, box.bottom + 0.6 * high)
    strip = levelled(pixels, skew, _part(pixels, around))
    scale = min(_LINE_HEIGHT / strip.shape[0], _LINE_WIDTH / strip.shape[1])
    size = (max(1, round(strip.shape[1] * scale)), max(1, round(strip.shape[0] * scale)))
    way = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    return _jpeg(np.asarray(cv2.resize(strip, size, interpolation=way), np.uint8))


def _part(pixels: Pixels, box: Box) -> tuple[slice, slice]:
    """Rows and columns of the page within the box, as far as it lies on the page."""
    height, width = pixels.shape[:2]
    left, right = (min(max(round(edge * width), 0), width) for edge in (box.left, box.right))
    top, bottom = (min(max(round(edge * height), 0), height) for edge in (box.top, box.bottom))
    if left >= right or top >= bottom:
        raise ValueError(f"{box} is not on the page")
    return slice(top, bottom), slice(left, right)


def _framed(page: Pixels, boxes: Sequence[Box]) -> Pixels:
    picture = cv2.cvtColor(page, cv2.COLOR_GRAY2RGB) if page.ndim == 2 else page.copy()
    height, width = picture.shape[:2]
    thick = max(2, round(max(width, height) / 250))
    for box in boxes:
        corners = [
            (round(x * width), round(y * height)) for x, y in ((box.left, box.top), (box.right, box.bottom))
        ]
        # A seal that runs off the edge keeps a visible frame.
        inside = [(min(max(x, thick), width - thick), min(max(y, thick), height - thick)) for x, y in corners]
        cv2.rectangle(picture, inside[0], inside[1], _BLUE, thick)
    return np.asarray(picture, np.uint8)


def _jpeg(pixels: Pixels, most: int = MOST_BYTES) -> bytes:
    """A JPEG of at most so many bytes: coarser, then smaller, until it fits."""
    while True:
        for quality in _QUALITIES:
            stored = pixels[:, :, ::-1] if pixels.ndim == 3 else pixels
            data = cv2.imencode(".jpg", stored, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
            if len(data) <= most:
                return bytes(data)
        pixels = fit(pixels, round(max(pixels.shape[:2]) * 0.7))
