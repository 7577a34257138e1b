"""Which letter a unit is owed, and what stands in it: pure, from the ledger to a `LetterView`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from intake.domain.calendar import local
from intake.domain.campaign import Campaign
from intake.domain.cloud import CloudLink
from intake.domain.filenames import compact
from intake.domain.letters import (
    DecisionLine,
    DecisionView,
    DefectLine,
    EnquiryView,
    LetterView,
    NominationLine,
    QuotaLine,
    Ranking,
)
from intake.domain.lifecycle import CLOSED
from intake.domain.model import Action, Case, Decision, Finding, LetterKind, Role, Severity, State, Unit
from intake.domain.rules import counts, limit_of
from intake.domain.wording import CHECK_NAMES, RESULT_NAMES, RETURNED_CURE, remedy

UNNAMED = "（名称待核）"

TOLD_ELSEWHERE = frozenset({"over-quota"})
"""Findings that have a section of their own in the letter."""


@dataclass(frozen=True, slots=True)
class Told:
    """A nomination as the letter must tell it; `decision` is a person's that is in force."""

    case: Case
    state: State
    findings: tuple[Finding, ...]
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The messages that one letter answers: when the newest came, and the files that were only filed.

    `links` are the files that these messages offer by a link and did not bring.
    """

    received_at: datetime
    loose: tuple[str, ...]
    links: tuple[CloudLink, ...] = ()


def curable(told: Told) -> tuple[Finding, ...]:
    """The defects that may be told to the unit: none while a person still has to look at the nomination."""
    if told.state not in (State.DEFICIENT, State.HELD):
        return ()
    if any(finding.severity is Severity.REVIEW for finding in told.findings):
        return ()
    return tuple(
        finding
        for finding in told.findings
        if finding.severity is Severity.CURABLE and finding.code not in TOLD_ELSEWHERE
    )


def letter_for(
    unit: Unit,
    nominations: Sequence[Told],
    answered: Answered,
    campaign: Campaign,
    reference: str,
    now: datetime,
) -> LetterView:
    """The one letter that a unit is owed for a round: a receipt, or a notice of all defects at once."""
    live = [told for told in nominations if told.state not in CLOSED]
    own = [told for told in live if told.case.unit.key == unit.key]
    defects = _defects(live, campaign)
    rankings = _rankings(unit, own, campaign)
    head = campaign.campaign
    return LetterView(
        kind=LetterKind.DEFICIENCY if defects or rankings else LetterKind.RECEIPT,
        reference=reference,
        campaign_title=head.title,
        addressee=unit.name,
        received_at=answered.received_at,
        deadline_at=head.deadline_at,
        supplement_until=head.supplement_until,
        nominations=tuple(_line(told, campaign) for told in live),
        defects=defects,
        rankings=rankings,
        quotas=_quotas(unit, own, campaign),
        loose=answered.loose,
        office=campaign.office,
        signed_on=local(now).date(),
        linked=_linked(live, answered.links),
    )


def still_lacking(nominations: Sequence[Told], campaign: Campaign) -> tuple[Told, ...]:
    """The nominations of which a unit may be reminded: what lacks can be told, and only that."""
    return tuple(told for told in nominations if told.state is State.DEFICIENT and _defects([told], campaign))


def reminder_for(
    unit: Unit,
    lacking: Sequence[Told],
    received_at: datetime,
    campaign: Campaign,
    reference: str,
    now: datetime,
) -> LetterView:
    """The reminder of what still lacks; what is in order is not spoken of."""
    head = campaign.campaign
    return LetterView(
        kind=LetterKind.REMINDER,
        reference=reference,
        campaign_title=head.title,
        addressee=unit.name,
        received_at=received_at,
        deadline_at=head.deadline_at,
        supplement_until=head.supplement_until,
        nominations=tuple(_line(told, campaign) for told in lacking),
        defects=_defects(lacking, campaign),
        rankings=(),
        quotas=(),
        loose=(),
        office=campaign.office,
        signed_on=local(now).date(),
    )


def decision_letter(
    unit: Unit,
    decided: Sequence[tuple[Case, Action, str]],
    campaign: Campaign,
    reference: str,
    now: datetime,
) -> DecisionView:
    """What a person decided about nominations of a unit: each with the action and what is said of it."""
    return DecisionView(
        reference=reference,
        campaign_title=campaign.campaign.title,
        addressee=unit.name,
        lines=tuple(
            DecisionLine(
                number=case.number or "",
                category=campaign.category_name(case.category),
                nominee=case.nominee or UNNAMED,
                result=RESULT_NAMES[action],
                said=said,
                asks=action is Action.RETURN,
            )
            for case, action, said in decided
        ),
        supplement_until=campaign.campaign.supplement_until,
        office=campaign.office,
        signed_on=local(now).date(),
    )


def enquiry_receipt(campaign: Campaign, reference: str, received_at: datetime, now: datetime) -> EnquiryView:
    """The plain receipt for a question that came at `received_at`."""
    return EnquiryView(reference, campaign.campaign.title, received_at, campaign.office, local(now).date())


def _linked(live: Sequence[Told], links: Sequence[CloudLink]) -> tuple[str, ...]:
    """The links that no defect tells: only that their file did not come, whatever it may be."""
    told = {finding.evidence for item in live for finding in curable(item) if finding.code == "cloud-link"}
    unseen = (link.told for link in links if not any(said.startswith(link.told) for said in told))
    return tuple(dict.fromkeys(unseen))


def _line(told: Told, campaign: Campaign) -> NominationLine:
    case = told.case
    form, scan = case.current(Role.FORM), case.current(Role.SCAN)
    others = [item.document.filename for item in case.documents if item.role not in (Role.FORM, Role.SCAN)]
    return NominationLine(
        number=case.number or "",
        category=campaign.category_name(case.category),
        nominee=case.nominee or UNNAMED,
        form=form.filename if form else None,
        scan="、".join(file.filename for file in (scan, *scan.joined)) if scan else None,
        others=tuple(others),
        received_at=case.received_at,
        check=CHECK_NAMES[told.state],
    )


def _defects(live: Sequence[Told], campaign: Campaign) -> tuple[DefectLine, ...]:
    lines = []
    for told in live:
        lines += _returned(told, campaign.words.material)
        for finding in curable(told):
            said = remedy(
                finding.code, finding.evidence, campaign.wording, campaign.words_for(told.case.category)
            )
            lines.append(
                DefectLine(
                    number=told.case.number or "",
                    subject=told.case.nominee or UNNAMED,
                    document=finding.document or "",
                    problem=said.problem,
                    cure=said.cure,
                )
            )
    return tuple(lines)


def _returned(told: Told, material: str) -> list[DefectLine]:
    """What a person asked for, in the person's words, where the unit is to hear them."""
    decision = told.decision
    if told.state is not State.DEFICIENT or decision is None or decision.action is not Action.RETURN:
        return []
    if not decision.told:
        return []
    subject, number = told.case.nominee or UNNAMED, told.case.number or ""
    return [DefectLine(number, subject, material, decision.told, RETURNED_CURE)]


def _over_quota(told: Told) -> bool:
    return told.state is State.HELD and any(finding.code == "over-quota" for finding in told.findings)


def _rankings(unit: Unit, live: Sequence[Told], campaign: Campaign) -> tuple[Ranking, ...]:
    quota, limit = campaign.quotas.get(unit.kind or ""), limit_of(unit, campaign)
    if quota is None or limit is None:
        return ()
    given = Counter(
        None if quota.total is not None else told.case.category
        for told in live
        if told.decision and told.decision.action is Action.ACCEPT
    )
    # Where staff have given away all places by the unit's ranking, there is nothing left to rank.
    held = [
        told
        for told in live
        if _over_quota(told) and given[None if quota.total is not None else told.case.category] < limit
    ]
    if not held:
        return ()
    if quota.total is not None:
        names = tuple(
            f"{told.case.nominee or UNNAMED}（{campaign.category_name(told.case.category)}）" for told in held
        )
        return (Ranking("各类别合计", limit, names),)
    categories = dict.fromkeys(told.case.category for told in held)
    return tuple(
        Ranking(
            campaign.category_name(category),
            limit,
            tuple(told.case.nominee or UNNAMED for told in held if told.case.category == category),
        )
        for category in categories
    )


def _stands(case: Case, campaign: Campaign) -> bool:
    """True for a nomination that uses up quota and is no correction of another."""
    return counts(case, campaign.campaign.deadline_at) and not case.corrects


def _quotas(unit: Unit, live: Sequence[Told], campaign: Campaign) -> tuple[QuotaLine, ...]:
    quota, limit = campaign.quotas.get(unit.kind or ""), limit_of(unit, campaign)
    if quota is None or limit is None or not unit.known:
        return ()
    used = Counter(told.case.category for told in live if _stands(told.case, campaign))
    if quota.total is not None:
        return (QuotaLine("合计", sum(used.values()), limit),)
    return tuple(
        QuotaLine(category.name, used[category.id], limit)
        for category in campaign.category
        if used[category.id]
    )


def copies(names: Sequence[str], filed: Sequence[str]) -> tuple[str, ...]:
    """The names of attachments that stand in no nomination's row, each once."""
    told = {compact(name) for name in filed}
    return tuple(dict.fromkeys(name for name in names if compact(name) not in told))
