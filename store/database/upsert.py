"""Writing a row that another process may be writing at this very moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection


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
