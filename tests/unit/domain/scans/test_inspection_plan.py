"""What is looked at in a unit's scans: no more than may change the outcome, and nothing twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from intake.domain.model.document import Document, Field, Role
from intake.domain.model.inspection import Expected, ExpectedFigure, Inspection, Request
from intake.domain.scans.inspection_plan import LONG_SCAN, MOST_EXPECTED, expected_of, open_requests
from tests.unit.domain.cases import ZHEJIANG, Paper, pdf, photo, post, read_form, scanned, word
from tests.unit.domain.seen import CAMPAIGN, NAME, inspected, page, seal
from tests.unit.domain.sheets_read import layered

SEALED = inspected(page(), page(2, seals=(seal(),)))
UNSEALED = inspected(page(), page(2))
SPELLINGS = (ZHEJIANG, "浙江省科协")


def requests(*papers: Paper, known: Mapping[str, Inspection] | None = None) -> dict[str, Request]:
    """What is open of one mail's papers, by filename; `known` too is by filename."""
    documents = post(1, *papers)
    names = {document.content_hash: document.filename for document in documents}
    hashes = {name: content_hash for content_hash, name in names.items()}
    seen = {hashes[name]: item for name, item in (known or {}).items()}
    return {names[key]: found for key, found in open_requests(documents, seen, CAMPAIGN, SPELLINGS).items()}


def long(filename: str, pages: int) -> Paper:
    """A scan of several pages."""
    paper = scanned(filename)
    return replace(paper, facts=replace(pdf(), pages=pdf().pages * pages, page_count=pages))


def test_a_scan_is_held_against_the_unit_s_forms_the_likeliest_first() -> None:
    found = requests(word("李四"), word(NAME), scanned(f"{NAME}.pdf"), scanned("李四.pdf"))
    assert [form.nominee for form in found[f"{NAME}.pdf"].expected] == [NAME, "李四"]
    assert [form.nominee for form in found["李四.pdf"].expected] == ["李四", NAME]
    assert all(request.text and request.titles for request in found.values())


def test_without_a_form_only_pixels_and_heads_are_looked_at() -> None:
    alone = requests(scanned("扫描件.pdf"))["扫描件.pdf"]
    assert (alone.text, alone.heads) == (False, True)
    assert not requests(scanned("扫描件.pdf"), known={"扫描件.pdf": replace(UNSEALED, heads=True)})


def test_a_scan_without_a_form_whose_filename_says_it_all_is_not_read_while_it_bears_a_seal() -> None:
    name = f"最美科技志愿者推荐表{NAME}.pdf"
    assert not requests(scanned(name))[name].heads
    assert requests(scanned(name), known={name: UNSEALED})[name].heads
    for told_in_part in (f"{NAME}推荐表.pdf", "最美科技志愿者推荐表.pdf"):
        assert requests(scanned(told_in_part))[told_in_part].heads
    glanced = replace(SEALED, effort=0, satisfied=False)
    assert not requests(scanned(name), known={name: glanced})
    assert requests(word(NAME), scanned(name), known={name: glanced})[name].text


def test_a_form_saved_as_pdf_tells_what_its_scan_must_show() -> None:
    text = f"最美科技志愿者推荐表\n推荐单位：{ZHEJIANG}\n姓名：{NAME}\n服务年限：5年\n联系电话：13800000000"
    export = replace(scanned("推荐表.pdf"), facts=layered(text))
    assert [form.nominee for form in requests(export, scanned("a.pdf"))["a.pdf"].expected] == [NAME]
    assert not requests(export)["推荐表.pdf"].expected


@pytest.mark.parametrize(
    ("seen", "again"),
    [
        (SEALED, False),
        (replace(SEALED, satisfied=False, effort=3), False),
        (replace(SEALED, satisfied=False, effort=2), True),
        (replace(SEALED, satisfied=False, effort=0), True),
        (inspected(refused="encrypted"), False),
    ],
)
def test_what_was_seen_is_not_looked_at_again(seen: Inspection, again: bool) -> None:
    found = requests(word(NAME), scanned("扫描件.pdf"), known={"扫描件.pdf": seen})
    assert bool(found) is again


@pytest.mark.parametrize(
    ("pages", "forms", "heads"), [(LONG_SCAN, 1, True), (2, 1, False), (2, 2, True), (1, 2, False)]
)
def test_the_heads_are_read_where_a_file_may_hold_several_forms(pages: int, forms: int, heads: bool) -> None:
    found = requests(*(word(f"{NAME}{n}") for n in range(forms)), long("扫描件.pdf", pages))
    assert found["扫描件.pdf"].heads is heads


def test_heads_that_were_not_read_are_read_once_a_further_form_comes() -> None:
    paper = long("扫描件.pdf", 2)
    assert not requests(word(NAME), paper, known={paper.filename: SEALED})
    later = requests(word(NAME), word("李四"), paper, known={paper.filename: SEALED})
    assert later[paper.filename].heads
    seen = replace(SEALED, heads=True)
    assert not requests(word(NAME), word("李四"), paper, known={paper.filename: seen})


def test_pictures_are_read_while_a_form_lacks_its_scan() -> None:
    small = photo("logo.png", 120, 120)
    assert set(requests(word(NAME), photo("IMG_1.jpg"), small)) == {"IMG_1.jpg"}
    assert requests(word(NAME), photo("IMG_1.jpg"))["IMG_1.jpg"].text
    assert set(requests(word(NAME), scanned("a.pdf"), photo("IMG_1.jpg"))) == {"a.pdf"}


def test_pictures_are_looked_at_where_a_scan_bears_no_seal() -> None:
    papers = word(NAME), scanned("a.pdf"), photo("IMG_1.jpg")
    assert requests(*papers, known={"a.pdf": UNSEALED}) == {"IMG_1.jpg": Request()}
    assert not requests(*papers, known={"a.pdf": SEALED})
    assert not requests(*papers, known={"a.pdf": inspected(refused="broken")})
    assert not requests(*papers, known={"a.pdf": UNSEALED, "IMG_1.jpg": inspected(page(lines=()))})


def test_a_picture_seen_without_its_text_is_read_once_a_form_lacks_its_scan() -> None:
    glanced = replace(inspected(page(lines=())), effort=0, satisfied=False)
    papers = word(NAME), word("李四"), scanned("a.pdf"), photo("IMG_1.jpg")
    assert requests(*papers, known={"a.pdf": SEALED, "IMG_1.jpg": glanced})["IMG_1.jpg"].text


def test_no_more_forms_than_can_be_held_against_a_scan() -> None:
    forms = [word(f"{NAME}{n}") for n in range(MOST_EXPECTED + 5)]
    assert len(requests(*forms, scanned("a.pdf"))["a.pdf"].expected) == MOST_EXPECTED


def test_what_a_scan_must_show() -> None:
    figure = Field("service_years", 5.0, "5年")
    wordy = Field("service_years", 5.0, "自2019年起参加科技志愿服务，至今已有五年多的时间")
    form = read_form(NAME, service_years=figure, unit_name="浙江省科协")
    found = expected_of(form, CAMPAIGN, SPELLINGS)
    assert found is not None
    assert replace(found, figures=()) == Expected(NAME, _category("volunteer"), ("浙江省科协", ZHEJIANG))
    assert [(one.text, "服务年限" in one.labels) for one in found.figures] == [("5年", True)]
    # It runs over lines, so that none of them is level with its label.
    several = expected_of(read_form(NAME, service_years=wordy), CAMPAIGN, ())
    assert several is not None and several.figures == (ExpectedFigure(wordy.text),)
    unclear = Field("service_years", None, "若干年")
    assert expected_of(read_form(NAME, service_years=unclear), CAMPAIGN, ()).figures == ()  # type: ignore[union-attr]
    assert expected_of(read_form(None), CAMPAIGN, SPELLINGS) is None
    strange = expected_of(read_form(NAME, category=None, unit_name="某某协会"), CAMPAIGN, SPELLINGS)
    assert strange == Expected(NAME, (), ("某某协会",), ())
    assert expected_of(read_form(NAME, unit_name=None), CAMPAIGN, SPELLINGS).units == ()  # type: ignore[union-attr]


def _category(wanted: str) -> tuple[str, ...]:
    category = next(item for item in CAMPAIGN.category if item.id == wanted)
    return category.name, *category.aliases


def test_other_papers_are_no_scans() -> None:
    documents: list[Document] = post(1, word(NAME), scanned("a.pdf"), scanned("汇总表.pdf"))
    documents[2] = replace(documents[2], role=Role.SUMMARY)
    assert set(open_requests(documents, {}, CAMPAIGN)) == {documents[1].content_hash}


def test_heads_are_read_where_a_form_was_shown_by_no_scan() -> None:
    """As many scans as forms, but one of them may hold two, and the other be a third nominee's."""
    papers = word(NAME), word("李四"), long("合并.pdf", 4), scanned("王五.pdf")
    first = requests(*papers)
    assert not any(request.heads for request in first.values())
    shown = {"合并.pdf": SEALED, "王五.pdf": replace(SEALED, heads=True)}
    later = requests(*papers, known=shown)
    assert set(later) == {"合并.pdf"}
    assert later["合并.pdf"].heads
    assert not requests(word(NAME), *papers[2:], known=shown)


def test_an_ofd_is_never_looked_at() -> None:
    ofd = Paper(f"{NAME}推荐表.ofd", Role.SCAN, replace(pdf(), format="ofd"))
    documents = post(1, word(NAME), ofd)
    assert open_requests(documents, {}, CAMPAIGN) == {}
