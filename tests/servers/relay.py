"""A mail server that passes what it takes on: into another mailbox, or to a machine that answers it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from email.utils import format_datetime
from typing import Protocol

from aiosmtpd.smtp import Envelope

from intake.demo.postoffice import EmbeddedPostOffice

Answer = Callable[[bytes, int, datetime], bytes]
"""Makes the answer to a letter: from its bytes, how many it has had, and the time."""


class Mailbox(Protocol):
    """Where mail can be put."""

    def deliver(self, raw: bytes, internal_date: datetime) -> None:
        """Puts a message in."""


class Relay(EmbeddedPostOffice):
    """The mail server of one account; what it takes goes on to the mailboxes of its recipients.

    `now` is the time that it writes into Received.  `strip` names header fields that get lost on the
    way; Message-ID among them is replaced by another.
    """

    def __init__(self, username: str, password: str, strip: Iterable[str] = ()) -> None:
        super().__init__(username, password)
        self.now = datetime.now().astimezone()
        self.routes: dict[str, Callable[[bytes], None]] = {}
        self._strip = tuple(strip)

    def keep(self, envelope: Envelope) -> int:
        """Keeps the letter and passes it on."""
        place = super().keep(envelope)
        letter = self.received[-1]
        for address in letter.rcpt_tos:
            if route := self.routes.get(address.lower()):
                route(arrived(self._stripped(letter.raw), letter.mail_from, self.now))
        return place

    def _stripped(self, raw: bytes) -> bytes:
        head, line, body = raw.partition(b"\r\n\r\n")
        for name in self._strip:
            head = re.sub(rb"(?mi)^" + name.encode() + rb":.*(?:\r\n[ \t].*)*(?:\r\n|\Z)", b"", head)
        return head.removesuffix(b"\r\n") + line + body


def arrived(raw: bytes, mail_from: str, at: datetime) -> bytes:
    """The message as the provider of its recipient keeps it."""
    trace = (
        f"Return-Path: <{mail_from}>\r\n"
        f"Received: from mx.unit.example by mx.example.org; {format_datetime(at)}\r\n"
    )
    return trace.encode("ascii") + raw


def into(mailbox: Mailbox, relay: Relay) -> Callable[[bytes], None]:
    """A route into a mailbox."""
    return lambda raw: mailbox.deliver(raw, relay.now)


def answered_into(mailbox: Mailbox, relay: Relay, answer: Answer) -> Callable[[bytes], None]:
    """A route to a machine that answers each letter into a mailbox."""
    had = 0

    def take(raw: bytes) -> None:
        nonlocal had
        had += 1
        mailbox.deliver(answer(raw, had, relay.now), relay.now)

    return take
