"""Numbers that no database takes are refused wherever they stand; what only looks like one is text."""

from __future__ import annotations

from typing import Any

import pytest

from parsers.sandbox.answers import VALUE, NoSoundAnswer, decoded


@pytest.mark.parametrize(
    "said",
    [
        *("1e17", "-1E17", "[1e400]", "[0,1.5e+99]", '{"a":1e17}', '{"a" : 1e17}', '{"a":\n-1e17}'),
        *("9007199254740993", "[ 9007199254740993]", '{"a":-9007199254740996.0}', '{"a":{"b":[1e17]}}'),
        *("NaN", "[Infinity]", "[-Infinity]", '{"a":"\\u0000"}', '{"\\u0000":1}'),
    ],
)
def test_numbers_beyond_all_measure_and_nul_are_no_sound_answer(said: str) -> None:
    """A process in a stranger's hands writes JSON as it likes, with blanks and all."""
    with pytest.raises(NoSoundAnswer):
        decoded(VALUE + said.encode(), Any)


@pytest.mark.parametrize(
    "said",
    ['["sha256:12345678901234567890e5"]', '["见 :1e99"]', "[0.1234567890123456789,1e3,2.5E-7,-0.5]"],
)
def test_numbers_within_it_and_text_are_taken(said: str) -> None:
    """Hashes, words and places on a page have the same characters."""
    assert decoded(VALUE + said.encode(), list[Any])
