"""Which scan shows which form."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.model.document import Document
from intake.domain.pairing.pairing import Pairs, Seat, pair
from tests.unit.domain.cases import CAMPAIGN, Paper, at, post, scanned, word

FORM_TEXT = "最美科技志愿者推荐表\n推荐单位：浙江省科协\n姓名 {} 性别 男\n"


def seats_of(forms: Sequence[Document]) -> list[Seat]:
    return [Seat(d.form.text("nominee"), d.form.category, d) for d in forms if d.form]


def paired(forms: Sequence[Document], scans: Sequence[Document]) -> Pairs:
    return pair(seats_of(forms), scans, CAMPAIGN)


def one_mail(forms: Sequence[Paper], scans: Sequence[Paper]) -> Pairs:
    documents = post(1, *forms, *scans)
    return paired(documents[: len(forms)], documents[len(forms) :])


def told(found: Pairs) -> list[tuple[int, int, bool]]:
    return [(p.seat, p.scan, p.certain) for p in found.pairs]


def test_nothing_to_pair() -> None:
    assert pair([], [], CAMPAIGN) == Pairs((), (), frozenset())
    assert one_mail([word("张伟")], []) == Pairs((), (), frozenset())
    assert one_mail([], [scanned("1.pdf")]) == Pairs((), (0,), frozenset())


@pytest.mark.parametrize(
    "filename",
    [
        "张伟推荐表.pdf",
        "张伟.pdf",
        "扫描件.pdf",
        "Scan_20250221.pdf",
        "推荐表（盖章）.pdf",
        "最美科技志愿者.pdf",
    ],
)
def test_the_only_scan_of_the_only_form_is_its_own(filename: str) -> None:
    assert told(one_mail([word("张伟")], [scanned(filename)])) == [(0, 0, True)]


def test_names_outweigh_order() -> None:
    forms = [word("张伟"), word("张玮"), word("张伟东")]
    scans = [scanned("张伟东推荐表.pdf"), scanned("张玮推荐表.pdf"), scanned("张伟推荐表.pdf")]
    assert told(one_mail(forms, scans)) == [(2, 0, True), (1, 1, True), (0, 2, True)]


def test_the_text_layer_names_the_nominee_where_the_filename_does_not() -> None:
    forms = [word("张伟"), word("李四")]
    scans = [scanned("1.pdf", FORM_TEXT.format("李四")), scanned("2.pdf", FORM_TEXT.format("张伟"))]
    assert told(one_mail(forms, scans)) == [(1, 0, True), (0, 1, True)]


def test_the_same_filename_but_for_its_ending() -> None:
    forms = [word("张伟", filename="表一.docx"), word("李四", filename="表二.docx")]
    scans = [scanned("表二.pdf"), scanned("表一.pdf")]
    assert told(one_mail(forms, scans)) == [(1, 0, True), (0, 1, True)]


def test_the_category_parts_forms_without_names_in_their_scans() -> None:
    forms = [word("张伟"), word("银龄队", "organisation")]
    scans = [scanned("最佳科技志愿服务组织.pdf"), scanned("最美科技志愿者.pdf")]
    assert [(p.seat, p.scan) for p in one_mail(forms, scans).pairs] == [(1, 0), (0, 1)]


@pytest.mark.parametrize("count", [2, 3, 7])
def test_as_many_useless_names_as_forms_go_by_order_and_are_not_certain(count: int) -> None:
    forms = [word(f"候选{'甲乙丙丁戊己庚'[n]}") for n in range(count)]
    scans = [scanned(f"Scan_{n}.pdf") for n in range(count)]
    found = one_mail(forms, scans)
    assert told(found) == [(n, n, False) for n in range(count)]
    assert (found.loose, found.unclear) == ((), frozenset())


def test_one_useless_scan_between_two_forms_leaves_both_in_doubt() -> None:
    found = one_mail([word("张伟"), word("李四")], [scanned("扫描件.pdf")])
    assert found.unclear == {0, 1}
    assert not any(p.certain for p in found.pairs)


def test_a_named_scan_leaves_no_doubt_about_the_form_without_one() -> None:
    found = one_mail([word("张伟"), word("李四")], [scanned("李四.pdf")])
    assert (told(found), found.unclear) == ([(1, 0, True)], frozenset())


def test_what_is_left_over_is_certain_when_it_is_one_of_each() -> None:
    found = one_mail([word("张伟"), word("李四")], [scanned("扫描件.pdf"), scanned("张伟.pdf")])
    assert told(found) == [(1, 0, True), (0, 1, True)]


def test_a_scan_sent_again_by_name_joins_the_first() -> None:
    forms = post(1, word("张伟"), word("李四"))
    scans = [*post(2, scanned("张伟.pdf"), scanned("李四.pdf")), *post(3, scanned("张伟（重扫）.pdf"))]
    assert told(paired(forms, scans)) == [(0, 0, True), (1, 1, True), (0, 2, True)]


def test_a_scan_of_another_category_is_not_taken() -> None:
    found = one_mail([word("张伟")], [scanned("最佳科技志愿服务项目推荐表.pdf")])
    assert (told(found), found.loose) == ([], (0,))


@pytest.mark.parametrize(
    ("form", "scan"),
    [
        ("张伟推荐表.docx", "李四推荐表（盖章）.pdf"),
        ("张伟推荐表.docx", "张伟东推荐表.pdf"),
        ("张伟推荐表.docx", "张玮推荐表.pdf"),
        ("中国科协2024年度最美科技志愿者推荐表-张伟.docx", "中国科协2024年度最美科技志愿者推荐表-李四.pdf"),
    ],
)
def test_a_scan_that_names_somebody_else_is_never_certain(form: str, scan: str) -> None:
    found = one_mail([word("张伟", filename=form)], [scanned(scan)])
    assert not any(p.certain for p in found.pairs)


def test_a_nominee_s_own_name_is_no_category() -> None:
    """科技志愿者 in an organisation's name does not make it a volunteer."""
    forms = [word("某市科技志愿者协会", "organisation"), word("李四")]
    scans = [scanned("李四.pdf"), scanned("某市科技志愿者协会.pdf")]
    assert told(one_mail(forms, scans)) == [(1, 0, True), (0, 1, True)]


NAMES = ("张伟", "张伟东", "张玮", "李四", None)
FILES = ("张伟.pdf", "张伟东.pdf", "张玮 李四.pdf", "扫描.pdf", "1.pdf", "最佳科技志愿服务项目.pdf")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(NAMES), st.integers(1, 3)), max_size=5),
    st.lists(st.tuples(st.sampled_from(FILES), st.integers(1, 3)), max_size=6),
)
def test_every_scan_is_given_once_or_left_over(
    forms: list[tuple[str | None, int]], scans: list[tuple[str, int]]
) -> None:
    seated = [post(100 + mail * 10 + n, word(name))[0] for n, (name, mail) in enumerate(forms)]
    sent = [post(mail * 10 + n, scanned(name), when=at(20 + mail))[0] for n, (name, mail) in enumerate(scans)]
    found = paired(seated, sent)
    assert sorted([*(p.scan for p in found.pairs), *found.loose]) == list(range(len(sent)))
    assert {p.seat for p in found.pairs} | found.unclear <= set(range(len(seated)))
    assert all(p.score >= 0 for p in found.pairs)
    assert found == paired(seated, sent)


def test_forty_of_each(capsys: pytest.CaptureFixture[str]) -> None:
    forms = [word(f"候选人{n:02d}号") for n in range(40)]
    scans = [scanned(f"Scan{n}.pdf") for n in range(20)] + [
        scanned(f"候选人{n:02d}号.pdf") for n in range(20, 40)
    ]
    began = time.perf_counter()
    found = one_mail(forms, scans)
    with capsys.disabled():
        sys.stdout.write(f"\n  40 forms and 40 scans paired in {time.perf_counter() - began:.3f} s\n")
    assert [(p.seat, p.scan) for p in found.pairs] == [(n, n) for n in range(40)]
    assert [p.scan for p in found.pairs if p.certain] == list(range(20, 40))


def laid(folders: Sequence[str], documents: Sequence[Document]) -> list[Document]:
    return [replace(document, folder=folder) for folder, document in zip(folders, documents, strict=True)]


@pytest.mark.parametrize(
    ("first", "second"), [("最美科技志愿者-张伟", "最美科技志愿者-李娜"), ("材料.zip/1", "材料.zip/2")]
)
def test_a_folder_for_each_nominee_tells_apart_scans_of_one_name(first: str, second: str) -> None:
    forms = [word("张伟", filename="推荐表.docx"), word("李娜", filename="推荐表.docx")]
    scans = [scanned("推荐表盖章.pdf", content="b"), scanned("推荐表盖章.pdf", content="a")]
    documents = laid([first, second, second, first], post(1, *forms, *scans))
    assert told(paired(documents[:2], documents[2:])) == [(1, 0, True), (0, 1, True)]


def test_a_further_paper_in_the_folder_is_no_newer_scan() -> None:
    forms = [word("张伟", filename="推荐表.docx"), word("李娜", filename="推荐表.docx")]
    scans = [scanned("推荐表盖章.pdf"), scanned("资质.pdf"), scanned("推荐表盖章.pdf")]
    documents = laid(["张伟", "李娜", "张伟", "张伟", "李娜"], post(1, *forms, *scans))
    assert told(paired(documents[:2], documents[2:])) == [(0, 0, True), (1, 2, True)]


def test_a_form_without_a_name_has_the_one_scan_that_came_with_it() -> None:
    one, first = post(1, word(None), scanned("1.pdf"))
    two, second = post(2, word(None, "project"), scanned("7.pdf"), when=at(21))
    assert told(paired([one, two], [first, second])) == [(0, 0, True), (1, 1, True)]
