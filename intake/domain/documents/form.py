"""A nomination form read with the campaign's synonyms."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from intake.domain.campaign.campaign import Campaign, FieldData
from intake.domain.campaign.unit_names import normalise_unit, unit_name
from intake.domain.documents.category import CategoryReading, read_category, squeeze
from intake.domain.documents.field_values import is_blank, read_value, tidy_text
from intake.domain.documents.inline_labels import Entry
from intake.domain.documents.labels import Labels, labels_of
from intake.domain.documents.recognition import LONGEST_TITLE, Sheet, role_of, text_sheet, titles, word_sheet
from intake.domain.documents.signing_unit import Signature, closing_lines, signed_by
from intake.domain.model.document import Field, Form, Role
from intake.domain.model.facts import WordFacts
from intake.domain.text.numerals import NUMERAL, plain
from intake.domain.text.persons import masked_number, person_name
from intake.domain.text.placeholders import (
    is_bracketed,
    is_masked,
    is_no_name,
    is_placeholder,
    is_sample_title,
    is_stock_name,
    without_prompt,
)

__all__ = ["form_of", "is_blank_form", "read_form", "read_text_form", "recognise", "recognise_text"]

MOST_KEPT = 512
"""Text layers of which the form is kept: those of the units that are judged together."""
MOST_ENTRIES = 20
"""Places of one field that are compared; no form repeats a label more often."""

_OTHERS = ("nominee", "organisation")
"""Fields that may name a body which signs its own opinion and recommends nobody."""
_PROSE = re.compile(r"[。；;]")
_BARE_FIGURE = re.compile(rf"[约近]?{NUMERAL}[余多]?")
_TEMPLATE_FIELDS = frozenset(("category", "unit", "filled_on", "own_opinion", "unit_opinion"))
"""Fields that stand filled in many templates before anybody writes into them."""
_WORDY_FIELDS = frozenset(("honours",))
"""Fields whose template text may read as if somebody had written it."""


def recognise(facts: WordFacts, campaign: Campaign) -> Role:
    """What a Word document is, by titles and labels: form, summary, statement or other; never by its name.

    A blank form is a form as well.
    """
    return role_of(word_sheet(facts, campaign), campaign)


def recognise_text(text: str, campaign: Campaign) -> Role:
    """The same for the text layer of a PDF; `FORM` says that it shows a form, stamped or not."""
    return _role_of_text(text, campaign)


def is_blank_form(form: Form) -> bool:
    """True for a template that nobody filled in, or that still holds its sample text."""
    said = form.fields.keys() - _TEMPLATE_FIELDS
    return not said or ("nominee" in form.empty and said <= _WORDY_FIELDS)


def read_form(facts: WordFacts, campaign: Campaign) -> Form | None:
    """The form's category and fields; None where the document is no form of the campaign."""
    sheet = word_sheet(facts, campaign)
    if role_of(sheet, campaign) is not Role.FORM:
        return None
    return form_of(sheet, campaign, whole=not facts.unread)


def read_text_form(text: str, campaign: Campaign) -> Form | None:
    """Best effort on the text layer of a PDF: for nominee, category and unit, not for judging figures."""
    return _form_of_text(text, campaign) if _role_of_text(text, campaign) is Role.FORM else None


@lru_cache(maxsize=MOST_KEPT)
def _role_of_text(text: str, campaign: Campaign) -> Role:
    return role_of(text_sheet(text, campaign), campaign)


@lru_cache(maxsize=MOST_KEPT)
def _form_of_text(text: str, campaign: Campaign) -> Form:
    # Most texts are asked for their role alone.
    return form_of(text_sheet(text, campaign), campaign)


def last_day(campaign: Campaign) -> date:
    """The day to which years count: the deadline is the first instant that is too late."""
    return (campaign.campaign.deadline_at - timedelta(microseconds=1)).date()


def form_of(sheet: Sheet, campaign: Campaign, whole: bool = True, category: str | None = None) -> Form:
    """What a form says.  Where it was not read whole, nothing in it is called empty.

    `category` is the one that a person says it is of; None: as it says itself.
    """
    reading = (
        CategoryReading(category)
        if category
        else read_category(_title_texts(sheet, campaign), sheet.entries, sheet.texts, campaign)
    )
    until = last_day(campaign)
    fields: dict[str, Field] = {}
    empty: list[str] = []
    conflicts = list(reading.conflicts)
    samples = 0
    told = _by_name(sheet.entries)
    for name, kinds in _kinds_by_name(campaign).items():
        if name == "category":
            continue
        found, astray = _candidates_for(name, kinds, told.get(name, ()), reading.category)
        candidates = [(_own_words(entry, kind, campaign), kind) for entry, kind in found]
        filled, masked = _filled(name, candidates)
        samples += masked
        if filled:
            fields[name], conflict = _resolve(name, filled, until)
            conflicts += conflict
            if astray:
                fields[name] = replace(fields[name], sure=False)
        elif any(entry.sure for entry, _ in candidates):
            empty.append(name)
    signature = None if _is_settled(fields.get("unit")) else _signed_unit(sheet, fields, labels_of(campaign))
    if signature and (signature.sure or "unit" not in fields):
        fields["unit"] = signature
        empty = [name for name in empty if name != "unit"]
    _add_category(fields, empty, sheet.entries, reading)
    if _is_sample(sheet, fields, samples):
        fields, empty = _without_sample(fields, empty)
    return Form(reading.category, fields, tuple(empty) if whole else (), tuple(conflicts))


def _filled(
    name: str, candidates: Sequence[tuple[Entry, FieldData]]
) -> tuple[list[tuple[Entry, FieldData]], int]:
    """Those in which somebody wrote, and how many hold a template's own words instead."""
    written = [(entry, kind) for entry, kind in candidates if not is_blank(_bare(entry.text, name))]
    filled = [(entry, kind) for entry, kind in written if not _is_template(entry.text, name)]
    return filled, len(written) - len(filled)


def _kinds_by_name(campaign: Campaign) -> dict[str, list[FieldData]]:
    kinds: dict[str, list[FieldData]] = {}
    for kind in campaign.field:
        kinds.setdefault(kind.name, []).append(kind)
    return kinds


def _by_name(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    """The entries by the names of the fields that they may mean: they are asked for field by field."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        for name in {field.name for field in entry.label.fields}:
            found.setdefault(name, []).append(entry)
    return found


def _candidates_for(
    name: str, kinds: Sequence[FieldData], near: Sequence[Entry], category: str | None
) -> tuple[list[tuple[Entry, FieldData]], bool]:
    """The entries that may be the field, and whether they are those of another category.

    A form of another category that was used has a label that names the nominee, but not surely.
    """
    found = _candidates(near, [kind for kind in kinds if kind.applies_to(category)])
    if found or name != "nominee":
        return found, False
    return _candidates(near, kinds), True


def _is_sample(sheet: Sheet, fields: Mapping[str, Field], samples: int) -> bool:
    """True for a template's example: nobody, or a stock name, among words that say so.

    张三 alone proves nothing, nor does a heading 示例 above somebody's own name; nor does a prompt
    that was left in the cell of the name, where most of the others were filled in.
    """
    nominee, unit = fields.get("nominee"), fields.get("unit")
    titled = any(is_sample_title(line) for line, _ in sheet.head)
    unit_masked = unit is not None and is_masked(unit.text)
    if nominee is not None and is_stock_name(nominee.text):
        return titled or unit_masked or samples > 0
    masked = nominee is not None and is_masked(nominee.text)
    if nominee is not None and not masked:
        return False
    gaps = samples + masked + unit_masked
    own = fields.keys() - _TEMPLATE_FIELDS - {"nominee"}
    return gaps > 0 and (titled or unit_masked or gaps >= len(own))


def _without_sample(fields: dict[str, Field], empty: list[str]) -> tuple[dict[str, Field], list[str]]:
    """A template's example says nothing but its category and, where it is filled in, the unit."""
    kept = {
        name: field
        for name, field in fields.items()
        if name == "category" or (name == "unit" and not is_masked(field.text))
    }
    return kept, [*empty, *(name for name in fields if name not in kept and name not in empty)]


def _title_texts(sheet: Sheet, campaign: Campaign) -> list[tuple[str, str]]:
    """What may be the title: the line with 推荐表, the same with its neighbours, all of the head."""
    found: list[tuple[str, str]] = []
    for index in titles(sheet, campaign.campaign.form_titles):
        near = sheet.head[max(0, index - 1) : index + 2]
        place = sheet.head[index][1]
        found += [(sheet.head[index][0], place), ("".join(line for line, _ in near[:2]), place)]
        found.append(("".join(line for line, _ in near), place))
    short = [
        (line, place)
        for line, place in sheet.head
        if len(squeeze(line)) <= LONGEST_TITLE and not _PROSE.search(line)
    ]
    if short:
        found.append(("\n".join(line for line, _ in short), short[0][1]))
    return found


def _candidates(near: Sequence[Entry], kinds: Sequence[FieldData]) -> list[tuple[Entry, FieldData]]:
    """Those of the entries with a field's name that mean one of the fields, cells before lines of text.

    What stands within a long text counts only where nothing else does.
    """
    pairs = [(entry, kind) for entry in near for kind in kinds if kind in entry.label.fields]
    pairs = [pair for pair in pairs if not pair[0].loose] or pairs
    return sorted(pairs, key=lambda pair: not pair[0].strong)


def _resolve(
    name: str, filled: Sequence[tuple[Entry, FieldData]], until: date
) -> tuple[Field, tuple[str, ...]]:
    """The field from its first entry; other entries that say something else make it unsure."""
    several = [_field(entry, kind, until) for entry, kind in filled[:MOST_ENTRIES]]
    first = several[0]
    same = normalise_unit if name == "unit" else squeeze
    said = same(first.text)
    others = [
        other
        for other in several[1:]
        if same(other.text) != said and other.value is not None and other.value != first.value
    ]
    if not others:
        return first, ()
    telling = name in ("nominee", "unit")
    conflict = (f"{name}: {first.place or 'text'} and {others[0].place or 'text'} differ",) if telling else ()
    return replace(first, sure=False), conflict


def _field(entry: Entry, kind: FieldData, until: date) -> Field:
    text = entry.text.strip()
    figure = text
    if entry.label.unit and kind.type in ("years", "count") and _BARE_FIGURE.fullmatch(plain(text)):
        figure = text + entry.label.unit
    reading = read_value(
        kind.type,
        _bare(figure, kind.name),
        until=until,
        from_date=kind.from_date,
        list_counts=kind.list_counts,
        label=entry.label.text,
        options=kind.options,
    )
    text = masked_number(text) if kind.type == "id-number" else text
    gap = kind.name in ("nominee", "unit") and is_masked(text)
    return Field(
        kind.name,
        None if gap else reading.value,
        text,
        about=reading.about,
        sure=reading.sure and entry.sure and not gap,
        place=entry.place,
        at_least=reading.direction == "at-least",
    )


def _own_words(entry: Entry, kind: FieldData, campaign: Campaign) -> Entry:
    """The entry without what Word shows in an empty cell; a person's name also without 同志 and remarks."""
    text = without_prompt(entry.text)
    if kind.name == "nominee" and kind.categories and campaign.persons.issuperset(kind.categories):
        text = person_name(text)
    return entry if text == entry.text else replace(entry, text=text)


def _is_template(text: str, name: str) -> bool:
    """True for the template's own words; a name that stands in brackets is none (（姓名）)."""
    named = name in ("nominee", "unit")
    return is_placeholder(text) or (named and (is_bracketed(text) or is_no_name(text)))


def _bare(text: str, name: str) -> str:
    """A unit's name without its （盖章）; other values as they are."""
    return unit_name(text) if name == "unit" else text


def _is_settled(unit: Field | None) -> bool:
    """True for a unit that the form names, or leaves out as ××省科协, in a place of its own."""
    return unit is not None and (unit.sure or unit.value is None)


def _signed_unit(sheet: Sheet, fields: Mapping[str, Field], labels: Labels) -> Field | None:
    """The unit that signs the opinion or the form: who else is named in the form does not."""
    own, opinion = fields.get("own_opinion"), fields.get("unit_opinion")
    others = [field.text for name, field in fields.items() if name in _OTHERS]
    if own and (signature := signed_by(own.text, labels)):
        others.append(signature.name)
    if opinion and (signature := signed_by(opinion.text, labels, others)):
        return _signed(signature, signature.sure, opinion.place)
    closing = closing_lines(sheet.texts)
    # In running text the last lines belong to the last opinion, whosoever that is.
    if own and own.place.startswith("第") and closing and closing[-1][0].strip() in own.text:
        return None
    signature = signed_by("\n".join(line for line, _ in closing), labels, others)
    sure = opinion is not None or own is None
    return _signed(signature, signature.sure and sure, closing[0][1]) if signature else None


def _signed(signature: Signature, sure: bool, place: str) -> Field:
    return Field("unit", tidy_text(signature.name), signature.name, sure=sure, place=place)


def _add_category(
    fields: dict[str, Field], empty: list[str], found: Sequence[Entry], reading: CategoryReading
) -> None:
    """The category as a field: its id as value, the words that named it as text."""
    if reading.category and reading.evidence:
        text, place = tidy_text(reading.evidence.text), reading.evidence.place
        fields["category"] = Field("category", reading.category, text, place=place)
        return
    written = [e for e in found if any(f.name == "category" for f in e.label.fields)]
    filled = [entry for entry in written if not is_blank(entry.text)]
    if filled:
        fields["category"] = Field("category", None, filled[0].text, sure=False, place=filled[0].place)
    elif written:
        empty.append("category")
