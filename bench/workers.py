"""What a second worker is worth: the same scanned mails by one worker, then by two, on Postgres.

`python -m bench.workers` makes mails with a form and a stamped scan each, lets `shouwen once` hand them out,
and tells for how long jobs were open.  Before the clock runs, a few mails more let each worker load its
models, as it does once in its life.  Each worker does one job at a time, so that two want two cores free; the
load that the machine had besides is told with the figures.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from intake.demo import units
from intake.demo.mailbox import EmbeddedMailbox
from intake.demo.mails.programs import AttachedFile
from intake.demo.papers.scans import bound_scans
from intake.demo.postoffice import EmbeddedPostOffice
from store.database.engine import viewing
from store.mail import jobs
from tests.integration.workers import working
from tests.journey import Office
from tests.material import AT, NAMES, entry, form, letter
from tests.servers.postgres import Postgres, find_programs, running_postgres

DAY = date(2025, 2, 18)
USER, PASSWORD = "intake@example.org", "secret"
WARMING = 2
"""Mails for each worker before the clock runs: while one loads its models, the others take the rest."""

WATCH_SECONDS = 0.25
"""Between two looks at whether jobs are open: each costs the cores that the workers want."""

UNITS = (
    units.HENAN,
    units.ANHUI,
    units.GEOLOGY,
    units.HUNAN,
    units.GUANGXI,
    units.JIANGXI,
    units.METEOROLOGY,
)


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds for which jobs were open, those of the whole pass, and the load before and after."""

    workers: int
    open_seconds: float
    pass_seconds: float
    nominations: int
    load: tuple[float, float]


def main() -> int:
    """Prints the table; 1 where a run did not bring every nomination."""
    parser = argparse.ArgumentParser(prog="python -m bench.workers", description=__doc__)
    parser.add_argument("--scans", type=int, default=24, metavar="N", help="nominations with a scan (24)")
    parser.add_argument(
        "--rounds", type=int, default=1, metavar="N", help="runs of each; the quickest counts (1)"
    )
    parser.add_argument("--most", type=int, default=2, metavar="N", help="workers at most (2)")
    asked = parser.parse_args()
    programs = find_programs()
    if programs is None:
        parser.error("no Postgres here: install the package postgresql")
    # What a library does with several threads would be another worker.
    os.environ["OMP_NUM_THREADS"] = "1"
    mails = [_mail(number) for number in range(asked.scans + WARMING * asked.most)]
    with running_postgres(programs) as server:
        runs = [
            min(
                (_run(server, mails, asked.scans, workers) for _ in range(asked.rounds)),
                key=lambda found: found.open_seconds,
            )
            for workers in range(1, asked.most + 1)
        ]
    Console(width=110).print(_table(runs))
    return int(any(found.nominations != asked.scans for found in runs))


def _mail(number: int) -> bytes:
    unit = UNITS[number % len(UNITS)]
    item = entry(f"{NAMES[number % len(NAMES)]}{'一二三四五六七八九'[number // len(NAMES)]}", unit)
    scan = bound_scans([(item.content(DAY, 2025, 2024), item.layout)], None, item.nominee)
    return letter([form(item), AttachedFile("盖章扫描件.pdf", scan)], AT, unit, key=str(number))


def _run(server: Postgres, mails: list[bytes], scans: int, workers: int) -> Run:
    """The first `scans` of the mails by so many workers, which have done some of the others before."""
    url = server.create_database()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="shouwen-bench-") as folder,
            EmbeddedMailbox(USER, PASSWORD) as mailbox,
            EmbeddedPostOffice(USER, PASSWORD) as postoffice,
        ):
            for raw in mails[scans : scans + WARMING * workers]:
                mailbox.deliver(raw, AT)
            office = Office(
                Path(folder),
                mailbox,
                postoffice,
                url,
                engine={"kind": "procrastinate"},
                scans={"look": "auto"},
                service={"workers": 1},
            )
            with working(office, workers):
                office.shouwen("once")
                warmed = len(office.nominations())
                for raw in mails[:scans]:
                    mailbox.deliver(raw, AT)
                return _measured(office, workers, warmed)
    finally:
        server.drop_database(url)


def _measured(office: Office, workers: int, warmed: int) -> Run:
    before = os.getloadavg()[0]
    busy = [0.0]
    over = threading.Event()

    def watch() -> None:
        with office.engine() as engine:
            since = time.perf_counter()
            while not over.wait(WATCH_SECONDS):
                with viewing(engine) as cn:
                    is_open = any(any(jobs.open_jobs(cn, queue)) for queue in jobs.QUEUES)
                now = time.perf_counter()
                busy[0] += (now - since) * is_open
                since = now

    watcher = threading.Thread(target=watch)
    watcher.start()
    began = time.perf_counter()
    outcome = office.shouwen("once")
    seconds = time.perf_counter() - began
    over.set()
    watcher.join()
    if outcome.code:
        sys.stderr.write(outcome.text)
    made = len(office.nominations()) - warmed
    return Run(workers, busy[0], seconds, made, (before, os.getloadavg()[0]))


def _table(runs: list[Run]) -> Table:
    table = Table("workers", "jobs open, s", "ratio", "whole pass, s", "nominations", "load before, after")
    for found in runs:
        table.add_row(
            str(found.workers),
            f"{found.open_seconds:.1f}",
            f"{runs[0].open_seconds / found.open_seconds:.2f}",
            f"{found.pass_seconds:.1f}",
            str(found.nominations),
            f"{found.load[0]:.1f}, {found.load[1]:.1f}",
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
