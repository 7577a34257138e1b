"""The tables of procrastinate, which shares work out to workers: in a schema of their own beside ours.

What procrastinate ships is run as it is: its whole schema in a new database, later the files by which a newer
version changes it, each once (https://procrastinate.readthedocs.io, "Migrations").
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError

from store.database.engine import JOBS_SCHEMA, StoreDown, schema_of, viewing

LOCK = 20261130
"""Postgres advisory lock: two that start together must not both make the tables."""

_DONE = sa.Table("migration", sa.MetaData(), sa.Column("name", sa.Text), schema=JOBS_SCHEMA)


@dataclass(frozen=True, slots=True)
class JobTables:
    """The version of procrastinate that is installed, and what its tables in the database lack."""

    installed: str
    is_there: bool
    missing: tuple[str, ...]

    @property
    def is_current(self) -> bool:
        """True where nothing is to be run."""
        return self.is_there and not self.missing


def state(engine: Engine) -> JobTables:
    """How the tables stand; raises `StoreDown`."""
    with viewing(engine) as cn:
        done = _done(cn)
    missing = tuple(name for name in _shipped() if name not in done) if done else ()
    return JobTables(version("procrastinate"), bool(done), missing)


def migrate(engine: Engine) -> bool:
    """Makes the tables, or brings them to the installed version; returns whether anything had to be done.

    The account must be allowed to create a schema in the database.  Raises `StoreDown`.
    """
    if state(engine).is_current:
        return False
    try:
        with engine.begin() as cn:
            cn.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
            _bring_up(cn)
    except OperationalError as fault:
        raise StoreDown(" ".join(str(fault.orig).split())) from fault
    return True


def jobs_schema(engine: Engine) -> str:
    """The schema that holds its tables, types and functions, and the list of what was run."""
    own = schema_of(engine)
    return f"{JOBS_SCHEMA}_{own}" if own else JOBS_SCHEMA


def on_path(cn: Connection) -> None:
    """Lets statements find the tables until the transaction ends: its functions name no schema."""
    found = sa.func.concat(f"{jobs_schema(cn.engine)}, ", sa.func.current_setting("search_path"))
    cn.execute(sa.select(sa.func.set_config("search_path", found, True)))


def _bring_up(cn: Connection) -> None:
    done, schema = _done(cn), jobs_schema(cn.engine)
    if not done:
        cn.exec_driver_sql(f"CREATE SCHEMA {schema}")
        cn.exec_driver_sql(
            f"CREATE TABLE {schema}.migration (name text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())"
        )
    # Its objects go where the path leads first; nothing of ours is seen by its statements.
    before = cn.execute(sa.select(sa.func.current_setting("search_path"))).scalar_one()
    cn.execute(sa.select(sa.func.set_config("search_path", schema, True)))
    for name, path in _shipped().items():
        if done and name not in done:
            _run(cn, path)
    if not done:
        _run(cn, _folder() / "schema.sql")
    cn.execute(sa.select(sa.func.set_config("search_path", before, True)))
    # None where another process was faster.
    if fresh := [{"name": name} for name in _shipped() if name not in done]:
        cn.execute(sa.insert(_DONE), fresh)


def _run(cn: Connection, path: Path) -> None:
    # By the driver itself: a file of many statements can have no parameters.
    cn.connection.cursor().execute(path.read_text("utf-8"))


def _done(cn: Connection) -> frozenset[str]:
    """What was run; nothing where the tables are not there."""
    if not sa.inspect(cn).has_table(_DONE.name, jobs_schema(cn.engine)):
        return frozenset()
    return frozenset(cn.execute(sa.select(_DONE.c.name)).scalars())


def _shipped() -> dict[str, Path]:
    """The files by which its versions change the tables, in their order."""
    return {path.name: path for path in sorted((_folder() / "migrations").glob("*.sql"))}


def _folder() -> Path:
    import procrastinate.sql

    return Path(procrastinate.sql.__path__[0])
