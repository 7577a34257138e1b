"""A door in front of a server: shut, its address refuses; open, what comes is passed through."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self


class Gate:
    """Listens on a free port of loopback and passes connections to `port`, while it is open.

    `username` and `password` are those of the server behind, so that a configuration can name the gate.
    """

    host = "127.0.0.1"

    def __init__(self, port: int, username: str, password: str) -> None:
        self.username, self.password = username, password
        self.port = 0
        self._target = port
        self._listener: socket.socket | None = None
        self._lines: list[socket.socket] = []

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shut()

    def open(self) -> None:
        """Lets connections through, on the port of before."""
        self._listener = socket.create_server((self.host, self.port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def shut(self) -> None:
        """Refuses connections, and cuts those that are."""
        listener, self._listener = self._listener, None
        lines, self._lines = self._lines, []
        for line in (*([listener] if listener else ()), *lines):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection((self.host, self._target))
                self._lines += [near, far]
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=_pass_on, args=(source, sink), daemon=True).start()


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for line in (source, sink):
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
