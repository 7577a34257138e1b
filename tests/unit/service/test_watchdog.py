"""Signs of life, and an end to what gives none; a clock that is set back; SIGTERM while a job hangs."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from intake import clock
from intake.progress import Silent
from intake.service import daemon
from intake.service.watchdog import HUNG, Pulse, notify

ROOT = Path(__file__).parents[3]


def test_the_service_manager_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(place)
        manager.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", place)
        notify("WATCHDOG=1")
        assert manager.recv(100) == b"WATCHDOG=1"
    notify("nobody is there any more, and that is no fault")


def test_a_job_without_a_sign_of_life_hangs() -> None:
    done = [0]
    pulse = Pulse(Silent(), lambda: done[0], stall=0.2)
    time.sleep(0.3)
    assert pulse.hangs() == ""  # at rest
    pulse.begin()
    for _ in range(3):
        time.sleep(0.15)
        done[0] += 1  # files that others read for it
        assert pulse.hangs() == ""
    time.sleep(0.15)
    pulse.step("读信", 1, 2)
    time.sleep(0.15)
    assert pulse.hangs() == ""
    time.sleep(0.3)
    assert "no sign of life" in pulse.hangs()
    pulse.end()
    assert pulse.hangs() == ""


def test_a_pass_has_a_limit_however_lively() -> None:
    pulse = Pulse(Silent(), limit=0.1)
    pulse.begin()
    time.sleep(0.2)
    pulse.step("读信", 1, 2)
    assert "not through" in pulse.hangs()


def parts(**service: Any) -> Any:
    digest = SimpleNamespace(at=datetime(2025, 1, 1, 8, 30).time())
    zone = SimpleNamespace(zone=clock.SHANGHAI, stop_seconds=2.0, **service)
    mailbox = SimpleNamespace(host="x", poll_seconds=0.05)
    return SimpleNamespace(
        progress=Silent(),
        stop=threading.Event(),
        engine=sa.create_engine("sqlite://"),
        settings=SimpleNamespace(digest=digest, service=zone, mailbox=mailbox),
        monitor=lambda: SimpleNamespace(**dict.fromkeys(("failed", "alive", "tell"), lambda *_: None)),
    )


SANDBOX: Any = SimpleNamespace(finished=0, close=lambda: None)


def test_a_clock_that_is_set_back_holds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made = parts()
    passes: list[float] = []

    class Counted(daemon.Service):
        def _pass(self) -> None:
            passes.append(time.monotonic())
            back = datetime(2020, 1, 1, tzinfo=clock.SHANGHAI) - timedelta(days=len(passes))
            monkeypatch.setattr(clock, "now", lambda: back)
            monkeypatch.setattr(time, "time", back.timestamp)
            if len(passes) >= 5:
                made.stop.set()

        def _deliver(self) -> None:
            pass

    monkeypatch.setattr(daemon, "end_hard_after", lambda *_: None)
    began = time.monotonic()
    Counted(made, SANDBOX).run()
    assert len(passes) >= 5
    assert time.monotonic() - began < 10


def test_the_digest_comes_once_a_day_by_the_clock_on_the_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[datetime] = []

    def at(day: int, hour: int) -> datetime:
        return datetime(2025, 3, day, hour, tzinfo=clock.SHANGHAI)

    monkeypatch.setattr(clock, "now", lambda: at(1, 8))
    daily = daemon._Daily(parts(), lambda: written.append(clock.now()))
    for instant in (
        at(1, 8),
        at(1, 9),
        at(1, 9),
        at(1, 7),
        at(1, 8),
        at(2, 9),
        at(2, 23),
        at(4, 1),
        at(4, 9),
    ):
        monkeypatch.setattr(clock, "now", lambda instant=instant: instant)
        daily()
    assert written == [at(1, 9), at(2, 9), at(4, 1), at(4, 9)]


HANGS = """
import threading, time
from tests.unit.service.test_watchdog import SANDBOX, parts
from intake.service import daemon, watchdog

class Hanging(daemon.Service):
    def _pass(self):
        print("passing", flush=True)
        time.sleep(1000)
    def _deliver(self): pass

service = Hanging(parts(), SANDBOX)
service._pulses["pass"].stall = {stall}
service.run()
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_service_whose_job_hangs_ends_in_its_stated_time(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HANGS.format(stall=1000)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"passing\n"
        process.send_signal(number)
        began = time.monotonic()
        process.wait(30)
        assert time.monotonic() - began < 15


def test_a_service_whose_job_hangs_ends_by_itself() -> None:
    done = subprocess.run(
        [sys.executable, "-c", HANGS.format(stall=0.5)],
        capture_output=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == HUNG
    assert b"time.sleep" in done.stderr or b"_pass" in done.stderr  # where each thread was
