"""Mail that came back: reports by the standard, the providers' own notices, and what they speak of."""

from __future__ import annotations

import pytest

from intake.domain.mail.bounces import bounced_message_ids, failed_recipients, outcome_of, reason_of
from intake.domain.mail.kind import kind_of
from intake.domain.model.facts import MessageFacts
from intake.domain.model.mail import MessageKind
from tests.unit.domain.letters_in import file, mail

OWN = frozenset({"intake@example.org"})
REPORT = "multipart/report; report-type=delivery-status"
OURS = "<shouwen.0123456789abcdef0123456789abcdef01234567@163.com>"
NETEASE = (
    "抱歉，您的邮件被退回来了……\n原邮件信息：\n时　间：\t2025-02-21 09:33:59\n主　题：\t收件回执\n"
    "收件人：\tkp@zast.example.cn\n退信原因：\n邮差小易抱歉地通知您，不知道是什么原因，对方退信了。\n"
    "英文说明:rcpt handle timeout."
)
EXCHANGE = "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@zast.example.cn"

BOUNCES: dict[str, MessageFacts] = {
    "RFC 3464": mail(
        "Delivery Status Notification (Failure)", "Action: failed", "x@mx.example", content_type=REPORT
    ),
    "a report without its parameter": mail(
        "退信",
        "",
        "x@mx.example",
        file("message/delivery-status", 300, None),
        content_type="multipart/report",
    ),
    "163": mail("系统退信", NETEASE, "postmaster@163.com"),
    "163, by the null sender": mail("系统退信", NETEASE, "postmaster@163.com", return_path=""),
    "163, returning our papers": mail("系统退信", NETEASE, "postmaster@163.com", file()),
    "126": mail("系统退信/Systems bounce", NETEASE, "postmaster@126.com"),
    "coremail": mail("系统退信/The email is returned", "抱歉，您的邮件被退回来了", "postmaster@univ.example"),
    "qq": mail(
        "系统退信",
        "很抱歉，您发送的邮件被退回，以下是该邮件的相关信息：\n被退回邮件 主题：收件回执\n"
        "退信原因 收件人不存在",
        "postmaster@qq.com",
    ),
    "qq, another subject": mail(
        "来自qq.com的退信", "无法发送到 1234567@qq.com\n收件人邮箱已满", "postmaster@qq.com"
    ),
    "exchange, Chinese": mail("未传递: 收件回执", "传递到以下收件人或组失败:", EXCHANGE),
    "exchange, Chinese, newer": mail(
        "未送达: 收件回执", "无法将邮件传递给以下收件人", "postmaster@zast.example.cn"
    ),
    "exchange, English": mail("Undeliverable: 收件回执", "Delivery has failed to these recipients", EXCHANGE),
    "outlook as sender": mail("Undeliverable: receipt", "", "x@y.example", name="Microsoft Outlook"),
    "postfix": mail(
        "Undelivered Mail Returned to Sender",
        "This is the mail system at host mx.",
        "mailer-daemon@mx.example",
    ),
    "sendmail": mail("Returned mail: see transcript for details", "", "mailer-daemon@mx.example"),
    "qmail": mail("failure notice", "Hi. This is the qmail-send program.", "mailer-daemon@mx.example"),
    "exim": mail("Mail delivery failed: returning message to sender", "", "mailer-daemon@mx.example"),
    "gmail": mail("Delivery Status Notification (Failure)", "", "mailer-daemon@googlemail.com"),
    "gmail's header": mail(
        "Re: x", "", "x@y.example", automatic={"x-failed-recipients": "kp@zast.example.cn"}
    ),
    "domino": mail("DELIVERY FAILURE: User not listed in Directory", "", "postmaster@zast.example.cn"),
    "sina": mail("邮件投递失败通知", "您的邮件无法投递到以下收件人", "mailer-daemon@sina.com"),
    "by the null sender": mail("Undeliverable mail", "", "a@example.org", return_path=""),
    "by its words alone": mail(
        "通知", "Recipient address rejected: User unknown", "mailer-daemon@mx.example"
    ),
    "a delay": mail("Warning: message 1abc delayed 24 hours", "still trying", "mailer-daemon@mx.example"),
    "a delay, Chinese": mail("投递延迟: 收件回执", "系统仍在尝试投递", "postmaster@zast.example.cn"),
    "exchange, relayed": mail(
        "已中继: 收件回执", "向以下收件人或通讯组完成传递，但目标服务器未发送通知", EXCHANGE
    ),
    "exchange, delivered": mail("Delivered: 收件回执", "Your message has been delivered to", EXCHANGE),
    "domino, older": mail(
        "Nondeliverable mail", "--- The following addresses had problems", "postmaster@x.cn"
    ),
    "in characters of Taiwan": mail(
        "退件通知: 收件回執", "您的郵件無法寄達下列收件人", "postmaster@x.example"
    ),
    "rejected": mail("您的邮件被拒收", "收件人的邮件服务器拒绝了您的邮件", "postmaster@163.com"),
    "rejected, English": mail("Rejected: receipt", "rejected by the recipient's server", "postmaster@x.cn"),
    "by a code alone": mail("Re: 收件回执", "550 Mailbox not found or access denied", "MAILER-DAEMON@x.cn"),
    "over quota": mail("收件回执", "<a@b.cn>: 552 Quota exceeded", "MAILER-DAEMON@x.cn"),
    "the full box named first": mail("邮箱已满：收件回执", "该用户邮箱已满，邮件未能投递", "postmaster@x.cn"),
    "a busy server": mail(
        "收件人服务器繁忙", "您的邮件暂时未能投递，系统将继续尝试", "postmaster@aliyun.com"
    ),
    "blocked on its way": mail("邮件被拦截通知", "因疑似垃圾邮件被拦截，未能送达收件人", "postmaster@x.cn"),
    "in any language, with our header": mail(
        "Échec de remise", f"Votre message n'a pas été remis\nMessage-ID: {OURS}", "postmaster@x.example"
    ),
    "a success": mail(
        "Delivered: 收件回执", "Action: delivered", "postmaster@zast.example.cn", content_type=REPORT
    ),
}


@pytest.mark.parametrize("name", BOUNCES)
def test_a_bounce_is_told_from_all_other_mail(name: str) -> None:
    assert kind_of(BOUNCES[name], OWN) is MessageKind.BOUNCE


@pytest.mark.parametrize(
    "facts",
    [
        mail("系统退信，重新报送", "前次发送被系统退信，现重新报送。"),
        mail("转发：系统退信，重新报送", NETEASE, "kp@zast.example.cn", file()),
        mail("Undeliverable: receipt", "请问这是什么意思？"),
        mail("邮箱变更", "我们的邮箱换了", "postmaster@zast.example.cn"),
        mail("推荐材料", "系统提示投递失败，故重发", "postmaster@zast.example.cn", file()),
        mail("关于拒收", "我单位邮件被贵方服务器拒收，请老师核实"),
        mail("已送达：纸质材料", "纸质材料已送达贵处，请问还需要补充什么？"),
        mail("退件", f"贵处退件是何原因？\nMessage-ID: {OURS}"),
    ],
)
def test_a_person_bounces_nothing(facts: MessageFacts) -> None:
    assert kind_of(facts, OWN) in (MessageKind.ENQUIRY, MessageKind.MATERIAL)


@pytest.mark.parametrize(
    ("subject", "body", "outcome"),
    [
        ("x", "Final-Recipient: rfc822; a@b\nAction: failed\nStatus: 5.1.1", "failed"),
        ("x", "Action: delivered\n\nAction: delayed", "delayed"),
        ("x", "Action: delivered\n\nAction: failed", "failed"),
        ("x", "Action: relayed", "delivered"),
        ("系统退信", NETEASE, "failed"),
        ("投递延迟: 收件回执", "", "delayed"),
        ("Delivery Status Notification (Delay)", "", "delayed"),
        ("Delivery Status Notification (Success)", "", "delivered"),
    ],
)
def test_what_became_of_the_letter(subject: str, body: str, outcome: str) -> None:
    assert outcome_of(mail(subject, body, "mailer-daemon@mx.example")) == outcome


def test_the_letters_that_a_bounce_speaks_of_ours_first() -> None:
    body = f"From: a@example.org\nMessage-ID: <other@mx.example>\nX-Original-Message-Id: {OURS}"
    facts = mail("退信", body, "postmaster@163.com", references=("<thread@x.example>", OURS))
    assert bounced_message_ids(facts) == (OURS, "<other@mx.example>", "<thread@x.example>")
    assert bounced_message_ids(mail("退信", NETEASE)) == ()
    assert bounced_message_ids(mail("退信", "", quoted=f"原邮件 {OURS}")) == (OURS,)


@pytest.mark.parametrize(
    ("facts", "addresses"),
    [
        (
            mail("x", "Final-Recipient: rfc822; KP@zast.example.cn\nAction: failed\n\nTo: a@b.example"),
            ["kp@zast.example.cn"],
        ),
        (mail("x", "Original-Recipient: rfc822;<kp@zast.example.cn>"), ["kp@zast.example.cn"]),
        (
            mail("x", "a@b.example", automatic={"x-failed-recipients": "kp@zast.example.cn"}),
            ["kp@zast.example.cn"],
        ),
        (mail("x", NETEASE), ["kp@zast.example.cn"]),
        (mail("x", "收件人不存在"), []),
        (mail("x", " ".join(f"a{n}@b.example" for n in range(60))), []),
    ],
)
def test_the_addresses_that_a_bounce_names(facts: MessageFacts, addresses: list[str]) -> None:
    assert list(failed_recipients(facts)) == addresses


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("Status: 5.1.1\nmailbox full", "收件地址不存在"),
        ("Status: 5.2.2", "收件邮箱已满"),
        ("Status: 5.7.1", "对方拒收"),
        ("Status: 5.0.0\n550 User unknown", "收件地址不存在"),
        ("收件人邮箱已满", "收件邮箱已满"),
        ("被对方拒收，疑似垃圾邮件", "对方拒收"),
        (NETEASE, "退信未说明原因"),
    ],
)
def test_why_a_letter_came_back_in_words_for_staff(body: str, reason: str) -> None:
    assert reason_of(mail("系统退信", body)) == reason
