"""What assembling wants the ledger to be: the judged cases of some units, and how they are written down."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from sqlalchemy.engine import Connection

from intake import clock
from intake.domain.campaign.campaign import Campaign
from intake.domain.campaign.findings import DOUBTFUL
from intake.domain.documents.pdf_form import export_of
from intake.domain.model import lifecycle
from intake.domain.model.certainty import Basis
from intake.domain.model.document import Field, Form, Role
from intake.domain.model.doubt import DoubtKind
from intake.domain.model.lifecycle import CLOSED
from intake.domain.model.nomination import Action, Case, Decision, Finding, Judgement, Severity, State
from intake.domain.rules.judge import standing
from intake.domain.text.calendar import moment
from store.database import audit
from store.database.audit import AuditEvent, Newest
from store.ledger import nominations
from store.ledger.nominations import NewNomination, Standing
from store.letters import notices
from store.mail import material

log = logging.getLogger(__name__)

FORMS_KEPT = 1024
"""Forms of which the fields are kept as the ledger has them: those of the units that are judged together."""

Judged = tuple[int, Case, Judgement]
"""A case with its judgement, behind the row of its unit."""


@dataclass(slots=True)
class AssembleResult:
    """How many units were put together, and what became of nominations; `outage`: why some were not."""

    units: int = 0
    opened: int = 0
    changed: list[str] = field(default_factory=list)
    outage: str = ""


@dataclass(frozen=True, slots=True)
class LedgerPlan:
    """The cases of units (`rows`) as they are judged, and what they were judged by.

    `seen` is the newest event of the store then; `standings` and `findings` are what the ledger says of the
    units, `messages` the rows of the mails that have found their nominations.
    """

    seen: Newest
    rows: tuple[int, ...]
    judged: Sequence[Judged]
    standings: Sequence[Standing]
    findings: Mapping[int, Sequence[Finding]]
    messages: Sequence[int]

    @property
    def is_twofold(self) -> bool:
        """True where it takes a second plan: what a new case may correct has no number to be told by yet."""
        return any(case.corrects and case.number is None for _, case, _ in self.judged)


def record(cn: Connection, plan: LedgerPlan, campaign: Campaign, result: AssembleResult) -> None:
    """Writes what was planned; numbers are given in the order in which nominations came."""
    now = clock.now()
    by_number = {entry.case.number: entry for entry in plan.standings}
    ended = now >= campaign.campaign.supplement_until
    standings = [by_number.pop(case.number, None) if case.number else None for _, case, _ in plan.judged]
    new = {
        place: NewNomination(case, unit_row, _fields(case), _by_rule(State.RECEIVED, judgement, ended))
        for place, (unit_row, case, judgement) in enumerate(plan.judged)
        if standings[place] is None
    }
    opened = nominations.insert_nominations(cn, [*new.values()], now, campaign.campaign.number_prefix)
    rows = dict(zip(new, opened, strict=True))
    result.opened += len(new)
    judged: dict[int, Sequence[Finding]] = {}
    events: list[AuditEvent] = []
    for place, (unit_row, case, judgement) in enumerate(plan.judged):
        findings, old = judgement.findings, standings[place]
        if old is None:
            row, number = rows[place]
            before, after = State.RECEIVED, new[place].state
            events += nominations.opened_events(number, new[place], now, _codes(findings))
        else:
            row, number, before = old.id, case.number or "", old.state
            nominations.record_case(cn, old, case, unit_row, _fields(case))
            if old.decision is None:
                after = _by_rule(before, judgement, ended)
            elif came := _answered(cn, case, old.decision):
                # Only the person who asked can tell whether this is what was wanted.
                findings, after = (*findings, came), State.REVIEW
            else:
                after = standing(old.decision, before)
            if after is not before:
                events.append(nominations.move_state(cn, row, number, before, after, now, _codes(findings)))
        judged[row] = findings
        if after is not before:
            result.changed.append(number)
    nominations.record_findings(cn, judged, plan.findings)
    for gone in by_number.values():
        if gone.decision is None and gone.state not in CLOSED:
            number = gone.case.number or ""
            why = "its documents belong to another nomination"
            events.append(nominations.move_state(cn, gone.id, number, gone.state, State.SUPERSEDED, now, why))
    material.mark_assembled(cn, plan.messages)
    # Papers and findings change without a change of state: a plan that was made beside this one must see it.
    audit.append(cn, *events, AuditEvent(now, "assembled", f"{len(plan.judged)} nomination(s)"))
    result.units += len(plan.rows)
    if plan.judged:
        unit = plan.judged[0][1].unit
        log.info("assembled %s: %d nomination(s)", unit.name or unit.key, len(plan.judged))


def _by_rule(before: State, judgement: Judgement, ended: bool) -> State:
    return lifecycle.by_rule(before, lifecycle.rejudged(before, judgement.state, ended=ended))


def _codes(findings: Sequence[Finding]) -> str:
    return ", ".join(dict.fromkeys(finding.code for finding in findings)) or "in order"


def _answered(cn: Connection, case: Case, decision: Decision) -> Finding | None:
    """What a person must look at: material that came after the nomination was returned to its unit."""
    files = {item.document.content_hash for item in case.documents}
    senders = {item.document.message.claimed_from for item in case.documents}
    if decision.action is not Action.RETURN or not notices.brought_since(cn, files, senders, decision.at):
        return None
    said = f"{moment(decision.at)}退回补正后又收到材料，请核对是否已按要求补正（退回理由：{decision.reason}）"
    kind = DoubtKind.SENT_AFTER_RETURN
    return Finding(DOUBTFUL.code, Severity.REVIEW, said, basis=Basis.MAIL, kind=kind)


def _fields(case: Case) -> Mapping[str, Field]:
    """What the form says, or the PDF that was saved from it, told with the document in which it stands."""
    document = case.current(Role.FORM) or export_of(case)
    form = document.form if document else None
    if form is None or document is None:
        return {}
    return _told_with(form, document.filename)


@lru_cache(maxsize=FORMS_KEPT)
def _told_with(form: Form, filename: str) -> Mapping[str, Field]:
    return {name: replace(value, document=filename) for name, value in form.fields.items()}
