"""How a finding is known decides whether a unit may be told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from intake.domain.campaign.findings import DOUBTFUL, SCAN_MISSING
from intake.domain.campaign.terms import CUSTOMARY
from intake.domain.letters.staff_hints import finding_account, finding_brief
from intake.domain.model.certainty import NEVER, SHIPPED, WEIGHTS, Basis, Certainty, may_be_told, told
from intake.domain.model.document import Role
from intake.domain.model.nomination import Case, Finding, Judgement, Severity, State
from intake.domain.rules.case_view import Circumstances, Scene, found
from intake.domain.rules.judge import judge_unit
from tests.unit.domain.cases import (
    CAMPAIGN,
    Field,
    assembled,
    at,
    blank,
    case_of,
    damaged,
    finding,
    judged,
    numbered,
    opaque,
    photo,
    post,
    scanned,
    unit,
    word,
)
from tests.unit.domain.seen import CAMPAIGN as SEALED
from tests.unit.domain.seen import NAME, inspected, judge, judge_text, lines, page, seal, text_pdf

STRANGER = "钟离秋白"


def scene(certainty: Certainty = SHIPPED) -> Scene:
    return Scene(case_of(word("张伟")), Circumstances(CAMPAIGN, certainty=certainty))


def proposed(
    basis: Basis | None, confidence: float | None = None, certainty: Certainty = SHIPPED
) -> Severity:
    """What becomes of a finding that a rule would tell to the unit."""
    return found(
        scene(certainty), SCAN_MISSING, Severity.CURABLE, "", basis=basis, confidence=confidence
    ).severity


def of_stranger(certainty: Certainty, score: float = 0.99) -> Judgement:
    """A form with a scan on which another nominee's name was read in its place, by this score."""
    read = tuple(replace(one, score=score) for one in lines(STRANGER))
    seen = inspected(page(lines=read), page(2, seals=(seal(),)))
    documents = post(1, word(NAME), scanned("扫描件.pdf"))
    documents = [replace(d, inspection=seen) if d.role is Role.SCAN else d for d in documents]
    made = assembled(documents)
    made = replace(made, cases=tuple(numbered(made.cases)))
    ((_, judgement),) = judge_unit(
        made, Circumstances(SEALED, unit_names=(unit().name or "",), certainty=certainty)
    )
    return judgement


@pytest.mark.parametrize(
    "basis", [Basis.FORM, Basis.TEXT_LAYER, Basis.PIXELS, Basis.FILE, Basis.MAIL, Basis.LEDGER, Basis.ABSENCE]
)
def test_what_is_exact_may_be_told(basis: Basis) -> None:
    assert proposed(basis) is Severity.CURABLE


@pytest.mark.parametrize("basis", [Basis.REGISTRY, Basis.PAIRING, Basis.WORDS, None])
def test_what_people_must_weigh_is_never_told_whatever_a_rule_proposes(basis: Basis | None) -> None:
    assert proposed(basis) is Severity.REVIEW
    assert proposed(basis, 1.0, Certainty(tells_from=0.0)) is Severity.REVIEW


def test_what_was_read_is_told_from_the_stated_confidence_and_as_shipped_never() -> None:
    assert proposed(Basis.OCR, 1.0) is Severity.REVIEW
    bold = Certainty(tells_from=0.9)
    assert proposed(Basis.OCR, 0.9, bold) is Severity.CURABLE
    assert proposed(Basis.OCR, 0.89, bold) is Severity.REVIEW
    assert proposed(Basis.OCR, None, bold) is Severity.REVIEW


def test_a_doubt_and_a_note_stay_what_they_are() -> None:
    for severity in (Severity.REVIEW, Severity.NOTE):
        assert found(scene(), DOUBTFUL, severity, "", basis=Basis.FORM).severity is severity


def test_every_basis_has_its_weight_name_and_reason() -> None:
    assert set(WEIGHTS) == set(Basis)
    assert all(weight.name and weight.why for weight in WEIGHTS.values())
    assert len({weight.name for weight in WEIGHTS.values()}) == len(WEIGHTS)


def test_another_nominee_read_from_pixels_says_how_surely_it_was_read() -> None:
    said = finding(of_stranger(SHIPPED, 0.97), "scan-other-form")
    assert (said.basis, said.confidence, said.severity) == (Basis.OCR, 0.97, Severity.REVIEW)
    bold = finding(of_stranger(Certainty(tells_from=0.96), 0.97), "scan-other-form")
    assert bold.severity is Severity.CURABLE
    assert of_stranger(Certainty(tells_from=0.96), 0.97).state is State.DEFICIENT


def test_the_least_score_that_claims_another_value_is_a_threshold() -> None:
    doubted = of_stranger(SHIPPED, 0.9)
    assert finding(doubted, "doubtful").basis is Basis.OCR
    claimed = of_stranger(Certainty(reading=0.85), 0.9)
    assert finding(claimed, "scan-other-form").confidence == 0.9


def test_another_nominee_in_a_text_layer_has_no_score() -> None:
    facts = scanned("张伟.pdf", text_pdf(STRANGER)).facts
    typed = replace(facts, pages=tuple(replace(p, image_share=0.0) for p in facts.pages))  # type: ignore[union-attr, type-var]
    said = finding(judge_text(typed, page(digital=True, seals=(seal(),))), "scan-other-form")  # type: ignore[arg-type]
    assert (said.basis, said.confidence) == (Basis.TEXT_LAYER, None)


def test_the_ring_of_another_body_says_how_surely_it_was_read() -> None:
    ring = seal(text="杭州市余杭区农业技术推广中心", score=0.93)
    said = finding(judge(inspected(page(), page(2, seals=(ring,)))), "doubtful")
    assert (said.basis, said.confidence) == (Basis.OCR, 0.93)


def every_judgement() -> list[tuple[Case, Judgement]]:
    """Cases of every kind that the rules know: nothing, too much, damaged, late, doubted."""
    about = Field("service_years", 3.0, "约3年", about=True)
    posts: Sequence[Sequence[object]] = (
        (word("张伟"),),
        (scanned("张伟推荐表.pdf"),),
        (word("张伟"), opaque("材料.rar", "archive")),
        (word("张伟"), damaged("张伟推荐表.pdf", Role.SCAN)),
        (damaged("张伟推荐表.docx"), scanned("张伟推荐表.pdf")),
        (word("张伟", empty=("service_years",), service_years=None), scanned("张伟.pdf")),
        (word("张伟", service_years=about), scanned("张伟.pdf")),
        (word("张伟", service_years=1.0, registered=False), scanned("张伟.pdf")),
        (word(None, None), scanned("1.pdf")),
        (word("张伟"), word("李娜"), scanned("1.pdf")),
        (word("张伟"), photo("张伟1.jpg"), blank()),
        (*(word(name) for name in ("甲一", "乙二", "丙三", "丁四", "戊五", "己六")),),
    )
    told_of = []
    for when in (at(20), at(26, month=2)):
        for papers in posts:
            told_of += judged(post(1, *papers, when=when), rules=SEALED)  # type: ignore[arg-type]
    for judgement in (
        of_stranger(SHIPPED),
        judge(inspected(page(), page(2))),
        judge(inspected(page(), page(2, colour="grey"))),
        judge(None),
    ):
        told_of.append((case_of(word("张伟")), judgement))
    return told_of


def test_every_finding_says_how_it_is_known_and_no_notice_rests_on_less() -> None:
    findings = [f for _, judgement in every_judgement() for f in judgement.findings]
    assert {f.code for f in findings} >= {
        "scan-missing",
        "form-missing",
        "unreadable",
        "form-incomplete",
        "below-threshold",
        "late",
        "over-quota",
        "scan-not-sealed",
        "scan-unchecked",
        "scan-other-form",
        "not-registered",
    }
    assert [f for f in findings if f.basis is None] == []
    told_to_units = [f for f in findings if f.severity is Severity.CURABLE]
    assert {f.code for f in told_to_units} >= {"scan-missing", "unreadable", "scan-not-sealed", "over-quota"}
    assert [f for f in told_to_units if not may_be_told(f.basis, f.confidence)] == []
    assert [f for f in findings if f.confidence is not None and not 0 <= f.confidence <= 1] == []


def test_staff_read_the_basis_in_chinese() -> None:
    row = {"code": "doubtful", "evidence": "请核对", "basis": "ocr", "confidence": 0.834}
    said = "证据不足，待核：请核对（依据：扫描件文字识别，置信度0.83）"
    assert finding_account(row, CUSTOMARY) == said
    assert finding_brief(row, CUSTOMARY) == "请核对"
    read = row | {"code": "scan-other-form"}
    assert finding_brief(read, CUSTOMARY) == "扫描件与推荐表不符：请核对（由扫描件识别，可能有误）"
    exact = row | {"basis": "form", "confidence": None}
    assert finding_account(exact, CUSTOMARY).endswith("（依据：WORD版所填内容）")
    assert finding_brief(exact | {"code": "late"}, CUSTOMARY) == "逾期报送：请核对"


def test_a_finding_recorded_before_bases_were_is_told_without() -> None:
    assert told(None, None) == "" == told("something", 0.5)
    old = {"code": "late", "evidence": "晚", "basis": None, "confidence": None}
    assert finding_account(old, CUSTOMARY) == "逾期报送：晚"
    assert Finding("late", Severity.REVIEW, "晚").basis is None


def test_nothing_reaches_never() -> None:
    assert SHIPPED.tells_from == NEVER > 1
