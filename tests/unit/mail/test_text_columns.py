"""Widths, cleaning, shortening and breaking of lines."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.mail.text_columns import PAGE, centre, clean, columns, right, shorten, unlinked, wrap


@pytest.mark.parametrize(
    "text, width",
    [("", 0), ("abc", 3), ("推荐表", 6), ("ＷＯＲＤ", 8), ("“好”", 6), ("e\u0301", 1), ("ｱ", 1)],
)
def test_columns(text: str, width: int) -> None:
    assert columns(text) == width


@pytest.mark.parametrize(
    "dirty, printed",
    [
        (" 张\u3000\t三\r\n", "张 三"),
        ("表\u202excod.exe", "表xcod.exe"),
        ("a\x00b\x1bc\x7fd", "abcd"),
        ("甲\u200b乙\ufeff丙", "甲乙丙"),
        ("一\u2028二\x85三", "一 二 三"),
        ("\ud800x", "x"),
        ("𮯰\ue000", "𮯰\ue000"),
    ],
)
def test_clean(dirty: str, printed: str) -> None:
    assert clean(dirty) == printed


def test_shorten_keeps_both_ends() -> None:
    assert shorten("推荐表.docx", 40) == "推荐表.docx"
    assert shorten("a" * 50 + ".docx", 21) == "a" * 10 + "…" + "aaaa.docx"


@given(st.text(), st.integers(min_value=4, max_value=60))
def test_shorten_never_exceeds_its_limit(text: str, limit: int) -> None:
    assert columns(shorten(text, limit)) <= limit


@given(st.text(max_size=600))
def test_wrap_fits_and_loses_nothing(text: str) -> None:
    broken = wrap(text)
    assert all(columns(line) <= PAGE for line in broken.split("\n"))
    assert re.sub(r"\s", "", broken) == re.sub(r"\s", "", text)


def test_wrap_hangs_list_items_and_returns_paragraphs_to_the_margin() -> None:
    item, paragraph = wrap("   2. " + "志愿" * 40), wrap("　　" + "志愿" * 40)
    assert [len(line) - len(line.lstrip(" ")) for line in item.split("\n")] == [3, 6, 6]
    assert [line[:2] for line in paragraph.split("\n")] == ["　　", "愿志", "志愿"][
        : paragraph.count("\n") + 1
    ]


@pytest.mark.parametrize("fill", range(30, 40))
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(fill: int) -> None:
    for line in wrap("志" * fill + "（“愿”）。" + "服务，" * 40).split("\n"):
        assert line[0] not in "，。）”" and line[-1] not in "（“"


def test_wrap_keeps_numbers_and_words_whole() -> None:
    assert "KX2024-0001" in wrap("志" * 35 + "KX2024-0001" + "愿" * 10)


def test_centre_and_right() -> None:
    assert centre("回执", 10) == "   回执"
    assert right("回执", 10) == "      回执"
    assert right("很长的名称", 4) == "很长的名称"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("www.evil.example", "www·evil·example"),
        ("https://evil.cn/领奖", "evil·cn/领奖"),
        ("点此http://a.evil.com推荐表.docx", "点此a·evil·com推荐表.docx"),
        ("evil。com", "evil·com"),
        ("1.最美科技志愿者-陈.docx", "1.最美科技志愿者-陈.docx"),
        ("扫描全能王 09.15.pdf", "扫描全能王 09.15.pdf"),
        ("张三推荐表v1.2.DOCX", "张三推荐表v1.2.DOCX"),
    ],
)
def test_a_link_in_a_name_is_broken_and_a_filename_is_not(written: str, shown: str) -> None:
    assert unlinked(written) == shown
