"""A lease on an SQLite store: one holder, who is told to others, and free at once when it lets go."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from store.database.engine import connect
from store.database.lease import Lease, myself

HOLDS = """
import sys
from store.database import engine
from store.database.lease import Lease
lease = Lease(engine.connect(sys.argv[1]), "pass")
print(lease.keep(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = connect(f"sqlite:///{tmp_path / 'store.db'}")
    yield engine
    engine.dispose()


def test_one_has_it_and_keeps_it(engine: Engine) -> None:
    with Lease(engine, "pass") as first, Lease(engine, "pass") as second:
        assert first.keep() and first.keep()
        assert not second.keep()
        assert second.holder() == myself()
        first.drop()
        assert second.holder() == ""
        assert second.keep() and not first.keep()


def test_the_names_are_apart(engine: Engine) -> None:
    with Lease(engine, "pass") as first, Lease(engine, "service") as other:
        assert first.keep() and other.keep()


def test_a_holder_that_is_gone_holds_nothing(engine: Engine) -> None:
    url = engine.url.render_as_string()
    command = [sys.executable, "-c", HOLDS, url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None and other.stdout.readline() == "True\n"
        with Lease(engine, "pass") as lease:
            assert not lease.keep() and f"process {other.pid}" in lease.holder()
            other.kill()
            other.wait()
            assert lease.keep() and f"process {os.getpid()}" in lease.holder()


def test_a_database_in_memory_is_nobody_elses() -> None:
    engine = connect("sqlite://")
    with Lease(engine, "pass") as one, Lease(engine, "pass") as other:
        assert one.keep() and other.keep() and one.holder() == ""


def test_the_file_is_its_owners_alone(engine: Engine, tmp_path: Path) -> None:
    with Lease(engine, "pass") as lease:
        lease.keep()
    (path,) = tmp_path.glob("*.lock")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_lock_that_cannot_be_had_is_told(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "store.db.pass.lock").mkdir()
    with Lease(engine, "pass") as lease, pytest.raises(OSError, match="directory"):
        lease.keep()
