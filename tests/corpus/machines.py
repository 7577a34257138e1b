"""What kind of mail it is: questions, automatic replies, bounces, mass mail, thanks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.corpus import papers
from tests.corpus.posting import SENDER, head, named, text
from tests.corpus.statement import Held, Message
from tests.unit.parsers.mail.mails import mixed


@dataclass(frozen=True)
class Plain:
    """A mail of words alone; `answered` says whether a letter may go back."""

    kind: str
    subject: str
    words: str
    more: str = ""
    sender: str = SENDER
    answered: bool = False


NDR = "收件人 nobody@unit.example 不存在，邮件无法投递。"
PLAIN: dict[str, Plain] = {
    "enquiry": Plain("enquiry", "咨询推荐名额", "老师您好，请问每个类别可以推荐几名？", answered=True),
    "enquiry-in-a-reply": Plain("enquiry", "Re: 通知", "请问盖章件可以寄纸质版吗？", answered=True),
    "enquiry-about-an-automatic-reply": Plain(
        "enquiry", "请问", "我昨天收到你们的自动回复，请问材料是否已收到？", answered=True
    ),
    "thanks": Plain("other", "Re: 收件回执", "收到，谢谢！"),
    "auto-qq": Plain(
        "auto-reply",
        "自动回复：收件回执",
        "这是来自QQ邮箱的假期自动回复邮件。\n您好，我最近正在休假中，无法亲自回复您的邮件。",
    ),
    "auto-qq-by-its-words": Plain(
        "auto-reply", "Re: 收件回执", "这是来自QQ邮箱的自动回复邮件。\n您的邮件我已收到，我会尽快回复。"
    ),
    "auto-163": Plain("auto-reply", "自动回复:收件回执", "您的来信我已收到，会尽快回复您。"),
    "auto-outlook": Plain(
        "auto-reply", "自动答复: 收件回执", "我在外出差，25日返回后处理。", "Auto-Submitted: auto-replied\r\n"
    ),
    "auto-outlook-english": Plain(
        "auto-reply",
        "Automatic reply: receipt",
        "I am currently out of the office with limited access to email.",
    ),
    "auto-foxmail": Plain(
        "auto-reply", "Re: 收件回执", "您好！我正在外地出差，不能及时处理邮件，返回后尽快回复。"
    ),
    "auto-header-alone": Plain("auto-reply", "Re: 收件回执", "好的", "X-Autoreply: yes\r\n"),
    "auto-precedence": Plain("auto-reply", "Re: 收件回执", "好的", "Precedence: auto_reply\r\n"),
    "bounce-163": Plain("bounce", "系统退信", NDR, "Return-Path: <>\r\n", "postmaster@163.example"),
    "bounce-qq": Plain(
        "bounce",
        "来自qq.com的退信",
        "抱歉，您的邮件被退回来了……\n退信原因：收件人邮箱地址不存在。",
        "",
        "postmaster@qq.example",
    ),
    "bounce-postfix": Plain(
        "bounce",
        "Undelivered Mail Returned to Sender",
        "I'm sorry to have to inform you that your message could not be delivered.",
        "Return-Path: <>\r\n",
        "mailer-daemon@unit.example",
    ),
    "bulk-list": Plain(
        "bulk", "科普资讯第三期", "本期内容见网页。", "List-Id: <news.unit.example>\r\nPrecedence: bulk\r\n"
    ),
    "bulk-unsubscribe": Plain(
        "bulk",
        "春季会议征文",
        "点击 https://a.example/1 报名 https://a.example/2 了解 https://a.example/3\n如不想再收到此类邮件，请退订",
    ),
    "own": Plain("own", "收件回执", "贵单位推荐材料已收悉。", "", "intake@example.org"),
    "receipt-by-words": Plain(
        "auto-reply", "已读: 收件回执", "您的邮件\n收件人: 科普部\n已于 2025年2月21日 10:00 阅读。"
    ),
}


def messages() -> Iterator[Message]:
    """The messages of this chapter."""
    for style, mail in PLAIN.items():
        key = f"kinds/{style}"
        raw = mixed(text(mail.words), head=head(key, mail.subject, sender=mail.sender, more=mail.more))
        answered = mail.sender if mail.answered else None
        yield Message(key, raw, mail.subject, mail.words, (), mail.kind, mail.sender, answered_to=answered)
    yield _report("kinds/bounce-report", "failed", "5.1.1")
    yield _report("kinds/bounce-report-of-delay", "delayed", "4.4.1")
    yield from _material()


def _report(key: str, action: str, status: str) -> Message:
    said = f"Final-Recipient: rfc822; a@b.example\nAction: {action}\nStatus: {status}\n"
    crlf = f"Reporting-MTA: dns; mx.unit.example\n\n{said}".replace("\n", "\r\n").encode()
    report = b"Content-Type: message/delivery-status\r\n\r\n" + crlf
    letter = b"Subject: x\r\nMessage-ID: <shouwen.%s@example.org>\r\n\r\n" % (b"ab" * 20)
    returned = b"Content-Type: text/rfc822-headers\r\n\r\n" + letter
    more = "Return-Path: <>\r\nAuto-Submitted: auto-replied\r\n"
    sender = "mailer-daemon@unit.example"
    top = head(key, "Delivery Status Notification", sender=sender, more=more)
    raw = mixed(
        text("投递情况见附件。"), report, returned, head=top, kind=b"report; report-type=delivery-status"
    )
    files = (Held("未命名附件1", crlf, "opaque text"), Held("未命名附件2", letter, "container message"))
    subject = "Delivery Status Notification"
    return Message(key, raw, subject, None, files, "bounce", sender, answered_to=None)


def _material() -> Iterator[Message]:
    form, scan = papers.both(0)
    both: Sequence[Held] = (form, scan)
    styles = {
        "material-from-an-office-system": "Auto-Submitted: auto-generated\r\n",
        "material-marked-as-bulk": "Precedence: bulk\r\n",
    }
    for style, more in styles.items():
        key = f"kinds/{style}"
        raw = mixed(text("见附件"), *map(named, both), head=head(key, more=more))
        yield Message(key, raw, "推荐材料", "见附件", both, answered_to=None)
    key = "kinds/material-wants-a-read-receipt"
    more = f"Disposition-Notification-To: <{SENDER}>\r\n"
    raw = mixed(text("见附件"), *map(named, both), head=head(key, more=more))
    yield Message(key, raw, "推荐材料", "见附件", both, wants_read_receipt=True)
    key = "kinds/material-without-a-word"
    raw = mixed(*map(named, both), head=head(key, ""))
    yield Message(key, raw, "", "", both)
    key = "kinds/material-return-path"
    raw = mixed(
        text("见附件"), *map(named, both), head=head(key, more="Return-Path: <office@unit.example>\r\n")
    )
    yield Message(key, raw, "推荐材料", "见附件", both, answered_to="office@unit.example")
