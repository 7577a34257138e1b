"""Which scan shows which form, where no name of a file says so: by what the scans show."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from intake.domain.campaign.doubts import doubt_sentence
from intake.domain.campaign.terms import CUSTOMARY
from intake.domain.model.document import Document, Role
from intake.domain.model.doubt import DoubtKind
from intake.domain.model.inspection import ScanPage
from intake.domain.model.nomination import Severity
from intake.domain.pairing.assignment import assign
from intake.domain.pairing.pairing import STRONG
from tests.unit.domain.cases import (
    Paper,
    assembled,
    at,
    codes,
    judged,
    post,
    scan_of,
    scanned,
    word,
)
from tests.unit.domain.sheets_read import EXACT, Slips, blank, layered, looked_at, page, scan_paper

Nominee = tuple[str, str]

TWENTY: tuple[Nominee, ...] = (
    ("张伟", "volunteer"),
    ("张玮", "volunteer"),
    ("张伟东", "volunteer"),
    ("李娜", "volunteer"),
    ("王建国", "volunteer"),
    ("欧阳明月", "volunteer"),
    ("杭州市银龄科技志愿服务队", "organisation"),
    ("杭州市余杭区银龄科技志愿服务队", "organisation"),
    ("温州市科普服务团", "organisation"),
    ("台州市科普服务团", "organisation"),
    ("丽水市农技推广志愿服务总队", "organisation"),
    ("科普进乡村志愿服务项目", "project"),
    ("科普进校园志愿服务项目", "project"),
    ("银龄护苗行动", "project"),
    ("蓝天救援科普讲堂", "project"),
    ("梅家坞村", "site"),
    ("梅家坞社区", "site"),
    ("下姜村科技志愿服务点", "site"),
    ("余东村科技志愿服务点", "site"),
    ("杭州市银龄科技志愿服务队", "project"),
)
"""What a unit may put forward: near twins, a name within another, one name in two categories."""


def sent(
    nominees: Sequence[Nominee], seed: int, share: float = 0.0
) -> tuple[list[Document], dict[str, Nominee]]:
    """Their forms and inspected scans under useless names, shuffled over several mails; whom each shows."""
    chance = random.Random(seed)
    slips = Slips(seed, share)
    forms: list[Paper] = [word(*item, filename=f"新建文档({n}).docx") for n, item in enumerate(nominees)]
    truth = {f"扫描全能王 2025-02-20 10.{n:02}.pdf": item for n, item in enumerate(nominees, 15)}
    papers = [*forms, *map(scan_paper, truth)]
    chance.shuffle(papers)
    documents: list[Document] = []
    while papers:
        count = chance.randint(1, len(papers))
        documents += post(1 + len(documents), *papers[:count], when=at(chance.randint(18, 22)))
        del papers[:count]
    return [_shown(d, truth, slips) if d.role is Role.SCAN else d for d in documents], truth


def _shown(document: Document, truth: dict[str, Nominee], slips: Slips) -> Document:
    return looked_at(document, page(*truth[document.filename], slips=slips), heads=False)


@pytest.mark.parametrize("seed", range(4))
def test_twenty_of_each_with_useless_names_are_all_paired_by_what_they_show(seed: int) -> None:
    documents, truth = sent(TWENTY, seed)
    made = assembled(documents)
    assert len(made.cases) == len(TWENTY)
    for case in made.cases:
        (scan,) = [item for item in case.documents if item.role is Role.SCAN]
        assert truth[scan.document.filename] == (case.nominee, case.category)
        assert scan.certain
        assert not case.doubts


def test_what_was_misread_goes_to_a_person_and_nothing_is_paired_wrongly() -> None:
    right = people = 0
    for seed in range(6):
        documents, truth = sent(TWENTY, seed, share=0.004)
        for case in assembled(documents).cases:
            scans = [item for item in case.documents if item.role is Role.SCAN and item.current]
            if len(scans) == 1 and scans[0].certain and not case.doubts:
                assert truth[scans[0].document.filename] == (case.nominee, case.category)
                right += 1
            else:
                people += 1
    assert right >= 0.95 * (right + people)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6), st.floats(0.0, 0.05))
@example(600, 5, 0.046875)
@example(8404, 5, 0.03669260617384809)
def test_no_certain_pair_is_ever_wrong(seed: int, count: int, share: float) -> None:
    nominees = random.Random(seed).sample(TWENTY, count)
    documents, truth = sent(nominees, seed, share)
    for case in assembled(documents).cases:
        for item in case.documents:
            if item.role is Role.SCAN and item.certain and not case.doubts:
                assert truth[item.document.filename] == (case.nominee, case.category)


def test_the_candidates_are_told_with_what_they_show() -> None:
    *forms, one, two = post(1, word("张伟"), word("李娜"), scan_paper("1.pdf"), scan_paper("2.pdf"))
    documents = [*forms, looked_at(one, page("张佳")), looked_at(two, blank(1))]
    told = [doubt for case in assembled(documents).cases for doubt in case.doubts]
    assert {doubt.kind for doubt in told} == {DoubtKind.SCAN_UNDECIDED}
    assert any("《1.pdf》（读作“张佳”）" in doubt_sentence(doubt, CUSTOMARY) for doubt in told)


# Content against names -----------------------------------------------------------------------


def swapped(first: ScanPage, second: ScanPage) -> list[Document]:
    """Two forms, and their scans under each other's names."""
    papers = [word("张伟"), word("李娜"), scan_paper("张伟推荐表.pdf"), scan_paper("李娜推荐表.pdf")]
    *forms, one, two = post(1, *papers)
    return [*forms, looked_at(one, first), looked_at(two, second)]


def test_what_is_shown_outweighs_the_filename_and_the_contradiction_is_told() -> None:
    made = assembled(swapped(page("李娜"), page("张伟")))
    assert scan_of(made) == {"张伟": "李娜推荐表.pdf", "李娜": "张伟推荐表.pdf"}
    for case in made.cases:
        assert [doubt.kind for doubt in case.doubts] == [DoubtKind.SCAN_MISNAMED]


def test_where_nothing_could_be_read_the_filename_stands() -> None:
    made = assembled(swapped(blank(1), blank(1)))
    assert scan_of(made) == {"张伟": "张伟推荐表.pdf", "李娜": "李娜推荐表.pdf"}


def test_the_only_scan_of_the_only_form_that_shows_another_nominee_is_told_as_such() -> None:
    form, scan = post(1, word("张伟"), scan_paper("扫描件.pdf"))
    ((case, judgement),) = judged([form, looked_at(scan, page("欧阳明月"))])
    assert [item.role for item in case.documents] == [Role.FORM, Role.SCAN]
    assert "scan-other-form" in codes(judgement, Severity.REVIEW)
    assert codes(judgement, Severity.CURABLE) == []


def test_the_last_scan_that_shows_another_nominee_than_the_last_form_is_not_certain() -> None:
    papers = [word("张伟"), word("李娜"), scan_paper("1.pdf"), scan_paper("2.pdf")]
    *forms, one, two = post(1, *papers)
    documents = [*forms, looked_at(one, page("张伟")), looked_at(two, page("欧阳明月"))]
    certain = {
        case.nominee: [item.certain for item in case.documents if item.role is Role.SCAN]
        for case in assembled(documents).cases
    }
    assert certain == {"张伟": [True], "李娜": [False]}
    judgement = next(judgement for case, judgement in judged(documents) if case.nominee == "李娜")
    assert "scan-other-form" in codes(judgement, Severity.REVIEW)
    assert codes(judgement, Severity.CURABLE) == []


def test_a_scan_of_somebody_of_whom_no_form_came_is_a_nomination() -> None:
    form, one, two = post(1, word("张伟"), scan_paper("1.pdf"), scan_paper("2.pdf"))
    documents = [form, looked_at(one, page("张伟")), looked_at(two, page("欧阳明月", "volunteer"))]
    made = assembled(documents)
    assert scan_of(made) == {"张伟": "1.pdf", "欧阳明月": "2.pdf"}
    assert not any(case.doubts for case in made.cases)
    # Its form, once it comes, finds it.
    again = assembled([*documents, *post(2, word("欧阳明月"), when=at(22))])
    assert scan_of(again) == {"张伟": "1.pdf", "欧阳明月": "2.pdf"}
    assert not any(case.doubts for case in again.cases)


def test_whom_such_a_scan_shows_is_for_a_person_where_it_was_not_surely_read() -> None:
    form, one, two = post(1, word("张伟"), scan_paper("1.pdf"), scan_paper("2.pdf"))
    blurred = page("欧阳明月", "volunteer")
    title = next(line for line in blurred.lines if "推荐表" in line.text)
    lines = tuple(replace(line, score=0.9) if line is title else line for line in blurred.lines)
    made = assembled([form, looked_at(one, page("张伟")), looked_at(two, replace(blurred, lines=lines))])
    assert {case.nominee: bool(case.doubts) for case in made.cases} == {"张伟": False, "欧阳明月": True}


def test_a_nominee_one_character_off_is_never_in_order() -> None:
    form, scan = post(1, word("张伟"), scan_paper("扫描件.pdf"))
    ((_, judgement),) = judged([form, looked_at(scan, page("张玮"))])
    assert codes(judgement)


def test_the_text_layer_speaks_as_well() -> None:
    text = "最美科技志愿者推荐表\n姓名  {}  性别  男\n推荐单位  浙江省科学技术协会\n服务年限  5年"
    shown = [layered(text.format(name)) for name in ("李娜", "张伟")]
    papers = [Paper(f"{n}.pdf", Role.SCAN, facts) for n, facts in enumerate(shown)]
    made = assembled(post(1, word("张伟"), word("李娜"), *papers))
    assert scan_of(made) == {"张伟": "1.pdf", "李娜": "0.pdf"}
    assert all(item.certain for case in made.cases for item in case.documents)


def test_a_newer_scan_of_the_same_form_becomes_current_whatever_its_name() -> None:
    first = post(1, word("张伟"), word("李娜"), scan_paper("1.pdf"), scan_paper("2.pdf"), when=at(20))
    again = post(2, scan_paper("重新扫描.pdf"), when=at(22))
    shown = [page("李娜"), page("张伟"), page("张伟")]
    scans = [looked_at(d, seen) for d, seen in zip([*first[2:], *again], shown, strict=True)]
    made = assembled([*first[:2], *scans])
    assert scan_of(made) == {"张伟": "重新扫描.pdf", "李娜": "1.pdf"}
    assert all(item.certain for case in made.cases for item in case.documents)


def test_one_name_in_two_categories_without_a_readable_title_is_for_a_person() -> None:
    forms = [word("银龄队", "organisation"), word("银龄队", "project")]
    *seats, one, two = post(1, *forms, scanned("银龄队1.pdf"), scanned("银龄队2.pdf"))
    untitled = [page("银龄队", "project", titled=False), page("银龄队", "organisation", titled=False)]
    documents = [*seats, *(looked_at(d, p) for d, p in zip((one, two), untitled, strict=True))]
    for case in assembled(documents).cases:
        assert case.doubts


# The assignment ------------------------------------------------------------------------------


def brute(scores: Sequence[Sequence[float]], banned: tuple[int, int] | None = None) -> float:
    """The best total of all assignments, tried one by one."""

    def best(row: int, taken: frozenset[int]) -> float:
        if row == len(scores):
            return 0.0
        totals = [best(row + 1, taken)]
        totals += [
            score + best(row + 1, taken | {column})
            for column, score in enumerate(scores[row])
            if score >= 0 and column not in taken and (row, column) != banned
        ]
        return max(totals)

    return best(0, frozenset())


@settings(max_examples=150, deadline=None)
@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.lists(st.sampled_from([-1.0, 0.0, 0.1, 0.3, 0.45, 0.7, 1.0]), min_size=width, max_size=width),
            min_size=1,
            max_size=4,
        )
    )
)
def test_the_assignment_is_the_best_and_its_margins_are_no_smaller_than_without_the_pair(
    scores: list[list[float]],
) -> None:
    chosen = assign(scores, STRONG)
    assert len({found.column for found in chosen}) == len(chosen) == len({found.row for found in chosen})
    total = brute(scores)
    assert sum(scores[found.row][found.column] for found in chosen) == pytest.approx(total, abs=0.01)
    for found in chosen:
        without = brute(scores, (found.row, found.column))
        assert found.margin >= total - without - 0.01


def test_a_tie_has_no_margin() -> None:
    assert [found.margin for found in assign([[0.7, 0.7], [0.7, 0.7]], 2.0)] == pytest.approx(
        [0, 0], abs=0.01
    )


def test_a_third_party_s_way_out_makes_a_pair_less_certain() -> None:
    """The first could as well take what the second holds, and the second the spare one."""
    chosen = {found.row: found for found in assign([[0.4, 0.4, 0.0], [0.4, 0.4, 0.3]], 2.0)}
    assert all(found.margin <= 0.11 for found in chosen.values())


def test_slips_are_made() -> None:
    assert Slips(1, 0.5).read("浙江省科学技术协会")[0] != "浙江省科学技术协会"
    assert EXACT.read("浙江省")[0] == "浙江省"
    assert replace(page("张伟"), number=2).lines == page("张伟").lines
