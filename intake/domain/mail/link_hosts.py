"""Where files lie that a mail offers by a link: the providers' stores of large attachments, and net disks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_STORES: tuple[tuple[str, str, str], ...] = (
    # What mail providers make of an attachment that is too large to be one.
    ("QQ邮箱超大附件", r"mail\.qq\.com", r"/(?:cgi-bin/)?ftn"),
    ("QQ邮箱超大附件", r"ftn\.qq\.com", r"/."),
    ("腾讯企业邮箱超大附件", r"exmail\.qq\.com", r"/(?:cgi-bin/)?ftn"),
    ("网易邮箱超大附件", r"mail\.(?:163\.com|126\.com|yeah\.net|188\.com)", r"/large-attachment-download"),
    ("网易邮箱超大附件", r"fs\.163\.com", r"/fs/"),
    ("网易邮箱云附件", r"dashi\.163\.com", r"/html/cloud-attachment-download"),
    ("网易企业邮箱云附件", r"edisk\.qiye\.163\.com", r"/api/biz/attachment/download"),
    ("新浪邮箱超大附件", r"mail\.sina\.(?:com\.cn|com|cn)", r"/filecenter/"),
    ("139邮箱超大附件", r"mail\.10086\.cn", r"/\S{0,200}(?:down|share|disk|attach)"),
    ("阿里邮箱超大附件", r"aliyun\.com", r"/alimail/\S{0,200}(?:attach|disk|download)"),
    ("iCloud邮包", r"icloud\.com(?:\.cn)?", r"/(?:attachment|iclouddrive)"),
    # Net disks and shared documents.
    ("百度网盘", r"(?:pan|yun|eyun)\.baidu\.com", r"/(?:s|e|share|wap)[/?]"),
    ("阿里云盘", r"(?:aliyundrive|alipan)\.com", r"/[st]/"),
    ("腾讯微云", r"weiyun\.com", r"/(?!disk\b)[\w-]{5,}"),
    ("夸克网盘", r"pan\.quark\.cn", r"/s/"),
    ("UC网盘", r"drive\.uc\.cn", r"/s/"),
    ("迅雷云盘", r"pan\.xunlei\.com", r"/s/"),
    ("123云盘", r"(?:123pan|123684|123865|123912)\.(?:com|cn)", r"/s/"),
    ("天翼云盘", r"cloud\.189\.cn", r"/(?:t/|w/|web/share|file/)"),
    ("移动云盘", r"(?:caiyun|yun)\.139\.com", r"/\S"),
    ("奶牛快传", r"cowtransfer\.com", r"/s/"),
    ("文叔叔", r"(?:wenshushu|wss1)\.cn", r"/[fk]/"),
    ("蓝奏云", r"lanzou[a-z]?\.com", r"/\w{4,}"),
    ("坚果云", r"jianguoyun\.com", r"/p/"),
    ("城通网盘", r"ctfile\.com", r"/(?:f|d|file|dir)/"),
    ("企业微信微盘", r"drive\.weixin\.qq\.com", r"/s"),
    ("金山文档", r"kdocs\.cn", r"/(?:l|p|view)/"),
    ("WPS云文档", r"wps\.cn", r"/[lp]/"),
    ("腾讯文档", r"docs\.qq\.com", r"/(?!form)(?:doc|sheet|smartsheet|slide|pdf|file|s|desktop)\b"),
    ("飞书云文档", r"(?:feishu\.cn|larksuite\.com)", r"/(?:file|drive|docx?|docs|wiki)/"),
    ("OneDrive", r"(?:1drv\.ms|onedrive\.live\.com|sharepoint\.com)", r"/\S{4,}"),
    ("Google云端硬盘", r"drive\.google\.com", r"/(?:file|open|drive|uc)\b"),
)
"""Name, host (any host below it too), and how the path begins: a provider's other pages are no files."""

_PLACES = tuple(
    (name, re.compile(rf"(?:[\w-]+\.)*{host}"), re.compile(path, re.I)) for name, host, path in _STORES
)
_URL = re.compile(
    r"(?<![A-Za-z0-9@._/-])(?:https?://)?(?P<host>(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,8})(?::\d{2,5})?"
    r"(?P<path>/[!#-&(-;=?-~]{0,2000})",
    re.I,
)
_SAME_FILE = re.compile(r"[?&#/](?:k|key|file|identity|id|linkkey|share_id)=([\w%~.-]{8,})", re.I)

MARKER = re.compile(
    r"(?:从|发自|来自|通过)\s?(?P<whose>[^\n，。；！？]{0,20}?)\s?(?:发来|发送|分享)?的?\s?"
    r"(?P<what>超大附件|云附件|大附件|超大文件|文件中转站)\s*(?:$|[(（:：\[【\s]|推荐客户端)"
    r"|^[^\S\n]*+[\[【]?(?:您收到的?)?(?P<alone>超大附件|云附件|大附件|超大文件)[\]】]?\s*(?:[:：]|[(（]\d{1,3}个?[)）]|$)",
    re.M,
)
"""The line that a provider puts above its links ("从QQ邮箱发来的超大附件"), unlike prose about them."""


_MARKS = ("大附件", "云附件", "超大文件", "文件中转站")
"""One of them stands in every such line."""

MAY_OFFER = re.compile("|".join((*(host for _, host, _ in _STORES), *_MARKS)), re.I)
"""Stands in every text that offers a file by a link; the most mails are done with by looking for it alone."""


@dataclass(frozen=True, slots=True)
class LinkSpan:
    """A link as it stands in a line: from `start` to `end`; `place` is empty for an unknown host."""

    url: str
    place: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """The same for all links to one file: its icon, its name and its download button."""
        found = _SAME_FILE.search(self.url)
        return f"{self.place}?{found[1]}" if found else self.url.partition("://")[2] or self.url


def addresses(line: str) -> Iterator[LinkSpan]:
    """The links in a line, with or without http:// before them."""
    for found in _URL.finditer(line):
        url = found[0].rstrip(").,;]}")
        yield LinkSpan(
            url, _place(found["host"].lower(), found["path"]), found.start(), found.start() + len(url)
        )


def _place(host: str, path: str) -> str:
    for name, hosts, paths in _PLACES:
        if hosts.fullmatch(host) and paths.match(path):
            return name
    return ""


def marked_place(line: str) -> str:
    """What a marker line says the links below it are ("QQ邮箱超大附件"); empty for any other line."""
    found = MARKER.search(line)
    if not found:
        return ""
    if found["alone"]:
        return found["alone"]
    whose = re.sub(r"^(?:以下|下列|我的|的)|[的“”\"']", "", found["whose"] or "").strip()
    return f"{whose}{found['what']}"
