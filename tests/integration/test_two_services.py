"""Two processes on one store: one works, the other says who does, and takes over when it is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from intake.demo.mailbox import EmbeddedMailbox
from store.database import engine as store_engine
from store.database.lease import Lease
from tests.integration.conftest import OfficeOn
from tests.journey import UNREACHABLE

HOLD = """
import sys, time
from store.database import engine
from store.database.lease import Lease
lease = Lease(engine.connect(sys.argv[1]), "service")
print(lease.keep(), flush=True)
time.sleep(600)
"""

TAKES_OVER = 30.0
"""Seconds, far more than it takes, for a busy machine."""


def test_a_killed_holder_gives_way(database_url: str) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, database_url], stdout=subprocess.PIPE, text=True)
    engine = store_engine.connect(database_url)
    try:
        assert holder.stdout is not None and holder.stdout.readline() == "True\n"
        with Lease(engine, "service") as lease:
            assert not lease.keep()
            assert f"process {holder.pid}" in lease.holder()
            with Lease(engine, "pass") as other:
                assert other.keep(), "another lease is free"
            os.kill(holder.pid, signal.SIGKILL)
            holder.wait()
            until = time.monotonic() + TAKES_OVER
            while not lease.keep() and time.monotonic() < until:
                time.sleep(0.05)
            assert lease.keep() and f"process {os.getpid()}" in lease.holder()
        with Lease(engine, "service") as next_one:
            assert next_one.keep(), "what was dropped is free"
    finally:
        holder.kill()
        holder.wait()
        engine.dispose()


def test_a_pass_beside_another_is_left_out_and_says_whose_it_is(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.service.pipeline.LEASE_WAIT", 0.1)
    office = office_on(pymap_mailbox, database_url)
    office.once()
    with office.engine() as engine, Lease(engine, "pass") as lease:
        assert lease.keep()
        assert f"process {os.getpid()}" in office.once(code=UNREACHABLE).text
    office.once()
