"""The daily digest, from the ledger's export rows."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from intake.domain.campaign.campaign import UnitRow
from intake.domain.letters.digest import Material, Row, day_before, digest_view
from intake.domain.letters.views import DigestView
from intake.domain.mail.links import CloudLink
from intake.domain.mail.received_time import NO_TIME
from intake.domain.model.nomination import State
from tests.unit.domain.cases import AFFILIATE, AGRONOMISTS, CAMPAIGN, ZHEJIANG, at

AS_OF = at(22, 8, 30)
SINCE = at(21, 8, 30)
UNITS = (
    UnitRow(kind="province", name=ZHEJIANG),
    UnitRow(kind="society", name=AGRONOMISTS),
    UnitRow(kind="society", name="中国林学会"),
    UnitRow(kind="affiliate", name=AFFILIATE),
)


def found(code: str, severity: str = "review", evidence: str = "证据") -> Row:
    return {"code": code, "severity": severity, "evidence": evidence, "document": None}


def nomination(number: int, state: str = "complete", *findings: Row, **more: Any) -> Row:
    row: dict[str, Any] = {
        "number": f"KX2024-{number:04d}",
        "state": state,
        "category": "volunteer",
        "nominee": f"候选{number}号",
        "unit": {"name": ZHEJIANG, "kind": "province", "known": True},
        "received_at": "2025-02-21T15:32:08+08:00",
        "documents": [
            {"role": "form", "filename": "旧.docx", "current": False},
            {"role": "form", "filename": "新.docx", "current": True},
            {"role": "photo", "filename": "1.jpg", "current": True},
            {"role": "photo", "filename": "2.jpg", "current": True},
        ],
        "findings": list(findings),
    }
    return row | more


def letter(number: int, state: str, **more: Any) -> Row:
    row: dict[str, Any] = {
        "id": number,
        "kind": "receipt",
        "to": "kp@zast.example.cn",
        "subject": "收件回执",
        "state": state,
        "sent_at": None,
        "nominations": ["KX2024-0001", "KX2024-0002"],
        "trouble": None,
    }
    return row | more


def view(**more: Any) -> DigestView:
    material: dict[str, Any] = dict.fromkeys(
        ("nominations", "letters", "enquiries", "unanswerable", "quarantined", "unfetched", "reported"), ()
    )
    return digest_view(Material(**material | {"units": UNITS} | more), CAMPAIGN, AS_OF, SINCE)


def numbers(items: Any) -> list[str]:
    return [item.number[-4:] for item in items]


def test_an_empty_day() -> None:
    empty = view(units=())
    assert (empty.totals.nominations, empty.totals.units_expected, empty.totals.rate) == (0, 0, 0.0)
    assert (empty.people, empty.arrived, empty.missing_units, empty.faults) == ((), (), (), ())
    assert day_before(AS_OF) == SINCE


def test_totals() -> None:
    rows = [
        nomination(1, "review"),
        nomination(2, "complete", category="project"),
        nomination(3, "complete", category=None),
        nomination(4, "withdrawn"),
        nomination(5, "superseded"),
    ]
    totals = view(nominations=rows, reported=[ZHEJIANG, "某某研究会"]).totals
    assert (totals.nominations, totals.units_expected, totals.units_reported, totals.units_missing) == (
        3,
        4,
        1,
        3,
    )
    assert totals.by_state == (("complete", 2), ("review", 1))
    assert [count for _, count in totals.by_category] == [1, 1, 1]
    assert totals.by_category[-1][0] == "类别待定"
    assert totals.rate == pytest.approx(0.25)


def test_each_nomination_in_the_list_of_its_state() -> None:
    told = view(
        nominations=[
            nomination(1, "complete"),
            nomination(2, "deficient", found("scan-missing", "curable")),
            nomination(3, "review", found("late")),
            nomination(4, "held", found("over-quota", "curable")),
            *(
                nomination(5 + n, state)
                for n, state in enumerate(("withdrawn", "superseded", "rejected", "lapsed"))
            ),
        ]
    )
    assert numbers(told.people) == numbers(told.late) == ["0003"]
    assert (numbers(told.deficient), numbers(told.over_quota)) == (["0002"], ["0004"])
    assert numbers(told.arrived) == ["0001", "0002", "0003", "0004"]
    assert told.people[0].command.startswith("shouwen decide KX2024-0003 ")
    assert "核对邮箱实际收到时间" in told.people[0].act


@pytest.mark.parametrize(
    ("received", "new"),
    [
        ("2025-02-21T08:29:59+08:00", False),
        ("2025-02-21T08:30:00+08:00", True),
        ("2025-02-21T00:30:00+00:00", True),
        ("2025-02-22T08:29:59+08:00", True),
        ("2025-02-22T08:30:00+08:00", False),
    ],
)
def test_a_day_begins_and_ends_at_the_hour_of_the_digest(received: str, new: bool) -> None:
    told = view(
        nominations=[nomination(1, received_at=received)], letters=[letter(1, "sent", sent_at=received)]
    )
    assert (bool(told.arrived), told.letters_sent_today) == (new, int(new))


def test_what_is_the_matter_comes_first_and_notes_do_not_come() -> None:
    findings = (
        found("scan-missing", "curable", "未见PDF"),
        found("figure-not-stated", "note", "未见人数"),
        found("doubtful", "review", "无法确定"),
    )
    (item,) = view(nominations=[nomination(1, "review", *findings)]).people
    assert item.what == "无法确定；缺盖章扫描PDF版：未见PDF"


def test_what_is_in_order_is_told_by_its_current_papers() -> None:
    (item,) = view(nominations=[nomination(1)]).arrived
    assert (item.what, item.category) == ("推荐表WORD版、照片", CAMPAIGN.category_name("volunteer"))


def test_names_that_are_missing_are_told_as_missing() -> None:
    unnamed = nomination(
        1, "review", unit={"name": None, "kind": None, "known": False}, nominee=None, category=None
    )
    (item,) = view(nominations=[unnamed]).people
    assert (item.unit, item.nominee, item.category) == ("（单位待核）", "", "类别待定")


def test_letters_that_wait_and_letters_that_died() -> None:
    rows = [
        letter(1, "held"),
        letter(2, "dead", trouble="550 User {0}"),
        letter(3, "queued"),
        letter(4, "sent"),
    ]
    told = view(letters=rows)
    (held,), (dead,) = told.letters_held, told.letters_dead
    assert (held.number, held.unit, held.category) == ("1", "kp@zast.example.cn", "收件回执")
    assert "shouwen letters release 1" in held.act
    assert (dead.what, "release 2" in dead.act) == ("收件回执（550 User {0}）", True)


def test_what_a_person_must_answer() -> None:
    row = {"id": 7, "claimed_from": "", "subject": "", "received_at": at(21, 9), "files": []}
    told = view(enquiries=[row | {"subject": "请问截止时间"}], unanswerable=[row])
    assert (told.enquiries[0].number, told.enquiries[0].what) == ("邮件7", "请问截止时间")
    assert (told.people[0].state, told.people[0].unit) == (State.REVIEW, "（无发件人）")
    assert told.people[0].what.endswith("（无主题）")


@pytest.mark.parametrize("place", ["unanswerable", "left_out"])
def test_what_a_limit_kept_out_is_shown_with_its_mail(place: str) -> None:
    row = {"id": 7, "claimed_from": "a@b.cn", "subject": "材料", "received_at": at(21, 9)}
    (item,) = view(**{place: [row | {"files": ["整封邮件", "a.zip"]}]}).people
    assert (item.number, item.unit) == ("邮件7", "a@b.cn")
    assert "整封邮件、a.zip" in item.what and "原邮件" in item.act


def test_a_letter_that_came_back_with_what_to_do() -> None:
    row = {
        "address": "kp@zast.example.cn",
        "reason": "收件邮箱已满",
        "at": at(21, 9),
        "reference": "农技中心收〔2025〕3号",
        "subject": "收件回执",
        "unit": ZHEJIANG,
    }
    (item,) = view(returned=[row]).people
    assert (item.number, item.unit) == ("农技中心收〔2025〕3号", ZHEJIANG)
    assert "kp@zast.example.cn" in item.what and "收件邮箱已满" in item.what
    assert "电话" in item.act and "shouwen letters unblock kp@zast.example.cn" in item.act


LINK = CloudLink(
    "百度网盘", "材料.zip", "128.03M", at(23, 9), "2025年2月23日 9:00 到期", "https://pan.baidu.com/s/1"
)
FAR = replace(LINK, expires=at(8, 9, month=3))


@pytest.mark.parametrize(
    ("documents", "followed", "asked", "link", "listed", "marked"),
    [
        (0, False, False, LINK, True, True),
        (0, False, False, FAR, True, False),
        (0, True, False, LINK, False, False),
        (2, False, True, LINK, True, True),
        (2, False, True, FAR, False, False),
        (2, False, False, LINK, False, False),
    ],
)
def test_links_that_a_person_must_see(
    documents: int, followed: bool, asked: bool, link: CloudLink, listed: bool, marked: bool
) -> None:
    row = {"id": 7, "claimed_from": "a@b.cn", "unit": ZHEJIANG, "subject": "材料", "received_at": at(21, 9)}
    more = {"links": (link,), "documents": documents, "followed": followed, "asked": asked}
    people = view(linked=[row | more]).people
    assert bool(people) is listed
    for item in people:
        assert (item.number, item.unit) == ("邮件7", ZHEJIANG)
        assert ("即将到期" in item.what) is marked
        assert all(text in item.what for text in ("材料.zip", "128.03M", link.expiry, link.url))
        assert ("未附文件" in item.what) is (documents == 0)


def test_what_we_could_not_process() -> None:
    quarantined = {
        "id": 9,
        "claimed_from": None,
        "archived_at": at(21, 9),
        "trouble": "Traceback (most recent call last):\n  …\nKeyError: 'x'\n",
    }
    unfetched = {"folder": "垃圾邮件", "uid": 12, "attempts": 3, "trouble": "cut short"}
    told = view(
        quarantined=[quarantined, quarantined | {"trouble": None}], unfetched=[unfetched], faults=["磁盘将满"]
    )
    timeless = view(quarantined=[quarantined | {"trouble": NO_TIME}]).quarantined
    assert ["内部错误" in item.what for item in (*told.quarantined, *timeless)] == [True, True, False]
    assert "收到时间" in timeless[0].what
    for item in (*told.quarantined, *timeless):
        assert not re.search("[A-Za-z]", item.what), "staff read Chinese"
    assert "shouwen quarantine replay 9" in told.quarantined[0].act
    assert told.faults[0] == "磁盘将满"
    assert "垃圾邮件" in told.faults[1] and "12" in told.faults[1] and "3次" in told.faults[1]


def test_units_that_have_sent_nothing_by_their_kind() -> None:
    missing = view(reported={ZHEJIANG}).missing_units
    assert missing == (("全国学会", (AGRONOMISTS, "中国林学会")), ("直属单位", (AFFILIATE,)))


def test_an_unverified_sender_is_told_in_plain_words_with_the_number_to_call() -> None:
    units = [
        UnitRow(kind="province", name=ZHEJIANG, addresses=("kp@zast.example.cn",), phone="0571-00000001")
    ]
    doubted = {
        "evidence": "报送邮件未通过发件人身份验证（spf=fail，dkim=none）",
        "source": "",
        "basis": "mail",
    }
    rows = [nomination(1, "review", found("sender-unverified") | doubted)]
    mail = {
        "id": 7,
        "claimed_from": "kp@zast.example.cn",
        "subject": "报送",
        "received_at": AS_OF,
        "unverified": "spf=fail, dkim=none",
        "files": (),
    }
    told = view(units=units, nominations=rows, unanswerable=[mail]).people
    assert len(told) == 2
    for item in told:
        assert "该邮件可能不是由所显示的地址发出" in item.what and "spf" not in item.what + item.act
        assert item.act.endswith("（名录电话：0571-00000001）")
    stranger = view(units=units, unanswerable=[mail | {"claimed_from": "a@example.org"}]).people[0]
    assert "名录电话" not in stranger.act


def test_days_to_the_deadline() -> None:
    empty = view()
    days = [(1, 7, 22), (0, 7, 23), (-1, 8, 24)]
    for left, hour, day_of_month in days:
        assert replace(empty, as_of=at(day_of_month, hour)).days_left == left
