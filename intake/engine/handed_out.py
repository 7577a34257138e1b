"""Reading and looking as the service does them where workers do the work: hand out, wait, see what came.

The service that walks the pass is alone (`store/database/lease.py`); what it waits for stands in rows, so
that another takes over at any moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Engine

from intake.engine.waiting import JobWait, WorkersAway
from intake.stages.inspect import Look, Sight
from intake.stages.read_outcomes import ReadResult
from parsers.scan import reader
from store.archive.names import DAMAGED, Damaged
from store.database.engine import viewing, writing
from store.mail import attention, damage, jobs, messages, scan_evidence

GROUPS_AT_ONCE = 96
"""Groups of units whose scans are handed out together: enough work for a room full of workers."""


@dataclass(frozen=True, slots=True)
class ReadingHandedOut:
    """Stands for the stage that reads: each message that waits is a job."""

    engine: Engine
    waiting: JobWait

    def read(self) -> ReadResult:
        """Has every message read that waits, and returns once that is done.

        Raises `WorkersAway` where nobody reads, `OSError` for an outage of workers; what was read until
        then is on record, and the rest waits for the next pass.
        """
        with writing(self.engine) as cn:
            jobs.broken_off(cn, "read")
            jobs.defer_reading(cn)
        with viewing(self.engine) as cn:
            before = {item.id for item in messages.unread(cn)}
        if not before:
            return ReadResult()
        is_done = self.waiting.until_done("read")
        with writing(self.engine) as cn:
            broken = jobs.broken_off(cn, "read")
        if broken:
            raise OSError(f"{len(broken)} message(s) not read; the logs of the workers tell why")
        with viewing(self.engine) as cn:
            left = {item.id for item in messages.unread(cn)} & before
            quarantined = {row["id"] for row in attention.quarantined(cn)} & before
        if left and not is_done and not self.waiting.stop.is_set():
            raise WorkersAway(f"no worker reads, and {len(left)} message(s) wait; start `shouwen worker`")
        return ReadResult(len(before - left - quarantined), len(quarantined), len(left))


@dataclass(frozen=True, slots=True)
class EyesOfWorkers:
    """Looks with the eyes of workers: each scan is a job."""

    engine: Engine
    waiting: JobWait

    def take(self, looks: Sequence[Look]) -> Iterator[tuple[Look, Sight]]:
        """Has all these looks taken; tells what became of each."""
        if not looks:
            return
        wanted = {look.content_hash: look.rows for look in looks}
        with writing(self.engine) as cn:
            # Left by a service that is gone, perhaps for other units.
            jobs.recall(cn, "look")
            jobs.broken_off(cn, "look")
        is_done = True
        while wanted and is_done:
            with writing(self.engine) as cn:
                ours = jobs.defer_looking(cn, wanted)
            is_done = self.waiting.until_done("look")
            # What somebody was looking at already, for whatever units, is looked at once more.
            wanted = {name: rows for name, rows in wanted.items() if name not in ours}
        yield from self._became(looks, frozenset(wanted), is_done)

    def _became(
        self, looks: Sequence[Look], left: frozenset[str], is_done: bool
    ) -> Iterator[tuple[Look, Sight]]:
        hashes = [look.content_hash for look in looks]
        with writing(self.engine) as cn:
            broken = jobs.broken_off(cn, "look")
            left |= frozenset() if is_done else jobs.in_hand(cn, hashes)
            lost = damage.damaged_files(cn, hashes)
            seen = scan_evidence.known(cn, hashes, reader.version())
        for look in looks:
            name = look.content_hash
            if name in lost and seen.get(name) == look.before:
                yield look, Damaged("documents", name, DAMAGED)
            elif name in broken:
                yield look, OSError(f"the scan {name} was not looked at; the log of a worker tells why")
            elif name in left or name not in seen:
                yield look, self._not_looked_at()
            else:
                yield look, seen[name]

    def _not_looked_at(self) -> WorkersAway | None:
        if self.waiting.stop.is_set():
            return None
        return WorkersAway(
            "no worker looks at scans; start `shouwen worker`, of the same version as the service"
        )
