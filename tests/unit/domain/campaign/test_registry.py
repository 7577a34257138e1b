"""Which unit of the registry a written name means, or surely does not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.config.campaign_file import load_campaign
from intake.domain.campaign.campaign import UnitRow
from intake.domain.campaign.registry import Registry
from intake.domain.campaign.unit_names import normalise_unit

ROWS = load_campaign().units
REGISTRY = Registry(ROWS)
ZHEJIANG = "浙江省科学技术协会"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_name_and_alias_means_its_own_unit(row: UnitRow) -> None:
    for name in (row.name, *row.aliases):
        match = REGISTRY.match(name)
        assert (match.unit.key, match.unit.kind, match.unit.known) == (row.name, row.kind, True)
        assert match.how == ("exact" if name == row.name else "alias")


@pytest.mark.parametrize(
    ("written", "name", "how"),
    [
        (" 浙江省科学技术协会 ", ZHEJIANG, "exact"),
        ("浙江省科学技术协会（盖章）", ZHEJIANG, "exact"),
        ("推荐单位：浙江省 科学技术协会(公章)", ZHEJIANG, "exact"),
        ("浙江省科协（盖章处）", ZHEJIANG, "alias"),
        ("浙江科协", ZHEJIANG, "alias"),
        ("浙江科学技术协会", ZHEJIANG, "alias"),
        ("内蒙古科协", "内蒙古自治区科学技术协会", "alias"),
        ("广西科学技术协会", "广西壮族自治区科学技术协会", "alias"),
        ("新疆维吾尔自治区科协", "新疆维吾尔自治区科学技术协会", "alias"),
        ("新疆兵团科协", "新疆生产建设兵团科学技术协会", "alias"),
        ("上海市科学技术协会", "上海市科学技术协会", "exact"),
        ("中国科协企业创新服务中心", "企业创新服务中心", "alias"),
        ("中国科学技术协会企业创新服务中心", "企业创新服务中心", "alias"),
        ("《科技导报》社", "科技导报社", "alias"),
        ("浙江省科学技术协会科普部", ZHEJIANG, "near"),
        ("浙江省科协办公室", ZHEJIANG, "near"),
        ("中国农学会秘书处", "中国农学会", "near"),
        ("浙江省科协（科普部）", ZHEJIANG, "near"),
        ("上海市科学技术协会科学技术普及部", "上海市科学技术协会", "near"),
        ("中国物理学会科普工作委员会", "中国物理学会", "near"),
        ("中国计算机学会（CCF）", "中国计算机学会", "near"),
        ("中国计算机学会（CCF）科普工作委员会", "中国计算机学会", "near"),
        ("中国科协所属中国力学学会", "中国力学学会", "alias"),
        ("四川省科学技术协会、四川省文明办", "四川省科学技术协会", "near"),
        ("中国康复医学會", "中国康复医学会", "alias"),
        ("广西区科协", "广西壮族自治区科学技术协会", "alias"),
        ("内蒙古区科协", "内蒙古自治区科学技术协会", "alias"),
        ("新疆区科协", "新疆维吾尔自治区科学技术协会", "alias"),
        ("西藏自治区科协", "西藏自治区科学技术协会", "alias"),
        ("兵团科协", "新疆生产建设兵团科学技术协会", "alias"),
        ("河南省科协2025年2月16日", "河南省科学技术协会", "alias"),
        ("中国水产学会2025年2月", "中国水产学会", "exact"),
    ],
)
def test_written_names(written: str, name: str, how: str) -> None:
    match = REGISTRY.match(written)
    assert (match.unit.name, match.unit.known, match.how) == (name, True, how)


@pytest.mark.parametrize(
    ("written", "candidates"),
    [
        ("中国城市规划协会", {"中国城市规划学会"}),
        ("中国工业设计学会", {"中国工业设计协会"}),
        ("中国知识产权协会", {"中国知识产权研究会"}),
        ("中国造纸协会", {"中国造纸学会"}),
        ("中国机械工程协会", {"中国机械工程学会"}),
        ("中国动物保护学会", {"中国植物保护学会"}),
        ("中国老科技工作者协会", {"中国老科学技术工作者协会", "中国女科技工作者协会"}),
        ("中国微量元素科学研究所", {"中国微量元素科学研究会"}),
        ("中国医学会", {"中华医学会"}),
        ("中国化学学会", {"中国化学会"}),
        ("中国农业机器学会", {"中国农业机械学会"}),
        ("浙江省科学技能协会", {ZHEJIANG}),
        ("内蒙自治区科学技术协会", {"内蒙古自治区科学技术协会"}),
        ("中国力学学会固体力学专业委员会", {"中国力学学会"}),
        ("中华医学会杭州分会", {"中华医学会"}),
        ("浙江省科协杭州市办事处", {ZHEJIANG}),
        ("四川省科协、浙江省科协", {"四川省科学技术协会", ZHEJIANG}),
        ("西安市科协（陕西省科协）", {"陕西省科学技术协会"}),
    ],
)
def test_a_name_that_is_only_like_one_of_the_registry_is_for_a_person(
    written: str, candidates: set[str]
) -> None:
    match = REGISTRY.match(written)
    assert (match.how, match.unit.known, match.unit.kind, match.unit.entitled) == (
        "ambiguous",
        False,
        None,
        True,
    )
    assert match.unit.name == written
    assert set(match.candidates) == candidates


@pytest.mark.parametrize(
    "kinds", [("学会", "协会"), ("协会", "学会"), ("研究会", "学会"), ("研究会", "协会")]
)
def test_another_kind_of_body_is_never_the_registry_s(kinds: tuple[str, str]) -> None:
    names = {name for row in ROWS for name in (row.name, *row.aliases)}
    twins = [
        row.name.removesuffix(kinds[0]) + kinds[1]
        for row in ROWS
        if row.kind == "society" and row.name.endswith(kinds[0])
    ]
    assert twins
    for twin in set(twins) - names:
        match = REGISTRY.match(twin)
        assert (match.how, match.unit.known) == ("ambiguous", False), twin


@pytest.mark.parametrize(
    "name",
    [
        "杭州市余杭区科学技术协会",
        "郑州市科协",
        "河北省邯郸市科学技术协会",
        "锡林郭勒盟科协",
        "杭州市科学技术协会科普部",
        "曲周县科协",
        "恩施州科协",
        "海南州科学技术协会",
        "吉林市科协",
        "杭州科协",
    ],
)
def test_a_level_too_low(name: str) -> None:
    match = REGISTRY.match(name)
    assert (match.how, match.unit.known, match.unit.entitled, match.unit.kind) == (
        "not-entitled",
        False,
        False,
        None,
    )
    assert match.unit.name == name


@pytest.mark.parametrize("name", ["上绕市科协", "天间市科学技术协会"])
def test_a_city_one_slip_from_a_municipality_is_for_a_person(name: str) -> None:
    match = REGISTRY.match(name)
    assert (match.how, match.unit.known, match.unit.entitled) == ("ambiguous", False, True)
    assert match.candidates


@pytest.mark.parametrize(
    "name",
    [
        "某某科技集团科协",
        "中国石油天然气集团有限公司科学技术协会",
        "浙江大学科学技术协会",
        "浙江省农学会",
        "中国林业学会",
        "昆山科协",
        "中国某学会",
        "张三",
    ],
)
def test_unknown_is_never_guessed(name: str) -> None:
    match = REGISTRY.match(name)
    assert (match.how, match.unit.known, match.unit.kind, match.unit.entitled) == (
        "unknown",
        False,
        None,
        True,
    )
    assert match.unit.key == normalise_unit(name)


def test_nothing_is_no_unit() -> None:
    assert REGISTRY.match("（盖章）").unit.name is None


def test_two_near_names_are_ambiguous() -> None:
    registry = Registry(
        [
            UnitRow(kind="society", name="中国应用力学工程学会"),
            UnitRow(kind="society", name="中国应用声学工程学会"),
        ]
    )
    match = registry.match("中国应用光学工程学会")
    assert (match.how, match.unit.known) == ("ambiguous", False)
    assert set(match.candidates) == {"中国应用力学工程学会", "中国应用声学工程学会"}
    assert registry.match("中国应用声学工程学会").how == "exact"


def test_enterprise_in_the_registry_is_known_and_near_ones_are_not() -> None:
    row = UnitRow(kind="enterprise", name="中国某某集团有限公司科学技术协会", aliases=("某某集团科协",))
    registry = Registry([row])
    assert registry.match("某某集团科学技术协会").unit.kind == "enterprise"
    assert registry.match("中国某某集团有限公司科协").unit.key == row.name
    assert registry.match("中国某菜集团有限公司科协").how == "unknown"


def test_short_names_of_provinces_need_no_aliases() -> None:
    registry = Registry([UnitRow(kind="province", name="宁夏回族自治区科学技术协会")])
    assert registry.match("宁夏科协").how == "alias"


def test_spacing_and_width_make_no_second_unknown_unit() -> None:
    keys = {
        REGISTRY.match(name).unit.key
        for name in ("某 某（北京）学会", "某某(北京)学会（盖章）", "“某某”（北京）学会")
    }
    assert len(keys) == 1


def test_address_of_one_unit() -> None:
    registry = Registry(
        [
            UnitRow(kind="province", name=ZHEJIANG, addresses=("KP@zast.example.cn", "@zast.example.cn")),
            UnitRow(kind="society", name="中国农学会", addresses=("both@example.org",)),
            UnitRow(kind="society", name="中国林学会", addresses=("both@example.org",)),
        ]
    )
    for address in ("kp@zast.example.cn", "Other@ZAST.example.cn"):
        unit = registry.by_address(address)
        assert unit is not None
        assert unit.name == ZHEJIANG
    assert registry.by_address("both@example.org") is None
    assert registry.by_address("someone@163.com") is None
    assert registry.by_address("") is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("【浙江省科协】2024年度科技志愿服务典型推荐材料", [ZHEJIANG]),
        ("浙江 省科协、中国农学会 推荐表.docx", [ZHEJIANG, "中国农学会"]),
        ("报送中国科协企业创新服务中心推荐材料", ["企业创新服务中心"]),
        ("浙江省学会服务中心", []),
        ("浙江省科协学会服务中心", [ZHEJIANG]),
        ("杭州市余杭区科协推荐材料", []),
        ("中国化工学会与中国化学会", ["中国化工学会", "中国化学会"]),
        ("浙江省科协 浙江省科学技术协会", [ZHEJIANG]),
        ("中国农学会葡萄分会推荐材料", []),
        ("中国农学会推荐材料（附分会名单）", ["中国农学会"]),
        ("中国城市规划协会推荐材料", []),
        ("推荐材料", []),
    ],
)
def test_units_named_in_a_text(text: str, names: list[str]) -> None:
    assert [unit.name for unit in REGISTRY.find_in_text(text)] == names


def test_an_empty_registry_finds_nothing() -> None:
    assert Registry([]).find_in_text("浙江省科协") == ()
    assert Registry([]).match("浙江省科协").how == "unknown"


def test_units_come_in_the_registry_s_order() -> None:
    assert [unit.name for unit in REGISTRY.units] == [row.name for row in ROWS]


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=40), st.text("中国浙江省市区科协学会（）盖章 技术", max_size=15)))
def test_matching_never_raises(text: str) -> None:
    match = REGISTRY.match(text)
    if match.unit.known:
        assert REGISTRY.match(match.unit.key).how == "exact"
    REGISTRY.find_in_text(text)
