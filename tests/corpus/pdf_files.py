"""PDF in every form, and the pictures that are sent in its place."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

from intake.demo.papers.sheet import SheetLayout, sheet_of
from tests.corpus import papers
from tests.corpus.posting import LETTER, with_files
from tests.corpus.statement import Held, Message
from tests.unit.parsers.pdf.pdfs import HEADER, document, packed, paged, stream, utf16

XFA = """<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><xfa:datasets
xmlns:xfa="http://www.xfa.org/schema/xfa-data/1.0/"><xfa:data><form1><姓名>李喆</姓名><推荐单位>河南省科协</推荐单位>
</form1></xfa:data></xfa:datasets></xdp:xdp>"""


def messages() -> Iterator[Message]:
    """The messages of this chapter."""
    yield from _scans()
    yield from _damaged()
    yield from _texts()
    yield from _locked()
    yield from _with_more_inside()
    yield from _pictures()


def _sent(key: str, *files: Held) -> Message:
    return Message(f"pdf/{key}", with_files(f"pdf/{key}", files), "推荐材料", LETTER, files)


def _scans() -> Iterator[Message]:
    for pages in (1, 2, 12):
        yield _sent(f"scan-of-{pages}", papers.form(0), papers.scan(0, pages=pages))
    named = {
        "汇总表盖章.pdf": "summary",
        "获奖证书.pdf": "other",
        "事迹材料.pdf": "statement",
        "CCF_0001.pdf": "scan",
    }
    for number, (name, role) in enumerate(named.items()):
        held = replace(papers.scan(20 + number, name), role=role)
        yield _sent(f"scan-named-{number}", papers.form(0), held)
    pages = [papers.scan(number, f"扫描{number - 29}.pdf") for number in (30, 31, 32)]
    yield _sent("scan-in-three-files", papers.form(1), *pages)
    yield _sent("one-scan-for-ten", *(papers.form(n) for n in range(4)), papers.scan(40, "盖章件.pdf", 10))
    stamped = replace(papers.scan(5), name="扫描件")
    yield _sent("scan-without-an-ending", papers.form(5), stamped)


def _damaged() -> Iterator[Message]:
    sound = papers.scan_pdf("damaged")
    broken = {
        "junk-before": b"\0\r\njunk" * 100 + sound,
        "junk-behind": sound + b"\0" * 3000 + b"<html>footer</html>",
        "without-its-table": sound.split(b"xref\n")[0],
        "table-cut-off": sound[:-120],
        "startxref-astray": sound.replace(b"startxref\n", b"startxref\n9"),
        "offsets-wrong": sound.replace(b"\n00000", b"\n00009"),
        "stream-length-wrong": sound.replace(b"<</Length 630", b"<</Length 9630"),
        "two-revisions": document(paged(b"")) + sound[len(HEADER) :],
    }
    for style, data in broken.items():
        yield _sent(style, Held("盖章件.pdf", data, "pdf scan 1", "scan"))
    hint = b"<</Linearized 1/L %d/H[500 60]/O 10/E 900/N 1/T 1200>>" % len(sound)
    objects = paged(b"q 595 0 0 842 0 0 cm /I Do Q", MediaBox=b"[0 0 595 842]")
    yield _sent("linearised", Held("盖章件.pdf", document({9: hint, **objects}), "pdf scan 1", "scan"))
    yield _sent("object-streams", Held("盖章件.pdf", packed(objects), "pdf scan 1", "scan", varies=True))
    for style, data in {"header-alone": b"%PDF-1.7\n", "cut-off": sound[:200]}.items():
        yield _sent(style, Held("盖章件.pdf", data, "unreadable unreadable pdf", "scan"))


def _texts() -> Iterator[Message]:
    for number in range(4):
        item = replace(papers.entry(number), layout=SheetLayout.UNIT_ROW)
        sheet = sheet_of(item.content(papers.FILLED, 2025, 2024), item.layout)
        lines = [line.text for line in sheet.above]
        lines += [" ".join(box.text.replace("\n", " ")[:40] for box in row) for row in sheet.rows]
        held = Held("推荐表.pdf", papers.text_pdf(lines), "pdf text 1", "scan")
        yield _sent(f"exported-{item.category}", papers.form(number), held)
    story = papers.text_pdf(["李喆同志先进事迹材料", *["他长期扎根基层，开展科普活动，群众交口称赞。"] * 8])
    yield _sent("statement", Held("材料.pdf", story, "pdf text 1", "statement"))
    minutes = papers.text_pdf(["会议通知", "定于二月二十日召开工作部署会，请准时参加。"])
    yield _sent("neither", Held("通知.pdf", minutes, "pdf text 1"))


def _sealed(data: bytes, user: str, owner: str) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(user, owner, algorithm="AES-256")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _locked() -> Iterator[Message]:
    sound = papers.scan_pdf("locked")
    opened = Held("盖章件.pdf", _sealed(sound, "", "owner"), "pdf scan 1", "scan", varies=True)
    yield _sent("empty-password", opened)
    shut = Held(
        "盖章件.pdf", _sealed(sound, "1234", "owner"), "unreadable encrypted pdf", "scan", varies=True
    )
    yield _sent("real-password", papers.form(0), shut)


def _with_more_inside() -> Iterator[Message]:
    plain = paged(b"q 595 0 0 842 0 0 cm /I Do Q", MediaBox=b"[0 0 595 842]")

    def held(root: bytes, facts: str, inside: tuple[Held, ...] = (), **objects: bytes) -> Held:
        more = {int(name[1:]): body for name, body in objects.items()}
        data = document({**plain, 1: b"<</Type/Catalog/Pages 2 0 R%s>>" % root, **more})
        return Held("表.pdf", data, facts, "scan", inside=inside)

    fields = {"o20": b"<</T %s/V %s/FT/Tx>>" % (utf16("姓名"), utf16("李喆"))}
    fields["o21"] = b"<</T %s/V %s/FT/Tx>>" % (utf16("推荐单位"), utf16("河南省科协"))
    root = b"/AcroForm<</Fields[20 0 R 21 0 R]>>"
    yield _sent("fillable", held(root, "pdf scan 1 姓名=李喆 推荐单位=河南省科协", **fields))
    told = "pdf scan 1 form1.姓名=李喆 form1.推荐单位=河南省科协"
    yield _sent("xfa", held(b"/AcroForm<</Fields[]/XFA 20 0 R>>", told, o20=stream(XFA.encode())))
    undeclared = XFA.replace(' xmlns:xdp="http://ns.adobe.com/xdp/"', "")
    bare = held(b"/AcroForm<</Fields[]/XFA 20 0 R>>", told, o20=stream(undeclared.encode()))
    yield _sent("xfa-prefix-not-declared", bare)
    form, scan = papers.both(1)
    names = b"/Names<</EmbeddedFiles<</Names[(a) 20 0 R (b) 21 0 R]>>>>/Collection<</View/D>>"
    files = {
        f"o{20 + n}": b"<</Type/Filespec/UF %s/F(x)/EF<</F %d 0 R>>>>" % (utf16(item.name), 30 + n)
        for n, item in enumerate((form, scan))
    }
    files |= {f"o{30 + n}": stream(item.data, b"/Type/EmbeddedFile") for n, item in enumerate((form, scan))}
    yield _sent("portfolio", held(names, "pdf scan 1", (form, scan), **files))


def _pictures() -> Iterator[Message]:
    pictures = {
        "png": ("第1页.png", papers.png(), "image png", False),
        "tiff": ("传真.tif", papers.tiff(), "image tiff", False),
        "heic": ("IMG_0001.HEIC", papers.heic(), "image heic", False),
        "jpeg": ("微信图片.jpg", papers.jpeg(), "image jpeg", True),
    }
    for style, (name, data, facts, varies) in pictures.items():
        yield _sent(f"pages-as-{style}", papers.form(4), Held(name, data, facts, "photo", varies=varies))
    pages = [Held(f"第{n}页.png", papers.png(840 + n), "image png", "photo") for n in (1, 2, 3)]
    yield _sent("pages-as-pictures", papers.form(4), *pages)
    yield _sent(
        "picture-named-pdf", papers.form(4), Held("盖章件.pdf", papers.png(900), "image png", "photo")
    )
