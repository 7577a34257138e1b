"""Letters that come back: matched, told to staff, and no letter goes to their address meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest

from intake.demo.mailbox import EmbeddedMailbox
from tests.integration.conftest import OfficeOn
from tests.journey import BAD_USAGE, DONE, NEEDS_PERSON, Office, title
from tests.material import AT, PROVINCE, SOCIETY, both, entry, form, letter, scan

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
UNIT = SOCIETY.sender.address
LATER = AT + DAY
HELD = ["--by", "王某", "--reason", "电话核实，邮箱已恢复"]


def notice(
    text: str,
    at: datetime = AT + 2 * HOUR,
    *parts: tuple[str, str],
    kind: str = "mixed",
    sender: str = "postmaster@163.com",
    subject: str = "系统退信",
) -> bytes:
    """A mail of a mail system as the mailbox holds it; `parts` are further parts, type and content."""
    head = (
        f"Return-Path: <>\r\nReceived: from mx by mx.163.com; {at:%a, %d %b %Y %H:%M:%S %z}\r\n"
        f"From: <{sender}>\r\nTo: <intake@example.org>\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
        f"Message-ID: <{at:%d%H%M}{len(text)}@mx.163.com>\r\n"
        f'Content-Type: multipart/{kind}; boundary="=b"\r\n\r\n'
    )
    whole = (("text/plain; charset=utf-8", text), *parts)
    body = "".join(f"--=b\r\nContent-Type: {media}\r\n\r\n{said}\r\n" for media, said in whole)
    return (head + body + "--=b--\r\n").encode()


def report(at: datetime, letter: EmailMessage, action: str = "failed", status: str = "5.1.1") -> bytes:
    """A delivery report (RFC 3464) that returns the letter's header."""
    to = letter["To"].addresses[0].addr_spec
    told = (
        f"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; {to}\r\nAction: {action}\r\nStatus: {status}"
    )
    returned = f"Subject: x\r\nTo: <{to}>\r\nMessage-ID: {letter['Message-ID']}\r\n"
    return notice(
        "I could not deliver it.",
        at,
        ("message/delivery-status", told),
        ("text/rfc822-headers", returned),
        kind="report; report-type=delivery-status",
        sender="mailer-daemon@mx.example",
        subject="Undelivered Mail Returned to Sender",
    )


def first_letter(mailbox: EmbeddedMailbox, office: Office) -> EmailMessage:
    """A nomination without its scan, and the notice that asks for it."""
    mailbox.deliver(letter([form(entry("于洁"))]), AT)
    office.once(AT + HOUR)
    (sent,) = office.sent()
    return sent


def bounces(office: Office) -> list[tuple[str, str, str]]:
    """What is noted of bounces: address, outcome and reason."""
    return [tuple(row) for row in office.query("SELECT address, outcome, reason FROM bounce ORDER BY at")]


def supplement(mailbox: EmbeddedMailbox, at: datetime = LATER) -> None:
    """The scan that was asked for."""
    mailbox.deliver(letter([scan(entry("于洁"))], at), at)


def test_no_letter_goes_to_an_address_that_failed_until_a_person_clears_it(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, database_url: str
) -> None:
    office = office_on(pymap_mailbox, database_url)
    sent = first_letter(pymap_mailbox, office)
    pymap_mailbox.deliver(report(AT + 2 * HOUR, sent), AT + 2 * HOUR)
    office.once(AT + 3 * HOUR)
    assert bounces(office) == [(UNIT, "failed", "收件地址不存在")]
    assert [row["kind"] for row in office.export("messages")] == ["material", "bounce"]

    said = "".join(office.shouwen("digest", "--date", LATER.date().isoformat()).text.split())
    (ours,) = office.export("letters")
    for told in (ours["reference"], SOCIETY.name, UNIT, "收件地址不存在", f"shouwenlettersunblock{UNIT}"):
        assert told in said

    supplement(pymap_mailbox)
    office.once(LATER + HOUR, NEEDS_PERSON)
    assert len(office.sent()) == 1
    waiting = office.export("letters")[-1]
    assert (waiting["state"], waiting["to"]) == ("held", UNIT)
    refused = office.shouwen("letters", "release", waiting["id"])
    assert refused.code == NEEDS_PERSON and "letters unblock" in refused.text

    cleared = office.shouwen("letters", "unblock", UNIT.upper(), *HELD)
    assert cleared.code == DONE and f"letters release {waiting['id']}" in cleared.text
    assert office.shouwen("letters", "unblock", UNIT, *HELD).code == BAD_USAGE
    events = office.query("SELECT actor, detail FROM event WHERE verb = 'address unblocked'")
    assert [tuple(row) for row in events] == [("王某", f"{UNIT}: 电话核实，邮箱已恢复")]
    assert office.shouwen("letters", "release", waiting["id"], now=LATER + HOUR).code == DONE
    office.once(LATER + 2 * HOUR)
    assert [title(mail)[:4] for mail in office.sent()] == ["关于补正", "收件回执"]

    # The person's word stands, however often the bounce is read.
    assert office.shouwen("replay", "--all", now=LATER + 3 * HOUR).code == DONE
    assert "unblock" not in office.shouwen("digest", "--date", LATER.date().isoformat()).text
    assert office.query("SELECT count(*) FROM bounce WHERE cleared_at IS NULL")[0][0] == 0
    assert len(office.sent()) == 2


def test_a_delay_is_noted_and_stops_nothing(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    sent = first_letter(pymap_mailbox, office)
    pymap_mailbox.deliver(report(AT + 2 * HOUR, sent, "delayed", "4.4.1"), AT + 2 * HOUR)
    supplement(pymap_mailbox)
    office.once(LATER + HOUR)
    assert [(address, outcome) for address, outcome, _ in bounces(office)] == [(UNIT, "delayed")]
    assert len(office.sent()) == 2


@pytest.mark.parametrize(
    ("text", "returned"),
    [
        ("抱歉，您的邮件被退回来了……\n收件人：\t{to}\n退信原因：\n收件人邮箱地址不存在。", False),
        ("抱歉，您的邮件被退回来了……\n原邮件：{id}\n退信原因：用户不存在", False),
        ("很抱歉，您发送的邮件被退回。退信原因 收件人不存在", True),
    ],
)
def test_a_provider_s_own_notice(
    pymap_mailbox: EmbeddedMailbox, office: Office, text: str, returned: bool
) -> None:
    sent = first_letter(pymap_mailbox, office)
    said = text.format(to=UNIT, id=sent["Message-ID"])
    parts = [("message/rfc822", sent.as_string())] if returned else []
    pymap_mailbox.deliver(notice(said, AT + 2 * HOUR, *parts), AT + 2 * HOUR)
    office.once(AT + 3 * HOUR)
    assert bounces(office) == [(UNIT, "failed", "收件地址不存在")]
    assert len(office.sent()) == 1, "a bounce is never answered"
    assert len(office.export("nominations")) == 1


def test_an_address_that_could_be_one_of_two_is_not_guessed(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    first_letter(pymap_mailbox, office)
    pymap_mailbox.deliver(letter(both(entry("白桦", PROVINCE)), AT, PROVINCE), AT)
    office.once(AT + HOUR)
    said = f"您的邮件被退回来了\n收件人：{UNIT}；{PROVINCE.sender.address}\n退信原因：不存在"
    pymap_mailbox.deliver(notice(said), AT + 2 * HOUR)
    office.once(AT + 3 * HOUR)
    assert bounces(office) == []
