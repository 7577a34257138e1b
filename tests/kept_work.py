"""What every command of a test process would do again with the same outcome, done once.

A command is a process of its own for an operator; for tests it is one of thousands in the same process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Dialect, Engine

from intake.config import campaign_file
from intake.config.faults import Fault
from store.database import columns
from store.database import engine as store_engine


@contextmanager
def work_kept() -> Iterator[None]:
    """Campaign files, and statements as the database takes them, are kept for the next command."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(campaign_file, "_campaign", _by_content(campaign_file._campaign))
        patch.setattr(campaign_file, "_units", _tables_kept(campaign_file._units))
        patch.setattr(store_engine, "connect", _statements_kept(store_engine.connect))
        patch.setattr(columns, "_decoded", _unchangeable(columns._decoded))
        for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
            patch.setattr(dialect, "__eq__", _is_same)
            patch.setattr(dialect, "__hash__", lambda one: hash(type(one)))
        yield


def _refused(self: object, *given: object, **named: object) -> None:
    raise AssertionError("what a JSON column gave is kept for others, and must not be changed")


class _List(list[Any]):
    """A list that nobody may change."""


class _Dict(dict[str, Any]):
    """A mapping that nobody may change."""


for _kind, _names in (
    (_List, "append clear extend insert pop remove reverse sort __setitem__ __delitem__ __iadd__ __imul__"),
    (_Dict, "clear pop popitem setdefault update __setitem__ __delitem__ __ior__"),
):
    for _name in _names.split():
        setattr(_kind, _name, _refused)


def _unchangeable(decode: Callable[[str | bytes], Any]) -> Callable[[str | bytes], Any]:
    """What columns keep decoded is one object for all who ask: whoever changes it changes it for others."""
    return lru_cache(maxsize=columns.MOST_KEPT)(lambda text: _shut(decode(text)))


def _shut(value: Any) -> Any:
    if isinstance(value, dict):
        return _Dict({name: _shut(item) for name, item in value.items()})
    return _List(map(_shut, value)) if isinstance(value, list) else value


def _by_content(read: Callable[[Path], Any]) -> Callable[[Path], Any]:
    kept: dict[tuple[Path, bytes], Any] = {}

    def reading(path: Path) -> Any:
        if not path.is_file():
            return read(path)
        key = path, path.read_bytes()
        if key not in kept:
            kept[key] = read(path)
        return kept[key]

    return reading


def _tables_kept(read: Callable[[Path, Any, list[Fault]], list[Any]]) -> Any:
    """Tables without faults; which campaign they were read for is part of what they are."""
    kept: dict[tuple[Path, bytes, str], list[Any]] = {}

    def reading(path: Path, campaign: Any, faults: list[Fault]) -> list[Any]:
        if faults or not path.is_file():
            return read(path, campaign, faults)
        key = path, path.read_bytes(), repr(campaign.quotas)
        if key in kept:
            return [*kept[key]]
        rows = read(path, campaign, faults)
        if not faults:
            kept[key] = [*rows]
        return rows

    return reading


def _statements_kept(connect: Callable[..., Engine]) -> Callable[..., Engine]:
    """To write a statement in the database's language takes longer than what most of them do."""
    kept: dict[Any, Any] = {}

    def connecting(*given: Any, **named: Any) -> Engine:
        engine = connect(*given, **named)
        engine.update_execution_options(compiled_cache=kept)
        return engine

    return connecting


def _is_same(one: Dialect, other: object) -> bool:
    """True where both speak to databases of one kind and version, and so take the same statements."""
    return type(one) is type(other) and _version(one) == _version(other)


def _version(dialect: object) -> tuple[Any, ...]:
    return (
        getattr(dialect, "server_version_info", None),
        getattr(dialect, "default_schema_name", None),
        getattr(dialect, "paramstyle", None),
    )
