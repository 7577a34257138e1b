"""Pages of a PDF as their viewers show them: electronic seals, however they are put on a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.domain.model.inspection import Request, ScanPage
from parsers.scan import reader
from tests.unit.parsers.scan.electronic import HIDDEN, KINDS, PAPERS, PRINT, PRINT_ALONE, paper, with_seal


def _seen(tmp_path: Path, data: bytes) -> ScanPage:
    path = tmp_path / "scan.pdf"
    path.write_bytes(data)
    (page,) = reader.inspect(path, tmp_path, Request()).pages
    return page


@pytest.mark.parametrize("on", PAPERS)
@pytest.mark.parametrize("kind", KINDS)
def test_an_electronic_seal_is_seen_however_it_was_put_on_the_page(
    tmp_path: Path, kind: str, on: str
) -> None:
    page = _seen(tmp_path, with_seal(paper(on), kind))
    assert [(mark.certainty, mark.ink) for mark in page.seals] == [("sure", "red")]


@pytest.mark.parametrize("on", PAPERS)
def test_the_same_pages_without_it_show_none(tmp_path: Path, on: str) -> None:
    page = _seen(tmp_path, paper(on))
    assert page.seals == ()
    assert not page.signed


@pytest.mark.parametrize(
    "kind", ["signature", "signature of its parent", "signature in no form", "unknown kind"]
)
def test_a_field_for_a_signature_is_told_even_where_nothing_is_drawn(tmp_path: Path, kind: str) -> None:
    page = _seen(tmp_path, with_seal(paper("colour"), kind, seal=False))
    assert page.seals == ()
    assert page.signed


@pytest.mark.parametrize("kind", ["button", "stamp", "free text"])
def test_a_note_that_is_known_is_no_signature(tmp_path: Path, kind: str) -> None:
    assert not _seen(tmp_path, with_seal(paper("colour"), kind)).signed


@pytest.mark.parametrize(("kind", "flags"), [("stamp", PRINT_ALONE), ("popup", PRINT)])
def test_a_seal_that_no_screen_draws_may_be_there(tmp_path: Path, kind: str, flags: int) -> None:
    page = _seen(tmp_path, with_seal(paper("colour"), kind, flags=flags))
    assert page.seals == ()
    assert page.signed
    assert not _seen(tmp_path, with_seal(paper("colour"), kind, flags=flags, seal=False)).signed


def test_what_is_hidden_is_not_drawn(tmp_path: Path) -> None:
    page = _seen(tmp_path, with_seal(paper("colour"), "stamp", flags=HIDDEN))
    assert page.seals == ()


def test_a_page_keeps_its_seal_when_it_is_looked_at_again(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(with_seal(paper("digital"), "signature"))
    first = reader.inspect(path, tmp_path, Request())
    again = reader.inspect(path, tmp_path, Request(text=True), first)
    assert again.pages[0].seals[0].certainty == "sure"
    assert again.pages[0].signed
