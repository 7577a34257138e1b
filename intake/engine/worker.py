"""A worker: claims jobs of its queues until it is asked to stop, and gives back those of workers that died.

procrastinate's own worker does the claiming: LISTEN, `FOR UPDATE SKIP LOCKED`, a heartbeat.  A database that
is away is waited for.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import procrastinate
import psycopg
import psycopg.conninfo
from procrastinate.exceptions import ConnectorException, JobAborted
from sqlalchemy.engine import Engine

from intake.engine.waiting import TAKE_UP_SECONDS
from intake.engine.work import Work
from store.database.engine import POSTGRES, StoreDown, writing
from store.database.job_tables import jobs_schema
from store.mail import jobs
from store.mail.jobs import HEARTBEAT_SECONDS, STALLED_SECONDS, Queue

log = logging.getLogger(__name__)

POLL_SECONDS = 2.0
"""How often jobs are asked for that nobody announces: those that were given back."""

AGAIN_SECONDS = 5.0
"""Between two tries to reach a database that is away."""

BEAT_SECONDS = 1.0
"""Between two signs of life to the service manager."""

CONNECTIONS = 4
"""Connections to the database for claiming: one listens, the others claim, tell and beat."""


@dataclass(frozen=True, slots=True)
class JobWorker:
    """One worker of so many `hands`, each at one job; `alive` is called each second while it works."""

    engine: Engine
    work: Work
    queues: Collection[Queue]
    hands: int
    stop: threading.Event
    alive: Callable[[], None] = lambda: None

    def run(self) -> None:
        """Works until `stop` is set; the jobs in hand are finished first."""
        # On the handlers: whichever of the library's many loggers comes upon it.
        for handler in logging.getLogger().handlers:
            handler.addFilter(_outage_in_a_line)
        asyncio.run(self._run())

    async def _run(self) -> None:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(self.hands + 2))
        beside = [asyncio.create_task(self._beat()), asyncio.create_task(self._take_up())]
        while not self.stop.is_set():
            try:
                await self._claim()
            except (ConnectorException, psycopg.Error, StoreDown, OSError) as fault:
                log.error("the database is away: %s", fault.__cause__ or fault)
            if not self.stop.is_set():
                await self._rest(AGAIN_SECONDS)
        for task in beside:
            task.cancel()

    async def _claim(self) -> None:
        """Works while the database can be had; raises where it cannot."""
        async with self._app().open_async() as app:
            log.info("working on %s with %d hand(s)", ", ".join(self.queues), self.hands)
            lost = _lost_ends(app)
            working = asyncio.create_task(
                app.run_worker_async(
                    queues=list(self.queues),
                    concurrency=self.hands,
                    delete_jobs="successful",
                    install_signal_handlers=False,
                    fetch_job_polling_interval=POLL_SECONDS,
                    update_heartbeat_interval=HEARTBEAT_SECONDS,
                    stalled_worker_timeout=STALLED_SECONDS,
                )
            )
            while not (working.done() or self.stop.is_set() or lost.is_set()):
                await asyncio.wait({working}, timeout=0.2)
            # It finishes what it has in hand.
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working

    def _app(self) -> procrastinate.App:
        # As the engine itself connects: a password or an option may hold what an address cannot.
        _, given = self.engine.dialect.create_connect_args(self.engine.url)
        given.pop("context", None)
        connector = procrastinate.PsycopgConnector(
            conninfo=psycopg.conninfo.make_conninfo(**given),
            kwargs=dict(POSTGRES),
            configure=_finding(jobs_schema(self.engine)),
            min_size=1,
            max_size=CONNECTIONS,
        )
        app = procrastinate.App(connector=connector)

        @app.task(name="read", queue="read", pass_context=True)
        def read(context: procrastinate.JobContext, row: int) -> None:
            with _broken_off_by_outage(f"message {row} is not read"):
                self.work.read(row, context.job.attempts)

        @app.task(name="look", queue="look", pass_context=True)
        def look(context: procrastinate.JobContext, content_hash: str, rows: list[int]) -> None:
            with _broken_off_by_outage(f"the scan {content_hash} is not looked at"):
                self.work.look(content_hash, rows, context.job.attempts)

        return app

    async def _beat(self) -> None:
        while True:
            self.alive()
            await asyncio.sleep(BEAT_SECONDS)

    async def _take_up(self) -> None:
        while True:
            await asyncio.sleep(TAKE_UP_SECONDS)
            try:
                if count := await asyncio.to_thread(self._given_back):
                    log.warning("%d job(s) of dead workers are given back", count)
            except (StoreDown, OSError) as fault:
                log.error("jobs of dead workers cannot be looked for: %s", fault)
            except Exception:
                # Raised any further it would end the task, and nobody looked for such jobs again.
                log.exception("jobs of dead workers cannot be looked for")

    def _given_back(self) -> int:
        with writing(self.engine) as cn:
            return jobs.take_up_stalled(cn)

    async def _rest(self, seconds: float) -> None:
        waited = 0.0
        while waited < seconds and not self.stop.is_set():
            await asyncio.sleep(0.2)
            waited += 0.2


def _lost_ends(app: procrastinate.App) -> asyncio.Event:
    """Set once the end of a job could not be put on record.

    Such a job stays in the hands of this registration for as long as that lives: a new one has to begin.
    """
    lost, finish = asyncio.Event(), app.job_manager.finish_job

    async def finished(*given: Any, **named: Any) -> None:
        try:
            await finish(*given, **named)
        except Exception:
            lost.set()
            raise

    app.job_manager.finish_job = finished  # type: ignore[method-assign]
    return lost


@contextmanager
def _broken_off_by_outage(what: str) -> Iterator[None]:
    """Ends a job that an outage broke off without the traceback of a fault of ours."""
    try:
        yield
    except (StoreDown, OSError) as fault:
        log.error("%s: %s", what, fault)
        raise JobAborted from None


def _outage_in_a_line(record: logging.LogRecord) -> bool:
    """A filter of the log: a database that is away has no traceback, whoever came upon it."""
    fault = record.exc_info[1] if record.exc_info else None
    if isinstance(fault, ConnectorException | psycopg.OperationalError):
        record.msg, record.args = f"the database is away: {fault.__cause__ or fault}", None
        record.exc_info = record.exc_text = None
    return True


def _finding(schema: str) -> Callable[[psycopg.AsyncConnection], Awaitable[None]]:
    """What lets each new connection find the tables of the jobs."""

    async def find(connection: psycopg.AsyncConnection) -> None:
        found = f"SELECT set_config('search_path', '{schema}, ' || current_setting('search_path'), false)"
        await connection.execute(found)
        if not connection.autocommit:
            await connection.commit()

    return find
