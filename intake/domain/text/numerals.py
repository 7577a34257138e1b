"""Numbers as people write them in forms: 35, ３５, 1,386, 1.2万, 三十五, 二三十, 20余, 近20."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

Direction = Literal["exact", "at-least", "around", "under"]
"""To which side of a stated figure the true one may lie; "under" is short of it (近5年, 不足5年)."""

ARABIC = r"(?:\d{1,3}(?:,\d{3}){1,10}(?!\d)|\d+)(?:\.\d+)?"
HAN_DIGITS = "零〇一二两三四五六七八九"
HAN = rf"(?:[{HAN_DIGITS}十百千万亿廿]{{1,40}}(?:点[{HAN_DIGITS}]{{1,40}})?)"
NUMERAL = rf"(?:{ARABIC}(?:[百千万亿]+(?:\d+[百千]?)?)?|{HAN})"
LONGEST_NUMERAL = 18
"""Characters; a longer run of digits is an account or a telephone number, never a figure.

The bounds above are well beyond it: without them a text of 一一一… is sought from every character to its end.
"""

_BEFORE: dict[Direction, str] = {
    "at-least": r"不少于|不低于|不小于|至少|最少|多于|大于|高于|超过了?|超出|超|逾|>=|≥|>",
    "under": r"不足|不到|不满|未满|未到|少于|低于|小于|不超过|不多于|至多|最多|将近|接近|近|<=|≤|<",
    "around": r"大约|约为|约有|约计|约|大概|大致",
}
_BETWEEN: dict[Direction, str] = {"at-least": r"余|多|几|\+", "around": r"来"}
_AFTER: dict[Direction, str] = {
    "at-least": r"\(?含?\)?及?以上|有余|余|开外|\+",
    "under": r"以下|以内|不到|不足",
    "around": r"左右|上下",
}
_DASH = re.compile(r"[‐-―−﹣~〜～]+")
_ARABIC_ALONE = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")
_WRITTEN = str.maketrans(
    {"○": "〇", "Ｏ": "〇", "卅": "三十", "兩": "两", "萬": "万", "仟": "千", "佰": "百", "拾": "十"}
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure with its unit as written ("" for none) and where it stands in the plain text."""

    value: float
    unit: str
    direction: Direction
    start: int
    end: int


def plain(text: str) -> str:
    """Half width, without white space, dashes as "-": what all figures are read from."""
    folded = unicodedata.normalize("NFKC", text.translate(_WRITTEN))
    return _DASH.sub("-", "".join(folded.split()))


def to_number(numeral: str) -> float | None:
    """The value of one numeral (Arabic, Chinese or both: 1.2万), or None where it is none."""
    if not numeral or len(numeral) > LONGEST_NUMERAL:
        return None
    if _ARABIC_ALONE.fullmatch(numeral):
        return float(numeral.replace(",", ""))
    if numeral[0] in "百千万亿":
        # 百余人, 上千场: the leading 一 is often left out.
        numeral = "一" + numeral
    # Here and not above: it builds its tables of the whole script as it is loaded.
    import cn2an

    mode = "smart" if numeral[0].isdigit() else "normal"
    try:
        return float(cn2an.cn2an(numeral.replace(",", ""), mode))
    except (ValueError, KeyError, OverflowError):
        # cn2an raises KeyError on orders of magnitude out of order (三廿万八百亿两).
        return None


def numeral_value(numeral: str) -> tuple[float, Direction] | None:
    """The value and its direction; 二三十 and 三五 name a span and are read as its lower end."""
    span = re.fullmatch(rf"([{HAN_DIGITS}])([{HAN_DIGITS}])([十百千万]*)", numeral)
    if span:
        low, high = to_number(span[1]), to_number(span[2])
        if low and high and 1 <= high - low <= 2 and (span[3] or high < 10):
            value = to_number(span[1] + span[3])
            return (value, "around") if value is not None else None
    value = to_number(numeral)
    return (value, "exact") if value is not None else None


def quantities(text: str, unit: str) -> list[Quantity]:
    """Every figure of the plain text that is followed by `unit`, a regular expression (may match "").

    A span ("20-30人", "3至5年") is read as at least its lower end.
    """
    found: list[Quantity] = []
    for match in _pattern(unit).finditer(text):
        number = numeral_value(match["low"] or match["number"])
        if number is None:
            continue
        value, direction = number
        if match["low"]:
            direction = "at-least"
        for part, words in (("before", _BEFORE), ("between", _BETWEEN), ("after", _AFTER)):
            direction = _direction(match[part], words) or direction
        found.append(Quantity(value, match["unit"] or "", direction, match.start(), match.end()))
    return found


def closest(items: Iterable[Quantity], text: str, label: str) -> Quantity:
    """The figure that stands in the clause sharing most with the label; the first where none does.

    In "共35人，其中注册18人" the label 注册志愿者人数 takes 18.
    """
    pairs = {label[i : i + 2] for i in range(len(label) - 1)}

    def likeness(item: Quantity) -> int:
        clause = re.split(r"[,，;；。、]", text[: item.start])[-1] + text[item.start : item.end]
        return sum(pair in clause for pair in pairs)

    ranked = list(items)
    return max(ranked, key=likeness)


def distinct(items: Iterable[Quantity]) -> list[Quantity]:
    """The figures without those that only say again what an earlier one said (20（二十）人)."""
    seen: dict[float, Quantity] = {}
    for item in items:
        kept = seen.setdefault(item.value, item)
        if kept.direction == "exact" and item.direction != "exact":
            seen[item.value] = replace(kept, direction=item.direction)
    return list(seen.values())


@lru_cache(maxsize=64)
def _pattern(unit: str) -> re.Pattern[str]:
    def choice(words: dict[Direction, str]) -> str:
        return "|".join(words.values())

    return re.compile(
        rf"(?P<before>{choice(_BEFORE)})?"
        rf"(?<![\d.第几数])(?:(?P<low>{NUMERAL})(?:{unit})?(?:-|至|到))?(?P<number>{NUMERAL})"
        rf"(?P<between>{choice(_BETWEEN)})?(?P<unit>{unit})(?P<after>{choice(_AFTER)})?"
    )


def _direction(word: str | None, words: dict[Direction, str]) -> Direction | None:
    if not word:
        return None
    return next((direction for direction, choice in words.items() if re.fullmatch(choice, word)), None)
