"""What was seen of a form's scan, made without any file, and the judgement of a nomination that has it."""

from __future__ import annotations

from dataclasses import replace

from intake.domain.model.document import Document, Role
from intake.domain.model.facts import PdfFacts
from intake.domain.model.inspection import Box, Inspection, ScanLine, ScanPage, SealMark
from intake.domain.model.nomination import Judgement
from tests.unit.domain.cases import LOADED, ZHEJIANG, judged, post, scanned, word

CAMPAIGN = LOADED.campaign
NAME = "于洁"
TITLE = "2024年度“最美科技志愿者”推荐表"


def line(text: str, row: int, left: float = 0.1, width: float = 0.3, weak: tuple[int, ...] = ()) -> ScanLine:
    return ScanLine(text, 0.99, Box(left, 0.05 * row, left + width, 0.05 * row + 0.02), weak)


def lines(
    nominee: str = NAME, title: str = TITLE, unit: str = ZHEJIANG, years: str | None = "3年"
) -> tuple[ScanLine, ...]:
    """The first rows of a form as read; `years` of service are the figure on which a threshold rests."""
    figure = () if years is None else (line("服务年限", 3, 0.7, 0.1), line(years, 3, 0.82, 0.05))
    return (
        line(title, 1, 0.25, 0.5),
        line(f"推荐单位：{unit}", 2, width=0.5),
        line("姓名", 3, 0.1, 0.08),
        line(nominee, 3, 0.25, 0.08),
        line("性别", 3, 0.5, 0.08),
        line("女", 3, 0.62, 0.03),
        *figure,
    )


def seal(certainty: str = "sure", ink: str = "red", text: str = "", score: float = 0.0) -> SealMark:
    return SealMark(Box(0.6, 0.7, 0.8, 0.84), certainty, ink, text, score)  # type: ignore[arg-type]


def page(number: int = 1, **seen: object) -> ScanPage:
    first = {"lines": lines(), "read_to": 0.4} if number == 1 else {}
    return ScanPage(number, 1654, 2339, **({"colour": "colour"} | first | seen))  # type: ignore[arg-type]


def inspected(*pages: ScanPage, count: int = 0, refused: str = "") -> Inspection:
    return Inspection(pages, count or len(pages), effort=1, satisfied=True, refused=refused)


def judge(
    seen: Inspection | None,
    *,
    facts: PdfFacts | None = None,
    rules: object = CAMPAIGN,
    name: str = NAME,
    **form: str | None,
) -> Judgement:
    """The judgement of a form with its scan, of which this was seen."""
    documents = post(1, word(name, **form), scanned(f"{name}推荐表（盖章）.pdf"))
    documents = [
        replace(d, facts=facts or d.facts, inspection=seen) if d.role is Role.SCAN else d for d in documents
    ]
    ((_, judgement),) = judged(documents, rules=rules)  # type: ignore[arg-type]
    return judgement


def needing(**needs: object) -> object:
    return CAMPAIGN.model_copy(update={"needs": CAMPAIGN.needs.model_copy(update=needs)})


def text_pdf(nominee: str) -> str:
    return f"{TITLE}\n推荐单位：{ZHEJIANG}\n姓名 {nominee} 性别 女 服务年限 3年\n"


def judge_text(facts: PdfFacts, seen: ScanPage, name: str = NAME) -> Judgement:
    documents: list[Document] = post(1, word(name), scanned(f"{name}推荐表.pdf"))
    documents = [
        replace(d, facts=facts, inspection=inspected(seen)) if d.role is Role.SCAN else d for d in documents
    ]
    ((_, judgement),) = judged(documents, rules=CAMPAIGN)
    return judgement
