"""Ingest: mail from disk walks the same journey as mail from the mailbox."""

from __future__ import annotations

import mailbox
from datetime import timedelta
from pathlib import Path

import pytest

from intake.demo.mailbox import EmbeddedMailbox
from store.archive.names import content_hash, twin_hash
from tests.journey import BAD_USAGE, DONE, NEEDS_PERSON, Office
from tests.material import AT, DEADLINE, NAMES, both, entry, letter, without_received

MAILS = {name: letter(both(entry(name)), AT + timedelta(minutes=n)) for n, name in enumerate(NAMES[:4])}
RAWS = list(MAILS.values())


def write_mbox(path: Path, raws: list[bytes]) -> None:
    """An mbox as mail programs export it: line feeds alone, and From_ lines between."""
    mark = b"From kepu@unit.example Fri Feb 21 10:00:00 2025\n"
    path.write_bytes(b"".join(mark + raw.replace(b"\r\n", b"\n") + b"\n" for raw in raws))


def write_maildir(path: Path, raws: list[bytes]) -> None:
    box = mailbox.Maildir(path, create=True)
    for place, raw in enumerate(raws):
        file = (
            path / ("new" if place % 2 else "cur") / f"170000000{place}.M1.host{'' if place % 2 else ':2,S'}"
        )
        file.write_bytes(raw)
    assert len(box) == len(raws)


def test_a_mail_in_a_file(office: Office) -> None:
    file = office.folder / "mail.eml"
    file.write_bytes(RAWS[0])
    outcome = office.shouwen("ingest", file)
    assert outcome.code == DONE, outcome.text
    assert list(office.archived().values()) == [RAWS[0]]
    row = office.nominations()[NAMES[0]]
    assert (row["state"], row["received_at"]) == ("complete", AT.isoformat())
    assert len(office.sent()) == 1
    (message,) = office.export("messages")
    assert (message["folder"], message["uid"]) == (None, None)
    assert office.shouwen("ingest", file).code == DONE
    assert len(office.sent()) == 1
    assert len(office.export("messages")) == 1


def test_a_folder_with_everything_in_it(office: Office) -> None:
    folder = office.folder / "old"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "mail.eml").write_bytes(RAWS[0])
    write_mbox(folder / "export.mbox", RAWS[1:2])
    write_maildir(folder / "Maildir", RAWS[2:4])
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    outcome = office.shouwen("ingest", folder)
    assert outcome.code == DONE, outcome.text
    assert "picture.png" in outcome.text
    assert set(office.nominations()) == set(NAMES[:4])
    assert len(office.export("messages")) == 4
    kept = set(office.archived().values())
    assert kept == {RAWS[0], RAWS[1].replace(b"\r\n", b"\n"), *RAWS[2:4]}
    assert len(office.sent()) == 1


@pytest.mark.parametrize("many", [2, 4])
def test_an_mbox_and_a_maildir_by_name(office: Office, many: int) -> None:
    write_mbox(office.folder / "box", RAWS[: many // 2])
    write_maildir(office.folder / "Maildir", RAWS[many // 2 : many])
    assert office.shouwen("ingest", office.folder / "box", office.folder / "Maildir").code == DONE
    assert set(office.nominations()) == set(NAMES[:many])


def test_a_mail_that_the_mailbox_has_brought_already(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    pymap_mailbox.deliver(RAWS[0], AT)
    office.once()
    file = office.folder / "mail.eml"
    file.write_bytes(RAWS[0])
    assert office.shouwen("ingest", file).code == DONE
    assert len(office.export("messages")) == 1
    assert len(office.sent()) == 1


def test_a_mail_from_an_mbox_is_the_one_that_the_mailbox_brings(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    """The mbox has line feeds alone, IMAP has CRLF; whichever comes first, nobody is answered twice."""
    write_mbox(office.folder / "first.mbox", RAWS[:1])
    assert office.shouwen("ingest", office.folder / "first.mbox").code == DONE
    pymap_mailbox.deliver(RAWS[0], AT)
    pymap_mailbox.deliver(RAWS[1], AT)
    office.once()
    write_mbox(office.folder / "second.mbox", RAWS[1:2])
    assert office.shouwen("ingest", office.folder / "second.mbox").code == DONE
    messages = {row["content_hash"] for row in office.export("messages")}
    raws = (RAWS[0].replace(b"\r\n", b"\n"), RAWS[1])
    assert messages == {content_hash(raw) for raw in raws}
    assert all(row["folder"] == "INBOX" for row in office.export("messages"))


@pytest.mark.parametrize(
    ("raw", "twin"),
    [
        (b"a\nb\n" * 999_999, b"a\r\nb\r\n" * 999_999),
        (b"a", b"a"),
        (b"a\r\nb\n", None),
        (b"a\nb\rc", None),
        (b"a\r\r\nb", None),
        (b"", b""),
    ],
)
def test_only_a_mail_with_one_kind_of_line_ends_has_a_twin(raw: bytes, twin: bytes | None) -> None:
    assert twin_hash(raw) == ("" if twin is None else content_hash(twin))
    assert twin is None or twin_hash(twin) == content_hash(raw)


def test_a_mail_without_a_time_waits_for_a_person(office: Office) -> None:
    file = office.folder / "mail.eml"
    file.write_bytes(without_received(RAWS[0]))
    outcome = office.shouwen("ingest", file)
    assert outcome.code == NEEDS_PERSON
    assert office.export("nominations") == []
    assert office.sent() == []
    assert "--received-at" in office.shouwen("quarantine", "show", 1).text
    given = DEADLINE.isoformat()
    outcome = office.shouwen("ingest", "--received-at", given, file)
    assert outcome.code == DONE, outcome.text
    assert office.nominations()[NAMES[0]]["received_at"] == given
    assert office.codes(NAMES[0]) == {"late"}
    assert len(office.sent()) == 1


def test_a_time_that_is_given_never_outranks_the_providers(office: Office) -> None:
    file = office.folder / "mail.eml"
    file.write_bytes(RAWS[0])
    office.shouwen("ingest", "--received-at", DEADLINE.isoformat(), file)
    assert office.nominations()[NAMES[0]]["received_at"] == AT.isoformat()


def test_what_cannot_be_ingested(office: Office) -> None:
    assert office.shouwen("ingest", office.folder / "none.eml").code == BAD_USAGE
    file = office.folder / "mail.eml"
    file.write_bytes(without_received(RAWS[0]))
    for wrong in ("2025-02-21T10:00:00", "yesterday"):
        outcome = office.shouwen("ingest", "--received-at", wrong, file)
        assert outcome.code == BAD_USAGE
        assert wrong in outcome.text and "+08:00" in outcome.text
        assert "Traceback" not in outcome.text
    assert office.export("messages") == []
