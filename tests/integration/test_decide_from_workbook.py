"""Staff write their decisions into the 台账 and hand it back: each row is carried out, or told why not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from intake.config.settings import load_settings
from intake.demo.mailbox import EmbeddedMailbox
from intake.service.bootstrap import open_parts
from intake.staff.workbook.ledger_book import HEADING_ROW
from tests.integration.conftest import ON_SQLITE, OfficeOn
from tests.journey import BAD_USAGE, DONE, NEEDS_PERSON, Office
from tests.material import AT, SOCIETY, both, entry, form, letter

HOUR = timedelta(hours=1)
PROJECT, SITE = "科普进校园", "阳光社区"
REASON = "扫描件不清晰，请重新扫描"


@pytest.fixture
def four(pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, database_url: str) -> Office:
    """Two nominations in order, two that lack a scan; their letter is sent."""
    office = office_on(pymap_mailbox, database_url)
    alone = [form(entry(name, SOCIETY, kind)) for name, kind in ((PROJECT, "project"), (SITE, "site"))]
    pymap_mailbox.deliver(letter([*both(entry("于洁")), *both(entry("马骁")), *alone]), AT)
    office.once(AT + HOUR)
    return office


def ledger(office: Office, **said: tuple[str, ...]) -> Path:
    """The 台账 as the digest carries it, with 意见, 理由, 办理人 filled in by nominee."""
    settings = load_settings(office.config, secrets=False)
    with open_parts(settings, reads=True) as parts:
        data = parts.digester().book(AT + HOUR)
    path = office.folder / "台账.xlsx"
    path.write_bytes(data)
    book = load_workbook(path)
    sheet = book["总表"]
    columns = {cell.value: place for place, cell in enumerate(sheet[HEADING_ROW])}
    for cells in sheet.iter_rows(min_row=HEADING_ROW + 1):
        words = said.get(str(cells[columns["候选典型"]].value), ())
        for heading, word in zip(("意见", "理由", "办理人"), words, strict=False):
            cells[columns[heading]].value = word
    book.save(path)
    return path


def test_each_row_is_decided_and_told_once(four: Office) -> None:
    path = ledger(four, 于洁=("退回补正", REASON, "王芳"), 科普进校园=("确认齐全", "已收到纸质件"))
    tried = four.shouwen("decide", "--from", path, "--by", "李明", "--dry-run", now=AT + 2 * HOUR)
    assert tried.code == DONE and "2 done" in tried.text and "deficient" in tried.text, tried.text
    assert four.states()["于洁"] == "complete"

    done = four.shouwen("decide", "--from", path, "--by", "李明", now=AT + 2 * HOUR)
    assert done.code == DONE and "2 done, 0 done before, 0 left out" in done.text, done.text
    assert four.states() == {
        "于洁": "deficient",
        "马骁": "complete",
        PROJECT: "complete",
        SITE: "deficient",
    }
    numbers = {name: row["number"] for name, row in four.nominations().items()}
    for name, words in (("于洁", ("王芳", REASON)), (PROJECT, ("李明", "已收到纸质件"))):
        told = four.shouwen("status", numbers[name]).text
        assert all(word in told for word in words)
    again = four.shouwen("decide", "--from", path, "--by", "李明", now=AT + 3 * HOUR)
    assert again.code == DONE and "0 done, 2 done before, 0 left out" in again.text, again.text
    four.once(AT + 4 * HOUR)
    assert [row["kind"] for row in four.export("letters")].count("decision") == 1


@ON_SQLITE
def test_rows_that_cannot_be_done_are_told_and_hinder_no_other(four: Office) -> None:
    number = four.nominations()["于洁"]["number"]
    path = ledger(
        four,
        于洁=("退回补正", REASON),
        马骁=("好的", REASON),
        科普进校园=("重新办理", ""),
        阳光社区=("不予受理", "不符合条件"),
    )
    said = ("--by", "王芳", "--reason", "经研究")
    assert four.shouwen("decide", number, "reject", *said, now=AT + 2 * HOUR).code == DONE
    book = load_workbook(path)
    sheet = book["总表"]
    sheet.append(["KX2024-9999", *[None] * 12, "确认齐全", REASON])
    book.save(path)
    outcome = four.shouwen("decide", "--from", path, "--by", "李明", now=AT + 2 * HOUR)
    assert outcome.code == NEEDS_PERSON, outcome.text
    assert "1 done, 0 done before, 4 left out" in outcome.text, outcome.text
    for why in ("cannot be changed by 'return'", "“好的” is none of", "理由 is empty", "no nomination has"):
        assert why in outcome.text, why
    assert "row 8  KX2024-9999  left out" in outcome.text
    assert four.states() == {
        "于洁": "rejected",
        "马骁": "complete",
        PROJECT: "deficient",
        SITE: "rejected",
    }


@ON_SQLITE
def test_a_case_that_has_changed_since_is_left_to_a_person(
    four: Office, pymap_mailbox: EmbeddedMailbox
) -> None:
    path = ledger(four, 科普进校园=("不予受理", "逾期未补正"))
    pymap_mailbox.deliver(letter(both(entry(PROJECT, SOCIETY, "project")), AT + 2 * HOUR), AT + 2 * HOUR)
    four.once(AT + 3 * HOUR)
    assert four.states()[PROJECT] == "complete"
    outcome = four.shouwen("decide", "--from", path, "--by", "李明", now=AT + 4 * HOUR)
    assert outcome.code == NEEDS_PERSON and "and 待补正 in the workbook" in outcome.text, outcome.text
    assert four.states()[PROJECT] == "complete"


@ON_SQLITE
def test_what_cannot_be_meant_is_refused(four: Office) -> None:
    number = four.nominations()["于洁"]["number"]
    path, no_book = ledger(four), four.folder / "x.xlsx"
    no_book.write_bytes(b"PK")
    by, reason = ("--by", "李明"), ("--reason", "x")
    for wrong in (
        ("--from", no_book, *by),
        ("--from", four.folder / "none.xlsx", *by),
        ("--from", path, *by, *reason),
        (number, "accept", "--from", path, *by),
        (number, "accept", *by),
        (number, *by, *reason),
        (number, "correct", "姓名", *by, *reason),
        (number, "accept", "姓名", "于浩", *by, *reason),
        (number, "correct", "姓名", "于浩", "--tell", *by, *reason),
    ):
        assert four.shouwen("decide", *wrong).code == BAD_USAGE, wrong
    assert four.shouwen("decide", "--from", path, *by).code == DONE, "nothing is asked for"


@ON_SQLITE
def test_a_correction_by_decide_is_one(four: Office) -> None:
    number = four.nominations()["于洁"]["number"]
    said = (
        "decide",
        number.lower(),
        "correct",
        "nominee",
        "于浩",
        "--by",
        "李明",
        "--reason",
        "以扫描件为准",
    )
    assert four.shouwen(*said, "--dry-run", now=AT + 2 * HOUR).code == DONE
    assert "于洁" in four.states()
    done = four.shouwen(*said, now=AT + 2 * HOUR)
    assert done.code == DONE and "“于洁” is corrected to “于浩”" in done.text, done.text
    assert four.nominations()["于浩"]["fields"]["nominee"]["basis"] == "person"


def test_a_decision_can_be_tried(four: Office) -> None:
    number = four.nominations()["于洁"]["number"]
    said = ("decide", number, "return", "--by", "李明", "--reason", REASON)
    tried = four.shouwen(*said, "--dry-run", now=AT + 2 * HOUR)
    assert tried.code == DONE and "deficient" in tried.text
    assert four.states()["于洁"] == "complete"


@ON_SQLITE
def test_the_sheets_hold_what_the_ledger_and_the_registry_know(four: Office) -> None:
    book = load_workbook(ledger(four))
    lines = {
        name: list(book[name].iter_rows(min_row=HEADING_ROW, values_only=True))
        for name in ("按单位", "待补正", "未报送", "日报事项")
    }
    heading, unit = lines["按单位"]
    told = dict(zip(heading, unit, strict=True))
    assert (told["推荐单位"], told["单位类型"]) == (SOCIETY.name, "全国学会")
    assert (told["报送件数"], told["形式检查齐全"], told["待补正"], told["人工核对"]) == (4, 2, 2, None)
    assert {row[3] for row in lines["待补正"][1:]} == {PROJECT, SITE}
    missing = {row[0] for row in lines["未报送"][1:]}
    assert SOCIETY.name not in missing and len(missing) > 100
    assert missing == {row[3] for row in lines["日报事项"] if row[0] == "未报送单位"}
