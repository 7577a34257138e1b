"""The same nominee from two units, or in two categories: a person hears of it on both sides, in any order.

Of two units without an address on record the first keeps its state: the second may be anybody.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from intake.demo.mailbox import EmbeddedMailbox
from tests.integration.conftest import OfficeOn
from tests.journey import Office, words
from tests.material import AT, PROVINCE, SOCIETY, both, entry, form, letter, registered

DUPLICATE = "duplicate-nominee"
LATER = AT + timedelta(minutes=30)
SETTLED = AT + timedelta(hours=2)


def ledger(office: Office) -> dict[tuple[str, str, str], tuple[str, list[str]]]:
    """State and evidence by unit, category and nominee."""
    return {
        (row["unit"]["name"], row["category"], row["nominee"]): (
            row["state"],
            [f["evidence"] for f in row["findings"] if f["code"] == DUPLICATE],
        )
        for row in office.export("nominations")
    }


def of(
    office: Office, unit: str, category: str = "volunteer", nominee: str = "于洁"
) -> tuple[str, list[str]]:
    return ledger(office)[unit, category, nominee]


def test_both_units_whichever_comes_later(
    office_on: OfficeOn, pymap_mailbox: EmbeddedMailbox, tmp_path: Path
) -> None:
    known = {unit.name: unit.sender.address for unit in (SOCIETY, PROVINCE)}
    office = office_on(pymap_mailbox, campaign={"file": str(registered(tmp_path / "c", known))})
    pymap_mailbox.deliver(letter(both(entry("于洁", SOCIETY)), AT), AT)
    office.once(now=LATER)
    assert of(office, SOCIETY.name) == ("complete", [])
    pymap_mailbox.deliver(letter(both(entry("于洁", PROVINCE)), LATER, PROVINCE), LATER)
    office.once(now=LATER + timedelta(minutes=1))
    state, (said,) = of(office, SOCIETY.name)
    assert state == "review"
    assert PROVINCE.name in said
    assert "编号KX2024-0002" in said
    state, (said,) = of(office, PROVINCE.name)
    assert state == "review"
    assert SOCIETY.name in said
    assert "编号KX2024-0001" in said


def test_of_two_unknown_senders_the_later_one_waits(office: Office, pymap_mailbox: EmbeddedMailbox) -> None:
    """A person hears of it on both sides; a word of his that lets one of them count moves the other."""
    pymap_mailbox.deliver(letter(both(entry("于洁", SOCIETY)), AT), AT)
    pymap_mailbox.deliver(letter(both(entry("于洁", PROVINCE)), LATER, PROVINCE), LATER)
    office.once(now=LATER)
    state, (said,) = of(office, SOCIETY.name)
    assert state == "complete" and PROVINCE.name in said
    assert of(office, PROVINCE.name)[0] == "review"
    assert office.shouwen("digest", "--date", "2025-02-22").text.count("重复") >= 2
    confirm = "unit", "confirm", PROVINCE.name, PROVINCE.sender.address, "--by", "王主任"
    office.shouwen(*confirm, now=LATER)
    assert of(office, SOCIETY.name)[0] == "review"
    assert of(office, PROVINCE.name)[0] == "complete"


def test_what_goes_away_takes_its_duplicate_with_it(office: Office, pymap_mailbox: EmbeddedMailbox) -> None:
    pymap_mailbox.deliver(letter(both(entry("于洁", SOCIETY)), AT), AT)
    pymap_mailbox.deliver(letter(both(entry("于洁", PROVINCE)), LATER, PROVINCE), LATER)
    office.once(now=LATER)
    number = {row["unit"]["name"]: row["number"] for row in office.export("nominations")}[PROVINCE.name]
    decided = ("--by", "王主任", "--reason", "同一人，由学会推荐")
    office.shouwen("decide", number, "withdraw", *decided, now=LATER)
    assert of(office, SOCIETY.name) == ("complete", [])
    office.shouwen("decide", number, "reopen", *decided, now=LATER)
    assert of(office, SOCIETY.name)[1] and of(office, PROVINCE.name)[0] == "review"


def test_two_categories_of_one_unit(office: Office, pymap_mailbox: EmbeddedMailbox) -> None:
    project = entry("星火服务队", SOCIETY, "project")
    pymap_mailbox.deliver(letter(both(entry("星火服务队", SOCIETY, "organisation")), AT), AT)
    pymap_mailbox.deliver(letter(both(project), LATER, subject="项目推荐材料"), LATER)
    office.once(now=LATER)
    for own, other in (("organisation", "项目"), ("project", "组织")):
        state, (said,) = of(office, SOCIETY.name, own, "星火服务队")
        assert state == "review"
        assert other in said


def test_the_same_sent_again_is_no_duplicate(office: Office, pymap_mailbox: EmbeddedMailbox) -> None:
    item = entry("于洁", SOCIETY)
    pymap_mailbox.deliver(letter([form(item)], AT), AT)
    pymap_mailbox.deliver(letter(both(item), LATER, subject="更正后的推荐材料，以此为准"), LATER)
    office.once(now=LATER)
    assert of(office, SOCIETY.name)[1] == []


def test_replay_comes_to_the_same(office: Office, pymap_mailbox: EmbeddedMailbox) -> None:
    for unit in (SOCIETY, PROVINCE):
        pymap_mailbox.deliver(letter(both(entry("于洁", unit)), AT, unit), AT)
    office.once(now=LATER)
    before = ledger(office)
    events = office.query("SELECT count(*) FROM event WHERE verb = 'state'")
    office.shouwen("replay", "--all", now=SETTLED)
    assert ledger(office) == before
    assert office.query("SELECT count(*) FROM event WHERE verb = 'state'") == events


def test_no_unit_hears_of_another(office: Office, pymap_mailbox: EmbeddedMailbox) -> None:
    office.change(letters={"settle_seconds": 0})
    pymap_mailbox.deliver(letter([form(entry("于洁", SOCIETY))], AT), AT)
    pymap_mailbox.deliver(letter(both(entry("于洁", PROVINCE)), AT, PROVINCE), AT)
    office.once(now=LATER)
    told = office.sent()
    assert len(told) == 2
    for mail in told:
        of_society = SOCIETY.sender.address in mail["To"]
        other = PROVINCE if of_society else SOCIETY
        assert other.name not in words(mail)
        assert "另由" not in words(mail)
