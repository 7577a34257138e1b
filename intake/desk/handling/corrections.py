"""A clerk corrects what was read, says whose scan a file is, gives a mail to a unit: shown, then done.

As with decisions, what is done is done to the page that was shown (`seen`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from intake.desk.case import case_page, case_shown
from intake.desk.handling.answers import mail_page
from intake.desk.wiring import Because, clerk, desk, letters_go, needs, page
from intake.domain.assembly.corrected import Unfit, label_of
from intake.domain.model.correction import CATEGORY, NOMINEE, UNIT, ScanVerdict
from intake.domain.model.document import Role
from intake.domain.model.staff import StaffRole
from intake.staff.correction.sayings import CorrectionAct, NoSuchFile
from intake.staff.decision import NoSuchNomination, Overtaken
from store.database import audit
from store.database.engine import viewing
from store.ledger import corrections, nominations, papers
from store.ledger.nominations import Conflict

pages = Blueprint("corrections", __name__)

LONGEST_SHOWN = 60
"""Characters of a value that the page corrects; longer texts, and those of several lines, are opinions."""

PHRASES: Mapping[str, Sequence[str]] = {
    "field": ("经核对扫描件，以纸面所写为准", "经核对WORD版，系统识别有误", "经电话与单位核实"),
    "scan": ("经核对附图，为同一份材料", "经核对附图，不是同一份材料", "经电话与单位核实"),
    "mail": ("来信内容表明由该单位报送", "经电话与单位核实"),
}
"""Reasons to choose from; a clerk's own words stand beside or instead."""

NOTHING_TYPED: Mapping[str, str] = {}

Answer = str | Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class FieldInput:
    """A field to correct: its name, label and value, what had been read, and what is doubted of it.

    `typed` is what stands in its box: the value, or what a clerk typed there.
    """

    name: str
    label: str
    text: str
    typed: str
    read: str | None
    scan: str
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskedCorrection(Because):
    """What a form of these pages says: the act and why, and the page that it stood on."""

    act: CorrectionAct
    seen: str
    event: int


@pages.app_context_processor
def _phrases() -> dict[str, object]:
    return {"mail_phrases": PHRASES["mail"], "correction_phrases": PHRASES}


@pages.get("/case/<number>/correct")
@needs(StaffRole.DECIDE)
def show(number: str) -> str:
    """The form's values to correct beside the scan's pages, and the unit's files to choose a scan from."""
    return _page(number)


@pages.post("/case/<number>/correct/preview")
@needs(StaffRole.DECIDE)
def preview(number: str) -> Answer:
    """What the correction would do: states, scans, and the letter as the unit will read it."""
    return _preview(_asked(_act(number)))


@pages.post("/case/<number>/correct")
@needs(StaffRole.DECIDE)
def do(number: str) -> Answer:
    """Records the correction, unless the case has changed since it was shown."""
    return _do(_asked(_act(number)))


@pages.post("/mail/<int(max=2147483647):message>/join/preview")
@needs(StaffRole.DECIDE)
def preview_mail(message: int) -> Answer:
    """What giving a mail to a unit would do."""
    return _preview(_asked(_of_mail(message)))


@pages.post("/mail/<int(max=2147483647):message>/join")
@needs(StaffRole.DECIDE)
def do_mail(message: int) -> Answer:
    """Gives a mail to a unit, unless it has come to another since it was shown."""
    return _do(_asked(_of_mail(message)))


def _preview(asked: AskedCorrection) -> Answer:
    if not asked.reason:
        return _back(asked, "请选择或填写理由。"), HTTPStatus.BAD_REQUEST
    parts = desk().parts
    try:
        ahead = parts.corrector().foresee(asked.act, clerk().name, asked.reason)
    except NoSuchNomination:
        abort(404)
    except (NoSuchFile, Unfit) as fault:
        return _back(asked, f"{fault}。"), HTTPStatus.BAD_REQUEST
    return page("correction.html", active="waiting", asked=asked, ahead=ahead, **letters_go())


def _do(asked: AskedCorrection) -> Answer:
    if not asked.reason:
        abort(400)
    act = asked.act
    try:
        done = desk().parts.corrector().carry_out(act, clerk().name, asked.reason, asked.seen)
    except NoSuchNomination:
        abort(404)
    except (Overtaken, Conflict):
        return _overtaken(asked)
    except (NoSuchFile, Unfit) as fault:
        return _back(asked, f"{fault}。"), HTTPStatus.CONFLICT
    desk().worker.ask()
    notice = (
        f"已记录：{'；'.join(done.said)}。在更正页可撤销。"
        if act.mail is None
        else f"已记录：{done.said[0]}。"
    )
    return (
        mail_page(act.mail, notice=notice) if act.mail is not None else case_page(act.number, notice=notice)
    )


def _overtaken(asked: AskedCorrection) -> Answer:
    """The page as it stands, with who did what since it was shown; what was typed is kept."""
    said = "在您查看之后已有变化，您的更正没有记录。请核对后重新办理。"
    since: list[audit.AuditEvent] = []
    if asked.act.mail is None:
        with viewing(desk().parts.engine) as cn:
            since = audit.of_nomination(cn, asked.act.number, after=asked.event)
    return _back(asked, said, since=since), HTTPStatus.CONFLICT


def _back(asked: AskedCorrection, notice: str, **told: Any) -> str:
    """The page on which it was asked, with what was typed."""
    act = asked.act
    typed = {"phrase": asked.phrase, "own": asked.own, "unit": act.unit}
    if act.mail is not None:
        return mail_page(act.mail, notice=notice, joining=typed)
    texts = {name: text for name, text in act.fields.items() if text is not None}
    return _page(act.number, texts, notice=notice, typed=typed, **told)


def _page(number: str, texts: Mapping[str, str] = NOTHING_TYPED, **told: Any) -> str:
    """The page for corrections of a case; `texts` are what was typed, by the fields' names."""
    shown = case_shown(number)
    with viewing(desk().parts.engine) as cn:
        found = nominations.find(cn, number)
        files = papers.files_near(cn, found[0]) if found else []
        said = corrections.in_force(cn)
    if found is None:
        abort(404)
    own = [file for file in files if number in file.current and file.role == Role.FORM]
    form = own[-1].paper if own else None
    chosen = {file.key: said.of_pair([form], file.paper) if form else None for file in files}
    values = {
        "inputs": _inputs(shown, texts),
        "files": [file for file in files if file.paper != form and file.role != Role.FORM],
        "chosen": {key: word.value for key, word in chosen.items() if word},
        "form": form,
        "since": (),
        "typed": {},
        "notice": "",
    }
    return page("correct.html", **{**shown, **values, **told})


def _inputs(shown: Mapping[str, Any], texts: Mapping[str, str]) -> list[FieldInput]:
    """The fields that may be corrected: who, as what, by whom, then names and figures of the form."""
    campaign, row = desk().parts.loaded.campaign, shown["row"]
    category = row["category"]
    lines = {line.name: line for line in shown["fields"]}
    judged = {rule.field for rule in campaign.threshold if rule.category == category}
    wanted = [NOMINEE, CATEGORY, UNIT]
    own = [data for data in campaign.field if data.applies_to(category)]
    wanted += [data.name for data in own if data.required or data.name in judged or data.name in lines]
    plain = {NOMINEE: row["nominee"], CATEGORY: category, UNIT: row["unit"]["name"]}
    found = []
    for name in dict.fromkeys(wanted):
        line = lines.get(name)
        text = (line.text if line and name != CATEGORY else "") or plain.get(name) or ""
        if len(text) > LONGEST_SHOWN or "\n" in text.strip():
            continue
        found.append(
            FieldInput(
                name,
                label_of(name, category, campaign),
                text,
                texts.get(name, text),
                line.read if line else None,
                line.scan if line else "",
                line.doubts if line else (),
            )
        )
    return found


def _act(number: str) -> CorrectionAct:
    """The act that a form of the case's page says; a field that reads as it was is none, unless confirmed."""
    given = request.form
    if "scan" in given:
        return CorrectionAct(
            number, scan=_file(given["scan"]), belonging=_belonging(given.get("belonging", ""))
        )
    fields: dict[str, str | None] = dict.fromkeys(given.getlist("undo"))
    confirmed = given.getlist("confirm")
    for key, text in given.items():
        before, _, name = key.partition(".")
        # A box of one line shows a cell of several without its breaks: that is no correction.
        if before == "field" and (not _is_same(text, given.get(f"was.{name}")) or name in confirmed):
            fields.setdefault(name, text.strip())
    return CorrectionAct(number, fields=fields)


def _is_same(text: str, shown: str | None) -> bool:
    return shown is not None and "".join(text.split()) == "".join(shown.split())


def _of_mail(message: int) -> CorrectionAct:
    return CorrectionAct(mail=message, unit=request.form.get("unit", "").strip())


def _asked(act: CorrectionAct) -> AskedCorrection:
    given = request.form
    why = Because.of_form(sum(len(text or "") for text in act.fields.values()))
    event = given.get("event", 0, type=int)
    return AskedCorrection(why.phrase, why.own, act, given.get("seen", "")[:64], event)


def _file(text: str) -> tuple[int, int]:
    row, _, part = text.partition(".")
    if not (row.isdecimal() and part.isdecimal() and len(row) < 10 and len(part) < 10):
        abort(400)
    return int(row), int(part)


def _belonging(text: str) -> ScanVerdict | None:
    if not text:
        return None
    try:
        return ScanVerdict(text)
    except ValueError:
        abort(400)
