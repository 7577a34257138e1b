"""Invented letters of every kind, for trying templates: once with all that a view can hold, once bare."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from intake.domain.campaign.campaign import Campaign
from intake.domain.campaign.wording import CHECK_NAMES, RESULT_NAMES
from intake.domain.letters.order_report import OrderLine, OrderReportView
from intake.domain.letters.outage import Duty, OutageView
from intake.domain.letters.secrecy_alert import AlertView
from intake.domain.letters.unit_letter import answer_letter, enquiry_receipt, unverified_receipt
from intake.domain.letters.views import (
    DecisionLine,
    DecisionView,
    DefectLine,
    DigestEvidence,
    DigestItem,
    DigestPicture,
    DigestTotals,
    DigestView,
    LetterView,
    NominationLine,
    QuotaLine,
    Ranking,
    View,
    numbered,
)
from intake.domain.model.mail import TO_STAFF, LetterKind
from intake.domain.model.nomination import Action, State
from intake.domain.text.calendar import local

A_DAY = timedelta(days=1)
NOTHING = DigestTotals(0, 0, 0, (), ())


def sample_views(campaign: Campaign) -> list[View]:
    """Letters of a campaign to an invented unit, of each kind at least one."""
    head = campaign.campaign
    soon, over = head.deadline_at - A_DAY, head.supplement_until + A_DAY
    letters = [
        made
        # Every kind but those with a view of their own.
        for kind in LetterKind
        if kind not in (LetterKind.DECISION, LetterKind.ANSWER, *TO_STAFF)
        for full in (_letter(kind, campaign, soon),)
        for made in (
            full,
            replace(full, signed_on=local(over).date(), addressee=None),
            replace(full, defects=(), quotas=(), linked=(), loose=(), eased=()),
            replace(full, nominations=(), loose=(), rankings=(), quotas=()),
            replace(full, rankings=(), linked=(), quotas=(QuotaLine("合计", 3, 2),)),
        )
    ]
    decided = _decision(campaign, soon)
    reference = f"{campaign.office.short_name}收〔{head.year}〕1号"
    plain = [
        numbered(receipt(campaign, soon, soon), reference)
        for receipt in (enquiry_receipt, unverified_receipt)
    ]
    plain.append(numbered(answer_letter("可以延期。\n请于周五前报送。", campaign, soon, soon), reference))
    alert = AlertView(head.title, 1, soon, "（无发件人）", "INBOX", "sha256:0", "主题")
    return [
        *letters,
        decided,
        replace(decided, lines=decided.lines[:1], addressee=None),
        replace(decided, lines=decided.lines[1:], signed_on=local(over).date()),
        *plain,
        alert,
        replace(alert, doubtful=True),
        *(
            OutageView(head.title, duty, soon, until, "1小时", "imap.163.com:993 does not answer in time")
            for duty in Duty
            for until in (None, soon + A_DAY)
        ),
        _orders(campaign, soon),
        OrderReportView(head.title, soon, (), refused="该信不是对日报的回复"),
        _digest(campaign, soon, busy=True),
        _digest(campaign, soon, busy=False),
    ]


def _letter(kind: LetterKind, campaign: Campaign, now: datetime) -> LetterView:
    head, category = campaign.campaign, campaign.category[0]
    return LetterView(
        kind=kind,
        reference=f"{campaign.office.short_name}收〔{head.year}〕1号",
        campaign_title=head.title,
        addressee="示例学会",
        received_at=now,
        deadline_at=head.deadline_at,
        supplement_until=head.supplement_until,
        nominations=(
            NominationLine("1", category.name, "张三", "表.docx", "扫描.pdf", ("照片.jpg",), now, "齐全"),
            NominationLine("2", category.name, "李四", None, None, (), now, CHECK_NAMES[State.DEFICIENT]),
        ),
        defects=(
            DefectLine("2", "李四", "表.docx", "缺扫描件。", "请补报。"),
            DefectLine("2", "李四", "", "缺推荐表。", "请补报。"),
        ),
        rankings=(Ranking(category.name, 1, ("张三", "李四")),),
        quotas=(QuotaLine(category.name, 1, 2),),
        loose=("说明.docx",),
        office=campaign.office,
        signed_on=local(now).date(),
        linked=("文件“表.docx”",),
        eased=("王五（3）",),
    )


def _decision(campaign: Campaign, now: datetime) -> DecisionView:
    category = campaign.category[0].name
    actions = (Action.RETURN, *(action for action in Action if action is not Action.RETURN))
    return DecisionView(
        reference=f"{campaign.office.short_name}收〔{campaign.campaign.year}〕1号",
        campaign_title=campaign.campaign.title,
        addressee="示例学会",
        lines=tuple(
            DecisionLine(str(n), category, "张三", RESULT_NAMES[action], "理由。", action is Action.RETURN)
            for n, action in enumerate(actions, 1)
        ),
        supplement_until=campaign.campaign.supplement_until,
        office=campaign.office,
        signed_on=local(now).date(),
    )


def _orders(campaign: Campaign, now: datetime) -> OrderReportView:
    lines = (OrderLine("正文第1行", "1", True, "已办理"), OrderLine("台账", "", False, "未写编号"))
    return OrderReportView(
        campaign.campaign.title, now, lines, ("张敏",), undoable=True, minutes=10, example="1 退回 缺章"
    )


def _digest(campaign: Campaign, now: datetime, *, busy: bool) -> DigestView:
    """The digest of a busy day, or of one before anybody sent anything."""
    category = campaign.category[0].name
    item = DigestItem("1", "示例学会", "张三", category, State.REVIEW, "缺扫描件", now, "请核对", "shouwen")
    items = (item, replace(item, nominee="", category="", when=None, act="", command="")) if busy else ()
    states = tuple((state.value, 1) for state in State)
    picture = DigestPicture("a.jpg", "第1页")
    seen = DigestEvidence("1", "示例学会", "张三", "扫描.pdf", (picture, replace(picture, wide=True)))
    return DigestView(
        campaign_title=campaign.campaign.title,
        as_of=now,
        deadline_at=campaign.campaign.deadline_at,
        totals=DigestTotals(3, 1, len(states), states, ((category, 1),)) if busy else NOTHING,
        arrived=items,
        people=items,
        deficient=items,
        over_quota=items,
        late=items,
        enquiries=items,
        letters_held=items,
        letters_dead=items,
        quarantined=items,
        missing_units=(("学会", ("示例学会", "另一学会")),) if busy else (),
        letters_sent_today=1,
        faults=("邮箱收信异常",) if busy else (),
        evidence=(seen,) if busy else (),
        lapsed=items,
        untold=items,
        done="最近一次收信：2025年2月21日8时29分" if busy else "",
    )
