"""The only place that asks what time it is; and the end of an exchange, however slowly it is answered.

A time-out of a socket begins anew with every byte: a server that drips one each second holds us for ever.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from intake.config.faults import ConfigFault, Fault

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""The zone that deadlines, letters and the digest are told in unless configured otherwise."""

FREEZE = "SHOUWEN_NOW"
"""Environment variable: an ISO 8601 instant with offset at which the clock stands, for rehearsals."""


SLOWEST = 16 * 1024
"""Bytes a second below which a transfer is held to hang: a modem of the nineties had a third of it."""

PATIENCE = 5
"""How many times the time for one answer a whole exchange of small commands may take."""


def now(zone: tzinfo = SHANGHAI) -> datetime:
    """The present instant, aware, told in `zone`; the instant in SHOUWEN_NOW where that is set.

    Raises `ConfigFault` when SHOUWEN_NOW is no ISO 8601 instant with an offset.
    """
    frozen = os.environ.get(FREEZE)
    if not frozen:
        return datetime.now(zone)
    try:
        instant = datetime.fromisoformat(frozen)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        fault = Fault(
            FREEZE,
            f'"{frozen}"',
            "must be an ISO 8601 instant with an offset",
            f"write {FREEZE}=2025-02-23T18:00:00+08:00, or unset it",
            "environment",
        )
        raise ConfigFault((fault,))
    return instant.astimezone(zone)


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
