"""Quarantine is for our faults alone: what their bytes bring down is read as far as it goes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from intake.demo.mailbox import EmbeddedMailbox
from intake.domain.model.facts import MessageFacts
from parsers.sandbox.answers import WholeMail
from parsers.sandbox.pool import MessageUnreadable, ParserFault, Sandbox
from tests.journey import DONE, NEEDS_PERSON, Office, title
from tests.material import AT, PROVINCE, SOCIETY, both, entry, form, letter, scan

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = AT + DAY
MARK = b"X-Stone: yes"


@pytest.fixture
def stumble(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception | None], None]:
    """Makes taking apart fail for mails that bear the mark; None mends it."""
    real, together = Sandbox.unpack, Sandbox.read_mail
    fault: Exception | None = None

    def unpack(self: Sandbox, path: Path, scratch: Path) -> MessageFacts:
        if fault is not None and MARK in path.read_bytes():
            raise fault
        return real(self, path, scratch)

    def lay(what: Exception | None) -> None:
        nonlocal fault
        fault = what

    def read_mail(self: Sandbox, path: Path, *given: Any) -> WholeMail | None:
        stumbles = fault is not None and MARK in path.read_bytes()
        return None if stumbles else together(self, path, *given)

    monkeypatch.setattr(Sandbox, "unpack", unpack)
    monkeypatch.setattr(Sandbox, "read_mail", read_mail)
    return lay


def marked(*given: Any, **named: Any) -> bytes:
    """A letter with the mark."""
    return letter(*given, **named, headers={"X-Stone": "yes"})


def test_whose_mail_waits_in_quarantine_is_known_and_nothing_is_asked_of_its_unit(
    pymap_mailbox: EmbeddedMailbox, office: Office, stumble: Callable[[Exception | None], None]
) -> None:
    stumble(ParserFault("Traceback (most recent call last):\nKeyError: 'stone'"))
    pymap_mailbox.deliver(letter([form(entry("于洁"))]), AT)
    pymap_mailbox.deliver(marked([scan(entry("于洁"))], AT + timedelta(minutes=1)), AT)
    pymap_mailbox.deliver(letter(both(entry("白桦", PROVINCE)), AT, PROVINCE), AT)
    office.once(AT + HOUR, NEEDS_PERSON)
    row = next(row for row in office.export("messages") if row["state"] == "quarantined")
    assert row["claimed_from"] == SOCIETY.sender.address
    assert "1 mail(s) in quarantine" in office.shouwen("status").err
    (sent,) = office.sent()
    assert sent["To"].addresses[0].addr_spec == PROVINCE.sender.address
    said = "".join(office.shouwen("digest", "--date", AT.date().isoformat()).text.split())
    assert f"邮件{row['id']}" in said and "原因：系统读取这封邮件时发生内部错误" in said
    assert "KeyError" not in said


def test_a_replay_after_a_fix_joins_the_nomination_and_tells_nobody_twice(
    pymap_mailbox: EmbeddedMailbox, office: Office, stumble: Callable[[Exception | None], None]
) -> None:
    pymap_mailbox.deliver(letter([form(entry("于洁"))]), AT)
    office.once(AT + HOUR)
    number = office.nominations()["于洁"]["number"]
    stumble(ParserFault("Traceback (most recent call last):\nKeyError: 'stone'"))
    pymap_mailbox.deliver(marked([scan(entry("于洁"))], LATER), LATER)
    office.once(LATER + HOUR, NEEDS_PERSON)
    row = next(row for row in office.export("messages") if row["state"] == "quarantined")
    shown = office.shouwen("quarantine", "show", row["id"]).text
    assert "Traceback" in shown and "KeyError: 'stone'" in shown
    (path,) = re.findall(r"^archived: (.+)$", shown, re.MULTILINE)
    assert Path(path).read_bytes() == office.archived()[row["content_hash"]]
    (command,) = re.findall(r"^replay:\s+shouwen (.+)$", shown, re.MULTILINE)
    stumble(None)
    assert office.shouwen(*command.split(), now=LATER + 2 * HOUR).code == DONE
    office.once(LATER + 3 * HOUR)
    assert {name: row["number"] for name, row in office.nominations().items()} == {"于洁": number}
    assert office.states() == {"于洁": "complete"}
    assert [title(mail)[:4] for mail in office.sent()] == ["关于补正", "收件回执"]
    assert office.shouwen(*command.split()).code == 2


def test_bytes_that_nobody_can_take_apart_are_read_and_shown_to_staff(
    pymap_mailbox: EmbeddedMailbox, office: Office, stumble: Callable[[Exception | None], None]
) -> None:
    pymap_mailbox.deliver(letter([form(entry("于洁"))]), AT)
    stumble(MessageUnreadable("too-large", "took more than 60 s of processor time"))
    pymap_mailbox.deliver(marked([scan(entry("于洁"))], AT + timedelta(minutes=1)), AT)
    office.once(AT + HOUR)
    bomb = office.export("messages")[1]
    assert (bomb["state"], bomb["kind"], bomb["left_out"]) == ("read", "material", ["整封邮件"])
    assert bomb["claimed_from"] == SOCIETY.sender.address
    assert office.states() == {"于洁": "review"}
    assert "整封邮件" in office.nominations()["于洁"]["findings"][0]["evidence"]
    said = office.shouwen("digest", "--date", AT.date().isoformat()).text
    assert f"邮件{bomb['id']}" in said and "整封邮件" in said
    assert "请查收" not in said
    assert not any("补正" in title(mail) for mail in office.sent())
    stumble(None)
    assert office.shouwen("replay", bomb["id"], now=AT + 2 * HOUR).code == DONE
    assert office.states() == {"于洁": "complete"}


def test_a_header_that_cannot_be_read_either_is_shown_all_the_same(
    pymap_mailbox: EmbeddedMailbox,
    office: Office,
    stumble: Callable[[Exception | None], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stumble(MessageUnreadable("too-large", "not read within 240 s"))

    def run(self: Sandbox, *given: Any, **named: Any) -> Any:
        raise ParserFault("no header")

    monkeypatch.setattr(Sandbox, "run", run)
    pymap_mailbox.deliver(marked([scan(entry("于洁"))]), AT)
    office.once(AT + HOUR)
    (row,) = office.export("messages")
    assert (row["state"], row["kind"], row["claimed_from"]) == ("read", "material", "")
    assert office.sent() == []
    assert "（无发件人）" in office.shouwen("digest", "--date", AT.date().isoformat()).text
