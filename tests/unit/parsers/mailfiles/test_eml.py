"""Mails sent as files, signed mail, and what only a key opens."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

import parsers
from intake.domain.model.facts import Attachment, ContainerFacts, Facts, OpaqueFacts, UnreadableFacts
from parsers.common import limits
from tests.unit.parsers.mail.mails import PDF, Box, base64_part, crlf, mixed, pdf_part, text_part

ReadFile = Callable[[bytes], Facts]
Identity = tuple[rsa.RSAPrivateKey, x509.Certificate]

HEAD = crlf(
    "Received: from a by b; Thu, 20 Feb 2025 10:00:00 +0800\nFrom: 张三 <Zhang@Kepu.cn>\nSubject: 推荐材料\n"
)
MAIL = mixed(
    text_part("请查收\n\n------------------ 原始邮件 ------------------\n旧的"), pdf_part(), head=HEAD
)


@pytest.fixture(scope="module")
def identity() -> Identity:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "张三")])
    now = datetime(2025, 2, 20, tzinfo=UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    dated = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=9))
    return key, dated.sign(key, hashes.SHA256())


def signed(data: bytes, identity: Identity, *options: pkcs7.PKCS7Options) -> bytes:
    key, certificate = identity
    builder = pkcs7.PKCS7SignatureBuilder().set_data(data).add_signer(certificate, key, hashes.SHA256())
    return builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary, *options])


def in_pieces(data: bytes, size: int = 1000) -> bytes:
    """Signed data as Outlook writes it: lengths left open, the content in pieces (BER)."""
    pieces = b"".join(b"\x04" + _length(piece) + piece for piece in _cut(data, size))
    content = bytes.fromhex("3080 0609 2a864886f70d010701 a080 2480") + pieces + bytes(6)
    inner = b"\x02\x01\x01" + b"\x31\x00" + content + b"\x31\x00"
    return bytes.fromhex("3080 0609 2a864886f70d010702 a080 3080") + inner + bytes(6)


def _cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def _length(data: bytes) -> bytes:
    return b"\x82" + len(data).to_bytes(2, "big")


def held(facts: Facts, scratch: Path) -> list[tuple[str | None, bytes]]:
    assert isinstance(facts, ContainerFacts)
    return [
        (item.filename, (scratch / item.content_hash.removeprefix("sha256:")).read_bytes())
        for item in facts.members
    ]


@pytest.mark.parametrize(
    "before", [b"", b"\r\n\r\n", b"\xef\xbb\xbf", b"From MAILER Thu Feb 20 10:00:00 2025\n", b">From a b\r\n"]
)
def test_a_saved_mail_gives_its_files_and_its_words(facts_of: ReadFile, scratch: Path, before: bytes) -> None:
    facts = facts_of(before + MAIL)
    assert held(facts, scratch) == [("a.pdf", PDF)]
    assert isinstance(facts, ContainerFacts)
    assert (facts.format, facts.subject, facts.sender) == ("message", "推荐材料", "zhang@kepu.cn")
    assert facts.body.startswith("请查收")


@pytest.mark.parametrize(
    "head",
    [
        "Message-ID:\n <1@b>\nSubject:\nTo: a@b.cn\n",
        "Content-Type: text/plain\nX-Mailer: Foxmail\nFrom: a@b.cn\n",
        "X-QQ-mid: 1\nX-QQ-SSF: 2\nX-QQ-XMAILINFO: 3\nFrom: a@b.cn\nTo: c@d.cn\n",
        "Thread-Topic: x\nThread-Index: y\nFrom: a@b.cn\nSubject: z\n",
    ],
)
def test_a_mail_is_known_by_its_fields_whatever_comes_first(facts_of: ReadFile, head: str) -> None:
    facts = facts_of(crlf(f"{head}\n正文"))
    assert isinstance(facts, ContainerFacts)
    assert facts.body == "正文"


@pytest.mark.parametrize(
    "text", ["说明：见附件\n联系人：张三\n", "Reporting-MTA: dns; mx\nArrival-Date: x\n\n", "a: b\nc: d\n"]
)
def test_other_text_is_no_mail(facts_of: ReadFile, text: str) -> None:
    assert facts_of(crlf(text)) == OpaqueFacts("text")


def test_mails_within_mails_are_walked_down(box: Box) -> None:
    raw = MAIL
    for level in range(5):
        encoded = base64_part("Content-Type: message/rfc822", raw)
        raw = mixed(text_part(f"第{level}层"), encoded, head=HEAD, boundary=b"=_%d" % level)
    facts: Facts = parsers.parse(_file(box, raw), box.scratch)
    for level in (4, 3, 2, 1, 0):
        assert isinstance(facts, ContainerFacts)
        assert facts.body == f"第{level}层"
        facts = parsers.parse(box.path(facts.members[0]), box.scratch)
    assert held(facts, box.scratch) == [("a.pdf", PDF)]


def _file(box: Box, data: bytes) -> Path:
    path = box.folder / "file"
    path.write_bytes(data)
    return path


def test_a_saved_mail_over_a_limit_names_what_is_left_out(facts_of: ReadFile) -> None:
    facts = facts_of(mixed(*[b"Content-Type: image/png\r\n\r\nx"] * (limits.MIME_PARTS + 5), head=HEAD))
    assert isinstance(facts, ContainerFacts)
    assert len(facts.members) == limits.MIME_PARTS - 1
    assert [code for _, code in facts.left_out] == ["too-large"]


def opened_file(box: Box, item: Attachment) -> Facts:
    return parsers.parse(box.path(item), box.scratch)


def test_a_signature_beside_the_text_is_kept_and_known(box: Box, identity: Identity) -> None:
    entity = mixed(text_part("正文"), pdf_part(), head=b"", boundary=b"=_in").rstrip(b"\r\n")
    signature = signed(entity, identity, pkcs7.PKCS7Options.DetachedSignature)
    raw = mixed(
        entity,
        base64_part("Content-Type: application/pkcs7-signature; name=smime.p7s", signature),
        kind=b"signed",
    )
    facts = box.read(raw)
    assert facts.body == "正文"
    assert [(item.filename, box.bytes_of(item)) for item in facts.attachments] == [
        ("a.pdf", PDF),
        ("smime.p7s", signature),
    ]
    assert opened_file(box, facts.attachments[1]) == OpaqueFacts("signature")


@pytest.mark.parametrize("form", ["DER", "BER"])
def test_a_mail_signed_as_a_whole_is_opened(box: Box, identity: Identity, form: str) -> None:
    entity = mixed(text_part("正文"), pdf_part(), head=b"")
    sealed = signed(entity, identity) if form == "DER" else in_pieces(entity, 60)
    raw = HEAD + base64_part(
        "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", sealed
    )
    facts = box.read(raw)
    assert (facts.subject, facts.body) == ("推荐材料", "正文")
    (item,) = facts.attachments
    assert (item.filename, box.bytes_of(item)) == ("smime.p7m", sealed)
    assert held(opened_file(box, item), box.scratch) == [("a.pdf", PDF)]


def test_a_signed_file_is_its_content(facts_of: ReadFile, scratch: Path, identity: Identity) -> None:
    facts = facts_of(signed(PDF, identity))
    assert held(facts, scratch) == [(None, PDF)]
    assert isinstance(facts, ContainerFacts) and facts.format == "signed"


def test_a_damaged_signed_mail_is_left_to_a_person(facts_of: ReadFile, identity: Identity) -> None:
    whole = signed(MAIL, identity)
    assert facts_of(whole[: len(whole) // 2]) == OpaqueFacts("message")


def test_an_encrypted_mail_says_so(box: Box, facts_of: ReadFile, identity: Identity) -> None:
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(MAIL).add_recipient(identity[1])
    sealed = builder.encrypt(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    facts = facts_of(sealed)
    assert isinstance(facts, UnreadableFacts)
    assert facts.code == "encrypted"
    raw = HEAD + base64_part("Content-Type: application/pkcs7-mime; name=smime.p7m", sealed)
    assert (box.read(raw).body, len(box.read(raw).attachments)) == ("", 1)


def test_pgp_is_known_by_its_armour(facts_of: ReadFile) -> None:
    locked = facts_of(b"-----BEGIN PGP MESSAGE-----\r\n\r\nhQEM\r\n-----END PGP MESSAGE-----\r\n")
    assert isinstance(locked, UnreadableFacts) and locked.code == "encrypted"
    assert facts_of(b"-----BEGIN PGP SIGNATURE-----\r\n\r\niQEz\r\n") == OpaqueFacts("signature")


def test_the_pieces_are_what_the_library_reads() -> None:
    """The builder above against an independent reader."""
    info = cms.ContentInfo.load(in_pieces(PDF * 99))
    assert info["content"]["encap_content_info"]["content"].native == PDF * 99
    assert base64.b64encode(in_pieces(b"x")).startswith(b"MIAGCSqGSIb3DQEHAqCA")
