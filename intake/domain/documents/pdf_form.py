"""The form saved as PDF and sent in the Word file's place: it tells what a form tells, and bears no seal."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from intake.domain.campaign.campaign import Campaign
from intake.domain.documents.form import is_blank_form, read_text_form, recognise_text
from intake.domain.documents.inline_labels import line_entries
from intake.domain.documents.labels import Labels, labels_of
from intake.domain.model.document import Document, Form, Role
from intake.domain.model.facts import COVERED
from intake.domain.model.nomination import Case
from intake.domain.text.names import Named, compact

LONGEST_REST = 20
"""Characters of the second line of a name that is wrapped in its cell."""
NAMES = ("nominee", "unit", "category")
"""The text fields that are taken from a text layer; of the others only figures and flags."""


def is_export(document: Document) -> bool:
    """True for a PDF that a program wrote whole and nobody stamped, as far as its pages were seen.

    Where nobody looked, a single picture may be a seal; an OFD that bears a seal was signed with it.
    """
    facts, seen = document.facts, document.inspection
    if not _is_written(document) or (facts.is_ofd and facts.signatures):
        return False
    if seen is None:
        return all(page.image_share == 0 for page in facts.pages)
    return not seen.refused and not any(page.seals for page in seen.pages)


def _is_written(document: Document) -> bool:
    """True for a whole file of pages that a program wrote, stamped or not."""
    facts = document.facts
    if not facts.pages or facts.is_scan or facts.page_count > len(facts.pages):
        return False
    return not (document.pages or document.joined or any(page.image_share >= COVERED for page in facts.pages))


def exported_form(document: Document, campaign: Campaign) -> Form | None:
    """What an exported form says; None for any other file, and for one that surely names nobody.

    A text layer tells a name that is wrapped in its cell as two lines, and nothing of the cell.  The second
    is taken where the file's name, its mail or its own words have the whole name; else nobody is named.
    An OFD tells it with a seal too: what is drawn over its text changes nothing of that.
    """
    tells = _is_written(document) if document.facts.is_ofd else is_export(document)
    if document.role is not Role.SCAN or not tells:
        return None
    text = document.facts.text
    form = read_text_form(text, campaign)
    nominee = form.fields.get("nominee") if form else None
    if form is None or nominee is None or not isinstance(nominee.value, str) or is_blank_form(form):
        return None
    rest = _rest_of(nominee.value, text, labels_of(campaign))
    if rest:
        whole = nominee.value + rest
        if not _is_said(whole, document, text):
            return None
        nominee = replace(nominee, value=whole, text=whole)
    if not nominee.sure:
        return None
    # Of a long text the layer tells no end.
    told = {n: f for n, f in form.fields.items() if n in NAMES or not isinstance(f.value, str | None)}
    return replace(form, fields={**told, "nominee": nominee}, empty=())


def writes_form(document: Document, campaign: Campaign) -> bool:
    """True for a PDF whose own text, written by a program, is that of a form; it may bear a seal."""
    facts = document.facts
    if any(page.image_share >= COVERED for page in facts.pages):
        return False
    return recognise_text(facts.text, campaign) is Role.FORM


def stand_ins(
    scans: Sequence[Document],
    forms: Sequence[Named],
    campaign: Campaign,
    copies: Collection[tuple[int, int]] = (),
) -> list[Document]:
    """The exported forms, with what they say, that stand for Word forms which did not come.

    `forms` name the Word forms that did; `copies` are the keys of scans that are one of these, word for word.
    An export is only an early scan where it may show one of these, or where no other scan came that might be
    its own.
    """
    written = [scan for scan in scans if is_export(scan)]
    others = [scan for scan in written if scan.key not in copies]
    exported = [(scan, form) for scan in others if (form := exported_form(scan, campaign))]
    if len(exported) + len(written) - len(others) == len(scans):
        return []
    return [
        replace(scan, form=form)
        for scan, form in exported
        if not any(
            known.category in (None, form.category) and known.may_be(Named(form.text("nominee")))
            for known in forms
        )
    ]


def export_of(case: Case) -> Document | None:
    """The exported form that tells what is known of a nomination without a Word form, or None."""
    if case.current(Role.FORM):
        return None
    return next(
        (i.document for i in reversed(case.documents) if i.role is Role.SCAN and i.document.form), None
    )


def formless_beside(case: Case, cases: Sequence[Case]) -> tuple[Document, ...]:
    """The scans of a unit's other nominations that have no form of their own, and may be of this nominee."""
    own = Named(case.nominee)
    return tuple(
        item.document
        for other in cases
        if other is not case and other.current(Role.FORM) is None and own.may_be(Named(other.nominee))
        for item in other.documents
        if item.role is Role.SCAN
    )


def _rest_of(name: str, text: str, labels: Labels) -> str:
    """The line below a name that ends its line, where no label stands there: perhaps the rest of the name."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    place = next((n for n, line in enumerate(lines) if line.endswith(name)), None)
    if place is None or place + 1 >= len(lines):
        return ""
    below = lines[place + 1]
    words = below.split()
    labelled = any(labels.find(word) for word in (below, *words))
    labelled = labelled or any(line_entries(below, "", labels))
    return "" if labelled or len(below) > LONGEST_REST or len(words) > 1 else below


def _is_said(name: str, document: Document, text: str) -> bool:
    """True where the whole name stands in the file's name, its folder, its mail's subject or its text."""
    said = (document.filename, document.folder, document.message.subject)
    whole = compact(name)
    return any(whole in compact(one) for one in said) or compact(text).count(whole) > 1
