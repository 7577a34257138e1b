"""What other files may hold of a scan that seems to lack something: its seal, or its right pages."""

from __future__ import annotations

from collections.abc import Iterator

from intake.domain.documents.pdf_form import export_of, writes_form
from intake.domain.documents.roles import SMALLEST_PAGE
from intake.domain.model.document import Document, Role
from intake.domain.model.inspection import Inspection
from intake.domain.model.nomination import CaseDocument
from intake.domain.rules.case_view import Scene, current_scan, hidden_papers
from intake.domain.scans.page_text import shown_pages
from intake.domain.scans.unpaired import shown_alone, was_read

LEAST_PAPER = 0.25
"""Share of a picture without colours that looks like paper, from which it may be a sealed page."""


def sealed_elsewhere(scene: Scene) -> list[str]:
    """Names of files that may bear the seal which the current scan lacks.

    An older version that was sealed, a page that was sent by itself, as a picture too, and whatever
    nobody could open.
    """
    versions = [item.document for item in _other_scans(scene) if not _surely_unsealed(item.document)]
    # A scan of which no form came may have been taken for another nomination's.
    foreign = [document for document in scene.formless if not _surely_unsealed(document)]
    return _names([*versions, *foreign, *_attached_scans(scene), *_pictures(scene)], scene)


def shown_elsewhere(scene: Scene) -> list[str]:
    """Names of files that may show the form which the current scan does not."""
    versions = [item.document for item in _other_scans(scene)]
    return _names([*versions, *_attached_scans(scene), *_pictures(scene)], scene)


def shows_form(scene: Scene) -> bool:
    """True where the papers of a nomination without a Word form surely are of a form, and of one alone.

    An exported form says so itself.  A scan must show title and labels; only where none of its text was
    read, its filename may say whose it is.
    """
    case = scene.case
    item = current_scan(case)
    if item is None or case.doubts or not item.certain:
        return False
    if export_of(case) or writes_form(item.document, scene.campaign):
        return True
    if shown_alone(item.document, scene.campaign, scene.certainty).is_form:
        return True
    return case.nominee is not None and not was_read(item.document)


def _names(documents: list[Document], scene: Scene) -> list[str]:
    hidden = hidden_papers(scene, form=False, pictures=False)
    return list(dict.fromkeys((*hidden, *(document.filename for document in documents), *scene.linked)))


def _other_scans(scene: Scene) -> Iterator[CaseDocument]:
    """The scan's other versions; a further file of the current one is part of it."""
    return (item for item in scene.case.documents if item.role is Role.SCAN and not item.current)


def _attached_scans(scene: Scene) -> Iterator[Document]:
    """Scanned papers that their names call something else, a statement or a certificate."""
    for item in scene.case.attachments:
        if item.document.facts.is_scan:
            yield item.document


def _pictures(scene: Scene) -> Iterator[Document]:
    """Pictures that may be a page of the form, with its seal."""
    attached = (item.document for item in scene.case.attachments)
    for document in (*attached, *scene.loose):
        if document.facts.picture_side >= SMALLEST_PAGE:
            seen = document.inspection
            if seen is None or seen.refused or not seen.pages or _may_be_sealed(seen):
                yield document


def _may_be_sealed(seen: Inspection) -> bool:
    return any(
        page.seals or page.doubt or (page.colour != "colour" and page.paper >= LEAST_PAPER)
        for page in seen.pages
    )


def _surely_unsealed(document: Document) -> bool:
    """True for a scan of which every page was seen in colour, and none bears anything like a seal."""
    seen = document.inspection
    if seen is None or seen.refused or not seen.pages or seen.page_count > len(seen.pages):
        return False
    return not any(page.seals or page.doubt or page.colour != "colour" for page in shown_pages(document))
