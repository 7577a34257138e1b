"""A document as recognition sees it, and what it is by its titles and labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from intake.domain.campaign.campaign import Campaign
from intake.domain.documents.category import squeeze
from intake.domain.documents.inline_labels import Entry, line_entries, text_entries
from intake.domain.documents.labels import Labels, labels_of
from intake.domain.documents.table_layout import entries, has_list, header_rows, names_label
from intake.domain.model.document import Role
from intake.domain.model.facts import Block, Paragraph, Table, WordFacts

LONGEST_TITLE = 50
"""Characters; a longer line that speaks of a 推荐表 is prose."""
HEAD_LINES = 15
"""Lines above the first label in which a title is looked for."""
LONGEST_TEXT = 20_000
"""Characters of a text layer that are read; a form has its figures on its first pages."""
LABELS_WITH_TITLE = 3
LABELS_ALONE = 5
"""Distinct known labels that make a form: with a form's title, and without one."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The lines above the first label, all labels with their values, all lines, all tables.

    Each line stands with its place, in Chinese for people.
    """

    head: tuple[tuple[str, str], ...]
    entries: tuple[Entry, ...]
    texts: tuple[tuple[str, str], ...] = ()
    tables: tuple[Table, ...] = ()

    def names(self) -> set[str]:
        """The fields whose labels stand in the document."""
        return {field.name for entry in self.entries for field in entry.label.fields}


def word_sheet(facts: WordFacts, campaign: Campaign) -> Sheet:
    """A Word document with the campaign's labels found in it."""
    labels = labels_of(campaign)
    texts = tuple(_texts(facts.blocks))
    tables = tuple(block for block in facts.blocks if isinstance(block, Table))
    return Sheet(_head(texts, labels), tuple(entries(facts, labels)), texts, tables)


def text_sheet(text: str, campaign: Campaign) -> Sheet:
    """The text layer of a PDF with the campaign's labels found in it."""
    labels = labels_of(campaign)
    text = text[:LONGEST_TEXT]
    lines = tuple((line, "") for line in text.splitlines() if line.strip())
    head = tuple(
        line for line in lines[:HEAD_LINES] if not any(entry.text for entry in text_entries(line[0], labels))
    )
    return Sheet(head, tuple(text_entries(text, labels)), lines)


def role_of(sheet: Sheet, campaign: Campaign) -> Role:
    """Form, summary, statement or other; a blank form is a form as well.

    The headings of a statement may be labels of a form (项目名称, 主要做法): they count only where the
    title does not call it a statement.
    """
    head = campaign.campaign
    own = [e.place for e in sheet.entries if any(field.type == "list" for field in e.label.fields)]
    lists = [
        table
        for number, table in enumerate(sheet.tables, 1)
        if not any(place.startswith(f"表格{number}第") for place in own)
    ]
    if titles(sheet, head.summary_titles) or any(is_list(table, campaign) for table in lists):
        return Role.SUMMARY
    names = sheet.names()
    if len(names) >= LABELS_WITH_TITLE and titles(sheet, head.form_titles):
        return Role.FORM
    statement = bool(titles(sheet, head.statement_titles))
    if statement:
        names = {field.name for e in sheet.entries if not e.heading for field in e.label.fields}
    if len(names) >= LABELS_ALONE and names & {"nominee", "unit"}:
        return Role.FORM
    return Role.STATEMENT if statement else Role.OTHER


def titles(sheet: Sheet, words: Sequence[str]) -> list[int]:
    """Which lines of the head are titles with one of the words."""
    return [index for index, (line, _) in enumerate(sheet.head) if says(line, words)]


def says(line: str, words: Iterable[str]) -> bool:
    """True for a line short enough for a title that holds one of the words."""
    folded = squeeze(line)
    return len(folded) <= LONGEST_TITLE and any(squeeze(word) in folded for word in words)


def is_list(table: Table, campaign: Campaign, heading: str = "") -> bool:
    """True for a table of several nominees: numbered (序号) and headed by labels.

    A list that the form itself holds is none; `heading` is the block in which the table stands.
    """
    labels = labels_of(campaign)
    if has_list(table, labels, heading):
        return False
    for index, filled in header_rows(table, labels):
        row = table.rows[index]
        numbered = any(squeeze(cell.text) in ("序号", "编号") for cell in row)
        if filled >= 2 and numbered and any(names_label(labels.find(cell.text), "nominee") for cell in row):
            return True
    return False


def _texts(blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    """Every line of every paragraph and cell with its place."""
    paragraphs = tables = 0
    for block in blocks:
        if isinstance(block, Paragraph):
            paragraphs += 1
            yield from _lines(block.text, f"第{paragraphs}段")
        else:
            tables += 1
            for number, row in enumerate(block.rows, 1):
                for cell in row:
                    yield from _lines(cell.text, f"表格{tables}第{number}行")


def _lines(text: str, place: str) -> Iterator[tuple[str, str]]:
    yield from ((line, place) for line in text.splitlines() if line.strip())


def _head(texts: Sequence[tuple[str, str]], labels: Labels) -> tuple[tuple[str, str], ...]:
    """The first lines, as far as the first table cell that is a label; lines with values are no titles."""
    found = []
    for line, place in texts[:HEAD_LINES]:
        if labels.find(line) and place.startswith("表格"):
            break
        # A label that is a line by itself may be the title of a statement (先进事迹材料).
        if labels.find(line) or not any(True for _ in line_entries(line, "", labels)):
            found.append((line, place))
    return tuple(found)
