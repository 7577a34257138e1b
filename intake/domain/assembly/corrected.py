"""What people said, as the assembly heeds it: in the place of what was read of a form, and of pairs.

A form as a person corrected it; pairs of forms and scans by their places; names of what bears no Word form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from intake.domain.assembly.drafts import Draft
from intake.domain.campaign.campaign import Campaign
from intake.domain.campaign.unit_names import unit_name
from intake.domain.documents.field_values import read_value, tidy_text
from intake.domain.documents.form import last_day
from intake.domain.documents.form_split import read_forms
from intake.domain.documents.roles import Reading, Roles
from intake.domain.model.correction import (
    CATEGORY,
    NO_CORRECTIONS,
    NOMINEE,
    UNIT,
    Correction,
    Corrections,
    Paper,
    ScanVerdict,
)
from intake.domain.model.document import Document, Field, Form, Role
from intake.domain.model.doubt import DoubtKind
from intake.domain.model.facts import Facts, WordFacts
from intake.domain.pairing.pairing import PairWords

BY_PERSON = "人工更正"
"""Where a corrected value stands: in nobody's cell."""


class Unfit(ValueError):
    """A text that cannot be the value of its field; the message says why, in Chinese."""


def corrected(form: Form, said: Mapping[str, Correction], campaign: Campaign) -> Form:
    """The form with what a person said of its fields; what cannot be read as a value counts as unsure.

    A category is not looked at: the form is read anew as one of that category (`read_forms`).
    """
    fields, names = dict(form.fields), frozenset(said)
    for name, item in said.items():
        if name == CATEGORY or not item.value:
            continue
        try:
            fields[name] = replace(stated(name, item.value, form.category, campaign), read=item.read)
        except Unfit:
            # The campaign file has changed since: a person looks again.
            fields[name] = Field(name, None, item.value, sure=False, place=BY_PERSON, read=item.read)
    if CATEGORY in said and form.category:
        name, read = campaign.category_name(form.category), said[CATEGORY].read
        fields[CATEGORY] = Field(CATEGORY, form.category, name, place=BY_PERSON, read=read)
    return replace(
        form,
        fields=fields,
        empty=tuple(name for name in form.empty if name not in names),
        conflicts=tuple(told for told in form.conflicts if told.partition(":")[0] not in names),
        corrected=names,
    )


def stated(name: str, text: str, category: str | None, campaign: Campaign) -> Field:
    """The field with that text as its value; raises `Unfit` for a text that is none."""
    text = tidy_text(text)
    if not text:
        raise Unfit("更正后的内容不能为空")
    if name == CATEGORY:
        return Field(name, category_of(text, campaign), text, place=BY_PERSON)
    kinds = [field for field in campaign.field if field.name == name]
    kind = next((field for field in kinds if field.applies_to(category)), None)
    if kind is None:
        raise Unfit(f"{campaign.category_name(category)}的推荐表没有这一项")
    reading = read_value(
        kind.type,
        unit_name(text) if name == "unit" else text,
        until=last_day(campaign),
        from_date=kind.from_date,
        list_counts=kind.list_counts,
        label=kind.labels[0],
    )
    if reading.value is None or not reading.sure:
        raise Unfit(f"“{text}”不能作为“{kind.labels[0]}”的内容")
    return Field(
        name,
        reading.value,
        text,
        about=reading.about,
        place=BY_PERSON,
        at_least=reading.direction == "at-least",
    )


def field_named(text: str, category: str | None, campaign: Campaign) -> str:
    """The name of the field that a person means by its name, one of its labels, or the campaign's word."""
    words = campaign.words_for(category)
    if text in (CATEGORY, words.category):
        return CATEGORY
    if text in (UNIT, words.unit):
        return UNIT
    if text in (NOMINEE, words.nominee_name, words.nominee):
        return NOMINEE
    own = [field for field in campaign.field if field.applies_to(category)]
    for field in own:
        if text == field.name or text in field.labels:
            return field.name
    names = "、".join(dict.fromkeys(field.labels[0] for field in own))
    raise Unfit(f"没有“{text}”这一项（可更正的有{names}）")


def label_of(name: str, category: str | None, campaign: Campaign) -> str:
    """What staff call a field: the first label of it, or the campaign's word for who, as what, by whom."""
    label = campaign.field_label(name, category)
    known = label == name and name in (NOMINEE, CATEGORY, UNIT)
    return campaign.words_for(category).of(name) if known else label


def category_of(text: str, campaign: Campaign) -> str:
    """The id of the category that a person names, by its id, its name or another name; raises `Unfit`."""
    for data in campaign.category:
        if text in (data.id, data.name, *data.aliases):
            return data.id
    names = "、".join(data.name for data in campaign.category)
    raise Unfit(f"“{text}”不是本次的类别（{names}）")


class CorrectedRoles:
    """The readings of files, with what people said in the place of what was read.

    A stage brings the `corrections` up to date in its transaction; what was read is kept for all.
    """

    def __init__(self, kept: Roles) -> None:
        self.corrections: Corrections = NO_CORRECTIONS
        self._kept = kept

    def read(self, content_hash: str, filename: str, facts: Facts, reading: int = 0) -> tuple[Reading, ...]:
        """As `Roles.read`; a file that a person called a scan is one, unless it holds a form."""
        found = self._kept.read(content_hash, filename, facts, reading)
        if said := self.corrections.of_file(content_hash):
            found = _parts(found, facts, said, self._kept.campaign)
        chosen = self.corrections.is_chosen
        return tuple(
            (Role.SCAN, None) if form is None and chosen((content_hash, part)) else (role, form)
            for part, (role, form) in enumerate(found)
        )


def _parts(
    found: tuple[Reading, ...],
    facts: Facts,
    said: Mapping[int, Mapping[str, Correction]],
    campaign: Campaign,
) -> tuple[Reading, ...]:
    """The parts of a file as people corrected them; nothing is said of a file that is no Word form."""
    categories = {
        part: item.value
        for part, fields in said.items()
        if (item := fields.get(CATEGORY)) and item.value in campaign.categories
    }
    if categories and isinstance(facts, WordFacts):
        found = tuple((Role.FORM, form) for form in read_forms(facts, campaign, categories)) or found
    return tuple(
        (role, corrected(form, said.get(part, {}), campaign) if form and part in said else form)
        for part, (role, form) in enumerate(found)
    )


def forms_of(draft: Draft) -> list[Paper]:
    """The papers by which a person speaks of a draft's form: all versions of it."""
    return [document.paper for document in (*draft.forms, *draft.exports)]


def said_of(drafts: Sequence[Draft], scans: Sequence[Document], corrections: Corrections) -> PairWords:
    """What people said of these drafts and scans, by their places."""
    found: dict[ScanVerdict, set[tuple[int, int]]] = {way: set() for way in ScanVerdict}
    spoken_of = {place: scan for place, scan in enumerate(scans) if corrections.speaks_of(scan.paper)}
    for seat, draft in enumerate(drafts):
        forms = forms_of(draft)
        for place, scan in spoken_of.items():
            if word := corrections.of_pair(forms, scan.paper):
                found[ScanVerdict(word.value or "")].add((seat, place))
    return PairWords(frozenset(found[ScanVerdict.TOGETHER]), frozenset(found[ScanVerdict.APART]))


def note_choice(draft: Draft, scan: Document, corrections: Corrections) -> None:
    """Lets a scan that a person chose count from then on, before others that were there already."""
    word = corrections.of_pair(forms_of(draft), scan.paper)
    if word and word.value == ScanVerdict.TOGETHER:
        draft.chosen[scan.key] = word.at


def is_parted(scan: Document, drafts: Sequence[Draft], corrections: Corrections) -> bool:
    """True for a scan of which a person said that it is not that of one of these drafts."""
    words = [corrections.of_pair(forms_of(draft), scan.paper) for draft in drafts]
    return any(word is not None and word.value == ScanVerdict.APART for word in words)


def name_drafts(drafts: Sequence[Draft], corrections: Corrections, campaign: Campaign) -> None:
    """Gives nominations without a Word form the nominee and category that a person read on their papers."""
    for draft in drafts:
        papers = [*draft.exports, *(scan for scan, _ in draft.scans)]
        said: dict[str, Correction] = {}
        for paper in papers:
            said |= corrections.of_file(paper.content_hash).get(paper.part, {})
        if not said:
            continue
        if item := said.get(NOMINEE):
            draft.nominee = item.value
            draft.doubts = [one for one in draft.doubts if one.kind is not DoubtKind.SCAN_ALONE]
        if (item := said.get(CATEGORY)) and item.value in campaign.categories:
            draft.category = item.value
        draft.exports = [_corrected(paper, corrections, campaign) for paper in draft.exports]
        draft.scans = [(_corrected(scan, corrections, campaign), sure) for scan, sure in draft.scans]


def _corrected(paper: Document, corrections: Corrections, campaign: Campaign) -> Document:
    """A form that came as PDF, with what a person said of it."""
    said = corrections.of_file(paper.content_hash).get(paper.part)
    if paper.form is None or not said:
        return paper
    category = said[CATEGORY].value if CATEGORY in said else paper.form.category
    return replace(paper, form=corrected(replace(paper.form, category=category), said, campaign))
