"""What strangers send changes nothing of a unit's material, and they learn nothing of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from intake.demo.mailbox import EmbeddedMailbox
from tests.integration.conftest import OfficeOn
from tests.integration.stranger_mails import EVIL, OWN, STRANGER, TRICKS, Known, writer
from tests.journey import BAD_USAGE, DONE, Office, words
from tests.material import AT, SOCIETY, both, entry, form, letter, registered, scan

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
HALF = HOUR / 2
AT_ONCE = 13
"""So many tricks are read in one pass."""


def letters_to(office: Office, address: str) -> list[str]:
    """All that was written to an address: subject and words."""
    return [
        f"{mail['Subject']}\n{words(mail)}"
        for mail in office.sent()
        if mail["To"].addresses[0].addr_spec == address
    ]


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


def told_of(office: Office) -> dict[str, tuple[object, ...]]:
    """How the unit's nominations stand: state, current files, what is asked of them, the letters' readers."""
    rows: dict[str, tuple[object, ...]] = {}
    for row in office.export("nominations"):
        if row["number"] in ("KX2024-0001", "KX2024-0002"):
            current = [item["content_hash"] for item in row["documents"] if item["current"]]
            codes = sorted(f["code"] for f in row["findings"] if f["basis"] != "sender")
            rows[row["number"]] = (row["state"], row["nominee"], current, codes, row["fields"])
    return rows


def _batches(names: Sequence[str]) -> Iterator[Sequence[str]]:
    yield from (names[at : at + AT_ONCE] for at in range(0, len(names), AT_ONCE))


@pytest.mark.parametrize("registry", [False, True])
def test_a_stranger_changes_nothing_and_learns_nothing(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, tmp_path: Path, registry: bool
) -> None:
    """Some tricks after others; then the unit goes on as if there had been none."""
    changes = {"campaign": {"file": str(registered(tmp_path / "c", {SOCIETY.name: OWN}))}} if registry else {}
    office = office_on(pymap_mailbox, **changes)
    first = letter([*both(entry("于洁")), form(entry("马骁"))])
    pymap_mailbox.deliver(first, AT)
    office.once(AT + HOUR)
    before = told_of(office)
    assert [row[0] for row in before.values()] == ["complete", "deficient"]
    (notice,) = office.sent()
    (reference,) = (row[0] for row in office.query("SELECT reference FROM letter"))
    known = Known("KX2024-0001", first, notice, reference)
    at = AT + 2 * HOUR
    for number, some in enumerate(_batches(list(TRICKS))):
        played = {f"{number}.{place}.{EVIL}": TRICKS[name](known) for place, name in enumerate(some)}
        sent = len(office.sent())
        for (own, made), name in zip(played.items(), some, strict=True):
            pymap_mailbox.deliver(made.mail(own, at, name), at)
        office.once(at + HALF)
        assert told_of(office) == before, some
        for mail in office.sent()[sent:]:
            to = mail["To"].addresses[0].addr_spec
            if to == OWN:
                assert registry, some
                continue
            said = f"{mail['Subject']}\n{words(mail)}"
            named = "".join(made.names() for own, made in played.items() if to in (own, made.address))
            assert named, (some, to)
            assert not any(name in said and name not in named for name in ("于洁", "马骁")), (some, said)
        at += HOUR
    # The unit's next mail is answered as ever.
    sent = len(office.sent())
    pymap_mailbox.deliver(letter([scan(entry("马骁"))], at), at)
    office.once(at + HALF)
    assert [row[0] for row in told_of(office).values()] == ["complete", "complete"]
    (mail,) = office.sent()[sent:]
    assert mail["To"].addresses[0].addr_spec == OWN and "马骁" in words(mail)


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
    assert "refused" in shown and "confirmed" in shown and "王某" in shown
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
