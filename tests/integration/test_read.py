"""Read: what kind of mail each is, when it came, and what happens to mail that we cannot read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from intake.demo import units
from intake.demo.mailbox import EmbeddedMailbox
from intake.demo.mails import machines
from intake.demo.mails.programs import Author, SampleLetter
from intake.domain.mail import kind as mailkind
from parsers.common import limits
from parsers.sandbox.child import WorkPlace
from parsers.sandbox.connection import ForkServer, ReadingProcess
from store.mail import readings
from tests.integration.conftest import OfficeOn
from tests.journey import NEEDS_PERSON, Office
from tests.material import (
    AT,
    DEADLINE,
    NAMES,
    OFFICE,
    PROVINCE,
    SOCIETY,
    both,
    entry,
    form,
    letter,
    message_id,
    without_received,
)

SECOND = timedelta(seconds=1)
UNITS = (units.HENAN, units.HUBEI, units.YUNNAN, units.GANSU, units.JIANGSU, units.SHAANXI)


def draft(subject: str, text: str, sender: Author = SOCIETY.sender) -> SampleLetter:
    return SampleLetter(sender, OFFICE, subject, text, AT, AT, subject)


def test_each_kind_of_mail(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    vacation = draft("自动回复：回执", "您好，我正在休假。")
    wanted = {
        "material": letter(both(entry("于洁"))),
        "enquiry": letter((), subject="咨询推荐名额", text="请问名额有多少？"),
        "auto-reply": machines.outlook_out_of_office(vacation),
        "bounce": machines.bounce(draft("系统退信", "无法投递"), "x@unit.example", "a@example.org"),
        "bulk": machines.newsletter(draft("科普资讯第三期", "本期内容")),
        "own": letter((), unit=units.FIRE, subject="收件回执").replace(
            units.FIRE.sender.address.encode(), pymap_mailbox.username.encode()
        ),
    }
    by_body = machines.qq_vacation(draft("Re: 推荐材料", "我在外出差。", units.HENAN.sender))
    for raw in (*wanted.values(), by_body):
        pymap_mailbox.deliver(raw, AT)
    office.once()
    kinds = {row["message_id"]: row["kind"] for row in office.export("messages")}
    expected = {message_id(raw): kind for kind, raw in wanted.items()}
    assert kinds == {**expected, message_id(by_body): "auto-reply"}
    told = {mail["In-Reply-To"] for mail in office.sent()}
    assert told == {message_id(wanted["material"]), message_id(wanted["enquiry"])}
    assert "咨询推荐名额" in office.shouwen("digest", "--date", "2025-02-21").text


def test_the_time_of_record_and_the_deadline(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    last, first = DEADLINE - SECOND, DEADLINE
    in_time = {
        "于洁": (
            letter(both(entry("于洁", UNITS[0])), last, UNITS[0], sent_at=first + timedelta(days=3)),
            last,
        ),
        "马骁": (
            without_received(letter(both(entry("马骁", UNITS[1])), last, UNITS[1], sent_at=first)),
            last,
        ),
        "白桦": (letter(both(entry("白桦", UNITS[2])), last.astimezone(UTC), UNITS[2]), last),
    }
    late = {
        "石磊": (letter(both(entry("石磊", UNITS[3])), first, UNITS[3], sent_at=AT), first),
        "田野": (without_received(letter(both(entry("田野", UNITS[4])), first, UNITS[4], sent_at=AT)), first),
        "江涛": (letter(both(entry("江涛", UNITS[5])), first.astimezone(UTC), UNITS[5]), first),
    }
    for raw, internal in (*in_time.values(), *late.values()):
        pymap_mailbox.deliver(raw, internal)
    office.once()
    found = office.nominations()
    for names, at, state, codes in ((in_time, last, "complete", set()), (late, first, "review", {"late"})):
        for name in names:
            assert datetime.fromisoformat(found[name]["received_at"]) == at, name
            assert found[name]["received_at"].endswith("+08:00")
            assert (found[name]["state"], {f["code"] for f in found[name]["findings"]}) == (state, codes), (
                name
            )


def test_two_witnesses_on_either_side_of_the_deadline_go_to_a_person(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    before, after = DEADLINE - timedelta(minutes=1), DEADLINE + timedelta(minutes=10)
    pymap_mailbox.deliver(letter(both(entry("于洁", UNITS[0])), before, UNITS[0]), after)
    pymap_mailbox.deliver(letter(both(entry("马骁", UNITS[1])), after, UNITS[1]), before)
    near = DEADLINE + timedelta(minutes=3)
    pymap_mailbox.deliver(letter(both(entry("白桦", UNITS[2])), before, UNITS[2]), near)
    office.once()
    assert office.states() == {"于洁": "review", "马骁": "review", "白桦": "complete"}
    assert office.codes("于洁") == {"doubtful"}
    assert office.codes("马骁") == {"late", "doubtful"}


@pytest.mark.parametrize(
    ("apart", "state"),
    [
        (timedelta(0), "complete"),
        (timedelta(minutes=5), "complete"),
        (timedelta(minutes=5, seconds=1), "review"),
        (timedelta(minutes=-5, seconds=-1), "review"),
        (timedelta(hours=8), "review"),
    ],
)
def test_two_witnesses_more_than_five_minutes_apart_go_to_a_person(
    pymap_mailbox: EmbeddedMailbox, office: Office, apart: timedelta, state: str
) -> None:
    pymap_mailbox.deliver(letter(both(entry("于洁"))), AT + apart)
    office.once()
    assert office.states() == {"于洁": state}
    said = [f["evidence"] for f in office.nominations()["于洁"]["findings"] if f["code"] == "doubtful"]
    assert len(said) == (state == "review")
    assert all("收到时间有两种记载" in text and "截止时间" not in text for text in said)


def test_only_the_providers_received_counts(pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn) -> None:
    office = office_on(pymap_mailbox, mailbox={"received_by": ["gzga-mx-*"]})
    forged = "from a (b [192.0.2.1]) by relay.example with SMTP; Fri, 21 Feb 2025 10:00:00 +0800"
    raw = letter(both(entry("于洁")), DEADLINE, headers={"Received": forged})
    pymap_mailbox.deliver(raw, DEADLINE)
    office.once()
    assert office.codes("于洁") == {"late"}


@pytest.fixture
def stumble(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes our own code trip over mails with that subject; an empty one mends it."""
    real = mailkind.kind_of
    stone = ""

    def kind_of(facts: Any, own: Any) -> Any:
        if stone and stone in facts.subject:
            raise RuntimeError("tripped over a stone")
        return real(facts, own)

    def lay(subject: str) -> None:
        nonlocal stone
        stone = subject

    monkeypatch.setattr("intake.stages.read.kind_of", kind_of)
    return lay


def test_a_mail_that_we_trip_over_waits_in_quarantine(
    pymap_mailbox: EmbeddedMailbox, office: Office, stumble: Callable[[str], None]
) -> None:
    stumble("绊脚石")
    pymap_mailbox.deliver(letter(both(entry("于洁")), subject="绊脚石"), AT)
    pymap_mailbox.deliver(letter(both(entry("马骁", units.HENAN)), unit=units.HENAN), AT)
    outcome = office.once(code=NEEDS_PERSON)
    assert "quarantine" in outcome.text
    assert office.states() == {"马骁": "complete"}
    row = next(row for row in office.export("messages") if row["state"] == "quarantined")
    assert row["content_hash"] in office.archived()
    assert "tripped over a stone" in office.shouwen("quarantine", "list").text
    shown = office.shouwen("quarantine", "show", row["id"])
    assert "Traceback" in shown.text and row["content_hash"].removeprefix("sha256:") in shown.text
    assert "马骁" not in shown.text

    assert office.shouwen("quarantine", "replay", row["id"]).code == NEEDS_PERSON
    stumble("")
    assert office.shouwen("quarantine", "replay", row["id"]).code == 0
    assert office.states() == {"于洁": "complete", "马骁": "complete"}
    assert office.shouwen("quarantine", "show", row["id"]).code == 2
    assert len(office.sent()) == 2
    office.once()
    assert len(office.sent()) == 2


def test_a_unit_whose_other_mail_is_in_quarantine_is_asked_for_nothing(
    pymap_mailbox: EmbeddedMailbox, office: Office, stumble: Callable[[str], None]
) -> None:
    stumble("绊脚石")
    word, stamped = both(entry("于洁"))
    pymap_mailbox.deliver(letter([word]), AT)
    pymap_mailbox.deliver(letter([stamped], AT + SECOND, subject="绊脚石"), AT)
    office.once(code=NEEDS_PERSON)
    assert office.sent() == []
    stumble("")
    office.shouwen("replay", "--all")
    assert office.states() == {"于洁": "complete"}
    assert [mail["Subject"][:3] for mail in office.sent()] == ["回复："]


def test_the_same_mail_read_anew_gives_the_same_ledger(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    for place, name in enumerate(NAMES[:3]):
        pymap_mailbox.deliver(letter(both(entry(name)), AT + place * SECOND), AT)
    office.once()
    before = [office.export(what) for what in ("nominations", "messages", "letters")]
    assert office.shouwen("replay", "--all").code == 0
    assert [office.export(what) for what in ("nominations", "messages", "letters")] == before
    number = before[1][0]["id"]
    assert office.shouwen("replay", number).code == 0
    assert [office.export(what) for what in ("nominations", "messages", "letters")] == before
    assert len(office.sent()) == 1


def test_what_a_database_cannot_index_stops_nobody(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, database_url: str
) -> None:
    """A B-tree of Postgres takes 2,704 bytes; what does not compress is that long after packing too."""
    chance = Random(1)
    long = "".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(1200))
    junk = "".join(chance.choice("abcdefghijkmnpqrstuvwxyz0123456789") for _ in range(9000))
    office = office_on(pymap_mailbox, database_url)
    odd = entry(long, SOCIETY)
    pymap_mailbox.deliver(letter([form(odd, "推荐表.docx")], AT, SOCIETY), AT)
    heads = (f"From: {junk}@unit.example", f"Message-ID: {junk}", f"Message-ID: <{junk}@unit.example>")
    for place, head in enumerate(heads):
        raw = letter((), AT, subject=f"询问{place}", text="请问何时截止？")
        name = head.partition(":")[0].encode()
        kept = [line for line in raw.split(b"\r\n") if not line.startswith(name + b":")]
        pymap_mailbox.deliver(b"\r\n".join([head.encode(), *kept]), AT)
    pymap_mailbox.deliver(letter(both(entry("于洁", PROVINCE)), AT, PROVINCE), AT)
    office.shouwen("once", now=AT + timedelta(hours=1))
    assert [row["state"] for row in office.export("messages")] == ["read"] * 5
    assert office.states()["于洁"] == "complete"


def test_a_reading_that_cannot_be_put_on_record_keeps_no_other_from_it(
    pymap_mailbox: EmbeddedMailbox, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("于洁", "马骁", "白桦"):
        pymap_mailbox.deliver(letter(both(entry(name)), AT, key=name), AT)
    record = readings.record

    def refused(cn: Any, items: Any, *given: Any) -> None:
        if any(item.message == 2 for item in items):
            raise ValueError("value out of range")
        record(cn, items, *given)

    monkeypatch.setattr(readings, "record", refused)
    assert office.shouwen("once", now=AT + timedelta(hours=1)).code == NEEDS_PERSON
    states = {row["id"]: row["state"] for row in office.export("messages")}
    assert states == {1: "read", 2: "quarantined", 3: "read"}


@pytest.mark.embedded
def test_the_mails_of_one_sender_are_read_by_one_process_and_nobody_elses_with_them(
    pymap_mailbox: EmbeddedMailbox, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms: list[object] = []
    real = ForkServer.fork

    def fork(self: ForkServer, place: WorkPlace, **given: bool) -> ReadingProcess:
        rooms.append(place.room)
        return real(self, place, **given)

    monkeypatch.setattr(ForkServer, "fork", fork)
    for number, name in enumerate(NAMES[:6]):
        unit = UNITS[number % 2]
        pymap_mailbox.deliver(letter(both(entry(name, unit)), AT, unit, key=name), AT)
    office.once()
    assert len(rooms) == 2
    assert office.states() == dict.fromkeys(NAMES[:6], "complete")
    together = office.export("nominations")
    monkeypatch.setattr(limits, "BUNDLE", 1)
    office.shouwen("replay", "--all")
    assert len(rooms) == 8
    assert office.export("nominations") == together
