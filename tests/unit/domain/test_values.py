"""What people write in forms, and what it is read as."""

from __future__ import annotations

from datetime import date
from time import process_time
from typing import get_args

import cn2an
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.campaign import ValueType
from intake.domain.values import Reading, is_blank, read_value, tidy_text

UNTIL = date(2025, 2, 23)
SIGNS = {"": "exact", "+": "at-least", "~": "around", "-": "under"}


def expected(value: float | bool | str | None, sign: str = "") -> Reading:
    return Reading(value, about=sign != "", direction=SIGNS[sign])  # type: ignore[arg-type]


def read(type: ValueType, text: str, **options: object) -> Reading:
    return read_value(type, text, until=UNTIL, **options)  # type: ignore[arg-type]


def cases(block: str) -> list[tuple[str, float, str]]:
    """Rows of "text = value" parted by "|"; a sign after the value is one of SIGNS."""
    rows = []
    for item in " | ".join(block.strip().splitlines()).split(" | "):
        text, _, value = item.strip().rpartition(" = ")
        sign = value[-1] if value[-1] in "+~-" else ""
        rows.append((text, float(value.removesuffix(sign)), sign))
    return rows


YEARS = cases("""
    三年 = 3 | 3年 = 3 | ３年 = 3 | 36个月 = 3 | 三年半 = 3.5 | 一年零六个月 = 1.5 | 2年10个月 = 2.83
    半年 = 0.5 | 两年 = 2 | 二十载 = 20 | 3周年 = 3 | 5 = 5 | 三 = 3 | 3年以上 = 3+ | 3年及以上 = 3+
    满3年 = 3+ | 不少于三年 = 3+ | 5年余 = 5+ | 5余年 = 5+ | 十余年 = 10+ | 十多年 = 10+
    十几年 = 10+ | 3-5年 = 3+ | 3至5年 = 3+ | 近5年 = 5- | 不足3年 = 3- | 不到三年 = 3- | 约3年 = 3~
    3年左右 = 3~ | 三四年 = 3~
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


COUNTS = cases("""
    20人 = 20 | 二十人 = 20 | ２０人 = 20 | 20 = 20 | 1386 = 1386 | 1,386人 = 1386 | 1，386人 = 1386
    1.2万人 = 12000 | 1万2千人 = 12000 | 二百三十 = 230 | 5支 = 5 | 6种 = 6 | 6类 = 6 | 50场次 = 50
    20（二十）人 = 20 | 无 = 0 | 截至2024年12月，注册志愿者35人 = 35 | 组织活动56场，服务1200人次 = 56
    20余人 = 20+ | 二十多人 = 20+ | 50余场 = 50+ | 百余人 = 100+ | 1万余人 = 10000+ | 50+ = 50+
    ≥20 = 20+ | 20人以上 = 20+ | 20-30人 = 20+ | 约20人 = 20~ | 20人左右 = 20~ | 二三十人 = 20~
    三五人 = 3~ | 十来人 = 10~ | 近20人 = 20- | 不足20人 = 20-
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
    打造了“甲”“乙”，得到各级、各部门认可 = 2
""")
LISTS += [("理论宣讲\n科技培训\n科普讲座", 3, "")]


@pytest.mark.parametrize(("text", "value", "sign"), LISTS)
def test_list_stands_for_its_length(text: str, value: float, sign: str) -> None:
    assert read("count", text, list_counts=True) == expected(value, sign)


def test_list_of_another_length_than_its_figure_is_not_sure() -> None:
    assert read("count", "4个：A、B、C", list_counts=True) == Reading(4.0, sure=False)


def test_figures_inside_a_list_count_something_else() -> None:
    assert read("count", "科普讲座20场、义诊10次", list_counts=True, label="活动类别").value == 2


def test_prose_is_no_list() -> None:
    prose = "常年开展各类活动，形成了品牌，得到了各级、各部门认可。"
    assert read("count", prose, list_counts=True) == Reading(None, sure=False)


def test_without_list_counts_a_list_is_no_count() -> None:
    assert read("count", "理论宣讲、科技培训").value is None


FLAGS = [
    (True, "是 有 已注册 yes √ ☑是□否 √是 是（√） 是（√）否（） 是√否□ ■是□否 [√]是[]否"),
    (True, "330106123 2018年5月 全部注册 队伍均已注册"),
    (True, "已在“大美志愿”微信小程序注册 是，注册号无 均已在大美志愿注册，无一遗漏 ☑已注册□未注册"),
    (False, "否 无 未注册 尚未注册 没有 不是 no × □是☑否 是（）否（√） 是□否√ 暂未注册 □已注册☑未注册"),
]


@pytest.mark.parametrize(
    ("value", "text"), [(value, text) for value, texts in FLAGS for text in texts.split()]
)
def test_flag(value: bool, text: str) -> None:
    assert read("flag", text) == Reading(value)


@pytest.mark.parametrize("text", ["是/否", "正在注册", "拟注册", "部分注册", "5支队伍中2支注册", "大美志愿"])
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
    kinds: dict[str, type | tuple[type, ...]] = {"text": str, "flag": bool}  # type: ignore[valid-type]
    assert reading.value is None or isinstance(reading.value, kinds.get(type, (int, float)))  # type: ignore[arg-type]
    assert reading.about == (reading.direction != "exact")
    if type in ("years", "count", "share") and reading.value is not None:
        assert float(reading.value) >= 0


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
