"""Compose and deliver: who gets which letter, and when; and who gets none."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from intake.demo import units
from intake.demo.mailbox import EmbeddedMailbox
from intake.demo.mails import machines
from intake.demo.mails.programs import SampleLetter
from tests.integration.conftest import OfficeOn
from tests.journey import DONE, NEEDS_PERSON, UNREACHABLE, Office, title, words
from tests.material import AT, OFFICE, PROVINCE, SOCIETY, both, entry, form, letter, message_id
from tests.servers.imap_faults import Faults, FaultyMailbox, Stored
from tests.servers.smtp_faults import FaultyPostOffice, RefuseRecipient

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
RECEIPT, NOTICE = "收件回执", "关于补正"
FaultServer = Callable[..., FaultyMailbox]


def told(office: Office) -> list[tuple[str, str]]:
    """To whom which letter went, by the beginning of its subject."""
    return [(mail["To"].addresses[0].addr_spec, title(mail)[:4]) for mail in office.sent()]


def test_the_headers_of_a_letter(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    thread = {"References": "<first@unit.example> <second@unit.example>"}
    raw = letter(both(entry("于洁")), headers=thread)
    pymap_mailbox.deliver(raw, AT)
    office.once(AT + HOUR)
    (mail,) = office.sent()
    assert mail["In-Reply-To"] == message_id(raw)
    assert mail["References"].split() == ["<first@unit.example>", "<second@unit.example>", message_id(raw)]
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["From"].addresses[0].addr_spec == pymap_mailbox.username
    assert mail["Date"].datetime == AT + HOUR
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    row = office.export("letters")[0]
    assert (row["message_id"], row["in_reply_to"]) == (mail["Message-ID"], mail["In-Reply-To"])
    assert (row["kind"], row["state"], row["attempts"]) == ("receipt", "sent", 1)
    assert row["nominations"] == [office.nominations()["于洁"]["number"]]
    said = words(mail)
    assert all(text in said for text in (SOCIETY.name, "于洁", "最美科技志愿者", "2025年2月21日10时00分"))


def test_a_mail_that_a_clock_ahead_dates_after_today_is_answered_today(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    pymap_mailbox.deliver(letter(both(entry("于洁"))), AT)
    office.once(AT - HOUR)
    office.once(AT - HOUR + 11 * MINUTE)
    assert told(office) == [(SOCIETY.sender.address, RECEIPT)]


@pytest.mark.embedded
def test_nobody_can_tell_the_name_of_a_letter_from_what_it_is_about(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    pymap_mailbox.deliver(letter(both(entry("于洁"))), AT)
    office.once()
    office.change(store={"database": "sqlite:///again.db", "archive": "again"})
    office.once()
    first, second = office.sent()
    # The same letter of two stores: each makes its Message-ID with a secret of its own.
    assert first["Message-ID"] != second["Message-ID"]


def test_nobody_is_answered_who_must_not_be(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    files = [both(entry(name)) for name in ("于洁", "马骁", "白桦", "石磊", "田野")]
    draft = SampleLetter(SOCIETY.sender, OFFICE, "自动回复", "我在休假。", AT, AT, "vacation")
    mails = {
        "null sender": letter(files[0], headers={"Return-Path": "<>"}),
        "list": letter(files[1], headers={"List-Id": "<kepu.unit.example>"}),
        "automatic": letter(files[2], headers={"Auto-Submitted": "auto-generated"}),
        "own": letter(files[3]).replace(SOCIETY.sender.address.encode(), pymap_mailbox.username.encode()),
        "machine": letter(files[4]).replace(b"cms_kp@", b"no-reply@"),
        "vacation": machines.qq_vacation(draft),
        "bounce": machines.bounce(draft, "x@unit.example", "a@example.org"),
        "newsletter": machines.newsletter(draft),
    }
    for raw in mails.values():
        pymap_mailbox.deliver(raw, AT)
    office.once()
    assert len(office.export("messages")) == len(mails)
    assert office.sent() == []
    assert office.export("letters") == []
    # Their files are not lost for it.
    assert {"于洁", "马骁", "田野"} <= set(office.nominations())
    book = office.folder / "ledger.xlsx"
    assert office.shouwen("export", "nominations", "--format", "xlsx", "-o", book).code == DONE
    told = [str(cell) for sheet in load_workbook(book) for row in sheet.values for cell in row]
    assert any("no-reply@163.example" in cell for cell in told), "a person has to write, if anybody"


def test_word_and_scan_within_the_settling_time_get_one_letter(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    word, stamped = both(entry("于洁"))
    pymap_mailbox.deliver(letter([word], AT), AT)
    office.once(AT + 5 * MINUTE)
    assert office.states() == {"于洁": "deficient"}
    assert office.sent() == []
    pymap_mailbox.deliver(letter([stamped], AT + 6 * MINUTE), AT + 6 * MINUTE)
    office.once(AT + 12 * MINUTE)
    assert office.sent() == [], "ten minutes of quiet are not over"
    office.once(AT + 17 * MINUTE)
    office.once(AT + 30 * MINUTE)
    assert told(office) == [(SOCIETY.sender.address, RECEIPT)]
    (row,) = office.export("letters")
    assert row["in_reply_to"] == message_id(letter([stamped], AT + 6 * MINUTE))


def test_all_defects_of_a_unit_stand_in_one_letter(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    empty = entry("白桦", figures={"service_years": ("", None)})
    pymap_mailbox.deliver(letter([form(entry("于洁"))], AT), AT)
    pymap_mailbox.deliver(letter(both(empty), AT + MINUTE), AT)
    complete = entry("科普进校园", SOCIETY, "project")
    pymap_mailbox.deliver(letter(both(complete), AT + 2 * MINUTE), AT)
    office.once()
    assert told(office) == [(SOCIETY.sender.address, NOTICE)]
    said = re.sub(r"\s+", "", words(office.sent()[0]))
    defects = said[said.index("需补正的事项") : said.index("补正要求", said.index("补正要求：") + 99)]
    assert "于洁" in defects and "白桦" in defects
    assert "科普进校园" not in defects
    assert "科普进校园" in said


def test_a_supplement_opens_a_second_round(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    word, stamped = both(entry("于洁"))
    pymap_mailbox.deliver(letter([word], AT), AT)
    office.once(AT + HOUR)
    first = office.sent()[0]
    later = AT + timedelta(days=5)
    reply = letter(
        [stamped], later, headers={"In-Reply-To": first["Message-ID"]}, subject=f"Re: {first['Subject']}"
    )
    pymap_mailbox.deliver(reply, later)
    office.once(later + HOUR)
    assert told(office) == [(SOCIETY.sender.address, NOTICE), (SOCIETY.sender.address, RECEIPT)]
    second = office.sent()[1]
    assert second["Message-ID"] != first["Message-ID"]
    assert second["In-Reply-To"] == message_id(reply)
    row = office.nominations()["于洁"]
    assert row["state"] == "complete"
    assert [item["kind"] for item in row["letters"]] == ["deficiency", "receipt"]
    assert len(office.export("nominations")) == 1


def test_a_reply_from_another_address_finds_its_nomination(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    word, stamped = both(entry("于洁"))
    pymap_mailbox.deliver(letter([word], AT), AT)
    office.once(AT + HOUR)
    headers = {"In-Reply-To": office.sent()[0]["Message-ID"]}
    elsewhere = letter([stamped], AT + 2 * HOUR, units.FIRE, subject="扫描件", text="见附件", headers=headers)
    pymap_mailbox.deliver(elsewhere, AT + 2 * HOUR)
    office.once(AT + 4 * HOUR)
    # It lies beside its nomination until somebody has asked the unit who that is.
    assert office.states() == {"于洁": "deficient"}
    waiting = [item["filename"] for item in office.nominations()["于洁"]["documents"] if item["waiting"]]
    assert waiting == [stamped.filename]
    assert told(office)[1:] == [(units.FIRE.sender.address, RECEIPT)]
    for address in (SOCIETY.sender.address, units.FIRE.sender.address):
        said = office.shouwen("unit", "confirm", SOCIETY.name, address, "--by", "王", now=AT + 4 * HOUR)
        assert said.code == 0, said.text
    assert office.states() == {"于洁": "complete"}


def test_mails_of_two_units_get_a_letter_each(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    pymap_mailbox.deliver(letter(both(entry("于洁"))), AT)
    pymap_mailbox.deliver(letter(both(entry("马骁", PROVINCE)), unit=PROVINCE), AT)
    office.once()
    assert sorted(told(office)) == sorted((u.sender.address, RECEIPT) for u in (SOCIETY, PROVINCE))
    for mail, own, other in zip(office.sent(), ("于洁", "马骁"), ("马骁", "于洁"), strict=True):
        assert own in words(mail) and other not in words(mail)


def test_doubt_is_never_told_to_the_unit(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    link = "https://wx.mail.qq.com/ftn/download?func=3&key=abc"
    linked = letter([form(entry("于洁")), form(entry("白桦"))], text=f"扫描件见超大附件：{link}")
    short = entry("马骁", PROVINCE, figures={"service_years": ("两年", 2)})
    pymap_mailbox.deliver(linked, AT)
    pymap_mailbox.deliver(letter(both(short), AT, PROVINCE), AT)
    office.once()
    assert set(office.states().values()) == {"review"}
    assert {subject for _, subject in told(office)} == {RECEIPT}
    assert not any("below" in words(mail) or "两年" in words(mail) for mail in office.sent())


def test_a_letter_is_held_until_a_person_releases_it(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn
) -> None:
    office = office_on(pymap_mailbox, letters={"mode": "hold"})
    pymap_mailbox.deliver(letter(both(entry("于洁"))), AT)
    office.once()
    office.once()
    assert office.sent() == []
    (row,) = office.export("letters")
    assert row["state"] == "held"
    assert SOCIETY.sender.address in office.shouwen("letters", "list").text
    assert "于洁" in office.shouwen("letters", "show", row["id"]).text
    assert office.shouwen("letters", "release", row["id"]).code == 0
    office.once()
    assert told(office) == [(SOCIETY.sender.address, RECEIPT)]
    assert office.shouwen("letters", "release", row["id"]).code == NEEDS_PERSON, "it is sent already"
    assert office.shouwen("letters", "release", 99).code == 2
    office.once()
    assert len(office.sent()) == 1


def test_a_queued_letter_can_be_kept_back(
    pymap_mailbox: EmbeddedMailbox, office: Office, postoffice: FaultyPostOffice
) -> None:
    pymap_mailbox.deliver(letter(both(entry("于洁"))), AT)
    postoffice.plan(RefuseRecipient("451 DT:SPM try again"))
    office.once(AT + HOUR)
    assert office.shouwen("letters", "hold", 1).code == 0
    office.once(AT + 9 * HOUR)
    assert office.sent() == []


# A mailbox that is not known whole ------------------------------------------------------------


@pytest.fixture
def halves(imap_fault_server: FaultServer, impatient: None) -> FaultyMailbox:
    """Two mails, the form and its scan; the connection breaks before the second in each session."""
    word, stamped = both(entry("于洁"))
    mails = [Stored(1, letter([word], AT), AT), Stored(2, letter([stamped], AT + MINUTE), AT)]
    return imap_fault_server(mails, Faults(cut_at_bodies={2, 4, 6, 7}))


def test_no_letter_while_the_mailbox_is_known_in_part(halves: FaultyMailbox, office_on: OfficeOn) -> None:
    office = office_on(halves)
    office.once(code=UNREACHABLE)
    assert office.states() == {"于洁": "deficient"}
    assert office.sent() == []
    office.once()
    assert office.states() == {"于洁": "complete"}
    assert told(office) == [(SOCIETY.sender.address, RECEIPT)]


def test_no_letter_on_half_a_pass_after_whole_ones(halves: FaultyMailbox, office_on: OfficeOn) -> None:
    mails, halves.folders["INBOX"] = halves.folders["INBOX"], []
    office = office_on(halves)
    office.once()
    # What comes now bears an old time: the provider held it back, or a person moved it here.
    halves.folders["INBOX"] = mails
    office.once(code=UNREACHABLE)
    assert office.states() == {"于洁": "deficient"}
    assert office.sent() == [], "the scan stands in the mailbox and is not fetched yet"
    office.once()
    assert told(office) == [(SOCIETY.sender.address, RECEIPT)]


def test_files_on_disk_do_not_make_the_mailbox_known(halves: FaultyMailbox, office_on: OfficeOn) -> None:
    office = office_on(halves)
    office.once(code=UNREACHABLE)
    file = office.folder / "other.eml"
    file.write_bytes(letter(both(entry("马骁", PROVINCE)), AT, PROVINCE))
    office.shouwen("ingest", file)
    assert SOCIETY.sender.address not in {to for to, _ in told(office)}
