"""Jobs: the messages to be read and the scans to be looked at, as workers claim them from procrastinate.

A job names a row or a content hash and nothing of what a mail says.  It is deleted when it is done; one that
an outage broke off stays as failed until the next pass, which hands the work out again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.model.mail import MessageState
from store.database.engine import JOBS_SCHEMA, dialect_of
from store.database.job_tables import on_path
from store.database.schema import message
from store.mail import damage

Queue = Literal["read", "look"]
QUEUES: tuple[Queue, ...] = ("read", "look")
"""The kinds of work that are handed out; tasks bear the names of their queues."""

HEARTBEAT_SECONDS, STALLED_SECONDS = 5.0, 30.0
"""How often a worker tells that it lives; silent for so long it counts as dead, and others do its jobs."""

_METADATA = sa.MetaData()
"""Apart from ours: what stands in it is made by procrastinate alone."""

_job = sa.Table(
    "procrastinate_jobs",
    _METADATA,
    sa.Column("id", sa.BigInteger),
    sa.Column("queue_name", sa.Text),
    sa.Column("task_name", sa.Text),
    sa.Column("queueing_lock", sa.Text),
    sa.Column("args", sa.JSON),
    sa.Column("status", sa.Text),
    sa.Column("worker_id", sa.BigInteger),
    schema=JOBS_SCHEMA,
)
_worker = sa.Table(
    "procrastinate_workers",
    _METADATA,
    sa.Column("id", sa.BigInteger),
    sa.Column("last_heartbeat", sa.DateTime(timezone=True)),
    schema=JOBS_SCHEMA,
)
_STATUS = sa.cast(_job.c.status, sa.Text)
_IS_OPEN = _STATUS.in_(("todo", "doing"))
_SILENT_SINCE = sa.func.now() - sa.func.make_interval(0, 0, 0, 0, 0, 0, STALLED_SECONDS)


@dataclass(frozen=True, slots=True)
class Workload:
    """How many jobs of each queue wait and are being done; jobs of dead workers; workers that live."""

    waiting: Mapping[str, int]
    doing: Mapping[str, int]
    stalled: int
    workers: int

    def __str__(self) -> str:
        waiting = sum(self.waiting.values())
        return f"{self.workers} worker(s), {waiting} job(s) waiting, {self.stalled} of dead workers"


def defer_reading(cn: Connection, hashes: Collection[str] | None = None) -> None:
    """Hands out the messages (None: all) that wait to be read and are in nobody's hands."""
    on_path(cn)
    lock = sa.func.concat("read:", message.c.id)
    wanted = (message.c.state == MessageState.RECEIVED) | damage.IS_DAMAGED
    if hashes is not None:
        wanted &= message.c.content_hash.in_(hashes)
    rows = sa.select(
        sa.literal("read"), sa.literal("read"), lock, sa.func.jsonb_build_object("row", message.c.id)
    ).where(wanted, ~_in_hand(lock))
    _insert(cn, rows.order_by(message.c.id))


def defer_looking(cn: Connection, units: Mapping[str, Collection[int]]) -> frozenset[str]:
    """Hands out scans by content hash, with the rows of the units that sent each; returns which.

    One that a worker is looking at already is not handed out.
    """
    on_path(cn)
    given = [(name, sorted(rows)) for name, rows in units.items()]
    each = sa.values(
        sa.column("name", sa.Text), sa.column("rows", sa.ARRAY(sa.Integer)), name="given"
    ).data(given)  # fmt: skip
    lock = sa.func.concat("look:", each.c.name)
    args = sa.func.jsonb_build_object("content_hash", each.c.name, "rows", each.c.rows)
    made = _insert(cn, sa.select(sa.literal("look"), sa.literal("look"), lock, args).where(~_in_hand(lock)))
    return frozenset(lock.removeprefix("look:") for lock in made)


def _in_hand(lock: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    return sa.exists().where(_job.c.queueing_lock == lock, _IS_OPEN)


def _insert(cn: Connection, rows: sa.Select[tuple[str, str, str, object]]) -> list[str]:
    into = dialect_of("postgresql").insert(_job)
    into = into.from_select(["queue_name", "task_name", "queueing_lock", "args"], rows)
    # Another process may have handed out the same at this very moment.
    made = into.on_conflict_do_nothing().returning(_job.c.queueing_lock)
    return list(cn.execute(made).scalars())


def open_jobs(cn: Connection, queue: Queue) -> tuple[int, int]:
    """How many jobs of a queue wait, and how many are being done."""
    rows = cn.execute(
        sa.select(_STATUS, sa.func.count())
        .select_from(_job)
        .where(_job.c.queue_name == queue, _IS_OPEN)
        .group_by(_STATUS)
    )
    found = {row[0]: row[1] for row in rows}
    return found.get("todo", 0), found.get("doing", 0)


def in_hand(cn: Connection, hashes: Collection[str]) -> frozenset[str]:
    """Those of these scans that some worker is looking at, or will."""
    named = _job.c.args["content_hash"].as_string()
    rows = cn.execute(sa.select(named).where(_job.c.queue_name == "look", _IS_OPEN, named.in_(hashes)))
    return frozenset(rows.scalars())


def broken_off(cn: Connection, queue: Queue) -> frozenset[str]:
    """What was not done for an outage, by content hash or row as text; told once, and forgotten."""
    on_path(cn)
    named = sa.func.coalesce(_job.c.args["content_hash"].as_string(), _job.c.args["row"].as_string())
    gone = sa.delete(_job).where(_job.c.queue_name == queue, ~_IS_OPEN).returning(named)
    return frozenset(cn.execute(gone).scalars())


def recall(cn: Connection, queue: Queue) -> None:
    """Takes back what nobody has claimed yet."""
    on_path(cn)
    cn.execute(sa.delete(_job).where(_job.c.queue_name == queue, _STATUS == "todo"))


def _stalled() -> sa.ColumnElement[bool]:
    """True for jobs of workers that are silent, or gone."""
    lives = sa.exists().where(_worker.c.id == _job.c.worker_id, _worker.c.last_heartbeat >= _SILENT_SINCE)
    return (_STATUS == "doing") & ~lives


def take_up_stalled(cn: Connection) -> int:
    """Gives the jobs of dead workers back, each with one attempt more; returns how many."""
    on_path(cn)
    stalled = sa.select(_job.c.id).where(_stalled()).with_for_update(skip_locked=True, of=_job).cte("stalled")
    # Its own function, which counts the attempt and notes the event.
    again = sa.func.procrastinate_retry_job_v2(stalled.c.id, sa.func.now(), None, None, None)
    return len(cn.execute(sa.select(sa.cast(again, sa.Text)).select_from(stalled)).all())


def workload(cn: Connection) -> Workload:
    """The jobs and workers of this moment."""
    rows = cn.execute(
        sa.select(_job.c.queue_name, _STATUS, sa.func.count())
        .select_from(_job)
        .where(_IS_OPEN)
        .group_by(_job.c.queue_name, _STATUS)
    )
    found = {(queue, status): count for queue, status, count in rows}
    stalled = cn.execute(sa.select(sa.func.count()).select_from(_job).where(_stalled())).scalar_one()
    lives = _worker.c.last_heartbeat >= _SILENT_SINCE
    workers = cn.execute(sa.select(sa.func.count()).select_from(_worker).where(lives)).scalar_one()
    return Workload(
        {queue: found.get((queue, "todo"), 0) for queue in QUEUES},
        {queue: found.get((queue, "doing"), 0) for queue in QUEUES},
        stalled,
        workers,
    )
