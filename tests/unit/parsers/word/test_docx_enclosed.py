"""Word documents within a Word document: taken over whole, or put in as objects."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import parsers
from intake.domain.documents.roles import read_parts
from intake.domain.model.document import Role
from intake.domain.model.facts import WordFacts
from parsers.word.docx import MOST_ENCLOSED
from tests.unit.parsers.word.test_blocks import CAMPAIGN, TITLE, UNIT
from tests.unit.parsers.word.wordxml import NAMESPACES, docx, para, repacked, table, words

Put = Callable[[bytes], Path]
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CHUNK = f"<w:altChunk {NAMESPACES} r:id='rIdX'/>"
OBJECT = (
    f"<w:p {NAMESPACES}><w:r><w:object><o:OLEObject xmlns:o='urn:schemas-microsoft-com:office:office' "
    "Type='Embed' ProgID='{}' r:id='rIdX'/></w:object></w:r></w:p>"
)


def enclosing(inner: bytes, target: str, *references: str) -> bytes:
    """A document with another one within it."""
    link = f'<Relationship Id="rIdX" Type="{RELATED}/package" Target="{target}"/></Relationships>'.encode()

    def linked(name: str, body: bytes) -> tuple[str, bytes]:
        if name == "word/_rels/document.xml.rels":
            body = body.replace(b"</Relationships>", link)
        return name, body

    buffer = io.BytesIO(repacked(docx(para("现报送推荐表："), *references), linked))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(f"word/{target}", inner)
    return buffer.getvalue()


@pytest.mark.parametrize("reference", [CHUNK, OBJECT.format("Word.Document.12")], ids=["chunk", "object"])
def test_a_document_within_a_document_is_read(put: Put, scratch: Path, reference: str) -> None:
    inner = docx(para(TITLE), table(["姓名", "张伟"], ["推荐单位", UNIT], ["服务年限", "5年"]))
    data = enclosing(inner, "embeddings/inner.docx", reference)
    facts = parsers.parse(put(data), scratch)
    assert isinstance(facts, WordFacts)
    assert facts.unread == ()
    [(role, form)] = read_parts(facts, "材料.docx", CAMPAIGN)
    assert (role, form and form.text("nominee")) == (Role.FORM, "张伟")


@pytest.mark.parametrize(
    ("reference", "inner", "unread"),
    [
        (CHUNK, b"{\\rtf1 x}", ("altChunk",)),
        (CHUNK, b"PK\x03\x04 broken", ("altChunk",)),
        (OBJECT.format("Word.Document.8"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ("OLEObject",)),
        (OBJECT.format("Equation.3"), b"x", ()),
    ],
)
def test_what_cannot_be_read_within_a_document_is_named(
    put: Put, scratch: Path, reference: str, inner: bytes, unread: tuple[str, ...]
) -> None:
    facts = parsers.parse(put(enclosing(inner, "embeddings/inner.bin", reference)), scratch)
    assert isinstance(facts, WordFacts)
    assert facts.unread == unread


def test_a_document_within_itself_is_read_once(put: Put, scratch: Path) -> None:
    inner = enclosing(docx(para("最里")), "embeddings/inner.docx", CHUNK)
    facts = parsers.parse(put(enclosing(inner, "embeddings/inner.docx", *(CHUNK for _ in range(9)))), scratch)
    assert isinstance(facts, WordFacts)
    assert words(facts).count("现报送推荐表：") <= 1 + MOST_ENCLOSED
    assert "最里" not in words(facts)
