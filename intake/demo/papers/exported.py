"""The form as PDF straight from the office program: text that can be selected, no paper, no seal."""

from __future__ import annotations

import ctypes
import io
import re
from functools import cache
from importlib.resources import files

import pypdfium2
from pypdfium2 import raw as pdfium

from intake.demo.papers.content import FormContent
from intake.demo.papers.paper import Page, draw_pages
from intake.demo.papers.sheet import SheetLayout, sheet_of

_DPI = 144
_POINTS = 72 / _DPI
_HEIGHT = 297 / 25.4 * 72
_WIDTH = 210 / 25.4 * 72
_LINE_POINTS = 0.5
_OUTLINE, _NO_FILL = 1, 0


def exported_pdf(content: FormContent, layout: SheetLayout = SheetLayout.UNIT_ABOVE) -> bytes:
    """The form of that content as a PDF with a text layer; the same arguments give the same bytes."""
    document = pypdfium2.PdfDocument.new()
    letters = _serif()
    font = pdfium.FPDFText_LoadFont(document.raw, letters, len(letters), pdfium.FPDF_FONT_TRUETYPE, 1)
    for page in draw_pages(sheet_of(content, layout), _DPI):
        _put(document, font, page)
    buffer = io.BytesIO()
    document.save(buffer)
    pdfium.FPDFFont_Close(font)
    document.close()
    return _timeless(buffer.getvalue(), content)


@cache
def _serif() -> ctypes.Array[ctypes.c_ubyte]:
    data = (files("intake.demo.papers") / "fonts" / "serif.otf").read_bytes()
    return (ctypes.c_ubyte * len(data)).from_buffer_copy(data)


def _put(document: pypdfium2.PdfDocument, font: object, page: Page) -> None:
    """One page of frames and texts; the origin of a PDF page is its lower left corner."""
    sheet = document.new_page(_WIDTH, _HEIGHT)
    for left, top, right, bottom in page.frames:
        frame = pdfium.FPDFPageObj_CreateNewRect(
            left * _POINTS, _HEIGHT - bottom * _POINTS, (right - left) * _POINTS, (bottom - top) * _POINTS
        )
        pdfium.FPDFPageObj_SetStrokeWidth(frame, _LINE_POINTS)
        pdfium.FPDFPath_SetDrawMode(frame, _NO_FILL, _OUTLINE)
        pdfium.FPDFPage_InsertObject(sheet.raw, frame)
    for printed in page.texts:
        if not printed.text.strip():
            continue
        text = pdfium.FPDFPageObj_CreateTextObj(document.raw, font, printed.pixels * _POINTS)
        wide = (printed.text + "\0").encode("utf-16-le")
        pdfium.FPDFText_SetText(text, (ctypes.c_ushort * (len(wide) // 2)).from_buffer_copy(wide))
        pdfium.FPDFPageObj_Transform(
            text, 1, 0, 0, 1, printed.x * _POINTS, _HEIGHT - printed.baseline * _POINTS
        )
        pdfium.FPDFPage_InsertObject(sheet.raw, text)
    pdfium.FPDFPage_GenerateContent(sheet.raw)
    sheet.close()


def _timeless(pdf: bytes, content: FormContent) -> bytes:
    """The file with the day of filling in as its time and no chance in its ID, not a byte longer."""
    day = content.filled_on.strftime("%Y%m%d").encode()
    pdf = re.sub(rb"(?<=CreationDate\(D:)\d{14}", day + b"102000", pdf)
    return re.sub(rb"/ID\[<[0-9A-F]{32}><[0-9A-F]{32}>\]", b"/ID[<%b><%b>]" % ((b"0" * 32,) * 2), pdf)
