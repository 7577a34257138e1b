"""The kinds of mail by what providers and people really write, in Chinese and in English."""

from __future__ import annotations

import pytest

from intake.domain.mail.kind import kind_of
from intake.domain.model.facts import MessageFacts
from intake.domain.model.mail import MessageKind
from tests.unit.domain.letters_in import UNIT, file, mail

OWN = frozenset({"intake@example.org"})
LETTER = "> 个人信息保护说明\n> 本邮件由收文系统自动发出，直接回复即可送达本中心。"
QQ_AWAY = "您好，我最近正在休假中，无法亲自回复您的邮件。我将在假期结束后，尽快给您回复。"

AUTOMATIC: dict[str, MessageFacts] = {
    "qq, holiday": mail("Re: 收件回执", f"这是来自QQ邮箱的假期自动回复邮件。\n \n{QQ_AWAY}"),
    "qq, plain": mail("自动回复: 收件回执", "这是来自QQ邮箱的自动回复邮件。\n您好，您的来信我已经收到。"),
    "qq, behind a greeting": mail(
        "Re:收件回执", f"老师您好！\n\n这是来自QQ邮箱的假期自动回复邮件。{QQ_AWAY}"
    ),
    "qq, its first sentence lost": mail("回复：收件回执", QQ_AWAY),
    "163": mail("自动回复:收件回执", "您好！您的邮件我已收到，会尽快给您回复。谢谢！"),
    "163, the subject kept": mail("Re:收件回执", "您好，您发来的邮件已收到，我会尽快回复您。"),
    "126": mail("自动回复：收件回执（农技中心收〔2025〕1号）", "这是来自126邮箱的自动回复邮件。"),
    "netease, one sentence": mail("Re: 关于补正", "您好，我已经收到您的来信。"),
    "office mail of tencent": mail("自动回复: 收件回执", "您好！邮件已收到，我们会尽快处理。"),
    "wecom": mail("收件回执", "【自动回复】您好，我正在外出，稍后与您联系。"),
    "foxmail": mail("Re: 收件回执", "您好：\n此邮件为系统自动回复，请勿回复。我出差至3月1日。"),
    "coremail": mail("自动答复：收件回执", "本邮件由邮件系统自动回复。"),
    "coremail, in the body": mail("Re: 收件回执", "这是一封自动回复邮件。\n我已收到您的来信。"),
    "an office system": mail(
        "收件回执", "这是一封由系统自动发送的邮件，请勿直接回复。您的来件已转相关部门。"
    ),
    "outlook, Chinese": mail("自动答复: 收件回执", "您好，我目前休年假，3月1日上班后回复。"),
    "outlook, older": mail("外出: 收件回执", "本周出差。"),
    "exchange, English": mail("Automatic reply: 收件回执", "I am out of the office until March 1."),
    "outlook express": mail("Out of Office AutoReply: receipt", "I will be back on Monday."),
    "gmail": mail("Re: receipt", "Hello,\nI am currently out of the office with limited access to email."),
    "gmail, vacation": mail("Re: receipt", "Thanks for your mail. I'm on annual leave until 3 March."),
    "an English machine": mail("Re: receipt", "This is an automated response. Do not reply to this email."),
    "away, a short mail": mail("Re: 收件回执", "我在外地出差，回来后尽快答复。"),
    "header of RFC 3834": mail("收件回执", "好的", automatic={"auto-submitted": "auto-replied"}),
    "header with a comment": mail("收件回执", "好", automatic={"auto-submitted": "auto-notified (rule)"}),
    "header of older programs": mail("收件回执", "好的", automatic={"x-autorespond": "yes"}),
    "precedence": mail("收件回执", "好的", automatic={"precedence": "auto_reply"}),
    "in traditional characters": mail("自動回覆：收件回执", "您好，已收到您的郵件。"),
    "behind the subject": mail("收件回执（自动回复）", "您好"),
    "read receipt of RFC 8098": mail(
        "Read: 收件回执", "", content_type="multipart/report; report-type=disposition-notification"
    ),
    "read receipt of outlook": mail(
        "已读: 收件回执", "您的邮件 收件人: 王老师 主题: 收件回执 已于 2025年2月21日 被阅读。"
    ),
    "read receipt of 163": mail("已读回执：收件回执", "您发送给王老师的邮件已被阅读。"),
    "deleted unread": mail("未读: 收件回执", "您的邮件未经阅读即被删除。"),
    "read receipt, English": mail("Not read: receipt", "Your message was deleted without being read."),
    "exchange's recall": mail("撤回: 推荐材料", "王老师 想撤回邮件“推荐材料”。"),
    "exchange's recall, English": mail("Recall: form", 'Wang would like to recall the message, "form".'),
}

PERSONS: dict[str, MessageFacts] = {
    "a question": mail("咨询", "请问推荐表是否需要法人签字？"),
    "its history has the phrase": mail(
        "Re: 收件回执", "请问还缺什么？", quoted=f"这是来自QQ邮箱的假期自动回复邮件。{LETTER}"
    ),
    "about an automatic reply": mail("请教", "收到的这封邮件是自动回复吗？我们想确认材料是否收到。"),
    "about one it got": mail("Re: 自动回复：推荐材料", "已收到自动回复，想再确认扫描件清楚吗？"),
    "about setting it up": mail("自动回复的说明", "系统的自动回复没有写联系电话，麻烦补充。"),
    "on leave, and asks": mail("延期", "我最近出差在外，无法按时盖章，能否延期两天报送？"),
    "received, and asks": mail("Re: 关于补正", "来信已收到，我们会尽快处理，请问可以快递纸质件吗？"),
    "received, with our letter below": mail("Re: 关于补正", "来函已收到，下周一补报。", quoted=LETTER),
    "says that it was bounced": mail(
        "材料被退回", "我们前天发的邮件收到系统退信，提示邮箱已满，请问怎么办？"
    ),
    "passes a bounce on": mail(
        "转发：系统退信", "请看下面的退信，是不是地址错了？\n抱歉，您的邮件被退回来了", forwarded=True
    ),
    "passes a vacation on": mail("转发: 自动回复", "这是来自QQ邮箱的假期自动回复邮件。", forwarded=True),
    "only a subject": mail("请问今年还能报吗", ""),
    "withdraws": mail("撤回：张三的推荐材料", "因故撤回张三的推荐，请予办理。"),
    "how to unsubscribe": mail("退订", "请问如何退订你们的通知？"),
    "links without unsubscribing": mail(
        "网址打不开", "通知 https://www.example.cn/a 和 https://www.example.cn/b 都打不开"
    ),
    "no words above the history": mail(
        "Re: 关于补正", "", quoted="在 2025-02-21 写道：\n请问：这一条怎么改？"
    ),
    "prose about net disks": mail("报送方式", "材料共300兆，可以用网盘或超大附件吗？"),
    "from a phone": mail("推荐名额", "名额是按单位算还是按类别算\n\n发自我的iPhone"),
    "an office machine for mail": mail(
        "postmaster 的问题", "我们学会邮箱换了，新邮箱如下。", "postmaster@xh.example.cn"
    ),
    "meeting time asked": mail("会议邀请函收到了吗", "想确认一下会议时间。"),
}

ANNOUNCED = {"list-unsubscribe": "<mailto:leave@news.example.com>"}
BULK: dict[str, MessageFacts] = {
    "list": mail("周报", "本周动态", automatic={"list-id": "<news.example.com>"}),
    "unsubscribe header": mail("周报", "本周动态", automatic=ANNOUNCED),
    "precedence": mail("周报", "本周动态", automatic={"precedence": "bulk"}),
    "newsletter without headers": mail(
        "科普资讯第三期",
        "1 https://a.example/1\n2 https://a.example/2\n3 https://a.example/3\n如不想再收到此类邮件，请退订",
    ),
    "one link to leave": mail("会议通知", "诚邀参会。\n退订请点击 https://edm.example.com/u?id=1"),
    "English": mail("Spring sale", "Buy now https://a.example/x\nUnsubscribe: https://a.example/u"),
    "with its picture": mail(
        "课程", "取消订阅 https://edm.example.com/u", UNIT, file("image/jpeg", 90_000, "banner.jpg")
    ),
}

OTHER: dict[str, MessageFacts] = {
    "empty": mail("", ""),
    "only a phone's signature": mail("", "发自我的iPhone"),
    "only marks": mail("Re: ", "。。。\n\n"),
    "only a link": mail("", "https://example.com/win"),
    "no subject": mail("(无主题)", "  \n"),
    "thanks": mail("Re: 收件回执", "收到，谢谢！"),
    "thanks at length": mail(
        "回复：收件回执", "好的，已收到，非常感谢老师，辛苦了！祝工作顺利！", quoted=LETTER
    ),
    "thanks, English": mail("Re: receipt", "Received with thanks. Best regards".replace(" with", ",")),
    "invitation": mail("邀请: 项目例会 @ 2025年2月21日", "", UNIT, file("text/calendar", 900, "invite.ics")),
    "invitation as the whole": mail("例会", "会议", content_type="text/calendar"),
    "meeting of tencent": mail(
        "例会", "王老师邀请您参加腾讯会议\n会议号：123", UNIT, file("application/ics", 900, "a.ics")
    ),
    "accepted": mail("已接受: 例会", "", UNIT, file("text/calendar", 900, "invite.ics")),
    "a system's notice": mail("登录提醒", "您的账号在新设备上登录。", "noreply@service.example.com"),
}

MATERIAL: dict[str, MessageFacts] = {
    "a form": mail("推荐材料", "请查收", UNIT, file()),
    "a form in a mail that calls itself automatic": mail(
        "OA：推荐材料", "本邮件由系统自动发送", UNIT, file(), automatic={"auto-submitted": "auto-generated"}
    ),
    "a table": mail("汇总", "见附件", UNIT, file("application/vnd.ms-excel", 9_000, "汇总表.xls")),
    "a mail as a file": mail("Fwd: 推荐材料", "", UNIT, file("message/rfc822", 9_000, "推荐材料.eml")),
    "a photo of a page": mail("盖章页", "", UNIT, file("image/jpeg", 900_000, "扫描.jpg")),
    "a link alone": mail("推荐材料", "材料见 https://pan.baidu.com/s/1abcdef 提取码 1234"),
    "a list of links below the history": mail(
        "Re: 关于补正",
        "已补报。",
        quoted=f"{LETTER}\n从QQ邮箱发来的超大附件\n张三.pdf (20M, 2025年3月1日 8:00 到期)进入下载页面：http://mail.qq.com/cgi-bin/ftnExs_download?k=1234567890ab",
    ),
    "forwarded by the office itself": mail("转发：推荐材料", "", "intake@example.org", file()),
}

SCRAPS = {
    "a logo": file("image/png", 4_000, "logo.png"),
    "a card": file("text/vcard", 400, "王.vcf"),
    "a signature": file("application/pkcs7-signature", 4_000, "smime.p7s"),
    "a scrap of exchange": file("text/html", 900, "ATT00001.htm"),
}


def named(tables: dict[MessageKind, dict[str, MessageFacts]]) -> list[object]:
    return [
        pytest.param(facts, kind, id=f"{kind}: {name}")
        for kind, table in tables.items()
        for name, facts in table.items()
    ]


@pytest.mark.parametrize(
    ("facts", "kind"),
    named(
        {
            MessageKind.AUTO_REPLY: AUTOMATIC,
            MessageKind.ENQUIRY: PERSONS,
            MessageKind.BULK: BULK,
            MessageKind.OTHER: OTHER,
            MessageKind.MATERIAL: MATERIAL,
        }
    ),
)
def test_kind(facts: MessageFacts, kind: MessageKind) -> None:
    assert kind_of(facts, OWN) is kind


@pytest.mark.parametrize("scrap", SCRAPS)
def test_what_mail_programs_add_makes_no_material(scrap: str) -> None:
    assert kind_of(mail("咨询", "请问名额？", UNIT, SCRAPS[scrap]), OWN) is MessageKind.ENQUIRY


@pytest.mark.parametrize("name", AUTOMATIC)
def test_papers_are_never_lost_to_a_phrase(name: str) -> None:
    facts = AUTOMATIC[name]
    with_paper = mail(facts.subject, facts.body, UNIT, file(), automatic=facts.automatic)
    assert kind_of(with_paper, OWN) is MessageKind.MATERIAL


@pytest.mark.parametrize(
    "words", ["好" * 100_000, "您好" * 50_000 + "x", "我正在" * 50_000, "退订 " * 50_000]
)
def test_a_hostile_body_takes_no_time(words: str) -> None:
    assert kind_of(mail(words[:5_000], words), OWN) in MessageKind
