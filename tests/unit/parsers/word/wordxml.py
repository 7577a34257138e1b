"""Word files built element by element, as Word and WPS write them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from docx import Document
from docx.oxml import parse_xml

from intake.domain.model.facts import Paragraph, WordFacts

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
STRICT = (
    (b"schemas.openxmlformats.org/wordprocessingml/2006/main", b"purl.oclc.org/ooxml/wordprocessingml/main"),
    (
        b"schemas.openxmlformats.org/officeDocument/2006/relationships",
        b"purl.oclc.org/ooxml/officeDocument/relationships",
    ),
)
"""What the strict form of OOXML calls its namespaces (ISO/IEC 29500-1)."""


def run(text: str, properties: str = "") -> str:
    """A run; line ends become breaks."""
    pieces = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in text.split("\n"))
    return f"<w:r><w:rPr>{properties}</w:rPr>{pieces}</w:r>"


def para(*runs: str) -> str:
    """A paragraph of runs, texts among them."""
    return f"<w:p {NAMESPACES}>" + "".join(r if r.startswith("<") else run(r) for r in runs) + "</w:p>"


def cell(content: str | tuple[str, int], properties: str = "") -> str:
    """A cell of XML or of text, a paragraph a line; a pair spans columns."""
    if isinstance(content, tuple):
        content, span = content
        properties += f'<w:gridSpan w:val="{span}"/>'
    if not content.startswith(("<w:p", "<w:tbl", "<w:sdt")):
        content = "".join(para(line) for line in content.split("\n"))
    closing = para("") if content.endswith("</w:tbl>") else ""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}{closing}</w:tc>"


def table(*rows: list[str | tuple[str, int]]) -> str:
    """A table; cells are texts, XML of paragraphs, or whole cells."""

    def built(item: str | tuple[str, int]) -> str:
        whole = isinstance(item, str) and (item.startswith("<w:tc>") or "<w:tc>" in item[:200])
        return item if isinstance(item, str) and whole and not item.startswith("<w:tbl") else cell(item)

    body = "".join("<w:tr>" + "".join(map(built, row)) + "</w:tr>" for row in rows)
    return f"<w:tbl {NAMESPACES}><w:tblPr/><w:tblGrid/>{body}</w:tbl>"


def box(*content: str) -> str:
    """A run with a text box, once for new programs and once more for old ones."""
    inner = f"<w:txbxContent>{''.join(content)}</w:txbxContent>"
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx>'
        f"{inner}</wps:txbx></wps:wsp></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>"
        f"{inner}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def control(content: str, properties: str = "") -> str:
    """A content control around runs, paragraphs, rows or cells."""
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def field(code: str, result: str | None = None, data: str = "") -> str:
    """A complex field; without a result it has no separator either."""
    begin = f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r>'
    middle = "" if result is None else f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}'
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    return f"{begin}<w:r><w:instrText>{code}</w:instrText></w:r>{middle}{end}"


def docx(*elements: str) -> bytes:
    """A file whose body is this XML."""
    document = Document()
    for element in elements:
        document.element.body.insert_element_before(parse_xml(element), "w:sectPr")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def repacked(data: bytes, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> bytes:
    """The same package with members changed, or dropped on None."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            changed = change(name, old.read(name))
            if changed:
                new.writestr(*changed)
    return buffer.getvalue()


def without(data: bytes, *names: str) -> bytes:
    """The package without some members."""
    return repacked(data, lambda name, body: None if name in names else (name, body))


def words(facts: object) -> list[str]:
    """The texts of the paragraphs."""
    assert isinstance(facts, WordFacts), facts
    return [block.text for block in facts.blocks if isinstance(block, Paragraph)]
