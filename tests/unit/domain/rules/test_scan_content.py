"""What is told of a scan: sealed or not, of this form or not, and when a person looks instead."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake.domain.model.document import Field, Role
from intake.domain.model.doubt import DoubtKind
from intake.domain.model.facts import PdfFacts, PdfPage
from intake.domain.model.inspection import Box, Inspection, ScanLine
from intake.domain.model.nomination import Judgement, Severity, State
from tests.unit.domain.cases import ZHEJIANG, codes, finding, judged, post, scanned, word
from tests.unit.domain.seen import (
    CAMPAIGN,
    NAME,
    TITLE,
    inspected,
    judge,
    judge_text,
    line,
    lines,
    needing,
    page,
    seal,
    text_pdf,
)


def test_a_sealed_scan_of_the_form_is_in_order() -> None:
    assert judge(inspected(page(), page(2, seals=(seal(),)))).state is State.COMPLETE


def test_no_seal_on_any_page_in_colour_is_told_to_the_unit() -> None:
    told = judge(inspected(page(), page(2)))
    assert told.state is State.DEFICIENT
    assert codes(told) == ["scan-not-sealed"]
    assert "共2页" in finding(told, "scan-not-sealed").evidence


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (inspected(page(), page(2, colour="grey")), "黑白或灰度"),
        (inspected(page(), page(2, colour="bw")), "黑白或灰度"),
        (inspected(page(), page(2, colour="bw", seals=(seal("maybe", "grey"),))), "黑白或灰度"),
        (inspected(page(), page(2, seals=(seal("maybe"),))), "疑似印章"),
        (inspected(page(), page(2, doubt="too dark")), "图像质量"),
        (inspected(page(), page(2), count=9), "只自动核验了其中2页"),
    ],
)
def test_what_cannot_be_told_from_the_pixels_is_for_a_person(seen: Inspection, said: str) -> None:
    told = judge(seen)
    assert told.state is State.REVIEW
    assert codes(told) == ["doubtful"]
    assert said in finding(told, "doubtful").evidence


@pytest.mark.parametrize("seen", [None, inspected(refused="too large"), inspected()])
def test_a_scan_that_nobody_looked_at_is_for_a_person(seen: Inspection | None) -> None:
    told = judge(seen)
    assert told.state is State.REVIEW
    assert codes(told) == ["scan-unchecked"]


def test_a_ring_without_colour_counts_where_it_surely_names_the_unit() -> None:
    named = seal("maybe", "grey", ZHEJIANG, 0.97)
    assert judge(inspected(page(), page(2, colour="grey", seals=(named,)))).state is State.COMPLETE
    vague = replace(named, score=0.6)
    assert judge(inspected(page(), page(2, colour="grey", seals=(vague,)))).state is State.REVIEW


def test_another_body_s_seal_is_for_a_person_where_the_unit_s_is_asked_for() -> None:
    other = seal(text="杭州市余杭区农业技术推广中心", score=0.97)
    told = judge(inspected(page(), page(2, seals=(other,))), rules=needing(seal="unit"))
    assert told.state is State.REVIEW
    assert "农业技术推广中心" in finding(told, "doubtful").evidence
    both = inspected(page(), page(2, seals=(other, seal(text=ZHEJIANG, score=0.95))))
    assert judge(both, rules=needing(seal="unit")).state is State.COMPLETE


@pytest.mark.parametrize(
    ("text", "score", "state"),
    [
        ("湖北省科学技术协会", 0.999, State.REVIEW),
        ("湖江省科学技术协会", 0.999, State.REVIEW),
        ("浙江省杭州市科学技术协会", 0.999, State.REVIEW),
        ("湖江省科学技术协会", 0.97, State.COMPLETE),
        ("江省科学技术协会", 0.999, State.COMPLETE),
        ("浙江省科学技术协会科普部", 0.999, State.COMPLETE),
        ("", 0.0, State.COMPLETE),
    ],
)
def test_a_red_seal_is_doubted_only_where_it_surely_names_another(
    text: str, score: float, state: State
) -> None:
    told = judge(inspected(page(), page(2, seals=(seal(text=text, score=score),))))
    assert told.state is state
    if state is State.REVIEW:
        said = finding(told, "doubtful")
        assert text in said.evidence and "第2页" in said.evidence and ZHEJIANG in said.evidence
        assert said.confidence == score


@pytest.mark.parametrize(
    "text", ["海江省科学技术协会", "江省科学技术协会", "湖江省科学技术协会", "浙江市科学技术协会"]
)
def test_a_ring_without_colour_that_may_be_a_twin_s_is_for_a_person(text: str) -> None:
    named = seal("maybe", "grey", text, 0.999)
    assert judge(inspected(page(), page(2, colour="grey", seals=(named,)))).state is State.REVIEW


def test_a_campaign_may_ask_for_no_seal() -> None:
    assert judge(inspected(page(), page(2)), rules=needing(seal="none")).state is State.COMPLETE


@pytest.mark.parametrize("nominee", ["于浩", "于洁洁", "王建国"])
def test_another_nominee_is_never_in_order(nominee: str) -> None:
    told = judge(inspected(page(lines=lines(nominee)), page(2, seals=(seal(),))))
    assert told.state is State.REVIEW
    assert nominee in told.findings[0].evidence


@pytest.mark.parametrize(
    ("name", "said"), [("陈祎晨", "“祎”与“袆”"), ("陈袆晨", "“袆”与“祎”"), ("王霈", "“霈”与“霂”")]
)
def test_a_name_of_which_the_reader_gives_one_for_two_is_for_a_person(name: str, said: str) -> None:
    shown = page(lines=lines(nominee=name))
    told = judge(inspected(shown, page(2, seals=(seal(),))), name=name)
    assert told.state is State.REVIEW
    assert codes(told) == ["doubtful"]
    assert said in finding(told, "doubtful").evidence


@pytest.mark.parametrize("name", ["己巳", "李己", "王一力", "张晴", "刘未", "马玉佳", "陈玥晨"])
def test_a_name_that_is_only_alike_to_another_word_is_in_order(name: str) -> None:
    shown = page(lines=lines(nominee=name))
    assert judge(inspected(shown, page(2, seals=(seal(),))), name=name).state is State.COMPLETE


def test_a_program_s_text_tells_such_a_name_without_a_person() -> None:
    name = "陈祎晨"
    facts = PdfFacts((PdfPage(text_pdf(name), 595.0, 842.0, 0.0),), 1)
    sealed = page(lines=(), digital=True, seals=(seal(),))
    assert judge_text(facts, sealed, name).state is State.COMPLETE


def test_an_unread_name_is_for_a_person() -> None:
    read = (line(TITLE, 1), line(f"推荐单位：{ZHEJIANG}", 2, width=0.5))
    read += (line("服务年限", 4, 0.1, 0.12), line("3年", 4, 0.25, 0.1))
    told = judge(inspected(page(lines=read), page(2, seals=(seal(),))))
    assert told.state is State.REVIEW
    assert "候选典型名称" in finding(told, "doubtful").evidence


def test_a_unit_that_only_the_seal_names_is_read_there() -> None:
    read = tuple(item for item in lines() if "推荐单位" not in item.text)
    silent = judge(inspected(page(lines=read), page(2, seals=(seal(),))))
    assert "推荐单位" in finding(silent, "doubtful").evidence
    named = inspected(page(lines=read), page(2, seals=(seal(text=ZHEJIANG, score=0.96),)))
    assert judge(named).state is State.COMPLETE


def test_a_text_pdf_without_a_stamp_is_told_to_the_unit() -> None:
    facts = PdfFacts((PdfPage(text_pdf(NAME), 595.0, 842.0, 0.0),), 1)
    assert codes(judge_text(facts, page(lines=(), digital=True))) == ["scan-not-sealed"]
    sealed = page(lines=(), digital=True, seals=(seal(),))
    assert judge_text(facts, sealed).state is State.COMPLETE


def test_a_text_pdf_of_somebody_else_is_told_to_the_unit() -> None:
    facts = PdfFacts((PdfPage(text_pdf("王建国"), 595.0, 842.0, 0.0),), 1)
    told = judge_text(facts, page(lines=(), digital=True, seals=(seal(),)))
    assert codes(told, Severity.CURABLE) == ["scan-other-form"]
    assert "王建国" in finding(told, "scan-other-form").evidence


def _with_years(text: str, score: float = 0.99) -> Inspection:
    """The form's first rows with one more: the years of service."""
    rows = (line("服务年限", 4, 0.1, 0.12), replace(line(text, 4, 0.25, 0.1), score=score))
    return inspected(page(lines=(*lines(years=None), *rows)), page(2, seals=(seal(),)))


@pytest.mark.parametrize(
    ("shown", "score", "expected"),
    [("3年", 0.99, []), ("2年", 0.99, ["forms-differ"]), ("2年", 0.7, ["doubtful"])],
)
def test_a_figure_that_differs_is_for_a_person(shown: str, score: float, expected: list[str]) -> None:
    told = judge(_with_years(shown, score), service_years=Field("service_years", 3.0, "3年"))
    assert codes(told) == expected
    if expected == ["forms-differ"]:
        assert finding(told, "forms-differ").severity is Severity.REVIEW
        assert "“2年”" in finding(told, "forms-differ").evidence
        assert "“3年”" in finding(told, "forms-differ").evidence


def _figure_read(*rows: ScanLine, written: str = "3年", value: float = 3.0) -> Judgement:
    """The judgement of a form with these years, where of the scan's figures these lines were read."""
    seen = inspected(page(lines=(*lines(years=None), *rows)), page(2, seals=(seal(),)))
    return judge(seen, service_years=Field("service_years", value, written))


LABEL = line("服务年限", 4, 0.1, 0.12)


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (LABEL,),
        (line("3年", 8, 0.6, 0.05),),
        (LABEL, line("团队人数", 5, 0.1, 0.12), line("3年", 5, 0.25, 0.1)),
        (line("填表日期：2003年3月", 4),),
        (LABEL, line("3年 17年", 4, 0.25, 0.1)),
        (LABEL, line("3年", 4, 0.25, 0.05), line("17年", 4, 0.32, 0.05)),
        (LABEL, line("3年", 4, 0.25, 0.05), replace(line("17", 4), box=Box(0.27, 0.221, 0.3, 0.24))),
        (LABEL, replace(line("3年", 4, 0.25, 0.1), struck=True)),
        (
            line("参加科技志愿服", 4, 0.1, 0.14),
            replace(line("3年", 4), box=Box(0.25, 0.21, 0.3, 0.23), struck=True),
        ),
    ],
    ids=[
        "no row",
        "an empty cell",
        "elsewhere",
        "beside another label",
        "a date",
        "in one box",
        "beside it",
        "below it",
        "struck through",
        "struck through, half of a wrapped label",
    ],
)
def test_a_figure_that_was_not_read_is_for_a_person_and_told_to_nobody(rows: tuple[ScanLine, ...]) -> None:
    told = _figure_read(*rows)
    assert (codes(told), told.state) == (["doubtful"], State.REVIEW)
    doubt = finding(told, "doubtful")
    assert (doubt.kind, doubt.fields) == (DoubtKind.SCAN_TEXT_UNREAD, ("service_years",))
    assert "服务年限" in doubt.evidence and "WORD版为“3年”" in doubt.evidence


@pytest.mark.parametrize(
    "rows",
    [
        (line("服务年限：3年", 4),),
        (LABEL, line("三年", 4, 0.25, 0.05)),
        (LABEL, replace(line("3年", 4, 0.25, 0.05), score=0.6)),
        (line("参加科技志愿服", 4, 0.1, 0.14), replace(line("3年", 4), box=Box(0.25, 0.21, 0.3, 0.23))),
    ],
    ids=["in one box", "in words", "unsurely", "half of a wrapped label"],
)
def test_the_figure_that_was_expected_is_no_doubt(rows: tuple[ScanLine, ...]) -> None:
    assert _figure_read(*rows).state is State.COMPLETE


def test_a_long_value_may_stand_on_lines_of_its_own() -> None:
    written = "自2019年起参加科技志愿服务，至今已有五年多的时间"
    pieces = (line("服务年限", 5), line(written[:12], 4, 0.5), line(written[12:], 6, 0.5))
    assert _figure_read(*pieces, written=written, value=5.0).state is State.COMPLETE
    assert _figure_read(*pieces[:2], written=written, value=5.0).state is State.REVIEW


def test_a_scan_that_nobody_read_lacks_no_figure() -> None:
    told = judge(inspected(page(lines=()), page(2, seals=(seal(),)), refused="no memory"))
    assert DoubtKind.SCAN_TEXT_UNREAD not in {item.kind for item in told.findings}


@pytest.mark.parametrize(
    ("shown", "below", "written", "differs"),
    [
        ("2016年2", "月", "2016年2月", False),
        ("2016年2", "日", "2016年2月", True),
        ("1", "20年", "120年", True),
    ],
)
def test_a_value_that_runs_over_the_edge_of_its_cell_is_read_whole(
    shown: str, below: str, written: str, differs: bool
) -> None:
    rows = (line("服务年限", 4, 0.1, 0.12), line(shown, 4, 0.25, 0.1), line(below, 5, 0.25, 0.03))
    seen = inspected(page(lines=(*lines(years=None), *rows)), page(2, seals=(seal(),)))
    told = judge(seen, service_years=Field("service_years", 9.0, written))
    assert ("forms-differ" in codes(told)) is differs


def test_the_first_line_of_a_list_is_not_another_figure() -> None:
    kinds = "理论宣讲、科普讲座、技术培训、健康义诊、环境保护"
    written = Field("activity_kinds", 5.0, kinds)
    rows = (line("活动类别", 4, 0.1, 0.12), line("理论宣讲、科普讲座、技", 4, 0.25, 0.3))
    site = lines("某某社区", "2024年度“最美科技志愿服务点（社区或村）”推荐表")
    seen = inspected(page(lines=(*site, *rows)), page(2, seals=(seal(),)))
    documents = post(1, word("某某社区", "site", activity_kinds=written), scanned("某某社区推荐表.pdf"))
    documents = [replace(d, inspection=seen) if d.role is Role.SCAN else d for d in documents]
    ((_, told),) = judged(documents, rules=CAMPAIGN)
    assert "forms-differ" not in codes(told)


@pytest.mark.parametrize(("written", "told"), [("科学普及部", False), ("中国农学会", True)])
def test_a_department_in_the_unit_s_place_is_no_other_unit(written: str, told: bool) -> None:
    text = text_pdf(NAME).replace(ZHEJIANG, written)
    facts = PdfFacts((PdfPage(text, 595.0, 842.0, 0.0),), 1)
    judgement = judge_text(facts, page(lines=(), digital=True))
    assert ("scan-other-form" in codes(judgement, Severity.CURABLE)) is told
