"""Scans that a later mail replaced stay with the form they came with; what may be another's does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake.domain.assembly.drafts import Draft
from intake.domain.assembly.later_versions import keep_replaced, may_be_replaced
from intake.domain.model.document import Document, Role
from tests.unit.domain.cases import Paper, at, damaged, post, scanned, word


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
