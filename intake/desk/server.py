"""Serving the desk: by itself, or beside the service; on a socket of its own, or one that it was handed."""

from __future__ import annotations

import ctypes
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from waitress.server import BaseWSGIServer, MultiSocketServer, create_server

from intake.config.sections.desk import DeskSettings
from intake.config.values import is_loopback
from intake.desk.app import make_app
from intake.desk.handed_sockets import handed_sockets
from intake.desk.throttle import Throttle
from intake.desk.wiring import THREADS, Desk
from intake.desk.worker import Worker
from intake.service.bootstrap import Parts
from intake.service.pipeline import after_ingest, judge
from intake.staff.accounts import Accounts
from parsers.sandbox.pool import Sandbox

log = logging.getLogger(__name__)

M_ARENA_MAX = -8
"""Of glibc's malloc.h: how many heaps there may be."""


@contextmanager
def serving(parts: Parts, sandbox: Sandbox, settings: DeskSettings | None = None) -> Iterator[DeskSettings]:
    """The desk while the context lasts.

    Raises `OSError` where the place to listen is taken, `ConfigFault` for a socket handed to it that it
    may not use.
    """
    settings = settings or parts.settings.desk or DeskSettings()
    _one_heap()
    stop = threading.Event()

    def work(read: bool) -> bool:
        if read:
            troubles = after_ingest(parts, sandbox, deliver=False).troubles
            return not any(trouble.outage for trouble in troubles)
        return not judge(parts, sandbox).outage

    worker = Worker(work, stop)
    idle = timedelta(minutes=settings.idle_minutes)
    desk = Desk(parts, settings, Accounts(parts.engine, idle), Throttle(), worker, sandbox)
    server = _server(desk)
    worker.start()
    thread = threading.Thread(target=_run, args=(server, stop), name="desk", daemon=True)
    thread.start()
    log.info("the desk is at %s", settings.link)
    try:
        yield settings
    finally:
        stop.set()
        server.close()
        thread.join(5.0)
        # Its transaction stands on an engine that is closed next.
        worker.join(5.0)


def _one_heap() -> None:
    """Lets all threads of this process share one heap, where the C library is glibc (mallopt(3)).

    Each thread's own keeps what its largest page took: 45 MB more at 3,000 nominations
    (`python -m bench.desk`).  They take turns at Python's lock anyway.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)


def _server(desk: Desk) -> MultiSocketServer | BaseWSGIServer:
    host, port = desk.settings.place
    proxied: dict[str, Any] = {}
    if desk.settings.proxy:
        proxied = {
            "trusted_proxy": desk.settings.proxy,
            "trusted_proxy_count": 1,
            "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
            # Of anybody else they are a lie; without them the request counts as one in the clear.
            "clear_untrusted_proxy_headers": True,
        }
    place: dict[str, Any] = {"sockets": handed_sockets(proxied=bool(desk.settings.proxy))}
    if not place["sockets"]:
        if not is_loopback(host) and not desk.settings.proxy:
            raise ValueError("the desk is served beyond loopback behind a TLS proxy alone")
        place = {"listen": f"[{host}]:{port}" if ":" in host else f"{host}:{port}"}
    return create_server(
        make_app(desk),
        **place,
        threads=THREADS,
        ident="",
        max_request_body_size=512 * 1024,
        max_request_header_size=64 * 1024,
        **proxied,
    )


def _run(server: MultiSocketServer | BaseWSGIServer, stop: threading.Event) -> None:
    try:
        server.run()
    except OSError as fault:
        # Closing the server takes its sockets away from under its loop.
        if not stop.is_set():
            log.error("the desk has ended: %s", fault)
