"""Packages as Word, WPS and accidents leave them: strict, flat, damaged, with parts missing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document

import parsers
from intake.domain.model.facts import Table, UnreadableFacts, WordFacts
from parsers.common import limits
from tests.unit.parsers.word.wordxml import NAMESPACES, STRICT, docx, para, repacked, table, without, words

Put = Callable[[bytes], Path]
TITLE = "最美科技志愿者推荐表"
FORM = docx(para(TITLE), table(["姓名", "张伟"]), para("填表日期：2025年2月20日"))


def read(put: Put, scratch: Path, data: bytes) -> WordFacts:
    facts = parsers.parse(put(data), scratch)
    assert isinstance(facts, WordFacts), facts
    return facts


def whole(facts: WordFacts) -> bool:
    """True where the title and the table were read."""
    tables = [block for block in facts.blocks if isinstance(block, Table)]
    return words(facts)[0] == TITLE and [c.text for c in tables[0].rows[0]] == ["姓名", "张伟"]


def test_strict_ooxml(put: Put, scratch: Path) -> None:
    def change(name: str, body: bytes) -> tuple[str, bytes]:
        for usual, strict in STRICT:
            body = body.replace(usual, strict)
        return name, body

    assert whole(read(put, scratch, repacked(FORM, change)))


@pytest.mark.parametrize(
    "names",
    [
        ("word/styles.xml",),
        ("[Content_Types].xml",),
        ("_rels/.rels",),
        ("word/_rels/document.xml.rels",),
        ("_rels/.rels", "word/_rels/document.xml.rels", "word/styles.xml", "docProps/core.xml"),
    ],
)
def test_missing_parts(put: Put, scratch: Path, names: tuple[str, ...]) -> None:
    assert whole(read(put, scratch, without(FORM, *names)))


def test_a_main_part_of_another_name_and_backslashes(put: Put, scratch: Path) -> None:
    def change(name: str, body: bytes) -> tuple[str, bytes]:
        body = body.replace(b"word/document.xml", b"word/document2.xml")
        return name.replace("word/document.xml", "word\\document2.xml"), body

    assert whole(read(put, scratch, repacked(FORM, change)))


def test_macros_are_noted(put: Put, scratch: Path) -> None:
    ordinary = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    typed = repacked(
        FORM,
        lambda name, body: (
            name,
            body.replace(ordinary, b"application/vnd.ms-word.document.macroEnabled.main+xml"),
        ),
    )
    assert not read(put, scratch, typed).macros
    buffer = io.BytesIO(typed)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"\xd0\xcf\x11\xe0")
        archive.writestr("word/embeddings/oleObject1.bin", b"x")
        archive.writestr("word/media/image1.png", b"x")
    facts = read(put, scratch, buffer.getvalue())
    assert (facts.macros, facts.images, whole(facts)) == (True, 2, True)


def test_a_file_pasted_in_whole_is_told_as_unread(put: Put, scratch: Path) -> None:
    assert read(put, scratch, FORM).unread == ()
    data = docx(para(TITLE), table(["姓名", "张伟"]), f"<w:altChunk {NAMESPACES} r:id='rId77'/>")
    facts = read(put, scratch, data)
    assert (facts.unread, whole(facts)) == (("altChunk",), True)


def test_each_section_has_its_own_header_and_page_numbers_say_nothing(put: Put, scratch: Path) -> None:
    document = Document()
    document.sections[0].header.paragraphs[0].text = "附件1"
    document.sections[0].footer.paragraphs[0].text = "第 1 页 共 2 页"
    document.add_paragraph("甲")
    second = document.add_section()
    second.header.is_linked_to_previous = False
    second.header.paragraphs[0].text = "附件2"
    second.footer.is_linked_to_previous = False
    second.footer.paragraphs[0].text = "填表单位：浙江省科协"
    document.add_paragraph("乙")
    buffer = io.BytesIO()
    document.save(buffer)
    shown = [text for text in words(read(put, scratch, buffer.getvalue())) if text]
    assert shown == ["附件1", "甲", "附件2", "乙", "填表单位：浙江省科协"]


def test_comments_and_footnotes_are_not_the_form_s_text(put: Put, scratch: Path) -> None:
    document = Document()
    paragraph = document.add_paragraph(TITLE)
    document.add_comment(paragraph.runs, text="姓名：李四")
    buffer = io.BytesIO()
    document.save(buffer)
    assert words(read(put, scratch, buffer.getvalue())) == [TITLE]


@pytest.mark.parametrize("lost", [0.02, 0.3])
def test_a_lost_directory_does_not_hide_a_whole_text(put: Put, scratch: Path, lost: float) -> None:
    cut = FORM[: int(len(FORM) * (1 - lost))]
    assert b"PK\x05\x06" not in cut
    facts = read(put, scratch, cut)
    assert whole(facts)
    assert facts.damaged, "Word refuses to open it"
    assert not read(put, scratch, FORM).damaged


def test_data_descriptors_in_a_damaged_package(put: Put, scratch: Path) -> None:
    class Pipe(io.RawIOBase):
        """What cannot seek makes zipfile write the sums behind the members."""

        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, piece: object, /) -> int:
            self.data += bytes(piece)  # type: ignore[call-overload]
            return len(bytes(piece))  # type: ignore[call-overload]

    pipe = Pipe()
    with (
        zipfile.ZipFile(io.BytesIO(FORM)) as old,
        zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as new,  # type: ignore[call-overload]
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name))
    data = bytes(pipe.data)
    assert whole(read(put, scratch, data[: data.rindex(b"PK\x01\x02")]))


def test_a_damaged_text_is_not_guessed_at(put: Put, scratch: Path) -> None:
    start = FORM.index(b"word/document.xml") + len("word/document.xml")
    for data in (FORM[: start + 300], FORM[: start + 200] + bytes(8) + FORM[start + 208 : -300]):
        facts = parsers.parse(put(data), scratch)
        assert isinstance(facts, UnreadableFacts)
        assert (facts.code, facts.claimed_format) == ("unreadable", "word")


def test_an_encrypted_member_in_a_damaged_package(put: Put, scratch: Path) -> None:
    data = bytearray(FORM[:-200])
    at = data.index(b"PK\x03\x04")
    data[at + 6] |= 1
    facts = parsers.parse(put(bytes(data)), scratch)
    assert isinstance(facts, UnreadableFacts)
    assert facts.code == "encrypted"


def main_part(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read("word/document.xml")
    return xml[xml.index(b"<w:document") :]


def test_flat_packages_and_word_2003_xml(put: Put, scratch: Path) -> None:
    flat = (
        b'<?xml version="1.0" standalone="yes"?><?mso-application progid="Word.Document"?>'
        b'<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">'
        b'<pkg:part pkg:name="/word/document.xml"><pkg:xmlData>'
        + main_part(FORM)
        + b"</pkg:xmlData></pkg:part>"
        b"</pkg:package>"
    )
    assert whole(read(put, scratch, flat))
    old = (
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
        '<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" '
        'xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint"><w:body><wx:sect>'
        f"<w:p><w:r><w:t>{TITLE}</w:t></w:r></w:p><w:tbl><w:tr>"
        "<w:tc><w:tcPr><w:vmerge w:val='restart'/></w:tcPr><w:p><w:r><w:t>姓名</w:t></w:r></w:p></w:tc>"
        "<w:tc><w:p><w:r><w:t>张伟</w:t></w:r></w:p></w:tc></w:tr>"
        "<w:tr><w:tc><w:tcPr><w:vmerge/></w:tcPr><w:p/></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>"
        "</wx:sect></w:body></w:wordDocument>"
    )
    facts = read(put, scratch, old.encode())
    assert whole(facts)
    assert isinstance(facts.blocks[1], Table)
    assert facts.blocks[1].rows[1][0].text == "姓名"


def test_limits_of_one_part(put: Put, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = "<w:p>" + "<w:ins>" * 400 + "</w:ins>" * 400 + "</w:p>"
    data = repacked(
        FORM,
        lambda name, body: (name, body.replace(b"<w:body>", b"<w:body>" + deep.encode(), 1)),
    )
    facts = parsers.parse(put(data), scratch)
    assert isinstance(facts, UnreadableFacts) and facts.code == "too-large"
    monkeypatch.setattr(limits, "WORD_XML_BYTES", 500)
    for form in (FORM, FORM[:-300]):
        facts = parsers.parse(put(form), scratch)
        assert isinstance(facts, UnreadableFacts) and facts.code == "too-large"
