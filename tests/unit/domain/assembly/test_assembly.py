"""From all documents of one unit to its nominations, whatever the mails and the order they came in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.assembly.assembly import Assembled
from intake.domain.model.document import Document, Role
from intake.domain.model.facts import WordFacts
from intake.domain.model.nomination import Case
from tests.unit.domain.cases import (
    assembled,
    at,
    blank,
    damaged,
    documents_of,
    numbered,
    opaque,
    other,
    photo,
    post,
    scan_of,
    scanned,
    word,
)


def versions(case: Case, role: Role) -> list[tuple[str, bool]]:
    return [(item.document.filename, item.current) for item in case.documents if item.role is role]


def one(made: Assembled) -> Case:
    (case,) = made.cases
    return case


def test_word_and_scan_in_two_mails_are_one_nomination() -> None:
    case = one(assembled([*post(2, scanned("1.pdf"), when=at(22)), *post(1, word("张伟"), when=at(21))]))
    assert (case.nominee, case.category, case.received_at) == ("张伟", "volunteer", at(21))
    assert [item.role for item in case.documents] == [Role.FORM, Role.SCAN]
    assert all(item.current and item.certain for item in case.documents)


def test_two_forms_and_one_useless_scan_name() -> None:
    made = assembled(post(1, word("张伟"), word("李四"), scanned("扫描件.pdf")))
    assert [bool(case.doubts) for case in made.cases] == [True, True]


def test_one_nominee_in_two_categories_is_two_nominations() -> None:
    forms = [word("银龄队", "organisation"), word("银龄队", "project")]
    scans = [scanned("银龄队 最佳科技志愿服务项目.pdf"), scanned("银龄队 最佳科技志愿服务组织.pdf")]
    cases = assembled(post(1, *forms, *scans)).cases
    found = {case.category: versions(case, Role.SCAN) for case in cases}
    assert found == {
        "organisation": [("银龄队 最佳科技志愿服务组织.pdf", True)],
        "project": [("银龄队 最佳科技志愿服务项目.pdf", True)],
    }


def test_a_form_sent_again_is_a_further_version() -> None:
    first = post(1, word("张 伟", filename="旧.docx"), scanned("张伟.pdf"), when=at(20))
    case = one(assembled([*post(2, word("张伟", filename="新.docx"), when=at(22)), *first]))
    assert versions(case, Role.FORM) == [("旧.docx", False), ("新.docx", True)]
    assert (case.received_at, case.doubts) == (at(20), ())


def test_a_form_sent_again_leaves_the_scans_where_they_were() -> None:
    first = post(1, word("张伟"), word("李四"), scanned("1.pdf"), scanned("2.pdf"), when=at(20))
    before = scan_of(assembled(first))
    assert before == {"张伟": "1.pdf", "李四": "2.pdf"}
    assert scan_of(assembled([*first, *post(2, word("张伟"), when=at(22))])) == before
    assert scan_of(assembled([*first, *post(2, word("李四"), when=at(22))])) == before


def test_two_different_forms_of_one_nominee_in_one_mail_are_a_doubt() -> None:
    case = one(assembled(post(1, word("张伟", filename="甲.docx"), word("张伟", filename="乙.docx"))))
    assert versions(case, Role.FORM) == [("甲.docx", False), ("乙.docx", True)]
    assert len(case.doubts) == 1


def test_a_scan_sent_again_counts_and_the_older_one_stays() -> None:
    first = post(1, word("张伟"), scanned("张伟.pdf"), when=at(20))
    case = one(assembled([*first, *post(2, scanned("张伟（重扫）.pdf"), when=at(22))]))
    assert versions(case, Role.SCAN) == [("张伟.pdf", False), ("张伟（重扫）.pdf", True)]


@pytest.mark.parametrize("again", ["扫描件.pdf", "重新扫描.pdf", "张伟.pdf"])
def test_a_readable_scan_cures_a_damaged_one_whatever_its_name(again: str) -> None:
    first = post(1, word("张伟"), damaged("扫描件.pdf", Role.SCAN), when=at(20))
    made = assembled([*first, *post(2, scanned(again), when=at(22))])
    current = one(made).current(Role.SCAN)
    assert current is not None
    assert current.message.id == 2


@pytest.mark.parametrize("broken", ["张伟推荐表.docx", "最美科技志愿者推荐表-张伟.docx", "推荐表.docx"])
def test_a_damaged_form_and_its_cure_are_one_nomination(broken: str) -> None:
    first = post(1, damaged(broken), scanned("张伟.pdf"), when=at(20))
    case = one(assembled([*first, *post(2, word("张伟", filename=broken), when=at(22))]))
    assert versions(case, Role.FORM) == [(broken, False), (broken, True)]
    assert (case.nominee, case.category) == ("张伟", "volunteer")
    assert versions(case, Role.SCAN) == [("张伟.pdf", True)]


def test_a_damaged_newer_file_does_not_replace_a_readable_one() -> None:
    name = "最美科技志愿者推荐表-张伟.docx"
    first = post(1, word("张伟", filename=name), scanned("张伟.pdf"), when=at(20))
    again = post(2, damaged(name), damaged("张伟.pdf", Role.SCAN), when=at(22))
    case = one(assembled([*first, *again]))
    assert versions(case, Role.FORM) == [(name, True), (name, False)]
    assert versions(case, Role.SCAN) == [("张伟.pdf", True), ("张伟.pdf", False)]


def test_a_byte_identical_copy_is_neither_a_version_nor_a_second_nomination() -> None:
    first = post(1, word("张伟", content="f"), scanned("扫描件.pdf", content="s"), when=at(20))
    made = assembled(
        [*first, *post(2, word("张伟", content="f"), scanned("1.pdf", content="s"), when=at(22))]
    )
    assert [item.document.id for item in one(made).documents] == [document.id for document in first]
    assert made.loose == ()


def test_several_forms_and_scans_in_one_file_are_parts_and_no_copies() -> None:
    papers = post(
        1, word("张伟", content="f"), word("李四", content="f"), *[scanned("1.pdf", content="s")] * 2
    )
    parts = [replace(d, id=d.id - n % 2, ordinal=1 + n // 2, part=n % 2) for n, d in enumerate(papers)]
    made = assembled(parts)
    assert [case.nominee for case in made.cases] == ["张伟", "李四"]
    assert documents_of(made) == sorted(document.key for document in parts)
    assert [[item.document.part for item in case.documents] for case in made.cases] == [[0, 0], [1, 1]]


def test_scans_alone_are_nominations_of_those_whom_they_name() -> None:
    papers = [
        scanned("张伟推荐表.pdf"),
        scanned("张伟推荐表（扫描件）.pdf"),
        scanned("1.pdf"),
        scanned("2.pdf"),
    ]
    made = assembled(post(1, *papers))
    assert [(case.nominee, len(case.documents)) for case in made.cases] == [("张伟", 2), (None, 1), (None, 1)]


def test_a_scan_of_somebody_else_is_a_nomination_without_form() -> None:
    papers = [word("张伟"), scanned("李四推荐表（盖章）.pdf")]
    assert scan_of(assembled(post(1, *papers))) == {"张伟": None, "李四": "李四推荐表（盖章）.pdf"}


def test_a_page_too_many_makes_no_nomination() -> None:
    made = assembled(post(1, word("张伟"), scanned("张伟.pdf"), scanned("封面.pdf")))
    assert (len(made.cases), [document.filename for document in made.loose]) == (1, ["封面.pdf"])


def test_two_forms_that_name_nobody_do_not_become_one() -> None:
    assert len(assembled(post(1, word(None), word(None))).cases) == 2


def test_a_blank_form_beside_filled_ones_is_only_filed() -> None:
    made = assembled(post(1, blank(), word("张伟"), scanned("张伟.pdf")))
    assert one(made).nominee == "张伟"
    assert [document.filename for document in made.loose] == ["推荐表（空白）.docx"]


def test_a_blank_form_alone_is_a_nomination_that_lacks_everything() -> None:
    assert one(assembled(post(1, blank()))).form is not None


def test_further_papers_go_to_the_nominee_they_name_or_the_only_one_of_their_mail() -> None:
    documents = [
        *post(1, word("张伟"), word("张伟东"), photo("张伟东1.jpg"), photo("合影.jpg")),
        *post(2, word("李四"), photo("工作照.jpg"), opaque("视频.mp4", "video")),
        *post(3, photo("张伟1.jpg"), other("推荐汇总表.docx", WordFacts(()), Role.SUMMARY)),
    ]
    made = assembled(documents)
    filed = {
        case.nominee: [item.document.filename for item in case.documents if item.role is not Role.FORM]
        for case in made.cases
    }
    assert filed == {"张伟": ["张伟1.jpg"], "张伟东": ["张伟东1.jpg"], "李四": ["工作照.jpg", "视频.mp4"]}
    assert [document.filename for document in made.loose] == ["合影.jpg", "推荐汇总表.docx"]


# Whatever comes ------------------------------------------------------------------------------

NOMINEES = ("张伟", "张伟东", "张玮", None)
PAPERS = st.one_of(
    st.builds(word, st.sampled_from(NOMINEES), st.sampled_from(["volunteer", "project", None])),
    st.builds(
        scanned, st.sampled_from(["张伟.pdf", "张伟东推荐表.pdf", "扫描件.pdf", "最佳科技志愿服务项目.pdf"])
    ),
    st.builds(photo, st.sampled_from(["张伟1.jpg", "合影.jpg"]), content=st.sampled_from(["p", None])),
    st.builds(damaged, st.sampled_from(["张伟推荐表.docx", "推荐表.docx"])),
    st.builds(damaged, st.just("张伟.pdf"), st.just(Role.SCAN)),
    st.builds(blank),
    st.builds(opaque, st.just("材料.zip"), st.just("archive")),
    st.builds(other, st.just("推荐汇总表.docx"), st.just(WordFacts(())), st.just(Role.SUMMARY)),
)
MAILS = st.lists(
    st.tuples(st.lists(PAPERS, min_size=1, max_size=4), st.integers(20, 23)), min_size=1, max_size=4
)


@st.composite
def posted(draw: st.DrawFn) -> tuple[list[Document], list[Document]]:
    """All documents of a unit, as they came and shuffled."""
    mails = draw(MAILS)
    documents = [d for n, (papers, day) in enumerate(mails, 1) for d in post(n, *papers, when=at(day))]
    return documents, draw(st.permutations(documents))


@settings(max_examples=200, deadline=None)
@given(posted())
def test_the_order_in_which_documents_are_read_changes_nothing(
    both: tuple[list[Document], list[Document]],
) -> None:
    documents, shuffled = both
    assert assembled(documents) == assembled(shuffled)


@settings(max_examples=200, deadline=None)
@given(posted())
def test_every_document_has_exactly_one_place_but_for_copies(
    both: tuple[list[Document], list[Document]],
) -> None:
    documents, _ = both
    made = assembled(documents)
    originals = {document.content_hash for document in documents}
    assert len(documents_of(made)) == len(set(documents_of(made))) == len(originals)
    for case in made.cases:
        for role in (Role.FORM, Role.SCAN):
            assert sum(item.current for item in case.documents if item.role is role) <= 1


@settings(max_examples=100, deadline=None)
@given(posted(), st.integers(0, 15))
def test_numbers_are_stable_and_never_given_twice(
    both: tuple[list[Document], list[Document]], cut: int
) -> None:
    documents, _ = both
    before = numbered(assembled(documents[:cut]).cases)
    after = numbered(assembled(documents).cases, before)
    assert len({case.number for case in after}) == len(after)
    assert numbered(assembled(documents).cases, after) == after


def test_photos_go_with_the_form_of_their_folder() -> None:
    papers = [word("张伟"), word("李娜"), photo("照片1.jpg"), photo("照片1.jpg"), photo("合影.jpg")]
    folders = ["材料/张伟", "材料/2", "材料/张伟", "材料/2", "材料"]
    documents = [replace(d, folder=f) for d, f in zip(post(1, *papers), folders, strict=True)]
    made = assembled(documents)
    photos = {c.nominee: [d.document.folder for d in c.documents if d.role is Role.PHOTO] for c in made.cases}
    assert photos == {"张伟": ["材料/张伟"], "李娜": ["材料/2"]}
    assert [document.filename for document in made.loose] == ["合影.jpg"]
