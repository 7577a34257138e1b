"""Jobs: handed out once, given back when their worker is silent, and nothing of a mail in them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from intake import clock
from store.database import engine as store_engine
from store.database import job_tables
from store.database.engine import writing
from store.mail import jobs, messages
from store.mail.messages import Archived


@pytest.fixture
def engine(postgres_url: str) -> Iterator[sa.Engine]:
    found = store_engine.connect(postgres_url)
    store_engine.migrate(found)
    job_tables.migrate(found)
    yield found
    found.dispose()


def claim(cn: sa.Connection, silent: int) -> None:
    """A worker that was last heard of so many seconds ago has claimed all jobs."""
    heard = f"INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '{silent} s')"
    job_tables.on_path(cn)
    row = cn.exec_driver_sql(f"{heard} RETURNING id").scalar_one()
    cn.exec_driver_sql(f"UPDATE procrastinate_jobs SET status = 'doing', worker_id = {row}")


def test_a_message_is_handed_out_once_while_it_waits(engine: sa.Engine) -> None:
    with writing(engine) as cn:
        for name in ("a", "b"):
            messages.add(cn, [Archived(f"sha256:{name}", 1)], clock.now())
        jobs.defer_reading(cn, ["sha256:a"])
        assert jobs.open_jobs(cn, "read") == (1, 0)
        jobs.defer_reading(cn)
        jobs.defer_reading(cn)
        assert jobs.open_jobs(cn, "read") == (2, 0)
        claim(cn, silent=0)
        jobs.defer_reading(cn)
        assert jobs.open_jobs(cn, "read") == (0, 2), "what is being read is not handed out again"


def test_a_scan_in_somebodys_hands_is_not_handed_out(engine: sa.Engine) -> None:
    with writing(engine) as cn:
        assert jobs.defer_looking(cn, {"x": [2, 1], "y": [3]}) == {"x", "y"}
        assert jobs.defer_looking(cn, {"y": [3], "z": [4]}) == {"z"}
        assert jobs.in_hand(cn, ["x", "w"]) == {"x"}
        claim(cn, silent=0)
        jobs.recall(cn, "look")
        assert jobs.open_jobs(cn, "look") == (0, 3)


@pytest.mark.parametrize("silent, given_back", [(5, 0), (60, 2)])
def test_jobs_of_a_silent_worker_are_given_back(engine: sa.Engine, silent: int, given_back: int) -> None:
    with writing(engine) as cn:
        jobs.defer_looking(cn, {"x": [1], "y": [1]})
        claim(cn, silent)
        load = jobs.workload(cn)
        assert (load.stalled, load.workers) == (given_back, 0 if given_back else 1)
        assert jobs.take_up_stalled(cn) == given_back
        assert jobs.take_up_stalled(cn) == 0
        assert jobs.open_jobs(cn, "look") == ((2, 0) if given_back else (0, 2))
        attempts = cn.exec_driver_sql("SELECT DISTINCT attempts FROM procrastinate_jobs").scalar_one()
        assert attempts == (1 if given_back else 0)
