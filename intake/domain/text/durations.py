"""Years that a form states: as a span (三年半, 36个月), or by a beginning (2017年3月至今)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from intake.domain.text.numerals import (
    HAN_DIGITS,
    Direction,
    Quantity,
    closest,
    distinct,
    plain,
    quantities,
    to_number,
)

LONGEST_YEARS = 150
"""A span beyond this is no span of service (a bare number of hours, an account)."""
AGREE_YEARS = 1.1
"""A stated span and the span since a stated beginning agree when no further apart ("自2016年起，已8年")."""

_YEAR = rf"(?:(?:19|20)\d\d|[一二][九零〇][{HAN_DIGITS}]{{2}})"
_SMALL = r"(?:\d{1,2}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_DATE = re.compile(
    rf"(?<![\d.])({_YEAR})(?:"
    rf"年度?(?:({_SMALL})月份?(?:({_SMALL})[日号]?)?)?"
    rf"|[./-](\d{{1,2}})(?:[./-](\d{{1,2}}))?(?![\d年])"
    rf"|(0[1-9]|1[0-2])([0-3]\d)?(?!\d)"
    rf"|(?=$|至今|起|开始|以来|成立|-|至|到|[,;。)]))"
)
_TO = re.compile(r"(?:起|开始)?(?:-|至|到)")
_NOW = re.compile(r"(?:起|开始)?(?:-|至|到)?(?:今|现在|目前|现今)")


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time in years, and how far it can be relied on."""

    years: float
    direction: Direction = "exact"
    sure: bool = True


@dataclass(frozen=True, slots=True)
class _Beginning:
    """A date as precise as it was written: month and day may be lacking."""

    year: int
    month: int | None
    day: int | None
    start: int
    end: int


def read_years(text: str, until: date, from_date: bool, label: str = "") -> Span | None:
    """The years that a text states, counted until the day `until` where it names a beginning.

    A year without a month counts from its last day and is "at-least"; whole months
    count, days only where the text gives them.  None where nothing can be read.
    """
    folded = plain(text)
    dates = _dates(folded)
    stated = _stated(_without(folded, dates), label)
    since = _since(folded, dates, until, from_date)
    if stated and since:
        agree = abs(stated.years - since.years) <= AGREE_YEARS
        return stated if agree else Span(stated.years, stated.direction, sure=False)
    return stated or since


def without_dates(folded: str) -> str:
    """The plain text with its dates taken out, so that no year is read as a count."""
    return _without(folded, _dates(folded))


def first_date(text: str) -> tuple[int, int | None, int | None] | None:
    """The first date in a text, of the years 1900 to 2100: year, month and day as far as they are given."""
    dates = _dates(plain(text))
    return (dates[0].year, dates[0].month, dates[0].day) if dates else None


def is_date(text: str) -> bool:
    """True when the text names a date, be it only a year."""
    return bool(_dates(plain(text)))


def _stated(folded: str, label: str) -> Span | None:
    found = [_span(item, folded) for item in quantities(folded, r"周?年|载|个半月|个?月")]
    joined = [item for item in _joined(found, folded) if item.value <= LONGEST_YEARS]
    if "半年" in folded and not found:
        return Span(0.5)
    if not joined:
        bare = quantities(folded, "")
        whole = len(bare) == 1 and (bare[0].start, bare[0].end) == (0, len(folded))
        # A number that stands alone is a number of years as long as a working life allows.
        return Span(bare[0].value, bare[0].direction) if whole and bare[0].value <= 70 else None
    several = distinct(joined)
    chosen = several[0] if len(several) == 1 else closest(several, folded, label)
    return Span(round(chosen.value, 2), chosen.direction, sure=len(several) == 1)


def _span(item: Quantity, folded: str) -> Quantity:
    """The quantity in years; "三年半" carries its half."""
    if item.unit == "个半月":
        return Quantity((item.value + 0.5) / 12, "月", item.direction, item.start, item.end)
    if item.unit.endswith("月"):
        return Quantity(item.value / 12, "月", item.direction, item.start, item.end)
    half = folded.startswith("半", item.end)
    return Quantity(item.value + 0.5 * half, "年", item.direction, item.start, item.end + half)


def _joined(found: list[Quantity], folded: str) -> list[Quantity]:
    """Years and the months right after them ("一年零六个月") as one."""
    result: list[Quantity] = []
    for item in found:
        last = result[-1] if result else None
        if (
            last
            and last.unit == "年"
            and item.unit == "月"
            and folded[last.end : item.start] in ("", "零", "又")
        ) or (last and last.unit == "年" and item.unit == "月" and folded[item.start] in "零〇"):
            result[-1] = Quantity(last.value + item.value, "月", item.direction, last.start, item.end)
        else:
            result.append(item)
    return result


def _dates(folded: str) -> list[_Beginning]:
    found = []
    for match in _DATE.finditer(folded):
        year = to_number(match[1])
        month = to_number(match[2] or match[4] or match[6] or "")
        day = to_number(match[3] or match[5] or match[7] or "")
        if year is None or not 1900 <= year <= 2100 or (month is not None and not 1 <= month <= 12):
            continue
        good_day = int(day) if day and 1 <= day <= 31 else None
        found.append(
            _Beginning(int(year), int(month) if month else None, good_day, match.start(), match.end())
        )
    return found


def _since(folded: str, dates: list[_Beginning], until: date, from_date: bool) -> Span | None:
    if not dates:
        return None
    first, *others = dates
    if others and _TO.fullmatch(folded[first.end : others[0].start]):
        last = others.pop(0)
        # The last month and year count in full: 2018年1月-2022年12月 are five years.
        end = (
            date(last.year + 1, 1, 1)
            if last.month in (None, 12)
            else date(last.year, (last.month or 0) + 1, 1)
        )
        until = min(until, end)
    elif not from_date:
        return None
    elif others and _NOW.match(folded[first.end :]) is None:
        return Span(max(_years(first, until), 0), sure=False)
    years = _years(first, until)
    if years < 0:
        return None
    return Span(years, "exact" if first.month else "at-least", sure=not others)


def _years(first: _Beginning, until: date) -> float:
    month, day = (first.month, first.day) if first.month else (12, 31)
    months = (until.year - first.year) * 12 + until.month - month
    if day and until.day < day:
        months -= 1
    return round(months / 12, 2)


def _without(folded: str, dates: list[_Beginning]) -> str:
    for found in reversed(dates):
        folded = folded[: found.start] + "," + folded[found.end :]
    return folded
