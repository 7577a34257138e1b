"""Picture files: one page each, or a TIFF's several."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pillow_heif
from PIL import Image

from parsers.common import limits
from parsers.common.contract import Unreadable
from parsers.scan.page.decoding import decode_picture, dpi_of, orientation_of, refusing
from parsers.scan.page.page_image import PageImage
from parsers.scan.page.pixels import flip

pillow_heif.register_heif_opener(thumbnails=False)

_FORMATS = {
    "jpeg": ("JPEG",),
    "png": ("PNG",),
    "gif": ("GIF",),
    "tiff": ("TIFF",),
    "bmp": ("BMP",),
    "webp": ("WEBP",),
    "heic": ("HEIF", "AVIF"),
    "avif": ("AVIF", "HEIF"),
}
_SUBFILE_TYPE = 254
_SMALLER_COPY = 1
"""NewSubfileType's bit of a TIFF page that is a smaller copy of another (TIFF 6.0, section 8)."""
_SIDEWAYS = (5, 6, 7, 8)


class PictureFile:
    """A picture as pages; only a TIFF has several, other formats' further frames are no pages."""

    def __init__(self, path: Path, kind: str) -> None:
        """Reads the header; raises `Unreadable` when it is broken."""
        self._path, self._kind = path, kind
        with refusing(kind), self._open() as image:
            self._frames = _pages_of_tiff(image) if kind == "tiff" else [0]
        self.count = len(self._frames)

    def page(self, number: int, side: int) -> PageImage:
        """See `Pages`; the file is opened anew, since what Pillow decoded small cannot be decoded larger."""
        if number > limits.INSPECTED_PAGES:
            raise Unreadable("too-large", self._kind, f"page {number} is beyond the limit")
        with refusing(self._kind), self._open() as image:
            if frame := self._frames[number - 1]:
                image.seek(frame)
            # A TIFF is turned upright by Pillow itself while it loads.
            orientation = 1 if self._kind == "tiff" else orientation_of(image)
            dpi = dpi_of(image)
            raster = decode_picture(image, self._kind, side)
            width, height = raster.width, raster.height
            if orientation in _SIDEWAYS:
                width, height = height, width
            pixels = flip(raster.pixels, orientation)
            return PageImage(number, pixels, width, height, raster.kept, digital=False, dpi=dpi)

    def _open(self) -> Any:
        return Image.open(self._path, formats=_FORMATS[self._kind])

    def close(self) -> None:
        """Nothing stays open between pages."""


def _pages_of_tiff(image: Any) -> list[int]:
    """The frames that are pages, without smaller copies of them."""
    pages = []
    for frame in range(limits.TIFF_DIRECTORIES):
        try:
            image.seek(frame)
        except EOFError:
            break
        if not image.tag_v2.get(_SUBFILE_TYPE, 0) & _SMALLER_COPY:
            pages.append(frame)
    return pages or [0]
