"""How far workers carry: a simulation of 1, 4, 16 and 64 of them from measured service times.

`python -m bench.scale` prints the tables of docs/scale.md; `--times FILE` takes other service times (JSON
with the keys of `Times`, all optional), `--measure FILE` measures those of this machine on Postgres and
writes them, `--workers 1 2 --backlog 200 --fetched` foretells a run of real workers on the same mails.

What is simulated: one poller a mailbox fetches and archives one mail after the other; workers with some
processes each take jobs in their order: read, then look where there is a scan, then assemble, where one
process at a time has a unit, and mails of it that wait meanwhile are assembled with it.  Each step asks
Postgres.  Letters go at the provider's pace: that is arithmetic (`letter_days`).
"""

from __future__ import annotations

import argparse
import json
import math
import random
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path

from rich.console import Console

from bench.simulation import Process, Simulation, Station

SHAPE = 4.0
"""Of the gamma distribution by which mails differ: a deviation of half the mean."""

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds that one mail, look or letter takes; processor time where nothing else is said.

    `fetch` is the poller's own work, `transfer` the way of a mail's bytes from the provider, `store` one
    object's way into an object store (0: a folder, whose fsyncs are in the other figures).  `database` is
    Postgres's own processor time for all steps of a mail together, `claim` that of a job taken and given
    back.  A unit with n mails is assembled in `assemble` + n × `assemble_each`.
    """

    fetch: float = 0.0013
    transfer: float = 0.006
    read: float = 0.0288
    look: float = 2.08
    assemble: float = 0.0229
    assemble_each: float = 0.0010
    database: float = 0.0083
    claim: float = 0.0019
    store: float = 0.010
    objects: float = 2.0

    @staticmethod
    def of(file: Path) -> Times:
        """The service times of a file; raises `ValueError` for a key that is none."""
        said = json.loads(file.read_text("utf-8"))
        known = {item.name for item in fields(Times)}
        if unknown := said.keys() - known - {"about"}:
            raise ValueError(f"{file}: no service times: {', '.join(sorted(unknown))}")
        return Times(**{name: float(value) for name, value in said.items() if name in known})


@dataclass(frozen=True, slots=True)
class Plant:
    """What the work is done with; `fetched`: all mails are archived when it begins, and no poller works."""

    workers: int
    processes: int = 2
    mailboxes: int = 1
    database_cores: int = 4
    fetched: bool = False


@dataclass(frozen=True, slots=True)
class Load:
    """So many mails, all there at the beginning, of so many units; `scanned` is the share with a scan."""

    mails: int
    units: int
    scanned: float


@dataclass(frozen=True, slots=True)
class Course:
    """How it went: seconds to the last mail, and how busy each part was meanwhile (0 to 1)."""

    seconds: float
    rate: float
    busy: dict[str, float]

    @property
    def narrowest(self) -> str:
        """The part that was busiest."""
        return max(self.busy, key=lambda name: self.busy[name])


@dataclass(slots=True)
class _Unit:
    lock: Station
    mails: int = 0
    waiting: int = 0


@dataclass
class _Works:
    """One run: the stations, and the processes that pass through them."""

    times: Times
    plant: Plant
    load: Load
    chance: random.Random
    simulation: Simulation = field(default_factory=Simulation)

    def __post_init__(self) -> None:
        at = self.simulation
        self.workers = Station(at, self.plant.workers * self.plant.processes)
        self.pollers = Station(at, self.plant.mailboxes)
        self.database = Station(at, self.plant.database_cores)
        self.units = [_Unit(Station(at, 1)) for _ in range(self.load.units)]

    def course(self) -> Course:
        """Runs it."""
        for number in range(self.load.mails):
            self.simulation.begin(self._mail(number))
        seconds = self.simulation.run()
        busy = {"workers": self.workers.busy(seconds), "Postgres": self.database.busy(seconds)}
        if not self.plant.fetched:
            busy["poller"] = self.pollers.busy(seconds)
        return Course(seconds, self.load.mails / seconds, busy)

    def _mail(self, number: int) -> Process:
        times = self.times
        asked = times.database / 3
        if not self.plant.fetched:
            yield self.pollers
            yield self._some(times.transfer) + self._some(times.fetch) + times.store
            yield from self.database.use(self._some(asked))
            self.pollers.leave()
        yield self.workers
        yield from self.database.use(times.claim)
        yield self._some(times.read) + times.objects * times.store
        yield from self.database.use(self._some(asked))
        self.workers.leave()
        # Spread evenly, whatever the order in which they come.
        if math.floor((number + 1) * self.load.scanned) > math.floor(number * self.load.scanned):
            yield self.workers
            yield from self.database.use(times.claim)
            yield self._some(times.look) + times.store
            self.workers.leave()
        yield from self._assembled(self.units[number % len(self.units)], asked)

    def _assembled(self, unit: _Unit, asked: float) -> Process:
        unit.mails += 1
        unit.waiting += 1
        if unit.waiting > 1:
            # A job for this unit waits already, and will see this mail too.
            return
        yield unit.lock
        yield self.workers
        unit.waiting = 0
        yield from self.database.use(self.times.claim)
        yield self._some(self.times.assemble + unit.mails * self.times.assemble_each)
        yield from self.database.use(self._some(asked))
        self.workers.leave()
        unit.lock.leave()

    def _some(self, mean: float) -> float:
        return mean * self.chance.gammavariate(SHAPE, 1 / SHAPE) if mean else 0.0


def simulate(times: Times, plant: Plant, load: Load, seed: int = 1) -> Course:
    """How the load goes through the plant; the same for the same seed."""
    return _Works(times, plant, load, random.Random(seed)).course()


def letter_days(letters: int, pause: float, daily: int) -> float:
    """The days until the last of so many letters has gone, with a pause in seconds and a limit a day."""
    return letters * max(pause, DAY / daily) / DAY


# The tables ----------------------------------------------------------------------------

WORKERS = (1, 4, 16, 64)
TEXT = Load(10_000, 400, 0.0)
SCANNED = Load(4_000, 400, 1.0)
SCAN_TRANSFER = 0.2
"""Of 2 MB at 10 MB/s: a mail with a scan of two pages at 200 dpi."""


HEADING = (
    "| mails with | mailboxes | workers | mails/s | times one | a million takes, days "
    "| poller busy | workers busy | Postgres busy | narrowest |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
)
_PARTS = ("poller", "workers", "Postgres")


def rows(told: str, times: Times, load: Load, mailboxes: int, seed: int = 1) -> Iterator[str]:
    """A row of docs/scale.md for each number of workers."""
    first = 0.0
    for workers in WORKERS:
        course = simulate(times, Plant(workers, mailboxes=mailboxes), load, seed)
        first = first or course.rate
        days = 1_000_000 / course.rate / DAY
        figures = [f"{course.rate:.1f}", f"{course.rate / first:.2f}", f"{days:.1f}"]
        busy = [f"{course.busy[name]:.0%}" for name in _PARTS]
        cells = [told, str(mailboxes), str(workers), *figures, *busy, course.narrowest]
        yield f"| {' | '.join(cells)} |"


def tables(times: Times, seed: int = 1) -> Iterator[str]:
    """All rows of docs/scale.md."""
    scanned = replace(times, transfer=SCAN_TRANSFER)
    for mailboxes in (1, 16):
        yield from rows("text, 60 KB", times, TEXT, mailboxes, seed)
        yield from rows("a scan, 2 MB", scanned, SCANNED, mailboxes, seed)


def main() -> None:
    """Prints the tables, or the course of one plant."""
    options = _options()
    console = Console()
    if options.measure:
        from bench.service_times import measured

        said = asdict(measured(options.messages)) | {"about": _about(options.messages)}
        options.measure.write_text(json.dumps(said, indent=2) + "\n", "utf-8")
        console.print_json(data=said)
        return
    times = Times.of(options.times) if options.times else Times()
    if not options.workers:
        for line in (*HEADING, *tables(times, options.seed)):
            console.print(line, soft_wrap=True, highlight=False, markup=False)
        return
    load = Load(options.backlog, options.units, options.scanned)
    plants = [
        Plant(workers, options.processes, options.mailboxes, options.database_cores, options.fetched)
        for workers in options.workers
    ]
    courses = [simulate(times, plant, load, options.seed) for plant in plants]
    told = [{"workers": p.workers, **asdict(course)} for p, course in zip(plants, courses, strict=True)]
    console.print_json(data=told)


def _about(messages: int) -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return f"{messages} mails at commit {commit.stdout.strip() or 'unknown'}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__.partition("\n")[0])
    parser.add_argument("--times", type=Path, metavar="FILE", help="service times to take (JSON)")
    parser.add_argument("--measure", type=Path, metavar="FILE", help="measure service times and write them")
    parser.add_argument("--messages", type=int, default=160, help="mails to measure with (160)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, nargs="+", metavar="N", help="simulate these alone, as JSON")
    parser.add_argument("--processes", type=int, default=2, help="of each worker (2)")
    parser.add_argument("--mailboxes", type=int, default=1)
    parser.add_argument("--database-cores", type=int, default=4)
    parser.add_argument("--backlog", type=int, default=1000, help="mails that wait (1000)")
    parser.add_argument("--units", type=int, default=60, help="units that they come from (60)")
    parser.add_argument("--scanned", type=float, default=0.0, help="share of mails with a scan (0)")
    parser.add_argument("--fetched", action="store_true", help="they are archived already")
    return parser.parse_args()


if __name__ == "__main__":
    main()
