"""`shouwen once`, tried from outside: a real mailbox with two hundred mixed mails, on both databases."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import NamedTuple

from intake.config.campaign_file import load_campaign
from intake.demo.mails import machines
from intake.demo.mails.programs import SampleLetter
from intake.demo.papers.scans import ScanLook
from intake.demo.scenario import write_scenario
from intake.demo.units import SampleUnit
from tests.journey import DONE, Office, Rows
from tests.material import AT, DEADLINE, OFFICE, both, entry, form, letter, message_id, sample_unit, scan
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_faults import FaultyPostOffice

COUNT = 200
JUNK = ("垃圾邮件", "广告邮件", "订阅邮件", "病毒文件夹")
LOOK = ScanLook(dpi=40, noise=0, skew_degrees=0, seal=None)


class Dropped(NamedTuple):
    """A mail of the sample and where it goes; `answerable` when a letter may answer it."""

    raw: bytes
    at: datetime
    folder: str = "INBOX"
    flags: tuple[str, ...] = ()
    answerable: bool = False


def sample() -> list[Dropped]:
    """Two hundred mails: the demo's, material of forty societies, and what else a mailbox gets."""
    scenario = [
        Dropped(m.raw, m.received_at, m.folder, answerable=m.truth.kind in ("material", "enquiry"))
        for m in write_scenario(DEADLINE, mailbox=OFFICE, look=LOOK)
    ]
    mails = [*scenario, *of_societies(), *of_machines()]
    copies = [Dropped(m.raw, m.at, JUNK[n % 4], m.flags, m.answerable) for n, m in enumerate(mails[::9])]
    rest = [
        Dropped(letter((), AT, subject=f"咨询{n}", text="请问推荐名额如何计算？"), AT, answerable=True)
        for n in range(COUNT - len(mails) - len(copies))
    ]
    assert rest
    return [*mails, *copies, *rest]


def of_societies() -> Iterator[Dropped]:
    """Forty societies with a nomination each: in one mail, in two, or with something missing."""
    names = [unit.name for unit in load_campaign(None).units if unit.kind == "society"]
    for number, name in enumerate(names[60:100]):
        unit, at = sample_unit(name, "society"), AT + timedelta(minutes=7 * number)
        item = entry(
            f"{'赵钱孙李周吴郑王'[number % 8]}{'冠群文武'[number // 8 % 4]}{'一二三四五'[number // 8]}", unit
        )
        flags = ("\\Seen", "\\Flagged") if number % 5 == 0 else ()
        if number % 4:
            yield Dropped(letter(both(item), at, unit), at, flags=flags, answerable=True)
        else:
            yield Dropped(letter([form(item)], at, unit), at, flags=flags, answerable=True)
        if number % 8 == 0:
            later = at + timedelta(minutes=3)
            yield Dropped(letter([scan(item)], later, unit), later, JUNK[number % 4], answerable=True)


def of_machines() -> Iterator[Dropped]:
    """Automatic replies, bounces, newsletters, and copies of our own letters."""
    for number in range(12):
        unit = sample_unit(f"远方来客{number}学会", "society")
        at = AT + timedelta(minutes=number)

        def draft(
            subject: str, unit: SampleUnit = unit, at: datetime = at, words: str = f"第{number}号"
        ) -> SampleLetter:
            return SampleLetter(
                unit.sender, OFFICE, f"{subject}{words}", f"各位同事，{words}", at, at, subject + words
            )

        yield Dropped(machines.qq_vacation(draft("Re: 回执")), at)
        yield Dropped(machines.outlook_out_of_office(draft("自动回复：回执")), at)
        yield Dropped(machines.bounce(draft("退信"), f"x{number}@unit.example", f"{number}@example.org"), at)
        yield Dropped(machines.newsletter(draft("科普资讯")), at, "订阅邮件")
        own = letter((), at, unit, subject=f"收件回执{number}", text=f"第{number}封")
        yield Dropped(own.replace(unit.sender.address.encode(), OFFICE.address.encode()), at)


def test_two_hundred_mails(
    dovecot: Dovecot, postoffice: FaultyPostOffice, postgres_url: str, tmp_path: Path
) -> None:
    mails = sample()
    assert len(mails) == COUNT
    for mail in mails:
        dovecot.deliver(mail.raw, mail.at, mail.folder, mail.flags)
    before = dovecot.snapshot()
    assert sum(len(held) for held in before.values()) == COUNT
    held = {f"sha256:{item.sha256}" for folder in before.values() for item in folder}

    office = Office(tmp_path / "sqlite", dovecot, postoffice)
    outcome = office.completed("once")
    assert outcome.code == DONE, outcome.text
    everything_is_archived(office, held)
    everything_is_exported_once(office, held)
    each_is_answered_at_most_once(office, mails)
    the_second_pass_does_nothing(office)
    assert dovecot.snapshot() == before

    on_sqlite = exports(office)
    letters = len(postoffice.received)
    twin = Office(tmp_path / "postgres", dovecot, postoffice, postgres_url)
    outcome = twin.completed("once")
    assert outcome.code == DONE, outcome.text
    assert exports(twin) == on_sqlite
    assert len(postoffice.received) == 2 * letters
    the_second_pass_does_nothing(twin)
    assert dovecot.snapshot() == before


def everything_is_archived(office: Office, held: set[str]) -> None:
    """The archive has exactly what another IMAP client gets, and each file bears its hash."""
    archived = office.archived()
    assert set(archived) == held
    assert all(name == f"sha256:{hashlib.sha256(raw).hexdigest()}" for name, raw in archived.items())


def everything_is_exported_once(office: Office, held: set[str]) -> None:
    rows = office.export("messages")
    assert Counter(row["content_hash"] for row in rows) == Counter(held)
    assert {row["state"] for row in rows} == {"read"}
    kinds = Counter(row["kind"] for row in rows)
    assert kinds["own"] == 12 and kinds["bounce"] >= 12 and kinds["auto-reply"] >= 24 and kinds["bulk"] >= 12
    nominations = [row for row in office.export("nominations") if row["state"] != "superseded"]
    names = Counter((row["unit"]["name"], row["category"], row["nominee"]) for row in nominations)
    assert set(names.values()) == {1}
    assert len(names) > 70
    numbers = [row["number"] for row in nominations]
    assert len(set(numbers)) == len(numbers)


def each_is_answered_at_most_once(office: Office, mails: list[Dropped]) -> None:
    """Letters go to senders of material, one to a unit, and of questions, one to whoever asks."""
    sent = office.sent()
    assert len(sent) == len(office.export("letters")) > 40
    answered = Counter(mail["In-Reply-To"] for mail in sent)
    assert set(answered.values()) == {1}
    assert set(answered) <= {message_id(mail.raw) for mail in mails if mail.answerable}
    assert len({mail["Message-ID"] for mail in sent}) == len(sent)
    assert {mail["Auto-Submitted"] for mail in sent} == {"auto-replied"}
    recipients = {parseaddr(str(mail["To"]))[1] for mail in sent}
    assert OFFICE.address not in recipients
    rows = office.query("SELECT unit_id, to_address FROM letter")
    assert set(Counter(row.unit_id for row in rows if row.unit_id).values()) == {1}
    assert set(Counter(row.to_address for row in rows if not row.unit_id).values()) == {1}


def the_second_pass_does_nothing(office: Office) -> None:
    def everything() -> object:
        files = {path: path.stat().st_mtime_ns for path in (office.folder / "archive").rglob("*")}
        return exports(office), office.query("SELECT count(*), max(id) FROM event"), files

    kept, letters = everything(), len(office.postoffice.received)
    assert office.completed("once").code == DONE
    assert everything() == kept
    assert len(office.postoffice.received) == letters


def exports(office: Office) -> list[Rows]:
    """All exports, sorted, but for our times of work and our Message-IDs, which each store makes up."""
    return [
        sorted(map(comparable, office.export(what)), key=repr)
        for what in ("nominations", "messages", "letters")
    ]


def comparable(row: dict[str, object]) -> dict[str, object]:
    """The row but for its letters' Message-IDs and times."""
    own = {"sent_at", "message_id"} if "sent_at" in row else set()
    told = {key: value for key, value in row.items() if key not in own}
    if isinstance(letters := told.get("letters"), list):
        told["letters"] = [comparable(item) for item in letters]
    return told
