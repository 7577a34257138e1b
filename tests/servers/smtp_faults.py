"""A mail server that goes wrong on purpose, each fault planned beforehand.

Faults are met in the order in which they were planned, one delivery attempt each;
after the last one everything is accepted.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from aiosmtpd.smtp import SMTP, Envelope, Session

from intake.demo.postoffice import DEFAULT_SIZE_LIMIT, EmbeddedPostOffice


@dataclass(frozen=True, slots=True)
class RefuseRecipient:
    """RCPT TO is answered with `reply` ("451 DT:SPM …", "550 RP:RCL …"); a 421 also hangs up."""

    reply: str


@dataclass(frozen=True, slots=True)
class RefuseLetter:
    """The whole letter is taken in and then answered with `reply` ("452 …", "554 …"), not kept."""

    reply: str


@dataclass(frozen=True, slots=True)
class DropMidData:
    """The connection is cut after `lines` lines of the letter: nothing was accepted."""

    lines: int = 1


@dataclass(frozen=True, slots=True)
class LoseAnswer:
    """The letter is kept, and the connection cut before the 250: the client cannot know."""


@dataclass(frozen=True, slots=True)
class Slow:
    """The answer to the letter comes after `seconds`; the letter is kept."""

    seconds: float


Fault = RefuseRecipient | RefuseLetter | DropMidData | LoseAnswer | Slow
F = TypeVar("F", RefuseRecipient, RefuseLetter, DropMidData, LoseAnswer, Slow)


class _DroppingSMTP(SMTP):
    """aiosmtpd's connection, able to cut itself in the middle of a letter."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd finds its commands by these names
        office = self.event_handler
        assert isinstance(office, FaultyPostOffice)
        fault = office.next_fault(DropMidData)
        if fault is None:
            await super().smtp_DATA(arg)
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        for _ in range(fault.lines):
            await self._reader.readuntil(b"\r\n")
        _abort(self)


class FaultyPostOffice(EmbeddedPostOffice):
    """The embedded mail server with a list of faults to come; see `plan`."""

    protocol = _DroppingSMTP

    def __init__(
        self, username: str, password: str, folder: Path | None = None, size_limit: int = DEFAULT_SIZE_LIMIT
    ) -> None:
        super().__init__(username, password, folder, size_limit)
        self.attempts = 0
        self._planned: deque[Fault] = deque()

    def plan(self, fault: Fault, times: int = 1) -> None:
        """Makes the next `times` attempts, after those already planned, meet this fault."""
        self._planned.extend([fault] * times)

    def next_fault(self, kind: type[F]) -> F | None:
        """Takes the next planned fault when it is of this kind."""
        if self._planned and isinstance(first := self._planned[0], kind):
            self._planned.popleft()
            return first
        return None

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answers RCPT TO as planned, else 250; counts the attempt."""
        self.attempts += 1
        if fault := self.next_fault(RefuseRecipient):
            if fault.reply.startswith("421"):
                # RFC 5321 §3.8: the server closes after 421; a moment later, so that the answer gets out.
                server.loop.call_later(0.05, _hang_up, server)
            return fault.reply
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 Mail OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keeps the letter or not, and answers it or not, as planned."""
        if refusal := self.next_fault(RefuseLetter):
            return refusal.reply
        if slow := self.next_fault(Slow):
            await asyncio.sleep(slow.seconds)
        answer = await super().handle_DATA(server, session, envelope)
        if self.next_fault(LoseAnswer):
            _abort(server)
        return answer


def _abort(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()


def _hang_up(server: SMTP) -> None:
    if server.transport is not None:
        server.transport.close()
