"""An OFD document to its pages and seals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from intake.domain.model.facts import PdfFacts, PdfPage
from parsers.common import limits, magic, package
from parsers.common.contract import Unreadable
from parsers.common.xml import attribute
from parsers.ofd import page
from parsers.ofd.parts import FORMAT, ROOT, OfdPackage
from parsers.ofd.seals import signatures


class OfdParser:
    """OFD 1.0; pages beyond the limit are counted, not read, and notes on pages are no text of a form."""

    name = "ofd"
    version = 2

    def recognises(self, head: bytes, path: Path) -> bool:
        """True for a zip with OFD.xml at its root, or whose first members are those of one."""
        return magic.kind(head) == "zip" and package.kind(path) == FORMAT

    def parse(self, path: Path, scratch: Path) -> PdfFacts:
        """The pages of all its documents; raises `Unreadable` when damaged, encrypted or over a limit."""
        parts = OfdPackage(path.read_bytes())
        root = parts.root(ROOT)
        bodies = [] if root is None else list(root.iter("{*}DocBody"))
        found = [_Document(parts, where) for body in bodies if (where := _found(parts, body, "DocRoot"))]
        if not found:
            raise Unreadable("unreadable", FORMAT, "OFD.xml names no document that is there")
        pages: list[PdfPage] = []
        left = limits.PDF_CHARACTERS
        for one in chain.from_iterable(document.pages() for document in found):
            if len(pages) == limits.PDF_PAGES or left <= 0:
                break
            pages.append(replace(one, text=one.text[:left]))
            left -= len(one.text)
        count = sum(len(document.listed) for document in found)
        if not count:
            raise Unreadable("unreadable", FORMAT, "it has no pages")
        lists = [_found(parts, body, "Signatures") for body in bodies]
        seals = signatures(parts, lists, frozenset(parts.read - {ROOT}))
        return PdfFacts(tuple(pages), count, signatures=seals, format="ofd")


def _found(parts: OfdPackage, body: Any, name: str) -> str:
    return parts.find(ROOT, body.findtext(f"{{*}}{name}"))


class _Document:
    """One document of the file: its pages are parts of their own (§7.5, §7.6)."""

    def __init__(self, parts: OfdPackage, where: str) -> None:
        self._parts, self._where = parts, where
        root = parts.root(where)
        common = root.find("{*}CommonData")
        self._area = None if common is None else common.find("{*}PageArea")
        self._templates = {
            attribute(item, "ID"): parts.find(where, attribute(item, "BaseLoc"))
            for item in ([] if common is None else common.iterfind("{*}TemplatePage"))
        }
        self._runs: dict[str, tuple[page.Run, ...]] = {}
        self.listed = list(root.iterfind("{*}Pages/{*}Page"))

    def pages(self) -> Iterator[PdfPage]:
        """The pages, each read when it is asked for; one whose part is lost is empty, as in a viewer."""
        for item in self.listed:
            path = self._parts.find(self._where, attribute(item, "BaseLoc"))
            root = self._parts.root(path)
            if root is None:
                width, height = page.box(self._area)
                yield PdfPage("", width * page.POINTS, height * page.POINTS, 0.0)
                continue
            own = root.find("{*}Area")
            size = page.box(self._area if own is None else own)
            text = page.lines(self._runs_of(root))
            width, height = (side * page.POINTS for side in size)
            yield PdfPage(text, width, height, page.image_share(root, size))

    def _runs_of(self, root: Any) -> list[page.Run]:
        own = list(page.runs_of(root))
        # Each once: a page that names one again and again shows it once.
        named = dict.fromkeys(attribute(item, "TemplateID") for item in root.iterfind("{*}Template"))
        below = [run for name in named for run in self._template(name)]
        return page.by_place([*below, *own]) if below else own

    def _template(self, name: str) -> tuple[page.Run, ...]:
        """The text of a template, which is read once and stands on many pages."""
        if name not in self._runs:
            root = self._parts.root(self._templates.get(name, ""))
            self._runs[name] = () if root is None else tuple(page.runs_of(root))
        return self._runs[name]
