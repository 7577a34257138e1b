"""Assemble and decide: a unit's mails become its nominations, judged by quota, time and completeness."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from importlib.resources import files
from itertools import cycle

import pytest

from intake.demo import units
from intake.demo.filling import SampleEntry
from intake.demo.mailbox import EmbeddedMailbox
from intake.demo.papers.content import Category
from intake.demo.units import SampleUnit
from intake.domain.assembly.assembly import Assembled
from intake.domain.model.nomination import Action, Case, Decision, Judgement, State
from intake.domain.rules.case_view import Circumstances
from intake.domain.rules.judge import judge_unit
from store.database.engine import writing
from store.ledger import nominations
from tests.journey import DONE, NEEDS_PERSON, Office, title, words
from tests.material import (
    AT,
    DEADLINE,
    NAMES,
    PROVINCE,
    SOCIETY,
    both,
    entry,
    form,
    letter,
    sample_unit,
    scan,
)

MINUTE = timedelta(minutes=1)
PRESS, INSTITUTE = sample_unit("中国科学技术出版社", "affiliate"), sample_unit("中国科普研究所", "affiliate")
CATEGORIES: tuple[Category, ...] = ("volunteer", "organisation", "project", "site")


def post(mailbox: EmbeddedMailbox, items: Sequence[SampleEntry]) -> None:
    """Each nomination in a mail of its own, a minute after the other."""
    for place, item in enumerate(items):
        at = AT + place * MINUTE
        mailbox.deliver(letter(both(item), at, item.unit, subject=item.nominee), at)


def letter_to(office: Office, unit: SampleUnit) -> str:
    """The words of the one letter to a unit."""
    found = [mail for mail in office.sent() if mail["To"].addresses[0].addr_spec == unit.sender.address]
    assert len(found) == 1
    return re.sub(r"\s+", "", words(found[0]))


def test_quotas_of_all_kinds(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    three = [entry(f"{name}甲", SOCIETY) for name in NAMES[:3]]
    other = entry("科普进校园", SOCIETY, "project")
    five = [entry(f"{name}乙", PROVINCE) for name in NAMES[:5]]
    six = [entry(f"{name}丙", units.HUBEI) for name in NAMES[:6]]
    enough = [
        entry(f"{name}丁", PRESS, kind) for name, kind in zip(NAMES[:5], cycle(CATEGORIES), strict=False)
    ]
    many = [
        entry(f"{name}戊", INSTITUTE, kind) for name, kind in zip(NAMES[:6], cycle(CATEGORIES), strict=False)
    ]
    post(pymap_mailbox, [*three, other, *five, *six, *enough, *many])
    office.once()

    over = {item.nominee for item in (*three, *six, *many)}
    within = {item.nominee for item in (other, *five, *enough)}
    found = office.nominations()
    assert {name for name, row in found.items() if row["state"] == "held"} == over
    assert {name for name, row in found.items() if row["state"] == "complete"} == within
    for name in over:
        assert {finding["code"] for finding in found[name]["findings"]} == {"over-quota"}

    asked = letter_to(office, SOCIETY)
    assert all(item.nominee in asked for item in three)
    assert "排序" in asked and "2项" in asked
    assert "排序" in letter_to(office, units.HUBEI)
    assert "排序" in letter_to(office, INSTITUTE)
    assert "排序" not in letter_to(office, PROVINCE)
    assert "排序" not in letter_to(office, PRESS)
    kinds = {row["to"]: row["kind"] for row in office.export("letters")}
    assert kinds[SOCIETY.sender.address] == "deficiency"
    assert kinds[PROVINCE.sender.address] == "receipt"


def test_a_total_for_all_affiliates_together(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    campaigns = files("intake") / "campaigns"
    for name in ("cast-2024-units.csv", "cast-2024-honoured.csv"):
        (office.folder / name).write_bytes((campaigns / name).read_bytes())
    text = (campaigns / "cast-2024.toml").read_text("utf-8")
    (office.folder / "campaign.toml").write_text(text.replace('scope = "unit"', 'scope = "kind"'), "utf-8")
    office.change(campaign={"file": "campaign.toml"})
    first = [entry(f"{name}丁", PRESS) for name in NAMES[:3]]
    second = [entry(f"{name}戊", INSTITUTE) for name in NAMES[:3]]
    post(pymap_mailbox, [*first, *second[:2]])
    office.once()
    assert set(office.states().values()) == {"complete"}
    pymap_mailbox.deliver(letter(both(second[2]), AT, INSTITUTE), AT)
    office.once()
    assert set(office.states().values()) == {"held"}


def test_a_late_nomination_takes_no_place(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    for place, name in enumerate(NAMES[:3]):
        at = AT if place < 2 else DEADLINE
        pymap_mailbox.deliver(letter(both(entry(name)), at), at)
    office.once()
    assert office.states() == {NAMES[0]: "complete", NAMES[1]: "complete", NAMES[2]: "review"}


def test_a_place_that_is_given_up_lets_the_others_go_on(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    post(pymap_mailbox, [entry(name) for name in NAMES[:3]])
    office.once()
    number = office.nominations()[NAMES[1]]["number"]
    outcome = office.shouwen("decide", number, "withdraw", "--by", "李明", "--reason", "单位来函撤回")
    assert outcome.code == 0, outcome.text
    assert office.states() == {NAMES[0]: "complete", NAMES[1]: "withdrawn", NAMES[2]: "complete"}


def test_word_and_scan_in_mails_apart(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    items = [entry(name) for name in NAMES[:2]]
    pymap_mailbox.deliver(letter([form(item) for item in items], AT), AT)
    pymap_mailbox.deliver(letter([scan(item) for item in reversed(items)], AT + MINUTE), AT)
    office.once()
    assert office.states() == {NAMES[0]: "complete", NAMES[1]: "complete"}
    for name, row in office.nominations().items():
        assert [(d["role"], d["filename"][:2]) for d in row["documents"]] == [("form", name), ("scan", name)]


def test_the_form_of_a_unit_and_its_scan_from_another_address(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    item = entry("于洁", PROVINCE)
    private = sample_unit(PROVINCE.name, "province")
    pymap_mailbox.deliver(letter([form(item)], AT, PROVINCE), AT)
    pymap_mailbox.deliver(letter([scan(item)], AT + MINUTE, private, subject=f"{PROVINCE.name}扫描件"), AT)
    office.once()
    found = {finding["code"] for finding in office.nominations()["于洁"]["findings"]}
    assert "sender-new" in found
    assert {row["kind"] for row in office.export("letters")} == {"receipt"}
    for address in (PROVINCE.sender.address, private.sender.address):
        assert office.shouwen("unit", "confirm", PROVINCE.name, address, "--by", "王老师").code == DONE
    office.once()
    assert office.states() == {"于洁": "complete"}


def test_what_is_missing_is_found_missing(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    pymap_mailbox.deliver(letter([form(entry("于洁", SOCIETY))], AT, SOCIETY), AT)
    stamped = scan(entry("马骁", PROVINCE), "最美科技志愿者推荐表-马骁.pdf")
    pymap_mailbox.deliver(letter([stamped], AT, PROVINCE, subject="河南省科协推荐"), AT)
    short = entry("白桦", units.HUBEI, figures={"service_years": ("两年", 2)})
    pymap_mailbox.deliver(letter(both(short), AT, units.HUBEI), AT)
    empty = entry("石磊", units.YUNNAN, figures={"service_years": ("", None)})
    pymap_mailbox.deliver(letter(both(empty), AT, units.YUNNAN), AT)
    office.once()
    assert office.codes("于洁") == {"scan-missing"}
    assert office.codes("马骁") == {"form-missing"}
    assert office.codes("白桦") == {"below-threshold"}
    assert office.codes("石磊") == {"form-incomplete"}
    assert office.states() == {
        "于洁": "deficient",
        "马骁": "deficient",
        "白桦": "review",
        "石磊": "deficient",
    }


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_order_of_passes_does_not_matter(
    pymap_mailbox: EmbeddedMailbox, office: Office, order: tuple[int, ...]
) -> None:
    items = [entry(name) for name in NAMES[:2]]
    raws = [
        letter([form(items[0])], AT),
        letter([form(items[1]), scan(items[1])], AT + MINUTE),
        letter([scan(items[0])], AT + 2 * MINUTE),
    ]
    for place in order:
        pymap_mailbox.deliver(raws[place], AT)
        office.once()
    assert office.states() == {NAMES[0]: "complete", NAMES[1]: "complete"}


def test_a_body_that_no_registry_knows(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    stranger = sample_unit("远山县科学技术协会", "province")
    pymap_mailbox.deliver(letter(both(entry("于洁", stranger)), AT, stranger), AT)
    office.once()
    row = office.nominations()["于洁"]
    assert row["state"] == "review"
    assert row["unit"]["known"] is False and row["unit"]["kind"] is None
    assert {finding["code"] for finding in row["findings"]} <= {"unit-unknown", "unit-not-entitled"}
    assert "补正" not in title(office.sent()[0])


def test_another_campaign_is_refused_on_the_same_database(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    office.once()
    campaigns = files("intake") / "campaigns"
    for name in ("cast-2024-units.csv", "cast-2024-honoured.csv"):
        (office.folder / name).write_bytes((campaigns / name).read_bytes())
    text = (campaigns / "cast-2024.toml").read_text("utf-8")
    (office.folder / "campaign.toml").write_text(
        text.replace('id = "cast-2024"', 'id = "cast-2025"'), "utf-8"
    )
    office.change(campaign={"file": "campaign.toml"})
    outcome = office.shouwen("once")
    assert outcome.code not in (0, NEEDS_PERSON)
    assert "cast-2024" in outcome.text and "cast-2025" in outcome.text


def test_a_name_near_the_registry_s_is_shown_with_what_it_may_mean(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    twin = sample_unit("中国气象协会", "society")
    pymap_mailbox.deliver(letter(both(entry("于洁", twin)), unit=twin), AT)
    office.once()
    told = next(f for f in office.nominations()["于洁"]["findings"] if f["code"] == "unit-unknown")
    assert "中国气象协会" in told["evidence"] and "中国气象学会" in told["evidence"]
    assert not any("中国气象学会" in words(mail) for mail in office.sent())


def test_a_decision_that_comes_while_its_unit_is_judged_waits_for_nothing_and_stands(
    pymap_mailbox: EmbeddedMailbox, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = entry("于洁", PROVINCE), entry("张晓华", PROVINCE)
    post(pymap_mailbox, [first])
    office.once()
    number = office.nominations()[first.nominee]["number"]
    decided: list[str] = []

    def judged_meanwhile(item: Assembled, known: Circumstances) -> list[tuple[Case, Judgement]]:
        if not decided:
            decided.append(number)
            with office.engine() as engine, writing(engine) as cn:
                found = nominations.find(cn, number)
                assert found is not None
                said = Decision(Action.WITHDRAW, "王主任", "单位来电撤回", AT + 2 * MINUTE)
                nominations.record_decision(cn, found[0], number, said)
                nominations.change_state(
                    cn, found[0], number, State.COMPLETE, State.WITHDRAWN, said.at, "withdrawn", "王主任"
                )
        return judge_unit(item, known)

    monkeypatch.setattr("intake.stages.assemble.judge_unit", judged_meanwhile)
    at = AT + 3 * MINUTE
    pymap_mailbox.deliver(letter(both(second), at, PROVINCE, subject=second.nominee), at)
    office.once(now=at + MINUTE)
    assert decided == [number]
    assert office.states()[first.nominee] == "withdrawn"
    assert office.states()[second.nominee] == "complete"
