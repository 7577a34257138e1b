"""Which nomination a link is for: asked of the unit where it is sure, shown to a person where it is not."""

from __future__ import annotations

import pytest

from intake.domain.campaign.findings import remedy
from intake.domain.mail.links import CloudLink
from intake.domain.model.nomination import Severity, State
from tests.unit.domain.cases import Paper, at, codes, finding, judged, opaque, post, scanned, unit, word

CURABLE, REVIEW = Severity.CURABLE, Severity.REVIEW
NO_SCAN, NO_FORM = [word("张伟")], [scanned("最美科技志愿者张伟推荐表.pdf")]


def link(filename: str = "", number: int = 1) -> CloudLink:
    return CloudLink(
        "QQ邮箱超大附件",
        filename,
        "128.03M",
        None,
        "2025年3月1日 21:59 到期",
        f"https://pan.baidu.com/s/{number}",
    )


@pytest.mark.parametrize(
    ("papers", "filename"),
    [
        (NO_SCAN, "张伟推荐表（盖章）.pdf"),
        (NO_SCAN, "张伟.zip"),
        (NO_SCAN, "张伟盖章页.jpg"),
        (NO_SCAN, "扫描件.pdf"),
        (NO_SCAN, "浙江省科协推荐材料.rar"),
        (NO_SCAN, ""),
        (NO_FORM, "张伟推荐表.docx"),
        (NO_FORM, "张伟.rar"),
        (NO_FORM, ""),
    ],
)
def test_the_link_of_the_one_nomination_is_asked_for_as_a_file(papers: list[Paper], filename: str) -> None:
    ((_, judgement),) = judged(post(1, *papers), links={1: [link(filename)]})
    assert (codes(judgement), judgement.state) == (["cloud-link"], State.DEFICIENT)
    found = finding(judgement, "cloud-link")
    assert (found.severity, found.document) == (CURABLE, filename or None)
    for said in (
        filename,
        "128.03M",
        "2025年3月1日 21:59 到期",
        "推荐表WORD版" if papers is NO_FORM else "盖章扫描PDF",
    ):
        assert said in found.evidence
    assert "https" not in found.evidence
    assert "未收到文件本身" in remedy("cloud-link", found.evidence).problem


@pytest.mark.parametrize(
    ("papers", "links"),
    [
        (NO_SCAN, {1: [link("李四推荐表.pdf")]}),
        (NO_SCAN, {1: [link("张伟照片.zip")]}),
        (NO_SCAN, {1: [link("张伟事迹材料.docx")]}),
        (NO_SCAN, {1: [link("张伟推荐表.docx")]}),
        (NO_SCAN, {1: [link("材料.zip"), link("补充.zip", 2)]}),
        ([*NO_SCAN, opaque("附件.rar", "archive")], {1: [link("张伟.pdf")]}),
    ],
)
def test_a_link_that_only_may_be_the_paper_is_for_a_person(
    papers: list[Paper], links: dict[int, list[CloudLink]]
) -> None:
    ((_, judgement),) = judged(post(1, *papers), links=links)
    assert judgement.state is State.REVIEW
    assert finding(judgement, "scan-missing").severity is REVIEW
    assert "链接" in finding(judgement, "scan-missing").evidence
    told = [item for item in judgement.findings if item.code == "cloud-link"]
    assert len(told) == len(links[1])
    assert {item.severity for item in told} == {REVIEW}


@pytest.mark.parametrize("filename", ["张伟风采.mp4", "推荐汇总表.xlsx"])
def test_what_cannot_be_the_paper_does_not_keep_us_from_asking_for_it(filename: str) -> None:
    ((_, judgement),) = judged(post(1, *NO_SCAN), links={1: [link(filename)]})
    assert codes(judgement, CURABLE) == ["scan-missing"]
    assert codes(judgement, REVIEW) == []


def test_a_pdf_offered_is_no_word_form() -> None:
    ((_, judgement),) = judged(post(1, *NO_FORM), links={1: [link("张伟推荐表.pdf")]})
    assert codes(judgement) == ["form-missing"]


def test_a_link_is_for_the_nomination_that_its_own_mail_brought() -> None:
    papers = [*post(1, word("张伟")), *post(2, word("李四"))]
    told = {
        case.nominee: codes(judgement, CURABLE) for case, judgement in judged(papers, links={1: [link()]})
    }
    assert told == {"张伟": ["cloud-link"], "李四": ["scan-missing"]}


def test_links_go_to_the_nominees_whom_they_name() -> None:
    mails = post(1, word("张伟"), word("李四"), word("王五"), scanned("王五.pdf"))
    found = judged(mails, links={1: [link("张伟.pdf"), link("李四（盖章）.pdf", 2)]})
    assert {case.nominee: codes(judgement) for case, judgement in found} == {
        "张伟": ["cloud-link"],
        "李四": ["cloud-link"],
        "王五": [],
    }
    assert {finding(j, "cloud-link").document for _, j in found if codes(j)} == {
        "张伟.pdf",
        "李四（盖章）.pdf",
    }


def test_a_link_that_names_nobody_may_be_any_of_several() -> None:
    for _, judgement in judged(post(1, word("张伟"), word("李四")), links={1: [link("扫描件.zip")]}):
        assert codes(judgement) == ["scan-missing", "cloud-link"]
        assert judgement.state is State.REVIEW


def test_an_old_link_for_another_nomination_is_not_taken_for_a_new_one_s_scan() -> None:
    mails = [*post(1, word("李四"), scanned("李四.pdf")), *post(2, word("张伟"))]
    by_case = {case.nominee: judgement for case, judgement in judged(mails, links={1: [link("材料.zip")]})}
    assert by_case["张伟"].state is State.REVIEW
    assert by_case["李四"].state is State.COMPLETE
    named = {case.nominee: judgement for case, judgement in judged(mails, links={1: [link("李四.zip")]})}
    assert codes(named["张伟"]) == ["scan-missing"]


def test_a_link_stays_with_the_nomination_that_then_lacked_the_paper() -> None:
    """Its scan came later as a file: the link is spent, and was never meant for another."""
    mails = [*post(1, word("李四")), *post(2, word("张伟")), *post(3, scanned("李四.pdf"), when=at(22))]
    by_case = {case.nominee: judgement for case, judgement in judged(mails, links={1: [link("8.pdf")]})}
    assert codes(by_case["张伟"], CURABLE) == ["scan-missing"]
    assert by_case["李四"].state is State.COMPLETE


def test_nothing_is_found_where_nothing_is_missing() -> None:
    ((_, judgement),) = judged(
        post(1, word("张伟"), scanned("张伟.pdf")), unit(), links={1: [link("照片.zip")]}
    )
    assert judgement.state is State.COMPLETE


# Files that a limit kept out ------------------------------------------------------------------


@pytest.mark.parametrize(("papers", "code"), [(NO_SCAN, "scan-missing"), (NO_FORM, "form-missing")])
@pytest.mark.parametrize("name", ["大文件.zip", "张伟推荐表（盖章）.pdf", "第1000部分以后的内容"])
def test_what_a_limit_kept_out_may_be_the_missing_paper(papers: list[Paper], code: str, name: str) -> None:
    ((_, judgement),) = judged(post(1, *papers), left_out={2: [name]})
    found = finding(judgement, code)
    assert (found.severity, judgement.state) == (REVIEW, State.REVIEW)
    assert name in found.evidence


def test_a_file_named_for_another_nominee_hides_nothing() -> None:
    papers = post(1, word("张伟"), word("李芳"), scanned("李芳推荐表.pdf"))
    judgements = {case.nominee: found for case, found in judged(papers, left_out={1: ["李芳扫描件.pdf"]})}
    assert judgements["张伟"].state is State.DEFICIENT
    assert finding(judgements["张伟"], "scan-missing").severity is CURABLE


def test_what_is_whole_needs_nobody_for_a_file_too_many() -> None:
    ((_, judgement),) = judged(post(1, word("张伟"), scanned("张伟推荐表.pdf")), left_out={1: ["照片.zip"]})
    assert judgement.state is State.COMPLETE
