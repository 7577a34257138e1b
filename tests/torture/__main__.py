"""Torments the service for TORTURE_MINUTES (60) on two cores (`make torture`, `python -m tests.torture`).

Each trial is told in a line, all of them in a table at the end; anything wrong ends with exit code 1.
`TORTURE_SEED=N` begins with that seed, `TORTURE_TRIALS=N` plays so many trials and no more, `TORTURE_CORES=N`
that many at once (2), `TORTURE_WORKERS=1` has workers read in every trial on Postgres (else in every second),
`TORTURE_SERVICES=2` has two services on one store in every trial (else in every third), and PLANTED names
a fault of the program to be found out.
"""

# ruff: noqa: T201 - a command that tells its results

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import nullcontext
from multiprocessing import get_context

from tests.servers.postgres import find_programs, running_postgres
from tests.torture.account import line, table
from tests.torture.trial import Plan, Report, play

MINUTES = float(os.environ.get("TORTURE_MINUTES", "60"))
SEED = int(os.environ.get("TORTURE_SEED") or time.time())
TRIALS = int(os.environ.get("TORTURE_TRIALS", "100000"))
SERVICES = int(os.environ.get("TORTURE_SERVICES", "0"))
WORKERS = 2 if os.environ.get("TORTURE_WORKERS") else 4
PLANTED = os.environ.get("PLANTED", "")
CORES = int(os.environ.get("TORTURE_CORES", "2"))


def plans(postgres: bool) -> Iterator[Plan]:
    """The trials of a run: SQLite and Postgres in turns, two services at times, and a folder of sent mail."""
    for number in range(TRIALS):
        yield Plan(
            SEED + number,
            postgres and number % 2 == 1,
            services=SERVICES or (2 if number % 3 == 2 else 1),
            workers=2 if postgres and number % WORKERS == 1 else 0,
            keeps_copies=number // 2 % 2 == 0,
            planted=PLANTED,
        )


def main() -> int:
    """Plays trials until the time is over; 0 where nothing was wrong, 1 else."""
    programs = find_programs()
    print(f"{MINUTES:g} minutes from seed {SEED}; TORTURE_SEED={SEED} begins there again", flush=True)
    if programs is None:
        print("no Postgres here: on SQLite alone", flush=True)
    reports: list[Report] = []
    end = time.monotonic() + 60 * MINUTES
    with (
        running_postgres(programs) if programs else nullcontext() as postgres,
        ProcessPoolExecutor(CORES, get_context("spawn")) as pool,
    ):
        url = postgres.url.render_as_string(hide_password=False) if postgres else ""
        waiting: set[Future[Report]] = set()
        for plan in plans(bool(postgres)):
            if time.monotonic() > end:
                break
            waiting.add(pool.submit(play, plan, url))
            if len(waiting) >= CORES:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                reports += _told(done)
        reports += _told(waiting)
    print("\n".join(table(reports)))
    return 1 if any(report.objections for report in reports) or not reports else 0


def _told(done: set[Future[Report]]) -> list[Report]:
    found = [future.result() for future in done]
    for report in found:
        print(line(report), flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
