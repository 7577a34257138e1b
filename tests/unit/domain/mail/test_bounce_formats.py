"""Bounces as servers write them: each is known, by what its subject, sender and first words say."""

from __future__ import annotations

import pytest

from intake.domain.mail.bounces import failed_recipients, outcome_of
from intake.domain.mail.kind import kind_of
from intake.domain.model.mail import MessageKind
from tests.unit.domain.letters_in import mail

OWN = frozenset({"intake@example.org"})
TO = "kp@zast.example.cn"
DAEMON, MASTER = "mailer-daemon@mx.example", "postmaster@zast.example.cn"

FAILED: dict[str, tuple[str, str, str]] = {
    "sendmail 8": (
        "MAILER-DAEMON@mx.example",
        "Returned mail: see transcript for details",
        f"   ----- The following addresses had permanent fatal errors -----\n<{TO}>\n"
        "    (reason: 550 5.1.1 User unknown)",
    ),
    "sendmail, by the host": (
        DAEMON,
        "Returned mail: Host unknown (Name server: mx: host not found)",
        f"550 <{TO}>... Host unknown",
    ),
    "postfix": (
        "MAILER-DAEMON@mx.example",
        "Undelivered Mail Returned to Sender",
        "This is the mail system at host mx.example.\n\nI'm sorry to have to inform you "
        "that your message could "
        f"not\nbe delivered to one or more recipients.\n\n<{TO}>: host mx said: 550 5.1.1 User unknown",
    ),
    "exim": (
        "Mailer-Daemon@mx.example",
        "Mail delivery failed: returning message to sender",
        "This message was created automatically by mail delivery software.\n\nA message "
        "that you sent could not "
        f"be delivered to one or more of its\nrecipients. The following address(es) "
        f"failed:\n\n  {TO}\n    Unrouteable",
    ),
    "exim, newer": (
        DAEMON,
        "Mail delivery failed: returning message to sender",
        f"  {TO}\n    host mx [192.0.2.1]\n    SMTP error from remote mail server after "
        f"RCPT TO: 550 No such user",
    ),
    "qmail": (
        DAEMON,
        "failure notice",
        "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to "
        "deliver your message to "
        f"the following addresses.\n\n<{TO}>:\nSorry, no mailbox here by that name. (#5.1.1)",
    ),
    "qmail, of yahoo": (
        DAEMON,
        "Failure Notice",
        f"Sorry, we were unable to deliver your message to the following "
        f"address.\n\n<{TO}>:\n554: delivery error",
    ),
    "netqmail, Chinese": (DAEMON, "投递失败通知", f"您好，这里是邮件程序。\n<{TO}>：\n抱歉，没有这个邮箱。"),
    "courier": (
        "",
        "NOTICE: mail delivery status.",
        f"This is a delivery status notification from mx.example.\nYour message was not "
        f"delivered to:\n<{TO}>",
    ),
    "exchange 2003": (
        MASTER,
        "Delivery Status Notification (Failure)",
        f"This is an automatically generated Delivery Status Notification.\n\nDelivery to "
        f"the following recipients "
        f"failed.\n\n       {TO}",
    ),
    "exchange 2007": (
        "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@zast.example.cn",
        "Undeliverable: receipt",
        f"Delivery has failed to these recipients or distribution lists:\n\n{TO}",
    ),
    "exchange 2010, Chinese": (
        "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@zast.example.cn",
        "无法送达: 收件回执",
        f"向以下收件人或通讯组列表发送失败:\n\n{TO}",
    ),
    "exchange online": (
        "postmaster@zast.example.cn",
        "Undeliverable: receipt",
        f"Your message to {TO} couldn't be delivered.\nkp wasn't found at zast.example.cn.",
    ),
    "exchange online, Chinese": (
        MASTER,
        "未送达: 收件回执",
        f"无法传递您发送给 {TO} 的邮件。\n在 zast.example.cn 找不到 kp。",
    ),
    "exchange online, Taiwan": (MASTER, "無法傳遞: 收件回執", f"無法傳遞您給 {TO} 的郵件。"),
    "gmail": (
        "mailer-daemon@googlemail.com",
        "Delivery Status Notification (Failure)",
        f"** Address not found **\n\nYour message wasn't delivered to {TO}: it couldn't be found",
    ),
    "gmail, older": (
        "mailer-daemon@googlemail.com",
        "Delivery Status Notification (Failure)",
        f"Delivery to the following recipient failed permanently:\n\n     {TO}",
    ),
    "gmail, Chinese": (
        "mailer-daemon@googlemail.com",
        "Delivery Status Notification (Failure)",
        f"** 找不到地址 **\n\n您的邮件未送达 {TO}，因为找不到该地址。",
    ),
    "163": (
        "postmaster@163.com",
        "系统退信",
        f"抱歉，您的邮件被退回来了……\n收件人：{TO}\n退信原因：对方退信",
    ),
    "126": ("postmaster@126.com", "系统退信/Systems bounce", f"抱歉，您的邮件被退回来了……\n收件人：{TO}"),
    "yeah": ("postmaster@yeah.net", "系统退信", f"很抱歉，您的邮件没有送达。\n收件人：{TO}"),
    "netease for enterprises": (
        "postmaster@qiye.163.com",
        "系统退信",
        f"无法投递到：{TO}\n550 User not found",
    ),
    "coremail": (
        MASTER,
        "系统退信/The email is returned",
        f"抱歉，您的邮件被退回来了……\n原邮件信息：\n收件人：{TO}\n退信原因：550 User not found: {TO}",
    ),
    "coremail, universities": (
        MASTER,
        "退信通知",
        f"您发送的邮件无法投递。\n收件人: {TO}\n错误信息: Mailbox full",
    ),
    "coremail XT": (MASTER, "邮件投递失败/Mail delivery failed", f"很遗憾，邮件未能成功投递到 {TO}"),
    "qq": ("PostMaster@qq.com", "系统退信", f"很抱歉您发送的邮件被退回\n收件人邮件地址（{TO}）不存在"),
    "qq, by the domain": ("postmaster@qq.com", "来自qq.com的退信", f"无法发送到 {TO}"),
    "tencent for enterprises": (
        "postmaster@exmail.qq.com",
        "系统退信",
        f"很抱歉您发送的邮件被退回。\n无法发送到 {TO}\n退信原因 收件人所在域名不存在",
    ),
    "sina": ("mailer-daemon@sina.com", "邮件投递失败通知", f"您的邮件无法投递到以下收件人\n{TO}"),
    "sina, English": (
        DAEMON,
        "failure notice",
        f"We were unable to deliver to the following address.\n<{TO}>",
    ),
    "sohu": ("postmaster@sohu.com", "退信通知", f"您的邮件未能送达 {TO}"),
    "21cn": ("postmaster@21cn.com", "邮件退回通知", f"邮件被退回\n收件人：{TO}"),
    "139": ("postmaster@139.com", "邮件退回", f"尊敬的用户：您发给{TO}的邮件未能成功发送"),
    "189": ("postmaster@189.cn", "退信：收件回执", f"投递失败：{TO}"),
    "aliyun": (
        "postmaster@aliyun.com",
        "退信通知：收件回执",
        f"您好，您的邮件投递失败。\n失败的收件人：{TO}\n失败原因：550 账号不存在",
    ),
    "alibaba for enterprises": (
        "postmaster@mxhichina.com",
        "[postmaster@mxhichina.com]Delivery Status Notification/退信通知",
        f"尊敬的用户，您发往{TO}的邮件被退回，原因是账号不存在。",
    ),
    "aliyun directmail": (
        "MAILER-DAEMON@aliyun.com",
        "Delivery Status Notification",
        f"failed to deliver to {TO}",
    ),
    "huawei": ("postmaster@huawei.example", "Undeliverable Mail / 邮件无法投递", f"{TO} 不存在"),
    "zimbra": (
        "MAILER-DAEMON@mail.zast.example.cn",
        "Undelivered Mail Returned to Sender",
        f"This is the mail system at host mail.zast.example.cn.\n<{TO}>: user unknown",
    ),
    "domino": (
        "postmaster@zast.example.cn",
        "DELIVERY FAILURE: User kp (kp@zast.example.cn) not listed in Domino Directory",
        f"Your message\n\n  Subject: receipt\n\nwas not delivered to:\n\n  {TO}\n\n  User not listed",
    ),
    "domino, Chinese": (MASTER, "传递失败: 收件回执", f"您的邮件\n未能传递到:\n{TO}\n因为:\n未列在目录中"),
    "groupwise": (
        "postmaster@zast.example.cn",
        "Message status - undeliverable",
        f"The message that you sent was undeliverable to the following:\n\tkp (user not found) {TO}",
    ),
    "postal": (
        "mailer-daemon@postal.example",
        "Mail Delivery Failed: receipt",
        f"This is the mail delivery service.\nYour message could not be delivered to: {TO}",
    ),
    "mdaemon": (
        "MDaemon@zast.example.cn",
        "MDaemon Notification -- Delivery Failure",
        f"Failed address: {TO}",
    ),
    "winmail": (MASTER, "邮件发送失败", f"以下收件人地址发送失败：{TO}"),
    "turbomail": (MASTER, "退信: 收件回执", f"您的邮件发送失败，对方地址：{TO}"),
    "eyou": (MASTER, "邮件退回：收件回执", f"亿邮系统无法将您的邮件投递给：{TO}"),
    "richmail": (MASTER, "邮件投递失败", f"收件人{TO}不存在"),
    "u-mail": (MASTER, "【系统退信】收件回执", f"收件人：{TO}\n退信原因：邮箱已满"),
    "hmailserver": (
        DAEMON,
        "Message undeliverable: receipt",
        f"Your message did not reach some or all of the intended recipients.\n\n   {TO}",
    ),
    "mailenable": (
        "postmaster@zast.example.cn",
        "Message Delivery Failure",
        f"MailEnable: Message could not be delivered to some recipients.\n[SMTP:{TO}]",
    ),
    "icewarp": ("MAILER-DAEMON@mx.example", "Undeliverable Mail", f"Invalid final delivery user: {TO}"),
    "smartermail": (
        "SystemAdmin@mx.example",
        "Delivery Failure",
        f"Could not deliver message to the following recipient(s):\n\nFailed Recipient: {TO}",
    ),
    "kerio": ("postmaster@mx.example", "Delivery Failure - receipt", f"User {TO} not found"),
    "scalix": (DAEMON, "Delivery Report (failure) for kp@zast.example.cn", "reason: unknown"),
    "oracle": (
        DAEMON,
        "Delivery Notification: Delivery has failed",
        f"Recipient address: {TO}\nReason: unknown",
    ),
    "apache james": (
        MASTER,
        "Delivery failure",
        f"Hi. This is the James mail server.\n<{TO}> permanent error",
    ),
    "fortimail": (DAEMON, "Delivery status notification", f"Recipient: {TO}\nFailed"),
    "barracuda": (
        "MAILER-DAEMON@barracuda.example",
        "**Message you sent blocked by our bulk email filter**",
        f"Your message to: {TO}\nwas blocked by our Spam Firewall.",
    ),
    "mimecast": (
        MASTER,
        "[Postmaster] Email Delivery Failure",
        f"This is a message from the Mimecast servers.\nThe following email could not be delivered\nTo: {TO}",
    ),
    "proofpoint": (DAEMON, "Undeliverable: receipt", f"<{TO}>: 550 rejected"),
    "amazon ses": (
        "MAILER-DAEMON@amazonses.com",
        "Delivery Status Notification (Failure)",
        f"An error occurred while trying to deliver the mail to the following recipients:\n{TO}",
    ),
    "yandex": (
        "mailer-daemon@yandex.ru",
        "Недоставленное сообщение",
        f"<{TO}>: user not found, delivery has failed",
    ),
    "mail.ru": (
        "mailer-daemon@corp.mail.ru",
        "Mail failure.",
        f"This message was created automatically by mail delivery software.\nfailed: {TO}",
    ),
    "icloud": (
        "postmaster@icloud.com",
        "Undeliverable message",
        f"Your message could not be delivered to {TO}",
    ),
    "aol": (DAEMON, "Returned mail: User unknown", f"550 <{TO}>... mailbox unavailable"),
}
"""From, subject and first words, as each program writes them; RFC 3464 reports are known otherwise."""

DELAYED: dict[str, tuple[str, str, str]] = {
    "postfix": (DAEMON, "Delayed Mail (still being retried)", "It will be retried until it is 5 days old."),
    "sendmail": (DAEMON, "Warning: could not send message for past 4 hours", "will keep trying"),
    "exim": (DAEMON, "Warning: message 1tabcd-0001 delayed 24 hours", "Delivery attempts will continue"),
    "exchange": (MASTER, "Delivery delayed:receipt", "Delivery to these recipients has been delayed"),
    "exchange, Chinese": (MASTER, "传递延迟:收件回执", "向这些收件人或组传递邮件时已延迟"),
    "gmail": ("mailer-daemon@googlemail.com", "Delivery Status Notification (Delay)", "Gmail will retry"),
}


@pytest.mark.parametrize("server", FAILED)
def test_a_server_s_own_words_for_a_failure(server: str) -> None:
    sender, subject, body = FAILED[server]
    facts = mail(subject, body, sender.lower())
    assert kind_of(facts, OWN) is MessageKind.BOUNCE
    assert outcome_of(facts) == "failed"
    assert TO not in body or TO in failed_recipients(facts)


@pytest.mark.parametrize("server", DELAYED)
def test_a_server_s_own_words_for_a_delay(server: str) -> None:
    sender, subject, body = DELAYED[server]
    facts = mail(subject, body, sender.lower())
    assert kind_of(facts, OWN) is MessageKind.BOUNCE
    assert outcome_of(facts) == "delayed"
