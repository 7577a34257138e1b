"""Deliver and the folder of sent mail: what is found there is not sent again; copies where wished."""

from __future__ import annotations

import asyncio
import imaplib
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from imapclient.imap_utf7 import encode

from tests.conftest import PASSWORD
from tests.journey import NEEDS_PERSON, Office
from tests.material import AT, both, entry, letter
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_faults import FaultyPostOffice, LoseAnswer, RefuseLetter

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NOW = AT + HOUR
SENT = "已发送"


class FilingPostOffice(FaultyPostOffice):
    """A provider that files what was sent by itself, where a test wants that.

    `answers_after` are the seconds between its taking a letter and its answer.
    """

    mailbox: Dovecot | None = None
    answers_after = 0.0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Takes the letter, and answers in its own time."""
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(self.answers_after)
        return answer

    def keep(self, envelope: Envelope) -> int:
        """Keeps the letter and files its copy."""
        place = super().keep(envelope)
        if self.mailbox is not None:
            self.mailbox.append(self.received[-1].raw, NOW, SENT, ("\\Seen",))
        return place


@pytest.fixture
def provider(dovecot: Dovecot) -> Iterator[FilingPostOffice]:
    """The mail server."""
    with FilingPostOffice(dovecot.username, PASSWORD) as server:
        yield server


@pytest.fixture
def due(dovecot: Dovecot, provider: FilingPostOffice, tmp_path: Path) -> Office:
    """An installation that owes one letter."""
    dovecot.deliver(letter(both(entry("于洁"))), AT)
    # The provider files copies while it answers, which takes its time on a busy machine.
    return Office(tmp_path / "office", dovecot, provider, smtp={"timeout_seconds": 30})


def filed(dovecot: Dovecot, folder: str = SENT) -> list[tuple[bytes, str]]:
    """The flags and Message-IDs in a folder."""
    with imaplib.IMAP4(dovecot.host, dovecot.port) as session:
        session.login(dovecot.username, dovecot.password)
        answer, _ = session.select(f'"{encode(folder).decode("ascii")}"', readonly=True)
        if answer != "OK":
            return []
        _, rows = session.fetch("1:*", "(FLAGS BODY.PEEK[])")
    parts = [row for row in rows if isinstance(row, tuple)]
    return [(head, str(message_from_bytes(raw)["Message-ID"])) for head, raw in parts]


def details(office: Office, verb: str) -> list[str]:
    return [row[0] for row in office.query(f"SELECT detail FROM event WHERE verb = '{verb}' ORDER BY id")]


def test_a_lost_answer_and_a_filed_copy_make_no_second_letter(
    due: Office, dovecot: Dovecot, provider: FilingPostOffice
) -> None:
    dovecot.create_folder(SENT)
    provider.mailbox = dovecot
    provider.plan(LoseAnswer())
    for hours in range(3):
        due.once(NOW + hours * HOUR)
    assert provider.attempts == 1
    assert due.export("letters")[0]["state"] == "sent"
    assert f"found in {SENT}" in details(due, "letter sent")[0]


def test_a_copy_that_is_filed_late_is_found_before_the_letter_goes_again(
    due: Office, dovecot: Dovecot, provider: FilingPostOffice
) -> None:
    dovecot.create_folder("Sent Messages")
    provider.plan(LoseAnswer())
    due.once(NOW)
    due.once(NOW + MINUTE)
    assert provider.attempts == 1, "its time has not come"
    dovecot.append(provider.received[0].raw, NOW, "Sent Messages")
    due.once(NOW + HOUR)
    assert provider.attempts == 1
    assert due.export("letters")[0]["state"] == "sent"


def test_what_is_not_found_goes_once_more_and_the_event_says_so(
    due: Office, dovecot: Dovecot, provider: FilingPostOffice
) -> None:
    dovecot.create_folder(SENT)
    dovecot.append(b"Message-ID: <another@example.org>\r\n\r\nx\r\n", NOW, SENT)
    before = dovecot.snapshot()
    provider.plan(LoseAnswer())
    due.once(NOW)
    due.once(NOW + HOUR)
    first, second = due.sent()
    assert first["Message-ID"] == second["Message-ID"]
    (said,) = details(due, "letter not found")
    assert f"not in {SENT}" in said and first["Message-ID"] in said
    assert dovecot.snapshot() == before, "nothing in the mailbox has changed"


@pytest.mark.parametrize(("folder", "why"), [("", "never asked"), ("别处", "no folder 别处")])
def test_a_folder_that_cannot_be_asked(
    due: Office, dovecot: Dovecot, provider: FilingPostOffice, folder: str, why: str
) -> None:
    dovecot.create_folder(SENT)
    provider.mailbox = dovecot
    due.change(smtp={"sent_folder": folder})
    provider.plan(LoseAnswer())
    due.once(NOW)
    due.once(NOW + HOUR)
    assert len(due.sent()) == 2
    assert why in details(due, "letter not found")[0]


def test_killed_while_the_server_has_the_letter(
    due: Office, dovecot: Dovecot, provider: FilingPostOffice
) -> None:
    dovecot.create_folder(SENT)
    provider.mailbox = dovecot
    provider.answers_after = 30.0
    process = due.start("once", now=NOW)
    assert provider.wait_for(1, 60), process.poll()
    process.kill()
    process.communicate()
    assert due.export("letters")[0]["state"] == "sending"
    provider.answers_after = 0.0
    due.once(NOW + HOUR)
    assert len(due.sent()) == 1
    assert due.export("letters")[0]["state"] == "sent"
    assert f"found in {SENT}" in details(due, "letter sent")[0]


def test_a_released_letter_is_looked_for_too(
    due: Office, dovecot: Dovecot, provider: FilingPostOffice
) -> None:
    dovecot.create_folder(SENT)
    provider.plan(LoseAnswer(), times=2)
    due.once(NOW)
    due.once(NOW + HOUR, code=NEEDS_PERSON)
    assert due.export("letters")[0]["state"] == "held"
    told = due.shouwen("digest", now=NOW + HOUR).text
    assert "服务器可能已经收下" in told.replace("\n", "").replace(" ", "")
    dovecot.append(provider.received[0].raw, NOW, SENT)
    assert due.shouwen("letters", "release", 1, now=NOW + HOUR).code == 0
    due.once(NOW + 2 * HOUR)
    assert len(due.sent()) == 2
    assert due.export("letters")[0]["state"] == "sent"


# Copies ------------------------------------------------------------------------------------


def test_a_copy_is_filed_as_seen(due: Office, dovecot: Dovecot) -> None:
    dovecot.create_folder(SENT)
    due.change(smtp={"copy_to": SENT})
    for hours in range(3):
        due.once(NOW + hours * HOUR)
    ((flags, message_id),) = filed(dovecot)
    assert b"\\Seen" in flags and message_id == due.sent()[0]["Message-ID"]
    assert len(details(due, "letter copied")) == 1


def test_a_copy_that_fails_is_tried_at_the_next_pass_and_then_no_more(due: Office, dovecot: Dovecot) -> None:
    due.change(smtp={"copy_to": SENT})
    due.once(NOW)
    assert due.export("letters")[0]["state"] == "sent"
    assert len(details(due, "letter not copied")) == 1
    due.once(NOW + HOUR)
    due.once(NOW + 2 * HOUR)
    assert len(details(due, "letter not copied")) == 2
    assert len(due.sent()) == 1 and filed(dovecot) == []


def test_a_copy_whose_answer_was_lost_is_not_filed_twice(due: Office, dovecot: Dovecot) -> None:
    due.change(smtp={"copy_to": SENT})
    due.once(NOW)
    dovecot.create_folder(SENT)
    dovecot.append(due.postoffice.received[0].raw, NOW, SENT)
    due.once(NOW + HOUR)
    assert len(filed(dovecot)) == 1
    assert len(details(due, "letter copied")) == 1


# What holds for all letters -----------------------------------------------------------------


def test_the_limit_of_the_day_stops_all_letters(due: Office, provider: FilingPostOffice) -> None:
    provider.plan(RefuseLetter("554 MI:STC 163 smtp1"))
    due.once(NOW)
    due.change(digest={"to": ["staff@example.org"]})
    assert due.shouwen("digest", "--send", now=NOW + MINUTE).code == 0
    for hours in range(1, 8, 3):
        due.once(NOW + hours * HOUR)
    assert provider.attempts == 1
    due.once(NOW + 24 * HOUR)
    assert len(due.sent()) == 2
