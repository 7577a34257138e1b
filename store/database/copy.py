"""A copy of the database to try things on: what is done to it is gone afterwards, and nobody waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError

from store.database.engine import StoreDown, connect, migrate
from store.database.schema import metadata

AT_ONCE = 200
"""Rows held in memory while they are copied; a reading or a letter may have a megabyte."""


@contextmanager
def copied(engine: Engine) -> Iterator[tuple[Engine, Path]]:
    """A copy of the whole database in a private folder, with that folder; both are gone at the end.

    The copy is SQLite whatever the original is.  The original is only read, at one instant,
    and without a lock that the running service would have to wait for.  Raises `StoreDown`
    where it cannot be read.
    """
    # The folder is the owner's alone (mode 0700): the copy holds personal data.
    with TemporaryDirectory(prefix="shouwen-rehearsal-") as name:
        folder = Path(name)
        copy = connect(f"sqlite:///{folder / 'copy.db'}")
        # Nothing has to outlive a power cut here.
        sa.event.listen(copy, "connect", _without_syncing)
        try:
            migrate(copy)
            fill(copy, engine)
            yield copy, folder
        finally:
            copy.dispose()


def _without_syncing(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def fill(target: Engine, original: Engine) -> None:
    """Makes a migrated database hold what another does, in one transaction; raises `StoreDown`."""
    options: dict[str, Any] = {"readonly": True}
    if original.dialect.name == "postgresql":
        # Else each statement would see what was committed meanwhile, and references would break.
        options["isolation_level"] = "REPEATABLE READ"
    try:
        with (
            original.connect().execution_options(**options) as source,
            source.begin(),
            target.begin() as cn,
        ):
            _empty(cn)
            for table in metadata.sorted_tables:
                _copy_rows(source, cn, table)
            if cn.dialect.name == "postgresql":
                _go_on_counting(cn)
    except OperationalError as fault:
        raise StoreDown(" ".join(str(fault.orig).split())) from fault


def _empty(cn: Connection) -> None:
    """Takes out all rows: migrations fill some tables with their first ones."""
    if cn.dialect.name == "postgresql":
        # Triggers refuse to take events away; they are back before anybody else sees the table.
        cn.exec_driver_sql("ALTER TABLE event DISABLE TRIGGER USER")
        cn.exec_driver_sql(f"TRUNCATE {', '.join(table.name for table in metadata.sorted_tables)}")
        cn.exec_driver_sql("ALTER TABLE event ENABLE TRIGGER USER")
        return
    cn.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    for table in reversed(metadata.sorted_tables):
        cn.execute(sa.delete(table))


def _copy_rows(source: Connection, target: Connection, table: sa.Table) -> None:
    rows = source.execute(sa.select(table).execution_options(yield_per=AT_ONCE))
    for part in rows.partitions():
        target.execute(sa.insert(table), [dict(row._mapping) for row in part])


def _go_on_counting(cn: Connection) -> None:
    """Lets the numbers of new rows go on after those that were copied."""
    for table in metadata.sorted_tables:
        if isinstance(table.c.get("id"), sa.Column) and isinstance(table.c.id.type, sa.Integer):
            top = sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0) + 1).scalar_subquery()
            serial = sa.func.pg_get_serial_sequence(table.name, "id")
            cn.execute(sa.select(sa.func.setval(serial, top, False)))
