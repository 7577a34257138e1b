"""Files that a mail offers by a link instead of bringing them: what, how large, until when.

Nothing is ever fetched: a link is read as the sender's words.  What speaks of links without
giving one ("请勿使用网盘") offers nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from intake.domain.mail.link_details import Expiry, expiry_in, name_in, name_in_url, size_in
from intake.domain.mail.link_hosts import MAY_OFFER, LinkSpan, addresses, marked_place
from intake.domain.model.endings import Ending, bare_endings
from intake.domain.text.names import compact

SOON = timedelta(days=2)
"""A link that ends within this time is pressing: staff can still ask for the file."""

MOST_LINKS = 50
"""Links of one mail that are listed; a province's largest letter has a file for each of 20 nominees."""

LINES = 4_000
LEFT, RIGHT = 300, 200
"""Lines of a body, and characters before and behind a link, that are looked at."""

REACH = 3
"""Lines over which a name or an expiry belongs to a link above or below it."""

BLOCK = 40
"""Lines below a provider's marker that can be its list of files."""

MOST_KEPT, LONGEST_KEPT = 1024, 4_000
"""Mails of which the links are kept, unless they are long: those of the units that are judged together."""

UNNAMED_PLACE = "超大附件"
_BUTTONS = ("下载", "进入下载页面", "点击下载", "立即下载", "打开", "查看", "保存到网盘")
_IN_BRACKETS = re.compile(r"[(（]\s?\d{1,4}(?:[.,]\d{1,3})?\s?[KMGT]i?B?\s?[,，]", re.I)
_NO_FILES = ("u.163.com", "mimg.127.net", "mail.163.com", "mail.qq.com", "res.mail.qq.com")
"""Hosts that stand in a provider's block beside the files: its advertisements and pictures."""


@dataclass(frozen=True, slots=True)
class CloudLink:
    """One file offered by a link.

    `filename`, `size` ("128.03M") and `expiry` ("2025年3月1日 21:59 到期") are as written, or
    empty; `expires` is that expiry as an instant, where it can be told.  `url` is empty
    where the provider's lines came without their links.
    """

    provider: str
    filename: str = ""
    size: str = ""
    expires: datetime | None = None
    expiry: str = ""
    url: str = ""

    @property
    def told(self) -> str:
        """The link for letters and staff, without its address: QQ邮箱超大附件“张三.pdf”，128.03MB，…到期."""
        named = f"{self.provider}“{self.filename}”" if self.filename else self.provider
        # Providers write 128.03M: letters name the unit.
        size = f"{self.size}B" if self.size[-1:] in tuple("KMGkmg") else self.size
        return "，".join(part for part in (named, size, self.expiry) if part)

    def urgency(self, now: datetime) -> str:
        """已到期, 即将到期 (within two days) or nothing."""
        if self.expires is None:
            return ""
        if self.expires <= now:
            return "已到期"
        return "即将到期" if self.expires - now <= SOON else ""


def cloud_links(body: str, sent_at: datetime | None = None) -> tuple[CloudLink, ...]:
    """The files offered by links in the sender's own words, in order, each once.

    `body` is the message's text, links of its HTML as 文字 <url>; `sent_at` dates an expiry
    told in days.  Links of known stores count wherever they stand, others only in the
    list of files that a provider marks.
    """
    pieces = list(_pieces(body, sent_at))
    linked = _by_file(piece for piece in pieces if piece.url)[:MOST_LINKS]
    details = [piece for piece in pieces if not piece.url and (piece.name or piece.size or piece.expiry[0])]
    left = _deal(details, linked)
    found = [*linked, *(piece for piece in left if piece.is_listed)]
    found.sort(key=lambda piece: piece.line)
    return tuple(piece.link for piece in found)[:MOST_LINKS]


def own_links(body: str, quoted: str, sent_at: datetime | None = None) -> tuple[CloudLink, ...]:
    """The links of a mail whose history is apart.

    QQ Mail puts its list of files below the history of a reply: what follows the last
    marker there is the sender's own if it brings a file.
    """
    kept = len(body) + len(quoted) <= LONGEST_KEPT
    return _own_links(body, quoted, sent_at) if kept else _own_links.__wrapped__(body, quoted, sent_at)


@lru_cache(maxsize=MOST_KEPT)
def _own_links(body: str, quoted: str, sent_at: datetime | None) -> tuple[CloudLink, ...]:
    if not MAY_OFFER.search(body) and not MAY_OFFER.search(quoted):
        return ()
    lines = quoted.split("\n")[-LINES:]
    marks = [number for number, line in enumerate(lines) if _is_marker_of_own(line)]
    tail = "\n".join(lines[marks[-1] :]) if marks else ""
    known = cloud_links(body, sent_at)
    urls = {link.url for link in known}
    return (*known, *(link for link in cloud_links(tail, sent_at) if link.url and link.url not in urls))


def has_cloud_link(body: str, quoted: str = "") -> bool:
    """True when a mail offers files by a link instead of attaching them."""
    return bool(own_links(body, quoted))


def still_open(links: Sequence[CloudLink], arrived: Collection[str]) -> tuple[CloudLink, ...]:
    """The links whose file has not come as an attachment since, by its name."""
    if not links:
        return ()
    known = {compact(name) for name in arrived}
    return tuple(link for link in links if not link.filename or compact(link.filename) not in known)


@dataclass(slots=True)
class _Piece:
    """A line, or the part of it that belongs to one link."""

    line: int
    place: str
    url: str
    key: str
    name: str
    size: str
    expiry: Expiry
    is_listed: bool
    lines: set[int] = field(default_factory=set)

    def distance(self, line: int) -> int:
        """Lines from there to the nearest of its own; beyond `REACH` it is told as out of reach."""
        near = (off for off in range(REACH + 1) if {line - off, line + off} & self.lines)
        return next(near, REACH + 1)

    @property
    def link(self) -> CloudLink:
        name = self.name or name_in_url(self.url)
        return CloudLink(
            self.place or UNNAMED_PLACE, name, self.size, self.expiry[1], self.expiry[0], self.url
        )

    def fill(self, other: _Piece) -> None:
        """Takes over what this one does not know yet."""
        self.name = self.name or other.name
        self.size = self.size or other.size
        self.expiry = self.expiry if self.expiry[0] else other.expiry
        self.lines.add(other.line)


def _pieces(body: str, sent_at: datetime | None) -> Iterator[_Piece]:
    marked, since = "", -BLOCK
    for number, line in enumerate(body.split("\n", LINES)[:LINES]):
        if place := marked_place(line[: LEFT + RIGHT]):
            marked, since = place, number
        listed = marked if number - since < BLOCK else ""
        found = [item for item in addresses(line) if item.place or (listed and _may_list(item, line))]
        for text, item in _parted(line, found):
            yield _piece(number, text, item, listed, sent_at)


def _may_list(item: LinkSpan, line: str) -> bool:
    """True for a link to an unknown host that stands as a file in a provider's list."""
    host = item.url.partition("://")[2].partition("/")[0]
    around = line[max(item.start - LEFT, 0) : item.end + RIGHT]
    label = line[max(item.start - LEFT, 0) : item.start].rstrip(" <:：")
    alone = not (line[: item.start] + line[item.end :]).strip(" <>\t")
    return host not in _NO_FILES and bool(
        alone
        or size_in(around)
        or expiry_in(around, None)[0]
        or label.endswith((*_BUTTONS, *bare_endings(Ending.LINKED)))
    )


def _parted(line: str, found: Sequence[LinkSpan]) -> Iterator[tuple[str, LinkSpan | None]]:
    """A line as its links' parts: words before a link are its own, a bracket behind it as well."""
    if not found:
        yield line[: LEFT + RIGHT], None
        return
    begin = 0
    for item, follower in zip(found, [*found[1:], None], strict=True):
        end = len(line)
        if follower is not None:
            # The next link's words begin behind the brackets of this one.
            between = line[item.end : follower.start]
            closing = max(between.rfind(")"), between.rfind("）"))
            end = item.end + closing + 1 if closing >= 0 else item.end
        text = (
            line[max(begin, item.start - LEFT) : item.start]
            + "\t"
            + line[item.end : min(end, item.end + RIGHT)]
        )
        yield text, item
        begin = end


def _piece(number: int, text: str, item: LinkSpan | None, listed: str, sent_at: datetime | None) -> _Piece:
    words = "".join(" " if character in "<>" else character for character in text)
    before = words.partition("\t")[0]
    size, expiry = size_in(words), expiry_in(words, sent_at)
    is_label = bool(listed or size or expiry[0]) or text.partition("\t")[0].endswith("<")
    name = name_in(before, is_label) or name_in(words, is_label)
    is_listed = bool(size and expiry[0]) and _is_in_list(words, name, listed)
    if item is None and not listed and not is_listed:
        name = name if size or expiry[0] or _shares(before) else ""
    place, url, key = (item.place, item.url, item.key) if item else ("", "", "")
    return _Piece(number, place or listed or marked_place(words), url, key, name, size, expiry, is_listed)


def _is_in_list(words: str, name: str, listed: str) -> bool:
    """True for a line in the form that providers write; our own letters name files, sizes, expiries too."""
    in_form = _IN_BRACKETS.search(words) or (listed and "|" in words)
    return bool(in_form and (name or listed or marked_place(words)))


def _shares(words: str) -> bool:
    """True for the line that a net disk puts above its link."""
    return "分享" in words or words.lstrip().startswith(("【", "文件名", "「"))


def _by_file(pieces: Iterator[_Piece]) -> list[_Piece]:
    """One piece for a file, however many links (icon, name, button) lead to it."""
    files: dict[str, _Piece] = {}
    for piece in pieces:
        first = files.setdefault(piece.key, piece)
        first.fill(piece)
    return list(files.values())


def _deal(details: Sequence[_Piece], linked: Sequence[_Piece]) -> list[_Piece]:
    """Gives lines without a link to the links that they describe; returns those left over."""
    bare = [piece for piece in linked if not piece.name and not piece.size]
    whole = [piece for piece in details if piece.name]
    if whole and len(whole) == len(bare):
        for piece, own in zip(bare, whole, strict=True):
            piece.fill(own)
        whole = []
    rest = []
    for piece in [*whole, *(piece for piece in details if not piece.name)]:
        owner = _nearest(piece, linked)
        if owner is None:
            rest.append(piece)
        else:
            owner.fill(piece)
    return rest


def _nearest(piece: _Piece, linked: Sequence[_Piece]) -> _Piece | None:
    """The link within reach that lacks what the line tells; one above it before one below it."""

    def lacks(other: _Piece) -> bool:
        return bool(
            (piece.name and not other.name)
            or (not piece.name and piece.size and not other.size)
            or (not piece.name and piece.expiry[0] and not other.expiry[0])
        )

    near = [
        (other.distance(piece.line), piece.line < other.line, number)
        for number, other in enumerate(linked)
        if lacks(other)
    ]
    best = min(near, default=None)
    return linked[best[2]] if best and best[0] <= REACH else None


def _is_marker_of_own(line: str) -> bool:
    return bool(marked_place(line)) and not line.lstrip().startswith(">")
