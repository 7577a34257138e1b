"""The rule on seals: does the stamped scan bear the seal that the campaign asks for?

Only what was surely seen is told to the unit: that no page bears a seal, on pages in colour that were all
seen.  Whatever the pixels leave open is for a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from intake.domain.campaign import findings
from intake.domain.campaign.findings import CatalogueEntry
from intake.domain.model.certainty import Basis
from intake.domain.model.document import Document, Role
from intake.domain.model.doubt import DoubtKind
from intake.domain.model.facts import PdfSignature
from intake.domain.model.inspection import Inspection, ScanPage, SealMark
from intake.domain.model.nomination import CaseDocument, Finding, Severity
from intake.domain.page.cells import layout
from intake.domain.page.comparison import terms_of, title_of
from intake.domain.page.seal_text import names_another, names_in_full
from intake.domain.rules.case_view import Scene, current_scan, doubtful, found
from intake.domain.rules.other_files import sealed_elsewhere
from intake.domain.scans.form_heads import Leaf, stretches
from intake.domain.scans.form_match import wanted_of
from intake.domain.scans.page_text import UNSEEN, shown_pages
from intake.domain.text.calendar import day

_OFFICE_STAMP = re.compile(r"收文|收讫|收件|签收|来文")
"""Words of the round stamps that offices put on papers beside their seal."""


@dataclass(frozen=True, slots=True)
class ScanSealed:
    """The scan bears the seal that the campaign asks for (`[needs] seal`)."""

    entry: ClassVar[CatalogueEntry] = findings.SCAN_NOT_SEALED

    def see(self, scene: Scene) -> Iterator[Finding]:
        """Curable where all pages were seen in colour, nothing is like a seal, and no other file may be."""
        item = current_scan(scene.case)
        if item is None or scene.campaign.needs.seal == "none":
            return
        document = item.document
        if document.facts.is_ofd:
            yield from _of_ofd(scene, document)
            return
        seen = document.inspection
        if seen is None or seen.refused or not seen.pages:
            why = "（文件超出自动核验的限度或无法显示）" if seen else ""
            said = f"扫描件的内容与印章未经自动核验{why}，请人工核对"
            yield found(
                scene, findings.SCAN_UNCHECKED, Severity.REVIEW, said, document.filename, basis=Basis.FILE
            )
            return
        pages = shown_pages(document)
        own = _own_pages(scene, document, pages)
        marks = [(page, mark) for page in own for mark in page.seals]
        sure = [(page, mark) for page, mark in marks if _is_sure(page, mark, scene)]
        signed = document.facts.signatures
        yield from _signed_electronically(scene, document, signed)
        if sure:
            yield from _of_whom(scene, document, sure)
        elif any(_is_of_owner(signature, scene) for signature in signed):
            return
        elif unsure := _why_unsure(marks, own, seen, document) or _why_no_form(scene, pages):
            yield doubtful(scene, DoubtKind.SEAL_UNSEEN, unsure, document.filename, basis=Basis.PIXELS)
        elif len(own) < len(pages):
            said = f"扫描件似含多份{scene.words.form}，未能确定其中本份是否盖章，请人工核对"
            yield doubtful(scene, DoubtKind.SEAL_OF_WHICH_FORM, said, document.filename, basis=Basis.OCR)
        else:
            yield self._unsealed(scene, item, len(pages))

    def _unsealed(self, scene: Scene, item: CaseDocument, count: int) -> Finding:
        """No page bears a seal: a letter says so only where no other page or file may bear it."""
        document = item.document
        elsewhere = sealed_elsewhere(scene)
        # Where a file was cut wrongly, the sealed page went to another form.
        sure = item.certain and not scene.case.doubts and not elsewhere and not document.pages
        said = f"扫描件共{count}页，各页均未见红色印章"
        if document.pages:
            said += "；该份系从含多份材料的文件中分出，请核对其余各页"
        if elsewhere:
            said += f"；但其他文件可能含有盖章页：{'、'.join(elsewhere)}"
        severity = Severity.CURABLE if sure else Severity.REVIEW
        source = scene.campaign.needs.source
        return found(scene, self.entry, severity, said, document.filename, source, basis=Basis.PIXELS)


def _of_ofd(scene: Scene, document: Document) -> Iterator[Finding]:
    """Of an OFD, whose pages are not drawn, the seals that it was signed with are all that can be known."""
    signed = document.facts.signatures
    yield from _signed_electronically(scene, document, signed)
    if not any(page.lines for page in shown_pages(document)):
        said = "扫描件为OFD版式文件，其页面无可识别的文字，请用OFD阅读器查看"
        yield found(
            scene, findings.SCAN_UNCHECKED, Severity.REVIEW, said, document.filename, basis=Basis.FILE
        )
    if any(_is_of_owner(signature, scene) for signature in signed):
        return
    why = "其电子签章未能据以确认由应盖章单位签署" if signed else "未见电子签章，页面上有无印章未经图像核验"
    said = f"扫描件为OFD版式文件，{why}，请用OFD阅读器查看"
    yield doubtful(scene, DoubtKind.SEAL_UNSEEN, said, document.filename, basis=Basis.FILE)


def _is_of_owner(signature: PdfSignature, scene: Scene) -> bool:
    units, own = _seal_owners(scene)
    return any(names_in_full(name, [*units, *own]) for name in signature.names)


def _signed_electronically(
    scene: Scene, document: Document, signed: Sequence[PdfSignature]
) -> Iterator[Finding]:
    """What staff are told of electronic signatures; whether they are valid is for whoever has the means."""
    for signature in signed:
        names = "、".join(f"“{name}”" for name in signature.names) or "（未载明）"
        state = {True: "签署后未见改动", False: "签署后文件有改动", None: "是否改动未能核验"}[signature.whole]
        said = (
            f"扫描件带有电子签章或电子签名，签署者：{names}{_of_seal(signature)}；{state}，证书有效性未经验证"
        )
        yield found(
            scene, findings.SIGNED_ELECTRONICALLY, Severity.NOTE, said, document.filename, basis=Basis.FILE
        )


def _of_seal(signature: PdfSignature) -> str:
    """Who made a seal, and until when it may be used, as far as it tells."""
    maker = f"，印章由“{signature.maker}”制作" if signature.maker else ""
    begin, end = signature.valid_from, signature.valid_to
    return f"{maker}，有效期{day(begin)}至{day(end)}" if begin and end else maker


def _own_pages(scene: Scene, document: Document, pages: Sequence[ScanPage]) -> tuple[ScanPage, ...]:
    """The pages of this form in a file that shows several: another's seal says nothing of it.

    None of them where the file shows several and nothing tells which are its own.
    """
    wanted = wanted_of(scene.case.current(Role.FORM), scene.campaign, scene.known.unit_names)
    forms, _ = stretches((Leaf(document, page) for page in pages), scene.campaign, [wanted])
    if len(forms) < 2:
        return tuple(pages)
    own = [form for form in forms if form.head and form.head.forms]
    return tuple(leaf.page for leaf in own[0].leaves) if len(own) == 1 else ()


def _of_whom(
    scene: Scene, document: Document, marks: Sequence[tuple[ScanPage, SealMark]]
) -> Iterator[Finding]:
    """Seals that all surely say another body's name are for a person; an unread one is taken as it is."""
    units, own = _seal_owners(scene)
    names = [*units, *own]
    sure = scene.certainty.other_ring
    if all(
        names_another(mark.text, mark.score, units, own, scene.known.registered, sure) for _, mark in marks
    ):
        where: dict[str, list[str]] = {}
        for page, mark in marks:
            where.setdefault(mark.text, []).append(str(page.number))
        texts = "、".join(f"“{text}”（第{'、'.join(dict.fromkeys(on))}页）" for text, on in where.items())
        named = "、".join(f"“{name}”" for name in dict.fromkeys((names[0], *own[:1])))
        said = f"印章文字读作{texts}，与应盖章单位{named}不一致，请人工核对"
        lowest = min(mark.score for _, mark in marks)
        yield doubtful(
            scene,
            DoubtKind.SEAL_OF_ANOTHER,
            said,
            document.filename,
            basis=Basis.OCR,
            confidence=lowest,
        )


def _is_sure(page: ScanPage, mark: SealMark, scene: Scene) -> bool:
    """True for a red seal beyond doubt, or a ring without colour whose text surely names the body.

    On a page in colour such a ring is a copy of a seal, not a seal; nor is the stamp of an office on the
    papers that it receives.
    """
    if mark.certainty == "sure":
        return not _OFFICE_STAMP.search(mark.text)
    units, own = _seal_owners(scene)
    names = [*units, *own]
    clear = mark.score >= scene.certainty.ring and bool(names)
    legible = mark.ink == "grey" and page.colour != "colour" and clear
    return legible and names_in_full(mark.text, names)


def _seal_owners(scene: Scene) -> tuple[list[str], list[str]]:
    """The names of those whose seal is asked for: the spellings of the unit, and of the own organisation."""
    wanted, form = scene.campaign.needs.seal, scene.case.form
    unit, own = list(scene.known.unit_names), []
    if form:
        unit += [name for name in (form.text("unit"),) if name]
        # An organisation, a project's bearer or a village seals in its own name.
        own = [name for name in (form.text("organisation"), form.text("nominee")) if name]
    return unit if wanted in ("unit", "either") else [], own if wanted in ("organisation", "either") else []


def _why_unsure(
    marks: Sequence[tuple[ScanPage, SealMark]],
    pages: Sequence[ScanPage],
    seen: Inspection,
    document: Document,
) -> str:
    """Why nobody can say from the pixels that there is no seal; empty where it is plain."""
    if red := [page for page, mark in marks if mark.ink == "red"]:
        return f"第{red[0].number}页有疑似印章的印迹，无法自动确认，请人工核对"
    if document.facts.signatures or any(page.signed for page in pages):
        return "扫描件带有电子签章或电子签名，但未能据以确认由应盖章单位签署，请用PDF阅读器查看"
    if unseen := [page for page in pages if page.doubt == UNSEEN or not page.width]:
        return f"扫描件第{unseen[0].number}页未能显示或未经图像核验，请人工核对"
    if colourless := [page for page in pages if page.colour != "colour"] or [page for page, _ in marks[:1]]:
        return _why_colourless(colourless[0])
    if doubtful := [page for page in pages if page.doubt]:
        return f"扫描件第{doubtful[0].number}页的图像质量不足以判断有无印章，请人工核对"
    count = max(seen.page_count, document.facts.page_count)
    if count > len(seen.pages):
        return f"扫描件共{count}页，只自动核验了其中{len(seen.pages)}页，请人工核对"
    return ""


def _why_no_form(scene: Scene, pages: Sequence[ScanPage]) -> str:
    """A file that shows nothing of the form (a picture of the stamp, a cover) proves no absence."""
    terms = terms_of(scene.campaign)
    if any(title_of(page, terms) or layout(page, terms).labelled for page in pages if page.lines):
        return ""
    return f"扫描件上未能识别出{scene.words.form}的文字，不能据以判断是否盖章，请人工核对"


def _why_colourless(page: ScanPage) -> str:
    """A page that a program wrote may have been printed to grey with its seal."""
    if page.digital:
        return f"扫描件第{page.number}页系由软件直接生成的电子页面，未见印章，请人工核对是否已盖章"
    return f"扫描件第{page.number}页为黑白或灰度，无法自动辨认红色印章，请人工核对"
