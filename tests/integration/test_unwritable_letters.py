"""One letter that cannot be written stops nothing: not another unit's, not a decision's, not delivery."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from intake.domain.letters import unit_letter
from intake.mail.smtp import Outcome, PostOffice
from tests.journey import NEEDS_PERSON, Office
from tests.material import AT, NAMES, SOCIETY, both, entry, letter

HOUR = timedelta(hours=1)
GOOD = letter(both(entry(NAMES[0])), AT)
ADDRESSES = {
    "address-not-ascii": "办公室@科协.中国".encode(),
    "addr-underscore-domain": b"Wang <wang@my_host.example.com>",
    "addr-hyphen-domain": b"Wang <wang@-host.example.com>",
    "addr-domain-literal": b"Wang <wang@[192.0.2.1]>",
    "addr-gbk-local": "Wang <王@example.com>".encode("gbk"),
    "addr-encoded": b"Wang <=?utf-8?b?546L?=@example.com>",
    "addr-idn": "王 <kp@科协.中国>".encode(),
}
UNWRITABLE = {"addr-hyphen-domain", "addr-domain-literal"}


def question(sender: bytes) -> bytes:
    """A small mail that asks something, from an address as it stands in the header."""
    head = (
        b"Received: from x by y; Fri, 21 Feb 2025 10:00:00 +0800",
        b"From: " + sender,
        b"To: intake@example.org",
        b"Subject: question",
        b"Message-ID: <question@unit.example>",
        b"Date: Fri, 21 Feb 2025 10:00:00 +0800",
        b'Content-Type: text/plain; charset="utf-8"',
        b"",
    )
    return b"\r\n".join((*head, "请问推荐表在哪里下载？".encode(), b""))


def ingest(office: Office, **mails: bytes) -> str:
    """Takes in mails and composes what is owed a while later; nothing of it may fail."""
    folder = office.folder / "mails"
    folder.mkdir()
    for name, raw in mails.items():
        (folder / f"{name}.eml").write_bytes(raw)
    outcome = office.shouwen("ingest", folder, now=AT + HOUR)
    assert "Traceback" not in outcome.text and "rror" not in outcome.text, outcome.text
    return outcome.text


def letters(office: Office) -> dict[str, tuple[str, str]]:
    """Kind and state of the letters by their addresses."""
    return {row["to"]: (row["kind"], row["state"]) for row in office.export("letters")}


@pytest.mark.parametrize("case", ADDRESSES)
def test_an_address_that_takes_no_letter_stops_nobody_elses(office: Office, case: str) -> None:
    office.change(letters={"mode": "hold"})
    ingest(office, strange=question(ADDRESSES[case]), good=GOOD)
    found = letters(office)
    assert found.pop(SOCIETY.sender.address) == ("receipt", "held")
    assert set(found.values()) <= {("receipt", "dead" if case in UNWRITABLE else "held")}
    assert found, "who wrote is written to, or staff hear of it"
    digest = office.shouwen("digest", "--date", "2025-02-21").text
    assert ("已自动回复" in digest) == (case not in UNWRITABLE)


def test_a_template_at_fault_sets_its_letters_aside_until_it_is_mended(office: Office) -> None:
    own = office.folder / "own" / "receipt"
    own.mkdir(parents=True)
    (own / "body.txt").write_text("第一行\n{{ view.nothing_of_that_name }}\n", encoding="utf-8")
    office.change(letters={"templates": str(own.parent)})
    ingest(office, question=question(b"wang@unit2.example"), good=GOOD)
    assert letters(office) == {
        SOCIETY.sender.address: ("receipt", "dead"),
        "wang@unit2.example": ("receipt", "sent"),
    }
    (dead,) = (row for row in office.export("letters") if row["state"] == "dead")
    shown = office.shouwen("letters", "show", dead["id"]).text
    assert "receipt/body.txt第2行" in shown and "nothing_of_that_name" in shown
    digest = "".join(office.shouwen("digest", "--date", "2025-02-21").text.split())
    assert "未能撰写" in digest and "shouwenlettersrelease" in digest
    # It stays aside, and is written once and whole when its template is mended.
    assert office.shouwen("once", now=AT + 2 * HOUR).code == NEEDS_PERSON
    assert len(office.sent()) == 1
    (own / "body.txt").unlink()
    assert "written anew" in office.shouwen("letters", "release", dead["id"], now=AT + 3 * HOUR).text
    office.once(AT + 3 * HOUR)
    assert letters(office)[SOCIETY.sender.address] == ("receipt", "sent")
    assert len(office.sent()) == 2
    office.once(AT + 4 * HOUR)
    assert len(office.sent()) == 2


def test_a_decision_that_could_not_be_told_is_told_once_the_template_is_mended(office: Office) -> None:
    ingest(office, good=GOOD)
    number = office.nominations()[NAMES[0]]["number"]
    own = office.folder / "own" / "decision"
    own.mkdir(parents=True)
    (own / "body.html").write_text("{% if %}", encoding="utf-8")
    office.change(letters={"templates": str(own.parent)})
    words = ("decide", number, "return", "--by", "李工", "--reason", "请补盖公章")
    office.shouwen(*words, now=AT + HOUR)
    office.shouwen("once", now=AT + 2 * HOUR)
    (row,) = (row for row in office.export("letters") if row["kind"] == "decision")
    assert row["state"] == "dead"
    (own / "body.html").unlink()
    office.shouwen("letters", "release", row["id"], now=AT + 3 * HOUR)
    office.once(AT + 3 * HOUR)
    (row,) = (row for row in office.export("letters") if row["kind"] == "decision")
    assert row["state"] == "sent"


def test_a_fault_of_ours_before_the_words_is_told_and_stops_nobody_else(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OverflowError("date value out of range")

    monkeypatch.setattr(unit_letter, "letter_for", broken)
    folder = office.folder / "mails"
    folder.mkdir()
    (folder / "a.eml").write_bytes(GOOD)
    (folder / "b.eml").write_bytes(question(b"wang@unit2.example"))
    assert office.shouwen("ingest", folder, now=AT + HOUR).code == NEEDS_PERSON
    assert letters(office) == {"wang@unit2.example": ("receipt", "sent")}
    digest = "".join(office.shouwen("digest", "--date", "2025-02-21").text.split())
    assert f"{SOCIETY.name}：信函未能生成" in digest
    monkeypatch.undo()
    office.once(AT + 2 * HOUR)
    assert letters(office)[SOCIETY.sender.address] == ("receipt", "sent")


def test_the_digest_goes_out_though_its_own_template_has_a_fault(office: Office) -> None:
    own: Path = office.folder / "own" / "digest"
    own.mkdir(parents=True)
    (own / "body.txt").write_text("{{ view.nothing }}", encoding="utf-8")
    office.change(letters={"templates": str(own.parent)})
    office.shouwen("digest", "--date", "2025-02-21", "--send", now=AT + HOUR)
    (row,) = office.export("letters")
    assert (row["kind"], row["state"]) in {("digest", "queued"), ("digest", "sent")}


def test_a_fault_while_one_letter_is_sent_sets_that_one_aside(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = PostOffice.send

    def broken(self: PostOffice, raw: bytes, sender: str, to: str) -> Outcome:
        if to == SOCIETY.sender.address:
            raise UnicodeEncodeError("ascii", to, 0, 1, "ordinal not in range")
        return send(self, raw, sender, to)

    monkeypatch.setattr(PostOffice, "send", broken)
    folder = office.folder / "mails"
    folder.mkdir()
    (folder / "a.eml").write_bytes(GOOD)
    (folder / "b.eml").write_bytes(question(b"wang@unit2.example"))
    assert office.shouwen("ingest", folder, now=AT + HOUR).code == NEEDS_PERSON
    assert {to: state for to, (_, state) in letters(office).items()} == {
        SOCIETY.sender.address: "held",
        "wang@unit2.example": "sent",
    }
