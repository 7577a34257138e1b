"""A person is found, forgotten and stays forgotten; mail whose time is over goes; the ledger stays sound."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from intake.demo.mailbox import EmbeddedMailbox
from tests.integration.conftest import OfficeOn
from tests.journey import BAD_USAGE, NEEDS_PERSON, Office
from tests.material import AT, PROVINCE, SOCIETY, both, entry, letter

HOUR = timedelta(hours=1)
NAME, OTHER = "于洁", "马骁"


def _spellings(name: str) -> list[bytes]:
    """The name as bytes may hold it: in the encodings of mail, as JSON escapes, and in base64."""
    found = [name.encode(code) for code in ("utf-8", "gbk", "utf-16-le")]
    found.append("".join(f"\\u{ord(sign):04x}" for sign in name).encode())
    found.append("".join(f"={byte:02X}" for byte in name.encode()).encode())
    for code in ("utf-8", "gbk"):
        for before in range(3):
            # The characters of base64 that depend on the name alone, wherever it stands.
            whole = base64.b64encode(b"x" * before + name.encode(code)).decode()
            found.append(whole[(before * 8 + 5) // 6 : (before + len(name.encode(code))) * 8 // 6].encode())
    return found


def _parts(data: bytes) -> list[bytes]:
    """A mail's bytes and those of its headers and parts as they read."""
    found = [data]
    for part in message_from_bytes(data, policy=policy.default).walk():
        payload = part.get_payload(decode=True)
        found += [str(part.items()).encode(), payload if isinstance(payload, bytes) else b""]
    return found


def _decoded(data: bytes) -> bytes:
    """A file's bytes and, of a docx, those of its members."""
    whole = data
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as members:
            whole += b"".join(map(members.read, members.namelist()))
    return whole


def holders(folder: Path, name: str) -> set[str]:
    """The files under a folder in which the name stands in any spelling."""
    spellings = _spellings(name)
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file()
        for whole in [b"".join(map(_decoded, _parts(path.read_bytes())))]
        if any(spelling in whole for spelling in spellings)
    }


@pytest.fixture
def kept(pymap_mailbox: EmbeddedMailbox, office: Office) -> Office:
    """Two mails of one nominee each and a third that holds both kinds of a further two, all answered."""
    pymap_mailbox.deliver(letter(both(entry(NAME)), AT), AT)
    pymap_mailbox.deliver(letter(both(entry(OTHER, category="site")), AT + HOUR), AT + HOUR)
    office.once(AT + 3 * HOUR)
    assert office.states() == {NAME: "complete", OTHER: "complete"}
    return office


def test_a_forgotten_person_stands_in_no_file_and_stays_forgotten(
    pymap_mailbox: EmbeddedMailbox, kept: Office
) -> None:
    assert holders(kept.folder, NAME), "the search finds what is there"
    number = kept.nominations()[NAME]["number"]
    letters, mails = kept.export("letters"), kept.export("messages")
    sent = len(kept.sent())
    kept.shouwen("person", "forget", NAME, "--by", "李工", now=AT + 4 * HOUR)

    def is_forgotten() -> None:
        assert holders(kept.folder, NAME) == set()
        rows = {row["number"]: row for row in kept.export("nominations")}
        assert len(rows) == 2
        assert (rows[number]["nominee"], rows[number]["state"]) == (None, "withdrawn")
        assert (rows[number]["documents"], rows[number]["fields"]) == ([], {})
        assert kept.states()[OTHER] == "complete"
        assert len(kept.sent()) == sent
        assert [row["message_id"] for row in kept.export("letters")] == [row["message_id"] for row in letters]
        assert [row["content_hash"] for row in kept.export("messages")] == [
            row["content_hash"] for row in mails
        ]
        assert [row["message_id"] for row in kept.export("messages")] == [row["message_id"] for row in mails]

    is_forgotten()
    assert kept.query("SELECT actor FROM event WHERE verb = 'person forgotten'") == [("李工",)]
    # The same mail lies in the mailbox: the folder is read from its beginning again, and all is replayed.
    with kept.engine() as engine, engine.begin() as cn:
        cn.exec_driver_sql("DELETE FROM folder")
    kept.once(AT + 5 * HOUR)
    is_forgotten()
    kept.shouwen("replay", "--all", now=AT + 6 * HOUR)
    kept.once(AT + 7 * HOUR)
    is_forgotten()
    assert OTHER in "".join(row["nominee"] or "" for row in kept.export("nominations"))
    assert "foreign" not in (said := kept.shouwen("doctor", "--archive").text) and "missing" not in said


def test_one_of_two_in_a_mail_is_forgotten_and_the_other_stands(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    files = (*both(entry(NAME)), *both(entry(OTHER, category="site")))
    pymap_mailbox.deliver(letter(files, AT, text=f"报送{NAME}、{OTHER}的材料。"), AT)
    office.once(AT + 2 * HOUR)
    before = office.nominations()[OTHER]
    office.shouwen("person", "forget", NAME, "--by", "李工", now=AT + 3 * HOUR)
    office.shouwen("replay", "--all", now=AT + 4 * HOUR)
    office.once(AT + 5 * HOUR)
    assert holders(office.folder, NAME) == set()
    after = office.nominations()[OTHER]
    for key in ("number", "state", "documents", "fields"):
        assert after[key] == before[key]
    assert len(office.sent()) == 1
    assert holders(office.folder, OTHER)


def test_nothing_is_erased_before_somebody_says_who_he_is(kept: Office) -> None:
    before = kept.export("nominations")
    assert NAME in kept.shouwen("person", "find", NAME).text
    for command in (("person", "forget", NAME), ("purge", "--before", "2026-01-01")):
        outcome = kept.shouwen(*command, "--dry-run")
        assert outcome.code == 0 and "nomination(s) would be erased: KX2024-" in outcome.text
        assert kept.shouwen(*command).code == NEEDS_PERSON
    assert kept.export("nominations") == before
    assert kept.shouwen("person", "forget", "于", "--by", "李工").code == BAD_USAGE
    held = json.loads(kept.shouwen("person", "export", NAME).out)
    assert held["nominations"][0]["nominee"] == NAME
    assert OTHER not in json.dumps(held["nominations"], ensure_ascii=False)


def test_what_is_to_be_put_right_is_returned_to_its_unit(kept: Office) -> None:
    outcome = kept.shouwen(
        "person", "correct", NAME, "--to", "出生年月请更正", "--by", "李工", now=AT + 4 * HOUR
    )
    assert outcome.code == 0, outcome.text
    assert kept.states() == {NAME: "deficient", OTHER: "complete"}


def test_a_purge_takes_what_came_before_and_leaves_the_rest(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    pymap_mailbox.deliver(letter(both(entry(NAME)), AT), AT)
    office.once(AT + HOUR)
    late = AT + timedelta(days=2)
    pymap_mailbox.deliver(letter(both(entry(OTHER, unit=PROVINCE, category="site")), late, PROVINCE), late)
    office.once(late + HOUR)
    sent = len(office.sent())
    day = f"{AT + timedelta(days=1):%Y-%m-%d}"
    done = office.shouwen("purge", "--before", day, "--by", "李工", now=late + 2 * HOUR)
    assert done.code == 0 and "1 nomination(s) erased" in done.text, done.text
    office.shouwen("replay", "--all", now=late + 3 * HOUR)
    office.once(late + 4 * HOUR)
    assert holders(office.folder, NAME) == set()
    assert SOCIETY.sender.address.encode() not in b"".join(office.archived().values())
    assert office.states()[OTHER] == "complete"
    assert len(office.sent()) == sent
    assert len(office.export("messages")) == 2
    assert office.query("SELECT actor FROM event WHERE verb = 'purged'") == [("李工",)]


def test_a_person_is_forgotten_on_a_database_server(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, postgres_url: str
) -> None:
    office = office_on(pymap_mailbox, postgres_url)
    pymap_mailbox.deliver(letter(both(entry(NAME)), AT), AT)
    office.once(AT + HOUR)
    done = office.shouwen("person", "forget", NAME, "--by", "李工", now=AT + 2 * HOUR)
    assert done.code == 0, done.text
    assert "nothing is held" in office.shouwen("person", "find", NAME).text
    assert holders(office.folder, NAME) == set()
    with pytest.raises(DBAPIError, match="append-only"), office.engine() as engine, engine.begin() as cn:
        cn.exec_driver_sql("UPDATE event SET verb = 'x', detail = '〔已删除〕'")
