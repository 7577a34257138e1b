"""Backup and restore: verified, whole or not at all, and nothing that went out meanwhile goes again."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from intake.demo import units
from tests.conftest import PASSWORD
from tests.integration.conftest import OfficeOn
from tests.journey import BAD_USAGE, DONE, NEEDS_PERSON, UNREACHABLE, Office
from tests.material import AT, NAMES, PROVINCE, SOCIETY, both, entry, form, letter, sample_unit
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import Postgres
from tests.servers.smtp_faults import FaultyPostOffice
from tests.torture.mails import societies

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SENT = "已发送"
UNITS = (SOCIETY, PROVINCE, units.HUBEI, units.YUNNAN, SOCIETY)
TO_UNITS = "kind NOT IN ('digest', 'alert')"


def come(dovecot: Dovecot, place: int, hours: float) -> None:
    """A complete nomination of a unit of its own."""
    at, unit = AT + hours * HOUR, UNITS[place]
    dovecot.deliver(letter(both(entry(NAMES[place], unit)), at, unit), at)


def filed_as_provider_does(dovecot: Dovecot, postoffice: FaultyPostOffice, begin: int = 0) -> None:
    for sent in postoffice.received[begin:]:
        dovecot.append(sent.raw, AT, SENT, ("\\Seen",))


@pytest.fixture
def office(dovecot: Dovecot, postoffice: FaultyPostOffice, office_on: OfficeOn, database_url: str) -> Office:
    """An installation that has answered one mail, with a backup of that in `backup`."""
    office = office_on(dovecot, database_url)
    dovecot.create_folder(SENT)
    come(dovecot, 0, 0)
    office.once(AT + HOUR)
    assert len(office.sent()) == 1
    taken = office.shouwen("backup", office.folder / "backup", now=AT + 2 * HOUR)
    assert taken.code == DONE, taken.text
    return office


def lost_time(office: Office, dovecot: Dovecot) -> None:
    """What happens after the backup: two more mails, each answered, and one that is not."""
    for place, hours in ((1, 3), (2, 5)):
        come(dovecot, place, hours)
        office.once(AT + (hours + 1) * HOUR)
    assert len(office.sent()) == 3
    come(dovecot, 3, 7)


def restored(office: Office) -> None:
    outcome = office.shouwen("restore", office.folder / "backup", "--replace", now=AT + DAY)
    assert outcome.code == DONE, outcome.text


def test_what_went_out_after_the_backup_is_found_and_only_what_is_new_goes(
    office: Office, dovecot: Dovecot, postoffice: FaultyPostOffice
) -> None:
    lost_time(office, dovecot)
    filed_as_provider_does(dovecot, postoffice)
    ids = {str(mail["Message-ID"]) for mail in office.sent()}
    restored(office)
    assert "from the backup of" in office.shouwen("status").text
    assert "备份恢复" in office.shouwen("digest", now=AT + DAY).text
    for hours in (1, 2, 3):
        office.once(AT + DAY + hours * HOUR)
    new = office.sent()[3:]
    assert [str(mail["To"]) for mail in new] == [UNITS[3].sender.address]
    assert str(new[0]["Message-ID"]) not in ids
    assert {row[0] for row in office.query(f"SELECT message_id FROM letter WHERE {TO_UNITS}")} >= ids
    assert set(office.states()) == {NAMES[place] for place in range(4)}


def test_of_46_letters_since_the_backup_none_goes_again(
    office: Office, dovecot: Dovecot, postoffice: FaultyPostOffice
) -> None:
    for place, name in enumerate(societies()[:46]):
        unit, at = sample_unit(name, "society"), AT + 3 * HOUR + timedelta(minutes=place)
        item = entry(f"{'赵钱孙李周吴郑王冯陈'[place % 10]}{'冠文明思嘉'[place // 10]}林", unit)
        dovecot.deliver(letter([form(item)], at, unit), at)
    office.once(AT + 5 * HOUR)
    assert len(office.sent()) == 1 + 46
    filed_as_provider_does(dovecot, postoffice)
    states = office.states()
    restored(office)
    for hours in (1, 2):
        office.once(AT + DAY + hours * HOUR)
    assert len(office.sent()) == 1 + 46
    assert office.states() == states
    assert {row["state"] for row in office.export("letters") if row["kind"] != "digest"} == {"sent"}


def test_where_no_copies_are_kept_a_person_decides(
    office: Office, dovecot: Dovecot, postoffice: FaultyPostOffice
) -> None:
    lost_time(office, dovecot)
    restored(office)
    office.once(AT + DAY + HOUR, NEEDS_PERSON)
    office.once(AT + DAY + 2 * HOUR)
    assert len(office.sent()) == 3
    held = [row for row in office.export("letters") if row["state"] == "held"]
    assert len(held) == 3 and "备份恢复" in held[0]["trouble"]
    come(dovecot, 4, 27)
    office.once(AT + DAY + 5 * HOUR)
    assert [str(mail["To"]) for mail in office.sent()[3:]] == [UNITS[4].sender.address], (
        "new mail is answered"
    )
    assert office.shouwen("letters", "release", held[0]["id"], now=AT + DAY + 5 * HOUR).code == DONE
    office.once(AT + DAY + 6 * HOUR)
    assert len(office.sent()) == 5
    assert office.shouwen("letters", "release", "--restored", now=AT + DAY + 6 * HOUR).code == DONE
    office.once(AT + DAY + 7 * HOUR)
    assert len(office.sent()) == 7


def test_no_letter_goes_before_the_mailbox_was_polled(
    office: Office, dovecot: Dovecot, postoffice: FaultyPostOffice
) -> None:
    lost_time(office, dovecot)
    filed_as_provider_does(dovecot, postoffice)
    restored(office)
    office.change(mailbox={"port": 1})
    outcome = office.once(AT + DAY + HOUR, UNREACHABLE)
    assert "the store was restored" in outcome.text
    assert len(office.sent()) == 3
    assert "no letter goes before all mail is fetched" in office.shouwen("status").text


def test_later_backups_add_what_is_new(office: Office, dovecot: Dovecot) -> None:
    folder = office.folder / "backup"
    before = {path: path.stat().st_mtime_ns for path in (folder / "archive").rglob("*") if path.is_file()}
    assert before
    lost_time(office, dovecot)
    outcome = office.shouwen("backup", folder, now=AT + DAY)
    assert outcome.code == DONE and " 0 of them new" not in outcome.text
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert len(list(folder.glob("database-*"))) == 1
    assert " 0 of them new" in office.shouwen("backup", folder, now=AT + DAY + HOUR).text


def damage_file(folder: Path) -> None:
    path = next(path for path in (folder / "archive" / "messages").rglob("*") if path.is_file())
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"?")


def damage_database(folder: Path) -> None:
    (path,) = folder.glob("database-*")
    path.write_bytes(path.read_bytes()[:-1] + b"?")


def lose_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def of_another(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "campaign": "another"}))


@pytest.mark.parametrize("harm", [damage_file, damage_database, lose_manifest, of_another])
def test_a_backup_that_is_not_whole_is_never_put_back(office: Office, harm: Callable[[Path], None]) -> None:
    harm(office.folder / "backup")
    before = office.query("SELECT id, verb FROM event ORDER BY id"), office.archived()
    outcome = office.shouwen("restore", office.folder / "backup", "--replace", now=AT + DAY)
    assert outcome.code == BAD_USAGE and "Traceback" not in outcome.text
    assert (office.query("SELECT id, verb FROM event ORDER BY id"), office.archived()) == before


def test_a_store_that_is_not_empty_is_written_over_only_where_that_is_said(office: Office) -> None:
    outcome = office.shouwen("restore", office.folder / "backup", now=AT + DAY)
    assert outcome.code == BAD_USAGE and "--replace" in outcome.text
    assert not office.query("SELECT 1 FROM event WHERE verb = 'restored'")


def test_a_restore_that_is_cut_short_leaves_the_old_store_and_can_be_run_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.once(AT + 3 * HOUR)
    before = office.query("SELECT id, verb FROM event ORDER BY id")
    with monkeypatch.context() as cut:
        cut.setattr("store.database.snapshot._prepared", lambda *_: (_ for _ in ()).throw(OSError("cut")))
        assert office.shouwen("restore", office.folder / "backup", "--replace").code == BAD_USAGE
    assert office.query("SELECT id, verb FROM event ORDER BY id") == before
    restored(office)


def test_an_empty_store_of_another_kind_takes_the_backup(
    office: Office, dovecot: Dovecot, postoffice: FaultyPostOffice, tmp_path: Path, postgres_server: Postgres
) -> None:
    url = postgres_server.create_database()
    try:
        other = Office(tmp_path / "other", dovecot, postoffice, url)
        outcome = other.shouwen("restore", office.folder / "backup", now=AT + DAY)
        assert outcome.code == DONE, outcome.text
        assert other.archived() == office.archived()
        assert other.states() == office.states()
        come(dovecot, 1, 25)
        filed_as_provider_does(dovecot, postoffice)
        other.once(AT + DAY + 2 * HOUR)
        assert len(other.states()) == 2 and len(other.sent()) == 2
    finally:
        postgres_server.drop_database(url)


def test_a_backup_is_taken_and_told_of_while_the_service_runs(office: Office, dovecot: Dovecot) -> None:
    process = office.start("run")
    try:
        taken = office.completed("backup", office.folder / "second")
        assert taken.code == DONE, taken.text
    finally:
        process.terminate()
        process.communicate(timeout=60)


def test_what_the_archive_lacks_is_told_and_the_rest_is_saved(office: Office) -> None:
    damage_file(office.folder)
    outcome = office.shouwen("backup", office.folder / "second", now=AT + DAY)
    assert outcome.code == NEEDS_PERSON and "not in the backup" in outcome.text
    assert office.shouwen("restore", office.folder / "second", "--replace", now=AT + DAY).code == DONE


def test_another_folder_is_not_written_into(office: Office, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text(PASSWORD)
    outcome = office.shouwen("backup", tmp_path / "full")
    assert outcome.code == BAD_USAGE and "other files" in outcome.text
