"""A file is what its bytes say: each kind told apart, none recognised twice."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

import parsers
from intake.domain.model.facts import (
    ContainerFacts,
    ImageFacts,
    OpaqueFacts,
    PdfFacts,
    UnreadableFacts,
    WordFacts,
)
from parsers.common import magic

Put = Callable[[bytes], Path]
SECTOR = 512


def ole(*streams: tuple[str, bytes]) -> bytes:
    """An OLE compound file ([MS-CFB]) with these streams, each of 4096 bytes."""
    sectors_each = 8
    entries = [("Root Entry", 5, 1, 0xFFFFFFFE, 0)]
    fat = [0xFFFFFFFD, 0xFFFFFFFE]  # sector 0: this table; sector 1: the directory
    content = b""
    for number, (name, data) in enumerate(streams):
        start = 2 + number * sectors_each
        entries.append((name, 2, 0xFFFFFFFF, start, 4096))
        fat += [*range(start + 1, start + sectors_each), 0xFFFFFFFE]
        content += data.ljust(4096, b"\0")
    directory = b""
    for number, (name, kind, child, start, size) in enumerate(entries):
        text = name.encode("utf-16-le")
        right = number + 1 if 0 < number < len(entries) - 1 else 0xFFFFFFFF
        directory += (
            text.ljust(64, b"\0")
            + (len(text) + 2).to_bytes(2, "little")
            + bytes([kind, 1])
            + b"".join(n.to_bytes(4, "little") for n in (0xFFFFFFFF, right, child))
            + bytes(36)
            + start.to_bytes(4, "little")
            + size.to_bytes(8, "little")
        )
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + b"\x3e\0\x03\0\xfe\xff\x09\0\x06\0" + bytes(6)
    numbers = (0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0, *[0xFFFFFFFF] * 108)
    header += b"".join(n.to_bytes(4, "little") for n in numbers)
    table = b"".join(n.to_bytes(4, "little") for n in fat).ljust(SECTOR, b"\xff")
    return header + table + directory.ljust(SECTOR, b"\0") + content


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def workbook() -> bytes:
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    return buffer.getvalue()


def tarred() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a"))
    return buffer.getvalue()


WORD = ("WordDocument", b"\xec\xa5\xc1\x00" + bytes(8))
LOCKED_WORD = ("WordDocument", b"\xec\xa5\xc1\x00" + bytes(6) + b"\x00\x01")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (ole(("1Table", b""), WORD), "legacy-word"),
        (ole(WORD)[:2000], "legacy-word"),  # damaged for us is not damaged for Word
        (ole(("Workbook", b"")), "spreadsheet"),
        (ole(("PowerPoint Document", b"")), "presentation"),
        (ole(("MatOST", b"")), "wps"),
        (ole(("Else", b"")), "unknown"),
        (b"{\\rtf1\\ansi}", "rtf"),
        (workbook(), "spreadsheet"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.text"), "odt"),
        (
            zipped(**{"ppt/x.xml": b"", "[Content_Types].xml": b"presentationml.presentation.main+xml"}),
            "presentation",
        ),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00", "video"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "video"),
        ("说明：材料见附件".encode("gbk"), "text"),
        ("<html>您好</html>".encode(), "text"),
        (b"BM is how this text begins", "text"),
        (bytes(range(256)) * 4, "unknown"),
    ],
)
def test_what_is_not_opened_is_called_by_its_name(
    put: Put, data: bytes, expected: str, scratch: Path
) -> None:
    assert parsers.parse(put(data), scratch) == OpaqueFacts(expected)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (zipped(**{"a.pdf": b"%PDF-1.4 stored, so its bytes stand near the start"}), "zip"),
        (zipped(**{"a.txt": b"x"})[:-10], "zip"),
        (gzip.compress(b"x", mtime=0), "gz"),
        (tarred(), "tar"),
    ],
    ids=["zip", "zip-cut", "gz", "tar"],
)
def test_archives_are_told_from_documents(put: Put, data: bytes, expected: str, scratch: Path) -> None:
    facts = parsers.parse(put(data), scratch)
    assert isinstance(facts, ContainerFacts)
    assert facts.format == expected


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (ole(("EncryptedPackage", b""), ("EncryptionInfo", b"")), "encrypted"),
        (ole(LOCKED_WORD), "encrypted"),
        (b"", "unreadable"),
        (b"Rar!\x1a\x07\x01\x00", "unreadable"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "unreadable"),
        (b"\xff\xd8\xff\xe0", "unreadable"),
    ],
)
def test_what_its_sender_must_mend(put: Put, data: bytes, code: str, scratch: Path) -> None:
    facts = parsers.parse(put(data), scratch)
    assert isinstance(facts, UnreadableFacts)
    assert facts.code == code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "TIFF", "BMP", "WEBP", "AVIF"])
def test_pictures_give_their_size(put: Put, kind: str, scratch: Path) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (320, 200), "red").save(buffer, kind)
    assert parsers.parse(put(buffer.getvalue()), scratch) == ImageFacts(kind.lower(), 320, 200)


def test_a_phone_picture_is_measured_as_it_is_seen(put: Put, scratch: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    buffer = io.BytesIO()
    Image.new("RGB", (320, 200)).save(buffer, "JPEG", exif=exif)
    assert parsers.parse(put(buffer.getvalue()), scratch) == ImageFacts("jpeg", 200, 320)


def test_the_opened_formats(put: Put, form_docx: bytes, scan_pdf: bytes, scratch: Path) -> None:
    assert isinstance(parsers.parse(put(form_docx), scratch), WordFacts)
    assert isinstance(parsers.parse(put(scan_pdf), scratch), PdfFacts)


def test_a_missing_file_is_our_trouble_not_the_senders(tmp_path: Path, scratch: Path) -> None:
    with pytest.raises(FileNotFoundError):
        parsers.parse(tmp_path / "gone", scratch)


MAGIC = [prefix for prefix, _ in magic._PREFIXES] + [b"%PDF-1.4", b"RIFF0000WEBP", b"0000ftypheic", b"BM"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(MAGIC), st.sampled_from(MAGIC), st.binary(max_size=300))
def test_no_bytes_are_recognised_twice_or_bring_a_parser_down(
    put: Put, scratch: Path, first: bytes, second: bytes, rest: bytes
) -> None:
    parsers.parse(put(first + rest + second + rest), scratch)


OLD_WORD, WORKBOOK = ole(WORD), workbook()
"""Made once: a workbook holds the time at which it was made, and an example must come out the same again."""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(data=st.data())
def test_damage_in_real_files_is_told_and_never_raised(
    put: Put, scratch: Path, form_docx: bytes, scan_pdf: bytes, data: st.DataObject
) -> None:
    original = bytearray(data.draw(st.sampled_from([form_docx, scan_pdf, OLD_WORD, WORKBOOK])))
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(original) - 1))
        original[place : place + 4] = data.draw(st.binary(max_size=6))
        if not original:
            return
    repr(parsers.parse(put(bytes(original)), scratch)).encode("utf-8")


def test_the_reading_version_names_every_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    before = parsers.reading_version()
    named = {part.rpartition("-")[0] for part in before.split()}
    assert named == {parser.name for parser in parsers.PARSERS} | {"message", "opaque"}
    for parser in parsers.PARSERS:
        monkeypatch.setattr(parser, "version", parser.version + 1, raising=False)
        changed = parsers.reading_version()
        assert changed != before
        before = changed
