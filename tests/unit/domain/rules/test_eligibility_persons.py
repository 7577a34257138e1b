"""A nominee under 14, as forms state births and ages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from intake.domain.model.document import Field
from intake.domain.model.nomination import Severity
from tests.unit.domain.cases import at, codes, finding, judge_one, scanned, word

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
