"""The pages of a PDF: text layer, size, and how much of each page pictures cover.

PDFium first, ten times as fast; pypdf for what that refuses. No picture is decoded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Any

from intake.domain.model.facts import PdfPage
from parsers.common import limits
from parsers.common.text import clean
from parsers.pdf.tree import Budget, entry, kids

_BROKEN = PdfPage("", 0.0, 0.0, 0.0)
"""One broken page among good ones is as if it were empty: a person sees that it is no scan."""
_MOST_POINTS = 1e6
"""A page's side as it is told: PDF itself stops at 14,400 points (Annex C.2)."""

_SPACED_LABEL = re.compile(r"(?<![^\s：:（(])(?:[一-鿿] ){1,7}[一-鿿](?= ?[：:（(])")
_GAP = re.compile(r"(?<=\d) (?=[年月日人名支场次种类个项岁户家万余多]|小时)|(?<=[年月]) (?=\d)")
_LATIN = re.compile(r"(?<=[一-鿿“《]) ([A-Za-z][A-Za-z+-]{0,9}) (?=[一-鿿])")
"""A word of Latin letters within a Chinese name; numbers may be those of the next cell."""


@dataclass(frozen=True, slots=True)
class PageTexts:
    """What was read; `count` is the document's number of pages, 0 where it could not be opened.

    `lost` is true where a page that the document names is not there.
    """

    pages: tuple[PdfPage, ...] = ()
    count: int = 0
    needs_password: bool = False
    lost: bool = False


def by_pdfium(data: bytes, reader: Callable[[], Any]) -> PageTexts:
    """The pages by PDFium; `reader` gives pypdf's, or None; asked where PDFium's count seems to lie."""
    import pypdfium2 as pdfium
    import pypdfium2.raw as raw

    try:
        with pdfium.PdfDocument(data) as document:
            pages, count = list(_pages(document)), len(document)
    except pdfium.PdfiumError as fault:
        # The second is encryption of a kind that PDFium does not know, by certificate for one.
        return PageTexts(needs_password=fault.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY))
    if all(page is _BROKEN for page in pages):
        return PageTexts()
    if any(page is _BROKEN for page in pages):
        count = _counted(count, reader())
        whole = [page for page in pages if page is not _BROKEN]
        pages = whole if len(whole) >= count else pages[:count]
    return PageTexts(tuple(pages), max(count, len(pages)), lost=_BROKEN in pages)


def _counted(count: int, reader: Any) -> int:
    """The number of pages that the tree names, lost ones too; PDFium only believes the file's own count."""
    root = entry(entry(reader.trailer, "/Root"), "/Pages") if reader is not None else None
    if root is None:
        return count
    named, budget, waiting = 0, Budget(), [root]
    while waiting:
        node = waiting.pop()
        if budget.takes(node):
            for kid in kids(node):
                if entry(kid, "/Kids") is not None:
                    waiting.append(kid)
                else:
                    named += 1
    return min(count, named)


def _pages(document: Any) -> Iterator[PdfPage]:
    from pypdfium2 import PdfiumError

    left = limits.PDF_CHARACTERS
    for number in range(min(len(document), limits.PDF_PAGES)):
        try:
            with closing(document[number]) as page:
                width, height = page.get_size()
                with closing(page.get_textpage()) as layer:
                    text = without_gaps(clean(layer.get_text_bounded()))[:left]
                told = PdfPage(text, _points(width), _points(height), _image_share(page))
        except PdfiumError:
            yield _BROKEN
            continue
        left -= len(text)
        yield told


def without_gaps(text: str) -> str:
    """The text without the blanks that stand for mere distance on the paper.

    Word sets Latin letters and digits off from Chinese ones, and offices space short labels
    out (推 荐 单 位：). PDFium tells both as blanks, which part one value into several; blanks
    between two cells stay.
    """
    text = _SPACED_LABEL.sub(lambda label: label[0].replace(" ", ""), text)
    return _LATIN.sub(r"\1", _GAP.sub("", text))


def _points(length: float) -> float:
    """A page's side, finite whatever box the file claims: the value goes into JSON."""
    return min(abs(float(length)), _MOST_POINTS) if math.isfinite(length) else 0.0


def _image_share(page: Any) -> float:
    """Area of the pictures' bounding boxes within the page over the page's area, at most 1."""
    import pypdfium2.raw as raw

    left, bottom, right, top = page.get_bbox()
    whole = (right - left) * (top - bottom)
    if not 0 < whole < math.inf:
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


def by_pypdf(reader: Any) -> PageTexts:
    """The same by pypdf; a page with any picture counts as covered by it."""
    try:
        count = len(reader.pages)
        pages = [_page_by_pypdf(page) for page in islice(reader.pages, limits.PDF_PAGES)]
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - as above: then the file counts as damaged
        return PageTexts()
    return PageTexts() if all(page is _BROKEN for page in pages) else PageTexts(tuple(pages), count)


def _page_by_pypdf(page: Any) -> PdfPage:
    try:
        text = without_gaps(clean(page.extract_text() or ""))[: limits.PDF_CHARACTERS // limits.PDF_PAGES]
        box = page.cropbox
        share = 1.0 if len(page.images) else 0.0
        return PdfPage(text, _points(float(box.width)), _points(float(box.height)), share)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - as above
        return _BROKEN
