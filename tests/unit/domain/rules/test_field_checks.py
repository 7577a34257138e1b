"""Fields that must be something: dates in bounds, numbers of cards, lengths, choices, rows of lists."""

from __future__ import annotations

import pytest

from intake.domain.campaign.campaign import Campaign
from intake.domain.model.document import Form, Role
from intake.domain.model.facts import WordFacts
from intake.domain.model.nomination import Finding, Severity
from intake.domain.rules.field_checks import word_count
from tests.unit.domain.cases import Paper, judge_one, scanned
from tests.unit.domain.documents.award import AWARD, award, award_form
from tests.unit.domain.sheets import table

CURABLE, REVIEW = Severity.CURABLE, Severity.REVIEW
CODES = ("field-incorrect", "text-too-long", "doubtful", "below-threshold", "form-incomplete")
PLAIN = {
    "推荐单位": "江东理工大学",
    "姓名": "张伟",
    "导师姓名": "王五",
    "出生年月": "1990年6月",
    "身份证号": "11010519491231002X",
    "团队成员": "甲、乙",
    "研究类型": "☑基础研究 □应用研究 □工程技术",
    "主要事迹": "长期从事稻麦研究。",
}


def found(form: Form, campaign: Campaign = AWARD) -> list[Finding]:
    """What is found of the fields of a form."""
    paper = Paper("张伟推荐表.docx", Role.FORM, WordFacts(()), form)
    judgement = judge_one(paper, scanned("张伟推荐表.pdf"), rules=campaign)
    return [item for item in judgement.findings if item.code in CODES]


def told(values: dict[str, str]) -> list[Finding]:
    """The same of a form that is in order but for these values, by label."""
    return found(award_form(table(*([label, text] for label, text in (PLAIN | values).items()))))


def test_a_form_in_order_is_in_order() -> None:
    assert told({}) == []


@pytest.mark.parametrize(
    ("label", "text", "code", "severity", "said"),
    [
        ("出生年月", "1988年12月", "field-incorrect", CURABLE, "出生年月填写“1988年12月”，早于1989年1月1日"),
        ("出生年月", "2007-1-1", "field-incorrect", CURABLE, "出生年月填写“2007-1-1”，晚于2006年12月31日"),
        ("出生年月", "属马", "doubtful", REVIEW, "出生年月填写“属马”，无法确定"),
        (
            "身份证号",
            "110105194912310021",
            "field-incorrect",
            CURABLE,
            "身份证号“**************0021”不是有效的公民身份号码（位数或校验码有误）",
        ),
        ("身份证号", "护照E12345678", "doubtful", REVIEW, "身份证号填写“**************”，无法确定"),
        (
            "研究类型",
            "☑基础研究☑应用研究",
            "field-incorrect",
            CURABLE,
            "研究类型限选1项，勾选了2项（基础研究、应用研究）",
        ),
        ("研究类型", "软科学", "doubtful", REVIEW, "研究类型填写“软科学”，无法确定"),
        ("主要事迹", "字" * 21, "text-too-long", CURABLE, "主要事迹限20字，实有21字"),
        ("团队成员", "甲", "below-threshold", CURABLE, "团队成员2至3人，表中填写“甲”"),
        (
            "团队成员",
            "甲、乙、丙、丁",
            "below-threshold",
            CURABLE,
            "团队成员2至3人，表中填写“甲、乙、丙、丁”",
        ),
        ("团队成员", "详见附件", "doubtful", REVIEW, "团队成员2至3人，表中填写“详见附件”，无法确定数值"),
        ("导师姓名", "", "form-incomplete", CURABLE, "导师姓名"),
    ],
)
def test_a_field_that_does_not_fit_is_told(
    label: str, text: str, code: str, severity: Severity, said: str
) -> None:
    (item,) = told({label: text})
    assert (item.code, item.severity, item.evidence) == (code, severity, said)


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("出生年月", "1989年1月"),
        ("出生年月", "1989年"),
        ("出生年月", "2006.12.31"),
        ("出生年月", ""),
        ("身份证号", ""),
        ("主要事迹", "字" * 20),
        ("主要事迹", "（限20字以内）" + "字" * 20),
        ("主要事迹", "于 Nature Physics 发表论文 12345 篇。" + "字" * 8),
        ("团队成员", "甲、乙、丙"),
    ],
)
def test_what_may_be_is_in_order(label: str, text: str) -> None:
    assert told({label: text}) == []


def test_a_date_that_may_lie_on_either_side_is_for_a_person() -> None:
    fields = "".join(
        f"[[field]]\nname = '{name}'\nlabels = ['{label}']\n{more}"
        for name, label, more in (
            ("nominee", "姓名", ""),
            ("unit", "推荐单位", ""),
            ("born", "出生年月", "type = 'date'\nnot_before = 1990-06-15\n"),
        )
    )
    form = award_form(table(["姓名", "张伟"], ["推荐单位", "某校"], ["出生年月", "1990年6月"]))
    (item,) = found(form, award(fields, threshold=[]))
    assert (item.code, item.evidence) == ("doubtful", "出生年月填写“1990年6月”，无法确定")


def test_no_number_of_an_identity_card_leaves_the_form() -> None:
    form = award_form(table(["姓名", "张伟"], ["推荐单位", "某校"], ["身份证号", "11010519491231002X"]))
    assert form.fields["identity"].text == "**************002X"
    assert "19491231" not in repr(form)


@pytest.mark.parametrize(
    ("text", "count"),
    [("一二三。", 4), ("a b", 2), ("3.5万元", 3), ("COVID-19病毒", 3), ("（800字以内）一", 1), (" \n", 0)],
)
def test_characters_are_counted_as_word_counts_them(text: str, count: int) -> None:
    assert word_count(text) == count
