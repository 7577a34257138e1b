"""Forms saved as web pages, with and without Word's name: read as the form that they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from intake.config.campaign_file import load_campaign
from intake.domain.documents.roles import may_be_form, read_parts
from intake.domain.model.document import Document, Form, MessageRef, Role
from intake.domain.model.facts import (
    Cell,
    ContainerFacts,
    Facts,
    OpaqueFacts,
    Paragraph,
    Table,
    UnreadableFacts,
    WordFacts,
)
from parsers.common import limits
from tests.unit.parsers.word.test_docx_enclosed import CHUNK, enclosing
from tests.unit.parsers.word.test_legacy import form as word_form
from tests.unit.parsers.word.test_legacy import saved_as
from tests.unit.parsers.word.webpages import FILES, UNIT, archive, page

Read = Callable[[bytes], Facts]
CAMPAIGN = load_campaign().campaign


def said(facts: Facts, filename: str = "张伟推荐表.doc") -> Form:
    [(role, form)] = read_parts(facts, filename, CAMPAIGN)
    assert role is Role.FORM and form is not None, facts
    return form


@pytest.mark.parametrize("name", FILES)
def test_a_form_saved_as_a_web_page_is_the_form(facts_of: Read, name: str) -> None:
    facts = facts_of(FILES[name])
    assert isinstance(facts, WordFacts) and facts.converted_from == "html" and not facts.unread
    form = said(facts)
    assert (form.category, form.text("nominee"), form.text("unit")) == ("volunteer", "张伟", UNIT)
    assert form.fields["service_years"].value == 5
    assert form.text("deeds") == "服务群众。"
    assert facts.images == (1 if name.startswith("mhtml") else 0)
    assert Paragraph("内部") not in facts.blocks


def test_its_tables_have_the_cells_of_a_docx(facts_of: Read) -> None:
    facts = facts_of(FILES["html-gbk"])
    assert isinstance(facts, WordFacts)
    [table] = [block for block in facts.blocks if isinstance(block, Table)]
    assert table.rows[1] == (Cell("推荐单位", 0), Cell(UNIT, 1, 3))
    assert table.rows[3] == (Cell("主要事迹", 0), Cell("服务群众。", 1, 3))
    assert table.rows[4] == (Cell("主要事迹", 0), Cell("面向乡村。\n累计3年。", 1, 3))


def test_a_page_by_libreoffice_is_the_form(facts_of: Read, tmp_path: Path) -> None:
    made = saved_as("html", word_form(), tmp_path / "made")
    assert said(facts_of(made)).text("nominee") == "欧阳璟雯"


def test_a_cell_over_rows_and_columns_stands_where_it_is_seen(facts_of: Read) -> None:
    first = "<tr><td rowspan=3>甲</td><td>乙</td><td rowspan=2>丙</td></tr>"
    rows = f"{first}<tr><td>丁</td></tr><tr><td>戊</td><td>己</td></tr>"
    facts = facts_of(f"<html><body><table>{rows}</table></body></html>".encode())
    assert isinstance(facts, WordFacts)
    assert facts.blocks == (
        Table(
            (
                (Cell("甲", 0), Cell("乙", 1), Cell("丙", 2)),
                (Cell("甲", 0), Cell("丁", 1), Cell("丙", 2)),
                (Cell("甲", 0), Cell("戊", 1), Cell("己", 2)),
            )
        ),
    )


@pytest.mark.parametrize(
    ("tick", "shown"),
    [
        (
            "<span style='font-family:Wingdings'>þ</span>是 <span style='font-family:Wingdings'>¨</span>否",
            "☑是 □否",
        ),
        (
            '<span style=\'font-family:"Wingdings 2";mso-char-type:symbol;'
            'mso-symbol-font-family:"Wingdings 2"\'>R</span>是',
            "☑是",
        ),
        ("<font face=Wingdings>ü</font>是", "√是"),
        ("<input type=checkbox checked>是<input type=checkbox>否", "☑是□否"),
        ("<input type=text value='是'>", "是"),
        ("<select><option>否<option selected>是</select>", "是"),
        ("<textarea>是</textarea><input type=hidden value=x>", "是"),
        ("<del>否</del>是", "是"),
        ("<span style='mso-hide:all'>否</span>是", "是"),
    ],
)
def test_ticks_and_fields_show_what_a_reader_sees(facts_of: Read, tick: str, shown: str) -> None:
    facts = facts_of(page("utf-8", tick).encode())
    assert isinstance(facts, WordFacts)
    [table] = [block for block in facts.blocks if isinstance(block, Table)]
    assert table.rows[2][3].text == shown


def test_a_table_within_a_cell_follows_its_table(facts_of: Read) -> None:
    inner = "<table><tr><td>姓名</td><td>张伟</td></tr></table>"
    facts = facts_of(f"<html><table><tr><td>前{inner}后</td></tr></table></html>".encode())
    assert isinstance(facts, WordFacts)
    assert facts.blocks == (Table(((Cell("前\n后", 0),),)), Table(((Cell("姓名", 0), Cell("张伟", 1)),)))


@pytest.mark.parametrize("name", ["html-utf8", "mhtml-quoted"])
def test_a_page_taken_over_into_a_docx_is_read(facts_of: Read, name: str) -> None:
    # Programs of web systems write such a .docx (html-docx-js).
    facts = facts_of(enclosing(FILES[name], "embeddings/afchunk.mht", CHUNK))
    assert isinstance(facts, WordFacts) and facts.unread == ()
    assert said(facts).text("nominee") == "张伟"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"<html><body>Sent from my phone</body></html>", OpaqueFacts("text")),
        (b"<!DOCTYPE svg><svg><table></table></svg>", OpaqueFacts("text")),
        (
            b'<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table><tr><td>1</table></html>',
            OpaqueFacts("text"),
        ),
    ],
)
def test_other_pages_are_text_as_before(facts_of: Read, data: bytes, expected: Facts) -> None:
    assert facts_of(data) == expected


def test_a_mail_with_a_picture_beside_its_page_stays_a_mail(facts_of: Read) -> None:
    mail = b"From: a@b.example\r\nTo: c@d.example\r\nMessage-ID: <1@b.example>\r\n" + FILES["mhtml-quoted"]
    assert isinstance(facts_of(mail), ContainerFacts)


def test_a_page_that_mail_programs_attach_is_nobody_s_form(facts_of: Read) -> None:
    facts = facts_of(b"<html><body><table><tr><td>logo</td></tr></table></body></html>")
    assert isinstance(facts, WordFacts)
    mail = MessageRef(1, None, datetime(2025, 2, 20, tzinfo=UTC), "a@b.example")

    def named(filename: str) -> Document:
        return Document(1, mail, 0, filename, "0", 1, Role.OTHER, facts)

    assert may_be_form(named("推荐表.doc")) and not may_be_form(named("ATT00001"))


def test_an_archive_without_its_page_is_damaged(facts_of: Read) -> None:
    data = archive(page().encode("gb18030"), "base64", "gb2312").replace(b"text/html", b"image/gif")
    assert facts_of(data) == UnreadableFacts("unreadable", "html", "a web archive without a page")


def test_what_costs_too_much_is_not_read(facts_of: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = b"<html><table><tr><td>" + b"<div>" * 400 + b"</td></tr></table></html>"
    nested = facts_of(deep)
    assert isinstance(nested, UnreadableFacts) and nested.code == "too-large"
    spread = (
        b"<html><table><tr>"
        + b"<td rowspan=99999>x" * 900
        + b"</tr>"
        + b"<tr><td>" * 9000
        + b"</table></html>"
    )
    many = facts_of(spread)
    assert isinstance(many, UnreadableFacts) and many.code == "too-large"
    monkeypatch.setattr(limits, "HTML_DOCUMENT_CHARACTERS", 1000)
    assert facts_of(FILES["html-gbk"]) == UnreadableFacts("too-large", "html", f"{len(page())} characters")
