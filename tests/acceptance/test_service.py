"""`shouwen run` as a process: mail comes, letters go; it is stopped, killed, and started again."""

from __future__ import annotations

import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from intake.demo import units
from intake.demo.mailbox import EmbeddedMailbox
from tests.journey import DONE, Office, title
from tests.material import (
    AT,
    NAMES,
    PROVINCE,
    SOCIETY,
    both,
    entry,
    form,
    letter,
    message_id,
    sample_unit,
    scan,
)
from tests.servers.smtp_faults import FaultyPostOffice, Slow

PATIENCE = 60.0
STOPS_WITHIN = 15.0


@pytest.fixture
def office(pymap_mailbox: EmbeddedMailbox, postoffice: FaultyPostOffice, tmp_path: Path) -> Office:
    """An installation that polls every second."""
    return Office(tmp_path / "office", pymap_mailbox, postoffice, mailbox={"poll_seconds": 1})


@contextmanager
def service(office: Office) -> Iterator[subprocess.Popen[bytes]]:
    """The service, killed at the end if it still runs."""
    process = office.start("run")
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def until(true: Callable[[], object], process: subprocess.Popen[bytes], every: float = 0.1) -> None:
    """Waits for something to become true while the process runs."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert process.poll() is None, process.communicate()[0].decode()
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(every)


def stopped(process: subprocess.Popen[bytes]) -> str:
    """Asks the service to stop; it must, soon and in order.  Returns what it said."""
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=STOPS_WITHIN)
    assert process.returncode == 0, said.decode()
    assert "Traceback" not in said.decode()
    return said.decode()


def consistent(office: Office, nominees: set[str], letters: int) -> None:
    """Nothing is lost, doubled or half done, and nothing is left to do."""
    for _ in "12":
        assert office.shouwen("once", now=datetime.now(UTC) + timedelta(hours=2)).code == DONE
        assert set(office.nominations()) == nominees
        assert {row["state"] for row in office.export("messages")} == {"read"}
        assert {row["state"] for row in office.export("letters")} == {"sent"}
        assert len({mail["Message-ID"] for mail in office.sent()}) == letters
    assert office.is_whole()
    assert len(office.export("messages")) == len(office.archived())


def test_mail_comes_and_letters_go(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    with service(office) as process:
        until(office.has_begun, process)
        word, stamped = both(entry("于洁"))
        pymap_mailbox.deliver(letter([word], AT), AT)
        assert office.postoffice.wait_for(1, PATIENCE)
        reply = letter([stamped], AT + timedelta(days=1), subject="补正")
        pymap_mailbox.deliver(reply, AT + timedelta(days=1))
        assert office.postoffice.wait_for(2, PATIENCE)
        said = stopped(process)
    assert "stopped" in said
    first, second = office.sent()
    assert title(first).startswith("关于补正") and title(second) == "收件回执"
    assert second["In-Reply-To"] == message_id(reply)
    consistent(office, {"于洁"}, 2)
    assert len(office.sent()) == 2


def test_asked_to_stop_while_a_letter_is_on_its_way(
    pymap_mailbox: EmbeddedMailbox, office: Office, postoffice: FaultyPostOffice
) -> None:
    for unit, name in ((SOCIETY, "于洁"), (PROVINCE, "马骁")):
        pymap_mailbox.deliver(letter(both(entry(name, unit)), AT, unit), AT)
    postoffice.plan(Slow(2.0))
    with service(office) as process:
        until(lambda: postoffice.attempts, process)
        stopped(process)
    assert len(office.sent()) == 1
    assert Counter(row["state"] for row in office.export("letters")) == {"sent": 1, "queued": 1}
    consistent(office, {"于洁", "马骁"}, 2)
    assert len(office.sent()) == 2


def test_killed_while_a_letter_is_on_its_way(
    pymap_mailbox: EmbeddedMailbox, office: Office, postoffice: FaultyPostOffice
) -> None:
    pymap_mailbox.deliver(letter(both(entry("于洁")), AT), AT)
    postoffice.plan(Slow(30.0))
    with service(office) as process:
        until(lambda: postoffice.attempts, process)
        process.kill()
        process.wait()
    assert [row["state"] for row in office.export("letters")] == ["sending"]
    consistent(office, {"于洁"}, 1)
    assert len(office.sent()) <= 2
    assert len({mail.as_bytes() for mail in office.sent()}) == 1


def test_killed_in_the_middle_of_reading(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    senders = [SOCIETY, PROVINCE, units.HUBEI, units.YUNNAN, sample_unit("中国数学会", "society")]
    nominees = set()
    for number in range(40):
        unit, name = senders[number % 5], f"{NAMES[number // 5]}{'甲乙丙丁戊'[number % 5]}"
        item = entry(name, unit)
        # Half of the forms and scans come apart, so that a kill may fall between them.
        for files in ([form(item), scan(item)],) if number % 2 else ([form(item)], [scan(item)]):
            at = AT + timedelta(minutes=number, seconds=len(files))
            pymap_mailbox.deliver(letter(files, at, unit, subject=name), at)
        nominees.add(name)

    def count(state: str) -> int:
        try:
            return int(office.query(f"SELECT count(*) FROM message WHERE state = '{state}'")[0][0])
        except Exception:  # noqa: BLE001 - the tables are not there yet
            return 0

    with service(office) as process:
        until(lambda: count("read") >= 5, process, every=0.01)
        process.kill()
        process.wait()
    assert count("received") > 0, "it was killed too late to prove anything"
    assert office.sent() == []
    with service(office) as process:
        assert office.postoffice.wait_for(5, PATIENCE)
        stopped(process)
    consistent(office, nominees, 5)
    assert len(office.export("messages")) == 60
    assert len(office.sent()) == 5


def test_a_mailbox_that_is_away_at_first(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    pymap_mailbox.__exit__(None, None, None)
    with service(office) as process:
        until(office.has_begun, process)
        time.sleep(1.5)
        pymap_mailbox.__enter__()
        pymap_mailbox.deliver(letter(both(entry("于洁")), AT), AT)
        assert office.postoffice.wait_for(1, PATIENCE)
        stopped(process)
    consistent(office, {"于洁"}, 1)
