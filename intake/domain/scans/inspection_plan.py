"""What is worth looking at in a unit's scans: pixels always, text only where it can change the outcome.

Pure: from the documents and what is known of them to the requests that are still open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from intake.domain.campaign.campaign import Campaign
from intake.domain.campaign.unit_names import normalise_unit
from intake.domain.documents.labels import sharers
from intake.domain.documents.pdf_form import stand_ins
from intake.domain.documents.roles import SMALLEST_PAGE
from intake.domain.model.document import Document, Form, Role
from intake.domain.model.inspection import MOST_EFFORT, Expected, ExpectedFigure, Inspection, Request
from intake.domain.scans.printed import copies_of
from intake.domain.text.names import Named, compact
from intake.domain.text.ocr_characters import fold

LONG_SCAN = 6
"""Pages from which a PDF may well hold the scans of several forms: one form has 2 to 4."""

LONGEST_FIGURE = 20
"""Characters of a figure with its unit; a list of brands or teams fills a cell of several lines."""

FORMS_KEPT = 1024
"""Forms of which it is kept what their scans must show: those of the units that are judged together."""

MOST_EXPECTED = 120
"""Forms that one scan is held against while it is read; a unit may nominate 20, each sent a few times."""


def expected_of(form: Form, campaign: Campaign, unit_names: Sequence[str] = ()) -> Expected | None:
    """What the form's scan must show; None for a form that names nobody.

    `unit_names` are the spellings of the unit that the form belongs to: they hold where the form
    itself names that unit by one of them.
    """
    return _expected_of(form, campaign, tuple(unit_names))


@lru_cache(maxsize=FORMS_KEPT)
def _expected_of(form: Form, campaign: Campaign, unit_names: tuple[str, ...]) -> Expected | None:
    nominee = form.text("nominee")
    if not nominee:
        return None
    category = next((item for item in campaign.category if item.id == form.category), None)
    written = form.text("unit")
    known = {normalise_unit(name) for name in unit_names}
    spellings = [written, *(unit_names if normalise_unit(written) in known else ())] if written else []
    return Expected(
        nominee=nominee,
        categories=(category.name, *category.aliases) if category else (),
        units=tuple(dict.fromkeys(spellings)),
        figures=_figures(form, campaign),
        others=tuple(_others(form, campaign)),
    )


def _others(form: Form, campaign: Campaign) -> Iterator[str]:
    """What the form says in other cells with the label of nominee or unit."""
    names = (name for own in ("nominee", "unit") for name in sharers(own, campaign, form.category))
    yield from (form.text(name) or "" for name in dict.fromkeys(names) if name not in ("nominee", "unit"))


def _figures(form: Form, campaign: Campaign) -> tuple[ExpectedFigure, ...]:
    """What the form says where a threshold is set; a list that runs over lines stands anywhere."""
    found: list[ExpectedFigure] = []
    for name, labels in _figure_labels(campaign, form.category):
        text = form.fields[name].text.strip() if name in form.fields else ""
        if text and form.fields[name].value is not None:
            found.append(ExpectedFigure(text, labels if len(text) <= LONGEST_FIGURE else ()))
    return tuple(found)


@lru_cache(maxsize=32)
def _figure_labels(campaign: Campaign, category: str | None) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The fields on which a threshold of the category rests, but for lists, each with its labels.

    With one go all that bear its label: which cell is whose, all of them tell.
    """
    lists = {field.name for field in campaign.field if field.type == "list"}
    own = [field for field in campaign.field if field.applies_to(category)]
    found: dict[str, tuple[str, ...]] = {}
    for rule in campaign.threshold:
        if rule.category == category and rule.field not in lists:
            group = sharers(rule.field, campaign, category) or (rule.field,)
            labels = tuple(label for field in own if field.name in group for label in field.labels)
            found |= dict.fromkeys(group, labels)
    return tuple(found.items())


def open_requests(
    documents: Sequence[Document],
    known: Mapping[str, Inspection],
    campaign: Campaign,
    unit_names: Sequence[str] = (),
) -> dict[str, Request]:
    """By content hash: what is to be looked at in the unit's files, beyond what was seen before.

    A form saved as PDF tells what its scan must show where its Word file did not come.  Where nothing tells,
    the heads of scans are read, since they alone can say whose they are.
    Pictures are read only while a form lacks its scan, or where nothing else is there.  Where a scan
    was seen to bear no seal they are looked at, since one of them may be the sealed page; that is asked
    for once the scans are `known`.  So are the heads of further pages where a form was shown by none.
    An OFD is never looked at: its pages are not drawn, and its text layer is all that is read.
    """
    scans = [document for document in documents if _is_scan(document)]
    forms, exports = _forms_of(documents, [_seen(d, known) for d in scans], campaign)
    expected = _expected([*forms, *exports], campaign, unit_names)
    pictures = [document for document in documents if _may_be_page(document)]
    wanting = len({d.content_hash for d in scans}) - len(exports) < max(len(expected), 1)
    seen = [known.get(document.content_hash) for document in scans]
    further = wanting or _leaves_unshown(seen, expected)
    requests: dict[str, Request] = {}
    for document in (*(d for d in scans if not d.facts.is_ofd), *(pictures if wanting else ())):
        requests[document.content_hash] = Request(
            text=bool(expected),
            expected=_likely_first(expected, document.filename),
            heads=_needs_heads(document, further, bool(expected)),
            titles=campaign.campaign.form_titles,
        )
    if not wanting and any(map(_is_unsealed, seen)):
        requests |= {document.content_hash: Request() for document in pictures}
    return {key: request for key, request in requests.items() if not _is_answered(request, known.get(key))}


def _forms_of(
    documents: Sequence[Document], scans: Sequence[Document], campaign: Campaign
) -> tuple[list[Document], list[Document]]:
    """The readable Word forms, and the forms saved as PDF that stand for such as did not come."""
    forms = [document for document in documents if document.role is Role.FORM and document.form]
    names = [Named(d.form.text("nominee"), d.form.category) for d in forms if d.form]
    return forms, stand_ins(scans, names, campaign, copies_of(forms, scans))


def _leaves_unshown(seen: Sequence[Inspection | None], expected: Sequence[Expected]) -> bool:
    """True where all scans were looked at and some form is mentioned in none."""
    looked = [one for one in seen if one]
    return len(looked) == len(seen) and not all(any(_mentions(s, item) for s in looked) for item in expected)


def _needs_heads(document: Document, further: bool, expected: bool) -> bool:
    """True for a file whose pages may begin several forms, or a scan where no form tells what to look for.

    `further` tells that a form still lacks the scan that shows it.
    """
    count = document.facts.page_count
    several = count >= LONG_SCAN or (count > 1 and further)
    return several or (not expected and document.facts.is_scan)


def _expected(
    forms: Sequence[Document], campaign: Campaign, unit_names: Sequence[str]
) -> tuple[Expected, ...]:
    found = [expected_of(d.form, campaign, unit_names) for d in forms if d.form]
    return tuple(dict.fromkeys(item for item in found if item))[:MOST_EXPECTED]


def _likely_first(expected: Sequence[Expected], filename: str) -> tuple[Expected, ...]:
    """The forms whose nominee the filename names come first: they are held against the lines first."""
    name = compact(filename)
    return tuple(sorted(expected, key=lambda item: compact(item.nominee) not in name))


def _seen(document: Document, known: Mapping[str, Inspection]) -> Document:
    return replace(document, inspection=document.inspection or known.get(document.content_hash))


def _is_scan(document: Document) -> bool:
    facts = document.facts
    return document.role is Role.SCAN and facts.page_count > 0 and not facts.is_picture


def _may_be_page(document: Document) -> bool:
    return document.facts.picture_side >= SMALLEST_PAGE


def _is_unsealed(seen: Inspection | None) -> bool:
    """True for a scan that was looked at and bears no sure seal."""
    if seen is None or seen.refused:
        return False
    return not any(mark.certainty == "sure" for page in seen.pages for mark in page.seals)


def _mentions(seen: Inspection, expected: Expected) -> bool:
    """True for a scan in whose lines the nominee's name was read, whoever's form it is."""
    text = "".join(fold(line.text).text for page in seen.pages for line in page.lines)
    return fold(expected.nominee).text in text


def _is_answered(request: Request, seen: Inspection | None) -> bool:
    """True where looking again would show nothing that is not known."""
    if seen is None:
        return False
    if seen.refused:
        return True
    read = not request.text or seen.satisfied or seen.effort >= MOST_EFFORT
    return read and (seen.heads or not request.heads)
