"""Questions: to staff until somebody answers, and one plain receipt for each who asks."""

from __future__ import annotations

from datetime import timedelta

from intake.demo import units
from intake.demo.mailbox import EmbeddedMailbox
from intake.demo.mails import machines
from intake.demo.mails.programs import SampleLetter
from tests.integration.conftest import OfficeOn
from tests.journey import Office, title, words
from tests.material import AT, OFFICE, SOCIETY, both, entry, letter, message_id

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
QUESTION = letter((), AT, subject="咨询", text="请问推荐表是否需要法人签字？\n<b>王老师</b>")


def digest(office: Office, day: int) -> str:
    return office.shouwen("digest", "--date", f"2025-02-{day}").text


def test_a_question_gets_a_plain_receipt_and_goes_to_staff(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    pymap_mailbox.deliver(QUESTION, AT)
    office.once(AT + HOUR)
    office.once(AT + 2 * HOUR)
    (mail,) = office.sent()
    assert (mail["To"].addresses[0].addr_spec, mail["In-Reply-To"]) == (
        SOCIETY.sender.address,
        message_id(QUESTION),
    )
    assert mail["Auto-Submitted"] == "auto-replied"
    assert title(mail) == "来信收悉函"
    said = words(mail)
    assert "工作人员将尽快答复" in said and "010-" in said
    assert "法人签字" not in mail.as_string() + said, "a stranger's words are never sent on"
    (row,) = office.export("letters")
    assert (row["kind"], row["state"], row["nominations"]) == ("receipt", "sent", [])
    assert office.export("messages")[0]["kind"] == "enquiry"
    told = digest(office, 22)
    assert "咨询来信（1件）" in told and "法人签字" in told and "请人工答复" in told


def test_a_recall_is_shown_to_staff_with_the_mail_that_it_means(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    pymap_mailbox.deliver(letter(both(entry("张三丰")), AT, subject="报送推荐材料"), AT)
    told = "某某学会 将撤回邮件“报送推荐材料”。"
    pymap_mailbox.deliver(letter((), AT + HOUR, subject="撤回: 报送推荐材料", text=told), AT + HOUR)
    office.once(AT + 2 * HOUR)
    (item, recall) = office.export("messages")
    assert (item["kind"], recall["kind"]) == ("material", "auto-reply")
    said = "".join(digest(office, 22).split())
    assert f"要求撤回邮件《报送推荐材料》（系统所收邮件{item['id']}）" in said
    assert "要求撤回邮件《" not in "".join(digest(office, 28).split()), "listed for a week"
    assert len(office.nominations()) == 1, "what came stays"


def test_whoever_asks_again_within_thirty_days_has_had_his_receipt(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    pymap_mailbox.deliver(QUESTION, AT)
    office.once(AT + HOUR)
    for day in (2, 10, 20):
        again = letter((), AT + day * DAY, subject=f"再问{day}", text="请问能否延期？")
        pymap_mailbox.deliver(again, AT + day * DAY)
        office.once(AT + day * DAY + HOUR)
    assert len(office.sent()) == 1
    # None of these is answered late, when the thirty days are over.
    office.once(AT + 40 * DAY)
    assert len(office.sent()) == 1
    later = letter((), AT + 40 * DAY, subject="又问", text="请问何时公示？")
    pymap_mailbox.deliver(later, AT + 40 * DAY)
    office.once(AT + 40 * DAY + HOUR)
    assert [mail["In-Reply-To"] for mail in office.sent()] == [message_id(QUESTION), message_id(later)]


def test_two_questions_in_a_row_are_one_receipt_after_the_settling_time(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    second = letter((), AT + 8 * MINUTE, subject="补充一问", text="请问照片要几张？")
    pymap_mailbox.deliver(QUESTION, AT)
    office.once(AT + 5 * MINUTE)
    assert office.sent() == []
    pymap_mailbox.deliver(second, AT + 8 * MINUTE)
    office.once(AT + 12 * MINUTE)
    assert office.sent() == []
    office.once(AT + 20 * MINUTE)
    office.once(AT + 30 * MINUTE)
    assert [mail["In-Reply-To"] for mail in office.sent()] == [message_id(second)]


def test_a_replay_writes_no_second_receipt(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    pymap_mailbox.deliver(QUESTION, AT)
    office.once(AT + HOUR)
    assert office.shouwen("replay", "--all", now=AT + 2 * HOUR).code == 0
    office.once(AT + 50 * DAY)
    assert len(office.sent()) == 1


def test_machines_lists_ourselves_and_junk_get_none(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    draft = SampleLetter(SOCIETY.sender, OFFICE, "自动回复", "我在休假。", AT, AT, "vacation")
    mails = {
        "null sender": letter((), text="请问名额？", headers={"Return-Path": "<>"}),
        "list": letter((), text="请问名额？", headers={"List-Id": "<kepu.unit.example>"}),
        "own": QUESTION.replace(SOCIETY.sender.address.encode(), pymap_mailbox.username.encode()),
        "machine": QUESTION.replace(b"cms_kp@", b"no-reply@"),
        "vacation": machines.qq_vacation(draft),
        "suppressed": letter((), text="请问？", headers={"X-Auto-Response-Suppress": "All"}),
        "before the campaign": letter((), AT - 60 * DAY, text="请问去年的结果？"),
    }
    for raw in mails.values():
        pymap_mailbox.deliver(raw, AT)
    office.once(AT + HOUR)
    assert len(office.export("messages")) == len(mails)
    assert office.sent() == []


def test_a_question_in_the_junk_folder_is_shown_and_not_answered(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    pymap_mailbox.deliver(letter((), text="请问名额如何计算？", key="junk"), AT, "垃圾邮件")
    office.once(AT + HOUR)
    assert office.sent() == []
    assert "名额如何计算" in digest(office, 22)


def test_a_receipt_is_held_where_a_person_releases_each(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn
) -> None:
    office = office_on(pymap_mailbox, letters={"mode": "hold"})
    pymap_mailbox.deliver(QUESTION, AT)
    office.once(AT + HOUR)
    assert (office.sent(), [row["state"] for row in office.export("letters")]) == ([], ["held"])
    assert office.shouwen("letters", "release", 1, now=AT + HOUR).code == 0
    office.once(AT + 2 * HOUR)
    assert len(office.sent()) == 1


def test_a_question_is_listed_for_a_week_or_until_a_person_has_answered(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    other = letter((), AT, units.FIRE, subject="另问", text="请问寄到哪里？")
    pymap_mailbox.deliver(QUESTION, AT)
    pymap_mailbox.deliver(other, AT)
    office.once(AT + HOUR)
    assert "咨询来信（2件）" in digest(office, 22)
    thread = {"In-Reply-To": message_id(QUESTION)}
    answer = letter((), AT + HOUR, units.FIRE, subject="Re: 咨询", text="需要。", headers=thread)
    own = answer.replace(units.FIRE.sender.address.encode(), pymap_mailbox.username.encode())
    pymap_mailbox.deliver(own, AT + HOUR)
    office.once(AT + 2 * HOUR)
    for day, listed in ((22, True), (27, True), (28, False)):
        told = digest(office, day)
        assert ("咨询来信（1件）" in told, "寄到哪里" in told) == (listed, listed), day


def test_a_wish_for_a_read_receipt_is_noted_and_not_honoured(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    wish = {"Disposition-Notification-To": f"<{SOCIETY.sender.address}>"}
    pymap_mailbox.deliver(letter(both(entry("于洁")), headers=wish), AT)
    pymap_mailbox.deliver(letter((), AT, units.FIRE, text="请问名额？"), AT)
    office.once(AT + HOUR)
    assert sorted(row["wants_read_receipt"] for row in office.export("messages")) == [False, True]
    assert {row["wants_read_receipt"] for row in office.table("messages")} == {"True", "False"}
    assert [row.detail for row in office.query("SELECT detail FROM event WHERE detail LIKE '%read receipt%'")]
    assert not any(mail.get_content_type() == "multipart/report" for mail in office.sent())
