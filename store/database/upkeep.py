"""Giving back what the database no longer holds, so that erased words are in none of its files."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from store.database.engine import StoreDown


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
