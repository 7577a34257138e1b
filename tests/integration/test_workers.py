"""Workers read and look for the service: the same ledger and letters, whoever is killed."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from unittest.mock import Mock, patch

import pytest
import sqlalchemy as sa
from procrastinate.exceptions import ConnectorException
from procrastinate.manager import JobManager

from intake.demo.mailbox import EmbeddedMailbox
from intake.demo.mails.programs import AttachedFile
from intake.demo.papers.scans import ScanLook, bound_scans
from intake.engine import waiting
from intake.engine.waiting import JobWait
from intake.engine.work import MOST_ATTEMPTS
from intake.engine.worker import JobWorker
from parsers.sandbox.pool import Sandbox
from store.database.engine import writing
from store.mail import jobs, messages
from tests.integration.conftest import OfficeOn
from tests.integration.workers import BY_WORKERS, start_worker, wait_until, working
from tests.journey import BAD_USAGE, DONE, UNREACHABLE, Office, words
from tests.material import AT, PROVINCE, both, entry, form, letter

pytestmark = pytest.mark.embedded
"""Each test says itself which engine and how many workers it has."""

LATER = timedelta(hours=2)
TAKEN_UP = 60.0
"""Seconds in which another worker has done what a killed one had in hand."""


def post(mailbox: EmbeddedMailbox) -> None:
    """Mails of two units, one with two nominations."""
    mailbox.deliver(letter([*both(entry("于洁")), *both(entry("马骁"))], AT), AT)
    mailbox.deliver(letter([both(entry("白桦", PROVINCE))[0]], AT, PROVINCE), AT)
    mailbox.deliver(letter([*both(entry("石磊"))], AT), AT)


def outcome(office: Office) -> dict[str, Any]:
    """Ledger, letters and mails as they are exported; Message-IDs are made from each store's own secret."""
    found = {what: office.export(what) for what in ("nominations", "letters", "messages")}
    return {what: re.sub(r"<shouwen\.[0-9a-f]+@", "<shouwen.@", repr(rows)) for what, rows in found.items()}


def open_read_jobs(office: Office) -> int:
    """Messages that are handed out."""
    with office.engine() as engine, writing(engine) as cn:
        return sum(jobs.open_jobs(cn, "read"))


@contextmanager
def first_message_held(office: Office) -> Iterator[None]:
    """Whoever has read the first message cannot put it on record as long."""
    with office.engine() as engine, engine.begin() as cn:
        cn.execute(sa.text("SELECT 1 FROM message ORDER BY id LIMIT 1 FOR UPDATE")).one()
        yield


def test_the_ledger_and_the_letters_are_those_of_the_embedded_engine(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, postgres_url: str, sqlite_url: str
) -> None:
    post(pymap_mailbox)
    alone = office_on(pymap_mailbox, sqlite_url)
    alone.once(AT + LATER)
    expected, said = outcome(alone), sorted(map(words, alone.sent()))
    alone.postoffice.received.clear()
    office = office_on(pymap_mailbox, postgres_url, **BY_WORKERS)
    with working(office, 2, AT + LATER):
        office.once(AT + LATER)
        assert "2 worker(s)" in office.shouwen("status").text
        assert "工作进程2个" in office.shouwen("digest", now=AT + LATER).text
        assert "2 worker(s), 0 job(s) waiting" in office.shouwen("doctor").text
    assert outcome(office) == expected
    assert sorted(map(words, office.sent())) == said and len(said) == 2


def test_scans_are_looked_at_by_workers(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, postgres_url: str
) -> None:
    sealed, bare = entry("欧阳璟雯", PROVINCE), entry("程牧秋")
    for item, look in ((sealed, None), (bare, ScanLook(seal=None))):
        pages = bound_scans([(item.content(date(2025, 2, 18), 2025, 2024), item.layout)], look, item.nominee)
        files = [form(item), AttachedFile("盖章扫描件.pdf", pages)]
        pymap_mailbox.deliver(letter(files, AT, item.unit), AT)
    office = office_on(pymap_mailbox, postgres_url, **BY_WORKERS, scans={"look": "auto"})
    with (
        working(office, 2, AT + LATER),
        patch.object(Sandbox, "inspect", Mock(side_effect=AssertionError("the service looked itself"))),
    ):
        office.once(AT + LATER)
    assert office.states() == {sealed.nominee: "complete", bare.nominee: "deficient"}
    assert office.codes(bare.nominee) == {"scan-not-sealed"}


def test_without_workers_mails_wait_and_that_is_told(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "IDLE_SECONDS", 0.5)
    post(pymap_mailbox)
    office = office_on(pymap_mailbox, postgres_url, **BY_WORKERS)
    told = office.once(AT + LATER, code=UNREACHABLE).text
    assert "no worker reads, and 3 message(s) wait" in told
    assert office.export("letters") == [] and open_read_jobs(office) == 3
    office.once(AT + LATER, code=UNREACHABLE)
    assert open_read_jobs(office) == 3, "nothing is handed out twice"
    with working(office, 1, AT + LATER):
        office.once(AT + LATER)
    assert len(office.nominations()) == 4 and open_read_jobs(office) == 0


def test_what_a_killed_worker_had_in_hand_is_taken_up_within_a_minute(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(pymap_mailbox)
    office = office_on(pymap_mailbox, postgres_url, **BY_WORKERS)
    with monkeypatch.context() as changed:
        changed.setattr(waiting, "IDLE_SECONDS", 0.1)
        office.once(AT + LATER, code=UNREACHABLE)
    with first_message_held(office):
        doomed = start_worker(office, now=AT + LATER)
        wait_until(office, lambda load: load.doing["read"] == 1 and not load.waiting["read"])
        doomed.kill()
        doomed.wait()
    killed = time.monotonic()
    with working(office, 1, AT + LATER):
        wait_until(office, lambda load: not load.doing["read"] and not load.waiting["read"], TAKEN_UP)
        assert time.monotonic() - killed < TAKEN_UP
        office.once(AT + LATER)
    assert len(office.nominations()) == 4
    assert len(office.sent()) == 2


def test_a_mail_over_which_workers_die_is_quarantined(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(pymap_mailbox)
    office = office_on(pymap_mailbox, postgres_url, **BY_WORKERS)
    with monkeypatch.context() as changed:
        changed.setattr(waiting, "IDLE_SECONDS", 0.1)
        office.once(AT + LATER, code=UNREACHABLE)
    with office.engine() as engine, writing(engine) as cn:
        statement = "UPDATE procrastinate.procrastinate_jobs SET attempts = :most WHERE args ->> 'row' = '1'"
        cn.execute(sa.text(statement), {"most": MOST_ATTEMPTS})
    with working(office, 1, AT + LATER):
        told = office.shouwen("once", now=AT + LATER)
    assert "1 message(s) in quarantine" in told.text
    assert "workers died" in office.shouwen("quarantine", "show", "1").text


def test_a_mail_is_handed_out_in_the_transaction_that_records_it(
    office_on: OfficeOn, pymap_mailbox: EmbeddedMailbox, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(pymap_mailbox)
    office = office_on(pymap_mailbox, postgres_url, **BY_WORKERS)
    office.shouwen("migrate")

    def fails(*given: object) -> None:
        assert open_read_jobs_in(given[0]) == 3
        raise LookupError("planted")

    def open_read_jobs_in(cn: Any) -> int:
        return sum(jobs.open_jobs(cn, "read"))

    with monkeypatch.context() as changed:
        changed.setattr(messages, "set_cursor", fails)
        with pytest.raises(LookupError):
            office.shouwen("once", now=AT + LATER)
    assert office.query("SELECT count(*) FROM message") == [(0,)] and open_read_jobs(office) == 0


def test_workers_want_the_engine_that_hands_out(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, postgres_url: str
) -> None:
    office = office_on(pymap_mailbox, postgres_url)
    told = office.shouwen("worker")
    assert told.code == BAD_USAGE and "engine.kind" in told.text
    assert office.shouwen("worker", "--queues", "write").code == BAD_USAGE
    assert office.shouwen("migrate").code == DONE
    tables = "SELECT count(*) FROM pg_namespace WHERE nspname = 'procrastinate'"
    assert office.query(tables) == [(0,)], "the embedded engine makes no tables of jobs"


def test_a_job_whose_end_was_lost_is_given_back(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(pymap_mailbox)
    office = office_on(pymap_mailbox, postgres_url, **BY_WORKERS)
    with monkeypatch.context() as changed:
        changed.setattr(waiting, "IDLE_SECONDS", 0.1)
        office.once(AT + LATER, code=UNREACHABLE)
    finish, lost = JobManager.finish_job, []

    async def finished(self: JobManager, *given: Any, **named: Any) -> None:
        if not lost:
            lost.append(given)
            raise ConnectorException
        await finish(self, *given, **named)

    monkeypatch.setattr(JobManager, "finish_job", finished)
    monkeypatch.setattr("intake.engine.worker.AGAIN_SECONDS", 0.2)
    stop, read = threading.Event(), []
    with office.engine() as engine:
        work = Mock(read=lambda row, attempts: read.append(row))
        worker = threading.Thread(target=JobWorker(engine, work, ["read"], 1, stop).run)
        worker.start()
        try:
            assert JobWait(engine, stop).until_done("read")
        finally:
            stop.set()
            worker.join(TAKEN_UP)
    assert not worker.is_alive()
    assert lost and sorted(read) == sorted([*range(1, 4), read[0]]), (
        "the job whose end was lost is done again"
    )
