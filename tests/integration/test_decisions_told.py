"""A person's decision reaches the unit: once, in the person's words, with the others of the same minutes."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from intake.demo.mailbox import EmbeddedMailbox
from tests.integration.conftest import OfficeOn
from tests.journey import BAD_USAGE, DONE, NEEDS_PERSON, Office, title, words
from tests.material import AT, NAMES, SOCIETY, both, entry, form, letter, message_id, scan

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
REASON = "盖章处模糊，请重新扫描"


def decide(office: Office, nominee: str, action: str, *more: str, at: timedelta = 2 * HOUR) -> int:
    number = office.nominations()[nominee]["number"]
    said = ("--by", "李明", "--reason", REASON, *more)
    return office.shouwen("decide", number, action, *said, now=AT + at).code


def last(office: Office) -> str:
    return re.sub(r"\s+", "", words(office.sent()[-1]))


@pytest.fixture
def two(pymap_mailbox: EmbeddedMailbox, office: Office) -> Office:
    """Two nominations in order, with their receipt sent."""
    pymap_mailbox.deliver(letter([*both(entry("于洁")), *both(entry("马骁"))]), AT)
    office.once(AT + HOUR)
    assert len(office.sent()) == 1
    return office


@pytest.mark.parametrize(
    ("action", "state", "result"),
    [
        ("return", "deficient", "退回补正"),
        ("reject", "rejected", "不予受理"),
        ("withdraw", "withdrawn", "同意撤回"),
    ],
)
def test_a_decision_is_told_once_after_the_settling_time(
    two: Office, action: str, state: str, result: str
) -> None:
    assert decide(two, "马骁", action) == DONE
    two.once(AT + 2 * HOUR + 5 * MINUTE)
    assert len(two.sent()) == 1, "whoever decided may decide again"
    for later in (2 * HOUR + 11 * MINUTE, 5 * HOUR, 2 * DAY):
        two.once(AT + later)
    assert len(two.sent()) == 2
    said = last(two)
    assert "马骁" in said and REASON in said and result in said and "于洁" not in said
    mail = two.sent()[-1]
    assert mail["To"].addresses[0].addr_spec == SOCIETY.sender.address
    assert mail["In-Reply-To"] and mail["Auto-Submitted"] == "auto-generated"
    row = two.export("letters")[-1]
    number = two.nominations()["马骁"]["number"]
    assert (row["kind"], row["state"], row["nominations"]) == ("decision", "sent", [number])
    assert re.search(r"收〔2025〕2号", words(mail))
    assert two.states() == {"于洁": "complete", "马骁": state}
    assert two.shouwen("replay", "--all", now=AT + 3 * DAY).code == DONE
    two.once(AT + 3 * DAY)
    assert (len(two.sent()), two.states()["马骁"]) == (2, state)


def test_several_decisions_are_one_letter_and_only_the_last_on_each_counts(two: Office) -> None:
    decide(two, "于洁", "reject")
    decide(two, "马骁", "reject", at=2 * HOUR + MINUTE)
    decide(two, "于洁", "reopen", at=2 * HOUR + 2 * MINUTE)
    decide(two, "于洁", "return", at=2 * HOUR + 3 * MINUTE)
    two.once(AT + 4 * HOUR)
    two.once(AT + 5 * HOUR)
    assert len(two.sent()) == 2
    assert "于洁类别" in last(two) and "马骁类别" in last(two)
    assert last(two).count("不予受理") == 1 and last(two).count("办理结果：退回补正") == 1


def test_a_mistake_that_is_taken_back_in_time_is_told_to_nobody(two: Office) -> None:
    decide(two, "于洁", "reject")
    decide(two, "于洁", "reopen", at=2 * HOUR + MINUTE)
    two.once(AT + 4 * HOUR)
    assert len(two.sent()) == 1


def test_an_acceptance_is_told_when_asked_and_a_return_is_not_when_not(two: Office) -> None:
    assert decide(two, "于洁", "return", "--no-tell") == DONE
    two.once(AT + 4 * HOUR)
    assert len(two.sent()) == 1
    assert decide(two, "马骁", "accept", "--tell", at=4 * HOUR) == DONE
    two.once(AT + 6 * HOUR)
    assert "形式检查齐全" in last(two) and "马骁" in last(two) and "于洁" not in last(two)


def test_the_unit_may_read_something_else_than_the_reason(two: Office) -> None:
    assert decide(two, "于洁", "return", "--say", "请补盖公章") == DONE
    two.once(AT + 4 * HOUR)
    assert "请补盖公章" in last(two) and REASON not in last(two)
    number = two.nominations()["于洁"]["number"]
    assert REASON in two.shouwen("status", number).text
    assert decide(two, "马骁", "return", "--say", "请补盖公章", "--no-tell") == BAD_USAGE
    for empty in (("--by", " ", "--reason", "x"), ("--by", "x", "--reason", " ")):
        assert two.shouwen("decide", number, "accept", *empty).code == BAD_USAGE


def test_in_hold_mode_a_decision_waits_for_its_release(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn
) -> None:
    office = office_on(pymap_mailbox, letters={"mode": "hold"})
    pymap_mailbox.deliver(letter(both(entry("于洁"))), AT)
    office.once(AT + HOUR)
    decide(office, "于洁", "reject")
    office.once(AT + 4 * HOUR)
    assert office.sent() == []
    assert [row["kind"] for row in office.export("letters")] == ["receipt", "decision"]
    assert {row["state"] for row in office.export("letters")} == {"held"}


def test_where_nobody_can_be_written_to_the_person_is_told_so(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    pymap_mailbox.deliver(letter(both(entry("于洁")), headers={"Return-Path": "<>"}), AT)
    office.once(AT + HOUR)
    assert decide(office, "于洁", "reject") == NEEDS_PERSON
    assert office.states() == {"于洁": "rejected"}
    office.once(AT + 4 * HOUR)
    assert office.export("letters") == []


def test_what_answers_a_return_goes_to_the_person_who_asked(
    two: Office, pymap_mailbox: EmbeddedMailbox
) -> None:
    decide(two, "马骁", "return")
    two.once(AT + 4 * HOUR)
    # The very same file again: whether that is what was wanted, only the person can tell.
    raw = letter([scan(entry("马骁"), "马骁重新扫描.pdf")], AT + DAY, subject="补正")
    pymap_mailbox.deliver(raw, AT + DAY)
    two.once(AT + DAY + HOUR)
    assert two.states()["马骁"] == "review"
    assert any(REASON in item["evidence"] for item in two.nominations()["马骁"]["findings"])
    assert (len(two.sent()), two.sent()[-1]["In-Reply-To"]) == (3, message_id(raw))
    assert title(two.sent()[-1]) == "收件回执" and REASON not in last(two)
    two.shouwen("replay", "--all", now=AT + 2 * DAY)
    assert two.states()["马骁"] == "review"
    decide(two, "马骁", "accept", at=2 * DAY)
    two.once(AT + 3 * DAY)
    assert (two.states()["马骁"], len(two.sent())) == ("complete", 3)


def test_a_returned_one_stays_in_the_unit_s_letters_until_it_is_mended(
    two: Office, pymap_mailbox: EmbeddedMailbox
) -> None:
    decide(two, "马骁", "return")
    pymap_mailbox.deliver(letter([form(entry("白桦"))], AT + 2 * HOUR, key="next"), AT + 2 * HOUR)
    two.once(AT + 3 * HOUR)
    two.once(AT + 5 * HOUR)
    assert len(two.sent()) == 2, "the round's letter has told the decision too"
    assert "关于补正" in title(two.sent()[-1])
    assert REASON in last(two) and "白桦" in last(two)


# Over quota ----------------------------------------------------------------------------------


def test_the_unit_is_asked_to_rank_and_a_person_records_the_ranking(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    pymap_mailbox.deliver(letter([paper for name in NAMES[:4] for paper in both(entry(name))]), AT)
    office.once(AT + HOUR)
    assert set(office.states().values()) == {"held"}
    (mail,) = office.sent()
    assert "推荐排序的函" in title(mail) and "补正" not in title(mail)
    assert "请贵单位按优先顺序排序" in last(office)
    answer = letter((), AT + 2 * HOUR, subject="Re: 排序", text="排序：1马骁，2白桦，3石磊，4于洁。")
    pymap_mailbox.deliver(answer, AT + 2 * HOUR)
    office.once(AT + 3 * HOUR)
    assert set(office.states().values()) == {"held"}, "the answer is for a person"
    for name, action in (("马骁", "accept"), ("白桦", "accept"), ("石磊", "reject")):
        assert decide(office, name, action, at=4 * HOUR) == DONE
    wanted = {"马骁": "complete", "白桦": "complete", "石磊": "rejected", "于洁": "held"}
    assert office.states() == wanted
    before = len(office.sent())
    pymap_mailbox.deliver(letter(both(entry("科普进校园", SOCIETY, "project")), AT + DAY), AT + DAY)
    office.once(AT + DAY + HOUR)
    told = [re.sub(r"\s+", "", words(mail)) for mail in office.sent()[before:]]
    assert any("石磊" in said and "不予受理" in said for said in told)
    assert not any("按优先顺序排序" in said for said in told), "staff have given away all places"
    decide(office, "于洁", "withdraw", at=4 * DAY)
    assert office.states()["于洁"] == "withdrawn"
    assert office.shouwen("replay", "--all", now=AT + 5 * DAY).code == DONE
    assert office.states() == {**wanted, "于洁": "withdrawn", "科普进校园": "complete"}
