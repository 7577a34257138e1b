"""What goes wrong from outside: mailbox, mail server, database, disk, clock, archive, a restore.

Each fault takes the stage and a chance, begins, and returns what ends it (nothing: it ends by itself).
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, suppress
from datetime import timedelta
from random import Random
from typing import LiteralString

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from tests.servers.imap_faults import FaultyMailbox, Stored
from tests.servers.smtp_faults import DropMidData, LoseAnswer, RefuseLetter, RefuseRecipient, Slow
from tests.torture.points import FULL, Point
from tests.torture.stage import Stage

End = Callable[[], None]
Fault = Callable[[Stage, Random], End | None]
UIDS = range(1, 40)
SHORT_TIMES = 2
"""How often one message fails to come: letters stop waiting for one after five passes, as staff are told."""


# The mailbox -------------------------------------------------------------------------------


def imap_cut(stage: Stage, chance: Random) -> None:
    """The connection ends in the middle of some bodies."""
    sent = stage.mailbox.bodies_sent
    stage.mailbox.faults.cut_at_bodies |= {sent + chance.randrange(1, 20) for _ in "123"}


def imap_bye(stage: Stage, chance: Random) -> None:
    """The server says BYE in place of an answer."""
    stage.mailbox.faults.bye_on.append(chance.choice(("LOGIN", "LIST", "EXAMINE", "FETCH")))


def imap_silence(stage: Stage, chance: Random) -> None:
    """An answer never comes."""
    stage.mailbox.faults.silent_on.append(chance.choice(("LOGIN", "LIST", "EXAMINE", "FETCH")))


def imap_drip(stage: Stage, chance: Random) -> End:
    """A byte at a time."""
    stage.mailbox.faults.drip_seconds = chance.choice((0.05, 0.3))

    def end() -> None:
        stage.mailbox.faults.drip_seconds = 0.0

    return end


def imap_gap(stage: Stage, chance: Random) -> None:
    """A message is listed and left out, or its body comes short, as nothing, or of another size."""
    table = chance.choice(("left_out", "short_bodies", "nil_bodies", "size_lies"))
    getattr(stage.mailbox.faults, table).update(dict.fromkeys(chance.sample(UIDS, 5), SHORT_TIMES))


def imap_busy(stage: Stage, chance: Random) -> End:
    """A command is refused for now."""
    command, said = (
        chance.choice(("LIST", "EXAMINE", "FETCH")),
        chance.choice(("[INUSE] busy", "server busy")),
    )
    stage.mailbox.faults.refuse = {command: f"NO {said}"}

    def end() -> None:
        stage.mailbox.faults.refuse = {}

    return end


def imap_renumbered(stage: Stage, chance: Random) -> None:
    """The folders are numbered anew under another UIDVALIDITY."""
    for held in stage.mailbox.folders.values():
        held[:] = [Stored(at, item.raw, item.internal_date) for at, item in enumerate(held, 1)]
    stage.mailbox.uidvalidity += 1


def imap_away(stage: Stage, chance: Random) -> End:
    """The server is not there."""
    return _away(stage.mailbox)


def _away(server: FaultyMailbox) -> End:
    server.__exit__(None, None, None)

    def back() -> None:
        _listen_again(server)

    return back


# The mail server ---------------------------------------------------------------------------


def _listen_again(server: AbstractContextManager[object]) -> None:
    """A server takes its port again; a connection of somebody else may have been given it meanwhile."""
    until = time.monotonic() + 30.0
    while True:
        try:
            server.__enter__()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


def smtp_cut(stage: Stage, chance: Random) -> None:
    """The connection ends in the letter, or after it and before the answer."""
    stage.postoffice.plan(chance.choice((DropMidData(), LoseAnswer(), LoseAnswer())))


def smtp_slow(stage: Stage, chance: Random) -> None:
    """The answer comes late, or too late."""
    stage.postoffice.plan(Slow(chance.choice((0.5, 4.0))))


def smtp_later(stage: Stage, chance: Random) -> None:
    """Refused for now."""
    said = chance.choice(("451 DT:SPM spam", "421 HL:ITC", "450 mailbox busy"))
    stage.postoffice.plan(chance.choice((RefuseRecipient(said), RefuseLetter("452 too much mail"))), 2)


def smtp_refused(stage: Stage, chance: Random) -> None:
    """The account is refused: the same answer to each letter."""
    stage.postoffice.plan(RefuseRecipient("550 account suspended"), chance.choice((3, 4, 6)))


def smtp_away(stage: Stage, chance: Random) -> End:
    """The server is not there."""
    stage.postoffice.__exit__(None, None, None)
    began = time.monotonic()

    def back() -> None:
        _listen_again(stage.postoffice)
        stage.excuse(began)

    return back


# Database, disk, clock, archive ------------------------------------------------------------


def database_read_only(stage: Stage, chance: Random) -> End:
    """Nothing can be written."""
    return _database(stage, "read-only")


def database_full(stage: Stage, chance: Random) -> End:
    """There is no room for more rows; on Postgres, whose disk is its own, connections are cut instead."""
    if stage.database:
        return database_cut(stage, chance)
    return _database(stage, "full")


def _database(stage: Stage, state: str) -> End:
    began = time.monotonic()
    if stage.database:
        _alter(stage, "SET default_transaction_read_only = on")
        _cut_connections(stage)
    else:
        stage.state.write_text(state, "utf-8")

    def end() -> None:
        if stage.database:
            _alter(stage, "RESET default_transaction_read_only")
        else:
            stage.state.write_text("", "utf-8")
        stage.excuse(began)

    return end


def database_cut(stage: Stage, chance: Random) -> End:
    """The database ends all connections and takes none; an SQLite file is locked by another program."""
    began = time.monotonic()
    if not stage.database:
        return _locked(stage, began)
    _alter(stage, "ALLOW_CONNECTIONS false")
    _cut_connections(stage)

    def end() -> None:
        _alter(stage, "ALLOW_CONNECTIONS true")
        stage.excuse(began)

    return end


def _locked(stage: Stage, began: float) -> End:
    other = sqlite3.connect(stage.office.folder / "shouwen.db", timeout=0.2, isolation_level=None)
    with suppress(sqlite3.OperationalError):
        other.execute("BEGIN IMMEDIATE")

    def end() -> None:
        with closing(other), suppress(sqlite3.OperationalError):
            other.execute("ROLLBACK")
        stage.excuse(began)

    return end


def _cut_connections(stage: Stage) -> None:
    name = make_url(stage.database).database or ""
    cut = sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}")
    _administer(stage, cut.format(sql.Literal(name)))


def _alter(stage: Stage, how: LiteralString) -> None:
    name = sql.Identifier(make_url(stage.database).database or "")
    _administer(stage, sql.SQL("ALTER DATABASE {} ").format(name) + sql.SQL(how))


def _administer(stage: Stage, statement: sql.Composed) -> None:
    assert stage.postgres is not None
    url = stage.postgres.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def disk_full(stage: Stage, chance: Random) -> None:
    """The service starts anew on a disk that is full for its next writes to the archive."""
    stage.stop()
    stage.start(Point(chance.choice(FULL), nth=chance.randrange(1, 8), deed="full", times=3))


def clock_back(stage: Stage, chance: Random) -> None:
    """The clock is set back while the service runs."""
    stage.pass_time(-timedelta(minutes=chance.choice((1, 45, 180))))


def archive_damaged(stage: Stage, chance: Random) -> None:
    """A message's file is gone, cut short or changed."""
    files = sorted(
        path for path in (stage.office.folder / "archive" / "messages").rglob("*") if path.is_file()
    )
    if not files:
        return
    path, how = chance.choice(files), chance.choice(("gone", "short", "changed"))
    # The service may be moving it at this moment.
    with suppress(OSError):
        raw = path.read_bytes()
        if how == "gone":
            path.unlink()
        else:
            path.chmod(0o600)
            path.write_bytes(raw[: len(raw) // 2] if how == "short" else raw[:-9] + b"x" * 9)


def restore(stage: Stage, chance: Random) -> End | None:
    """The store is put back from a backup of the running service: what came since is not in it."""
    return stage.put_back if stage.back_up() else None


FAULTS: dict[str, Fault] = {
    "imap cut": imap_cut,
    "imap bye": imap_bye,
    "imap silence": imap_silence,
    "imap drip": imap_drip,
    "imap gap": imap_gap,
    "imap busy": imap_busy,
    "imap renumbered": imap_renumbered,
    "imap away": imap_away,
    "smtp cut": smtp_cut,
    "smtp slow": smtp_slow,
    "smtp later": smtp_later,
    "smtp refused": smtp_refused,
    "smtp away": smtp_away,
    "database read-only": database_read_only,
    "database full": database_full,
    "database cut": database_cut,
    "disk full": disk_full,
    "clock back": clock_back,
    "archive": archive_damaged,
    "restore": restore,
}
"""Every fault by its name; what is added here takes part in the next run."""
