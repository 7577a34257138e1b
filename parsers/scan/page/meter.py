"""What reading costs: processor time by step."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from intake.domain.model.inspection import Cost


class Meter:
    """Adds up milliseconds of processor time and what they were spent on, by step."""

    def __init__(self) -> None:
        self._spent: dict[str, float] = {}
        self._counts: dict[str, int] = {}

    @contextmanager
    def step(self, name: str, count: int = 1) -> Iterator[None]:
        """Times what is done within, which looks at `count` things."""
        began = time.process_time()
        try:
            yield
        finally:
            self._spent[name] = self._spent.get(name, 0.0) + 1000 * (time.process_time() - began)
            self._counts[name] = self._counts.get(name, 0) + count

    def costs(self) -> tuple[Cost, ...]:
        """One `Cost` for each step, in the order in which they were first taken."""
        return tuple(Cost(name, self._counts[name], round(ms, 1)) for name, ms in self._spent.items())
