"""Sample letters and digests: ordinary ones, and such as a hostile or careless sender causes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from intake.domain.campaign.campaign import Office
from intake.domain.campaign.findings import remedy
from intake.domain.letters.order_report import OrderLine, OrderReportView
from intake.domain.letters.outage import Duty, OutageView
from intake.domain.letters.staff_hints import command
from intake.domain.letters.views import (
    DecisionLine,
    DecisionView,
    DefectLine,
    DigestItem,
    DigestTotals,
    DigestView,
    EnquiryView,
    LetterView,
    NominationLine,
    QuotaLine,
    Ranking,
)
from intake.domain.model.mail import LetterKind
from intake.domain.text.calendar import SHANGHAI

TITLE = "2024年度科技志愿服务先进典型宣传活动"
VOLUNTEER, ORGANISATION, PROJECT = "最美科技志愿者", "最佳科技志愿服务组织", "最佳科技志愿服务项目"
SITE = "最美科技志愿服务点（社区或村）"

OFFICE = Office(
    name="中国科协农村专业技术服务中心",
    short_name="农技中心",
    contacts=("布老师", "印老师"),
    phones=("010-00000001", "010-00000002"),
    address="intake@example.org",
    privacy="所收个人信息仅用于本次推荐材料的登记、形式检查和评审组织，活动结束后按规定期限保存并删除；"
    "需查询、更正的，请与上述联系人联系。",
)


def at(day: int, hour: int = 9, minute: int = 0, month: int = 2) -> datetime:
    return datetime(2025, month, day, hour, minute, tzinfo=SHANGHAI)


def nomination(
    number: int,
    nominee: str,
    category: str,
    form: str | None,
    scan: str | None,
    others: tuple[str, ...] = (),
    check: str = "齐全",
) -> NominationLine:
    return NominationLine(
        f"KX2024-{number:04d}", category, nominee, form, scan, others, at(21, 15, 32), check
    )


def letter(
    kind: LetterKind,
    nominations: tuple[NominationLine, ...],
    *,
    addressee: str | None = "浙江省科学技术协会",
    defects: tuple[DefectLine, ...] = (),
    rankings: tuple[Ranking, ...] = (),
    quotas: tuple[QuotaLine, ...] = (),
    loose: tuple[str, ...] = (),
    reference: str = "农技中心收〔2025〕12号",
) -> LetterView:
    return LetterView(
        kind=kind,
        reference=reference,
        campaign_title=TITLE,
        addressee=addressee,
        received_at=at(21, 15, 32),
        deadline_at=at(24, 0),
        supplement_until=at(8, 0, month=3),
        nominations=nominations,
        defects=defects,
        rankings=rankings,
        quotas=quotas,
        loose=loose,
        office=OFFICE,
        signed_on=date(2025, 2, 21),
    )


RECEIPT = letter(
    LetterKind.RECEIPT,
    (
        nomination(
            1,
            "张三",
            VOLUNTEER,
            "推荐表.docx",
            "推荐表（盖章）.pdf",
            tuple(f"工作照{n}.jpg" for n in range(1, 9)),
        ),
        nomination(
            2,
            "某某大学附属第一医院青年科技志愿者健康科普与应急救护服务总队“银龄护航”分队",
            ORGANISATION,
            "附件2：2024年度最佳科技志愿服务组织推荐表（浙江省科协推荐，最终修改定稿版20250220）.docx",
            "SCAN_20250221_153012345678901234567890_HP_LaserJet_MFP_M437_final_signed_and_stamped.pdf",
            ("事迹材料.docx",),
        ),
        nomination(3, "梅林社区", SITE, "梅林社区推荐表.doc", None, check="已登记，核对中"),
    ),
    quotas=(QuotaLine(VOLUNTEER, 1, 5), QuotaLine(ORGANISATION, 1, 5), QuotaLine(SITE, 1, 5)),
    loose=("推荐汇总表.xlsx",),
)

HOSTILE = letter(
    LetterKind.RECEIPT,
    (
        nomination(
            7,
            "<script>alert('x')</script>\r\nBcc: all@example.org",
            VOLUNTEER,
            '"><img src=x onerror=alert(1)>\u202efdp.docx',
            "a" * 300 + ".pdf",
            ("{{ 7*7 }}{% raw %}", "空\u200b白\x07.jpg"),
        ),
    ),
    addressee=None,
)


def _defect(number: int, subject: str, document: str, code: str, evidence: str = "") -> DefectLine:
    told = remedy(code, evidence)
    return DefectLine(f"KX2024-{number:04d}", subject, document, told.problem, told.cure)


DEFICIENCY = letter(
    LetterKind.DEFICIENCY,
    (
        nomination(11, "张三", VOLUNTEER, "张三推荐表.docx", None, check="需补正"),
        nomination(12, "李四", VOLUNTEER, None, "李四盖章.pdf", check="需补正"),
        nomination(13, "农技小院服务队", ORGANISATION, "农技小院.docx", "农技小院.pdf"),
        nomination(14, "科普进山乡", PROJECT, "项目推荐表.docx", "项目扫描件.pdf", check="需补正"),
        nomination(15, "柳溪村", SITE, "柳溪村.docx", "柳溪村.pdf", check="超出名额，待排序"),
        nomination(16, "梅林社区", SITE, "梅林.docx", "梅林.pdf", check="超出名额，待排序"),
        nomination(17, "石桥社区", SITE, "石桥.docx", "石桥.pdf", check="超出名额，待排序"),
    ),
    addressee="中国农学会",
    defects=(
        _defect(11, "张三", "盖章扫描PDF", "scan-missing"),
        _defect(12, "李四", "推荐表WORD版", "form-missing"),
        _defect(
            14,
            "科普进山乡",
            "项目推荐表.docx",
            "form-incomplete",
            "“项目实施时间”“团队志愿者人数”",
        ),
        _defect(14, "科普进山乡", "项目扫描件.pdf", "scan-not-sealed"),
        _defect(
            14,
            "科普进山乡",
            "项目照片.zip",
            "cloud-link",
            "QQ邮箱超大附件，128.03MB，2025年3月1日21时59分到期",
        ),
    ),
    rankings=(Ranking(SITE, 2, ("柳溪村", "梅林社区", "石桥社区")),),
    quotas=(
        QuotaLine(VOLUNTEER, 2, 2),
        QuotaLine(ORGANISATION, 1, 2),
        QuotaLine(PROJECT, 1, 2),
        QuotaLine(SITE, 3, 2),
    ),
    reference="农技中心收〔2025〕13号",
)

RANKING_ONLY = letter(
    LetterKind.DEFICIENCY,
    tuple(
        nomination(20 + n, name, VOLUNTEER, f"{name}.docx", f"{name}.pdf", check="超出名额，待排序")
        for n, name in enumerate(("甲一", "乙二", "丙三"))
    ),
    addressee="科技导报社",
    rankings=(
        Ranking("合计", 2, ("甲一（最美科技志愿者）", "乙二（最美科技志愿者）", "丙三（最美科技志愿者）")),
    ),
    quotas=(QuotaLine("合计", 3, 2),),
    reference="农技中心收〔2025〕14号",
)


REMINDER = replace(
    letter(
        LetterKind.REMINDER,
        DEFICIENCY.nominations[:2],
        addressee="中国农学会",
        defects=(
            DEFICIENCY.defects[0],
            DefectLine(
                "KX2024-0014",
                "科普进山乡",
                "推荐材料",
                "团队人数与附表不一致，请核对后重新填写",
                "请按所列问题补正后，将有关材料回复本邮件",
            ),
        ),
        reference="农技中心收〔2025〕16号",
    ),
    signed_on=date(2025, 3, 4),
)
REMINDER_LAST_DAY = replace(REMINDER, signed_on=date(2025, 3, 7), addressee=None)


def _decided(number: int, nominee: str, category: str, result: str, said: str, asks: bool) -> DecisionLine:
    return DecisionLine(f"KX2024-{number:04d}", category, nominee, result, said, asks)


DECISION = DecisionView(
    "农技中心收〔2025〕17号",
    TITLE,
    "浙江省科学技术协会",
    (
        _decided(
            31, "王五", VOLUNTEER, "退回补正", "扫描件第2页盖章处模糊，无法辨认单位名称，请重新扫描", True
        ),
        _decided(
            32,
            "某某大学附属第一医院青年科技志愿者健康科普与应急救护服务总队“银龄护航”分队",
            ORGANISATION,
            "不予受理",
            "经与贵单位王老师电话核实，该组织2022年已入选同类典型，不再参加此次申报（见科协办函宣字〔2025〕3号第三条）",
            False,
        ),
        _decided(33, "梅林社区", SITE, "同意撤回", "贵单位2月25日来函要求撤回", False),
    ),
    at(8, 0, month=3),
    OFFICE,
    date(2025, 2, 26),
)
DECISION_RETURNED = replace(DECISION, lines=DECISION.lines[:1], signed_on=date(2025, 3, 20))
DECISION_HOSTILE = replace(
    DECISION,
    lines=(
        _decided(
            34, "<b>甲</b>\r\n编号：KX2024-9999", SITE, "不予受理", "第一行\n第二行 {{ 7*7 }} <i>", False
        ),
    ),
)


def _item(number: int, unit: str, nominee: str, state: str, what: str, act: str = "") -> DigestItem:
    number_of = f"KX2024-{number:04d}"
    said = command({"number": number_of}) if state == "review" else ""
    return DigestItem(number_of, unit, nominee, VOLUNTEER, state, what, at(21, 8, 5), act, said)


BUSY_DIGEST = DigestView(
    example="KX2024-0007 退回 缺单位意见",
    campaign_title=TITLE,
    as_of=at(22, 8, 30),
    deadline_at=at(24, 0),
    totals=DigestTotals(
        units_expected=248,
        units_reported=68,
        nominations=203,
        by_state=(("complete", 141), ("deficient", 37), ("review", 12), ("held", 9), ("withdrawn", 4)),
        by_category=((VOLUNTEER, 81), (ORGANISATION, 55), (PROJECT, 48), (SITE, 19)),
    ),
    arrived=tuple(_item(n, "浙江省科学技术协会", f"候选人{n}", "complete", "材料齐全") for n in range(1, 56)),
    people=(
        _item(
            61,
            "中国农学会",
            "王五",
            "review",
            "扫描件上姓名读作“王玉”，WORD版为“王五”，请看附图核对",
            "打开所列文件，核对所述内容",
        ),
        _item(
            62,
            "未知单位：杭州市余杭区科学技术协会",
            "余杭区农技志愿服务总队",
            "review",
            "推荐单位不在名册，疑为区县级科协",
            "电话告知报送单位，请其由有推荐资格的单位统一报送",
        ),
    ),
    deficient=(_item(11, "中国农学会", "张三", "deficient", "缺盖章扫描PDF版，补正期限2025年3月7日24时前"),),
    over_quota=(_item(15, "中国农学会", "柳溪村", "held", "最美科技志愿服务点已报3项／上限2项，待单位排序"),),
    late=(),
    lapsed=(_item(17, "中国林学会", "赵六", "lapsed", "缺盖章扫描PDF版"),),
    untold=(
        _item(18, "中国农学会", "孙七", "rejected", "不予受理（李明）：与往年入选者为同一人", "无需办理"),
    ),
    enquiries=(
        DigestItem(
            "",
            "someone@example.org",
            "",
            "",
            "",
            "咨询：推荐表是否需要法人签字？",
            at(21, 17, 2),
            "请人工回复",
        ),
    ),
    letters_held=(),
    letters_dead=(
        DigestItem(
            "信函18",
            "四川省科学技术协会",
            "",
            "",
            "",
            "收件回执投递失败：550 User not found",
            at(21, 18),
            "请核对邮箱地址",
        ),
    ),
    quarantined=(),
    missing_units=(
        ("全国学会", tuple(f"中国第{n}专业科学技术学会" for n in range(1, 149))),
        ("省级科协", tuple(f"某省{n}科学技术协会" for n in range(1, 25))),
        ("直属单位", tuple(f"第{n}直属服务中心" for n in range(1, 9))),
    ),
    letters_sent_today=41,
    faults=("扫描件识别部件未安装，本日3份扫描件转人工核对",),
)

EMPTY_DIGEST = DigestView(
    campaign_title=TITLE,
    as_of=at(1, 8, 0),
    deadline_at=at(24, 0),
    totals=DigestTotals(0, 0, 0, (), ()),
    arrived=(),
    people=(),
    deficient=(),
    over_quota=(),
    late=(),
    enquiries=(),
    letters_held=(),
    letters_dead=(),
    quarantined=(),
    missing_units=(),
    letters_sent_today=0,
    faults=(),
)

LINKED = replace(
    letter(
        LetterKind.RECEIPT,
        (nomination(1, "张三", VOLUNTEER, "推荐表.docx", None, check="已登记，核对中"),),
        quotas=(QuotaLine(VOLUNTEER, 1, 5),),
    ),
    linked=("QQ邮箱超大附件“材料.zip”，128.03MB，2025年3月1日 21:59 到期", "百度网盘"),
)
ONLY_LINKS = replace(
    letter(LetterKind.RECEIPT, ()),
    linked=("网易邮箱超大附件“推荐材料.zip”，80.96MB，2025年3月1日 0:49 到期",),
)
ENQUIRY = EnquiryView("农技中心收〔2025〕15号", TITLE, at(21, 17, 2), OFFICE, date(2025, 2, 21))

LETTERS = {
    "receipt-linked": LINKED,
    "receipt-only-links": ONLY_LINKS,
    "receipt": RECEIPT,
    "deficiency": DEFICIENCY,
    "receipt-hostile": HOSTILE,
    "ranking": RANKING_ONLY,
    "reminder": REMINDER,
    "reminder-last-day": REMINDER_LAST_DAY,
}
DECISIONS = {
    "decision": DECISION,
    "decision-returned": DECISION_RETURNED,
    "decision-hostile": DECISION_HOSTILE,
}
UNVERIFIED = replace(ENQUIRY, unverified=True)
ENQUIRIES = {"enquiry": ENQUIRY, "unverified": UNVERIFIED}
OUTAGE = OutageView(
    "2024年度“最美科技志愿者”等推荐工作",
    Duty.RECEIVE,
    datetime(2025, 2, 21, 10, 2, tzinfo=SHANGHAI),
    None,
    "30分钟",
    "邮箱收信异常：imap.163.com:993 does not answer in time; check the network and mailbox.port",
)
OUTAGES = {
    "outage": OUTAGE,
    "outage-over": replace(
        OUTAGE,
        duty=Duty.SEND,
        until=datetime(2025, 2, 21, 10, 49, tzinfo=SHANGHAI),
        lasted="47分钟",
        why="发信服务异常：smtp.163.com:465 refuses the connection; check smtp.host and smtp.port",
    ),
}
ORDERS = {
    "orders": OrderReportView(
        campaign_title=OUTAGE.campaign_title,
        received_at=datetime(2025, 2, 21, 9, 12, tzinfo=SHANGHAI),
        lines=(
            OrderLine("正文第1行", "KX2024-0007", True, "已办理，现为“待补正”"),
            OrderLine("正文第2行", "KX2024-0012", True, "此前已作同样办理，未重复办理"),
            OrderLine("正文第3行", "KX2024-0015", False, "似有疑问或附有条件，请写明确的意见"),
            OrderLine("台账第9行", "KX2024-0020", False, "现为“不予受理”，不能“同意撤回”"),
        ),
        unread=("张敏",),
        undoable=True,
        minutes=10,
        example="KX2024-0007 退回 缺单位意见",
    )
}
DIGESTS = {"digest": BUSY_DIGEST, "digest-empty": EMPTY_DIGEST}
