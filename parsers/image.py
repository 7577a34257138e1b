"""Pictures: format and dimensions from the header, without decoding a pixel.

imagesize reads them (maintained for Sphinx, pure Python, knows HEIC and a phone's
rotation flag); Pillow would be 10 MB of decoders for two numbers.
"""

from __future__ import annotations

import io
from pathlib import Path

from intake.domain.model.facts import PICTURE_FORMATS, ImageFacts
from parsers.common import limits, magic
from parsers.common.contract import Unreadable


class ImageParser:
    """JPEG, PNG, GIF, TIFF, BMP, WebP, HEIC and AVIF."""

    name = "image"
    version = 1

    def recognises(self, head: bytes, path: Path) -> bool:
        """True when the first bytes are a picture's."""
        return magic.kind(head) in PICTURE_FORMATS

    def parse(self, path: Path, scratch: Path) -> ImageFacts:
        """Width and height as seen, after the camera's rotation; `Unreadable` when the header is broken."""
        import imagesize

        data = path.read_bytes()
        kind = magic.kind(data[: limits.HEAD_BYTES])
        # As an open file: a name that begins with http:// would be fetched.
        width, height = imagesize.get(io.BytesIO(data))
        if width <= 0 or height <= 0:
            raise Unreadable("unreadable", kind, "the picture's header gives no dimensions")
        return ImageFacts(format=kind, width=int(width), height=int(height))
