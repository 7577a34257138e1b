"""The tables of characters that look alike hold each entry once, and only what may be mistaken."""

from __future__ import annotations

import pytest

from intake.domain.text.confusable_characters import ALIKE, IN_NAMES, RADICALS, READ_AS_ONE, TWINS
from intake.domain.text.ocr_characters import fold, mistakable, unified


@pytest.mark.parametrize("table", [TWINS, ALIKE, IN_NAMES, READ_AS_ONE])
def test_an_entry_has_several_different_characters_and_stands_once(table: tuple[str, ...]) -> None:
    assert len(set(table)) == len(table)
    assert all(len(set(group)) == len(group) > 1 for group in table)


@pytest.mark.parametrize("group", TWINS)
def test_twins_are_one_character_to_whoever_compares(group: str) -> None:
    assert len({fold(char).text for char in group}) == 1


@pytest.mark.parametrize("group", [*ALIKE, *IN_NAMES])
def test_those_that_are_alike_may_be_mistaken(group: str) -> None:
    assert all(mistakable(one, other) for one in group for other in group if one != other)


def test_a_radical_becomes_its_character() -> None:
    assert unified("".join(RADICALS)) == "".join(RADICALS.values())
    assert not mistakable("协", "学")
