"""Waiting for workers: until no job of a queue is open, or nobody claims any."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.engine import Engine

from store.database.engine import viewing, writing
from store.mail import jobs
from store.mail.jobs import Queue

IDLE_SECONDS = 60.0
"""Nobody claims a job for so long: no worker is there, and the pass goes on with what is ready.

Longer than a killed worker's jobs need to be given back (`STALLED_SECONDS`).
"""

HANGING_SECONDS = 3600.0
"""Of the jobs in hand none is done for so long, the longest tried again and again among them."""

STEP_SECONDS = 0.1
"""Between two looks at what is still open."""

TAKE_UP_SECONDS = 5.0
"""Between two looks for jobs of dead workers."""


class WorkersAway(OSError):
    """No worker does the work: an outage, and it waits."""


@dataclass(frozen=True, slots=True)
class JobWait:
    """Waits for workers; `progressed` is told how many jobs of how many are done."""

    engine: Engine
    stop: threading.Event
    progressed: Callable[[int, int], None] = lambda done, total: None

    def until_done(self, queue: Queue) -> bool:
        """True once no job of the queue is open; False after a request to stop, or where nothing moves."""
        seen: tuple[int, int] | None = None
        total = 0
        moved = looked = time.monotonic()
        while not self.stop.is_set():
            now = time.monotonic()
            if now > looked + TAKE_UP_SECONDS:
                looked = now
                with writing(self.engine) as cn:
                    jobs.take_up_stalled(cn)
            with viewing(self.engine) as cn:
                waiting, doing = found = jobs.open_jobs(cn, queue)
            total = max(total, waiting + doing)
            if found != seen:
                # Only what moves is a sign of life: a job that hangs must not look like one that is done.
                seen, moved = found, now
                self.progressed(total - waiting - doing, total)
            if not waiting + doing:
                return True
            if now > moved + (HANGING_SECONDS if doing else IDLE_SECONDS):
                return False
            self.stop.wait(STEP_SECONDS)
        return False
