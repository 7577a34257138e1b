"""From files to scans: one PDF with several forms, one form in several files, pictures that are pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from intake.domain.model.document import Document, Role
from intake.domain.model.doubt import DoubtKind
from intake.domain.model.inspection import ScanPage
from intake.domain.model.nomination import Case, Severity
from intake.domain.scans.splitting import join, read_scans
from tests.unit.domain.cases import (
    CAMPAIGN,
    Paper,
    assembled,
    campaign,
    codes,
    finding,
    judged,
    photo,
    post,
    scan_of,
    word,
)
from tests.unit.domain.sheets_read import (
    blank,
    layered,
    letter,
    listing,
    looked_at,
    page,
    pictures_only,
    scan_paper,
    second,
    upright,
)

TEXT = "最美科技志愿者推荐表\n姓名  {}  性别  男\n推荐单位  浙江省科学技术协会\n服务年限  5年\n民族  汉族"


def one_file(names: Sequence[str], pages: Sequence[ScanPage], filename: str = "扫描.pdf") -> list[Document]:
    """Forms of these nominees, and one inspected PDF of these pages."""
    documents = post(1, *map(word, names), scan_paper(filename, len(pages)))
    return [*documents[:-1], looked_at(documents[-1], *pages)]


def parts_of(case: Case) -> tuple[int, ...]:
    scan = case.current(Role.SCAN)
    return scan.pages if scan else ()


# One file, several forms ---------------------------------------------------------------------


def test_one_pdf_is_split_where_each_form_begins() -> None:
    pages = [page("李四", number=1), second(2), page("张伟", number=3), second(4), page("王五", number=5)]
    made = assembled(one_file(["张伟", "李四", "王五"], pages))
    assert {case.nominee: parts_of(case) for case in made.cases} == {
        "张伟": (3, 4),
        "李四": (1, 2),
        "王五": (5,),
    }
    assert all(not case.doubts for case in made.cases)
    assert {item.certain for case in made.cases for item in case.documents} == {True}


def test_a_part_shows_its_own_pages_alone() -> None:
    document = one_file([], [page("李四", number=1), page("张伟", number=2), second(3)])[0]
    first, last = read_scans([document], CAMPAIGN).documents
    assert (first.part, last.part) == (0, 1)
    assert first.inspection is not None
    assert last.inspection is not None
    assert [item.number for item in first.inspection.pages] == [1]
    assert [item.number for item in last.inspection.pages] == [2, 3]
    assert last.inspection.page_count == 2
    assert (first.content_hash, first.id) == (last.content_hash, last.id)


def test_letter_and_list_in_front_go_to_nobody() -> None:
    pages = [
        letter(1),
        listing(["张伟", "李四"], 2),
        page("张伟", number=3),
        second(4),
        page("李四", number=5),
    ]
    made = assembled(one_file(["张伟", "李四"], pages))
    assert {case.nominee: parts_of(case) for case in made.cases} == {"张伟": (3, 4), "李四": (5,)}


def test_a_letter_before_the_only_form_is_left_out_of_it() -> None:
    made = assembled(one_file(["张伟"], [letter(1), page("张伟", number=2), second(3)]))
    assert parts_of(made.cases[0]) == (2, 3)


@pytest.mark.parametrize(
    "again",
    [page("张伟", number=2), second(2, title="2024年度“最美科技志愿者”推荐表"), second(2), blank(2)],
)
def test_a_form_that_goes_on_is_not_split(again: ScanPage) -> None:
    documents = one_file(["张伟", "李四"], [page("张伟", number=1), again])
    (scan,) = read_scans(documents[2:], CAMPAIGN).documents
    assert (scan.part, scan.pages) == (0, ())
    case = next(case for case in assembled(documents).cases if case.nominee == "张伟")
    assert case.doubts == ()


@pytest.mark.parametrize("misread", ["张玮", "张"])
def test_where_nobody_can_say_whether_a_form_begins_nothing_is_split(misread: str) -> None:
    """One letter off may be another nominee, or a slip on the second page of the first one."""
    documents = one_file(["张伟"], [page("张伟", number=1), page(misread, number=2)])
    read = read_scans(documents[1:], CAMPAIGN)
    assert [item.pages for item in read.documents] == [()]
    assert read.unclear == {documents[1].key}
    (case,) = assembled(documents).cases
    assert DoubtKind.SCAN_OF_SEVERAL in {doubt.kind for doubt in case.doubts}


def test_one_nominee_in_two_categories_is_split() -> None:
    forms = [word("银龄队", "organisation"), word("银龄队", "project")]
    *documents, scan = post(1, *forms, scan_paper("1.pdf", 2))
    pages = [page("银龄队", "project", 1), page("银龄队", "organisation", 2)]
    made = assembled([*documents, looked_at(scan, *pages)])
    assert {case.category: parts_of(case) for case in made.cases} == {"organisation": (2,), "project": (1,)}


def test_the_text_layer_is_split_as_well() -> None:
    paper = Paper("推荐表.pdf", Role.SCAN, layered(TEXT.format("李四"), TEXT.format("张伟")))
    made = assembled(post(1, word("张伟"), word("李四"), paper))
    assert {case.nominee: parts_of(case) for case in made.cases} == {"张伟": (2,), "李四": (1,)}


def test_a_file_of_which_only_the_first_pages_were_read_is_not_split() -> None:
    *forms, scan = one_file(["张伟", "李四"], [page("张伟", number=1), page("李四", number=2)])
    made = assembled([*forms, looked_at(scan, page("张伟"), heads=False)])
    assert scan_of(made) == {"张伟": "扫描.pdf", "李四": None}
    assert all(parts_of(case) == () for case in made.cases)


def test_pages_beyond_the_limit_leave_the_file_whole_and_a_doubt() -> None:
    *forms, scan = one_file(["张伟", "李四"], [page("张伟", number=1), page("李四", number=2)])
    scan = replace(scan, facts=pictures_only(9))
    for case in assembled([*forms, scan]).cases:
        assert case.doubts


@pytest.mark.parametrize(("count", "told"), [(2, False), (4, True)])
def test_a_short_scan_of_one_nominee_is_no_other_s_for_a_page_without_text(count: int, told: bool) -> None:
    """The second page may bear but a seal; of a longer file nobody can say."""
    blanks = [blank(number) for number in range(2, count + 1)]
    form, scan = one_file(["张伟"], [page("张伟"), *blanks], "张伟.pdf")
    (other,) = post(2, word("李四"))
    doubts = {case.nominee: bool(case.doubts) for case in assembled([form, scan, other]).cases}
    assert doubts == {"张伟": False, "李四": told}


def test_parts_keep_their_numbers_when_read_again() -> None:
    documents = one_file(["张伟", "李四"], [page("李四", number=1), page("张伟", number=2)])
    assert assembled(documents) == assembled(list(reversed(documents)))


# One form, several files ---------------------------------------------------------------------


def files(case: Case) -> list[tuple[str, int, bool]]:
    """The files of the scan, with their places in it and whether they count."""
    return [(i.document.filename, i.page, i.current) for i in case.documents if i.role is Role.SCAN]


@pytest.mark.parametrize(
    "names", [("张伟第1页.pdf", "张伟第2页.pdf"), ("第一页.pdf", "第二页.pdf"), ("张伟_1.pdf", "张伟_2.pdf")]
)
def test_pdfs_that_count_their_pages_are_one_scan(names: tuple[str, str]) -> None:
    papers = [scan_paper(name) for name in reversed(names)]
    (case,) = assembled(post(1, word("张伟"), *papers)).cases
    assert files(case) == [(names[0], 0, True), (names[1], 1, True)]


def test_a_page_without_a_title_goes_on_with_the_one_before() -> None:
    form, one, two = post(1, word("张伟"), scan_paper("IMG_0001.pdf"), scan_paper("IMG_0002.pdf"))
    (case,) = assembled([form, looked_at(one, page("张伟")), looked_at(two, second(1))]).cases
    scan = case.current(Role.SCAN)
    assert files(case) == [("IMG_0001.pdf", 0, True), ("IMG_0002.pdf", 1, True)]
    assert scan is not None
    assert scan.inspection is not None
    assert [(item.number, bool(item.seals)) for item in scan.inspection.pages] == [(1, False), (2, True)]


def test_numbered_scans_of_two_forms_are_two_scans() -> None:
    documents = post(1, word("张伟"), word("李四"), scan_paper("扫描1.pdf"), scan_paper("扫描2.pdf"))
    *forms, one, two = documents
    made = assembled([*forms, looked_at(one, page("李四")), looked_at(two, page("张伟"))])
    assert scan_of(made) == {"张伟": "扫描2.pdf", "李四": "扫描1.pdf"}
    # Nor are they joined while nobody has looked at them.
    assert scan_of(assembled(documents)) == {"张伟": "扫描1.pdf", "李四": "扫描2.pdf"}


def test_a_page_that_nobody_looked_at_leaves_a_gap_in_what_was_seen() -> None:
    one, two, three = post(1, *[scan_paper(f"张伟{n}.pdf") for n in (1, 2, 3)])
    whole = join([looked_at(one, page("张伟")), two, looked_at(three, second(1))])
    assert whole.inspection is not None
    assert [item.number for item in whole.inspection.pages] == [1, 3]
    assert whole.inspection.page_count == 3


# Pictures ------------------------------------------------------------------------------------


def test_photographed_pages_are_the_scan_in_their_order() -> None:
    names = ["微信图片_20250220101507.jpg", "微信图片_20250220101501.jpg"]
    form, two, one = post(1, word("张伟"), *map(upright, names))
    documents = [form, looked_at(two, second(1)), looked_at(one, page("张伟"))]
    (case,) = assembled(documents).cases
    assert files(case) == [(names[1], 0, True), (names[0], 1, True)]
    ((_, judgement),) = judged(documents)
    assert not {"scan-missing", "wrong-format"} & set(codes(judgement))
    assert finding(judgement, "scan-in-pictures").severity is Severity.NOTE


def test_pictures_of_two_forms_are_parted_by_their_titles() -> None:
    papers = [upright(f"IMG_{n:04}.jpg") for n in range(1, 5)]
    *forms, a, b, c, d = post(1, word("张伟"), word("李四"), *papers)
    pages = [page("李四"), second(1), page("张伟"), second(1)]
    shown = [looked_at(item, seen) for item, seen in zip((a, b, c, d), pages, strict=True)]
    made = assembled([*forms, *shown])
    assert {case.nominee: [name for name, _, _ in files(case)] for case in made.cases} == {
        "张伟": ["IMG_0003.jpg", "IMG_0004.jpg"],
        "李四": ["IMG_0001.jpg", "IMG_0002.jpg"],
    }


def test_portraits_and_photographs_from_work_stay_photographs() -> None:
    form, one, two, three = post(
        1, word("张伟"), upright("张伟1.jpg"), upright("张伟2.jpg"), photo("现场照片.jpg")
    )
    banner = replace(page("李四"), paper=0.1)
    documents = [form, looked_at(one, blank(1, 0.05)), looked_at(two, banner), three]
    (case,) = assembled(documents).cases
    assert [item.role for item in case.documents] == [Role.FORM, Role.PHOTO, Role.PHOTO, Role.PHOTO]
    ((_, judgement),) = judged(documents)
    assert finding(judgement, "scan-missing").severity is Severity.REVIEW


def test_pictures_are_not_asked_where_the_pdf_is_there() -> None:
    form, scan, picture = post(1, word("张伟"), scan_paper("张伟.pdf"), upright("张伟推荐表.jpg"))
    (case,) = assembled([form, scan, looked_at(picture, page("张伟"))]).cases
    assert files(case) == [("张伟.pdf", 0, True)]
    assert [item.role for item in case.documents] == [Role.FORM, Role.SCAN, Role.PHOTO]


@pytest.mark.parametrize(
    ("name", "taken"),
    [("张伟推荐表盖章.jpg", True), ("扫描件.png", True), ("张伟.jpg", False), ("推荐表现场照片.jpg", False)],
)
def test_a_picture_that_nobody_looked_at_is_a_scan_where_its_name_says_so(name: str, taken: bool) -> None:
    (case,) = assembled(post(1, word("张伟"), upright(name))).cases
    assert (case.current(Role.SCAN) is not None) == taken


def test_pictures_that_may_be_either_form_s_are_for_a_person() -> None:
    documents = post(1, word("张伟"), word("李四"), upright("推荐表1.jpg"), upright("推荐表2.jpg"))
    for _, judgement in judged(documents):
        assert finding(judgement, "scan-missing").severity is Severity.REVIEW


# Which format is asked for -------------------------------------------------------------------

ONLY_PDF = campaign(needs=CAMPAIGN.needs.model_dump() | {"scan_format": "pdf"})


def test_pictures_are_a_wrong_format_where_pdf_is_required() -> None:
    form, picture = post(1, word("张伟"), upright("1.jpg"))
    ((_, judgement),) = judged([form, looked_at(picture, page("张伟"))], rules=ONLY_PDF)
    told = finding(judgement, "wrong-format")
    assert (told.severity, told.document) == (Severity.CURABLE, "1.jpg")


def test_a_pdf_that_may_be_the_scan_makes_a_person_look_first() -> None:
    form, picture = post(1, word("张伟"), upright("1.jpg"))
    more = post(2, Paper("附件.pdf", Role.OTHER, layered("公示材料，请予审阅")))
    ((_, judgement),) = judged([form, looked_at(picture, page("张伟")), *more], rules=ONLY_PDF)
    assert finding(judgement, "wrong-format").severity is Severity.REVIEW


def test_a_pdf_is_never_a_wrong_format() -> None:
    form, scan = post(1, word("张伟"), scan_paper("1.pdf"))
    for rules in (CAMPAIGN, ONLY_PDF):
        ((_, judgement),) = judged([form, looked_at(scan, page("张伟"))], rules=rules)
        assert not {"wrong-format", "scan-in-pictures"} & {item.code for item in judgement.findings}
