"""What the tables are made of: instants, keys, references, and columns that hold one of a few words."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware datetime, stored as UTC (SQLite keeps no offset) and given back as UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses a naive datetime: nobody could say later which hour was meant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Returns the instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


MOST_KEPT, LONGEST_KEPT = 1024, 20_000
"""Texts of JSON columns that are kept decoded, and their characters: what mails and forms of a unit say."""


def decoded(text: str | bytes) -> Any:
    """What stands in a JSON column; the same text may give the very same object, which nobody changes.

    Mails and forms of a unit are asked for with each of its mails: what did not change is not decoded anew.
    """
    return _decoded(text) if len(text) <= LONGEST_KEPT else json.loads(text)


@lru_cache(maxsize=MOST_KEPT)
def _decoded(text: str | bytes) -> Any:
    return json.loads(text)


def one_of(column: str, values: type[StrEnum] | tuple[str, ...]) -> sa.CheckConstraint:
    """The promise that a column holds one of these words."""
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def key() -> sa.Column[int]:
    """The number that a row bears."""
    return sa.Column("id", sa.Integer, primary_key=True)


def to(table: str, **options: Any) -> sa.Column[int]:
    """A reference to a row of another table; `options` are those of a column, `name` its own name."""
    name = options.pop("name", f"{table}_id")
    return sa.Column(name, sa.Integer, sa.ForeignKey(f"{table}.id"), **options)
