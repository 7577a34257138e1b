"""The service's end of a fork server: starts it, has processes forked, and waits for each with an end."""

from __future__ import annotations

import json
import os
import pickle
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import parsers
from parsers.common import limits
from parsers.sandbox import forkserver, frames
from parsers.sandbox.child import Order, WorkPlace

_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "HOME", "LD_LIBRARY_PATH")
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""Threads do not live on in a fork; two processes of one do twice the work of one of two."""


class ServerGone(Exception):
    """The fork server ended or does not answer: says nothing about any file."""


@dataclass(frozen=True, slots=True)
class ProcessEnding:
    """How a reading process ended: its exit code, why the server ended it, and what it took.

    `memory` is its most in bytes, `processor` its seconds of processor time in all its tasks.
    """

    status: int
    why: str
    memory: int
    processor: float


class Late(Exception):
    """A task took more than its time; `ending` is that of its process."""

    def __init__(self, ending: ProcessEnding) -> None:
        super().__init__(ending)
        self.ending = ending


class ReadingProcess:
    """One process behind the walls, for the tasks of one mail; for one thread at a time."""

    def __init__(
        self, control: socket.socket, line: socket.socket, place: WorkPlace, lose: Callable[[], None]
    ) -> None:
        self._control = control
        self._line = line
        self._lose = lose
        self.place = place
        self._ending: ProcessEnding | None = None
        self._over = False
        # The order in a pickle of its own, since its function is found only by the path before it.
        path = [str(Path(folder).absolute()) for folder in sys.path]
        with suppress(frames.Broken, frames.FrameLate):
            frames.send(line, pickle.dumps((path, place)), time.monotonic() + limits.GRACE_SECONDS)

    def ask(self, order: Order) -> bytes | ProcessEnding:
        """The answer to an order, or how the process ended over it.

        Raises `Late` where it took too long (and ends it), `ServerGone` where the server is lost.
        """
        deadline = time.monotonic() + order.seconds * limits.WALL_FACTOR
        try:
            frames.send(self._line, pickle.dumps(order), deadline)
            return frames.receive(self._line, limits.ANSWER_BYTES, deadline)
        except frames.Broken:
            # It is ending, whose reason is lost where we end it ourselves.
            return self.end(patience=1.0)
        except frames.FrameLate:
            raise Late(self.end()) from None

    def lives(self) -> bool:
        """False once it has ended while it waited (`limits.IDLE_SECONDS`), or was ended."""
        return not self._over and not select.select([self._control], [], [], 0)[0]

    def end(self, patience: float = 0.0) -> ProcessEnding:
        """Ends the process with all that it started, and returns once nothing of it is left.

        It has `patience` seconds to end by itself.  Raises `ServerGone` where the server cannot tell.
        """
        if self._over and self._ending is None:
            raise ServerGone("the fork server did not tell")
        if self._ending is None:
            self._over = True
            with self._control, self._line:
                told = (patience and self._told(patience)) or self._asked()
            ending = json.loads(told)
            self._ending = ProcessEnding(
                ending["status"], ending["why"], ending["memory"] * 1024, ending["processor"]
            )
        return self._ending

    def _asked(self) -> bytes:
        for line in (self._line, self._control):
            with suppress(OSError):
                line.shutdown(socket.SHUT_WR)
        if told := self._told(limits.GRACE_SECONDS):
            return told
        self._lose()
        raise ServerGone("the fork server does not answer")

    def _told(self, seconds: float) -> bytes:
        """What the server tells of the end; nothing within that time."""
        self._control.settimeout(seconds)
        try:
            if told := self._control.recv(4096):
                return told
        except TimeoutError:
            return b""
        except OSError:
            pass
        raise ServerGone("the fork server ended")


class ForkServer:
    """One fork server, started when first needed and again whenever it is gone.  For many threads."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._orders: socket.socket | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Its process, for tests and for whoever looks at the machine."""
        return self._process.pid if self._process else None

    def close(self) -> None:
        """Ends the server and with it every process, at once."""
        self._closed = True
        if (process := self._process) is not None:
            # Not under the lock, which a start may hold for long.
            process.kill()
        with self._lock:
            self._drop()

    def fork(self, place: WorkPlace, *, programs: bool) -> ReadingProcess:
        """A new process behind the walls; `programs` lets it start the converters.

        Raises `ServerGone`, and `OSError` where this machine refuses us a socket or a process.
        """
        header = json.dumps({"room": str(place.room), "programs": programs}).encode()
        control, their_control = socket.socketpair()
        line, their_line = socket.socketpair()
        try:
            with their_control, their_line, self._lock:
                orders, server = self._running()
                orders.settimeout(limits.GRACE_SECONDS)
                try:
                    socket.send_fds(orders, [header], [their_control.fileno(), their_line.fileno()])
                except OSError as fault:
                    self._drop()
                    raise ServerGone(f"the fork server takes no order: {fault}") from None
            return ReadingProcess(control, line, place, lambda: self._lost(server))
        except BaseException:
            control.close()
            line.close()
            raise

    def _running(self) -> tuple[socket.socket, subprocess.Popen[bytes]]:
        """The server, started anew where it is gone; raises `ServerGone` where it does not come up."""
        if self._closed:
            raise ServerGone("the sandbox is closed")
        if self._process is None or self._orders is None or self._process.poll() is not None:
            self._drop()
            self._start()
        assert self._process is not None and self._orders is not None  # noqa: S101 - for the type checker
        return self._orders, self._process

    def _start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, forkserver.ORDERS)
        with theirs:
            arguments = (self._kind, str(theirs.fileno()), str(os.getpid()))
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "parsers.sandbox.forkserver", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
                cwd="/",
                env=_environment(),
            )
        self._orders = ours
        ours.settimeout(limits.START_SECONDS)
        try:
            ready = ours.recv(len(forkserver.READY))
        except OSError:
            ready = b""
        if ready != forkserver.READY:
            self._drop()
            raise ServerGone("the fork server does not start")

    def _lost(self, server: subprocess.Popen[bytes]) -> None:
        """Ends a server that hangs, unless another thread has done so already."""
        with self._lock:
            if self._process is server:
                self._drop()

    def _drop(self) -> None:
        orders, process = self._orders, self._process
        self._orders = self._process = None
        if orders is not None:
            # It ends its processes when it sees this.
            orders.close()
        if process is not None:
            try:
                process.wait(1.0)
            except subprocess.TimeoutExpired:
                process.kill()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(limits.GRACE_SECONDS)


def _environment() -> dict[str, str]:
    """What a fork server and all its children know of ours: no password, no address."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    root = Path(str(parsers.__file__)).parents[1]
    return kept | _ONE_THREAD | {"PYTHONPATH": str(root)}
