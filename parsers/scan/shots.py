"""Small pictures of what was judged, written for whoever looks at it later."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from intake.domain.model.inspection import Box, Picture, ScanPage
from parsers.scan.page.pixels import Pixels
from parsers.scan.page.turning import turn, upright_box
from parsers.scan.pictures import line_picture, page_picture

MOST_PICTURES = 4
"""Pictures of pages kept of one file: a form has one or two seals."""


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
        upright = turn(pixels, page.turned, page.skew)
        self._keep("line", page.number, line_picture(upright, box))

    def _keep(self, what: str, number: int, jpeg: bytes) -> None:
        digest = hashlib.sha256(jpeg).hexdigest()
        (self.scratch / digest).write_bytes(jpeg)
        self.taken.append(Picture(what, number, f"sha256:{digest}", len(jpeg)))
