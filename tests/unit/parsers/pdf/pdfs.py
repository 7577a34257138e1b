"""PDFs made byte by byte: sound ones of every build, and damage of the kinds that are met."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

ROOT = b"<</Type/Catalog/Pages 2 0 R>>"
TEXT = b"BT /F 12 Tf 10 50 Td (Recommended by the society) Tj ET"
HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object's body."""
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), entries, content)


def utf16(text: str) -> bytes:
    """A text string as a PDF writes Chinese."""
    return b"<feff%s>" % text.encode("utf-16-be").hex().encode()


def paged(content: bytes = TEXT, pages: int = 1, **more: bytes) -> dict[int, bytes]:
    """The objects of a document with the same drawing on each page; `more` replaces entries of pages."""
    entries = {"MediaBox": b"[0 0 200 100]", "Contents": b"4 0 R"} | more
    written = b"".join(b"/%s %s" % (key.encode(), value) for key, value in entries.items())
    resources = b"/Resources<</Font<</F 3 0 R>>/XObject<</I 5 0 R>>>>"
    kids = b" ".join(b"%d 0 R" % (10 + n) for n in range(pages))
    gray = b"/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"
    return {
        1: ROOT,
        2: b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids),
        3: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        4: stream(content),
        5: stream(b"\0", gray),
        **{10 + n: b"<</Type/Page/Parent 2 0 R%s%s>>" % (written, resources) for n in range(pages)},
    }


def document(objects: Mapping[int, bytes], trailer: bytes = b"", prev: int | None = None) -> bytes:
    """A document with an ordinary cross-reference table (ISO 32000-1 §7.5.4)."""
    data, offsets = HEADER, {}
    for number, body in objects.items():
        offsets[number] = len(data)
        data += b"%d 0 obj%s\nendobj\n" % (number, body)
    table = b"0 1\n0000000000 65535 f \n"
    for number, offset in offsets.items():
        table += b"%d 1\n%010d 00000 n \n" % (number, offset)
    before = b"/Prev %d" % (len(data) if prev == -1 else prev) if prev is not None else b""
    end = b"trailer\n<</Size %d/Root 1 0 R%s%s>>\n" % (max(objects) + 1, before, trailer)
    return data + b"xref\n" + table + end + b"startxref\n%d\n%%%%EOF\n" % len(data)


def packed(objects: Mapping[int, bytes], entries: bytes = b"") -> bytes:
    """A document whose objects lie in an object stream, with a cross-reference stream (§7.5.7, §7.5.8)."""
    loose = {number: body for number, body in objects.items() if b"stream" in body}
    inner = {number: body for number, body in objects.items() if number not in loose}
    index, bodies = b"", b""
    for number, body in inner.items():
        index += b"%d %d " % (number, len(bodies))
        bodies += body + b" "
    holder, table = max(objects) + 1, max(objects) + 2
    kind = b"/Type/ObjStm/N %d/First %d/Filter/FlateDecode" % (len(inner), len(index))
    data, rows = HEADER, {}
    for number, body in {**loose, holder: stream(zlib.compress(index + bodies), kind)}.items():
        rows[number] = struct.pack(">BIH", 1, len(data), 0)
        data += b"%d 0 obj%s\nendobj\n" % (number, body)
    rows |= {number: struct.pack(">BIH", 2, holder, at) for at, number in enumerate(inner)}
    rows[table] = struct.pack(">BIH", 1, len(data), 0)
    free = struct.pack(">BIH", 0, 0, 0)
    content = zlib.compress(b"".join(rows.get(number, free) for number in range(table + 1)))
    head = b"/Type/XRef/Size %d/W[1 4 2]/Root 1 0 R/Filter/FlateDecode%s" % (table + 1, entries)
    return data + b"%d 0 obj%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, stream(content, head), len(data))


def with_form(form: bytes, **objects: bytes) -> bytes:
    """A document with this AcroForm dictionary; `objects` are named by number ("o20")."""
    more = {int(name[1:]): body for name, body in objects.items()}
    root = b"<</Type/Catalog/Pages 2 0 R/AcroForm %s>>" % form
    return document({**paged(), 1: root, **more})


def nested(depth: int) -> dict[int, bytes]:
    """A page tree of `depth` levels."""
    tree = {
        20 + n: b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % (21 + n if n + 1 < depth else 10)
        for n in range(depth)
    }
    return {**paged(), 2: b"<</Type/Pages/Count 1/Kids[20 0 R]>>", **tree}


def replaced(number: int, body: bytes) -> bytes:
    """A sound document but for one object."""
    return document({**paged(), number: body})


SOUND: dict[str, bytes] = {
    "plain": document(paged()),
    "object streams": packed(paged()),
    "junk before the header": b"\0\r\njunk" * 100 + document(paged()),
    "junk behind the end": document(paged()) + b"\0" * 5000 + b"<html>an added footer</html>",
    "no table": document(paged()).split(b"xref\n")[0],
    "table cut": document(paged())[:-120],
    "startxref points nowhere": document(paged()).replace(b"startxref\n", b"startxref\n9"),
    "startxref 0": document(paged()).split(b"startxref")[0] + b"startxref\n0\n%%EOF\n",
    "no startxref": document(paged()).split(b"startxref")[0],
    "offsets all wrong": document(paged()).replace(b"\n00000", b"\n00009"),
    "wrong stream length": document({**paged(), 4: stream(TEXT).replace(b"/Length ", b"/Length 9")}),
    "no stream length": document({**paged(), 4: stream(TEXT).replace(b"/Length", b"/Lenght")}),
    "line ends changed": document(paged()).replace(b"\n", b"\r\n"),
    "table that is its own predecessor": document(paged(), prev=-1),
    "table before the file": document(paged(), prev=-99),
    "count too large": replaced(2, b"<</Type/Pages/Count 1000000/Kids[10 0 R]>>"),
    "count negative": replaced(2, b"<</Type/Pages/Count -1/Kids[10 0 R]>>"),
    "no page type": document({**paged(), 10: paged()[10].replace(b"/Type/Page", b"")}),
    "deep page tree": document(nested(30)),
    "appended revision": document(paged(b"")) + document(paged())[len(HEADER) :],
    "header of another version": document(paged()).replace(b"%PDF-1.7", b"%PDF-9.9"),
    "a null among the pages": replaced(2, b"<</Type/Pages/Count 2/Kids[null 10 0 R]>>"),
}
"""Documents that a person's reader opens; each shows `TEXT` on one page."""

HOSTILE: dict[str, bytes] = {
    "header only": b"%PDF-1.7\n",
    "nothing but a trailer": b"%PDF-1.7\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF",
    "root is itself": b"%PDF-1.7\n1 0 obj 1 0 R endobj\ntrailer<</Root 1 0 R>>",
    "pages in a ring": replaced(2, b"<</Type/Pages/Count 1/Kids[2 0 R]>>"),
    "two rings": document({**paged(), 2: b"<</Type/Pages/Kids[6 0 R]>>", 6: b"<</Type/Pages/Kids[2 0 R]>>"}),
    "kids no array": replaced(2, b"<</Type/Pages/Count 1/Kids 10>>"),
    "the same page a million times": replaced(
        2, b"<</Type/Pages/Count 50000/Kids[%s]>>" % (b"10 0 R " * 50_000)
    ),
    "page tree too deep": document(nested(5000)),
    "arrays too deep": replaced(5, b"[" * 100_000),
    "dictionaries too deep": replaced(5, b"<</A" * 100_000),
    "contents too deep": document({**paged(), 4: stream(b"[" * 200_000 + b"q " * 200_000)}),
    "length that is its own length": replaced(4, b"<</Length 4 0 R>>stream\nx\nendstream"),
    "contents in a ring": document({**paged(Contents=b"[20 0 R]"), 20: b"[20 0 R]"}),
    "form in itself": document(
        {
            **paged(b"/I Do"),
            5: stream(b"/I Do", b"/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</I 5 0 R>>>>"),
        }
    ),
    "object stream that extends itself": packed(paged()).replace(
        b"/Type/ObjStm", b"/Extends 99 0 R/Type/ObjStm"
    ),
    "object stream of a million": packed(paged()).replace(b"/ObjStm/N ", b"/ObjStm/N 99999"),
    "wide cross references": packed(paged()).replace(b"/W[1 4 2]", b"/W[9 9 9]"),
    "huge cross references": packed(paged()).replace(b"/Size ", b"/Size 99999999"),
    "predictor of great width": packed(
        paged(), b"/DecodeParms<</Predictor 15/Columns 2000000000/Colors 32/BitsPerComponent 16>>"
    ),
    "box without area": document(paged(MediaBox=b"[0 0 0 0]")),
    "box of great size": document(paged(MediaBox=b"[0 0 1e38 1e38]")),
    "box of words": document(paged(MediaBox=b"[/a (b) null 4]")),
    "no box": document({**paged(), 10: b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>"}),
    "unknown encryption": document(paged(), b"/Encrypt<</Filter/Standard/V 99/R 99/O()/U()/P 0>>"),
    "encryption without a key": document(paged(), b"/Encrypt<</Filter/Standard/V 2/R 3>>/ID[(a)(b)]"),
    "encryption by certificate": document(paged(), b"/Encrypt<</Filter/Adobe.PubSec/V 4/R 4>>"),
    "flate bomb": replaced(4, stream(zlib.compress(bytes(90_000_000)), b"/Filter/FlateDecode")),
    "filters upon filters": replaced(4, stream(b"x", b"/Filter[%s]" % (b"/FlateDecode " * 10_000))),
    "undecodable pictures": document(
        {
            **paged(b"q 200 0 0 100 0 0 cm /I Do Q"),
            5: stream(b"not a picture", b"/Subtype/Image/Width 9999/Height 9999/Filter/JPXDecode"),
        }
    ),
    "a fax without its tables": document(
        {
            **paged(b"q 200 0 0 100 0 0 cm /I Do Q"),
            5: stream(
                b"\0" * 50, b"/Subtype/Image/Width 60000/Height 60000/BitsPerComponent 1/Filter/JBIG2Decode"
            ),
        }
    ),
    "inline picture without an end": document(paged(b"BI /W 99999 /H 99999 /BPC 8 /CS /RGB ID \0\0\0")),
    "numbers too long": document(paged(b"9" * 100_000 + b" 0 m")),
    "strings without an end": replaced(5, b"(" * 50_000),
    "names of zeros": replaced(5, b"/" + b"#00" * 50_000),
    "fields in a ring": with_form(
        b"<</Fields[20 0 R]>>", o20=b"<</T(a)/Kids[20 0 R 21 0 R]>>", o21=b"<</T(b)/Kids[20 0 R]>>"
    ),
    "fields of nonsense": with_form(
        b"<</Fields[1 (a) null /b 20 0 R 999 0 R]/XFA 7>>", o20=b"<</T 7/V<<>>>>"
    ),
    "form is an array": with_form(b"[1 2 3]"),
    "embedded files in a ring": document(
        {
            **paged(),
            1: b"<</Pages 2 0 R/Names<</EmbeddedFiles 20 0 R>>>>",
            20: b"<</Kids[20 0 R]/Names[(a) 20 0 R]>>",
        }
    ),
    "metadata is a page": document(paged(), b"/Info 10 0 R"),
}
"""Documents made or broken so that a reader may loop, swell or trip; what they show does not matter."""
