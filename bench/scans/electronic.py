"""Electronic seals: a page of a form, and a seal put on it in each of the ways that programs have for it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import cv2
import img2pdf
import numpy as np
from asn1crypto import cms, core, x509
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

from bench.scans.inking import Stamped, bare_page, content_of, entry_of, seal_face
from intake.demo.papers.content import seeded
from intake.demo.papers.exported import exported_pdf
from intake.demo.papers.paper import draw_pages
from intake.demo.papers.sheet import sheet_of

PAPERS = ("colour", "grey", "digital")
_WIDE = 119.0
"""Points across a seal of 42 mm."""
_A4 = (img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297))
_SIDE = 420
_PRINTED = 4
"""A note's flag (ISO 32000-1, table 165)."""


def electronic(number: int) -> Stamped:
    """Sample `number`: every way on every paper in turn, each time in another place, colour and size."""
    names = list(WAYS)
    way, paper = names[number % len(names)], PAPERS[number // len(names) % len(PAPERS)]
    chance = seeded("electronic", number)
    content = content_of(number)
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(_paper(paper, number))))
    at = chance.uniform(60, 400), chance.uniform(60, 330)
    ink = chance.choice(((230, 0, 18), (255, 0, 0), (217, 38, 44), (190, 20, 60)))
    seal = _Seal(writer, np.asarray(seal_face(content.unit_seal, _SIDE, number)), ink, at)
    WAYS[way](seal, content.unit_seal)
    out = io.BytesIO()
    writer.write(out)
    return Stamped(f"electronic-{number:03d}.pdf", out.getvalue(), f"{way} on {paper}", content.unit_seal)


def _paper(kind: str, number: int) -> bytes:
    """The page on which the unit seals, scanned or as a program wrote it, without a seal."""
    if kind == "digital":
        return _digital(number)
    image = Image.open(io.BytesIO(bare_page(number).data))
    buffer = io.BytesIO()
    image.convert("RGB" if kind == "colour" else "L").save(buffer, "JPEG", quality=80)
    return bytes(img2pdf.convert(buffer.getvalue(), layout_fun=img2pdf.get_layout_fun(_A4)))


def _digital(number: int) -> bytes:
    content, layout = content_of(number), entry_of(number).layout
    whole = PdfReader(io.BytesIO(exported_pdf(content, layout)))
    sealed = [index for index, page in enumerate(draw_pages(sheet_of(content, layout), 72)) if page.seals]
    writer = PdfWriter()
    writer.add_page(whole.pages[sealed[-1]])
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


class _Seal:
    """A seal that is put on the first page of a document, `at` its lower left corner in points."""

    def __init__(
        self, writer: PdfWriter, face: np.ndarray, ink: tuple[int, ...], at: tuple[float, float]
    ) -> None:
        self.writer, self.face, self.ink, self.at = writer, face, ink, at
        self.page: Any = writer.pages[0]

    def picture(self) -> Any:
        """The seal as a picture with a mask, so that print shows through."""
        colours = np.broadcast_to(np.array(self.ink, np.uint8), (*self.face.shape, 3))
        image = _samples(colours.tobytes(), "/DeviceRGB", self.face.shape)
        image[NameObject("/SMask")] = self.writer._add_object(
            _samples(self.face.tobytes(), "/DeviceGray", self.face.shape)
        )
        return self.writer._add_object(image)

    def form(self, content: bytes, resources: DictionaryObject) -> Any:
        """A form of its own, as wide as the seal."""
        form = DecodedStreamObject()
        form.set_data(content)
        box = ArrayObject([FloatObject(side) for side in (0, 0, _WIDE, _WIDE)])
        form.update(
            {
                NameObject("/Type"): NameObject("/XObject"),
                NameObject("/Subtype"): NameObject("/Form"),
                NameObject("/BBox"): box,
                NameObject("/Resources"): resources,
            }
        )
        return self.writer._add_object(form)

    def shown(self) -> Any:
        """The form that shows the picture."""
        drawn = DictionaryObject({NameObject("/I"): self.picture()})
        resources = DictionaryObject({NameObject("/XObject"): drawn})
        return self.form(b"q %g 0 0 %g 0 0 cm /I Do Q" % (_WIDE, _WIDE), resources)

    def draw(self, content: bytes, **resources: Any) -> None:
        """Draws on the page, over what stands there."""
        own: Any = self.page.setdefault(NameObject("/Resources"), DictionaryObject()).get_object()
        for kind, entries in resources.items():
            held = own.setdefault(NameObject(f"/{kind}"), DictionaryObject()).get_object()
            held.update({NameObject(f"/{name}"): value for name, value in entries.items()})
        before = self.page.get_contents()
        stream = DecodedStreamObject()
        stream.set_data(b"q\n" + (before.get_data() if before else b"") + b"\nQ\n" + content)
        self.page[NameObject("/Contents")] = self.writer._add_object(stream)

    def placed(self, content: bytes) -> bytes:
        """Content of the unit square, where the seal belongs."""
        return b"q %g 0 0 %g %g %g cm " % (_WIDE, _WIDE, *self.at) + content + b" Q"

    def note(self, subtype: str, **more: Any) -> Any:
        """An annotation whose appearance is the seal."""
        x, y = self.at
        note = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject(f"/{subtype}"),
                NameObject("/Rect"): ArrayObject([FloatObject(v) for v in (x, y, x + _WIDE, y + _WIDE)]),
                NameObject("/F"): NumberObject(_PRINTED),
                NameObject("/AP"): DictionaryObject({NameObject("/N"): self.shown()}),
            }
        )
        note.update({NameObject(f"/{name}"): value for name, value in more.items()})
        added = self.writer._add_object(note)
        self.page[NameObject("/Annots")] = ArrayObject([added])
        if more.get("FT"):
            fields = DictionaryObject({NameObject("/Fields"): ArrayObject([added])})
            self.writer.root_object[NameObject("/AcroForm")] = fields
        return added


def _samples(data: bytes, space: str, shape: tuple[int, ...]) -> DecodedStreamObject:
    image = DecodedStreamObject()
    image.set_data(data)
    image.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(shape[1]),
            NameObject("/Height"): NumberObject(shape[0]),
            NameObject("/ColorSpace"): NameObject(space),
            NameObject("/BitsPerComponent"): NumberObject(8),
        }
    )
    return image


def _signature(seal: _Seal, unit: str) -> None:
    value = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Sig"),
            NameObject("/Filter"): NameObject("/Adobe.PPKLite"),
            NameObject("/SubFilter"): NameObject("/adbe.pkcs7.detached"),
            NameObject("/Contents"): ByteStringObject(_signed_by(unit)),
        }
    )
    seal.note("Widget", FT=NameObject("/Sig"), T=TextStringObject("Signature1"), V=value)


def _signature_unsigned(seal: _Seal, _unit: str) -> None:
    seal.note("Widget", FT=NameObject("/Sig"), T=TextStringObject("Signature1"))


def _button(seal: _Seal, _unit: str) -> None:
    seal.note("Widget", FT=NameObject("/Btn"), Ff=NumberObject(1 << 16), T=TextStringObject("Seal"))


def _form_xobject(seal: _Seal, _unit: str) -> None:
    x, y = seal.at
    seal.draw(b"q 1 0 0 1 %g %g cm /SealForm Do Q" % (x, y), XObject={"SealForm": seal.shown()})


def _inline(seal: _Seal, _unit: str) -> None:
    """An inline picture (BI) as a stencil, painted in the seal's red."""
    small = cv2.resize(seal.face, (240, 240), interpolation=cv2.INTER_AREA)
    bits = np.packbits(small > 110, axis=1).tobytes()
    red, green, blue = (level / 255 for level in seal.ink)
    head = b"%g %g %g rg BI /W 240 /H 240 /IM true /BPC 1 /D [1 0] ID " % (red, green, blue)
    seal.draw(seal.placed(head + bits + b"\nEI"))


def _vector(seal: _Seal, _unit: str) -> None:
    """The outline of ring, star and characters as paths, filled even-odd: no picture and no font."""
    face = cv2.resize(seal.face, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    outlines, _ = cv2.findContours((face > 127).astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_TC89_L1)
    side = face.shape[0]
    red, green, blue = (level / 255 for level in seal.ink)
    paths = [b"%g %g %g rg" % (red, green, blue)]
    for outline in outlines:
        points = [(x / side, 1 - y / side) for x, y in outline[:, 0]]
        if len(points) > 2:
            paths.append(
                b"%.4f %.4f m " % points[0] + b" ".join(b"%.4f %.4f l" % p for p in points[1:]) + b" h"
            )
    seal.draw(seal.placed(b"\n".join([*paths, b"f*"])))


def _pasted(seal: _Seal, _unit: str) -> None:
    """A picture with a mask, as Word writes one that lies over the text."""
    seal.draw(seal.placed(b"/Image7 Do"), XObject={"Image7": seal.picture()})


def _layer(seal: _Seal, _unit: str) -> None:
    """On a layer of its own (optional content) that is shown."""
    group = DictionaryObject(
        {NameObject("/Type"): NameObject("/OCG"), NameObject("/Name"): TextStringObject("印章")}
    )
    added = seal.writer._add_object(group)
    order = DictionaryObject(
        {NameObject("/ON"): ArrayObject([added]), NameObject("/Order"): ArrayObject([added])}
    )
    seal.writer.root_object[NameObject("/OCProperties")] = DictionaryObject(
        {NameObject("/OCGs"): ArrayObject([added]), NameObject("/D"): order}
    )
    content = b"/OC /Layer BDC " + seal.placed(b"/SealPicture Do") + b" EMC"
    seal.draw(content, XObject={"SealPicture": seal.picture()}, Properties={"Layer": added})


def _signed_by(unit: str) -> bytes:
    """A CMS signature whose certificate names the unit; its value is nothing, since nobody verifies it."""
    name = x509.Name.build({"country_name": "CN", "organization_name": unit, "common_name": unit})
    sha256 = {"algorithm": "sha256"}
    day = x509.Time({"utc_time": datetime(2024, 1, 1, tzinfo=UTC)})
    later = x509.Time({"utc_time": datetime(2029, 1, 1, tzinfo=UTC)})
    public = {
        "algorithm": {"algorithm": "rsa"},
        "public_key": {"modulus": (1 << 512) + 1, "public_exponent": 65537},
    }
    certificate = x509.Certificate(
        {
            "tbs_certificate": {
                "version": "v3",
                "serial_number": 7,
                "signature": {"algorithm": "sha256_rsa"},
                "issuer": name,
                "validity": {"not_before": day, "not_after": later},
                "subject": name,
                "subject_public_key_info": public,
            },
            "signature_algorithm": {"algorithm": "sha256_rsa"},
            "signature_value": b"\0" * 64,
        }
    )
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": {"issuer_and_serial_number": {"issuer": name, "serial_number": 7}},
            "digest_algorithm": sha256,
            "signature_algorithm": {"algorithm": "sha256_rsa"},
            "signature": core.OctetString(b"\0" * 64),
        }
    )
    data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [sha256],
            "encap_content_info": {"content_type": "data"},
            "certificates": [cms.CertificateChoices({"certificate": certificate})],
            "signer_infos": [signer],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": data}).dump())


WAYS: dict[str, Callable[[_Seal, str], None]] = {
    "signature field, signed": _signature,
    "signature field, its appearance alone": _signature_unsigned,
    "button's picture": _button,
    "stamp": lambda seal, _: seal.note("Stamp"),
    "note of an unknown kind": lambda seal, _: seal.note("ESSeal"),
    "free text": lambda seal, _: seal.note("FreeText"),
    "form on the page": _form_xobject,
    "inline picture": _inline,
    "paths": _vector,
    "picture laid over text": _pasted,
    "layer": _layer,
}
"""How each way is called, and what puts the seal there."""
