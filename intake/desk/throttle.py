"""How often somebody may guess a password: failures counted by name and by address."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

SPAN_SECONDS = 900.0
"""A failure counts for so long."""

MOST_OF_A_NAME = 5
"""Failures for one name: OWASP's Authentication Cheat Sheet counsels a few, then a pause."""

MOST_OF_AN_ADDRESS = 20
"""Failures from one address, which several clerks of an office may share."""

MOST_KEYS = 10_000
"""Names and addresses remembered: whoever makes up names must not fill the memory."""


@dataclass(slots=True)
class Throttle:
    """Counts failures for keys; `clock` gives seconds that never go back.  Usable from several threads."""

    clock: Callable[[], float] = time.monotonic
    _failures: dict[str, deque[float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, limits: Sequence[tuple[str, int]]) -> float:
        """Counts an attempt against keys, each with how many may fail; 0, or the seconds to wait.

        It counts as failed until `forgive`: else many guesses at the same moment would pass as one.
        """
        now = self.clock()
        with self._lock:
            waits = [self._wait(key, most, now) for key, most in limits]
            if any(waits):
                return max(waits)
            for key, _ in limits:
                self._remember(key, now)
        return 0.0

    def forgive(self, keys: Sequence[str]) -> None:
        """The attempt was right: what its keys had failed before counts no more."""
        with self._lock:
            for key in keys:
                self._failures.pop(key, None)

    def _wait(self, key: str, most: int, now: float) -> float:
        failed = self._failures.get(key)
        while failed and failed[0] <= now - SPAN_SECONDS:
            failed.popleft()
        if failed is None or len(failed) < most:
            return 0.0
        return failed[0] + SPAN_SECONDS - now

    def _remember(self, key: str, now: float) -> None:
        if key not in self._failures and len(self._failures) >= MOST_KEYS:
            # The oldest key goes; an attacker who fills the table is still held by his address.
            del self._failures[next(iter(self._failures))]
        self._failures.setdefault(key, deque()).append(now)
