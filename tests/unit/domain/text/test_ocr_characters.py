"""Characters that readers of print confuse: which count as one, which where read unsurely, which never."""

from __future__ import annotations

import pytest

from intake.domain.text.ocr_characters import (
    _LETTERS,
    MOST_LETTERS,
    alike,
    fold,
    folded_letters,
    gap,
    mistakable,
    one_slip_of_reading,
    same,
    unified,
    within_one,
)


@pytest.mark.parametrize(
    ("expected", "read"), [("张己", "张巳"), ("A0", "AＯ"), ("李 四", "李·四"), ("（甲）", "(甲)")]
)
def test_what_print_cannot_tell_apart_is_one(expected: str, read: str) -> None:
    assert same(expected, fold(read))
    assert gap(expected, fold(read)).closed


def test_what_is_easily_confused_counts_only_where_it_was_read_unsurely() -> None:
    assert alike("未", "末")
    assert gap("周未", fold("周末")).sure == 1
    assert gap("周未", fold("周末", weak=[1])).closed
    assert not gap("周未", fold("周永", weak=[1])).closed


@pytest.mark.parametrize(("one", "other"), [("协", "学"), ("理", "物"), ("质", "震"), ("学", "学")])
def test_characters_that_do_not_look_alike_are_never_a_slip(one: str, other: str) -> None:
    assert not mistakable(one, other)


def test_a_name_may_have_one_slip_and_no_more() -> None:
    assert one_slip_of_reading("中国药字会", "中国药学会")
    assert not one_slip_of_reading("中国药字令", "中国药学会")
    assert not one_slip_of_reading("中国医学会", "中国药学会")
    assert not one_slip_of_reading("药字会", "药学会")  # too short to be sure


def test_one_character_of_whatever_look() -> None:
    assert within_one("中国医学会", "中国药学会")
    assert within_one("中国学会", "中国药学会")
    assert not within_one("中国学", "中国药学会")


def test_radicals_become_their_characters_in_place() -> None:
    assert unified("⻢⼀⻰科协") == "马一龙科协"


def test_letters_alone_are_those_of_the_fold_of_every_character() -> None:
    every = [chr(code) for code in range(0x30000)]
    assert [folded_letters(one) for one in every] == [fold(one).text for one in every]
    assert len(_LETTERS) <= MOST_LETTERS
    assert folded_letters(f"（①张 伟）{every[-1]}") == fold(f"（①张 伟）{every[-1]}").text
