"""The same nominee put forward twice: whose, where, and what the two forms say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake.domain.model.certainty import Basis
from intake.domain.model.document import Field
from intake.domain.model.nomination import Footing, Severity
from intake.domain.rules.namesakes import Namesake, Voucher, entry_of, name_key, rivals, told
from tests.unit.domain.cases import AGRONOMISTS, CAMPAIGN, ZHEJIANG, case_of, judged, post, scanned, word

DUPLICATE = "duplicate-nominee"
OWN = Namesake("KX2024-0001", ZHEJIANG, ZHEJIANG, "volunteer", "张伟")
OTHER = Namesake("KX2024-0002", AGRONOMISTS, AGRONOMISTS, "volunteer", "张伟")


@pytest.mark.parametrize(
    "name", ["张伟", "张 伟", "张　伟", " 张伟 ", "张伟（男）", "张伟(女)", "张伟同志", "张伟女士"]
)
def test_one_name_however_written(name: str) -> None:
    assert name_key(name) == "张伟"


@pytest.mark.parametrize(
    ("one", "other"),
    [("买买提·艾力", "买买提．艾力"), ("ＡＢＣ志愿服务队", "abc志愿服务队"), ("“星火”服务队", "星火服务队")],
)
def test_signs_and_widths_do_not_part_names(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize("name", ["", None, "张", "·", " 李 "])
def test_a_name_too_short_says_nothing(name: str | None) -> None:
    assert name_key(name) == ""
    assert not rivals(replace(OWN, nominee=name or ""), [replace(OTHER, nominee=name or "")])


def test_names_that_only_resemble_each_other() -> None:
    assert not rivals(OWN, [replace(OTHER, nominee="张玮"), replace(OTHER, nominee="张伟东")])


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (OTHER, True),
        (replace(OTHER, category="project"), True),
        (replace(OTHER, category=None), True),
        (replace(OTHER, unit_key="address:a@b.c", unit_name=None), True),
        (replace(OWN, number="KX2024-0003", category="project"), True),
        # The same again, corrected or sent twice; and one whose category is not known yet.
        (replace(OWN, number="KX2024-0003"), False),
        (replace(OWN, number="KX2024-0003", category=None), False),
        (OWN, False),
    ],
)
def test_who_is_a_rival(other: Namesake, expected: bool) -> None:
    assert bool(rivals(OWN, [OWN, other])) is expected


def test_each_sees_the_other() -> None:
    assert rivals(OWN, [OWN, OTHER]) == [OTHER]
    assert rivals(OTHER, [OWN, OTHER]) == [OWN]


def test_what_agrees_and_what_differs_is_told() -> None:
    own = replace(OWN, stated={"birth": "1980年3月", "phone": "13812345678", "organisation": "甲县农技站"})
    other = replace(
        OTHER,
        stated={"birth": "198003", "phone": "13900001111", "organisation": "甲县 农技站", "post": "站长"},
    )
    ((said, basis),) = told(own, [own, other], CAMPAIGN)
    assert basis is Basis.LEDGER
    assert said.startswith(f"“张伟”另由“{AGRONOMISTS}”在“最美科技志愿者”类别推荐（编号KX2024-0002）")
    assert "两表出生年月、单位相同" in said
    assert "电话不同（本件“****5678”，对方“****1111”）" in said
    assert "13812345678" not in said
    assert "站长" not in said


def test_one_telephone_of_several_is_the_same() -> None:
    own = replace(OWN, stated={"phone": "010-65005187／13812345678"})
    other = replace(OTHER, stated={"phone": "138 1234 5678"})
    assert "电话相同" in told(own, [other], CAMPAIGN)[0][0]


def test_where_the_forms_say_nothing() -> None:
    assert "仅有名称" in told(OWN, [OTHER], CAMPAIGN)[0][0]


def test_by_number_whatever_the_order() -> None:
    third = replace(OTHER, number="KX2024-0003", unit_key="丙", unit_name="丙")
    assert told(OWN, [third, OTHER], CAMPAIGN) == told(OWN, [OTHER, third], CAMPAIGN)


FIRST, KNOWN, STRANGER = Voucher.FIRST, Voucher.CORRESPONDENT, Voucher.STRANGER


@pytest.mark.parametrize(
    ("own", "other", "later", "earlier"),
    [
        (KNOWN, KNOWN, [Basis.LEDGER], [Basis.LEDGER]),
        (FIRST, KNOWN, [Basis.LEDGER], [Basis.SENDER]),
        (KNOWN, FIRST, [Basis.SENDER], [Basis.LEDGER]),
        # Either may be made up: nobody's nomination is touched by what comes after it.
        (FIRST, FIRST, [Basis.LEDGER], [Basis.SENDER]),
        (STRANGER, FIRST, [Basis.LEDGER], []),
        (STRANGER, STRANGER, [], []),
    ],
)
def test_nobody_is_moved_by_whom_less_vouches_for(
    own: Voucher, other: Voucher, later: list[Basis], earlier: list[Basis]
) -> None:
    """`own` is the later one; what has no number yet is later than all that have one."""
    first = replace(OTHER, number="KX2024-9999", voucher=other)
    for number, key in (("KX2024-10000", None), (None, (9, 1))):
        last = replace(OWN, number=number, first=key, voucher=own)
        assert [basis for _, basis in told(last, [first, last], CAMPAIGN)] == later
        assert [basis for _, basis in told(first, [first, last], CAMPAIGN)] == earlier


def test_two_categories_of_one_unit_are_for_a_person_on_both_sides() -> None:
    one = replace(OWN, voucher=FIRST)
    other = replace(OWN, number="KX2024-0003", category="project", voucher=FIRST)
    assert [basis for own in (one, other) for _, basis in told(own, [one, other], CAMPAIGN)] == [
        Basis.LEDGER,
        Basis.LEDGER,
    ]


def test_who_vouches_for_a_case() -> None:
    case = case_of(word("张伟"))
    assert entry_of(case).voucher is KNOWN
    assert entry_of(replace(case, sender="a@b.example")).voucher is FIRST
    assert entry_of(replace(case, sender="a@b.example", footing=Footing.FURTHER)).voucher is STRANGER


def test_a_nomination_with_a_duplicate_is_for_a_person() -> None:
    case = case_of(word("张伟", birth=Field("birth", "1980年3月", "1980年3月")), scanned("张伟（盖章）.pdf"))
    assert entry_of(case).stated == {"birth": "1980年3月"}
    papers = post(1, word("张伟"), scanned("张伟（盖章）.pdf"))
    ((_, judgement),) = judged(papers, namesakes=[OTHER])
    (seen,) = [item for item in judgement.findings if item.code == DUPLICATE]
    assert seen.severity is Severity.REVIEW
    assert judgement.state == "review"
    ((_, judgement),) = judged(papers, namesakes=[replace(OTHER, nominee="李娜")])
    assert judgement.state == "complete"
