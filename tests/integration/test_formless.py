"""No Word form came: what the unit is asked for, and how the form finds its scan afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from intake.demo import units
from intake.demo.filling import SampleEntry
from intake.demo.mailbox import EmbeddedMailbox
from intake.demo.mails.programs import AttachedFile
from intake.demo.papers.exported import exported_pdf
from intake.demo.papers.scans import bound_scans
from intake.demo.papers.sheet import SheetLayout
from intake.demo.units import SampleUnit
from tests.integration.conftest import OfficeOn
from tests.integration.test_supplements import replayed
from tests.journey import Office, words
from tests.material import AT, entry, form, letter

LOOK = {"look": "auto"}
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
FILLED = date(2025, 2, 18)


@pytest.fixture
def looking(pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn) -> Office:
    """An installation that looks at scans with its own eyes."""
    return office_on(pymap_mailbox, scans=LOOK)


def stamped(item: SampleEntry, filename: str) -> AttachedFile:
    """The sealed scan under a name that says nothing."""
    return AttachedFile(
        filename, bound_scans([(item.content(FILLED, 2025, 2024), item.layout)], key=filename)
    )


def saved(item: SampleEntry) -> AttachedFile:
    """The form saved as PDF."""
    return AttachedFile(
        f"{item.nominee}推荐表.pdf", exported_pdf(item.content(FILLED, 2025, 2024), item.layout)
    )


def mail(files: Sequence[AttachedFile], unit: SampleUnit, at: datetime = AT, key: str = "") -> bytes:
    """A mail that names its unit, since no form does."""
    return letter(files, at, unit, subject=f"{unit.name}推荐材料", key=key)


def findings(office: Office) -> list[tuple[str, str]]:
    """Code and severity of all findings that are more than notes."""
    rows = [finding for row in office.nominations().values() for finding in row["findings"]]
    return [(row["code"], row["severity"]) for row in rows if row["severity"] != "note"]


def test_an_export_in_the_word_form_s_place_beside_the_sealed_scan(
    looking: Office, pymap_mailbox: EmbeddedMailbox
) -> None:
    item = entry("南岗乡梅岭社区科技志愿服务点", units.HENAN, "site")
    files = [saved(item), stamped(item, "盖章扫描件.pdf")]
    pymap_mailbox.deliver(mail(files, units.HENAN), AT)
    looking.once(AT + HOUR)
    assert looking.states() == {item.nominee: "deficient"}
    assert findings(looking) == [("form-missing", "curable")]
    (row,) = looking.nominations().values()
    assert row["category"] == "site"
    assert row["fields"]["teams"]["document"] == f"{item.nominee}推荐表.pdf"
    (notice,) = looking.sent()
    assert "推荐表WORD版" in words(notice) and "未见推荐单位公章" not in words(notice)
    replayed(looking, AT + 2 * HOUR)

    later = AT + DAY
    pymap_mailbox.deliver(mail([form(item)], units.HENAN, later), later)
    looking.once(later + HOUR)
    assert looking.states() == {item.nominee: "complete"}
    (whole,) = looking.nominations().values()
    assert whole["number"] == row["number"]
    replayed(looking, later + 2 * HOUR)


def test_a_stamped_scan_alone(looking: Office, pymap_mailbox: EmbeddedMailbox) -> None:
    item = replace(entry("欧阳璟雯", units.ANHUI), layout=SheetLayout.UNIT_ROW)
    pymap_mailbox.deliver(mail([stamped(item, "扫描0001.pdf")], units.ANHUI), AT)
    looking.once(AT + HOUR)
    assert looking.states() == {item.nominee: "deficient"}
    assert findings(looking) == [("form-missing", "curable")]
    (notice,) = looking.sent()
    # What was only read from a picture is told to nobody as a fact.
    assert item.nominee not in words(notice)
    assert "扫描0001.pdf" in words(notice) and "推荐表WORD版" in words(notice)
    number = looking.nominations()[item.nominee]["number"]
    replayed(looking, AT + 2 * HOUR)

    later = AT + DAY
    pymap_mailbox.deliver(mail([form(item)], units.ANHUI, later), later)
    looking.once(later + HOUR)
    assert looking.states() == {item.nominee: "complete"}
    assert looking.nominations()[item.nominee]["number"] == number
    replayed(looking, later + 2 * HOUR)


def test_two_scans_of_one_nominee_are_asked_about_once(
    looking: Office, pymap_mailbox: EmbeddedMailbox
) -> None:
    item = entry("程牧秋", units.HUNAN)
    for number in (1, 2):
        at = AT + number * HOUR
        files = [stamped(item, f"扫描000{number}.pdf")]
        pymap_mailbox.deliver(mail(files, units.HUNAN, at, str(number)), at)
    looking.once(AT + 4 * HOUR)
    assert looking.states() == {item.nominee: "deficient"}
    assert findings(looking) == [("form-missing", "curable")]
