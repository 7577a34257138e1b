"""Figures and bars of the progress page."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from intake.config.campaign_file import load_campaign
from intake.desk.statistics import CHART_HEIGHT, MOST_DAYS, against_quota, bars, kinds, per_day
from intake.domain.text.calendar import SHANGHAI

LOADED = load_campaign()


def at(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2025, month, day, hour, tzinfo=SHANGHAI)


def test_days_are_those_of_beijing_and_none_is_left_out() -> None:
    # 23:30 UTC is the next day in Beijing.
    late = datetime.fromisoformat("2025-02-20T23:30+00:00")
    assert per_day([late, at(2, 23)]) == [
        (date(2025, 2, 21), 1),
        (date(2025, 2, 22), 0),
        (date(2025, 2, 23), 1),
    ]
    assert per_day([]) == []
    assert len(per_day([at(1, 1), at(1, 1) + timedelta(days=900)])) == MOST_DAYS


def test_the_highest_bar_is_as_high_as_the_chart() -> None:
    found = bars([(date(2025, 2, 21), 2), (date(2025, 2, 22), 4), (date(2025, 2, 23), 0)])
    assert [bar.height for bar in found] == [CHART_HEIGHT / 2, CHART_HEIGHT, 0]
    assert all(bar.y + bar.height == CHART_HEIGHT for bar in found)
    assert found[1].told == "2月22日：4项"
    assert bars([]) == []


def test_kinds_tell_who_has_not_sent() -> None:
    some = [unit for unit in LOADED.units if unit.kind == LOADED.units[0].kind][:3]
    (line,) = kinds(some, [some[1].name], LOADED.campaign)
    assert (line.expected, line.reported, line.missing) == (3, 1, (some[0], some[2]))


def test_a_kind_counts_its_nominations_by_category_against_its_quota() -> None:
    category = LOADED.campaign.category[0].id
    rows = [
        {"kind": "society", "category": category, "count": 2},
        {"kind": "society", "category": None, "count": 1},
        {"kind": None, "category": category, "count": 9},
    ]
    societies = [unit for unit in LOADED.units if unit.kind == "society"]
    line = next(x for x in against_quota(rows, LOADED.units, LOADED.campaign) if x.counts[0])
    assert (line.counts[0], line.counts[-1], line.total) == (2, 1, 3)
    quota = LOADED.campaign.quotas["society"]
    each = quota.total if quota.per_category is None else quota.per_category * len(LOADED.campaign.category)
    assert line.limit == sum(each if unit.quota is None else unit.quota for unit in societies)
