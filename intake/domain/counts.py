"""Counts that a form states: as a figure (50余场, 1.2万人) or as a list of what is counted."""

from __future__ import annotations

import re
from dataclasses import dataclass

from intake.domain.durations import without_dates
from intake.domain.numerals import NUMERAL, Direction, Quantity, closest, distinct, plain, quantities

TICKED = "☑√✓✔■☒🗹●▣"
UNTICKED = "□☐○◯▢"

_COUNTERS = (
    (r"人数|人员", "人|名|位|个|余"),
    (r"种类|类别|类型|种数", "种|大?类|项|个"),
    (r"队伍|支|团队数|组织数|队数", "支|个|队"),
    (r"场|次|活动", "场次|场|次|期|批|项|个"),
    (r"品牌|项目", "个|项|种"),
    (r"志愿者|成员|队员|团队|人", "人|名|位|个"),
)
"""What the words of a label count by; the first row that fits wins."""
_ANY_COUNTER = "场次|大类|人|名|位|个|支|场|次|种|类|项|队|家|期|批"
_NEVER = (
    "万?人次|小时|课时|学时|个?月|周?年|天|日|周|分钟|岁|万?元|%|"
    "公里|亩|字|后|点|届|号|楼|米|页|册|份|户|分|时"
)
_RATE = re.compile(r"(?:每年|每月|每周|每季度?|年均|月均|每个月|每次|平均)[^,，。;；]{0,8}$")
_QUOTED = re.compile(r"《[^《》]*》|“[^“”]*”|‘[^‘’]*’|「[^「」]*」|\"[^\"]*\"")
_ORDINAL = re.compile(r"(?<![\d.])[(（]?(\d{1,2})(?:[.．、](?!\d)|[)）])|([①-⑳])")
_OPEN_END = re.compile(r"等(?:等|[^、]{0,8})?$")
LONGEST_ITEM = 40
"""Characters; a longer piece between separators is prose, not an item of a list."""


@dataclass(frozen=True, slots=True)
class Count:
    """A count and how far it can be relied on."""

    value: float
    direction: Direction = "exact"
    sure: bool = True


def read_count(text: str, list_counts: bool, label: str = "") -> Count | None:
    """The count that a text states; None where nothing can be read.

    Figures of another kind (hours, dates, 人次) are passed over; of several figures
    the one nearest to the label's words is taken, and not as sure.  With
    `list_counts` a list stands for its length, and a figure beside a list that is
    of another length is not sure.
    """
    listed = list_length(text) if list_counts else None
    folded = without_dates(plain(_without_lists(text) if list_counts else text))
    figure = _figure(folded, _counter(label), label, bare=listed is None)
    if figure is None or (listed and listed.value > 1 and not _says_counter(folded, label)):
        return listed or figure
    if listed and listed.value > 1 and listed.direction == "exact" and listed.value != figure.value:
        return Count(figure.value, figure.direction, sure=False)
    return figure


def list_length(text: str) -> Count | None:
    """How many things a list names (by ticks, numbers, quotes or separators); None where it is no list."""
    ticks = sum(text.count(mark) for mark in TICKED)
    if ticks:
        return Count(ticks)
    numbered = _numbered(text)
    if numbered > 1:
        return Count(numbered)
    quoted = len({match[0] for match in _QUOTED.finditer(text)})
    pieces, open_end = _pieces(text)
    if quoted and (not pieces or any(not _QUOTED.search(piece) for piece in pieces)):
        # 打造了“甲”“乙”，得到各级、各部门认可: only what stands in quotes is named.
        pieces = [piece for piece in pieces if len(piece) <= 15] if quoted == 1 else []
    number = max(quoted, len(pieces))
    return Count(number, "at-least" if open_end else "exact") if number else None


def _figure(folded: str, counter: str, label: str, bare: bool) -> Count | None:
    found = [item for item in quantities(folded, f"{_NEVER}|{_ANY_COUNTER}|") if not _is_other(item)]
    if counter:
        fitting = [item for item in found if re.fullmatch(counter, item.unit)]
        found = fitting or [item for item in found if not item.unit]
    if not bare:
        found = [item for item in found if item.unit]
    several = distinct(found)
    if not several:
        return None
    chosen = several[0] if len(several) == 1 else closest(several, folded, label)
    sure = len(several) == 1 and not _RATE.search(folded[: chosen.start])
    return Count(chosen.value, chosen.direction, sure)


def _is_other(item: Quantity) -> bool:
    return bool(re.fullmatch(_NEVER, item.unit))


def _counter(label: str) -> str:
    return next((counter for words, counter in _COUNTERS if re.search(words, label)), "")


def _says_counter(folded: str, label: str) -> bool:
    """True when a figure in the text is counted by the label's own counter ("3个：A、B、C")."""
    counter = _counter(label) or "个|种|大?类|项|支|队"
    return any(re.fullmatch(counter, item.unit) for item in quantities(folded, f"{_NEVER}|{_ANY_COUNTER}|"))


def _without_lists(text: str) -> str:
    """The text without quoted names and list numbers, whose figures count nothing."""
    bare = _QUOTED.sub(" , ", text)
    return _ORDINAL.sub(" , ", bare) if _numbered(text) else bare


def _numbered(text: str) -> int:
    """The last number of a list numbered 1, 2, 3 without a gap; 0 where there is none."""
    expected = 1
    for match in _ORDINAL.finditer(text):
        number = int(match[1]) if match[1] else ord(match[2]) - ord("①") + 1
        if number == expected:
            expected += 1
    return expected - 1


def _pieces(text: str) -> tuple[list[str], bool]:
    """The items between separators, and whether the list says that it goes on (等)."""
    body = re.sub(r"^[^：:、]{0,20}[：:]", "", text.strip()).strip(" 。．.;；,，、\t\n")
    masked = _QUOTED.sub(lambda match: "“" + "x" * (len(match[0]) - 2) + "”", body)
    if not masked or "。" in masked or re.fullmatch(rf"{NUMERAL}\D{{0,2}}", plain(masked)):
        return [], False
    open_end = bool(_OPEN_END.search(masked))
    masked = _OPEN_END.sub("", masked)
    separator = next((s for s in ("、", "；", ";", "\n", "，", ",", "/") if s in masked), None)
    pieces = [piece.strip() for piece in masked.split(separator)] if separator else [masked.strip()]
    last = re.split(r"(?<=..)(?:以及|和)(?=..)", pieces[-1]) if len(pieces) > 1 else pieces[-1:]
    pieces = [piece for piece in (*pieces[:-1], *last) if piece]
    limit = LONGEST_ITEM if separator else LONGEST_ITEM // 2
    # A comma inside a piece makes a sentence of it, and a sentence is no list.
    if any(
        len(piece) > limit or (separator in ("、", "；", ";") and re.search("[，,]", piece))
        for piece in pieces
    ):
        return [], False
    return pieces, open_end
