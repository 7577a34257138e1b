"""Deliver: what the mail server may do to a letter, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from intake.clock import PATIENCE
from intake.config.settings import load_settings
from intake.demo.mailbox import EmbeddedMailbox
from store.database.engine import writing
from store.database.schema import letter as letter_table
from tests.integration.conftest import OfficeOn
from tests.journey import NEEDS_PERSON, UNREACHABLE, Office, words
from tests.material import AT, NAMES, PROVINCE, SOCIETY, both, entry, letter, sample_unit
from tests.servers.smtp_faults import DropMidData, FaultyPostOffice, LoseAnswer, RefuseLetter, RefuseRecipient

HOUR = timedelta(hours=1)
NOW = AT + HOUR


@pytest.fixture
def due(pymap_mailbox: EmbeddedMailbox, office: Office) -> Office:
    """An installation that owes one letter."""
    pymap_mailbox.deliver(letter(both(entry("于洁"))), AT)
    return office


@pytest.mark.parametrize(
    "fault",
    [RefuseRecipient("451 DT:SPM spam"), RefuseLetter("452 too much mail"), RefuseRecipient("421 HL:ITC")],
)
def test_a_passing_refusal_is_tried_again(
    due: Office, postoffice: FaultyPostOffice, fault: RefuseRecipient | RefuseLetter
) -> None:
    postoffice.plan(fault)
    due.once(NOW)
    due.once(NOW)
    assert postoffice.attempts == 1, "the next attempt has its time"
    assert due.sent() == []
    due.once(NOW + HOUR)
    due.once(NOW + 2 * HOUR)
    assert len(due.sent()) == 1
    (row,) = due.export("letters")
    assert (row["state"], row["attempts"]) == ("sent", 2)


def test_a_refusal_for_good_ends_the_letter_and_staff_read_of_it(
    due: Office, postoffice: FaultyPostOffice
) -> None:
    postoffice.plan(RefuseRecipient("550 User not found"))
    due.once(NOW, code=NEEDS_PERSON)
    for hours in range(1, 30, 9):
        due.once(NOW + hours * HOUR)
    assert postoffice.attempts == 1
    assert due.export("letters")[0]["state"] == "dead"
    said = due.shouwen("digest", now=NOW + HOUR).text
    assert SOCIETY.sender.address in said and "550" in said


def test_a_lost_answer_is_asked_for_once(due: Office, postoffice: FaultyPostOffice) -> None:
    postoffice.plan(LoseAnswer())
    due.once(NOW)
    due.once(NOW + HOUR)
    due.once(NOW + 9 * HOUR)
    first, second = due.sent()
    assert first.as_bytes() == second.as_bytes()
    assert due.export("letters")[0]["state"] == "sent"


def test_a_letter_is_not_taken_from_whoever_may_still_be_sending_it(
    due: Office, postoffice: FaultyPostOffice
) -> None:
    postoffice.plan(RefuseRecipient("451 later"))
    due.once(NOW)
    with due.engine() as engine, writing(engine) as cn:
        cn.execute(sa.update(letter_table).values(state="sending", next_attempt_at=NOW))
    timeout = timedelta(seconds=load_settings(due.config).smtp.timeout_seconds)
    # Two exchanges, of the longest each, and the bytes of a large letter.
    due.once(NOW + 2 * PATIENCE * timeout + timedelta(seconds=20))
    assert due.export("letters")[0]["state"] == "sending"
    due.once(NOW + HOUR)
    assert due.export("letters")[0]["state"] == "sent"


def test_an_answer_that_is_always_lost_stops_after_the_second_letter(
    due: Office, postoffice: FaultyPostOffice
) -> None:
    postoffice.plan(LoseAnswer(), times=9)
    due.once(NOW)
    due.once(NOW + HOUR, code=NEEDS_PERSON)
    for hours in range(2, 60, 13):
        due.once(NOW + hours * HOUR)
    assert len({mail["Message-ID"] for mail in due.sent()}) == 1
    assert len(due.sent()) == 2
    assert due.export("letters")[0]["state"] == "held"
    assert SOCIETY.sender.address in due.shouwen("digest", now=NOW + HOUR).text


def test_a_connection_cut_in_the_letter(due: Office, postoffice: FaultyPostOffice) -> None:
    postoffice.plan(DropMidData())
    due.once(NOW)
    due.once(NOW + HOUR)
    due.once(NOW + 9 * HOUR)
    assert len(due.sent()) == 1


def test_a_mail_server_that_is_away(due: Office, postoffice: FaultyPostOffice) -> None:
    due.change(smtp={"port": 1})
    due.once(NOW, code=UNREACHABLE)
    assert due.export("letters")[0]["state"] == "queued"
    due.change(smtp={"port": postoffice.port})
    due.once(NOW + HOUR)
    assert len(due.sent()) == 1


def test_a_refused_login_keeps_all_letters(due: Office) -> None:
    (due.folder / "wrong").write_text("wrong")
    due.change(smtp={"password": {"file": "wrong"}})
    outcome = due.once(NOW, code=NEEDS_PERSON)
    assert "smtp" in outcome.text
    due.change(smtp={"password": {"file": "password"}})
    due.once(NOW + HOUR)
    assert len(due.sent()) == 1


def test_no_more_letters_a_day_than_allowed(pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn) -> None:
    office = office_on(pymap_mailbox, smtp={"daily_limit": 1})
    pymap_mailbox.deliver(letter(both(entry("于洁"))), AT)
    pymap_mailbox.deliver(letter(both(entry("马骁", PROVINCE)), unit=PROVINCE), AT)
    office.once(NOW)
    office.once(NOW + 2 * HOUR)
    assert len(office.sent()) == 1
    office.once(NOW + timedelta(days=1))
    answered = [mail["To"].addresses[0].addr_spec for mail in office.sent()]
    assert sorted(answered) == sorted(unit.sender.address for unit in (SOCIETY, PROVINCE))


def test_the_digest_is_mailed_once_a_day(due: Office) -> None:
    due.once(NOW)
    for _ in "12":
        assert due.shouwen("digest", "--send", now=NOW).code == 0
    (mail,) = [mail for mail in due.sent() if mail["To"].addresses[0].addr_spec == "staff@example.org"]
    assert mail["Auto-Submitted"] == "auto-generated"
    (book,) = mail.iter_attachments()
    assert str(book.get_filename()).endswith(".xlsx") and book.get_content()[:2] == b"PK"
    assert "于洁" in words(mail)
    due.shouwen("digest", "--send", now=NOW + timedelta(days=1))
    assert len(due.sent()) == 3


def test_a_refusal_of_the_whole_account_kills_no_letter(
    pymap_mailbox: EmbeddedMailbox, office: Office, postoffice: FaultyPostOffice
) -> None:
    for name, what in zip(NAMES, ("植物", "昆虫", "海洋", "地质", "天文"), strict=False):
        unit = sample_unit(f"中国{what}学会", "全国学会")
        pymap_mailbox.deliver(letter(both(entry(name, unit)), AT, unit), AT)
    for number in range(3):
        postoffice.plan(RefuseRecipient(f"554 account suspended, see id={number}abc"))
    outcome = office.once(NOW, code=NEEDS_PERSON)
    assert "refused alike" in outcome.text
    assert postoffice.attempts == 3, "the others are not tried in this pass"
    assert {row["state"] for row in office.export("letters")} == {"queued"}
    office.once(NOW + HOUR)
    assert {row["state"] for row in office.export("letters")} == {"sent"}
