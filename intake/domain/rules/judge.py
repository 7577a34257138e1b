"""From a unit's cases to findings and states: pure, the same whenever it is asked again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from intake.domain.assembly.assembly import Assembled
from intake.domain.campaign.campaign import Campaign, HonouredRow
from intake.domain.documents.pdf_form import formless_beside
from intake.domain.mail.links import CloudLink
from intake.domain.model.certainty import SHIPPED, Certainty
from intake.domain.model.lifecycle import CLOSED
from intake.domain.model.nomination import Action, Case, Decision, Finding, Judgement, Severity, State
from intake.domain.rules import RULES, Scene, limit_of, takes_place
from intake.domain.rules.namesakes import Entry
from intake.domain.rules.offered_files import kept_out, may_hold_scan, offered
from intake.domain.secrecy.mail_marks import Maybe


def judge_unit(
    assembled: Assembled,
    campaign: Campaign,
    honoured: Sequence[HonouredRow],
    *,
    states: Mapping[str, State],
    links: Mapping[int, Sequence[CloudLink]],
    doubtful_times: Mapping[int, str],
    doubtful_marks: Mapping[int, Sequence[Maybe]] | None = None,
    left_out: Mapping[int, Sequence[str]] | None = None,
    unit_names: Sequence[str] = (),
    registered: Sequence[str] = (),
    others_of_kind: int = 0,
    near_units: Sequence[str] = (),
    namesakes: Sequence[Entry] = (),
    certainty: Certainty = SHIPPED,
) -> list[tuple[Case, Judgement]]:
    """Judges each case of a unit.

    `states` are the present states by number (a withdrawn nomination frees its
    place); `links` are the files that its mails offer by a link, by message row;
    `doubtful_times` tells by message row why a time of record is in doubt, `doubtful_marks` where it may
    bear a mark of a state secret;
    `left_out` names by message row the files that a limit kept out of the unit's mails;
    `unit_names` are the spellings of the unit's name, `registered` the names of all units of the registry;
    `others_of_kind` counts nominations of other units that share a total;
    `near_units` are the registry's names that a unit unknown to it may mean;
    `namesakes` are live nominations, by whomever, among them those that put the same nominees forward.
    """
    live = [case for case in assembled.cases if states.get(case.number or "") not in CLOSED]
    counted = [case for case in live if takes_place(case, states.get(case.number or ""), campaign)]
    quota = campaign.quotas.get(assembled.unit.kind or "")
    limit = limit_of(assembled.unit, campaign)
    result = []
    for case in assembled.cases:
        sharing = [c for c in counted if quota and (quota.total is not None or c.category == case.category)]
        applies = case.category is not None or (quota is not None and quota.total is not None)
        scene = Scene(
            campaign=campaign,
            case=case,
            loose=assembled.loose,
            kept_out=kept_out(case, live, left_out or {}),
            linked=may_hold_scan(case, live, links),
            siblings=tuple(other for other in live if other is not case),
            formless=formless_beside(case, live),
            offered=offered(case, live if case in live else (*live, case), links, campaign),
            doubtful_times=_of_mails(case, doubtful_times),
            doubtful_marks=_marks_of(case, doubtful_marks or {}),
            used=len(sharing) + others_of_kind if case in live else 0,
            firm=sum(c.form is not None for c in sharing) + others_of_kind,
            limit=limit if applies else None,
            near_units=tuple(near_units),
            nominees=tuple(other.nominee for other in live if other.nominee),
            honoured=tuple(honoured),
            unit_names=tuple(unit_names),
            registered=tuple(registered),
            namesakes=tuple(namesakes) if case in live else (),
            certainty=certainty,
        )
        findings = tuple(finding for rule in RULES for finding in rule.see(scene))
        result.append((case, Judgement(findings, state_of(findings))))
    return result


def _of_mails(case: Case, doubtful: Mapping[int, str]) -> tuple[str, ...]:
    messages = {item.document.message.id for item in case.documents}
    return tuple(doubtful[message] for message in sorted(messages) if message in doubtful)


def _marks_of(case: Case, doubtful: Mapping[int, Sequence[Maybe]]) -> tuple[Maybe, ...]:
    """Each once, though several of the mails brought the file that shows it."""
    messages = {item.document.message.id for item in case.documents}
    return tuple(dict.fromkeys(mark for message in sorted(messages) for mark in doubtful.get(message, ())))


def state_of(findings: Sequence[Finding]) -> State:
    """What the findings make of a nomination: over quota holds it, doubt comes before deficiency."""
    if any(finding.code == "over-quota" and finding.severity is Severity.CURABLE for finding in findings):
        return State.HELD
    severities = {finding.severity for finding in findings}
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
