"""The demo's mail server: takes every letter over real SMTP, on loopback, and keeps it.

Like the mail providers that it stands for it wants a login first and an envelope
sender equal to the account ("553 Mail from must equal authorized user").
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from weakref import WeakSet

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

DEFAULT_SIZE_LIMIT = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """A letter as it came over the wire: envelope sender and recipients, and the bytes."""

    mail_from: str
    rcpt_tos: tuple[str, ...]
    raw: bytes


class EmbeddedPostOffice:
    """An SMTP server for one user, running while the context is open.

    `host` and `port` say where it listens: a free port, kept when the same object
    is started again.  Letters that it took stand in `received`, oldest first, and
    in `folder`, when one is given, as `0001.eml` and so on.  `size_limit` is in
    bytes; beyond it the answer is 552.
    """

    host = "127.0.0.1"
    protocol: type[SMTP] = SMTP

    def __init__(
        self, username: str, password: str, folder: Path | None = None, size_limit: int = DEFAULT_SIZE_LIMIT
    ) -> None:
        self.username = username
        self.password = password
        self.folder = folder
        self.size_limit = size_limit
        self.port = 0
        self.received: list[Received] = []
        self._arrival = threading.Condition()
        self._controller: _Controller | None = None

    def __enter__(self) -> Self:
        # A client that hangs up or fails to log in is what rehearsals are for, and no news on a terminal.
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
        listener = socket.create_server((self.host, self.port))
        self.port = listener.getsockname()[1]
        self._controller = _Controller(self, listener)
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._controller is not None:
            self._controller.hang_up()
            self._controller.stop(no_assert=True)
            self._controller = None

    def wait_for(self, count: int, seconds: float) -> bool:
        """Waits until that many letters have come, `seconds` at most; returns whether they have."""
        with self._arrival:
            return self._arrival.wait_for(lambda: len(self.received) >= count, seconds)

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: LoginPassword
    ) -> AuthResult:
        """Says whether the login is this server's one user; called by aiosmtpd."""
        given = (login.login.decode("utf-8", "replace"), login.password.decode("utf-8", "replace"))
        # handled=False makes aiosmtpd answer 535; handled=True would leave the client without any answer.
        return AuthResult(success=given == (self.username, self.password), handled=False)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd finds its hooks by these names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answers MAIL FROM: 530 without a login, 553 for another sender than the account."""
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        if address.casefold() != self.username.casefold():
            return "553 Mail from must equal authorized user"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 Mail OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keeps the letter and answers 250 with its place in the list."""
        return f"250 Mail OK queued as {self.keep(envelope)}"

    def keep(self, envelope: Envelope) -> int:
        """Keeps the letter of this envelope; returns its place in the list, counted from 1."""
        raw = envelope.original_content or b""
        letter = Received(envelope.mail_from or "", tuple(envelope.rcpt_tos), raw)
        with self._arrival:
            place = len(self.received) + 1
            if self.folder is not None:
                (self.folder / f"{place:04d}.eml").write_bytes(letter.raw)
            self.received.append(letter)
            self._arrival.notify_all()
        return place


class _Controller(Controller):
    """aiosmtpd's controller on a socket that is bound already: aiosmtpd itself cannot take port 0."""

    def __init__(self, office: EmbeddedPostOffice, listener: socket.socket) -> None:
        host, port = listener.getsockname()[:2]
        super().__init__(office, hostname=host, port=port, server_hostname="localhost")
        self._office = office
        self._listener = listener
        self._connections: WeakSet[SMTP] = WeakSet()

    def factory(self) -> SMTP:
        connection = self._office.protocol(
            self._office,
            data_size_limit=self._office.size_limit,
            enable_SMTPUTF8=True,
            hostname="localhost",
            auth_require_tls=False,
            authenticator=self._office.authenticate,
            loop=self.loop,
        )
        self._connections.add(connection)
        return connection

    def hang_up(self) -> None:
        """Cuts what is still connected: from Python 3.12 on, stopping waits for every client to leave."""
        self.loop.call_soon_threadsafe(self._cut)

    def _cut(self) -> None:
        for connection in list(self._connections):
            if isinstance(connection.transport, asyncio.Transport):
                connection.transport.abort()

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._listener)

    def _trigger_server(self) -> Any:
        # The first real client shows the same; a connection of our own would only cost a port.
        self._factory_invoked.set()
        self.smtpd = self.factory()
