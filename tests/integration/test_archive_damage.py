"""An archive that lost data: one mail waits and comes back, no unit is blamed, all else goes on."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from intake.demo.mailbox import EmbeddedMailbox
from intake.domain.model.facts import MessageFacts
from intake.stages.read import Reader
from store.archive.archive import Archive
from store.archive.names import content_hash
from store.mail.messages import Unread
from tests.by_workers import after_reading, fetched_alone
from tests.integration.conftest import OfficeOn
from tests.integration.test_inspect import LOOK, Eyes, looks  # noqa: F401 - the fixture
from tests.journey import DONE, NEEDS_PERSON, Office
from tests.material import AT, NAMES, PROVINCE, SOCIETY, both, entry, form, letter, scan
from tests.servers.imap_faults import FaultyMailbox, Stored

FaultServer = Callable[..., FaultyMailbox]
Harm = Callable[[Path], None]
pytestmark = pytest.mark.usefixtures("impatient")

OURS = letter(both(entry(NAMES[0])), AT)
OTHERS = letter(both(entry(NAMES[1], PROVINCE)), AT + timedelta(minutes=1), PROVINCE)


def lost(path: Path) -> None:
    path.unlink()


def cut(path: Path) -> None:
    write(path, path.read_bytes()[:-100])


def changed(path: Path) -> None:
    data = path.read_bytes()
    write(path, data[:-200] + bytes([data[-200] ^ 1]) + data[-199:])


def emptied(path: Path) -> None:
    write(path, b"")


def shut(path: Path) -> None:
    if os.geteuid() == 0:
        # Root reads whatever its mode; a link that leads in a circle it cannot.
        path.unlink()
        path.symlink_to(path.name)
    else:
        path.chmod(0)


def write(path: Path, data: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(data)


HARMS = [lost, cut, changed, emptied, shut]


def file_of(office: Office, raw: bytes) -> Path:
    (name,) = (name for name, data in office.archived().items() if data == raw)
    return Archive(office.folder / "archive").shelves.path("messages", name)


def fetch_alone(office: Office) -> None:
    """A pass that is killed between fetching and reading."""
    with fetched_alone():
        assert office.shouwen("once").code != DONE


def receivers(office: Office) -> set[str]:
    return {mail["To"].addresses[0].addr_spec for mail in office.sent()}


@pytest.mark.parametrize("harm", HARMS)
def test_what_was_lost_between_fetching_and_reading_comes_back_in_the_same_pass(
    imap_fault_server: FaultServer, office_on: OfficeOn, harm: Harm
) -> None:
    office = office_on(imap_fault_server([Stored(1, OURS, AT), Stored(2, OTHERS, AT)]))
    fetch_alone(office)
    harm(file_of(office, OURS))
    office.once()
    assert sorted(office.archived().values()) == sorted([OURS, OTHERS])
    assert set(office.states().values()) == {"complete"}
    assert receivers(office) == {SOCIETY.sender.address, PROVINCE.sender.address}


@pytest.mark.parametrize("harm", HARMS)
def test_what_was_lost_before_a_replay_blames_nobody_and_comes_back(
    imap_fault_server: FaultServer, office_on: OfficeOn, harm: Harm
) -> None:
    server = imap_fault_server([Stored(1, OURS, AT)])
    office = office_on(server)
    office.once()
    assert len(office.sent()) == 1
    harm(file_of(office, OURS))
    later = letter([form(entry(NAMES[2]))], AT + timedelta(hours=1))
    server.folders["INBOX"] = [Stored(1, OURS[:-1] + b" ", AT), Stored(2, OTHERS, AT), Stored(3, later, AT)]
    replayed = office.shouwen("replay", "--all")
    assert replayed.code == NEEDS_PERSON and "archive" in replayed.text
    office.once(code=NEEDS_PERSON)
    # The copy in the mailbox is not what it was: it must not be taken for it.
    assert office.states()[NAMES[0]] == "complete"
    assert office.codes(NAMES[0]) == set()
    assert [mail["To"].addresses[0].addr_spec for mail in office.sent()] == [
        SOCIETY.sender.address,
        PROVINCE.sender.address,
    ], "the others are answered; the sender of the lost mail is asked for nothing"
    assert "存档文件损坏" in office.shouwen("digest").text
    assert "are lost or damaged" in office.shouwen("status").text
    server.folders["INBOX"] = [Stored(1, OURS, AT), Stored(2, OTHERS, AT), Stored(3, later, AT)]
    office.once()
    assert OURS in office.archived().values()
    assert len(office.sent()) == 3
    assert "存档文件损坏" not in office.shouwen("digest").text


def test_a_lost_mail_of_unknown_sender_holds_letters_as_one_that_never_comes_whole(
    imap_fault_server: FaultServer, office_on: OfficeOn
) -> None:
    server = imap_fault_server([Stored(1, OURS, AT), Stored(2, OTHERS, AT)])
    office = office_on(server)
    fetch_alone(office)
    file_of(office, OURS).unlink()
    server.folders["INBOX"] = [Stored(2, OTHERS, AT)]
    office.once(code=NEEDS_PERSON)
    assert office.sent() == []
    for _ in range(3):
        office.once(code=NEEDS_PERSON)
    assert receivers(office) == {PROVINCE.sender.address}


def test_a_lost_mail_that_staff_moved_is_found_by_its_message_id(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    pymap_mailbox.deliver(OTHERS, AT)
    ingested = office.folder / "ours.eml"
    ingested.write_bytes(OURS)
    assert office.shouwen("ingest", ingested).code == DONE
    pymap_mailbox.deliver(OURS, AT, "已发送")
    file_of(office, OURS).unlink()
    assert office.shouwen("replay", "--all").code == NEEDS_PERSON
    office.once()
    assert OURS in office.archived().values()


def test_a_mail_that_is_ingested_again_is_put_back(office: Office) -> None:
    ingested = office.folder / "ours.eml"
    ingested.write_bytes(OURS)
    assert office.shouwen("ingest", ingested).code == DONE
    cut(file_of(office, OURS))
    assert office.shouwen("replay", "--all").code == NEEDS_PERSON
    assert office.shouwen("ingest", ingested).code == DONE
    assert OURS in office.archived().values()


@pytest.mark.parametrize("harm", HARMS)
def test_a_lost_file_is_taken_out_of_its_mail_again(
    pymap_mailbox: EmbeddedMailbox,
    office: Office,
    looks: Eyes,  # noqa: F811 - the fixture
    harm: Harm,
) -> None:
    office.change(scans=LOOK)
    picture = scan(entry(NAMES[0])).content
    pymap_mailbox.deliver(OURS, AT)
    pymap_mailbox.deliver(OTHERS, AT)
    file = Archive(office.folder / "archive").shelves.path("documents", content_hash(picture))
    with after_reading(lambda: harm(file)):
        office.once(code=NEEDS_PERSON)
    assert receivers(office) == {PROVINCE.sender.address}
    assert NAMES[0] not in office.states()
    office.once()
    assert picture in [path.read_bytes() for path in documents(office)]
    assert office.states()[NAMES[0]] == "complete"
    assert receivers(office) == {SOCIETY.sender.address, PROVINCE.sender.address}


def documents(office: Office) -> list[Path]:
    return [path for path in (office.folder / "archive" / "documents").rglob("*") if path.is_file()]


def test_doctor_tells_what_is_damaged_missing_or_foreign(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    pymap_mailbox.deliver(OURS, AT)
    pymap_mailbox.deliver(OTHERS, AT)
    office.once()
    before = [
        line for line in office.shouwen("doctor", "--archive").text.splitlines() if "archive files" in line
    ]
    assert len(before) == 1 and before[0].startswith("ok")
    cut(file_of(office, OURS))
    file_of(office, OTHERS).unlink()
    stranger = office.folder / "archive" / "messages" / "note.txt"
    stranger.write_text("x")
    unknown = Archive(office.folder / "archive").put("documents", b"nobody sent this")
    outcome = office.shouwen("doctor", "--archive")
    assert outcome.code == NEEDS_PERSON
    told = [line for line in outcome.text.splitlines() if "archive files" in line]
    assert sum(line.startswith("FAIL") for line in told) == 2
    assert any("missing" in line for line in told) and any("not those of its name" in line for line in told)
    assert any("note.txt" in line and "foreign" in line for line in told)
    assert any(unknown in line and "foreign" in line for line in told)
    assert len(told) == 5


def test_what_comes_to_harm_while_it_is_read_is_read_again(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = office_on(pymap_mailbox)
    pymap_mailbox.deliver(OURS, AT)
    read = Reader._unpacked

    def harmed(self: Reader, item: Unread, taking: Any) -> MessageFacts:
        changed(self.archive.shelves.path("messages", item.content_hash))
        # As if it had been whole when it was checked.
        with monkeypatch.context() as patch:
            patch.setattr(Archive, "checked", lambda self, shelf, name, *_: self.shelves.path(shelf, name))
            return read(self, item, taking)

    with monkeypatch.context() as patch:
        patch.setattr(Reader, "_unpacked", harmed)
        office.shouwen("once", now=AT + timedelta(hours=1))
    assert not office.states()
    office.once(AT + timedelta(hours=2))
    assert office.states() == {NAMES[0]: "complete"}
