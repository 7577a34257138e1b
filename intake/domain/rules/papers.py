"""Rules on the papers: what must be there, can be opened, and is filled in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from intake.domain.campaign import findings
from intake.domain.campaign.campaign import Campaign
from intake.domain.campaign.consistency import FIGURES
from intake.domain.campaign.findings import CatalogueEntry
from intake.domain.campaign.wording import role_name
from intake.domain.documents.category import squeeze
from intake.domain.documents.form import form_of, is_blank_form
from intake.domain.documents.labels import heads_prose, labels_of
from intake.domain.documents.pdf_form import export_of
from intake.domain.documents.recognition import LABELS_ALONE, Sheet, word_sheet
from intake.domain.documents.unopenable import is_sealed, own_archives, said_of, shut_code, told_beside
from intake.domain.mail.links import CloudLink
from intake.domain.model.certainty import Basis
from intake.domain.model.document import Document, Form, Role
from intake.domain.model.doubt import DoubtKind
from intake.domain.model.facts import OpaqueFacts, UnreadableFacts, WordFacts
from intake.domain.model.nomination import Finding, Severity
from intake.domain.rules.case_view import Scene, doubtful, found, hidden_papers, name_of
from intake.domain.rules.other_files import shows_form
from intake.domain.text.names import compact
from intake.domain.text.placeholders import is_bracketed, is_placeholder

LACKING = 1 / 3
"""Share of the required labels that a known form may lack: at times the seal alone names the unit."""
LONGEST_VALUE = 60
"""Characters of a line that may be the value of a cell; a longer one is prose, or a template's note."""
PICTURES = 1
"""Pictures of a known form: the photograph; a further one may show what the cells lack."""

_TEMPLATE = re.compile(
    r"[年月日\d\s:_]*|.*(?:盖章|公章|签章|签字|签名).*|照片|相片|\d{1,2}寸.*|附件\d*:?|序号"
    r"|[(（]?(?:注|备注|说明|填表说明|填报说明)[:：)）].*|\(?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.、．)].*"
)
"""Where people sign and date, notes, headings with a number: what a form has of its own."""
_NUMBER = re.compile(r"\d|[一二三四五六七八九十百千万两][余多]?(?:年|个|人|名|位|场|次|支|项|种|类|成|周年)")

MOST_LINKS_TOLD = 10
"""Links that one nomination's findings list; which of more is meant a person sees in the mail."""


@dataclass(frozen=True, slots=True)
class FormPresent:
    """A nomination needs its Word form."""

    entry: ClassVar[CatalogueEntry] = findings.FORM_MISSING

    def see(self, scene: Scene) -> Iterator[Finding]:
        """Curable when what came surely is of a form, and no file that we could not open may be the form."""
        case = scene.case
        if scene.campaign.needs.form and case.current(Role.FORM) is None and not is_sealed(case):
            scan, export = case.current(Role.SCAN), export_of(case)
            said = f"收到扫描件《{name_of(scan)}》，未见对应的WORD版{scene.words.form}"
            if export:
                stamped = f"和盖章扫描件《{name_of(scan)}》" if scan and scan.key != export.key else ""
                kind = "OFD" if export.facts.is_ofd else "PDF"
                said = f"收到{kind}版{scene.words.form}《{export.filename}》{stamped}，未见WORD版"
            yield from _missing(scene, Role.FORM, self.entry, said, scan, shows_form(scene))


@dataclass(frozen=True, slots=True)
class ScanPresent:
    """A nomination needs its form stamped and scanned."""

    entry: ClassVar[CatalogueEntry] = findings.SCAN_MISSING

    def see(self, scene: Scene) -> Iterator[Finding]:
        """Curable when no file of the unit may be the scan."""
        case = scene.case
        if scene.campaign.needs.scan and case.current(Role.SCAN) is None and not is_sealed(case):
            form = case.current(Role.FORM)
            said = f"收到《{name_of(form)}》，未见对应的盖章扫描PDF"
            yield from _missing(scene, Role.SCAN, self.entry, said, form, not case.doubts)


def _missing(
    scene: Scene, role: Role, entry: CatalogueEntry, said: str, present: Document | None, sure: bool
) -> Iterator[Finding]:
    """The missing paper; a link in its place where the paper surely was sent as a link.

    The unit is then asked to attach the file, and told once.  A link that only may be the
    paper leaves both to a person.  Where a damaged or locked archive came with the papers, the unit is
    asked for that file and not for what may lie in it; any other such file is only named.
    """
    hidden = hidden_papers(scene, form=role is Role.FORM)
    links = scene.offered
    if links.surely and sure and not hidden:
        for link in links.surely:
            yield _as_link(scene, link, role, Severity.CURABLE)
        return
    linked = (*links.surely, *links.perhaps)
    if linked:
        hidden.append("以链接方式发送的附件")
    if hidden:
        said += f"；但有文件未能打开或未能归属：{'、'.join(hidden)}"
    severity = Severity.CURABLE if sure and not hidden else Severity.REVIEW
    source = scene.campaign.needs.source
    archives = own_archives(scene.case, scene.loose, role, scene.campaign)
    for archive in archives:
        seen = f"{said_of(archive)}；{said}"
        name = archive.filename
        yield found(scene, _entry_of(archive), severity, seen, name, basis=Basis.FILE)
    if not archives:
        beside = told_beside(scene.case, scene.loose, role, scene.nominees, scene.campaign)
        said = "；".join((said, *beside, *(_as_spreadsheets(scene) if role is Role.FORM else ())))
        yield found(scene, entry, severity, said, name_of(present), source, basis=Basis.ABSENCE)
    for link in linked[:MOST_LINKS_TOLD]:
        yield _as_link(scene, link, role, Severity.REVIEW)


def _as_spreadsheets(scene: Scene) -> Iterator[str]:
    """Names the spreadsheets that came in the form's place: nobody here reads them for it."""
    attached = (item.document for item in scene.case.attachments)
    for document in (*attached, *scene.loose):
        facts, name = document.facts, compact(document.filename)
        called = any(compact(title) in name for title in scene.campaign.campaign.form_titles)
        if isinstance(facts, OpaqueFacts) and facts.format == "spreadsheet" and called:
            yield f"收到的《{document.filename}》为Excel表格，不是WORD版"


def _entry_of(document: Document) -> CatalogueEntry:
    """What a file is that only its sender can mend."""
    return findings.ENCRYPTED if shut_code(document) == "encrypted" else findings.UNREADABLE


def _as_link(scene: Scene, link: CloudLink, role: Role, severity: Severity) -> Finding:
    words = scene.words
    evidence = f"{link.told}；本邮箱尚未收到该{words.nominee}的{role_name(role, words)}"
    source = scene.campaign.needs.source
    return found(
        scene, findings.CLOUD_LINK, severity, evidence, link.filename or None, source, basis=Basis.MAIL
    )


@dataclass(frozen=True, slots=True)
class ScanFormat:
    """The stamped scan came in the format that the campaign asks for (`[needs] scan_format`)."""

    entry: ClassVar[CatalogueEntry] = findings.WRONG_FORMAT

    def see(self, scene: Scene) -> Iterator[Finding]:
        """Pictures or OFD in its place: noted, or curable where PDF is required and they are it."""
        item = scene.case.scan
        if item is None or not (item.document.facts.is_picture or item.document.facts.is_ofd):
            return
        document = item.document
        count = f"等{1 + len(document.joined)}个图片文件" if document.joined else ""
        said = f"盖章扫描件为图片《{document.filename}》{count}"
        noted = findings.SCAN_IN_PICTURES
        if document.facts.is_ofd:
            said, noted = f"扫描件为OFD版式文件《{document.filename}》", findings.SCAN_IN_OFD
        if scene.campaign.needs.scan_format != "pdf":
            said += "，已按扫描件收存"
            said += "，请用OFD阅读器查看" if document.facts.is_ofd else ""
            yield found(scene, noted, Severity.NOTE, said, document.filename, basis=Basis.FILE)
            return
        hidden = hidden_papers(scene, form=False, pictures=False)
        said += "，未见PDF格式"
        if hidden:
            said += f"；但有文件未能打开或未能归属：{'、'.join(hidden)}"
        sure = item.certain and not scene.case.doubts and not hidden
        severity = Severity.CURABLE if sure else Severity.REVIEW
        source = scene.campaign.needs.source
        yield found(scene, self.entry, severity, said, document.filename, source, basis=Basis.FILE)


@dataclass(frozen=True, slots=True)
class Readable:
    """Form and scan can be opened."""

    entry: ClassVar[CatalogueEntry] = findings.UNREADABLE

    def see(self, scene: Scene) -> Iterator[Finding]:
        """Damaged and locked files are the sender's to mend; one over a limit of ours is not."""
        sealed = is_sealed(scene.case)
        for item in scene.case.documents:
            document, known = item.document, partial(found, scene, basis=Basis.FILE)
            if sealed and item.role is Role.OTHER and item.current:
                yield known(_entry_of(document), Severity.CURABLE, said_of(document), document.filename)
            if not (item.current and item.is_paper):
                continue
            if isinstance(document.facts, WordFacts) and document.facts.damaged:
                said = "文件不完整，WORD无法打开"
                yield known(self.entry, Severity.CURABLE, said, document.filename)
            if not isinstance(document.facts, UnreadableFacts):
                continue
            if document.facts.code == "too-large":
                said = "文件超出自动读取的限度，需人工打开"
                yield doubtful(scene, DoubtKind.FILE_UNREAD, said, document.filename, basis=Basis.FILE)
                continue
            entry = _entry_of(document)
            said = "文件设有密码，无法打开" if entry is findings.ENCRYPTED else "文件已损坏，无法打开"
            severity = Severity.CURABLE if item.certain else Severity.REVIEW
            yield known(entry, severity, said, document.filename)


@dataclass(frozen=True, slots=True)
class FormComplete:
    """What the form has a place for and the campaign requires is filled in."""

    entry: ClassVar[CatalogueEntry] = findings.FORM_INCOMPLETE

    def see(self, scene: Scene) -> Iterator[Finding]:
        """Curable where the label stands in the form with nothing beside it.

        A form that seems more empty than filled was perhaps laid out as we do not know it: that is for a
        person, unless its labels say that we know it and its words stand nowhere else.
        """
        form = scene.case.form
        if form is None:
            return
        required = {f.name: f for f in scene.campaign.field if f.required and f.applies_to(form.category)}
        empty = [name for name in form.empty if name in required]
        filled = [name for name in form.fields if name in required]
        if empty:
            mostly_filled = len(empty) <= scene.certainty.empty * (len(empty) + len(filled))
            known_layout = mostly_filled or _is_surely_empty(scene, empty, required)
            labels = "、".join(scene.campaign.field_label(name, form.category) for name in empty)
            yield found(
                scene,
                self.entry,
                Severity.CURABLE if known_layout else Severity.REVIEW,
                labels,
                name_of(scene.case.current(Role.FORM)),
                basis=Basis.FORM,
                fields=tuple(empty),
            )


def _is_surely_empty(scene: Scene, empty: Collection[str], required: Collection[str]) -> bool:
    """True where the form is laid out as we know it and no other file may say what it lacks."""
    case = scene.case
    document = case.current(Role.FORM)
    if document is None or case.form is None or not isinstance(document.facts, WordFacts):
        return False
    if not is_known_layout(case.form, document.facts, required, scene.campaign):
        return False
    others = [*(item.document for item in case.attachments), *scene.loose]
    return not hidden_papers(scene, form=True) and not any(
        may_state(other, empty, scene.campaign) for other in others if other.role is not Role.SUMMARY
    )


# Whether the empty cells of a form are empty indeed.  The values of a form that was laid out otherwise (in
# text boxes over the cells, in a table within a cell, in a picture) stand in the file without a label; so a
# form of which more is empty than filled is believed only where no text in it may be such a value.


def is_known_layout(form: Form, facts: WordFacts, required: Collection[str], campaign: Campaign) -> bool:
    """True where the form's labels were found and nothing in the file stands where we do not look.

    `required` are the fields that its category must fill in.  What stands beside the labels does not matter,
    but for a template that nobody filled in, which was perhaps sent by mistake.
    """
    labelled = {*form.fields, *form.empty}
    lacking = [name for name in required if name not in labelled]
    few = len(labelled) < LABELS_ALONE or len(lacking) > LACKING * len(required)
    if few or facts.unread or is_blank_form(form):
        return False
    figures = {field.name for field in campaign.field if field.type in FIGURES}
    worded = any(name in required and name not in figures for name in form.empty)
    strays = _strays(word_sheet(facts, campaign), campaign)
    return facts.images <= PICTURES and not any(worded or _NUMBER.search(line) for line in strays)


def may_state(document: Document, names: Collection[str], campaign: Campaign) -> bool:
    """True for another file of the nomination that says one of these fields, or may: a table nobody reads."""
    facts = document.facts
    if isinstance(facts, OpaqueFacts):
        return facts.format == "spreadsheet"
    if not isinstance(facts, WordFacts):
        return False
    said = form_of(word_sheet(facts, campaign), campaign, whole=False).fields
    return not said.keys().isdisjoint(names)


def _strays(sheet: Sheet, campaign: Campaign) -> Iterator[str]:
    """The short lines that neither are labels nor belong to one, and that no template writes."""
    labels = labels_of(campaign)
    claimed = {squeeze(line) for entry in sheet.entries for line in entry.text.splitlines()}
    known = {squeeze(entry.label.text) for entry in sheet.entries}
    head = {line for line, _ in sheet.head}
    for line, _ in sheet.texts:
        said = squeeze("".join(line.split()))
        if not said or len(said) > LONGEST_VALUE or line in head or squeeze(line) in claimed:
            continue
        if _TEMPLATE.fullmatch(said) or labels.find(line) or heads_prose(line):
            continue
        if is_placeholder(line) or is_bracketed(line) or _is_of_label(said, known):
            continue
        yield said


def _is_of_label(line: str, known: Collection[str]) -> bool:
    """True for a line of a label that is wrapped, and for a label with its value behind it."""
    return any(line in label or (label in line and ":" in line) for label in known)
