"""Opening the database: SQLite with WAL and immediate transactions, or Postgres; migrations.

Which campaign a database serves: one, for good.

Writing a row that another process may be writing at this very moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from store.database.schema import campaign

BUSY_SECONDS = 30
"""How long a SQLite writer waits for another; one stage's transaction takes far less."""


_READ_ONLY = "25006"
"""Postgres' SQLSTATE of a write where none may be: a standby, or an operator who wants quiet."""


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


def connect(url: str) -> Engine:
    """An engine for `sqlite:///…` or `postgresql+psycopg://…`; connects only when used."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(parsed, connect_args={"timeout": BUSY_SECONDS})
        sa.event.listen(engine, "connect", _set_up_sqlite)
        sa.event.listen(engine, "begin", _begin_immediate)
        return engine
    return sa.create_engine(parsed, pool_pre_ping=True, connect_args={"connect_timeout": 10})


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # The driver must not open transactions by itself: it would start them as
    # readers, and two readers that both want to write deadlock until the time-out.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    readonly = connection.get_execution_options().get("readonly", False)
    connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")


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
    return isinstance(fault, OperationalError) or getattr(fault.orig, "sqlstate", None) == _READ_ONLY


def _one_line(fault: DBAPIError) -> str:
    return " ".join(str(fault.orig).split())


def _alembic(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["engine"] = engine
    return config


def migration_state(engine: Engine) -> MigrationState:
    """Which revision the database is at; raises `StoreDown` when it cannot be asked."""
    head = ScriptDirectory.from_config(_alembic(engine)).get_current_head()
    if head is None:
        raise LookupError("no migration was shipped with this installation")
    with viewing(engine) as connection:
        return MigrationState(MigrationContext.configure(connection).get_current_revision(), head)


def migrate(engine: Engine) -> bool:
    """Brings the schema to the newest revision; returns whether anything had to be done."""
    if migration_state(engine).is_current:
        return False
    try:
        command.upgrade(_alembic(engine), "head")
    except OperationalError as fault:
        raise StoreDown(_one_line(fault)) from fault
    return True


def claim(cn: Connection, name: str, at: datetime) -> str:
    """The campaign that the database serves; the first to ask has it."""
    owner: str | None = cn.execute(sa.select(campaign.c.id)).scalar_one_or_none()
    if owner is None:
        cn.execute(sa.insert(campaign).values(id=name, since=at))
        return name
    return owner


def insert_new(cn: Connection, table: sa.Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Inserts a row unless one with that unique key is there; True when it was inserted.

    On Postgres it waits for another's transaction that inserts the same to end, so
    that afterwards the row can be read, whoever wrote it.  It looks first, since a
    refused insert would use up a number of the series all the same.
    """
    if cn.execute(sa.select(sa.literal(1)).select_from(table).where(*_is(table, key))).first():
        return False
    dialect = postgresql if cn.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values({**key, **values}).on_conflict_do_nothing()
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
