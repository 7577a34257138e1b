"""When a scan is the Word form itself, printed by a program, and when it only looks like it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake.domain.documents import pdf_form
from intake.domain.documents.pdf_form import stand_ins
from intake.domain.model.document import Document, Role
from intake.domain.model.facts import Block, Cell, PdfPage, Table, WordFacts
from intake.domain.model.inspection import Likeness
from intake.domain.page.comparison import compare, terms_of
from intake.domain.scans import form_match
from intake.domain.scans import printed as printed_module
from intake.domain.scans.form_match import PRINTED, match_of, wanted_of
from intake.domain.scans.inspection_plan import expected_of
from intake.domain.scans.page_text import shown_pages
from intake.domain.scans.printed import FormWords, copies_of, is_printed, words_of
from intake.domain.text.names import Named
from tests.unit.domain.cases import CAMPAIGN, ZHEJIANG, Paper, pdf, post
from tests.unit.domain.sheets import NAMES, read, table
from tests.unit.domain.sheets import word as facts

TITLE = f"{NAMES['volunteer']}推荐表"
ROWS = (
    ("姓　名", "张 伟", "性别", "男"),
    ("工作单位", "杭州市科技馆", "民族", "汉族"),
    ("从事科技志愿服务年限", "12年", "活动场次", "23"),
    ("推荐单位", ZHEJIANG),
)
LINES = (TITLE, *("  ".join(row) for row in ROWS))


def form(*blocks: str | Block) -> Document:
    given = blocks or (TITLE, table(*ROWS))
    return post(1, Paper("推荐表.docx", Role.FORM, facts(*given), read(*given)))[0]


def scan(*pages: str, share: float = 0.0) -> Document:
    made = tuple(PdfPage(text, 595, 842, share) for text in pages)
    paper = Paper("扫描件.pdf", Role.SCAN, replace(pdf(), pages=made, page_count=len(made)))
    return post(2, paper)[0]


def printed(paper: Document, *pages: str, share: float = 0.0) -> bool:
    return is_printed(words_of(paper), shown_pages(scan(*pages, share=share)))


@pytest.mark.parametrize(
    "pages",
    [
        ("\n".join(LINES),),
        ("\n".join(line.replace(" ", "\n") for line in LINES),),
        ("".join("".join(line.split()) for line in LINES),),
        ("\n".join((*LINES[:3], "- 1 -")), "\n".join((*LINES[3:], "第 2 页 共 2 页"))),
        ("\n".join(("1", *LINES)),),
    ],
    ids=["rows", "words on lines", "no white space", "page numbers below", "page number above"],
)
def test_the_form_printed_is_known_however_its_words_are_set(pages: tuple[str, ...]) -> None:
    assert printed(form(), *pages)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("张 伟", "张 玮"),
        ("12年", "13年"),
        ("23", "123"),
        (ZHEJIANG, "江苏省科学技术协会"),
        ("男", ""),
        ("民族", "民 族 5"),
    ],
)
def test_another_word_more_or_less_is_another_paper(before: str, after: str) -> None:
    assert not printed(form(), "\n".join(LINES).replace(before, after))


def test_more_than_the_form_is_no_proof() -> None:
    text = "\n".join(LINES)
    assert not printed(form(), text, "先进事迹材料：扎根山区十二年")
    assert not printed(form(), text + "\n" + text)
    assert not printed(form())


def test_what_a_scanner_read_is_no_proof() -> None:
    assert not printed(form(), "\n".join(LINES), share=1.0)


def test_figures_that_run_together_are_told_by_nobody() -> None:
    rows = (*ROWS[:2], ("从事科技志愿服务年限", "场次"), ("1", "23"), ROWS[3])
    assert not printed(form(TITLE, table(*rows)), "\n".join((TITLE, *("".join(row) for row in rows))))


def test_a_cell_merged_downwards_stands_once_and_a_value_never() -> None:
    merged = Table(
        (*table(("基本情况", *ROWS[0])).rows, *table(("基本情况", *ROWS[1])).rows, *table(ROWS[3]).rows)
    )
    lines = (TITLE, f"基本情况 {LINES[1]}", LINES[2], LINES[4])
    assert printed(form(TITLE, merged), "\n".join(lines))
    again = table(("姓名", "张伟", "负责人", "张伟"), ("推荐单位", ZHEJIANG), ("工作单位", ZHEJIANG))
    lines = (TITLE, "姓名 张伟 负责人 张伟", f"推荐单位 {ZHEJIANG}", "工作单位")
    assert printed(form(TITLE, again), "\n".join((*lines, ZHEJIANG)))
    assert not printed(form(TITLE, again), "\n".join(lines))


def test_what_a_person_corrected_or_nobody_read_is_held_against_the_scan() -> None:
    paper = form()
    assert paper.form is not None and isinstance(paper.facts, WordFacts)
    text = "\n".join(LINES)
    corrected = replace(paper, form=replace(paper.form, corrected=frozenset({"nominee"})))
    assert not printed(corrected, text)
    assert not printed(replace(paper, facts=replace(paper.facts, unread=("altChunk",))), text)


def test_it_is_what_holding_it_against_the_page_says_too(monkeypatch: pytest.MonkeyPatch) -> None:
    paper, pages = form(), shown_pages(scan("\n".join(LINES)))
    assert paper.form is not None
    expected = expected_of(paper.form, CAMPAIGN, (ZHEJIANG,))
    assert expected is not None
    found = compare(expected, pages, terms_of(CAMPAIGN))
    assert {name: value.likeness for name, value in found.items()} == dict.fromkeys(found, Likeness.EQUAL)
    wanted = wanted_of(paper, CAMPAIGN, (ZHEJIANG,))
    assert wanted is not None
    monkeypatch.setattr(form_match, "_match_of", None)
    assert match_of(wanted, pages) == PRINTED


def test_cells_of_one_column_alone_are_held_against_each_other() -> None:
    rows = ((Cell("活动", 0), Cell("是", 1)), (Cell("是", 0), Cell("活动", 1)))
    blocks = (TITLE, table(*ROWS), Table(rows))
    text = "\n".join((*LINES, "活动 是 是 活动"))
    assert printed(form(*blocks), text)
    assert not printed(form(*blocks), text.removesuffix("活动"))


def test_the_copies_among_the_scans_are_told_by_their_keys_and_their_text_is_read_as_no_form(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    copy, other = scan("\n".join(LINES)), replace(scan("\n".join(LINES).replace("张 伟", "李 娜")), id=999)
    assert copies_of([form()], [copy, other]) == {copy.key}
    named = [Named("张伟", "volunteer")]
    whole = stand_ins([copy, other], named, CAMPAIGN)
    read: list[Document] = []
    real = pdf_form.exported_form
    monkeypatch.setattr(
        pdf_form, "exported_form", lambda paper, data: read.append(paper) or real(paper, data)
    )
    assert stand_ins([copy, other], named, CAMPAIGN, {copy.key}) == whole
    assert read == [other]


def test_a_scan_is_held_against_the_forms_alone_that_begin_as_it_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = [f"张{letter}" for letter in "伟强军磊洋勇杰涛"]
    forms = [form(TITLE, table(("姓名", name, "性别", "男"), *ROWS[1:])) for name in names]
    scans = [
        replace(scan("\n".join(LINES).replace("张 伟", name)), id=100 + place)
        for place, name in enumerate([*names, "李娜"])
    ]
    asked: list[FormWords] = []
    monkeypatch.setattr(
        printed_module, "is_printed", lambda own, pages: asked.append(own) or is_printed(own, pages)
    )
    assert copies_of(forms, scans) == {one.key for one in scans[:-1]}
    assert len(asked) == len(forms)


def test_a_form_of_which_much_may_be_left_out_is_found_all_the_same() -> None:
    merged = Table((*table(("基本", "姓名")).rows, *table(("基本", "李四")).rows, *table(ROWS[3]).rows))
    paper = replace(form(), facts=facts(merged))
    assert copies_of([form(), paper], [scan(f"基本 姓名 李四\n推荐单位 {ZHEJIANG}")])
    assert copies_of([], [scan("\n".join(LINES))]) == copies_of([paper], []) == frozenset()
