"""A PDF to its pages: text layer, size, and how much of each page pictures cover.

pypdf tells encryption and producer and is bounded on hostile structure; pypdfium2
reads text ten times as fast. What either can open counts as readable.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from intake.domain.facts import PdfFacts, PdfPage
from parsers import limits, magic
from parsers.contract import Unreadable
from parsers.text import clean


class PdfParser:
    """PDF of any version; pages beyond the limit are counted, not read."""

    name = "pdf"
    version = 1

    def recognises(self, head: bytes, path: Path) -> bool:
        """True when a PDF header stands in the first 1024 bytes, and no other format's at the start."""
        return magic.kind(head) == "pdf"

    def parse(self, path: Path, scratch: Path) -> PdfFacts:
        """The pages; raises `Unreadable`: "encrypted" behind a password, "unreadable" when damaged.

        A PDF that merely forbids copying or printing (an owner password) opens.
        """
        data = path.read_bytes()
        structure = _structure(data)
        pages, page_count, needs_password = _by_pdfium(data)
        if not page_count and structure.reader is not None:
            pages, page_count = _by_pypdf(structure.reader)
        if not page_count:
            if needs_password or structure.needs_password:
                raise Unreadable("encrypted", "pdf", "a password is needed to open it")
            raise Unreadable("unreadable", "pdf", structure.fault or "it has no pages")
        return PdfFacts(pages=pages, page_count=page_count, producer=structure.producer)


@dataclass(frozen=True, slots=True)
class _Structure:
    """What pypdf says; `reader` is None where it cannot open the file."""

    reader: Any = None
    producer: str = ""
    needs_password: bool = False
    fault: str = ""


def _structure(data: bytes) -> _Structure:
    from pypdf import PasswordType, PdfReader

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            return _Structure(needs_password=True)
        metadata = reader.metadata
        producer = clean(str(metadata.producer or ""))[:200] if metadata else ""
        return _Structure(reader, producer)
    except MemoryError:
        raise
    except Exception as fault:  # noqa: BLE001 - pypdf raises whatever its parser trips over
        return _Structure(fault=f"{type(fault).__name__}: {fault}")


def _by_pdfium(data: bytes) -> tuple[tuple[PdfPage, ...], int, bool]:
    """The pages, their number (0 where PDFium opens none), and whether it asked for a password."""
    import pypdfium2 as pdfium
    import pypdfium2.raw as raw

    try:
        with pdfium.PdfDocument(data) as document:
            pages = tuple(_pages(document))
            return pages, len(document) if any(page.width_pt for page in pages) else 0, False
    except pdfium.PdfiumError as fault:
        return (), 0, fault.err_code == raw.FPDF_ERR_PASSWORD


def _pages(document: Any) -> Iterator[PdfPage]:
    from pypdfium2 import PdfiumError

    left = limits.PDF_CHARACTERS
    for number in range(min(len(document), limits.PDF_PAGES)):
        try:
            with closing(document[number]) as page:
                width, height = page.get_size()
                with closing(page.get_textpage()) as layer:
                    text = clean(layer.get_text_bounded())[:left]
                yield PdfPage(text, width, height, _image_share(page))
        except PdfiumError:
            # One broken page among good ones is as if it were empty: a person sees that it is no scan.
            yield PdfPage("", 0.0, 0.0, 0.0)
            continue
        left -= len(text)


def _image_share(page: Any) -> float:
    """Area of the pictures' bounding boxes within the page over the page's area, at most 1."""
    import pypdfium2.raw as raw

    left, bottom, right, top = page.get_bbox()
    whole = (right - left) * (top - bottom)
    if whole <= 0:
        return 0.0
    covered = 0.0
    pictures = page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=5)
    for picture in islice(pictures, limits.PDF_PAGE_IMAGES):
        x0, y0, x1, y1 = _bounds(picture)
        covered += max(min(x1, right) - max(x0, left), 0.0) * max(min(y1, top) - max(y0, bottom), 0.0)
    return float(min(covered / whole, 1.0))


def _bounds(picture: Any) -> tuple[float, float, float, float]:
    """A picture's box on the page: PDFium gives it within its form, whose matrices still apply."""
    x0, y0, x1, y1 = picture.get_bounds()
    form = picture.container
    while form is not None:
        x0, y0, x1, y1 = form.get_matrix().on_rect(x0, y0, x1, y1)
        form = form.container
    return x0, y0, x1, y1


def _by_pypdf(reader: Any) -> tuple[tuple[PdfPage, ...], int]:
    """The same by pypdf, for what PDFium refuses; a page with any picture counts as covered by it."""
    try:
        count = len(reader.pages)
        pages = [_page_by_pypdf(page) for page in islice(reader.pages, limits.PDF_PAGES)]
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - as above: then the file counts as damaged
        return (), 0
    return tuple(pages), count


def _page_by_pypdf(page: Any) -> PdfPage:
    text = clean(page.extract_text() or "")[: limits.PDF_CHARACTERS // limits.PDF_PAGES]
    box = page.cropbox
    return PdfPage(text, float(box.width), float(box.height), 1.0 if len(page.images) else 0.0)
