"""Bytes to text: what senders' charsets say, and what they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.common.text import clean, decode, guess

CHINESE = st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=3, max_size=40)


@pytest.mark.parametrize("label", ["gb2312", "GBK", "gb18030", '"gb2312"', "x-gbk", "cp936"])
def test_a_gb_label_is_read_as_gb18030(label: str) -> None:
    assert decode("朱镕基㐂".encode("gb18030"), label) == "朱镕基㐂"


@pytest.mark.parametrize(
    ("data", "label"),
    [
        ("推荐表".encode(), "gb2312"),  # UTF-8 under a gb label
        ("推荐表".encode("gbk"), "utf-8"),
        ("推荐表".encode("gbk"), "us-ascii"),
        ("推荐表".encode("gbk"), "iso-8859-1"),
        ("推荐表".encode("gbk"), "no-such-charset"),
        ("推荐表".encode("gbk"), "base64"),
        ("推荐表".encode("gbk"), "raw_unicode_escape"),
        ("推荐表".encode(), None),
        ("推荐表".encode("big5", "ignore") or b"", "big5"),
    ],
)
def test_a_wrong_label_does_no_harm(data: bytes, label: str | None) -> None:
    expected = data.decode("big5") if label == "big5" else "推荐表"
    assert decode(data, label) == expected


def test_a_short_gbk_name_that_is_also_valid_utf8_stays_chinese() -> None:
    data = "路".encode("gbk")
    assert data.decode("utf-8") == "·"  # what a plain try of UTF-8 would give
    assert guess(data) == "路"


@given(CHINESE)
def test_unlabelled_utf8_is_always_found(text: str) -> None:
    assert guess(text.encode()) == text


@given(st.text(max_size=60), st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_what_is_rightly_labelled_comes_back(text: str, label: str) -> None:
    if label == "gb18030" and any("\u0800" > c >= "\x80" for c in text):
        return  # may be valid UTF-8 by chance
    data = text.encode(label, "replace")
    assert decode(data, label) == data.decode(label)


@given(st.binary(max_size=200), st.text(max_size=20))
def test_decoding_never_raises_nor_gives_half_characters(data: bytes, label: str) -> None:
    clean(decode(data, label)).encode("utf-8")


def test_cleaning_takes_nul_and_control_characters_and_keeps_lines() -> None:
    assert clean("甲\x00乙\x07\r\n丙\r丁\t戊\ud800\ufeff") == "甲乙\n丙\n丁\t戊"
