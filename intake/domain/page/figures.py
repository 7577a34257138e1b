"""The figures that a scan shows beside their labels, to be held against those of the Word form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from intake.domain.campaign.campaign import Campaign
from intake.domain.documents.form import form_of
from intake.domain.documents.labels import sharers
from intake.domain.documents.recognition import word_sheet
from intake.domain.model.certainty import SHIPPED, Certainty
from intake.domain.model.document import Field
from intake.domain.model.facts import Block, Cell, Paragraph, Table, WordFacts
from intake.domain.model.inspection import ScanLine, ScanPage
from intake.domain.page.cells import layout
from intake.domain.page.geometry import CellText, rows
from intake.domain.page.vocabulary import terms_of
from intake.domain.text.counts import list_length
from intake.domain.text.numerals import HAN, plain
from intake.domain.text.ocr_characters import fold

MOST_KEPT = 512
"""Scans of which the figures are kept: those of the units that are judged together."""
_NUMBER = re.compile(rf"\d|{HAN}[余多几来]?(?:[年个人名位场次支项种类成]|周年|分之)|^{HAN}$")
"""A number as figures have it: 统一 and 万家灯火 hold none."""
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as the scan shows it; `sure` only where its line was read whole and without doubt."""

    field: Field
    sure: bool
    place: ScanLine | None
    page: int

    @property
    def score(self) -> float | None:
        """How surely its line was read; None where no line has it."""
        return self.place.score if self.place else None

    @property
    def struck(self) -> bool:
        """True where a pen went through it: what holds instead nobody may have written legibly."""
        return self.place is not None and self.place.struck


def figures(
    pages: tuple[ScanPage, ...],
    campaign: Campaign,
    category: str | None = None,
    certainty: Certainty = SHIPPED,
) -> Mapping[str, Figure]:
    """The values of the campaign's threshold fields that stand in the scan beside their labels.

    They are read as those of a Word form are, from the lines put into rows of cells; a field that was not
    read is not in the answer.
    """
    return _figures(pages, campaign, category, certainty)


@lru_cache(maxsize=MOST_KEPT)
def _figures(
    pages: tuple[ScanPage, ...], campaign: Campaign, category: str | None, certainty: Certainty
) -> Mapping[str, Figure]:
    form = form_of(word_sheet(sheet_facts(pages, campaign), campaign), campaign, whole=False)
    kind = category or form.category
    wanted = {t.field for t in campaign.threshold if kind in (None, t.category)}
    # Cells with one label are told by order (`equal_labels`); which rows are a list's, lines do not tell.
    wanted -= {f.name for f in campaign.field if f.type == "list" or sharers(f.name, campaign, kind)}
    found: dict[str, Figure] = {}
    for name in wanted & form.fields.keys():
        field = form.fields[name]
        if field.value is None or not _is_figure(field.text):
            continue
        line, page = _place(field.text, pages)
        sure = field.sure and line is not None and line.score >= certainty.reading and not line.weak
        found[name] = Figure(field, sure, line, page)
    return found


def agrees(figure: Figure, written: Field, pages: Sequence[ScanPage]) -> bool:
    """True where the scan says what the form has: the same value, or a piece of its words."""
    said = figure.field.text
    if figure.field.value == written.value:
        ours, theirs = (_DIGITS.findall(plain(text)) for text in (said, written.text))
        # 4年 17年 is no 4年, whatever is made of it: the one was changed by hand to the other.
        more = bool(theirs) and len(ours) > len(theirs)
        return "".join(ours) == "".join(theirs) if more or not figure.field.sure else True
    return _is_part(said, written.text) or _runs_on(said, written.text, pages)


def _runs_on(shown: str, written: str, pages: Sequence[ScanPage]) -> bool:
    """True where the value breaks at the cell's edge and its rest begins another line ("2016年2", "月")."""
    begun, whole = fold(shown).text, fold(written).text
    rest = whole.removeprefix(begun)
    if not begun or not rest or rest == whole or (begun[-1].isdigit() and rest[0].isdigit()):
        return False
    return any(fold(line.text).text.startswith(rest) for page in pages for line in page.lines)


def _is_part(shown: str, written: str) -> bool:
    """True where the scan's line is a piece of what stands in the form: a list that runs over lines."""
    return "、" in written and fold(shown).text in fold(written).text


def sheet_facts(pages: Sequence[ScanPage], campaign: Campaign) -> WordFacts:
    """The located lines as a Word document would hold them: a table of labels and values, lines around it.

    Each label stands in a row of two cells with its value, whichever of the readings is the plainest;
    lines that stand beside no label are paragraphs.
    """
    terms = terms_of(campaign)
    blocks: list[Block] = []
    for page in pages:
        put = layout(page, terms)
        blocks += [Paragraph("　　".join(spot.line.text for spot in row)) for row in rows(put.free)]
        cells = [_row(labelled.head, labelled.pieces[0]) for labelled in put.labelled]
        if cells:
            blocks.append(Table(tuple(cells)))
    return WordFacts(tuple(blocks))


def _is_figure(text: str) -> bool:
    """True for a text with a number or a list in it; any other was meant for another cell.

    A lone name counts as a list of one in a Word form, where its cell is known: on a scan the label of the
    next cell (开展科技志愿服务活动场次) may stand there, of which only a line was read.
    """
    listed = list_length(text)
    return has_number(text) or (listed is not None and listed.value > 1)


def has_number(text: str) -> bool:
    """True for a text with a figure in it, in digits or in words."""
    return _NUMBER.search(plain(text)) is not None


def _row(head: CellText, value: CellText) -> tuple[Cell, ...]:
    return Cell(head.text, 0), Cell(value.text, 1)


def _place(text: str, pages: Sequence[ScanPage]) -> tuple[ScanLine | None, int]:
    """The line that holds the text of a value."""
    wanted = fold(text).text
    for page in pages:
        for line in page.lines:
            if wanted and wanted in fold(line.text).text:
                return line, page.number
    return None, 0
