"""Reminders before the end of the time for supplements, and what becomes of those that pass it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from intake.demo.mailbox import EmbeddedMailbox
from tests.integration.conftest import OfficeOn
from tests.journey import DONE, Office, words
from tests.material import AT, NAMES, PROVINCE, SHANGHAI, SOCIETY, both, entry, form, letter, scan

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def day(month: int, number: int, hour: int = 9) -> datetime:
    return datetime(2025, month, number, hour, tzinfo=SHANGHAI)


END = day(3, 8, 0)
"""The first instant too late for a supplement in the shipped campaign."""


def kinds(office: Office) -> list[str]:
    return [row["kind"] for row in office.export("letters")]


@pytest.fixture
def lacking(pymap_mailbox: EmbeddedMailbox, office: Office) -> Office:
    """A society whose scan is missing and that was told so; a province that has finished."""
    pymap_mailbox.deliver(letter([form(entry("于洁")), *both(entry("白桦"))]), AT)
    pymap_mailbox.deliver(letter(both(entry("马骁", PROVINCE)), AT, PROVINCE), AT)
    office.once(AT + HOUR)
    assert sorted(kinds(office)) == ["deficiency", "receipt"]
    return office


def test_a_unit_is_reminded_seven_three_and_one_day_before_the_last(lacking: Office) -> None:
    reminded = []
    for number in range(24, 38):
        at = day(2, number) if number <= 28 else day(3, number - 28)
        for hour in (0, 1, 9):
            before = len(lacking.sent())
            lacking.once(at + hour * HOUR)
            reminded += [at.date().isoformat()] * (len(lacking.sent()) - before)
    assert reminded == ["2025-02-28", "2025-03-04", "2025-03-06"]
    mails = lacking.sent()[2:]
    assert {mail["To"].addresses[0].addr_spec for mail in mails} == {SOCIETY.sender.address}
    for mail, left in zip(mails, ("7天", "3天", "1天"), strict=True):
        said = "".join(words(mail).split())
        assert f"距截止还有{left}" in said and "于洁" in said and "未收到该推荐表的盖章扫描" in said
        assert "白桦" not in said and "2025年3月7日24时" in said
        assert mail["Auto-Submitted"] == "auto-generated" and "收〔2025〕" in mail["Subject"]
    rows = [row for row in lacking.export("letters") if row["kind"] == "reminder"]
    number = lacking.nominations()["于洁"]["number"]
    assert [row["nominations"] for row in rows] == [[number]] * 3
    assert len({row["message_id"] for row in rows}) == 3


def test_nobody_is_reminded_at_night(lacking: Office) -> None:
    lacking.once(day(3, 4, 3))
    assert kinds(lacking).count("reminder") == 0
    lacking.once(day(3, 4, 8))
    assert kinds(lacking).count("reminder") == 1


def test_a_stage_that_an_outage_passed_over_is_made_up_for_once(lacking: Office) -> None:
    lacking.once(day(3, 5))
    lacking.once(day(3, 5, 15))
    assert kinds(lacking).count("reminder") == 1
    assert "距截止还有2天" in "".join(words(lacking.sent()[-1]).split())


def test_whoever_has_sent_it_is_not_reminded(lacking: Office, pymap_mailbox: EmbeddedMailbox) -> None:
    # It lies in the mailbox when the day of the reminder comes, and is not settled yet.
    at = day(2, 28)
    pymap_mailbox.deliver(letter([scan(entry("于洁"))], at, subject="补正"), at)
    lacking.once(at + timedelta(minutes=2))
    assert kinds(lacking).count("reminder") == 0
    for later in (HOUR, DAY, 5 * DAY):
        lacking.once(at + later)
    assert lacking.states()["于洁"] == "complete"
    assert kinds(lacking).count("reminder") == 0


def test_a_notice_of_the_same_days_is_reminder_enough(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    pymap_mailbox.deliver(letter([form(entry("于洁"))]), AT)
    office.once(day(3, 4))
    office.once(day(3, 5))
    assert kinds(office) == ["deficiency"]
    office.once(day(3, 6))
    assert kinds(office) == ["deficiency", "reminder"]


def test_what_only_a_person_can_judge_is_not_reminded_of(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    link = "https://wx.mail.qq.com/ftn/download?func=3&key=abc"
    files = [form(entry("于洁")), form(entry("马骁"))]
    pymap_mailbox.deliver(letter(files, text=f"扫描件见超大附件：{link}"), AT)
    office.once(AT + HOUR)
    assert set(office.states().values()) == {"review"}
    office.once(day(3, 4))
    assert "reminder" not in kinds(office)


def test_a_campaign_may_do_without_reminders(pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn) -> None:
    office = office_on(pymap_mailbox)
    assert office.shouwen("init", office.folder / "new").code == DONE
    folder = office.folder / "new"
    campaign = folder / "campaign.toml"
    text = campaign.read_text(encoding="utf-8")
    assert "reminders = [7, 3, 1]" in text
    campaign.write_text(text.replace("reminders = [7, 3, 1]", "reminders = []"), encoding="utf-8")
    office.change(campaign={"file": str(campaign)})
    pymap_mailbox.deliver(letter([form(entry("于洁"))]), AT)
    office.once(AT + HOUR)
    office.once(day(3, 4))
    assert kinds(office) == ["deficiency"]


# After the end -------------------------------------------------------------------------------


def test_what_was_not_cured_in_time_lapses_and_a_person_may_reopen_it(lacking: Office) -> None:
    lacking.once(END - HOUR)
    assert lacking.states()["于洁"] == "deficient"
    lacking.once(END + HOUR)
    assert lacking.states() == {"于洁": "lapsed", "白桦": "complete", "马骁": "complete"}
    number = lacking.nominations()["于洁"]["number"]
    assert "deficient -> lapsed" in lacking.shouwen("status", number).text
    lacking.shouwen("replay", "--all", now=END + 2 * HOUR)
    lacking.once(END + 2 * HOUR)
    assert lacking.states()["于洁"] == "lapsed"
    said = ("--by", "李明", "--reason", "邮局延误")
    assert lacking.shouwen("decide", number, "reopen", *said, now=END + DAY).code == DONE
    lacking.once(END + DAY)
    lacking.once(END + 2 * DAY)
    assert lacking.states()["于洁"] == "deficient", "what a person reopened, a person ends"


def test_a_supplement_that_came_too_late_opens_it_for_a_person(
    lacking: Office, pymap_mailbox: EmbeddedMailbox
) -> None:
    lacking.once(END + HOUR)
    assert lacking.states()["于洁"] == "lapsed"
    pymap_mailbox.deliver(letter([scan(entry("于洁"))], END + 2 * HOUR, subject="补正"), END + 2 * HOUR)
    lacking.once(END + 4 * HOUR)
    assert lacking.states()["于洁"] == "review"
    assert "late" in lacking.codes("于洁")


def test_a_supplement_in_time_that_is_fetched_after_the_end_still_counts(
    lacking: Office, pymap_mailbox: EmbeddedMailbox
) -> None:
    pymap_mailbox.deliver(letter([scan(entry("于洁"))], END - HOUR, subject="补正"), END - HOUR)
    lacking.once(END + HOUR)
    assert lacking.states()["于洁"] == "complete"


def test_more_time_brings_back_what_lapsed(lacking: Office) -> None:
    lacking.once(END + HOUR)
    folder = lacking.folder / "new"
    assert lacking.shouwen("init", folder).code == DONE
    campaign = folder / "campaign.toml"
    text = campaign.read_text(encoding="utf-8")
    longer = text.replace("supplement_days = 12\n", "supplement_days = 22\n")
    assert longer != text
    campaign.write_text(longer, encoding="utf-8")
    lacking.change(campaign={"file": str(campaign)})
    lacking.shouwen("replay", "--all", now=END + 2 * HOUR)
    assert lacking.states()["于洁"] == "deficient"


def test_an_end_that_is_moved_into_the_past_takes_no_promised_day(lacking: Office) -> None:
    folder = lacking.folder / "new"
    assert lacking.shouwen("init", folder).code == DONE
    campaign = folder / "campaign.toml"
    text = campaign.read_text(encoding="utf-8")
    campaign.write_text(text.replace("supplement_days = 12\n", "supplement_days = 2\n"), encoding="utf-8")
    lacking.change(campaign={"file": str(campaign)})
    for now in (END - DAY, END - HOUR):
        lacking.shouwen("replay", "--all", now=now)
        assert lacking.states()["于洁"] == "deficient"
    lacking.once(END + HOUR)
    assert lacking.states()["于洁"] == "lapsed"


def test_nothing_lapses_of_which_the_unit_was_not_told_in_time(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    pymap_mailbox.deliver(letter([form(entry("于洁"))]), AT)
    office.once(END + HOUR)
    office.once(END + DAY)
    assert (office.states(), kinds(office)) == ({"于洁": "deficient"}, ["deficiency"])


# Over quota ----------------------------------------------------------------------------------


@pytest.fixture
def too_many(pymap_mailbox: EmbeddedMailbox, office: Office) -> Office:
    """A society that was asked to rank four nominations of which two are too many."""
    pymap_mailbox.deliver(letter([paper for name in NAMES[:4] for paper in both(entry(name))]), AT)
    office.once(AT + HOUR)
    assert set(office.states().values()) == {"held"}
    return office


def test_whoever_owes_nothing_but_an_order_is_reminded_of_it(too_many: Office) -> None:
    too_many.once(day(3, 4))
    too_many.once(day(3, 4, 15))
    assert kinds(too_many) == ["deficiency", "reminder"]
    mail = too_many.sent()[-1]
    said = "".join(words(mail).split())
    assert "关于提醒确认" in mail["Subject"] and "补正" not in mail["Subject"]
    assert all(name in said for name in NAMES[:4]) and "尚未收到贵单位的排序意见" in said


def test_whoever_has_answered_is_not_pressed_for_an_order(
    too_many: Office, pymap_mailbox: EmbeddedMailbox
) -> None:
    at = AT + DAY
    pymap_mailbox.deliver(letter((), at, subject="Re: 排序", text="排序：1马骁，2白桦，3石磊，4于洁。"), at)
    too_many.once(at + HOUR)
    too_many.once(day(3, 4))
    assert "reminder" not in kinds(too_many)


def test_the_digest_tells_what_lapsed_and_what_is_not_told_yet(lacking: Office) -> None:
    lacking.once(END + HOUR)
    page = lacking.folder / "digest.html"
    number = lacking.nominations()["白桦"]["number"]
    said = ("--by", "李明", "--reason", "与往年入选者为同一人")
    assert lacking.shouwen("decide", number, "reject", *said, now=END + HOUR).code == DONE
    assert lacking.shouwen("digest", "--preview", page, now=END + 2 * HOUR).code == DONE
    text = page.read_text(encoding="utf-8")
    for heading, name in (("今日逾期未补正（1件）", "于洁"), ("已作决定待告知（1件）", "白桦")):
        assert heading in text and name in text.split(heading)[1][:1500]
    lacking.shouwen("digest", "--preview", page, now=END + 3 * DAY)
    assert "今日逾期未补正（" not in page.read_text(encoding="utf-8")
