"""Forms in the layouts that units return: where values stand, and what labels are called."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import process_time

import pytest

from intake.domain.documents.form import read_form
from intake.domain.model.facts import Block, WordFacts
from tests.unit.domain.sheets import CAMPAIGN, NAMES, read, table, values


def volunteer(
    *rows: Sequence[str | tuple[str, int]], unit: str = "浙江省科学技术协会"
) -> tuple[str | Block, ...]:
    return ("附件1", "2024年度“最美科技志愿者”推荐表", f"推荐单位：{unit}（盖章）", table(*rows))


PERSON = (["姓  名", "张  三", "性  别", "男", "照片"], ["民族", "汉族", "出生年月", "1985年6月", "照片"])


def test_volunteer() -> None:
    form = read(
        *volunteer(
            *PERSON,
            ["参加科技志愿服务年限", "5年以上", "服务时长", "1260小时"],
            ["是否在“大美志愿”\n微信小程序注册", "☑是 □否", "注册时间", "2018年5月"],
            ["主要事迹\n（1000字以内）", ("自2016年以来，开展活动120余场。负责人：李四。", 3)],
            ["推荐单位意见", ("同意推荐。\n（盖章）浙江省科学技术协会\n2025年2月20日", 3)],
        )
    )
    assert form.category == "volunteer"
    assert values(form, "nominee", "unit", "category") == ("张三", "浙江省科学技术协会", "volunteer")
    assert values(form, "service_years", "registered", "sex") == (5.0, True, "男")
    years = form.fields["service_years"]
    assert (years.text, years.about, years.at_least, years.place) == ("5年以上", True, True, "表格1第3行")
    assert form.fields["hours"].value == "1260小时"
    assert form.fields["unit"].place == "第3段"
    assert not {"leader", "members", "activities"} & set(form.fields)
    assert (form.empty, form.conflicts) == (("photo",), ())


def test_organisation_with_every_figure() -> None:
    form = read(
        "最佳科技志愿服务组织推荐表",
        table(
            ["推荐单位", ("中国农学会", 3)],
            ["组织名称", ("“银龄”科技志愿服务队", 3)],
            ["负责人姓名", "李四", "联系电话", "13800001234"],
            ["成立时间", "2017年3月", "注册志愿者人数（人）", "1,386"],
            ["经常参与志愿服务的志愿者比例", "六成五", "志愿服务品牌项目", "“科普进校园”、“银龄课堂”"],
            ["开展活动场次", "50余场", "大美志愿注册情况", "已注册"],
        ),
    )
    assert form.category == "organisation"
    names = (
        "nominee",
        "unit",
        "founded_years",
        "members",
        "active_share",
        "brands",
        "activities",
        "registered",
    )
    assert values(form, *names) == ("“银龄”科技志愿服务队", "中国农学会", 7.92, 1386.0, 0.65, 2.0, 50.0, True)


def test_project_and_site_figures() -> None:
    project = read(
        "最佳科技志愿服务项目推荐表",
        table(
            ["项目名称", "大篷车"],
            ["推荐单位", "重庆市科协"],
            ["项目实施时间", "2019年1月至今", "团队科技志愿者人数", "二十多人"],
        ),
    )
    assert values(project, "nominee", "running_years", "team") == ("大篷车", 6.08, 20.0)
    site = read(
        "最美科技志愿服务点（社区或村）推荐表",
        table(
            ["社区（村）名称", "青春岛社区", "推荐单位", "四川省科协"],
            ["社区（农村）居民参与过志愿服务的比例", "60％", "组建的科技志愿服务队伍（支）", "5"],
            [
                "科技志愿服务活动类别",
                "理论宣讲、科技培训、科普讲座、健康义诊、科技助老",
                "志愿者人数",
                "64人",
            ],
        ),
    )
    assert values(site, "nominee", "resident_share", "teams", "activity_kinds") == (
        "青春岛社区",
        0.6,
        5.0,
        5.0,
    )


def test_header_row_with_values_below() -> None:
    form = read(
        "最美科技志愿者推荐表",
        table(
            ["姓名", "性别", "民族"],
            ["张三", "男", "汉族"],
            ["推荐单位", ("浙江省科协", 2)],
            ["服务年限（月）", ("36", 2)],
        ),
    )
    assert values(form, "nominee", "sex", "ethnicity", "unit", "service_years") == (
        "张三",
        "男",
        "汉族",
        "浙江省科协",
        3.0,
    )


def test_labels_with_colons_inside_cells_and_lines() -> None:
    form = read(
        "2024年度科技志愿服务先进典型推荐表",
        "（最佳科技志愿服务组织）",
        "推 荐 单 位：浙江省科协　　　　填表日期：2025年2月20日",
        "组织名称：科普总队    负责人：王五",
        table(["成立时间：2017年3月", "注册志愿者人数：35人"], ["品牌项目数量：3个", "活动场次："]),
    )
    assert form.category == "organisation"
    assert values(form, "unit", "filled_on", "nominee", "leader") == (
        "浙江省科协",
        "2025年2月20日",
        "科普总队",
        "王五",
    )
    assert values(form, "founded_years", "members", "brands") == (7.92, 35.0, 3.0)
    assert form.empty == ("activities",)


def test_label_above_its_value_and_label_as_first_line() -> None:
    form = read(
        *volunteer(
            *PERSON,
            [("主要事迹（2000字以内）", 5)],
            [("扎根基层。", 5)],
            [("获奖情况\n2022年获省级表彰", 5)],
        )
    )
    assert values(form, "deeds", "honours") == ("扎根基层。", "2022年获省级表彰")


def test_cell_merged_downwards_counts_once() -> None:
    form = read(*volunteer(["姓名", "张三", "照片"], ["姓名", "张三", "照片"], ["服务年限", "3年", "照片"]))
    assert values(form, "nominee", "service_years") == ("张三", 3.0)
    assert form.fields["nominee"].sure


def test_blank_form_is_a_form_with_everything_empty() -> None:
    form = read(
        "2024年度最美科技志愿者推荐表",
        "推荐单位（盖章）：____________",
        table(
            ["姓名", "", "性别", ""],
            ["服务年限", "   年", "是否在大美志愿注册", "□是 □否"],
            ["推荐单位意见", ("\n（盖章）\n年  月  日", 3)],
        ),
    )
    assert form.category == "volunteer"
    assert set(form.empty) == {"nominee", "unit", "sex", "service_years", "registered", "unit_opinion"}
    assert set(form.fields) == {"category"}


def test_two_nominees_conflict() -> None:
    form = read(*volunteer(*PERSON, ["姓名", "李四", "学历", "本科"]))
    assert (form.text("nominee"), form.fields["nominee"].sure) == ("张三", False)
    assert form.conflicts[0].startswith("nominee")


def test_same_unit_in_two_spellings_is_no_conflict() -> None:
    form = read(*volunteer(*PERSON, ["推荐单位", "浙江省科协"], unit="浙江省科学技术协会"))
    assert form.conflicts == ()


def test_unit_falls_back_to_its_opinion() -> None:
    rows = (
        ["姓名", "张三"],
        ["性别", "男"],
        ["推荐单位", ""],
        ["推荐单位意见", "同意。\n（盖章）浙江省科学技术协会\n2025年2月1日"],
    )
    form = read("最美科技志愿者推荐表", table(*rows))
    assert (form.text("unit"), form.fields["unit"].sure, form.empty) == ("浙江省科学技术协会", True, ())


def test_without_any_unit_the_opinion_is_not_its_name() -> None:
    rows = (
        ["姓名", "张三"],
        ["性别", "男"],
        ["民族", "汉"],
        ["推荐单位意见", "情况属实，同意推荐。\n（盖章）\n2025年2月1日"],
    )
    assert "unit" not in read("最美科技志愿者推荐表", table(*rows)).fields


@pytest.mark.parametrize("label", ["服务时长", "累计志愿服务时长（小时）", "注册时间"])
def test_hours_and_registration_day_are_not_years_of_service(label: str) -> None:
    form = read(*volunteer(*PERSON, [label, "2018年5月"]))
    assert not {"service_years", "registered"} & set(form.fields)


@pytest.mark.parametrize(
    ("category", "field", "labels"),
    [
        (
            "volunteer",
            "service_years",
            "从事志愿服务年限 参加科技志愿服务活动时间 志愿服务起始时间 本人累计参加科技志愿服务年限",
        ),
        ("organisation", "founded_years", "组建时间 团队成立日期 科技志愿服务队成立时间"),
        (
            "organisation",
            "members",
            "注册科技志愿者人数（人） 大美志愿注册志愿者数量 现有注册志愿者人数 志愿者总数 队伍规模",
        ),
        ("organisation", "active_share", "经常参与率 活跃志愿者占比 经常性参加志愿服务的志愿者比例（%）"),
        ("organisation", "brands", "持续运行的志愿服务品牌项目 品牌项目（个） 特色品牌活动数量"),
        ("organisation", "activities", "组织开展科技志愿服务活动场次 累计开展活动次数 志愿服务活动数量"),
        ("project", "running_years", "项目启动时间 实施年限 项目起止时间 已开展年限"),
        ("project", "team", "项目团队志愿者人数 参与志愿者人数 团队在大美志愿注册人数 注册志愿者人数"),
        ("site", "resident_share", "居民参与率 村民参与志愿服务比例 辖区居民参与过科技志愿服务的比例"),
        ("site", "teams", "志愿服务队伍（支） 注册队伍数 组建的科技志愿服务队伍数量"),
        ("site", "activity_kinds", "活动种类 开展科技志愿服务活动类别（种） 主要服务类型"),
    ],
)
def test_synonyms(category: str, field: str, labels: str) -> None:
    for label in labels.split():
        text = "65%" if field.endswith("share") else "12"
        form = read(
            f"{NAMES[category]}推荐表", table([label, text], ["推荐单位", "浙江省科协"], ["联系电话", "1"])
        )
        assert field in form.fields, label
        assert form.fields[field].value == (0.65 if field.endswith("share") else 12.0), label


def test_registered_labels_are_not_taken_for_numbers_of_people() -> None:
    form = read(
        "最佳科技志愿服务组织推荐表",
        table(["大美志愿注册人数", "35"], ["是否已在大美志愿完成注册", "是"], ["推荐单位", "甲"]),
    )
    assert values(form, "members", "registered") == (35.0, True)


@pytest.mark.parametrize(
    "text", ["(章)" * 30_000, "（盖章" * 30_000, "，姓名：张三 " * 10_000, "☑最美科技志愿者□" * 10_000]
)
def test_a_hostile_cell_costs_little(text: str) -> None:
    started = process_time()
    read("最美科技志愿者推荐表", text, table(["姓名", text], ["推荐单位", text], ["推荐单位意见", text]))
    assert process_time() - started < 5


def test_a_real_word_file(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    from parsers import parse

    document = docx.Document()
    document.add_paragraph("2024年度“最佳科技志愿服务组织”推荐表")
    document.add_paragraph("推荐单位：浙江省科学技术协会")
    grid = document.add_table(rows=3, cols=4)
    for row, texts in enumerate(
        (
            ("组织名称", "科普总队", "", ""),
            ("负责人", "沈国强", "注册人数", "1386人"),
            ("成立时间", "2017年3月", "服务时长", "58210小时"),
        )
    ):
        for column, text in enumerate(texts):
            grid.cell(row, column).text = text
    grid.cell(0, 1).merge(grid.cell(0, 3))
    path = tmp_path / "x.bin"
    document.save(str(path))
    facts = parse(path, tmp_path)
    assert isinstance(facts, WordFacts)
    form = read_form(facts, CAMPAIGN)
    assert form is not None
    assert values(form, "nominee", "unit", "members", "founded_years", "hours") == (
        "科普总队",
        "浙江省科学技术协会",
        1386.0,
        7.92,
        "58210小时",
    )
