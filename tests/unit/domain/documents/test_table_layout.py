"""Values below their labels in odd grids, labels that nobody knows, and words that are no figures."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.unit.domain.sheets import read, table, values

TITLE = "最美科技志愿者推荐表"
ORGANISATION = "最佳科技志愿服务组织推荐表"
UNIT = "中国石油学会"


def test_a_short_last_row_of_labels_heads_the_row_below() -> None:
    form = read(
        TITLE,
        table(
            ["姓名", "性别", "民族"], ["尹月", "女", "汉族"], ["服务年限", "推荐单位", ""], ["6年", UNIT, ""]
        ),
    )
    assert values(form, "nominee", "service_years", "unit") == ("尹月", 6.0, UNIT)
    assert form.empty == ()


def test_a_single_label_in_a_grid_of_heads_and_values() -> None:
    grid = (["姓名", "性别", "民族"], ["尹月", "女", "汉族"])
    form = read(
        TITLE,
        table(
            *grid, ["服务年限", "职务", "学历"], ["6年", "站长", "本科"], ["推荐单位", "", ""], [UNIT, "", ""]
        ),
    )
    assert (form.text("unit"), form.empty) == (UNIT, ())


def test_remarks_head_a_column_and_say_no_figures() -> None:
    form = read(
        ORGANISATION,
        table(
            ["组织名称", "注册志愿者人数", "活动场次"],
            ["星火服务队", "36人", "120场"],
            ["备注", "推荐单位", ""],
            ["注册志愿者人数：8人，活动场次：10场", UNIT, ""],
        ),
    )
    assert values(form, "nominee", "members", "activities", "unit") == ("星火服务队", 36.0, 120.0, UNIT)
    assert all(field.sure for field in form.fields.values())


@pytest.mark.parametrize(
    "rows",
    [
        (["推荐单位", "", ""], ["另一单位", "", ""]),
        (["推荐单位", "照片"], ["另一单位", "照片"]),
        (["推荐单位", "", "姓名", "张三"], [UNIT, "", "性别", "男"]),
    ],
)
def test_what_may_stand_below_is_neither_taken_nor_missed(rows: Sequence[Sequence[str]]) -> None:
    form = read(TITLE, table(["服务年限", ("6年", 3)], *rows, ["民族", ("汉族", 3)], ["职务", ("站长", 3)]))
    assert "unit" not in form.fields
    assert "unit" not in form.empty


@pytest.mark.parametrize(
    "below",
    [["性别", "男"], ["身高", "180厘米"], [("二、服务情况", 2)], ["", ""]],
    ids=lambda row: str(row[0]),
)
def test_a_blank_beside_its_label_is_empty(below: Sequence[str | tuple[str, int]]) -> None:
    form = read(TITLE, table(["姓名", "张三"], ["民族", "汉族"], ["推荐单位", UNIT], ["服务年限", ""], below))
    assert form.empty == ("service_years",)


def test_an_ordinary_blank_form_is_no_grid() -> None:
    """Unknown labels below known ones are nobody's values."""
    form = read(
        TITLE, table(["姓名", "", "性别", ""], ["曾用名", "", "血型", ""], ["推荐单位", "", "民族", ""])
    )
    assert "nominee" not in form.fields


@pytest.mark.parametrize("gap", ["        ", "\t", "　　　", "    "])
@pytest.mark.parametrize(
    ("written", "name"),
    [("岳麓街道清泉村", "岳麓街道清泉村"), ("清 泉 村", "清泉村"), ("清  泉  村", "清泉村")],
)
def test_a_wide_gap_before_an_unknown_label_ends_the_value(gap: str, written: str, name: str) -> None:
    form = read(
        "最美科技志愿服务点推荐表",
        f"推荐单位：{UNIT}",
        f"推荐对象名称：{written}{gap}面积：1.2平方公里",
        "居民参与率：六成五        志愿服务队伍数：5支",
    )
    assert values(form, "nominee", "resident_share", "teams") == (name, 0.65, 5.0)


def test_a_value_before_a_gap_is_no_part_of_the_next_label() -> None:
    form = read(
        "最美科技志愿服务点推荐表",
        f"推荐单位：{UNIT}",
        "社区名称：清泉村",
        "大美志愿注册情况：已注册        志愿服务队数量：五支",
    )
    assert values(form, "registered", "teams") == (True, 5.0)


STORY = (
    "该典型扎根基层，推荐单位：曾由所在县科协推荐。成立时间不长；品牌项目1个。",
    "品牌项目：1个\n活动场次：10场\n注册志愿者人数：8人\n推荐单位：某县科协",
    "团队由5人壮大。是否在大美志愿注册：由团队统一注册。",
)
FIGURES = (("品牌项目", "3个"), ("活动场次", "120场"), ("注册志愿者人数", "36人"), ("是否注册大美志愿", "是"))
TRUE = ("星火服务队", UNIT, 3.0, 120.0, 36.0, True)
NAMES = ("nominee", "unit", "brands", "activities", "members", "registered")


@pytest.mark.parametrize("story", STORY)
@pytest.mark.parametrize("heading", ["主要事迹", "备注", "社区意见", "所在单位意见"])
def test_figures_in_somebody_s_words_do_not_count(story: str, heading: str) -> None:
    rows = [["组织名称", "星火服务队"], ["推荐单位", UNIT], *map(list, FIGURES)]
    beside = read(ORGANISATION, table(*rows, [heading, story]))
    below = read(ORGANISATION, table(*rows, [(heading, 2)], [(story, 2)]))
    within = read(ORGANISATION, table(*rows, [(f"{heading}\n{story}", 2)]))
    for form in (beside, below, within):
        assert values(form, *NAMES) == TRUE
        assert all(form.fields[name].sure for name in NAMES)
        assert form.conflicts == ()


@pytest.mark.parametrize("story", STORY)
def test_figures_in_the_deeds_of_a_form_in_lines_do_not_count(story: str) -> None:
    lines = [f"{label}：{text}" for label, text in (("组织名称", "星火服务队"), *FIGURES)]
    form = read(
        ORGANISATION,
        *lines,
        "主要事迹：",
        story,
        "推荐单位意见：",
        f"同意推荐。\n{UNIT}（盖章）\n2025年2月16日",
    )
    assert values(form, *NAMES) == TRUE
    assert all(form.fields[name].sure for name in NAMES)


@pytest.mark.parametrize("head", ["推荐单位联系人", "联 系 人", "经办人信息"])
def test_the_block_of_whom_to_call_names_no_nominee(head: str) -> None:
    rows = [["推荐单位", UNIT], ["服务年限", "3年"]]
    block = [[head, "姓名", "钱经办"], [head, "手机", "13800000000"]]
    form = read(TITLE, table(["姓名", "李强"], ["手机", "13900000000"], *rows, *block))
    assert values(form, "nominee", "phone") == ("李强", "13900000000")
    assert form.fields["nominee"].sure and form.fields["phone"].sure
    assert form.conflicts == ()
    unnamed = read(TITLE, table(["姓名", ""], ["性别", "男"], *rows, *block))
    assert values(unnamed, "nominee", "phone") == (None, "13800000000")
    assert not unnamed.fields["phone"].sure and "nominee" in unnamed.empty
