"""Values as people write them, normalised: 三年, 六成, 20余人, ☑是□否."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from intake.domain.campaign.campaign import ValueType
from intake.domain.text.counts import TICKED, UNTICKED, Count, read_count
from intake.domain.text.durations import first_date, is_date, read_years
from intake.domain.text.numerals import (
    NUMERAL,
    Direction,
    Quantity,
    closest,
    distinct,
    plain,
    quantities,
    to_number,
)
from intake.domain.text.persons import holds_check
from intake.domain.text.ticks import ticked

__all__ = ["Reading", "is_blank", "read_value", "tidy_text"]

_HAN = r"[㐀-䶿一-鿿豈-﫿]|[𠀀-𲎯]"
_ANY_HAN = re.compile(_HAN)
_EDGE = rf"(?:{_HAN}|[（）()“”《》、，。：；·])"
_BLANK_WITHIN = re.compile(rf"(?<={_EDGE}) (?={_EDGE})")
_HALF_WIDTH = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2000\u2002\u2003\u2009\u3000"), " ") | dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\u2060\ufeff"), ""
)
SHORT_TEXT = 60
"""Characters up to which a text is a name or a title, whose inner white space means nothing."""
LONGEST_FIGURE = 600
"""Characters of a cell that are searched for a figure; the searches are quadratic in the worst case."""
LONGEST_BLANK = 400
"""Characters; a cell with more is filled, however many brackets it holds."""

_HINT = re.compile(
    r"\([^()]*(?:章|签|字|限|注|填|例|如|不超过|以内|可|请|选)[^()]*\)|\([\s年月日人场次个支种类项%/、]*\)"
)
_UNIT_WORDS = re.compile(r"(?:[年月日人名位场次个支种类项%至约共第万元/:.,;、·*]|个月|小时)*")
_LINES = re.compile(r"[\s_＿—―─\-－…·]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """A normalised value; None where the text is empty or could not be read as its type.

    `about` is true where the text itself is not exact (20余人), and `direction` says
    to which side; `sure` is false where several readings are possible.
    """

    value: str | float | bool | None
    about: bool = False
    sure: bool = True
    direction: Direction = "exact"


EMPTY = Reading(None)
UNREAD = Reading(None, sure=False)


def read_value(
    type: ValueType,
    text: str,
    *,
    until: date,
    from_date: bool = False,
    list_counts: bool = False,
    label: str = "",
    options: Sequence[str] = (),
) -> Reading:
    """Reads a text as a value of the type; never raises.

    Years come as a number of years (a beginning counts until the day `until` where
    `from_date` allows it), shares as 0 to 1, counts as they are, flags as true or
    false, text trimmed; a date as far as it is given ("1985-06"), a list as the number of its
    items, a choice as those of its `options` that are ticked, an identity number as whether its
    check holds.  `label` is the field's label as written: of several
    figures it picks the one that stands beside its own words.
    """
    if is_blank(text):
        return EMPTY
    readers: dict[ValueType, Callable[[str], Reading]] = {
        "text": lambda text: Reading(tidy_text(text)),
        "years": partial(_years, until=until, from_date=from_date, label=label),
        "count": partial(_count, list_counts=list_counts, label=label),
        "share": partial(_share, label=label),
        "flag": _flag,
        "date": _date,
        "id-number": _identity,
        "list": _list,
        "choice": partial(_choice, options=options),
    }
    if type == "text" or len(text) <= LONGEST_FIGURE:
        return readers[type](text)
    return replace(readers[type](text[:LONGEST_FIGURE]), sure=False)


def is_blank(text: str) -> bool:
    """True for what an unfilled cell holds: nothing, lines, bare units, （盖章）, only unticked boxes."""
    if len(text.strip()) > LONGEST_BLANK:
        return False
    if any(box in text for box in UNTICKED[:2]) and not _has_tick(text):
        return True
    rest = _HINT.sub("", plain(_LINES.sub("", text)))
    return _UNIT_WORDS.fullmatch(rest) is not None


def tidy_text(text: str) -> str:
    """Trimmed, Latin letters and digits at half width, brackets at full width beside Chinese.

    A name or title loses the white space between its characters ("张  三" is 张三);
    a longer text keeps its lines.
    """
    folded = text.translate(_HALF_WIDTH).translate(_SPACES).strip()
    if len(folded) <= SHORT_TEXT:
        folded = " ".join(folded.split())
        folded = _BLANK_WITHIN.sub("", folded) if _ANY_HAN.search(folded) else folded
    else:
        folded = "\n".join(" ".join(line.split()) for line in folded.splitlines() if line.strip())
    if _ANY_HAN.search(folded):
        folded = folded.replace("(", "（").replace(")", "）")
    return folded


def _years(text: str, until: date, from_date: bool, label: str) -> Reading:
    span = read_years(text, until, from_date, label)
    if span is None:
        return UNREAD
    return Reading(span.years, span.direction != "exact", span.sure, span.direction)


def _count(text: str, list_counts: bool, label: str) -> Reading:
    if plain(text) in ("无", "没有", "暂无"):
        return Reading(0.0)
    count: Count | None = read_count(text, list_counts, label)
    if count is None:
        return UNREAD
    return Reading(count.value, count.direction != "exact", count.sure, count.direction)


_TENTHS = r"成(半|[一二三四五六七八九])?"
_FRACTION = re.compile(r"(?<![\d./])(\d{1,7})/(\d{1,7})(?![\d/])")
_PARTS = re.compile(rf"({NUMERAL})分之({NUMERAL})")


def _share(text: str, label: str) -> Reading:
    folded = re.sub(r"百分之", "%", plain(text))
    # 百分之六十 is turned round to 六十%, so that one pattern reads both.
    folded = re.sub(rf"%({NUMERAL})", r"\1%", folded)
    found = [_scaled(item, folded) for item in quantities(folded, rf"%|{_TENTHS}")] or _fractions(folded)
    if not found:
        return _bare_share(folded)
    several = distinct(found)
    chosen = several[0] if len(several) == 1 else closest(several, folded, label)
    sure = len(several) == 1 and 0 <= chosen.value <= 1
    return Reading(chosen.value, chosen.direction != "exact", sure, chosen.direction)


def _scaled(item: Quantity, folded: str) -> Quantity:
    if item.unit == "%":
        value = item.value / 100
    else:
        rest = 0.5 if item.unit.endswith("半") else (to_number(item.unit[1:]) or 0)
        value = item.value / 10 + rest / (10 if item.unit.endswith("半") else 100)
    return Quantity(round(value, 6), item.unit, item.direction, item.start, item.end)


def _fractions(folded: str) -> list[Quantity]:
    pairs = [(match[1], match[2], match) for match in _FRACTION.finditer(folded)]
    pairs += [(match[2], match[1], match) for match in _PARTS.finditer(folded)]
    found = []
    for upper, lower, match in pairs:
        top, bottom = to_number(upper), to_number(lower)
        if top is not None and bottom and top <= bottom:
            found.append(Quantity(round(top / bottom, 6), "", "exact", match.start(), match.end()))
    return found


def _bare_share(folded: str) -> Reading:
    if re.fullmatch(r"全部|全体|全员|所有", folded):
        return Reading(1.0)
    if re.search(r"过半|半数以上|一半以上|大半", folded):
        return Reading(0.5, about=True, direction="at-least")
    if re.fullmatch(r"一半|半数|对半", folded):
        return Reading(0.5)
    bare = quantities(folded, "")
    if len(bare) != 1 or (bare[0].start, bare[0].end) != (0, len(folded)):
        return UNREAD
    value, direction = bare[0].value, bare[0].direction
    if value > 1:
        value = round(value / 100, 6)
    # A bare 1 may be all or one percent; more than a hundred is neither.
    return Reading(value, direction != "exact", bare[0].value != 1 and value <= 1, direction)


_NUMBER_OF_ACCOUNT = r"注册(?:号码?|编号|账号|时间|日期|名称?)"
_NO = re.compile(
    r"^(?:否|无(?!一)|未|没|不(?![详清知明])|尚|暂无|no?$|false|[×✗✘])|(?:未|没有?|尚无|暂无|不曾|从无)(?!.*未)(?:.*)注册"
    r"|注册(?:未|不|没|失败|无|否)",
    re.IGNORECASE,
)
_YES = re.compile(r"^(?:是|有|已|yes|y$|true|[√✓✔☑]|对|全部|均)|注册", re.IGNORECASE)
_UNDECIDED = re.compile(
    r"正在|拟|待|将|准备|计划|打算|预计|争取|尽快|尽早|近期|后续|届时|部分|多数|申请|办理|审核|审批中|认证中|注册中|登记中"
    r"|陆续|逐步|个别|[是有]/?[否无]|是否|中\w{0,4}\d|\d\D{0,4}[人名支个]\D*\d|[^全\d]\d{1,2}%"
)
_OPTION = re.compile(r"已注册|未注册|是|否|有|无")


def _flag(text: str) -> Reading:
    folded = _marks(plain(text))
    chosen = ticked(text, _options)
    if chosen is None or len(chosen) > 1:
        return UNREAD
    if chosen:
        return Reading(chosen[0] == "是")
    clauses = [re.sub(r"[^\w×✗✘√✓✔☑/%]", "", clause) for clause in re.split(r"[,;。、()\[\]【】]", folded)]
    clauses = [clause for clause in clauses if clause]
    if any(_UNDECIDED.search(clause) for clause in clauses):
        # 否（拟于3月注册） is a no; 是（部分） and 正在注册 are neither.
        no = _says(clauses[0], first=True) is False and not _UNDECIDED.search(clauses[0])
        return Reading(False) if no else UNREAD
    said = {_says(clause, first=index == 0) for index, clause in enumerate(clauses)} - {None}
    if not said and (is_date(text) or re.search(r"\d{4,}", folded)):
        return Reading(True)
    return Reading(said.pop()) if len(said) == 1 else UNREAD


def _says(clause: str, first: bool) -> bool | None:
    """What a clause says of the registration; a later one that does not speak of it says nothing."""
    clause = re.sub(_NUMBER_OF_ACCOUNT, "", clause)
    if not first and "注册" not in clause:
        return None
    if _NO.search(clause.lstrip("√✓✔☑") or clause):
        return False
    return True if _YES.search(clause) else None


def _marks(folded: str) -> str:
    """Bracketed and boxed ticks as bare marks: "（√）" is ☑, "（ ）" is □."""
    folded = re.sub(rf"[(\[【][{TICKED}vV][)\]】]", "☑", folded)
    return re.sub(r"\(\)|\[\]|【】", "□", folded)


def _has_tick(text: str) -> bool:
    return any(mark in TICKED for mark in _marks(plain(text)))


def _options(text: str) -> list[tuple[str, int, int]]:
    """The words of a choice between yes and no, each with where it begins and ends."""
    found = _OPTION.finditer(text)
    return [("是" if m[0] in ("是", "有", "已注册") else "否", m.start(), m.end()) for m in found]


def _date(text: str) -> Reading:
    found = first_date(text)
    if found is None:
        return UNREAD
    return Reading("-".join(f"{part:02d}" for part in found if part is not None))


_PARTED = re.compile(r"[、，,;；\n]+")
_NUMBER_OF_CARD = re.compile(r"(?:(?:公民|居民)?身份证?(?:件)?(?:号码?)?[:：]?)?([\dXx]{15,20})")


def _identity(text: str) -> Reading:
    """Whether the number of an identity card holds its check; unread for that of another document."""
    found = _NUMBER_OF_CARD.fullmatch(plain(text).replace("-", ""))
    return Reading(holds_check(found[1])) if found and len(found[1]) != _OLD_NUMBER else UNREAD


_OLD_NUMBER = 15
"""Digits of a card's number as it was until 1999, which has no check."""


def _list(text: str) -> Reading:
    items = [item for item in _PARTED.split(text) if not is_blank(item)]
    return Reading(float(len(items)), sure="附" not in text)


CHOICES = "；"
"""Parts the options of a choice that are ticked."""


def _choice(text: str, options: Sequence[str]) -> Reading:
    """The options that are ticked, in their order; without a tick those that are written."""
    names = {"".join(option.split()): option for option in options}
    pattern = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))

    def find(squeezed: str) -> list[tuple[str, int, int]]:
        return [(m[0], m.start(), m.end()) for m in pattern.finditer(squeezed) if m[0]]

    chosen = ticked(text, find)
    if chosen is None or (not chosen and _has_tick(text)):
        return UNREAD
    written = chosen or [name for name, _, _ in find("".join(text.split()))]
    said = [option for name, option in names.items() if name in written]
    return Reading(CHOICES.join(said)) if said else UNREAD
