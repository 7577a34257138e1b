"""OFD documents (GB/T 33190-2016) as small as they can be, sealed as GB/T 38540 and GM/T 0031 have it."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from xml.sax.saxutils import escape

from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
MAKER = "某电子印章平台"
BEGIN = datetime(2024, 1, 1, 4, tzinfo=UTC)
END = datetime(2029, 12, 31, 4, tzinfo=UTC)
_SHA256 = "2.16.840.1.101.3.4.2.1"


def text_object(text: str, row: int, left: float = 20, more: str = "", code: str = "") -> str:
    """A line of text in the given row, its characters 4 mm high."""
    return (
        f'<ofd:TextObject ID="{row}" Boundary="{left} {10 + 6 * row} 170 6" Font="3" Size="4"{more}>'
        f'<ofd:TextCode X="0" Y="4"{code}>{escape(text)}</ofd:TextCode></ofd:TextObject>'
    )


def page(*objects: str, head: str = "") -> str:
    """A page's part, of these objects."""
    layer = f'<ofd:Content><ofd:Layer ID="2">{"".join(objects)}</ofd:Layer></ofd:Content>'
    return f"<ofd:Page {SPACE}>{head}{layer}</ofd:Page>"


def of_lines(lines: Sequence[str]) -> str:
    """A page with one text object a line."""
    return page(*(text_object(line, row) for row, line in enumerate(lines)))


def parts_of(*pages: str, templates: Sequence[str] = (), sealed: bool = False) -> dict[str, bytes]:
    """The parts of a document with these pages."""
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    below = "".join(
        f'<ofd:TemplatePage ID="t{n}" BaseLoc="Tpls/Tpl_{n}/Content.xml"/>' for n in range(len(templates))
    )
    seals = "<ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures>" if sealed else ""
    texts = {
        "OFD.xml": f'<ofd:OFD {SPACE} DocType="OFD" Version="1.0"><ofd:DocBody>'
        f"<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>{seals}</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {SPACE}><ofd:CommonData><ofd:PageArea>"
        f"<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>{below}</ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        **{f"Doc_0/Pages/Page_{n}/Content.xml": body for n, body in enumerate(pages)},
        **{f"Doc_0/Tpls/Tpl_{n}/Content.xml": body for n, body in enumerate(templates)},
    }
    return {name: text.encode() for name, text in texts.items()}


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """The package of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return out.getvalue()


def sealed(
    parts: Mapping[str, bytes], unit: str, *, newer: bool = True, method: str = "sm3"
) -> dict[str, bytes]:
    """The parts with the seal of a unit, over all that is there, by the newer or the older standard."""
    taken = {"sm3": "1.2.156.10197.1.401", "sha256": _SHA256}[method]
    stated = "".join(
        f'<ofd:Reference FileRef="/{name}"><ofd:CheckValue>{_digest(body, method)}</ofd:CheckValue>'
        "</ofd:Reference>"
        for name, body in parts.items()
    )
    described = (
        f'<ofd:Signature {SPACE}><ofd:SignedInfo><ofd:References CheckMethod="{taken}">{stated}'
        '</ofd:References><ofd:StampAnnot ID="1" PageRef="1" Boundary="120 200 40 40"/></ofd:SignedInfo>'
        "<ofd:SignedValue>/Doc_0/Signs/Sign_0/SignedValue.dat</ofd:SignedValue></ofd:Signature>"
    ).encode()
    digest = hashlib.new(method, described).digest()
    return {
        **parts,
        "Doc_0/Signs/Signatures.xml": f'<ofd:Signatures {SPACE}><ofd:Signature ID="1" Type="Seal" '
        'BaseLoc="Sign_0/Signature.xml"/></ofd:Signatures>'.encode(),
        "Doc_0/Signs/Sign_0/Signature.xml": described,
        "Doc_0/Signs/Sign_0/SignedValue.dat": (_newer if newer else _older)(unit, digest),
    }


def _digest(body: bytes, method: str) -> str:
    return base64.b64encode(hashlib.new(method, body).digest()).decode()


class _Parts(core.SequenceOf):
    _child_spec = core.Any


def _sequence(*parts: core.Asn1Value) -> _Parts:
    return _Parts([core.Any(part) for part in parts])


def _newer(unit: str, digest: bytes) -> bytes:
    """SES_Signature of GB/T 38540-2020: certificates stand beside what they sign."""
    certificates = _sequence(core.OctetString(certificate(unit)))
    told = _sequence(
        core.Integer(1),
        core.UTF8String(unit + "公章"),
        core.Integer(1),
        certificates,
        *(core.GeneralizedTime(at) for at in (BEGIN, BEGIN, END)),
    )
    seal = _sequence(
        _information(4, told),
        core.OctetString(certificate(MAKER)),
        core.ObjectIdentifier(_SHA256),
        core.BitString((1, 0, 1)),
    )
    signed = _sequence(
        core.Integer(4),
        seal,
        core.GeneralizedTime(BEGIN),
        core.OctetBitString(digest),
        core.IA5String("/Doc_0/Signs/Sign_0/Signature.xml"),
    )
    value = _sequence(
        signed,
        core.OctetString(certificate(unit)),
        core.ObjectIdentifier(_SHA256),
        core.BitString((1, 0, 1)),
    )
    return bytes(value.dump())


def _older(unit: str, digest: bytes) -> bytes:
    """SES_Signature of GM/T 0031-2014: the signer's certificate stands in what is signed."""
    certificates = _sequence(core.OctetString(certificate(unit)))
    times = (core.UTCTime(at) for at in (BEGIN, BEGIN, END))
    told = _sequence(core.Integer(1), core.UTF8String(unit + "公章"), certificates, *times)
    made = _sequence(
        core.OctetString(certificate(MAKER)), core.ObjectIdentifier(_SHA256), core.BitString((1, 0, 1))
    )
    signed = _sequence(
        core.Integer(1),
        _sequence(_information(1, told), made),
        core.BitString((1, 0, 1)),
        core.OctetBitString(digest),
        core.IA5String("/Doc_0/Signs/Sign_0/Signature.xml"),
        core.OctetString(certificate(unit)),
        core.ObjectIdentifier(_SHA256),
    )
    return bytes(_sequence(signed, core.BitString((1, 0, 1))).dump())


def _information(version: int, told: _Parts) -> _Parts:
    picture = _sequence(
        core.IA5String("png"), core.OctetString(b"\x89PNG"), core.Integer(40), core.Integer(40)
    )
    header = _sequence(core.IA5String("ES"), core.Integer(version), core.IA5String("maker"))
    return _sequence(header, core.IA5String("330000001"), told, picture)


@lru_cache
def certificate(name: str) -> bytes:
    """A certificate of that body, from some authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "某认证中心")]))
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(BEGIN)
        .not_valid_after(END)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.DER)


def every_ofd() -> tuple[bytes, ...]:
    """One of each kind: to begin from where files are changed at random."""
    plain = parts_of(of_lines(["推荐表", "姓名 于洁"]), sealed=True)
    below = page(text_object("于洁", 1, 60), head='<ofd:Template TemplateID="t0"/>')
    return (
        zipped(parts_of(of_lines(["推荐表", "姓名 于洁"]))),
        zipped(parts_of(below, templates=[of_lines(["", "姓名"])])),
        *(
            zipped(parts_of(*[of_lines(["推荐表", f"第{n}页"]) for n in range(1, most + 1)]))
            for most in (2, 3, 9)
        ),
        *(zipped(parts_of(*[below] * most, templates=[of_lines(["", "姓名"])])) for most in (2, 5)),
        zipped(parts_of(page())),
        *(zipped(sealed(plain, "浙江省科学技术协会", newer=newer)) for newer in (True, False)),
    )
