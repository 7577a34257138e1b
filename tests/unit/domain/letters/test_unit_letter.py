"""Which letter a unit is owed, and what stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from intake.domain.campaign.wording import CHECK_NAMES
from intake.domain.letters.disclosure import UNNAMED, Disclosure, curable
from intake.domain.letters.unit_letter import Answered, copies, letter_for, reminder_for, still_lacking
from intake.domain.letters.views import LetterView, QuotaLine, Ranking
from intake.domain.mail.links import CloudLink
from intake.domain.model.document import Document, Role
from intake.domain.model.mail import LetterKind
from intake.domain.model.nomination import Action, Case, Decision, Finding, Judgement, Severity, State, Unit
from intake.domain.rules.case_view import limit_of
from tests.unit.domain.cases import (
    AFFILIATE,
    AGRONOMISTS,
    CAMPAIGN,
    DEADLINE,
    ENTERPRISE,
    SUPPLEMENT_UNTIL,
    ZHEJIANG,
    at,
    campaign,
    damaged,
    judged,
    opaque,
    photo,
    post,
    scanned,
    unit,
    word,
)

SOCIETY, PROVINCE, AFFILIATED = unit(AGRONOMISTS), unit(ZHEJIANG), unit(AFFILIATE)
VOLUNTEER, PROJECT = CAMPAIGN.category_name("volunteer"), CAMPAIGN.category_name("project")


def told(found: Sequence[tuple[Case, Judgement]]) -> list[Disclosure]:
    return [Disclosure(case, judgement.state, judgement.findings) for case, judgement in found]


def letter(
    of: Unit, nominations: Sequence[Disclosure], loose: tuple[str, ...] = (), **more: Any
) -> LetterView:
    rules = more.pop("rules", CAMPAIGN)
    now = datetime(2025, 2, 22, 16, 30, tzinfo=UTC)
    return letter_for(of, nominations, Answered(at(22), loose), rules, now)


def sent(*documents: Document, of: Unit = PROVINCE, **more: Any) -> LetterView:
    """The letter about everything that one unit sent."""
    return letter(of, told(judged(documents, of, **more)))


def whole(count: int, category: str = "volunteer", first: int = 1) -> list[Document]:
    return [
        document
        for n in range(first, first + count)
        for document in post(n, word(f"候选{n}号", category), scanned(f"候选{n}号.pdf"))
    ]


def test_what_is_in_order_gets_a_receipt_that_echoes_everything() -> None:
    view = sent(*post(1, word("张伟"), scanned("张伟.pdf"), photo("张伟1.jpg"), when=at(21, 15, 32)))
    assert (view.kind, view.defects, view.rankings) == (LetterKind.RECEIPT, (), ())
    (line,) = view.nominations
    assert (line.number, line.category, line.nominee) == ("KX2024-0001", VOLUNTEER, "张伟")
    assert (line.form, line.scan, line.others) == ("张伟推荐表.docx", "张伟.pdf", ("张伟1.jpg",))
    assert (line.received_at, line.check) == (at(21, 15, 32), "齐全")
    assert (view.addressee, view.reference, view.received_at) == (ZHEJIANG, "", at(22))
    assert (view.deadline_at, view.supplement_until) == (DEADLINE, SUPPLEMENT_UNTIL)
    # Half past midnight in Beijing is the day before in Greenwich.
    assert view.signed_on == date(2025, 2, 23)


def test_every_defect_is_told_at_once_with_its_cure() -> None:
    unfilled = word("张伟", empty=("service_years",), service_years=None)
    view = sent(
        *post(1, unfilled), *post(2, word("李四"), damaged("李四.pdf", Role.SCAN)), *whole(1, first=3)
    )
    assert view.kind is LetterKind.DEFICIENCY
    assert [(line.subject, line.document) for line in view.defects] == [
        ("张伟", "张伟推荐表.docx"),
        ("张伟", "张伟推荐表.docx"),
        ("李四", "李四.pdf"),
    ]
    assert {line.number for line in view.defects} <= {line.number for line in view.nominations}
    for line in view.defects:
        assert line.problem and "请" in line.cure


def test_a_campaign_s_own_wording() -> None:
    found = told(judged(post(1, word("张伟"))))
    view = letter(PROVINCE, found, rules=campaign(wording={"scan-missing.cure": "请补报盖章件"}))
    assert [line.cure for line in view.defects] == ["请补报盖章件"]


LINK = CloudLink("百度网盘", "李四材料.zip", url="https://pan.baidu.com/s/1abc")


@pytest.mark.parametrize("more", [{"links": {2: [LINK]}}, {"doubtful_times": {1: "两种记载"}}])
def test_a_nomination_in_review_is_never_told_its_defects(more: dict[str, Any]) -> None:
    view = sent(*post(1, word("张伟", empty=("service_years",), service_years=None)), **more)
    assert (view.kind, view.defects) == (LetterKind.RECEIPT, ())
    assert [line.check for line in view.nominations] == [CHECK_NAMES[State.REVIEW]]


def test_one_nomination_in_review_keeps_no_other_from_being_told() -> None:
    view = sent(*post(1, word("张伟"), scanned("张伟.pdf")), *post(2, word("李四", registered=False)))
    assert view.kind is LetterKind.RECEIPT
    view = sent(*post(1, word("张伟", empty=("nominee",))), *post(2, word("李四", registered=False)))
    assert {line.subject for line in view.defects} == {"张伟"}


DEFECT = Finding("scan-missing", Severity.CURABLE, "")
DOUBT = Finding("doubtful", Severity.REVIEW, "")
OVER = Finding("over-quota", Severity.CURABLE, "")
REMARK = Finding("figure-not-stated", Severity.NOTE, "")


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize(
    ("findings", "expected"),
    [((DEFECT,), (DEFECT,)), ((DEFECT, OVER, REMARK), (DEFECT,)), ((DEFECT, DOUBT), ()), ((), ())],
)
def test_only_what_the_unit_can_cure_is_told(
    state: State, findings: tuple[Finding, ...], expected: tuple[Finding, ...]
) -> None:
    (case, _), *_ = judged(post(1, word("张伟")))
    open_to_cure = state in (State.DEFICIENT, State.HELD)
    assert curable(Disclosure(case, state, findings)) == (expected if open_to_cure else ())


@pytest.mark.parametrize("state", [State.SUPERSEDED, State.WITHDRAWN, State.REJECTED, State.LAPSED])
def test_what_is_out_is_not_spoken_of(state: State) -> None:
    found = [replace(item, state=state) for item in told(judged(post(1, word("张伟"))))]
    view = letter(PROVINCE, found)
    assert (view.kind, view.nominations, view.defects, view.quotas) == (LetterKind.RECEIPT, (), (), ())


def test_a_unit_that_nothing_names() -> None:
    nobody = Unit("address:a@example.org", None, None, known=False)
    view = sent(*post(1, scanned("扫描件.pdf")), of=nobody)
    assert (view.kind, view.addressee, view.quotas) == (LetterKind.RECEIPT, None, ())
    assert [(line.nominee, line.category, line.form) for line in view.nominations] == [
        (UNNAMED, "类别待定", None)
    ]


def test_mail_that_made_no_nomination_still_gets_a_receipt() -> None:
    view = letter(PROVINCE, told(judged(post(1, opaque("材料.zip", "archive")))), loose=("材料.zip",))
    assert (view.kind, view.nominations, view.loose) == (LetterKind.RECEIPT, (), ("材料.zip",))


# Quotas --------------------------------------------------------------------------------------


def test_quota_lines_of_the_categories_in_use() -> None:
    view = sent(*whole(2), *whole(1, "project", 3), of=SOCIETY)
    assert view.quotas == (QuotaLine(VOLUNTEER, 2, 2), QuotaLine(PROJECT, 1, 2))
    assert (view.kind, any(line.over for line in view.quotas)) == (LetterKind.RECEIPT, False)


def test_over_quota_the_unit_is_asked_to_rank_and_nothing_else() -> None:
    view = sent(*whole(3), *whole(1, "project", 4), of=SOCIETY)
    assert (view.kind, view.defects) == (LetterKind.DEFICIENCY, ())
    assert view.rankings == (Ranking(VOLUNTEER, 2, ("候选1号", "候选2号", "候选3号")),)
    assert [(line.used, line.limit, line.over) for line in view.quotas] == [(3, 2, True), (1, 2, False)]
    assert [line.check for line in view.nominations] == [CHECK_NAMES[State.HELD]] * 3 + ["齐全"]


def test_over_quota_in_two_categories() -> None:
    view = sent(*whole(3), *whole(3, "project", 4), of=SOCIETY)
    assert [(ranking.category, len(ranking.nominees)) for ranking in view.rankings] == [
        (VOLUNTEER, 3),
        (PROJECT, 3),
    ]


def decided(found: Sequence[Disclosure], action: Action, state: State, count: int) -> list[Disclosure]:
    """The same with a person's decision on the first of them."""
    by_person = Decision(action, "李明", "按单位排序", at(22), told="盖章模糊")
    return [
        replace(item, state=state, decision=by_person) if place < count else item
        for place, item in enumerate(found)
    ]


@pytest.mark.parametrize(("accepted", "asked"), [(0, 4), (1, 3), (2, 0)])
def test_nobody_is_asked_to_rank_once_staff_have_given_away_all_places(accepted: int, asked: int) -> None:
    found = told(judged(whole(4), SOCIETY))
    view = letter(SOCIETY, decided(found, Action.ACCEPT, State.COMPLETE, accepted))
    assert sum(len(ranking.nominees) for ranking in view.rankings) == asked
    total = told(judged([*whole(4), *whole(2, "project", 5)], AFFILIATED))
    view = letter(AFFILIATED, decided(total, Action.ACCEPT, State.COMPLETE, 5 if accepted == 2 else accepted))
    assert bool(view.rankings) is bool(asked)


def test_what_a_person_asked_for_stands_in_every_notice_in_the_person_s_words() -> None:
    found = decided(told(judged(whole(2))), Action.RETURN, State.DEFICIENT, 1)
    view = letter(PROVINCE, found)
    assert view.kind is LetterKind.DEFICIENCY
    assert [(line.subject, line.problem) for line in view.defects] == [("候选1号", "盖章模糊")]
    answered = decided(found, Action.RETURN, State.REVIEW, 1)
    assert letter(PROVINCE, answered).kind is LetterKind.RECEIPT
    silent = [
        replace(item, decision=replace(item.decision, told=None)) for item in found[:1] if item.decision
    ]
    assert letter(PROVINCE, silent).defects == ()


def test_a_reminder_speaks_only_of_what_lacks() -> None:
    found = told(judged([*whole(1), *post(2, word("李四")), *post(3, word("王五", empty=("nominee",)))]))
    lacking = still_lacking(found, CAMPAIGN)
    assert "李四" in {item.case.nominee for item in lacking}
    assert "候选1号" not in {item.case.nominee for item in lacking}
    view = reminder_for(PROVINCE, lacking, (), at(22), CAMPAIGN, at(4, month=3))
    assert (view.kind, view.days_left, view.rankings) == (LetterKind.REMINDER, 3, ())
    assert {line.subject for line in view.defects} == {line.nominee for line in view.nominations}
    assert still_lacking([replace(item, state=State.REVIEW) for item in found], CAMPAIGN) == ()


def test_over_a_total_all_categories_are_ranked_together() -> None:
    view = sent(*whole(4), *whole(2, "project", 5), of=AFFILIATED)
    (ranking,) = view.rankings
    assert (ranking.limit, len(ranking.nominees)) == (5, 6)
    assert ranking.nominees[0] == f"候选1号（{VOLUNTEER}）"
    assert view.quotas == (QuotaLine("合计", 6, 5),)


def test_a_held_nomination_is_told_its_defects_with_the_ranking() -> None:
    view = sent(*whole(2), *post(3, word("丙候选人")), of=SOCIETY)
    assert (len(view.rankings), [line.subject for line in view.defects]) == (1, ["丙候选人"])


def test_late_ones_are_listed_but_not_counted() -> None:
    view = sent(*whole(2), *post(3, word("丙候选人"), scanned("丙候选人.pdf"), when=DEADLINE), of=SOCIETY)
    assert (len(view.nominations), view.quotas) == (3, (QuotaLine(VOLUNTEER, 2, 2),))


def test_a_letter_counts_only_its_own_unit_s_nominations() -> None:
    """One mail with the forms of two units is answered once, but fills no quota of the other."""
    ours, theirs = judged(whole(2), SOCIETY), judged(whole(6, first=4), PROVINCE)
    view = letter(SOCIETY, told([*ours, *theirs]))
    assert len(view.nominations) == 8
    assert (view.quotas, view.rankings) == ((QuotaLine(VOLUNTEER, 2, 2),), ())


@pytest.mark.parametrize(
    ("of", "limit"),
    [
        (SOCIETY, 2),
        (PROVINCE, 5),
        (ENTERPRISE, 2),
        (AFFILIATED, 5),
        (unit(AGRONOMISTS, quota=4), 4),
        (unit(AGRONOMISTS, quota=0), 0),
        (Unit("x", "x", None, known=False), None),
        (Unit("x", "x", "no-such-kind", known=True), None),
    ],
)
def test_limit(of: Unit, limit: int | None) -> None:
    assert limit_of(of, CAMPAIGN) == limit


def test_files_of_no_nomination_are_named_once() -> None:
    names = ["推荐汇总表.xlsx", "张 伟.pdf", "合影.jpg", "合影.jpg", "张伟.PDF"]
    assert copies(names, ["张伟.pdf"]) == ("推荐汇总表.xlsx", "合影.jpg")
