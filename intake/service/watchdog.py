"""That the service never hangs: signs of life to the service manager, and an end to what gives none.

Everything here counts by the monotonic clock, which nobody sets.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from intake.progress import Progress

log = logging.getLogger(__name__)

STALL_SECONDS = 1800.0
"""Without a sign of life for so long a job hangs: the longest single step, one scan, has six minutes."""

PASS_SECONDS = 6 * 3600.0
"""The longest pass: a mailbox of 10,000 messages takes about an hour."""

HUNG = 70
"""Exit code of a service that ended itself since a job hung (EX_SOFTWARE of sysexits.h)."""


def notify(state: str) -> None:
    """Tells the service manager (sd_notify(3)); does nothing where none asked for it."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    place = "\0" + address[1:] if address.startswith("@") else address
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.settimeout(1.0)
            line.sendto(state.encode(), place)
    except OSError as fault:
        log.warning("the service manager cannot be told %s: %s", state, fault)


@dataclass(slots=True)
class Pulse:
    """The signs of life of one job; also a `Progress` that passes on what it is told.

    `others` counts what is done elsewhere for it, as the files that the sandbox has read.
    """

    shown: Progress
    others: Callable[[], int] = lambda: 0
    limit: float = PASS_SECONDS
    stall: float = STALL_SECONDS
    _began: float | None = None
    _seen: float = 0.0
    _count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def step(self, what: str, done: int, total: int) -> None:
        """A sign of life: a piece of the work is done."""
        with self._lock:
            self._seen = time.monotonic()
        self.shown.step(what, done, total)

    def begin(self) -> None:
        """The job starts."""
        with self._lock:
            self._began = self._seen = time.monotonic()

    def end(self) -> None:
        """The job is through."""
        with self._lock:
            self._began = None

    def hangs(self) -> str:
        """Why the job is held to hang, or "" while it lives or rests."""
        now = time.monotonic()
        with self._lock:
            count = self.others()
            if count != self._count:
                self._count, self._seen = count, now
            if self._began is None:
                return ""
            if now - self._seen > self.stall:
                return f"no sign of life for {self.stall:.0f} s"
            if now - self._began > self.limit:
                return f"not through after {self.limit:.0f} s"
            return ""


def end_hard(why: str, code: int) -> None:
    """Ends this process at once, with the place of every thread in its log.

    Nothing is lost: each transaction is whole or absent, and the next start takes up what is left.
    """
    log.critical("ending at once: %s", why)
    faulthandler.dump_traceback()
    logging.shutdown()
    os._exit(code)


def end_hard_after(seconds: float, why: str, before: Callable[[], None] = lambda: None) -> None:
    """Lets this process end by itself for so long, and ends it then; half-way calls `before`."""

    def wait() -> None:
        time.sleep(seconds / 2)
        before()
        time.sleep(seconds / 2)
        end_hard(f"{why}, not through after {seconds:.0f} s", 1)

    threading.Thread(target=wait, name="last-call", daemon=True).start()


SIGNALS = (signal.SIGTERM, signal.SIGINT)


def stop_on_signals(stop: threading.Event, seconds: float | None = None) -> None:
    """Lets a single command end its work in order on SIGTERM or SIGINT, within `seconds` where given."""

    def asked(_number: int, _frame: FrameType | None) -> None:
        if seconds is not None and not stop.is_set():
            end_hard_after(seconds, "asked to stop")
        stop.set()

    for name in SIGNALS:
        signal.signal(name, asked)
