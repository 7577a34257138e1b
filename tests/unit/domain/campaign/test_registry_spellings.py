"""The spellings in which units write themselves, all of them at once: none may be taken for another unit."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from intake.config.campaign_file import load_campaign
from intake.domain.campaign.campaign import UnitRow
from intake.domain.campaign.registry import Registry
from intake.domain.campaign.unit_names import normalise_unit
from intake.domain.text.ocr_characters import mistakable

ROWS = load_campaign().units
REGISTRY = Registry(ROWS)
KNOWN = {normalise_unit(name): row.name for row in ROWS for name in (row.name, *row.aliases)}

FORMS = (
    "{}",
    " {} ",
    "{}（盖章）",
    "{}(公章)",
    "（盖章）{}",
    "推荐单位：{}",
    "推荐单位（盖章）：{}",
    "“{}”",
    "{}\n2025年2月20日",
    "{}（盖章）  年  月  日",
)
"""How a cell of a form holds a name."""

DEPARTMENTS = ("办公室", "秘书处", "科普部", "学会部", "综合处", "（科普部）", "组织人事部（盖章）")

MISREAD = {
    "中国药字会": "中国药学会",
    "中国药理字会": "中国药理学会",
    "浙江着科学技术协会": "浙江省科学技术协会",
    "浙汪省科学技术协会": "浙江省科学技术协会",
    "浙江省科学技朮协会": "浙江省科学技术协会",
    "内蒙占自治区科学技术协会": "内蒙古自治区科学技术协会",
    "中国农业机戒学会": "中国农业机械学会",
    "申国计算机学会": "中国计算机学会",
    "中囯电机工程学会": "中国电机工程学会",
    "中国铁追学会": "中国铁道学会",
    "中国化学令": "中国化学会",
    "上诲市科协": "上海市科学技术协会",
    "重厌市科学技术协会": "重庆市科学技术协会",
    "天律市科协": "天津市科学技术协会",
    "中国气象字会": "中国气象学会",
    "中国林学合": "中国林学会",
}
"""One character taken for one that looks like it, and nothing else near."""

DOUBTFUL = (
    "中国衣学会",
    "中国材学会",
    "中国早学会",
    "中国药里学会",
    "中国药学理会",
    "中国地厦学会",
    "汪西科协",
    "洞北科协",
    "由西科协",
    "中国化土学会",
    "中国植物虫学会",
    "中国航学会",
    "中国学会",
    "中国物学会",
    "中国生学会",
    "中国动植物学会",
    "中国地质地震学会",
    "中国农林学会",
    "中国体视学会",
    "省科协",
    "中国科协",
    "中国科学技术协会",
    "科协",
    "推荐单位",
)
"""Between two names, or too little of one."""

OTHERS = (
    "中国机械工程学会焊接分会",
    "中华医学会糖尿病学专业委员会",
    "中国抗癌协会肿瘤防治科普专委会",
    "中国计算机学会杭州会员活动中心",
    "中国力学学会青年工作分会",
    "浙江省林学会",
    "浙江省农学会",
    "上海市计算机学会",
    "北京市数学会",
    "广东省医学会",
    "浙江大学科协",
    "清华大学科学技术协会",
    "中国石油大学（华东）科协",
    "国家电网有限公司科协",
    "中国石油天然气集团有限公司科学技术协会",
    "某某科技股份有限公司科协",
    "浙江省科协、浙江省农学会",
    "浙江省科协 浙江省林学会",
    "中国农学会、中国林学会",
    "北京市科协，天津市科协",
    "中国药学会/中国药理学会",
    "浙江省科学技术厅",
    "浙江省教育厅",
    "中国科学院",
    "中国科学技术大学",
    "浙江省科普联合会",
    "浙江省科技馆",
    "中国科协青少年科技中心",
    "中国城市规划协会",
    "中国气象协会",
    "中国医学会",
    "中国护理学会",
    "中华药学会",
    "中国海洋学院",
)
"""Branches, provincial societies, universities, companies, two units in a cell: never the unit they name."""


def unit_of(name: str) -> str | None:
    match = REGISTRY.match(name)
    return match.unit.key if match.unit.known else None


def own_spellings(row: UnitRow) -> Iterator[str]:
    for name in (row.name, *row.aliases):
        yield from (form.format(name) for form in FORMS)
        yield "　".join(name)
        yield name.replace("科学技术协会", "科协")
    if row.kind in ("province", "society"):
        yield from (row.name + department for department in DEPARTMENTS)
    if row.kind == "society":
        yield from (
            "中国科学技术协会" + row.name,
            "中国科协所属" + row.name,
            row.name + "（CAST）",
        )


def test_every_own_spelling_is_the_unit_s() -> None:
    spellings = [(name, row.name) for row in ROWS for name in own_spellings(row)]
    assert len(spellings) > 4000
    assert [(name, unit_of(name), unit) for name, unit in spellings if unit_of(name) != unit] == []


@pytest.mark.parametrize(("written", "unit"), MISREAD.items())
def test_one_misread_character_is_forgiven(written: str, unit: str) -> None:
    match = REGISTRY.match(written)
    assert (match.unit.key, match.how, match.candidates) == (unit, "near", (unit,))


@pytest.mark.parametrize("name", [*DOUBTFUL, *OTHERS])
def test_what_is_not_surely_a_unit_is_none(name: str) -> None:
    assert unit_of(name) is None


def test_no_two_units_share_a_name() -> None:
    spellings = [normalise_unit(name) for row in ROWS for name in {row.name, *row.aliases}]
    assert len(set(spellings)) >= len(ROWS)
    owners = {
        key: {row.name for row in ROWS if key in map(normalise_unit, (row.name, *row.aliases))}
        for key in set(spellings)
    }
    assert [names for names in owners.values() if len(names) > 1] == []


def apart(one: str, other: str) -> bool:
    """True when more than one character parts the two."""
    shorter, longer = sorted((one, other), key=len)
    if len(longer) - len(shorter) > 1:
        return True
    if len(longer) == len(shorter):
        return sum(a != b for a, b in zip(one, other, strict=True)) > 1
    return not any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


TWINS = [
    (one, other)
    for one, its in KNOWN.items()
    for other, unit in KNOWN.items()
    if one < other and its != unit and not apart(one, other)
]
OFFICIAL = {normalise_unit(row.name) for row in ROWS}
TWIN_ALIASES = {("中国生态学会", "中国生理学会")}
"""Customary names of societies one character from another society's; what stands between is for a person."""


def test_no_further_alias_is_a_near_twin() -> None:
    found = {
        pair
        for pair in TWINS
        if not set(pair) <= OFFICIAL and not all(name.endswith("科学技术协会") for name in pair)
    }
    assert found == TWIN_ALIASES
    assert {("中国药学会", "中国药理学会"), ("中国地质学会", "中国地震学会")} <= set(TWINS)


def test_twins_are_themselves_and_nothing_between_is_one() -> None:
    chance = random.Random(20250224)
    letters = sorted({letter for name in KNOWN for letter in name})
    for one, other in TWINS:
        assert (unit_of(one), unit_of(other)) == (KNOWN[one], KNOWN[other])
        if len(one) != len(other):
            continue
        at = next(place for place, letter in enumerate(one) if letter != other[place])
        for letter in chance.sample(letters, 30):
            between = one[:at] + letter + one[at + 1 :]
            assert unit_of(between) == KNOWN.get(between), between


def test_a_changed_character_is_another_body_unless_it_looks_the_same() -> None:
    chance = random.Random(20250223)
    letters = sorted({letter for name in KNOWN for letter in name})
    for row in ROWS:
        name = normalise_unit(row.name)
        for _ in range(4):
            at, letter = chance.randrange(len(name)), chance.choice(letters)
            for written in (
                name[:at] + letter + name[at + 1 :],
                name[:at] + name[at + 1 :],
                letter.join((name[:at], name[at:])),
            ):
                found = unit_of(written)
                if found is None or found == KNOWN.get(written):
                    continue
                assert found == row.name, written
                assert at == 0 or len(written) == len(name), written
                assert mistakable(letter, name[at]), written
