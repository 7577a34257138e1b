"""What is remembered of outages from one run to the next, in a small file of its own.

Not in the database, which may be what is away.  The file keeps its size and is written over in place, so
that a full disk does not keep it from being written; the service and `shouwen watch` take turns at it.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from intake.domain.letters.outage import Duty, Outage

log = logging.getLogger(__name__)

SIZE = 16 * 1024
"""Bytes of the file, padded with blanks: two outages, each with some dozens of addresses."""

LONGEST_WHY = 300


@dataclass(frozen=True, slots=True)
class Noted:
    """What is remembered: the outages, and when the service last gave a sign of life."""

    alive_at: datetime | None = None
    outages: Mapping[Duty, Outage] = field(default_factory=dict)


class OutageRecord:
    """The file; where it cannot be written, this process remembers by itself."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._unwritten: Noted | None = None

    def read(self) -> Noted:
        """What is remembered now; nothing where the file is absent or no longer makes sense."""
        if self._unwritten is not None:
            return self._unwritten
        try:
            return _noted(self.path.read_text("utf-8"))
        except OSError:
            return Noted()

    def change(self, step: Callable[[Noted], Noted]) -> Noted:
        """Remembers what `step` makes of what is remembered; nobody else changes it meanwhile."""
        try:
            with self._held(self.path) as file:
                text = os.pread(file, SIZE, 0).decode("utf-8", "replace")
                changed = step(_noted(text) if self._unwritten is None else self._unwritten)
                os.pwrite(file, _text(changed).ljust(SIZE).encode(), 0)
        except OSError as fault:
            if self._unwritten is None:
                log.warning("outages are remembered by this process alone: %s", fault)
            self._unwritten = changed = step(self.read())
        else:
            self._unwritten = None
        return changed

    @contextmanager
    def telling(self) -> Iterator[bool]:
        """True for the one process that tells people now; another leaves it to that one."""
        try:
            with self._held(self.path.with_name(f"{self.path.name}.lock"), wait=False):
                yield True
        except BlockingIOError:
            yield False

    @contextmanager
    def _held(self, path: Path, *, wait: bool = True) -> Iterator[int]:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            yield file
        finally:
            os.close(file)


def _text(noted: Noted) -> str:
    outages = [_plain({**asdict(item), "why": item.why[:LONGEST_WHY]}) for item in noted.outages.values()]
    # ASCII: a character is a byte, and the padding fits.
    text = json.dumps({"alive_at": _written(noted.alive_at), "outages": outages})
    if len(text) > SIZE:
        raise OSError(f"more addresses are told than {SIZE} bytes hold")
    return text


def _noted(text: str) -> Noted:
    try:
        read = json.loads(text)
        outages = [Outage(**_typed(item)) for item in read["outages"]]
        return Noted(_instant(read["alive_at"]), {item.duty: item for item in outages})
    except (ValueError, TypeError, KeyError):
        # Empty at first; torn by a loss of power at worst, and then staff are told once more.
        return Noted()


def _written(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _plain(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _written(value) if isinstance(value, datetime) else value for name, value in item.items()}


def _typed(item: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: item[name] for name in (part.name for part in fields(Outage))}
    instants = {name: _instant(known[name]) for name in ("since", "seen", "over")}
    lists = {name: tuple(known[name]) for name in ("told", "heard")}
    return {**known, **instants, **lists, "duty": Duty(known["duty"])}
