"""The database keeps its promises on SQLite and on Postgres, whoever works on it at the same time."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import DBAPIError, IntegrityError

from intake.demo import units
from intake.demo.mailbox import EmbeddedMailbox
from store.database import engine as store_engine
from store.database.schema import metadata
from store.mail import progress
from tests.integration.conftest import OfficeOn
from tests.journey import Office
from tests.material import AT, NAMES, PROVINCE, SOCIETY, both, entry, letter
from tests.servers.smtp_faults import FaultyPostOffice, Slow

MINUTE = timedelta(minutes=1)
UNITS = (SOCIETY, PROVINCE, units.HUBEI, units.YUNNAN)


def fill(mailbox: EmbeddedMailbox) -> None:
    """One complete nomination of each of four units, and a second of the first."""
    for place, unit in enumerate((*UNITS, SOCIETY)):
        at = AT + place * MINUTE
        mailbox.deliver(letter(both(entry(NAMES[place], unit)), at, unit), at)


@pytest.fixture
def kept(pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, database_url: str) -> Office:
    """An installation after a pass over one mail."""
    office = office_on(pymap_mailbox, database_url)
    pymap_mailbox.deliver(letter(both(entry("于洁"))), AT)
    office.once()
    return office


def test_what_the_database_refuses(kept: Office) -> None:
    """All promises on one database each: to set one up costs more than to try it."""
    refused = {
        "event": ["UPDATE event SET detail = ''", "DELETE FROM event"],
        "message": ["UPDATE message SET state = 'lost'", "UPDATE message SET kind = NULL"],
        "nomination": ["UPDATE nomination SET state = 'perfect'"],
        "sighting": [
            "INSERT INTO sighting (account, folder, uidvalidity, uid, attempts, seen_at) "
            "SELECT account, folder, uidvalidity, uid, attempts, seen_at FROM sighting"
        ],
        "letter": ["UPDATE letter SET state = 'lost'", "UPDATE letter SET sent_at = NULL"],
        "letter_message": ["INSERT INTO letter_message SELECT message_id, letter_id FROM letter_message"],
    }
    before = kept.query("SELECT id, verb, detail FROM event ORDER BY id")
    assert {row.verb for row in before} >= {"archived", "read", "opened", "state", "letter sent"}
    with kept.engine() as engine:
        for statements in refused.values():
            for statement in statements:
                with pytest.raises(DBAPIError), store_engine.writing(engine) as cn:
                    cn.execute(sa.text(statement))
    assert kept.query("SELECT id, verb, detail FROM event ORDER BY id") == before


def test_a_unit_has_one_letter_a_round(kept: Office) -> None:
    columns = "kind, state, unit_id, round, reference, to_address, subject, raw, created_at, attempts, unsure"
    copied = columns.replace("state", "'queued'")
    second = f"INSERT INTO letter (key, message_id, {columns}) SELECT 'k', 'm', {copied} FROM letter"
    with kept.engine() as engine:
        with store_engine.writing(engine) as cn:
            cn.execute(sa.text(second.replace("round,", "round + 1,").replace("round + 1,", "round,", 1)))
        with pytest.raises(IntegrityError), store_engine.writing(engine) as cn:
            cn.execute(sa.text(second.replace("'k', 'm'", "'k2', 'm2'")))


def test_the_migrations_make_the_schema_that_the_code_knows(kept: Office) -> None:
    with kept.engine() as engine:
        assert store_engine.migration_state(engine).is_current
        with engine.connect() as cn:
            # On SQLite, Alembic takes an empty default for a change wherever there is one.
            defaults = cn.dialect.name == "postgresql"
            options = {"compare_type": True, "compare_server_default": defaults}
            context = MigrationContext.configure(cn, opts=options)
            assert compare_metadata(context, metadata) == []
    assert kept.shouwen("migrate").out.decode().strip() == "the database is up to date already"


def test_two_passes_at_once(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, postoffice: FaultyPostOffice, database_url: str
) -> None:
    # The database is empty still: who comes first makes the tables, and both go on.
    office = office_on(pymap_mailbox, database_url)
    fill(pymap_mailbox)
    postoffice.plan(Slow(0.2), times=20)
    processes = [office.start("once") for _ in "12"]
    said = [process.communicate(timeout=60)[0].decode() for process in processes]
    assert not any("Traceback" in text for text in said), said
    office.once(code=0)
    assert set(office.states().values()) == {"complete"}
    assert len(office.nominations()) == len(UNITS) + 1
    assert len(office.export("messages")) == len(UNITS) + 1
    numbers = [mail["Message-ID"] for mail in office.sent()]
    assert len(numbers) == len(set(numbers)), "a letter went out twice"
    answered = [mail["To"].addresses[0].addr_spec for mail in office.sent()]
    assert sorted(answered) == sorted(unit.sender.address for unit in UNITS)


def test_a_letter_that_another_process_is_sending_is_left_to_it(
    pymap_mailbox: EmbeddedMailbox, office: Office, postoffice: FaultyPostOffice
) -> None:
    pymap_mailbox.deliver(letter(both(entry("于洁"))), AT)
    postoffice.plan(Slow(2.0))
    sending = office.start("once")
    try:
        while postoffice.attempts < 1:
            assert sending.poll() is None
        office.once()
    finally:
        said, _ = sending.communicate(timeout=60)
    assert sending.returncode == 0, said.decode()
    assert len(office.sent()) == 1
    assert office.export("letters")[0]["state"] == "sent"


def test_a_database_that_was_opened_for_reading_is_written_once_it_may_be(tmp_path: Path) -> None:
    engine = store_engine.connect(f"sqlite:///{tmp_path / 'store.db'}")
    store_engine.migrate(engine)
    with engine.connect() as cn:
        # What a connection is that was opened while the file could not be written.
        cn.exec_driver_sql("PRAGMA query_only = ON")
    with pytest.raises(store_engine.StoreDown, match="readonly"), store_engine.writing(engine) as cn:
        progress.set_progress(cn, "x", AT)
    with store_engine.writing(engine) as cn:
        progress.set_progress(cn, "x", AT)
    engine.dispose()


def test_a_postgres_that_may_not_be_written_is_an_outage_while_it_lasts(postgres_url: str) -> None:
    engine = store_engine.connect(postgres_url)
    store_engine.migrate(engine)
    with engine.connect() as cn:
        # What each session gets while `default_transaction_read_only` is on.
        cn.exec_driver_sql("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
        cn.commit()
    with pytest.raises(store_engine.StoreDown, match="read-only"), store_engine.writing(engine) as cn:
        progress.set_progress(cn, "x", AT)
    with store_engine.writing(engine) as cn:
        progress.set_progress(cn, "x", AT)
    engine.dispose()


def test_what_the_database_refuses_for_good_is_no_outage(tmp_path: Path) -> None:
    engine = store_engine.connect(f"sqlite:///{tmp_path / 'store.db'}")
    store_engine.migrate(engine)
    with pytest.raises(IntegrityError), store_engine.writing(engine) as cn:
        cn.exec_driver_sql("INSERT INTO progress (name, at) VALUES ('x', NULL)")
    engine.dispose()


def test_of_two_that_begin_at_once_on_an_empty_store_one_says_whose_it_is(postgres_url: str) -> None:
    engine = store_engine.connect(postgres_url)
    store_engine.migrate(engine)
    begun = threading.Event()

    def first() -> str:
        with store_engine.writing(engine) as cn:
            said = store_engine.claim(cn, "ours", AT)
            begun.set()
            # While the other asks.
            time.sleep(1.0)
        return said

    def second() -> str:
        assert begun.wait(30)
        with store_engine.writing(engine) as cn:
            return store_engine.claim(cn, "another", AT)

    with ThreadPoolExecutor(2) as pool:
        said = [pool.submit(first), pool.submit(second)]
        assert [item.result(60) for item in said] == ["ours", "ours"]
    engine.dispose()
