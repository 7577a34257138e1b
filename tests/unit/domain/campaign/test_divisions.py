"""Associations a level too low: recognised as such, with that of their province where it is clear."""

from __future__ import annotations

import pytest

from intake.config.campaign_file import load_campaign
from intake.domain.campaign.divisions import ASSOCIATION, PROVINCES
from intake.domain.campaign.registry import Registry, level_of
from intake.domain.rules.submission import UnitKnown
from tests.unit.domain.cases import finding, judge_one, scanned, word

REGISTRY = Registry(load_campaign().units)

PREFECTURES = [(city, province) for province, cities in PROVINCES.items() for city in cities.split()]
AUTONOMOUS = {
    "恩施土家族苗族": "湖北省",
    "湘西土家族苗族": "湖南省",
    "延边朝鲜族": "吉林省",
    "黔东南苗族侗族": "贵州省",
    "西双版纳傣族": "云南省",
    "阿坝藏族羌族": "四川省",
    "海西蒙古族藏族": "青海省",
    "海南藏族": "青海省",
    "伊犁哈萨克": "新疆维吾尔自治区",
    "巴音郭楞蒙古": "新疆维吾尔自治区",
    "临夏回族": "甘肃省",
}
LOWER = [
    ("北京市朝阳区科协", "县区级", "北京市"),
    ("天津市河北区科学技术协会", "县区级", "天津市"),
    ("上海浦东新区科协", "县区级", "上海市"),
    ("重庆市万州区科协", "县区级", "重庆市"),
    ("重庆市彭水苗族土家族自治县科协", "县区级", "重庆市"),
    ("杭州市余杭区科协", "县区级", "浙江省"),
    ("浙江省杭州市余杭区科协", "县区级", "浙江省"),
    ("浙江杭州市科协", "地市级", "浙江省"),
    ("浙江省义乌市科协", None, "浙江省"),
    ("广西南宁市科协", "地市级", "广西壮族自治区"),
    ("内蒙古自治区包头市科协", "地市级", "内蒙古自治区"),
    ("锡林郭勒盟科协", "地市级", "内蒙古自治区"),
    ("喀什地区科学技术协会", "地市级", "新疆维吾尔自治区"),
    ("新疆生产建设兵团第八师科协", "师团级", "新疆生产建设兵团"),
    ("第八师石河子市科协", "师团级", "新疆生产建设兵团"),
    ("兵团第一师科协", "师团级", "新疆生产建设兵团"),
    ("山东省济南市历下区千佛山街道科协", "乡镇街道级", "山东省"),
    ("吉林市科协", "地市级", "吉林省"),
    ("海南州科协", "地市级", "青海省"),
    ("长春市科学技术协会科普部", "地市级", "吉林省"),
    ("合肥科协", "地市级", "安徽省"),
    ("上饶市科协", "地市级", "江西省"),
    ("天门市科协", "地市级", "湖北省"),
    ("朝阳市科协", "地市级", "辽宁省"),
    ("朝阳区科协", "县区级", None),
    ("河北区科协", "县区级", None),
    ("海南区科协", "县区级", None),
    ("浦东新区科协", "县区级", None),
    ("余杭区科协", "县区级", None),
    ("曲周县科协", "县区级", None),
    ("鄂温克族自治旗科协", "县区级", None),
    ("大厂回族自治县科协", "县区级", None),
    ("西湖街道科协", "乡镇街道级", None),
    ("枫桥镇科学技术协会", "乡镇街道级", None),
    ("义乌市科协", None, None),
    ("江苏省杭州市科协", "地市级", None),
]


def association(province: str | None) -> str | None:
    return province and province + ASSOCIATION


@pytest.mark.parametrize(("name", "rank", "province"), LOWER)
def test_a_level_too_low(name: str, rank: str | None, province: str | None) -> None:
    match, level = REGISTRY.match(name), level_of(name)
    assert (match.how, match.unit.known, match.unit.entitled) == ("not-entitled", False, False)
    assert level is not None
    assert (level.rank, level.province) == (rank, association(province))
    assert match.candidates == ((association(province),) if province else ())


@pytest.mark.parametrize("form", ["{}市科协", "{}市科学技术协会", "{}科协"])
def test_every_city_and_prefecture_is_below_its_province(form: str) -> None:
    assert len(PREFECTURES) > 330
    for city, province in PREFECTURES:
        # 吉林科协 and 海南科协 are those of the provinces of the name.
        if city.endswith("区") or ("市" not in form and city in ("吉林", "海南")):
            continue
        match = REGISTRY.match(form.format(city))
        assert (match.how, match.candidates) == ("not-entitled", (association(province),)), city


@pytest.mark.parametrize(("name", "province"), AUTONOMOUS.items())
def test_autonomous_prefectures(name: str, province: str) -> None:
    assert REGISTRY.match(f"{name}自治州科学技术协会").candidates == (association(province),)


@pytest.mark.parametrize(
    "name",
    [
        *(province + "科协" for province in PROVINCES),
        *("吉林科协", "海南科协", "北京科协", "新疆科协", "兵团科协", "宁夏区科协"),
    ],
)
def test_the_associations_of_the_provinces_are_not_below(name: str) -> None:
    assert level_of(name) is None
    assert REGISTRY.match(name).unit.kind == "province"


@pytest.mark.parametrize(
    "name",
    [
        "浙江大学科协",
        "杭州市第一人民医院科协",
        "南京航空航天大学科协",
        "苏州市某某有限公司科协",
        "大庆油田科协",
        "杭州市林学会",
        "合肥研究院科协",
        "杭州市科协、宁波市科协",
    ],
)
def test_other_bodies_are_unknown_and_not_below(name: str) -> None:
    match = REGISTRY.match(name)
    assert level_of(name) is None
    assert (match.unit.known, match.unit.entitled) == (False, True)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "杭州市科协",
            "“杭州市科协”为地市级科协，不属于本次活动的推荐单位层级；如由浙江省科学技术协会推荐，请核对",
        ),
        ("余杭区科协", "“余杭区科协”为县区级科协，不属于本次活动的推荐单位层级"),
        ("义乌市科协", "“义乌市科协”不属于本次活动的推荐单位层级"),
    ],
)
def test_the_finding_names_the_level_and_whose_province(name: str, said: str) -> None:
    match = REGISTRY.match(name)
    judgement = judge_one(word("张伟"), scanned("张伟.pdf"), of=match.unit, near_units=match.candidates)
    assert UnitKnown.entry.code not in {item.code for item in judgement.findings}
    assert finding(judgement, "unit-not-entitled").evidence == said
