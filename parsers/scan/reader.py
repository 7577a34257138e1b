"""Scans to what they show: pages, seals and lines, by the parts of the extra `shouwen[ocr]`.

In goes a file with a `Request`, out come an `Inspection` and small pictures for staff.  Open `cascade.py`
first: it goes through `page` (pages as pixels), `seal` and `text`, and keeps what `pictures.py` draws.
This file imports fast; what looks at pixels is imported in the sandbox's children alone.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from importlib.util import find_spec
from pathlib import Path

from intake.domain.model.inspection import Box, Inspection, Picture, Request

VERSION = 9
"""Raised whenever the same bytes would be seen otherwise: what is kept is then looked at anew."""

_PARTS = {
    "rapidocr": "rapidocr",
    "onnxruntime": "onnxruntime",
    "cv2": "opencv-python-headless",
    "PIL": "pillow",
}


def missing() -> tuple[str, ...]:
    """The packages of the extra that are not installed; empty when scans can be looked at."""
    return tuple(package for module, package in _PARTS.items() if find_spec(module) is None)


def version() -> str:
    """Names the program and the recogniser, whose models change between its releases."""
    try:
        recogniser = version_of("rapidocr")
    except PackageNotFoundError:
        recogniser = "none"
    return f"scan-{VERSION} rapidocr-{recogniser}"


def inspect(path: Path, scratch: Path, request: Request, before: Inspection | None = None) -> Inspection:
    """What the file at `path` shows, as far as `request` asks for it.

    `before` is what was seen of it already, which is taken over and deepened.  Small pictures of
    what was seen are written to `scratch`, named by the hex digits of their hash.  Raises `Unreadable`
    where no page can be looked at; a single page that cannot be has a `doubt`.
    """
    from parsers.scan.cascade import inspect_file

    return inspect_file(path, scratch, request, before)


def prepare() -> None:
    """Loads models and all, for a process that others are forked from.  Raises where a part is missing."""
    from parsers.scan.first_look import look_first

    look_first()


def draw(path: Path, scratch: Path, number: int, turned: int, seals: tuple[Box, ...] = ()) -> Picture:
    """One page of the file at `path` to be read by a person, written to `scratch` as a JPEG.

    It is turned upright by `turned` degrees clockwise, with a frame around each of the `seals` (on the page
    as stored).  Raises `Unreadable` where the file or this page cannot be drawn, as one that is not there.
    """
    import hashlib

    from parsers.common.contract import Unreadable
    from parsers.scan import pictures
    from parsers.scan.page.decoding import refusing
    from parsers.scan.page.pages import open_pages
    from parsers.scan.page.turning import turn, upright_box

    with open_pages(path) as pages, refusing("page"):
        if not 1 <= number <= pages.count:
            raise Unreadable("unreadable", "page", f"there are {pages.count} pages")
        pixels = pages.page(number, pictures.DRAWN_SIDE).pixels
        height, width = pixels.shape[:2]
        boxes = [upright_box(box, width, height, turned) for box in seals]
        jpeg = pictures.drawn_page(turn(pixels, turned), boxes)
    digest = hashlib.sha256(jpeg).hexdigest()
    (scratch / digest).write_bytes(jpeg)
    return Picture("drawn", number, f"sha256:{digest}", len(jpeg))
