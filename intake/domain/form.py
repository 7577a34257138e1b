"""A nomination form read with the campaign's synonyms."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from intake.domain.campaign import Campaign, FieldData
from intake.domain.category import CategoryReading, read_category, squeeze
from intake.domain.facts import WordFacts
from intake.domain.lines import Entry
from intake.domain.model import Field, Form, Role
from intake.domain.numerals import NUMERAL, plain
from intake.domain.sample import is_masked, is_placeholder, is_sample_title, is_stock_name
from intake.domain.sheet import LONGEST_TITLE, Sheet, role_of, text_sheet, titles, word_sheet
from intake.domain.units import normalise_unit, unit_name
from intake.domain.values import is_blank, read_value, tidy_text

__all__ = ["form_of", "is_blank_form", "read_form", "read_text_form", "recognise", "recognise_text"]

MOST_ENTRIES = 20
"""Places of one field that are compared; no form repeats a label more often."""

_OPINION_UNIT = re.compile(
    r"[(（](?:单位)?(?:盖章|公章|章)[)）][\s:：]*([^\s（(]{4,40})|([^\s（(：:]{4,40})\s*[(（](?:单位)?(?:盖章|公章|章)[)）]"
)
_BARE_FIGURE = re.compile(rf"[约近]?{NUMERAL}[余多]?")
_TEMPLATE_FIELDS = frozenset(("category", "unit", "filled_on", "own_opinion", "unit_opinion"))
"""Fields that stand filled in many templates before anybody writes into them."""


def recognise(facts: WordFacts, campaign: Campaign) -> Role:
    """What a Word document is, by titles and labels: form, summary, statement or other; never by its name.

    A blank form is a form as well.
    """
    return role_of(word_sheet(facts, campaign), campaign)


def recognise_text(text: str, campaign: Campaign) -> Role:
    """The same for the text layer of a PDF; `FORM` says that it shows a form, stamped or not."""
    return role_of(text_sheet(text, campaign), campaign)


def is_blank_form(form: Form) -> bool:
    """True for a template that nobody filled in, or that still holds its sample text."""
    return not form.fields.keys() - _TEMPLATE_FIELDS


def read_form(facts: WordFacts, campaign: Campaign) -> Form | None:
    """The form's category and fields; None where the document is no form of the campaign."""
    sheet = word_sheet(facts, campaign)
    if role_of(sheet, campaign) is not Role.FORM:
        return None
    return form_of(sheet, campaign, whole=not facts.unread)


def read_text_form(text: str, campaign: Campaign) -> Form | None:
    """Best effort on the text layer of a PDF: for nominee, category and unit, not for judging figures."""
    sheet = text_sheet(text, campaign)
    return form_of(sheet, campaign) if role_of(sheet, campaign) is Role.FORM else None


def form_of(sheet: Sheet, campaign: Campaign, whole: bool = True) -> Form:
    """What a form says.  Where it was not read whole, nothing in it is called empty."""
    reading = read_category(_title_texts(sheet, campaign), sheet.entries, sheet.texts, campaign)
    # The deadline is the first instant that is too late; years count to the day before it ends.
    until = (campaign.campaign.deadline_at - timedelta(microseconds=1)).date()
    fields: dict[str, Field] = {}
    empty: list[str] = []
    conflicts = list(reading.conflicts)
    samples = 0
    for name in dict.fromkeys(field.name for field in campaign.field):
        if name == "category":
            continue
        candidates, astray = _candidates_for(name, sheet, campaign, reading.category)
        written = [(entry, kind) for entry, kind in candidates if not is_blank(_bare(entry.text, name))]
        filled = [(entry, kind) for entry, kind in written if not is_placeholder(entry.text)]
        samples += len(written) - len(filled)
        if filled:
            fields[name], conflict = _resolve(name, filled, until)
            conflicts += conflict
            fields[name] = replace(fields[name], sure=fields[name].sure and not astray)
        elif any(entry.sure for entry, _ in candidates):
            empty.append(name)
    if "unit" not in fields and (fallback := _unit_from_opinion(fields.get("unit_opinion"))):
        fields["unit"] = fallback
        empty = [name for name in empty if name != "unit"]
    _add_category(fields, empty, sheet.entries, reading)
    if _is_sample(sheet, fields, samples):
        fields, empty = _without_sample(fields, empty)
    return Form(reading.category, fields, tuple(empty) if whole else (), tuple(conflicts))


def _candidates_for(
    name: str, sheet: Sheet, campaign: Campaign, category: str | None
) -> tuple[list[tuple[Entry, FieldData]], bool]:
    """The entries that may be the field, and whether they are those of another category.

    A form of another category that was used has a label that names the nominee, but not surely.
    """
    own = [f for f in campaign.field if f.name == name and f.applies_to(category)]
    found = _candidates(sheet.entries, own)
    if found or name != "nominee":
        return found, False
    return _candidates(sheet.entries, [f for f in campaign.field if f.name == name]), True


def _is_sample(sheet: Sheet, fields: Mapping[str, Field], samples: int) -> bool:
    """True for a template's example: nobody, or a stock name, among words that say so.

    张三 alone proves nothing, nor does a heading 示例 above somebody's own name.
    """
    nominee = fields.get("nominee")
    masked = sum(is_masked(fields[name].text) for name in ("nominee", "unit") if name in fields)
    said = samples + masked > 0 or any(is_sample_title(line) for line, _ in sheet.head)
    if nominee is None:
        return said and samples + masked > 0
    return said and (is_stock_name(nominee.text) or is_masked(nominee.text))


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
    short = [(line, place) for line, place in sheet.head if len(squeeze(line)) <= LONGEST_TITLE]
    if short:
        found.append(("\n".join(line for line, _ in short), short[0][1]))
    return found


def _candidates(found: Sequence[Entry], kinds: Sequence[FieldData]) -> list[tuple[Entry, FieldData]]:
    """The entries that mean one of the fields, cells of their own before lines of text."""
    pairs = [(entry, kind) for entry in found for kind in kinds if kind in entry.label.fields]
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
    )
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


def _bare(text: str, name: str) -> str:
    """A unit's name without its （盖章）; other values as they are."""
    return unit_name(text) if name == "unit" else text


def _unit_from_opinion(opinion: Field | None) -> Field | None:
    """The unit's name beside （盖章） in the cell 推荐单位意见: a fallback, and not sure."""
    match = _OPINION_UNIT.search(opinion.text) if opinion else None
    name = unit_name((match[1] or match[2]) if match else "")
    if opinion is None or is_blank(name) or not re.search(r"会|部|中心|院|社|局|公司", name):
        return None
    return Field("unit", tidy_text(name), name, sure=False, place=opinion.place)


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
