"""A nomination form read with the campaign's synonyms, and what a text document is by its content."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from intake.domain.campaign import Campaign, FieldData
from intake.domain.category import CategoryReading, read_category, squeeze
from intake.domain.facts import Paragraph, Table, WordFacts
from intake.domain.labels import labels_of
from intake.domain.layout import Entry, entries, header_rows, text_entries
from intake.domain.model import Field, Form, Role
from intake.domain.numerals import NUMERAL, plain
from intake.domain.units import normalise_unit, unit_name
from intake.domain.values import is_blank, read_value, tidy_text

__all__ = ["read_form", "read_text_form", "recognise", "recognise_text"]

LONGEST_TITLE = 50
"""Characters; a longer line that speaks of a 推荐表 is prose."""
HEAD_LINES = 15
"""Lines above the first label in which a title is looked for."""
MOST_ENTRIES = 20
"""Places of one field that are compared; no form repeats a label more often."""
LONGEST_TEXT = 20_000
"""Characters of a text layer that are read; a form has its figures on its first pages."""
LABELS_WITH_TITLE = 3
LABELS_ALONE = 5
"""Distinct known labels that make a form: with a form's title, and without one."""

_OPINION_UNIT = re.compile(
    r"[(（](?:单位)?(?:盖章|公章|章)[)）][\s:：]*([^\s（(]{4,40})|([^\s（(：:]{4,40})\s*[(（](?:单位)?(?:盖章|公章|章)[)）]"
)
_BARE_FIGURE = re.compile(rf"[约近]?{NUMERAL}[余多]?")


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A document as recognition sees it: the lines above its first label, its labels, its tables."""

    head: tuple[tuple[str, str], ...]
    entries: tuple[Entry, ...]
    texts: tuple[tuple[str, str], ...] = ()
    tables: tuple[Table, ...] = ()

    def names(self) -> set[str]:
        """The fields whose labels stand in the document."""
        return {field.name for entry in self.entries for field in entry.label.fields}


def recognise(facts: WordFacts, campaign: Campaign) -> Role:
    """What a Word document is, by titles and labels: form, summary, statement or other; never by its name.

    A blank form is a form as well.
    """
    return _role(_word_sheet(facts, campaign), campaign)


def recognise_text(text: str, campaign: Campaign) -> Role:
    """The same for the text layer of a PDF; `FORM` says that it shows a form, stamped or not."""
    return _role(_text_sheet(text, campaign), campaign)


def read_form(facts: WordFacts, campaign: Campaign) -> Form | None:
    """The form's category and fields; None where the document is no form of the campaign."""
    sheet = _word_sheet(facts, campaign)
    return _form(sheet, campaign) if _role(sheet, campaign) is Role.FORM else None


def read_text_form(text: str, campaign: Campaign) -> Form | None:
    """Best effort on the text layer of a PDF: for nominee, category and unit, not for judging figures."""
    sheet = _text_sheet(text, campaign)
    return _form(sheet, campaign) if _role(sheet, campaign) is Role.FORM else None


def _role(sheet: _Sheet, campaign: Campaign) -> Role:
    head = campaign.campaign
    if _titles(sheet, head.summary_titles) or any(_is_list(table, campaign) for table in sheet.tables):
        return Role.SUMMARY
    names = sheet.names()
    if len(names) >= LABELS_WITH_TITLE and _titles(sheet, head.form_titles):
        return Role.FORM
    if len(names) >= LABELS_ALONE and names & {"nominee", "unit"}:
        return Role.FORM
    return Role.STATEMENT if _titles(sheet, head.statement_titles) else Role.OTHER


def _titles(sheet: _Sheet, words: Sequence[str]) -> list[int]:
    """Which lines of the head are titles with one of the words."""
    return [
        index
        for index, (line, _) in enumerate(sheet.head)
        if len(squeeze(line)) <= LONGEST_TITLE and any(squeeze(word) in squeeze(line) for word in words)
    ]


def _is_list(table: Table, campaign: Campaign) -> bool:
    """True for a table of several nominees: numbered (序号) and headed by labels."""
    for index, filled in header_rows(table, labels_of(campaign)):
        numbered = any(squeeze(cell.text) in ("序号", "编号") for cell in table.rows[index])
        if filled >= 2 and numbered and _names_nominee(table, index, campaign):
            return True
    return False


def _names_nominee(table: Table, index: int, campaign: Campaign) -> bool:
    found = (labels_of(campaign).find(cell.text) for cell in table.rows[index])
    return any(field.name == "nominee" for label in found if label for field in label.fields)


def _word_sheet(facts: WordFacts, campaign: Campaign) -> _Sheet:
    labels = labels_of(campaign)
    found = tuple(entries(facts, labels))
    texts = tuple(_texts(facts))
    return _Sheet(_head(texts, found), found, texts, tuple(b for b in facts.blocks if isinstance(b, Table)))


def _text_sheet(text: str, campaign: Campaign) -> _Sheet:
    labels = labels_of(campaign)
    text = text[:LONGEST_TEXT]
    lines = tuple((line, "") for line in text.splitlines() if line.strip())
    head = tuple(
        line for line in lines[:HEAD_LINES] if not any(entry.text for entry in text_entries(line[0], labels))
    )
    return _Sheet(head, tuple(text_entries(text, labels)), lines)


def _texts(facts: WordFacts) -> Iterable[tuple[str, str]]:
    """Every paragraph and cell with its place."""
    paragraphs = tables = 0
    for block in facts.blocks:
        if isinstance(block, Paragraph):
            paragraphs += 1
            if block.text.strip():
                yield block.text, f"第{paragraphs}段"
        else:
            tables += 1
            for number, row in enumerate(block.rows, 1):
                yield from ((cell.text, f"表格{tables}第{number}行") for cell in row if cell.text.strip())


def _head(texts: Sequence[tuple[str, str]], found: Sequence[Entry]) -> tuple[tuple[str, str], ...]:
    """The first lines, as far as the first table cell that is a label; lines with labels are no titles."""
    table = next((entry.place for entry in found if entry.strong), None)
    labelled = {entry.place for entry in found}
    until = next((index for index, (_, place) in enumerate(texts) if place == table), len(texts))
    return tuple(item for item in texts[: min(until, HEAD_LINES)] if item[1] not in labelled)


def _form(sheet: _Sheet, campaign: Campaign) -> Form:
    reading = read_category(_title_texts(sheet, campaign), sheet.entries, sheet.texts, campaign)
    # The deadline is the first instant that is too late; years count to the day before it ends.
    until = (campaign.campaign.deadline_at - timedelta(microseconds=1)).date()
    fields: dict[str, Field] = {}
    empty: list[str] = []
    conflicts = list(reading.conflicts)
    for name in dict.fromkeys(field.name for field in campaign.field):
        if name == "category":
            continue
        kinds = [f for f in campaign.field if f.name == name and f.applies_to(reading.category)]
        candidates = _candidates(sheet.entries, kinds)
        astray = name == "nominee" and not candidates
        if astray:
            # The form of another category was used: its label names the nominee, but not surely.
            candidates = _candidates(sheet.entries, [f for f in campaign.field if f.name == name])
        filled = [(entry, kind) for entry, kind in candidates if not is_blank(_bare(entry.text, name))]
        if filled:
            fields[name], conflict = _resolve(name, filled, until)
            conflicts += conflict
            fields[name] = replace(fields[name], sure=fields[name].sure and not astray)
        elif candidates:
            empty.append(name)
    if "unit" not in fields and (fallback := _unit_from_opinion(fields.get("unit_opinion"))):
        fields["unit"] = fallback
        empty = [name for name in empty if name != "unit"]
    _add_category(fields, empty, sheet.entries, reading)
    return Form(reading.category, fields, tuple(empty), tuple(conflicts))


def _title_texts(sheet: _Sheet, campaign: Campaign) -> list[tuple[str, str]]:
    """What may be the title: the line with 推荐表, the same with its neighbours, all of the head."""
    found: list[tuple[str, str]] = []
    for index in _titles(sheet, campaign.campaign.form_titles):
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
    return Field(
        kind.name,
        reading.value,
        text,
        about=reading.about,
        sure=reading.sure,
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
