"""An end to a whole exchange with a server, however slowly it goes on answering.

A time-out of a socket begins anew with every byte: a server that drips one each second holds us for ever.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

SLOWEST = 16 * 1024
"""Bytes a second below which a transfer is held to hang: a modem of the nineties had a third of it."""

PATIENCE = 5
"""How many times the time for one answer a whole exchange of small commands may take."""


class TimedLine:
    """The socket of a connection, known from the moment that it is made."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._cut = False

    @property
    def was_cut(self) -> bool:
        """True once time ran out: what came last may be half an answer."""
        return self._cut

    def is_made(self, made: socket.socket) -> None:
        """Notes the socket; one that was made too late is closed again."""
        self._socket = made
        if self._cut:
            self._close()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Cuts the connection when what happens within takes longer, which ends every wait for it.

        What the library raises then is that of a connection that broke.
        """
        self._cut = False
        timer = threading.Timer(seconds, self._end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _end(self) -> None:
        self._cut = True
        self._close()

    def _close(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                # Not close: the number might be another's by the time a reader looks.
                self._socket.shutdown(socket.SHUT_RDWR)
