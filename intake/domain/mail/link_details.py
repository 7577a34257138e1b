"""What stands beside a cloud link: the file's name, its size, and until when the provider keeps it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from intake.domain.model.endings import Ending, bare_endings
from intake.domain.text.calendar import SHANGHAI

_ENDINGS = "|".join(bare_endings(Ending.LINKED))
_NAME = re.compile(
    rf"(?:[^\n\t<>|*?\"“”「」《》]|[“「《][^\n\t<>|*?\"“”「」《》.]{{1,60}}[”」》]){{1,150}}?"
    rf"\.(?:{_ENDINGS})(?![A-Za-z0-9])",
    re.I,
)
"""A project's name has quotes in it (“小手拉大手”推荐表.pdf); those around a whole name are not its own."""
_ENDING = re.compile(rf"\.(?:{_ENDINGS})(?![A-Za-z0-9])", re.I)
"""Asked first: where no name can end, none is sought from every place."""
_LEAD = re.compile(
    r"\s*(?:(?:从|发自|来自|通过)[^\n，。；]{0,20}?(?:超大附件|云附件|大附件|超大文件|文件中转站)|(?:超大|云|大)附件"
    r"|通过\S{0,6}网盘分享的(?:文件夹?|图片|视频|内容)|文件分享|分享的?文件|文件名称?|附件(?=\s?[:：])|链接(?=\s?[:：])"
    r"|【[^】\n]{1,10}】|推荐客户端极速下载|客户端极速下载|\d{1,2}(?:[、)）]|\.(?![A-Za-z]\w{1,4}(?!\w)))(?!\d)|[·•●▪○◆*-]|[:：)）\]】])\s*"
)
_PROSE = re.compile(r"[，。；！？：:]|下载地址|点击下载|下载|查收|请见|详见|[请见]见")
_SHARED = re.compile(
    r"(?:通过\S{0,6}网盘分享的(?:文件夹?|图片|视频|内容)|文件分享|文件名称?)\s?[:：]\s?(?P<plain>[^\n]{1,120}?)\s*$"
    r"|(?:分享了?|打开|文件)?\s?[「《“](?P<quoted>[^」》”\n]{1,120})[」》”]"
    r"|【(?:金山文档|腾讯文档|WPS云文档|飞书文档)】\s?(?P<titled>[^\n]{1,120}?)\s*$"
)
_IN_URL = ("fname", "filename", "file_name", "name", "title")
_SIZE = re.compile(r"(?<![\w.])(\d{1,4}(?:[.,]\d{1,3})?\s?(?:[KMGT]i?B?|字节|bytes))(?![A-Za-z0-9])", re.I)

_DATE = (
    r"(?:(?P<year>20\d\d)\s?[年./-]\s?)?(?P<month>1[0-2]|0?[1-9])\s?[月./-]\s?"
    r"(?P<day>3[01]|[12]\d|0?[1-9])\s?[日号]?"
)
_TIME = (
    r"(?:\s{0,2}[（(][^（()）]{1,6}[）)])?"
    r"(?:\s{0,3}(?P<half>上午|下午|晚上?|凌晨|中午)?\s?T?(?P<hour>2[0-4]|[01]?\d)\s?[:：时点]\s?"
    r"(?P<minute>[0-5]\d)?\s?分?(?::[0-5]\d)?)?"
)
_UNTIL = re.compile(
    r"(?:有效期限?\s?(?:至|到|截至)?|有效至|(?:过期|到期|失效)(?:时间|日期|日)?|保存至"
    r"|expir\w{1,6}(?:\s(?:on|at|date))?|valid\suntil|available\suntil)"
    rf"\s{{0,2}}[:：]?\s{{0,2}}(?:至|到)?\s?{_DATE}{_TIME}",
    re.I,
)
_DUE = re.compile(rf"{_DATE}{_TIME}\s{{0,3}}之?(?:到期|过期|失效|前有效|前下载)")
_IN_DAYS = re.compile(
    r"(?P<days>\d{1,3})\s?(?:天|日)\s?(?:之?后\s?(?:到期|过期|失效|删除)?|内\s?有效|有效|到期|过期)"
    r"|有效期限?\s{0,2}(?:为|[:：])?\s{0,2}(?P<term>\d{1,3})\s?(?:天|日)"
)
_FOREVER = re.compile(r"无限期|永久有效|长期有效|永不过期|不限期|有效期[:：]\s?永久")

Expiry = tuple[str, datetime | None]
"""As written, and the instant, where it can be told."""


def name_in(text: str, is_label: bool) -> str:
    """The file's name in the words beside a link, or "".

    `is_label` for the words of a link or a provider's line, which are the name; in a
    sentence only what follows its last verb or comma can be.
    """
    shared, found = _SHARED.search(text), _NAME.search(text) if _ENDING.search(text) else None
    if shared and found and _is_within(shared, found):
        shared = None
    if shared and (name := (shared["plain"] or shared["quoted"] or shared["titled"] or "").strip()):
        return name
    if not found:
        return ""
    name = found[0]
    while (lead := _LEAD.match(name)) and lead.end():
        name = name[lead.end() :]
    if not is_label:
        name = _PROSE.split(name)[-1]
    return name.strip()


def _is_within(shared: re.Match[str], found: re.Match[str]) -> bool:
    """True for quoted words, with nothing before them that says so, that are a part of a file's name."""
    bare = shared["quoted"] is not None and shared[0][0] in "「《“"
    return bare and found.start() <= shared.start() and shared.end() < found.end()


def name_in_url(url: str) -> str:
    """The name that a link itself bears (fname=…), if it ends as a file's name does."""
    try:
        values = parse_qs(urlsplit(url.replace("&amp;", "&")).query)
    except ValueError:
        return ""
    for key in _IN_URL:
        for value in values.get(key, []):
            if _NAME.fullmatch(value):
                return value
    return ""


def size_in(text: str) -> str:
    """The size as written ("128.03M"), or ""."""
    found = _SIZE.search(text)
    return found[1].strip() if found else ""


def expiry_in(text: str, sent_at: datetime | None) -> Expiry:
    """Until when the link lives; `sent_at` dates what is told in days, or without a year.

    A day without an hour lasts until 23:59; times are Beijing's.
    """
    for pattern in (_UNTIL, _DUE):
        found = pattern.search(text)
        if found and (found["year"] or found["hour"] or "月" in found[0]):
            return " ".join(found[0].split()), _instant(found, sent_at)
    days = _IN_DAYS.search(text)
    if days:
        at = sent_at + timedelta(days=int(days["days"] or days["term"])) if sent_at else None
        return " ".join(days[0].split()), at
    forever = _FOREVER.search(text)
    return (forever[0], None) if forever else ("", None)


def _instant(found: re.Match[str], sent_at: datetime | None) -> datetime | None:
    year = int(found["year"]) if found["year"] else sent_at.astimezone(SHANGHAI).year if sent_at else 0
    hour, minute = (int(found["hour"]), int(found["minute"] or 0)) if found["hour"] else (23, 59)
    if found["half"] in ("下午", "晚", "晚上") and hour < 12:
        hour += 12
    try:
        day = datetime(year, int(found["month"]), int(found["day"]), tzinfo=SHANGHAI)
    except ValueError:
        return None
    at = day + timedelta(hours=hour, minutes=minute)
    if not found["year"] and sent_at and at < sent_at:
        at = at.replace(year=year + 1) if (at.month, at.day) != (2, 29) else at
    return at
