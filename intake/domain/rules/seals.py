"""The rule on seals: does the stamped scan bear the seal that the campaign asks for?

Only what was surely seen is told to the unit: that no page bears a seal, on pages in colour that were all
seen.  Whatever the pixels leave open is for a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from intake.domain.inspection import Inspection, ScanPage, SealMark
from intake.domain.model import Document, Finding, Severity
from intake.domain.rules.scene import Scene, current_scan, found, hidden_papers
from intake.domain.scantext import ring_agrees
from intake.domain.shown import shown_pages

SURE_RING = 0.9
"""Score from which a ring without colour may count: below it the ring may be anybody's."""


@dataclass(frozen=True, slots=True)
class ScanSealed:
    """The scan bears the seal that the campaign asks for (`[needs] seal`)."""

    code: ClassVar[str] = "scan-not-sealed"

    def see(self, scene: Scene) -> Iterator[Finding]:
        """Curable where every page was seen in colour and none has anything like a seal."""
        item = current_scan(scene.case)
        if item is None or scene.campaign.needs.seal == "none":
            return
        document = item.document
        seen, pages = document.inspection, shown_pages(document)
        if seen is None or seen.refused or not pages:
            why = "（文件超出自动核验的限度或无法显示）" if seen else ""
            said = f"扫描件的内容与印章未经自动核验{why}，请人工核对"
            yield found(scene, "scan-unchecked", Severity.REVIEW, said, document.filename)
            return
        marks = [(page, mark) for page in pages for mark in page.seals]
        if any(_is_sure(mark, scene) for _, mark in marks):
            yield from _of_whom(scene, document, [mark for _, mark in marks])
        elif unsure := _why_unsure(marks, pages, seen, document):
            yield found(scene, "doubtful", Severity.REVIEW, unsure, document.filename)
        else:
            hidden = hidden_papers(scene, form=False, pictures=False)
            sure = item.certain and not scene.case.doubts and not hidden
            severity = Severity.CURABLE if sure else Severity.REVIEW
            said = f"扫描件共{len(pages)}页，各页均未见红色印章"
            if hidden:
                # The sealed page may have been sent by itself.
                said += f"；但有文件未能打开或未能归属：{'、'.join(hidden)}"
            yield found(scene, self.code, severity, said, document.filename, scene.campaign.needs.source)


def _of_whom(scene: Scene, document: Document, marks: Sequence[SealMark]) -> Iterator[Finding]:
    """Seals that all surely say another body's name are for a person; an unread one is taken as it is."""
    names = _seal_owners(scene)
    read = [mark.text for mark in marks if mark.text]
    if not names or not read or len(read) < len(marks):
        return
    if all(ring_agrees(text, names) == "disagrees" for text in read):
        texts = "、".join(f"“{text}”" for text in read)
        said = f"印章文字识别为{texts}，与“{names[0]}”不一致，请人工核对"
        yield found(scene, "doubtful", Severity.REVIEW, said, document.filename)


def _is_sure(mark: SealMark, scene: Scene) -> bool:
    """True for a red seal beyond doubt, or a ring without colour whose text surely names the body."""
    if mark.certainty == "sure":
        return True
    names = _seal_owners(scene)
    legible = mark.ink == "grey" and mark.score >= SURE_RING and bool(names)
    return legible and ring_agrees(mark.text, names) == "agrees"


def _seal_owners(scene: Scene) -> list[str]:
    """The names of the bodies whose seal is asked for, the recommending unit's first."""
    wanted, form = scene.campaign.needs.seal, scene.case.form
    unit, own = list(scene.unit_names), []
    if form:
        unit += [name for name in (form.text("unit"),) if name]
        # An organisation, a project's bearer or a village seals in its own name.
        own = [name for name in (form.text("organisation"), form.text("nominee")) if name]
    owners = {"unit": unit, "organisation": own, "either": [*unit, *own]}.get(wanted, [])
    return list(dict.fromkeys(owners))


def _why_unsure(
    marks: Sequence[tuple[ScanPage, SealMark]],
    pages: Sequence[ScanPage],
    seen: Inspection,
    document: Document,
) -> str:
    """Why nobody can say from the pixels that there is no seal; empty where it is plain."""
    if red := [page for page, mark in marks if mark.ink == "red"]:
        return f"第{red[0].number}页有疑似印章的红色印迹，无法自动确认，请人工核对"
    dull = [page for page in pages if page.colour != "colour" and not page.digital]
    if dull or marks:
        page = (dull or [marks[0][0]])[0]
        return f"扫描件第{page.number}页为黑白或灰度，无法自动辨认红色印章，请人工核对"
    if doubtful := [page for page in pages if page.doubt]:
        return f"扫描件第{doubtful[0].number}页的图像质量不足以判断有无印章，请人工核对"
    if not document.pages and seen.page_count > len(seen.pages):
        return f"扫描件共{seen.page_count}页，只自动核验了前{len(seen.pages)}页，请人工核对"
    return ""
