"""What a person says of papers: from the act on a page to the words that are kept, and to the history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy.engine import Connection

from intake.domain.assembly.corrected import Unfit, field_named, label_of, stated
from intake.domain.campaign.campaign import Campaign
from intake.domain.campaign.registry import Registry
from intake.domain.model.correction import (
    CATEGORY,
    NOMINEE,
    Correction,
    CorrectionKind,
    Paper,
    ScanVerdict,
    scan_key,
)
from intake.domain.model.document import Document, Role
from intake.domain.model.nomination import Case
from intake.staff.decision import NoSuchNomination
from store import listing
from store.database import audit
from store.ledger import corrections, nominations, papers, units
from store.ledger.nominations import Standing
from store.ledger.papers import FileOfUnit

VERBS: Mapping[CorrectionKind, str] = {
    CorrectionKind.FIELD: "corrected",
    CorrectionKind.SCAN: "paired",
    CorrectionKind.MAIL: "joined",
}
PARTED, TAKEN_BACK = "parted", "taken back"
"""The events of the history."""

VERDICT_NAMES: Mapping[ScanVerdict, str] = {
    ScanVerdict.TOGETHER: "认定为本件的扫描件",
    ScanVerdict.APART: "认定不是本件的扫描件",
}


class NoSuchFile(LookupError):
    """There is no such file among those of the unit, or several have that name."""


@dataclass(frozen=True, slots=True)
class CorrectionAct:
    """What a person says on the page of a nomination, or of a mail.

    `fields` are texts by the fields' names or labels (None takes an earlier word back); `scan` is the row and
    the part of a file, `belonging` what is said of it and the nomination's form (None takes it back).  With
    `mail`, a message's row, it is given to the `unit` of that name ("": as the program finds it).
    """

    number: str = ""
    fields: Mapping[str, str | None] = field(default_factory=dict)
    scan: tuple[int, int] | None = None
    belonging: ScanVerdict | None = None
    mail: int | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Saying:
    """A word and its sentence for the history."""

    word: Correction
    told: str


def sayings_of(
    cn: Connection, act: CorrectionAct, blank: Correction, campaign: Campaign, registry: Registry
) -> list[Saying]:
    """What the act says, word by word; `blank` bears who says it, why and when.

    Raises `NoSuchNomination`, `NoSuchFile`, and `Unfit` for what cannot be said.
    """
    if act.mail is not None:
        return [_of_mail(cn, act.mail, act.unit, blank, registry)]
    found = nominations.find(cn, act.number)
    if found is None:
        raise NoSuchNomination(act.number)
    standing = next(one for one in nominations.standings(cn, [found[1]]) if one.id == found[0])
    blank = replace(blank, number=act.number)
    if act.scan is not None:
        return [_of_scan(cn, standing, act.scan, act.belonging, blank)]
    return list(
        filter(None, (_of_field(cn, standing, *item, blank, campaign) for item in act.fields.items()))
    )


def _of_field(
    cn: Connection,
    standing: Standing,
    name: str,
    text: str | None,
    blank: Correction,
    campaign: Campaign,
) -> Saying | None:
    """What is said of one field; None where nothing is taken back that was not said."""
    case = standing.case
    name = field_named(name, case.category, campaign)
    paper = _paper_of(case)
    if paper is None:
        raise Unfit("该项没有可更正的推荐表或扫描件")
    stated_before = nominations.fields_of(cn, standing.id)
    known = corrections.in_force(cn).of_file(paper[0]).get(paper[1], {}).get(name)
    if case.current(Role.FORM) is None and name not in (NOMINEE, CATEGORY) and not stated_before:
        raise Unfit("没有推荐表，只能更正名称和类别")
    if text is None and known is None:
        return None
    held = stated_before.get(name)
    read = known.read if known else (held.text if held else "")
    if name == NOMINEE and not read:
        read = case.nominee or ""
    if name == CATEGORY and known is None:
        read = case.category or ""
    value = None
    if text is not None:
        fit = stated(name, text, case.category, campaign)
        value = str(fit.value) if name == CATEGORY else fit.text
    word = replace(blank, content_hash=paper[0], part=paper[1], about=name, value=value, read=read)
    return Saying(word, _told_of_field(word, case.category, campaign))


def _of_scan(
    cn: Connection,
    standing: Standing,
    scan: tuple[int, int],
    belonging: ScanVerdict | None,
    blank: Correction,
) -> Saying:
    # Without a Word form, one that came as PDF has told its fields.
    told = bool(nominations.fields_of(cn, standing.id))
    form = _form_of(standing.case) if standing.case.current(Role.FORM) or told else None
    if form is None:
        raise Unfit("该项没有推荐表，扫描件无从归属")
    file = next((one for one in papers.files_near(cn, standing.id) if one.key == scan), None)
    if file is None:
        raise NoSuchFile("没有该文件")
    if file.paper == form:
        raise Unfit("推荐表本身不能作为其扫描件")
    if belonging is None and corrections.in_force(cn).of_pair([form], file.paper) is None:
        raise Unfit("该扫描件没有人工认定，无从撤销")
    word = replace(
        blank,
        kind=CorrectionKind.SCAN,
        content_hash=form[0],
        part=form[1],
        about=scan_key(file.paper),
        value=belonging,
        read="、".join(file.numbers),
    )
    done = VERDICT_NAMES[belonging] if belonging else "撤销人工认定，由系统判断归属"
    return Saying(word, f"《{file.filename}》{done}")


def _of_mail(cn: Connection, mail: int, unit: str, blank: Correction, registry: Registry) -> Saying:
    held = papers.mail_at(cn, mail)
    if held is None:
        raise NoSuchFile("没有该邮件")
    if unit:
        known = registry.match(unit).unit
        if not known.known:
            raise Unfit(f"“{unit}”不在名录中")
        unit = known.name or unit
    word = replace(
        blank,
        kind=CorrectionKind.MAIL,
        content_hash=held.content_hash,
        value=unit or None,
        read=held.unit,
    )
    return Saying(word, f"邮件{mail}归入{unit}" if unit else f"邮件{mail}由系统判断单位")


def event_of(saying: Saying, act: CorrectionAct) -> audit.AuditEvent:
    """The event by which the history tells of it."""
    word = saying.word
    verb = VERBS[word.kind]
    if word.value is None:
        verb = TAKEN_BACK
    elif word.value == ScanVerdict.APART:
        verb = PARTED
    detail = "；".join(filter(None, (saying.told, word.reason)))
    return audit.AuditEvent(word.at, verb, detail, word.by, number=act.number or None, message_id=act.mail)


def file_named(cn: Connection, number: str, name: str) -> FileOfUnit:
    """The file of a nomination's unit that bears this name, or whose hash begins so; raises `NoSuchFile`."""
    found = nominations.find(cn, number)
    if found is None:
        raise NoSuchNomination(number)
    files = papers.files_near(cn, found[0])
    fitting = [one for one in files if one.filename == name]
    fitting = fitting or [one for one in files if one.content_hash.partition(":")[2].startswith(name.lower())]
    if len({one.paper for one in fitting}) != 1:
        said = "several files have" if fitting else "no file of the unit has"
        raise NoSuchFile(f"{said} the name {name!r}")
    return fitting[0]


def lock(cn: Connection, act: CorrectionAct) -> None:
    """Keeps others from the unit concerned until the transaction ends (Postgres)."""
    if act.mail is None:
        found = nominations.find(cn, act.number)
        row = found[1] if found else None
    else:
        held = papers.mail_at(cn, act.mail)
        row = held.unit_id if held else None
    if row is not None:
        units.by_row(cn, [row], lock=True)


def mark_of(cn: Connection, act: CorrectionAct) -> str:
    """A word that changes whenever what the act is about does."""
    if act.mail is None:
        return listing.mark(cn, act.number)
    held = papers.mail_at(cn, act.mail)
    return f"{held.unit_id}" if held else ""


def _paper_of(case: Case) -> Paper | None:
    """The paper that says whom a nomination puts forward: its form, or the scan where there is none."""
    document: Document | None = case.current(Role.FORM) or case.current(Role.SCAN)
    return document.paper if document else None


def _form_of(case: Case) -> Paper | None:
    """The form to which a scan may belong: Word, or one that came as PDF and is no longer the scan."""
    exports = [item.document for item in case.documents if item.role is Role.SCAN and not item.current]
    document = case.current(Role.FORM) or (exports[-1] if exports else None)
    return document.paper if document else None


def _told_of_field(word: Correction, category: str | None, campaign: Campaign) -> str:
    """What is said, for the history: 姓名由“沈知远”更正为“沈知遥”."""
    label = label_of(word.about, category, campaign)
    shown = [word.read, word.value]
    if word.about == CATEGORY:
        shown = [campaign.category_name(text) if text else text for text in shown]
    read, value = shown
    if value is None:
        return f"{label}撤销更正，恢复为“{read or '空白'}”"
    return f"{label}“{value}”核对无误" if value == read else f"{label}由“{read or '空白'}”更正为“{value}”"
