"""What a paragraph shows: boxes and ticks however drawn, fields, controls, hidden and tracked text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import parsers
from intake.domain.model.facts import Table, WordFacts
from tests.unit.parsers.word.wordxml import (
    box,
    cell,
    control,
    docx,
    field,
    para,
    repacked,
    run,
    table,
    words,
)

Put = Callable[[bytes], Path]
WINGDINGS2 = "<w:rFonts w:ascii='Wingdings 2' w:hAnsi='Wingdings 2'/>"
BOX = "<w:ffData><w:checkBox><w:default w:val='0'/>{}</w:checkBox></w:ffData>"
LIST = "<w:ffData><w:ddList>{}<w:listEntry w:val='请选择'/><w:listEntry w:val='汉族'/></w:ddList></w:ffData>"


@pytest.mark.parametrize(
    ("runs", "shown"),
    [
        (run("R", WINGDINGS2) + run("是 ") + run("£", WINGDINGS2) + run("否"), "☑是 □否"),
        (run("R是", WINGDINGS2), "☑是"),
        (run("þ", "<w:rFonts w:ascii='Wingdings'/>") + run("是"), "☑是"),
        (run("R是", "<w:rFonts w:ascii='宋体'/>"), "R是"),
        ("<w:r><w:sym w:font='Wingdings 2' w:char='F052'/></w:r>", "☑"),
        ("<w:r><w:sym w:font='Wingdings 2' w:char='F0A3'/></w:r>", "□"),
        ("<w:r><w:sym w:font='Wingdings' w:char='F0FC'/></w:r>", "√"),
        ("<w:r><w:sym w:font='Wingdings' w:char='F04A'/></w:r>", ""),
        (run("\uf0fe\uf0a3\uf0a8\uf052"), "☑□□☑"),
        (field(r" eq \o\ac(□,√)") + run("是"), "☑是"),
        (field(r"EQ \o\ac(○,3)"), "3"),
        (field(r"EQ \* jc2 \* hps10 \o\ad(\s\up 9(zhāng),张)") + run("伟"), "张伟"),
        (field("PAGE", run("7")) + run("页"), "7页"),
        (field("MERGEFIELD 姓名", run("欧阳") + run("璟雯")), "欧阳璟雯"),
        (field("IF " + field("MERGEFIELD a", run("隐")) + "=1", run("显")), "显"),
        (field("FORMCHECKBOX", None, BOX.format("<w:checked/>")) + run("是"), "☑是"),
        (field("FORMCHECKBOX", run("☒"), BOX.format("")) + run("是"), "□是"),
        (field("FORMDROPDOWN", None, LIST.format("<w:result w:val='1'/>")), "汉族"),
        (field("FORMDROPDOWN", None, LIST.format("")), "请选择"),
        ("<w:fldSimple w:instr='AUTHOR'>" + run("甲") + "</w:fldSimple>", "甲"),
        (run("甲") + "<w:r><w:fldChar w:fldCharType='begin'/></w:r>" + run("乙"), "甲乙"),
        (run("张\u00ad伟\u200b") + "<w:r><w:softHyphen/></w:r>", "张伟"),
        (run("二十\u00a0人"), "二十\u00a0人"),
        ("<w:r><w:t>COVID</w:t><w:noBreakHyphen/><w:t>19</w:t></w:r>", "COVID-19"),
        ("<w:moveFrom>" + run("旧") + "</w:moveFrom><w:moveTo>" + run("新") + "</w:moveTo>", "新"),
        (control(run("单击此处输入"), "<w:showingPlcHdr/>") + run("后"), "后"),
        (control(run("张三丰"), "<w:showingPlcHdr/>") + run("后"), "张三丰后"),
        (control(run("单位全称", "<w:rStyle w:val='a3'/>"), "<w:showingPlcHdr/>") + run("后"), "后"),
        (control(run("张三丰", "<w:rStyle w:val='a3'/>"), "<w:showingPlcHdr/>") + run("后"), "张三丰后"),
        (control(run("点击输入姓名", "<w:rStyle w:val='a3'/>"), "<w:showingPlcHdr/>") + run("后"), "后"),
        (run(" ", "<w:bdr w:val='single'/>") + run("是") + run("√", "<w:bdr w:val='single'/>"), "□是√"),
        (
            run(" ", "<w:bdr w:val='nil'/>") + run("是") + run(" " * 9, "<w:bdr w:val='single'/>"),
            " 是" + " " * 9,
        ),
        (control(run("汉族"), "<w:dropDownList><w:listItem w:value='x'/></w:dropDownList>"), "汉族"),
        (control(run("2025年2月20日"), "<w:date w:fullDate='2025-02-20T00:00:00Z'/>"), "2025年2月20日"),
        (control(control(run("内"), ""), ""), "内"),
        (
            "<w:r><w:ruby><w:rt>"
            + run("zhāng")
            + "</w:rt><w:rubyBase>"
            + run("张")
            + "</w:rubyBase></w:ruby></w:r>",
            "张",
        ),
        ("<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>显</w:t></w:r>", "显"),
        (run("4年", "<w:strike/>") + run("17年"), "17年"),
        (run("否", "<w:dstrike/>") + run("是", "<w:strike w:val='0'/>"), "是"),
        (
            "<w:commentRangeStart w:id='0'/>" + run("正文") + "<w:r><w:commentReference w:id='0'/></w:r>",
            "正文",
        ),
    ],
)
def test_what_is_shown(put: Put, scratch: Path, runs: str, shown: str) -> None:
    assert words(parsers.parse(put(docx(para(runs))), scratch)) == [shown]


def test_a_branch_of_alternatives_is_read_once_and_the_first_that_says_something(
    put: Put, scratch: Path
) -> None:
    both = (
        "<w:r><mc:AlternateContent><mc:Choice Requires='a'/><mc:Choice Requires='b'><w:t>乙</w:t></mc:Choice>"
        "<mc:Fallback><w:t>丙</w:t></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert words(parsers.parse(put(docx(para(both))), scratch)) == ["乙"]


def test_text_boxes_of_old_and_new_drawings_are_read_once(put: Put, scratch: Path) -> None:
    shape = f"<v:shape><v:textbox><w:txbxContent>{para('旧框')}</w:txbxContent></v:textbox></v:shape>"
    old = f"<w:r><w:pict>{shape}</w:pict></w:r>"
    facts = parsers.parse(
        put(docx(para("甲", box(para("新框"), para("二", box(para("内框"))))), para(old))), scratch
    )
    assert words(facts) == ["甲", "新框", "二", "内框", "", "旧框"]


def test_a_box_in_a_cell_is_the_cell_s_text_and_a_table_in_it_follows(put: Put, scratch: Path) -> None:
    facts = parsers.parse(
        put(docx(table(["姓名", para(box(para("张伟")))], ["经历", para(box(table(["起", "止"])))]))), scratch
    )
    assert isinstance(facts, WordFacts)
    outer, inner = facts.blocks
    assert isinstance(outer, Table) and isinstance(inner, Table)
    assert outer.rows[0][1].text.strip() == "张伟"
    assert [c.text for c in inner.rows[0]] == ["起", "止"]


def test_a_deleted_paragraph_mark_joins_two_lines(put: Put, scratch: Path) -> None:
    first = para(run("张")).replace("<w:r>", "<w:pPr><w:rPr><w:del w:id='1'/></w:rPr></w:pPr><w:r>", 1)
    assert words(parsers.parse(put(docx(first, para("伟"), para("后"))), scratch)) == ["张伟", "后"]


def test_controls_around_cells_and_rows(put: Put, scratch: Path) -> None:
    prompt = control(cell("单击此处"), "<w:showingPlcHdr/>")
    repeated = control(
        control(f"<w:tr>{cell('丙')}{cell('丁')}</w:tr>", "<w15:repeatingSectionItem/>"),
        "<w15:repeatingSection/>",
    )
    xml = table([cell("甲"), control(cell("乙"))], [cell("民族"), prompt]).replace(
        "</w:tbl>", repeated + "</w:tbl>"
    )
    facts = parsers.parse(put(docx(xml)), scratch)
    assert isinstance(facts, WordFacts)
    (block,) = facts.blocks
    assert isinstance(block, Table)
    assert [[c.text for c in row] for row in block.rows] == [["甲", "乙"], ["民族", ""], ["丙", "丁"]]


def test_deleted_and_hidden_rows_and_cells_are_not_there(put: Put, scratch: Path) -> None:
    hidden = f"<w:tr><w:trPr><w:hidden/></w:trPr>{cell('隐')}</w:tr>"
    deleted = f"<w:tr>{cell('旧', '<w:cellDel/>')}{cell('新')}</w:tr>"
    facts = parsers.parse(
        put(docx(table(["甲"]).replace("</w:tbl>", hidden + deleted + "</w:tbl>"))), scratch
    )
    assert isinstance(facts, WordFacts)
    (block,) = facts.blocks
    assert isinstance(block, Table)
    assert [[c.text for c in row] for row in block.rows] == [["甲"], ["新"]]


def test_a_style_that_hides_its_text(put: Put, scratch: Path) -> None:
    style = b"<w:style w:type='character' w:styleId='Hid'><w:rPr><w:vanish/></w:rPr></w:style></w:styles>"

    def change(name: str, body: bytes) -> tuple[str, bytes]:
        return name, body.replace(b"</w:styles>", style) if name == "word/styles.xml" else body

    data = docx(para(run("隐", "<w:rStyle w:val='Hid'/>"), "显"))
    assert words(parsers.parse(put(repacked(data, change)), scratch)) == ["显"]


@pytest.mark.parametrize(
    ("runs", "unread"),
    [
        (run("4年", "<w:strike/>"), ("struck out words",)),
        (run("4年", "<w:strike/>") + run("17年"), ()),
        (run("4年"), ()),
    ],
)
def test_where_all_was_struck_out_something_is_not_said(
    put: Put, scratch: Path, runs: str, unread: tuple[str, ...]
) -> None:
    facts = parsers.parse(put(docx(para(runs))), scratch)
    assert isinstance(facts, WordFacts)
    assert facts.unread == unread
