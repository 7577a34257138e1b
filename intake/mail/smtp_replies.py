"""What a mail server's answer means for the letter, and when to try again.

NetEase tells its reasons by a tag (`DT:SPM`, `MI:SFQ`), and gives one number many
meanings; so the tag decides, the number only where no tag is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Course(StrEnum):
    """What to do with the letter."""

    RETRY = "retry"
    STOP_TODAY = "stop-today"
    DEAD = "dead"
    AUTH = "auth"


@dataclass(frozen=True, slots=True)
class SmtpCourse:
    """The course to take, the least time to wait, and the reason in Chinese as staff read it.

    STOP_TODAY holds for all letters of the day, AUTH for all until a person has mended
    the login or the sender; DEAD is about this letter alone.  `tag` is the provider's ("DT:SPM") or None.
    """

    course: Course
    wait: timedelta
    reason: str
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """An answer that a provider documents: `hint` is a tag, a tag's family ("HL:") or a phrase."""

    hint: str
    classes: str
    course: Course
    minutes: int
    reason: str


_KNOWN = (
    _Known("DT:SPM", "4", Course.RETRY, 2, "服务器暂时疑为垃圾邮件，两分钟后重投"),
    _Known("DT:SPM", "5", Course.DEAD, 0, "被判为垃圾邮件而退回，请人工联系收件单位"),
    _Known("DT:SUM", "45", Course.AUTH, 240, "信封发件人与信头发件人不一致，请检查 smtp.sender"),
    _Known("MI:SFQ", "45", Course.RETRY, 15, "15分钟内发信过多，稍后重投"),
    _Known("RP:QRC", "45", Course.RETRY, 15, "短期内收件人过多，稍后重投"),
    _Known("MI:DMC", "45", Course.RETRY, 2, "本次连接发信过多，重新连接后重投"),
    _Known("MI:STC", "45", Course.STOP_TODAY, 0, "当日发信量已达服务商上限，次日续发"),
    _Known("RP:TRC", "45", Course.STOP_TODAY, 0, "当日收件人数已达服务商上限，次日续发"),
    _Known("MI:SPB", "45", Course.DEAD, 0, "发件账号不在服务商允许之列，请与服务商联系"),
    _Known("RP:RCL", "45", Course.DEAD, 0, "群发收件人数超过限额，请人工处理"),
    _Known("RP:DRC", "45", Course.RETRY, 2, "本次连接收件人过多，重新连接后重投"),
    _Known("HL:", "45", Course.RETRY, 15, "本机地址暂被限制连接，稍后重投"),
    _Known("too much fail authentication", "45", Course.AUTH, 30, "登录失败次数过多，暂被禁止登录"),
    _Known("auth error limit exceed", "45", Course.AUTH, 30, "登录失败次数过多，暂被禁止登录"),
    _Known("authentication is required", "5", Course.AUTH, 240, "服务器要求登录，请检查账号和授权码"),
    _Known("frequency limited", "45", Course.RETRY, 60, "发信频率受限，稍后重投"),
    _Known("Mail from must equal", "5", Course.AUTH, 240, "发件人与登录账号不一致，请检查 smtp.sender"),
)
"""From the providers' tables of bounce codes (NetEase and Tencent); the first that fits counts."""

_AUTH_CODES = {530, 534, 535, 538}
"""RFC 4954 §6: the login itself was refused or is required."""

_TAG = re.compile(r"\b(?:DT|MI|RP|HL|WM|CO|IP):[A-Z]{3}\b")

WAITS = tuple(timedelta(minutes=minutes) for minutes in (2, 5, 15, 30, 60, 120, 240))
"""The wait after the first, second, … failed attempt; the last one repeats."""

JITTER_SHARE = 0.25
"""How much of a wait the jitter adds at most, so that letters do not come back all at once."""


def judge_reply(code: int, text: str) -> SmtpCourse:
    """What an SMTP answer other than success means (RFC 5321 §4.2, providers' tags first).

    `code` is the three-digit number, `text` the rest of the answer.
    """
    tag = _TAG.search(text)
    label = tag[0] if tag else None
    for known in _KNOWN:
        if str(code)[:1] in known.classes and known.hint.casefold() in text.casefold():
            return SmtpCourse(known.course, timedelta(minutes=known.minutes), known.reason, label)
    if code in _AUTH_CODES:
        return SmtpCourse(Course.AUTH, WAITS[-1], "登录被拒绝，请检查账号和授权码", label)
    if 400 <= code < 500:
        return SmtpCourse(Course.RETRY, WAITS[0], "服务器暂时不能接收，稍后重投", label)
    return SmtpCourse(Course.DEAD, timedelta(0), "服务器拒收，请人工核对收件地址和退信原因", label)


def next_attempt(attempts: int, now: datetime, jitter: float, at_least: timedelta = timedelta(0)) -> datetime:
    """When to try again after `attempts` (1 or more) failed attempts.

    `jitter` is drawn by the caller, 0 to 1; `at_least` is the verdict's wait.
    Raises ValueError for values out of these ranges.
    """
    if attempts < 1 or not 0 <= jitter <= 1:
        raise ValueError(f"attempts={attempts}, jitter={jitter}")
    wait = max(WAITS[min(attempts, len(WAITS)) - 1], at_least)
    return now + wait * (1 + JITTER_SHARE * jitter)


def next_day(now: datetime, jitter: float) -> datetime:
    """When to go on after STOP_TODAY: in the first half hour of the next day of `now`'s own zone.

    Providers count their day by Beijing time, so `now` should be told in that zone.
    """
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return midnight + timedelta(minutes=5) + timedelta(minutes=25) * jitter


def given_up(first_due: datetime, now: datetime, max_age: timedelta) -> bool:
    """True when a letter has been tried for so long that it is dead (RFC 5321 §4.5.4.1)."""
    return now - first_due >= max_age
