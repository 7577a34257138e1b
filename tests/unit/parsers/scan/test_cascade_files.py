"""Looking at real files: pictures that are kept, damage, limits, and children that do not come back."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import img2pdf
import pytest
from PIL import Image

from intake.domain.model.inspection import Request
from parsers import scan
from parsers.common import limits
from parsers.sandbox.pool import Sandbox
from parsers.scan.shots import MOST_PICTURES
from tests.unit.parsers.pdf import pdfs
from tests.unit.parsers.scan.sheets import WHOLE, image, page, sheet, stored
from tests.unit.parsers.scan.test_cascade import READ, TITLE
from tests.unit.parsers.scan.text.test_reading import sheet as form_sheet

Put = Callable[[bytes], Path]


def test_pictures_of_what_was_judged(put: Put, scratch: Path) -> None:
    jpegs = [stored(sheet(seal=number != 1, tone=250 - number), "JPEG", quality=85) for number in range(5)]
    seen = scan.inspect(put(img2pdf.convert(jpegs)), scratch, Request())
    assert 1 <= len(seen.pictures) <= MOST_PICTURES
    assert {path.name for path in scratch.iterdir()} == {p.content_hash[7:] for p in seen.pictures}
    for picture in seen.pictures:
        data = (scratch / picture.content_hash[7:]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == picture.content_hash[7:]
        assert Image.open(io.BytesIO(data)).format == "JPEG" and len(data) == picture.size
    again = scan.inspect(put(img2pdf.convert(jpegs)), scratch, Request(), seen)
    assert again.pictures == seen.pictures


def test_a_broken_picture_among_the_pages_of_a_pdf(put: Put, scratch: Path) -> None:
    jpegs = [stored(sheet(tone=250 - number), "JPEG", quality=85) for number in range(3)]
    data = bytes(img2pdf.convert(jpegs))
    start = data.index(jpegs[1])
    broken = data[:start] + bytes(400) + data[start + 400 :]
    seen = scan.inspect(put(broken), scratch, Request())
    assert [bool(item.doubt) and item.colour == "bw" for item in seen.pages] == [False, True, False]


def test_a_pdf_without_its_end_is_seen_as_it_is_read(put: Put, scratch: Path) -> None:
    seen = scan.inspect(put(pdfs.SOUND["no table"]), scratch, Request())
    assert (seen.page_count, seen.pages[0].digital) == (1, True)


def test_the_heads_of_three_forms_and_a_later_look(put: Put, scratch: Path) -> None:
    jpegs = [stored(form_sheet(), "JPEG", quality=quality) for quality in (85, 86, 87)]
    path = put(img2pdf.convert(jpegs))
    seen = scan.inspect(path, scratch, Request(heads=True, titles=("推荐表",)))
    assert seen.heads and seen.effort == 0
    for item in seen.pages:
        assert TITLE in [line.text for line in item.lines]
    searched = {cost.step: cost.count for cost in seen.costs}["search"]
    again = scan.inspect(path, scratch, Request(heads=True, titles=("推荐表",)), seen)
    assert {cost.step: cost.count for cost in again.costs}["search"] == searched
    assert again.pages == seen.pages


def forms_within_forms(depth: int, times: int) -> bytes:
    """A page of drawings that draw one another: `times` to the power of `depth` of them."""
    objects = pdfs.paged(b"/F0 Do", MediaBox=b"[0 0 595 842]")
    drawing = b"/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</F0 30 0 R>>>>"
    objects[10] = b"<</Type/Page/Parent 2 0 R%s>>" % drawing
    for number in range(30, 30 + depth):
        drawn = b"/F0 Do " * times if number < 29 + depth else b"1 0 0 rg 0 0 500 500 re f "
        more = b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</F0 %d 0 R>>>>" % (
            number + 1
        )
        objects[number] = pdfs.stream(drawn, more)
    return pdfs.document(objects)


def huge() -> bytes:
    """A page whose picture says that it is 60,000 pixels wide and high."""
    space = b"/Type/XObject/Subtype/Image/Width 60000/Height 60000/ColorSpace/DeviceRGB/BitsPerComponent 8"
    return page(WHOLE, pdfs.stream(bytes(50), space))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One child with the limits of the service."""
    with Sandbox(workers=1) as started:
        yield started


def test_files_that_cannot_be_looked_at_are_refused(
    sandbox: Sandbox, put: Put, scratch: Path, scan_pdf: bytes, locked: Callable[..., bytes]
) -> None:
    for data, said in ((locked(scan_pdf, "1", "2"), "password"), (huge(), "60000"), (b"%PDF-1.7\n", "")):
        seen = sandbox.inspect(put(data), scratch, READ, None)
        assert (seen.pages, seen.page_count) == ((), 0)
        assert seen.refused and said.lower() in seen.refused.lower()
    opened = sandbox.inspect(put(locked(scan_pdf, "", "2")), scratch, Request(), None)
    assert (len(opened.pages), opened.refused) == (2, "")


def test_a_file_that_takes_all_the_time_is_refused(
    sandbox: Sandbox, put: Put, scratch: Path, scan_pdf: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "INSPECTION_SECONDS", 4)
    assert sandbox.inspect(put(forms_within_forms(12, 10)), scratch, Request(), None).refused
    monkeypatch.undo()
    assert not sandbox.inspect(put(scan_pdf), scratch, Request(), None).refused


@pytest.mark.parametrize("name", ["tiny pictures", "nested drawings", "jbig2"])
def test_bombs_end_with_a_page(sandbox: Sandbox, put: Put, scratch: Path, name: str) -> None:
    dot = image(Image.new("RGB", (2, 2), (250, 250, 250)))
    dots = b"".join(b"q 5 0 0 8 %d %d cm /I0 Do Q " % (5 * (n % 119), 8 * (n // 119)) for n in range(10_000))
    fax = b"/Subtype/Image/Width 9000/Height 8000/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/JBIG2Decode"
    data = {
        "tiny pictures": page(dots, dot),
        "nested drawings": forms_within_forms(300, 1),
        "jbig2": page(WHOLE, pdfs.stream(bytes(50), fax)),
    }[name]
    seen = sandbox.inspect(put(data), scratch, Request(), None)
    assert seen.refused or (len(seen.pages) == 1 and not seen.pages[0].seals)


def test_what_the_extra_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert scan.missing() == ()
    monkeypatch.setattr(scan, "find_spec", lambda name: None if name in ("cv2", "rapidocr") else object())
    assert scan.missing() == ("rapidocr", "opencv-python-headless")
    assert scan.version().startswith("scan-")
