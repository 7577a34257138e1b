"""From a unit's cases to findings and states: pure, the same whenever it is asked again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from intake.domain.assembly.assembly import Assembled
from intake.domain.assembly.senders import taken_beside
from intake.domain.campaign.findings import OVER_QUOTA
from intake.domain.documents.pdf_form import formless_beside
from intake.domain.model.certainty import Basis
from intake.domain.model.document import Role
from intake.domain.model.lifecycle import CLOSED
from intake.domain.model.nomination import Action, Case, Decision, Finding, Judgement, Severity, State
from intake.domain.rules.case_view import Circumstances, Rule, Scene, limit_of
from intake.domain.rules.corrected import Corrected
from intake.domain.rules.eligibility import Honoured, OfAge, Registered, Thresholds
from intake.domain.rules.field_checks import FieldsFit
from intake.domain.rules.mail_checks import NotMarked, SenderKnown, SenderVerified, takes_place
from intake.domain.rules.namesakes import Namesake, by_name, name_key
from intake.domain.rules.offered_files import kept_out, may_hold_scan, offered
from intake.domain.rules.papers import FormComplete, FormPresent, Readable, ScanFormat, ScanPresent
from intake.domain.rules.scan_content import FormsAgree, ScanShowsForm
from intake.domain.rules.seals import ScanSealed
from intake.domain.rules.submission import (
    AssemblySure,
    CategoryKnown,
    InTime,
    NamesSure,
    NomineeClear,
    NotWithdrawn,
    PutForwardOnce,
    UnitKnown,
    WithinQuota,
)
from intake.domain.secrecy.mail_marks import Maybe

RULES: Sequence[Rule] = (
    FormPresent(),
    ScanPresent(),
    ScanFormat(),
    Readable(),
    ScanShowsForm(),
    FormsAgree(),
    ScanSealed(),
    FormComplete(),
    FieldsFit(),
    CategoryKnown(),
    UnitKnown(),
    NomineeClear(),
    NamesSure(),
    InTime(),
    SenderVerified(),
    SenderKnown(),
    Thresholds(),
    Registered(),
    Honoured(),
    PutForwardOnce(),
    OfAge(),
    NotMarked(),
    NotWithdrawn(),
    WithinQuota(),
    AssemblySure(),
    Corrected(),
)
"""All rules, in the order in which a letter and the digest list what they see."""


def judge_unit(assembled: Assembled, known: Circumstances) -> list[tuple[Case, Judgement]]:
    """Judges each case of a unit by every rule, in what is known beside the cases."""
    live = [case for case in assembled.cases if known.state_of(case) not in CLOSED]
    counted = _counted(live, known)
    of_unit = _OfUnit(
        live,
        [case for case in live if case.current(Role.FORM) is None],
        tuple(case.nominee for case in live if case.nominee),
        Counter(case.category for case in counted),
        Counter(case.category for case in counted if case.form),
        _counted(known.beside, known),
        by_name(known.namesakes),
    )
    result = []
    for case in assembled.cases:
        scene = _scene(case, assembled, of_unit, known)
        findings = tuple(finding for rule in RULES for finding in rule.see(scene))
        result.append((case, Judgement(findings, state_of(findings))))
    return result


@dataclass(frozen=True, slots=True)
class _OfUnit:
    """What is the same for all cases of a unit, and so is asked once.

    `live` are its cases that are not closed, `formless` those without a form; `nominees` are their names.
    By category, `counted` is how many use up quota, `firm` how many of these by a form; `placed` are those of
    other senders that use it up.  `namesakes` stand by the keys of their names.
    """

    live: Sequence[Case]
    formless: Sequence[Case]
    nominees: tuple[str, ...]
    counted: Counter[str | None]
    firm: Counter[str | None]
    placed: Sequence[Case]
    namesakes: Mapping[str, Sequence[Namesake]]


def _counted(cases: Sequence[Case], known: Circumstances) -> list[Case]:
    """Those of the cases that are live and use up quota."""
    live = [case for case in cases if known.state_of(case) not in CLOSED]
    return [case for case in live if takes_place(case, known.state_of(case), known.campaign)]


def _scene(case: Case, assembled: Assembled, of_unit: _OfUnit, known: Circumstances) -> Scene:
    """One case, and what of its unit bears on it."""
    campaign, live = known.campaign, of_unit.live
    is_live = known.state_of(case) not in CLOSED
    quota = campaign.quotas.get(assembled.unit.kind or "")
    summed = quota is not None and quota.total is not None
    beside = Counter(other.category for other in taken_beside(case, of_unit.placed))

    def count(counted: Counter[str | None]) -> int:
        return 0 if quota is None else counted.total() if summed else counted[case.category]

    return Scene(
        case,
        known,
        loose=assembled.loose,
        kept_out=kept_out(case, live, known.left_out),
        linked=may_hold_scan(case, live, known.links),
        siblings=tuple(other for other in live if other is not case),
        formless=formless_beside(case, of_unit.formless),
        offered=offered(case, live if is_live else (*live, case), known.links, campaign),
        doubtful_times=_of_mails(case, known.doubtful_times),
        doubtful_marks=_marks_of(case, known.doubtful_marks),
        used=count(of_unit.counted) + count(beside) + known.others_of_kind if is_live else 0,
        firm=count(of_unit.firm) + known.others_of_kind,
        limit=limit_of(assembled.unit, campaign) if summed or case.category is not None else None,
        nominees=of_unit.nominees,
        namesakes=tuple(of_unit.namesakes.get(name_key(case.nominee), ())) if is_live else (),
    )


def _of_mails(case: Case, doubtful: Mapping[int, str]) -> tuple[str, ...]:
    messages = {item.document.message.id for item in case.documents}
    return tuple(doubtful[message] for message in sorted(messages) if message in doubtful)


def _marks_of(case: Case, doubtful: Mapping[int, Sequence[Maybe]]) -> tuple[Maybe, ...]:
    """Each once, though several of the mails brought the file that shows it."""
    messages = {item.document.message.id for item in case.documents}
    return tuple(dict.fromkeys(mark for message in sorted(messages) for mark in doubtful.get(message, ())))


def state_of(findings: Sequence[Finding]) -> State:
    """What the findings make of a nomination: over quota holds it, doubt comes before deficiency."""
    if any(finding.code == OVER_QUOTA.code and finding.severity is Severity.CURABLE for finding in findings):
        return State.HELD
    # What another address sent is for a person to look at, and makes nothing of the nomination itself.
    severities = {finding.severity for finding in findings if finding.basis is not Basis.SENDER}
    if Severity.REVIEW in severities:
        return State.REVIEW
    return State.DEFICIENT if Severity.CURABLE in severities else State.COMPLETE


DECIDED: Mapping[Action, State] = {
    Action.ACCEPT: State.COMPLETE,
    Action.RETURN: State.DEFICIENT,
    Action.REJECT: State.REJECTED,
    Action.WITHDRAW: State.WITHDRAWN,
}
"""The state that a person's decision keeps, whatever the rules say later; reopening ends it."""


def standing(decision: Decision | None, judged: State) -> State:
    """The state in force: a person's decision outranks the rules."""
    return DECIDED.get(decision.action, judged) if decision else judged
