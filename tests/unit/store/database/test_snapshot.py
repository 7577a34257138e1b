"""A database as one file: whole, sound, and put in the place of another in one step or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection, Engine

from store.database import audit, snapshot
from store.database.engine import StoreDown, connect, migrate, viewing, writing

AT = datetime(2025, 2, 21, tzinfo=UTC)


def note(engine: Engine, verb: str) -> None:
    with writing(engine) as cn:
        audit.append(cn, audit.AuditEvent(AT, verb))


def verbs(path: Path) -> list[str]:
    """What happened to a database, without opening it as the service does."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        return [row[0] for row in database.execute("SELECT verb FROM event ORDER BY id")]


def mark(cn: Connection) -> None:
    audit.append(cn, audit.AuditEvent(AT, "marked"))


def url(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Engine]:
    engine = connect(url(tmp_path / "store.db"))
    migrate(engine)
    note(engine, "one")
    yield engine
    engine.dispose()


@pytest.fixture
def saved(store: Engine, tmp_path: Path) -> Path:
    target = tmp_path / "saved.db"
    snapshot.save(store, target)
    return target


def test_it_holds_what_stood_then_in_one_file(store: Engine, saved: Path, tmp_path: Path) -> None:
    note(store, "two")
    assert verbs(saved) == ["one"]
    assert snapshot.unsound(saved) == ""
    assert saved.stat().st_mode & 0o077 == 0
    assert not list(tmp_path.glob("saved.db-*"))


def test_what_is_being_written_is_not_in_it(store: Engine, tmp_path: Path) -> None:
    with writing(store) as cn:
        audit.append(cn, audit.AuditEvent(AT, "half"))
        snapshot.save(store, tmp_path / "saved.db")
    assert verbs(tmp_path / "saved.db") == ["one"]


def test_a_byte_that_changed_is_found(saved: Path) -> None:
    raw = bytearray(saved.read_bytes())
    page = 4096
    raw[page : page + 64] = b"?" * 64
    saved.write_bytes(raw)
    assert "damaged" in snapshot.unsound(saved)


@pytest.mark.parametrize("raw", [b"", b"no database", b"SQLite format 3\0" + b"x" * 5000])
def test_what_is_no_database_is_unsound_or_empty(raw: bytes, tmp_path: Path) -> None:
    path = tmp_path / "odd.db"
    path.write_bytes(raw)
    assert bool(snapshot.unsound(path)) is bool(raw)
    assert snapshot.is_empty(url(path)) is not bool(raw)


def test_a_reference_to_nothing_is_found(saved: Path) -> None:
    with closing(sqlite3.connect(saved)) as database:
        database.execute(
            "INSERT INTO document (id, message_id, ordinal, filename, content_hash, size) "
            "VALUES (1, 99, 0, 'a', 'sha256:a', 1)"
        )
        database.commit()
    assert "document" in snapshot.unsound(saved)


def test_empty_is_what_nothing_happened_to(store: Engine, tmp_path: Path) -> None:
    assert snapshot.is_empty(url(tmp_path / "absent.db"))
    fresh = connect(url(tmp_path / "fresh.db"))
    migrate(fresh)
    fresh.dispose()
    assert snapshot.is_empty(url(tmp_path / "fresh.db"))
    assert not snapshot.is_empty(url(tmp_path / "store.db"))


def test_the_old_one_is_kept_beside_it(store: Engine, saved: Path, tmp_path: Path) -> None:
    note(store, "two")
    store.dispose()
    aside = snapshot.load(saved, url(tmp_path / "store.db"), mark)
    assert aside is not None and verbs(aside) == ["one", "two"]
    assert verbs(tmp_path / "store.db") == ["one", "marked"]
    again = snapshot.load(saved, url(tmp_path / "store.db"), mark)
    assert again is not None and again != aside
    assert verbs(saved) == ["one"], "the backup itself is not written to"


def test_where_nothing_stood_nothing_is_kept(saved: Path, tmp_path: Path) -> None:
    target = tmp_path / "new" / "store.db"
    assert snapshot.load(saved, url(target), mark) is None
    assert verbs(target) == ["one", "marked"]


def test_one_that_fails_half_way_leaves_the_old(store: Engine, saved: Path, tmp_path: Path) -> None:
    note(store, "two")
    store.dispose()

    def fails(cn: Connection) -> None:
        mark(cn)
        raise OSError("cut")

    with pytest.raises(OSError, match="cut"):
        snapshot.load(saved, url(tmp_path / "store.db"), fails)
    assert verbs(tmp_path / "store.db") == ["one", "two"]
    assert not list(tmp_path.glob(".*restoring*")) and not list(tmp_path.glob("*before-restore*"))


def test_one_that_another_reads_is_not_replaced(
    store: Engine, saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "WAIT_SECONDS", 0.1)
    with viewing(store) as cn:
        cn.exec_driver_sql("SELECT count(*) FROM event").scalar_one()
        with pytest.raises(StoreDown, match=r"stop every other process that uses store\.db"):
            snapshot.load(saved, url(tmp_path / "store.db"), mark)
    assert verbs(tmp_path / "store.db") == ["one"]


def test_a_database_that_is_damaged_is_replaced_and_kept(saved: Path, tmp_path: Path) -> None:
    target = tmp_path / "other.db"
    target.write_bytes(b"no database" * 1000)
    aside = snapshot.load(saved, url(target), mark)
    assert aside is not None and aside.read_bytes().startswith(b"no database")
    assert verbs(target) == ["one", "marked"]
