"""Word files: real ones made by python-docx, and pieces of XML as Word and WPS write them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document

import parsers
from intake.domain.model.facts import Cell, Paragraph, Table, UnreadableFacts, WordFacts
from parsers.common import limits
from tests.unit.parsers.word.wordxml import NAMESPACES, control, docx, para, repacked, run, words

Put = Callable[[bytes], Path]


def test_a_form_with_merged_cells(put: Put, form_docx: bytes, scratch: Path) -> None:
    facts = parsers.parse(put(form_docx), scratch)
    assert isinstance(facts, WordFacts)
    title, table, date = facts.blocks
    assert title == Paragraph("最美科技志愿者推荐表")
    assert date == Paragraph("填表日期：2025年2月20日")
    assert isinstance(table, Table)
    assert table.rows[0] == (Cell("姓名", 0), Cell("张三", 1), Cell("性别", 2), Cell("男", 3))
    assert table.rows[1] == (Cell("推荐单位", 0), Cell("浙江省科学技术协会", 1, 3))
    assert [row[0].text for row in table.rows[2:]] == ["事迹", "事迹"]
    assert [row[1].text for row in table.rows[2:]] == ["甲", "乙"]


def test_reading_order_nested_tables_and_headers(put: Put, scratch: Path) -> None:
    document = Document()
    document.sections[0].header.paragraphs[0].text = "附件2"
    document.add_paragraph("前")
    cell = document.add_table(rows=1, cols=1).cell(0, 0)
    cell.text = "外"
    cell.add_table(1, 1).cell(0, 0).text = "内"
    document.add_paragraph("后")
    buffer = io.BytesIO()
    document.save(buffer)
    facts = parsers.parse(put(buffer.getvalue()), scratch)
    assert isinstance(facts, WordFacts)
    shown = [b.text if isinstance(b, Paragraph) else b.rows[0][0].text.strip() for b in facts.blocks]
    assert shown == ["附件2", "前", "外", "内", "后"]


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        ("<w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:tab/><w:t>丙</w:t></w:r>", "甲\n乙\t丙"),
        ("<w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink>", "链接"),
        ("<w:ins><w:r><w:t>加</w:t></w:r></w:ins><w:del><w:r><w:delText>删</w:delText></w:r></w:del>", "加"),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r><w:r><w:t>显</w:t></w:r>", "显"),
        ("<w:sdt><w:sdtContent><w:r><w:t>控件</w:t></w:r></w:sdtContent></w:sdt>", "控件"),
        (
            "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>单击此处</w:t></w:r>"
            "</w:sdtContent></w:sdt>",
            "",
        ),
        (
            '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="1"/></w14:checkbox></w:sdtPr>'
            "<w:sdtContent><w:r><w:t>☒</w:t></w:r></w:sdtContent></w:sdt><w:r><w:t>是</w:t></w:r>",
            "☑是",
        ),
        (
            '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="0"/></w14:checkbox></w:sdtPr>'
            "<w:sdtContent><w:r><w:t>☐</w:t></w:r></w:sdtContent></w:sdt><w:r><w:t>否</w:t></w:r>",
            "□否",
        ),
        ('<w:r><w:sym w:font="Wingdings 2" w:char="0052"/><w:t>是</w:t></w:r>', "☑是"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0A8"/><w:t>否</w:t></w:r>', "□否"),
        ("<w:r><w:t>\uf052是</w:t></w:r>", "☑是"),
        (
            '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/><w:checked/>'
            "</w:checkBox></w:ffData></w:fldChar></w:r><w:r><w:instrText>FORMCHECKBOX</w:instrText></w:r>"
            "<w:r><w:t>是</w:t></w:r>",
            "☑是",
        ),
        (
            '<w:r><mc:AlternateContent><mc:Choice Requires="w16se"/><mc:Fallback><w:t>☑</w:t></mc:Fallback>'
            "</mc:AlternateContent></w:r>",
            "☑",
        ),
    ],
)
def test_a_paragraph_is_read_as_a_person_sees_it(put: Put, xml: str, expected: str, scratch: Path) -> None:
    data = docx(f"<w:p {NAMESPACES}>{xml}</w:p>")
    assert words(parsers.parse(put(data), scratch)) == [expected]


def test_a_text_box_follows_its_paragraph_once(put: Put, scratch: Path) -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>框中</w:t></w:r></w:p></w:txbxContent>"
    data = docx(
        f"<w:p {NAMESPACES}><w:r><w:t>锚</w:t><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>"
        f"<wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>",
        f"<w:p {NAMESPACES}><w:r><w:t>后</w:t></w:r></w:p>",
    )
    assert words(parsers.parse(put(data), scratch)) == ["锚", "框中", "后"]


def test_rows_in_controls_old_merges_and_deleted_rows(put: Put, scratch: Path) -> None:
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"

    starts, huge = "<w:hMerge w:val='restart'/>", "<w:gridSpan w:val='99999999999'/>"
    data = docx(
        f"<w:tbl {NAMESPACES}>"
        f"<w:sdt><w:sdtContent><w:tr>{cell('甲')}<w:sdt><w:sdtContent>{cell('乙')}</w:sdtContent></w:sdt></w:tr>"
        "</w:sdtContent></w:sdt>"
        f"<w:tr>{cell('丙', starts)}{cell('', '<w:hMerge/>')}</w:tr>"
        f"<w:tr><w:trPr><w:del w:id='1'/></w:trPr>{cell('删')}</w:tr>"
        f"<w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr>{cell('丁', huge)}</w:tr>"
        "</w:tbl>"
    )
    facts = parsers.parse(put(data), scratch)
    assert isinstance(facts, WordFacts)
    (table,) = facts.blocks
    assert isinstance(table, Table)
    assert table.rows == (
        (Cell("甲", 0), Cell("乙", 1)),
        (Cell("丙", 0, 2),),
        (Cell("丁", 1, limits.TABLE_COLUMNS),),
    )


@pytest.mark.parametrize(
    "content_type",
    [
        "application/vnd.ms-word.document.macroEnabled.main+xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    ],
)
def test_macro_files_and_templates_are_word_files(
    put: Put, form_docx: bytes, content_type: str, scratch: Path
) -> None:
    ordinary = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    data = repacked(form_docx, lambda name, body: (name, body.replace(ordinary, content_type.encode())))
    assert words(parsers.parse(put(data), scratch))[0] == "最美科技志愿者推荐表"


def test_a_dangling_relationship_does_not_hide_the_text(put: Put, form_docx: bytes, scratch: Path) -> None:
    broken = (
        b'<Relationship Id="rId99" Target="media/NULL" Type="http://schemas.openxmlformats.org/officeDocument/'
        b'2006/relationships/image"/></Relationships>'
    )

    def change(name: str, body: bytes) -> tuple[str, bytes]:
        return name, body.replace(b"</Relationships>", broken) if name.endswith("document.xml.rels") else body

    assert words(parsers.parse(put(repacked(form_docx, change)), scratch))[0] == "最美科技志愿者推荐表"


def test_an_external_entity_is_not_read(put: Put, tmp_path: Path, form_docx: bytes, scratch: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("机密")

    def change(name: str, body: bytes) -> tuple[str, bytes]:
        if name != "word/document.xml":
            return name, body
        head, tail = body.split(b"<w:document", 1)
        body = head + f'<!DOCTYPE d [<!ENTITY x SYSTEM "file://{secret}">]>'.encode() + b"<w:document" + tail
        return name, body.replace("最美".encode(), "最美&x;".encode(), 1)

    facts = parsers.parse(put(repacked(form_docx, change)), scratch)
    assert "机密" not in repr(facts)
    assert "填表日期" in repr(facts)


def test_a_truncated_file_is_unreadable(put: Put, form_docx: bytes, scratch: Path) -> None:
    begun = form_docx.index(b"word/document.xml") + 100
    facts = parsers.parse(put(form_docx[:begun]), scratch)
    assert isinstance(facts, UnreadableFacts)
    assert (facts.code, facts.claimed_format) == ("unreadable", "word")


@pytest.mark.parametrize("member", ["word/document.xml", "[Content_Types].xml"])
def test_broken_xml_is_unreadable_or_read_by_hand(
    put: Put, form_docx: bytes, member: str, scratch: Path
) -> None:
    data = repacked(form_docx, lambda name, body: (name, body[: len(body) - 20] if name == member else body))
    facts = parsers.parse(put(data), scratch)
    if member == "word/document.xml":
        assert isinstance(facts, UnreadableFacts) and facts.code == "unreadable"
    else:
        assert words(facts)[0] == "最美科技志愿者推荐表"


def test_bombs_are_refused_before_they_are_unpacked(put: Put, form_docx: bytes, scratch: Path) -> None:
    def grown(extra: Callable[[zipfile.ZipFile], None]) -> bytes:
        buffer = io.BytesIO(form_docx)
        with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
            extra(archive)
        return buffer.getvalue()

    ratio = grown(lambda archive: archive.writestr("word/x.xml", bytes(limits.ZIP_RATIO_FLOOR * 2)))
    members = grown(
        lambda archive: [archive.writestr(f"x{n}", b"") for n in range(limits.ZIP_MEMBERS)] and None
    )
    for data in (ratio, members):
        facts = parsers.parse(put(data), scratch)
        assert isinstance(facts, UnreadableFacts)
        assert facts.code == "too-large"


def test_text_that_merged_cells_multiply_is_bounded(put: Put, scratch: Path) -> None:
    text = "字" * 20_000
    paragraph = f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
    first = f"<w:tr><w:tc><w:tcPr><w:vMerge w:val='restart'/></w:tcPr>{paragraph}</w:tc></w:tr>"
    more = "<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc></w:tr>" * 200
    facts = parsers.parse(put(docx(f"<w:tbl {NAMESPACES}>{first}{more}</w:tbl>")), scratch)
    assert isinstance(facts, UnreadableFacts)
    assert facts.code == "too-large"


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
GLOSSARY = (
    f"<w:glossaryDocument {NAMESPACES}><w:docParts><w:docPart>"
    "<w:docPartPr><w:name w:val='A1B2'/></w:docPartPr>"
    "<w:docPartBody><w:p><w:r><w:t>与执照上的</w:t></w:r><w:r><w:t>一样</w:t></w:r></w:p></w:docPartBody>"
    "</w:docPart></w:docParts></w:glossaryDocument>"
)
GREY = "<w:rStyle w:val='a3'/>"


def _with_glossary(data: bytes) -> bytes:
    """The package with a glossary part, which holds the prompts of its controls."""
    made = f'<Relationship Id="g1" Type="{OFFICE}/glossaryDocument" Target="glossary/document.xml"/>'
    closing = b"</Relationships>"

    def related(name: str, body: bytes) -> tuple[str, bytes]:
        own = name == "word/_rels/document.xml.rels"
        return name, body.replace(closing, made.encode() + closing) if own else body

    buffer = io.BytesIO(repacked(data, related))
    with zipfile.ZipFile(buffer, "a") as package:
        package.writestr("word/glossary/document.xml", GLOSSARY)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("words_in", "part", "seen"),
    [
        ("与执照上的一样", "A1B2", ""),
        ("与执照上的 一样", "A1B2", ""),
        ("南山志愿服务队", "A1B2", "南山志愿服务队"),
        ("单位全称", "A1B2", "单位全称"),
        ("南山志愿服务队", "C3D4", "南山志愿服务队"),
        ("单位全称", "C3D4", ""),
    ],
)
def test_the_prompt_that_a_document_keeps_tells_it_from_what_was_written(
    put: Put, scratch: Path, words_in: str, part: str, seen: str
) -> None:
    mark = f"<w:placeholder><w:docPart w:val='{part}'/></w:placeholder><w:showingPlcHdr/>"
    data = _with_glossary(docx(para(run("甲"), control(run(words_in, GREY), mark))))
    assert words(parsers.parse(put(data), scratch)) == [f"甲{seen}"]
