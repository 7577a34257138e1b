"""The journeys of the tests on the other engine: installations on Postgres, for which workers read and look.

`make test-workers` runs the same tests so.  A worker lives as long as the command that waits for it, in a
thread of the test process, so that it has the clock and the stand-ins of the test; for a command that is a
process of its own it is one too, until the test ends.
"""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from intake.config.faults import ConfigFault
from intake.config.settings import Settings
from intake.config.several import load_campaigns
from intake.demo.postoffice import EmbeddedPostOffice
from intake.engine.handed_out import ReadingHandedOut
from intake.engine.worker import JobWorker
from intake.service import bootstrap
from intake.stages.read import Reader
from intake.stages.read_outcomes import ReadResult
from store.archive.names import ArchiveDown
from store.database import engine as store_engine
from store.database.engine import StoreDown
from store.mail.jobs import QUEUES
from tests.integration.workers import STARTS_WITHIN, start_worker
from tests.journey import Office, Server, nobody_beside
from tests.servers.postgres import Postgres

READING = (Reader, ReadingHandedOut)
"""The stages that read: the embedded engine's, and that of the engine of workers."""

_started: list[subprocess.Popen[bytes]] = []

WAITING = ("once", "ingest", "replay", "run", "decide", "place", "correct")
"""Commands that walk a pass, or the part of one that reads and looks."""

log = logging.getLogger(__name__)


@contextmanager
def by_workers(server: Postgres) -> Iterator[None]:
    """Every installation that tests set up meanwhile is one of several machines."""
    made: list[str] = []
    template = server.create_database()
    engine = store_engine.connect(template)
    store_engine.migrate(engine)
    bootstrap._make_job_tables(engine)
    engine.dispose()
    name = template.rpartition("/")[2].partition("?")[0]

    def fresh() -> str:
        made.append(server.create_database(name))
        return made[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Office, "__init__", _set_up_by(Office.__init__, fresh))
        patch.setattr(Office, "start", _started_with_worker(Office.start))
        patch.setattr(Office, "beside", staticmethod(_worker_beside))
        yield
    for url in (*made, template):
        server.drop_database(url)


@contextmanager
def fetched_alone() -> Iterator[None]:
    """Commands meanwhile are killed before anything is read, whoever reads."""

    def killed(self: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Office, "beside", nobody_beside)
        for stage in READING:
            patch.setattr(stage, "read", killed)
        yield


@contextmanager
def after_reading(act: Callable[[], None]) -> Iterator[None]:
    """Something happens as soon as a command has read its mails, whoever reads."""
    with pytest.MonkeyPatch.context() as patch:
        for stage in READING:
            patch.setattr(stage, "read", _followed(stage.read, act))
        yield


def _followed(read: Callable[[Any], ReadResult], act: Callable[[], None]) -> Callable[[Any], ReadResult]:
    def reading(self: object) -> ReadResult:
        result = read(self)
        act()
        return result

    return reading


def end_workers() -> None:
    """Ends the workers that are processes of their own."""
    for worker in _started:
        worker.kill()
        worker.wait()
    _started.clear()


def _started_with_worker(start: Callable[..., subprocess.Popen[bytes]]) -> Callable[..., Any]:
    def starting(office: Office, *arguments: object, now: datetime | None = None) -> subprocess.Popen[bytes]:
        if _is_waiting(arguments):
            _started.append(start_worker(office, now=now))
        return start(office, *arguments, now=now)

    return starting


def _set_up_by(set_up: Callable[..., None], fresh: Callable[[], str]) -> Callable[..., None]:
    def on_postgres(
        office: Office,
        folder: Path,
        mailbox: Server,
        postoffice: EmbeddedPostOffice,
        database: str = "sqlite:///shouwen.db",
        /,
        **changes: Mapping[str, object],
    ) -> None:
        if database.startswith("sqlite"):
            database = fresh()
        set_up(
            office, folder, mailbox, postoffice, database, **{"engine": {"kind": "procrastinate"}, **changes}
        )

    return on_postgres


def _is_waiting(arguments: Sequence[object]) -> bool:
    return any(argument in WAITING for argument in arguments)


@contextmanager
def _worker_beside(office: Office, arguments: Sequence[object]) -> Iterator[None]:
    if not _is_waiting(arguments):
        yield
        return
    stop = threading.Event()
    working: list[threading.Thread] = []
    for settings in _campaigns(office.config):
        begun = threading.Event()
        working.append(threading.Thread(target=_work, args=(settings, stop, begun)))
        working[-1].start()
        # Alembic migrates one database of a process at a time.
        assert begun.wait(STARTS_WITHIN), "the worker did not begin"
    try:
        yield
    finally:
        stop.set()
        for thread in working:
            thread.join(STARTS_WITHIN)
            assert not thread.is_alive(), "the worker did not end"


def _campaigns(config: Path) -> list[Settings]:
    """The campaigns of a configuration; none of a faulty one, of which the command itself tells."""
    try:
        return [*load_campaigns(config, secrets=False).values()]
    except ConfigFault:
        return []


def _work(settings: Settings, stop: threading.Event, begun: threading.Event) -> None:
    try:
        with bootstrap.open_parts(settings, stop=stop) as parts, parts.sandbox() as sandbox:
            begun.set()
            JobWorker(parts.engine, parts.work(sandbox), QUEUES, settings.service.workers, stop).run()
    except (ConfigFault, StoreDown, ArchiveDown, OSError) as fault:
        log.info("no worker: %s", fault)
    finally:
        begun.set()
