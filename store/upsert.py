"""Writing a row that another process may be writing at this very moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection


def insert_new(cn: Connection, table: sa.Table, values: Mapping[str, Any]) -> bool:
    """Inserts a row unless one with its unique key is there; True when it was inserted.

    On Postgres it waits for the other's transaction to end, so that afterwards the
    row can be read, whoever wrote it.
    """
    dialect = postgresql if cn.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(dict(values)).on_conflict_do_nothing()
    return bool(cn.execute(statement).rowcount)


def put_row(cn: Connection, table: sa.Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Updates the row with that key, or inserts it."""
    where = sa.and_(*(table.c[name] == value for name, value in key.items()))
    update = sa.update(table).where(where).values(dict(values))
    if not cn.execute(update).rowcount and not insert_new(cn, table, {**key, **values}):
        cn.execute(update)
