"""What is a mark of a state secret, and what only speaks of secrets."""

from __future__ import annotations

import pytest

from intake.domain.model.facts import (
    Attachment,
    Cell,
    ContainerFacts,
    ImageFacts,
    MessageFacts,
    Paragraph,
    PdfFacts,
    PdfPage,
    Table,
    WordFacts,
)
from intake.domain.secrecy.mail_marks import Mark, Place, in_body, in_document, in_mail, in_name, in_subject

NAMES_WITH_MARK = """
（秘密）张三推荐表.docx|【机密】张三推荐表.docx|张三推荐表(绝密).pdf|机密-张三推荐表.docx
张三推荐表_机密.pdf|秘密★1年张三推荐表.docx|张三推荐表 机密★5年.pdf|涉密材料.zip|机密文件.docx
秘密件.pdf|[涉密]推荐材料.rar|〔绝密〕张三.docx|绝密.docx|机 密.docx|涉密-推荐材料|密级：机密 张三.docx
（ 秘 密 ）张三.doc|张三推荐表（機密）.pdf|涉密材料报送|秘密★长期.pdf|机密级文件.docx
关于报送涉密材料的函
"""
NAMES_WITHOUT = """
非涉密-张三推荐表.docx|不涉密.docx|无涉密内容证明.pdf|涉密审查：不涉密.docx|涉密审查表.docx
保密审查意见.pdf|保密承诺书.pdf|解密.docx|植物的秘密科普项目推荐表.docx|昆虫的秘密.pdf
秘密花园科普志愿服务项目推荐表.docx|秘书长推荐表.docx|密云区推荐表.docx|计算机密码学科普.docx
商业秘密保护志愿服务队推荐表.docx|涉密人员培训项目推荐表.docx|宣传保密法志愿服务项目.docx
脱密期管理.docx|不涉及国家秘密承诺.pdf|张密.docx|是否涉密：否.docx|手机密码安全科普.docx
亲密关系讲座.docx|张三推荐表.docx|不 涉密 张三.docx|《秘密》读书会推荐表.docx|未标注密级.docx
密级：无 张三.docx|保守国家秘密宣传队推荐表.docx|海洋的秘密_推荐表.docx|揭秘大自然.docx|加密文件.zip
涉密：否.docx
"""
NAMES_IN_DOUBT = (
    "机密张三推荐表.docx|张三涉密文件.docx|涉密档案保护志愿服务项目及涉密材料.docx|张三机密级推荐表.docx"
)


def each(*tables: str) -> list[str]:
    return [item for table in tables for line in table.strip().splitlines() for item in line.split("|")]


@pytest.mark.parametrize("name", each(NAMES_WITH_MARK))
def test_names_and_subjects_with_a_mark(name: str) -> None:
    assert in_name(name) is Mark.SURE
    assert in_subject(name.rpartition(".")[0] or name) is Mark.SURE


@pytest.mark.parametrize("name", each(NAMES_WITHOUT))
def test_names_and_subjects_without(name: str) -> None:
    assert in_name(name) is Mark.NONE
    assert in_subject(name.rpartition(".")[0]) is Mark.NONE


@pytest.mark.parametrize("name", each(NAMES_IN_DOUBT))
def test_names_for_a_person(name: str) -> None:
    assert in_name(name) is Mark.DOUBTFUL


@pytest.mark.parametrize(
    "subject", ["回复：机密", "转发：【秘密】推荐材料", "Re: 涉密材料", "绝密：推荐材料"]
)
def test_subjects_answered_and_passed_on(subject: str) -> None:
    assert in_subject(subject) is Mark.SURE


def test_a_folder_in_an_archive() -> None:
    assert in_name("推荐材料/【机密】/张三") is Mark.SURE
    assert in_name("推荐材料/非涉密/张三") is Mark.NONE


BODIES_WITH_MARK = [
    "秘密★1年\n\n您好，请查收。",
    "机密\n请查收推荐材料。",
    "您好：\n【机密】请查收。",
    "您好，附件为涉密材料，请勿转发。",
    "所附材料涉密，请注意保密。",
    "本邮件涉及国家秘密，请按规定处理。",
    "密级：秘密\n请查收。",
    "请查收附件。\n是否涉密：是",
    "该附件属于机密级文件。",
    "请查收。材料部分涉密。",
    "各位老师好\n请查收。\n一\n二\n三\n四\n五\n绝密★启用前",
]
BODIES_WITHOUT = [
    "您好，请查收推荐材料，材料不涉密。",
    "以上材料均已通过保密审查，不涉及国家秘密。",
    "附件材料非涉密，可通过互联网报送。",
    "如材料涉密，请勿通过互联网报送。",
    "涉密材料请勿通过互联网邮箱报送。",
    "本邮件及其附件含有保密信息，仅限于发送给上面地址中列出的个人或群组。",
    "本邮件可能包含机密信息，若您误收，请删除。",
    "本电子邮件及附件包含机密信息。",
    "她向村民宣传保密法，组织涉密人员培训。",
    "他为孩子们讲解植物的秘密。",
    "联系人：王秘书",
    "是否涉密：否",
    "密级：公开",
    "密级：",
    "未发现涉密内容。",
    "",
]


@pytest.mark.parametrize("text", BODIES_WITH_MARK)
def test_words_with_a_mark(text: str) -> None:
    assert in_body(text) is Mark.SURE


@pytest.mark.parametrize("text", BODIES_WITHOUT)
def test_words_without(text: str) -> None:
    assert in_body(text) is Mark.NONE


def test_words_for_a_person() -> None:
    assert in_body("另有一份涉密材料通过机要渠道报送。") is Mark.DOUBTFUL


def word(*lines: str, rows: tuple[tuple[str, ...], ...] = ()) -> WordFacts:
    table = Table(tuple(tuple(Cell(text, column) for column, text in enumerate(row)) for row in rows))
    return WordFacts((*(Paragraph(line) for line in lines), table))


@pytest.mark.parametrize(
    "facts",
    [
        word("秘密★1年", "推荐表"),
        word("机　密", "推荐表"),
        word("000001", "机密★10年", "特急", "推荐表"),
        word("机密          推荐表"),
        word("（涉密）", "推荐表"),
        word("密级：秘密", "推荐表"),
        word("推荐表", rows=(("姓名", "张三", "密级", "秘密"),)),
        word("推荐表", rows=(("密级", "机密★5年"),)),
        word("推荐表", rows=(("是否涉密", "是"),)),
        word("推荐表", rows=(("是否涉密", "☑是 □否"),)),
        word("推荐表", rows=(("是否涉密", "是√ 否□"),)),
        word("推荐表", rows=(("密级", "□公开 □内部 ☑秘密 □机密"),)),
        word("推荐表", rows=(("密级：机密",),)),
        word(*("正文",) * 20, "秘密★3年"),
    ],
)
def test_papers_with_a_mark(facts: WordFacts) -> None:
    assert in_document(facts) is Mark.SURE
    page = "\n".join(
        block.text
        if isinstance(block, Paragraph)
        else "\n".join("：".join(cell.text for cell in row[-2:]) for row in block.rows)
        for block in facts.blocks
    )
    assert in_document(PdfFacts((PdfPage(page, 595.0, 842.0, 0.0),), 1)) is Mark.SURE
    read_from_a_picture = PdfFacts((PdfPage(page, 595.0, 842.0, 1.0),), 1)
    assert in_document(read_from_a_picture) is Mark.DOUBTFUL


@pytest.mark.parametrize(
    "facts",
    [
        word("推荐表", rows=(("姓名", "张三"),)),
        word("推荐表", rows=(("密级", ""),)),
        word("推荐表", rows=(("密级", "无"),)),
        word("推荐表", rows=(("密级", "公开"),)),
        word("推荐表", rows=(("密级", "□公开 □内部 □秘密 □机密"),)),
        word("推荐表", rows=(("密级", "公开/内部/秘密/机密"),)),
        word("推荐表", rows=(("是否涉密", "否"),)),
        word("推荐表", rows=(("是否涉密", "□是 ☑否"),)),
        word("推荐表", rows=(("是否涉密", "□是 □否"),)),
        word("推荐表", rows=(("涉密审查", "不涉密"),)),
        word("推荐表", rows=(("涉密审查意见", "经审查，不涉及国家秘密，通过"),)),
        word("推荐表", rows=(("项目名称", "植物的秘密"),)),
        word(
            "推荐表", rows=(("主要事迹", "他宣传保密法，为涉密人员培训，讲解海洋的秘密。\n保护商业秘密。"),)
        ),
        word("推荐表", "本单位承诺所报材料不涉密。", "大自然的 秘密"),
        word("推荐表", "保密期限：无", "非涉密", "不涉密"),
    ],
)
def test_papers_without(facts: WordFacts) -> None:
    assert in_document(facts) is Mark.NONE


def test_a_grade_alone_deep_in_a_paper_is_for_a_person() -> None:
    assert in_document(word(*("正文",) * 20, "秘密")) is Mark.DOUBTFUL


def test_a_mail_inside_and_what_has_no_text() -> None:
    assert in_document(ContainerFacts("message", (), subject="【机密】材料")) is Mark.SURE
    assert in_document(ContainerFacts("message", (), body="附件为涉密材料。")) is Mark.SURE
    assert in_document(ContainerFacts("zip", ())) is Mark.NONE
    assert in_document(ImageFacts("jpeg", 100, 100)) is Mark.NONE


def test_a_mail_tells_where() -> None:
    file = Attachment(0, "（秘密）张三.docx", "", "sha256:0", 1)
    facts = MessageFacts(
        None, (), (), "推荐材料", None, None, (), None, None, (), {}, "", "附件为涉密材料。", (file,)
    )
    assert in_mail(facts) == {Place.BODY: Mark.SURE, Place.FILENAME: Mark.SURE}
