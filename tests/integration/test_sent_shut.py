"""Damaged and locked files over real wires: the unit is asked for them, and what they hold is in time."""

from __future__ import annotations

import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest

from intake.demo.mailbox import EmbeddedMailbox
from intake.demo.mails.programs import AttachedFile
from tests.integration.conftest import OfficeOn
from tests.journey import DONE, Office
from tests.material import AT, DEADLINE, SOCIETY, both, entry, form, letter, scan

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AFTER = DEADLINE + 2 * DAY
SUBJECT = f"{SOCIETY.name}推荐材料"


def locked(*files: AttachedFile, filename: str = "材料.zip") -> AttachedFile:
    """An archive whose files bear the mark of a password (APPNOTE 4.4.4, bit 0)."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for file in files:
            archive.writestr(file.filename, file.content)
    data = bytearray(packed.getvalue())
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(signature)
        while start >= 0:
            data[start + place] |= 1
            start = data.find(signature, start + 4)
    return AttachedFile(filename, bytes(data))


def broken(filename: str) -> AttachedFile:
    """A PDF of which nothing but its first line is left."""
    return AttachedFile(filename, b"%PDF-1.7\nno page is left")


def ledger(office: Office) -> list[tuple[Any, ...]]:
    """The live nominations: number, nominee, state, codes of findings that are more than notes."""
    return [
        (
            row["number"][-4:],
            row["nominee"],
            row["state"],
            sorted({found["code"] for found in row["findings"] if found["severity"] != "note"}),
        )
        for row in office.export("nominations")
    ]


def replayed(office: Office) -> None:
    before = [office.export(what) for what in ("nominations", "letters")]
    assert office.shouwen("replay", "--all", now=AFTER + 2 * HOUR).code == DONE
    office.once(AFTER + 3 * HOUR)
    assert [office.export(what) for what in ("nominations", "letters")] == before


def test_a_locked_archive_is_asked_for_and_its_contents_are_in_time(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, database_url: str
) -> None:
    office = office_on(pymap_mailbox, database_url)
    one, two = both(entry("于洁")), both(entry("马骁"))
    pymap_mailbox.deliver(letter([locked(*one, *two)], subject=SUBJECT), AT)
    office.once(AT + HOUR)
    assert ledger(office) == [("0001", None, "deficient", ["encrypted"])]
    (notice,) = office.sent()
    body = notice.get_body(("plain",))
    assert body is not None
    said = "".join(body.get_content().split())
    assert "材料.zip" in said and "取消密码" in said and "Word版推荐表" not in said
    assert "材料.zip" in office.shouwen("digest", "--date", AT.date().isoformat()).text
    office.once(AT + 2 * HOUR)
    assert len(office.sent()) == 1
    answer = letter([*one, *two], AFTER, subject="推荐材料（无密码）")
    pymap_mailbox.deliver(answer, AFTER)
    office.once(AFTER + HOUR)
    assert ledger(office) == [("0001", "于洁", "complete", []), ("0002", "马骁", "complete", [])]
    assert {row["received_at"] for row in office.export("nominations")} == {AT.isoformat()}
    assert [row["kind"] for row in office.export("letters")] == ["deficiency", "receipt"]
    replayed(office)


def test_a_damaged_scan_keeps_back_nothing_of_another_mail(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    pymap_mailbox.deliver(letter([form(entry("于洁"), "8.docx"), broken("2.pdf")]), AT)
    pymap_mailbox.deliver(letter([form(entry("马骁"))], AT + HOUR), AT + HOUR)
    office.once(AT + 2 * HOUR)
    assert office.states() == {"于洁": "deficient", "马骁": "deficient"}
    assert (office.codes("于洁"), office.codes("马骁")) == ({"unreadable"}, {"scan-missing"})
    assert len(office.sent()) == 1


def test_a_damaged_scan_alone_in_its_mail(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    pymap_mailbox.deliver(letter([broken("扫描件.pdf")], subject=SUBJECT), AT)
    office.once(AT + HOUR)
    assert ledger(office) == [("0001", None, "deficient", ["unreadable"])]
    pymap_mailbox.deliver(letter([form(entry("于洁"))], AT + DAY), AT + DAY)
    office.once(AT + DAY + HOUR)
    # Form and scan came apart: they are one nomination, and the scan is what lacks.
    assert ledger(office) == [("0001", "于洁", "deficient", ["unreadable"])]
    pymap_mailbox.deliver(letter([scan(entry("于洁"))], AFTER, subject="补充材料"), AFTER)
    office.once(AFTER + HOUR)
    assert ledger(office) == [("0001", "于洁", "complete", [])]
    replayed(office)


def test_a_damaged_form_under_another_name_is_no_second_nomination(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    cut = AttachedFile("1.docx", form(entry("于洁")).content[:400])
    pymap_mailbox.deliver(letter([cut, scan(entry("于洁"), "扫描件.pdf")], subject=SUBJECT), AT)
    office.once(AT + HOUR)
    assert ledger(office) == [("0001", None, "deficient", ["unreadable"])]
    pymap_mailbox.deliver(letter([form(entry("于洁"))], AFTER, subject="补充材料"), AFTER)
    office.once(AFTER + HOUR)
    assert ledger(office) == [("0001", "于洁", "complete", [])]
    replayed(office)


@pytest.mark.parametrize("alone", [True, False])
def test_what_is_not_needed_is_not_asked_for(
    pymap_mailbox: EmbeddedMailbox, office: Office, alone: bool
) -> None:
    extra = locked(AttachedFile("1.jpg", b"x"), filename="照片.zip" if alone else "其他.zip")
    if alone:
        pymap_mailbox.deliver(letter(both(entry("于洁"))), AT)
        pymap_mailbox.deliver(letter([extra], AT + HOUR, subject=SUBJECT), AT + HOUR)
    else:
        pymap_mailbox.deliver(letter([*both(entry("于洁")), extra]), AT)
    office.once(AT + 2 * HOUR)
    assert ledger(office) == [("0001", "于洁", "complete", [])]
    assert [row["kind"] for row in office.export("letters")] == ["receipt"]
