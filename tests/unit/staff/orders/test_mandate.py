"""Whose word counts, case by case."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from intake.domain.model.mail import MessageKind
from intake.staff.orders.mandate import (
    REFUSALS,
    VALID,
    Mandate,
    StaffWord,
    has_papers,
    is_book,
    mandate_of,
    staff_names,
)

NOW = datetime(2025, 2, 22, 1, 0, tzinfo=UTC)
FULL = StaffWord(MessageKind.ENQUIRY, True, False, NOW - timedelta(hours=2), True, False)


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        (FULL, Mandate.FULL),
        (replace(FULL, orders=False, book=True, kind=MessageKind.MATERIAL), Mandate.FULL),
        (replace(FULL, kind=MessageKind.OTHER), Mandate.FULL),
        (replace(FULL, verified=False), Mandate.ALOOF),
        (replace(FULL, verified=False, digest_at=None), Mandate.ALOOF),
        (replace(FULL, digest_at=None), Mandate.LOOSE),
        (replace(FULL, digest_at=NOW - VALID), Mandate.FULL),
        (replace(FULL, digest_at=NOW - VALID - timedelta(seconds=1)), Mandate.STALE),
        (replace(FULL, forwards=True), Mandate.MIXED),
        (replace(FULL, forwards=True, digest_at=None), Mandate.NONE),
        (replace(FULL, orders=False), Mandate.EMPTY),
        (replace(FULL, orders=False, digest_at=None), Mandate.NONE),
        (replace(FULL, orders=False, verified=False), Mandate.NONE),
        (replace(FULL, orders=False, kind=MessageKind.OTHER), Mandate.NONE),
        (replace(FULL, orders=False, kind=MessageKind.MATERIAL), Mandate.NONE),
    ],
)
def test_what_becomes_of_a_mail(word: StaffWord, wanted: Mandate) -> None:
    assert mandate_of(word, NOW) is wanted


def test_every_refusal_has_its_reason() -> None:
    assert set(REFUSALS) == set(Mandate) - {Mandate.NONE, Mandate.FULL}


def test_names_are_those_of_the_configuration() -> None:
    said = staff_names(["张敏 <Zhang@Staff.example>", "li@staff.example"])
    assert said == {"zhang@staff.example": "张敏", "li@staff.example": "li@staff.example"}


def test_which_files_are_the_ledger_and_which_are_papers() -> None:
    assert is_book("ledger-20250221.xlsx", answers=False) and is_book("台账（1）.XLSX", answers=False)
    assert not is_book("人员名单.xlsx", answers=False) and is_book("人员名单.xlsx", answers=True)
    assert not is_book("ledger-20250221.xls.exe", answers=True)
    assert has_papers(["推荐表.docx"]) and has_papers(["ledger.xlsx", "扫描.pdf"])
    assert not has_papers(["ledger.xlsx", "image001.png"])
