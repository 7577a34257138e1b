"""A database that another program holds: waited for, and no longer than the process is to live."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from store.database import engine as store_engine
from store.database.engine import StoreDown, connect, viewing, writing

MOMENT = 5.0
"""Far more than a writer that was asked to stop needs, and far less than it waits else."""


@pytest.fixture
def stop() -> threading.Event:
    return threading.Event()


@pytest.fixture
def engine(tmp_path: Path, stop: threading.Event) -> Iterator[Engine]:
    engine = connect(f"sqlite:///{tmp_path / 'store.db'}", stop)
    with writing(engine) as cn:
        cn.execute(sa.text("CREATE TABLE thing (name TEXT)"))
    yield engine
    engine.dispose()


@pytest.fixture
def held(tmp_path: Path, engine: Engine) -> Iterator[sqlite3.Connection]:
    """Another program that is writing."""
    with closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None, check_same_thread=False)) as it:
        it.execute("BEGIN IMMEDIATE")
        yield it


def write(engine: Engine) -> None:
    with writing(engine) as cn:
        cn.execute(sa.text("INSERT INTO thing VALUES ('one')"))


def test_a_writer_waits_for_another(
    engine: Engine, held: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_engine, "BUSY_STEP", 0.05)
    later = threading.Timer(0.5, lambda: held.execute("ROLLBACK"))
    later.start()
    write(engine)
    later.join()
    with viewing(engine) as cn:
        assert cn.execute(sa.text("SELECT count(*) FROM thing")).scalar_one() == 1


def test_a_writer_gives_up_after_its_time(
    engine: Engine, held: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_engine, "BUSY_STEP", 0.05)
    monkeypatch.setattr(store_engine, "BUSY_SECONDS", 0.2)
    with pytest.raises(StoreDown, match="locked"):
        write(engine)


def test_a_writer_waits_no_more_once_the_process_is_to_stop(
    engine: Engine, held: sqlite3.Connection, stop: threading.Event
) -> None:
    later = threading.Timer(0.5, stop.set)
    later.start()
    began = time.monotonic()
    for _ in range(2):
        with pytest.raises(StoreDown, match="locked"):
            write(engine)
    later.join()
    assert time.monotonic() - began < MOMENT < store_engine.BUSY_SECONDS


def test_a_reader_does_not_wait(engine: Engine, held: sqlite3.Connection) -> None:
    began = time.monotonic()
    with viewing(engine) as cn:
        assert cn.execute(sa.text("SELECT count(*) FROM thing")).scalar_one() == 0
    assert time.monotonic() - began < MOMENT


def test_a_server_that_says_nothing_is_given_up() -> None:
    engine = connect("postgresql+psycopg://somebody@192.0.2.1/store")
    _, named = engine.dialect.create_connect_args(engine.url)
    assert not named.get("keepalives_idle"), "nothing of it stands in the address"
    given = store_engine.POSTGRES
    silent = given["keepalives_idle"] + given["keepalives_interval"] * given["keepalives_count"]
    assert given["keepalives"] == 1 and silent <= 60 and given["tcp_user_timeout"] <= 60_000
