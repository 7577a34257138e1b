"""HTTP connections whose every exchange has an end, however slowly the other side goes on answering.

The time-outs of a socket begin anew with every byte, and boto3 has no others.
"""

from __future__ import annotations

import os
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from intake.clock import TimedLine

MOST = 32
"""Connections that are kept for the next request."""


class _Exchange(threading.local):
    """What this thread is at: the line that may be cut, and our own handles of its sockets."""

    def __init__(self) -> None:
        self.line = TimedLine()
        self.handles: list[socket.socket] = []

    def is_made(self, made: Any) -> None:
        # A handle of our own: a library may close its own while an answer is still being read.
        self.handles.append(socket.socket(fileno=os.dup(made.fileno())))
        self.line.is_made(self.handles[-1])


_exchange = _Exchange()


@contextmanager
def line() -> Iterator[TimedLine]:
    """One exchange of this thread, over whichever connection it goes: `within` of it sets its ends."""
    _exchange.line = TimedLine()
    try:
        yield _exchange.line
    finally:
        handles, _exchange.handles = _exchange.handles, []
        for handle in handles:
            handle.close()


def was_cut() -> bool:
    """True when the last exchange of this thread ran out of time."""
    return _exchange.line.was_cut


class _Cuttable:
    """A connection that tells its socket to the exchange, from before any handshake on."""

    sock: Any

    def _new_conn(self) -> socket.socket:
        made: socket.socket = super()._new_conn()  # type: ignore[misc]
        _exchange.is_made(made)
        return made

    def request(self, *given: Any, **named: Any) -> None:
        if self.sock is not None:
            _exchange.is_made(self.sock)
        super().request(*given, **named)  # type: ignore[misc]


class _Plain(_Cuttable, HTTPConnection):
    pass


class _Secured(_Cuttable, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecuredPool(HTTPSConnectionPool):
    ConnectionCls = _Secured


def connections(connect_seconds: float, read_seconds: float) -> urllib3.PoolManager:
    """Keeps connections to any host; certificates are held against what this machine trusts."""
    manager = urllib3.PoolManager(
        maxsize=MOST,
        timeout=urllib3.Timeout(connect=connect_seconds, read=read_seconds),
        ssl_context=ssl.create_default_context(),
    )
    manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecuredPool}
    return manager
