"""Whose submission is passed on: by the mail within the mail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake.domain.campaign.campaign import UnitRow
from intake.domain.campaign.registry import Registry
from intake.domain.mail.forwarded import Original, originals, unit_of_originals, units_of_enclosed
from intake.domain.model.document import Document
from intake.domain.model.facts import ContainerFacts
from intake.domain.model.nomination import Unit
from tests.unit.domain.cases import AGRONOMISTS, CAMPAIGN, LOADED, ZHEJIANG, other, post, scanned

ADDRESSES = {ZHEJIANG: ("kp@zast.example.cn",), AGRONOMISTS: ("nx@caass.example.cn",)}
ROWS = [
    row.model_copy(update={"addresses": ADDRESSES[row.name]}) if row.name in ADDRESSES else row
    for row in LOADED.units
]
REGISTRY = Registry(
    [*ROWS, UnitRow(kind="affiliate", name="收文测试中心", addresses=("intake@example.org",))]
)
OFFICE = REGISTRY.match(CAMPAIGN.office.name).unit
QQ = (
    '请查收。\n\n---原始邮件---\n发件人: "浙江省科协"<kp@zast.example.cn>\n'
    "发送时间: 2025年2月20日(星期四) 上午9:30\n"
    '收件人: "王老师"<wang@example.com>;\n主题: 推荐材料\n\n现报送推荐材料。'
)
OUTLOOK = (
    "FYI\n\n发件人: 张工 <zhang@example.com>\n"
    "发送时间: 2025年2月20日 9:30\n收件人: 王老师\n主题: 中国农学会推荐材料\n\n"
    "各位老师：附件是我会的推荐材料。"
)
NETEASE = (
    "-------- 转发邮件信息 --------\n发件人：张工 <zhang@example.com>\n发送日期：2025-02-20 09:30:11\n"
    "收件人：wang@example.com\n主题：材料\n浙江省科学技术协会推荐材料，请审。"
)
GMAIL = (
    "---------- Forwarded message ---------\nFrom: Zhang <kp@zast.example.cn>\nDate: Thu, Feb 20, 2025\n"
    "Subject: form\nTo: <wang@example.com>\n\nhi"
)
CHAIN = (
    "转发。\n发件人: 李 <li@example.com>\n发送时间: 2025年2月21日\n收件人: 王\n主题: 转发: 材料\n\n已阅\n\n"
    "发件人: 赵 <kp@zast.example.cn>\n发送时间: 2025年2月20日\n收件人: 李\n主题: 材料\n\n请转交"
)


def enclosed(
    name: str, sender: str = "", subject: str = "", body: str = "", form: str = "message"
) -> Document:
    facts = ContainerFacts(form, (), subject=subject, sender=sender, body=body)
    (document,) = post(1, other(name, facts))
    return document


def unit_name(subject: str, body: str, documents: list[Document] | None = None) -> str | None:
    found = unit_of_originals(originals(subject, body, documents or []), REGISTRY, OFFICE)
    return found.name if found else None


@pytest.mark.parametrize(
    ("subject", "body", "name"),
    [
        ("转发：推荐材料", QQ, ZHEJIANG),
        ("Fwd: 推荐材料", OUTLOOK, AGRONOMISTS),
        ("转发: 材料", NETEASE, ZHEJIANG),
        ("材料", NETEASE, ZHEJIANG),
        ("Fw: form", GMAIL, ZHEJIANG),
        ("转发：转发: 材料", CHAIN, ZHEJIANG),
        ("转发：材料", "请查收附件。", None),
        ("推荐材料", "浙江省科学技术协会推荐材料", None),
        ("推荐材料", "发件人: 我\n说明一下情况", None),
        ("转发：材料", QQ.replace("kp@zast.example.cn", "x@example.com"), None),
    ],
)
def test_the_unit_of_a_mail_within_the_body(subject: str, body: str, name: str | None) -> None:
    assert unit_name(subject, body) == name


def test_a_known_address_goes_before_words() -> None:
    assert unit_name("转发：材料", QQ.replace("推荐材料", "中国农学会推荐材料")) == ZHEJIANG


@pytest.mark.parametrize("form", ["message", "outlook-message"])
def test_the_unit_of_an_enclosed_mail(form: str) -> None:
    by_address = enclosed("推荐材料.eml", "kp@zast.example.cn", form=form)
    by_words = enclosed("材料.msg", "x@example.com", "中国农学会推荐材料", form=form)
    assert unit_name("材料", "见附件", [by_address]) == ZHEJIANG
    assert unit_name("材料", "见附件", [by_words]) == AGRONOMISTS


def test_an_archive_is_no_mail() -> None:
    assert originals("材料", "", [enclosed("材料.zip", form="zip")]) == ()


def test_two_units_mails_in_one_are_nobody_s_alone() -> None:
    both = [enclosed("甲.eml", "kp@zast.example.cn"), enclosed("乙.eml", "nx@caass.example.cn")]
    assert unit_name("材料", "", both) is None


def test_the_addressee_is_never_the_sender_s_unit() -> None:
    office: Unit = REGISTRY.match("收文测试中心").unit
    own = Original("intake@example.org", "回执", "收文测试中心")
    assert unit_of_originals([own], REGISTRY, office) is None
    assert unit_of_originals([own, Original("kp@zast.example.cn", "", "")], REGISTRY, office) is not None


def test_the_files_of_each_enclosed_mail_are_its_unit_s() -> None:
    first, second = (
        enclosed("甲.eml", "kp@zast.example.cn"),
        replace(enclosed("乙.eml", "nx@caass.example.cn"), id=2),
    )
    scans = post(3, scanned("1.pdf"), scanned("2.pdf"), scanned("3.pdf"), scanned("4.pdf"))
    places = ["甲.eml", "乙.eml/材料.zip/张三", "", "甲.eml2"]
    inside = [replace(scan, folder=place) for scan, place in zip(scans, places, strict=True)]
    found = units_of_enclosed([first, second, *inside], REGISTRY, OFFICE)
    assert {row: unit.name for row, unit in found.items()} == {
        inside[0].id: ZHEJIANG,
        inside[1].id: AGRONOMISTS,
    }


def test_two_enclosed_mails_of_one_name_cannot_be_told_apart() -> None:
    twins = [
        enclosed("材料.eml", "kp@zast.example.cn"),
        replace(enclosed("材料.eml", "nx@caass.example.cn"), id=2),
    ]
    (scan,) = post(3, scanned("1.pdf"))
    assert units_of_enclosed([*twins, replace(scan, folder="材料.eml")], REGISTRY, OFFICE) == {}
