"""The whole database as one file, taken while others write, and put back in one step or not at all.

The file is SQLite whatever the database is.  A SQLite database is copied by its own backup
interface (https://www.sqlite.org/backup.html), a Postgres one row by row at one instant.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError

from store.database.copy import fill
from store.database.engine import StoreDown, connect, migrate, migration_state, viewing, writing
from store.database.schema import event, letter, message

WAIT_SECONDS = 5.0
"""How long a restore waits for others to let go of the database."""

TELLING = (message, letter, event)
"""The tables that are empty in a database that nothing has happened to."""


def save(engine: Engine, target: Path) -> None:
    """Writes the database as of now into the new file `target`, verified; raises `StoreDown`."""
    target.touch(mode=0o600)
    if engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(target)) as copy, engine.connect() as cn:
            original = cn.connection.driver_connection
            if not isinstance(original, sqlite3.Connection):
                raise TypeError(type(original).__name__)
            try:
                original.backup(copy)
            except sqlite3.Error as failed:
                raise StoreDown(str(failed)) from failed
    else:
        copied = connect(f"sqlite:///{target}")
        try:
            migrate(copied)
            fill(copied, engine)
        finally:
            copied.dispose()
    _settle(target)
    if fault := unsound(target):
        raise StoreDown(fault)


def unsound(path: Path) -> str:
    """What is the matter with a database in a file, "" for nothing; the file is not changed."""
    try:
        with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as database:
            told = [row[0] for row in database.execute("PRAGMA integrity_check(3)")]
            if told != ["ok"]:
                return f"{path.name} is damaged: {'; '.join(map(str, told))}"
            if broken := database.execute("PRAGMA foreign_key_check").fetchone():
                return f"{path.name} is damaged: a row of {broken[0]} refers to one that is not there"
    except sqlite3.Error as fault:
        return f"{path.name} is damaged: {fault}"
    return ""


def is_empty(url: str) -> bool:
    """True where a database holds no mail, letter or event, or does not exist yet; raises `StoreDown`.

    One that cannot be understood is not empty.
    """
    path = _file_of(url)
    if path is not None and (not path.exists() or not path.stat().st_size):
        return True
    engine = connect(url)
    try:
        if migration_state(engine).current is None:
            return True
        with viewing(engine) as cn:
            return all(cn.execute(sa.select(t.c.id).limit(1)).first() is None for t in TELLING)
    except StoreDown:
        if path is None:
            raise
        return False
    except DBAPIError:
        return False
    finally:
        engine.dispose()


def load(backup: Path, url: str, prepare: Callable[[Connection], None]) -> Path | None:
    """Puts a saved database in place of what stands at `url`; there is the old one whole, or the new one.

    `prepare` writes into it before anybody sees it.  Returns where an old SQLite file was put aside,
    if there was one.  The caller sees to it that nobody else is at work.  Raises `StoreDown`.
    """
    target = _file_of(url)
    if target is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
        return _load_file(backup, target, prepare)
    with TemporaryDirectory(prefix="shouwen-restore-") as folder:
        copy = Path(folder) / "copy.db"
        _prepared(backup, copy, prepare)
        source, engine = connect(f"sqlite:///{copy}"), connect(url)
        try:
            migrate(engine)
            fill(engine, source)
        finally:
            source.dispose()
            engine.dispose()
    return None


def _load_file(backup: Path, target: Path, prepare: Callable[[Connection], None]) -> Path | None:
    new = target.with_name(f".{target.name}.restoring")
    try:
        # A restore that was killed may have left its log, which would be read into the next.
        _clear(new)
        _prepared(backup, new, prepare)
        aside = _put_aside(target) if target.exists() else None
        new.replace(target)
        _sync(target.parent)
        return aside
    finally:
        _clear(new)


def _clear(database: Path) -> None:
    for tail in ("", "-wal", "-shm"):
        database.with_name(database.name + tail).unlink(missing_ok=True)


def _put_aside(target: Path) -> Path:
    _take_in_log(target)
    aside = _free(target)
    # A second name for it: at no instant is there nothing at the place.
    os.link(target, aside)
    for tail in ("-wal", "-shm"):
        # Of a database that is damaged; beside the new one they would be read as its own.
        with suppress(FileNotFoundError):
            target.with_name(target.name + tail).rename(aside.with_name(aside.name + tail))
    return aside


def _take_in_log(target: Path) -> None:
    """Writes what stands in the log beside a database into it; one that is damaged stays as it is."""
    try:
        with closing(sqlite3.connect(target, timeout=WAIT_SECONDS)) as old:
            old.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as fault:
        raise StoreDown(f"{fault}; stop every other process that uses {target.name}") from fault
    except sqlite3.DatabaseError:
        return


def _free(target: Path) -> Path:
    names = (target.with_name(f"{target.name}.before-restore-{n}") for n in range(1, 10_000))
    return next(path for path in names if not path.exists())


def _prepared(backup: Path, copy: Path, prepare: Callable[[Connection], None]) -> None:
    shutil.copyfile(backup, copy)
    copy.chmod(0o600)
    engine = connect(f"sqlite:///{copy}")
    try:
        migrate(engine)
        with writing(engine) as cn:
            prepare(cn)
    finally:
        engine.dispose()
    _settle(copy)


def _settle(path: Path) -> None:
    """Makes a database one file, without a log beside it, and on the disk."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode=DELETE")
    _sync(path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _file_of(url: str) -> Path | None:
    parsed = make_url(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None
