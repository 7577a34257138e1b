"""Word files as XML: .docx, .docm, .dotx and .dotm, strict or not, and the single-file forms of Word XML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intake.domain.model.facts import Block, Table, WordFacts
from parsers.common import magic, package
from parsers.common.contract import Unreadable
from parsers.common.xml import attribute, local_name
from parsers.word import ooxml, web
from parsers.word.blocks import Walk, is_empty
from parsers.word.ooxml import Package
from parsers.word.paragraph import child, is_on, is_struck, prompts_of, settle_prompts

_PICTURES = re.compile(r"/(?:media|embeddings)/[^/]+$")
MOST_ENCLOSED = 4
"""Documents within a document that are read: each may be as large as a whole one."""
_HAN = re.compile(r"[一-鿿]")
_PAGE_NUMBER = re.compile(r"第[\s\d一二三四五六七八九十]*页|共[\s\d一二三四五六七八九十]*页")


class WordParser:
    """Office Open XML text documents; what Word 97 to 2003 wrote has to be converted first."""

    name = "word"
    version = 6

    def recognises(self, head: bytes, path: Path) -> bool:
        """True for a zip whose main part is a Word document, and for Word's single-file XML."""
        kind = magic.kind(head)
        if kind == "zip":
            return package.kind(path) == "word"
        return kind == "" and ooxml.is_flat(head)

    def parse(self, path: Path, scratch: Path) -> WordFacts:
        """Headers, paragraphs, tables and footers; comments and footnotes are not part of a form's text.

        Raises `Unreadable` for a damaged, encrypted or oversized file.
        """
        data = path.read_bytes()
        parts = ooxml.flat(data) if ooxml.is_flat(data[:4096]) else ooxml.opened(data)
        main = parts.main_part()
        root = parts.root(main)
        body = child(root, "body") if root is not None else None
        if body is None:
            raise Unreadable("unreadable", "word", "there is no main part with a body")
        settle_prompts(body, _prompts(parts, main))
        try:
            reading = _Reading(parts, parts.related(main), Walk(_hiding_styles(parts, main)))
            blocks = list(reading.blocks(body))
            enclosed, unread = _enclosed(parts, main, body)
        except RecursionError:
            raise Unreadable("too-large", "word", "nested too deeply") from None
        return WordFacts(
            blocks=(*blocks, *enclosed),
            images=sum(bool(_PICTURES.search(f"/{name}")) for name in parts.names),
            macros=any(name.endswith("vbaproject.bin") for name in parts.names),
            unread=(*unread, *_struck_alone(parts, main, body)),
            damaged=not parts.complete,
        )


def _struck_alone(parts: Package, main: str, body: Any) -> Iterator[str]:
    """Tells of a paragraph that was struck through whole: what holds in its place is not said."""
    if not parts.may_mention(main, b"strike"):
        return
    for paragraph in body.iter("{*}p"):
        runs = [run for run in paragraph.iter("{*}r") if any(text.text for text in run.iter("{*}t"))]
        if runs and all(is_struck(child(run, "rPr")) for run in runs):
            yield "struck out words"
            return


def _enclosed(
    parts: Package, main: str, body: Any, left: int = MOST_ENCLOSED
) -> tuple[list[Block], tuple[str, ...]]:
    """The blocks of the Word documents within a document, and the names of what could not be read.

    That is what another document is taken over with (w:altChunk, §17.17.2.1), and what was put in as an
    object to be opened by a double click.  What lies within these is not opened.
    """
    found: list[Block] = []
    unread: dict[str, None] = {}
    related = parts.related(main)
    for kind, wanted in _references(body):
        path = related.get(wanted, ("", ""))[1].lower()
        try:
            left -= 1
            blocks = _blocks_of(parts.raw[path]()) if left >= 0 and path in parts.raw else []
        except (Unreadable, RecursionError):
            blocks = []
        found += blocks
        if not blocks:
            unread[kind] = None
    return found, tuple(unread)


def _references(body: Any) -> Iterator[tuple[str, str]]:
    """Each Word document within a body: what encloses it, and the id of its relationship."""
    for element in body.iter("{*}altChunk", "{*}OLEObject"):
        kind = local_name(element)
        embedded = attribute(element, "Type").lower() == "embed"
        if kind == "altChunk" or (embedded and attribute(element, "ProgID").startswith("Word.")):
            yield kind, attribute(element, "id")


def _blocks_of(data: bytes) -> list[Block]:
    """The blocks of a document or a web page within another; none where it is neither."""
    if ooxml.is_flat(data[:4096]):
        parts = ooxml.flat(data)
    elif magic.kind(data[:4096]) == "zip" and package.kind(data) == "word":
        parts = ooxml.opened(data)
    else:
        return [block for block in web.enclosed_blocks(data) if not is_empty(block)]
    main = parts.main_part()
    body = child(parts.root(main), "body")
    if body is None:
        return []
    settle_prompts(body, _prompts(parts, main))
    reading = _Reading(parts, parts.related(main), Walk(_hiding_styles(parts, main)))
    return [block for block in reading.blocks(body) if not is_empty(block)]


def _prompts(parts: Package, main: str) -> dict[str, str]:
    """The prompts that the document keeps for its controls; none where it has no control that shows one."""
    paths = [path for kind, path in parts.related(main).values() if kind == "glossaryDocument"]
    if not paths or not parts.may_mention(main, b"showingPlcHdr"):
        return {}
    return prompts_of(parts.optional(paths[0]))


def _hiding_styles(parts: Package, main: str) -> frozenset[str]:
    """The ids of the styles that hide their text (§17.3.2.41)."""
    paths = [path for kind, path in parts.related(main).values() if kind == "styles"]
    try:
        # A style sheet is ten times as large as the form itself, and hardly any hides text.
        wanted = bool(paths) and parts.may_mention(paths[0], b"vanish")
    except Unreadable as fault:
        if fault.code == "too-large":
            raise
        return frozenset()
    root = parts.optional(paths[0]) if wanted else None
    if root is None:
        return frozenset()
    return frozenset(
        attribute(style, "styleId") for style in root if is_on(child(style, "rPr", "vanish"))
    ) - {""}


@dataclass(frozen=True, slots=True)
class _Reading:
    """A document's parts as they are read: section by section, each with its own headers and footers."""

    parts: Package
    related: dict[str, tuple[str, str]]
    walk: Walk

    def blocks(self, body: Any) -> Iterator[Block]:
        """Every section's header where it is a new one, its text, its footer (§17.10)."""
        shown: set[Block] = set()
        for elements, properties in _sections(body):
            yield from self._edge(properties, "headerReference", shown)
            yield from self.walk.blocks(elements)
            yield from self._edge(properties, "footerReference", shown)

    def _edge(self, properties: Any, reference: str, shown: set[Block]) -> Iterator[Block]:
        """The blocks of headers or footers that have not been shown yet and say more than a page number."""
        for item in properties if properties is not None else ():
            if local_name(item) != reference:
                continue
            _, path = self.related.get(attribute(item, "id"), ("", ""))
            root = self.parts.optional(path) if path else None
            for block in [] if root is None else self.walk.blocks(root):
                if block not in shown and not is_empty(block) and _says_more(block):
                    shown.add(block)
                    yield block


def _says_more(block: Block) -> bool:
    """False for a page number."""
    return isinstance(block, Table) or bool(_HAN.search(_PAGE_NUMBER.sub("", block.text)))


def _sections(body: Any) -> Iterator[tuple[list[Any], Any]]:
    """The elements of each section with its properties, which stand at its end (§17.6)."""
    elements: list[Any] = []
    for element in body:
        if local_name(element) == "sectPr":
            yield elements, element
            elements = []
            continue
        elements.append(element)
        properties = child(element, "pPr", "sectPr") if local_name(element) == "p" else None
        if properties is not None:
            yield elements, properties
            elements = []
    if elements:
        yield elements, None
