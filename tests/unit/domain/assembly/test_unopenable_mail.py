"""Files that nobody could open: what is asked of their unit, and what the answer is counted from."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from intake.domain.assembly.assembly import Assembled, assemble_unit, match_numbers
from intake.domain.assembly.requests import NO_ANSWERS, Answers, says_again
from intake.domain.model.document import Document, Role
from intake.domain.model.doubt import DoubtKind
from intake.domain.model.facts import Attachment, ContainerFacts, UnreadableFacts
from intake.domain.model.nomination import Case, Finding, Judgement, Severity, State, Unit
from intake.domain.rules.case_view import Circumstances
from intake.domain.rules.judge import judge_unit
from tests.unit.domain.cases import (
    CAMPAIGN,
    DEADLINE,
    Paper,
    at,
    codes,
    damaged,
    finding,
    judged,
    numbered,
    other,
    photo,
    post,
    scanned,
    unit,
    word,
)

CURABLE, REVIEW = Severity.CURABLE, Severity.REVIEW
LATE = at(25)
assert LATE > DEADLINE


def locked(filename: str = "材料.zip", code: str = "encrypted", format: str = "zip") -> Paper:
    return other(filename, UnreadableFacts(code, format, "all of it"))  # type: ignore[arg-type]


def half_locked(filename: str, *names: str, code: str = "encrypted") -> Paper:
    """An archive of which one file was taken out and these were not."""
    taken = (Attachment(0, "张伟推荐表.docx", "", "sha256:x", 10),)
    return other(filename, ContainerFacts("zip", taken, tuple((name, code) for name in names)))


def made(documents: list[Document], answers: Answers = NO_ANSWERS, of: Unit | None = None) -> Assembled:
    of = of or unit()
    return assemble_unit(of, documents, CAMPAIGN, [of.name or ""], answers=answers)


def all_judged(documents: list[Document], answers: Answers = NO_ANSWERS) -> list[tuple[Case, Judgement]]:
    item = made(documents, answers)
    item = replace(item, cases=tuple(numbered(item.cases)))
    return judge_unit(item, Circumstances(CAMPAIGN))


def told(documents: list[Document]) -> dict[str | None, list[str]]:
    """What each nominee's unit is asked for; nothing where a person has to look."""
    return {
        case.nominee: codes(judgement, CURABLE) if judgement.state is State.DEFICIENT else ["-"]
        for case, judgement in judged(documents)
    }


def one_finding(documents: list[Document]) -> Finding:
    ((_, judgement),) = judged(documents)
    assert judgement.state is State.DEFICIENT
    (found,) = (item for item in judgement.findings if item.severity is not Severity.NOTE)
    return found


# Beside forms ------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["unreadable", "encrypted"])
def test_the_mail_tells_whose_a_damaged_scan_is(code: str) -> None:
    mails = [
        *post(1, word("张伟", filename="8.docx"), damaged("2.pdf", Role.SCAN, code)),
        *post(2, word("李四"), photo("工作照1.jpg", 100, 80)),
    ]
    assert told(mails) == {"张伟": [code], "李四": ["scan-missing"]}


def test_a_readable_scan_that_may_be_anybody_s_still_stops_both() -> None:
    mails = [
        *post(1, word("张伟"), damaged("2.pdf", Role.SCAN)),
        *post(2, word("李四")),
        *post(3, scanned("3.pdf")),
    ]
    assert told(mails) == {"张伟": ["-"], "李四": ["-"]}


def test_as_many_damaged_scans_as_forms_are_all_asked_for() -> None:
    papers = [word("张伟"), word("李四"), damaged("1.pdf", Role.SCAN), damaged("2.pdf", Role.SCAN)]
    cases = judged(post(1, *papers))
    assert [codes(judgement) for _, judgement in cases] == [["unreadable"], ["unreadable"]]
    assert {finding(j, "unreadable").document for _, j in cases} == {"1.pdf", "2.pdf"}


def test_one_damaged_scan_for_two_forms_is_named_to_both() -> None:
    cases = judged(post(1, word("张伟"), word("李四"), damaged("1.pdf", Role.SCAN)))
    for _, judgement in cases:
        assert (codes(judgement), judgement.state) == (["scan-missing"], State.DEFICIENT)
        assert "《1.pdf》已损坏，无法打开" in finding(judgement, "scan-missing").evidence


def test_what_is_over_our_own_limit_stays_a_reason_to_look() -> None:
    mails = [
        *post(1, word("张伟")),
        *post(2, word("李四")),
        *post(3, damaged("1.pdf", Role.SCAN, "too-large")),
    ]
    assert told(mails) == {"张伟": ["-"], "李四": ["-"]}


@pytest.mark.parametrize("code", ["unreadable", "encrypted"])
def test_an_archive_that_came_with_the_form_is_asked_for_and_not_what_lies_in_it(code: str) -> None:
    found = one_finding(post(1, word("张伟"), locked("盖章件.zip", code)))
    assert (found.code, found.document) == (code, "盖章件.zip")
    assert "未见对应的盖章扫描PDF" in found.evidence


def test_an_archive_that_came_with_two_forms_is_asked_for_both() -> None:
    papers = [word("张伟"), word("李四"), locked("盖章件.zip")]
    assert told(post(1, *papers)) == {"张伟": ["encrypted"], "李四": ["encrypted"]}


def test_the_locked_half_of_an_archive_is_asked_for() -> None:
    found = one_finding(post(1, word("张伟"), half_locked("材料.zip", "扫描件.pdf")))
    assert (found.code, found.document) == ("encrypted", "材料.zip")
    assert "《材料.zip》内的《扫描件.pdf》设有密码" in found.evidence


def test_the_damaged_half_of_an_archive_is_for_a_person() -> None:
    papers = [word("张伟"), half_locked("材料.zip", "扫描件.pdf", code="unreadable")]
    assert told(post(1, *papers)) == {"张伟": ["-"]}


def test_photographs_behind_a_password_are_not_the_scan() -> None:
    for photographs in (locked("工作照片.zip"), half_locked("材料.zip", "工作照1.jpg", "照片2.jpg")):
        found = one_finding(post(1, word("张伟"), photographs))
        assert (found.code, photographs.filename in found.evidence) == ("scan-missing", False)


def test_where_nothing_lacks_a_locked_archive_is_asked_for_by_nobody() -> None:
    ((_, judgement),) = judged(post(1, word("张伟"), scanned("张伟.pdf"), locked()))
    assert (codes(judgement), judgement.state) == ([], State.COMPLETE)


# Alone in their mail -----------------------------------------------------------------------------

ALONE = [
    (locked(), "encrypted"),
    (locked("推荐材料.7z", "unreadable", "7z"), "unreadable"),
    (damaged("扫描件.pdf", Role.SCAN, "encrypted"), "encrypted"),
    (damaged("扫描件.pdf", Role.SCAN), "unreadable"),
]


@pytest.mark.parametrize(("paper", "code"), ALONE)
def test_a_mail_of_which_nothing_could_be_opened_is_told(paper: Paper, code: str) -> None:
    found = one_finding(post(1, paper))
    assert (found.code, found.document) == (code, paper.filename)


@pytest.mark.parametrize(("paper", "code"), ALONE)
def test_beside_nominations_that_are_in_order_too(paper: Paper, code: str) -> None:
    mails = [*post(1, word("张伟"), scanned("张伟.pdf")), *post(2, paper, when=at(21))]
    (whole, _), (sealed, judgement) = judged(mails)
    assert (whole.nominee, sealed.nominee, codes(judgement, CURABLE)) == ("张伟", None, [code])
    assert judgement.state is State.DEFICIENT


def test_a_form_of_another_mail_lacks_its_scan_all_the_same() -> None:
    mails = [*post(1, word("张伟")), *post(2, locked(), when=at(21))]
    assert told(mails) == {"张伟": ["scan-missing"], None: ["encrypted"]}


def test_a_locked_archive_takes_no_place_in_the_quota() -> None:
    mails = [*post(1, *(word(name) for name in "甲乙丙丁戊")), *post(2, locked("最美科技志愿者.zip"))]
    assert all("over-quota" not in codes(judgement) for _, judgement in judged(mails))


def test_nothing_is_opened_for_strangers() -> None:
    nobody = Unit("address:x@y", None, None, known=False)
    assert made(post(1, locked()), of=nobody).cases == ()
    forged = [replace(d, message=replace(d.message, unverified="spf fail")) for d in post(1, locked())]
    assert made(forged).cases == ()


@pytest.mark.parametrize("paper", [photo("坏.jpg"), locked("照片.zip"), locked("证书.pdf", format="pdf")])
def test_what_can_be_no_paper_opens_nothing(paper: Paper) -> None:
    assert made(post(1, paper)).cases == ()


# The answer --------------------------------------------------------------------------------------

ANSWER = [word("张伟"), scanned("张伟.pdf")]


def answered(first: Paper, when: datetime, answers: Answers, *papers: Paper) -> list[Case]:
    mails = [*post(1, first, when=at(20)), *post(2, *(papers or ANSWER), when=when)]
    before = numbered(made(post(1, first, when=at(20))).cases)
    return match_numbers(made(mails, answers).cases, before)


REPLIED = Answers({101: (2,)})
"""The second mail answers the letter on the first."""


@pytest.mark.parametrize(("paper", "code"), ALONE)
@pytest.mark.parametrize(
    ("when", "answers"),
    [(LATE, REPLIED), (at(21), Answers(saying=(2,))), (at(22), REPLIED)],
    ids=["late", "said", "replied"],
)
def test_the_answer_takes_number_and_time_over(
    paper: Paper, code: str, when: datetime, answers: Answers
) -> None:
    (case,) = answered(paper, when, answers)
    assert (case.nominee, case.number, case.received_at) == ("张伟", "KX2024-0001", at(20))
    assert [item.current for item in case.documents] == [True, True, False]


@pytest.mark.parametrize("when", [at(21), LATE])
@pytest.mark.parametrize("answers", [NO_ANSWERS, Answers({101: (7,)}), Answers(adding=(2,))])
def test_a_nomination_that_merely_follows_is_no_answer(when: datetime, answers: Answers) -> None:
    cases = answered(locked(), when, answers)
    assert {case.nominee: case.received_at for case in cases} == {None: at(20), "张伟": when}


@pytest.mark.parametrize(
    ("listed", "same"),
    [
        ((("张伟.pdf", 1000),), True),
        ((("1.docx", 1000), ("2.pdf", 2000)), True),
        ((("张伟.pdf", 1001),), False),
        ((("2.pdf", 1000),), False),
        ((("1.docx", 0), ("2.pdf", 0)), False),
        ((), False),
    ],
)
def test_what_a_locked_archive_lists_is_known_again(listed: tuple[tuple[str, int], ...], same: bool) -> None:
    """By name and size, or by the sizes of two; without a reply, a word or a name, and from anybody."""
    archive = other("材料.zip", UnreadableFacts("encrypted", "zip", "all of it", locked=listed))
    form, scan = post(2, *ANSWER, when=LATE, sender="x@other.example")
    cases = made([*post(1, archive), form, replace(scan, size=1000 if len(listed) < 2 else 2000)]).cases
    assert {case.received_at for case in cases} == ({at(20)} if same else {at(20), LATE})


def test_a_file_that_names_its_nominee_is_answered_by_him_alone() -> None:
    two = [*ANSWER, word("李四"), scanned("李四.pdf")]
    cases = answered(locked("最美科技志愿者李四.zip"), LATE, NO_ANSWERS, *two)
    assert {case.nominee: case.received_at for case in cases} == {"李四": at(20), "张伟": LATE}


def test_an_archive_may_have_held_several_and_a_scan_only_one() -> None:
    two = [*ANSWER, word("李四"), scanned("李四.pdf")]
    cases = answered(locked(), LATE, REPLIED, *two)
    assert [case.received_at for case in cases] == [at(20), at(20)]
    assert [case.number for case in cases] == ["KX2024-0001", None]
    cases = answered(damaged("扫描件.pdf", Role.SCAN), LATE, REPLIED, *two)
    assert sorted(case.received_at for case in cases) == [at(20), LATE]


def test_what_comes_in_a_mail_of_its_own_after_the_answer_is_late_itself() -> None:
    mails = [*post(1, locked()), *post(2, *ANSWER, when=LATE), *post(3, word("李四"), when=LATE)]
    times = {case.nominee: case.received_at for case in made(mails, REPLIED).cases}
    assert times == {"张伟": at(20), "李四": LATE}


def test_a_stranger_of_another_address_answers_nothing_unasked() -> None:
    mails = [*post(1, locked()), *post(2, *ANSWER, when=LATE, sender="x@other.example")]
    assert {case.nominee for case in made(mails).cases} == {"张伟", None}


def test_a_file_that_is_locked_again_is_asked_for_once() -> None:
    mails = [*post(1, locked()), *post(2, locked(), when=at(22))]
    ((case, judgement),) = all_judged(mails, REPLIED)
    assert codes(judgement) == ["encrypted"]
    assert [item.current for item in case.documents] == [False, True]


def test_where_the_answer_completed_another_nomination_a_person_looks() -> None:
    mails = [
        *post(1, word("张伟")),
        *post(2, locked(), when=at(21)),
        *post(3, scanned("张伟.pdf"), when=at(23)),
    ]
    states = {case.nominee: judgement for case, judgement in all_judged(mails, Answers({201: (3,)}))}
    assert (states["张伟"].state, states[None].state) == (State.COMPLETE, State.REVIEW)
    assert finding(states[None], "doubtful").kind is DoubtKind.SENT_BESIDE
    # The letter asked for that scan as well: it says nothing of what lies in the archive.
    both = {101: (3,), 201: (3,)}
    states = {case.nominee: judgement for case, judgement in all_judged(mails, Answers(both))}
    assert (states["张伟"].state, states[None].state) == (State.COMPLETE, State.DEFICIENT)


def test_an_archive_of_the_same_name_that_opens_is_the_answer() -> None:
    (again,) = post(3, scanned("扫描件.pdf"), when=at(23))
    mails = [
        *post(1, word("张伟")),
        *post(2, locked("张工的材料.zip"), when=at(21)),
        replace(again, folder="张工的材料.zip"),
    ]
    (case,) = made(mails).cases
    assert (case.nominee, case.received_at) == ("张伟", at(20))
    assert [item.document.filename for item in case.documents if not item.current] == ["张工的材料.zip"]


@pytest.mark.parametrize(
    ("subject", "body", "says"),
    [
        ("补充材料", "", False),
        ("", "已取消密码，请查收。", True),
        ("材料重新发送", "", True),
        ("推荐材料", "请查收。", False),
    ],
)
def test_words_of_sending_again(subject: str, body: str, says: bool) -> None:
    assert says_again(subject, body) is says


# Forms -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["unreadable", "encrypted"])
def test_a_form_that_names_nobody_and_its_answer_are_one_nomination(code: str) -> None:
    shut = damaged("1.docx", Role.FORM, code)
    mails = [*post(1, shut, scanned("扫描件.pdf")), *post(2, word("张伟"), when=LATE)]
    (case,) = made(mails, Answers(adding=(2,))).cases
    assert (case.nominee, case.received_at) == ("张伟", at(20))
    assert [(i.document.filename, i.current, i.certain) for i in case.documents] == [
        ("1.docx", False, True),
        ("张伟推荐表.docx", True, True),
        ("扫描件.pdf", True, True),
    ]


def test_a_form_sent_again_without_a_word_is_known_by_its_scan() -> None:
    mails = [*post(1, damaged("1.docx"), scanned("张伟.pdf")), *post(2, word("张伟"), when=at(21))]
    (case,) = made(mails).cases
    assert (case.nominee, case.received_at) == ("张伟", at(20))


def test_another_form_is_not_the_damaged_one() -> None:
    mails = [*post(1, damaged("1.docx")), *post(2, word("张伟"), scanned("张伟.pdf"), when=at(21))]
    (first, judgement), (second, whole) = judged(mails)
    assert (first.nominee, codes(judgement, CURABLE)) == (None, ["scan-missing", "unreadable"])
    assert (second.nominee, second.received_at, whole.state) == ("张伟", at(21), State.COMPLETE)
