"""PDFs that are cut off: damaged where part of the paper is surely lost, and read where nothing is."""

from __future__ import annotations

import random
from collections.abc import Callable

import pypdfium2
import pytest

from intake.domain.model.facts import Facts, PdfFacts, UnreadableFacts
from parsers.pdf import document, ending
from tests.unit.parsers.pdf.pdfs import SOUND, packed, paged, stream
from tests.unit.parsers.pdf.pdfs import document as written

Read = Callable[[bytes], Facts]

DRAWN = b"q 200 0 0 100 0 0 cm /I Do Q"
PICTURE = stream(
    random.Random(13).randbytes(40_000),
    b"/Subtype/Image/Width 200/Height 200/ColorSpace/DeviceGray/BitsPerComponent 8",
)
BEHIND = {number: body for number, body in paged(DRAWN, pages=3).items() if number != 5}
"""A scan whose picture stands last, as many programs write it."""
SCAN = written({**BEHIND, 5: PICTURE})
WITHIN = SCAN.index(b"5 0 obj") + 20_000
DRAWN_LAST = {number: body for number, body in paged().items() if number != 4}
METADATA = stream(b"<x/>" * 5000, b"/Type/Metadata/Subtype/XML")
DESCRIBED = written({**paged(), 20: METADATA})

CUT = {
    "within a picture": SCAN[:WITHIN],
    "and filled with zeros": SCAN[:WITHIN] + bytes(60_000),
    "a length told elsewhere": SCAN.replace(b"/Length 40000", b"/Length 8 0 R")[:WITHIN],
    "behind a revision that is whole": written(paged())
    + b"5 0 obj"
    + PICTURE.replace(b"endstream", b"")[:20_000],
    "within the drawing": written({**DRAWN_LAST, 4: stream(b"0 0 m 1 1 l S\n" * 500)})[:3000],
    "before its last pages": written(paged(pages=3)).partition(b"11 0 obj")[0],
    "within its last page": written(paged(pages=3)).partition(b"12 0 obj")[0] + b"12 0 obj<</Type/Pa",
    "before its picture": SCAN.partition(b"5 0 obj")[0],
}
WHOLE = {
    **SOUND,
    "a picture that stands last": SCAN,
    "no word behind a picture": SCAN[: SCAN.rindex(b"\nendstream")],
    "within what describes it": DESCRIBED[: DESCRIBED.index(b"20 0 obj") + 9000],
    "a packed one": packed(paged()),
}


@pytest.mark.parametrize("name", CUT)
def test_a_file_that_lost_part_of_its_paper_is_damaged(facts_of: Read, name: str) -> None:
    facts = facts_of(CUT[name])
    assert isinstance(facts, UnreadableFacts), facts
    assert (facts.code, facts.claimed_format) == ("unreadable", "pdf")
    assert "cut off" in facts.detail


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_that_lost_nothing_that_is_seen_is_read(facts_of: Read, name: str) -> None:
    assert not ending.is_cut(WHOLE[name])
    assert isinstance(facts_of(WHOLE[name]), PdfFacts)


def test_cut_at_any_place_a_file_is_read_only_with_all_its_pages(facts_of: Read) -> None:
    """Whatever is left, no page of it is taken for a sheet that bears nothing."""
    places = [
        *range(20, WITHIN - 19_900, 7),
        *range(WITHIN, len(SCAN), 1000),
        *range(len(SCAN) - 300, len(SCAN), 7),
    ]
    for at in places:
        facts = facts_of(SCAN[:at])
        if isinstance(facts, PdfFacts):
            assert at >= SCAN.rindex(b"\nendstream") - 2
            assert [round(page.image_share) for page in facts.pages] == [1, 1, 1]


def test_pypdf_goes_through_a_file_once(facts_of: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    whole = document._structure

    def counted(data: bytes) -> document._Structure:
        taken.append(len(data))
        return whole(data)

    monkeypatch.setattr(document, "_structure", counted)
    for data in (*CUT.values(), *WHOLE.values(), b"%PDF-1.7\n", SCAN[:2000]):
        before = len(taken)
        facts_of(data)
        assert len(taken) == before + 1


def test_what_pdfium_refuses_is_not_searched_without_end() -> None:
    beginnings = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj " + b"2 0 obj endobj " * 200_000
    assert ending.with_trailer(beginnings) is not None
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(beginnings)
