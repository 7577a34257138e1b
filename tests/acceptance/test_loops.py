"""Machines that answer each other: at most one letter each way, whatever they send and leave out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest

from intake.demo.filling import SampleEntry
from tests.conftest import PASSWORD
from tests.journey import Office, words
from tests.material import AT, SOCIETY, both, entry, form, letter, scan
from tests.servers.dovecot import Dovecot, find_dovecot
from tests.servers.parts import missing
from tests.servers.relay import Answer, Relay, answered_into, arrived, into

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ADDRESS = SOCIETY.sender.address
ONE, OTHER = "one@office.example", "other@office.example"
LOST = (
    (),
    ("Auto-Submitted", "X-Auto-Response-Suppress"),
    ("Auto-Submitted", "X-Auto-Response-Suppress", "Message-ID", "In-Reply-To", "References"),
)
"""Header fields that gateways lose."""

QUESTION = letter((), AT, subject="咨询", text="请问推荐表是否需要法人签字？")
NOMINATION = letter(both(entry("于洁")), AT)
DEFICIENT = letter([form(entry("于洁"))], AT)


@pytest.fixture
def mailboxes() -> Iterator[Callable[[str], Dovecot]]:
    """Starts a Dovecot for an address."""
    program, mend = find_dovecot()
    if program is None:
        missing("Dovecot", mend)
    with ExitStack() as stack:
        yield lambda address: stack.enter_context(Dovecot(program, address, PASSWORD))


def sent_by(raw: bytes, address: str) -> bytes:
    """The mail as if an address had written it."""
    return raw.replace(ADDRESS.encode(), address.encode())


def rounds(
    offices: list[Office], relays: list[Relay], count: int = 5, now: datetime = AT + HOUR
) -> Iterator[datetime]:
    """Lets the services work in turns, some minutes apart; gives the time after each round."""
    for _ in range(count):
        for office, relay in zip(offices, relays, strict=True):
            relay.now = now
            outcome = office.shouwen("once", now=now)
            assert outcome.code in (0, 1), outcome.text
            now += 20 * MINUTE
        yield now


@pytest.mark.parametrize("lost", LOST, ids=["headers kept", "marks lost", "marks and ids lost"])
@pytest.mark.parametrize("first", [QUESTION, NOMINATION, DEFICIENT], ids=["question", "whole", "lacking"])
def test_two_services_write_at_most_once_each(
    first: bytes, lost: tuple[str, ...], mailboxes: Callable[[str], Dovecot], tmp_path: Path
) -> None:
    boxes = {address: mailboxes(address) for address in (ONE, OTHER)}
    with Relay(ONE, PASSWORD, lost) as from_one, Relay(OTHER, PASSWORD, lost) as from_other:
        offices = [
            Office(tmp_path / name, boxes[name], relay)
            for name, relay in ((ONE, from_one), (OTHER, from_other))
        ]
        from_one.routes[OTHER] = into(boxes[OTHER], from_one)
        from_other.routes[ONE] = into(boxes[ONE], from_other)
        boxes[OTHER].deliver(sent_by(first, ONE), AT)
        for _ in rounds(offices, [from_one, from_other]):
            assert len(from_other.received) <= 1
            assert from_one.received == []
        assert len(from_other.received) == 1, "the first mail was answered"
        assert len(offices[0].export("messages")) == 1, "and the answer came"


def test_two_services_that_send_each_other_nominations(
    mailboxes: Callable[[str], Dovecot], tmp_path: Path
) -> None:
    boxes = {address: mailboxes(address) for address in (ONE, OTHER)}
    with Relay(ONE, PASSWORD, LOST[2]) as from_one, Relay(OTHER, PASSWORD, LOST[2]) as from_other:
        offices = [
            Office(tmp_path / "one", boxes[ONE], from_one),
            Office(tmp_path / "o", boxes[OTHER], from_other),
        ]
        from_one.routes[OTHER] = into(boxes[OTHER], from_one)
        from_other.routes[ONE] = into(boxes[ONE], from_other)
        boxes[OTHER].deliver(sent_by(NOMINATION, ONE), AT)
        boxes[ONE].deliver(sent_by(letter(both(entry("马骁")), AT), OTHER), AT)
        for _ in rounds(offices, [from_one, from_other]):
            pass
        assert (len(from_one.received), len(from_other.received)) == (1, 1)


# A machine that answers everything ---------------------------------------------------------


def plain(raw: bytes, number: int, at: datetime, **headers: str) -> EmailMessage:
    """An answer without any header that betrays a machine, in a thread of its own, another one each time."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = headers.pop("sender", ADDRESS)
    mail["To"] = "intake@example.org"
    mail["Subject"] = headers.pop("subject", f"您的邮件已转办（第{number}次）")
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<answer.{number}.{at.timestamp()}@unit.example>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(f"您好！您发来的第{number}封邮件我单位已转有关处室办理，请问还有什么需要？")
    return mail


def finished(mail: EmailMessage, at: datetime, mail_from: str = ADDRESS) -> bytes:
    """The answer in the mailbox."""
    return arrived(mail.as_bytes(), mail_from, at)


def read(raw: bytes) -> EmailMessage:
    """Our letter."""
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def bare(raw: bytes, number: int, at: datetime) -> bytes:
    return finished(plain(raw, number, at), at)


def quoting(raw: bytes, number: int, at: datetime) -> bytes:
    mail = plain(raw, number, at, subject=f"回复 {number}")
    mail.set_content(f"收到第{number}封，内容如下，请问是否还需要材料？\n\n{words(read(raw))}")
    return finished(mail, at)


def threaded(raw: bytes, number: int, at: datetime) -> bytes:
    ours = read(raw)
    thread = {"In_Reply_To": str(ours["Message-ID"]), "References": str(ours["Message-ID"])}
    return finished(plain(raw, number, at, subject=f"Re: {ours['Subject']}", **thread), at)


def from_elsewhere(raw: bytes, number: int, at: datetime) -> bytes:
    """From an address that changes each time, known by its thread alone."""
    ours = read(raw)
    mail = plain(raw, number, at, sender=f"robot{number}@unit.example", In_Reply_To=str(ours["Message-ID"]))
    return finished(mail, at, f"bounce{number}@unit.example")


def other_return_path(raw: bytes, number: int, at: datetime) -> bytes:
    return finished(plain(raw, number, at), at, f"return{number}@unit.example")


def enclosing(raw: bytes, number: int, at: datetime) -> bytes:
    mail = plain(raw, number, at)
    mail.add_attachment(read(raw))
    return finished(mail, at)


def enclosing_as_file(raw: bytes, number: int, at: datetime) -> bytes:
    mail = plain(raw, number, at)
    mail.add_attachment(raw, maintype="application", subtype="octet-stream", filename=f"letter{number}.eml")
    return finished(mail, at)


def echoing(item: SampleEntry, *, named: str = "", mail_from: str = ADDRESS) -> Answer:
    """The papers of a nomination come back each time, perhaps under other names."""

    def answer(raw: bytes, number: int, at: datetime) -> bytes:
        mail = plain(raw, number, at)
        for file in both(item):
            name = f"{named}{number}{Path(file.filename).suffix}" if named else file.filename
            mail.add_attachment(file.content, maintype="application", subtype="octet-stream", filename=name)
        return finished(mail, at, mail_from)

    return answer


def marked(raw: bytes, number: int, at: datetime) -> bytes:
    return finished(plain(raw, number, at, Auto_Submitted="auto-replied"), at)


def given_back(raw: bytes, number: int, at: datetime) -> bytes:
    """Our own words and nothing else."""
    mail = plain(raw, number, at, subject=str(read(raw)["Subject"]))
    mail.set_content(words(read(raw)))
    return finished(mail, at)


MANNERS = {
    "bare": bare,
    "quoting": quoting,
    "threaded": threaded,
    "from elsewhere": from_elsewhere,
    "other return path": other_return_path,
    "enclosing": enclosing,
    "enclosing as a file": enclosing_as_file,
    "echoing": echoing(entry("于洁")),
    "echoing under other names": echoing(entry("于洁"), named="附件"),
    "marked": marked,
    "given back": given_back,
}
ITS_OTHERS = [f"{name}{number}@unit.example" for name in ("robot", "return", "bounce") for number in "12"]
UNSEEN = {"marked", "given back"}
"""What a machine sent for certain is not shown to staff."""


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("first", [QUESTION, NOMINATION], ids=["question", "nomination"])
def test_a_machine_that_answers_everything_gets_one_letter(
    first: bytes, manner: str, dovecot: Dovecot, tmp_path: Path
) -> None:
    if first is QUESTION and "echoing" in manner:
        pytest.skip("there are no papers to give back")
    with Relay(dovecot.username, PASSWORD) as relay:
        office = Office(tmp_path / "office", dovecot, relay)
        take = answered_into(dovecot, relay, MANNERS[manner])
        for address in (ADDRESS, *ITS_OTHERS):
            relay.routes[address] = take
        dovecot.deliver(first, AT)
        for now in rounds([office], [relay]):
            assert len(relay.received) == 1, f"at {now}"
        assert len(office.export("messages")) == 2, "the machine has answered"
        shown = office.shouwen("digest", now=now).text
        assert (
            "咨询来信（1件）" in shown or "系统未再回函" in shown or first is QUESTION
        ) or manner in UNSEEN


def test_what_is_new_is_answered_after_a_machine_has_written(dovecot: Dovecot, tmp_path: Path) -> None:
    with Relay(dovecot.username, PASSWORD) as relay:
        office = Office(tmp_path / "office", dovecot, relay)
        take = answered_into(dovecot, relay, echoing(entry("于洁")))
        relay.routes[ADDRESS] = take
        dovecot.deliver(NOMINATION, AT)
        for now in rounds([office], [relay], 3):
            assert len(relay.received) == 1, f"at {now}"
        relay.routes.clear()
        dovecot.deliver(letter(both(entry("马骁")), now), now)
        for _ in rounds([office], [relay], 2, now + HOUR):
            pass
        assert len(relay.received) == 2
        assert set(office.states().values()) == {"complete"}


def test_the_same_papers_after_a_notice_are_for_staff(dovecot: Dovecot, tmp_path: Path) -> None:
    with Relay(dovecot.username, PASSWORD) as relay:
        office = Office(tmp_path / "office", dovecot, relay)
        dovecot.deliver(DEFICIENT, AT)
        relay.now = AT + HOUR
        office.once(relay.now)
        again = letter(
            [form(entry("于洁"))], AT + 2 * HOUR, subject="再次报送", text="材料再发一遍，请查收。"
        )
        dovecot.deliver(again, AT + 2 * HOUR)
        relay.now = AT + 3 * HOUR
        office.once(relay.now)
        assert len(relay.received) == 1
        shown = office.shouwen("digest", now=AT + 4 * HOUR).text
        assert "再次报送" in shown and "系统未再回函" in shown
        cured = letter([scan(entry("于洁"))], AT + 5 * HOUR, subject="补正")
        dovecot.deliver(cured, AT + 5 * HOUR)
        relay.now = AT + 6 * HOUR
        office.once(relay.now)
        assert len(relay.received) == 2
        assert office.states() == {"于洁": "complete"}
