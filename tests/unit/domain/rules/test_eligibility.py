"""Rules on eligibility: the notice's figures, registration, earlier honours, and nominees under 14."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from intake.domain.campaign.campaign import HonouredRow
from intake.domain.model.document import Field
from intake.domain.model.facts import WordFacts
from intake.domain.model.nomination import Severity, State
from tests.unit.domain.cases import CAMPAIGN, FIGURES, at, campaign, codes, finding, judge_one, scanned, word

CURABLE, REVIEW, NOTE = Severity.CURABLE, Severity.REVIEW, Severity.NOTE
WHOLE = [word("张伟"), scanned("张伟.pdf")]


@pytest.mark.parametrize("category", FIGURES)
def test_figures_at_their_bounds_are_in_order(category: str) -> None:
    """Bounds are inclusive (民法典 §1259)."""
    judgement = judge_one(word("张伟", category), scanned("张伟.pdf"))
    assert (judgement.findings, judgement.state) == ((), State.COMPLETE)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (20.0, None),
        (19.0, "below-threshold"),
        (0.0, "below-threshold"),
        (Field("members", 20.0, "20余人", about=True, at_least=True), None),
        (Field("members", 20.0, "近20人", about=True), "doubtful"),
        (Field("members", 21.0, "约21人", about=True), "doubtful"),
        (Field("members", 23.0, "约23人", about=True), None),
        (Field("members", 30.0, "30或35人", sure=False), "doubtful"),
        (Field("members", None, "若干"), "doubtful"),
        (Field("members", True, "是"), "doubtful"),
    ],
)
def test_a_figure_against_its_bound(value: Any, code: str | None) -> None:
    judgement = judge_one(word("银龄队", "organisation", members=value), scanned("银龄队.pdf"))
    assert codes(judgement, REVIEW) == ([code] if code else [])
    if code:
        told = finding(judgement, code)
        assert "不少于20人" in told.evidence and told.source == "通知一（二）2"


def test_every_figure_is_told_at_once() -> None:
    figures = {name: value / 2 for name, value in FIGURES["organisation"].items()}
    judgement = judge_one(word("银龄队", "organisation", **figures), scanned("银龄队.pdf"))
    assert codes(judgement) == ["below-threshold"] * 5


def test_a_figure_that_the_form_has_no_place_for_is_noted_only() -> None:
    judgement = judge_one(word("银龄队", "organisation", brands=None), scanned("银龄队.pdf"))
    assert [(f.code, f.severity) for f in judgement.findings] == [("figure-not-stated", NOTE)]
    assert judgement.state is State.COMPLETE


def test_a_figure_that_may_have_been_struck_out_or_not_read_is_for_a_person() -> None:
    form = word("银龄队", "organisation", brands=None)
    form = replace(form, facts=WordFacts((), unread=("struck out words",)))
    judgement = judge_one(form, scanned("银龄队.pdf"))
    assert codes(judgement, REVIEW) == ["doubtful"]
    assert "已划去" in finding(judgement, "doubtful").evidence


@pytest.mark.parametrize(
    ("figure", "severity"), [(2.0, CURABLE), (Field("", 2.0, "2年以上", True, True), REVIEW)]
)
def test_a_campaign_may_ask_about_a_figure_but_only_where_it_is_exact(
    figure: Any, severity: Severity
) -> None:
    asked = campaign(threshold=[t.model_dump() | {"severity": "curable"} for t in CAMPAIGN.threshold])
    judgement = judge_one(word("张伟", service_years=figure), scanned("张伟.pdf"), rules=asked)
    assert [f.severity for f in judgement.findings] == [severity]


@pytest.mark.parametrize(("said", "found"), [(False, ["not-registered"]), (True, []), (None, [])])
def test_registration(said: bool | None, found: list[str]) -> None:
    assert codes(judge_one(word("张伟", registered=said), scanned("张伟.pdf"))) == found


@pytest.mark.parametrize(
    "said", [Field("", None, "正在注册", sure=False), Field("", True, "是（部分）", sure=False)]
)
def test_a_registration_that_is_not_understood_is_for_a_person(said: Field) -> None:
    judgement = judge_one(word("张伟", registered=said), scanned("张伟.pdf"))
    assert [(f.code, f.severity) for f in judgement.findings] == [("doubtful", REVIEW)]
    assert said.text in judgement.findings[0].evidence


def test_a_registration_left_empty_is_for_a_person() -> None:
    judgement = judge_one(word("张伟", registered=None, empty=("registered",)), scanned("张伟.pdf"))
    assert [(f.code, f.severity) for f in judgement.findings] == [("not-registered", REVIEW)]


@pytest.mark.parametrize(
    ("row", "same"),
    [
        (HonouredRow(category="volunteer", name="张 伟", year="2021"), True),
        (HonouredRow(category="volunteer", name="张伟", unit="浙江省科学技术协会", year="2021"), True),
        (HonouredRow(category="volunteer", name="张伟", unit="浙江省科协", year="2021"), True),
        (HonouredRow(category="volunteer", name="张伟", unit="江苏省科学技术协会", year="2021"), False),
        (HonouredRow(category="project", name="张伟", year="2021"), False),
        (HonouredRow(category="volunteer", name="张玮", year="2021"), False),
        (HonouredRow(category="volunteer", name="张伟东", year="2021"), False),
    ],
)
def test_honoured_before(row: HonouredRow, same: bool) -> None:
    judgement = judge_one(*WHOLE, honoured=[row])
    assert codes(judgement, REVIEW) == (["previously-honoured"] if same else [])
    if same:
        assert "2021年度" in finding(judgement, "previously-honoured").evidence


# Nominees under 14, as forms state births and ages ---------------------------------------

UNDER = "nominee-under-14"
CAME = at(21)
"""21 February 2025: whoever was born later than 21 February 2011 is under 14."""


def found(category: str = "volunteer", when: datetime = CAME, **said: str) -> list[str]:
    fields: dict[str, Any] = {name: Field(name, text, text) for name, text in said.items()}
    judgement = judge_one(word("李小明", category, **fields), scanned("李小明（盖章）.pdf"), when=when)
    return codes(judgement)


@pytest.mark.parametrize(
    "text",
    [
        *("2012年3月", "2012.03", "2012-03-05", "201203", "2012/3/5", "20120305", "2012年", "二〇一二年三月"),
        *("2012 年 03 月 05 日", "２０１２年３月", "2012年3月（12岁）", "2012.3出生", "12岁", "13周岁"),
        *("2011年2月22日", "2011年2月", "2011-02", "2011年", "2011", "2011", "2011年3月"),
    ],
)
def test_births_of_children(text: str) -> None:
    assert found(birth=text) == [UNDER]


@pytest.mark.parametrize(
    "text",
    [
        *("2011年2月21日", "2011年1月", "2010年12月", "2010", "1985.12", "198512", "1985年12月3日"),
        # Not understood, in the future, before 1900: nothing is said of it.
        *(
            "二月",
            "见身份证",
            "12.03",
            "3月5日",
            "2035年3月",
            "2025年2月22日",
            "1812年3月",
            "无",
            "——",
            "39岁",
            "14岁",
        ),
    ],
)
def test_births_that_say_nothing_of_the_kind(text: str) -> None:
    assert found(birth=text) == []


@pytest.mark.parametrize(
    "text", ["12", "12岁", "13周岁", "十二岁", "十三", "现年12岁", "虚岁14", "2012年3月"]
)
def test_ages_of_children(text: str) -> None:
    assert found(age=text) == [UNDER]


@pytest.mark.parametrize(
    "text", ["14", "14周岁", "十四岁", "45", "四十五岁", "0", "12-45", "未知", "虚岁15", "1985年3月"]
)
def test_ages_of_others(text: str) -> None:
    assert found(age=text) == []


@pytest.mark.parametrize(
    ("when", "expected"),
    [(at(20), [UNDER]), (at(21), []), (at(20, 23, 59), [UNDER])],
)
def test_the_day_of_receipt_counts(when: datetime, expected: list[str]) -> None:
    assert found(birth="2011年2月21日", when=when) == expected


def test_a_month_counts_to_its_end() -> None:
    assert found(birth="2011年1月", when=at(31, month=1)) == [UNDER]
    assert found(birth="2011年1月", when=at(1, month=2)) == []


@pytest.mark.parametrize("category", ["organisation", "project", "site"])
def test_only_persons_are_born(category: str) -> None:
    assert found(category, birth="2012年3月") == []


def test_what_staff_read() -> None:
    birth = Field("birth", "2012年3月", "2012年3月")
    judgement = judge_one(word("李小明", birth=birth), scanned("李小明（盖章）.pdf"), when=CAME)
    seen = finding(judgement, UNDER)
    assert seen.severity is Severity.REVIEW
    assert seen.document == "李小明推荐表.docx"
    assert "出生年月“2012年3月”" in seen.evidence
    assert "监护人同意" in seen.evidence
