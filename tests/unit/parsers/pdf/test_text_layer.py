"""Blanks in a text layer that are mere distance on the paper."""

from __future__ import annotations

import pytest

from parsers.pdf.text_layer import without_gaps


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("项目开展时间：2019 年 3 月至今", "项目开展时间：2019年3月至今"),
        ("名称：江州银龄 e 学堂 A 区项目", "名称：江州银龄e学堂A区项目"),
        ("推 荐 单 位：中国化学会", "推荐单位：中国化学会"),
        ("团队人数 78 人 联系电话 13900000000", "团队人数 78人 联系电话 13900000000"),
        # Cells stay apart: these blanks part a label from its value.
        ("姓 名 张 三 性 别 男", "姓 名 张 三 性 别 男"),
        ("联系电话 13900000000 活动类别 6种", "联系电话 13900000000 活动类别 6种"),
    ],
)
def test_only_blanks_within_a_value_go(told: str, meant: str) -> None:
    assert without_gaps(told) == meant
