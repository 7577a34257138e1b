"""Forms built as facts, without a Word file."""

from __future__ import annotations

from collections.abc import Sequence

from intake.config.campaign_file import load_campaign
from intake.domain.documents.form import read_form
from intake.domain.model.document import Form
from intake.domain.model.facts import Block, Cell, Paragraph, Table, WordFacts

CAMPAIGN = load_campaign().campaign
NAMES = {c.id: c.name for c in CAMPAIGN.category}


def table(*rows: Sequence[str | tuple[str, int]]) -> Table:
    """Rows of texts; a pair is a cell that spans columns."""
    built = []
    for row in rows:
        cells: list[Cell] = []
        for item in row:
            text, span = item if isinstance(item, tuple) else (item, 1)
            cells.append(Cell(text, sum(cell.span for cell in cells), span))
        built.append(tuple(cells))
    return Table(tuple(built))


def word(*blocks: str | Block) -> WordFacts:
    return WordFacts(tuple(Paragraph(block) if isinstance(block, str) else block for block in blocks))


def read(*blocks: str | Block) -> Form:
    form = read_form(word(*blocks), CAMPAIGN)
    assert form is not None
    return form


def values(form: Form, *names: str) -> tuple[object, ...]:
    return tuple(form.fields[name].value if name in form.fields else None for name in names)
