"""What strangers send changes nothing of a unit's material, and they learn nothing of it."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from intake.config.campaign_file import shipped_files
from intake.demo.mailbox import EmbeddedMailbox
from intake.demo.mails.programs import AttachedFile, Author
from intake.demo.units import SampleUnit
from tests.integration.conftest import OfficeOn
from tests.journey import BAD_USAGE, DONE, Office, words
from tests.material import AT, SOCIETY, both, entry, form, letter, message_id, scan

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
HALF = HOUR / 2
EVIL = "evil@attacker.example"
OWN = SOCIETY.sender.address


def writer(address: str, name: str = "李工") -> SampleUnit:
    """The unit's paper from another address."""
    return replace(SOCIETY, sender=Author(name, address))


def letters_to(office: Office, address: str) -> list[str]:
    """All that was written to an address: subject and words."""
    return [
        f"{mail['Subject']}\n{words(mail)}"
        for mail in office.sent()
        if mail["To"].addresses[0].addr_spec == address
    ]


def registered(folder: Path, addresses: str) -> Path:
    """The shipped campaign in a folder, its registry giving the society these addresses."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in shipped_files():
        (folder / path.name).write_bytes(path.read_bytes())
    units = next(folder.glob("*units.csv"))
    rows = list(csv.DictReader(units.read_text("utf-8-sig").splitlines()))
    for row in rows:
        if row["name"] == SOCIETY.name:
            row["addresses"] = addresses
    with units.open("w", encoding="utf-8", newline="") as out:
        table = csv.DictWriter(out, rows[0].keys())
        table.writeheader()
        table.writerows(rows)
    return next(folder.glob("*.toml"))


def test_each_of_four_clerks_hears_of_his_own_and_of_nobody_elses(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    clerks = {f"clerk{n}@unit{n}.example": name for n, name in enumerate(("于洁", "马骁", "白桦", "石磊"))}
    for place, (address, name) in enumerate(clerks.items()):
        at = AT + place * MINUTE
        category = "volunteer" if place < 2 else "site"
        pymap_mailbox.deliver(letter(both(entry(name, category=category)), at, writer(address)), at)
    office.once(AT + HOUR)
    assert set(office.states().values()) == {"complete"}
    for address, name in clerks.items():
        (said,) = letters_to(office, address)
        assert name in said
        assert not any(other in said for other in clerks.values() if other != name)
        (listed,) = [row["nominations"] for row in office.export("letters") if row["to"] == address]
        assert listed == [office.nominations()[name]["number"]]


STRANGER = writer(EVIL)


@dataclass(frozen=True)
class Known:
    """What a stranger may know: a number, the mails that went to and fro, the unit's papers."""

    number: str
    first: bytes
    notice: str
    reference: str


@dataclass(frozen=True)
class Trick:
    """A stranger's mail."""

    files: Sequence[AttachedFile] = ()
    subject: str = "报送材料"
    text: str = "请查收附件。"
    headers: Mapping[str, str] = field(default_factory=dict)
    sender: SampleUnit = STRANGER


def _answer(parent: str) -> dict[str, str]:
    return {"In-Reply-To": parent, "References": parent}


CHANGED = form(entry("于洁", figures={"service_years": ("30年", 30)}), "于洁推荐表.docx")
PASS = f"spf=pass smtp.mailfrom={OWN}; dkim=pass header.d=163.example; dmarc=pass header.from=163.example"
DOMAIN = OWN.rpartition("@")[2]

TRICKS: dict[str, Callable[[Known], Trick]] = {
    "guessed number": lambda k: Trick([scan(entry("马骁"), "扫描0001.pdf")], f"补交{k.number}"),
    "number in words": lambda k: Trick(text=f"请撤回{k.number}的推荐材料。"),
    "number as filename": lambda k: Trick([scan(entry("马骁"), f"{k.number}.pdf")]),
    "nominee as filename": lambda k: Trick([scan(entry("马骁"), "马骁.pdf")]),
    "nominee's scan as unit's": lambda k: Trick([scan(entry("马骁"))], f"{SOCIETY.name}补交"),
    "copied Message-ID": lambda k: Trick([scan(entry("马骁"), "补交.pdf")], headers=_answer(k.notice)),
    "the unit's Message-ID": lambda k: Trick(
        [scan(entry("马骁"), "补.pdf")], headers=_answer(message_id(k.first))
    ),
    "computed Message-ID": lambda k: Trick([scan(entry("马骁"), "补.pdf")], headers=_answer(_computed())),
    "letter's number": lambda k: Trick([scan(entry("马骁"), "补.pdf")], text=f"{k.reference}收悉，现补交。"),
    "Return-Path of the unit": lambda k: Trick([form(entry("王五"))], headers={"Return-Path": f"<{OWN}>"}),
    "From of the unit, Return-Path of his own": lambda k: Trick(
        [form(entry("王五"))], sender=writer(EVIL, SOCIETY.name), headers={"Return-Path": f"<{EVIL}>"}
    ),
    "own Authentication-Results": lambda k: Trick(
        [CHANGED], headers={"Authentication-Results": f"mx.163.com; {PASS}"}
    ),
    "unit in the subject": lambda k: Trick([scan(entry("马骁"), "盖章.pdf")], f"{SOCIETY.name}推荐材料"),
    "unit's form with changes": lambda k: Trick([CHANGED], "更正", "以此为准，原材料作废。"),
    "unit's own file": lambda k: Trick([form(entry("于洁")), scan(entry("于洁"))]),
    "quota filled": lambda k: Trick([file for n in range(6) for file in both(entry(f"王{n}号"))]),
    "same nominee, other category": lambda k: Trick(both(entry("于洁", category="site"))),
    "display name": lambda k: Trick([CHANGED], sender=writer(EVIL, f"{SOCIETY.name} <{OWN}>")),
    "look-alike domain": lambda k: Trick([CHANGED], sender=writer(OWN.replace("163", "l63"))),
    "subdomain": lambda k: Trick([CHANGED], sender=writer(f"kp@mail.{DOMAIN}")),
    "forwarded mail of the unit": lambda k: Trick(
        [AttachedFile("原邮件.eml", k.first)], f"转发：{SOCIETY.name}推荐材料", "转上，请查收。"
    ),
    "forwarded words": lambda k: Trick(
        [scan(entry("马骁"), "1.pdf")],
        "转发：推荐材料",
        f"转上。\n\n-------- 原始邮件 --------\n发件人：{SOCIETY.name} <{OWN}>\n主题：推荐材料\n\n见附件。",
    ),
    "link": lambda k: Trick(text="马骁推荐表见 https://pan.baidu.com/s/1abcdefg 提取码1234，KX2024-0002。"),
    "anonymous scan": lambda k: Trick([scan(entry("马骁"), "IMG_0001.pdf")], f"{SOCIETY.name}"),
}


def _computed() -> str:
    # What the product did before it had a secret.
    name = f"cast-kpzy-2024/unit/{SOCIETY.name}/1"
    return f"<shouwen.{sha256(name.encode()).hexdigest()[:40]}@example.org>"


def told_of(office: Office) -> dict[str, tuple[object, ...]]:
    """How the unit's nominations stand: state, current files, what is asked of them, the letters' readers."""
    rows: dict[str, tuple[object, ...]] = {}
    for row in office.export("nominations"):
        if row["number"] in ("KX2024-0001", "KX2024-0002"):
            current = [item["content_hash"] for item in row["documents"] if item["current"]]
            codes = sorted(f["code"] for f in row["findings"] if f["basis"] != "sender")
            rows[row["number"]] = (row["state"], row["nominee"], current, codes, row["fields"])
    return rows


@pytest.mark.parametrize("registry", [False, True])
def test_a_stranger_changes_nothing_and_learns_nothing(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, tmp_path: Path, registry: bool
) -> None:
    """One trick after the other; then the unit goes on as if there had been none."""
    changes = {"campaign": {"file": str(registered(tmp_path / "c", OWN))}} if registry else {}
    office = office_on(pymap_mailbox, **changes)
    first = letter([*both(entry("于洁")), form(entry("马骁"))])
    pymap_mailbox.deliver(first, AT)
    office.once(AT + HOUR)
    before = told_of(office)
    assert [row[0] for row in before.values()] == ["complete", "deficient"]
    (notice,) = office.sent()
    (reference,) = (row[0] for row in office.query("SELECT reference FROM letter"))
    known = Known("KX2024-0001", first, str(notice["Message-ID"]), reference)
    at = AT + 2 * HOUR
    for place, (name, make) in enumerate(TRICKS.items()):
        made, sent = make(known), len(office.sent())
        if made.sender == STRANGER:
            made = replace(made, sender=writer(f"{place}.{EVIL}"))
        subject, text = made.subject, made.text
        raw = letter(made.files, at, made.sender, subject=subject, text=text, headers=made.headers, key=name)
        pymap_mailbox.deliver(raw, at)
        office.once(at + HALF)
        assert told_of(office) == before, name
        stranger = made.sender.sender.address
        for mail in office.sent()[sent:]:
            to = mail["To"].addresses[0].addr_spec
            assert to in (OWN, stranger) if registry else to == stranger, name
            said = f"{mail['Subject']}\n{words(mail)}"
            hidden = [nominee for nominee in ("于洁", "马骁") if nominee not in named_in(made)]
            assert to == OWN or not any(nominee in said for nominee in hidden), (name, said)
        at += HOUR
    # The unit's next mail is answered as ever.
    sent = len(office.sent())
    pymap_mailbox.deliver(letter([scan(entry("马骁"))], at), at)
    office.once(at + HALF)
    assert [row[0] for row in told_of(office).values()] == ["complete", "complete"]
    (mail,) = office.sent()[sent:]
    assert mail["To"].addresses[0].addr_spec == OWN and "马骁" in words(mail)


def named_in(made: Trick) -> str:
    """What the stranger's own mail names."""
    names = " ".join((made.subject, made.text, *(file.filename for file in made.files)))
    inside = any(file.filename.endswith(".eml") for file in made.files)
    return names + ("于洁马骁" if inside else "") + ("于洁" if CHANGED in made.files else "")


def test_a_person_says_who_writes_for_a_unit(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    pymap_mailbox.deliver(letter(both(entry("于洁"))), AT)
    pymap_mailbox.deliver(letter(both(entry("马骁")), AT + MINUTE, STRANGER), AT + MINUTE)
    office.once(AT + HOUR)
    assert set(office.states().values()) == {"complete"}
    senders = {item["sender"] for item in office.nominations()["马骁"]["documents"]}
    assert senders == {EVIL}
    listed = json.loads(office.shouwen("unit", "list", "--json").out)
    (row,) = [row for row in listed if row["unit"] == SOCIETY.name]
    assert [(item["address"], item["standing"]) for item in row["addresses"]] == [
        (OWN, "first"),
        (EVIL, "further"),
    ]
    # Two wait, so one must be named; a unit and an address must be such.
    for wrong in ((SOCIETY.name,), ("不存在学会", OWN), (SOCIETY.name, "kp")):
        assert office.shouwen("unit", "confirm", *wrong, "--by", "王某").code == BAD_USAGE
    said = office.shouwen("unit", "confirm", SOCIETY.name, OWN, "--by", "王某", now=AT + HOUR)
    assert said.code == DONE and EVIL in said.text
    assert office.states() == {"于洁": "complete", "马骁": "review"}
    (found,) = [f for f in office.nominations()["马骁"]["findings"] if f["code"] == "sender-new"]
    assert found["severity"] == "review" and OWN in found["evidence"] and EVIL in found["evidence"]
    digest = re.sub(r"\s", "", office.shouwen("digest", "--date", "2025-02-22").text)
    assert EVIL in digest and "发件地址" in digest
    # Now the unit hears of what is sent in its name, and the stranger of no more than before.
    more = AT + 2 * HOUR
    pymap_mailbox.deliver(letter(both(entry("白桦")), more, STRANGER, key="2"), more)
    office.once(more + HOUR)
    assert "白桦" in letters_to(office, OWN)[-1] and "于洁" not in "".join(letters_to(office, EVIL))
    assert office.shouwen("unit", "refuse", SOCIETY.name, EVIL, "--by", "王某", now=more + HOUR).code == DONE
    assert office.states() == {"于洁": "complete"}
    shown = office.shouwen("unit", "show", SOCIETY.name).text
    assert "已否认" in shown and "已确认" in shown and "王某" in shown
    events = office.query("SELECT verb, actor FROM event WHERE verb LIKE 'correspondent%' ORDER BY id")
    assert [tuple(row) for row in events] == [
        ("correspondent confirmed", "王某"),
        ("correspondent refused", "王某"),
    ]


def test_questions_have_a_pool_of_their_own_and_come_after_the_units_letters(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn
) -> None:
    office = office_on(pymap_mailbox, letters={"questions_a_day": 1}, smtp={"daily_limit": 1})
    for place in range(2):
        asked = letter((), AT, writer(f"{place}.{EVIL}"), subject="咨询", text=f"请问何时截止？{place}")
        pymap_mailbox.deliver(asked, AT)
    pymap_mailbox.deliver(letter(both(entry("于洁")), AT + MINUTE), AT + MINUTE)
    office.once(AT + HOUR)
    # One question is answered that day, and the unit's letter goes before it.
    assert [mail["To"].addresses[0].addr_spec for mail in office.sent()] == [OWN]
    assert sorted(row["to"] for row in office.export("letters")) == sorted([OWN, f"0.{EVIL}"])
    day = timedelta(days=1)
    office.once(AT + HOUR + day)
    assert sorted(row["to"] for row in office.export("letters")) == sorted([OWN, f"0.{EVIL}", f"1.{EVIL}"])
