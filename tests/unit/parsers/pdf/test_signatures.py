"""Who signed a PDF: names out of certificates and seals, and whether the file is as it was signed."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import pytest
from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID
from pypdf import PdfReader

from intake.domain.model.facts import PdfSignature
from parsers.pdf.document import PdfParser
from tests.unit.parsers.scan.electronic import paper, with_seal

UNIT = "浙江省科学技术协会"
START = datetime(2024, 1, 1, tzinfo=UTC)
END = datetime(2030, 1, 1, tzinfo=UTC)


@lru_cache
def _certificate(name: str, body: str) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, name),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, body),
        ]
    )
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "某认证中心")])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(START)
        .not_valid_after(END)
        .sign(key, hashes.SHA256())
    )
    return made, key


def _cms(data: bytes, name: str = UNIT, body: str = UNIT) -> bytes:
    certificate, key = _certificate(name, body)
    builder = pkcs7.PKCS7SignatureBuilder().set_data(data).add_signer(certificate, key, hashes.SHA256())
    chain = builder.add_certificate(_certificate("某认证中心", "某认证中心")[0])
    return chain.sign(Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary])


def _seal_structure(name: str) -> bytes:
    """As GM/T 0031 has it: version, the seal with its name, the signer's certificate in octets."""

    class Parts(core.SequenceOf):
        _child_spec = core.Any

    def sequence(*parts: core.Asn1Value) -> Parts:
        return Parts([core.Any(part) for part in parts])

    certificate = _certificate(name, name)[0].public_bytes(Encoding.DER)
    header = sequence(core.IA5String("ES"), core.Integer(4))
    seal = sequence(header, sequence(core.Integer(1), core.UTF8String(name + "公章")))
    return bytes(sequence(core.Integer(4), seal, core.OctetString(certificate)).dump())


def _parsed(tmp_path: Path, data: bytes) -> tuple[PdfSignature, ...]:
    path = tmp_path / "signed.pdf"
    path.write_bytes(data)
    return PdfParser().parse(path, tmp_path).signatures


@pytest.mark.parametrize("kind", ["signature", "signature of its parent"])
def test_the_signer_is_who_the_certificate_says_and_not_its_issuer(tmp_path: Path, kind: str) -> None:
    (found,) = _parsed(tmp_path, with_seal(paper("colour"), kind, signed=_cms(b"x", "王五", UNIT)))
    assert found.names == ("王五", UNIT)
    assert found.whole is None


def test_a_seal_of_the_national_format_tells_its_name(tmp_path: Path) -> None:
    (found,) = _parsed(tmp_path, with_seal(paper("colour"), "signature", signed=_seal_structure(UNIT)))
    assert set(found.names) >= {UNIT, UNIT + "公章"}


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 400, b"\x30\x80\x30\x80" * 50, b"\x30\x82\xff\xff" * 100, _cms(b"x")[:300]]
)
def test_damage_names_nobody_and_costs_nothing_else(tmp_path: Path, content: bytes) -> None:
    (found,) = _parsed(tmp_path, with_seal(paper("colour"), "signature", signed=content))
    assert UNIT not in found.names


def test_a_field_that_nobody_signed_is_no_signature(tmp_path: Path) -> None:
    assert _parsed(tmp_path, with_seal(paper("colour"), "signature")) == ()


def test_whether_the_file_is_as_it_was_signed(tmp_path: Path) -> None:
    data = _signed_whole()
    (found,) = _parsed(tmp_path, data)
    assert found == PdfSignature((UNIT,), True)
    (changed,) = _parsed(tmp_path, data.replace(b"/Subtype /Widget", b"/Subtype /widget", 1))
    assert changed.whole is False


def _signed_whole() -> bytes:
    """A file whose signature covers all of it but the signature: its room is filled in afterwards."""
    room = b"\0" * 4000
    data = with_seal(paper("colour"), "signature", signed=room)
    start = data.index(b"<" + b"00" * len(room))
    end = start + 2 * len(room) + 2
    key = b"/Filter /Adobe.PPKLite"
    filled = b"/ByteRange[%010d %010d %010d %010d]"
    data = data.replace(key, filled % (0, 0, 0, 0) + key, 1)
    shift = len(filled % (0, 0, 0, 0)) if data.index(filled % (0, 0, 0, 0)) < start else 0
    start, end = start + shift, end + shift
    data = data.replace(filled % (0, 0, 0, 0), filled % (0, start, end, len(data) - end), 1)
    signature = _cms(data[:start] + data[end:])
    return data[: start + 1] + signature.hex().encode().ljust(2 * len(room), b"0") + data[end - 1 :]


def test_the_sample_is_a_sound_pdf() -> None:
    assert len(PdfReader(io.BytesIO(_signed_whole()), strict=False).pages) == 1
