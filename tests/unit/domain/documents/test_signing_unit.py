"""The recommending unit where a form is signed: beside its seal, in the opinion or below the form."""

from __future__ import annotations

import pytest

from tests.unit.domain.sheets import read, table

TITLE = "最佳科技志愿服务组织推荐表"
ROWS = (["组织名称", "星火服务队"], ["注册志愿者人数", "36人"], ["活动场次", "120场"])
OWN = ["所在单位意见", "情况属实，同意推荐。\n某县科学技术协会（盖章）\n2025年2月10日"]
UNSIGNED = ["推荐单位意见", "同意推荐。\n（盖章）\n2025年2月16日"]

SIGNED = [
    "同意推荐。\n\n        中国化学会（盖章）\n    2025年2月16日",
    "\n同意推荐。\n推荐单位（盖章）：中国化学会\n    2025年2月16日",
    "同意推荐。（盖章）中国化学会 2025年2月16日",
    "同意推荐。\n中国化学会\n（公章）\n2025年2月16日",
    "同意推荐。\n（盖章）\n中国化学会\n2025年2月16日",
    "同意推荐。 中 国 化 学 会（盖章）",
    "同意推荐。\n单位（盖章）：中国化学会  2025年2月16日",
    "经我会审核，同意推荐。中国化学会（盖章）",
]


@pytest.mark.parametrize("opinion", SIGNED)
def test_the_unit_that_signs_the_opinion(opinion: str) -> None:
    form = read(TITLE, table(*ROWS, OWN, ["推荐单位意见", opinion]))
    assert (form.text("unit"), form.fields["unit"].sure) == ("中国化学会", True)


@pytest.mark.parametrize("opinion", SIGNED)
def test_the_unit_that_signs_a_form_in_lines(opinion: str) -> None:
    lines = [f"{label}：{text}" for label, text in ROWS]
    form = read(TITLE, *lines, "所在单位意见：", OWN[1], "推荐单位意见：", opinion)
    assert form.text("unit") == "中国化学会"


@pytest.mark.parametrize("name", ["贵州省科协", "本溪市科学技术协会", "中国药理学会", "中国科学院兰州分院"])
def test_the_unit_below_the_form(name: str) -> None:
    form = read(TITLE, table(*ROWS, OWN, UNSIGNED), f"{name}（盖章）", "2025年2月10日")
    assert (form.text("unit"), form.fields["unit"].sure, form.fields["unit"].place) == (name, True, "第2段")


def test_another_body_in_the_opinion_leaves_it_unsure() -> None:
    said = "经中国农学会推荐，同意上报。\n中国化学会（盖章）"
    form = read(TITLE, table(*ROWS, ["推荐单位意见", said]))
    assert (form.text("unit"), form.fields["unit"].sure) == ("中国化学会", False)


def test_of_two_seals_the_last_signs_and_is_not_sure() -> None:
    said = "同意推荐。\n杭州市科学技术协会（盖章）\n同意推荐。\n浙江省科学技术协会（盖章）"
    form = read(TITLE, table(*ROWS, ["推荐单位意见", said]))
    assert (form.text("unit"), form.fields["unit"].sure) == ("浙江省科学技术协会", False)


@pytest.mark.parametrize(
    "said",
    [
        "同意推荐。\n（盖章）\n2025年2月16日",
        "同意推荐。\n省级科协（全国学会）（盖章）",
        "我会同意推荐。\n我学会（盖章）",
        "同意推荐。\n推荐单位（盖章）：\n年 月 日",
        "同意推荐。\n××省科学技术协会（盖章）",
        "同意推荐。\n星火服务队（盖章）",
        "负责人（签字）：张三",
    ],
)
def test_no_unit_signs(said: str) -> None:
    form = read(TITLE, table(*ROWS, OWN, ["推荐单位意见", said]))
    assert form.text("unit") is None


def test_who_signs_the_own_opinion_recommends_nobody() -> None:
    form = read(TITLE, table(*ROWS, OWN, UNSIGNED), "某县科学技术协会（盖章）")
    assert form.text("unit") is None
    last = read(TITLE, *(f"{a}：{b}" for a, b in ROWS), "所在单位意见：", OWN[1], "某县农学会（盖章）")
    assert last.text("unit") is None


def test_the_own_field_outranks_who_signs() -> None:
    form = read(TITLE, table(*ROWS, ["推荐单位", "中国农学会"], ["推荐单位意见", SIGNED[0]]))
    assert form.text("unit") == "中国农学会"
