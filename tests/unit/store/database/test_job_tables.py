"""procrastinate's tables: made once, brought up to date by the files that it ships, beside ours."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from store.database import engine as store_engine
from store.database import job_tables
from store.database.engine import JOBS_SCHEMA


@pytest.fixture
def engine(postgres_url: str) -> Iterator[sa.Engine]:
    found = store_engine.connect(postgres_url)
    yield found
    found.dispose()


def test_two_that_start_together_make_the_tables_once(engine: sa.Engine) -> None:
    assert not job_tables.state(engine).is_there
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(job_tables.migrate, [engine] * 4))
    assert job_tables.state(engine).is_current and not job_tables.migrate(engine)
    assert "procrastinate_jobs" in sa.inspect(engine).get_table_names(JOBS_SCHEMA)
    assert sa.inspect(engine).get_table_names() == [], "nothing stands among our tables"


def test_what_a_newer_version_ships_is_run_once(
    engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_tables.migrate(engine)
    newer = tmp_path / "99.00.00_01_newer.sql"
    newer.write_text("CREATE TABLE newer (id bigint); INSERT INTO newer VALUES (1);")
    shipped = {**job_tables._shipped(), newer.name: newer}
    monkeypatch.setattr(job_tables, "_shipped", lambda: shipped)
    assert job_tables.state(engine).missing == (newer.name,)
    assert job_tables.migrate(engine) and not job_tables.migrate(engine)
    with engine.connect() as cn:
        assert cn.exec_driver_sql(f"SELECT count(*) FROM {JOBS_SCHEMA}.newer").scalar_one() == 1
