import time
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from email import message_from_bytes
from email.utils import parsedate_to_datetime
from hashlib import sha256

import pytest

from intake.demo.entries import ENTRIES
from intake.demo.papers.content import CATEGORY_NAMES
from intake.demo.papers.scans import ScanLook
from intake.demo.papers.sheet import SampleSheet, sheet_of
from intake.demo.papers.typeface import covers
from intake.demo.scenario import write_scenario
from intake.demo.truth import SampleMessage, expected_ledger
from intake.domain.model.document import Role
from intake.domain.model.mail import MessageKind
from intake.domain.model.nomination import State


def test_it_is_the_same_every_time(deadline: datetime, small_scenario: list[SampleMessage]) -> None:
    assert write_scenario(deadline, look=ScanLook(dpi=60)) == small_scenario


def test_it_moves_with_the_deadline(deadline: datetime, small_scenario: list[SampleMessage]) -> None:
    told: list[tuple[int, int]] = []
    started = time.perf_counter()
    later = write_scenario(
        deadline + timedelta(days=300), on_message=lambda done, total: told.append((done, total))
    )
    size = sum(len(sample.raw) for sample in later) / 1e6
    print(f"\n{time.perf_counter() - started:.1f} s, {len(later)} messages, {size:.1f} MB")  # noqa: T201
    assert told == [(number, len(later)) for number in range(1, len(later) + 1)]
    assert [m.received_at - timedelta(days=300) for m in later] == [m.received_at for m in small_scenario]
    assert [n.nominee for n in expected_ledger(later)] == [n.nominee for n in expected_ledger(small_scenario)]


def test_a_deadline_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        write_scenario(datetime(2025, 2, 24))


def test_every_attachment_arrives_as_generated(small_scenario: list[SampleMessage]) -> None:
    for sample in small_scenario:
        message = message_from_bytes(sample.raw)
        assert not [d for part in message.walk() for d in part.defects]
        sent = [part for part in message.walk() if part.get_content_disposition() == "attachment"]
        hashes = ["sha256:" + sha256(part.get_payload(decode=True)).hexdigest() for part in sent]  # type: ignore[arg-type]
        assert hashes == [file.content_hash for file in sample.truth.files]


def test_the_time_of_record_is_the_topmost_received(small_scenario: list[SampleMessage]) -> None:
    for sample in small_scenario:
        message = message_from_bytes(sample.raw)
        stamped = str(message["Received"]).rpartition(";")[2].replace("(CST)", "").strip()
        assert parsedate_to_datetime(stamped) == sample.received_at
    assert [m.received_at for m in small_scenario] == sorted(m.received_at for m in small_scenario)


def test_message_ids_differ(small_scenario: list[SampleMessage]) -> None:
    assert len({sample.truth.message_id for sample in small_scenario}) == len(small_scenario)


def test_every_sort_of_mail_is_there(small_scenario: list[SampleMessage]) -> None:
    kinds = Counter(sample.truth.kind for sample in small_scenario)
    assert kinds[MessageKind.AUTO_REPLY] == 2
    assert kinds[MessageKind.ENQUIRY] == 2
    assert kinds[MessageKind.BOUNCE] == kinds[MessageKind.BULK] == 1
    assert 40 <= kinds[MessageKind.MATERIAL] <= 50
    assert {sample.folder for sample in small_scenario} == {"INBOX", "垃圾邮件"}


def test_every_sort_of_nomination_is_there(small_scenario: list[SampleMessage]) -> None:
    ledger = expected_ledger(small_scenario)
    assert len(ledger) == len(ENTRIES)
    assert {found.category for found in ledger} == set(CATEGORY_NAMES)
    assert {found.unit_kind for found in ledger} == {"province", "society", "affiliate", "enterprise", None}
    assert len({found.unit for found in ledger}) >= 12
    assert {found.state for found in ledger} == {State.COMPLETE, State.DEFICIENT, State.REVIEW, State.HELD}


def test_the_expected_states_follow_from_what_was_sent(
    small_scenario: list[SampleMessage], deadline: datetime
) -> None:
    roles: dict[str, set[Role]] = defaultdict(set)
    first: dict[str, datetime] = {}
    disowned: set[str] = set()
    for sample in small_scenario:
        if "pass" not in str(message_from_bytes(sample.raw)["Authentication-Results"]):
            disowned |= {nomination.nominee for nomination in sample.truth.nominations}
        for file in sample.truth.files:
            for nomination in file.nominations:
                roles[nomination.nominee].add(file.role)
                first.setdefault(nomination.nominee, sample.received_at)
    assert len(disowned) == 1
    used = Counter((found.unit, found.category) for found in expected_ledger(small_scenario))
    for found in expected_ledger(small_scenario):
        codes = set(found.findings)
        assert ("scan-missing" in codes) == (Role.SCAN not in roles[found.nominee])
        assert ("form-missing" in codes) == (Role.FORM not in roles[found.nominee])
        assert ("late" in codes) == (first[found.nominee] >= deadline)
        assert ("sender-unverified" in codes) == (found.nominee in disowned)
        assert ("unit-unknown" in codes) == (found.unit_kind is None)
        assert ("not-registered" in codes) == (found.figures.get("registered") is False)
        assert ("over-quota" in codes) == (
            found.unit_kind == "society" and used[found.unit, found.category] > 2
        )
        assert (found.state is State.COMPLETE) == (not codes)


def test_one_late_sender_claims_an_earlier_date(
    small_scenario: list[SampleMessage], deadline: datetime
) -> None:
    late = [sample for sample in small_scenario if sample.received_at >= deadline]
    dates = [parsedate_to_datetime(str(message_from_bytes(sample.raw)["Date"])) for sample in late]
    assert len(late) == 2
    assert [at < deadline for at in dates] == [False, True]


def test_no_letter_can_reach_anybody(small_scenario: list[SampleMessage]) -> None:
    for sample in small_scenario:
        assert str(message_from_bytes(sample.raw)["From"]).rstrip(">").endswith(".example")


def test_the_font_draws_every_character_of_every_form(deadline: datetime) -> None:
    for entry in ENTRIES.values():
        content = entry.content(deadline.date(), deadline.year, 2024)
        missing = {
            c for c in text_of(sheet_of(content, entry.layout)) + entry.unit.name if not covers("serif", c)
        }
        assert not missing, f"{entry.nominee}: {missing}"


def text_of(sheet: SampleSheet) -> str:
    boxes = "".join(box.text + "".join(box.closing) + box.seal for row in sheet.rows for box in row)
    return boxes + "".join(line.text for line in (*sheet.above, *sheet.below))
