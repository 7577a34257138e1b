"""A clerk answers the digest with what is to be done: carried out once, told, and for nobody else."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage

import pytest
from openpyxl import load_workbook

from intake.demo.mailbox import EmbeddedMailbox
from intake.demo.mails.programs import AttachedFile
from intake.staff.workbook.ledger_book import HEADING_ROW
from tests.integration.conftest import OfficeOn
from tests.journey import Office, words
from tests.material import AT, SOCIETY, both, entry, letter, message_id, sample_unit

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ZHANG = sample_unit("张敏", "province", address="zhang@staff.example")
TO = ["张敏 <zhang@staff.example>", "li@staff.example"]
SOME = {"于洁": "volunteer", "马骁": "volunteer", "白桦": "project"}
SUBJECT = "回复：收文日报"


@pytest.fixture
def served(pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, database_url: str) -> Office:
    """Three nominations in order, and a digest that told of them."""
    office = office_on(pymap_mailbox, database_url, digest={"to": TO})
    pymap_mailbox.deliver(
        letter([file for name, kind in SOME.items() for file in both(entry(name, SOCIETY, kind))]), AT
    )
    office.once(AT + HOUR)
    office.shouwen("digest", "--date", "2025-02-21", "--send", now=AT + 2 * HOUR)
    office.once(AT + 2 * HOUR)
    assert len(digests(office)) == 2, office.sent()
    return office


def to_clerk(office: Office, address: str = ZHANG.sender.address) -> list[EmailMessage]:
    return [mail for mail in office.sent() if mail["To"].addresses[0].addr_spec == address]


def digests(office: Office) -> list[EmailMessage]:
    return [mail for mail in office.sent() if "收文日报" in mail["Subject"] and not mail["In-Reply-To"]]


def token(office: Office, address: str = ZHANG.sender.address) -> str:
    return str(next(m for m in digests(office) if m["To"].addresses[0].addr_spec == address)["Message-ID"])


def number(office: Office, name: str) -> str:
    return str(office.nominations()[name]["number"])


def reply(
    text: str,
    named: str,
    *,
    files: Sequence[AttachedFile] = (),
    at: timedelta = 3 * HOUR,
    unit: object = ZHANG,
    subject: str = SUBJECT,
    key: str = "",
) -> bytes:
    headers = {"In-Reply-To": named, "References": named} if named else {}
    return letter(files, AT + at, unit, subject=subject, text=text, headers=headers, key=key)  # type: ignore[arg-type]


def unvouched(raw: bytes, results: str = "spf=softfail; dkim=none; dmarc=none") -> bytes:
    line = rb"Authentication-Results: (\S+);.*?\r\n(?![ \t])"
    put = rb"Authentication-Results: \1; " + results.encode() + b"\r\n" if results else b""
    return re.sub(line, put, raw, count=1, flags=re.DOTALL)


def test_an_answer_is_carried_out_once_and_told(pymap_mailbox: EmbeddedMailbox, served: Office) -> None:
    one, other, third = (number(served, name) for name in SOME)
    said = f"{one.lower()} 退回 缺单位意见\n{other}　不予受理\n{third} 同意，但缺章\n\n张敏"
    raw = reply(said, token(served))
    pymap_mailbox.deliver(raw, AT + 3 * HOUR)
    served.once(AT + 4 * HOUR)
    assert served.states() == {"于洁": "deficient", "马骁": "complete", "白桦": "complete"}

    (_, answer) = to_clerk(served)
    told = words(answer)
    assert answer["Auto-Submitted"] == "auto-replied" and answer["Subject"].startswith("回复：")
    assert f"{one}（正文第1行）：已办理，现为“待补正”" in told
    assert f"{other}（正文第2行）：未写理由" in told and f"{third}（正文第3行）：似有疑问或附有条件" in told
    assert "请再次回复本邮件更正" in "".join(told.split())
    history = served.shouwen("status", one).text
    assert "张敏" in history and "缺单位意见" in history

    # It is neither a question nor material, whatever is read anew, and nothing is done twice.
    (row,) = [row for row in served.export("messages") if row["claimed_from"] == ZHANG.sender.address]
    assert row["kind"] == "other"
    served.shouwen(
        "decide", one, "reopen", "--by", "王芳", "--reason", "意见有误", now=AT + 4 * HOUR + MINUTE
    )
    pymap_mailbox.deliver(raw.replace(b"X-Priority: 3", b"X-Priority: 1"), AT + 5 * HOUR)
    served.shouwen("replay", "--all", now=AT + 5 * HOUR)
    served.once(AT + 6 * HOUR)
    assert served.states()["于洁"] == "complete" and len(to_clerk(served)) == 2
    kinds = [row["kind"] for row in served.export("letters")]
    assert "decision" not in kinds, "taken back before its letter went"
    assert not [row for row in served.export("nominations") if row["unit"]["name"] != SOCIETY.name]


def test_what_was_done_is_undone_by_answering_the_report(
    pymap_mailbox: EmbeddedMailbox, served: Office
) -> None:
    one = number(served, "于洁")
    pymap_mailbox.deliver(reply(f"{one} 退回 缺单位意见", token(served)), AT + 3 * HOUR)
    served.once(AT + 3 * HOUR + MINUTE)
    report = str(to_clerk(served)[-1]["Message-ID"])
    again = reply(f"{one} 恢复", report, at=3 * HOUR + 2 * MINUTE, key="2")
    pymap_mailbox.deliver(again, AT + 3 * HOUR + 2 * MINUTE)
    served.once(AT + 3 * HOUR + 3 * MINUTE)
    served.once(AT + DAY)
    assert served.states()["于洁"] == "complete"
    assert "decision" not in [row["kind"] for row in served.export("letters")]


def test_the_ledger_sent_back_is_carried_out(pymap_mailbox: EmbeddedMailbox, served: Office) -> None:
    digest = next(mail for mail in digests(served) if "张敏" in str(mail["To"]))
    (attached,) = [part for part in digest.iter_attachments() if part.get_filename().endswith(".xlsx")]
    book = load_workbook(io.BytesIO(attached.get_content()))
    sheet = book["总表"]
    columns = {cell.value: place for place, cell in enumerate(sheet[HEADING_ROW])}
    for cells in sheet.iter_rows(min_row=HEADING_ROW + 1):
        if cells[columns["候选典型"]].value == "马骁":
            for heading, word in (("意见", "不予受理"), ("理由", "不符合条件"), ("办理人", "李娟")):
                cells[columns[heading]].value = word
    data = io.BytesIO()
    book.save(data)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    file = AttachedFile("ledger-20250221.xlsx", data.getvalue(), kind)
    pymap_mailbox.deliver(reply("见附件", token(served), files=[file]), AT + 3 * HOUR)
    served.once(AT + 4 * HOUR)
    assert served.states() == {"于洁": "complete", "马骁": "rejected", "白桦": "complete"}, words(
        to_clerk(served)[-1]
    )
    assert "（台账第" in words(to_clerk(served)[-1])
    assert "李娟（张敏来信）" in served.shouwen("status", number(served, "马骁")).text
    broken = AttachedFile("ledger-20250221.xlsx", b"PK\x03\x04 no workbook", kind)
    late = reply("见附件", token(served), files=[broken], at=5 * HOUR)
    pymap_mailbox.deliver(late, AT + 5 * HOUR)
    served.once(AT + 6 * HOUR)
    assert "所附表格不是台账，或已损坏" in "".join(words(to_clerk(served)[-1]).split())


BELOW = "\n\n-----Original Message-----\nFrom: x@unit.example\nSubject: 撤回\n\n"
AWAY = "我正在休假，无法及时回复，请联系李娟。\n"
MARKED = "已阅\n办理：直接回复本邮件（回复请写在本行以上）。\n"


@dataclass(frozen=True, slots=True)
class Attack:
    """A mail that looks like an order: how it is made, why it is none, whether its sender hears of that."""

    made: Callable[[Office, str, str], bytes]
    why: str
    answers: bool
    at: timedelta = 3 * HOUR


def told_apart(raw: bytes, key: str) -> bytes:
    return re.sub(rb"(?im)^(Message-ID: *<)", lambda found: found[1] + key.encode() + b".", raw, count=1)


NOT_HIS, NO_ANSWER = "未能确认该信确由办公人员本人发出", "不是对日报的回复"
ATTACKS: dict[str, Attack] = {
    "forged": Attack(lambda office, order, own: unvouched(reply(order, own)), NOT_HIS, False),
    "silent": Attack(lambda office, order, own: unvouched(reply(order, own), ""), NOT_HIS, False),
    "no-token": Attack(lambda office, order, own: reply(order, ""), NO_ANSWER, True),
    "made-up": Attack(
        lambda office, order, own: reply(order, f"<shouwen.{'0' * 40}@example.org>"), NO_ANSWER, True
    ),
    "another's": Attack(
        lambda office, order, own: reply(order, token(office, "li@staff.example")), NO_ANSWER, True
    ),
    "unit": Attack(lambda office, order, own: reply(order, own, unit=SOCIETY), "", False),
    "quoted": Attack(lambda office, order, own: reply(f"已阅\n\n> {order}\n", own), "", True),
    "below-our-line": Attack(lambda office, order, own: reply(f"{MARKED}{order}", own), "", True),
    "absent": Attack(
        lambda office, order, own: reply(f"{AWAY}{order}", own, subject=f"自动回复：{SUBJECT}"), "", False
    ),
    "forwarded": Attack(
        lambda office, order, own: reply(f"{order}{BELOW}{order}", own, subject="转发: 撤回"),
        "含有转发的其他邮件",
        True,
    ),
    "old": Attack(lambda office, order, own: reply(order, own, at=8 * DAY), "已超过7日", True, 8 * DAY),
}


def test_nobody_else_orders_anything(pymap_mailbox: EmbeddedMailbox, served: Office) -> None:
    one, own = number(served, "于洁"), token(served)
    came: dict[str, str] = {}
    for at in sorted({attack.at for attack in ATTACKS.values()}):
        for name, attack in ATTACKS.items():
            if attack.at == at:
                raw = told_apart(attack.made(served, f"{one} 退回 缺{name}意见", own), name)
                came[name] = message_id(raw)
                pymap_mailbox.deliver(raw, AT + at)
        served.shouwen("once", now=AT + at + HOUR)
        assert served.states()["于洁"] == "complete", served.shouwen("status", one).text

    def answered() -> dict[str, list[str]]:
        found = {name: [mail for mail in served.sent() if mail["In-Reply-To"] == came[name]] for name in came}
        return {
            name: [words(mail) for mail in mails if "原因：" in words(mail)] for name, mails in found.items()
        }

    first = answered()
    assert {name: len(mails) for name, mails in first.items()} == {
        name: int(attack.answers) for name, attack in ATTACKS.items()
    }
    for name, mails in first.items():
        for mail in mails:
            assert (ATTACKS[name].why or "未读到办理意见") in "".join(mail.split()), name
    # Read anew it comes to the same, and whoever was told is not told again.
    served.shouwen("replay", "--all", now=AT + 8 * DAY + 2 * HOUR)
    served.shouwen("once", now=AT + 8 * DAY + 2 * HOUR)
    assert answered() == first and served.states()["于洁"] == "complete"
    kinds = {row["message_id"].strip("<>"): row["kind"] for row in served.export("messages")}
    of_attacks = {name: kinds[came[name].strip("<>")] for name in came}
    assert {of_attacks[name] for name, attack in ATTACKS.items() if attack.answers} == {"other"}, of_attacks
    # Staff read each reason once.
    troubles = [detail for (detail,) in served.query("select detail from event where verb = 'trouble'")]
    for reason in {attack.why for attack in ATTACKS.values() if attack.why}:
        assert sum(reason in detail for detail in troubles) == 1, (reason, troubles)


def test_a_pass_that_broke_off_does_nothing_twice(
    pymap_mailbox: EmbeddedMailbox, served: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = number(served, "于洁"), number(served, "马骁")
    pymap_mailbox.deliver(
        reply(f"{one} 退回 缺单位意见\n{other} 退回 缺单位意见", token(served)), AT + 3 * HOUR
    )

    def dies(*arguments: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("intake.staff.orders.taker.OrderTaker._answer", dies)
        with suppress(RuntimeError):
            served.shouwen("once", now=AT + 4 * HOUR)
    assert len(to_clerk(served)) == 1
    by = ("--by", "王芳", "--reason", "原意见有误")
    assert served.shouwen("decide", one, "reopen", *by, now=AT + 4 * HOUR + MINUTE).code == 0
    served.once(AT + 5 * HOUR)
    told = "".join(words(to_clerk(served)[-1]).split())
    assert served.states()["于洁"] == "complete" and served.states()["马骁"] == "deficient"
    assert "其间已另有办理" in told and "此前已作同样办理" in told
