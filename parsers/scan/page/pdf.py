"""The pages of a PDF as pixels: the picture that a page is, taken straight, else the page drawn by PDFium."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image

from parsers.common import limits
from parsers.common.contract import Unreadable
from parsers.pdf.ending import with_trailer
from parsers.scan.page import decoding
from parsers.scan.page.page_image import PageImage
from parsers.scan.page.pdf_layout import Notes, PdfLayout, PlacedPicture, layout_of, notes_of
from parsers.scan.page.pixels import Kept, Pixels, Raster, fit, flip, histogram, two_valued

_POINTS = 72.0
_DIGITAL_DPI = 300.0
"""A page without pictures has no stored size; its full size is told as at this resolution."""

_WHOLE_PIXELS = 20_000_000
"""A picture other than JPEG up to which PDFium may hold all of it: drawing reads larger ones row by row."""

_SPECIAL = re.compile(rb"/(?:Decode|S?Mask|ImageMask)\b")
"""Keys of a picture that change how its samples look; /DecodeParms is none.

A picture's dictionary is never packed into an object stream (ISO 32000-1, 7.5.7), so they stand in the bytes.
"""

_ORIENTATIONS = {0: 1, 90: 6, 180: 3, 270: 8}
"""A page's /Rotate, degrees clockwise, as Exif's orientation."""


class PdfPages:
    """A PDF that PDFium can open."""

    def __init__(self, path: Path) -> None:
        """Opens it; raises `Unreadable`: "encrypted" behind a password, "unreadable" when damaged."""
        self._data = path.read_bytes()
        self._special = _SPECIAL.search(self._data) is not None
        fault = self._open()
        if fault and fault.code == "unreadable" and (mended := with_trailer(self._data)):
            # PDFium reads from these bytes as long as the document is open.
            self._data = mended
            fault = self._open()
        if fault:
            raise fault

    def _open(self) -> Unreadable | None:
        """Opens the bytes and counts their pages; what is wrong with them, or None."""
        try:
            self._document: Any = pdfium.PdfDocument(self._data)
        except pdfium.PdfiumError as fault:
            locked = fault.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
            return Unreadable("encrypted" if locked else "unreadable", "pdf", str(fault)[:300])
        # Before any page is opened: only then does PDFium know the fields that lie on it.
        self._document.init_forms()
        self._form = self._document.formenv.raw if self._document.formenv else None
        self._notes: dict[int, Notes] = {}
        self.count = self._counted()
        if self.count:
            return None
        self.close()
        return Unreadable("unreadable", "pdf", "it has no pages")

    def _counted(self) -> int:
        """The number of pages; where the last cannot be had the file's own count is not believed."""
        count = len(self._document)
        if count and not self._has(count - 1):
            tried = range(min(count, limits.INSPECTED_PAGES))
            count = max((index + 1 for index in tried if self._has(index)), default=0)
        return count

    def _has(self, index: int) -> bool:
        try:
            self._document[index].close()
        except pdfium.PdfiumError:
            return False
        return True

    def page(self, number: int, side: int) -> PageImage:
        """See `Pages`."""
        if number > limits.INSPECTED_PAGES:
            raise Unreadable("too-large", "pdf", f"page {number} is beyond the limit")
        side = min(side, limits.RENDERED_SIDE)
        with _refusing(), self._shown(number - 1) as (page, notes):
            layout = layout_of(page, notes)
            raster = None if layout.single is None or self._special else _straight(layout.single, side)
            if raster is None or layout.single is None:
                return self._drawn(page, layout, number, side)
            return self._taken(page, layout.single, raster, number)

    @contextmanager
    def _shown(self, index: int) -> Iterator[tuple[Any, Notes]]:
        """A page, and what lies on it.

        PDFium draws fields only of a document that has a form: those of others are made part of the page.
        """
        if index not in self._notes:
            with closing(self._document[index]) as page:
                self._notes[index] = notes_of(page, self._form)
                if self._notes[index].stray:
                    # Shown once the page is opened anew.
                    raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
        with closing(self._document[index]) as page:
            yield page, self._notes[index]

    def _taken(self, page: Any, shown: PlacedPicture, raster: Raster, number: int) -> PageImage:
        turned = page.get_rotation()
        pixels = flip(raster.pixels, _ORIENTATIONS.get(turned, 1))
        width, height = raster.width, raster.height
        if turned in (90, 270):
            width, height = height, width
        return PageImage(number, pixels, width, height, raster.kept, digital=False, dpi=shown.dpi)

    def _drawn(self, page: Any, layout: PdfLayout, number: int, side: int) -> PageImage:
        """Drawn at the resolution of its best picture at most, so that nothing is made larger."""
        long_side = max(layout.width, layout.height)
        dpi = _DIGITAL_DPI if layout.digital else min(layout.dpi or _DIGITAL_DPI, 1200.0)
        scale = min(side / long_side, dpi / _POINTS)
        pixels = _copied(page.render(scale=scale, rev_byteorder=True))
        width, height = (max(1, round(length * dpi / _POINTS)) for length in (layout.width, layout.height))
        told = layout.dpi if not layout.digital else None
        return PageImage(number, pixels, width, height, layout.kept, layout.digital, told, layout.signed)

    def close(self) -> None:
        """See `Pages`."""
        self._document.close()


@contextmanager
def _refusing() -> Iterator[None]:
    with decoding.refusing("pdf"):
        yield


def _straight(shown: PlacedPicture, side: int) -> Raster | None:
    """The pixels of the picture itself; None where the page is better drawn."""
    raster = _jpeg(shown, side)
    if raster is None and shown.width * shown.height <= _WHOLE_PIXELS:
        raster = _bitmap(shown, side)
    return raster


def _jpeg(shown: PlacedPicture, side: int) -> Raster | None:
    """A picture that is one JPEG file, at a reduced scale; None for one that needs PDFium's colours."""
    if shown.filters != ["DCTDecode"] or shown.channels not in (1, 3):
        return None
    data = bytes(shown.picture.get_data())
    image: Any = Image.open(io.BytesIO(data), formats=("JPEG",))
    if image.size != (shown.width, shown.height) or image.mode != ("L" if shown.channels == 1 else "RGB"):
        return None
    return decoding.decode_picture(image, "pdf", side)


def _bitmap(shown: PlacedPicture, side: int) -> Raster:
    whole = shown.picture.get_bitmap().to_numpy()
    if whole.ndim == 3 and whole.shape[2] == 1:
        whole = whole[:, :, 0]
    kept: Kept = "maybe colour"
    if whole.ndim == 2:
        kept = "bw" if shown.bits == 1 or two_valued(histogram(whole)) else "grey"
    small = fit(whole, side)
    pixels = small[:, :, 2::-1] if small.ndim == 3 else small
    return Raster(np.array(pixels, dtype=np.uint8, order="C"), shown.width, shown.height, kept)


def _copied(bitmap: Any) -> Pixels:
    """An array of our own, since PDFium's memory ends with the bitmap; grey where it has only greys."""
    array = bitmap.to_numpy()
    if array.ndim == 3:
        red, green, blue = (array[:, :, min(channel, array.shape[2] - 1)] for channel in range(3))
        grey = np.array_equal(red, green) and np.array_equal(green, blue)
        array = green if grey else array[:, :, :3]
    return np.array(array, dtype=np.uint8, order="C")
