"""What people write in forms, and what it is read as: years, shares, flags, text."""

from __future__ import annotations

from time import process_time
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.campaign.campaign import ValueType
from intake.domain.documents.field_values import Reading, is_blank, tidy_text
from tests.unit.domain.readings import cases, expected, read

YEARS = cases("""
    三年 = 3 | 3年 = 3 | ３年 = 3 | 36个月 = 3 | 三年半 = 3.5 | 一年零六个月 = 1.5 | 2年10个月 = 2.83
    半年 = 0.5 | 两年 = 2 | 二十载 = 20 | 3周年 = 3 | 5 = 5 | 三 = 3 | 3年以上 = 3+ | 3年及以上 = 3+
    满3年 = 3 | 不少于三年 = 3+ | 5年余 = 5+ | 5余年 = 5+ | 十余年 = 10+ | 十多年 = 10+
    十几年 = 10+ | 3-5年 = 3+ | 3至5年 = 3+ | 近5年 = 5- | 不足3年 = 3- | 不到三年 = 3- | 约3年 = 3~
    已满五年 = 5 | 满3年以上 = 3+ | 5年以上 = 5+ | 不满3年 = 3- | 3年左右 = 3~ | 三四年 = 3~
""")


@pytest.mark.parametrize(("text", "value", "sign"), YEARS)
def test_years(text: str, value: float, sign: str) -> None:
    assert read("years", text) == expected(value, sign)


# Where the day is given, a year is full on the day itself and not before.
SINCE = cases("""
    2017年3月至今 = 7.92 | 2017.3 = 7.92 | 2017-03 = 7.92 | 2017/3/5 = 7.92 | 201703 = 7.92
    20170305 = 7.92 | 二〇一七年三月 = 7.92 | 二零一八年一月 = 7.08 | 2018.03—至今 = 6.92
    2019年10月起 = 5.33 | 2017年 = 7.08+ | 2017 = 7.08+ | 二零一八年 = 6.08+ | 自2016年起，已8年 = 8
    2018年1月—2022年12月 = 5 | 2018年1月至2024年6月 = 6.5 | 3年 = 3 | 2022年2月22日 = 3
    2022年2月23日 = 3 | 2022年2月24日 = 2.92 | 2022年2月 = 3 | 2022年3月 = 2.92
""")


@pytest.mark.parametrize(("text", "value", "sign"), SINCE)
def test_years_since_a_date(text: str, value: float, sign: str) -> None:
    assert read("years", text, from_date=True) == expected(value, sign)


@pytest.mark.parametrize("text", ["2017年", "2017年3月", "每年120小时", "1260小时", "长期", "2000"])
def test_no_years(text: str) -> None:
    assert read("years", text) == Reading(None, sure=False)


@pytest.mark.parametrize("text", ["2026年3月", "成立于上世纪"])
def test_no_years_since_a_date(text: str) -> None:
    assert read("years", text, from_date=True) == Reading(None, sure=False)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2018年5月成立，连续开展5年", 5),
        ("2016年6月（2018年更名）", 8.67),
        ("从事科普10年，参加志愿服务5年", 5),
    ],
)
def test_contradictory_years_are_not_sure(text: str, value: float) -> None:
    reading = read("years", text, from_date=True, label="参加志愿服务年限")
    assert (reading.value, reading.sure) == (value, False)


SHARES = cases("""
    60% = 0.6 | 60％ = 0.6 | ６０％ = 0.6 | 65.5% = 0.655 | 百分之六十 = 0.6
    百分之六十五点五 = 0.655 | 六成 = 0.6 | 六成五 = 0.65 | 六成半 = 0.65 | 0.6 = 0.6 | 60 = 0.6
    3/5 = 0.6 | 五分之三 = 0.6 | 32人（64%） = 0.64 | 32/50 = 0.64 | 100% = 1 | 全部 = 1 | 0 = 0
    约60% = 0.6~ | 60%左右 = 0.6~ | 60%以上 = 0.6+ | 不低于60% = 0.6+ | 60%-70% = 0.6+ | 60-70% = 0.6+
    过半 = 0.5+ | 近六成 = 0.6- | 不足60% = 0.6-
""")


@pytest.mark.parametrize(("text", "value", "sign"), SHARES)
def test_share(text: str, value: float, sign: str) -> None:
    assert read("share", text) == expected(value, sign)


@pytest.mark.parametrize("text", ["1", "150%", "150", "大部分", "男40%，女60%"])
def test_doubtful_share(text: str) -> None:
    assert not read("share", text).sure


FLAGS = [
    (True, "是 有 已注册 yes √ ☑是□否 √是 是（√） 是（√）否（） 是√否□ ■是□否 [√]是[]否 已完成注册 是的"),
    (
        True,
        "330106123 2018年5月 全部注册 队伍均已注册 注册，编号330100123 是（2020年3月注册） 无一例外均已注册",
    ),
    (
        True,
        "已在“大美志愿”微信小程序注册 是，注册号无 均已在大美志愿注册，无一遗漏 ☑已注册□未注册",
    ),
    (
        False,
        "否 无 未注册 尚未注册 没有 不是 no × □是☑否 是（）否（√） 是□否√ 暂未注册 □已注册☑未注册 √否 否√",
    ),
    (True, "是✅否⬜ ◉是〇否 是：√否： 是：☑否：□"),
    (False, "○是●否 〇是◉否 ⬜是✅否 是：否：√ 是：□否：☑"),
    (False, "未在“大美志愿”微信小程序注册 尚未在“大美志愿”微信小程序注册 目前未在大美志愿注册 还未完成注册"),
    (False, "尚未完成注册 注册未成功 注册失败 均未注册 否（拟于3月注册） 未注册，正在办理 无账号 注册号：无"),
]


@pytest.mark.parametrize(
    ("value", "text"), [(value, text) for value, texts in FLAGS for text in texts.split()]
)
def test_flag(value: bool, text: str) -> None:
    assert read("flag", text) == Reading(value)


UNDECIDED = """
    是√否√ 是√否 ☑是☑否
    是/否 正在注册 拟注册 注册中 注册申请中 计划近期注册 已提交注册申请 部分注册 是（部分） 待定 将于3月注册
    不详 5支队伍中2支注册 20人已注册18人 注册率80% 1人未注册，其余已注册 已注册，部分成员未注册 大美志愿
    注册编号 已在中国志愿服务网注册，未在大美志愿注册
"""


@pytest.mark.parametrize("text", UNDECIDED.split())
def test_undecided_flag(text: str) -> None:
    assert read("flag", text) == Reading(None, sure=False)


BLANKS = [
    "",
    "  ",
    "　",
    "____",
    "——",
    "/",
    "（盖章）",
    "    年  月",
    "   人",
    "□是 □否",
    "（   ）",
    "（限1000字以内）",
    "年 月 日至 年 月 日",
]


@pytest.mark.parametrize("text", BLANKS)
@pytest.mark.parametrize("type", get_args(ValueType))
def test_blank(type: ValueType, text: str) -> None:
    assert is_blank(text)
    assert read(type, text, from_date=True, list_counts=True) == Reading(None)


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("张  三", "张三"),
        ("欧阳　璟雯", "欧阳璟雯"),
        (" Li  Hua ", "Li Hua"),
        ("张三\n", "张三"),
        ("浙江省科学技术协会(盖章)", "浙江省科学技术协会（盖章）"),
        ("ＡＢ１２", "AB12"),
        ("“科普  大篷车”项目", "“科普大篷车”项目"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
    ],
)
def test_text_is_tidied(text: str, tidy: str) -> None:
    assert tidy_text(text) == tidy


def test_long_text_keeps_its_lines() -> None:
    assert tidy_text("第一段。" * 20 + "\n\n  第二段。") == "第一段。" * 20 + "\n第二段。"


PIECES = st.lists(
    st.sampled_from(
        [
            *"零〇一二三十百千万亿两廿半成年月日个人场支种余多近约0123456789",
            *".,，、%％/()（）☑□√是否至今-—~《》“”\n 　",
            "以上",
            "不少于",
            "百分之",
            "小时",
        ]
    ),
    max_size=25,
).map("".join)


@pytest.mark.parametrize("piece", ["一", "1", "1,", "近", "《", "(", "（章", "（√）", "、", "2017年", "约1-"])
@pytest.mark.parametrize("type", get_args(ValueType))
def test_a_hostile_cell_costs_little_and_is_never_sure(type: ValueType, piece: str) -> None:
    started = process_time()
    reading = read(type, piece * 20_000, from_date=True, list_counts=True)
    assert process_time() - started < 2
    assert type == "text" or not reading.sure


@pytest.mark.parametrize(
    ("type", "text", "value", "sure"),
    [
        ("date", "1990年6月", "1990-06", True),
        ("date", "1990.06.03", "1990-06-03", True),
        ("date", "一九九〇年六月三日", "1990-06-03", True),
        ("date", "1990年", "1990", True),
        ("date", "属马", None, False),
        ("date", "    年  月", None, True),
        ("id-number", "11010519491231002X", True, True),
        ("id-number", "１１０１０５１９４９１２３１００２ｘ", True, True),
        ("id-number", "身份证号：110105 19491231 002X", True, True),
        ("id-number", "110105194912310021", False, True),
        ("id-number", "1101051949123100", False, True),
        ("id-number", "110105491231002", None, False),
        ("id-number", "护照E12345678", None, False),
        ("list", "甲、乙；丙\n丁", 4.0, True),
        ("list", "详见附件", 1.0, False),
        ("choice", "☑基础研究 □应用研究 □工程技术", "基础研究", True),
        ("choice", "□基础研究 ☑应用研究 ☑工程技术", "应用研究；工程技术", True),
        ("choice", "（√）工程 技术（ ）基础研究", "工程技术", True),
        ("choice", "应用研究", "应用研究", True),
        ("choice", "□基础研究 □应用研究", None, True),
        ("choice", "其他研究", None, False),
    ],
)
def test_dates_numbers_lists_and_choices(type: ValueType, text: str, value: object, sure: bool) -> None:
    reading = read(type, text, options=("基础研究", "应用研究", "工程技术"))
    assert (reading.value, reading.sure) == (value, sure)


@settings(max_examples=400, deadline=None)
@given(
    type=st.sampled_from(get_args(ValueType)),
    text=st.one_of(PIECES, st.text(max_size=80)),
    options=st.fixed_dictionaries(
        {"from_date": st.booleans(), "list_counts": st.booleans(), "label": PIECES}
    ),
)
def test_never_raises_and_stays_of_its_type(type: ValueType, text: str, options: dict[str, object]) -> None:
    reading = read(type, text, **options)
    kinds: dict[str, type | tuple[type, ...]] = {
        **dict.fromkeys(("text", "date", "choice"), str),
        **dict.fromkeys(("flag", "id-number"), bool),
    }  # type: ignore[valid-type]
    assert reading.value is None or isinstance(reading.value, kinds.get(type, (int, float)))  # type: ignore[arg-type]
    assert reading.about == (reading.direction != "exact")
    if type in ("years", "count", "share") and reading.value is not None:
        assert float(reading.value) >= 0
