"""Names of people among courtesies and remarks, and numbers of identity cards."""

from __future__ import annotations

import pytest

from intake.domain.text.persons import is_identity_number, person_name, without_identity_numbers

NUMBER = "330106199001011234"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "薛疏影同志",
            "薛疏影 同志",
            "薛疏影先生",
            "薛疏影女士",
            "薛疏影教授",
            "薛疏影，副研究员",
            "薛疏影高级工程师",
        ),
        *(
            "薛疏影（女）",
            "薛疏影（手机号：13800000000）",
            "薛疏影（女，汉族，13800000000）",
            "薛疏影（副主任医师）",
            "（必填）薛疏影",
            "薛疏影【选填】",
        ),
        *(
            f"薛疏影（身份证号：{NUMBER}）",
            f"薛疏影 身份证号码：{NUMBER}",
            f"薛疏影{NUMBER}",
            f"薛疏影同志（{NUMBER}）",
            "薛疏影 电话：13800000000",
            "薛疏影，男，1970年生",
            "薛疏影/女",
        ),
        *(
            "姓名：薛疏影",
            "“薛疏影”",
            "*薛疏影",
            "薛疏影。",
            "薛疏影主任",
            "薛疏影（已退休）",
            "薛疏影（曾用名：薛影）",
            "薛疏影（候选人）",
        ),
    ],
)
def test_the_bare_name(text: str) -> None:
    assert person_name(text) == "薛疏影"


@pytest.mark.parametrize(
    "text",
    [
        "薛疏影",
        "王老师",
        "欧阳教授",
        "李研究员",
        "高院长",
        "欧阳会长",
        "赵文博",
        "阿依古丽（Ayiguli）",
        "王建国（县科协）",
        "同志",
        "（女）",
        "",
    ],
)
def test_what_may_be_the_name_itself_stays(text: str) -> None:
    assert person_name(text) == text


def test_a_masked_name_is_masked_without_its_title() -> None:
    assert person_name("XXX同志") == "XXX"


@pytest.mark.parametrize(
    "number",
    [
        NUMBER,
        "33010619900101123X",
        "33010619900101123x",
        "３３０１０６１９９００１０１１２３４",
        "330106 19900101 1234",
        "330106900101123",
    ],
)
def test_numbers_of_identity_cards_are_masked(number: str) -> None:
    told = without_identity_numbers(f"《{number}张伟.docx》和{number}")
    assert is_identity_number(number)
    assert number not in told
    assert told == f"《{'*' * 14}{number[-4:]}张伟.docx》和{'*' * 14}{number[-4:]}"


@pytest.mark.parametrize("number", [NUMBER, "33010619900101123X", "330106900101123"])
@pytest.mark.parametrize(
    "around", ["12 {}", "138-{}", "2 {}", "1 2 3 {}", "{} 12", "{} 1 2", "{}-138", "{} {}"]
)
def test_other_digits_beside_such_a_number_do_not_hide_it(number: str, around: str) -> None:
    masked = f"{'*' * 14}{number[-4:]}"
    assert without_identity_numbers(around.replace("{}", number)) == around.replace("{}", masked)


@pytest.mark.parametrize(
    "text",
    [
        "13800000000 13900000000",
        "2025022010000000001",
        "330199199013451234",
        "KX2024-0001",
        "010-62379323、010-65005187",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert without_identity_numbers(text) == text
    assert not is_identity_number(text)
