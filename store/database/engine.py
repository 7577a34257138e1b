"""Opening the database: SQLite with WAL and immediate transactions, or Postgres; migrations.

Which campaign a database serves: one, for good.

Writing a row that another process may be writing at this very moment.
"""

from __future__ import annotations

import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from store.database.columns import decoded
from store.database.schema import campaign

# Alembic is loaded where the schema is changed: every command asks for its revision, hardly one changes it.
if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
_REVISION = sa.table("alembic_version", sa.column("version_num", sa.Text))
BUSY_SECONDS = 30
"""How long a SQLite writer waits for another; one stage's transaction takes far less."""

BUSY_STEP = 1.0
"""Seconds between two looks of such a writer at whether the process is to stop: then it waits no more."""

LOCK_SECONDS = 60
"""How long a statement on Postgres waits for a lock of another session."""

POSTGRES: Mapping[str, int] = {
    "connect_timeout": 10,
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""How long a connection waits for a server that says nothing more (seconds; the last in milliseconds):
without these a host that vanished holds a pass for two hours
(https://www.postgresql.org/docs/current/libpq-connect.html)."""

JOBS_SCHEMA = "procrastinate"
"""The schema of the jobs that are handed out to workers; beside a campaign's own schema, one of its own."""

_READ_ONLY = "25006"
"""Postgres' SQLSTATE of a write where none may be: a standby, or an operator who wants quiet."""


_TOO_LARGE = "54"
"""Postgres' class of SQLSTATE for what exceeds a limit of the program."""


class StoreDown(Exception):
    """The database cannot be reached, written or locked: an outage, tried again later."""


@dataclass(frozen=True, slots=True)
class MigrationState:
    """The schema's revision in the database (None: no tables yet) and the newest one shipped."""

    current: str | None
    head: str

    @property
    def is_current(self) -> bool:
        """True when nothing has to be migrated."""
        return self.current == self.head


def connect(url: str, stop: threading.Event | None = None) -> Engine:
    """An engine for `sqlite:///…` or `postgresql+psycopg://…`; connects only when used.

    Its faults tell no values: names and words of mails would stand in the log.
    Once `stop` is set no transaction waits long for another program's lock, so that the process can end.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        timeout = {"timeout": BUSY_SECONDS}
        engine = sa.create_engine(
            parsed, connect_args=timeout, hide_parameters=True, json_deserializer=decoded
        )
        sa.event.listen(engine, "do_connect", _make_folder)
        sa.event.listen(engine, "connect", _set_up_sqlite)
        sa.event.listen(engine, "begin", _beginning(stop or threading.Event()))
        return engine
    engine = sa.create_engine(
        parsed,
        pool_pre_ping=True,
        connect_args=dict(POSTGRES),
        hide_parameters=True,
        json_deserializer=decoded,
    )
    if own := schema_of(engine):
        engine.update_execution_options(schema_translate_map={JOBS_SCHEMA: f"{JOBS_SCHEMA}_{own}"})
    sa.event.listen(engine, "connect", _set_up_postgres)
    return engine


def _make_folder(_dialect: object, _record: object, arguments: Any, _options: object) -> None:
    if arguments and arguments[0]:
        Path(arguments[0]).parent.mkdir(parents=True, exist_ok=True)


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # The driver must not open transactions by itself: it would start them as
    # readers, and two readers that both want to write deadlock until the time-out.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _set_up_postgres(connection: Any, _record: object) -> None:
    connection.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
    connection.commit()


def _beginning(stop: threading.Event) -> Callable[[Connection], None]:
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("readonly", False):
            _wait_up_to(connection, BUSY_SECONDS)
            connection.exec_driver_sql("BEGIN")
            return
        _wait_up_to(connection, BUSY_STEP)
        until = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            except OperationalError as fault:
                if not _is_busy(fault) or stop.is_set() or time.monotonic() > until:
                    raise
            else:
                return

    return begin


def _wait_up_to(connection: Connection, seconds: float) -> None:
    """How long its statements wait for another's lock; said once, and kept by the connection."""
    if connection.info.get("busy") != seconds:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {seconds * 1000:.0f}")
        connection.info["busy"] = seconds


def _is_busy(fault: OperationalError) -> bool:
    """True where another holds the lock; extended codes have theirs in the lowest byte."""
    return getattr(fault.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction; commits at the end, rolls back on an exception, `StoreDown` on an outage."""
    try:
        with engine.begin() as connection:
            yield connection
    except DBAPIError as fault:
        if not _is_outage(fault):
            raise
        # SQLite opens a file that it may not write for reading, and that connection stays so for good,
        # as a session of Postgres keeps its setting: the next one is made anew.
        engine.dispose()
        raise StoreDown(_one_line(fault)) from fault


@contextmanager
def rehearsing(engine: Engine) -> Iterator[Connection]:
    """A transaction in which everything may be done and nothing stays done; `StoreDown` on an outage.

    It waits for other writers as they wait for it: what is tried in it must be done in a moment.
    """
    try:
        with engine.connect() as connection, connection.begin() as tried:
            yield connection
            tried.rollback()
    except DBAPIError as fault:
        if not _is_outage(fault):
            raise
        engine.dispose()
        raise StoreDown(_one_line(fault)) from fault


@contextmanager
def viewing(engine: Engine) -> Iterator[Connection]:
    """A consistent view that never waits for writers."""
    try:
        with engine.connect().execution_options(readonly=True) as connection, connection.begin():
            yield connection
    except OperationalError as fault:
        raise StoreDown(_one_line(fault)) from fault


def _is_outage(fault: DBAPIError) -> bool:
    state = getattr(fault.orig, "sqlstate", None) or ""
    # A value that is too large for the database is so tomorrow as well: a fault of ours.
    return (isinstance(fault, OperationalError) and not state.startswith(_TOO_LARGE)) or state == _READ_ONLY


def _one_line(fault: DBAPIError) -> str:
    return " ".join(str(fault.orig).split())


def _alembic(engine: Engine) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = engine
    return config


def migration_state(engine: Engine) -> MigrationState:
    """Which revision the database is at; raises `StoreDown` when it cannot be asked."""
    # Migrations stand in one row, each file named by its revision.
    shipped = [path.stem.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")]
    if not shipped:
        raise LookupError("no migration was shipped with this installation")
    with viewing(engine) as cn:
        known = sa.inspect(cn).has_table(_REVISION.name)
        current = cn.execute(sa.select(_REVISION.c.version_num)).scalar_one_or_none() if known else None
    return MigrationState(current, max(shipped))


def is_there(engine: Engine) -> bool:
    """True where the database has its tables; asking makes no file."""
    url = engine.url
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return False
    return migration_state(engine).current is not None


def empty() -> Engine:
    """A database in memory with its tables and nothing in them, for readers where there is none yet."""
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    sa.event.listen(engine, "connect", _set_up_sqlite)
    return engine


def schema_of(engine: Engine) -> str:
    """The schema of Postgres in which the tables stand; "" is the user's own, or a file of SQLite."""
    found = re.search(r"-csearch_path=(\w+)", str(engine.url.query.get("options", "")))
    return found[1] if found else ""


def _make_schema(engine: Engine) -> None:
    """Makes the schema of the engine, where it has one of its own and it is not there."""
    name = schema_of(engine)
    if not name:
        return
    try:
        with writing(engine) as cn:
            if not sa.inspect(cn).has_schema(name):
                cn.execute(sa.schema.CreateSchema(name, if_not_exists=True))
    except ProgrammingError as fault:
        mend = f"its owner makes it with: CREATE SCHEMA {name} AUTHORIZATION {engine.url.username}"
        raise StoreDown(f"{_one_line(fault)}; {mend}") from fault


def migrate(engine: Engine) -> bool:
    """Brings the schema to the newest revision; returns whether anything had to be done."""
    if migration_state(engine).is_current:
        return False
    _make_schema(engine)
    from alembic import command

    try:
        command.upgrade(_alembic(engine), "head")
    except OperationalError as fault:
        raise StoreDown(_one_line(fault)) from fault
    return True


def claim(cn: Connection, name: str, at: datetime) -> str:
    """The campaign that the database serves; the first to ask has it."""
    asked = sa.select(campaign.c.id)
    owner: str | None = cn.execute(asked).scalar_one_or_none()
    if owner is None and cn.dialect.name == "postgresql":
        # A service and its workers start at the same time.
        cn.execute(sa.text("LOCK TABLE campaign IN EXCLUSIVE MODE"))
        owner = cn.execute(asked).scalar_one_or_none()
    if owner is None:
        cn.execute(sa.insert(campaign).values(id=name, since=at))
        return name
    return owner


def dialect_of(name: str) -> Any:
    """The module of SQLAlchemy with what that database alone has, such as `insert` over a row in its way."""
    return import_module(f"sqlalchemy.dialects.{name}")


def insert_new(cn: Connection, table: sa.Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Inserts a row unless one with that unique key is there; True when it was inserted.

    On Postgres it waits for another's transaction that inserts the same to end, so
    that afterwards the row can be read, whoever wrote it.  It looks first, since a
    refused insert would use up a number of the series all the same.
    """
    if cn.execute(sa.select(sa.literal(1)).select_from(table).where(*_is(table, key))).first():
        return False
    statement = dialect_of(cn.dialect.name).insert(table).values({**key, **values}).on_conflict_do_nothing()
    return bool(cn.execute(statement).rowcount)


def put_row(cn: Connection, table: sa.Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Updates the row with that key, or inserts it."""
    update = sa.update(table).where(*_is(table, key)).values(dict(values))
    if not cn.execute(update).rowcount and not insert_new(cn, table, key, values):
        cn.execute(update)


def _is(table: sa.Table, key: Mapping[str, Any]) -> list[sa.ColumnElement[bool]]:
    return [table.c[name] == value for name, value in key.items()]


def compact(engine: Engine) -> None:
    """Writes the database's files anew without what was deleted; waits for other writers.

    Raises `StoreDown` where others keep it from being done: what was erased is out of every table, and
    may still lie in the free space of the file until this is done again.
    """
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT", readonly=True) as connection:
            raw: Any = connection.connection.driver_connection
            if engine.dialect.name == "sqlite":
                for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                    raw.execute(statement).fetchall()
            else:
                connection.exec_driver_sql("VACUUM FULL")
    except OperationalError as fault:
        raise StoreDown(" ".join(str(fault.orig).split())) from fault
