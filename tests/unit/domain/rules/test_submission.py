"""What each rule sees, and whether the unit is asked or a person looks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from intake.domain.documents.category import SEVERAL_TICKED
from intake.domain.model.document import Role
from intake.domain.model.facts import PdfFacts, UnreadableFacts, WordFacts
from intake.domain.model.nomination import Severity, State, Unit
from tests.unit.domain.cases import (
    CAMPAIGN,
    DEADLINE,
    REGISTRY,
    SUPPLEMENT_UNTIL,
    Paper,
    at,
    blank,
    campaign,
    codes,
    damaged,
    finding,
    judge_one,
    judged,
    opaque,
    other,
    pdf,
    photo,
    post,
    scanned,
    word,
)

CURABLE, REVIEW, NOTE = Severity.CURABLE, Severity.REVIEW, Severity.NOTE
NO_SCAN = [word("张伟")]
NO_FORM = [scanned("张伟推荐表.pdf")]
WHOLE = [word("张伟"), scanned("张伟.pdf")]
A_SECOND = timedelta(seconds=1)


# Papers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("papers", "code"), [(NO_SCAN, "scan-missing"), (NO_FORM, "form-missing")])
def test_a_missing_paper_is_asked_for(papers: list[Paper], code: str) -> None:
    judgement = judge_one(*papers)
    assert finding(judgement, code).severity is CURABLE
    assert finding(judgement, code).source == CAMPAIGN.needs.source
    assert papers[0].filename in finding(judgement, code).evidence


BROKEN = PdfFacts(pdf("扫描全能王 识別乱码 ￥#… 推存表 张韦").pages, 1)
MAY_BE_BOTH = [opaque("材料.zip", "archive"), opaque("转发.eml", "message"), opaque("winmail.dat", "tnef")]
MAY_BE_FORM = [
    *MAY_BE_BOTH,
    opaque("张伟.doc", "legacy-word"),
    opaque("张伟.wps", "wps"),
    other("张伟.docx", UnreadableFacts("too-large", "office", "more than we read")),
    other("推荐表.docx", WordFacts(())),
]
MAY_BE_SCAN = [
    *MAY_BE_BOTH,
    photo("盖章页.jpg"),
    other("证明材料.pdf", pdf()),
    other("张伟（盖章）.pdf", BROKEN),
]


@pytest.mark.parametrize(
    ("papers", "more", "code"),
    [(NO_SCAN, more, "scan-missing") for more in MAY_BE_SCAN]
    + [(NO_FORM, more, "form-missing") for more in MAY_BE_FORM],
)
@pytest.mark.parametrize("together", [True, False])
def test_what_may_be_the_missing_paper_is_looked_at_first(
    papers: list[Paper], more: Paper, code: str, together: bool
) -> None:
    """Whether it stands with the nomination or loose in another mail of the unit."""
    mails = post(1, *papers, more) if together else [*post(1, *papers), *post(2, more)]
    ((_, judgement),) = judged(mails)
    assert finding(judgement, code).severity is REVIEW
    assert more.filename in finding(judgement, code).evidence
    assert judgement.state is State.REVIEW


def test_a_letter_that_came_with_others_is_nobody_s_scan() -> None:
    """推荐函 in the mail of another nomination; in a mail of its own it may be anything."""
    letter = other("推荐函.pdf", pdf())
    others = [word("李四"), scanned("李四.pdf"), letter]
    told = {case.nominee: found for case, found in judged([*post(1, *others), *post(2, *NO_SCAN)])}
    assert (codes(told["张伟"]), told["李四"].state) == (["scan-missing"], State.COMPLETE)
    assert told["张伟"].state is State.DEFICIENT
    alone = {case.nominee: found for case, found in judged([*post(1, letter), *post(2, *NO_SCAN)])}
    assert alone["张伟"].state is State.REVIEW


@pytest.mark.parametrize(
    "more", [opaque("名单.xlsx", "spreadsheet"), opaque("视频.mp4", "video"), photo("l.png", 160, 48)]
)
def test_what_cannot_be_the_scan_does_not_keep_us_from_asking(more: Paper) -> None:
    assert finding(judge_one(*NO_SCAN, more), "scan-missing").severity is CURABLE


def test_a_scan_that_names_nobody_is_looked_at_first() -> None:
    assert codes(judge_one(scanned("扫描件.pdf")), CURABLE) == []


def test_one_useless_scan_for_two_forms_is_never_asked_for() -> None:
    for case, judgement in judged(post(1, word("张伟"), word("李四"), scanned("扫描件.pdf"))):
        assert codes(judgement, CURABLE) == [], case.nominee
        assert "doubtful" in codes(judgement, REVIEW)
        assert judgement.state is State.REVIEW


@pytest.mark.parametrize("code", ["unreadable", "encrypted"])
def test_a_damaged_or_locked_file_is_the_sender_s_to_mend(code: str) -> None:
    scan = judge_one(word("张伟"), damaged("张伟.pdf", Role.SCAN, code))
    assert (codes(scan, CURABLE), scan.state) == ([code], State.DEFICIENT)
    assert finding(scan, code).document == "张伟.pdf"
    form = judge_one(damaged("张伟推荐表.docx", Role.FORM, code), scanned("张伟.pdf"))
    assert (codes(form, CURABLE), form.state) == ([code], State.DEFICIENT)


def test_a_form_that_word_refuses_is_asked_for_again_though_its_text_was_saved() -> None:
    saved = replace(word("张伟"), facts=WordFacts((), damaged=True))
    judgement = judge_one(saved, scanned("张伟.pdf"))
    assert (codes(judgement, CURABLE), judgement.state) == (["unreadable"], State.DEFICIENT)
    assert finding(judgement, "unreadable").document == saved.filename


def test_a_file_over_our_own_limit_is_not() -> None:
    judgement = judge_one(word("张伟"), damaged("张伟.pdf", Role.SCAN, "too-large"))
    assert (codes(judgement), judgement.state) == (["doubtful"], State.REVIEW)


def test_a_damaged_scan_that_may_be_another_s_is_told_to_nobody() -> None:
    papers = [word("张伟"), word("李四"), damaged("1.pdf", Role.SCAN), scanned("2.pdf")]
    assert [codes(judgement, CURABLE) for _, judgement in judged(post(1, *papers))] == [[], []]


def test_required_fields_left_empty_are_told_by_their_labels() -> None:
    empty = ("nominee", "photo", "service_years")
    judgement = judge_one(word(None, empty=empty, service_years=None), scanned("1.pdf"))
    assert codes(judgement) == ["form-incomplete"]
    assert finding(judgement, "form-incomplete").evidence == "姓名、服务年限"


def test_a_form_more_empty_than_filled_is_perhaps_one_we_cannot_read() -> None:
    judgement = judge_one(blank(), scanned("1.pdf"))
    assert finding(judgement, "form-incomplete").severity is REVIEW


# Who and what --------------------------------------------------------------------------------


def test_an_unknown_category_is_looked_at() -> None:
    judgement = judge_one(word("张伟", None), scanned("张伟.pdf"))
    assert (codes(judgement), judgement.state) == (["category-unknown"], State.REVIEW)


def test_a_contradiction_is_told_to_staff_in_chinese() -> None:
    conflict = "category: 表格1第1行 says volunteer; 第2段 says project"
    judgement = judge_one(word("张伟", None, conflicts=(conflict,)), scanned("张伟.pdf"))
    evidence = finding(judgement, "category-unknown").evidence
    assert "不一致" in evidence
    assert not any(character.isascii() and character.isalpha() for character in evidence)


@pytest.mark.parametrize(
    ("of", "code", "said"),
    [
        (REGISTRY.match("某某研究会").unit, "unit-unknown", "某某研究会"),
        (REGISTRY.match("杭州市余杭区科协").unit, "unit-not-entitled", "杭州市余杭区科协"),
        (Unit("address:a@example.org", None, None, known=False), "unit-unknown", "未能确定推荐单位"),
    ],
)
def test_a_unit_out_of_the_registry_is_looked_at(of: Unit, code: str, said: str) -> None:
    judgement = judge_one(*WHOLE, of=of)
    assert (codes(judgement), judgement.state) == ([code], State.REVIEW)
    assert said in finding(judgement, code).evidence


def test_near_names_of_the_registry_are_shown_to_staff() -> None:
    match = REGISTRY.match("中国林学协会")
    assert match.candidates
    judgement = judge_one(*WHOLE, of=match.unit, near_units=match.candidates)
    told = finding(judgement, "unit-unknown")
    assert told.severity is REVIEW
    assert all(name in told.evidence for name in match.candidates)


def test_a_nameless_nominee_is_looked_at() -> None:
    assert codes(judge_one(word(None), scanned("1.pdf"))) == ["nominee-unclear"]


# When ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "late"), [(DEADLINE - A_SECOND, False), (DEADLINE, True), (DEADLINE + A_SECOND, True)]
)
def test_the_deadline_is_the_first_refused_instant(when: datetime, late: bool) -> None:
    judgement = judge_one(*WHOLE, when=when)
    assert codes(judgement, REVIEW) == (["late"] if late else [])
    assert judgement.state is (State.REVIEW if late else State.COMPLETE)


@pytest.mark.parametrize("paper", [scanned("张伟.pdf"), word("张伟", filename="更正.docx")])
@pytest.mark.parametrize(
    ("when", "late"), [(DEADLINE, False), (SUPPLEMENT_UNTIL - A_SECOND, False), (SUPPLEMENT_UNTIL, True)]
)
def test_a_supplement_is_judged_by_when_it_came(paper: Paper, when: datetime, late: bool) -> None:
    first = post(1, word("张伟"), *([scanned("张伟.pdf")] if paper.role is Role.FORM else []))
    ((_, judgement),) = judged([*first, *post(2, paper, when=when)])
    assert codes(judgement) == (["late"] if late else [])
    if late:
        assert finding(judgement, "late").document == paper.filename


def test_photos_may_follow_at_any_time() -> None:
    ((_, judgement),) = judged([*post(1, *WHOLE), *post(2, photo("张伟1.jpg"), when=SUPPLEMENT_UNTIL)])
    assert codes(judgement) == []


@pytest.mark.parametrize("when", [at(23), DEADLINE])
def test_a_time_of_record_in_doubt_is_told_on_either_side_of_the_deadline(when: datetime) -> None:
    judgement = judge_one(*WHOLE, when=when, doubtful_times={1: "两种记载", 2: "另一封"})
    assert [f.evidence for f in judgement.findings if f.code == "doubtful"] == ["两种记载"]


# All of them ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("wanted", "expected"), [("note", NOTE), ("curable", REVIEW)])
def test_a_campaign_may_soften_a_rule_but_never_make_doubt_curable(wanted: str, expected: Severity) -> None:
    rules = campaign(severity={"not-registered": wanted})
    judgement = judge_one(word("张伟", registered=False), scanned("张伟.pdf"), rules=rules)
    assert finding(judgement, "not-registered").severity is expected


def test_every_rule_runs() -> None:
    """One look tells everything at once."""
    wrong = word(None, None, empty=("unit",), registered=False)
    judgement = judge_one(wrong, when=DEADLINE, of=REGISTRY.match("余杭区科协").unit)
    assert codes(judgement) == [
        "scan-missing",
        "form-incomplete",
        "category-unknown",
        "unit-not-entitled",
        "nominee-unclear",
        "late",
        "not-registered",
    ]


@pytest.mark.parametrize(("name", "named"), [("推荐表.xlsx", True), ("通讯录.xlsx", False)])
def test_a_spreadsheet_in_the_form_s_place_is_named(name: str, named: bool) -> None:
    judgement = judge_one(scanned("张伟推荐表（盖章）.pdf"), opaque(name, "spreadsheet"))
    told = finding(judgement, "form-missing").evidence
    assert (f"收到的《{name}》为Excel表格，不是WORD版" in told) is named


def test_several_ticked_categories_are_told_to_a_person() -> None:
    ticked = (f"{SEVERAL_TICKED}最美科技志愿者、最佳科技志愿服务项目",)
    judgement = judge_one(word("张伟", None, conflicts=ticked), scanned("张伟.pdf"))
    said = finding(judgement, "category-unknown")
    assert (said.severity, said.evidence) == (
        Severity.REVIEW,
        "推荐表同时勾选了多个类别（最美科技志愿者、最佳科技志愿服务项目）",
    )
