"""Caps: so many letters to one address a day, so many in one exchange of mails, and nothing lost by them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from intake.demo.mailbox import EmbeddedMailbox
from tests.integration.conftest import OfficeOn
from tests.journey import Office, words
from tests.material import AT, NAMES, both, entry, letter, message_id

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def nomination(number: int, at: datetime, **headers: str) -> bytes:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return letter(both(entry(NAMES[number], category="project")), at, headers=named, key=str(number))


@pytest.fixture
def office(pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn) -> Office:
    """An installation with tight caps."""
    return office_on(pymap_mailbox, letters={"per_sender_a_day": 2, "per_thread": 30})


def test_what_is_owed_beyond_the_letters_of_a_day_is_one_letter_the_next(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    for number in range(5):
        at = AT + 2 * number * HOUR
        pymap_mailbox.deliver(nomination(number, at), at)
        office.once(at + HOUR)
    assert len(office.sent()) == 2
    told = office.shouwen("digest", now=AT + 12 * HOUR).text
    assert "已达上限（2封）" in "".join(told.split())
    office.once(AT + DAY)
    assert len(office.sent()) == 3
    last = words(office.sent()[-1])
    assert all(name in last for name in NAMES[2:5])
    office.once(AT + DAY + HOUR)
    assert len(office.sent()) == 3


def test_the_cap_is_told_once_a_day(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    for number in range(3):
        at = AT + 2 * number * HOUR
        pymap_mailbox.deliver(nomination(number, at), at)
        for minutes in (60, 70, 80):
            office.once(at + timedelta(minutes=minutes))
    assert office.query("SELECT count(*) FROM event WHERE verb = 'letters postponed'")[0][0] == 1


def test_a_decision_waits_for_the_next_day(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    for number in range(2):
        at = AT + 2 * number * HOUR
        pymap_mailbox.deliver(nomination(number, at), at)
        office.once(at + HOUR)
    first = office.export("nominations")[0]["number"]
    decided = AT + 4 * HOUR
    asked = ("decide", first, "return", "--by", "李四", "--reason", "请补充事迹材料")
    assert office.shouwen(*asked, now=decided).code == 0
    office.once(decided + HOUR)
    assert len(office.sent()) == 2
    office.once(AT + DAY)
    assert len(office.sent()) == 3
    assert "补充事迹材料" in words(office.sent()[-1])


def test_a_thread_that_is_full_waits_for_a_person(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn
) -> None:
    office = office_on(pymap_mailbox, letters={"per_sender_a_day": 50, "per_thread": 3})
    raw = nomination(0, AT)
    pymap_mailbox.deliver(raw, AT)
    office.once(AT + HOUR)
    for number in range(1, 5):
        at = AT + 2 * number * HOUR
        ours = str(office.sent()[-1]["Message-ID"])
        # A program that keeps no References but the last.
        pymap_mailbox.deliver(nomination(number, at, In_Reply_To=ours), at)
        office.once(at + HOUR)
    assert [row["state"] for row in office.export("letters")] == ["sent"] * 3 + ["held"] * 2
    told = "".join(office.shouwen("digest", now=AT + 12 * HOUR).text.split())
    assert "同一往来中已有3封信函" in told
    assert office.shouwen("letters", "release", 4, now=AT + 12 * HOUR).code == 0
    office.once(AT + 12 * HOUR)
    assert len(office.sent()) == 4
    # Another exchange of the same unit is none of it.
    other = nomination(5, AT + 13 * HOUR)
    pymap_mailbox.deliver(other, AT + 13 * HOUR)
    office.once(AT + 14 * HOUR)
    assert office.sent()[-1]["In-Reply-To"] == message_id(other)
