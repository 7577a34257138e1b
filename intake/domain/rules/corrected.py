"""What people corrected in a nomination, noted: by whom, and what had been read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from intake.domain.assembly.corrected import label_of
from intake.domain.campaign import findings
from intake.domain.campaign.findings import CatalogueEntry
from intake.domain.model.certainty import Basis
from intake.domain.model.correction import CATEGORY, Correction, Paper, ScanVerdict
from intake.domain.model.document import Role
from intake.domain.model.nomination import Case, Finding, Severity
from intake.domain.rules.case_view import Scene, found


@dataclass(frozen=True, slots=True)
class Corrected:
    """A person said what a paper says, or whose scan it is."""

    entry: ClassVar[CatalogueEntry] = findings.CORRECTED

    def see(self, scene: Scene) -> Iterator[Finding]:
        """A note for each word in force: it outranks what was read, and nobody is asked about it again."""
        for item in scene.case.papers:
            paper = item.document
            if not item.current or item.page:
                continue
            said = scene.known.corrections.of_file(paper.content_hash).get(paper.part, {})
            for name, word in said.items():
                yield found(
                    scene,
                    self.entry,
                    Severity.NOTE,
                    _of_field(scene, name, word),
                    paper.filename,
                    basis=Basis.PERSON,
                    fields=(name,),
                )
        scan = scene.case.scan
        word_on_scan = _word_on_scan(scene)
        if scan and word_on_scan and word_on_scan.value == ScanVerdict.TOGETHER:
            by = word_on_scan.by
            said_of_scan = f"{scene.words.form}与扫描件《{scan.document.filename}》经人工核对为同一份（{by}）"
            yield found(
                scene, self.entry, Severity.NOTE, said_of_scan, scan.document.filename, basis=Basis.PERSON
            )


def is_paired_by_person(scene: Scene) -> bool:
    """True where a person said that the scan which counts is this form's."""
    word = _word_on_scan(scene)
    return word is not None and word.value == ScanVerdict.TOGETHER


def _word_on_scan(scene: Scene) -> Correction | None:
    scan = scene.case.scan
    if scan is None:
        return None
    return scene.known.corrections.of_pair(form_papers(scene.case), scan.document.paper)


def form_papers(case: Case) -> list[Paper]:
    """The papers by which a person speaks of a nomination's form: Word forms, or those that came as PDF."""
    papers = (item for item in case.papers if item.role is Role.FORM or item.document.form)
    return [item.document.paper for item in papers]


def _of_field(scene: Scene, name: str, word: Correction) -> str:
    campaign, category = scene.campaign, scene.case.category
    label = label_of(name, category, campaign)
    shown = (word.value or "", word.read)
    if name == CATEGORY:
        shown = campaign.category_name(word.value), campaign.category_name(word.read or None)
    return told_of(label, shown[0], shown[1], word.by)


def told_of(label: str, value: str, read: str, by: str) -> str:
    """A corrected value as staff read it: 姓名“沈知遥”（人工更正：原读作“沈知远”，李明）."""
    if value == read:
        return f"{label}“{value}”（人工核对无误，{by}）"
    return f"{label}“{value}”（人工更正：原读作“{read or '空白'}”，{by}）"
