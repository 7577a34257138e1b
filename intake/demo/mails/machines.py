"""Mail that no person wrote: automatic replies, a bounce, newsletters."""

from __future__ import annotations

from email.utils import format_datetime

from intake.demo.mails.programs import SampleLetter, received
from intake.demo.mails.wire import CRLF, as_html, encoded_words, header_block, multipart, part, text_part
from intake.demo.papers.content import seeded


def qq_vacation(draft: SampleLetter) -> bytes:
    """QQ Mail's holiday reply: no header betrays it, only the body's first sentence."""
    chance = seeded("mail", draft.key)
    body = f"这是来自QQ邮箱的假期自动回复邮件。\n\n{draft.body}"
    headers = [
        *received(draft, chance),
        *_letterhead(draft, "gb18030", f"tencent_{chance.randrange(16**32):032X}"),
        "X-QQ-MIME: TCMime 1.0 by Tencent",
        "X-Mailer: QQMail 2.x",
    ]
    return header_block([*headers, "Mime-Version: 1.0"]) + text_part(body, "plain", "gb18030")


def outlook_out_of_office(draft: SampleLetter) -> bytes:
    """Exchange's out-of-office reply, marked as such (RFC 3834 §5)."""
    chance = seeded("mail", draft.key)
    headers = [
        *received(draft, chance),
        *_letterhead(draft, "gb2312", f"{chance.randrange(16**16):016x}", codec="gb18030"),
        "Auto-Submitted: auto-replied",
        "X-Auto-Response-Suppress: All",
        "MIME-Version: 1.0",
    ]
    html = text_part(as_html(draft.body, font="宋体"), "html", "gb2312", "gb18030")
    return header_block(headers) + html


def bounce(draft: SampleLetter, failed: str, original_id: str) -> bytes:
    """A delivery report (RFC 3464) for a letter to `failed`, from the null sender."""
    chance = seeded("mail", draft.key)
    boundary = f"{chance.randrange(16**20):020X}/mx.{draft.sender.domain}"
    headers = [
        "Return-Path: <>",
        *received(draft, chance),
        *_letterhead(draft, "UTF-8", f"{chance.randrange(16**12):012X}"),
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type=delivery-status;{CRLF}\tboundary="{boundary}"',
    ]
    status = CRLF.join(
        [
            f"Reporting-MTA: dns; mx.{draft.sender.domain}",
            f"Arrival-Date: {format_datetime(draft.sent_at)}",
            "",
            f"Final-Recipient: rfc822; {failed}",
            "Action: failed",
            "Status: 5.1.1",
            "Diagnostic-Code: smtp; 550 5.1.1 User unknown",
            "",
        ]
    )
    original = CRLF.join(
        [
            f"From: <{draft.to.address}>",
            f"To: <{failed}>",
            f"Subject: {encoded_words('关于做好先进典型推荐工作的提醒', 'UTF-8')}",
            f"Message-ID: <{original_id}>",
            "",
        ]
    )
    parts = [
        text_part(draft.body, "plain", "UTF-8"),
        part(["Content-Type: message/delivery-status"], status.encode("ascii")),
        part(["Content-Type: text/rfc822-headers"], original.encode("ascii")),
    ]
    return part(headers, multipart(boundary, parts))


def newsletter(draft: SampleLetter) -> bytes:
    """Mass mail with the headers that say so (RFC 2369, RFC 2919)."""
    chance = seeded("mail", draft.key)
    headers = [
        *received(draft, chance),
        *_letterhead(draft, "UTF-8", f"{chance.randrange(16**14):014x}.news"),
        f"List-Id: <news.{draft.sender.domain}>",
        f"List-Unsubscribe: <https://{draft.sender.domain}/unsubscribe?u={chance.randrange(10**8)}>",
        "Precedence: bulk",
        "MIME-Version: 1.0",
    ]
    return header_block(headers) + text_part(as_html(draft.body, font="sans-serif"), "html", "UTF-8")


def _letterhead(draft: SampleLetter, label: str, id_left: str, codec: str | None = None) -> list[str]:
    return [
        f"From: {encoded_words(draft.sender.name, label, codec)} <{draft.sender.address}>",
        f"To: {draft.to.address}",
        f"Subject: {encoded_words(draft.subject, label, codec)}",
        f"Date: {format_datetime(draft.sent_at)}",
        f"Message-ID: <{id_left}@{draft.sender.domain}>",
    ]
