"""What may be a mark, wherever it stands, is told to a person once and in an order that never changes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import ValidationError

from intake.domain.campaign.campaign import Secrecy
from intake.domain.model.certainty import Basis
from intake.domain.model.document import Document
from intake.domain.model.inspection import Inspection
from intake.domain.model.nomination import Severity, State
from intake.domain.rules.case_view import Circumstances
from intake.domain.rules.judge import judge_unit
from intake.domain.secrecy.doubtful_marks import maybe_marked, own_mark
from tests.unit.domain.cases import CAMPAIGN, assembled, post, scanned, word
from tests.unit.domain.seen import inspected, line, lines, page

MARKS = ("内部资料 注意保管", "仅供评审")
MARKED = replace(page(), lines=(line("秘密大5年", 0), *lines()))


def papers(*pages: object, name: str = "于洁推荐表（盖章）.pdf") -> list[Document]:
    """A form and its scan, of which these pages were seen."""
    form, scan = post(1, word("于洁"), scanned(name))
    return [form, replace(scan, inspection=inspected(*pages))]  # type: ignore[arg-type]


def told(
    *documents: Document, subject: str = "推荐材料", body: str = "", own: tuple[str, ...] = ()
) -> list[str]:
    ref = replace(documents[0].message, subject=subject)
    found = maybe_marked([(ref, body)], documents, own)
    assert set(found) <= {ref.id}
    return [mark.said for mark in found.get(ref.id, ())]


def test_a_file_cut_into_several_is_told_of_once() -> None:
    form, scan = papers(MARKED)
    again = replace(scan, part=1, inspection=inspected(replace(MARKED, number=3)))
    whole = replace(scan, inspection=inspected(MARKED, replace(MARKED, number=3)))
    for documents in ((form, scan, again), (form, whole, again), (again, whole, form)):
        assert told(*documents) == ["扫描件“于洁推荐表（盖章）.pdf”第1、3页有疑似密级标志"]


def test_words_come_before_what_was_seen() -> None:
    said = told(*papers(MARKED), body="另有一份涉密材料通过机要渠道报送。", subject="张三涉密文件")
    assert said == ["来件主题、正文有疑似密级标志", "扫描件“于洁推荐表（盖章）.pdf”第1页有疑似密级标志"]


def test_the_nomination_waits_for_a_person_on_the_word_of_a_reader() -> None:
    documents = papers(MARKED)
    marks = maybe_marked([], documents)
    ((_, judgement),) = judge_unit(assembled(documents), Circumstances(CAMPAIGN, doubtful_marks=marks))
    (found,) = [f for f in judgement.findings if "密级" in f.evidence]
    assert judgement.state is State.REVIEW
    assert (found.code, found.severity, found.basis) == ("doubtful", Severity.REVIEW, Basis.OCR)
    assert found.document == "于洁推荐表（盖章）.pdf" and found.confidence == 0.99
    assert found.evidence == "扫描件“于洁推荐表（盖章）.pdf”第1页有疑似密级标志，请核对是否涉密"


def test_ordinary_mail_is_nothing_to_a_person() -> None:
    assert told(*papers(page()), body="材料已经保密审查，不涉密，请查收。", own=MARKS) == []
    form, scan = papers(page())
    assert told(form, replace(scan, inspection=None), own=MARKS) == []
    assert told(form, replace(scan, inspection=Inspection((), 0)), own=MARKS) == []


@pytest.mark.parametrize(
    "text",
    [
        "内部资料 注意保管",
        "内部资料注意保管",
        "【内部资料　注意保管】",
        "推荐材料（仅供评审）",
        "仅供评审_于洁推荐表.docx",
        "2024年度 仅供评审",
    ],
)
def test_marks_of_the_campaign_stand_by_themselves(text: str) -> None:
    assert own_mark([text], MARKS) in MARKS
    assert own_mark([text], ()) == ""


@pytest.mark.parametrize("text", ["非内部资料注意保管", "仅供评审委员会参考", "内部资料", "注意保管", ""])
def test_words_that_hold_one_are_none(text: str) -> None:
    assert own_mark([text], MARKS) == ""


@pytest.mark.parametrize("mark", ["", " ", "密", " 密 ", "密" * 41])
def test_a_mark_that_would_stand_everywhere_is_refused(mark: str) -> None:
    with pytest.raises(ValidationError):
        Secrecy(marks=(mark,))


def test_where_a_mark_of_the_campaign_was_seen() -> None:
    said = "“内部资料 注意保管”字样"
    plain = papers(page())
    assert told(*plain, subject="内部资料　注意保管：推荐材料", own=MARKS) == [f"来件主题有{said}"]
    assert told(*plain, body="内部资料 注意保管\n请查收。", own=MARKS) == [f"来件正文有{said}"]
    named = papers(page(), name="（内部资料注意保管）于洁.pdf")
    assert told(*named, own=MARKS) == [f"来件文件名有{said}"]
    two_lines = replace(page(), lines=(line("内部资料", 0), line("注意保管", 1), *lines()))
    assert told(*papers(two_lines), own=MARKS) == [f"扫描件“于洁推荐表（盖章）.pdf”第1页有{said}"]
    assert told(*papers(two_lines)) == []
