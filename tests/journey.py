"""An installation of the service in a folder of its own, driven by its commands alone."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, ClassVar, Protocol
from unittest.mock import patch

import sqlalchemy as sa

from intake.cli.app import main
from intake.cli.shared import out as table_console
from intake.clock import FREEZE
from intake.demo.postoffice import EmbeddedPostOffice
from store.database import engine as store_engine

DONE, NEEDS_PERSON, BAD_USAGE, UNREACHABLE = 0, 1, 2, 3
STAFF = "staff@example.org"
Rows = list[dict[str, Any]]

table_console.width = 400  # no name in a table is folded


class Server(Protocol):
    """Where a server listens, and for whom."""

    host: str
    port: int
    username: str
    password: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended and what it said."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """Everything that an operator saw."""
        return self.out.decode() + self.err


Beside = Callable[["Office", Sequence[object]], AbstractContextManager[object]]


def nobody_beside(office: Office, arguments: Sequence[object]) -> AbstractContextManager[object]:
    """What the embedded engine needs."""
    return nullcontext()


class Office:
    """A configuration with its archive and database; `change` writes other values into it.

    `beside` is entered around each command, with its words: who works for it meanwhile.
    """

    beside: ClassVar[Beside] = nobody_beside

    def __init__(
        self,
        folder: Path,
        mailbox: Server,
        postoffice: EmbeddedPostOffice,
        database: str = "sqlite:///shouwen.db",
        /,
        **changes: Mapping[str, object],
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.config = folder / "config.toml"
        self.postoffice = postoffice
        (folder / "password").write_text(mailbox.password)
        self.tables: dict[str, dict[str, object]] = {
            "mailbox": _server(mailbox),
            "smtp": {**_server(postoffice), "pause_seconds": 0},
            "store": {"database": database, "archive": "archive"},
            "digest": {"to": [STAFF]},
            # Most journeys are about other things than what a scan shows; `scans={"look": "auto"}` looks.
            "scans": {"look": "off"},
        }
        self.change(**changes)

    def change(self, **tables: Mapping[str, object]) -> None:
        """Writes the configuration anew with these values."""
        for name, values in tables.items():
            self.tables.setdefault(name, {}).update(values)
        self._password_apart()
        self.config.write_text(
            "".join(
                f"[{name}]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in values.items())
                for name, values in self.tables.items()
            ),
            encoding="utf-8",
        )

    @property
    def by_workers(self) -> bool:
        """True where workers read and look."""
        return "engine" in self.tables

    def _password_apart(self) -> None:
        """No configuration holds a password, that of a server which the tests were given neither."""
        store = self.tables["store"]
        url = sa.make_url(str(store["database"])) if ":" in str(store["database"]) else None
        if url is not None and url.password is not None:
            (self.folder / "database-password").write_text(str(url.password))
            bare = url._replace(password=None).render_as_string(hide_password=False)
            store.update(database=bare, password={"file": "database-password"})

    # Commands --------------------------------------------------------------------------

    def shouwen(self, *arguments: object, now: datetime | None = None) -> Outcome:
        """Runs the command in this process, at the instant `now`."""
        if arguments[:1] in (("once",), ("ingest",)):
            self._spare_migrations()
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in "12")
        words = ["shouwen", "--config", str(self.config), *map(str, arguments)]
        with (
            _signals_kept(),
            _umask_kept(),
            patch.dict(os.environ, _at(now)),
            patch.multiple(sys, argv=words, stdout=out, stderr=err),
            Office.beside(self, arguments),
        ):
            try:
                main()
                code = 0
            except SystemExit as ended:
                code = ended.code if isinstance(ended.code, int) else 0
        said, complained = (stream.buffer.getvalue() for stream in (out, err))
        return Outcome(code, said, complained.decode())

    def _spare_migrations(self) -> None:
        """What a first pass would make anew in every test: an SQLite database with its tables and no row."""
        kind, _, name = str(self.tables["store"]["database"]).partition(":///")
        place = self.folder / name
        if kind == "sqlite" and name and place.parent.is_dir() and not place.exists():
            place.touch(0o600)
            place.write_bytes(empty_database())

    def once(self, now: datetime | None = None, code: int = DONE) -> Outcome:
        """One pass, which must end with this exit code."""
        outcome = self.shouwen("once", now=now)
        assert outcome.code == code, outcome.text
        return outcome

    def start(self, *arguments: object, now: datetime | None = None) -> subprocess.Popen[bytes]:
        """Starts the command as a process of its own."""
        program = Path(sysconfig.get_path("scripts")) / "shouwen"
        return subprocess.Popen(
            [program, *map(str, arguments)],
            env={**os.environ, **_at(now), "SHOUWEN_CONFIG": str(self.config)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def completed(self, *arguments: object, now: datetime | None = None) -> Outcome:
        """Runs the command as a process of its own and waits for it."""
        process = self.start(*arguments, now=now)
        said, _ = process.communicate(timeout=600)
        return Outcome(process.returncode, said, "")

    # What came of it ---------------------------------------------------------------------

    def export(self, what: str) -> Rows:
        """The export as JSON."""
        outcome = self.shouwen("export", what, "--format", "json")
        assert outcome.code == DONE, outcome.text
        return list(json.loads(outcome.out))

    def nominations(self) -> dict[str, dict[str, Any]]:
        """The exported nominations by nominee; each name must stand in the ledger once."""
        rows = [row for row in self.export("nominations") if row["state"] != "superseded"]
        found = {row["nominee"]: row for row in rows}
        assert len(found) == len(rows), [row["nominee"] for row in rows]
        return found

    def states(self) -> dict[str, str]:
        """The state of each nominee."""
        return {name: row["state"] for name, row in self.nominations().items()}

    def codes(self, nominee: str) -> set[str]:
        """The findings on a nominee that are more than notes."""
        found = self.nominations()[nominee]["findings"]
        return {finding["code"] for finding in found if finding["severity"] != "note"}

    def archived(self) -> dict[str, bytes]:
        """The archived messages by their content hash."""
        files = [path for path in (self.folder / "archive" / "messages").rglob("*") if path.is_file()]
        return {f"sha256:{path.name}": path.read_bytes() for path in files}

    def sent(self) -> list[EmailMessage]:
        """The letters that the mail server has taken."""
        return list(map(parsed, self.postoffice.received))

    def query(self, statement: str) -> list[Any]:
        """What stands in the database."""
        with self.engine() as engine, store_engine.viewing(engine) as cn:
            return list(cn.execute(sa.text(statement)))

    @contextmanager
    def engine(self) -> Iterator[sa.Engine]:
        """The database itself."""
        url = sa.make_url(str(self.tables["store"]["database"]))
        if url.get_backend_name() == "sqlite" and url.database:
            url = url.set(database=str(self.folder / url.database))
        if "password" in self.tables["store"]:
            url = url.set(password=(self.folder / "database-password").read_text())
        engine = store_engine.connect(url.render_as_string(hide_password=False))
        try:
            yield engine
        finally:
            engine.dispose()

    def has_begun(self) -> bool:
        """True once a command has made the database."""
        with self.engine() as engine:
            return store_engine.is_there(engine)

    def is_whole(self) -> bool:
        """False where the file of an SQLite database is damaged."""
        with self.engine() as engine:
            if engine.dialect.name != "sqlite":
                return True
        return str(self.query("PRAGMA integrity_check")[0][0]) == "ok"

    def table(self, what: str) -> Rows:
        """The export as CSV."""
        outcome = self.shouwen("export", what, "--format", "csv")
        return list(csv.DictReader(io.StringIO(outcome.out.decode(), newline="")))


@cache
def empty_database() -> bytes:
    """An SQLite database at the newest migration; `tests/integration/test_upgrade.py` is about that."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "empty.db"
        engine = store_engine.connect(f"sqlite:///{place}")
        store_engine.migrate(engine)
        store_engine.compact(engine)
        engine.dispose()
        return place.read_bytes()


def parsed(letter: Any) -> EmailMessage:
    """A letter that the mail server took, as a mail reader sees it; the next to ask is given the same one."""
    return _parsed(letter.raw, letter.rcpt_tos)


@lru_cache(256)
def _parsed(raw: bytes, recipients: tuple[str, ...]) -> EmailMessage:
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert recipients == (mail["To"].addresses[0].addr_spec,)
    return mail


def words(mail: EmailMessage) -> str:
    """What the letter says, in plain text."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def _server(server: Server) -> dict[str, object]:
    return {
        "host": server.host,
        "port": server.port,
        "security": "plain",
        "username": server.username,
        "password": {"file": "password"},
        "timeout_seconds": 5,
    }


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(inner)}" for key, inner in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def _at(now: datetime | None) -> dict[str, str]:
    return {FREEZE: now.isoformat() if now else ""}


@contextmanager
def _umask_kept() -> Iterator[None]:
    """The command writes for its own account alone; servers of the tests run under others."""
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Commands take over SIGTERM and SIGINT; the test process wants them back."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


def title(mail: EmailMessage) -> str:
    """The title of a letter, which stands above its number; an answer's subject is the sender's own."""
    return re.sub(r"\s", "", words(mail)).partition("信函编号")[0]
