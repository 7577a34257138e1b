"""What the tests of the mailbox share: messages, and settings that lead to a server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest

from intake.config.settings import MailboxSettings
from intake.demo.mailbox import EmbeddedMailbox
from tests.servers.dovecot import Dovecot
from tests.servers.imap_faults import FaultyMailbox, Stored

SHANGHAI = timezone(timedelta(hours=8))
CAME = datetime(2025, 2, 23, 23, 59, 59, tzinfo=SHANGHAI)
FaultServer = Callable[..., FaultyMailbox]
RealServer = Dovecot | EmbeddedMailbox


def message(number: int, size: int = 0) -> bytes:
    head = f"From: a@example.org\r\nSubject: {number}\r\nX: ".encode() + "推荐表".encode("gbk") + b"\r\n\r\n"
    return head + b"x" * size + b"\r\n"


def stored(*uids: int) -> list[Stored]:
    return [Stored(uid, message(uid), CAME + timedelta(seconds=uid)) for uid in uids]


def settings(
    server: RealServer | FaultyMailbox, monkeypatch: pytest.MonkeyPatch, **more: object
) -> MailboxSettings:
    monkeypatch.setenv("TEST_MAILBOX", server.password)
    return MailboxSettings.model_validate(
        {
            "host": server.host,
            "port": server.port,
            "security": "plain",
            "username": server.username,
            "password": {"env": "TEST_MAILBOX"},
            "timeout_seconds": 5,
            **more,
        }
    )
