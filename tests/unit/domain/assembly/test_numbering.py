"""Numbers stay with their nominations, however their documents come together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake.domain.assembly.assembly import Assembled
from intake.domain.model.nomination import Case, Unit
from tests.unit.domain.cases import AGRONOMISTS, Paper, assembled, at, numbered, post, scanned, unit, word


def one(made: Assembled) -> Case:
    (case,) = made.cases
    return case


def numbers(cases: list[Case]) -> dict[str | None, str | None]:
    return {case.nominee: case.number for case in cases}


FIRST = numbered(assembled(post(1, word("张伟"), scanned("张伟.pdf"), when=at(20))).cases)


def test_a_replay_gives_the_same_numbers() -> None:
    documents = [*post(1, word("张伟"), word("李四")), *post(2, scanned("李四.pdf"), word("张玮"))]
    before = numbered(assembled(documents).cases)
    assert numbers(before) == {"张伟": "KX2024-0001", "李四": "KX2024-0002", "张玮": "KX2024-0003"}
    assert numbered(assembled(documents[::-1]).cases, before[::-1]) == before


def test_a_nomination_keeps_its_number_when_its_form_follows() -> None:
    scan = post(1, scanned("扫描件.pdf"), when=at(20))
    before = numbered(assembled(scan).cases)
    assert numbers(before) == {None: "KX2024-0001"}
    after = numbered(assembled([*scan, *post(2, word("张伟"), when=at(21))]).cases, before)
    assert numbers(after) == {"张伟": "KX2024-0001"}


def test_what_came_apart_keeps_the_oldest_number() -> None:
    papers = [*post(1, word("张伟"), when=at(20)), *post(2, scanned("扫描件.pdf"), when=at(21))]
    apart = numbered([*assembled(papers[:1]).cases, *assembled(papers[1:]).cases])
    assert numbers(apart) == {"张伟": "KX2024-0001", None: "KX2024-0002"}
    assert numbers(numbered(assembled(papers).cases, apart)) == {"张伟": "KX2024-0001"}


def test_a_scan_that_finds_its_own_form_does_not_take_the_other_s_number_along() -> None:
    """The form makes the nomination: a number goes with it."""
    (li_form,) = post(1, word("李四"), when=at(20))
    zhang_form, scan = post(2, word("张伟"), scanned("1.pdf"), when=at(21))
    zhang, li = one(assembled([zhang_form, scan])), one(assembled([li_form]))
    recorded = [replace(zhang, number="KX2024-0001"), replace(li, number="KX2024-0002")]
    now = [one(assembled([li_form, scan])), one(assembled([zhang_form]))]
    assert numbers(numbered(now, recorded)) == {"张伟": "KX2024-0001", "李四": "KX2024-0002"}


def test_a_number_is_found_again_by_the_names_when_all_documents_are_others() -> None:
    assert numbers(numbered(assembled(post(9, word("张伟"))).cases, FIRST)) == {"张伟": "KX2024-0001"}


@pytest.mark.parametrize(
    ("paper", "of"),
    [(word("张玮"), unit()), (word("张伟", "project"), unit()), (word("张伟"), unit(AGRONOMISTS))],
)
def test_another_nominee_category_or_unit_is_another_number(paper: Paper, of: Unit) -> None:
    cases = [replace(case, unit=of) for case in assembled(post(9, paper)).cases]
    assert [case.number for case in numbered(cases, FIRST)] == ["KX2024-0002"]
