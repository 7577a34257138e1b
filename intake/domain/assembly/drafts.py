"""Nominations as they are put together: one for each nominee and category that a form, or a scan, names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from intake.domain.campaign.campaign import Campaign
from intake.domain.campaign.unit_names import normalise_unit
from intake.domain.documents.filenames import category_in, nominee_in
from intake.domain.documents.form import is_blank_form
from intake.domain.model.document import Document, in_order
from intake.domain.model.doubt import Doubt, DoubtKind, doubt
from intake.domain.text.names import compact, stem


@dataclass(slots=True)
class Draft:
    """A case while it is being put together.

    `sealed` are files that nobody could open and of which it consists; `since` such files that it came in
    answer to, and from whose day it counts.  `exports` are forms saved as PDF that stand for a Word form.
    `chosen` are the keys of scans that a person called this one's, with when he did.
    """

    category: str | None
    nominee: str | None
    forms: list[Document] = field(default_factory=list)
    scans: list[tuple[Document, bool]] = field(default_factory=list)
    others: list[Document] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    sealed: list[Document] = field(default_factory=list)
    since: list[Document] = field(default_factory=list)
    exports: list[Document] = field(default_factory=list)
    chosen: dict[tuple[int, int], datetime] = field(default_factory=dict)

    @property
    def paper(self) -> Document:
        """What says whom a scan must show: the newest form, or else what came in its place."""
        return (self.forms or self.exports)[-1]

    @property
    def papers(self) -> list[Document]:
        """Forms, their exports and scans as they came."""
        return in_order([*self.forms, *self.exports, *(scan for scan, _ in self.scans)])


def drafts_of(
    forms: Sequence[Document], campaign: Campaign, known_names: Sequence[str]
) -> tuple[list[Draft], list[Document]]:
    """One draft per nominee and category, and the blank forms that are only filed.

    A form sent again is a further version of its draft; so is a damaged one whose
    name or file says whose it is.
    """
    filled = [d for d in forms if not _is_blank(d)] or list(forms[:1])
    drafts: dict[tuple[str | None, str], Draft] = {}
    for document in sorted(filled, key=lambda d: d.form is None):
        form = document.form
        category = form.category if form else category_in(document.filename, campaign)
        nominee = form.text("nominee") if form else nominee_in(document.filename, campaign, known_names)
        known = None if form else _cured_by(document, category, nominee, list(drafts.values()))
        if known:
            known.forms = in_order([*known.forms, document])
            continue
        # A form that names nobody stands alone: two of them must not become one.
        key = (category, compact(nominee) if nominee else f"\0{document.key}")
        draft = drafts.setdefault(key, Draft(category, nominee))
        if draft.forms and draft.forms[-1].message.id == document.message.id:
            draft.doubts.append(doubt(DoubtKind.FORMS_OF_ONE, document.filename))
        draft.forms.append(document)
    chosen = {document.key for document in filled}
    return list(drafts.values()), [document for document in forms if document.key not in chosen]


def _cured_by(
    damaged: Document, category: str | None, nominee: str | None, drafts: Sequence[Draft]
) -> Draft | None:
    """The draft whose readable form a damaged file surely is another copy of, or None."""
    fitting = [
        draft
        for draft in drafts
        if category in (None, draft.category) and any(form.form for form in draft.forms)
    ]
    if nominee:
        found = [draft for draft in fitting if draft.nominee and compact(draft.nominee) == compact(nominee)]
    else:
        name = stem(damaged.filename)
        found = [draft for draft in fitting if any(stem(form.filename) == name for form in draft.forms)]
    return found[0] if len(found) == 1 else None


def _is_blank(document: Document) -> bool:
    return document.form is not None and is_blank_form(document.form)


def of_several_units(drafts: Sequence[Draft]) -> list[Draft]:
    """Drafts whose forms stand in one file with forms of another unit: the file went to one unit whole."""
    units: dict[int, set[str]] = {}
    for form in (form for draft in drafts for form in draft.forms if form.form):
        name = form.form.text("unit") if form.form else None
        if name:
            units.setdefault(form.id, set()).add(normalise_unit(name))
    return [draft for draft in drafts if any(len(units.get(form.id, ())) > 1 for form in draft.forms)]
