"""Named points of the program, at which a driven service is killed or meets a full disk, and faults to plant.

A point is a function by its dotted name, looked up where it is called from, and the side: before it or after.
A planted fault makes the program worse on purpose, to show that the judge objects.
"""

from __future__ import annotations

import errno
import importlib
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

POINTS = (
    "store.archive.archive.Archive.put",
    "store.archive.archive.Archive.adopt",
    "store.archive.archive.Archive.checked",
    "store.mail.messages.add",
    "store.mail.messages.set_cursor",
    "store.mail.progress.set_progress",
    "store.mail.readings.record",
    "store.ledger.nominations.insert_nominations",
    "store.ledger.nominations.record_findings",
    "store.mail.material.mark_assembled",
    "store.letters.outbox.next_round",
    "store.letters.outbox.put",
    "store.letters.outbox.claim",
    "store.letters.outbox.mark_sent",
    "intake.mail.smtp.PostOffice.send",
    "parsers.sandbox.connection.ForkServer.fork",
    "parsers.sandbox.pool.Sandbox.release",
)
"""Where something is half done: on the disk, in the database, at the mail server, in a reading process."""

SIDES = ("before", "after")
FULL = ("store.archive.archive.Archive.put", "store.archive.archive.Archive.adopt")
"""Where the disk is full: what they write goes to it directly."""


@dataclass(frozen=True, slots=True)
class Point:
    """The `nth` call, from 1, of a function; what happens there: `kill`, or `full` for a full disk."""

    name: str
    side: str = "before"
    nth: int = 1
    deed: str = "kill"
    times: int = 1

    def install(self) -> None:
        """Makes it happen in this process."""
        calls = 0
        lock = threading.Lock()

        def due() -> bool:
            nonlocal calls
            with lock:
                calls += 1
                return self.nth <= calls < self.nth + self.times

        def at(before: Callable[..., Any]) -> Callable[..., Any]:
            def instead(*given: Any, **named: Any) -> Any:
                now = due()
                if now and self.side == "before":
                    self._do()
                result = before(*given, **named)
                if now and self.side == "after":
                    self._do()
                return result

            return instead

        replace(self.name, at)

    def _do(self) -> None:
        if self.deed == "full":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.kill(os.getpid(), signal.SIGKILL)


def replace(name: str, by: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Puts another function in the place of the one with that dotted name, made from it."""
    owner, attribute = found(name)
    setattr(owner, attribute, by(getattr(owner, attribute)))


def found(name: str) -> tuple[Any, str]:
    """The module or class that holds a function of that dotted name, and the function's own name.

    Raises ImportError or AttributeError where there is none any more.
    """
    path, _, attribute = name.rpartition(".")
    try:
        owner = importlib.import_module(path)
    except ModuleNotFoundError:
        module, _, cls = path.rpartition(".")
        owner = getattr(importlib.import_module(module), cls)
    getattr(owner, attribute)
    return owner, attribute


# Faults planted on purpose -----------------------------------------------------------------


def _skips_a_mail(before: Callable[..., Any]) -> Callable[..., Any]:
    """The cursor moves on without the third message that came."""
    came = 0

    def add(cn: Any, items: Any, at: Any) -> Any:
        nonlocal came
        third, came = 2 - came, came + len(items)
        if not 0 <= third < len(items):
            return before(cn, items, at)
        told = before(cn, [*items[:third], *items[third + 1 :]], at)
        return [*told[:third], False, *told[third:]]

    return add


def _forgets_what_was_sent(before: Callable[..., Any]) -> Callable[..., Any]:
    """A letter that was sent is not put on record as sent."""
    return lambda cn, row, at, reply: None


def _tells_half(before: Callable[..., Any]) -> Callable[..., Any]:
    """Letters are written as if nothing were found."""
    return lambda cn, ids: {row: [] for row in ids}


def _never_comes_back(before: Callable[..., Any]) -> Callable[..., Any]:
    def assemble(*given: Any, **named: Any) -> Any:
        while True:
            time.sleep(1)

    return assemble


def _fails(before: Callable[..., Any]) -> Callable[..., Any]:
    def assemble(*given: Any, **named: Any) -> Any:
        raise LookupError("planted")

    return assemble


def _reads_half(before: Callable[..., Any]) -> Callable[..., Any]:
    """Findings are not recorded."""
    return lambda *_given: None


PLANTED: dict[str, tuple[str, Callable[[Callable[..., Any]], Callable[..., Any]]]] = {
    "skipped mail": ("store.mail.messages.add", _skips_a_mail),
    "unrecorded sending": ("store.letters.outbox.mark_sent", _forgets_what_was_sent),
    "silent letter": ("store.ledger.nominations.findings_of", _tells_half),
    "endless pass": ("intake.stages.assemble.Assembler.assemble", _never_comes_back),
    "failing pass": ("intake.stages.assemble.Assembler.assemble", _fails),
    "lost finding": ("store.ledger.nominations.record_findings", _reads_half),
}
"""Faults by name: the function that is made wrong, and how."""


def plant(name: str) -> None:
    """Makes this process wrong in a way that must be found out."""
    replace(*PLANTED[name])
