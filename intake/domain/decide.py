"""From a unit's cases to findings and states: pure, the same whenever it is asked again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from intake.domain.assembly import Assembled
from intake.domain.campaign import Campaign, HonouredRow
from intake.domain.cloud import CloudLink
from intake.domain.lifecycle import CLOSED
from intake.domain.linked import kept_out, may_hold_scan, offered
from intake.domain.model import Action, Case, Decision, Finding, Judgement, Severity, State
from intake.domain.rules import RULES, Scene, counts, limit_of


def judge_unit(
    assembled: Assembled,
    campaign: Campaign,
    honoured: Sequence[HonouredRow],
    *,
    states: Mapping[str, State],
    links: Mapping[int, Sequence[CloudLink]],
    doubtful_times: Mapping[int, str],
    left_out: Mapping[int, Sequence[str]] | None = None,
    unit_names: Sequence[str] = (),
    others_of_kind: int = 0,
    near_units: Sequence[str] = (),
) -> list[tuple[Case, Judgement]]:
    """Judges each case of a unit.

    `states` are the present states by number (a withdrawn nomination frees its
    place); `links` are the files that its mails offer by a link, by message row;
    `doubtful_times` tells by message row why a time of record is in doubt;
    `left_out` names by message row the files that a limit kept out of the unit's mails;
    `unit_names` are the spellings of the unit's name;
    `others_of_kind` counts nominations of other units that share a total;
    `near_units` are the registry's names that a unit unknown to it may mean.
    """
    live = [case for case in assembled.cases if states.get(case.number or "") not in CLOSED]
    counted = [case for case in live if counts(case, campaign.campaign.deadline_at) and not case.corrects]
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
            offered=offered(case, live if case in live else (*live, case), links, campaign),
            doubtful_times=_times(case, doubtful_times),
            used=len(sharing) + others_of_kind if case in live else 0,
            firm=sum(c.form is not None for c in sharing) + others_of_kind,
            limit=limit if applies else None,
            near_units=tuple(near_units),
            honoured=tuple(honoured),
            unit_names=tuple(unit_names),
        )
        findings = tuple(finding for rule in RULES for finding in rule.see(scene))
        result.append((case, Judgement(findings, state_of(findings))))
    return result


def _times(case: Case, doubtful: Mapping[int, str]) -> tuple[str, ...]:
    messages = {item.document.message.id for item in case.documents}
    return tuple(doubtful[message] for message in sorted(messages) if message in doubtful)


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
