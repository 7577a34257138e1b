"""The stage of a trial: servers, an installation, and the service on it, which may be killed and started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.journey import UNREACHABLE, Office
from tests.servers.imap_faults import Faults, FaultyMailbox, Stored
from tests.servers.postgres import Postgres
from tests.torture.driven import Orders, write_clock
from tests.torture.evidence import Evidence, RecordingPostOffice, Window, gathered
from tests.torture.mails import Sent
from tests.torture.points import Point
from tests.torture.processes import kill

ROOT = Path(__file__).resolve().parents[2]
USER, PASSWORD = "intake@example.org", "secret"
FOLDERS = ("INBOX", "垃圾邮件")
STOPS_WITHIN = 30.0
"""Seconds in which the service must have ended (`service.stop_seconds`); some more for a busy machine."""

PASSES_WITHIN = 180.0
"""Seconds in which the calm passes over some forty mails must be through."""

SPARE = 20.0
STARTS_WITHIN = 60.0
PREYS_WITHIN = 2.0
"""Seconds for which a kill waits for a process of its kind: reading processes live for moments."""

HOUR = timedelta(hours=1)


@dataclass(slots=True)
class Counts:
    """What was done to the service, for the account."""

    kills: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    person: int = 0


class Stage:
    """Everything that one trial plays on; a context manager, gone with its processes and files at the end.

    `postgres` None plays on SQLite.
    """

    def __init__(
        self, postgres: Postgres | None = None, planted: str = "", stops_within: float = STOPS_WITHIN
    ) -> None:
        self.stops_within = stops_within
        self.postgres = postgres
        self.planted = planted
        self.counts = Counts()
        self.windows: list[Window] = []
        self.hangs: list[str] = []
        self.mails: list[Sent] = []
        self.mailbox = FaultyMailbox(username=USER, password=PASSWORD, folders={name: [] for name in FOLDERS})
        self.postoffice = RecordingPostOffice(USER, PASSWORD)
        self.database = ""
        self._open = ExitStack()
        self._services: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        self.folder = Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix="shouwen-torture-")))
        self._open.enter_context(self.mailbox)
        self._open.enter_context(self.postoffice)
        if self.postgres is not None:
            self.database = self.postgres.create_database()
            self._open.callback(self.postgres.drop_database, self.database)
        self._open.callback(self._end_all)
        self.office = Office(
            self.folder / "office",
            self.mailbox,
            self.postoffice,
            self.database or "sqlite:///shouwen.db",
            mailbox={"poll_seconds": 1, "timeout_seconds": 2, "folders": list(FOLDERS)},
            smtp={"timeout_seconds": 2},
            service={"stop_seconds": self.stops_within},
        )
        self.clock, self.state = self.folder / "clock", self.folder / "state"
        self.log = self.folder / "log"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def deliver(self, mails: Iterable[Sent]) -> None:
        """Mails come into the mailbox."""
        for mail in mails:
            self.mails.append(mail)
            held = self.mailbox.folders[mail.folder]
            held.append(Stored(held[-1].uid + 1 if held else 1, mail.raw, mail.at))

    def set_clock(self, now: datetime) -> None:
        """Sets the service's clock, forward or back."""
        self.now = now
        write_clock(self.clock, now)

    def pass_time(self, span: timedelta) -> None:
        """Moves the service's clock."""
        self.set_clock(self.now + span)

    # The service -------------------------------------------------------------------------

    def start(self, *points: Point) -> None:
        """Starts the service beside those that run already."""
        self._began = self.log.stat().st_size if self.log.exists() else 0
        self._services.append(self._driven([("", ["run"])], points))

    def wait_until_it_runs(self) -> None:
        """Waits for the service started last to begin its first pass, or to be gone."""
        deadline = time.monotonic() + STARTS_WITHIN
        while self._services[-1].poll() is None and time.monotonic() < deadline:
            if b"running; polling" in self.log.read_bytes()[self._began :]:
                return
            time.sleep(0.02)

    def living(self) -> list[subprocess.Popen[bytes]]:
        """The services that run; those that ended by themselves are taken off."""
        for process in list(self._services):
            if process.poll() is None:
                continue
            self._services.remove(process)
            if process.returncode == -signal.SIGKILL:
                self.counts.kills["named point"] += 1
                self.excuse()
            elif process.returncode == 70:
                self.hangs.append("the service found itself hanging")
        return list(self._services)

    def kill(self, victim: str) -> None:
        """Kills a part of each service that runs."""
        for process in self.living():
            deadline = time.monotonic() + PREYS_WITHIN
            while not (met := kill(process.pid, victim)) and time.monotonic() < deadline:
                time.sleep(0.01)
            if met:
                self.counts.kills[victim] += 1
            if victim in ("parent", "tree"):
                process.wait(SPARE)
                self._services.remove(process)
                self.excuse()

    def stop(self) -> None:
        """Asks the services to stop, which they must within their time."""
        for process in self.living():
            process.send_signal(signal.SIGTERM)
        for process in self.living():
            try:
                code = process.wait(self.stops_within + SPARE)
            except subprocess.TimeoutExpired:
                self.hangs.append("the service does not stop on SIGTERM")
                process.kill()
                process.wait()
            else:
                # Asked before it listens, it ends as any program does; 3: it was starting in an outage.
                if code not in (0, UNREACHABLE, -signal.SIGTERM, -signal.SIGKILL):
                    self.hangs.append(f"the service stopped with {code}")
        self.living()

    def excuse(self, since: float | None = None) -> None:
        """From `since` to now the service could not know what became of a letter."""
        now = time.monotonic()
        self.windows.append((now - 1.0 if since is None else since, now))

    def passes(self, *commands: tuple[datetime, list[str]]) -> None:
        """Single commands one after another, each at its instant, which must come to an end."""
        process = self._driven([(at.isoformat(), words) for at, words in commands], ())
        try:
            process.wait(PASSES_WITHIN)
        except subprocess.TimeoutExpired:
            self.hangs.append(f"not through: {'; '.join(' '.join(words) for _, words in commands)}")
            kill(process.pid, "tree")
            process.wait()

    def calm(self) -> None:
        """Nothing goes wrong any more; a person does what the service asks for; all comes to rest."""
        self.mailbox.faults = Faults()
        self.postoffice.forget_plans()
        self.state.write_text("", "utf-8")
        times = [self.now + hours * HOUR for hours in (6, 8, 10)]
        if self.counts.faults["archive"]:
            # What `doctor --archive` tells a person to do.
            self.passes((times[0] - HOUR, ["replay", "--all"]))
        self.passes(*((at, ["once"]) for at in times))
        if self.hangs:
            return
        there = {item.message_id for item in self.postoffice.letters(())}
        rows = self.office.export("letters")
        waiting = [row for row in rows if row["state"] in ("held", "dead") and row["message_id"] not in there]
        if waiting:
            self.counts.person += len(waiting)
            release = [(times[2], ["letters", "release", str(row["id"])]) for row in waiting]
            self.passes(*release, *((times[2] + n * HOUR, ["once"]) for n in (1, 3)))
        self.now = times[2] + 3 * HOUR

    def evidence(self) -> Evidence:
        """What stands now."""
        said = self.log.read_text("utf-8", "replace") if self.log.exists() else ""
        found = gathered(self.office, self.postoffice, self.mails, self.windows, said)
        found.hangs = list(self.hangs)
        return found

    def _driven(
        self, commands: list[tuple[str, list[str]]], points: Iterable[Point]
    ) -> subprocess.Popen[bytes]:
        orders = self.folder / "orders.json"
        Orders(
            str(self.office.config), str(self.clock), str(self.state), commands, list(points), self.planted
        ).write(orders)
        # Two services may read their orders at the same time.
        mine = orders.rename(self.folder / f"orders-{time.monotonic_ns()}.json")
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.torture.driven", str(mine)],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _end_all(self) -> None:
        for process in self._services:
            if process.poll() is None:
                kill(process.pid, "tree")
            process.wait()
