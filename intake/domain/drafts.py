"""Nominations as they are put together: one for each nominee and category that a form, or a scan, names."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from intake.domain import doubts
from intake.domain.attribution import in_order
from intake.domain.campaign import Campaign
from intake.domain.filenames import category_in, compact, nominee_in, stem
from intake.domain.form import is_blank_form
from intake.domain.model import Document
from intake.domain.units import normalise_unit


@dataclass(slots=True)
class Draft:
    """A case while it is being put together."""

    category: str | None
    nominee: str | None
    forms: list[Document]
    scans: list[tuple[Document, bool]]
    others: list[Document]
    doubts: list[str]


def drafts_of(
    forms: Sequence[Document], campaign: Campaign, known_names: Sequence[str]
) -> tuple[list[Draft], list[Document]]:
    """One draft per nominee and category, and the blank forms that are only filed.

    A form sent again is a further version of its draft; so is a damaged one whose
    name or file says whose it is.
    """
    words = campaign.words
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
        draft = drafts.setdefault(key, Draft(category, nominee, [], [], [], []))
        if draft.forms and draft.forms[-1].message.id == document.message.id:
            draft.doubts.append(f"同一邮件内有多份不同的{words.form}写的是同一{words.nominee}")
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


def add_scan_only(
    drafts: list[Draft],
    scans: Sequence[Document],
    apart: Collection[tuple[int, int]],
    campaign: Campaign,
    known_names: Sequence[str],
) -> list[Document]:
    """Scans that no form wants become cases of their own where they name a nominee; the rest is loose.

    A scan beside forms that are all served is loose: it may be a page too many.  `apart` are the keys of
    those that surely show somebody else than any form; whom they seem to show, a person confirms.
    """
    loose: list[Document] = []
    by_name: dict[tuple[str | None, str], Draft] = {}
    served = bool(drafts)
    for scan in scans:
        nominee = nominee_in(scan.filename, campaign, known_names)
        category = category_in(scan.filename, campaign)
        titled = any(compact(title) in stem(scan.filename) for title in campaign.campaign.form_titles)
        shown = doubts.head_shown(scan, campaign) if scan.key in apart else None
        if served and not (nominee and (titled or category)) and not (shown and shown.nominee):
            loose.append(scan)
            continue
        if shown and shown.nominee:
            nominee, category = shown.nominee, shown.category or category
        key = (category, compact(nominee) if nominee else f"\0{scan.key}")
        draft = by_name.setdefault(key, Draft(category, nominee, [], [], [], []))
        draft.scans.append((scan, bool(nominee)))
        if shown and shown.nominee:
            draft.doubts.append(doubts.only_scanned(scan, shown.nominee, campaign.words))
    drafts.extend(by_name.values())
    return loose
