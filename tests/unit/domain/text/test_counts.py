"""Counts as people write them: one figure, several, or a list of what is counted."""

from __future__ import annotations

import cn2an
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.documents.field_values import Reading
from tests.unit.domain.readings import cases, expected, read

COUNTS = cases("""
    20人 = 20 | 二十人 = 20 | ２０人 = 20 | 20 = 20 | 1386 = 1386 | 1,386人 = 1386 | 1，386人 = 1386
    1.2万人 = 12000 | 1万2千人 = 12000 | 二百三十 = 230 | 5支 = 5 | 6种 = 6 | 6类 = 6 | 50场次 = 50
    20（二十）人 = 20 | 无 = 0 | 截至2024年12月，注册志愿者35人 = 35 | 组织活动56场，服务1200人次 = 56
    20余人 = 20+ | 二十多人 = 20+ | 50余场 = 50+ | 百余人 = 100+ | 1万余人 = 10000+ | 50+ = 50+
    ≥20 = 20+ | 20人以上 = 20+ | 20-30人 = 20+ | 约20人 = 20~ | 20人左右 = 20~ | 二三十人 = 20~
    三五人 = 3~ | 十来人 = 10~ | 近20人 = 20- | 不足20人 = 20- | 满20人 = 20 | 28（人） = 28
    65人（其中党员12人） = 65 | 50（活跃30） = 50 | 132场（2022年40场，2023年42场，2024年50场） = 132
    年均30场，累计150场 = 150 | 累计150场，年均30场 = 150 | 2023年40场，2024年50场，共90余场 = 90+
    三年来每年开展活动30余场，总计100场 = 100 | 共7支（大美志愿注册7支） = 7
""")


@pytest.mark.parametrize(("text", "value", "sign"), COUNTS)
def test_count(text: str, value: float, sign: str) -> None:
    assert read("count", text) == expected(value, sign)


@pytest.mark.parametrize(
    "text", ["几十人", "数十人", "若干", "第3届", "35户", "众多", "13800001234567890123人"]
)
def test_no_count(text: str) -> None:
    assert read("count", text) == Reading(None, sure=False)


@pytest.mark.parametrize(
    ("text", "label", "value", "sure"),
    [
        ("共35人，其中注册18人", "", 35, False),
        ("共35人，其中注册18人", "注册志愿者人数", 18, False),
        ("组织活动56场，服务1200人", "开展活动场次", 56, True),
        ("5支队伍，志愿者230人", "志愿服务队伍数量", 5, True),
        ("5支队伍，志愿者230人", "志愿者人数", 230, True),
        ("每年50场", "活动场次", 50, False),
        ("年均开展科技志愿服务活动30场", "活动场次", 30, False),
        ("30场/年", "活动场次", 30, False),
        ("2023年40场，2024年50场", "活动场次", 40, False),
        ("35人，累计参与120人", "", 120, True),
        ("共35人，其中注册18人", "团队人数", 35, False),
        ("120人（其中注册志愿者86人）", "注册志愿者人数", 86, False),
        ("二十人", "项目组成员数", 20, True),
        ("一百二十人", "队伍规模", 120, True),
        ("由20名志愿者组成，实施项目3个", "项目团队", 20, True),
        ("3个品牌活动，开展活动20场", "品牌活动数量", 3, True),
    ],
)
def test_several_figures(text: str, label: str, value: float, sure: bool) -> None:
    reading = read("count", text, label=label)
    assert (reading.value, reading.sure) == (value, sure)


LISTS = cases("""
    理论宣讲、科技培训、科普讲座 = 3 | 科技培训、农技推广和健康义诊 = 3 | 《A》《B》 = 2
    ‘甲’、‘乙’ = 2 | “科普进校园”“银龄课堂”2个品牌项目 = 2 | “三下乡”“1+1帮扶” = 2
    1.科普进校园 2.银龄课堂 = 2 | 1、理论宣讲；2、科技培训；3、科普讲座 = 3 | ①甲②乙 = 2
    理论宣讲 = 1 | 3个：A、B、C = 3 | 五类：A、B、C、D、E = 5 | 理论宣讲、科技培训等6类 = 6 | 2个 = 2
    5 = 5 | ☑理论宣讲 ☑科技培训 □农技推广 = 2 | 理论宣讲、科技培训等 = 2+
    打造了“甲”“乙”，得到各级、各部门认可 = 2 | 银龄课堂和田间学校 = 2 | 银龄课堂及田间学校 = 2
    银龄课堂、田间学校以及科普大篷车 = 3 | 科普讲座、义诊和培训 = 3 | “银龄课堂”和“田间学校” = 2
    《甲》与《乙》 = 2 | 《科普与生活》 = 1 | 银龄课堂（2019年）和田间学校（2020年） = 2
    科普和谐社区行 = 1 | 科学与生活 = 1 | 科学普及进社区 = 1 | 科技人才参与乡村振兴项目 = 1
    理论宣讲 政策解读 科技培训 农技推广 科普讲座 应急救援 = 6 | 科普讲座 健康义诊 = 2 | 科普 大篷车 = 1
    银 龄 课 堂 = 1
""")
LISTS += [("理论宣讲\n科技培训\n科普讲座", 3, ""), ("理论宣讲　政策解读　科技培训", 3, "")]


@pytest.mark.parametrize(("text", "value", "sign"), LISTS)
def test_list_stands_for_its_length(text: str, value: float, sign: str) -> None:
    assert read("count", text, list_counts=True) == expected(value, sign)


@pytest.mark.parametrize(
    ("text", "value", "sign"), cases("约5 = 5~ | 近 5 = 5- | 超过5 = 5+ | 共5 = 5 | 约五种 = 5~ | 3D打印 = 1")
)
def test_a_figure_alone_is_no_list_of_one(text: str, value: float, sign: str) -> None:
    assert read("count", text, list_counts=True, label="活动类别数") == expected(value, sign)


def test_list_of_another_length_than_its_figure_is_not_sure() -> None:
    assert read("count", "4个：A、B、C", list_counts=True) == Reading(4.0, sure=False)


def test_two_names_or_one_with_a_word_for_and_in_it_is_not_sure() -> None:
    assert read("count", "健康中国与科学生活", list_counts=True) == Reading(2.0, sure=False)


def test_a_count_is_a_float() -> None:
    for text in ("☑甲 ☑乙", "1.甲 2.乙", "甲、乙", "2个"):
        assert isinstance(read("count", text, list_counts=True).value, float)


def test_figures_inside_a_list_count_something_else() -> None:
    assert read("count", "科普讲座20场、义诊10次", list_counts=True, label="活动类别").value == 2


def test_prose_is_no_list() -> None:
    prose = "常年开展各类活动，形成了品牌，得到了各级、各部门认可。"
    assert read("count", prose, list_counts=True) == Reading(None, sure=False)


def test_without_list_counts_a_list_is_no_count() -> None:
    assert read("count", "理论宣讲、科技培训").value is None


@settings(max_examples=200, deadline=None)
@given(number=st.integers(1, 99999))
def test_every_spelling_of_a_number_is_the_same_count(number: int) -> None:
    spellings = (
        f"{number}人",
        f"{number:,}人",
        f"{cn2an.an2cn(number)}人",
        "".join(chr(ord(c) + 0xFEE0) for c in str(number)) + "人",
    )
    assert {read("count", spelling) for spelling in spellings} == {Reading(float(number))}
