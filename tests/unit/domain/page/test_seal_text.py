"""Whom the ring of a seal names: right seals with the reader's slips, near twins, and bodies quite other."""

from __future__ import annotations

import pytest

from intake.config.campaign_file import load_campaign
from intake.domain.model.certainty import SHIPPED
from intake.domain.page.seal_text import least_score, names_another, names_in_full, ring_agrees

PROVINCE = ("浙江省科学技术协会", "浙江省科协")
REGISTERED = (
    "浙江省科学技术协会",
    "中国农学会",
    "中国农业工程学会",
    "中国水产学会",
    "中国物理学会",
    "中国数学会",
)


def another(
    text: str,
    *units: str,
    score: float = 0.998,
    own: tuple[str, ...] = (),
    registered: tuple[str, ...] = (),
) -> bool:
    return names_another(text, score, units, own, registered, SHIPPED.other_ring)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("中国水利学会", "中国水产学会"),
        ("利学会中国水", "中国水产学会"),
        ("中国林学会", "中国农学会"),
        ("海江省科学技术协会", "浙江省科学技术协会"),
        ("吉林市科学技术协会", "吉林省科学技术协会"),
        ("中华护理学会", "中国护理学会"),
        ("中国数学会", "中国物理学会"),
        ("海国康复医学会", "中国康复医学会"),
        ("陕西省科学技术协会", "山西省科学技术协会"),
        ("浙江省杭州市科学技术协会", "浙江省科学技术协会"),
        ("北海市水产技术推广中心", "中国农村专业技术服务中心"),
        ("杭州市余杭区农业技术推广中心", "浙江省科学技术协会"),
    ],
)
def test_a_ring_read_surely_names_another_body(text: str, unit: str) -> None:
    assert another(text, unit)
    assert not another(text, unit, score=0.8)


@pytest.mark.parametrize(
    ("text", "score", "unit"),
    [
        ("浙江省科学技术协会", 0.999, "浙江省科学技术协会"),
        ("协会浙江省科学技术", 0.999, "浙江省科学技术协会"),
        ("浙江省科學技術協會", 0.999, "浙江省科学技术协会"),
        ("浙江省科学技术协会科普部", 0.999, "浙江省科学技术协会"),
        ("科普部浙江省科学技术协会", 0.999, "浙江省科学技术协会"),
        ("中国农学会秘书处", 0.999, "中国农学会"),
        ("中国昆学会", 0.9992, "中国昆虫学会"),
        ("北省科学技术协会", 0.9999, "河北省科学技术协会"),
        ("中国水严学会", 0.999, "中国水产学会"),
        ("中国农学会农业信息分会", 0.999, "中国农学会"),
        # Slips that were met in readings of right seals, with their scores.
        ("中国能品学会", 0.9359, "中国化工学会"),
        ("江药省科学技术协会", 0.9573, "江西省科学技术协会"),
        ("中国王地学会", 0.9898, "中国土地学会"),
        ("中国义器仪表学会", 0.9857, "中国仪器仪表学会"),
        ("红夷省科学技术协会", 0.8652, "江苏省科学技术协会"),
        ("中国解副学会", 0.996, "中国解剖学会"),
        ("假州市题庆区区学技术协会", 0.8169, "衢州市柯城区科学技术协会"),
    ],
)
def test_a_right_seal_is_not_doubted_for_a_slip_of_the_reader(text: str, score: float, unit: str) -> None:
    assert not another(text, unit, score=score)
    assert not another(text, unit, score=score, registered=(*REGISTERED, unit))


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("杭州市余杭区农业技术推广中心", "余杭区农技中心高级农艺师"),
        ("浙江大学医学院附属第一医院", "浙大一院"),
        ("河南农业大学植物保护学院", "河南农大植保学院"),
        ("玉林街道青春岛社区居民委员会", "青春岛社区科技志愿服务点"),
        ("高坪村村民委员会", "高坪村党总支部委员会"),
        ("湖州市农业科学研究院", "市农科院"),
        ("郑州市教育体育局", "郑州市教育局"),
    ],
)
def test_the_own_organisation_may_be_written_otherwise_than_on_its_seal(text: str, own: str) -> None:
    assert not another(text, "中国气象学会", own=(own,))
    assert another(text, "中国气象学会", own=("某某县水文站",))


def test_a_short_spelling_of_the_unit_excuses_no_twin() -> None:
    assert another("海东省科学技术协会", "广东省科学技术协会", "广东省科协", "广东科协")
    assert not another("广东省科学技术协会", "广东科协", "广东省科协")


def test_an_own_organisation_s_twin_is_another_body() -> None:
    assert another("曲阳县农业农村局", *PROVINCE, own=("曲周县农业农村局",))


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("中国农学会", "中国农业工程学会"),
        ("中国农业工程学会", "中国农学会"),
        ("浙江省科学技术协会", "江西省科学技术协会"),
    ],
)
def test_the_registry_knows_bodies_that_the_text_alone_does_not_tell_apart(text: str, unit: str) -> None:
    assert not another(text, unit)
    assert another(text, unit, registered=REGISTERED)


def test_an_own_organisation_in_the_registry_may_be_written_short() -> None:
    assert not another("中国水产学会", *PROVINCE, own=("水产学会",), registered=REGISTERED)
    assert another("中国水产学会", *PROVINCE, own=("水文站",), registered=REGISTERED)


def test_a_registered_name_that_a_gap_makes_of_the_right_one_is_no_evidence() -> None:
    assert not another("中国化学会", "中国化工学会", registered=("中国化学会", "中国化工学会"))


def test_nobody_is_named_without_names_or_text() -> None:
    assert not another("", *PROVINCE)
    assert not another("中国水利学会")
    assert not another("水利", *PROVINCE)


def test_the_mean_of_a_ring_leaves_its_worst_character_this_much() -> None:
    assert least_score("中国水产学会", 0.99) == pytest.approx(0.94)
    assert least_score("", 0.0) == 1.0


@pytest.mark.parametrize(
    ("text", "unit", "full"),
    [
        ("浙江省科学技术协会", "浙江省科学技术协会", True),
        ("协会浙江省科学技术", "浙江省科协", True),
        ("国水产学会", "中国水产学会", True),
        ("浙江省科学技术协会科普部", "浙江省科学技术协会", True),
        ("海江省科学技术协会", "浙江省科学技术协会", False),
        ("江省科学技术协会", "浙江省科学技术协会", False),
        ("中国基本建设化研究会", "中国基本建设优化研究会", False),
        ("中国农机学会", "中国农学会", False),
        ("海国康复医学会", "中国康复医学会", False),
        ("吉林市科学技术协会", "吉林省科学技术协会", False),
    ],
)
def test_a_colourless_ring_must_name_the_body_in_full(text: str, unit: str, full: bool) -> None:
    assert names_in_full(text, [unit]) is full


def test_departments_of_a_unit_and_older_characters_agree() -> None:
    assert ring_agrees("浙江省科学技术协会科普部", PROVINCE) == "agrees"
    assert ring_agrees("中國農學會", ("中国农学会",)) == "agrees"
    assert ring_agrees("吉林市科学技术协会", ("吉林省科学技术协会",)) != "agrees"


def test_every_spelling_of_every_unit_is_its_own() -> None:
    loaded = load_campaign()
    registered = [row.name for row in loaded.units]
    for row in loaded.units:
        spellings = loaded.spellings(row.name)
        for text in spellings:
            assert not names_another(text, 0.999, spellings, [], registered, SHIPPED.other_ring), text
