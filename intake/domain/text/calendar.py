"""How an office here writes a day and a moment; every time is told in Asia/Shanghai."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""Beijing time: the zone of the notice, the letters and the ledger."""


def local(at: datetime) -> datetime:
    """The same instant on Beijing's clock; raises `ValueError` for a time without a zone."""
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no time zone")
    return at.astimezone(SHANGHAI)


def day(at: date | datetime) -> str:
    """The day in full: 2025年2月21日; an instant is told as its day in Beijing."""
    if isinstance(at, datetime):
        at = local(at)
    return f"{at.year}年{at.month}月{at.day}日"


def moment(at: datetime) -> str:
    """The day and the minute, cut off rather than rounded: 2025年2月21日15时32分.

    A receipt must never tell a time later than that of record, so 23:59:59 is 23时59分.
    """
    there = local(at)
    return f"{day(at)}{there.hour}时{there.minute:02d}分"


def as_of(at: datetime) -> str:
    """The head of a daily summary: 2025年2月21日8时30分, and 2025年2月21日8时 on the hour."""
    there = local(at)
    return f"{day(there.date())}{_clock(there.replace(second=0, microsecond=0))}"


def until(first_refused: datetime) -> str:
    """A time limit as people read it, from the first instant that is too late.

    Midnight ends the day before: 2025-03-08T00:00+08:00 is 2025年3月7日24时前.
    Any other instant is told as it is: 2025年3月7日17时前, 2025年3月7日17时30分前.
    """
    there = local(first_refused)
    if (there.hour, there.minute, there.second, there.microsecond) == (0, 0, 0, 0):
        return f"{day(there.date() - timedelta(days=1))}24时前"
    return f"{day(there)}{_clock(there)}前"


def last_day(first_refused: datetime) -> date:
    """The last day on which something can come in time: 7 March for 2025-03-08T00:00+08:00."""
    return local(first_refused - timedelta(microseconds=1)).date()


def stage_day(today: date, first_refused: datetime, stages: Collection[int]) -> date | None:
    """The day of the stage that is reached: of 7, 3 and 1 days before the last day, the latest up to today.

    None before the first stage and when the last day is over.  A stage that an outage passed
    over is reached until the next one is.
    """
    end = last_day(first_refused)
    reached = [stage for stage in stages if stage >= (end - today).days >= 0]
    return end - timedelta(days=min(reached)) if reached else None


def limit(first_refused: datetime) -> str:
    """The same as a point in time: 截止时间为2025年2月23日24时."""
    return until(first_refused).removesuffix("前")


def _clock(there: datetime) -> str:
    if there.second:
        return f"{there.hour}时{there.minute:02d}分{there.second:02d}秒"
    return f"{there.hour}时{there.minute:02d}分" if there.minute else f"{there.hour}时"
