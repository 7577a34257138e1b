"""Forms of which more is empty than filled: whether their labels prove that nothing stands in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from intake.demo.entries import ENTRIES
from intake.demo.filling import SampleEntry
from intake.demo.papers.forms import word_form
from intake.demo.papers.sheet import SheetLayout
from intake.domain.model.document import Role
from intake.domain.model.facts import Block, OpaqueFacts, Paragraph, Table, WordFacts
from intake.domain.model.nomination import Severity
from intake.domain.rules.papers import is_known_layout, may_state
from parsers.word.docx import WordParser
from tests.unit.domain.cases import Paper, codes, finding, judge_one, post, scanned
from tests.unit.domain.sheets import CAMPAIGN, read, table, word

FIGURES = ("resident_share", "teams", "activity_kinds")
REQUIRED = ("nominee", "unit", *FIGURES)


def _gaps(folder: Path, layout: SheetLayout, *fields: str) -> WordFacts:
    """A site's form, typed and read, with these cells left empty."""
    entry: SampleEntry = next(item for item in ENTRIES.values() if item.category == "site")
    entry = replace(entry, figures=dict.fromkeys(fields, ("", None)))
    path = folder / "form.docx"
    path.write_bytes(word_form(entry.content(date(2025, 2, 8), 2025, 2024), layout))
    facts = WordParser().parse(path, folder)
    assert isinstance(facts, WordFacts)
    return facts


def _form(facts: WordFacts, filename: str = "推荐表.docx") -> Paper:
    return Paper(filename, Role.FORM, facts, read(*facts.blocks))


def _known(facts: WordFacts) -> bool:
    return is_known_layout(read(*facts.blocks), facts, REQUIRED, CAMPAIGN)


def _with(facts: WordFacts, *blocks: Block) -> WordFacts:
    return replace(facts, blocks=(*facts.blocks, *blocks))


@pytest.mark.parametrize("layout", SheetLayout)
@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_site_s_form_is_asked_for_what_it_lacks_however_much_that_is(
    tmp_path: Path, layout: SheetLayout, count: int
) -> None:
    judgement = judge_one(_form(_gaps(tmp_path, layout, *FIGURES[:count])), scanned("1.pdf"))
    told = finding(judgement, "form-incomplete")
    assert (told.severity, told.fields) == (Severity.CURABLE, FIGURES[:count])
    assert "doubtful" not in codes(judgement)


@pytest.mark.parametrize(
    "elsewhere",
    [
        (Paragraph("68%"), Paragraph("7支"), Paragraph("六种")),
        (Paragraph("六支"),),
        (table(["68%", "7支"], ["6种", ""]),),
    ],
    ids=["text boxes", "one of them", "a table within a cell"],
)
def test_a_figure_that_no_label_claims_may_be_the_one_that_lacks(
    tmp_path: Path, elsewhere: tuple[Block, ...]
) -> None:
    empty = _gaps(tmp_path, SheetLayout.UNIT_ROW, *FIGURES)
    assert _known(empty)
    assert not _known(_with(empty, *elsewhere))
    judgement = judge_one(_form(_with(empty, *elsewhere)), scanned("1.pdf"))
    assert finding(judgement, "form-incomplete").severity is Severity.REVIEW


@pytest.mark.parametrize(
    "said",
    ["注：1.本表一式3份", "（盖章）", "2025年2月8日", "一、基本情况", "（如实填写，不超过20字）", "附件2"],
)
def test_what_a_template_says_of_its_own_is_no_value(tmp_path: Path, said: str) -> None:
    assert _known(_with(_gaps(tmp_path, SheetLayout.UNIT_ROW, *FIGURES), Paragraph(said)))


def test_a_name_may_be_any_words() -> None:
    rows = ["服务点名称", "", "推荐单位", "浙江省科学技术协会"], ["服务队伍数量", "", "活动类别数", ""]
    rows += (["居民参与志愿服务比例", ""], ["负责人", "李建国"])
    title = "科技志愿服务先进典型推荐表（最美科技志愿服务社区（村））"
    assert _known(word(title, table(*rows)))
    assert not _known(word(title, table(*rows), "向阳社区"))


def test_pictures_beside_the_photograph_may_show_the_rest(tmp_path: Path) -> None:
    empty = _gaps(tmp_path, SheetLayout.UNIT_ROW, *FIGURES)
    assert _known(replace(empty, images=1))
    assert not _known(replace(empty, images=2))
    assert not _known(replace(empty, unread=("text boxes and check boxes",)))


def test_labels_that_are_not_found_prove_nothing() -> None:
    rows = Table(table(["姓名", ""], ["性别", ""], ["民族", ""], ["联系电话", ""], ["学历", ""]).rows)
    facts = word("科技志愿服务先进典型推荐表", rows)
    assert not is_known_layout(read(*facts.blocks), facts, REQUIRED, CAMPAIGN)


@pytest.mark.parametrize(
    ("other", "states"),
    [
        (word("各项数据", table(["服务队伍数量", "7支"])), True),
        (word("主要事迹", "社区组建了服务队，服务居民。"), False),
        (OpaqueFacts("spreadsheet"), True),
        (OpaqueFacts("calendar"), False),
    ],
    ids=["a sheet", "a statement", "a spreadsheet", "another file"],
)
def test_another_file_may_say_what_the_form_lacks(
    tmp_path: Path, other: WordFacts | OpaqueFacts, states: bool
) -> None:
    beside = Paper("附页", Role.STATEMENT, other)
    assert may_state(post(1, beside)[0], FIGURES, CAMPAIGN) is states
    form = _form(_gaps(tmp_path, SheetLayout.UNIT_ROW, *FIGURES))
    told = finding(judge_one(form, scanned("1.pdf"), beside), "form-incomplete")
    assert (told.severity is Severity.REVIEW) is states
