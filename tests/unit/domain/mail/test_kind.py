"""What kind of mail a message is, and whom a letter about it may go to."""

from __future__ import annotations

from typing import Any

import pytest

from intake.domain.mail.kind import Believed, answer_address, kind_of, recalled
from intake.domain.model.facts import Address, Attachment, MessageFacts
from intake.domain.model.mail import MessageKind

OWN = frozenset({"intake@example.org"})
UNIT = "kp@zast.example.cn"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def part(claimed_type: str = WORD, size: int = 30_000, name: str | None = "推荐表.docx") -> Attachment:
    return Attachment(1, name, claimed_type, "sha256:" + "0" * 64, size)


def mail(sender: str | None = UNIT, *parts: Attachment, **more: Any) -> MessageFacts:
    facts: dict[str, Any] = {
        "message_id": "<1@zast.example.cn>",
        "in_reply_to": (),
        "references": (),
        "subject": "推荐材料",
        "claimed_from": Address("", sender) if sender else None,
        "reply_to": None,
        "claimed_to": (),
        "return_path": None,
        "claimed_date": None,
        "received": (),
        "automatic": {},
        "content_type": "multipart/mixed",
        "body": "现报送推荐材料，请查收。",
        "attachments": parts,
    }
    return MessageFacts(**facts | more)


LOGO = part("image/png", 4_000, "logo.png")
QQ_LINK = "从QQ邮箱发来的超大附件 https://mail.qq.com/cgi-bin/ftnExs_download?k=1&t=exs"
QUOTED_LETTER = "您好，见附件。\n\n> 本邮件由收文系统自动发出，直接回复即可送达本中心。"


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        (mail(UNIT, part()), MessageKind.MATERIAL),
        (mail(UNIT, part("application/octet-stream")), MessageKind.MATERIAL),
        (mail(UNIT, part("image/jpeg", 900_000, "扫描.jpg")), MessageKind.MATERIAL),
        (mail(None, part()), MessageKind.MATERIAL),
        (mail(UNIT, body=QQ_LINK), MessageKind.MATERIAL),
        (mail(UNIT, part(), automatic={"list-id": "<oa.example.cn>"}), MessageKind.MATERIAL),
        (mail(UNIT, part(), return_path=""), MessageKind.MATERIAL),
        (mail(UNIT, part(), subject="转发：系统退信，重新报送"), MessageKind.MATERIAL),
        (mail(UNIT, part(), body=QUOTED_LETTER, subject="Re: 收件回执"), MessageKind.MATERIAL),
        (mail(UNIT, part(), body="材料见附件。" + "\n" * 500 + "此邮件为系统自动回复"), MessageKind.MATERIAL),
        (mail("intake@example.org", part()), MessageKind.OWN),
        (mail(UNIT), MessageKind.ENQUIRY),
        (mail(UNIT, LOGO, part("text/calendar", 900, "邀请.ics")), MessageKind.ENQUIRY),
        (mail(UNIT, part("application/octet-stream", 3_000, "smime.p7s")), MessageKind.ENQUIRY),
        (mail(UNIT, part("application/x-pkcs7-signature", 3_000, None)), MessageKind.ENQUIRY),
        (mail(UNIT, part("application/pgp-keys", 3_000, "OpenPGP_0x1.asc")), MessageKind.ENQUIRY),
        (mail(UNIT, part("text/x-vcalendar", 900, None)), MessageKind.ENQUIRY),
        (mail(UNIT, part("application/octet-stream", 900, "张三.vcf")), MessageKind.ENQUIRY),
        (mail(UNIT, part("text/plain", 900, "说明.txt")), MessageKind.MATERIAL),
        (mail(UNIT, body="", subject="请问是否需要法人签字？"), MessageKind.ENQUIRY),
        (mail(UNIT, automatic={"precedence": "Bulk "}), MessageKind.BULK),
        (mail(UNIT, automatic={"list-unsubscribe": "<mailto:x@example.org>"}), MessageKind.BULK),
        (mail(UNIT, body=" \n", subject=""), MessageKind.OTHER),
        (mail(UNIT, body="这是来自QQ邮箱的假期自动回复邮件。"), MessageKind.AUTO_REPLY),
        (mail(UNIT, subject="自动回复: 收件回执"), MessageKind.AUTO_REPLY),
        (mail(UNIT, subject="Automatic reply: receipt"), MessageKind.AUTO_REPLY),
        (mail(UNIT, automatic={"auto-submitted": "Auto-Replied; x=1"}), MessageKind.AUTO_REPLY),
        (mail(UNIT, automatic={"auto-submitted": "No"}), MessageKind.ENQUIRY),
        (mail(UNIT, automatic={"precedence": "auto_reply"}), MessageKind.AUTO_REPLY),
        (mail(UNIT, LOGO, automatic={"x-autoreply": "yes"}), MessageKind.AUTO_REPLY),
        (mail(subject="来信已收到（系统自动回复，请勿回复）", body="将尽快处理"), MessageKind.AUTO_REPLY),
        (mail(subject="企业邮箱续费提醒", body="您的企业邮箱套餐将到期，请及时续费"), MessageKind.BULK),
        (mail(subject="SCI论文润色", body="专业SCI论文润色、代发表服务"), MessageKind.BULK),
        (mail(subject="论文", body="推荐表中论文一栏怎么填写？"), MessageKind.ENQUIRY),
        (mail(subject="已阅读：收件回执", body="您发送的邮件已被阅读"), MessageKind.AUTO_REPLY),
        (mail(subject="邮件已打开: 收件回执", body="您发送的邮件已于2月21日被打开"), MessageKind.AUTO_REPLY),
        (mail(subject="邮件撤回通知", body="王老师撤回了发给您的邮件“推荐材料”"), MessageKind.AUTO_REPLY),
        (mail(subject="撤回邮件通知：推荐材料", body="发件人已撤回此邮件"), MessageKind.AUTO_REPLY),
        (mail(subject="回收: 推荐材料", body="王老师希望回收邮件“推荐材料”"), MessageKind.AUTO_REPLY),
        (mail(subject="撤回推荐", body="我单位想撤回张三的推荐，如何办理？"), MessageKind.ENQUIRY),
        (mail(subject="您的帐号即将到期", body="您的企业邮箱账号将于3月1日到期，请续费"), MessageKind.BULK),
        (mail(subject="邮箱系统升级通知", body="请验证您的账号，否则账号将被停用"), MessageKind.BULK),
        (mail(subject="垃圾邮件拦截日报", body="今日为您拦截垃圾邮件12封"), MessageKind.BULK),
        (mail("mailer-daemon@163.com", part(), subject="系统退信"), MessageKind.BOUNCE),
        (mail("a@example.org", return_path="", subject="Undeliverable: 收件回执"), MessageKind.BOUNCE),
        (mail(UNIT, content_type="multipart/report; report-type=delivery-status"), MessageKind.BOUNCE),
        (mail(UNIT, automatic={"x-failed-recipients": "x@example.org"}), MessageKind.BOUNCE),
    ],
)
def test_kind(facts: MessageFacts, kind: MessageKind) -> None:
    assert kind_of(facts, OWN) is kind


def test_a_recall_names_the_mail_that_it_takes_back() -> None:
    assert recalled("撤回: 推荐材料", "王老师将撤回邮件“推荐材料”。") == "推荐材料"
    assert recalled("邮件撤回通知", "王老师撤回了发给您的邮件“推荐材料”") == "推荐材料"
    assert recalled("邮件撤回通知", "发件人已撤回此邮件") == ""
    assert recalled("撤回推荐", "我单位想撤回张三的推荐") is None


def test_files_that_an_office_system_sends_by_itself_are_not_lost_and_not_answered() -> None:
    facts = mail(UNIT, part(), automatic={"auto-submitted": "auto-generated"})
    assert kind_of(facts, OWN) is MessageKind.MATERIAL
    assert answer_address(facts, MessageKind.MATERIAL, OWN) is None


@pytest.mark.parametrize(
    ("facts", "address"),
    [
        (mail(UNIT, part()), UNIT),
        (mail(UNIT, part(), return_path="evil@attacker.example"), UNIT),
        (mail(None, part(), return_path=UNIT), None),
        (mail(None, part()), None),
        (mail(UNIT, part(), return_path=""), None),
        (mail(UNIT, part(), automatic={"list-id": "<x>"}), None),
        (mail(UNIT, part(), automatic={"precedence": "junk"}), None),
        (mail("no-reply@oa.example.cn", part()), None),
        (mail("noreply-system@oa.example.cn", part()), None),
        (mail(UNIT, part(), return_path="bounces+kp=zast@lists.example.org"), None),
        (mail("postmaster@example.org", part(), return_path=UNIT), None),
        (mail("intake@example.org", part(), return_path=UNIT), None),
        (mail(UNIT, part(), return_path="Intake@example.org"), None),
        (mail("not an address", part()), None),
        (mail("a@b.cn,c@d.cn", part()), None),
    ],
)
def test_the_one_address_that_may_be_answered(facts: MessageFacts, address: str | None) -> None:
    assert answer_address(facts, MessageKind.MATERIAL, OWN) == address


def test_return_path_counts_only_where_the_provider_writes_it() -> None:
    writes = Believed(return_path=True)
    for facts, address in (
        (mail(UNIT, part(), return_path="Office@ZAST.example.cn"), "office@zast.example.cn"),
        (mail(None, part(), return_path=UNIT), UNIT),
    ):
        assert answer_address(facts, MessageKind.MATERIAL, OWN, writes) == address


def test_a_question_in_which_nothing_vouches_for_its_sender_hits_no_third_person() -> None:
    asked = mail(UNIT, return_path="evil@attacker.example")
    assert answer_address(asked, MessageKind.ENQUIRY, OWN) is None
    assert answer_address(asked, MessageKind.ENQUIRY, OWN, Believed(vouched=True)) == UNIT
    assert answer_address(mail(UNIT, return_path=UNIT), MessageKind.ENQUIRY, OWN) == UNIT


ANSWERED = {MessageKind.MATERIAL, MessageKind.ENQUIRY}


@pytest.mark.parametrize("kind", sorted(set(MessageKind) - ANSWERED))
def test_nothing_but_material_and_questions_is_answered(kind: MessageKind) -> None:
    assert answer_address(mail(UNIT, part()), kind, OWN) is None


@pytest.mark.parametrize(
    ("facts", "address"),
    [
        (mail(UNIT), UNIT),
        (mail(UNIT, return_path=""), None),
        (mail("no-reply@oa.example.cn"), None),
        (mail("intake@example.org"), None),
        (mail(UNIT, automatic={"precedence": "bulk"}), None),
        (mail(UNIT, automatic={"auto-submitted": "auto-replied"}), None),
        (mail(UNIT, automatic={"x-auto-response-suppress": "OOF, AutoReply"}), None),
        (mail(UNIT, automatic={"x-auto-response-suppress": "DR, NDR"}), UNIT),
    ],
)
def test_a_question_gets_its_receipt_only_where_no_machine_asked(
    facts: MessageFacts, address: str | None
) -> None:
    assert answer_address(facts, MessageKind.ENQUIRY, OWN) == address


TENCENT = {"feedback-id": "bizesmtpsz:kexie.example.cn:qybglogicsvrgz:qybglogicsvrgz7a-0"}


def test_what_a_company_mailbox_adds_to_every_mail_makes_no_mass_mail() -> None:
    asking = mail(UNIT, body="请问每个学会可以推荐几人？", automatic=TENCENT)
    assert kind_of(asking, OWN) is MessageKind.ENQUIRY
    assert answer_address(asking, MessageKind.ENQUIRY, OWN) == UNIT
    campaign = mail(UNIT, body="新品上市", automatic={"feedback-id": "1234:campaign:esp"})
    assert kind_of(campaign, OWN) is MessageKind.BULK
