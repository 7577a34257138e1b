"""Fork servers that outlive the sandboxes of one test process, since each takes seconds to start.

For tests of what stands above the sandbox; those of the sandbox itself start servers of their own.
"""

from __future__ import annotations

import socket
from collections import defaultdict
from contextlib import suppress
from typing import Any

from parsers.sandbox import connection
from parsers.sandbox.child import WorkPlace

_idle: defaultdict[tuple[Any, ...], list[connection.ForkServer]] = defaultdict(list)


class KeptServer:
    """Stands for a `ForkServer`: takes one that another sandbox has left, and leaves it to the next."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        # A test may have taken a program from PATH: that server is not for the others.
        self._shelf = _idle[kind, *sorted(connection._environment().items())]
        self._server = self._shelf.pop() if self._shelf else connection.ForkServer(kind)
        self._processes: list[connection.ReadingProcess] = []
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The server's process."""
        return self._server.pid

    def fork(self, place: WorkPlace, *, programs: bool) -> connection.ReadingProcess:
        """See `ForkServer.fork`."""
        if self._closed:
            raise connection.ServerGone("the sandbox is closed")
        process = self._server.fork(place, programs=programs)
        self._processes.append(process)
        return process

    def close(self) -> None:
        """Ends the processes of this sandbox; the server waits for the next one."""
        if self._closed:
            return
        self._closed = True
        for process in self._processes:
            with suppress(OSError):
                process._control.shutdown(socket.SHUT_WR)
        self._shelf.append(self._server)


def end() -> None:
    """Ends all servers that wait."""
    for shelf in _idle.values():
        while shelf:
            shelf.pop().close()
