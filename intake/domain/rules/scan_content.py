"""Rules on what the stamped scan says: is it this form, and do its figures agree?

Only a text layer is told to the unit, since it is exact, and only what differs by much; what was read from
pictures is for a person.

Whose form a scan is by its labels: 项目名称 stands in the forms of projects alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

from rapidfuzz import fuzz

from intake.domain.campaign import findings
from intake.domain.campaign.campaign import Campaign
from intake.domain.campaign.findings import CatalogueEntry
from intake.domain.documents.labels import labels_of
from intake.domain.model.certainty import Basis
from intake.domain.model.document import Document, Field, Form, Role
from intake.domain.model.doubt import DoubtKind
from intake.domain.model.inspection import Expected, ScanPage
from intake.domain.model.nomination import CaseDocument, Finding, Severity
from intake.domain.page.cells import layout
from intake.domain.page.comparison import Compared, Likeness, compare, ring_agrees
from intake.domain.page.equal_labels import figures_in_turn
from intake.domain.page.figure_places import stands, written_beside
from intake.domain.page.figures import Figure, agrees, figures, has_number
from intake.domain.page.vocabulary import terms_of
from intake.domain.rules.case_view import Scene, current_scan, doubtful, found
from intake.domain.rules.corrected import is_paired_by_person
from intake.domain.rules.other_files import shown_elsewhere
from intake.domain.scans.inspection_plan import expected_of
from intake.domain.scans.page_text import UNSEEN, folded_text, shown_pages
from intake.domain.scans.printed import is_printed, words_of
from intake.domain.text.names import Named
from intake.domain.text.ocr_characters import fold, read_as_one

_NAMES = ("nominee", "category", "unit")
_LOOKED_AT = frozenset({Likeness.NEAR, Likeness.UNREAD})
"""What asks a person to look whether the scan is this form's: who paired them has looked."""
_DEPARTMENT = re.compile(r"(?!.*(?:会|协|院|校|大学|公司|集团))[\u4e00-\u9fff]{1,10}(?:部|处|室|科|办)")
"""A department that names no body (科学普及部) may be the unit's own, which wrote it in the unit's place."""


@dataclass(frozen=True, slots=True)
class ScanShowsForm:
    """The scan shows this form: nominee, category and unit as the Word form has them."""

    entry: ClassVar[CatalogueEntry] = findings.SCAN_OTHER_FORM

    def see(self, scene: Scene) -> Iterator[Finding]:
        """Curable where a text layer says it; what was read from pictures is for a person."""
        item, form = current_scan(scene.case), scene.case.form
        expected = expected_of(form, scene.campaign, scene.known.unit_names) if form else None
        if item is None or form is None or expected is None:
            return
        pages = shown_pages(item.document)
        if not _was_seen(item.document, pages) or _is_printed(scene, pages):
            return
        compared = compare(expected, pages, terms_of(scene.campaign), scene.certainty)
        written = {page.number for page in pages if page.digital and page.doubt != UNSEEN}
        spellings = {"nominee": (expected.nominee,), "category": expected.categories, "unit": expected.units}
        for name in _open_names(scene, form, item, compared):
            value = compared[name]
            if value.expected:
                sure = (
                    value.likeness is Likeness.DIFFERENT
                    and _is_settled(scene, item)
                    and _is_plain(name, value.read, spellings[name], pages, scene.certainty.written)
                )
                basis = Basis.TEXT_LAYER if value.page in written else Basis.OCR
                yield from self._told(scene, item.document, value, name, basis, sure=sure)
        if not expected.units and "unit" not in form.corrected:
            yield from self._of_another_unit(scene, item.document, expected, written)

    def _of_another_unit(
        self, scene: Scene, document: Document, expected: Expected, written: Collection[int]
    ) -> Iterator[Finding]:
        """A form that does not write its unit is that of the unit which sent it; its scan may say another."""
        known = replace(expected, units=tuple(scene.known.unit_names))
        value = compare(known, shown_pages(document), terms_of(scene.campaign), scene.certainty)["unit"]
        if value.likeness is Likeness.DIFFERENT:
            basis = Basis.TEXT_LAYER if value.page in written else Basis.OCR
            yield from self._told(scene, document, value, "unit", basis, sure=False)

    def _told(
        self, scene: Scene, document: Document, value: Compared, name: str, basis: Basis, *, sure: bool
    ) -> Iterator[Finding]:
        """`sure`: nothing but the reading itself could be wrong; how surely it was read is for the basis."""
        words, filename = scene.words, document.filename
        label = words.of(name)
        score = value.score if basis is Basis.OCR and value.read else None
        known = partial(found, scene, basis=basis, confidence=score, fields=(name,))
        unsure = partial(doubtful, scene, basis=basis, confidence=score, fields=(name,))
        if value.likeness is Likeness.DIFFERENT:
            severity = Severity.CURABLE if sure else Severity.REVIEW
            said = f"扫描件所示{label}为“{value.read}”，{words.form}WORD版为“{value.expected}”"
            yield known(self.entry, severity, said, filename, scene.campaign.needs.source)
        elif value.likeness is Likeness.NEAR:
            said = f"扫描件上{label}读作“{value.read}”，WORD版为“{value.expected}”，请看附图核对"
            yield unsure(DoubtKind.SCAN_READ_OTHERWISE, said, filename)
        elif value.likeness is Likeness.UNREAD and not (name == "unit" and _seal_names_unit(scene, document)):
            said = f"扫描件上未能识别出{label}“{value.expected}”，请人工核对是否为同一份{words.form}"
            yield unsure(DoubtKind.SCAN_TEXT_UNREAD, said, filename)
        elif name == "nominee" and basis is Basis.OCR and not is_paired_by_person(scene):
            pairs = "、".join(f"“{one}”与“{other}”" for one, other in read_as_one(value.expected))
            if pairs:
                said = f"{label}“{value.expected}”中{pairs}字形相近，自动识别不能区分，请看附图核对用字"
                yield unsure(DoubtKind.SCAN_READ_AS_ONE, said, filename)


def _open_names(
    scene: Scene, form: Form, item: CaseDocument, compared: Mapping[str, Compared]
) -> Iterator[str]:
    """What is to be held against the scan: no person has settled it, and no label beside it has."""
    by_person = is_paired_by_person(scene)
    for name in _NAMES:
        value = compared.get(name)
        if value is None or name in form.corrected or (by_person and value.likeness in _LOOKED_AT):
            continue
        if name != "category" or not _is_known_without_title(scene, item, compared):
            yield name


def _was_seen(document: Document, pages: Sequence[ScanPage]) -> bool:
    """True for a scan that was looked at, or that says something in a text layer."""
    seen = document.inspection
    looked = seen is not None and not seen.refused and bool(pages)
    return looked or any(page.lines for page in pages)


def _is_printed(scene: Scene, pages: tuple[ScanPage, ...]) -> bool:
    """True where the scan is the form itself, word for word: there is nothing in it to hold against it."""
    paper = scene.case.current(Role.FORM)
    return paper is not None and is_printed(words_of(paper), pages)


def _is_settled(scene: Scene, item: CaseDocument) -> bool:
    """True where the scan surely is this form's, and no other file may show it."""
    return item.certain and not scene.case.doubts and not shown_elsewhere(scene)


def _is_plain(
    name: str, read: str, spellings: Sequence[str], pages: tuple[ScanPage, ...], half: float
) -> bool:
    """True where what was read is plainly another value, which a letter may tell.

    A text layer is exact, but for characters that its program wrote by another code (see `unified`) and
    values that were put in the wrong place: one that is half the same, or stands elsewhere, is for a person.
    """
    if name == "unit" and _DEPARTMENT.fullmatch("".join(read.split())):
        return False
    text = folded_text(pages).casefold()
    own = [_plain(spelling) for spelling in spellings]
    return not any(one in text or fuzz.ratio(one, _plain(read)) >= half * 100 for one in own)


def _plain(text: str) -> str:
    return fold(text).text.casefold()


def _is_known_without_title(scene: Scene, scan: CaseDocument, compared: Mapping[str, Compared]) -> bool:
    """True where a category that no title and no tick tells is beyond doubt all the same.

    The scan shows nominee and unit under the labels of this category alone, and the unit put nobody of such a
    name forward in another.
    """
    category, nominee = scene.case.category, scene.case.nominee
    if category is None or not scan.certain or compared["category"].likeness is not Likeness.UNREAD:
        return False
    if compared["nominee"].likeness is not Likeness.EQUAL or compared["unit"].likeness is not Likeness.EQUAL:
        return False
    others = [case for case in scene.siblings if case.category != category]
    if any(Named(nominee, category).may_be(Named(other.nominee, other.category)) for other in others):
        return False
    return labelled_as(category, shown_pages(scan.document), scene.campaign)


def _seal_names_unit(scene: Scene, document: Document) -> bool:
    """True for a unit that no line names but a seal does."""
    form = scene.case.form
    written = form.text("unit") if form else None
    names = [*scene.known.unit_names, *([written] if written else [])]
    texts = [mark.text for page in shown_pages(document) for mark in page.seals if mark.text]
    return any(ring_agrees(text, names) == "agrees" for text in texts)


@dataclass(frozen=True, slots=True)
class FormsAgree:
    """The figures that thresholds rest on stand in the scan as they stand in the Word form."""

    entry: ClassVar[CatalogueEntry] = findings.FORMS_DIFFER

    def see(self, scene: Scene) -> Iterator[Finding]:
        """For a person, with both values: which of the two holds is not ours to say.

        A figure that was looked for and not read is not the same for it: a person reads it.
        """
        item, form = current_scan(scene.case), scene.case.form
        if item is None or form is None:
            return
        pages, unread = shown_pages(item.document), list[_Unread]()
        if _is_printed(scene, pages):
            return
        shown = {
            **figures(pages, scene.campaign, form.category, scene.certainty),
            **figures_in_turn(form, pages, scene.campaign, scene.certainty),
        }
        filename = item.document.filename
        for name, written in sorted(_figures_of(form, scene.campaign).items()):
            figure, label = shown.get(name), scene.campaign.field_label(name, form.category)
            beside = _changed_by_hand(figure, pages, scene.campaign) if figure else ""
            if figure and agrees(figure, written, pages) and not beside:
                continue
            if figure and figure.sure and not beside and not _is_list_alone(figure.field.text, written.text):
                yield self._differs(scene, figure, label, written, item.document)
            elif figure or not stands(written, pages, scene.campaign, form.category):
                read = f"{figure.field.text} {beside}".strip() if figure else ""
                unread.append(_Unread(name, label, written.text, read))
        if unread and _was_seen(item.document, pages) and not is_paired_by_person(scene):
            said = f"扫描件上未能识别或辨认不清的数据，请看扫描件与{scene.words.form}WORD版核对："
            said += "；".join(map(str, unread))
            names = tuple(one.name for one in unread)
            kind = DoubtKind.SCAN_TEXT_UNREAD
            yield doubtful(scene, kind, said, filename, basis=Basis.OCR, fields=names)

    def _differs(
        self, scene: Scene, figure: Figure, label: str, written: Field, document: Document
    ) -> Finding:
        said = f"{label}：扫描件为“{figure.field.text}”，{scene.words.form}WORD版为“{written.text}”"
        exact = any(page.digital for page in shown_pages(document) if page.number == figure.page)
        basis, score = (Basis.TEXT_LAYER, None) if exact else (Basis.OCR, figure.score)
        return found(
            scene, self.entry, Severity.REVIEW, said, document.filename, basis=basis, confidence=score
        )


@dataclass(frozen=True, slots=True)
class _Unread:
    """A figure that the scan was not seen to show: what the form has, and what was read in its place."""

    name: str
    label: str
    written: str
    read: str

    def __str__(self) -> str:
        read = f"读作“{self.read}”，" if self.read else ""
        return f"{self.label}（{read}WORD版为“{self.written}”）"


def _changed_by_hand(figure: Figure, pages: Sequence[ScanPage], campaign: Campaign) -> str:
    """That a pen went through the figure, and what was written beside it; "" where it stands as printed."""
    beside = written_beside(figure, pages, campaign)
    return f"（划去）{beside}" if figure.struck else beside


def _figures_of(form: Form, campaign: Campaign) -> dict[str, Field]:
    """The form's values on which a threshold of its category rests, but for those that a person settled."""
    names = {rule.field for rule in campaign.threshold if rule.category == form.category}
    names -= {field.name for field in campaign.field if field.type == "list"} | form.corrected
    return {name: value for name in names if (value := form.fields.get(name)) and value.value is not None}


def _is_list_alone(shown: str, written: str) -> bool:
    """True for words without a number where the form has one: the value of another cell."""
    return has_number(written) and not has_number(shown)


def labelled_as(category: str, pages: Sequence[ScanPage], campaign: Campaign) -> bool:
    """True where the pages bear a label that only forms of this category have, and none that they lack.

    What stands beside the labels does not matter.  A person's labels (姓名, 性别) stand in every form, for
    who answers for it; so they speak for a person's form alone, and against none.
    """
    persons = {data.id for data in campaign.category if data.person}
    owners = set(_owners(pages, campaign))
    against = [several for several in owners if category not in several and not several <= persons]
    return frozenset((category,)) in owners and not against


def _owners(pages: Sequence[ScanPage], campaign: Campaign) -> Iterator[frozenset[str]]:
    """For each label of the pages that has a value, the categories whose forms have it."""
    every = frozenset(data.id for data in campaign.category)
    labels, terms = labels_of(campaign), terms_of(campaign)
    for page in pages:
        for labelled in layout(page, terms).labelled:
            if label := labels.find(labelled.head.text):
                yield frozenset().union(*(field.categories or every for field in label.fields))
