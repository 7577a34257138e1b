"""What the end of a reading process says of its file: little, and never that it cannot be read."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

from parsers.common import limits, magic
from parsers.common.contract import Unreadable
from parsers.sandbox import child
from parsers.sandbox.connection import ProcessEnding
from parsers.sandbox.forkserver import SWOLLEN
from parsers.sandbox.tasks import SandboxTask

_FROM_OUTSIDE = (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP, -signal.SIGQUIT)

_BUSY_SHARE = 0.5
"""Of a task's processor time: what was late after as much of it is not tried again."""

_MEMORY_SHARE = 0.75


class EndedFromOutside(Exception):
    """Somebody ended the process, or its server: to be tried again."""


class SandboxLost(OSError):
    """Reading processes, or their server, were ended from outside again and again.

    An outage: nothing is said about the file, and the work is tried again in the next pass.
    """


class Proven(Unreadable):
    """A verdict that a second try would only repeat."""


def verdict(ending: ProcessEnding, task: SandboxTask) -> Exception:
    """What the end of a process means that gave no answer.

    Never "unreadable": a library that aborts for want of memory (PDFium) or crashes has proven nothing
    of the file, and its sender must not be asked for another one.
    """
    if ending.why == SWOLLEN:
        return Proven("too-large", "unknown", "it started too many processes or wrote too much")
    if ending.status == -signal.SIGXCPU:
        return Proven("too-large", "unknown", f"took more than {task.seconds} s of processor time")
    if ending.status == child.OUT_OF_MEMORY or _was_large(ending, task):
        return Unreadable("too-large", "unknown", f"took more than {task.address_space} bytes of memory")
    if ending.status in _FROM_OUTSIDE and not ending.why:
        return EndedFromOutside("the reading process was ended from outside")
    return Unreadable("too-large", "unknown", f"the reading process died of it (exit {ending.status})")


def late(ending: ProcessEnding, task: SandboxTask) -> Unreadable:
    """What it means that a task took more than its time on the clock.

    One that was at work for much of it would be again; one that had hardly a turn met a busy machine.
    """
    said = f"not read within {task.seconds * limits.WALL_FACTOR} s"
    kind = Proven if ending.processor > _BUSY_SHARE * task.seconds else Unreadable
    return kind("too-large", "unknown", said)


def _was_large(ending: ProcessEnding, task: SandboxTask) -> bool:
    """True for a process that the kernel probably ended to have its memory back."""
    return ending.status == -signal.SIGKILL and ending.memory > _MEMORY_SHARE * task.address_space


def claimed_format(fault: Unreadable, path: Path) -> str:
    """What the file claims to be, by its first bytes where its process could not say any more."""
    if fault.claimed_format != "unknown":
        return fault.claimed_format
    with path.open("rb") as file:
        return magic.kind(file.read(limits.HEAD_BYTES)) or "unknown"


class OutageCount:
    """Counts the outages of each file, so that none that causes them itself is begun for ever."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.successes = 0
        self._outages: dict[str, tuple[int, int]] = {}

    def succeeded(self, name: str) -> None:
        """A task came to its end."""
        with self._lock:
            self.successes += 1
            self._outages.pop(name, None)

    def outage(self, name: str, why: str, as_told: OSError | None = None) -> Exception:
        """What to raise for a task that was lost: an outage, at last a verdict on the file.

        An outage counts against a file only where others were read since its last one.
        """
        with self._lock:
            count, successes = self._outages.get(name, (0, -1))
            if self.successes > successes:
                count += 1
            self._outages[name] = (count, self.successes)
        if count >= limits.OUTAGES:
            return Unreadable("too-large", "unknown", f"its reading ended {count} times alone: {why}")
        return as_told or SandboxLost(why)
