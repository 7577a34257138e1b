"""What a mail asks of earlier material, which numbers it names, and what that means for nominations."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from intake.domain.assembly.assembly import Assembled, assemble_unit
from intake.domain.assembly.requests import Statement, heed, hinted
from intake.domain.campaign.doubts import doubt_sentence
from intake.domain.campaign.terms import CUSTOMARY
from intake.domain.mail.intent import Intent, intent, letter_references, nomination_numbers
from intake.domain.model.document import Role
from intake.domain.model.doubt import DoubtKind
from intake.domain.model.nomination import Case, State
from intake.domain.rules.case_view import Circumstances
from intake.domain.rules.judge import judge_unit
from tests.unit.domain.cases import (
    CAMPAIGN,
    SENDER,
    assembled,
    at,
    codes,
    finding,
    numbered,
    post,
    ref,
    scan_of,
    scanned,
    unit,
    word,
)

PREFIX = "KX2024"
W, R, V, C, A = Intent.WITHDRAW, Intent.REPLACE, Intent.VOID, Intent.CORRECT, Intent.AMEND


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("请撤回张三的推荐材料。", {W}),
        ("经研究，撤 回 张三的申报。", {W}),
        ("因张三不符合条件，不再推荐。", {W}),
        ("因张三不符合条件不再推荐", {W}),
        ("我单位决定取消对张三的推荐", {W}),
        ("李四放弃申报，特此说明", {W}),
        ("请将张三从推荐名单中删除", {W}),
        ("能否撤回李四？", {W}),
        ("申请撤销推荐", {W}),
        ("张三不参加本次评选了", {W}),
        ("如需撤回，请告知。", set()),
        ("若材料需要撤回请联系我们", set()),
        ("无需撤回，请继续办理", set()),
        ("我单位不撤回", set()),
        ("并非不再推荐张三", set()),
        ("请问如何撤回？", set()),
        ("是否需要撤回？", set()),
        ("撤回的流程是什么", set()),
        ("近三年未被撤销荣誉称号", set()),
        ("撤销处分", set()),
        ("其余材料不再报送", set()),
        ("已报材料不再重复报送", set()),
        ("请取消推荐表密码", set()),
        ("原报送材料作废，以此为准。", {R, V}),
        ("之前的材料请忽略，以本次为准", {R, V}),
        ("以附件为准", {R}),
        ("以最新发的这版为准", {R}),
        ("昨天的推荐表有误，现重新报送", {C, R}),
        ("以本邮箱系统收到时间为准", set()),
        ("以最终审核结果为准", set()),
        ("是否以此为准？", set()),
        ("更正：张三的职称应为教授", {A, C}),
        ("附件为更正后的推荐表", {C}),
        ("3. 需补充或更正的，请直接回复本邮件", set()),
        ("如有错误请更正", set()),
        ("请查收推荐材料。", set()),
    ],
)
def test_what_words_ask_for(words: str, expected: set[Intent]) -> None:
    assert intent("", words) == expected
    assert intent(words, "请查收。") == expected


@pytest.mark.parametrize(
    "text",
    [
        "KX2024-0007",
        "编号kx2024-7。",
        "ＫＸ２０２４－０００７",
        "KX2024 — 0007号",
        "KX20240007",
        "KX 2024-0007",
    ],
)
def test_a_nomination_s_number_in_all_spellings(text: str) -> None:
    assert nomination_numbers(text, PREFIX) == ("KX2024-0007",)


@pytest.mark.parametrize("text", ["KX2024 2025年", "AKX2024-0007", "KX2024", "KX2024-1234567", "2024-0007"])
def test_what_is_no_nomination_s_number(text: str) -> None:
    assert nomination_numbers(text, PREFIX) == ()


@pytest.mark.parametrize(
    "text",
    [
        "农技中心收〔2025〕12号",
        "农技中心收[2025]12号",
        "农技中心收【2025】 12 号",
        "农技中心收（2025）第012号",
        "农技中心收(2025)12",
        "> 农技中心收〔2025〕\n> 12号",
    ],
)
def test_a_letter_s_reference_in_all_brackets(text: str) -> None:
    assert letter_references(text, "农技中心") == ("农技中心收〔2025〕12号",)


def test_what_is_no_reference_of_ours() -> None:
    assert letter_references("科协办函宣字〔2025〕3号、农技中心发〔2025〕12号", "农技中心") == ()


def said(number: int, body: str, *, day: int = 22, files: bool = False, sender: str = SENDER) -> Statement:
    return Statement(ref(number, at(day), sender), body, files)


def two() -> list[Case]:
    """张三 and 李四, from one mail, in order."""
    papers = (word("张三"), scanned("张三.pdf"), word("李四", "project"), scanned("李四.pdf"))
    return numbered(assembled(post(1, *papers)).cases)


def withdrawn(cases: Sequence[Case], *mails: Statement) -> set[str | None]:
    return {case.nominee for case in heed(cases, mails, PREFIX, (), ()) if case.withdrawals}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("撤回张三的推荐。李四照常。", {"张三"}),
        ("因张三调离，不再推荐，李四照常。", {"张三"}),
        ("将李四撤回", {"李四"}),
        ("KX2024-0002 请予撤回", {"李四"}),
        ("请撤回以下候选人：\n张三\n李四", {"张三", "李四"}),
        ("因故撤回，谢谢。", {"张三", "李四"}),
        ("原报送的张三材料作废。", {"张三"}),
        ("原报送材料作废，以此为准。", set()),
        ("如需撤回张三请告知", set()),
    ],
)
def test_whom_a_withdrawal_means(body: str, expected: set[str]) -> None:
    assert withdrawn(two(), said(2, body)) == expected


def test_words_that_name_nobody_mean_what_their_sender_brought() -> None:
    cases = numbered(
        assembled([*post(1, word("张三")), *post(2, word("李四", "project"), sender="b@example.org")]).cases
    )
    assert withdrawn(cases, said(3, "请撤回。")) == {"张三"}
    assert withdrawn(cases, said(3, "请撤回。", sender="chief@example.org")) == {"张三", "李四"}


def test_a_mail_never_withdraws_what_it_brings() -> None:
    cases = numbered(assembled([*post(1, word("张三")), *post(2, word("李四"), when=at(22))]).cases)
    assert withdrawn(cases, said(2, "撤回张三，改报李四。", files=True)) == {"张三"}
    assert withdrawn(cases, said(2, "撤回原来的推荐。", files=True)) == {"张三"}


def judge(cases: Sequence[Case], states: dict[str, State] | None = None) -> dict[str | None, list[str]]:
    made = Assembled(unit(), tuple(cases), ())
    found = judge_unit(made, Circumstances(CAMPAIGN, states=states or {}))
    return {case.nominee: codes(judgement) for case, judgement in found}


def test_a_withdrawal_is_for_a_person_and_says_what_was_written() -> None:
    cases = heed(two(), [said(2, "请撤回张三的推荐材料。", sender="x@example.org")], PREFIX, (), ())
    made = Assembled(unit(), tuple(cases), ())
    ((first, judgement), (_, other)) = judge_unit(made, Circumstances(CAMPAIGN))
    assert (first.nominee, judgement.state, other.state) == ("张三", State.REVIEW, State.COMPLETE)
    seen = finding(judgement, "withdrawal-asked").evidence
    assert "请撤回张三的推荐材料" in seen and "x@example.org" in seen
    assert "未报送过本件材料" in seen


def corrected(body: str, *, newer: str = "张珊", category: str = "volunteer") -> list[Case]:
    documents = [
        *post(1, word("张山"), scanned("张山.pdf")),
        *post(2, word(newer, category), scanned(f"{newer}.pdf"), when=at(21)),
    ]
    words = [said(1, "请查收", day=20, files=True), said(2, body, day=21, files=True)]
    return heed(numbered(assembled(documents).cases), words, PREFIX, (), ())


def test_a_corrected_name_is_a_doubt_on_both() -> None:
    older, newer = corrected("更正：候选人姓名写错，以此为准。")
    assert [doubt.kind for doubt in newer.doubts] == [DoubtKind.CORRECTION]
    assert [doubt.kind for doubt in older.doubts] == [DoubtKind.CORRECTED]
    assert doubt_sentence(older.doubts[0], CUSTOMARY) == (
        "“张珊”的推荐表可能是对编号KX2024-0001（张山）的更正"
    )
    assert (older.corrects, newer.corrects) == (False, True)
    assert judge([older, newer]) == {"张山": ["doubtful"], "张珊": ["doubtful"]}


@pytest.mark.parametrize(
    ("body", "newer", "category"),
    [
        ("请查收。", "张珊", "volunteer"),
        ("更正材料", "王五六", "volunteer"),
        ("更正材料", "张珊", "project"),
    ],
)
def test_what_is_no_correction_of_a_name(body: str, newer: str, category: str) -> None:
    assert [case.doubts for case in corrected(body, newer=newer, category=category)] == [(), ()]


def test_a_name_quite_different_corrects_the_one_that_the_mail_names() -> None:
    older, newer = corrected("将张山更正为王五六", newer="王五六")
    assert older.doubts and newer.doubts


def test_a_decided_correction_is_settled() -> None:
    words = [said(2, "更正姓名", day=21, files=True)]
    plain = numbered(assembled([*post(1, word("张山")), *post(2, word("张珊"), when=at(21))]).cases)
    assert any(case.doubts for case in heed(plain, words, PREFIX, (), ()))
    assert not any(case.doubts for case in heed(plain, words, PREFIX, ("KX2024-0002",), ()))
    assert not any(case.doubts for case in heed(plain, words, PREFIX, (), ("KX2024-0001",)))


def test_a_correction_never_exceeds_the_quota() -> None:
    names = ["赵一", "钱二二", "孙三三三", "李四四四四", "张山"]
    documents = [document for place, name in enumerate(names, 1) for document in post(place, word(name))]
    documents += post(9, word("张珊"), when=at(21))
    cases = numbered(assembled(documents).cases)
    plain = judge(cases)
    assert all("over-quota" in found for found in plain.values()), "six of five"
    told = judge(heed(cases, [said(9, "更正姓名", day=21, files=True)], PREFIX, (), ()))
    assert not any("over-quota" in found for found in told.values())
    assert "doubtful" in told["张山"] and "doubtful" in told["张珊"]


def test_void_papers_that_are_not_sent_again_are_doubted() -> None:
    documents = [*post(1, word("张三"), scanned("张三.pdf")), *post(2, word("张三"), when=at(21))]
    words = [said(2, "原报送材料作废，以此为准", day=21, files=True)]
    (case,) = heed(numbered(assembled(documents).cases), words, PREFIX, (), ())
    assert [(d.kind, d.files) for d in case.doubts] == [(DoubtKind.HALF_REPLACED, ("张三.pdf",))]
    (again,) = heed(
        numbered(assembled([*documents, *post(3, scanned("张三.pdf"), when=at(22))]).cases),
        words,
        PREFIX,
        (),
        (),
    )
    assert again.doubts == ()


def test_words_alone_that_amend_a_field_are_for_a_person() -> None:
    first, second = heed(two(), [said(2, "更正：张三的职称应为教授")], PREFIX, (), ())
    assert [doubt.kind for doubt in first.doubts] == [DoubtKind.AMENDED_IN_WORDS]
    assert "职称应为教授" in doubt_sentence(first.doubts[0], CUSTOMARY)
    assert second.doubts == ()


def test_a_number_speaks_for_a_scan_with_a_useless_name() -> None:
    forms = post(1, word("张三"), word("李四"))
    sent = post(2, scanned("扫描件0001.pdf"), when=at(22))
    recorded = numbered(assembled(forms).cases)
    words = [said(1, "", day=20, files=True), said(2, "补交KX2024-0002的盖章件", files=True)]
    hints = hinted(recorded, words, PREFIX)
    assert hints == {2: "李四"}
    made = assemble_unit(unit(), [*forms, *sent], CAMPAIGN, [], hints)
    assert scan_of(made) == {"张三": None, "李四": "扫描件0001.pdf"}
    (scan,) = (item for case in made.cases for item in case.documents if item.role is Role.SCAN)
    assert scan.certain
    # Read again with the scan in the ledger, the number says the same.
    assert hinted(numbered(made.cases, recorded), words, PREFIX) == hints


@pytest.mark.parametrize(
    "body", ["KX2024-0002、KX2024-0001的盖章件", "KX2024-0002之外，附张三的盖章件", "KX2024-0099"]
)
def test_a_number_beside_another_name_or_number_says_nothing(body: str) -> None:
    recorded = numbered(assembled(post(1, word("张三"), word("李四"))).cases)
    assert hinted(recorded, [said(2, body, files=True)], PREFIX) == {}


def test_a_number_does_not_gainsay_a_filename() -> None:
    forms = post(1, word("张三"), word("李四"))
    sent = post(2, scanned("张三盖章.pdf"), when=at(22))
    made = assemble_unit(unit(), [*forms, *sent], CAMPAIGN, [], {2: "李四"})
    assert scan_of(made) == {"张三": "张三盖章.pdf", "李四": None}


def test_endless_words_are_weighed_to_their_end() -> None:
    flood = "请，撤回农技中心收KX2024-以此作废更正" * 100_000
    assert intent(flood, flood) >= {W}
    assert nomination_numbers(flood, PREFIX) == letter_references(flood, "农技中心") == ()


@pytest.mark.parametrize("subject", ["Re: 回复：撤回于洁的推荐", "回复: 回复：撤回于洁的推荐"])
def test_the_subject_that_our_answer_repeated_asks_nothing_again(subject: str) -> None:
    assert intent(subject, "谢谢！") == frozenset()
    assert Intent.WITHDRAW in intent(subject.partition("回复：")[2], "")
    assert Intent.WITHDRAW in intent(subject, "于洁同志的推荐我们撤回。")
