"""Values below their labels in odd grids, labels that nobody knows, and words that are no figures."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from intake.domain.documents.recognition import word_sheet
from intake.domain.documents.roles import read_parts
from intake.domain.model.document import Role
from intake.domain.model.facts import Table, WordFacts
from tests.unit.domain.documents.award import AWARD, FIELDS, award, award_form
from tests.unit.domain.sheets import CAMPAIGN, read, table, values, word

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


PERSON = (
    ["姓名", "张伟", "出生年月", "1990年6月"],
    ["工作单位", "江东大学", "联系电话", "13800001234"],
    ["身份证号", ("11010519491231002X", 3)],
)
TEAM = (["序号", "姓名", "职称"], ["1", "甲乙丙", "讲师"], ["2", "丁戊", "副教授"], ["3", "", ""])


def test_a_block_beside_its_heading_is_another_person_s() -> None:
    form = award_form(
        table(
            ["推荐单位", ("江东理工大学", 4)],
            *([("申请人"), *row] for row in PERSON),
            ["导\n师", "姓 名", "王五", "电话", "010-1"],
            ["导\n师", "单位", "江东科学院", "电话", "010-2"],
        )
    )
    assert values(form, "nominee", "organisation", "phone") == ("张伟", "江东大学", "13800001234")
    assert values(form, "tutor", "tutor_unit") == ("王五", "江东科学院")
    assert form.conflicts == ()
    assert form.fields["nominee"].sure


@pytest.mark.parametrize("heading", ["二、导师基本信息", "指导教师情况", "导师"])
def test_a_block_below_its_heading_is_another_person_s(heading: str) -> None:
    rows = (["姓名", "王五", "联系电话", "13900001234"], ["主要事迹", ("成果若干。", 3)])
    inside = award_form("推荐单位：江东理工大学", table(*PERSON, [(heading, 4)], *rows))
    apart = award_form("推荐单位：江东理工大学", table(*PERSON), heading, table(*rows))
    lines = award_form(
        "姓名：张伟", "工作单位：江东大学", heading, "姓名：王五", "三、其他", "主要事迹：成果若干。"
    )
    for form in (inside, apart, lines):
        assert values(form, "nominee", "tutor", "organisation") == ("张伟", "王五", "江东大学")
        assert form.conflicts == ()
        assert form.fields["nominee"].sure
    assert inside.fields["phone"].text == "13800001234"
    assert inside.fields["deeds"].sure


def test_a_label_that_names_its_block_says_it_anywhere() -> None:
    form = award_form(table(*PERSON, ["导师姓名", "王五", "指导教师工作单位", "无"]))
    assert values(form, "nominee", "tutor", "organisation") == ("张伟", "王五", "江东大学")


def test_an_empty_cell_of_the_block_is_the_block_s() -> None:
    form = award_form(table(*PERSON, ["导师", "姓名", "", "单位", ""]))
    assert "tutor" in form.empty and "nominee" not in form.empty


def test_the_second_of_several_cells_with_one_label() -> None:
    form = award_form(table(["姓名", "张伟"], ["推荐单位", "某校"], ["电话", "1380"], ["电话", "010-1"]))
    assert values(form, "phone", "office_phone") == ("1380", "010-1")


@pytest.mark.parametrize(
    "blocks",
    [
        (table(*PERSON, *(["项目组\n成员", *row] for row in TEAM), ["主要事迹", ("成果若干。", 3)]),),
        (table(*PERSON, [("项目组成员名单", 4)], *TEAM, ["主要事迹", ("成果若干。", 3)]),),
        (table(*PERSON), "三、团队成员", table(*TEAM), table(["主要事迹", "成果若干。"])),
        (table(*PERSON, ["序号", "成员姓名", "职称"], *TEAM[1:], ["主要事迹", ("成果若干。", 3)]),),
    ],
    ids=["beside", "row", "paragraph", "by its column"],
)
def test_the_rows_of_a_list_are_read_as_one_field(blocks: tuple[str | Table, ...]) -> None:
    campaign = award(FIELDS.replace('["项目组成员", "团队成员"]', '["项目组成员", "团队成员", "成员姓名"]'))
    [(role, form)] = read_parts(word("青年科技人才奖推荐表", *blocks), "a.docx", campaign)
    assert role is Role.FORM and form is not None
    members = form.fields["members"]
    assert (members.value, members.text, members.sure) == (2.0, "甲乙丙、丁戊", True)
    assert values(form, "nominee", "organisation") == ("张伟", "江东大学")
    assert form.fields["nominee"].sure and form.conflicts == ()
    assert form.text("deeds") == "成果若干。"


def test_a_list_nobody_filled_in_is_empty_and_one_with_gaps_unsure() -> None:
    head = (["项目组成员", "姓名", "职称"],)
    nobody = award_form(table(*PERSON, *head, ["项目组成员", "", ""], ["项目组成员", "", ""]))
    assert "members" in nobody.empty and nobody.text("nominee") == "张伟"
    gap = award_form(table(*PERSON, *head, ["项目组成员", "甲", "讲师"], ["项目组成员", "", "教授"]))
    assert (gap.fields["members"].value, gap.fields["members"].sure) == (1.0, False)


def test_a_list_in_one_cell_is_counted_and_one_of_unknown_columns_left_alone() -> None:
    cell = award_form(table(*PERSON, ["团队成员", ("甲、乙、丙", 3)]))
    assert (cell.fields["members"].value, cell.fields["members"].text) == (3.0, "甲、乙、丙")
    other = award_form(table(*PERSON, ["团队成员", "谁", "单位", "电话"], ["团队成员", "甲", "乙", "丙"]))
    assert not other.fields["members"].sure and "members" not in other.empty
    assert values(other, "organisation", "phone") == ("江东大学", "13800001234")


def test_a_list_of_nominees_stays_a_summary() -> None:
    rows = [[str(n), f"人选{n}", "某校"] for n in range(3)]
    [(role, _)] = read_parts(word(table(["序号", "姓名", "工作单位"], *rows)), "a.docx", AWARD)
    assert role is Role.SUMMARY


def test_two_persons_in_one_form_make_no_second_form() -> None:
    block = (
        ["姓名", "王五", "出生年月", "1960年1月"],
        ["工作单位", "江东大学", "联系电话", "1"],
        ["身份证号", ("11010519491231002X", 3)],
    )
    parts = read_parts(
        word("青年科技人才奖推荐表", table(*PERSON), "二、导师信息", table(*block)), "a.docx", AWARD
    )
    assert [form.text("nominee") for _, form in parts if form] == ["张伟"]


def test_a_table_without_rows_says_nothing() -> None:
    assert word_sheet(WordFacts((Table(()), Table(((),)))), CAMPAIGN).entries == ()
