"""What the sender wrote now, and the history that his mail program put below it.

The sender's own words are never cut: where it is not certain that history begins, the
text stays whole. A forwarded message is no history but what the mail is about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_FORWARD_SUBJECT = re.compile(r"\s*(?:\[[^\]]{0,40}\]\s*)?(?:fwd?|转发|轉發|wg|tr)\s*[:：]", re.IGNORECASE)
_REPLY_SUBJECT = re.compile(
    r"\s*(?:\[[^\]]{0,40}\]\s*)?(?:re|回复|回覆|答复|答覆|aw)\s*+(?:\[\d+\]|\(\d+\))?\s*+[:：]", re.I
)

_RULE = r"[-_=—─]{2,}"
_SEPARATOR = re.compile(
    rf"{_RULE}\s*(?:原始邮件|原邮件|回复的原邮件|回复的原始邮件|邮件原件|邮件原文|原始信息|原始消息|原文|"
    r"original(?:\s+(?:message|email|mail))?|replied\s+message)"
    rf"\s*{_RULE}",
    re.IGNORECASE,
)
_FORWARD_SEPARATOR = re.compile(
    rf"{_RULE}\s*(?:以下是)?(?:转发的?邮件(?:信息)?|转发的?(?:消息|信息)|被转发邮件信息|被转发的邮件|forwarded\s+(?:message|email|mail)(?:\s+from\s.{{1,80}}?)?)"
    rf"\s*{_RULE}",
    re.IGNORECASE,
)
_FORWARD_LINE = re.compile(
    r"(?:begin forwarded message|开始转发的邮件|下面是被转发的邮件|以下是转发的?邮件(?:内容)?)\s*[:：]",
    re.IGNORECASE,
)
_WROTE = re.compile(r"(?:写道|寫道|wrote|来信说|來信說)\s*[:：]\s*$", re.IGNORECASE)
_WROTE_BEGINS = re.compile(
    r"(?:在|于|於|on\b|at\b|am\b)|.{0,80}(?:\d{4}\s?[-/年.]\s?\d|<?[\w.+-]+@[\w.-]+)", re.IGNORECASE
)
_DATED = re.compile(r"\d{1,2}[:：]\d{2}|@")
"""A time of day or an address: "他在2024年的日记里写道：" is the sender's own sentence."""

_LONGEST_ATTRIBUTION = 3
_HEADING = re.compile(
    r"[*\s]{0,3}(?P<from>发件人|寄件者|发送人|from)?(?P<date>发送时间|发送日期|日期|时间|寄件日期|sent|date)?"
    r"(?P<to>收件人|收件者|to)?(?P<subject>主题|主旨|subject)?(?:抄送|副本|cc)?\s{0,3}\*{0,2}\s?[:：]",
    re.IGNORECASE,
)
_HEADING_LINES = 8
_THIN_RULE = re.compile(r"[-_=—─*]{5,}")
_MARKS = re.compile(r"\s{0,3}>")


@dataclass(frozen=True, slots=True)
class Split:
    """`own` and `quoted` words; `forwarded` when a forwarded message is part of `own`."""

    own: str
    quoted: str = ""
    forwarded: bool = False


def split(text: str, subject: str = "", is_reply: bool = False) -> Split:
    """Parts a body; `is_reply` says that its header refers to another message.

    QQ and Outlook put the same line above a reply's history and a forwarded message: the
    subject decides, and without a word of it a mail that answers nothing and says nothing
    of its own is a forwarded one.
    """
    lines = text.split("\n")
    begun = _beginning(lines)
    if begun is None:
        return _without_marks(lines, is_reply or bool(_REPLY_SUBJECT.match(subject)))
    first, is_forward_mark, own_may_follow = begun
    own = "\n".join(lines[:first]).strip()
    is_forwarded = bool(_FORWARD_SUBJECT.match(subject)) or (
        not _REPLY_SUBJECT.match(subject) and (is_forward_mark or not (is_reply or own))
    )
    if is_forwarded:
        return Split(text.strip(), "", True)
    if _MARKS.match(lines[first]):
        return _without_marks(lines, True)
    rest = lines[first:]
    if own_may_follow:
        history, below = _marked_part(rest)
        own = "\n".join(part for part in (own, "\n".join(below).strip()) if part)
        rest = history
    return Split(own, "\n".join(rest).strip())


def _beginning(lines: list[str]) -> tuple[int, bool, bool] | None:
    """Where another message begins, whether it is said to be forwarded, whether own words may follow."""
    for number, raw in enumerate(lines):
        line = _bare(raw)
        if not line:
            continue
        if _FORWARD_SEPARATOR.fullmatch(line) or _FORWARD_LINE.fullmatch(line):
            return number, True, False
        if _SEPARATOR.fullmatch(line):
            return number, False, _is_marked(lines, number)
        if _attribution(lines, number):
            return number, False, _is_marked(lines, number)
        if _is_heading(lines, number):
            above = number - 1 if number and _THIN_RULE.fullmatch(_bare(lines[number - 1])) else number
            return above, False, False
    return None


def _bare(line: str) -> str:
    """A line without the marks of quotation and the blanks at its ends."""
    return line.lstrip("> \t\u3000\u00a0").rstrip()


def _attribution(lines: list[str], number: int) -> int:
    """How many lines from here on say "On … X wrote:" (programs fold it); 0 when none does."""
    if not _WROTE_BEGINS.match(_bare(lines[number])):
        return 0
    joined = ""
    for count in range(1, _LONGEST_ATTRIBUTION + 1):
        if number + count > len(lines) or (count > 1 and not _bare(lines[number + count - 1])):
            return 0
        joined += " " + _bare(lines[number + count - 1])
        if len(joined) > 400:
            return 0
        if _WROTE.search(joined):
            return count if _DATED.search(joined) else 0
    return 0


def _is_heading(lines: list[str], number: int) -> bool:
    """True where a block of 发件人, 发送时间, 收件人, 主题 begins, as Outlook and Foxmail write it."""
    start = _HEADING.match(_bare(lines[number]))
    if not start or not start["from"]:
        return False
    found = set()
    for line in lines[number : number + _HEADING_LINES]:
        heading = _HEADING.match(_bare(line))
        if heading:
            found |= {name for name, value in heading.groupdict().items() if value}
    return "date" in found and bool(found & {"to", "subject"})


def _is_marked(lines: list[str], number: int) -> bool:
    """True where the history that begins here has ">" before its lines: own words may stand below it."""
    below = number + max(_attribution(lines, number), 1)
    return next((bool(_MARKS.match(line)) for line in lines[below:] if line.strip()), False)


def _marked_part(lines: list[str]) -> tuple[list[str], list[str]]:
    """History with ">" marks, and what stands between and below it; the first lines are the attribution."""
    head = max(_attribution(lines, 0), 1)
    history = lines[:head]
    below: list[str] = []
    for line in lines[head:]:
        (history if _MARKS.match(line) else below).append(line)
    return history, below


def _without_marks(lines: list[str], is_reply: bool) -> Split:
    """Lines with ">" in a reply that names no author; elsewhere a ">" may be anybody's own."""
    marked = [line for line in lines if _MARKS.match(line)]
    if not is_reply or not marked:
        return Split("\n".join(lines).strip())
    own = [line for line in lines if not _MARKS.match(line)]
    return Split("\n".join(own).strip(), "\n".join(marked).strip())
