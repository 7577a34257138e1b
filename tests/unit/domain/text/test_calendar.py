"""How days and moments are told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from intake.domain.text.calendar import as_of, day, last_day, moment, stage_day, until

CHINA = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    "first_refused, told",
    [
        (datetime(2025, 3, 8, tzinfo=CHINA), "2025年3月7日24时前"),
        (datetime(2025, 3, 7, 16, tzinfo=UTC), "2025年3月7日24时前"),
        (datetime(2025, 3, 1, tzinfo=CHINA), "2025年2月28日24时前"),
        (datetime(2025, 1, 1, tzinfo=CHINA), "2024年12月31日24时前"),
        (datetime(2025, 3, 7, 17, tzinfo=CHINA), "2025年3月7日17时前"),
        (datetime(2025, 3, 7, 17, 30, tzinfo=CHINA), "2025年3月7日17时30分前"),
        (datetime(2025, 3, 7, 0, 0, 1, tzinfo=CHINA), "2025年3月7日0时00分01秒前"),
        (datetime(2025, 3, 7, 0, 5, tzinfo=CHINA), "2025年3月7日0时05分前"),
    ],
)
def test_until(first_refused: datetime, told: str) -> None:
    assert until(first_refused) == told


def test_moment_is_cut_to_the_minute_in_beijing() -> None:
    assert moment(datetime(2025, 2, 23, 15, 59, 59, 999_999, tzinfo=UTC)) == "2025年2月23日23时59分"
    assert moment(datetime(2025, 2, 24, tzinfo=CHINA)) == "2025年2月24日0时00分"


def test_day_of_an_instant_is_that_in_beijing() -> None:
    assert day(datetime(2025, 2, 21, 16, tzinfo=UTC)) == "2025年2月22日"
    assert day(date(2025, 12, 1)) == "2025年12月1日"


def test_as_of() -> None:
    assert as_of(datetime(2025, 2, 21, 8, tzinfo=CHINA)) == "2025年2月21日8时"
    assert as_of(datetime(2025, 2, 21, 8, 5, tzinfo=CHINA)) == "2025年2月21日8时05分"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        moment(datetime(2025, 2, 21))


MIDNIGHT, AFTERNOON = datetime(2025, 3, 8, tzinfo=CHINA), datetime(2025, 3, 7, 17, tzinfo=CHINA)


@pytest.mark.parametrize("end", [MIDNIGHT, MIDNIGHT.astimezone(UTC), AFTERNOON])
@pytest.mark.parametrize(
    ("today", "stage"),
    [
        (date(2025, 2, 27), None),
        (date(2025, 2, 28), date(2025, 2, 28)),
        (date(2025, 3, 3), date(2025, 2, 28)),
        (date(2025, 3, 4), date(2025, 3, 4)),
        (date(2025, 3, 5), date(2025, 3, 4)),
        (date(2025, 3, 6), date(2025, 3, 6)),
        (date(2025, 3, 7), date(2025, 3, 6)),
        (date(2025, 3, 8), None),
    ],
)
def test_the_stage_that_a_day_has_reached(end: datetime, today: date, stage: date | None) -> None:
    assert last_day(end) == date(2025, 3, 7)
    assert stage_day(today, end, (7, 3, 1)) == stage_day(today, end, (1, 3, 7)) == stage
    assert stage_day(today, end, ()) is None
