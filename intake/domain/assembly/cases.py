"""From a draft to a case: which of its papers count, and from what day it counts itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from intake.domain.assembly.drafts import Draft
from intake.domain.documents.pdf_form import is_export
from intake.domain.model.document import Document, Role, in_order
from intake.domain.model.facts import UnreadableFacts
from intake.domain.model.nomination import Case, CaseDocument, Unit


def case_of(unit: Unit, draft: Draft) -> Case:
    """A draft as a case: its papers in their places, the newest that counts current."""
    documents = _versions(draft.forms, Role.FORM)
    documents += [CaseDocument(document, Role.SCAN, current=False) for document in draft.exports]
    ordered = sorted(draft.scans, key=lambda s: (*_counts_from(draft, s[0]), s[1], s[0].ordinal))
    certain = {file.key: sure for scan, sure in ordered for file in (scan, *scan.joined)}
    documents += [
        replace(item, certain=certain[item.document.key])
        for item in _versions([scan for scan, _ in ordered], Role.SCAN)
    ]
    documents += [CaseDocument(document, document.role) for document in in_order(draft.others)]
    documents += [CaseDocument(file, Role.OTHER, current=file is draft.sealed[-1]) for file in draft.sealed]
    documents += [CaseDocument(file, Role.OTHER, current=False) for file in draft.since]
    return Case(
        unit=unit,
        category=draft.category,
        nominee=draft.nominee,
        received_at=min(document.message.received_at for document in _dated(draft)),
        documents=tuple(documents),
        doubts=tuple(dict.fromkeys(draft.doubts)),
    )


def _counts_from(draft: Draft, scan: Document) -> tuple[datetime, int]:
    """When a scan came; one that a person chose stands before all that he saw beside it."""
    came_at = scan.message.received_at
    return max(came_at, draft.chosen.get(scan.key, came_at)), scan.message.id


def _dated(draft: Draft) -> list[Document]:
    """The files from which a nomination counts: its papers, and what was sent shut in their place before."""
    return [*draft.papers, *draft.sealed, *draft.since]


def _versions(documents: Sequence[Document], role: Role) -> list[CaseDocument]:
    """The newest counts; but what is damaged, or no stamped paper, never takes the place of what is not."""
    if not documents:
        return []
    readable = [d for d in documents if not isinstance(d.facts, UnreadableFacts)] or list(documents)
    stamped = [d for d in readable if not is_export(d)] if role is Role.SCAN else []
    current = (stamped or readable)[-1]
    return [item for document in documents for item in _files(document, role, document is current)]


def _files(document: Document, role: Role, current: bool) -> list[CaseDocument]:
    """A paper in its place, and the further files that hold pages of it."""
    return [
        CaseDocument(file, role, current=current, page=page)
        for page, file in enumerate((document, *document.joined))
    ]
