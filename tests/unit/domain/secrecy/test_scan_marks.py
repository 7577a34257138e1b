"""Marks of state secrets as a reader of print has them, and what stands on pages without being one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake.domain.model.inspection import Box, Inspection, ScanLine, ScanPage
from intake.domain.secrecy.scan_marks import ScanMark, mark_in
from tests.unit.domain.seen import inspected, page
from tests.unit.domain.sheets_read import second

At = tuple[str, float, float]
TITLE: At = ("2024年度“最美科技志愿者”推荐表", 0.25, 0.13)


def read(text: str, left: float, top: float, score: float = 0.99) -> ScanLine:
    return ScanLine(text, score, Box(left, top, left + 0.018 * len(text), top + 0.016))


def sheet(*lines: At, number: int = 1) -> ScanPage:
    return ScanPage(number, 1240, 1754, "colour", lines=tuple(read(*line) for line in lines), read_to=0.42)


def seen(*lines: At) -> bool:
    return mark_in(Inspection((sheet(*lines),), 1, effort=1)) is not None


AS_READ = (
    "秘密★5年 秘密大5年 秘密*5年 秘密女5年 机密食10年 绝密★长期 绝密台长期 "
    "秘密5年 机密★ 机密大 绝密* 秘密☆一年 （机密★3年） 絕密★"
)


@pytest.mark.parametrize("text", AS_READ.split())
def test_a_starred_mark_at_the_head(text: str) -> None:
    assert seen((text, 0.1, 0.07), ("附件", 0.1, 0.1), TITLE)
    assert seen(("附件", 0.1, 0.07), (text, 0.1, 0.1), TITLE)
    assert seen(TITLE, (text, 0.7, 0.17))
    assert seen(("000012", 0.1, 0.07), (text, 0.3, 0.07), ("特急", 0.6, 0.07), TITLE)


@pytest.mark.parametrize("text", ["秘密", "机密", "绝密", "涉密材料", "机密文件", "秘密级"])
def test_a_grade_alone_is_a_mark_before_all_else(text: str) -> None:
    assert seen((text, 0.1, 0.07), TITLE)
    assert seen((text, 0.1, 0.07), ("特急", 0.6, 0.07), TITLE)
    assert seen(("附件1", 0.1, 0.04), (text, 0.8, 0.04), TITLE)
    assert not seen(TITLE, (text, 0.1, 0.17))
    assert not seen(("项目名称", 0.1, 0.1), (text, 0.3, 0.1), TITLE)


def test_in_brackets_it_counts_among_the_first_lines() -> None:
    for text in ("【机密】", "（秘密）", "[涉密材料]"):
        assert seen(TITLE, (text, 0.4, 0.16))
    assert not seen(TITLE, ("《秘密》", 0.4, 0.16))


@pytest.mark.parametrize(
    "lines",
    [
        [("密级：秘密", 0.1, 0.2)],
        [("密级：机密大5年", 0.1, 0.2)],
        [("密级", 0.1, 0.35), ("秘密", 0.3, 0.35)],
        [("密级：", 0.1, 0.35), ("机密女10年", 0.3, 0.35), ("推荐单位", 0.6, 0.35)],
        [("是否涉密：是", 0.1, 0.35)],
    ],
)
def test_beside_its_label_it_counts_anywhere(lines: list[At]) -> None:
    assert seen(TITLE, *lines)


@pytest.mark.parametrize(
    "lines",
    [
        [("密级：公开", 0.1, 0.2)],
        [("密级：", 0.1, 0.2), ("", 0.3, 0.2)],
        [("密级", 0.1, 0.2), ("无", 0.3, 0.2)],
        [("密级：□公开□内部□秘密□机密", 0.1, 0.2)],
        [("密级：公开/内部/秘密/机密", 0.1, 0.2)],
        [("密级", 0.1, 0.2), ("公开", 0.3, 0.2), ("秘密", 0.4, 0.2)],
        [("是否涉密：是", 0.1, 0.2), ("否", 0.3, 0.2)],
        [("是否涉密：是否", 0.1, 0.2)],
        [("是否涉密", 0.1, 0.2), ("否", 0.3, 0.2)],
        [("涉密审查意见", 0.1, 0.2), ("经审查不涉密", 0.3, 0.2)],
        [("项目名称", 0.1, 0.19), ("“植物的秘密”科普志愿服务", 0.3, 0.18), ("项目", 0.3, 0.2)],
        [("项目名称", 0.1, 0.19), ("探索海洋深处的", 0.3, 0.18), ("秘密", 0.3, 0.2)],
        [("组织名称", 0.1, 0.19), ("保密法宣传志愿服务队", 0.3, 0.19)],
        [("本单位承诺所报材料不涉密", 0.1, 0.16)],
        [("保密承诺书", 0.3, 0.16)],
        [("与群众联系密切", 0.3, 0.16)],
        [("信息机密性", 0.3, 0.16)],
        [("秘密的5年", 0.3, 0.16)],
        [("非涉密", 0.1, 0.16)],
        [("密切联系群众5年", 0.1, 0.16)],
        [("秘密", 0.3, 0.6)],
        [("秘密★5年", 0.3, 0.6)],
    ],
)
def test_what_is_none(lines: list[At]) -> None:
    assert not seen(TITLE, *lines)


@pytest.mark.parametrize(
    "lines",
    [
        [("植物的秘密", 0.1, 0.05), ("科普志愿服务项目", 0.1, 0.07)],
        [("秘密。", 0.2, 0.05), ("他每周下乡服务，累计培训两千余人次", 0.2, 0.07)],
        [("秘密", 0.2, 0.05), ("他每周下乡服务，累计培训两千余人次", 0.2, 0.07)],
        [("为村民揭开了大自然的", 0.2, 0.05), ("秘密", 0.2, 0.07), ("推荐单位意见", 0.1, 0.12)],
        [("保密", 0.1, 0.05), ("机密性", 0.3, 0.05)],
    ],
)
def test_running_text_at_the_head_of_a_further_page(lines: list[At]) -> None:
    assert mark_in(Inspection((page(), sheet(*lines, number=2)), 2, effort=1)) is None


def test_ordinary_scans_bear_none() -> None:
    assert mark_in(inspected(page(), second())) is None
    assert mark_in(Inspection((), 0, refused="")) is None
    assert mark_in(None) is None


def test_its_pages_and_how_surely_it_was_read() -> None:
    marked = replace(sheet(TITLE), lines=(read("机密★3年", 0.1, 0.06, 0.91), read(*TITLE)))
    again = replace(marked, number=3, lines=(read("机密★3年", 0.1, 0.06, 0.97), read(*TITLE)))
    assert mark_in(inspected(again, second(), marked)) == ScanMark((1, 3), 0.91)


def test_a_second_reading_of_a_box_counts() -> None:
    box = Box(0.1, 0.06, 0.2, 0.076)
    lines = (ScanLine("秘蜜大5年", 0.8, box), ScanLine("秘密大5年", 0.7, box), read(*TITLE))
    assert mark_in(inspected(replace(sheet(TITLE), lines=lines))) == ScanMark((1,), 0.7)
