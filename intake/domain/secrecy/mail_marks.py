"""Marks of state secrets (涉密) on mail and papers: what bears one is not processed, and staff are told.

A mark stands as offices write it (GB/T 9704: 秘密★1年 at the head of a paper), in brackets, as a word of its
own, or beside 密级.  Words of a story (涉密人员培训, 植物的秘密) are none, nor is what denies it (不涉密).
Whatever is neither is doubtful: a person looks, and the papers are read.

Reading stops where the mark is seen: in subject, words or names before any attachment is opened, else at
the first file whose text bears it.  Files are shelved only after all of a mail's were read, so that
nothing of it is kept but the archived message and its header.  The mail has no answer and no documents;
to its unit it counts as a file that was kept out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from intake.domain.mail.links import has_cloud_link
from intake.domain.model.certainty import Basis
from intake.domain.model.facts import (
    COVERED,
    Cell,
    ContainerFacts,
    Facts,
    MessageFacts,
    PdfFacts,
    PdfPage,
    Table,
    WordFacts,
)
from intake.domain.model.mail import Place
from intake.domain.secrecy.mark import (
    Mark,
    clauses,
    is_label,
    labelled,
    leads,
    named,
    said,
    stands_alone,
    starred,
    valued,
)

__all__ = [
    "MAYBE",
    "PLACE_NAMES",
    "Mark",
    "Maybe",
    "Place",
    "dropped",
    "head_lines",
    "head_of_body",
    "in_body",
    "in_document",
    "in_mail",
    "in_name",
    "in_subject",
    "is_marked",
    "surely",
]

HEAD_LINES = 6
"""Lines from the top of a paper or mail among which a mark stands, beside its number and urgency."""

PAGE_LINES = 2
"""The same at the top of each further page."""

LONGEST_LINE = 60
"""Characters up to which a line may be a heading that bears a mark."""


PLACE_NAMES: Mapping[Place, str] = {
    Place.SUBJECT: "主题",
    Place.BODY: "正文",
    Place.FILENAME: "文件名",
    Place.DOCUMENT: "文件内",
}

CLASSIFIED = "classified"
"""The reason code of files that were not opened since their mail bears a mark."""

UNOPENED = "带密级标志邮件中未处理的文件"
"""How such files are spoken of: their names may be part of what is secret."""


MAYBE = "疑似密级标志"
"""How staff are told of what only may be a mark."""


@dataclass(frozen=True, slots=True)
class Maybe:
    """What may be a mark, for a person: where it was seen, in Chinese, and how that is known.

    `document` names the file of whose pixels it was read, `confidence` (0 to 1) how surely.
    """

    said: str
    basis: Basis = Basis.WORDS
    document: str | None = None
    confidence: float | None = None


def surely(seen: Mapping[Place, Mark]) -> Place | None:
    """The first place that surely bears a mark, or None."""
    return next((place for place, mark in seen.items() if mark is Mark.SURE), None)


def is_marked(told: MessageFacts | Facts | str) -> bool:
    """True where what a mail or a file says, or a file's name, surely bears a mark."""
    if isinstance(told, str):
        return in_name(told) is Mark.SURE
    if isinstance(told, MessageFacts):
        return surely(in_mail(told)) is not None
    return in_document(told) is Mark.SURE


def dropped(facts: MessageFacts) -> MessageFacts:
    """What is kept of a marked mail: its header; words, names of files and history are dropped."""
    brought = facts.attachments or facts.left_out or has_cloud_link(facts.body, facts.quoted)
    files = ((UNOPENED, CLASSIFIED),) if brought else ()
    return replace(facts, body="", quoted="", attachments=(), defects=(), left_out=files)


def in_mail(facts: MessageFacts) -> dict[Place, Mark]:
    """What subject, words and filenames of a mail bear, before any of its files is opened."""
    seen = {
        Place.SUBJECT: in_subject(facts.subject),
        Place.BODY: in_body(facts.body),
        Place.FILENAME: max((in_name(item.filename or "") for item in facts.attachments), default=Mark.NONE),
    }
    return {place: mark for place, mark in seen.items() if mark}


def in_subject(text: str) -> Mark:
    """What a subject bears."""
    return named(text) if "密" in text else Mark.NONE


def in_name(text: str) -> Mark:
    """What a filename, or a folder's in an archive ("材料/（秘密）张三"), bears."""
    if "密" not in text:
        return Mark.NONE
    return max((named(part) for part in text.split("/") if part), default=Mark.NONE)


def in_body(text: str) -> Mark:
    """What the sender's own words say or bear."""
    if "密" not in text:
        return Mark.NONE
    lines = enumerate(_written(text.splitlines()))
    marked = max((_line(line, number < HEAD_LINES) for number, line in lines), default=Mark.NONE)
    return max([marked, *(said(clause) for clause in clauses(text))])


def in_document(facts: Facts) -> Mark:
    """What the text of a file bears: at its head, on a line of its own, or beside 密级."""
    if isinstance(facts, WordFacts):
        return _in_word(facts)
    if isinstance(facts, PdfFacts):
        fields = (valued(name, value) for name, value in facts.fields if is_label(name))
        heads = (_on_page(page, number) for number, page in enumerate(facts.pages))
        return max([*heads, *fields], default=Mark.NONE)
    if isinstance(facts, ContainerFacts):
        return max(in_subject(facts.subject), in_body(facts.body))
    return Mark.NONE


def _on_page(page: PdfPage, number: int) -> Mark:
    """What a page bears; text under the picture of a page is what somebody's reader made of it."""
    mark = _in_lines(page.text.splitlines(), number)
    return min(mark, Mark.DOUBTFUL) if page.image_share >= COVERED else mark


def head_lines(facts: Facts) -> list[str]:
    """The lines at the head of a file, or of its pages, among which a mark stands."""
    if isinstance(facts, WordFacts):
        return _written(_lines_of_word(facts))[:HEAD_LINES]
    if isinstance(facts, PdfFacts):
        pages = [_written(page.text.splitlines()) for page in facts.pages]
        return [line for page, lines in enumerate(pages) for line in lines[: _head_of(page)]]
    if isinstance(facts, ContainerFacts):
        return [facts.subject, *head_of_body(facts.body)]
    return []


def head_of_body(text: str) -> list[str]:
    """The same of what a sender wrote."""
    return _written(text.splitlines())[:HEAD_LINES]


def _in_word(facts: WordFacts) -> Mark:
    tables = [block for block in facts.blocks if isinstance(block, Table)]
    cells = max((_in_row(row) for table in tables for row in table.rows), default=Mark.NONE)
    return max(cells, _in_lines(_lines_of_word(facts)))


def _lines_of_word(facts: WordFacts) -> list[str]:
    texts: list[str] = []
    for block in facts.blocks:
        if isinstance(block, Table):
            # A heading may stand in the table that is the form.
            texts += [cell.text for row in block.rows[:1] for cell in row]
        else:
            texts.append(block.text)
    return [line for text in texts for line in text.splitlines()]


def _written(lines: Iterable[str]) -> list[str]:
    return [line for line in lines if line.strip()]


def _head_of(page: int) -> int:
    return PAGE_LINES if page else HEAD_LINES


def _in_row(row: Iterable[Cell]) -> Mark:
    """What a row says beside 密级, in one cell or two; a cell with a starred mark alone counts anywhere."""
    cells = [cell.text for cell in row]
    pairs = zip(cells, [*cells[1:], ""], strict=True)
    return max((_in_cell(text, beside) for text, beside in pairs if "密" in text), default=Mark.NONE)


def _in_cell(text: str, beside: str) -> Mark:
    if is_label(text):
        return valued(text, beside)
    return max((_line(line, head=False) for line in text.splitlines()), default=Mark.NONE)


def _in_lines(lines: Iterable[str], page: int = 0) -> Mark:
    """What the lines bear, of a first page or a further one (`page` from 0)."""
    return max(
        (
            _line(line, number < _head_of(page))
            for number, line in enumerate(_written(lines))
            if "密" in line and len(line) <= LONGEST_LINE
        ),
        default=Mark.NONE,
    )


def _line(line: str, head: bool) -> Mark:
    if starred(line):
        return Mark.SURE
    if (mark := labelled(line)) is not None:
        return mark
    if stands_alone(line):
        return Mark.SURE if head else Mark.DOUBTFUL
    return Mark.SURE if head and leads(line) else Mark.NONE
