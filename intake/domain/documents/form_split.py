"""Several forms in one Word file: where one ends and the next begins.

A file is cut at the titles of forms and of lists, and at tables that start the same form again.
What is no form by itself stays with the form above it (a statement, an annex), except a list of
nominees, which is nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from intake.domain.campaign.campaign import Campaign
from intake.domain.documents.form import form_of, is_blank_form, read_form
from intake.domain.documents.inline_labels import Entry, line_entries
from intake.domain.documents.labels import Labels, labels_of
from intake.domain.documents.recognition import LABELS_ALONE, Sheet, is_list, role_of, says, word_sheet
from intake.domain.documents.table_layout import entries, names_label
from intake.domain.model.document import Form, Role
from intake.domain.model.facts import Block, Paragraph, Table, WordFacts
from intake.domain.text.names import Named, compact

MOST_FORMS = 60
"""Forms of one file that are told apart: the most that any unit may nominate is 20."""
LEADING_LINES = 3
"""Short lines above a title that belong to it: 附件1, the name of the campaign, the category."""

_PROSE = re.compile(r"[。；;！!？?，,]|^附件\s*[\d一二三四五六七八九十]*\s*[：:.、]")


NONE_SAID: Mapping[int, str] = {}


@dataclass
class _Part:
    """A stretch of a file that makes one form, which is `read`; `sheet` is that of its beginning.

    More may be added: `grown` tells so.
    """

    blocks: list[Block]
    sheet: Sheet
    read: Callable[[Sheet], Form]
    whole: Callable[[Sequence[Block]], Form]
    grown: bool = False

    @cached_property
    def begun(self) -> Form:
        """What its beginning says."""
        return self.read(self.sheet)

    @cached_property
    def form(self) -> Form:
        """What all of it says: to be asked when nothing more is added."""
        return self.whole(self.blocks) if self.grown else self.begun


def read_forms(
    facts: WordFacts, campaign: Campaign, categories: Mapping[int, str] = NONE_SAID
) -> tuple[Form, ...]:
    """Every form that the file holds, in their order; empty where it holds none.

    Blank forms and the template's example beside a filled form are left out; of several forms
    that are all blank the first stands for all.  `categories` are those of which a person says that a form
    is, by its place: such a form is read as one of that category.
    """
    parts = _parts(facts, campaign)
    if len(parts) < 2:
        # A part that is the whole file need not be read twice.
        is_all = bool(parts) and tuple(parts[0].blocks) == facts.blocks
        form = _better(None if is_all else read_form(facts, campaign), parts[0].form if parts else None)
        if form and 0 in categories:
            is_part = bool(parts) and form is parts[0].form
            form = _form_of(parts[0].blocks if is_part else facts.blocks, facts, campaign, categories[0])
        return (form,) if form else ()
    filled = [part for part in parts if not is_blank_form(part.form)] or parts[:1]
    return tuple(
        _form_of(part.blocks, facts, campaign, categories[place]) if place in categories else part.form
        for place, part in enumerate(filled)
    )


def _form_of(
    blocks: Sequence[Block], facts: WordFacts, campaign: Campaign, category: str | None = None
) -> Form:
    """What a stretch of a file says as a form, of a category that a person named or of its own."""
    sheet = word_sheet(replace(facts, blocks=tuple(blocks)), campaign)
    return form_of(sheet, campaign, whole=not facts.unread, category=category)


def _better(whole: Form | None, part: Form | None) -> Form | None:
    """The file read whole, unless a letter or a list in it hides what the form by itself says."""
    if whole is None or part is None:
        return whole or part
    hidden = (whole.category is None and part.category) or (
        not whole.text("nominee") and part.text("nominee")
    )
    return part if hidden else whole


def _parts(facts: WordFacts, campaign: Campaign) -> list[_Part]:
    parts: list[_Part] = []
    for stretch in _stretches(facts.blocks, campaign):
        sheet = word_sheet(replace(facts, blocks=tuple(stretch)), campaign)
        role = role_of(sheet, campaign)
        if role is Role.SUMMARY:
            continue
        nominee = any(names_label(entry.label, "nominee") for entry in sheet.entries)
        if role is Role.FORM and nominee and len(parts) < MOST_FORMS:
            part = _Part(
                stretch,
                sheet,
                partial(form_of, campaign=campaign, whole=not facts.unread),
                partial(_form_of, facts=facts, campaign=campaign),
            )
            if not parts or not _same(parts[-1].begun, part.begun):
                parts.append(part)
                continue
        if parts:
            parts[-1].blocks += stretch
            parts[-1].grown = True
    return parts


def _same(one: Form, other: Form) -> bool:
    """True for a form that goes on under the same name (a second page with its title again)."""
    return Named(one.text("nominee"), one.category).is_same(Named(other.text("nominee"), other.category))


class _Stretch:
    """What has been gathered since the last cut, with the labels and nominees of its tables."""

    def __init__(self, blocks: Sequence[Block], labels: Labels) -> None:
        self._labels = labels
        self.blocks: list[Block] = []
        self._unread: list[WordFacts] = []
        self._fields: set[str] = set()
        self._nominees: set[str] = set()
        self._heading: tuple[Block, ...] = ()
        for block in blocks:
            self.add(block)

    def add(self, block: Block) -> None:
        """Takes one more block."""
        self.blocks.append(block)
        if isinstance(block, Table):
            self._unread.append(WordFacts((*self._heading, block)))
            self._heading = ()
        elif block.text.strip():
            self._heading = (block,) if self._labels.heading(block.text) else ()

    @property
    def heading(self) -> str:
        """The key of the block whose heading stands last, with no table below it yet."""
        return next((self._labels.heading(b.text) for b in self._heading if isinstance(b, Paragraph)), "")

    def is_started_again_by(self, table: Table) -> bool:
        """True for a table with the labels of these, the nominee's among them with another name."""
        for facts in self._unread:
            found = entries(facts, self._labels)
            self._fields |= _fields(found)
            self._nominees |= _nominees(found)
        self._unread.clear()
        if len(self._fields) < LABELS_ALONE:
            return False
        mine = entries(WordFacts((*self._heading, table)), self._labels)
        shared = _fields(mine) & self._fields
        return len(shared) >= LABELS_ALONE and "nominee" in shared and _nominees(mine) != self._nominees

    def parted(self) -> tuple[list[Block], list[Block]]:
        """This stretch, and what a further form without a title of its own begins with.

        The lines above the first table are those of every form, but where lines with labels stand
        below the last table they are the new form's own.
        """
        tables = [index for index, block in enumerate(self.blocks) if isinstance(block, Table)]
        head, tail = self.blocks[: tables[0]], self.blocks[tables[-1] + 1 :]
        if not any(_has_label(block, self._labels) for block in tail):
            return self.blocks, head
        own = [block for block in head if not _has_label(block, self._labels)]
        return self.blocks[: tables[-1] + 1], [*own, *tail]


def _stretches(blocks: Sequence[Block], campaign: Campaign) -> Iterator[list[Block]]:
    """The blocks cut before every title, every list, and every table that starts the form anew."""
    labels = labels_of(campaign)
    current = _Stretch((), labels)
    for block in _cut_tables(blocks, campaign):
        listed = isinstance(block, Table) and is_list(block, campaign, current.heading)
        if _is_title(block, campaign) or listed:
            kept = len(current.blocks) - _leading(current.blocks, labels)
            if kept:
                yield current.blocks[:kept]
            current = _Stretch([*current.blocks[kept:], block], labels)
        elif isinstance(block, Table) and current.is_started_again_by(block):
            done, begun = current.parted()
            yield done
            current = _Stretch([*begun, block], labels)
        else:
            current.add(block)
    if current.blocks:
        yield current.blocks


def _cut_tables(blocks: Sequence[Block], campaign: Campaign) -> Iterator[Block]:
    """The blocks, tables cut before a row that is a form's title."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
            continue
        start = 0
        for index, row in enumerate(block.rows):
            texts = {cell.text.strip() for cell in row} - {""}
            if index > start and len(texts) == 1 and _titles(texts.pop(), campaign):
                yield Table(block.rows[start:index])
                start = index
        yield Table(block.rows[start:]) if start else block


def _titles(text: str, campaign: Campaign) -> bool:
    """True for a line that can be the title of a form or of a list."""
    head = campaign.campaign
    words = (*head.form_titles, *head.summary_titles)
    return says(text, words) and not _PROSE.search(text.strip())


def _is_title(block: Block, campaign: Campaign) -> bool:
    if isinstance(block, Paragraph):
        return any(_titles(line, campaign) for line in block.text.splitlines())
    texts = {cell.text.strip() for cell in block.rows[0]} - {""} if block.rows else set()
    return len(texts) == 1 and _titles(next(iter(texts)), campaign)


def _leading(blocks: Sequence[Block], labels: Labels) -> int:
    """How many of the last blocks are the short lines above the title that follows."""
    lines = 0
    for count, block in enumerate(reversed(blocks)):
        if isinstance(block, Table):
            return count
        text = block.text.strip()
        if text and (
            lines == LEADING_LINES or _has_label(block, labels) or _PROSE.search(text) or not _is_short(text)
        ):
            return count
        lines += bool(text)
    return len(blocks)


def _has_label(block: Block, labels: Labels) -> bool:
    """True for a paragraph that is a label or holds one with its value."""
    if isinstance(block, Table):
        return False
    lines = block.text.splitlines()
    return any(labels.find(line) or any(True for _ in line_entries(line, "", labels)) for line in lines)


def _is_short(text: str) -> bool:
    """True for a line that may stand above a title: no prose, and no date under a form that ends there."""
    return len(text) <= 40 and re.search(r"[月日]\s*$", text) is None


def _fields(found: Sequence[Entry]) -> set[str]:
    return {field.name for entry in found for field in entry.label.fields}


def _nominees(found: Sequence[Entry]) -> set[str]:
    return {compact(entry.text) for entry in found if names_label(entry.label, "nominee")}
