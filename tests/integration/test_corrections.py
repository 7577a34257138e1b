"""A clerk corrects what was read, pairs and parts papers: it outranks every reading, and is on record."""

from __future__ import annotations

from datetime import timedelta

import pytest

from intake.demo.mailbox import EmbeddedMailbox
from tests.integration.conftest import ON_SQLITE, OfficeOn
from tests.journey import BAD_USAGE, DONE, Office, words
from tests.material import AT, both, entry, form, letter, scan

HOUR = timedelta(hours=1)
BY = ("--by", "李明", "--reason", "经核对扫描件")


@pytest.fixture
def misread(pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, database_url: str) -> Office:
    """A form whose nominee is not the one of the scan that came with it."""
    office = office_on(pymap_mailbox, database_url)
    files = [form(entry("沈知远"), "推荐表.docx"), scan(entry("沈知遥"))]
    pymap_mailbox.deliver(letter(files), AT)
    office.once(AT + timedelta(minutes=1))
    assert office.states() == {"沈知远": "review", "沈知遥": "review"}
    return office


def number_of(office: Office, nominee: str) -> str:
    return str(office.nominations()[nominee]["number"])


def test_a_corrected_name_settles_the_doubt_and_survives_what_comes_later(
    misread: Office, pymap_mailbox: EmbeddedMailbox
) -> None:
    number = number_of(misread, "沈知远")
    done = misread.shouwen("correct", number, "nominee=沈知遥", *BY, now=AT + HOUR)
    assert done.code == DONE and "“沈知远” is corrected to “沈知遥”" in done.text, done.text
    assert misread.states() == {"沈知遥": "complete"}
    row = misread.nominations()["沈知遥"]
    assert row["number"] == number
    assert row["fields"]["nominee"] == {
        "value": "沈知遥",
        "text": "沈知遥",
        "document": "推荐表.docx",
        "basis": "person",
        "read": "沈知远",
    }
    (note,) = (f for f in row["findings"] if f["code"] == "corrected")
    assert (note["severity"], note["basis"]) == ("note", "person")
    assert "“沈知遥”（人工更正：原读作“沈知远”，李明）" in note["evidence"]
    before = misread.export("nominations")
    assert misread.shouwen("replay", "--all").code == DONE
    assert misread.export("nominations") == before
    pymap_mailbox.deliver(letter([*both(entry("于洁"))], AT + HOUR), AT + HOUR)
    misread.once(AT + 2 * HOUR)
    assert misread.states() == {"沈知遥": "complete", "于洁": "complete"}
    told = misread.shouwen("status", number).text
    assert "李明" in told and "corrected" in told and "经核对扫描件" in told
    (receipt,) = misread.sent()
    assert "沈知遥" in words(receipt) and "沈知远" not in words(receipt)


def test_what_a_correction_would_do_is_shown_and_nothing_is_done(misread: Office) -> None:
    number = number_of(misread, "沈知远")
    before = misread.export("nominations"), misread.export("letters"), misread.query("SELECT * FROM event")
    shown = misread.shouwen("correct", number, "nominee=沈知遥", *BY, "--dry-run", now=AT + HOUR)
    assert shown.code == DONE
    assert f"{number}  沈知遥  待人工核对 -> 材料齐全" in shown.text or "->" in shown.text, shown.text
    assert "沈知遥" in shown.text.partition("Subject")[0]
    after = misread.export("nominations"), misread.export("letters"), misread.query("SELECT * FROM event")
    assert after == before
    assert misread.query("SELECT * FROM correction") == []


def test_a_correction_is_taken_back(misread: Office) -> None:
    number = number_of(misread, "沈知远")
    assert misread.shouwen("correct", number, "nominee=沈知遥", *BY).code == DONE
    undone = misread.shouwen("correct", number, "nominee", "--undo", "--by", "王芳", "--reason", "看错了")
    assert undone.code == DONE, undone.text
    assert misread.states() == {"沈知远": "review", "沈知遥": "review"}
    told = misread.shouwen("status", number).text
    assert "王芳  taken back" in told


@ON_SQLITE
@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("nominee=", "不能为空"),
        ("service_years=许多", "不能作为"),
        ("属相=龙", "没有“属相”这一项"),
        ("category=最佳科技馆", "不是本次的类别"),
    ],
)
def test_what_cannot_be_said_is_refused(misread: Office, said: str, why: str) -> None:
    refused = misread.shouwen("correct", number_of(misread, "沈知远"), said, *BY)
    assert refused.code == BAD_USAGE and why in refused.text
    assert misread.query("SELECT * FROM correction") == []


@ON_SQLITE
def test_a_corrected_figure_is_judged(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, database_url: str
) -> None:
    office = office_on(pymap_mailbox, database_url)
    pymap_mailbox.deliver(letter([*both(entry("于洁"))]), AT)
    office.once(AT + HOUR)
    number = number_of(office, "于洁")
    assert "below-threshold" not in office.codes("于洁")
    assert office.shouwen("correct", number, "service_years=1年", *BY).code == DONE
    assert "below-threshold" in office.codes("于洁")


@ON_SQLITE
def test_a_corrected_category_reads_the_form_as_one_of_it(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, database_url: str
) -> None:
    office = office_on(pymap_mailbox, database_url)
    pymap_mailbox.deliver(letter([*both(entry("于洁"))]), AT)
    office.once(AT + HOUR)
    number = number_of(office, "于洁")
    assert office.shouwen("correct", number, "category=organisation", *BY).code == DONE
    (row,) = office.export("nominations")
    assert (row["number"], row["category"]) == (number, "organisation")
    assert row["fields"]["category"]["read"] == "volunteer"
    assert office.shouwen("correct", number, "category", "--undo", *BY).code == DONE
    (row,) = office.export("nominations")
    assert row["category"] == "volunteer" and "service_years" in row["fields"]


def test_a_corrected_unit_takes_the_nomination_to_that_unit(misread: Office) -> None:
    number = number_of(misread, "沈知远")
    done = misread.shouwen("correct", number, "unit=河南省科学技术协会", *BY)
    assert done.code == DONE, done.text
    row = misread.nominations()["沈知远"]
    assert (row["number"], row["unit"]["name"]) == (number, "河南省科学技术协会")
    assert misread.shouwen("replay", "--all").code == DONE
    assert misread.nominations()["沈知远"]["unit"]["name"] == "河南省科学技术协会"


@pytest.fixture
def unclear(pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, database_url: str) -> Office:
    """Two forms and two scans whose names say nothing."""
    office = office_on(pymap_mailbox, database_url)
    files = [form(entry("于洁")), form(entry("马骁"))]
    files += [scan(entry("白桦"), "Scan_1.pdf"), scan(entry("石磊"), "Scan_2.pdf")]
    pymap_mailbox.deliver(letter(files), AT)
    office.once(AT + timedelta(minutes=1))
    assert office.states() == {"于洁": "review", "马骁": "review"}
    return office


def scan_of(office: Office, nominee: str) -> list[str]:
    return [
        d["filename"]
        for d in office.nominations()[nominee]["documents"]
        if d["role"] == "scan" and d["current"]
    ]


def test_a_pair_that_a_clerk_makes_stands(unclear: Office, pymap_mailbox: EmbeddedMailbox) -> None:
    number = number_of(unclear, "于洁")
    done = unclear.shouwen("pair", number, "Scan_2.pdf", *BY, now=AT + HOUR)
    assert done.code == DONE and "“Scan_2.pdf” is the scan of this nomination" in done.text, done.text
    assert scan_of(unclear, "于洁") == ["Scan_2.pdf"] and scan_of(unclear, "马骁") == ["Scan_1.pdf"]
    assert unclear.states() == {"于洁": "complete", "马骁": "complete"}
    before = unclear.export("nominations")
    assert unclear.shouwen("replay", "--all").code == DONE
    assert unclear.export("nominations") == before
    pymap_mailbox.deliver(letter([form(entry("白桦"))], AT + HOUR), AT + HOUR)
    unclear.once(AT + 2 * HOUR)
    assert scan_of(unclear, "于洁") == ["Scan_2.pdf"]
    assert "paired" in unclear.shouwen("status", number).text


def test_a_scan_that_is_parted_is_no_more_that_forms(unclear: Office) -> None:
    number = number_of(unclear, "于洁")
    held = scan_of(unclear, "于洁")
    assert unclear.shouwen("part", number, held[0], *BY).code == DONE
    assert held[0] not in scan_of(unclear, "于洁")
    assert unclear.shouwen("part", number, held[0], "--undo", *BY).code == DONE
    assert scan_of(unclear, "于洁") == held


def test_a_mail_that_names_no_unit_is_joined_to_one(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, database_url: str
) -> None:
    office = office_on(pymap_mailbox, database_url)
    pymap_mailbox.deliver(letter([*both(entry("于洁"))]), AT)
    lost = letter([form(entry("马骁"))], text="请查收。", subject="材料")
    pymap_mailbox.deliver(lost, AT)
    office.once(AT + timedelta(minutes=1))
    row = office.nominations()["马骁"]
    (mail,) = office.query("SELECT id FROM message WHERE subject = '材料'")
    done = office.shouwen("join", mail.id, "河南省科学技术协会", *BY)
    assert done.code == DONE, done.text
    moved = office.nominations()["马骁"]
    assert (moved["number"], moved["unit"]["name"]) == (row["number"], "河南省科学技术协会")
    assert office.shouwen("replay", "--all").code == DONE
    assert office.nominations()["马骁"]["unit"]["name"] == "河南省科学技术协会"
    assert office.shouwen("join", mail.id, "--undo", *BY).code == DONE
    assert office.nominations()["马骁"]["unit"]["name"] == row["unit"]["name"]


def test_a_person_who_is_forgotten_stands_in_no_correction(misread: Office) -> None:
    number = number_of(misread, "沈知远")
    assert misread.shouwen("correct", number, "nominee=沈知遥", *BY, now=AT + HOUR).code == DONE
    assert misread.shouwen("person", "forget", "沈知遥", "--by", "李工", now=AT + 2 * HOUR).code == DONE
    kept = misread.query("SELECT value, read, reason FROM correction")
    assert "沈知遥" not in str(kept)
    assert misread.shouwen("replay", "--all", now=AT + 3 * HOUR).code == DONE
    assert "沈知遥" not in str(misread.export("nominations"))


def test_a_mail_that_was_joined_is_named_in_the_history_of_what_it_brought(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    pymap_mailbox.deliver(letter([*both(entry("于洁"))]), AT)
    office.once(AT + timedelta(minutes=1))
    assert office.shouwen("join", 1, "河南省科学技术协会", *BY).code == DONE
    told = office.shouwen("status", number_of(office, "于洁")).text
    assert "李明  joined  邮件1归入河南省科学技术协会；经核对扫描件" in told
