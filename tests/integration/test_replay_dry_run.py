"""A changed campaign file: what a replay would change is told first, changes nothing, and then comes true."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from pathlib import Path

import pytest

from intake.demo.mailbox import EmbeddedMailbox
from tests.integration.conftest import OfficeOn
from tests.journey import BAD_USAGE, DONE, Office, words
from tests.material import letter
from tests.prize import ACADEMY, AT, FARMING, TECH, Paper, amend, prize_office

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SOON = AT + HOUR + MINUTE
TABLES = ("nomination", "finding", "letter", "message", "event", "unit", "counter", "reading", "document")

FINE = Paper("稻麦轮作区土壤养分变化研究", TECH)
SECOND = Paper("果园土壤改良研究", TECH)
ARTICLE = Paper("稻田里的小侦探", FARMING, "popular")
COPIED = Paper("低温胁迫对水稻根系的影响", ACADEMY, figures={"查重率": "15%"})


def post(mailbox: EmbeddedMailbox, *papers: Paper) -> None:
    for place, paper in enumerate(papers):
        at = AT + place * MINUTE
        mailbox.deliver(letter(paper.both(), at, paper.unit, subject=paper.title), at)


def everything(office: Office) -> tuple[object, ...]:
    """All that a command could have changed: rows, and files with their bytes."""
    rows = [[tuple(row) for row in office.query(f"SELECT * FROM {table} ORDER BY 1")] for table in TABLES]
    files = {
        str(path.relative_to(office.folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((office.folder / "archive").rglob("*"))
        if path.is_file()
    }
    return rows, files, len(office.sent())


def rehearsed(office: Office) -> str:
    """What `--dry-run` says; it must change nothing."""
    before = everything(office)
    outcome = office.shouwen("replay", "--all", "--dry-run", now=SOON)
    assert outcome.code == DONE, outcome.text
    assert everything(office) == before
    assert "nothing was changed" in outcome.text
    return outcome.text


def test_the_difference_is_told_before_it_acts(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, database_url: str
) -> None:
    office = office_on(pymap_mailbox, database_url)
    campaign = prize_office(office)
    post(pymap_mailbox, FINE, ARTICLE, COPIED)
    office.once(AT + HOUR)
    assert set(office.states().values()) == {"complete"}
    assert len(office.sent()) == 3
    assert "0 nomination(s) would change\n0 letter(s)" in rehearsed(office)

    amend(campaign, ("maximum = 0.2\n", "maximum = 0.1\n"))
    told = rehearsed(office)
    number = office.nominations()[COPIED.title]["number"]
    assert "1 nomination(s) would change" in told and "1 letter(s) would be newly owed" in told
    assert re.search(rf"{number}  complete -> deficient  \+below-threshold  {ACADEMY.name}", told)
    assert re.search(rf"deficiency  {ACADEMY.name}  {number}", told)

    outcome = office.shouwen("replay", "--all", now=SOON)
    assert outcome.code == DONE, outcome.text
    assert office.states() == {
        FINE.title: "complete",
        ARTICLE.title: "complete",
        COPIED.title: "deficient",
    }
    assert len(office.sent()) == 4, "only the letter that is newly owed"
    notice = office.sent()[-1]
    assert notice["To"].addresses[0].addr_spec == ACADEMY.sender.address
    assert "查重率不超过20%" in words(notice).replace("\n", "") and number in words(notice)
    assert "0 nomination(s) would change\n0 letter(s)" in rehearsed(office)
    assert office.shouwen("replay", "--all", now=SOON).code == DONE
    assert len(office.sent()) == 4


@pytest.mark.parametrize(
    ("changes", "expected", "kinds"),
    [
        ([("per_category = 3", "per_category = 1")], {FINE.title: "held", SECOND.title: "held"}, 1),
        (
            [("deadline_at = 2025-07-01", "deadline_at = 2025-06-20")],
            {paper.title: "review" for paper in (FINE, SECOND, ARTICLE, COPIED)},
            0,
        ),
        ([("minimum = 1000", "minimum = 5000")], {ARTICLE.title: "review"}, 0),
        (
            [('"第一作者", "第一作者姓名", ', ""), ('name = "first_author"', 'name = "editor"')],
            {},
            0,
        ),
        ([('labels = ["论文题目", "论文名称"', 'labels = ["文献名称"')], None, 0),
    ],
    ids=["quota", "deadline", "threshold", "a-label-no-rule-needs", "the-nominee's-label"],
)
def test_every_part_of_the_file_changes_decisions(
    pymap_mailbox: EmbeddedMailbox,
    office: Office,
    changes: list[tuple[str, str]],
    expected: dict[str, str] | None,
    kinds: int,
) -> None:
    campaign = prize_office(office)
    post(pymap_mailbox, FINE, SECOND, ARTICLE, COPIED)
    office.once(AT + HOUR)
    before, sent = office.states(), len(office.sent())
    assert set(before.values()) == {"complete"}

    amend(campaign, *changes)
    told = rehearsed(office)
    office.shouwen("replay", "--all", now=SOON)
    rows = {row["number"]: row["state"] for row in office.export("nominations")}
    changed = dict(re.findall(r"^  (LW2025-\d+)  (?:\S+ -> )?(\S+)", told, re.MULTILINE))
    assert changed == {number: state for number, state in rows.items() if number in changed}
    assert {state for number, state in rows.items() if number not in changed} <= {"complete"}
    if expected is not None:
        assert office.states() == {**before, **expected}
    else:
        assert changed
    assert len(office.sent()) == sent + kinds


def test_a_whole_category_taken_out(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    campaign = prize_office(office)
    post(pymap_mailbox, FINE, ARTICLE)
    office.once(AT + HOUR)
    text = campaign.read_text("utf-8")
    text = _without(text, "category", 'id = "popular"')
    for mark in ('category = "popular"', 'categories = ["popular"]'):
        while mark in text:
            text = _without(text, "threshold" if mark.startswith("category ") else "field", mark)
    campaign.write_text(text, "utf-8")
    (office.folder / "paper-prize-honoured.csv").write_text("category,name,unit,year\n", "utf-8")
    told = rehearsed(office)
    assert "+category-unknown" in told and "0 letter(s)" in told
    office.shouwen("replay", "--all", now=SOON)
    states = sorted(row["state"] for row in office.export("nominations") if row["state"] != "superseded")
    assert states == ["complete", "review"]
    assert len(office.sent()) == 2


def test_new_mail_of_the_unit_is_answered_once(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    """What a changed rule asks is told in the answer to mail that waits, not in a letter beside it."""
    campaign = prize_office(office)
    post(pymap_mailbox, COPIED)
    office.once(AT + HOUR)
    amend(campaign, ("maximum = 0.2\n", "maximum = 0.1\n"))
    later = AT + 2 * HOUR
    fresh = Paper("旱作玉米节水技术研究", ACADEMY)
    pymap_mailbox.deliver(letter(fresh.both(), later, ACADEMY, subject=fresh.title), later)
    office.once(later + MINUTE)
    assert len(office.sent()) == 1, "the unit's mail has not been quiet for long enough"
    office.shouwen("replay", "--all", now=later + 2 * MINUTE)
    assert len(office.sent()) == 1
    office.once(later + HOUR)
    assert len(office.sent()) == 2
    assert fresh.title in words(office.sent()[-1]) and "需补正" in words(office.sent()[-1])
    office.once(later + 2 * HOUR)
    assert len(office.sent()) == 2


def test_dry_run_of_named_messages_and_of_none(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    campaign = prize_office(office)
    post(pymap_mailbox, FINE, ARTICLE)
    office.once(AT + HOUR)
    amend(campaign, ("minimum = 1000", "minimum = 5000"), ("minimum = 5\n", "minimum = 50\n"))
    (row,) = (row for row in office.export("messages") if row["subject"] == ARTICLE.title)
    outcome = office.shouwen("replay", row["id"], "--dry-run", now=SOON)
    assert outcome.code == DONE and "1 nomination(s) would change" in outcome.text
    assert ARTICLE.title in outcome.text and FINE.title not in outcome.text
    assert office.shouwen("replay", "--dry-run").code == BAD_USAGE


def _without(text: str, table: str, mark: str) -> str:
    """The file without the table that holds `mark`, comments above the next one included."""
    place = text.index(mark)
    start = text.rindex(f"[[{table}]]", 0, place)
    end = text.find("\n[[", place)
    return text[:start] + text[end + 1 if end >= 0 else len(text) :]


def test_the_copy_is_gone_afterwards(
    pymap_mailbox: EmbeddedMailbox, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    prize_office(office)
    post(pymap_mailbox, FINE)
    office.once(AT + HOUR)
    rehearsed(office)
    assert not list(scratch.glob("shouwen-rehearsal-*"))
