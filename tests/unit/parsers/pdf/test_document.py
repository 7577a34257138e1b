"""PDFs: scans, text, locked ones, damaged ones."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from pypdf import PdfReader, PdfWriter

import parsers
from intake.domain.model.facts import PdfFacts, UnreadableFacts
from parsers.common import limits
from parsers.pdf import document

Put = Callable[[bytes], Path]
Read = Callable[[bytes], PdfFacts]


def minimal(content: bytes, pages: int = 1) -> bytes:
    """A PDF with the same drawing on every page, its tables left to the reader to rebuild."""
    kids = b" ".join(b"%d 0 R" % (10 + n) for n in range(pages))
    objects = [
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
        b"2 0 obj<</Type/Pages/Count %d/Kids[%s]>>endobj" % (pages, kids),
        b"3 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj",
        b"4 0 obj<</Length %d>>stream\n%s\nendstream endobj" % (len(content), content),
        b"5 0 obj<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"
        b"/Length 1>>stream\n\x00\nendstream endobj",
        b"6 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<</XObject<</I 5 0 R>>>>/Length 5>>"
        b"stream\n/I Do\nendstream endobj",
    ]
    page = b"/Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R"
    resources = b"/Resources<</Font<</F 3 0 R>>/XObject<</I 5 0 R/X 6 0 R>>>>"
    objects += [b"%d 0 obj<<%s%s>>endobj" % (10 + n, page, resources) for n in range(pages)]
    return b"%PDF-1.4\n" + b"\n".join(objects) + b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def read(put: Put, scratch: Path) -> Read:
    """Reads bytes that must be a readable PDF."""

    def parsed(data: bytes) -> PdfFacts:
        facts = parsers.parse(put(data), scratch)
        assert isinstance(facts, PdfFacts), facts
        return facts

    return parsed


def test_a_scan_is_pictures_without_text(read: Read, scan_pdf: bytes) -> None:
    facts = read(scan_pdf)
    assert facts.page_count == len(facts.pages) == 2
    assert facts.is_scan
    assert [page.image_share for page in facts.pages] == [pytest.approx(1.0, abs=0.02)] * 2
    assert (facts.pages[0].width_pt, facts.pages[0].height_pt) == pytest.approx((595.3, 841.9), abs=0.1)


def test_text_and_a_small_picture(read: Read) -> None:
    data = minimal(b"BT /F 12 Tf 10 50 Td (Recommended by the society) Tj ET q 50 0 0 100 0 0 cm /I Do Q")
    facts = read(data)
    assert facts.text == "Recommended by the society"
    assert not facts.is_scan
    assert facts.pages[0].image_share == pytest.approx(0.25)


def test_a_picture_within_a_form_is_measured_on_the_page(read: Read) -> None:
    facts = read(minimal(b"q 100 0 0 100 50 0 cm /X Do Q"))
    assert facts.pages[0].image_share == pytest.approx(0.5)


def test_a_picture_larger_than_the_page_covers_it_once(read: Read) -> None:
    facts = read(minimal(b"q 900 0 0 900 -100 -100 cm /I Do Q q 900 0 0 900 -100 -100 cm /I Do Q"))
    assert facts.pages[0].image_share == 1.0


def test_pages_beyond_the_limit_are_counted(read: Read) -> None:
    facts = read(minimal(b"", pages=limits.PDF_PAGES + 5))
    assert (len(facts.pages), facts.page_count) == (limits.PDF_PAGES, limits.PDF_PAGES + 5)


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_a_password_is_told_and_an_owner_password_opens(
    put: Put, read: Read, scan_pdf: bytes, locked: Callable[..., bytes], algorithm: str, scratch: Path
) -> None:
    facts = parsers.parse(put(locked(scan_pdf, "secret", "owner", algorithm)), scratch)
    assert isinstance(facts, UnreadableFacts)
    assert facts.code == "encrypted"
    assert read(locked(scan_pdf, "", "owner", algorithm)).page_count == 2


def test_damaged_files(put: Put, scan_pdf: bytes, scratch: Path) -> None:
    pages_in_a_ring = minimal(b"").replace(b"/Kids[10 0 R]", b"/Kids[2 0 R]")
    for data in (pages_in_a_ring, b"%PDF-1.7\n", b"%PDF-1.4\n" + b"garbage" * 100, scan_pdf[:200]):
        facts = parsers.parse(put(data), scratch)
        assert isinstance(facts, UnreadableFacts)
        assert (facts.code, facts.claimed_format) == ("unreadable", "pdf")


def test_junk_before_the_header_and_a_lost_table_do_not_matter(read: Read, scan_pdf: bytes) -> None:
    assert read(b"\r\n\x00junk\r\n" + scan_pdf).page_count == 2
    cut = scan_pdf[: scan_pdf.rindex(b"startxref")]
    assert read(cut).page_count == 2


def test_what_pdfium_refuses_pypdf_may_open(
    read: Read, scan_pdf: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise pypdfium2.PdfiumError("Data format error")

    monkeypatch.setattr(pypdfium2, "PdfDocument", refuse)
    facts = read(scan_pdf)
    assert facts.page_count == 2
    assert facts.is_scan and facts.pages[0].image_share == 1.0


def test_what_pypdf_refuses_pdfium_may_open(
    read: Read, scan_pdf: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "_structure", lambda data: document._Structure(fault="PdfReadError: x"))
    assert read(scan_pdf).page_count == 2


def test_the_producer_is_told(read: Read, scan_pdf: bytes) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(scan_pdf)))
    writer.add_metadata({"/Producer": "WPS 文字"})
    buffer = io.BytesIO()
    writer.write(buffer)
    assert read(buffer.getvalue()).producer == "WPS 文字"
