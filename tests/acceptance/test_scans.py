"""`shouwen once` looks at scans: real pictures of forms, real seals, real reading, through real servers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import Mock, patch

import pytest

from intake.demo import units
from intake.demo.filling import SampleEntry
from intake.demo.mailbox import EmbeddedMailbox
from intake.demo.mails.programs import AttachedFile
from intake.demo.papers.exported import exported_pdf
from intake.demo.papers.scans import ScanLook, bound_scans, scan_pages
from intake.demo.papers.sheet import SheetLayout
from intake.demo.units import SampleUnit
from parsers.sandbox.pool import Sandbox
from tests.journey import DONE, STAFF, Office, words
from tests.material import AT, entry, form, letter
from tests.servers.smtp_faults import FaultyPostOffice

NOW = AT + timedelta(hours=2)
DAY = date(2025, 2, 18)
BARE = ScanLook(seal=None)


def scanned(*items: SampleEntry, look: ScanLook | None = None, shows: str = "") -> AttachedFile:
    """The stamped scans of these nominations in one PDF; `shows` stands in place of the nominee's name."""
    contents = [item.content(DAY, 2025, 2024) for item in items]
    shown = [replace(content, nominee=shows or content.nominee) for content in contents]
    forms = [(content, item.layout) for content, item in zip(shown, items, strict=True)]
    return AttachedFile("盖章扫描件.pdf", bound_scans(forms, look, items[0].nominee))


def photographed(item: SampleEntry) -> list[AttachedFile]:
    """The stamped form as a picture of each page."""
    pages = scan_pages(item.content(DAY, 2025, 2024), item.layout, None, item.nominee)
    return [
        AttachedFile(f"{item.nominee}推荐表盖章{number}.jpg", page, "image/jpeg")
        for number, page in enumerate(pages, 1)
    ]


def exported(item: SampleEntry) -> AttachedFile:
    """The form saved as PDF by the office program."""
    return AttachedFile(f"{item.nominee}推荐表.pdf", exported_pdf(item.content(DAY, 2025, 2024), item.layout))


def post(mailbox: EmbeddedMailbox, unit: SampleUnit, files: Sequence[AttachedFile]) -> None:
    """One mail of the unit with these files."""
    mailbox.deliver(letter(files, AT, unit), AT)


@pytest.fixture
def office(pymap_mailbox: EmbeddedMailbox, postoffice: FaultyPostOffice, tmp_path: Path) -> Office:
    """An installation that looks at scans."""

    return Office(tmp_path / "office", pymap_mailbox, postoffice, scans={"look": "auto"})


@contextmanager
def nothing_is_looked_at() -> Iterator[None]:
    """Fails where a child is asked to look at a scan."""
    with patch.object(Sandbox, "inspect", Mock(side_effect=AssertionError("a scan was looked at"))) as asked:
        yield
    assert not asked.called


def told(office: Office, unit: SampleUnit) -> str:
    """What the one letter to the unit says."""
    (mail,) = [mail for mail in office.sent() if mail["To"].addresses[0].addr_spec == unit.sender.address]
    return words(mail)


def test_what_scans_show_decides(office: Office, pymap_mailbox: EmbeddedMailbox) -> None:
    sealed = entry("欧阳璟雯", units.HENAN)
    unsealed = entry("程牧秋", units.ANHUI)
    typed = replace(entry("罗一帆", units.GEOLOGY), layout=SheetLayout.COLONS)
    other = entry("沈知遥", units.HUNAN)
    pictured = entry("“一江清水”科技志愿服务项目", units.GUANGXI, "project")
    first, second = (
        entry("贺云汀", units.JIANGXI),
        replace(entry("稻香村科技志愿服务点", units.JIANGXI, "site"), layout=SheetLayout.COLONS),
    )
    post(pymap_mailbox, units.HENAN, [form(sealed), scanned(sealed)])
    post(pymap_mailbox, units.ANHUI, [form(unsealed), scanned(unsealed, look=BARE)])
    post(pymap_mailbox, units.GEOLOGY, [form(typed), exported(typed)])
    post(pymap_mailbox, units.HUNAN, [form(other), scanned(other, shows="沈知远")])
    post(pymap_mailbox, units.GUANGXI, [form(pictured), *photographed(pictured)])
    post(pymap_mailbox, units.JIANGXI, [form(first), form(second), scanned(first, second)])

    outcome = office.once(NOW)
    assert office.states() == {
        sealed.nominee: "complete",
        unsealed.nominee: "deficient",
        typed.nominee: "deficient",
        other.nominee: "review",
        pictured.nominee: "deficient",
        first.nominee: "complete",
        second.nominee: "complete",
    }
    for item in (unsealed, typed):
        assert office.codes(item.nominee) == {"scan-not-sealed"}
        assert "未见推荐单位公章" in told(office, item.unit)
    assert office.codes(other.nominee) <= {"doubtful", "scan-other-form"}
    assert "沈知远" not in told(office, units.HUNAN) and "补正" not in told(office, units.HUNAN)
    assert office.codes(pictured.nominee) == {"wrong-format"}
    assert "未见PDF格式" in told(office, units.GUANGXI)
    assert "scans looked at" in outcome.text and "left to a person" in outcome.text

    what_was_seen_is_told(office, office.nominations()[sealed.nominee]["number"])
    the_digest_shows_pictures(office)
    replay_looks_at_nothing_again(office)


def what_was_seen_is_told(office: Office, number: str) -> None:
    """Status names the seals, what was read, the pictures on disk, and the costs of each step."""
    said = office.shouwen("status", number).text
    assert f"sure: red round seal, text “{units.HENAN.name}”" in said
    assert "“欧阳璟雯”, as in the form" in said and " read " in said
    paths = [line.split()[-1] for line in said.splitlines() if line.strip().startswith("picture")]
    assert paths
    assert all((office.folder / path).read_bytes().startswith(b"\xff\xd8") for path in paths)
    ledger = office.shouwen("status").text
    assert "looked at" in ledger and "1 by the text layer" in ledger and "1 left to a person" in ledger


def the_digest_shows_pictures(office: Office) -> None:
    """The pictures of the scan in review stand in the mail beside the page that shows them."""
    assert office.shouwen("digest", "--send", now=NOW).code == DONE
    (mail,) = [mail for mail in office.sent() if mail["To"].addresses[0].addr_spec == STAFF]
    alternative, book = mail.iter_parts()
    plain, related = alternative.iter_parts()
    page, *pictures = related.iter_parts()
    kinds = [part.get_content_type() for part in (mail, alternative, plain, related, page)]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
    ]
    assert pictures and {part.get_content_type() for part in pictures} == {"image/jpeg"}
    for part in pictures:
        assert f"cid:{part['Content-ID'].strip('<>')}" in page.get_content()
    assert "沈知遥" in page.get_content() and book.get_filename() == "ledger-20250221.xlsx"


def replay_looks_at_nothing_again(office: Office) -> None:
    """Everything is read and decided anew, from what was seen."""
    states, sent = office.states(), len(office.sent())
    seen = office.query("SELECT content_hash, version, facts FROM inspection ORDER BY content_hash")
    assert seen
    with nothing_is_looked_at():
        outcome = office.shouwen("replay", "--all", now=NOW)
    assert outcome.code == DONE, outcome.text
    assert office.query("SELECT content_hash, version, facts FROM inspection ORDER BY content_hash") == seen
    assert (office.states(), len(office.sent())) == (states, sent)
    assert "scans known from before" in outcome.text


def test_switched_off_nothing_is_looked_at_and_nothing_waits(
    office: Office, pymap_mailbox: EmbeddedMailbox
) -> None:
    office.change(scans={"look": "off"})
    item = entry("程牧秋", units.ANHUI)
    post(pymap_mailbox, units.ANHUI, [form(item), scanned(item, look=BARE)])
    with nothing_is_looked_at():
        office.once(NOW)
    assert office.states() == {item.nominee: "complete"}


def test_without_the_parts_a_person_looks_and_nobody_is_asked(
    office: Office, pymap_mailbox: EmbeddedMailbox
) -> None:
    item = entry("程牧秋", units.ANHUI)
    post(pymap_mailbox, units.ANHUI, [form(item), scanned(item, look=BARE)])
    with patch("parsers.scan.reader.missing", return_value=("rapidocr",)), nothing_is_looked_at():
        office.once(NOW)
    assert office.states() == {item.nominee: "review"}
    assert office.codes(item.nominee) == {"scan-unchecked"}
    assert "补正" not in told(office, units.ANHUI)
