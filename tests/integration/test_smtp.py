"""Handing letters over: what we know afterwards is what really happened at the server."""

from __future__ import annotations

import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from intake.config.settings import SmtpSettings
from intake.mail.smtp import Accepted, Down, LetterRefused, PostOffice, Unsure
from tests.integration.postoffices import LETTER, UNIT, USER, settings_for
from tests.servers.smtp_faults import (
    DropMidData,
    FaultyPostOffice,
    LoseAnswer,
    RefuseLetter,
    RefuseRecipient,
    Slow,
)


@pytest.fixture
def settings(postoffice: FaultyPostOffice, monkeypatch: pytest.MonkeyPatch) -> SmtpSettings:
    monkeypatch.setenv("TEST_SMTP", postoffice.password)
    return settings_for(postoffice.port)


@pytest.fixture
def office(settings: SmtpSettings) -> Iterator[PostOffice]:
    with PostOffice(settings) as office:
        yield office


def test_a_letter_arrives_byte_for_byte(postoffice: FaultyPostOffice, office: PostOffice) -> None:
    assert isinstance(office.send(LETTER, USER, UNIT), Accepted)
    (letter,) = postoffice.received
    assert (letter.mail_from, letter.rcpt_tos, letter.raw) == (USER, (UNIT,), LETTER)


def test_line_ends_become_those_of_mail(postoffice: FaultyPostOffice, office: PostOffice) -> None:
    office.send(b"Subject: x\n\n.one\rtwo", USER, UNIT)
    assert postoffice.received[0].raw == b"Subject: x\r\n\r\n.one\r\ntwo\r\n"


def test_eight_bit_letters_arrive(postoffice: FaultyPostOffice, office: PostOffice) -> None:
    letter = "Subject: x\r\n\r\n收悉\r\n".encode()
    assert isinstance(office.send(letter, USER, UNIT), Accepted)
    assert postoffice.received[0].raw == letter


WIDE = "王@科协.中国"


def test_a_local_part_of_other_letters_goes_by_smtputf8(
    postoffice: FaultyPostOffice, office: PostOffice
) -> None:
    assert isinstance(office.send(LETTER, USER, WIDE), Accepted)
    assert isinstance(office.send(LETTER, USER, "kp@科协.中国"), Accepted)
    assert [letter.rcpt_tos for letter in postoffice.received] == [
        ("王@xn--ykrz90g.xn--fiqs8s",),
        ("kp@xn--ykrz90g.xn--fiqs8s",),
    ]


def test_without_smtputf8_such_a_letter_is_refused_and_the_next_one_goes(
    postoffice: FaultyPostOffice, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    knows = smtplib.SMTP.has_extn
    monkeypatch.setattr(smtplib.SMTP, "has_extn", lambda self, name: name != "smtputf8" and knows(self, name))
    outcome = office.send(LETTER, USER, WIDE)
    assert isinstance(outcome, LetterRefused) and "SMTPUTF8" in outcome.text
    assert isinstance(office.send(LETTER, USER, "kp@科协.中国"), Accepted)
    assert len(postoffice.received) == 1


def test_one_connection_carries_several_letters_and_refusals(
    postoffice: FaultyPostOffice, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    logins: list[AuthResult] = []
    honest = FaultyPostOffice.authenticate

    def counting(self: FaultyPostOffice, *given: Any) -> AuthResult:
        logins.append(honest(self, *given))
        return logins[-1]

    monkeypatch.setattr(FaultyPostOffice, "authenticate", counting)
    postoffice.plan(RefuseRecipient("550 RP:RCL 163 smtp5"))
    postoffice.plan(RefuseLetter("554 DT:SPM 163 smtp5"))
    assert office.send(LETTER, USER, UNIT) == LetterRefused(550, "RP:RCL 163 smtp5")
    assert office.send(LETTER, USER, UNIT) == LetterRefused(554, "DT:SPM 163 smtp5")
    for _ in range(3):
        assert isinstance(office.send(LETTER, USER, UNIT), Accepted)
    assert len(postoffice.received) == 3
    assert len(logins) == 1


def test_a_421_is_a_refusal_and_the_next_letter_connects_anew(
    postoffice: FaultyPostOffice, office: PostOffice
) -> None:
    postoffice.plan(RefuseRecipient("421 HL:ICC 163 mx1"))
    assert office.send(LETTER, USER, UNIT) == LetterRefused(421, "HL:ICC 163 mx1")
    assert isinstance(office.send(LETTER, USER, UNIT), Accepted)


def test_another_sender_than_the_user_is_refused(postoffice: FaultyPostOffice, office: PostOffice) -> None:
    assert office.send(LETTER, "other@example.org", UNIT) == LetterRefused(
        553, "Mail from must equal authorized user"
    )
    assert postoffice.received == []


@pytest.mark.parametrize("address", ["", "unit", "a@b.org>\r\nRCPT TO:<c@d.org"])
def test_an_address_that_no_envelope_can_carry_is_refused_untried(
    postoffice: FaultyPostOffice, office: PostOffice, address: str
) -> None:
    outcome = office.send(LETTER, USER, address)
    assert isinstance(outcome, LetterRefused)
    assert outcome.code == 553
    assert postoffice.attempts == 0


def test_a_connection_lost_within_the_letter_means_it_was_not_taken(
    postoffice: FaultyPostOffice, office: PostOffice
) -> None:
    # Larger than what the sockets buffer, so that the break is met before the last line.
    large = LETTER + b"x" * 70 + b"\r\n" + (b"y" * 998 + b"\r\n") * 20_000
    postoffice.plan(DropMidData(3))
    assert isinstance(office.send(large, USER, UNIT), Down)
    assert postoffice.received == []


def test_a_lost_answer_leaves_us_unsure(postoffice: FaultyPostOffice, office: PostOffice) -> None:
    postoffice.plan(LoseAnswer())
    assert isinstance(office.send(LETTER, USER, UNIT), Unsure)
    assert len(postoffice.received) == 1
    assert isinstance(office.send(LETTER, USER, UNIT), Accepted)


def test_an_answer_that_comes_too_late_leaves_us_unsure(
    postoffice: FaultyPostOffice, settings: SmtpSettings
) -> None:
    postoffice.plan(Slow(0.8))
    with PostOffice(settings.model_copy(update={"timeout_seconds": 0.3})) as office:
        outcome = office.send(LETTER, USER, UNIT)
    assert isinstance(outcome, Unsure)
    assert "in time" in outcome.why


def test_a_connection_that_the_server_closed_meanwhile_is_opened_again(
    postoffice: FaultyPostOffice, office: PostOffice
) -> None:
    assert isinstance(office.send(LETTER, USER, UNIT), Accepted)
    postoffice.__exit__(None, None, None)
    postoffice.__enter__()
    assert isinstance(office.send(LETTER, USER, UNIT), Accepted)
    assert len(postoffice.received) == 2


def test_check_logs_in_and_sends_nothing(postoffice: FaultyPostOffice, office: PostOffice) -> None:
    assert office.check() is None
    assert postoffice.attempts == 0


def test_a_server_that_is_not_there_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_SMTP", "x")
    with PostOffice(settings_for(1)) as office:
        down = office.send(LETTER, USER, UNIT)
    assert isinstance(down, Down)
    assert "127.0.0.1:1 refuses the connection" in down.why
    assert "smtp.port" in down.why


@pytest.fixture
def scripted() -> Iterator[Callable[[list[bytes]], int]]:
    """Starts a server that answers each line it reads, and the connection, from a list; gives its port."""
    with ExitStack() as stack:

        def start(answers: list[bytes]) -> int:
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

            def serve() -> None:
                connection, _ = listener.accept()
                with connection, connection.makefile("rb") as lines:
                    for answer in answers:
                        connection.sendall(answer)
                        lines.readline()

            thread = threading.Thread(target=serve, daemon=True)
            thread.start()
            return int(listener.getsockname()[1])

        yield start


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([b"554 IP in blacklist\r\n"], "554 IP in blacklist"),
        ([b"421 HL:ICC\r\n"], "421 HL:ICC"),
        ([b"220 hello\r\n"], "closed"),
        ([b"220 hello\r\n", b"250-hi\r\n250 AUTH PLAIN\r\n", b"454 4.7.0 later\r\n"], "454 4.7.0 later"),
        ([b"220 hello\r\n", b"250 hi\r\n", b"what\r\n"], "out of place"),
    ],
)
def test_a_server_that_turns_us_away_before_the_letter_is_down(
    scripted: Callable[[list[bytes]], int], monkeypatch: pytest.MonkeyPatch, answers: list[bytes], told: str
) -> None:
    monkeypatch.setenv("TEST_SMTP", "x")
    with PostOffice(settings_for(scripted(answers))) as office:
        down = office.send(LETTER, USER, UNIT)
    assert isinstance(down, Down)
    assert told in down.why
