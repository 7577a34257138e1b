"""Several cells of a form with one label (姓名 of the leader and of the teacher): which on a page is which.

No place on a page tells how far the heading of a block reaches: it stands above its rows or half way beside
them.  So cells are told by their order, which is that of the Word form: a scan is a print of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from intake.domain.campaign.campaign import Campaign
from intake.domain.documents.field_values import read_value
from intake.domain.documents.form import last_day
from intake.domain.documents.labels import labels_of, sharers
from intake.domain.model.certainty import SHIPPED, Certainty
from intake.domain.model.document import Field, Form
from intake.domain.model.inspection import ScanPage
from intake.domain.page.cells import LabelledValue, layout
from intake.domain.page.figures import Figure
from intake.domain.page.vocabulary import terms_of

_NUMBERS = re.compile(r"\d+")


def figures_in_turn(
    form: Form, pages: Sequence[ScanPage], campaign: Campaign, certainty: Certainty = SHIPPED
) -> Mapping[str, Figure]:
    """What the scan shows of the threshold fields whose label other cells bear as well, each in its own cell.

    A field is not in the answer where the scan has more or fewer such cells than the form.
    """
    names = {rule.field for rule in campaign.threshold if rule.category == form.category}
    found = ((name, _in_turn(name, form, pages, campaign, certainty)) for name in sorted(names))
    return {name: figure for name, figure in found if figure}


def _in_turn(
    name: str, form: Form, pages: Sequence[ScanPage], campaign: Campaign, certainty: Certainty
) -> Figure | None:
    names = sharers(name, campaign, form.category)
    filled = [form.fields[one] for one in names if one in form.fields and form.fields[one].text.strip()]
    order = [field.name for field in sorted(filled, key=_place)]
    shown = [(page.number, cell) for page in pages for cell in _cells(page, campaign, names)]
    if name not in order or len(shown) != len(order):
        return None
    number, cell = shown[order.index(name)]
    piece = cell.pieces[0]
    field = _read(name, piece.text, cell.head.text, campaign, form.category)
    sure = field.sure and piece.score >= certainty.reading and not piece.weak
    return Figure(field, sure, piece.lines[0], number)


def _cells(page: ScanPage, campaign: Campaign, names: Sequence[str]) -> Iterator[LabelledValue]:
    """The cells of a page whose label may mean one of these fields, from the top."""
    for labelled in layout(page, terms_of(campaign)).labelled:
        label = labels_of(campaign).find(labelled.head.text)
        if label and any(field.name in names for field in label.fields):
            yield labelled


def _place(field: Field) -> tuple[int, ...]:
    """Where the Word form has it: table and row."""
    return tuple(map(int, _NUMBERS.findall(field.place)))


def _read(name: str, text: str, label: str, campaign: Campaign, category: str | None) -> Field:
    """The value as the form's own would be read."""
    kind = next(field for field in campaign.field if field.name == name and field.applies_to(category))
    read = read_value(
        kind.type,
        text,
        until=last_day(campaign),
        from_date=kind.from_date,
        list_counts=kind.list_counts,
        label=label,
        options=kind.options,
    )
    return Field(name, read.value, text.strip(), read.about, sure=read.sure)
