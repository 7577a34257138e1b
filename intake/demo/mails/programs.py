"""Letters with files, as QQ Mail, 163, Foxmail, Outlook and Thunderbird send them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import StrEnum
from random import Random

from intake.demo.mails.wire import (
    CRLF,
    as_html,
    base64_body,
    encoded_words,
    header_block,
    multipart,
    part,
    rfc2231,
    text_part,
)
from intake.demo.papers.content import seeded


class Client(StrEnum):
    """The program that wrote a letter; each encodes names in its own way."""

    QQ = "qq"
    NETEASE = "netease"
    FOXMAIL = "foxmail"
    OUTLOOK = "outlook"
    THUNDERBIRD = "thunderbird"


@dataclass(frozen=True, slots=True)
class Author:
    """A mailbox with its display name."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """What stands behind the @."""
        return self.address.partition("@")[2]


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file to attach; `media_type` is what a well-meaning program would call it."""

    filename: str
    content: bytes
    media_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class SampleLetter:
    """A letter before it is written: `sent_at` is the sender's clock, `received_at` the provider's.

    `key` chooses ids and boundaries; two letters with the same key have the same Message-ID.
    `results` is what the provider says of the sender (RFC 8601); empty: that all is well.
    """

    sender: Author
    to: Author
    subject: str
    body: str
    sent_at: datetime
    received_at: datetime
    key: str
    files: tuple[AttachedFile, ...] = ()
    results: str = ""


def compose(draft: SampleLetter, client: Client) -> bytes:
    """The letter as the mailbox holds it (RFC 5322, CRLF), the provider's Received at the top."""
    chance = seeded("mail", draft.key)
    return header_block(received(draft, chance)) + _WRITERS[client](draft, chance)


def received(draft: SampleLetter, chance: Random) -> list[str]:
    """What NetEase's Coremail puts on top of incoming mail."""
    host = f"out-{chance.randint(10, 99)}.mail.{draft.sender.domain}"
    at = draft.received_at.strftime("%a, %d %b %Y %H:%M:%S %z (CST)")
    server = f"gzga-mx-mtada-g{chance.randint(1, 9)}-{chance.randint(1, 9)}"
    address = f"203.0.113.{chance.randint(2, 250)}"
    all_well = (
        f"spf=pass smtp.mail={draft.sender.address}; dkim=pass header.i=@{draft.sender.domain}; dmarc=pass"
    )
    return [
        f"Received: from {host} (unknown [{address}]){CRLF}\tby {server} (Coremail) with SMTP id "
        f"_____w{_token(chance, 22)}--.{chance.randint(1000, 99999)}S2;{CRLF}\t{at}",
        f"Authentication-Results: {server}; {draft.results or all_well}",
    ]


def _qq(draft: SampleLetter, chance: Random) -> bytes:
    words = _words("gb18030")
    stamp = int(draft.sent_at.timestamp())
    number = f"{stamp:08X}_{chance.randrange(16**8):08X}_{chance.randrange(16**8):08X}"
    outer, inner = f"----=_NextPart_{number}0", f"----=_NextPart_{number}1"
    headers = [
        f"X-QQ-mid: webmail{chance.randint(100, 999)}t{stamp}t{chance.randint(10**6, 10**7)}",
        f'From: "{words(draft.sender.name)}" <{draft.sender.address}>',
        f'To: "{words(draft.to.name)}" <{draft.to.address}>',
        f"Subject: {words(draft.subject)}",
        "Mime-Version: 1.0",
        f'Content-Type: multipart/mixed;{CRLF}\tboundary="{outer}"',
        "Content-Transfer-Encoding: 8Bit",
        f"Date: {format_datetime(draft.sent_at)}",
        "X-Priority: 3",
        f"Message-ID: <tencent_{chance.randrange(16**32):032X}@{draft.sender.domain}>",
        "X-QQ-MIME: TCMime 1.0 by Tencent",
        "X-Mailer: QQMail 2.x",
        "X-QQ-Mailer: QQMail 2.x",
    ]
    files = [
        _file(
            item,
            f'charset="gb18030";{CRLF}\tname="{words(item.filename)}"',
            f'filename="{words(item.filename)}"',
        )
        for item in draft.files
    ]
    bodies = _alternatives(draft.body, inner, "gb18030", None, "Microsoft YaHei")
    return part(headers, multipart(outer, [bodies, *files], "This is a multi-part message in MIME format."))


def _netease(draft: SampleLetter, chance: Random) -> bytes:
    words = _words("GBK", "gb18030")
    stamp = int(draft.sent_at.timestamp() * 1000)
    outer = f"----=_Part_{chance.randint(10**4, 10**6)}_{chance.randint(10**8, 10**9)}.{stamp}"
    user = draft.sender.address.partition("@")[0]
    id_left = f"{chance.randrange(16**8):x}.{chance.randrange(16**4):x}.{stamp:x}.Coremail.{user}"
    headers = [
        f"X-Originating-IP: [ 192.0.2.{chance.randint(2, 250)} ]",
        f"Date: {format_datetime(draft.sent_at)} (CST)",
        f"From: {words(draft.sender.name)} <{draft.sender.address}>",
        f"To: {draft.to.address}",
        f"Subject: {words(draft.subject)}",
        "X-Priority: 3",
        f"X-Mailer: Coremail Webmail Server Version XT5.0.14 build{CRLF} 20240801(9da12a7b)"
        " Copyright (c) 2002-2025 www.mailtech.cn 163com",
        f'Content-Type: multipart/mixed; {CRLF}\tboundary="{outer}"',
        "MIME-Version: 1.0",
        f"Message-ID: <{id_left}@{draft.sender.domain}>",
    ]
    files = [
        _file(item, f'{CRLF}\tname="{words(item.filename)}"', f'{CRLF}\tfilename="{words(item.filename)}"')
        for item in draft.files
    ]
    inner = f"----=_Part_{chance.randint(10**4, 10**6)}_{chance.randint(10**8, 10**9)}.{stamp}"
    bodies = _alternatives(draft.body, inner, "GBK", "gb18030", "arial")
    return part(headers, multipart(outer, [bodies, *files]))


def _foxmail(draft: SampleLetter, chance: Random) -> bytes:
    words = _words("GB2312", "gb18030")  # Foxmail says GB2312 whatever the characters are
    digits = f"{chance.randint(10**11, 10**12 - 1)}"
    outer, inner = f"----=_001_NextPart{digits}_=----", f"----=_002_NextPart{digits}_=----"
    headers = [
        f"Date: {format_datetime(draft.sent_at)}",
        f'From: "{words(draft.sender.name)}" <{draft.sender.address}>',
        f"To: {draft.to.address.partition('@')[0]} <{draft.to.address}>",
        f"Subject: {words(draft.subject)}",
        "X-Priority: 3",
        f"X-GUID: {_token(chance, 8)}-{_token(chance, 4)}-{_token(chance, 4)}-{_token(chance, 12)}",
        f"X-Has-Attach: {'yes' if draft.files else 'no'}",
        "X-Mailer: Foxmail 7.2.25.375[cn]",
        "Mime-Version: 1.0",
        f"Message-ID: <{draft.sent_at:%Y%m%d%H%M%S}{chance.randint(10**6, 10**7)}@{draft.sender.domain}>",
        f'Content-Type: multipart/mixed;{CRLF}\tboundary="{outer}"',
    ]
    files = [
        _file(item, f'{CRLF}\tname="{words(item.filename)}"', f'{CRLF}\tfilename="{words(item.filename)}"')
        for item in draft.files
    ]
    bodies = _alternatives(draft.body, inner, "GB2312", "gb18030", "Microsoft YaHei UI")
    return part(headers, multipart(outer, [bodies, *files], "This is a multi-part message in MIME format."))


def _outlook(draft: SampleLetter, chance: Random) -> bytes:
    words = _words("gb2312", "gb18030")
    number = f"{chance.randrange(16**8):08X}.{chance.randrange(16**8):08X}"
    outer, inner = f"----=_NextPart_000_0012_{number}", f"----=_NextPart_001_0013_{number}"
    headers = [
        f"From: {words(draft.sender.name)} <{draft.sender.address}>",
        f"To: <{draft.to.address}>",
        f"Subject: {words(draft.subject)}",
        f"Date: {format_datetime(draft.sent_at)}",
        f"Message-ID: <{chance.randrange(16**12):012x}$@{draft.sender.domain}>",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/mixed;{CRLF}\tboundary="{outer}"',
        "X-Mailer: Microsoft Outlook 16.0",
        f"Thread-Index: Adt{_token(chance, 27)}==",
        "Content-Language: zh-cn",
    ]
    files = [
        _file(
            item,
            f'{CRLF}\tname="{words(item.filename)}"',
            f'{CRLF}\tfilename="{words(item.filename)}"',
            item.media_type,
        )
        for item in draft.files
    ]
    bodies = _alternatives(draft.body, inner, "gb2312", "gb18030", "宋体")
    return part(headers, multipart(outer, [bodies, *files], "This is a multipart message in MIME format."))


def _thunderbird(draft: SampleLetter, chance: Random) -> bytes:
    words = _words("UTF-8")
    outer = f"------------{_token(chance, 24)}"
    headers = [
        f'Content-Type: multipart/mixed; boundary="{outer}"',
        f"Message-ID: <{chance.randrange(16**8):08x}-{_token(chance, 12)}@{draft.sender.domain}>",
        # Set to keep the zone of the sender to itself, this program gives the time in UTC.
        f"Date: {format_datetime(draft.sent_at.astimezone(UTC))}",
        "MIME-Version: 1.0",
        "User-Agent: Mozilla Thunderbird",
        "Content-Language: zh-CN",
        f"To: {draft.to.address}",
        f"From: {words(draft.sender.name)} <{draft.sender.address}>",
        f"Subject: {words(draft.subject)}",
    ]
    files = [
        _file(
            item,
            f'name="{words(item.filename)}"',
            f"{CRLF} {rfc2231('filename', item.filename)}",
            item.media_type,
        )
        for item in draft.files
    ]
    text = text_part(draft.body, "plain", "UTF-8")
    return part(headers, multipart(outer, [text, *files], "This is a multi-part message in MIME format."))


_WRITERS: dict[Client, Callable[[SampleLetter, Random], bytes]] = {
    Client.QQ: _qq,
    Client.NETEASE: _netease,
    Client.FOXMAIL: _foxmail,
    Client.OUTLOOK: _outlook,
    Client.THUNDERBIRD: _thunderbird,
}


def _words(label: str, codec: str | None = None) -> Callable[[str], str]:
    return lambda text: encoded_words(text, label, codec)


def _alternatives(body: str, boundary: str, label: str, codec: str | None, font: str) -> bytes:
    """The letter's words as text and as HTML."""
    both = [
        text_part(body, "plain", label, codec),
        text_part(as_html(body, font=font), "html", label, codec),
    ]
    header = f'Content-Type: multipart/alternative;{CRLF}\tboundary="{boundary}"'
    return part([header], multipart(boundary, both))


def _file(
    item: AttachedFile, name: str, filename: str, media_type: str = "application/octet-stream"
) -> bytes:
    headers = [
        f"Content-Type: {media_type}; {name}",
        "Content-Transfer-Encoding: base64",
        f"Content-Disposition: attachment; {filename}",
    ]
    return part(headers, base64_body(item.content))


def _token(chance: Random, length: int) -> str:
    return "".join(chance.choices("ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789", k=length))
