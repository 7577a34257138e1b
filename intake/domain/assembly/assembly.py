"""From all documents of one unit to its nominations: forms, their scans, versions, and what is left over.

`assemble_unit` is the list of steps, in their order; each stands as a method of the workbench, with the
reason for its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from intake.domain.assembly.cases import case_of
from intake.domain.assembly.corrected import is_parted, name_drafts, note_choice, said_of
from intake.domain.assembly.doubts import undecided
from intake.domain.assembly.drafts import Draft, drafts_of, of_several_units
from intake.domain.assembly.later_versions import (
    answer_to,
    filled_form,
    form_of_its_scan,
    keep_replaced,
    open_forms,
    shut_forms,
)
from intake.domain.assembly.numbering import match_numbers
from intake.domain.assembly.requests import NO_ANSWERS, Answers
from intake.domain.assembly.scan_only import alike, drafts_of_exports, drafts_of_scans, settle_exports
from intake.domain.assembly.unopenable_mail import settle_shut
from intake.domain.campaign.campaign import Campaign
from intake.domain.documents.filenames import named_on_the_way
from intake.domain.model.certainty import SHIPPED, Certainty
from intake.domain.model.correction import NO_CORRECTIONS, Corrections
from intake.domain.model.document import Document, Role, in_order
from intake.domain.model.doubt import DoubtKind, doubt
from intake.domain.model.facts import ImageFacts
from intake.domain.model.nomination import Case, Unit
from intake.domain.model.places import Places
from intake.domain.pairing.pairing import Seat, pair
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
    answers: Answers = NO_ANSWERS,
    corrections: Corrections = NO_CORRECTIONS,
) -> Assembled:
    """Puts the unit's documents together, step by step; each step says why it comes where it comes.

    `known_names` are units' names, which no nominee bears; `hinted` are the nominees
    whose numbers mails name, by message row; `answers` tells what came in answer to files that
    could not be opened; `corrections` what people said of scans and of papers without a Word form (of
    Word forms the documents say it already).
    """
    bench = _Workbench(unit, campaign, known_names, hinted or {}, certainty, answers, corrections)
    bench.lay_out(documents)
    bench.draft_forms()
    bench.join_answers()
    bench.join_filled_forms()
    bench.read_scans()
    bench.draft_exports()
    bench.pair_scans()
    bench.settle_exports()
    bench.join_forms_by_scan()
    bench.take_pictures()
    bench.doubt_files_of_several()
    bench.keep_replaced_scans()
    bench.draft_scans_alone()
    bench.attach_papers()
    bench.settle_unopenable()
    return bench.assembled()


class _Workbench:
    """A unit's drafts while they are put together.

    Steps of other files are handed the drafts and fill them; none adds a draft, or takes one off, but here.
    `_drafts` are the nominations so far; `_forms`, `_scans`, `_others` and `_loose` the documents that still
    wait for a step, the last for none but the end.  `_blank` are forms in which nobody wrote, `_wanted` what
    a scan of each draft must show, `_several` the files of several scans and how they were cut.
    `_apart`, `_near` and `_unfit` are what pairing says of loose scans (`Pairing.apart` …), by their keys.
    """

    def __init__(
        self,
        unit: Unit,
        campaign: Campaign,
        known_names: Sequence[str],
        hinted: Mapping[int, str],
        certainty: Certainty,
        answers: Answers,
        corrections: Corrections,
    ) -> None:
        self._unit, self._campaign, self._known_names = unit, campaign, known_names
        self._hinted, self._certainty, self._answers = hinted, certainty, answers
        self._corrections = corrections
        self._drafts: list[Draft] = []
        self._forms: list[Document] = []
        self._scans: list[Document] = []
        self._others: list[Document] = []
        self._loose: list[Document] = []
        self._blank: list[Document] = []
        self._wanted: list[Wanted | None] = []
        self._several = Scans(())
        self._apart: set[tuple[int, int]] = set()
        self._near: set[tuple[int, int]] = set()
        self._unfit: dict[tuple[int, int], list[Draft]] = {}

    def lay_out(self, documents: Sequence[Document]) -> None:
        """First, since a copy would be a second paper in every later step."""
        ordered = in_order(_without_copies(documents))
        self._forms = [d for d in ordered if d.role is Role.FORM]
        self._others = [d for d in ordered if d.role is not Role.FORM]

    def draft_forms(self) -> None:
        """Forms before scans: they say without a guess whom scans must show."""
        self._drafts, self._blank = drafts_of(self._forms, self._campaign, self._known_names)

    def join_answers(self) -> None:
        """Before the scans: a form that was sent again wants one scan, not two."""
        for draft in shut_forms(self._drafts):
            if found := answer_to(draft, self._drafts, self._answers):
                self._make_older(draft, found)

    def join_filled_forms(self) -> None:
        """After the answers, which are told by a letter of ours and not by likeness."""
        for draft in open_forms(self._drafts):
            sure, likely = filled_form(draft, self._drafts, self._answers, self._campaign)
            if sure:
                self._make_older(draft, sure)
            elif likely:
                files = draft.forms[-1].filename, likely.forms[0].filename
                draft.doubts.append(doubt(DoubtKind.LATER_FORM, *files, later=files[1]))

    def read_scans(self) -> None:
        """As soon as it is known whom the forms name: a file of several scans is cut by their names."""
        forms = (draft.forms[-1] for draft in self._drafts)
        self._wanted = [wanted_of(form, self._campaign, self._known_names) for form in forms]
        self._several = read_scans(self._others, self._campaign, self._wanted)
        self._scans = [d for d in self._several.documents if d.role is Role.SCAN]
        self._others = [d for d in self._several.documents if d.role is not Role.SCAN]

    def draft_exports(self) -> None:
        """Before pairing: a form saved as PDF is no scan, and wants one as a Word form does."""
        opened, self._scans = drafts_of_exports(self._drafts, self._scans, self._campaign)
        name_drafts(opened, self._corrections, self._campaign)
        self._drafts += opened

    def pair_scans(self) -> None:
        """Once all forms are known: a scan is given by weighing all of them, and its doubts are told."""
        drafts, scans = self._drafts, self._scans
        seats = [
            Seat(
                draft.nominee, draft.category, draft.paper, frozenset(form.message.id for form in draft.forms)
            )
            for draft in drafts
        ]
        said = said_of(drafts, scans, self._corrections)
        pairing = pair(seats, scans, self._campaign, self._known_names, self._hinted, self._certainty, said)
        for found in pairing.pairs:
            drafts[found.seat].scans.append((scans[found.scan], found.certain))
            note_choice(drafts[found.seat], scans[found.scan], self._corrections)
        for seat in sorted(pairing.unclear | pairing.candidates.keys()):
            candidates = [scans[index] for index in pairing.candidates.get(seat, ())]
            drafts[seat].doubts.append(undecided(candidates, self._campaign))
        for seat, scan, other in pairing.against:
            named, shown = str(drafts[other].nominee), str(drafts[seat].nominee)
            misnamed = doubt(DoubtKind.SCAN_MISNAMED, scans[scan].filename, named=named, shown=shown)
            drafts[seat].doubts.append(misnamed)
        self._apart = {scans[index].key for index in pairing.apart}
        self._near = {scans[index].key for index in pairing.near}
        self._unfit = {scans[n].key: [drafts[seat] for seat in taken] for n, taken in pairing.unfit.items()}
        self._loose = [scans[index] for index in pairing.loose]

    def settle_exports(self) -> None:
        """After pairing, which alone tells whether a stamped scan came beside the export."""
        settle_exports(self._drafts)

    def join_forms_by_scan(self) -> None:
        """After pairing: only the scan tells that a shut form that names nobody is an older version."""
        forms = Places(form for draft in self._drafts for form in draft.forms)
        for draft in shut_forms(self._drafts):
            if found := form_of_its_scan(draft, self._drafts, forms):
                self._make_older(draft, found)

    def take_pictures(self) -> None:
        """After all scans: photographs are looked at for forms that lack theirs, and taken where certain."""
        lacking = [draft for draft in self._drafts if not draft.scans and draft.forms]
        pictures = [d for d in self._others if isinstance(d.facts, ImageFacts)]
        if not lacking or not pictures:
            return
        scans = picture_scans(pictures, self._campaign, self._wanted)
        seats = [Seat(draft.nominee, draft.category, draft.forms[-1]) for draft in lacking]
        said = said_of(lacking, scans, self._corrections)
        for found in pair(seats, scans, self._campaign, self._known_names, said=said).pairs:
            if found.certain:
                scan = scans[found.scan]
                lacking[found.seat].scans.append((scan, True))
                self._others = _without(self._others, (scan, *scan.joined))

    def doubt_files_of_several(self) -> None:
        """Once it is known who lacks a scan, and before drafts are opened that have no other paper."""
        _tell_several(self._drafts, self._several, self._scans)
        for draft in of_several_units(self._drafts):
            draft.doubts.append(doubt(DoubtKind.UNITS_IN_ONE_FILE, draft.forms[-1].filename))

    def keep_replaced_scans(self) -> None:
        """Before a scan opens a nomination of its own: it may be one that a later mail replaced."""
        strange = self._apart - self._near
        parted = [scan for scan in self._loose if is_parted(scan, self._drafts, self._corrections)]
        rest = [scan for scan in self._loose if scan not in parted]
        self._loose = in_order([*keep_replaced(self._drafts, rest, strange, self._unfit), *parted])

    def draft_scans_alone(self) -> None:
        """After every form was asked: what is left and names somebody had no form."""
        lacking = [draft for draft in self._drafts if not draft.scans]
        opened, self._loose = drafts_of_scans(
            self._drafts, self._loose, self._apart, self._campaign, self._known_names, self._certainty
        )
        for draft in alike(lacking, opened, self._apart - self._near):
            files = (paper.filename for paper in draft.papers)
            draft.doubts.append(doubt(DoubtKind.NAMES_APART, *files))
        name_drafts(opened, self._corrections, self._campaign)
        self._drafts += opened

    def attach_papers(self) -> None:
        """Once all nominees are known: a photograph or statement goes to the one whom it names."""
        self._loose += _attach(self._drafts, [d for d in self._others if d.role in ATTACHED_ROLES])

    def settle_unopenable(self) -> None:
        """Last: a file that nobody could open asks what came beside it, and what came after."""
        opened, self._loose = settle_shut(
            self._drafts, self._loose, self._unit, self._campaign, self._known_names, self._answers
        )
        self._drafts += opened

    def assembled(self) -> Assembled:
        """The cases, and what belongs to none: blank templates too, in which nobody's form is looked for."""
        templates = [replace(document, role=Role.OTHER) for document in self._blank]
        cases = tuple(case_of(self._unit, draft) for draft in self._drafts)
        return Assembled(self._unit, cases, tuple(in_order([*self._loose, *templates])))

    def _make_older(self, draft: Draft, target: Draft) -> None:
        """Makes the forms of one draft older versions of another's, and takes it off the bench."""
        target.forms = in_order([*draft.forms, *target.forms])
        self._drafts = [one for one in self._drafts if one is not draft]


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
        beside = [d for d in drafts if any(_is_beside(document, own) for own in d.papers)]
        wanted = (
            [d for d in drafts if d.nominee in present]
            if present
            else beside or [d for d in drafts if any(m.message.id == document.message.id for m in d.papers)]
        )
        if len(wanted) == 1:
            wanted[0].others.append(document)
        else:
            loose.append(document)
    return loose


def _is_beside(one: Document, other: Document) -> bool:
    """True for files of one folder in an archive or an enclosed mail."""
    return one.folder != "" and one.place == other.place
