"""A fault of ours over one mail or one unit stops no other: it is told, and that one waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from intake.demo.mailbox import EmbeddedMailbox
from intake.domain.assembly import attribution
from intake.domain.rules.judge import judge_unit
from intake.domain.scans.inspection_plan import open_requests
from intake.engine.work import Work
from intake.stages import attribute
from intake.stages.inspect import OUR_FAULT
from store.database.engine import viewing
from store.mail import scan_evidence
from tests.journey import NEEDS_PERSON, Office
from tests.material import AT, NAMES, PROVINCE, SOCIETY, both, entry, letter

OURS, THEIRS = entry(NAMES[0], SOCIETY), entry(NAMES[1], PROVINCE)


def failing(function: Callable[..., Any], concerns: Callable[..., bool]) -> Callable[..., Any]:
    """The function with a fault in what concerns one unit."""

    def fails(*given: Any, **named: Any) -> Any:
        if concerns(*given, **named):
            raise ZeroDivisionError("planted")
        return function(*given, **named)

    return fails


def recipients(office: Office) -> set[str]:
    return {row["to"] for row in office.export("letters") if row["kind"] != "digest"}


@pytest.fixture(autouse=True)
def mails(pymap_mailbox: EmbeddedMailbox) -> None:
    """A mail of each of two units."""
    for item in (OURS, THEIRS):
        pymap_mailbox.deliver(letter(both(item), AT, item.unit, subject=item.nominee), AT)


def test_a_unit_that_cannot_be_judged_stops_no_other(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        faulty = failing(judge_unit, lambda found, known: found.unit.name == SOCIETY.name)
        patch.setattr("intake.stages.assemble.judge_unit", faulty)
        office.once(code=NEEDS_PERSON)
    assert set(office.nominations()) == {THEIRS.nominee}
    assert recipients(office) == {PROVINCE.sender.address}
    troubles = [row[0] for row in office.query("SELECT detail FROM event WHERE verb = 'trouble'")]
    assert [said for said in troubles if SOCIETY.name in said and "下一轮重试" in said]
    office.once()
    assert set(office.nominations()) == {OURS.nominee, THEIRS.nominee}
    assert recipients(office) == {SOCIETY.sender.address, PROVINCE.sender.address}


def test_a_unit_whose_scans_cannot_be_planned_stops_no_other(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.change(scans={"look": "auto"})
    with monkeypatch.context() as patch:
        faulty = failing(open_requests, lambda documents, known, campaign, names: SOCIETY.name in names)
        patch.setattr("intake.stages.inspect.open_requests", faulty)
        office.once(code=NEEDS_PERSON)
        assert set(office.nominations()) == {THEIRS.nominee}
    troubles = [row[0] for row in office.query("SELECT detail FROM event WHERE verb = 'trouble'")]
    assert [said for said in troubles if SOCIETY.name in said and "扫描件" in said]
    office.once()
    assert set(office.nominations()) == {OURS.nominee, THEIRS.nominee}


def test_a_mail_that_cannot_be_given_to_a_unit_is_set_aside_and_stops_no_other(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        faulty = failing(
            attribution.attribute, lambda mail, *more: mail.ref.claimed_from == SOCIETY.sender.address
        )
        patch.setattr(attribution, "attribute", faulty)
        office.once(code=NEEDS_PERSON)
    assert set(office.nominations()) == {THEIRS.nominee}
    ((row, trouble),) = office.query("SELECT id, trouble FROM message WHERE state = 'quarantined'")
    assert "ZeroDivisionError" in trouble
    office.shouwen("quarantine", "replay", row)
    office.once()
    assert set(office.nominations()) == {OURS.nominee, THEIRS.nominee}


def test_words_that_cannot_be_heeded_are_set_aside_and_stop_no_other(
    pymap_mailbox: EmbeddedMailbox, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for unit, words in ((SOCIETY, "撤回于洁的推荐"), (PROVINCE, f"撤回{THEIRS.nominee}的推荐")):
        pymap_mailbox.deliver(letter([], AT, unit, subject=words), AT)
    with monkeypatch.context() as patch:
        faulty = failing(
            attribute.wants_a_look, lambda said: said.message.claimed_from == SOCIETY.sender.address
        )
        patch.setattr(attribute, "wants_a_look", faulty)
        office.once(code=NEEDS_PERSON)
    assert set(office.nominations()) == {OURS.nominee, THEIRS.nominee}
    assert "1 mail(s) in quarantine" in office.shouwen("status").text
    assert office.codes(THEIRS.nominee) and not office.codes(OURS.nominee)


def test_mails_that_cannot_follow_their_sender_stop_no_other(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(attribution, "follow_sender", failing(attribution.follow_sender, lambda known: True))
        office.once(code=NEEDS_PERSON)
    assert set(office.nominations()) == {OURS.nominee, THEIRS.nominee}
    troubles = [row[0] for row in office.query("SELECT detail FROM event WHERE verb = 'trouble'")]
    assert [said for said in troubles if "改归单位" in said and "请人工核对" in said]


def test_a_scan_over_which_a_worker_fails_is_left_to_a_person(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.once()
    (name,) = office.query("SELECT content_hash FROM document WHERE filename LIKE '%.pdf' LIMIT 1")[0]

    class Blind:
        eyes = None

        def looks(self, rows: object) -> list[Any]:
            raise ZeroDivisionError("planted")

    with office.engine() as engine:
        monkeypatch.setattr(Work, "_is_mounted", lambda self: None)
        Work(engine, None, Blind).look(name, [1], 0)  # type: ignore[arg-type]
        with viewing(engine) as cn:
            assert scan_evidence.known(cn, [name])[name].refused == OUR_FAULT
