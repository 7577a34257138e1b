"""Forms, scans and pictures of the corpus: small, and the same bytes on every machine.

Nothing is compressed where that can be helped, since another zlib packs differently.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from datetime import date

from intake.demo import units
from intake.demo.filling import SampleEntry
from intake.demo.papers.content import Category, seeded
from intake.demo.papers.sheet import SheetLayout, sheet_of
from tests.corpus.statement import FormSaid, Held
from tests.material import docx
from tests.unit.parsers.pdf.pdfs import document, paged, stream

FILLED = date(2025, 2, 18)
FIGURES = (
    *("service_years", "founded_years", "members", "active_share", "brands", "activities"),
    *("running_years", "team", "resident_share", "teams", "activity_kinds", "registered"),
)
"""The figures that every campaign file of this notice names."""

_NOMINEES: dict[Category, tuple[str, ...]] = {
    "volunteer": ("朱镕基", "李喆", "王㛃", "欧阳璟雯", "买买提·艾力", "于洁"),
    "organisation": ("天府科技小院志愿服务队", "“海丝”科技志愿服务队", "南粤科普轻骑兵志愿服务总队"),
    "project": ("“点亮乡村”用电安全科普项目", "“科普大篷车进牧区”项目", "银龄跨越数字鸿沟科普服务项目"),
    "site": ("云桥村科技志愿服务点", "青春岛社区科技志愿服务点", "梧桐里社区科技志愿服务点"),
}
_UNITS = (units.ZHEJIANG, units.HENAN, units.METEOROLOGY, units.POPULARISATION, units.YOUTH)
CATEGORIES: tuple[Category, ...] = ("volunteer", "organisation", "project", "site")


def entry(number: int) -> SampleEntry:
    """The nomination of that number: categories, nominees, units and layouts in turn."""
    category = CATEGORIES[number % 4]
    names = _NOMINEES[category]
    return SampleEntry(
        _UNITS[number % len(_UNITS)],
        category,
        names[number // 4 % len(names)],
        "基层服务中心",
        tuple(SheetLayout)[number % 3],
    )


def said(item: SampleEntry) -> FormSaid:
    """What the form of a nomination says; figures that depend on the day of counting are not stated."""
    figures = {
        name: float(value) if not isinstance(value, bool) else value
        for name, value in item.truth(2025).figures.items()
        if isinstance(value, (int, float))
    }
    return FormSaid(item.category, item.nominee, item.unit.written, figures)


def form(number: int, name: str = "") -> Held:
    """The Word form of a nomination."""
    item = entry(number)
    sheet = sheet_of(item.content(FILLED, 2025, 2024), item.layout)
    return Held(name or f"{item.nominee}推荐表.docx", stored(docx(sheet)), "word", "form", (said(item),))


def scan(number: int, name: str = "", pages: int = 1) -> Held:
    """Its stamped scan."""
    data = scan_pdf(f"scan {number}", pages)
    return Held(name or f"{entry(number).nominee}推荐表（盖章）.pdf", data, f"pdf scan {pages}", "scan")


def both(number: int) -> tuple[Held, Held]:
    """Form and scan."""
    return form(number), scan(number)


def stored(package: bytes) -> bytes:
    """The package with its members as they are, not packed, all of one time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name), old.read(name))
    return buffer.getvalue()


def scan_pdf(key: object, pages: int = 1) -> bytes:
    """A PDF of a picture that fills the page, another one for every key."""
    grey = b"/Type/XObject/Subtype/Image/Width 21/Height 30/ColorSpace/DeviceGray/BitsPerComponent 8"
    fills = paged(b"q 595 0 0 842 0 0 cm /I Do Q", pages, MediaBox=b"[0 0 595 842]")
    return document({**fills, 5: stream(seeded("corpus", key).randbytes(630), grey)})


def text_pdf(lines: Sequence[str], pages: int = 1) -> bytes:
    """A PDF with these lines as its text layer, as Word exports it (ToUnicode, PDF 1.7 §9.10.3)."""
    codes = "".join(f"<{ord(c):04X}> <{ord(c):04X}>\n" for c in sorted(set("".join(lines))))
    entries = codes.splitlines()
    blocks = "".join(
        f"{len(entries[at : at + 100])} beginbfchar\n" + "\n".join(entries[at : at + 100]) + "\nendbfchar\n"
        for at in range(0, len(entries), 100)
    )
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{blocks}endcmap end end"
    )
    shown = "\n".join(f"<{line.encode('utf-16-be').hex()}> Tj T*" for line in lines)
    objects = paged(f"BT /F 12 Tf 18 TL 60 780 Td\n{shown}\nET".encode(), pages, MediaBox=b"[0 0 595 842]")
    objects[3] = (
        b"<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/Identity-H"
        b"/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>"
    )
    objects[6] = (
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/SimSun/DW 1000/FontDescriptor 8 0 R"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>"
    )
    objects[7] = stream(cmap.encode())
    objects[8] = (
        b"<</Type/FontDescriptor/FontName/SimSun/Flags 4/FontBBox[0 -141 1000 859]/ItalicAngle 0"
        b"/Ascent 859/Descent -141/CapHeight 683/StemV 80>>"
    )
    return document(objects)


def png(width: int = 840, height: int = 1188) -> bytes:
    """A white page as a picture, stored without packing."""
    rows = (b"\0" + b"\xff" * ((width + 7) // 8)) * height

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packed = zlib.compress(rows, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def tiff(width: int = 840, height: int = 1188) -> bytes:
    """The same as a fax machine saves it: little-endian, one strip, bilevel (TIFF 6.0 §3)."""
    data = b"\xff" * ((width + 7) // 8 * height)
    tags = (
        (256, width),
        (257, height),
        (258, 1),
        (259, 1),
        (262, 1),
        (273, 8),
        (278, height),
        (279, len(data)),
    )
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return (
        b"II*\0" + struct.pack("<I", 8 + len(data)) + data + struct.pack("<H", len(tags)) + entries + bytes(4)
    )


def heic(width: int = 3024, height: int = 4032) -> bytes:
    """The boxes in which a phone's picture tells what it is and how large (ISO/IEC 23008-12)."""

    def box(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", 8 + len(data)) + kind + data

    size = box(b"ispe", struct.pack(">III", 0, width, height))
    meta = bytes(4) + box(b"hdlr", bytes(8) + b"pict" + bytes(13)) + box(b"iprp", box(b"ipco", size))
    return box(b"ftyp", b"heic\0\0\0\0mif1heic") + box(b"meta", meta) + box(b"mdat", b"\1" * 50_000)


def jpeg() -> bytes:
    """A page photographed with a phone."""
    from PIL import Image

    buffer = io.BytesIO()
    noise = Image.frombytes("L", (105, 148), seeded("corpus", "jpeg").randbytes(105 * 148))
    noise.resize((840, 1188)).save(buffer, "JPEG")
    return buffer.getvalue()
