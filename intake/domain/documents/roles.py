"""What a document is in a nomination, by its content; its name speaks only where the content is mute."""

from __future__ import annotations

import threading
from collections import OrderedDict

from intake.domain.campaign.campaign import Campaign
from intake.domain.documents.form import recognise, recognise_text
from intake.domain.documents.form_split import read_forms
from intake.domain.model.document import Document, Form, Role
from intake.domain.model.endings import Ending, bare_endings
from intake.domain.model.facts import (
    PAGED_FORMATS,
    PICTURE_FORMATS,
    ContainerFacts,
    Facts,
    ImageFacts,
    OpaqueFacts,
    PdfFacts,
    UnreadableFacts,
    WordFacts,
)
from intake.domain.text.names import compact

SCAN_HIDERS = frozenset({"archive", "message", "tnef", "unknown"})
SMALLEST_PAGE = 300
"""Pixels of the shorter side; on a smaller picture no page can be read: a logo."""
SMALLEST_PHOTO = 100
"""The same of a photograph: what is smaller is the logo of a signature."""
LEAST_PAPER = 0.1
"""Share of a picture that looks like paper; with less it shows no sheet: real photographs have 0.02."""
FORM_HIDERS = SCAN_HIDERS | {"legacy-word", "wps", "rtf", "odt"}
"""Formats that are not opened here and in which the paper that seems to be missing may well be."""


Reading = tuple[Role, Form | None]
"""The role of a part, and for a Word form what it says."""


def read_parts(facts: Facts, filename: str, campaign: Campaign) -> tuple[Reading, ...]:
    """What a file holds: one part as a rule, several where it holds several forms."""
    if isinstance(facts, WordFacts) and (forms := read_forms(facts, campaign)):
        return tuple((Role.FORM, form) for form in forms)
    return (_read_one(facts, filename, campaign),)


def _read_one(facts: Facts, filename: str, campaign: Campaign) -> Reading:
    """The role of a document that holds no Word form.

    A picture-only PDF is taken for the scan unless its name says that it is another
    paper (a summary, a statement, a certificate); what cannot be opened is `other`.
    """
    if isinstance(facts, WordFacts):
        return recognise(facts, campaign), None
    if isinstance(facts, PdfFacts):
        return (
            _named_role(filename, campaign) if facts.is_scan else _text_role(facts, filename, campaign)
        ), None
    if isinstance(facts, ImageFacts):
        return (Role.PHOTO if facts.picture_side >= SMALLEST_PHOTO else Role.OTHER), None
    if isinstance(facts, UnreadableFacts):
        if facts.claimed_format in PAGED_FORMATS:
            return _named_role(filename, campaign), None
        if facts.claimed_format in ("word", "legacy-word") or (
            facts.claimed_format == "office" and compact(filename).endswith(bare_endings(Ending.OFFICE))
        ):
            role = _named_role(filename, campaign)
            return (Role.FORM if role is Role.SCAN else role), None
    if isinstance(facts, OpaqueFacts) and facts.format != "unknown":
        # Tables and slides are not read; their names tell what they were sent as.
        role = _named_role(filename, campaign)
        return (Role.OTHER if role is Role.SCAN else role), None
    return Role.OTHER, None


class Roles:
    """The readings of a process: a file is read once, though mail, unit and scans ask for it in each pass.

    `KEPT` bounds the memory; beyond it the reading that was asked for longest ago goes.
    """

    KEPT = 2000

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self._known: OrderedDict[tuple[str, int, str], tuple[Reading, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, content_hash: str, filename: str, facts: Facts, reading: int = 0) -> tuple[Reading, ...]:
        """As `read_parts`; the hash stands for the facts, with another `reading` when read anew."""
        key = content_hash, reading, filename
        with self._lock:
            if known := self._known.get(key):
                self._known.move_to_end(key)
                return known
        found = read_parts(facts, filename, self.campaign)
        with self._lock:
            self._known[key] = found
            if len(self._known) > self.KEPT:
                self._known.popitem(last=False)
        return found


def _text_role(facts: PdfFacts, filename: str, campaign: Campaign) -> Role:
    role = recognise_text(facts.text, campaign)
    if role is Role.FORM:
        return Role.SCAN
    return role if role is not Role.OTHER else _mute(filename, campaign)


def _mute(filename: str, campaign: Campaign) -> Role:
    """A PDF with some text that is no form's: a scan with a text stamp only if its name says so."""
    name = compact(filename)
    said = any(compact(title) in name for title in campaign.campaign.form_titles)
    return Role.SCAN if said else Role.OTHER


def _named_role(filename: str, campaign: Campaign) -> Role:
    head = campaign.campaign
    name = compact(filename)

    def says(titles: tuple[str, ...]) -> bool:
        return any(compact(title) in name for title in titles)

    if says(head.summary_titles):
        return Role.SUMMARY
    if says(head.form_titles):
        return Role.SCAN
    if says(head.statement_titles):
        return Role.STATEMENT
    return Role.OTHER if says(head.other_titles) else Role.SCAN


def may_be_form(document: Document) -> bool:
    """True for a file that may be the Word form: not opened, or Word that we did not recognise."""
    facts = document.facts
    # Web systems save HTML under Word's names; what mail programs attach as HTML is nobody's form.
    named = compact(document.filename).endswith(bare_endings(Ending.SAVED))
    if isinstance(facts, WordFacts):
        # A blank template is known for what it is.
        unknown = document.role is Role.OTHER and document.form is None
        return unknown and (named or facts.converted_from != "html")
    if isinstance(facts, ContainerFacts | PdfFacts):
        return bool(facts.left_out)
    if isinstance(facts, UnreadableFacts):
        return document.role is Role.OTHER and facts.claimed_format not in PAGED_FORMATS | PICTURE_FORMATS
    return isinstance(facts, OpaqueFacts) and (
        facts.format in FORM_HIDERS or (named and facts.format == "text")
    )


def may_be_scan(document: Document) -> bool:
    """True for a file that may be the stamped scan: a picture, a PDF that nothing claimed, one not opened."""
    facts = document.facts
    if isinstance(facts, PdfFacts):
        return document.role in (Role.SCAN, Role.OTHER) or bool(facts.left_out)
    if isinstance(facts, ContainerFacts):
        return bool(facts.left_out)
    if isinstance(facts, UnreadableFacts):
        return document.role is Role.OTHER and facts.claimed_format not in ("word", "legacy-word", "office")
    if isinstance(facts, WordFacts):
        # Scanned pages are at times pasted into a Word file.
        return document.role is Role.OTHER and document.form is None and facts.images > 0
    if facts.is_picture:
        return facts.picture_side >= SMALLEST_PAGE and not _is_photograph(document)
    return isinstance(facts, OpaqueFacts) and facts.format in SCAN_HIDERS


def is_called_otherwise(document: Document, campaign: Campaign) -> bool:
    """True for a PDF that its name calls something else (推荐函), and that holds no files."""
    facts = document.facts
    said = _named_role(document.filename, campaign) is Role.OTHER
    return isinstance(facts, PdfFacts) and document.role is Role.OTHER and said and not facts.left_out


def _is_photograph(document: Document) -> bool:
    """True for a picture that was looked at and shows neither paper nor print."""
    seen = document.inspection
    return (
        seen is not None
        and bool(seen.pages)
        and all(page.paper < LEAST_PAPER and not page.lines and not page.seals for page in seen.pages)
    )
