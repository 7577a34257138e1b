"""What a document is in a nomination: its content speaks, its name only where the content is mute."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from intake.domain.documents.roles import may_be_form, may_be_scan, read_parts
from intake.domain.model.document import Role
from intake.domain.model.facts import (
    ContainerFacts,
    Facts,
    ImageFacts,
    OpaqueFacts,
    PdfFacts,
    PdfPage,
    UnreadableFacts,
)
from tests.unit.domain.cases import CAMPAIGN, other, pdf, post
from tests.unit.domain.sheets import table, word

FORM = word(
    "2024年度“最美科技志愿者”推荐表",
    table(["姓名", "张伟"], ["推荐单位", "浙江省科协"], ["服务年限", "5年"]),
)
FORM_TEXT = "最美科技志愿者推荐表\n推荐单位：浙江省科协\n姓名 张伟 性别 男\n联系电话 1\n服务年限 5年\n"
STATEMENT_TEXT = "先进事迹材料\n张伟，男，长期扎根基层，服务群众。"
LETTER_TEXT = "关于报送推荐材料的函\n现将有关材料报上，请审阅。"


@pytest.mark.parametrize(
    ("facts", "filename", "role"),
    [
        (FORM, "事迹材料.docx", Role.FORM),
        (word("先进事迹材料", "张伟，男。" * 20), "张伟推荐表.docx", Role.STATEMENT),
        (word("通知"), "推荐表.docx", Role.OTHER),
        (pdf(), "扫描件.pdf", Role.SCAN),
        (pdf(), "张伟.pdf", Role.SCAN),
        (pdf(), "推荐汇总表.pdf", Role.SUMMARY),
        (pdf(), "张伟事迹材料.pdf", Role.STATEMENT),
        (pdf(), "获奖证书.pdf", Role.OTHER),
        (pdf(), "推荐表及获奖证书.pdf", Role.SCAN),
        (pdf(FORM_TEXT), "未命名.pdf", Role.SCAN),
        (pdf(STATEMENT_TEXT), "推荐表.pdf", Role.STATEMENT),
        (pdf(LETTER_TEXT), "张伟推荐表.pdf", Role.SCAN),
        (pdf(LETTER_TEXT), "请示.pdf", Role.OTHER),
        (PdfFacts((), 0), "张伟推荐表.pdf", Role.SCAN),
        (ImageFacts("jpeg", 1600, 1200), "推荐表盖章.jpg", Role.PHOTO),
        (ImageFacts("png", 220, 64), "image001.png", Role.OTHER),
        (OpaqueFacts("legacy-word"), "张伟推荐表.doc", Role.OTHER),
        (OpaqueFacts("archive"), "材料.rar", Role.OTHER),
        (ContainerFacts("zip", ()), "张伟推荐表.zip", Role.OTHER),
    ],
)
def test_role(facts: Facts, filename: str, role: Role) -> None:
    ((found, form),) = read_parts(facts, filename, CAMPAIGN)
    assert found is role
    assert (form is not None) == (found is Role.FORM)


@pytest.mark.parametrize(
    ("claimed", "filename", "role"),
    [
        ("pdf", "张伟.pdf", Role.SCAN),
        ("pdf", "推荐汇总表.pdf", Role.SUMMARY),
        ("pdf", "证书.pdf", Role.OTHER),
        ("word", "张伟.docx", Role.FORM),
        ("word", "张伟推荐表.docx", Role.FORM),
        ("word", "推荐汇总表.docx", Role.SUMMARY),
        ("word", "张伟事迹材料.docx", Role.STATEMENT),
        ("office", "张伟推荐表.docx", Role.FORM),
        ("office", "推荐汇总表.xlsx", Role.OTHER),
        ("legacy-word", "张伟推荐表.doc", Role.FORM),
        ("archive", "材料.zip", Role.OTHER),
        ("unknown", "推荐表", Role.OTHER),
    ],
)
def test_role_of_what_cannot_be_opened(claimed: str, filename: str, role: Role) -> None:
    codes: tuple[Any, ...] = ("unreadable", "encrypted", "too-large")
    for code in codes:
        assert read_parts(UnreadableFacts(code, claimed, ""), filename, CAMPAIGN) == ((role, None),)


def test_a_picture_is_a_scan_up_to_a_few_stray_characters_a_page() -> None:
    """A page number or a scanner's mark is no text layer."""
    stray = PdfFacts((PdfPage("第1页", 595.0, 842.0, 1.0), PdfPage(" 2 ", 595.0, 842.0, 1.0)), 2)
    assert stray.is_scan
    assert read_parts(stray, "1.pdf", CAMPAIGN) == ((Role.SCAN, None),)
    assert not pdf("十个字的文本层已经够了").is_scan


@pytest.mark.parametrize(
    ("facts", "role", "form", "scan"),
    [
        (OpaqueFacts("legacy-word"), Role.OTHER, True, False),
        (OpaqueFacts("wps"), Role.OTHER, True, False),
        (OpaqueFacts("rtf"), Role.OTHER, True, False),
        (OpaqueFacts("odt"), Role.OTHER, True, False),
        (OpaqueFacts("archive"), Role.OTHER, True, True),
        (OpaqueFacts("message"), Role.OTHER, True, True),
        (OpaqueFacts("tnef"), Role.OTHER, True, True),
        (OpaqueFacts("unknown"), Role.OTHER, True, True),
        (OpaqueFacts("spreadsheet"), Role.OTHER, False, False),
        (OpaqueFacts("video"), Role.OTHER, False, False),
        (ContainerFacts("zip", ()), Role.OTHER, False, False),
        (ContainerFacts("zip", (), (("1.docx", "encrypted"),)), Role.OTHER, True, True),
        (ImageFacts("jpeg", 1600, 1200), Role.PHOTO, False, True),
        (ImageFacts("png", 160, 48), Role.PHOTO, False, False),
        (UnreadableFacts("encrypted", "office", "a password"), Role.OTHER, True, False),
        (UnreadableFacts("encrypted", "legacy-word", "a password"), Role.OTHER, True, False),
        (UnreadableFacts("encrypted", "zip", "a password"), Role.OTHER, True, True),
        (UnreadableFacts("unreadable", "unknown", "broken"), Role.OTHER, True, True),
        (UnreadableFacts("too-large", "unknown", "not read in time"), Role.OTHER, True, True),
        (FORM, Role.OTHER, True, False),
        (FORM, Role.STATEMENT, False, False),
        (pdf(), Role.SCAN, False, True),
        (pdf(), Role.OTHER, False, True),
        (pdf(LETTER_TEXT), Role.OTHER, False, True),
        (pdf(STATEMENT_TEXT), Role.STATEMENT, False, False),
        (replace(pdf(STATEMENT_TEXT), left_out=(("1.docx", "unreadable"),)), Role.STATEMENT, True, True),
    ],
)
def test_what_may_be_the_form_or_the_scan(facts: Facts, role: Role, form: bool, scan: bool) -> None:
    (document,) = post(1, other("某文件", facts, role))
    assert (may_be_form(document), may_be_scan(document)) == (form, scan)


@pytest.mark.parametrize(
    ("filename", "role"),
    [
        ("推荐汇总表.xlsx", Role.SUMMARY),
        ("事迹材料.pptx", Role.STATEMENT),
        ("推荐表.xlsx", Role.OTHER),
        ("视频.mp4", Role.OTHER),
    ],
)
def test_a_file_that_is_not_read_is_what_its_name_says_unless_a_form_or_scan(
    filename: str, role: Role
) -> None:
    assert read_parts(OpaqueFacts("spreadsheet"), filename, CAMPAIGN) == ((role, None),)


@pytest.mark.parametrize(
    "filename", ["关于推荐最美科技志愿者的函.pdf", "开展宣传活动的通知.pdf", "会议纪要.pdf"]
)
def test_a_letter_of_the_office_is_no_scan(filename: str) -> None:
    assert read_parts(pdf(""), filename, CAMPAIGN) == ((Role.OTHER, None),)
