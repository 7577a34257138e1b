"""One file with several forms: its parts as nominations, and the scan that they share."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake.domain.assembly.attribution import Incoming, attribute
from intake.domain.documents.roles import may_be_form, read_parts
from intake.domain.model.document import Document, Role
from intake.domain.model.doubt import DoubtKind
from intake.domain.model.facts import OpaqueFacts, PdfFacts, PdfPage
from intake.domain.model.nomination import Severity
from tests.unit.domain import sheets
from tests.unit.domain.cases import (
    AGRONOMISTS,
    CAMPAIGN,
    REGISTRY,
    ZHEJIANG,
    Paper,
    assembled,
    codes,
    judged,
    numbered,
    post,
    read_form,
    ref,
    scan_of,
    scanned,
    word,
)

NAMES = ("张伟", "张玮", "李强")


def bundle(
    *names: str, filename: str = "推荐表合订.docx", unit_of: dict[str, str] | None = None
) -> list[Document]:
    """The parts of one Word file with a form for each name, sent in mail 1."""
    (whole,) = post(1, word(names[0], filename=filename))
    units = unit_of or {}
    return [
        replace(whole, part=part, form=read_form(name, unit_name=units.get(name, ZHEJIANG)))
        for part, name in enumerate(names)
    ]


def pages(count: int, filename: str, number: int = 2) -> Document:
    """A scan of so many pages, in a mail of its own."""
    scan = PdfFacts(tuple(PdfPage("", 595.0, 842.0, 1.0) for _ in range(count)), count)
    return post(number, Paper(filename, Role.SCAN, scan))[0]


@pytest.mark.parametrize(
    "filename",
    ["推荐表合订.pdf", "推荐表合订（盖章扫描件）.pdf", "张伟、张玮、李强.pdf", "张伟 张玮和李强推荐表.pdf"],
)
def test_a_scan_that_its_name_gives_to_all_is_everybody_s(filename: str) -> None:
    made = assembled([*bundle(*NAMES), pages(3, filename)])
    assert scan_of(made) == dict.fromkeys(NAMES, filename)
    assert all(not case.doubts for case in made.cases)
    assert made.loose == ()


@pytest.mark.parametrize(("count", "filename"), [(3, "扫描件.pdf"), (2, "推荐表合订.pdf"), (3, "推荐表.pdf")])
def test_one_scan_of_several_forms_without_a_word_whose_it_is_goes_to_a_person(
    count: int, filename: str
) -> None:
    documents = [*bundle(*NAMES), pages(count, filename)]
    for _, judgement in judged(documents):
        assert codes(judgement, Severity.CURABLE) == []
        assert codes(judgement, Severity.REVIEW)


def test_separate_scans_find_their_parts_by_name() -> None:
    documents = [*bundle(*NAMES), *(pages(2, f"{name}.pdf", 2 + n) for n, name in enumerate(NAMES))]
    made = assembled(documents)
    assert scan_of(made) == {name: f"{name}.pdf" for name in NAMES}
    assert all(not case.doubts for case in made.cases)


def test_two_nominees_in_one_name_but_not_side_by_side_share_nothing() -> None:
    """The second is the first one's team: 张伟（余杭服务队）."""
    papers = [*post(1, word("张伟"), word("余杭服务队", "organisation"))]
    made = assembled([*papers, pages(3, "张伟（余杭服务队）推荐表.pdf")])
    assert sum(name is not None for name in scan_of(made).values()) == 1


def test_a_shared_scan_takes_no_number_from_another() -> None:
    first = assembled([*bundle(*NAMES), pages(3, "推荐表合订.pdf")])
    recorded = numbered(first.cases)
    again = assembled([*bundle(*reversed(NAMES)), pages(3, "推荐表合订.pdf")])
    after = numbered(again.cases, [replace(case, documents=case.documents) for case in recorded])
    assert sorted(case.number or "" for case in after) == sorted(case.number or "" for case in recorded)


def test_parts_of_several_units_go_to_a_person() -> None:
    documents = bundle(*NAMES[:2], unit_of={"张玮": AGRONOMISTS})
    owner = attribute(Incoming(ref(1), "", tuple(documents)), REGISTRY, CAMPAIGN)
    assert owner.unit.name == ZHEJIANG
    for case in assembled(documents).cases:
        assert DoubtKind.UNITS_IN_ONE_FILE in {doubt.kind for doubt in case.doubts}


def test_a_part_that_names_no_unit_does_not_take_it_from_the_others() -> None:
    documents = bundle(*NAMES[:2], unit_of={"张玮": ""})
    documents[1] = replace(documents[1], form=read_form("张玮", unit_name=None))
    owner = attribute(Incoming(ref(1), "", tuple(documents)), REGISTRY, CAMPAIGN)
    assert (owner.unit.name, owner.how) == (ZHEJIANG, "form")


BLANK = sheets.word(
    "最美科技志愿者推荐表", sheets.table(["姓名", ""], ["推荐单位", ""], ["服务年限", ""], ["性别", ""])
)


def blank_form(number: int = 1) -> Document:
    """A blank template as it is read, in a mail of its own."""
    ((role, form),) = read_parts(BLANK, "推荐表模板.docx", CAMPAIGN)
    return post(number, Paper("推荐表模板.docx", role, BLANK, form))[0]


def test_a_blank_template_beside_a_filled_form_is_filed_and_hides_nothing() -> None:
    documents = [blank_form(3), *post(1, word("张伟"), scanned("张伟.pdf"))]
    made = assembled(documents)
    assert [case.nominee for case in made.cases] == ["张伟"]
    (template,) = made.loose
    assert (template.role, template.filename) == (Role.OTHER, "推荐表模板.docx")
    assert not may_be_form(template)


def test_a_lone_blank_form_is_for_a_person() -> None:
    ((case, judgement),) = judged([blank_form()])
    assert (case.nominee, case.category) == (None, "volunteer")
    assert "form-incomplete" in codes(judgement, Severity.REVIEW)
    assert codes(judgement, Severity.CURABLE) in ([], ["scan-missing"])


@pytest.mark.parametrize(("filename", "may_be"), [("张伟推荐表.doc", True), ("说明.txt", False)])
def test_text_under_the_name_of_a_word_file_may_be_the_form(filename: str, may_be: bool) -> None:
    (document,) = post(1, Paper(filename, Role.OTHER, OpaqueFacts("text")))
    assert may_be_form(document) is may_be
