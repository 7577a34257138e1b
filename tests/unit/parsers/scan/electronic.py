"""PDFs with an electronic seal, put on the page in each of the ways that programs have for it."""

from __future__ import annotations

import io
from typing import Any

import img2pdf
import numpy as np
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from intake.demo.papers.seals import SealLook, stamp
from tests.unit.parsers.scan.seal import sealpages

KINDS = (
    "signature",
    "signature of its parent",
    "signature in no form",
    "button",
    "stamp",
    "unknown kind",
    "no kind",
    "free text",
    "watermark",
    "square",
)
PAPERS = ("colour", "grey", "digital")
PRINT = 4
"""A note's flag: it is printed with the page (ISO 32000-1, table 165)."""
HIDDEN = 2
PRINT_ALONE = 32 | PRINT


def paper(kind: str) -> bytes:
    """A page without a seal: scanned in colour or grey, or written by a program."""
    if kind == "digital":
        return _digital()
    pixels = Image.fromarray(sealpages.scanned(sealpages.printed()))
    buffer = io.BytesIO()
    (pixels if kind == "colour" else pixels.convert("L")).save(buffer, "JPEG", quality=85)
    size = (img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297))
    return bytes(img2pdf.convert(buffer.getvalue(), layout_fun=img2pdf.get_layout_fun(size)))


def _digital() -> bytes:
    from tests.unit.parsers.scan import sheets

    text = b" ".join(
        b"BT /F 12 Tf 60 %d Td (Recommended by the association, in full) Tj ET" % y
        for y in range(100, 780, 20)
    )
    return sheets.page(text)


def with_seal(
    data: bytes, kind: str, flags: int = PRINT, signed: bytes | None = None, seal: bool = True
) -> bytes:
    """The same with a seal on its first page, as a note of `kind`; `signed` is the signature's content."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    page = writer.pages[0]
    note = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Rect"): ArrayObject([FloatObject(x) for x in (340, 180, 459, 299)]),
            NameObject("/F"): NumberObject(flags),
        }
    )
    if seal:
        appearance = writer._add_object(_appearance(writer))
        note[NameObject("/AP")] = DictionaryObject({NameObject("/N"): appearance})
    _of_kind(writer, note, kind, signed)
    added = writer._add_object(note)
    page[NameObject("/Annots")] = ArrayObject([added])
    if "/Parent" in note:
        note["/Parent"].get_object()[NameObject("/Kids")] = ArrayObject([added])
    elif note.get("/FT") and kind != "signature in no form":
        _form(writer, added)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _of_kind(writer: PdfWriter, note: DictionaryObject, kind: str, signed: bytes | None) -> None:
    names = {
        "stamp": "/Stamp",
        "unknown kind": "/KGSeal",
        "free text": "/FreeText",
        "watermark": "/Watermark",
        "popup": "/Popup",
    }
    field = {NameObject("/FT"): NameObject("/Sig"), NameObject("/T"): TextStringObject("Signature1")}
    if signed is not None:
        field[NameObject("/V")] = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Sig"),
                NameObject("/Filter"): NameObject("/Adobe.PPKLite"),
                NameObject("/Contents"): ByteStringObject(signed),
            }
        )
    if kind.startswith("signature"):
        note[NameObject("/Subtype")] = NameObject("/Widget")
        if kind == "signature of its parent":
            parent = writer._add_object(DictionaryObject(field))
            note[NameObject("/Parent")] = parent
            _form(writer, parent)
        else:
            note.update(field)
    elif kind == "button":
        note[NameObject("/Subtype")] = NameObject("/Widget")
        note[NameObject("/FT")] = NameObject("/Btn")
        note[NameObject("/Ff")] = NumberObject(1 << 16)
        note[NameObject("/T")] = TextStringObject("Seal")
    elif kind != "no kind":
        note[NameObject("/Subtype")] = NameObject(names.get(kind, "/Square"))


def _form(writer: PdfWriter, field: Any) -> None:
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject(
        {NameObject("/Fields"): ArrayObject([field]), NameObject("/SigFlags"): NumberObject(3)}
    )


def _appearance(writer: PdfWriter) -> DecodedStreamObject:
    """The seal as a picture with a mask, so that print shows through."""
    face = Image.new("RGB", (300, 300), (255, 255, 255))
    stamp(face, sealpages.UNIT, (150, 150), 180, SealLook(turn_degrees=0), "electronic")
    ink = 255 - np.asarray(face).min(axis=2)
    mask = _picture(ink.tobytes(), "/DeviceGray")
    picture = _picture(face.tobytes(), "/DeviceRGB")
    picture[NameObject("/SMask")] = writer._add_object(mask)
    form = DecodedStreamObject()
    form.set_data(b"q 119 0 0 119 0 0 cm /I Do Q")
    form.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): ArrayObject([NumberObject(x) for x in (0, 0, 119, 119)]),
            NameObject("/Resources"): DictionaryObject(
                {NameObject("/XObject"): DictionaryObject({NameObject("/I"): writer._add_object(picture)})}
            ),
        }
    )
    return form


def _picture(samples: bytes, space: str) -> DecodedStreamObject:
    picture = DecodedStreamObject()
    picture.set_data(samples)
    picture.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(300),
            NameObject("/Height"): NumberObject(300),
            NameObject("/ColorSpace"): NameObject(space),
            NameObject("/BitsPerComponent"): NumberObject(8),
        }
    )
    return picture
