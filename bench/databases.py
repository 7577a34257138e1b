"""The databases that the service is measured on; each run gets a fresh one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from tests.servers.postgres import Postgres, find_programs, running_postgres

POSTGRES_VARIABLE = "SHOUWEN_TEST_POSTGRES"
ABSENT = f"no Postgres here: install the package postgresql, or set {POSTGRES_VARIABLE} to a URL"


@dataclass(frozen=True, slots=True)
class Database:
    """One kind: `fresh` makes an empty database (for a run in that folder) and returns its URL."""

    name: str
    fresh: Callable[[Path], str]


@contextmanager
def databases() -> Iterator[tuple[list[Database], list[str]]]:
    """What this machine has, and remarks that belong under its figures."""
    found = [Database("SQLite", lambda folder: f"sqlite:///{folder / 'shouwen.db'}")]
    with ExitStack() as stack:
        server = _postgres(stack)
        if server is None:
            yield found, [ABSENT]
            return

        def fresh(_folder: Path) -> str:
            url = server.create_database()
            stack.callback(server.drop_database, url)
            return url

        yield [*found, Database("Postgres", fresh)], [_remark(server)]


def _postgres(stack: ExitStack) -> Postgres | None:
    """The server that the environment names, else one of our own where its programs are here."""
    if given := os.environ.get(POSTGRES_VARIABLE):
        return Postgres(make_url(given))
    programs = find_programs()
    return stack.enter_context(running_postgres(programs)) if programs else None


def _remark(server: Postgres) -> str:
    plain = server.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection:
        row = connection.execute("SELECT version(), current_setting('fsync')").fetchone()
    version, fsync = row or ("Postgres", "unknown")
    product = " ".join(version.split()[:2])
    return f"{product} with fsync {fsync}; SQLite with WAL and synchronous=FULL"
