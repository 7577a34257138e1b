"""From all documents of one unit to its nominations: forms, their scans, versions, and what is left over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from intake.domain.assembly.answers import NOTHING_ASKED, Asked
from intake.domain.assembly.doubts import undecided
from intake.domain.assembly.drafts import Draft, drafts_of, of_several_units
from intake.domain.assembly.later_versions import join_answers, join_by_scan, join_filled, keep_replaced
from intake.domain.assembly.numbering import match_numbers
from intake.domain.assembly.scan_only import add_exports, add_scan_only, alike, settle_exports
from intake.domain.assembly.unopenable_mail import settle_shut
from intake.domain.campaign.campaign import Campaign
from intake.domain.documents.filenames import named_on_the_way
from intake.domain.documents.pdf_form import is_export
from intake.domain.model.certainty import SHIPPED, Certainty
from intake.domain.model.document import Document, Role, in_order
from intake.domain.model.doubt import DoubtKind, doubt
from intake.domain.model.facts import ImageFacts, UnreadableFacts
from intake.domain.model.nomination import Case, CaseDocument, Unit
from intake.domain.pairing.pairing import Pairing, Seat, pair
from intake.domain.scans.form_match import Wanted, wanted_of
from intake.domain.scans.photographs import picture_scans
from intake.domain.scans.splitting import SHORT, Scans, page_count, read_scans

__all__ = ["Assembled", "assemble_unit", "match_numbers"]

ATTACHED_ROLES = (Role.PHOTO, Role.STATEMENT, Role.SUMMARY, Role.OTHER)


@dataclass(frozen=True, slots=True)
class Assembled:
    """A unit's cases, and the documents that belong to none of them."""

    unit: Unit
    cases: tuple[Case, ...]
    loose: tuple[Document, ...]


def assemble_unit(
    unit: Unit,
    documents: Sequence[Document],
    campaign: Campaign,
    known_names: Sequence[str] = (),
    hinted: Mapping[int, str] | None = None,
    certainty: Certainty = SHIPPED,
    asked: Asked = NOTHING_ASKED,
) -> Assembled:
    """Puts the unit's documents together.

    `known_names` are units' names, which no nominee bears; `hinted` are the nominees
    whose numbers mails name, by message row; `asked` tells what came in answer to files that
    could not be opened.
    """
    ordered = in_order(_without_copies(documents))
    drafts, blank = drafts_of([d for d in ordered if d.role is Role.FORM], campaign, known_names)
    join_answers(drafts, asked, campaign)
    join_filled(drafts, asked, campaign)
    wanted = [wanted_of(draft.forms[-1].form, campaign, known_names) for draft in drafts]
    read = read_scans([d for d in ordered if d.role is not Role.FORM], campaign, wanted)
    scans = add_exports(drafts, [d for d in read.documents if d.role is Role.SCAN], campaign)
    others = [d for d in read.documents if d.role is not Role.SCAN]
    pairing = _pair(drafts, scans, campaign, known_names, hinted, certainty)
    unfit = {scans[n].key: [drafts[seat] for seat in seats] for n, seats in pairing.unfit.items()}
    settle_exports(drafts)
    join_by_scan(drafts)
    others = _without(others, _add_pictures(drafts, others, campaign, known_names, wanted))
    _tell_several(drafts, read, scans)
    for draft in of_several_units(drafts):
        draft.doubts.append(doubt(DoubtKind.UNITS_IN_ONE_FILE, draft.forms[-1].filename))
    lacking = [draft for draft in drafts if not draft.scans]
    apart = {scans[index].key for index in pairing.apart}
    left = keep_replaced(drafts, [scans[index] for index in pairing.loose], apart, unfit)
    told = len(drafts)
    loose = add_scan_only(drafts, left, apart, campaign, known_names, certainty)
    for draft in alike(lacking, drafts[told:], apart):
        draft.doubts.append(doubt(DoubtKind.NAMES_APART, *(paper.filename for paper in _all(draft))))
    loose += _attach(drafts, [d for d in others if d.role in ATTACHED_ROLES])
    loose = settle_shut(drafts, loose, unit, campaign, known_names, asked)
    # A template is filed for what it is; nobody's form is looked for in it.
    loose += [replace(document, role=Role.OTHER) for document in blank]
    cases = tuple(_case(unit, draft) for draft in drafts)
    return Assembled(unit, cases, tuple(in_order(loose)))


def _pair(
    drafts: Sequence[Draft],
    scans: Sequence[Document],
    campaign: Campaign,
    known_names: Sequence[str],
    hinted: Mapping[int, str] | None,
    certainty: Certainty,
) -> Pairing:
    """Gives the drafts their scans, and the doubts that remain in it."""
    seats = [
        Seat(draft.nominee, draft.category, draft.paper, frozenset(form.message.id for form in draft.forms))
        for draft in drafts
    ]
    pairing = pair(seats, scans, campaign, known_names, hinted, certainty)
    for found in pairing.pairs:
        drafts[found.seat].scans.append((scans[found.scan], found.certain))
    for seat in sorted(pairing.unclear | pairing.candidates.keys()):
        candidates = [scans[index] for index in pairing.candidates.get(seat, ())]
        drafts[seat].doubts.append(undecided(candidates, campaign))
    for seat, scan, said in pairing.against:
        named, shown = str(drafts[said].nominee), str(drafts[seat].nominee)
        misnamed = doubt(DoubtKind.SCAN_MISNAMED, scans[scan].filename, named=named, shown=shown)
        drafts[seat].doubts.append(misnamed)
    return pairing


def _tell_several(drafts: Sequence[Draft], read: Scans, scans: Sequence[Document]) -> None:
    """Tells of files of which nobody can say how many forms they hold: it may be what another lacks.

    A short file that surely is one nominee's holds no other's for a page that shows no text.
    """
    told: set[int] = set()
    own = {item.id for draft in drafts for item, sure in draft.scans if sure and page_count(item) <= SHORT}
    for scan in scans:
        unread = scan.id in read.unread and scan.id not in own
        if scan.id in told or not (scan.key in read.unclear or unread):
            continue
        told.add(scan.id)
        for draft in drafts:
            held = scan.key in read.unclear and any(item.key == scan.key for item, _ in draft.scans)
            if held or not draft.scans:
                draft.doubts.append(doubt(DoubtKind.SCAN_OF_SEVERAL, scan.filename))


def _add_pictures(
    drafts: Sequence[Draft],
    others: Sequence[Document],
    campaign: Campaign,
    known_names: Sequence[str],
    wanted: Sequence[Wanted | None],
) -> list[Document]:
    """Takes pictures for the scans of forms that lack theirs, where that is certain; returns those taken."""
    lacking = [draft for draft in drafts if not draft.scans and draft.forms]
    pictures = [d for d in others if isinstance(d.facts, ImageFacts)]
    if not lacking or not pictures:
        return []
    scans = picture_scans(pictures, campaign, wanted)
    seats = [Seat(draft.nominee, draft.category, draft.forms[-1]) for draft in lacking]
    taken: list[Document] = []
    for found in pair(seats, scans, campaign, known_names).pairs:
        if found.certain:
            scan = scans[found.scan]
            lacking[found.seat].scans.append((scan, True))
            taken += [scan, *scan.joined]
    return taken


def _without(documents: Sequence[Document], taken: Sequence[Document]) -> list[Document]:
    rows = {document.id for document in taken}
    return [document for document in documents if document.id not in rows]


def _without_copies(documents: Sequence[Document]) -> list[Document]:
    """Drops a file that the unit has sent before, byte for byte; an unverified sender's copy goes first."""
    seen: set[tuple[str, int]] = set()
    kept = []
    for document in sorted(in_order(documents), key=lambda d: bool(d.message.unverified)):
        if (document.content_hash, document.part) not in seen:
            seen.add((document.content_hash, document.part))
            kept.append(document)
    return kept


def _attach(drafts: list[Draft], documents: list[Document]) -> list[Document]:
    """Files photos and further papers with the nominee whom they or their folder name, else the only near."""
    loose = []
    names = [draft.nominee for draft in drafts if draft.nominee]
    for document in documents:
        present = named_on_the_way(document.filename, document.folder, names)
        beside = [d for d in drafts if any(_is_beside(document, own) for own in _all(d))]
        wanted = (
            [d for d in drafts if d.nominee in present]
            if present
            else beside or [d for d in drafts if any(m.message.id == document.message.id for m in _all(d))]
        )
        if len(wanted) == 1:
            wanted[0].others.append(document)
        else:
            loose.append(document)
    return loose


def _is_beside(one: Document, other: Document) -> bool:
    """True for files of one folder in an archive or an enclosed mail."""
    return one.folder != "" and one.place == other.place


def _all(draft: Draft) -> list[Document]:
    return [*draft.forms, *draft.exports, *(scan for scan, _ in draft.scans)]


def _case(unit: Unit, draft: Draft) -> Case:
    documents = _versions(draft.forms, Role.FORM)
    documents += [CaseDocument(document, Role.SCAN, current=False) for document in draft.exports]
    ordered = sorted(
        draft.scans, key=lambda s: (s[0].message.received_at, s[0].message.id, s[1], s[0].ordinal)
    )
    certain = {file.key: sure for scan, sure in ordered for file in (scan, *scan.joined)}
    documents += [
        replace(item, certain=certain[item.document.key])
        for item in _versions([scan for scan, _ in ordered], Role.SCAN)
    ]
    documents += [CaseDocument(document, document.role) for document in in_order(draft.others)]
    documents += [CaseDocument(file, Role.OTHER, current=file is draft.sealed[-1]) for file in draft.sealed]
    documents += [CaseDocument(file, Role.OTHER, current=False) for file in draft.since]
    return Case(
        unit=unit,
        category=draft.category,
        nominee=draft.nominee,
        received_at=min(document.message.received_at for document in _dated(draft)),
        documents=tuple(documents),
        doubts=tuple(dict.fromkeys(draft.doubts)),
    )


def _dated(draft: Draft) -> list[Document]:
    """The files from which a nomination counts: its papers, and what was sent shut in their place before."""
    return [*_all(draft), *draft.sealed, *draft.since]


def _versions(documents: Sequence[Document], role: Role) -> list[CaseDocument]:
    """The newest counts; but what is damaged, or no stamped paper, never takes the place of what is not."""
    if not documents:
        return []
    readable = [d for d in documents if not isinstance(d.facts, UnreadableFacts)] or list(documents)
    stamped = [d for d in readable if not is_export(d)] if role is Role.SCAN else []
    current = (stamped or readable)[-1]
    return [item for document in documents for item in _files(document, role, document is current)]


def _files(document: Document, role: Role, current: bool) -> list[CaseDocument]:
    """A paper in its place, and the further files that hold pages of it."""
    return [
        CaseDocument(file, role, current=current, page=page)
        for page, file in enumerate((document, *document.joined))
    ]
