"""What `make same` takes for a difference, and what for chance."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("KX2025-0001 张伟", "KX2025-0012 张伟"),
        ("Message-ID: <a.1@office.example>", "Message-ID: <b.2@office.example>"),
        ("农技中心收〔2025〕3号", "农技中心收〔2025〕14号"),
    ],
)
def test_numbers_and_message_ids_are_chance(one: str, other: str) -> None:
    assert same.steady(one) == same.steady(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("2月23日前", "2月24日前"), ("staff@example.org", "unit@example.org"), ("scan-missing", "form-missing")],
)
def test_words_days_and_addresses_are_not(one: str, other: str) -> None:
    assert same.steady(one) != same.steady(other)


def test_a_difference_is_told_with_both_sides() -> None:
    told = list(same.differences({"ledger": ["complete", "same"]}, {"ledger": ["review", "same"]}))
    assert "--- before: ledger" in told and "-complete" in told and "+review" in told
    assert list(same.differences({"ledger": ["same"]}, {"ledger": ["same"]})) == []


def test_what_nothing_was_found_of_is_a_difference() -> None:
    assert list(same.differences({"letters": []}, {"letters": []})) == ["nothing to compare: letters"]


def test_golden_files_that_changed_came_or_went_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for folder, files in ((old, {"a": "1", "b": "1", "gone": "1"}), (new, {"a": "1", "b": "2", "came": "1"})):
        (folder / "golden").mkdir(parents=True)
        for name, text in files.items():
            (folder / "golden" / name).write_text(text)
    monkeypatch.setattr(same, "HERE", new)
    monkeypatch.setattr(same, "GOLDEN", ("golden",))
    assert [line.split()[2] for line in same.golden_differences(old)] == ["b", "came", "gone"]
