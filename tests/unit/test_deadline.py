"""A mail server that drips a byte now and then holds nobody for ever."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from intake.config.settings import MailboxSettings, SmtpSettings
from intake.mail.imap import Mailbox, MailboxDown
from intake.mail.smtp import Down, PostOffice, Unsure

ANSWER_SECONDS = 0.3


@contextmanager
def dripping(before: Callable[[Any], None]) -> Iterator[int]:
    """A server that talks sensibly in `before` and then sends a byte at a time, never a line."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            line, _ = server.accept()
            with line, line.makefile("rwb", buffering=0) as file:
                before(file)
                try:
                    while True:
                        line.sendall(b"2")
                        time.sleep(ANSWER_SECONDS / 4)
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


def settings(kind: Any, port: int, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("DRIP_PASSWORD", "x")
    return kind(
        host="127.0.0.1",
        port=port,
        security="plain",
        username="a@example.org",
        password={"env": "DRIP_PASSWORD"},
        timeout_seconds=ANSWER_SECONDS,
    )


def greets_imap(file: Any) -> None:
    file.write(b"* OK ready\r\n")
    tag = file.readline().split()[0]
    file.write(b"* CAPABILITY IMAP4rev1\r\n" + tag + b" OK\r\n")


@pytest.mark.parametrize("before", [lambda file: None, greets_imap])
def test_a_mailbox_that_drips(before: Callable[[Any], None], monkeypatch: pytest.MonkeyPatch) -> None:
    began = time.monotonic()
    with dripping(before) as port, pytest.raises(MailboxDown):
        Mailbox(settings(MailboxSettings, port, monkeypatch)).__enter__()
    assert time.monotonic() - began < 20


def takes_a_letter(file: Any) -> None:
    file.write(b"220 ready\r\n")
    for answer in (b"250 x\r\n", b"250 x\r\n", b"250 x\r\n", b"354 go\r\n"):
        file.readline()
        file.write(answer)
    while file.readline() not in (b".\r\n", b""):
        pass


def test_a_mail_server_that_drips_before_and_after_the_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut before the letter was handed over it is down; cut after its end nobody knows."""
    for before, outcome in ((lambda file: None, Down), (takes_a_letter, Unsure)):
        began = time.monotonic()
        with dripping(before) as port, PostOffice(settings(SmtpSettings, port, monkeypatch)) as office:
            assert isinstance(office.send(b"Subject: x\r\n\r\nx\r\n", "a@b.cn", "c@d.cn"), outcome)
        assert time.monotonic() - began < 20
