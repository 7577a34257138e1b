"""Small PDF files with a text layer, laid out as an office program exports them.

Written by hand, since a benchmark needs hundreds and nothing else in the project
makes any: pages of lines in one font, with a ToUnicode map of the characters used,
through which every reader finds the text (PDF 1.7, §9.10.3).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence

LINE_CHARACTERS = 38
PAGE_LINES = 40
MAP_ENTRIES = 100
"""Entries that one bfchar block of a map may have."""

_FIXED = (
    b"<< /Type /Catalog /Pages 2 0 R >>",
    b"",  # 2: the page tree, known once the pages are
    b"<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding /Identity-H"
    b" /DescendantFonts [4 0 R] /ToUnicode 6 0 R >>",
    b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /SimSun /DW 1000 /FontDescriptor 5 0 R"
    b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
    b"<< /Type /FontDescriptor /FontName /SimSun /Flags 4 /FontBBox [0 -141 1000 859] /ItalicAngle 0"
    b" /Ascent 859 /Descent -141 /CapHeight 683 /StemV 80 >>",
)


def text_pdf(paragraphs: Iterable[str]) -> bytes:
    """A PDF (A4) of these paragraphs, wrapped; characters beyond the basic plane are left out."""
    lines = [line for paragraph in paragraphs for line in _wrapped(paragraph)]
    pages = [lines[start : start + PAGE_LINES] for start in range(0, len(lines), PAGE_LINES)]
    objects = [*_FIXED, _stream(_unicode_map("".join(lines)))]
    kids = []
    for page in pages:
        contents = len(objects) + 1
        objects.append(_stream(_page_text(page)))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % contents
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    return _file(objects)


def _wrapped(paragraph: str) -> list[str]:
    shown = "".join(c for c in paragraph if " " <= c <= "\uffff" or c == "\n")
    return [
        line[start : start + LINE_CHARACTERS]
        for line in shown.split("\n")
        for start in range(0, len(line), LINE_CHARACTERS)
    ]


def _stream(data: bytes) -> bytes:
    packed = zlib.compress(data)
    return b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)


def _page_text(lines: Sequence[str]) -> bytes:
    """The lines from the top; a character's code is its place in Unicode."""
    shown = b"\n".join(b"<%s> Tj T*" % line.encode("utf-16-be").hex().encode() for line in lines)
    return b"BT /F1 12 Tf 18 TL 60 780 Td\n%s\nET" % shown


def _unicode_map(text: str) -> bytes:
    codes = sorted({f"{ord(character):04X}" for character in text})
    blocks = []
    for start in range(0, len(codes), MAP_ENTRIES):
        block = codes[start : start + MAP_ENTRIES]
        entries = "\n".join(f"<{code}> <{code}>" for code in block)
        blocks.append(f"{len(block)} beginbfchar\n{entries}\nendbfchar")
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /Custom def\n"
        "/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        + "\n".join(blocks)
        + "\nendcmap\nend\nend"
    ).encode("ascii")


def _file(objects: Sequence[bytes]) -> bytes:
    """The objects, numbered from 1, with their cross-reference table (§7.5.4)."""
    data = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    data += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(data)
