"""Progress at a glance: who has sent, what against which quota, arrivals by day, who has not with phones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint

from intake import clock
from intake.desk.wiring import desk, page
from intake.domain.campaign.campaign import Campaign, UnitRow
from intake.domain.campaign.wording import UNIT_KIND_NAMES
from intake.domain.model.nomination import State
from intake.domain.text.calendar import local
from store import listing, reports
from store.database.engine import viewing

pages = Blueprint("statistics", __name__)

MOST_DAYS = 120
"""Days that a chart has room for; the newest are shown."""


@dataclass(frozen=True, slots=True)
class KindLine:
    """The units of one kind: how many are expected, how many have sent something, and who has not."""

    name: str
    expected: int
    missing: tuple[UnitRow, ...]

    @property
    def reported(self) -> int:
        """Units that have sent something."""
        return self.expected - len(self.missing)


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of the chart: places and sizes in its own units, and what it tells."""

    x: float
    y: float
    width: float
    height: float
    told: str


CHART_WIDTH, CHART_HEIGHT = 720.0, 160.0


@pages.get("/progress")
def show() -> str:
    """The page."""
    parts = desk().parts
    with viewing(parts.engine) as cn:
        rows, came = listing.tally(cn), listing.arrivals(cn)
        reported = reports.reported_units(cn)
    campaign = parts.loaded.campaign
    days = per_day(came)
    return page(
        "progress.html",
        active="progress",
        kinds=kinds(parts.loaded.units, reported, campaign),
        table=by_category(rows, campaign),
        states=[state for state in State if any(row["state"] == state for row in rows)],
        quotas=against_quota(rows, parts.loaded.units, campaign),
        days=days,
        bars=bars(days),
        size=(CHART_WIDTH, CHART_HEIGHT),
        deadline=campaign.campaign.deadline_at,
        now=clock.now(),
    )


def kinds(units: Sequence[UnitRow], reported: Iterable[str], campaign: Campaign) -> list[KindLine]:
    """The registry by kind of unit, in the order in which the kinds stand in it."""
    sent = set(reported)
    found = []
    for kind in dict.fromkeys(unit.kind for unit in units):
        own = [unit for unit in units if unit.kind == kind]
        quota = campaign.quotas.get(kind)
        name = quota.kind_name if quota else UNIT_KIND_NAMES.get(kind, kind)
        found.append(KindLine(name, len(own), tuple(unit for unit in own if unit.name not in sent)))
    return found


def by_category(
    rows: Sequence[Mapping[str, Any]], campaign: Campaign
) -> list[tuple[str, str, Counter[str], int]]:
    """Each category that has nominations: its key, its name, how many in each state, and in all."""
    table = []
    for key in (*campaign.categories, None):
        states: Counter[str] = Counter()
        for row in rows:
            if row["category"] == key:
                states[row["state"]] += row["count"]
        if states or key is not None:
            table.append((key or "-", campaign.category_name(key), states, states.total()))
    return table


@dataclass(frozen=True, slots=True)
class KindQuota:
    """The nominations of one kind of unit, by category, against what its units together may send."""

    name: str
    rule: str
    counts: tuple[int, ...]
    limit: int | None

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts)


def against_quota(
    rows: Sequence[Mapping[str, Any]], units: Sequence[UnitRow], campaign: Campaign
) -> list[KindQuota]:
    """Each kind that the campaign gives a quota, in the campaign's order; held ones count too."""
    lines = []
    for quota in campaign.quota:
        own = [unit for unit in units if unit.kind == quota.kind]
        counts = tuple(
            sum(row["count"] for row in rows if (row["kind"], row["category"]) == (quota.kind, category))
            for category in (*campaign.categories, None)
        )
        if quota.per_category is not None:
            rule, each = f"每类{quota.per_category}项", quota.per_category * len(campaign.categories)
        else:
            rule, each = f"合计{quota.total}项", quota.total or 0
        shared = quota.scope == "kind"
        limit = each if shared else sum(each if unit.quota is None else unit.quota for unit in own)
        lines.append(KindQuota(quota.kind_name, ("全部" if shared else "每单位") + rule, counts, limit))
    return lines


def per_day(came: Iterable[datetime]) -> list[tuple[date, int]]:
    """How many came on each day in Beijing, from the first to the last, days without any among them."""
    counts = Counter(local(at).date() for at in came)
    if not counts:
        return []
    first, last = min(counts), max(counts)
    first = max(first, last - timedelta(days=MOST_DAYS - 1))
    return [(day, counts[day]) for i in range((last - first).days + 1) for day in [first + timedelta(days=i)]]


def bars(days: Sequence[tuple[date, int]]) -> list[Bar]:
    """The days as bars, the highest as high as the chart."""
    most = max((count for _, count in days), default=0)
    if not most:
        return []
    step = CHART_WIDTH / max(len(days), 14)
    return [
        Bar(
            round(place * step + step * 0.15, 2),
            round(CHART_HEIGHT * (1 - count / most), 2),
            round(step * 0.7, 2),
            round(CHART_HEIGHT * count / most, 2),
            f"{day.month}月{day.day}日：{count}项",
        )
        for place, (day, count) in enumerate(days)
    ]
