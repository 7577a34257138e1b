"""A small IMAP server that goes wrong on purpose, as mail providers and broken networks do.

`Faults` lists how.  It records every command, so that a test can prove what was
and what was not asked of the mailbox.
"""

from __future__ import annotations

import math
import re
import socket
import socketserver
import threading
from collections.abc import Iterable
from contextlib import suppress
from types import TracebackType
from typing import Self

from tests.servers.imap_session import UNSAFE_LOGIN, Command, Faults, Served, Session
from tests.servers.imap_wire import Stored

__all__ = ["FOR_EVER", "UNSAFE_LOGIN", "Command", "Faults", "FaultyMailbox", "Stored"]

FOR_EVER = math.inf
CHANGING = {"SELECT", "STORE", "APPEND", "EXPUNGE", "COPY", "MOVE"}
CHANGING |= {"CREATE", "DELETE", "RENAME", "SUBSCRIBE", "UNSUBSCRIBE"}


class FaultyMailbox(Served):
    """The server, running while the context is open; a free port, kept when it is started again.

    `folders` holds the messages of each folder by decoded name, in the order of
    their UIDs; it, `faults` and `uidvalidity` may be changed while it runs, and
    whoever opens a folder then sees the change.
    """

    host = "127.0.0.1"

    def __init__(
        self,
        messages: Iterable[Stored] = (),
        faults: Faults | None = None,
        username: str = "intake@example.org",
        password: str = "secret",
        folders: dict[str, list[Stored]] | None = None,
    ) -> None:
        everything = {"INBOX": list(messages), **(folders or {})}
        super().__init__(everything, faults or Faults(), username, password)
        self.port = 0
        self._server: socketserver.ThreadingTCPServer | None = None
        self._connections: list[socket.socket] = []

    def __enter__(self) -> Self:
        owner = self

        class Connection(socketserver.StreamRequestHandler):
            disable_nagle_algorithm = True

            def handle(self) -> None:
                owner._connections.append(self.connection)
                owner.sessions += 1
                Session(owner, owner.sessions, self).run()

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True
            block_on_close = False

        self._server = Server((self.host, self.port), Connection)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        while self._connections:
            # Already closed ones are ordinary: most clients have left by now.
            with suppress(OSError):
                self._connections.pop().shutdown(socket.SHUT_RDWR)

    def names(self, session: int | None = None) -> list[str]:
        """The names of the commands that came, in order, of one session or of all."""
        return [command.name for command in self.commands if session in (None, command.session)]

    def changes_asked(self) -> list[Command]:
        """The commands that would have changed the mailbox: §6.3, §6.4, and FETCHes that set \\Seen."""
        marking = re.compile(r"\bBODY\[|\bRFC822(\.TEXT)?(?![.\w])", re.IGNORECASE)
        return [
            command
            for command in self.commands
            if command.name.removeprefix("UID ") in CHANGING
            or (command.name.endswith("FETCH") and marking.search(command.rest))
        ]
