"""Forms and scans that a later mail replaced: nameless forms first, then scans that stay with their form."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake.domain.assembly.assembly import assemble_unit, match_numbers
from intake.domain.assembly.drafts import Draft
from intake.domain.assembly.later_versions import keep_replaced, may_be_replaced
from intake.domain.assembly.requests import NO_ANSWERS, Answers
from intake.domain.model.document import Document, Role
from intake.domain.model.doubt import DoubtKind
from intake.domain.model.facts import Paragraph, WordFacts
from intake.domain.model.nomination import Case
from tests.unit.domain.cases import (
    CAMPAIGN,
    Paper,
    at,
    damaged,
    numbered,
    post,
    read_form,
    scanned,
    unit,
    word,
)

BLANK = word(None, filename="推荐表.docx")
FILLED = word("张伟")
REPLIED = Answers({101: (2,)})
ADDS = Answers(adding=(2,))
STORY = "".join(f"第{n}次到田间地头指导农户，培训技术骨干{n * 7 % 90}人。" for n in range(30))


def made(documents: list[Document], answers: Answers = NO_ANSWERS) -> list[Case]:
    of = unit()
    return list(assemble_unit(of, documents, CAMPAIGN, [of.name or ""], answers=answers).cases)


def written(nominee: str | None, text: str, **form: float) -> Paper:
    facts = WordFacts((Paragraph(f"姓名：{nominee or ''}"), Paragraph(text)))
    return Paper(f"{nominee or '推荐表'}.docx", Role.FORM, facts, read_form(nominee, **form))


@pytest.mark.parametrize("answers", [REPLIED, ADDS, Answers(saying=(2,))], ids=["replied", "adds", "again"])
def test_the_form_that_names_somebody_takes_the_place_of_the_one_that_did_not(answers: Answers) -> None:
    mails = [*post(1, BLANK, scanned("扫描件.pdf"))]
    before = numbered(made(mails))
    mails += post(2, FILLED, scanned("张伟.pdf"), when=at(22))
    (case,) = match_numbers(made(mails, answers), before)
    assert (case.nominee, case.number, case.received_at) == ("张伟", "KX2024-0001", at(20))
    current = {item.document.filename for item in case.documents if item.current}
    assert current == {"张伟推荐表.docx", "张伟.pdf"}
    assert case.doubts == ()


def test_the_same_form_but_for_its_name_needs_no_word() -> None:
    mails = [*post(1, written(None, STORY)), *post(2, written("张伟", STORY), when=at(22))]
    assert [case.nominee for case in made(mails)] == ["张伟"]
    other = [*post(1, written(None, STORY)), *post(2, written("张伟", STORY[::-1]), when=at(22))]
    assert sorted(case.nominee or "" for case in made(other)) == ["", "张伟"]


TEAM = {"founded_years": 10.0, "members": 749.0, "active_share": 0.8, "brands": 5.0, "activities": 1480.0}


def test_the_same_figures_and_entries_need_no_word() -> None:
    blank = word(None, "organisation", filename="附件1.docx", **TEAM)
    more = ({}, {"members": 96.0})
    named = [word("青山县科普志愿服务团队", "organisation", **(TEAM | other)) for other in more]
    for filled, count in zip(named, (1, 2), strict=True):
        assert len(made([*post(1, blank), *post(2, filled, when=at(22))])) == count


def test_a_nomination_that_merely_follows_stays_one_of_its_own() -> None:
    mails = [*post(1, BLANK), *post(2, FILLED, when=at(22))]
    assert [(case.nominee, case.doubts) for case in made(mails)] == [(None, ()), ("张伟", ())]


def test_the_words_of_another_sender_are_not_about_it() -> None:
    mails = [*post(1, BLANK), *post(2, FILLED, when=at(22), sender="x@other.example")]
    assert len(made(mails, ADDS)) == 2
    assert len(made(mails, REPLIED)) == 1


@pytest.mark.parametrize("answers", [REPLIED, ADDS])
def test_other_figures_make_a_person_look(answers: Answers) -> None:
    mails = [*post(1, BLANK), *post(2, word("张伟", service_years=9.0), when=at(22))]
    cases = {case.nominee: case for case in made(mails, answers)}
    assert cases["张伟"].doubts == ()
    assert [doubt.kind for doubt in cases[None].doubts] == [DoubtKind.LATER_FORM]


def test_of_two_in_one_reply_nobody_guesses() -> None:
    mails = [*post(1, BLANK), *post(2, FILLED, word("李四"), when=at(22))]
    cases = {case.nominee: case for case in made(mails, REPLIED)}
    assert set(cases) == {None, "张伟", "李四"}
    assert cases[None].doubts
    other = [*post(1, BLANK), *post(2, FILLED, word("李四", service_years=9.0), when=at(22))]
    assert {case.nominee for case in made(other, REPLIED)} == {"张伟", "李四"}


def test_another_category_is_another_nomination() -> None:
    mails = [*post(1, BLANK), *post(2, word("银龄护航行动", "project"), when=at(22))]
    assert len(made(mails, REPLIED)) == 2


def test_an_unverified_sender_fills_nothing_in() -> None:
    (filled,) = post(2, FILLED, when=at(22))
    filled = replace(filled, message=replace(filled.message, unverified="spf=fail"))
    assert len(made([*post(1, BLANK), filled], REPLIED)) == 2


def test_a_form_of_no_category_and_the_same_name_with_one() -> None:
    mails = [*post(1, word("张伟", None)), *post(2, FILLED, scanned("张伟.pdf"), when=at(22))]
    (case,) = made(mails)
    assert (case.category, case.received_at, case.doubts) == ("volunteer", at(20), ())
    both = [*mails, *post(3, word("张伟", "project"), when=at(22))]
    cases = {case.category: case for case in made(both)}
    assert set(cases) == {None, "volunteer", "project"}
    assert cases[None].doubts


# Scans that a later mail replaced -------------------------------------------------------


def draft(forms: list[Document], scans: list[Document]) -> Draft:
    return Draft("volunteer", "张伟", forms, [(scan, True) for scan in scans], [], [])


def first(*scans: Paper) -> list[Document]:
    return post(1, word("张伟"), *scans)


def later(day: int = 22) -> list[Document]:
    return post(2, scanned("8.pdf"), when=at(day))


def test_the_wrong_scan_of_the_mail_stays_with_its_form() -> None:
    form, wrong = first(scanned("5.pdf"))
    right = later()
    held = draft([form], right)
    assert keep_replaced([held], [wrong], ()) == []
    assert [(scan.filename, sure) for scan, sure in held.scans] == [("8.pdf", True), ("5.pdf", True)]


def test_of_two_that_were_left_nobody_can_say_which_it_was() -> None:
    form, *wrong = first(scanned("5.pdf"), scanned("6.pdf"))
    held = draft([form], later())
    assert keep_replaced([held], wrong, ()) == wrong
    assert all(may_be_replaced([held], scan) for scan in wrong)


def test_of_two_forms_that_were_served_later_neither_gets_it() -> None:
    one, other, wrong = post(1, word("张伟"), word("李四"), scanned("5.pdf"))
    held = [draft([one], later()), draft([other], later(23))]
    assert keep_replaced(held, [wrong], ()) == [wrong]
    assert may_be_replaced(held, wrong)


@pytest.mark.parametrize("served", [True, False], ids=["in-the-same-mail", "not-at-all"])
def test_a_scan_too_many_is_no_form_s_own(served: bool) -> None:
    form, own, more = first(scanned("张伟.pdf"), scanned("5.pdf"))
    held = draft([form], [own] if served else [])
    assert keep_replaced([held], [more], ()) == [more]
    assert may_be_replaced([held], more) is not served


def test_what_came_in_another_folder_or_mail_is_another_s() -> None:
    form, wrong = first(scanned("5.pdf"))
    held = draft([replace(form, folder="张伟")], later())
    assert keep_replaced([held], [wrong], ()) == [wrong]
    assert not may_be_replaced([held], wrong)


@pytest.mark.parametrize(("apart", "unfit"), [(False, None), (True, None), (False, 0), (False, 1)])
def test_where_a_form_lacks_its_scan_only_another_s_is_put_away(apart: bool, unfit: int | None) -> None:
    """A stranger's, or one that is surely not of the form that lacks its own."""
    form, wrong = first(scanned("5.pdf"))
    (bare,) = post(3, word("李四"), when=at(21))
    held = [draft([form], later()), Draft("volunteer", "李四", [bare], [], [], [])]
    other = {} if unfit is None else {wrong.key: [held[unfit]]}
    left = keep_replaced(held, [wrong], {wrong.key} if apart else (), other)
    assert left == ([] if apart or unfit == 1 else [wrong])


def test_a_locked_scan_stays_with_the_form_that_was_served_later() -> None:
    form, locked = first(damaged("5.pdf", Role.SCAN, "encrypted"))
    (bare,) = post(3, word("李四"), when=at(21))
    held = [draft([form], later()), Draft("volunteer", "李四", [bare], [], [], [])]
    assert keep_replaced(held, [locked], ()) == []
    assert [scan.filename for scan, _ in held[0].scans] == ["8.pdf", "5.pdf"]
