"""From all documents of one unit to its nominations: forms, their scans, versions, and what is left over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from intake.domain.attribution import in_order
from intake.domain.campaign import Campaign
from intake.domain.facts import UnreadableFacts
from intake.domain.filenames import category_in, compact, named, nominee_in, stem
from intake.domain.form import is_blank_form
from intake.domain.model import Case, CaseDocument, Document, Role, Unit
from intake.domain.pairing import Seat, pair
from intake.domain.units import normalise_unit

ATTACHED_ROLES = (Role.PHOTO, Role.STATEMENT, Role.OTHER)


@dataclass(frozen=True, slots=True)
class Assembled:
    """A unit's cases, and the documents that belong to none of them."""

    unit: Unit
    cases: tuple[Case, ...]
    loose: tuple[Document, ...]


@dataclass(slots=True)
class _Draft:
    """A case while it is being put together."""

    category: str | None
    nominee: str | None
    forms: list[Document]
    scans: list[tuple[Document, bool]]
    others: list[Document]
    doubts: list[str]


def assemble_unit(
    unit: Unit,
    documents: Sequence[Document],
    campaign: Campaign,
    known_names: Sequence[str] = (),
    hinted: Mapping[int, str] | None = None,
) -> Assembled:
    """Puts the unit's documents together.

    `known_names` are units' names, which no nominee bears; `hinted` are the nominees
    whose numbers mails name, by message row.
    """
    ordered = in_order(_without_copies(documents))
    drafts, blank = _drafts([d for d in ordered if d.role is Role.FORM], campaign, known_names)
    scans = [d for d in ordered if d.role is Role.SCAN]
    seats = [Seat(draft.nominee, draft.category, draft.forms[-1]) for draft in drafts]
    pairing = pair(seats, scans, campaign, known_names, hinted)
    for found in pairing.pairs:
        drafts[found.seat].scans.append((scans[found.scan], found.certain))
    for seat in pairing.unclear:
        drafts[seat].doubts.append("本单位有扫描件无法确定属于哪一份推荐表")
    for draft in _of_several_units(drafts):
        draft.doubts.append("同一文件内的多份推荐表写有不同的推荐单位")
    lacking = [draft for draft in drafts if not draft.scans]
    loose = _add_scan_only(drafts, [scans[index] for index in pairing.loose], campaign, known_names)
    if lacking:
        # A filename alone does not prove that the scan shows another nominee than the form.
        for draft in (
            (*lacking, *(d for d in drafts if not d.forms)) if any(not d.forms for d in drafts) else ()
        ):
            draft.doubts.append("推荐表与扫描件的名称不一致，无法确定是否为同一候选典型")
    loose += _attach(drafts, [d for d in ordered if d.role in ATTACHED_ROLES])
    loose += [d for d in ordered if d.role is Role.SUMMARY]
    # A template is filed for what it is; nobody's form is looked for in it.
    loose += [replace(document, role=Role.OTHER) for document in blank]
    cases = tuple(_case(unit, draft) for draft in drafts)
    return Assembled(unit, cases, tuple(in_order(loose)))


def _without_copies(documents: Sequence[Document]) -> list[Document]:
    """Drops a file that the unit has sent before, byte for byte."""
    seen: set[tuple[str, int]] = set()
    kept = []
    for document in in_order(documents):
        if (document.content_hash, document.part) not in seen:
            seen.add((document.content_hash, document.part))
            kept.append(document)
    return kept


def _drafts(
    forms: Sequence[Document], campaign: Campaign, known_names: Sequence[str]
) -> tuple[list[_Draft], list[Document]]:
    """One draft per nominee and category, and the blank forms that are only filed.

    A form sent again is a further version of its draft; so is a damaged one whose
    name or file says whose it is.
    """
    filled = [d for d in forms if not _is_blank(d)] or list(forms[:1])
    drafts: dict[tuple[str | None, str], _Draft] = {}
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
        draft = drafts.setdefault(key, _Draft(category, nominee, [], [], [], []))
        if draft.forms and draft.forms[-1].message.id == document.message.id:
            draft.doubts.append("同一邮件内有多份不同的推荐表写的是同一候选典型")
        draft.forms.append(document)
    chosen = {document.key for document in filled}
    return list(drafts.values()), [document for document in forms if document.key not in chosen]


def _cured_by(
    damaged: Document, category: str | None, nominee: str | None, drafts: Sequence[_Draft]
) -> _Draft | None:
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


def _of_several_units(drafts: Sequence[_Draft]) -> list[_Draft]:
    """Drafts whose forms stand in one file with forms of another unit: the file went to one unit whole."""
    units: dict[int, set[str]] = {}
    for form in (form for draft in drafts for form in draft.forms if form.form):
        name = form.form.text("unit") if form.form else None
        if name:
            units.setdefault(form.id, set()).add(normalise_unit(name))
    return [draft for draft in drafts if any(len(units.get(form.id, ())) > 1 for form in draft.forms)]


def _add_scan_only(
    drafts: list[_Draft], scans: list[Document], campaign: Campaign, known_names: Sequence[str]
) -> list[Document]:
    """Scans that no form wants become cases of their own where they name a nominee; the rest is loose.

    A scan beside forms that are all served is loose: it may be a page too many.
    """
    loose: list[Document] = []
    by_name: dict[tuple[str | None, str], _Draft] = {}
    served = bool(drafts)
    for scan in scans:
        nominee = nominee_in(scan.filename, campaign, known_names)
        category = category_in(scan.filename, campaign)
        titled = any(compact(title) in stem(scan.filename) for title in campaign.campaign.form_titles)
        if served and not (nominee and (titled or category)):
            loose.append(scan)
            continue
        key = (category, compact(nominee) if nominee else f"\0{scan.key}")
        draft = by_name.setdefault(key, _Draft(category, nominee, [], [], [], []))
        draft.scans.append((scan, bool(nominee)))
    drafts.extend(by_name.values())
    return loose


def _attach(drafts: list[_Draft], documents: list[Document]) -> list[Document]:
    """Files photos and further papers with the nominee whom they name, or the only one of their mail."""
    loose = []
    names = [draft.nominee for draft in drafts if draft.nominee]
    for document in documents:
        present = named(stem(document.filename), names)
        wanted = (
            [d for d in drafts if d.nominee in present]
            if present
            else [d for d in drafts if any(m.message.id == document.message.id for m in _all(d))]
        )
        if len(wanted) == 1:
            wanted[0].others.append(document)
        else:
            loose.append(document)
    return loose


def _all(draft: _Draft) -> list[Document]:
    return [*draft.forms, *(scan for scan, _ in draft.scans)]


def _case(unit: Unit, draft: _Draft) -> Case:
    documents = _versions(draft.forms, Role.FORM)
    ordered = sorted(
        draft.scans, key=lambda s: (s[0].message.received_at, s[0].message.id, s[1], s[0].ordinal)
    )
    certain = {scan.key: sure for scan, sure in ordered}
    documents += [
        replace(item, certain=certain[item.document.key])
        for item in _versions([scan for scan, _ in ordered], Role.SCAN)
    ]
    documents += [CaseDocument(document, document.role) for document in in_order(draft.others)]
    return Case(
        unit=unit,
        category=draft.category,
        nominee=draft.nominee,
        received_at=min(
            item.document.message.received_at for item in documents if item.role in (Role.FORM, Role.SCAN)
        ),
        documents=tuple(documents),
        doubts=tuple(dict.fromkeys(draft.doubts)),
    )


def _versions(documents: Sequence[Document], role: Role) -> list[CaseDocument]:
    """The newest counts; but a damaged file never takes the place of one that can be read."""
    if not documents:
        return []
    readable = [d for d in documents if not isinstance(d.facts, UnreadableFacts)] or list(documents)
    current = readable[-1]
    return [CaseDocument(document, role, current=document is current) for document in documents]


def match_numbers(cases: Sequence[Case], recorded: Sequence[Case]) -> list[Case]:
    """Gives each case the number it already has in the ledger, by its documents, else by its names.

    Several numbers for one case: the oldest stays.  A number that no case takes up
    has been superseded; the caller sees it by its absence.
    """
    taken: set[str] = set()
    numbered: list[Case] = []
    owners: dict[tuple[int, int], list[Case]] = {}
    for old in sorted(recorded, key=lambda c: c.number or ""):
        for item in old.documents:
            owners.setdefault(item.document.key, []).append(old)

    def claim(case: Case, candidates: list[Case]) -> Case | None:
        free = [old for old in candidates if old.number and old.number not in taken]
        if not free:
            return None
        number = min(old.number or "" for old in free)
        taken.add(number)
        return replace(case, number=number)

    waiting = list(cases)
    # A number goes with the form; only then with the scan.
    for roles in ((Role.FORM,), (Role.FORM, Role.SCAN)):
        rest: list[Case] = []
        for case in waiting:
            main = [item for item in case.documents if item.role in roles]
            found = claim(case, [old for item in main for old in owners.get(item.document.key, [])])
            (numbered if found else rest).append(found or case)
        waiting = rest
    for case in waiting:
        same = [
            old
            for old in recorded
            if case.nominee
            and old.nominee
            and old.category == case.category
            and old.unit.key == case.unit.key
            and compact(old.nominee) == compact(case.nominee)
        ]
        numbered.append(claim(case, same) or case)
    return sorted(numbered, key=lambda c: (c.received_at, min(i.document.key for i in c.documents)))
