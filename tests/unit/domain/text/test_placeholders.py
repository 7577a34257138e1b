"""Blank forms, and forms that still hold the template's sample text."""

from __future__ import annotations

import pytest

from intake.domain.documents.form import is_blank_form
from intake.domain.text.placeholders import is_masked, is_placeholder
from tests.unit.domain.sheets import read, table, values

TITLE = "2024年度“最美科技志愿者”推荐表"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "请填写姓名",
            "（请填写全称）",
            "请输入",
            "请选择",
            "此处填写单位名称",
            "单击或点击此处输入文字。",
            "选择一项。",
        ),
        *(
            "例：2018年5月",
            "示例：张三",
            "如：3年",
            "（例）",
            "×××",
            "XXX",
            "xx",
            "***",
            "某某某",
            "× ×",
            "应与公章一致",
        ),
        *(
            "点击输入姓名",
            "点击输入…",
            "单击此处…",
            "双击输入文字",
            "[键入姓名]",
            "在此处键入",
            "输入姓名",
            "请按身份证填写",
        ),
        *(
            "Click or tap here to enter text.",
            "click here to enter text",
            "Tap or click to enter a date",
            "Choose an item.",
        ),
        *("必填", "（必填）", "此项必填", "（示例）张三", "张三（示例）", "如实填写"),
    ],
)
def test_prompts_examples_and_masks(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "张三",
            "如皋市科协",
            "例行服务队",
            "示例小学",
            "请愿服务队",
            "X",
            "某",
            "138****1234",
            "单击鼠标科普站",
            "点击未来服务队",
            "点此成金服务队",
            "无",
            "Clicker",
        ),
        *("5年", "例如，" + "服务群众。" * 20, "请填写的都已填写，另附说明材料，" + "共计二十页。" * 5),
    ],
)
def test_what_somebody_wrote(text: str) -> None:
    assert not is_placeholder(text)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("XX省科协", True),
        ("××市科学技术协会", True),
        ("某某社区", True),
        ("○○省科协", True),
        ("“XX”科技志愿服务项目", True),
        ("浙江省科协", False),
        ("XXL服务队", False),
        ("二○○八服务队", False),
        ("某山村", False),
    ],
)
def test_names_with_a_gap(name: str, masked: bool) -> None:
    assert is_masked(name) is masked


def test_a_sample_says_nothing_but_its_category() -> None:
    form = read(
        "最美科技志愿者推荐表（样表）",
        table(["姓名", "张三"], ["推荐单位", "××省科协"], ["服务年限", "5年"], ["性别", "男"]),
    )
    assert form.category == "volunteer"
    assert set(form.fields) == {"category"}
    assert set(form.empty) == {"nominee", "unit", "service_years", "sex"}
    assert is_blank_form(form)


@pytest.mark.parametrize(
    ("title", "nominee", "unit"),
    [
        (TITLE, "张三", "浙江省科协"),  # a real person may bear the name
        ("最美科技志愿者推荐表（模板）", "李强", "浙江省科协"),  # typed over the example
    ],
)
def test_a_name_or_a_heading_alone_is_no_sample(title: str, nominee: str, unit: str) -> None:
    form = read(title, table(["姓名", nominee], ["推荐单位", unit], ["服务年限", "5年"]))
    assert values(form, "nominee", "unit", "service_years") == (nominee, unit, 5.0)
    assert not is_blank_form(form)


def test_prompts_are_no_values() -> None:
    form = read(TITLE, table(["姓名", "请填写姓名"], ["推荐单位", "浙江省科协"], ["服务年限", "×××"]))
    assert values(form, "nominee", "unit", "service_years") == (None, "浙江省科协", None)
    assert {"nominee", "service_years"} <= set(form.empty)
    assert is_blank_form(form)


@pytest.mark.parametrize(
    "prompt",
    [
        *(
            "单击或点击此处输入文字。",
            "点击输入姓名",
            "Click or tap here to enter text.",
            "XXX",
            "×××",
            "XXX同志",
        ),
        *(
            "请填写",
            "（示例）张某某",
            "（必填）",
            "【姓名】",
            "某某某",
            "点此输入",
            "填写示例",
            "待定",
            "暂无",
        ),
        *("N/A", "Tap here", "Name", "placeholder", "${name}", "？？？", "无"),
    ],
)
def test_a_prompt_empties_its_own_cell_alone(prompt: str) -> None:
    form = read(
        TITLE,
        table(
            ["姓名", prompt],
            ["推荐单位", "浙江省科协"],
            ["服务年限", "5年"],
            ["性别", "男"],
            ["民族", "汉族"],
        ),
    )
    assert values(form, "nominee", "unit", "service_years", "sex") == (None, "浙江省科协", 5.0, "男")
    assert form.empty == ("nominee",)
    assert not is_blank_form(form)


def test_a_name_behind_the_prompt_is_the_name() -> None:
    form = read(
        TITLE,
        table(["姓名", "单击或点击此处输入文字。李强"], ["推荐单位", "浙江省科协"], ["服务年限", "5年"]),
    )
    assert values(form, "nominee") == ("李强",)


def test_a_person_s_name_stands_without_title_and_number() -> None:
    rows = (["推荐单位", "浙江省科协"], ["服务年限", "5年"])
    form = read(TITLE, table(["姓名", "李强同志（身份证号：330106199001011234）"], *rows))
    assert (form.fields["nominee"].value, form.fields["nominee"].text) == ("李强", "李强")
    other = read("最佳科技志愿服务项目推荐表", table(["项目名称", "寻访老教授"], *rows))
    assert values(other, "nominee") == ("寻访老教授",)


def test_a_masked_unit_on_a_real_form_is_not_taken_for_a_unit() -> None:
    form = read(TITLE, table(["姓名", "李强"], ["推荐单位", "XX省科协"], ["服务年限", "5年"]))
    assert values(form, "nominee", "unit", "service_years") == ("李强", None, 5.0)
    assert "unit" not in form.empty


def test_a_template_with_its_usual_words_is_blank() -> None:
    form = read(
        TITLE,
        "推荐单位（盖章）：浙江省科协",
        table(
            ["姓名", "", "性别", ""],
            ["服务年限", "   年", "是否在大美志愿注册", "□是 □否"],
            ["主要事迹", ("（1000字以内，第三人称）", 3)],
            ["推荐单位意见", ("情况属实，同意推荐。\n（盖章）\n年  月  日", 3)],
        ),
    )
    assert is_blank_form(form)
    assert form.text("unit") == "浙江省科协"


def test_a_value_behind_an_empty_cell_is_neither_taken_nor_called_missing() -> None:
    form = read(TITLE, table(["姓名", "", "李强"], ["推荐单位", "浙江省科协", ""], ["服务年限", "5年", ""]))
    assert values(form, "nominee", "service_years") == (None, 5.0)
    assert "nominee" not in form.empty


def test_an_unknown_label_beside_an_empty_cell_leaves_it_empty() -> None:
    form = read(
        TITLE, table(["姓名", "", "籍贯", "浙江"], ["推荐单位", ("浙江省科协", 3)], ["服务年限", ("5年", 3)])
    )
    assert "nominee" in form.empty


def test_a_signature_below_the_unit_s_label_is_not_its_name() -> None:
    form = read(
        TITLE, "姓名：李强", "服务年限：5年", "联系电话：1", "推荐单位：", "2025年2月20日", "（盖章）"
    )
    assert "unit" not in form.fields
    assert "unit" not in form.empty
