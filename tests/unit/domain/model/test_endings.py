"""Endings of filenames: one table, which each reader of names asks for its own question."""

from __future__ import annotations

import pytest

from intake.domain.mail.link_details import name_in
from intake.domain.model.endings import ENDINGS, Ending, bare_endings, endings, tells


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("推荐表.DOCX", Ending.TEXT | Ending.PAPER),
        ("扫描件.ofd", Ending.PAGES),
        ("winmail.dat", Ending.PAPER),
        ("事迹.mp4", Ending.FILM),
        ("名单.et", Ending.SHEET),
        ("邀请.ics", Ending.TRAPPING),
    ],
)
def test_a_name_tells_what_its_ending_stands_for(name: str, told: Ending) -> None:
    assert tells(name, told)
    assert not tells(name + ".x", told)


def test_no_name_tells_nothing() -> None:
    assert not any(tells(name, told) for name in (None, "", "docx") for told in Ending)


def test_every_question_has_endings_and_every_ending_answers_one() -> None:
    assert all(endings(told) for told in Ending)
    assert all(ENDINGS.values())


def test_no_ending_is_of_two_kinds() -> None:
    kinds = (Ending.TEXT, Ending.PAGES, Ending.SHEET, Ending.FILM, Ending.TRAPPING)
    assert all(sum(kind in told for kind in kinds) <= 1 for told in ENDINGS.values())


@pytest.mark.parametrize("ending", bare_endings(Ending.LINKED))
def test_each_ending_beside_a_link_ends_a_file_s_name(ending: str) -> None:
    assert name_in(f"张伟推荐表.{ending}（3.2M）", is_label=True) == f"张伟推荐表.{ending}"
