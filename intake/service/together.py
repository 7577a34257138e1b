"""Several campaigns in one service: a process for each, so that what befalls one leaves the others alone.

`each` walks a command through all of them, one after the other; `together` keeps one service a campaign
running until it is told to stop.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from intake.service.watchdog import notify, stop_on_signals

log = logging.getLogger(__name__)

FIRST_AGAIN, LONGEST_AGAIN = 1.0, 60.0
"""Seconds until a service that ended by itself is started again; doubled up to a minute while it goes on."""

STEADY = 300.0
"""Seconds after which a service is held to run: its next end is the first one again."""

SPARE = 10.0
"""Seconds beyond its own last call that a service has to end, before it is killed."""

COMMAND = "from intake.cli.app import main; main()"

_OF_THE_MANAGER = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")
"""What the service manager said to this process, and to none below it."""

_PR_SET_PDEATHSIG = 1


def each(campaigns: Sequence[str], arguments: Sequence[str]) -> int:
    """Runs a command for each campaign in turn, each under its name; the gravest of their exit codes."""
    worst = 0
    for campaign in campaigns:
        print(f"== {campaign}", flush=True)  # noqa: T201 - a heading of what the commands themselves print
        code = subprocess.run(_command(campaign, arguments), check=False).returncode
        # A signal's is negative; told as a shell tells it.
        worst = max(worst, code if code >= 0 else 128 - code)
    return worst


def together(campaigns: Sequence[str], arguments: Sequence[str], stop_seconds: float) -> None:
    """Runs one service for each campaign until SIGTERM or SIGINT; one that ends is started again.

    All have ended `stop_seconds` and a little after the signal.
    """
    stop = threading.Event()
    stop_on_signals(stop)
    services = [_Kept(campaign, _command(campaign, arguments)) for campaign in campaigns]
    notify("READY=1")
    log.info("running %s", ", ".join(campaigns))
    while not stop.wait(1.0):
        for service in services:
            service.look()
        notify("WATCHDOG=1")
    notify("STOPPING=1")
    for service in services:
        service.ask_to_stop()
    until = time.monotonic() + stop_seconds + SPARE
    for service in services:
        service.end(until)


def _command(campaign: str, arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-c", COMMAND, "--campaign", campaign, *arguments]


@dataclass(slots=True)
class _Kept:
    """The service of one campaign, started again whenever it has ended."""

    campaign: str
    command: Sequence[str]
    _process: subprocess.Popen[bytes] | None = None
    _began: float = 0.0
    _due: float = 0.0
    _again: float = FIRST_AGAIN

    def look(self) -> None:
        """Starts it where it does not run and its time has come."""
        now = time.monotonic()
        if self._process is not None and (code := self._process.poll()) is not None:
            self._process = None
            if now - self._began > STEADY:
                self._again = FIRST_AGAIN
            self._due = now + self._again
            log.error(
                "the service of %s ended with code %d; it is started again in %.0f s",
                self.campaign,
                code,
                self._again,
            )
            self._again = min(2 * self._again, LONGEST_AGAIN)
        if self._process is None and now >= self._due:
            self._began = now
            environment = {name: value for name, value in os.environ.items() if name not in _OF_THE_MANAGER}
            # One thread runs here: what is done between fork and exec is safe.
            try:
                self._process = subprocess.Popen(self.command, env=environment, preexec_fn=_end_with_parent)
            except (OSError, subprocess.SubprocessError) as fault:
                log.error("the service of %s cannot be started now: %s", self.campaign, fault)
                self._due, self._again = now + self._again, min(2 * self._again, LONGEST_AGAIN)

    def ask_to_stop(self) -> None:
        """Asks it to end in order."""
        if self._process is not None:
            self._process.terminate()

    def end(self, until: float) -> None:
        """Waits for its end, and kills it at `until` (by the monotonic clock)."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.error("the service of %s does not end, and is killed", self.campaign)
            self._process.kill()
            self._process.wait()


def _end_with_parent() -> None:
    """Lets the kernel end this process in order when the one that started it dies (prctl(2))."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
