"""The look before a fork: what a sender's scan then needs is there already."""

from __future__ import annotations

import pytest

from parsers.scan import first_look, reader
from parsers.scan.seal import vote
from parsers.scan.text import ocr


def test_a_fork_finds_the_models_and_what_depends_on_a_sheets_size() -> None:
    ocr.engine.cache_clear()
    vote._ballot.cache_clear()
    reader.prepare()
    library = ocr.engine()._library
    assert all((library.text_det, library.text_cls, library.text_rec))
    assert vote._ballot.cache_info().currsize == 1
    # A sheet of A4 as it is sought for seals.
    vote._ballot(1000 // vote._SHRINK, 707 // vote._SHRINK, 707 // vote._SHRINK)
    assert vote._ballot.cache_info().hits == 1


def test_the_first_look_takes_the_common_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines on one strip that are read at once, and a ring that says something: no detour costs a start."""
    seen = []
    look, ring = first_look.inspect_file, first_look.read_ring
    monkeypatch.setattr(first_look, "inspect_file", lambda *told: seen.append(look(*told)))
    monkeypatch.setattr(first_look, "read_ring", lambda *told: seen.append(ring(*told)))
    first_look.look_first()
    found, (text, _score) = seen
    (page,) = found.pages
    assert [mark.certainty for mark in page.seals] == ["sure"]
    assert [line.text for line in page.lines] == list(first_look._ROWS)
    assert {cost.step: cost.count for cost in found.costs}["search"] == 1
    assert text
