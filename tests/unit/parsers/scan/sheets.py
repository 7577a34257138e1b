"""Sheets with print, as pictures and as PDFs built object by object."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from tests.unit.parsers.pdf import pdfs

RED = (200, 30, 40)
A4 = (595, 842)


def sheet(width: int = 827, height: int = 1169, seal: bool = True, tone: int = 250) -> Image.Image:
    """A sheet with a heading, rows of marks like characters, a table, and a red ring at the lower right."""
    picture = Image.new("RGB", (width, height), (tone, tone, tone))
    draw = ImageDraw.Draw(picture)
    unit = width / 827
    draw.rectangle([90 * unit, 60 * unit, 400 * unit, 90 * unit], fill=(20, 20, 20))
    for row in range(24):
        for place in range(30 - row % 7):
            left, top = (100 + 21 * place) * unit, (150 + 36 * row) * unit
            draw.rectangle([left, top, left + 14 * unit, top + 15 * unit], outline=(30, 30, 30), width=2)
            draw.line([left, top + 7 * unit, left + 14 * unit, top + 7 * unit], fill=(30, 30, 30), width=2)
    if seal:
        draw.ellipse([560 * unit, 900 * unit, 720 * unit, 1060 * unit], outline=RED, width=round(6 * unit))
    return picture


def stored(picture: Image.Image, format: str, **how: object) -> bytes:
    """The bytes of a picture file."""
    file = io.BytesIO()
    picture.save(file, format, **how)
    return file.getvalue()


def image(picture: Image.Image, entries: bytes = b"", jpeg: bool = False, size: bytes = b"") -> bytes:
    """A picture as a PDF's object, its samples deflated or as JPEG; `size` belies its width and height."""
    space, bits = {"1": (b"Gray", 1), "L": (b"Gray", 8), "RGB": (b"RGB", 8), "CMYK": (b"CMYK", 8)}[
        picture.mode
    ]
    data = stored(picture, "JPEG", quality=90) if jpeg else zlib.compress(picture.tobytes())
    size = size or b"/Width %d/Height %d" % picture.size
    kind = b"/Type/XObject/Subtype/Image%s/BitsPerComponent %d/Filter/%s%s"
    told = kind % (size, bits, b"DCTDecode" if jpeg else b"FlateDecode", entries)
    return pdfs.stream(
        data, told + (b"" if b"/ColorSpace" in entries + b"/" else b"/ColorSpace/Device" + space)
    )


def jbig2(picture: Image.Image) -> bytes:
    """A black and white picture as copiers pack it (ITU-T T.88): page information, and one region in MMR.

    MMR is the fax's coding, with 1 for ink; the region's rows are those of a TIFF of one strip.
    """
    ink = ImageChops.invert(picture.convert("L")).convert("1")
    fax = stored(ink, "TIFF", compression="group4", tiffinfo={278: picture.height})
    tags = Image.open(io.BytesIO(fax)).tag_v2
    rows = fax[tags[273][0] : tags[273][0] + tags[279][0]]
    size = struct.pack(">2I", *picture.size)
    parts = ((48, size + bytes(11)), (38, size + bytes(9) + b"\x01" + rows))
    segments = [
        struct.pack(">IBBBI", n, kind, 0, 1, len(body)) + body for n, (kind, body) in enumerate(parts)
    ]
    told = b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray" % picture.size
    return pdfs.stream(b"".join(segments), told + b"/BitsPerComponent 1/Filter/JBIG2Decode")


def page(content: bytes, *pictures: bytes, **entries: bytes) -> bytes:
    """A one-page A4 PDF: `pictures` are drawn by `content` as I0, I1 and so on, F is a font."""
    names = b"".join(b"/I%d %d 0 R" % (index, 20 + index) for index in range(len(pictures)))
    more = b"".join(b"/%s %s" % (key.encode(), value) for key, value in entries.items())
    resources = b"/Resources<</Font<</F 3 0 R>>/XObject<<%s>>>>" % names
    box = b"/MediaBox[0 0 %d %d]" % A4
    objects = pdfs.paged()
    objects[4] = pdfs.stream(content)
    objects[10] = b"<</Type/Page/Parent 2 0 R%s/Contents 4 0 R%s%s>>" % (box, resources, more)
    return pdfs.document(objects | {20 + index: body for index, body in enumerate(pictures)})


WHOLE = b"q 595 0 0 842 0 0 cm /I0 Do Q "
"""Draws the first picture over the whole page."""


def reddest(pixels: np.ndarray) -> tuple[float, float]:
    """Where the red lies: its middle as fractions of width and height."""
    red, green, blue = (pixels[:, :, channel].astype(int) for channel in range(3))
    y, x = np.nonzero(red - np.maximum(green, blue) > 60)
    return float(x.mean() / pixels.shape[1]), float(y.mean() / pixels.shape[0])
