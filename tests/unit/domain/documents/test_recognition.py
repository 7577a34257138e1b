"""What a document is, and which category a form is for, by its content."""

from __future__ import annotations

import pytest

from intake.domain.documents.form import read_form, read_text_form, recognise, recognise_text
from intake.domain.model.document import Role
from intake.domain.model.facts import Block
from tests.unit.domain.sheets import CAMPAIGN, NAMES, read, table, word

CATEGORY_CELLS = [
    ("☑最美科技志愿者 □最佳科技志愿服务组织 □最佳科技志愿服务项目 □最美科技志愿服务点", "volunteer"),
    ("最美科技志愿者□ 最佳科技志愿服务组织☑ 最佳科技志愿服务项目□", "organisation"),
    ("最美科技志愿者（ ） 最佳科技志愿服务组织（ ） 最佳科技志愿服务项目（√）", "project"),
    (
        "□最美科技志愿者\n□最佳科技志愿服务组织\n□最佳科技志愿服务项目\n■最美科技志愿服务点（社区或村）",
        "site",
    ),
    ("最佳科技志愿服务项目", "project"),
    ("服务点", "site"),
]


@pytest.mark.parametrize(("cell", "category"), CATEGORY_CELLS)
def test_category_by_cell(cell: str, category: str) -> None:
    form = read(
        "科技志愿服务先进典型推荐表",
        table(["推荐类别", cell], ["推荐单位", "浙江省科协"], ["候选典型名称", "甲"]),
    )
    assert (form.category, form.fields["category"].value) == (category, category)
    assert form.fields["category"].place == "表格1第1行"
    assert form.text("nominee") == "甲"


@pytest.mark.parametrize("category", NAMES)
@pytest.mark.parametrize(
    "title", ["2024年度“{}”推荐表", "2024年度{}候选推荐表", "推荐表\n（{}）", "{}\n推荐表"]
)
def test_category_by_title(category: str, title: str) -> None:
    lines = title.format(NAMES[category]).split("\n")
    form = read(*lines, table(["推荐单位", "浙江省科协"], ["负责人", "王五"], ["联系电话", "1"]))
    assert form.category == category


def test_unticked_boxes_leave_the_category_empty() -> None:
    form = read(
        "先进典型推荐表",
        table(["推荐类别", "□最美科技志愿者 □最佳科技志愿服务组织"], ["推荐单位", "甲"], ["联系电话", "1"]),
    )
    assert form.category is None
    assert "category" in form.empty


def test_name_label_tells_the_category_where_nothing_else_does() -> None:
    form = read("推荐表", table(["项目名称", "大篷车"], ["负责人姓名", "王五"], ["推荐单位", "浙江省科协"]))
    assert form.category == "project"


def test_contradiction_leaves_the_category_open() -> None:
    form = read(
        "最美科技志愿者推荐表",
        table(["推荐类别", "最佳科技志愿服务组织"], ["姓名", "张三"], ["推荐单位", "浙江省科协"]),
    )
    assert form.category is None
    assert "organisation" in form.conflicts[0]
    assert "volunteer" in form.conflicts[0]


def test_form_of_another_category_keeps_its_nominee_but_not_surely() -> None:
    form = read(
        "最美科技志愿服务点推荐表", table(["姓名", "张三"], ["性别", "男"], ["推荐单位", "浙江省科协"])
    )
    assert form.category == "site"
    assert (form.text("nominee"), form.fields["nominee"].sure) == ("张三", False)
    assert form.conflicts


@pytest.mark.parametrize(
    ("role", "blocks"),
    [
        (
            Role.SUMMARY,
            (
                "2024年度科技志愿服务先进典型推荐汇总表",
                table(["序号", "推荐类别", "姓名"], ["1", "最美科技志愿者", "张三"]),
            ),
        ),
        (
            Role.SUMMARY,
            (
                table(
                    ["序号", "姓名", "工作单位", "联系电话"],
                    ["1", "张三", "甲", "1"],
                    ["2", "李四", "乙", "2"],
                ),
            ),
        ),
        (Role.STATEMENT, ("张三同志先进事迹材料", "张三，男，1985年生。" * 30)),
        (
            Role.OTHER,
            (
                "关于开展2024年度科技志愿服务先进典型宣传活动的通知",
                "请填写推荐表（见附件）。",
                "联系人：布鑫磊",
            ),
        ),
        (Role.OTHER, ("附件：最美科技志愿者推荐表",)),
        (Role.OTHER, ()),
        (
            Role.FORM,
            (table(["姓名", "张三"], ["性别", "男"], ["民族", "汉"], ["学历", "本科"], ["推荐单位", "甲"]),),
        ),
    ],
)
def test_recognised_by_content(role: Role, blocks: tuple[str | Block, ...]) -> None:
    facts = word(*blocks)
    assert recognise(facts, CAMPAIGN) is role
    assert (read_form(facts, CAMPAIGN) is not None) == (role is Role.FORM)


TEXT_LAYER = """附件1
2024年度“最美科技志愿者”推荐表
推荐单位：河南省科学技术协会
姓 名 欧阳璟雯 性别 女
出生年月 1979年3月 民族 汉族
工作单位 河南农业大学植物保护学院
服务年限 6年 联系电话 13800001234
主要事迹 长期扎根基层。
"""


def test_text_layer_of_an_exported_form() -> None:
    form = read_text_form(TEXT_LAYER, CAMPAIGN)
    assert form is not None
    assert recognise_text(TEXT_LAYER, CAMPAIGN) is Role.FORM
    assert (form.category, form.text("nominee"), form.text("unit")) == (
        "volunteer",
        "欧阳璟雯",
        "河南省科学技术协会",
    )
    assert form.fields["service_years"].value == 6.0


def test_text_layer_with_a_cell_on_each_line() -> None:
    form = read_text_form(TEXT_LAYER.replace(" ", "\n"), CAMPAIGN)
    assert form is not None
    assert (form.text("nominee"), form.text("unit")) == ("欧阳璟雯", "河南省科学技术协会")


def test_other_text_layer_is_no_form() -> None:
    assert read_text_form("关于报送推荐材料的函\n现将推荐表报上，请审阅。", CAMPAIGN) is None
    assert recognise_text("先进事迹材料\n张三，男。", CAMPAIGN) is Role.STATEMENT
