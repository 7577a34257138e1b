"""Names of units as they are written, and the form in which they are compared."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.campaign.unit_names import normalise_unit, unit_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("浙江省科协(盖章)", "浙江省科协"),
        ("  （公章）", ""),
        ("推荐单位：\n浙江省 科协", "浙江省科协"),
        ("浙江省科协2025年2月16日", "浙江省科协"),
        ("浙江省科协（盖章）\n2025年2月16日", "浙江省科协"),
        ("浙江省科协 2025 年 2 月（盖章）", "浙江省科协"),
        ("浙江省科协（盖章）   年  月  日", "浙江省科协"),
        ("浙江省科协2025.2.16", "浙江省科协"),
        ("浙江省科协2025-02-16", "浙江省科协"),
        ("浙江省科协二〇二五年二月十六日", "浙江省科协"),
        ("浙江省科协（2025年2月）", "浙江省科协"),
        ("浙江省科协填报日期：2025年2月16日", "浙江省科协"),
        ("共青团青年2025", "共青团青年2025"),
        ("2025年2月16日", ""),
    ],
)
def test_unit_name(text: str, name: str) -> None:
    assert unit_name(text) == name


@settings(max_examples=200, deadline=None)
@given(st.text("中国浙江省市区科协学会（）()盖章 技术“”：", max_size=15))
def test_a_normalised_name_stays_as_it_is(text: str) -> None:
    assert normalise_unit(normalise_unit(text)) == normalise_unit(text)
