"""A look at a page of our own, before a process is forked for a sender's: what it loads no fork has to.

Models are loaded at their first use, and what depends on a page's size alone (`seal/vote.py`, the plans of
onnxruntime) is made with the first page of that size.  In a fork each would be made again.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from intake.domain.model.inspection import Box, Request
from parsers.scan.cascade import RING_SIDE, inspect_file
from parsers.scan.page.pages import open_pages
from parsers.scan.page.pixels import Pixels
from parsers.scan.text.seal_ring import read_ring

_SHEET = 2339, 1654, 3
"""A4 at 200 dpi, as most sheets come."""

_RING = Box(0.6, 0.7, 0.8, 0.7 + 0.2 * 210 / 297)
_RED = 208, 32, 36
_ROWS = "FORM OF THE YEAR", "NAME ANNA", "OF A UNIT", "IN A BODY"
"""As many, and as long, as tell at once how the page lies."""


def look_first() -> None:
    """Loads all that looks at scans; raises `ModelMissing` or `ImportError` where the engine is not whole."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "sheet.pdf")
        Image.fromarray(_sheet()).save(path, "PDF", resolution=200)
        inspect_file(path, Path(name), Request(heads=True), None)
        with open_pages(path) as pages:
            read_ring(pages.page(1, RING_SIDE).pixels, _RING)


def _sheet() -> Pixels:
    """Print on paper that is not quite white, as a capture in colour has it, and a round stamp."""
    page = np.full(_SHEET, (251, 249, 244), np.uint8)
    for row, text in enumerate(_ROWS):
        cv2.putText(page, text, (200, 250 + 130 * row), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (40, 40, 44), 4)
    height, width = page.shape[:2]
    middle = round((_RING.left + _RING.right) / 2 * width), round((_RING.top + _RING.bottom) / 2 * height)
    radius = round((_RING.right - _RING.left) / 2 * width)
    cv2.circle(page, middle, radius - 6, _RED, 10)
    for angle in np.radians(range(150, 391, 24)):
        place = middle[0] + 0.75 * radius * np.cos(angle), middle[1] + 0.75 * radius * np.sin(angle)
        cv2.circle(page, (round(place[0]), round(place[1])), 12, _RED, 5)
    cv2.circle(page, middle, radius // 4, _RED, -1)
    return page
