"""A small discrete-event simulation: processes that wait for time and for places at stations.

A process is a generator.  It yields seconds to let them pass, or a station to get one of its places, which it
gives back by `leave`.  Who comes first is served first; the same processes give the same course.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Union

Process = Generator[Union[float, "Station"], None, None]


@dataclass(slots=True)
class Simulation:
    """The clock, in seconds from 0, and what is due."""

    now: float = 0.0
    _due: list[tuple[float, int, Process]] = field(default_factory=list)
    _begun: int = 0

    def begin(self, process: Process, after: float = 0.0) -> None:
        """Lets a process go on so many seconds from now."""
        self._begun += 1
        # The count keeps the order of what is due at the same moment.
        heapq.heappush(self._due, (self.now + after, self._begun, process))

    def run(self) -> float:
        """Runs until nothing is due any more; returns the time of the last event."""
        while self._due:
            self.now, _, process = heapq.heappop(self._due)
            wanted = next(process, None)
            if isinstance(wanted, Station):
                wanted.admit(process)
            elif wanted is not None:
                self.begin(process, wanted)
        return self.now


@dataclass(slots=True)
class Station:
    """So many equal places, and the processes that wait for one."""

    simulation: Simulation
    places: int
    _taken: int = 0
    _waiting: deque[Process] = field(default_factory=deque)
    _seconds: float = 0.0
    _since: float = 0.0

    def admit(self, process: Process) -> None:
        """Gives the process a place, now or later."""
        if self._taken < self.places:
            self._count(1)
            self.simulation.begin(process)
        else:
            self._waiting.append(process)

    def leave(self) -> None:
        """Gives a place back; whoever waits longest has it then."""
        if self._waiting:
            self.simulation.begin(self._waiting.popleft())
        else:
            self._count(-1)

    def use(self, seconds: float) -> Process:
        """Takes a place for so many seconds."""
        yield self
        yield seconds
        self.leave()

    def busy(self, seconds: float) -> float:
        """The share, 0 to 1, of its places' time that was used in so many seconds."""
        self._count(0)
        return self._seconds / (self.places * seconds)

    def _count(self, change: int) -> None:
        self._seconds += self._taken * (self.simulation.now - self._since)
        self._since = self.simulation.now
        self._taken += change
