"""One process at a time: a lease on the service, and one on each pass, that ends with its holder.

On Postgres an advisory lock of a session, on SQLite a lock on a file beside the database
(flock, freed by the kernel).  Neither outlives its process, however that ends; a host
that vanishes is noticed by Postgres within a minute (TCP keepalives).
"""

from __future__ import annotations

import fcntl
import os
import socket
import threading
import zlib
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from store.database.engine import StoreDown, schema_of

LeaseName = Literal["service", "pass"]

CLASS = 0x5348
"""The first half of our advisory locks' numbers ("SH")."""

_NUMBERS: dict[LeaseName, int] = {"service": 1, "pass": 2}

_KEEPALIVES = ("tcp_keepalives_idle = 30", "tcp_keepalives_interval = 10", "tcp_keepalives_count = 3")

_HOLDER = """
SELECT a.application_name, host(a.client_addr) AS host
FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.classid = :class AND l.objid = :number AND l.granted
AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def myself() -> str:
    """How this process is told to others that wait for it."""
    return f"shouwen on {socket.gethostname()}, process {os.getpid()}"[:63]


class Lease:
    """A lease of a database, by name; a context drops it at its end."""

    def __init__(self, engine: Engine, name: LeaseName) -> None:
        self._engine = engine
        self._name = name
        # Campaigns in one database, a schema each, have a lease each.
        self._number = _NUMBERS[name] + (zlib.crc32(schema_of(engine).encode()) & 0x7FFFFFF0)
        self._session: Connection | None = None
        self._file: int | None = None
        self._guard = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.drop()

    def keep(self) -> bool:
        """True when this process has the lease now, from before or newly; raises `StoreDown`, `OSError`."""
        with self._guard:
            if self._engine.dialect.name == "sqlite":
                return self._file is not None or self._lock_file()
            return self._is_alive() or self._lock_session()

    def holder(self) -> str:
        """Who has it, in a few words; "" when that cannot be told (any longer)."""
        if self._engine.dialect.name == "sqlite":
            path = self._path()
            with suppress(OSError):
                return path.read_text("utf-8") if path else ""
            return ""
        try:
            with self._engine.connect() as cn:
                row = cn.execute(sa.text(_HOLDER), {"class": CLASS, "number": self._number}).first()
        except DBAPIError:
            return ""
        return " ".join(filter(None, (row.application_name, row.host and f"({row.host})"))) if row else ""

    def drop(self) -> None:
        """Gives it up, where it is held."""
        with self._guard:
            file, self._file = self._file, None
            if file is not None:
                with suppress(OSError):
                    os.ftruncate(file, 0)
                os.close(file)
            self._close_session()

    def _path(self) -> Path | None:
        database = self._engine.url.database
        return Path(f"{database}.{self._name}.lock") if database and database != ":memory:" else None

    def _lock_file(self) -> bool:
        path = self._path()
        if path is None:
            return True
        # Not removed at the end: another could hold a lock on a file that has no name any more.
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            os.close(file)
            if isinstance(fault, BlockingIOError):
                return False
            raise
        self._file = file
        # The name is only for others to read: a full disk does not take the lease away.
        with suppress(OSError):
            os.ftruncate(file, 0)
            os.pwrite(file, myself().encode(), 0)
        return True

    def _is_alive(self) -> bool:
        if self._session is None:
            return False
        try:
            self._session.execute(sa.text("SELECT 1"))
        except DBAPIError:
            self._close_session()
            return False
        return True

    def _lock_session(self) -> bool:
        try:
            cn = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            # Its end is the lease's end: it must not go back to the pool and live on there.
            cn.detach()
            self._session = cn
            cn.execute(sa.select(sa.func.set_config("application_name", myself(), False)))
            for setting in _KEEPALIVES:
                cn.exec_driver_sql(f"SET {setting}")
            taken = sa.select(sa.func.pg_try_advisory_lock(CLASS, self._number))
            if cn.execute(taken).scalar_one():
                return True
        except DBAPIError as fault:
            self._close_session()
            raise StoreDown(" ".join(str(fault.orig).split())) from fault
        self._close_session()
        return False

    def _close_session(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            with suppress(DBAPIError):
                session.close()
