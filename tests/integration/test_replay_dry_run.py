"""A changed campaign file: what a replay would change is told first, changes nothing, and then comes true."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta
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


# What was told, and what holds now ------------------------------------------------------------

BARE = Paper("减施氮肥对稻米品质的影响", ACADEMY, figures={"查重率": "15%"})
STRICT, LAX = "maximum = 0.1\n", "maximum = 0.2\n"


def _lacking_scan(mailbox: EmbeddedMailbox, office: Office) -> Path:
    """The prize's office, and a paper whose scan is missing, of which the unit was told."""
    campaign = prize_office(office)
    mailbox.deliver(letter([BARE.form()], AT, BARE.unit, subject=BARE.title), AT)
    office.once(AT + HOUR)
    assert office.codes(BARE.title) == {"scan-missing"}
    assert [row["kind"] for row in office.export("letters")] == ["deficiency"]
    return campaign


def replayed(office: Office, now: datetime = SOON) -> list[str]:
    """Rehearses, replays, and replays again, which must send nothing more; the letters newly written."""
    before = len(office.export("letters"))
    told = office.shouwen("replay", "--all", "--dry-run", now=now).text
    for _ in "12":
        assert office.shouwen("replay", "--all", now=now).code == DONE
    fresh = [row["kind"] for row in office.export("letters")][before:]
    assert f"{len(fresh)} letter(s) would be newly owed" in told, told
    assert len(office.sent()) == before + len(fresh)
    return fresh


def test_a_further_defect_is_told_and_one_that_goes_is_not(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    campaign = _lacking_scan(pymap_mailbox, office)
    assert replayed(office) == []
    amend(campaign, (LAX, STRICT))
    assert "+below-threshold" in rehearsed(office)
    assert replayed(office) == ["deficiency"]
    said = re.sub(r"\s", "", words(office.sent()[-1]))
    assert "未收到该" in said and "查重率" in said
    amend(campaign, (STRICT, LAX))
    assert replayed(office) == []
    assert office.codes(BARE.title) == {"scan-missing"}
    assert office.states() == {BARE.title: "deficient"}


def test_other_words_for_the_same_defect_are_no_letter(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    campaign = prize_office(office, (LAX, STRICT))
    post(pymap_mailbox, COPIED)
    office.once(AT + HOUR)
    assert office.codes(COPIED.title) == {"below-threshold"}
    amend(campaign, (STRICT, "maximum = 0.05\n"), ("查重率不超过20%", "查重率不超过5%"))
    assert replayed(office) == []
    assert "5%" in office.nominations()[COPIED.title]["findings"][0]["evidence"]


def test_whoever_was_asked_for_what_nobody_wants_any_longer_hears_of_it_once(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    campaign = _lacking_scan(pymap_mailbox, office)
    amend(campaign, ("scan = true", "scan = false"))
    assert replayed(office) == ["receipt"]
    said = re.sub(r"\s", "", words(office.sent()[-1]))
    assert BARE.title in said and "已无需办理" in said
    amend(campaign, ("scan = false", "scan = true"))
    assert replayed(office) == ["deficiency"]


def test_a_raised_quota_ends_the_ranking(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    campaign = prize_office(office, ("per_category = 3", "per_category = 1"))
    post(pymap_mailbox, FINE, SECOND)
    office.once(AT + HOUR)
    assert set(office.states().values()) == {"held"}
    amend(campaign, ("per_category = 1", "per_category = 3"))
    assert replayed(office) == ["receipt"]
    assert set(office.states().values()) == {"complete"}


@pytest.mark.parametrize(
    ("until", "now", "letters"),
    [
        ("2025-07-20", SOON, []),
        ("2025-07-03", SOON, ["deficiency"]),
        ("2025-07-20", AT + timedelta(days=22), ["deficiency"]),
    ],
    ids=["more-time", "less-time", "more-time-after-the-end"],
)
def test_time_for_supplements_is_told_where_a_unit_could_lose_by_it(
    pymap_mailbox: EmbeddedMailbox, office: Office, until: str, now: datetime, letters: list[str]
) -> None:
    deadline = "deadline_at = 2025-07-01T00:00:00+08:00\n"
    campaign = prize_office(office, (deadline, f"{deadline}supplement_until = 2025-07-10T00:00:00+08:00\n"))
    pymap_mailbox.deliver(letter([BARE.form()], AT, BARE.unit, subject=BARE.title), AT)
    office.once(AT + HOUR)
    if now != SOON:
        office.once(now)
        assert office.states() == {BARE.title: "lapsed"}
    amend(campaign, ("supplement_until = 2025-07-10", f"supplement_until = {until}"))
    assert [kind for kind in replayed(office, now) if kind != "reminder"] == letters


def test_a_category_put_in_again_owes_no_letter(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    campaign = prize_office(office)
    whole = campaign.read_text("utf-8")
    text = _without(whole, "category", 'id = "popular"')
    for mark in ('category = "popular"', 'categories = ["popular"]'):
        while mark in text:
            text = _without(text, "threshold" if mark.startswith("category ") else "field", mark)
    campaign.write_text(text, "utf-8")
    (office.folder / "paper-prize-honoured.csv").write_text("category,name,unit,year\n", "utf-8")
    post(pymap_mailbox, ARTICLE)
    office.once(AT + HOUR)
    assert [row["state"] for row in office.export("nominations")] == ["review"]
    campaign.write_text(whole, "utf-8")
    assert "review -> complete" in rehearsed(office)
    assert replayed(office) == []
    assert office.states() == {ARTICLE.title: "complete"}
