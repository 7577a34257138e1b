"""The whole journey on an archive in an object store, and what becomes of it when that goes wrong."""

from __future__ import annotations

import shutil
from datetime import timedelta
from unittest.mock import Mock

import pytest

from intake.demo.mailbox import EmbeddedMailbox
from store.archive import object_store as asking
from store.archive.names import content_hash
from store.archive.object_store import ObjectStore
from store.mail import messages
from tests.by_workers import fetched_alone
from tests.integration.conftest import OfficeOn
from tests.integration.test_desk import desk_of, number_of
from tests.integration.test_inspect import LOOK, Eyes, looks  # noqa: F401 - the fixture
from tests.journey import DONE, NEEDS_PERSON, UNREACHABLE, Office
from tests.material import AT, NAMES, PROVINCE, SOCIETY, both, entry, form, letter
from tests.servers.s3 import KEY, SECRET, ObjectGate, busy, gone

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OURS = letter(both(entry(NAMES[0])), AT)
OTHERS = letter(both(entry(NAMES[1], PROVINCE)), AT + timedelta(minutes=1), PROVINCE)


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "FIRST_WAIT", 0.01)


@pytest.fixture
def office(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, object_gate: ObjectGate, bucket: str
) -> Office:
    """An installation whose archive is a bucket behind the gate."""
    s3 = {
        "endpoint": object_gate.endpoint,
        "path_style": True,
        "key": KEY,
        "secret": {"file": "archive-secret"},
        "cache": "cache",
    }
    office = office_on(pymap_mailbox)
    (office.folder / "archive-secret").write_text(SECRET)
    office.change(store={"archive": f"s3://{bucket}/kept"}, **{"store.s3": s3})
    return office


def key_of(raw: bytes, shelf: str = "messages") -> str:
    digest = content_hash(raw).removeprefix("sha256:")
    return f"kept/{shelf}/{digest[:2]}/{digest}"


def forget_copies(office: Office) -> None:
    shutil.rmtree(office.folder / "cache")


def receivers(office: Office) -> set[str]:
    return {mail["To"].addresses[0].addr_spec for mail in office.sent()}


def test_the_whole_journey(
    pymap_mailbox: EmbeddedMailbox, office: Office, object_gate: ObjectGate, bucket: str
) -> None:
    pymap_mailbox.deliver(OURS, AT)
    office.once(AT + HOUR)
    late = AT + 2 * DAY
    others = letter(both(entry(NAMES[1], PROVINCE)), late, PROVINCE)
    pymap_mailbox.deliver(others, late)
    office.once(late + HOUR)
    assert set(office.states().values()) == {"complete"}
    assert receivers(office) == {SOCIETY.sender.address, PROVINCE.sender.address}
    objects = object_gate.store.objects(bucket)
    assert objects[key_of(OURS)] == OURS and objects[key_of(others)] == others
    assert sum("/documents/" in key for key in objects) == 4
    assert not (office.folder / "archive").exists()
    # Another machine, with no copies: what was kept is read again, and nothing is told twice.
    forget_copies(office)
    replayed = office.shouwen("replay", "--all", now=late + 2 * HOUR)
    assert replayed.code == DONE, replayed.text
    assert set(office.states().values()) == {"complete"} and len(office.sent()) == 2
    told = office.shouwen("doctor", "--archive").text
    assert "6 file(s) hold what their names say" in told and "foreign" not in told
    assert "can be written, read, listed and cleared" in told
    # What is erased is gone there and here.
    day = f"{AT + DAY:%Y-%m-%d}"
    purged = office.shouwen("purge", "--before", day, "--by", "李工", now=late + 3 * HOUR)
    assert purged.code == DONE, purged.text
    left = object_gate.store.objects(bucket)
    assert key_of(OURS) not in left and key_of(others) in left and len(left) == 3
    copies = [path for path in (office.folder / "cache").rglob("*") if path.is_file()]
    assert OURS not in [path.read_bytes() for path in copies]
    office.once(late + 4 * HOUR)
    assert office.states()[NAMES[1]] == "complete" and len(office.sent()) == 2


def test_a_backup_brings_back_an_emptied_bucket(
    pymap_mailbox: EmbeddedMailbox, office: Office, object_gate: ObjectGate, bucket: str
) -> None:
    pymap_mailbox.deliver(OURS, AT)
    office.once(AT + HOUR)
    before = object_gate.store.objects(bucket)
    assert office.shouwen("backup", office.folder / "backup").code == DONE
    object_gate.store.client.delete_object(Bucket=bucket, Key=key_of(OURS))
    forget_copies(office)
    object_gate.plan(busy, "GET", times=1000)
    assert office.shouwen("backup", office.folder / "another").code == UNREACHABLE
    object_gate.clear()
    restored = office.shouwen("restore", office.folder / "backup", "--replace")
    assert restored.code == DONE, restored.text
    assert object_gate.store.objects(bucket) == before


def test_lost_and_damaged_mails_blame_nobody_and_come_back(
    pymap_mailbox: EmbeddedMailbox, office: Office, object_gate: ObjectGate, bucket: str
) -> None:
    pymap_mailbox.deliver(OURS, AT)
    pymap_mailbox.deliver(OTHERS, AT)
    office.once()
    client = object_gate.store.client
    client.put_object(Bucket=bucket, Key=key_of(OURS), Body=OURS[:-100])
    client.delete_object(Bucket=bucket, Key=key_of(OTHERS))
    told = office.shouwen("doctor", "--archive")
    assert told.code == NEEDS_PERSON
    lines = [line for line in told.text.splitlines() if "archive files" in line and "FAIL" in line]
    assert len(lines) == 2
    forget_copies(office)
    assert office.shouwen("replay", "--all").code == NEEDS_PERSON
    assert set(office.states().values()) == {"complete"} and office.codes(NAMES[0]) == set()
    office.once()
    objects = object_gate.store.objects(bucket)
    assert objects[key_of(OURS)] == OURS and objects[key_of(OTHERS)] == OTHERS
    assert len(office.sent()) == 2


@pytest.mark.parametrize("method", ["PUT", "GET"])
def test_a_store_that_goes_down_is_an_outage_and_nothing_else(
    pymap_mailbox: EmbeddedMailbox, office: Office, object_gate: ObjectGate, bucket: str, method: str
) -> None:
    office.once()
    pymap_mailbox.deliver(OURS, AT)
    pymap_mailbox.deliver(letter([form(entry(NAMES[2]))], AT + HOUR), AT)
    if method == "GET":
        # What one machine fetched another one reads.
        with fetched_alone():
            assert office.shouwen("once").code != DONE
        forget_copies(office)
    object_gate.plan(gone, method, times=1000)
    outcome = office.shouwen("once")
    assert outcome.code == UNREACHABLE and "archive" in outcome.text, outcome.text
    assert office.query("SELECT count(*) FROM message WHERE state = 'quarantined'") == [(0,)]
    assert office.query("SELECT count(*) FROM message WHERE trouble IS NOT NULL") == [(0,)]
    assert office.sent() == [] and office.export("nominations") == []
    object_gate.clear()
    office.once()
    assert office.states()[NAMES[0]] == "complete"
    assert {row["state"] for row in office.export("messages")} == {"read"}


def test_a_kill_between_the_store_and_the_row_loses_and_doubles_nothing(
    pymap_mailbox: EmbeddedMailbox,
    office: Office,
    object_gate: ObjectGate,
    bucket: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pymap_mailbox.deliver(OURS, AT)
    with monkeypatch.context() as patch:
        patch.setattr(messages, "add", Mock(side_effect=KeyboardInterrupt))
        assert office.shouwen("once").code != DONE
    assert object_gate.store.objects(bucket) == {key_of(OURS): OURS}
    assert office.query("SELECT count(*) FROM message") == [(0,)]
    office.once()
    assert len(office.export("messages")) == 1 and len(office.sent()) == 1


def test_no_row_is_written_before_the_store_has_the_mail(
    pymap_mailbox: EmbeddedMailbox, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    pymap_mailbox.deliver(OURS, AT)
    order = []
    put, add = ObjectStore.put, messages.add
    monkeypatch.setattr(ObjectStore, "put", lambda *given: (put(*given), order.append(given[1]))[0])
    monkeypatch.setattr(messages, "add", lambda *given: order.append("row") or add(*given))
    office.once()
    assert order[:2] == [key_of(OURS), "row"]


def test_what_staff_see_comes_from_the_bucket(
    pymap_mailbox: EmbeddedMailbox,
    office: Office,
    object_gate: ObjectGate,
    looks: Eyes,  # noqa: F811 - the fixture
) -> None:
    office.change(scans=LOOK)
    pymap_mailbox.deliver(OURS, AT)
    office.once(AT + HOUR)
    number = number_of(office, NAMES[0])
    forget_copies(office)
    with desk_of(office) as desk:
        clerk = desk.clerk("李工")
        paper = both(entry(NAMES[0]))[0].content
        rows = office.query("SELECT id, content_hash FROM document")
        (row,) = (row.id for row in rows if row.content_hash == content_hash(paper))
        path = f"/case/{number}/file/{row}"
        assert clerk.get(path).data == paper
        forget_copies(office)
        object_gate.plan(gone, "GET", times=1000)
        assert clerk.get(path).status_code == 503
        object_gate.clear()
        assert clerk.get(path).data == paper
    object_gate.shut()
    assert office.shouwen("status", number).code == DONE
    assert office.shouwen("digest").code == DONE
    object_gate.open()
