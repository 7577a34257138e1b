"""What lies on a PDF page: whether it is one picture or was written by a program, and its colours."""

from __future__ import annotations

import io
import math
import struct
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pypdfium2.raw as raw
from PIL import Image

from parsers.common import limits
from parsers.common.contract import Unreadable
from parsers.scan.page.decoding import check_size
from parsers.scan.page.pixels import Kept

_SHEET = 0.5
"""Share of the page that pictures cover on a scan: a form's portrait and seals come to a tenth."""
_WHOLE = 0.9
"""The same for a page that is one picture, margins apart."""

_SEAL = 0.005
"""Share of the page that a picture of a seal has at least: 4 cm across are 0.02 of A4."""

_ROUND = 40.0
"""Points across of a drawn curve that may be a seal's ring: 14 mm; characters are smaller."""

_HEAD = 64 * limits.KIB
"""Bytes in which a JPEG 2000 file names its size, colour profiles before it included."""

_JPEG2000 = b"\xff\x4f\xff\x51"
"""Start of codestream and the marker SIZ, which must follow at once."""

_OBJECTS = 20_000
"""Objects of a page that are looked at: a drawn map has more, and is no form."""

_CHARACTERS = 20
"""Characters of a text layer by which a program wrote the page."""

_SQUARE = 0.03
"""How much a picture may be stretched one way before it must be drawn: a fax's pixels are not square."""

_UNSEEN_NOTES = frozenset((raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP))
"""What viewers do not draw."""

_NOTHING = 2
"""Bytes of an empty text as PDFium gives it: its end alone."""

_MOST_NOTES = 500
"""Notes of a page that are looked at: a map has more, and is no form."""


@dataclass(frozen=True, slots=True)
class PlacedPicture:
    """One picture on a page; `share` of the page's area, `dpi` as it lies on the page.

    `bits` are those of one pixel, `space` PDFium's number of its colour space.
    """

    picture: Any
    width: int
    height: int
    bits: int
    space: int
    filters: list[str]
    share: float
    dpi: float
    plain: bool

    @property
    def channels(self) -> int:
        """1 or 3 where samples are plain grey or RGB of 8 bits, else 0."""
        if self.space in (raw.FPDF_COLORSPACE_DEVICEGRAY, raw.FPDF_COLORSPACE_CALGRAY):
            return 1 if self.bits == 8 else 0
        if self.space in (raw.FPDF_COLORSPACE_DEVICERGB, raw.FPDF_COLORSPACE_CALRGB):
            return 3 if self.bits == 24 else 0
        if self.space == raw.FPDF_COLORSPACE_ICCBASED:
            return {8: 1, 24: 3}.get(self.bits, 0)
        return 0

    @property
    def kept(self) -> Kept:
        """What its way of storing can hold; a stencil is painted in any colour."""
        if self.bits == 1 and self.space != raw.FPDF_COLORSPACE_INDEXED:
            grey = (raw.FPDF_COLORSPACE_DEVICEGRAY, raw.FPDF_COLORSPACE_CALGRAY, raw.FPDF_COLORSPACE_ICCBASED)
            return "bw" if self.space in grey else "maybe colour"
        return "grey" if self.channels == 1 else "maybe colour"


@dataclass(frozen=True, slots=True)
class PdfLayout:
    """A page of `width` by `height` points as it is seen.

    `single` is its one picture where nothing else is visible and it can be taken straight.  `signed`: see
    `PageImage`.
    """

    width: float
    height: float
    pictures: tuple[PlacedPicture, ...]
    single: PlacedPicture | None
    digital: bool
    kept: Kept
    signed: bool = False

    @property
    def dpi(self) -> float | None:
        """The highest resolution of the pictures that make up the page."""
        return max((shown.dpi for shown in self.pictures if shown.share >= 0.02), default=None)


@dataclass(frozen=True, slots=True)
class Notes:
    """What lies on a page beside its content: whether anything is drawn there, and whether it may be a seal.

    `signed` where there is a field for a signature, a note of a kind that PDFium does not know, one that no
    screen draws, or more notes than are looked at: electronic seals are put on a page in all these ways.
    `stray` where there is a field and the document has no form.
    """

    drawn: bool
    signed: bool
    stray: bool


def notes_of(page: Any, form: Any) -> Notes:
    """The notes of a page; `form` is the handle of the document's form, None where it has none."""
    count = raw.FPDFPage_GetAnnotCount(page)
    kinds: set[int] = set()
    signed = count > _MOST_NOTES
    for index in range(min(count, _MOST_NOTES)):
        note = raw.FPDFPage_GetAnnot(page, index)
        kind = raw.FPDFAnnot_GetSubtype(note)
        kinds.add(kind)
        signed = signed or (kind == raw.FPDF_ANNOT_WIDGET and _signs(form, note)) or _is_undrawn(kind, note)
        raw.FPDFPage_CloseAnnot(note)
    return Notes(
        drawn=bool(kinds - _UNSEEN_NOTES),
        signed=signed or raw.FPDF_ANNOT_UNKNOWN in kinds,
        stray=form is None and raw.FPDF_ANNOT_WIDGET in kinds,
    )


def _is_undrawn(kind: int, note: Any) -> bool:
    """Whether a note shows what no screen draws: it is for print alone, or opens beside another."""
    flags = raw.FPDFAnnot_GetFlags(note)
    apart = kind == raw.FPDF_ANNOT_POPUP or flags & raw.FPDF_ANNOT_FLAG_NOVIEW
    if not apart or flags & raw.FPDF_ANNOT_FLAG_HIDDEN:
        return False
    return bool(raw.FPDFAnnot_GetAP(note, raw.FPDF_ANNOT_APPEARANCEMODE_NORMAL, None, 0) > _NOTHING)


def _signs(form: Any, note: Any) -> bool:
    """Whether a field is for a signature; one of a document without a form may be anything."""
    return form is None or raw.FPDFAnnot_GetFormFieldType(form, note) in (
        raw.FPDF_FORMFIELD_SIGNATURE,
        raw.FPDF_FORMFIELD_UNKNOWN,
    )


def layout_of(page: Any, notes: Notes) -> PdfLayout:
    """Looks at the page's objects without decoding a picture; raises `Unreadable` for an impossible page.

    `notes` are what lies on the page beside them.
    """
    width, height = page.get_size()
    if not (0 < width < math.inf and 0 < height < math.inf):
        raise Unreadable("unreadable", "pdf", "a page without extent")
    pictures: list[PlacedPicture] = []
    others, rounded, pixels = False, False, 0
    for shape in islice(page.get_objects(max_depth=5), _OBJECTS):
        if shape.type != raw.FPDF_PAGEOBJ_IMAGE:
            # What lies under a whole picture is hidden by it; invisible text lies over it.
            others = others or (bool(pictures) and _visible(shape))
            rounded = rounded or _round(shape)
        elif len(pictures) < limits.PDF_PAGE_IMAGES:
            pictures.append(_shown(page, shape))
            pixels += pictures[-1].width * pictures[-1].height
    if pixels > 2 * limits.PICTURE_PIXELS:
        raise Unreadable("too-large", "pdf", f"pictures of {pixels} pixels on one page")
    covered = min(1.0, sum(shown.share for shown in pictures))
    digital = covered < _SHEET and _characters(page) >= _CHARACTERS
    single = None
    if len(pictures) == 1 and not (others or notes.drawn) and pictures[0].plain and covered >= _WHOLE:
        single = pictures[0]
    may_be_sealed = rounded or notes.drawn or any(shown.share >= _SEAL for shown in pictures)
    kept = _kept(pictures, digital, may_be_sealed)
    return PdfLayout(width, height, tuple(pictures), single, digital, kept, notes.signed)


def _kept(pictures: list[PlacedPicture], digital: bool, may_be_sealed: bool) -> Kept:
    """What a drawn page can hold: a scan what most of its pictures' area can, whatever was drawn over it.

    A program's black text has lost no colour, unless it was printed to grey with a seal that is now grey.
    """
    if digital or not pictures:
        return "maybe colour" if may_be_sealed else "colour"
    whole = sum(shown.share for shown in pictures)
    coloured = sum(shown.share for shown in pictures if shown.kept == "maybe colour")
    if 2 * coloured >= whole:
        return "maybe colour"
    return "grey" if any(shown.kept == "grey" for shown in pictures) else "bw"


def _shown(page: Any, picture: Any) -> PlacedPicture:
    filters = picture.get_filters()
    check_size("pdf", *picture.get_px_size())
    if filters[-1:] == ["JPXDecode"]:
        _check_jpeg2000(picture)
    if filters[-1:] == ["DCTDecode"]:
        _check_jpeg(picture)
    told = picture.get_metadata()
    left, bottom, right, top = page.get_bbox()
    matrix = picture.get_matrix()
    container = picture.container
    while container is not None:
        matrix = matrix.multiply(container.get_matrix())
        container = container.container
    x0, y0, x1, y1 = matrix.on_rect(0, 0, 1, 1)
    area = max((right - left) * (top - bottom), 1e-6)
    inside = max(min(x1, right) - max(x0, left), 0.0) * max(min(y1, top) - max(y0, bottom), 0.0)
    across = max(math.hypot(matrix.a, matrix.b), 1e-6)
    along = max(math.hypot(matrix.c, matrix.d), 1e-6)
    square = abs(told.width / across * along / max(told.height, 1) - 1) <= _SQUARE
    upright = matrix.a > 0 and matrix.d > 0 and abs(matrix.b) + abs(matrix.c) < 1e-3 * across
    outside = (x1 - x0) * (y1 - y0) > 1.05 * inside
    return PlacedPicture(
        picture,
        told.width,
        told.height,
        told.bits_per_pixel,
        told.colorspace,
        filters,
        min(1.0, inside / area),
        told.width / across * 72.0,
        plain=square and upright and not outside and raw.FPDFPageObj_CountMarks(picture) == 0,
    )


def _check_jpeg(picture: Any) -> None:
    """A progressive JPEG is decoded whole, as large as it says itself, whatever the PDF says."""
    try:
        with Image.open(io.BytesIO(picture.get_data(decode_simple=True)), formats=("JPEG",)) as file:
            width, height = file.size
    except (OSError, SyntaxError, ValueError):
        return  # damage that PDFium may bear; it allocates by the PDF's size then
    check_size("pdf", width, height)


def _check_jpeg2000(picture: Any) -> None:
    """Its own size binds, not the PDF's: the decoder, which even PDFium's questions start, believes it."""
    head = bytes(picture.get_data(decode_simple=True)[:_HEAD])
    at = head.find(_JPEG2000)
    if at < 0 or len(head) < at + 24:
        raise Unreadable("unreadable", "pdf", "a JPEG 2000 picture without a header")
    # Rec. ITU-T T.800, A.5.1: SIZ's length and capabilities, the grid's size, the picture's offset.
    right, bottom, left, top = struct.unpack(">4I", head[at + 8 : at + 24])
    check_size("pdf", right - left, bottom - top, limits.JPEG2000_PIXELS)


def _visible(shape: Any) -> bool:
    """Whether an object that lies over a picture shows."""
    if shape.type != raw.FPDF_PAGEOBJ_TEXT:
        return True
    return bool(raw.FPDFTextObj_GetTextRenderMode(shape) != raw.FPDF_TEXTRENDERMODE_INVISIBLE)


def _round(shape: Any) -> bool:
    """Whether an object is a large curve, as the ring of a seal that was drawn is."""
    if shape.type != raw.FPDF_PAGEOBJ_PATH:
        return False
    x0, y0, x1, y1 = shape.get_bounds()
    if min(x1 - x0, y1 - y0) < _ROUND:
        return False
    segments = range(min(raw.FPDFPath_CountSegments(shape), 100))
    kinds = {raw.FPDFPathSegment_GetType(raw.FPDFPath_GetPathSegment(shape, index)) for index in segments}
    return raw.FPDF_SEGMENT_BEZIERTO in kinds


def _characters(page: Any) -> int:
    with closing(page.get_textpage()) as layer:
        return len("".join(layer.get_text_range().split()))
