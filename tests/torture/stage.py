"""The stage of a trial: servers, an installation, and the service on it, which may be killed and started."""

from __future__ import annotations

import re
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.journey import DONE, NEEDS_PERSON, UNREACHABLE, Office, words
from tests.servers.imap_faults import Faults, FaultyMailbox, Stored
from tests.servers.postgres import Postgres
from tests.torture import nursery
from tests.torture.driven import Orders, write_clock
from tests.torture.evidence import Evidence, RecordingPostOffice, Window, gathered, plain
from tests.torture.mails import Sent
from tests.torture.nursery import DrivenProcess
from tests.torture.points import Point
from tests.torture.processes import kill

USER, PASSWORD = "intake@example.org", "secret"
FOLDERS = ("INBOX", "垃圾邮件")
SENT = "已发送"
STOPS_WITHIN = 30.0
"""Seconds in which the service must have ended (`service.stop_seconds`); some more for a busy machine."""

PASSES_WITHIN = 900.0
"""Seconds in which the calm passes over some forty mails must be through; a busy machine takes minutes."""

SPARE = 20.0
STARTS_WITHIN = 60.0
PREYS_WITHIN = 4.0
"""Seconds for which a kill waits for a process of its kind: reading processes live for moments."""

HOUR = timedelta(hours=1)
LOGGED = re.compile(r"\d{4}-\d{2}-\d{2} ")


@dataclass(slots=True)
class Counts:
    """What was done to the service, for the account."""

    kills: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    person: int = 0


class Stage:
    """Everything that one trial plays on; a context manager, gone with its processes and files at the end.

    `postgres` None plays on SQLite; with `keeps_copies` the provider files what was sent.
    """

    def __init__(
        self,
        postgres: Postgres | None = None,
        planted: str = "",
        stops_within: float = STOPS_WITHIN,
        keeps_copies: bool = False,
    ) -> None:
        self.stops_within = stops_within
        self.passes_within = PASSES_WITHIN
        self.postgres = postgres
        self.planted = planted
        self.counts = Counts()
        self.windows: list[Window] = []
        self.hangs: list[str] = []
        self.mails: list[Sent] = []
        self.mailbox = FaultyMailbox(username=USER, password=PASSWORD, folders={name: [] for name in FOLDERS})
        self.postoffice = RecordingPostOffice(USER, PASSWORD)
        if keeps_copies:
            self.mailbox.folders[SENT] = []
            self.postoffice.file = self._file
        self._to_put_back = False
        self.database = ""
        self._open = ExitStack()
        self._services: list[DrivenProcess] = []

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
        """Mails come into the mailbox, those of a folder all at once."""
        by_folder: dict[str, list[tuple[bytes, datetime]]] = {}
        for mail in mails:
            self.mails.append(mail)
            by_folder.setdefault(mail.folder, []).append((mail.raw, mail.at))
        for folder, come in by_folder.items():
            self._arrive(folder, come)

    def _file(self, raw: bytes) -> None:
        self._arrive(SENT, [(raw, self.now)])

    def _arrive(self, folder: str, come: Iterable[tuple[bytes, datetime]]) -> None:
        held = self.mailbox.folders[folder]
        next_uid = held[-1].uid + 1 if held else 1
        held.extend([Stored(next_uid + place, raw, at) for place, (raw, at) in enumerate(come)])

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

    def living(self) -> list[DrivenProcess]:
        """The services that run; those that ended by themselves are taken off."""
        for process in list(self._services):
            if process.poll() is None:
                continue
            self._services.remove(process)
            if process.returncode == -signal.SIGKILL:
                self.counts.kills["named point"] += 1
                self.excuse()
            elif process.returncode == 70:
                self.hangs.append(f"the service found itself hanging: {self._last_words()}")
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
                    self.hangs.append(f"the service stopped with {code}: {self._last_words()}")
        self.living()

    def _last_words(self) -> str:
        """What the service said last, without the places of its threads."""
        lines = self.log.read_text("utf-8", "replace").splitlines()
        return " | ".join([line for line in lines if LOGGED.match(line)][-6:])

    def excuse(self, since: float | None = None) -> None:
        """From `since` to now the service could not know what became of a letter."""
        now = time.monotonic()
        self.windows.append((now - 1.0 if since is None else since, now))

    def passes(self, *commands: tuple[datetime, list[str]]) -> None:
        """Single commands one after another, each at its instant, which must come to an end."""
        process = self._driven([(at.isoformat(), words) for at, words in commands], ())
        try:
            process.wait(self.passes_within)
        except subprocess.TimeoutExpired:
            self.hangs.append(f"not through: {'; '.join(' '.join(words) for _, words in commands)}")
            kill(process.pid, "tree")
            process.wait()

    def back_up(self) -> bool:
        """Takes a backup beside the running service; False where an outage keeps it from that."""
        return self._asked("backup", (DONE, NEEDS_PERSON))

    def put_back(self) -> None:
        """Stops the services and puts the backup in the place of the store; later where an outage forbids."""
        self.stop()
        self._to_put_back = not self._asked("restore", (DONE,), "--replace")

    def _asked(self, command: str, well: tuple[int, ...], *words: str) -> bool:
        """Runs a command on the backup; True where it ended well, False in an outage."""
        process = self._driven([("", [command, str(self.folder / "backup"), *words])], ())
        try:
            code = process.wait(self.passes_within)
        except subprocess.TimeoutExpired:
            self.hangs.append(f"{command} is not through")
            kill(process.pid, "tree")
            process.wait()
            return False
        if code not in (*well, UNREACHABLE):
            self.hangs.append(f"{command} ended with {code}")
        return code in well

    def calm(self) -> None:
        """Nothing goes wrong any more; a person does what the service asks for; all comes to rest."""
        self.mailbox.faults = Faults()
        self.postoffice.forget_plans()
        self.state.write_text("", "utf-8")
        if self._to_put_back:
            self.put_back()
            if self._to_put_back:
                self.hangs.append("restore never comes to an end")
                return
        times = [self.now + hours * HOUR for hours in (6, 8, 10)]
        if self.counts.faults["archive"]:
            # What `doctor --archive` tells a person to do.
            self.passes((times[0] - HOUR, ["replay", "--all"]))
        self.passes(*((at, ["once"]) for at in times))
        if self.hangs:
            return
        now = times[2]
        # What was refused before a restore is held once more when it is released: he is asked again.
        for _ in range(2):
            if waiting := self._not_gone():
                self.counts.person += len(waiting)
                release = [(now, ["letters", "release", row]) for row in waiting]
                self.passes(*release, *((now + n * HOUR, ["once"]) for n in (1, 3)))
            now += 3 * HOUR
        self.now = now

    def _not_gone(self) -> list[str]:
        """The letters that a person releases: they wait for one, and by what units received are not gone.

        After a restore such a letter may have gone out under a Message-ID that the store does not know.
        """
        there = {item.message_id: item for item in self.postoffice.letters(())}
        rows = self.office.export("letters")
        known = {row["message_id"] for row in rows}
        gone = Counter((item.to, item.text) for name, item in there.items() if name not in known)
        found = []
        for row in rows:
            if row["state"] not in ("held", "dead") or row["message_id"] in there:
                continue
            if self.counts.faults["restore"] and gone[letter := self._says(row)]:
                gone[letter] -= 1
            else:
                found.append(str(row["id"]))
        return found

    def _says(self, row: dict[str, Any]) -> tuple[str, str]:
        ((raw,),) = self.office.query(f"SELECT raw FROM letter WHERE id = {row['id']}")
        return row["to"], plain(words(message_from_bytes(bytes(raw), policy=policy.default)) if raw else "")

    def evidence(self) -> Evidence:
        """What stands now."""
        said = self.log.read_text("utf-8", "replace") if self.log.exists() else ""
        found = gathered(self.office, self.postoffice, self.mails, self.windows, said)
        found.hangs = list(self.hangs)
        return found

    def _driven(self, commands: list[tuple[str, list[str]]], points: Iterable[Point]) -> DrivenProcess:
        orders = self.folder / "orders.json"
        Orders(
            str(self.office.config), str(self.clock), str(self.state), commands, list(points), self.planted
        ).write(orders)
        # Two services may read their orders at the same time.
        mine = orders.rename(self.folder / f"orders-{time.monotonic_ns()}.json")
        self.log.touch()
        return nursery.start(mine, self.log)

    def _end_all(self) -> None:
        for process in self._services:
            if process.poll() is None:
                kill(process.pid, "tree")
            process.wait()
