"""Workers beside an installation: processes of the real command, which share its database and archive."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from intake.clock import FREEZE
from store.database.engine import viewing
from store.mail import jobs
from store.mail.jobs import Workload
from tests.journey import Office

BY_WORKERS = {"engine": {"kind": "procrastinate"}}
COMMAND = "from intake.cli.app import main; main()"
STARTS_WITHIN = 60.0


def start_worker(office: Office, *arguments: str, now: datetime | None = None) -> subprocess.Popen[bytes]:
    """Starts a worker as a process of its own; what it says goes to a file of the office."""
    log = office.folder / "workers.log"
    with log.open("ab") as said:
        return subprocess.Popen(
            [sys.executable, "-c", COMMAND, "worker", *arguments],
            env={
                **os.environ,
                "SHOUWEN_CONFIG": str(office.config),
                "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
                FREEZE: now.isoformat() if now else "",
            },
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )


@contextmanager
def working(
    office: Office, count: int, now: datetime | None = None
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """So many workers while the context lasts; they are all there when it begins."""
    office.shouwen("migrate")
    workers = [start_worker(office, now=now) for _ in range(count)]
    try:
        wait_until(office, lambda load: load.workers >= count)
        yield workers
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait(60)


def wait_until(office: Office, holds: Callable[[Workload], bool], seconds: float = STARTS_WITHIN) -> Workload:
    """The workload once that holds of it; fails where it does not in time."""
    deadline = time.monotonic() + seconds
    with office.engine() as engine:
        while True:
            with viewing(engine) as cn:
                load = jobs.workload(cn)
            if holds(load):
                return load
            assert time.monotonic() < deadline, load
            time.sleep(0.1)
