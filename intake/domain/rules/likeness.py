"""Rules on what the stamped scan says: is it this form, and do its figures agree?

Only a text layer is told to the unit, since it is exact; what was read from pictures is for a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from intake.domain.looking import expected_of
from intake.domain.model import Document, Finding, Severity
from intake.domain.rules.scene import Scene, current_scan, found
from intake.domain.scanfigures import figures
from intake.domain.scanterms import terms_of
from intake.domain.scantext import Compared, Likeness, compare, ring_agrees
from intake.domain.shown import shown_pages

_WHAT = {"nominee": "候选典型名称", "category": "推荐类别", "unit": "推荐单位"}


@dataclass(frozen=True, slots=True)
class ScanShowsForm:
    """The scan shows this form: nominee, category and unit as the Word form has them."""

    code: ClassVar[str] = "scan-other-form"

    def see(self, scene: Scene) -> Iterator[Finding]:
        """Curable where a text layer says it; what was read from pictures is for a person."""
        item, form = current_scan(scene.case), scene.case.form
        expected = expected_of(form, scene.campaign, scene.unit_names) if form else None
        if item is None or expected is None:
            return
        pages = shown_pages(item.document)
        seen = item.document.inspection
        looked = seen is not None and not seen.refused and bool(pages)
        if not looked and not any(page.lines for page in pages):
            return
        compared = compare(expected, pages, terms_of(scene.campaign))
        written = {page.number for page in pages if page.digital}
        for name in _WHAT:
            value = compared.get(name)
            if value is not None and value.expected:
                yield from self._told(scene, item.document, value, name, exact=value.page in written)

    def _told(
        self, scene: Scene, document: Document, value: Compared, name: str, *, exact: bool
    ) -> Iterator[Finding]:
        label, filename = _WHAT[name], document.filename
        if value.likeness is Likeness.DIFFERENT:
            severity = Severity.CURABLE if exact and not scene.case.doubts else Severity.REVIEW
            said = f"扫描件所示{label}为“{value.read}”，推荐表WORD版为“{value.expected}”"
            yield found(scene, self.code, severity, said, filename, scene.campaign.needs.source)
        elif value.likeness is Likeness.NEAR:
            said = f"扫描件上的{label}识别为“{value.read}”，WORD版为“{value.expected}”，请人工核对是否一致"
            yield found(scene, "doubtful", Severity.REVIEW, said, filename)
        elif value.likeness is Likeness.UNREAD and not (name == "unit" and _seal_names_unit(scene, document)):
            said = f"扫描件上未能识别出{label}“{value.expected}”，请人工核对是否为同一份推荐表"
            yield found(scene, "doubtful", Severity.REVIEW, said, filename)


def _seal_names_unit(scene: Scene, document: Document) -> bool:
    """True for a unit that no line names but a seal does."""
    form = scene.case.form
    written = form.text("unit") if form else None
    names = [*scene.unit_names, *([written] if written else [])]
    texts = [mark.text for page in shown_pages(document) for mark in page.seals if mark.text]
    return any(ring_agrees(text, names) == "agrees" for text in texts)


@dataclass(frozen=True, slots=True)
class FormsAgree:
    """The figures that thresholds rest on stand in the scan as they stand in the Word form."""

    code: ClassVar[str] = "forms-differ"

    def see(self, scene: Scene) -> Iterator[Finding]:
        """For a person, with both values: which of the two holds is not ours to say."""
        item, form = current_scan(scene.case), scene.case.form
        if item is None or form is None:
            return
        shown = figures(shown_pages(item.document), scene.campaign, form.category)
        for name, figure in sorted(shown.items()):
            written = form.fields.get(name)
            if written is None or written.value is None or not figure.sure:
                continue
            if figure.field.value != written.value:
                label = scene.campaign.field_label(name, form.category)
                said = f"{label}：扫描件为“{figure.field.text}”，推荐表WORD版为“{written.text}”"
                yield found(scene, self.code, Severity.REVIEW, said, item.document.filename)
