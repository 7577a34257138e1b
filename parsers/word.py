"""A Word file (docx, docm, dotx, dotm) to its text in reading order.

python-docx opens the package; the text is walked on its XML (`wordml.py`), since
`row.cells` is quadratic and skips content controls, insertions and text boxes.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

from intake.domain.facts import Block, Table, WordFacts
from parsers import magic, package
from parsers.contract import Unreadable
from parsers.wordml import Walk, local_name

_OVERRIDE = re.compile(rb'PartName="/?([^"]+)"[^>]*ContentType="[^"]*(?:word[^"]*)main\+xml"', re.IGNORECASE)


class WordParser:
    """Office Open XML text documents; what Word 97 to 2003 wrote is `opaque`."""

    name = "word"
    version = 1

    def recognises(self, head: bytes, path: Path) -> bool:
        """True for a zip whose [Content_Types].xml names a Word document as the main part."""
        return magic.kind(head) == "zip" and package.kind(path.read_bytes()) == "word"

    def parse(self, path: Path, scratch: Path) -> WordFacts:
        """Headers, paragraphs and tables; raises `Unreadable` for a damaged, encrypted or oversized file."""
        data = path.read_bytes()
        archive = package.checked(data, "word")
        body, headers = _opened(data, archive)
        walk = Walk()
        try:
            blocks = [block for header in headers for block in walk.blocks(header) if not _is_blank(block)]
            blocks = list(dict.fromkeys(blocks)) + walk.blocks(body)
        except RecursionError:
            raise Unreadable("too-large", "word", "nested too deeply") from None
        images = sum("/media/" in member.lower() for member in archive.namelist())
        return WordFacts(blocks=tuple(blocks), images=images)


def _is_blank(block: Block) -> bool:
    if isinstance(block, Table):
        return all(not cell.text.strip() for row in block.rows for cell in row)
    return not block.text.strip()


def _opened(data: bytes, archive: zipfile.ZipFile) -> tuple[Any, list[Any]]:
    """The body element and the header elements, by python-docx or, failing that, by hand.

    python-docx refuses a file with one dangling relationship (an image that was
    removed), which Word and WPS open without a word.
    """
    from docx.package import Package

    try:
        main = Package.open(io.BytesIO(data)).main_document_part
        root = _element(main)
        headers = [_element(main.rels[rid].target_part) for rid in _header_ids(root) if rid in main.rels]
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - python-docx raises whatever odd XML leads it to
        root, headers = _by_hand(archive), []
    for child in root:
        if local_name(child) == "body":
            return child, headers
    raise Unreadable("unreadable", "word", "the main part has no body")


def _element(part: Any) -> Any:
    """The XML of a part: python-docx leaves that of templates and macro files as bytes."""
    from docx.oxml import parse_xml

    return part.element if hasattr(part, "element") else parse_xml(part.blob)


def _header_ids(root: Any) -> list[str]:
    found: list[str] = []
    for element in root.iter("{*}headerReference"):
        found += [value for key, value in element.attrib.items() if key.endswith("}id")]
    return list(dict.fromkeys(found))


def _by_hand(archive: zipfile.ZipFile) -> Any:
    from docx.oxml import parse_xml
    from lxml.etree import XMLSyntaxError

    names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}
    try:
        declared = archive.read(names[package.CONTENT_TYPES])
        override = _OVERRIDE.search(declared)
        wanted = override[1].decode("utf-8", "replace").lower() if override else "word/document.xml"
        return parse_xml(archive.read(names[wanted]))
    except (*package.DAMAGE, KeyError, XMLSyntaxError) as fault:
        raise Unreadable("unreadable", "word", f"{type(fault).__name__}: {fault}") from fault
