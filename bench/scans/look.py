"""Shouwen's own look at a nomination, step by step as the service does it, and what it comes to.

Form and scan are parsed, the open request is planned from them, the scan is looked at in a child of the
sandbox, and what was seen is kept in the table of the store: all that is counted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from sqlalchemy.engine import Engine

from bench.measure import processor_seconds
from bench.scans.samples import Sample
from intake.clock import SHANGHAI
from intake.config.campaign_file import load_campaign
from intake.domain.documents.roles import Roles
from intake.domain.model.document import Document, MessageRef, Role
from intake.domain.model.inspection import Cost, Inspection
from intake.domain.page.comparison import Likeness, compare, terms_of
from intake.domain.scans.inspection_plan import expected_of, open_requests
from intake.domain.scans.page_text import shown_pages
from parsers.sandbox.pool import Sandbox
from parsers.scan import reader
from store.database.engine import connect, migrate, viewing, writing
from store.mail import scan_evidence

SealSeen = Literal["sure", "maybe", "doubt", "none"]

_MESSAGE = MessageRef(1, None, datetime(2025, 2, 20, 9, tzinfo=SHANGHAI), "kepu@unit.example")
_SCAN_NAME = "推荐表（盖章扫描件）.pdf"
_WORST_FIRST = (Likeness.DIFFERENT, Likeness.NEAR, Likeness.UNREAD, Likeness.EQUAL)


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at one nomination cost (processor seconds, all processes) and found.

    `values` are nominee, category and unit against the Word form; empty where there was none to compare.
    `costs` are the steps that were taken in the child, `pages` how many of the scan were looked at.
    """

    seconds: float
    seal: SealSeen
    values: dict[str, Likeness]
    costs: tuple[Cost, ...]
    pages: int

    @property
    def form(self) -> Likeness:
        """The worst of the three values."""
        found = self.values.values()
        return next((likeness for likeness in _WORST_FIRST if likeness in found), Likeness.UNREAD)


class Looker:
    """One child of the sandbox and an empty store of its own in `folder`."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self._folder = folder
        self._sandbox = sandbox
        self._engine: Engine = connect(f"sqlite:///{folder / 'looks.db'}")
        migrate(self._engine)
        self._loaded = load_campaign()
        self._terms = terms_of(self._loaded.campaign)

    def __enter__(self) -> Looker:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._engine.dispose()

    def look(self, sample: Sample, *, with_form: bool = True, name: str = _SCAN_NAME) -> Look:
        """Everything that is worth looking at; nothing where it is known already.

        Without the form the scan has nothing to be held against, and its `name` may tell whose it is.
        """
        began = processor_seconds()
        form = self._form(sample) if with_form else None
        document = self._scan(sample, name)
        documents = [document, form] if form else [document]
        names = self._names(form)
        with viewing(self._engine) as cn:
            known = scan_evidence.known(cn, {document.content_hash}, reader.version())
        seen = known.get(document.content_hash)
        for content_hash, request in open_requests(documents, known, self._loaded.campaign, names).items():
            scratch = self._folder / "scratch"
            scratch.mkdir(exist_ok=True)
            seen = self._sandbox.inspect(sample.scan, scratch, request, seen)
            with writing(self._engine) as cn:
                scan_evidence.record(cn, content_hash, reader.version(), seen)
        values = self._values(document, form, seen, names)
        seconds = processor_seconds() - began
        costs, pages = (seen.costs, len(seen.pages)) if seen else ((), 0)
        return Look(seconds, seal_seen(seen), values, costs, pages)

    def expected(self, sample: Sample) -> dict[str, tuple[str, ...]]:
        """What the Word form says, for others to be held against: the spellings of each value."""
        form = self._form(sample).form
        wanted = expected_of(form, self._loaded.campaign) if form else None
        if wanted is None:
            return {}
        return {"nominee": (wanted.nominee,), "unit": wanted.units, "category": wanted.categories}

    def _form(self, sample: Sample) -> Document:
        facts = self._sandbox.parse(sample.form, self._folder)
        name = "推荐表.docx"
        # Fresh for each: the service keeps readings within a pass only.
        (role, form), *_ = Roles(self._loaded.campaign).read(_hash(sample.form), name, facts)
        size = sample.form.stat().st_size
        return Document(1, _MESSAGE, 0, name, _hash(sample.form), size, role, facts, form)

    def telling_name(self, sample: Sample) -> str:
        """A filename that says whose scan it is, and in which category."""
        said = self.expected(sample)
        return f"{said['category'][0]}推荐表 {said['nominee'][0]}.pdf"

    def _scan(self, sample: Sample, name: str) -> Document:
        facts = self._sandbox.parse(sample.scan, self._folder)
        size = sample.scan.stat().st_size
        return Document(2, _MESSAGE, 1, name, _hash(sample.scan), size, Role.SCAN, facts)

    def _names(self, form: Document | None) -> tuple[str, ...]:
        unit = form.form.text("unit") if form and form.form else None
        return self._loaded.spellings(unit) if unit else ()

    def _values(
        self, document: Document, form: Document | None, seen: Inspection | None, names: Sequence[str]
    ) -> dict[str, Likeness]:
        expected = expected_of(form.form, self._loaded.campaign, names) if form and form.form else None
        if expected is None:
            return {}
        pages = shown_pages(replace(document, inspection=seen))
        return {name: value.likeness for name, value in compare(expected, tuple(pages), self._terms).items()}


def seal_seen(seen: Inspection | None) -> SealSeen:
    """What the rules would go by: only "none" may ever be told to a unit."""
    if seen is None or seen.refused:
        return "doubt"
    marks = [mark for page in seen.pages for mark in page.seals]
    if any(mark.certainty == "sure" for mark in marks):
        return "sure"
    if marks:
        return "maybe"
    dull = any((page.colour != "colour" and not page.digital) or page.doubt for page in seen.pages)
    return "doubt" if dull else "none"


def _hash(path: Path) -> str:
    return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
