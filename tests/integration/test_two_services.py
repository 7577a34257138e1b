"""Two processes on one store: one works, the other says who does, and takes over when it is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest

from intake.demo.mailbox import EmbeddedMailbox
from store.database import engine as store_engine
from store.database.lease import Lease
from tests.integration.conftest import OfficeOn
from tests.journey import UNREACHABLE
from tests.material import AT, entry, form, letter, sample_unit
from tests.servers.smtp_faults import FaultyPostOffice
from tests.torture.mails import societies

HOLD = """
import sys, time
from store.database import engine
from store.database.lease import Lease
lease = Lease(engine.connect(sys.argv[1]), "service")
print(lease.keep(), flush=True)
time.sleep(600)
"""

MAILS, PATIENCE = 60, 240.0
"""Mails, and seconds in which a busy machine has answered them all."""

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


def sixty(mailbox: EmbeddedMailbox, half: int) -> None:
    """Half of sixty mails, of sixty units: every third lacks its scan, the others ask something."""
    for place, name in list(enumerate(societies()))[half * MAILS // 2 : (half + 1) * MAILS // 2]:
        unit, at = sample_unit(name, "society"), AT + timedelta(minutes=place)
        item = entry(f"{'赵钱孙李周吴郑王冯陈'[place % 10]}{'冠文明思嘉若'[place // 10]}林", unit)
        files = () if place % 3 else (form(item),)
        mailbox.deliver(letter(files, at, unit, text="" if files else "请问推荐表是否需要法人签字？"), at)


def test_two_services_on_one_store_do_each_thing_once(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, postoffice: FaultyPostOffice, postgres_url: str
) -> None:
    """One service is killed in the middle of its work, which the other takes over."""
    tables = {"mailbox": {"poll_seconds": 1}, "letters": {"questions_a_day": MAILS}}
    office = office_on(pymap_mailbox, postgres_url, **tables)
    now = AT + timedelta(hours=4)
    sixty(pymap_mailbox, 0)
    working = [office.start("run", now=now) for _ in "12"]
    said = []
    try:
        until = time.monotonic() + PATIENCE
        while not postoffice.received and time.monotonic() < until:
            time.sleep(0.05)
        sixty(pymap_mailbox, 1)
        # Which of them has the work in hand, nobody knows: it is this one or that.
        first = working.pop(0)
        first.kill()
        said.append(first.communicate(timeout=PATIENCE)[0].decode())
        while len(postoffice.received) < MAILS and time.monotonic() < until:
            assert working[0].poll() is None
            time.sleep(0.2)
    finally:
        for process in working:
            process.terminate()
            said.append(process.communicate(timeout=PATIENCE)[0].decode())
    # A letter that the killed one was sending is taken up once its claim is dead.
    for hours in (1, 2):
        office.once(now + timedelta(hours=hours))
    for fault in ("Traceback", "deadlock", "UniqueViolation", "IntegrityError", "failed"):
        assert not any(fault in text for text in said), said
    assert len(office.export("messages")) == MAILS
    assert len(office.export("nominations")) == len(office.states()) == MAILS // 3
    rows = [row for row in office.export("letters") if row["kind"] not in ("digest", "alert")]
    assert Counter(row["state"] for row in rows) == {"sent": MAILS}
    units = {row["to"] for row in rows}
    assert len(units) == MAILS
    copies = Counter(item.rcpt_tos[0] for item in postoffice.received if item.rcpt_tos[0] in units)
    # Of the letter that the killed one was sending nobody knows whether it came: it goes once more.
    assert len(copies) == MAILS and copies.total() <= MAILS + 1
