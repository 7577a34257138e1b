"""What is told of a scan: sealed or not, of this form or not, and when a person looks instead."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake.domain.facts import PdfFacts, PdfPage
from intake.domain.inspection import Box, Inspection, ScanLine, ScanPage, SealMark
from intake.domain.model import Document, Judgement, Role, Severity, State
from tests.unit.domain.cases import LOADED, ZHEJIANG, codes, finding, judged, post, scanned, word

CAMPAIGN = LOADED.campaign
NAME = "于洁"
TITLE = "2024年度“最美科技志愿者”推荐表"


def line(text: str, row: int, left: float = 0.1, width: float = 0.3, weak: tuple[int, ...] = ()) -> ScanLine:
    return ScanLine(text, 0.99, Box(left, 0.05 * row, left + width, 0.05 * row + 0.02), weak)


def lines(nominee: str = NAME, title: str = TITLE, unit: str = ZHEJIANG) -> tuple[ScanLine, ...]:
    return (
        line(title, 1, 0.25, 0.5),
        line(f"推荐单位：{unit}", 2, width=0.5),
        line("姓名", 3, 0.1, 0.08),
        line(nominee, 3, 0.25, 0.08),
        line("性别", 3, 0.5, 0.08),
        line("女", 3, 0.62, 0.03),
    )


def seal(certainty: str = "sure", ink: str = "red", text: str = "", score: float = 0.0) -> SealMark:
    return SealMark(Box(0.6, 0.7, 0.8, 0.84), certainty, ink, text, score)  # type: ignore[arg-type]


def page(number: int = 1, **seen: object) -> ScanPage:
    first = {"lines": lines(), "read_to": 0.4} if number == 1 else {}
    return ScanPage(number, 1654, 2339, **({"colour": "colour"} | first | seen))  # type: ignore[arg-type]


def inspected(*pages: ScanPage, count: int = 0, refused: str = "") -> Inspection:
    return Inspection(pages, count or len(pages), effort=1, satisfied=True, refused=refused)


def judge(seen: Inspection | None, *, text: str = "", rules: object = CAMPAIGN) -> Judgement:
    """The judgement of a form with its scan, of which this was seen."""
    documents = post(1, word(NAME), scanned(f"{NAME}推荐表（盖章）.pdf", text))
    documents = [replace(d, inspection=seen) if d.role is Role.SCAN else d for d in documents]
    ((_, judgement),) = judged(documents, rules=rules)  # type: ignore[arg-type]
    return judgement


def needing(**needs: object) -> object:
    return CAMPAIGN.model_copy(update={"needs": CAMPAIGN.needs.model_copy(update=needs)})


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
        (inspected(page(), page(2), count=9), "只自动核验了前2页"),
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


def test_a_campaign_may_ask_for_no_seal() -> None:
    assert judge(inspected(page(), page(2)), rules=needing(seal="none")).state is State.COMPLETE


@pytest.mark.parametrize("nominee", ["于浩", "于洁洁", "王建国"])
def test_another_nominee_is_never_in_order(nominee: str) -> None:
    told = judge(inspected(page(lines=lines(nominee)), page(2, seals=(seal(),))))
    assert told.state is State.REVIEW
    assert nominee in told.findings[0].evidence


def test_an_unread_name_is_for_a_person() -> None:
    read = (line(TITLE, 1), line(f"推荐单位：{ZHEJIANG}", 2, width=0.5))
    told = judge(inspected(page(lines=read), page(2, seals=(seal(),))))
    assert told.state is State.REVIEW
    assert "候选典型名称" in finding(told, "doubtful").evidence


def test_a_unit_that_only_the_seal_names_is_read_there() -> None:
    read = tuple(item for item in lines() if "推荐单位" not in item.text)
    silent = judge(inspected(page(lines=read), page(2, seals=(seal(),))))
    assert "推荐单位" in finding(silent, "doubtful").evidence
    named = inspected(page(lines=read), page(2, seals=(seal(text=ZHEJIANG, score=0.96),)))
    assert judge(named).state is State.COMPLETE


def text_pdf(nominee: str) -> str:
    return f"{TITLE}\n推荐单位：{ZHEJIANG}\n姓名 {nominee} 性别 女\n"


def test_a_text_pdf_without_a_stamp_is_told_to_the_unit() -> None:
    facts = PdfFacts((PdfPage(text_pdf(NAME), 595.0, 842.0, 0.0),), 1)
    assert codes(_judge_text(facts, page(lines=(), digital=True))) == ["scan-not-sealed"]
    sealed = page(lines=(), digital=True, seals=(seal(),))
    assert _judge_text(facts, sealed).state is State.COMPLETE


def test_a_text_pdf_of_somebody_else_is_told_to_the_unit() -> None:
    facts = PdfFacts((PdfPage(text_pdf("王建国"), 595.0, 842.0, 0.0),), 1)
    told = _judge_text(facts, page(lines=(), digital=True, seals=(seal(),)))
    assert codes(told, Severity.CURABLE) == ["scan-other-form"]
    assert "王建国" in finding(told, "scan-other-form").evidence


def _judge_text(facts: PdfFacts, seen: ScanPage) -> Judgement:
    documents: list[Document] = post(1, word(NAME), scanned(f"{NAME}推荐表.pdf"))
    documents = [
        replace(d, facts=facts, inspection=inspected(seen)) if d.role is Role.SCAN else d for d in documents
    ]
    ((_, judgement),) = judged(documents, rules=CAMPAIGN)
    return judgement
