"""What lies inside a PDF beside its pages: filled-in fields and embedded files."""

from __future__ import annotations

import hashlib
import io
import os
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfWriter

from intake.domain.model.facts import Facts, PdfFacts
from parsers.archives.members import REST
from parsers.common import limits
from tests.unit.parsers.pdf.pdfs import document, packed, paged, stream, utf16, with_form

Read = Callable[[bytes], PdfFacts]


@pytest.fixture
def read(facts_of: Callable[[bytes], Facts]) -> Read:
    def parsed(data: bytes) -> PdfFacts:
        facts = facts_of(data)
        assert isinstance(facts, PdfFacts), facts
        return facts

    return parsed


def field(name: bytes, value: bytes = b"", more: bytes = b"") -> bytes:
    return b"<</T %s%s%s>>" % (name, b"/V " + value if value else b"", more)


def test_fields_in_their_order_with_empty_ones(read: Read) -> None:
    data = with_form(
        b"<</Fields[20 0 R 21 0 R 22 0 R 23 0 R 24 0 R]>>",
        o20=field(utf16("姓名"), utf16("张三"), b"/FT/Tx"),
        o21=field(b"(Text1)", b"", b"/FT/Tx/TU " + utf16("推荐单位")),
        o22=field(b"(agreed)", b"/Yes", b"/FT/Btn"),
        o23=field(b"(choice)", b"[(a) (b)]", b"/FT/Ch"),
        o24=field(b"(send)", b"", b"/FT/Btn/Ff 65536"),
    )
    assert read(data).fields == (
        ("姓名", "张三"),
        ("推荐单位", ""),
        ("agreed", "Yes"),
        ("choice", "a、b"),
    )


def test_fields_within_fields_inherit_and_places_are_no_fields(read: Read) -> None:
    data = with_form(
        b"<</Fields[20 0 R]>>",
        o20=field(b"(form1[0])", b"", b"/FT/Tx/Kids[21 0 R 22 0 R]"),
        o21=field(utf16("姓名"), b"", b"/V " + utf16("李四") + b"/Kids[23 0 R 24 0 R]"),
        o22=field(b"(page[1].unit)", b"30 0 R"),
        o23=b"<</Subtype/Widget>>",
        o24=b"<</Subtype/Widget>>",
        o30=stream(utf16("浙江省科协")[1:-1]),
    )
    assert read(data).fields[0] == ("form1.姓名", "李四")
    assert [name for name, _ in read(data).fields] == ["form1.姓名", "form1.page[1].unit"]


def test_a_value_in_gbk(read: Read) -> None:
    raw = "张三".encode("gbk").hex().encode()
    data = with_form(b"<</Fields[20 0 R]>>", o20=field(b"(name)", b"<" + raw + b">", b"/FT/Tx"))
    assert read(data).fields == (("name", "张三"),)


def test_a_form_in_object_streams(read: Read) -> None:
    objects = {
        **paged(),
        1: b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[20 0 R]>>>>",
        20: field(utf16("姓名"), utf16("张三"), b"/FT/Tx"),
    }
    assert read(packed(objects)).fields == (("姓名", "张三"),)


XFA = """<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><template><field name="x"/></template>
<xfa:datasets xmlns:xfa="http://www.xfa.org/schema/xfa-data/1.0/"><xfa:data><form1>
<姓名>张三</姓名><单位><名称> 浙江省科协 </名称><data>7</data></单位><空/></form1></xfa:data>
</xfa:datasets></xdp:xdp>"""
TOLD = (("form1.姓名", "张三"), ("form1.单位.名称", "浙江省科协"), ("form1.单位.data", "7"), ("form1.空", ""))


def test_xfa_in_one_stream_and_in_packets(read: Read) -> None:
    assert read(with_form(b"<</Fields[]/XFA 20 0 R>>", o20=stream(XFA.encode()))).fields == TOLD
    datasets = XFA[XFA.index("<xfa:datasets") : XFA.index("</xdp:xdp>")].encode()
    packets = b"<</Fields[]/XFA[(template) 21 0 R (datasets) 20 0 R]>>"
    zipped = stream(zlib.compress(datasets), b"/Filter/FlateDecode")
    assert read(with_form(packets, o20=zipped, o21=stream(b"<template/>"))).fields == TOLD


def test_xfa_reads_no_file(read: Read, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("password")
    head = f'<!DOCTYPE x [<!ENTITY s SYSTEM "file://{secret}">]>'
    data = f"{head}<d><data><f>&s;</f><h>ok</h></data></d>"
    fields = dict(read(with_form(b"<</XFA 20 0 R>>", o20=stream(data.encode()))).fields)
    assert "password" not in "".join(fields.values())
    assert fields["h"] == "ok"


def test_xfa_expands_no_entities(read: Read) -> None:
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    data = f'<!DOCTYPE x [<!ENTITY a0 "ha">{lines}]><d><data><f>&a9;</f></data></d>'
    fields = read(with_form(b"<</XFA 20 0 R>>", o20=stream(data.encode()))).fields
    assert sum(len(value) for _, value in fields) < 100


@pytest.mark.parametrize(
    "xml", [b"", b"<", b"not xml", b"\xff\xfe\0", b"<a><data>", b"<?xml version='1.0' encoding='x'?><a/>"]
)
def test_xfa_that_is_none(read: Read, xml: bytes) -> None:
    assert read(with_form(b"<</XFA 20 0 R>>", o20=stream(xml))).page_count == 1


def test_more_fields_than_anybody_fills_in(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PDF_FIELDS", 10)
    kids = b" ".join(b"%d 0 R" % n for n in range(20, 60))
    fields = {f"o{n}": field(b"(f%d)" % n, b"(%s)" % (b"x" * 30_000), b"/FT/Tx") for n in range(20, 60)}
    found = read(with_form(b"<</Fields[%s]>>" % kids, **fields)).fields
    assert len(found) == 10
    assert {len(value) for _, value in found} == {limits.PDF_FIELD_CHARACTERS}


def embedded(name: bytes, content: bytes, kind: bytes = b"") -> tuple[bytes, bytes]:
    """A file specification, whose stream is the object after it, and that stream."""
    specification = b"<</Type/Filespec/F(x)/UF %s/EF<</F 21 0 R>>>>" % name
    return specification, stream(zlib.compress(content), b"/Filter/FlateDecode" + kind)


PINNED = b"[<</Subtype/FileAttachment/FS 20 0 R>> <</Subtype/Link>> null 7]"
CONTENT = os.urandom(100_000)


@pytest.mark.parametrize("build", [document, packed])
def test_a_portfolio_gives_its_files(
    read: Read, scratch: Path, build: Callable[[dict[int, bytes]], bytes]
) -> None:
    specification, content = embedded(utf16("甲/推荐表.docx"), CONTENT, b"/Subtype/application#2Fx-y")
    root = b"<</Type/Catalog/Pages 2 0 R/Collection<<>>/Names<</EmbeddedFiles<</Kids[22 0 R]>>>>>>"
    names = b"<</Names[(a) 20 0 R (b) 20 0 R (c) 30 0 R]/Limits[(a) (c)]>>"
    (member,) = read(build({**paged(), 1: root, 20: specification, 21: content, 22: names})).members
    assert (member.folder, member.filename, member.claimed_type) == ("甲", "推荐表.docx", "application/x-y")
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert (member.content_hash, member.size) == (f"sha256:{digest}", len(CONTENT))
    assert (scratch / digest).read_bytes() == CONTENT


def test_a_file_pinned_to_a_page(read: Read) -> None:
    specification, content = embedded(utf16("附件.pdf"), b"%PDF-1.7")
    facts = read(document({**paged(Annots=PINNED, pages=3), 20: specification, 21: content}))
    assert [member.filename for member in facts.members] == ["附件.pdf"]


def test_files_as_other_programs_embed_them_open_behind_an_owner_password(read: Read) -> None:
    for algorithm in ("RC4-128", "AES-256"):
        writer = PdfWriter(clone_from=io.BytesIO(document(paged())))
        writer.add_attachment("form.docx", CONTENT)
        writer.encrypt("", "owner", algorithm=algorithm)
        buffer = io.BytesIO()
        writer.write(buffer)
        (member,) = read(buffer.getvalue()).members
        assert (member.filename, member.content_hash[7:]) == (
            "form.docx",
            hashlib.sha256(CONTENT).hexdigest(),
        )


def test_a_reference_to_a_file_outside_is_not_followed(read: Read) -> None:
    root = b"<</Type/Catalog/Pages 2 0 R/AF[20 0 R]>>"
    assert read(document({**paged(), 1: root, 20: b"<</Type/Filespec/F(/etc/passwd)>>"})).members == ()


def test_an_embedded_bomb_is_not_kept(read: Read, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ARCHIVE_MEMBER_BYTES", 1_000_000)
    specification, content = embedded(b"(bomb)", bytes(50_000_000))
    root = b"<</Type/Catalog/Pages 2 0 R/AF[20 0 R]>>"
    facts = read(document({**paged(), 1: root, 20: specification, 21: content}))
    assert (facts.members, facts.left_out) == ((), (("bomb", "too-large"),))
    assert list(scratch.iterdir()) == []


def test_embedded_files_that_cannot_be_had_are_told(read: Read) -> None:
    whole, content = embedded(b"(whole.docx)", CONTENT)
    lost = b"<</Type/Filespec/F(lost.docx)/EF<</F 40 0 R>>>>"
    broken = b"<</Type/Filespec/F(broken.docx)/EF<</F 24 0 R>>>>"
    names = b"<</Names[(a) null (b.docx) 40 0 R (c) 22 0 R (d) 23 0 R (e) 20 0 R (f)]>>"
    root = b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles %s>>>>" % names
    damaged = stream(b"no deflated data at all" * 9, b"/Filter/FlateDecode")
    inside = {20: whole, 21: content, 22: lost, 23: broken, 24: damaged}
    facts = read(document({**paged(), 1: root, **inside}))
    assert [member.filename for member in facts.members] == ["whole.docx"]
    left = [("a", "unreadable"), ("b.docx", "unreadable"), ("lost.docx", "unreadable")]
    assert facts.left_out == (*left, ("broken.docx", "unreadable"))


def test_an_embedded_file_of_which_only_a_part_is_left(read: Read) -> None:
    specification, content = embedded(b"(a.docx)", CONTENT, b"/Params<</Size %d>>" % (len(CONTENT) + 1))
    empty, nothing = embedded(b"(empty.txt)", b"", b"/Params<</Size 0>>")
    root = b"<</Type/Catalog/Pages 2 0 R/AF[20 0 R 22 0 R]>>"
    inside = {20: specification, 21: content, 22: empty.replace(b"21 0", b"23 0"), 23: nothing}
    facts = read(document({**paged(), 1: root, **inside}))
    assert [(member.filename, member.size) for member in facts.members] == [("empty.txt", 0)]
    assert facts.left_out == (("a.docx", "unreadable"),)


def test_more_nodes_than_are_visited_are_told(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parsers.common.limits.PDF_NODES", 2)
    specification, content = embedded(b"(a.docx)", CONTENT)
    facts = read(document({**paged(Annots=PINNED), 20: specification, 21: content}))
    assert (facts.members, facts.left_out) == ((), ((REST, "too-large"),))
