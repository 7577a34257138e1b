"""Starts driven processes as copies of one that has loaded the program already, which takes them no time.

`python -m tests.torture.nursery DESCRIPTOR` is that one.  It has no threads and opens nothing, so that a
copy is as good as a start.
"""

from __future__ import annotations

import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LEFT_ALONE = ("intake.demo", "intake.desk")
ASKS_AGAIN = 0.02
LONGEST_LINE = 4096


class DrivenProcess:
    """A process of the nursery, as `subprocess.Popen` tells of its own."""

    def __init__(self, line: socket.socket, orders: Path, log: Path) -> None:
        self._line = line
        self.pid: int = self._asked("start", str(orders), str(log))
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        if self.returncode is None:
            self.returncode = self._asked("ended", self.pid)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code once it ended; raises `subprocess.TimeoutExpired` after so many seconds."""
        end = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired("driven", timeout or 0)
            time.sleep(ASKS_AGAIN)
        return code

    def send_signal(self, number: int) -> None:
        """Sends a signal, where it has not ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Ends it."""
        self.send_signal(signal.SIGKILL)

    def _asked(self, *words: object) -> Any:
        self._line.send(json.dumps(words).encode())
        return json.loads(self._line.recv(LONGEST_LINE))


def start(orders: Path, log: Path) -> DrivenProcess:
    """Starts a process that carries out these orders and writes what it says to the end of `log`."""
    return DrivenProcess(_nursery(), orders, log)


@cache
def _nursery() -> socket.socket:
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        subprocess.Popen(
            [sys.executable, "-m", "tests.torture.nursery", str(its.fileno())],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            pass_fds=[its.fileno()],
        )
    return ours


def _serve(line: socket.socket) -> None:
    """Until nobody asks any more, with which all that was started ends."""
    codes: dict[int, int | None] = {}
    while asked := line.recv(LONGEST_LINE):
        what, *words = json.loads(asked)
        if what == "start":
            pid = os.fork()
            if pid == 0:
                line.close()
                _become(*words)
            codes[pid], answer = None, pid
        else:
            (pid,) = words
            if codes[pid] is None and (found := os.waitpid(pid, os.WNOHANG))[0]:
                codes[pid] = os.waitstatus_to_exitcode(found[1])
            answer = codes[pid]
        line.send(json.dumps(answer).encode())
    for pid, code in codes.items():
        if code is None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _become(orders: str, log: str) -> None:
    from tests.torture import driven

    with open(log, "ab") as said:  # noqa: PTH123 - as it is handed on
        for handle in (1, 2):
            os.dup2(said.fileno(), handle)
    code = 1
    try:
        driven.follow(driven.Orders.read(Path(orders)))
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0
    except BaseException:  # noqa: BLE001 - as the interpreter would tell it
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _load() -> None:
    import intake

    for module in pkgutil.walk_packages(intake.__path__, "intake."):
        if not module.name.startswith(LEFT_ALONE) and not module.name.endswith("__main__"):
            import_module(module.name)
    import_module("tests.torture.driven")


if __name__ == "__main__":
    _load()
    _serve(socket.socket(fileno=int(sys.argv[1])))
