"""PDFs that are damaged, oddly built, or made to harm: read if a person could, and never a fault of ours."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import parsers
from intake.domain.model.facts import Facts, PdfFacts, UnreadableFacts
from parsers.common import limits
from parsers.pdf import text_layer
from tests.unit.parsers.archives.samples import BRIEFLY
from tests.unit.parsers.pdf.pdfs import HOSTILE, SOUND, document, paged, replaced

Put = Callable[[bytes], Path]
BODIES = st.recursive(
    st.sampled_from([b"null", b"1", b"-9e9", b"(a)", b"/Page", b"2 0 R", b"10 0 R", b"99 0 R", b"<ff"]),
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda parts: b"[" + b" ".join(parts) + b"]")
        | st.lists(inner, max_size=4).map(lambda parts: b"<</Type/Pages" + b"/Kids ".join(parts) + b">>")
    ),
    max_leaves=8,
)
"""Bodies of objects that are well formed, and may be of the wrong kind."""


@pytest.mark.parametrize("name", SOUND)
def test_what_a_person_can_open_is_read(facts_of: Callable[[bytes], Facts], name: str) -> None:
    facts = facts_of(SOUND[name])
    assert isinstance(facts, PdfFacts), facts
    assert (facts.text, facts.page_count) == ("Recommended by the society", 1)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end_in_time_with_facts(facts_of: Callable[[bytes], Facts], name: str) -> None:
    began = time.process_time()
    facts = facts_of(HOSTILE[name])
    assert time.process_time() - began < limits.DOCUMENT_SECONDS / 3
    assert isinstance(facts, PdfFacts | UnreadableFacts)
    json.dumps(asdict(facts), allow_nan=False, ensure_ascii=False).encode()
    if isinstance(facts, PdfFacts):
        assert 0 < len(facts.pages) <= limits.PDF_PAGES
        assert all(0 <= page.image_share <= 1 for page in facts.pages)


@pytest.mark.parametrize(
    "name", ["unknown encryption", "encryption without a key", "encryption by certificate"]
)
def test_what_asks_for_a_key_is_called_encrypted(facts_of: Callable[[bytes], Facts], name: str) -> None:
    facts = facts_of(HOSTILE[name])
    assert isinstance(facts, UnreadableFacts)
    assert facts.code == "encrypted"


@pytest.mark.parametrize("name", ["header only", "pages in a ring", "kids no array"])
def test_what_shows_no_page_is_called_damaged(facts_of: Callable[[bytes], Facts], name: str) -> None:
    facts = facts_of(HOSTILE[name])
    assert isinstance(facts, UnreadableFacts)
    assert (facts.code, facts.claimed_format) == ("unreadable", "pdf")


def test_a_page_that_is_missing_among_others_stays_a_page(facts_of: Callable[[bytes], Facts]) -> None:
    objects = paged(pages=3)
    del objects[11]
    facts = facts_of(document(objects))
    assert isinstance(facts, PdfFacts)
    assert [bool(page.text) for page in facts.pages] == [True, False, True]


@pytest.mark.parametrize("name", ["box of great size", "box of words", "box without area"])
def test_an_absurd_page_has_a_finite_size(facts_of: Callable[[bytes], Facts], name: str) -> None:
    facts = facts_of(HOSTILE[name])
    assert isinstance(facts, PdfFacts)
    assert 0 < facts.pages[0].width_pt < 1e7


def test_a_rotated_page_is_measured_as_it_is_seen(facts_of: Callable[[bytes], Facts]) -> None:
    drawing = b"q 100 0 0 100 0 0 cm /I Do Q"
    facts = facts_of(document(paged(drawing, Rotate=b"90", CropBox=b"[0 0 200 100]")))
    assert isinstance(facts, PdfFacts)
    page = facts.pages[0]
    assert (page.width_pt, page.height_pt, page.image_share) == (100.0, 200.0, pytest.approx(0.5))


def test_scans_and_text_in_one_file_are_told_apart_by_page(facts_of: Callable[[bytes], Facts]) -> None:
    objects = {
        **paged(pages=2),
        11: paged(Contents=b"20 0 R")[10],
        20: b"<</Length 29>>stream\nq 200 0 0 100 0 0 cm /I Do Q \nendstream",
    }
    facts = facts_of(document(objects))
    assert isinstance(facts, PdfFacts)
    assert [(bool(page.text), round(page.image_share)) for page in facts.pages] == [(True, 0), (False, 1)]


def test_pictures_are_measured_and_never_decoded(facts_of: Callable[[bytes], Facts]) -> None:
    for name in ("undecodable pictures", "a fax without its tables"):
        facts = facts_of(HOSTILE[name])
        assert isinstance(facts, PdfFacts)
        assert (facts.is_scan, facts.pages[0].image_share) == (True, 1.0)


def test_two_hundred_pages(facts_of: Callable[[bytes], Facts]) -> None:
    began = time.process_time()
    facts = facts_of(document(paged(pages=200)))
    assert isinstance(facts, PdfFacts)
    assert len(facts.pages) == facts.page_count == 200
    assert time.process_time() - began < 5


def test_pypdf_reads_the_pages_that_it_can(
    facts_of: Callable[[bytes], Facts], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_layer, "by_pdfium", lambda data, reader: text_layer.PageTexts())
    broken = {**paged(pages=2), 11: paged(MediaBox=b"[(a)]")[10]}
    facts = facts_of(document(broken))
    assert isinstance(facts, PdfFacts)
    assert [page.text for page in facts.pages] == ["Recommended by the society", ""]


@BRIEFLY
@given(data=st.data())
def test_a_mutated_file_never_raises(put: Put, scratch: Path, data: st.DataObject) -> None:
    original = bytearray(data.draw(st.sampled_from(list(SOUND.values()))))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(9, len(original) - 1))
        original[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    repr(parsers.parse(put(bytes(original)), scratch)).encode("utf-8")


@BRIEFLY
@given(body=BODIES, number=st.sampled_from([1, 2, 3, 4, 5, 10]))
def test_any_object_in_any_place_never_raises(put: Put, scratch: Path, body: bytes, number: int) -> None:
    parsers.parse(put(replaced(number, body)), scratch)
