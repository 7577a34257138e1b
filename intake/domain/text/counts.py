"""Counts that a form states: as a figure (50余场, 1.2万人) or as a list of what is counted."""

from __future__ import annotations

import re
from dataclasses import dataclass

from intake.domain.text.durations import without_dates
from intake.domain.text.numerals import NUMERAL, Direction, Quantity, closest, distinct, plain, quantities

TICKED = "☑√✓✔■☒🗹●▣"
UNTICKED = "□☐○◯▢"

_COUNTERS = (
    (r"人数|人员|规模|成员|队员|会员|志愿者(?!服务|组织|队|团|协会)|项目团队(?!数)", "人|名|位"),
    (r"种类|类别|类型|种数", "种|大?类|项|个"),
    (r"队伍|支|团队数|组织数|队数", "支|个|队"),
    (r"品牌", "个|项|种"),
    (r"场|次|活动", "场次|场|次|期|批|项|个"),
    (r"项目", "个|项|种"),
    (r"团队|人", "人|名|位"),
)
"""What the words of a label count by; the first row that fits wins."""
_ANY_COUNTER = "场次|大类|人|名|位|个|支|场|次|种|类|项|队|家|期|批"
_NEVER = (
    "万?人次|小时|课时|学时|个?月|周?年|天|日|周|分钟|岁|万?元|%|"
    "公里|亩|字|后|点|届|号|楼|米|页|册|份|户|分|时"
)
_RATE = re.compile(r"(?:每年|每月|每周|每季度?|年均|月均|每个月|每次|每场|平均)[^,，。;；、(]{0,16}$")
_PER = re.compile(r"/(?:年|月|周|季)|每?(?:年|月|周)$")
_TOTAL = re.compile(r"(?:累计|总计|合计|一共|共计?|总(?:共|数|量|人数|场次)?)[^,，。;；、()]{0,16}$")
_REGISTERED_PART = re.compile(r"(?:其中|含|包括)[^,，。;；]{0,8}(?:注册|实名|在册)")
_BRACKETED = re.compile(r"\([^()]*\)")
_QUOTED = re.compile(r"《[^《》]*》|“[^“”]*”|‘[^‘’]*’|「[^「」]*」|\"[^\"]*\"")
_ORDINAL = re.compile(r"(?<![\d.])[(（]?(\d{1,2})(?:[.．、](?!\d)|[)）])|([①-⑳])")
_OPEN_END = re.compile(r"等(?:等|[^、]{0,8})?$")
_AND = re.compile(
    r"以及|(?<![共温柔缓总饱])和(?![谐平美睦善风气缓])|(?<![以普涉顾推波触危遍惠提])及(?![时其格])"
)
_WITH = re.compile(r"(?<![参给赋授])与(?![时会众否])")
_FIGURE = re.compile(
    r"(?:大?约|大概|近|将近|超过?|不足|不到|不少于|不低于|至少|最多|多达|达到?|已有?|现有|共有?|共计|总计|合计|累计)*"
    rf"\s*{NUMERAL}\D{{0,2}}"
)
SHORTEST_NAME = 3
"""Characters; 和, 及 and 与 beside a shorter word (科学与生活) stand inside one name, not between two."""
LONGEST = 2_000
"""Characters that are looked at: every figure is held against all that stands before it."""
LONGEST_WORD = 15
"""Characters; a longer run between spaces is prose."""
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

    Figures of another kind (hours, dates, 人次) are passed over.  Of several figures
    the one whose clause shares most with the label's words is taken, then a total
    (累计, 共) before its parts, and never a rate (年均) beside others.  With
    `list_counts` a list stands for its length, and a figure beside a list that is
    of another length is not sure.
    """
    text = text[:LONGEST]
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
        return Count(float(ticks))
    numbered = _numbered(text)
    if numbered > 1:
        return Count(float(numbered))
    quoted = len({match[0] for match in _QUOTED.finditer(text)})
    pieces, open_end, sure = _pieces(text)
    if quoted and (not pieces or any(not _QUOTED.search(piece) for piece in pieces)):
        # 打造了“甲”“乙”，得到各级、各部门认可: only what stands in quotes is named.
        pieces = [piece for piece in pieces if len(piece) <= 15] if quoted == 1 else []
    number = max(quoted, len(pieces))
    sure = sure or number == quoted
    return Count(float(number), "at-least" if open_end else "exact", sure) if number else None


def _figure(folded: str, counter: str, label: str, bare: bool) -> Count | None:
    found = _fitting(folded, counter, bare)
    if not found:
        return None
    whole = [item for item in found if not _is_rate(item, folded)]
    several = distinct(whole or found)
    if len(several) == 1:
        return Count(several[0].value, several[0].direction, sure=bool(whole))
    totals = [item for item in several if _TOTAL.search(folded[: item.start])]
    chosen = closest([*totals, *several], folded, label)
    return Count(chosen.value, chosen.direction, _covers(chosen, several, totals, folded))


def _fitting(folded: str, counter: str, bare: bool) -> list[Quantity]:
    """The figures that count what the label asks for; with `bare`, those without a counter as well."""
    found = [item for item in quantities(folded, f"{_NEVER}|{_ANY_COUNTER}|") if not _is_other(item)]
    if counter:
        tiers = ([item for item in found if re.fullmatch(unit, item.unit)] for unit in (counter, "个", ""))
        found = next(filter(None, tiers), [])
    return found if bare else [item for item in found if item.unit]


def _is_rate(item: Quantity, folded: str) -> bool:
    return bool(_RATE.search(folded[: item.start]) or _PER.match(folded, item.end))


def _covers(chosen: Quantity, several: list[Quantity], totals: list[Quantity], folded: str) -> bool:
    """True where the others are surely parts of the chosen one: it is the total, or they stand in brackets.

    Which is meant where only a part is registered (共35人，其中注册18人) is for a person.
    """
    if _REGISTERED_PART.search(folded) or any(item.value > chosen.value for item in several):
        return False
    inside = [match.span() for match in _BRACKETED.finditer(folded)]
    outer = [item for item in several if not any(a < item.start < b for a, b in inside)]
    return totals == [chosen] or outer == [chosen]


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


def _pieces(text: str) -> tuple[list[str], bool, bool]:
    """The items between separators, whether the list goes on (等), and whether it is surely one."""
    body = re.sub(r"^[^：:、]{0,20}[：:]", "", text.strip()).strip(" 。．.;；,，、\t\n")
    masked = _QUOTED.sub(lambda match: "“" + "x" * (len(match[0]) - 2) + "”", body)
    if not masked or "。" in masked or _FIGURE.fullmatch(plain(masked)):
        return [], False, True
    open_end = bool(_OPEN_END.search(masked))
    masked = _OPEN_END.sub("", masked)
    separator = next((s for s in ("、", "；", ";", "\n", "，", ",", "/") if s in masked), None)
    pieces = [piece.strip() for piece in masked.split(separator)] if separator else _spaced(masked.strip())
    last = _parted(pieces[-1], 2 if separator else SHORTEST_NAME)
    # 与 alone may as well stand inside one name (健康中国与科学生活).
    sure = len(pieces) > 1 or len(last) == 1 or not _WITH.search(masked)
    pieces = [piece for piece in (*pieces[:-1], *last) if piece]
    limit = LONGEST_ITEM if separator else LONGEST_ITEM // 2
    # A comma inside a piece makes a sentence of it, and a sentence is no list.
    if any(
        len(piece) > limit or (separator in ("、", "；", ";") and re.search("[，,]", piece))
        for piece in pieces
    ):
        return [], False, True
    return pieces, open_end, sure


def _spaced(text: str) -> list[str]:
    """Items that only white space parts: three words or more, or two long ones; else one item."""
    words = text.split()
    shortest = 2 if len(words) > 2 else SHORTEST_NAME + 1
    listed = len(words) > 1 and all(shortest <= len(word) <= LONGEST_WORD for word in words)
    return words if listed and not re.search(r"\d", text) else [text]


def _parted(piece: str, shortest: int) -> list[str]:
    """The items that 和, 及 or 与 parts, where it stands between names and not inside one."""
    result = [piece]
    for word, least in ((_AND, shortest), (_WITH, SHORTEST_NAME)):
        parts = [part for item in result for part in word.split(item)]
        result = parts if all(len(part.strip()) >= least for part in parts) else result
    return result
