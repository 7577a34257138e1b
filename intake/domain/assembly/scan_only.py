"""Nominations that scans make by themselves, no Word form having come for them.

Either the form came as PDF in the Word file's place and tells whom scans must show, or there is nothing but
scans, and what they surely show is all that is known.

A form saved as PDF has the form's seat in the pairing, is never the stamped scan while there is another, and
its text layer gives fields.  A scan alone says by its head whose it is (`intake/domain/scans/unpaired.py`);
whatever line is not sure names nobody, and a letter calls the nominee by nothing that was only read from a
picture.  `form-missing` is told where title and labels surely are those of a form.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from intake.domain.assembly.doubts import head_shown
from intake.domain.assembly.drafts import Draft
from intake.domain.assembly.later_versions import may_be_replaced
from intake.domain.campaign.campaign import Campaign
from intake.domain.documents.filenames import category_in, nominee_in
from intake.domain.documents.pdf_form import exported_form, stand_ins
from intake.domain.documents.unopenable import is_shut
from intake.domain.model.certainty import SHIPPED, Certainty
from intake.domain.model.document import Document, Form
from intake.domain.model.doubt import Doubt, DoubtKind, doubt
from intake.domain.scans.form_heads import Head
from intake.domain.scans.printed import copies_of
from intake.domain.scans.unpaired import shown_alone
from intake.domain.text.names import Named, compact, stem


@dataclass(frozen=True, slots=True)
class _Told:
    """Of whom a scan is; `sure` where it is surely one of a form, `form` what an export says.

    `seems` is whom a scan that shows nobody's form seems to show, `says` true where it surely names somebody.
    """

    nominee: str | None
    category: str | None
    sure: bool
    form: Form | None = None
    seems: str = ""
    says: bool = False


def drafts_of_exports(
    drafts: Sequence[Draft], scans: Sequence[Document], campaign: Campaign
) -> tuple[list[Draft], list[Document]]:
    """New drafts for forms that came as PDF in the Word file's place, and the scans that remain."""
    known = [Named(draft.nominee, draft.category) for draft in drafts]
    forms = [draft.forms[-1] for draft in drafts if draft.forms]
    found = stand_ins(scans, known, campaign, copies_of(forms, scans))
    opened: dict[tuple[str | None, str], Draft] = {}
    for document in found:
        category, nominee = (
            (document.form.category, document.form.text("nominee")) if document.form else ("", "")
        )
        key = (category, compact(nominee or ""))
        opened.setdefault(key, Draft(category, nominee)).exports.append(document)
    taken = {document.key for document in found}
    return list(opened.values()), [scan for scan in scans if scan.key not in taken]


def settle_exports(drafts: Sequence[Draft]) -> None:
    """An export for which no scan came is all that there is of one."""
    for draft in drafts:
        if draft.exports and not draft.scans:
            draft.scans += [(document, True) for document in draft.exports]
            draft.exports.clear()


def drafts_of_scans(
    drafts: Sequence[Draft],
    scans: Sequence[Document],
    apart: Collection[tuple[int, int]],
    campaign: Campaign,
    known_names: Sequence[str],
    certainty: Certainty = SHIPPED,
) -> tuple[list[Draft], list[Document]]:
    """New drafts for scans that no form wants, where they name a nominee; and the scans that remain.

    A scan beside forms that are all served is loose: it may be a page too many.  `apart` are the keys of
    those that surely show somebody else than any form; whom they only seem to show, a person confirms.
    A damaged or locked one that names nobody is loose: `settle_shut` looks at what came with it.
    """
    loose: list[Document] = []
    opened: list[Draft] = []
    for scan in scans:
        seems = head_shown(scan, campaign) if scan.key in apart else None
        told = _told_by(scan, seems, campaign, known_names, certainty)
        if _is_loose(scan, told, drafts, campaign, known_names):
            loose.append(scan)
            continue
        draft = _opened_for(opened, told.category, told.nominee)
        draft.scans.append((replace(scan, form=told.form), bool(told.nominee) or told.sure))
        draft.doubts += _doubts_of(scan, told, drafts)
    _tell_alike(opened)
    return opened, loose


def _is_loose(
    scan: Document, told: _Told, drafts: Sequence[Draft], campaign: Campaign, known_names: Sequence[str]
) -> bool:
    """True for a scan that names nobody whom no form names: nothing says that it is a nomination."""
    if is_shut(scan) and not nominee_in(scan.filename, campaign, known_names):
        return True
    if drafts and not (told.seems or told.says or _names_somebody(scan, campaign, known_names)):
        return True
    own = Named(told.nominee)
    return told.says and not told.seems and any(own.is_copy(Named(draft.nominee)) for draft in drafts)


def _doubts_of(scan: Document, told: _Told, drafts: Sequence[Draft]) -> Iterator[Doubt]:
    """What a person must know of a scan that makes a nomination beside those of the forms."""
    own = Named(told.nominee, told.category)
    near = any(own.may_be(Named(draft.nominee, draft.category)) for draft in drafts)
    if may_be_replaced(drafts, scan):
        yield doubt(DoubtKind.SCAN_BY_MISTAKE, scan.filename)
    if (near and told.says) or (told.seems and not told.form and (near or not told.sure)):
        yield doubt(DoubtKind.SCAN_ALONE, scan.filename, shown=told.seems or told.nominee or "")


def alike(
    lacking: Sequence[Draft], opened: Sequence[Draft], apart: Collection[tuple[int, int]]
) -> list[Draft]:
    """The forms without scans and the scans without forms that may be one nomination after all.

    A filename alone does not prove that a scan shows another nominee than the form; what surely shows
    somebody else does, unless both came in one mail: then it may have been taken for the right one.
    """
    pairs = [(form, scan) for form in lacking for scan in opened if not _parted(form, scan, apart)]
    return [draft for draft in (*lacking, *opened) if any(draft is one for pair in pairs for one in pair)]


def _parted(form: Draft, scanned: Draft, apart: Collection[tuple[int, int]]) -> bool:
    mails = {document.message.id for document in (*form.forms, *form.exports)}
    return all(
        sure and scan.key in apart and scan.message.id not in mails for scan, sure in scanned.scans
    ) and not Named(form.nominee, form.category).may_be(Named(scanned.nominee, scanned.category))


def _names_somebody(scan: Document, campaign: Campaign, known_names: Sequence[str]) -> bool:
    """True for a filename that says of whom the scan is, and that it is one of a form."""
    titled = any(compact(title) in stem(scan.filename) for title in campaign.campaign.form_titles)
    return (titled or category_in(scan.filename, campaign) is not None) and (
        nominee_in(scan.filename, campaign, known_names) is not None
    )


def _told_by(
    scan: Document, shown: Head | None, campaign: Campaign, known_names: Sequence[str], certainty: Certainty
) -> _Told:
    """Of whom a scan is: by the text of an export, by what was surely read, by what seems so, by its name."""
    category = category_in(scan.filename, campaign)
    seems = (shown.nominee if shown else None) or ""
    if form := exported_form(scan, campaign):
        return _Told(form.text("nominee"), form.category or category, True, form, seems, says=True)
    alone = shown_alone(scan, campaign, certainty)
    if alone.nominee:
        return _Told(alone.nominee, alone.category or category, True, seems=seems, says=True)
    if shown and seems:
        return _Told(seems, shown.category or category, False, seems=seems)
    named = nominee_in(scan.filename, campaign, known_names)
    return _Told(named, alone.category or category, alone.is_form)


def _opened_for(drafts: list[Draft], category: str | None, nominee: str | None) -> Draft:
    """The case that scans alone have made for that nominee, opened where there is none."""
    for draft in drafts:
        named = nominee and draft.nominee and compact(draft.nominee) == compact(nominee)
        if named and (category is None or draft.category in (None, category)):
            draft.category = draft.category or category
            return draft
    drafts.append(Draft(category, nominee))
    return drafts[-1]


def _tell_alike(drafts: Sequence[Draft]) -> None:
    """Scans without forms that may show one nominee are for a person: a form would be asked for twice."""
    for draft in drafts:
        others = [
            other
            for other in drafts
            if other is not draft
            and (other.category == draft.category or None in (other.category, draft.category))
        ]
        # One that names nobody may be any of the others; their own forms are wanted all the same.
        own = Named(draft.nominee)
        alike = [o for o in others if not draft.nominee or (o.nominee and own.may_be(Named(o.nominee)))]
        if alike:
            files = [scan.filename for one in (draft, *alike) for scan, _ in one.scans]
            draft.doubts.append(doubt(DoubtKind.SCANS_ALIKE, *files))
