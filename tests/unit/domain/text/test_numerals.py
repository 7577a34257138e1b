"""Chinese and Arabic numerals, and what the library beneath does with bad ones."""

from __future__ import annotations

import cn2an
import pytest

from intake.domain.text.numerals import numeral_value, quantities, to_number


def test_cn2an_raises_other_than_value_error_on_numerals_out_of_order() -> None:
    # Why `to_number` catches KeyError: should a release mend it, the guard can go.
    with pytest.raises(KeyError):
        cn2an.cn2an("两八亿〇", "normal")
    assert to_number("两八亿〇") is None


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("一百二", 120),
        ("两百", 200),
        ("廿", 20),
        ("百", 100),
        ("十一万", 110000),
        ("三点五", 3.5),
        ("1万2", 12000),
        ("二零一七", 2017),
    ],
)
def test_chinese_numerals(numeral: str, value: float) -> None:
    assert to_number(numeral) == value


@pytest.mark.parametrize("numeral", ["", "点五", "亿万", "1.2.3", "9" * 40])
def test_no_numeral(numeral: str) -> None:
    assert to_number(numeral) is None


def test_two_digits_in_a_row_are_a_span() -> None:
    assert numeral_value("二三十") == (20.0, "around")
    assert numeral_value("二百三十") == (230.0, "exact")


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("满5年", "exact"),
        ("已满5年", "exact"),
        ("5年以上", "at-least"),
        ("不满5年", "under"),
        ("逾5年", "at-least"),
    ],
)
def test_a_full_number_is_exact_and_one_with_more_or_less_is_not(text: str, direction: str) -> None:
    assert [(item.value, item.direction) for item in quantities(text, "年")] == [(5.0, direction)]
