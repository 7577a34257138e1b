"""The places of a quota as letters tell them: how many are used, and what a unit is to rank."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from intake.domain.campaign.campaign import Campaign
from intake.domain.letters.disclosure import Disclosure, name_of, ranked
from intake.domain.letters.views import QuotaLine, Ranking
from intake.domain.model.nomination import Action, Case, Unit
from intake.domain.rules.case_view import counts, limit_of


def rankings_of(unit: Unit, live: Sequence[Disclosure], campaign: Campaign) -> tuple[Ranking, ...]:
    """What a unit is asked to put in order; `live` are its own nominations that are not closed."""
    quota, limit = campaign.quotas.get(unit.kind or ""), limit_of(unit, campaign)
    if quota is None or limit is None:
        return ()
    given = Counter(
        None if quota.total is not None else item.case.category
        for item in live
        if item.decision and item.decision.action is Action.ACCEPT
    )
    # Where staff have given away all places by the unit's ranking, there is nothing left to rank.
    held = [
        item
        for item in live
        if ranked(item.state, item.findings)
        and given[None if quota.total is not None else item.case.category] < limit
    ]
    if not held:
        return ()
    if quota.total is not None:
        names = tuple(
            f"{name_of(item.case)}（{campaign.category_name(item.case.category)}）" for item in held
        )
        return (Ranking("各类别合计", limit, names),)
    categories = dict.fromkeys(item.case.category for item in held)
    return tuple(
        Ranking(
            campaign.category_name(category),
            limit,
            tuple(name_of(item.case) for item in held if item.case.category == category),
        )
        for category in categories
    )


def _stands(case: Case, campaign: Campaign) -> bool:
    """True for a nomination that uses up quota and is no correction of another."""
    return counts(case, campaign.campaign.deadline_at) and not case.corrects


def quotas_of(unit: Unit, live: Sequence[Disclosure], campaign: Campaign) -> tuple[QuotaLine, ...]:
    """How much of its quota a unit has used; nothing for one that is not in the registry."""
    quota, limit = campaign.quotas.get(unit.kind or ""), limit_of(unit, campaign)
    if quota is None or limit is None or not unit.known:
        return ()
    used = Counter(item.case.category for item in live if _stands(item.case, campaign))
    if quota.total is not None:
        return (QuotaLine("合计", sum(used.values()), limit),)
    return tuple(
        QuotaLine(category.name, used[category.id], limit)
        for category in campaign.category
        if used[category.id]
    )
