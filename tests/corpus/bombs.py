"""Files and mails made to exhaust whoever reads them, and what must be said of each.

They are built in pieces, so that the test process itself stays small.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from tests.corpus import papers
from tests.corpus.posting import LETTER, file, head, mail, named, text
from tests.unit.parsers.mail.mails import mixed
from tests.unit.parsers.pdf.pdfs import document, paged, stream

MIB = 1024 * 1024
_DOCUMENT = "word/document.xml"


@dataclass(frozen=True)
class Bomb:
    """A mail, and what its reading must say: `said` is a fact, a code or a defect as it is stored."""

    make: Callable[[str], bytes]
    said: str


def _zeros(size: int) -> bytes:
    """So many zero bytes as one zip member, packed a thousandfold."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("零.bin", "w") as member:
        for _ in range(size // MIB):
            member.write(bytes(MIB))
    return buffer.getvalue()


def _zipped(*members: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _nested_zip() -> bytes:
    """Ten archives in each archive, six levels deep: a million files of a megabyte."""
    data = _zeros(MIB)
    for level in range(6):
        data = _zipped(*((f"{level}-{n}.zip", data) for n in range(10)))
    return data


def _quine_like() -> bytes:
    """An archive in an archive, a thousand deep."""
    data = b"end"
    for _ in range(1000):
        data = _zipped(("里.zip", data))
    return data


def _word(xml: bytes) -> bytes:
    package = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(papers.form(0).data)) as old,
        zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, xml if name == _DOCUMENT else old.read(name))
    return package.getvalue()


def _laughs() -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "哈哈哈">{entities}]>'
        f'<w:document xmlns:w="{w}"><w:body><w:p><w:r><w:t>&a11;</w:t></w:r></w:p></w:body></w:document>'
    ).encode()


def _deep_xml() -> bytes:
    w = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    return w + b"<w:tbl><w:tr><w:tc>" * 100_000


def _wide_xml() -> bytes:
    w = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    return w + b"<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 2_500_000 + b"</w:body></w:document>"


def _pdf_stream() -> bytes:
    packed = zlib.compress(zlib.compress(bytes(200 * MIB), 9), 9)
    return document({**paged(), 4: stream(packed, b"/Filter[/FlateDecode/FlateDecode]")})


def _pdf_streams() -> bytes:
    packed = stream(zlib.compress(bytes(20 * MIB), 9), b"/Filter/FlateDecode")
    contents = b"[%s]" % b" ".join(b"%d 0 R" % n for n in range(400, 500))
    return document({**paged(Contents=contents), **dict.fromkeys(range(400, 500), packed)})


def _attached(name: str, make: Callable[[], bytes]) -> Callable[[str], bytes]:
    return lambda key: mail(key, file(name, make()), named(papers.form(0)))


def _parts(key: str) -> bytes:
    pictures = [b"Content-Type: image/png\r\n\r\nx"] * 10_000
    return mixed(text(LETTER), named(papers.form(0)), *pictures, head=head(key))


def _header(key: str) -> bytes:
    long = b"X-Long: " + b"a" * (10 * MIB) + b"\r\n"
    return long + mixed(text(LETTER), named(papers.form(0)), head=head(key))


def _references(key: str) -> bytes:
    threads = b"References:" + b"".join(b"\r\n <%d@b>" % n for n in range(1_000_000)) + b"\r\n"
    return threads + mixed(text(LETTER), named(papers.form(0)), head=head(key))


OVER_HEADER = "a header over the limit: not all of it was read"
OPENED = '"page_count": 1'
"""The file opens, its page is counted; what is too much of it is not read."""

REFUSED = '"claimed_format": "pdf"'
"""The reading child ends at its limit, and the file is a PDF that cannot be read."""

BOMBS: dict[str, Bomb] = {
    "zip": Bomb(_attached("a.zip", lambda: _zeros(512 * MIB)), "too-large"),
    "zip-nested": Bomb(_attached("a.zip", _nested_zip), "too-large"),
    "zip-deep": Bomb(_attached("a.zip", _quine_like), "too-large"),
    "xml-entities": Bomb(_attached("a.docx", lambda: _word(_laughs())), "unreadable"),
    "xml-deep": Bomb(_attached("a.docx", lambda: _word(_deep_xml())), "unreadable"),
    "xml-wide": Bomb(_attached("a.docx", lambda: _word(_wide_xml())), "too-large"),
    "pdf-stream": Bomb(_attached("a.pdf", _pdf_stream), OPENED),
    "pdf-streams": Bomb(_attached("a.pdf", _pdf_streams), REFUSED),
    "parts": Bomb(_parts, "too-large"),
    "header": Bomb(_header, OVER_HEADER),
    "references": Bomb(_references, OVER_HEADER),
}
