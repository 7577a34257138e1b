"""A clerk's words by which nominations are decided, line by line.  Pure.

One line is one order: numbers and an act, in either order, then the reason.  Whatever could be meant
otherwise is no order: the clerk is asked, since a unit reads the reason and acts on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from intake.domain.campaign.wording import ACT_NAMES
from intake.domain.letters.order_report import ABOVE, UNSAID
from intake.domain.model.nomination import Action
from intake.staff.decision import MOST_WORDS
from intake.staff.workbook.carry_out import AskedDecision, UnclearRow, Why, once_each, too_long

LONGEST, MOST_LINES = 20_000, 400
"""Characters and lines of a mail that are read; a digest of a big day has no more to decide."""

_ACTS: dict[Action, tuple[str, ...]] = {
    Action.ACCEPT: (
        *("通过", "审核通过", "予以通过", "同意通过", "受理", "予以受理", "准予受理", "同意受理"),
        *("同意", "齐全", "材料齐全"),
    ),
    Action.RETURN: ("退回", "退回修改", "退回重报", "退回补充", "退回补报"),
    Action.REJECT: ("不受理",),
    Action.WITHDRAW: ("撤回", "准予撤回", "予以撤回"),
    Action.REOPEN: ("恢复", "恢复办理", "恢复审核", "重新审核"),
}
"""How clerks write the acts, beside the names that the 台账 offers."""

_ACTION = {word: act for act, words in _ACTS.items() for word in (*words, ACT_NAMES[act])}
_ACT = "|".join(sorted(_ACTION, key=len, reverse=True))
_NEEDS_REASON = frozenset({Action.RETURN, Action.REJECT, Action.WITHDRAW})
_RUNS_ON = frozenset({Action.RETURN, Action.REJECT})
"""退回缺单位意见 is written without a pause; 通过电话联系 is no act at all."""

_PAUSE = r"[\s:,;、，。；：.]"
_LIST_MARK = r"(?:[(（]?\d{1,2}[)）.、．]\s*|[-*•·]\s*)?"
_ASKS = re.compile(r"[?？]|(?:吗|呢|吧|么)[\s。.!！]*$")
_CONDITIONS = re.compile(r"(?:但|不过|如果?|若|待|暂|先|除非|前提|条件是)")
_NOT_RUN_ON = re.compile(r"[了的后吗呢过前时给吧单件]|(?:不|是否|能否)")
_SIGNATURE = re.compile(
    r"(?:谢谢|多谢|感谢|此致|敬礼|祝|发自|来自|--|__|——|sent from|tel|电话|手机|邮箱|\d{4}[年\-./]).*"
    r"|[\w·]{1,4}",
    re.I,
)
_WRAPPED_AT = 60
"""Columns from which a line may have been broken by a mail program, and not by its writer."""

_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
"""Full width to half, a sign for a sign, so that places stay."""

_NO_ACT = Why("no act that is known", "未能辨认意见，请写通过、退回、不予受理、撤回或恢复")
_NO_NUMBER = Why("no number", "未写编号")
_DOUBTFUL = Why("it may be a question or a condition", "似有疑问或附有条件，请写明确的意见")
_TWO = Why("two orders in one line", "一行中有两条意见，请每行写一件")
_NO_REASON = Why("no reason", "未写理由；理由将函告单位，请补写")
_RUN_ON = Why("the next line may belong to the reason", "下一行文字是否属于理由不明，请写在同一行")
_RANGE = Why("a range of numbers", "请逐一写明编号，不写“至”")


@dataclass(frozen=True, slots=True)
class OrderText:
    """What a mail's own words order, in their order, and the lines that were taken for something else."""

    asked: Sequence[AskedDecision | UnclearRow] = ()
    unread: tuple[str, ...] = ()


def orders_in(text: str, prefix: str, by: str) -> OrderText:
    """What the words of a mail order; `prefix` is that of the campaign's numbers, `by` who wrote them.

    Nothing of what he quotes is read: neither lines marked as quoted, nor what stands below our own line.
    """
    found: list[AskedDecision | UnclearRow] = []
    unread: list[str] = []
    for row, line, below in _lines(text):
        items = [item for piece in _pieces(line, prefix) for item in _ordered(row, piece, below, prefix, by)]
        found += items
        if not items:
            unread.append(line.strip())
    return OrderText(once_each(found), tuple(unread))


def _lines(text: str) -> Iterator[tuple[int, str, str]]:
    """The lines with something on them, counted from 1, each with the plain one directly below it.

    A line that a program broke is whole again.
    """
    above = re.split(r"\s*".join(ABOVE), text[:LONGEST])
    # The line that holds the sentence is ours too.
    own = above[0] if len(above) == 1 else above[0].rpartition("\n")[0]
    # Runs of blanks tell nothing, and a pattern would walk them again and again.
    lines = [re.sub(r"[^\S\n]+", " ", line) for line in own.splitlines()[:MOST_LINES]]
    place = 0
    while place < len(lines):
        row, line = place + 1, lines[place]
        place += 1
        while place < len(lines) and _width(lines[place - 1]) >= _WRAPPED_AT and lines[place].strip():
            if _begins(lines[place]):
                break
            line += lines[place].strip()
            place += 1
        if line.strip() and not line.lstrip().startswith((">", "＞")):
            yield row, line, lines[place] if place < len(lines) else ""


def _begins(line: str) -> bool:
    """True for a line that begins something of its own, and continues none."""
    return bool(
        re.match(rf"\s*{_LIST_MARK}(?:[A-Za-zＡ-Ｚａ-ｚ]{{1,6}}\s?[0-9０-９]{{4}}|(?:{_ACT})|>)", line)
    )


def _width(line: str) -> int:
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in line)


def _number(prefix: str) -> str:
    """A number as it is written: kx2024-7, KX 2024－0007, KX20240007."""
    spaced = r"\s?".join(map(re.escape, prefix))
    return rf"(?<![A-Za-z0-9]){spaced}(?:\s*[-‐‑‒–—―−_~]\s*\d{{1,6}}|\d{{4,6}})(?!\d)"


def _pieces(line: str, prefix: str) -> list[str]:
    """The orders of a line that a semicolon or a full stop divides, each with its number."""
    begins = rf"(?<=[;；。])(?=\s*{_LIST_MARK}{_number(prefix)})"
    cuts = [0, *(found.start() for found in re.finditer(begins, _narrow(line), re.I)), len(line)]
    return [line[one:other] for one, other in pairwise(cuts)]


def _narrow(line: str) -> str:
    return line.translate(_NARROW)


def _ordered(row: int, line: str, below: str, prefix: str, by: str) -> Iterator[AskedDecision | UnclearRow]:
    """What one piece of a line orders, an item a number; nothing where it orders nothing."""
    folded, one = _narrow(line), _number(prefix)
    several = rf"{one}(?:\s*(?:[、,;和及]|\s)\s*{one}|\s*[、,和及]\s*\d{{4}}(?![\d年]))*"
    act = rf"(?P<act>{_ACT})"
    number_first = rf"\s*{_LIST_MARK}(?P<numbers>{several})(?P<between>{_PAUSE}*){act}"
    act_first = rf"\s*{_LIST_MARK}{act}{_PAUSE}*(?P<numbers>{several})"
    found = re.match(number_first, folded, re.I) or re.match(act_first, folded, re.I)
    if found is None:
        yield from _unclear(row, folded, one, several)
        return
    rest = line[found.end() :]
    action, numbers = _ACTION[found["act"]], _as_assigned(found["numbers"], prefix)
    reason = rest.strip(" \t\u3000:：,，;；。、.-—")
    why = _doubt(action, found, rest, reason, below, prefix)
    for number in numbers:
        if why is not None:
            yield UnclearRow(row, number, why)
        else:
            yield AskedDecision(row, number, action, reason or UNSAID, by, "")


def _doubt(
    action: Action, found: re.Match[str], rest: str, reason: str, below: str, prefix: str
) -> Why | None:
    """Why an order is not certain; None where it is."""
    folded = _narrow(rest)
    act_is_last = found.end("act") == found.end()
    pauses = not rest or re.match(rf"{_PAUSE}|[(（!！]", rest) is not None
    if act_is_last and not pauses and (action not in _RUNS_ON or _NOT_RUN_ON.match(rest)):
        return _NO_ACT
    if not act_is_last and re.match(r"\s*[至到~-]\s*\w", folded):
        return _RANGE
    if _ASKS.search(rest) or _CONDITIONS.match(reason):
        return _DOUBTFUL
    another = rf"{_number(prefix)}{_PAUSE}*(?:{_ACT})|(?:{_ACT}){_PAUSE}*{_number(prefix)}"
    if re.match(rf"(?:{_ACT})(?:{_PAUSE}|$)", reason) or re.search(another, folded, re.I):
        return _TWO
    if action in _NEEDS_REASON and not re.search(r"\w", reason):
        return _NO_REASON
    if len(reason) > MOST_WORDS:
        return too_long()
    if below.strip() and not _begins(below) and not _SIGNATURE.fullmatch(below.strip()):
        return None if below.lstrip().startswith((">", "＞")) else _RUN_ON
    return None


def _unclear(row: int, folded: str, one: str, several: str) -> Iterator[UnclearRow]:
    """A line that speaks of a nomination, or begins with an act, and cannot be carried out."""
    numbers = re.findall(one, folded, re.I)
    if re.match(rf"\s*{_LIST_MARK}{several}\s*[至到~—-]\s*\w", folded, re.I):
        yield UnclearRow(row, "、".join(numbers), _RANGE)
    elif numbers:
        yield UnclearRow(row, "、".join(dict.fromkeys(numbers)), _NO_ACT)
    elif re.match(rf"\s*{_LIST_MARK}(?:{_ACT})(?:{_PAUSE}|$)", folded):
        yield UnclearRow(row, "", _NO_NUMBER)


def _as_assigned(numbers: str, prefix: str) -> list[str]:
    """The numbers of a list as the ledger writes them, each once; 0008 after another is of the same year."""
    spaced = r"\s?".join(map(re.escape, prefix))
    pattern = rf"(?:{spaced}\s*[-‐‑‒–—―−_~]?\s*)?(\d{{1,6}})(?!\d)"
    found = re.finditer(pattern, numbers, re.I)
    return list(dict.fromkeys(f"{prefix}-{int(match[1]):04d}" for match in found))
