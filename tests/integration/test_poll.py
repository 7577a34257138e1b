"""Poll: whatever mailbox and network do, each mail is archived whole and once, and the mailbox stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from intake.demo.mailbox import EmbeddedMailbox
from tests.integration.conftest import OfficeOn
from tests.journey import NEEDS_PERSON, UNREACHABLE, Office
from tests.material import AT, NAMES, both, entry, letter
from tests.servers.imap_faults import FOR_EVER, Faults, FaultyMailbox, Stored

FaultServer = Callable[..., FaultyMailbox]
pytestmark = pytest.mark.usefixtures("impatient")

RAWS = [letter(both(entry(name)), AT + timedelta(minutes=place)) for place, name in enumerate(NAMES[:4])]


def stored(*uids: int) -> list[Stored]:
    """Mails of one unit, a complete nomination in each, under these UIDs."""
    return [Stored(uid, raw, AT) for uid, raw in zip(uids, RAWS, strict=False)]


def everything_came(office: Office, count: int) -> None:
    """Each mail is in the archive byte for byte, on record once, and its nomination in the ledger once."""
    assert sorted(office.archived().values()) == sorted(RAWS[:count])
    rows = office.export("messages")
    assert sorted(row["content_hash"] for row in rows) == sorted(office.archived())
    assert {row["state"] for row in rows} == {"read"}
    assert set(office.nominations()) == set(NAMES[:count])


def test_a_server_that_wants_to_know_who_logs_in(imap_fault_server: FaultServer, office_on: OfficeOn) -> None:
    server = imap_fault_server(stored(1, 2), Faults(unsafe_without_id=True))
    office = office_on(server)
    office.once()
    everything_came(office, 2)
    assert server.changes_asked() == []


def test_a_connection_cut_in_the_middle_of_a_mail(
    imap_fault_server: FaultServer, office_on: OfficeOn
) -> None:
    server = imap_fault_server(stored(1, 2, 3, 4), Faults(cut_at_bodies={3}))
    office = office_on(server)
    office.once()
    everything_came(office, 4)
    assert server.sessions == 2
    assert len(office.sent()) == 1


def test_a_connection_cut_at_the_same_mail_in_every_session(
    imap_fault_server: FaultServer, office_on: OfficeOn
) -> None:
    # Bodies by number: 1 2 3, then 1 2 3 in a smaller batch, then each alone, then only the third.
    server = imap_fault_server(stored(1, 2, 3, 4), Faults(cut_at_bodies={3, 6, 9, 10}))
    office = office_on(server)
    outcome = office.once(code=UNREACHABLE)
    assert "Traceback" not in outcome.text
    assert sorted(office.archived().values()) == sorted(RAWS[:2])
    assert office.sent() == []
    office.once()
    everything_came(office, 4)
    assert len(office.sent()) == 1


def test_a_server_that_says_goodbye(imap_fault_server: FaultServer, office_on: OfficeOn) -> None:
    server = imap_fault_server(stored(1, 2, 3), Faults(bye_on=["EXAMINE", "FETCH", "FETCH"]))
    office = office_on(server)
    office.once()
    everything_came(office, 3)


@pytest.mark.parametrize("faults", [{"no_uidnext": True}, {"no_uidnext": True, "empty_status": True}])
def test_a_server_that_does_not_tell_the_next_uid(
    imap_fault_server: FaultServer, office_on: OfficeOn, faults: dict[str, bool]
) -> None:
    server = imap_fault_server(stored(1, 2), Faults(**faults))  # type: ignore[arg-type]
    office = office_on(server)
    office.once()
    server.folders["INBOX"] = stored(1, 2, 3)
    office.once()
    asked = server.bodies_sent
    office.once()
    everything_came(office, 3)
    assert server.bodies_sent == asked == 3


def test_uids_far_apart(imap_fault_server: FaultServer, office_on: OfficeOn) -> None:
    server = imap_fault_server(stored(7, 70_000, 2**31, 2**32 - 2))
    office = office_on(server)
    office.once()
    everything_came(office, 4)
    assert [row["uid"] for row in office.export("messages")] == [7, 70_000, 2**31, 2**32 - 2]


@pytest.mark.parametrize("fault", ["size_lies", "short_bodies", "nil_bodies", "left_out"])
def test_a_mail_that_comes_wrong_once_is_fetched_again(
    imap_fault_server: FaultServer, office_on: OfficeOn, fault: str
) -> None:
    server = imap_fault_server(stored(1, 2, 3), Faults(**{fault: {2: 1}}))  # type: ignore[arg-type]
    office = office_on(server)
    office.once()
    everything_came(office, 3)


@pytest.mark.parametrize("fault", ["size_lies", "short_bodies", "nil_bodies", "left_out"])
def test_a_mail_that_never_comes_whole(
    imap_fault_server: FaultServer, office_on: OfficeOn, fault: str
) -> None:
    server = imap_fault_server(stored(1, 2, 3), Faults(**{fault: {2: FOR_EVER}}))  # type: ignore[arg-type]
    office = office_on(server)
    outcome = office.once(code=NEEDS_PERSON)
    assert "not fetched whole" in outcome.text
    assert sorted(office.archived().values()) == sorted([RAWS[0], RAWS[2]])
    assert set(office.nominations()) == {NAMES[0], NAMES[2]}
    assert office.sent() == [], "the mail that is not here yet may hold what a letter would ask for"
    assert "未能完整取回" in office.shouwen("digest").text
    for _ in range(4):
        office.once(code=NEEDS_PERSON)
    assert len(office.sent()) == 1, "a mail that never comes must not keep all letters waiting for ever"
    getattr(server.faults, fault).clear()
    office.once()
    everything_came(office, 3)
    assert len(office.sent()) == 2


@pytest.mark.parametrize("passed", [timedelta(0), -timedelta(hours=1)], ids=["same instant", "set back"])
def test_a_clock_that_stood_still_counts_no_mail_to_an_earlier_poll(
    imap_fault_server: FaultServer, office_on: OfficeOn, passed: timedelta
) -> None:
    server = imap_fault_server([], Faults(nil_bodies={2: 2}))
    office = office_on(server)
    office.once(AT + timedelta(hours=3))
    server.folders["INBOX"] = stored(1, 2)
    office.once(AT + timedelta(hours=3) + passed, code=NEEDS_PERSON)
    assert office.sent() == [], "the mail that is not here yet may hold what a letter would ask for"
    office.once(AT + timedelta(hours=4))
    everything_came(office, 2)
    assert len(office.sent()) == 1


def test_a_mail_left_out_of_its_answer_is_waited_for_until_a_listing_lacks_it(
    imap_fault_server: FaultServer, office_on: OfficeOn
) -> None:
    server = imap_fault_server(stored(1, 2, 3), Faults(left_out={2: FOR_EVER}))
    office = office_on(server)
    outcome = office.once(code=NEEDS_PERSON)
    assert "not fetched whole" in outcome.text
    assert office.sent() == []
    server.folders["INBOX"] = [mail for mail in stored(1, 2, 3) if mail.uid != 2]
    office.once()
    assert set(office.nominations()) == {NAMES[0], NAMES[2]}
    assert len(office.sent()) == 1
    assert "未能完整取回" not in office.shouwen("digest").text


def test_the_last_mail_left_out_and_then_deleted_is_forgotten(
    imap_fault_server: FaultServer, office_on: OfficeOn
) -> None:
    server = imap_fault_server(stored(1), Faults(left_out={1: FOR_EVER}))
    office = office_on(server)
    office.once(code=NEEDS_PERSON)
    server.folders["INBOX"] = []
    office.once()


def test_a_mail_that_never_came_is_not_waited_for_under_its_former_number(
    imap_fault_server: FaultServer, office_on: OfficeOn
) -> None:
    server = imap_fault_server(stored(11, 12), Faults(left_out={12: FOR_EVER}))
    office = office_on(server)
    office.once(code=NEEDS_PERSON)
    server.uidvalidity += 1
    server.folders["INBOX"] = stored(1, 2)
    office.once()
    everything_came(office, 2)
    assert len(office.sent()) == 1


def test_a_mailbox_that_is_numbered_anew(imap_fault_server: FaultServer, office_on: OfficeOn) -> None:
    server = imap_fault_server(stored(11, 12, 13))
    office = office_on(server)
    office.once()
    before = [office.export(what) for what in ("nominations", "messages", "letters")]
    server.uidvalidity += 1
    server.folders["INBOX"] = stored(1, 2, 3)
    outcome = office.once()
    assert [office.export(what) for what in ("nominations", "messages", "letters")] == before
    assert "messages known already  3" in outcome.text
    server.folders["INBOX"] = stored(1, 2, 3, 4)
    office.once()
    everything_came(office, 4)
    assert len(office.sent()) == 2


def test_junk_folders_are_polled_and_the_sent_folder_is_not(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    for raw, folder in zip(RAWS, ("垃圾邮件", "广告邮件", "INBOX", "已发送"), strict=True):
        pymap_mailbox.deliver(raw, AT, folder)
    office.once()
    assert sorted(office.archived().values()) == sorted(RAWS[:3])
    assert {row["folder"] for row in office.export("messages")} == {"垃圾邮件", "广告邮件", "INBOX"}


def test_a_mail_in_two_folders_is_one_mail(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    pymap_mailbox.deliver(RAWS[0], AT)
    pymap_mailbox.deliver(RAWS[0], AT, "垃圾邮件")
    office.once()
    pymap_mailbox.deliver(RAWS[0], AT, "订阅邮件")
    office.once()
    everything_came(office, 1)
    assert len(office.sent()) == 1


def test_a_mail_that_somebody_opened_is_not_passed_over(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    pymap_mailbox.deliver(RAWS[0], AT, flags=["\\Seen"])
    office.once()
    everything_came(office, 1)
