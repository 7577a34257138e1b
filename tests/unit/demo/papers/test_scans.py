import io
import time
from dataclasses import replace

import pypdf
import pytest
from PIL import Image, ImageChops

from intake.demo.papers.content import FormContent
from intake.demo.papers.exported import exported_pdf
from intake.demo.papers.paper import draw_pages
from intake.demo.papers.scans import ScanLook, bound_scans, scan_pages
from intake.demo.papers.seals import SealLook
from intake.demo.papers.sheet import SheetLayout, sheet_of
from intake.demo.papers.typeface import covers, wrap


def scan_pdf(
    content: FormContent,
    layout: SheetLayout = SheetLayout.UNIT_ABOVE,
    look: ScanLook | None = None,
    key: object = "",
) -> bytes:
    """One form's scan by itself."""
    return bound_scans([(content, layout)], look, key)


def pages(pdf: bytes) -> list[Image.Image]:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return [page.images[0].image.convert("RGB") for page in reader.pages]  # type: ignore[union-attr]


def red_pixels(picture: Image.Image) -> int:
    red, green, blue = picture.split()
    redness = ImageChops.subtract(red, ImageChops.lighter(green, blue))
    return sum(redness.histogram()[60:])


def has_colour(picture: Image.Image) -> bool:
    red, green, blue = picture.split()
    return max(max(ImageChops.difference(red, other).getextrema()) for other in (green, blue)) > 0


@pytest.mark.parametrize("layout", SheetLayout)
def test_a_scan_is_a4_pictures_without_text(volunteer: FormContent, layout: SheetLayout) -> None:
    reader = pypdf.PdfReader(io.BytesIO(scan_pdf(volunteer, layout)))
    assert len(reader.pages) == 2
    for page in reader.pages:
        assert page.extract_text() == ""
        assert len(page.images) == 1
        assert [round(float(side)) for side in page.mediabox[2:]] == pytest.approx([595, 842], abs=1)
        assert page.images[0].name.endswith(".jpg")


def test_the_last_page_bears_both_seals(volunteer: FormContent) -> None:
    spots = [spot for page in draw_pages(sheet_of(volunteer, SheetLayout.COLONS), 150) for spot in page.seals]
    assert [spot.name for spot in spots] == [volunteer.body, volunteer.unit_seal]
    first, last = pages(scan_pdf(volunteer, SheetLayout.COLONS))
    assert red_pixels(first) == 0
    both = red_pixels(last)
    assert both > 8000
    one = red_pixels(pages(scan_pdf(volunteer, SheetLayout.COLONS, ScanLook(body_seal=False)))[1])
    assert 0.3 * both < one < 0.7 * both
    assert red_pixels(pages(scan_pdf(volunteer, SheetLayout.COLONS, ScanLook(seal=None)))[1]) == 0


def test_the_ink_never_lightens_what_is_printed(volunteer: FormContent) -> None:
    still = ScanLook(skew_degrees=0, noise=0, jpeg_quality=95)
    bare = pages(scan_pdf(volunteer, look=replace(still, seal=None)))[1]
    sealed = pages(scan_pdf(volunteer, look=replace(still, seal=SealLook(strength=1.0))))[1]
    brighter = ImageChops.subtract(sealed.convert("L"), bare.convert("L"), offset=0)
    assert sum(brighter.histogram()[40:]) == 0


def test_a_scan_without_colour(volunteer: FormContent) -> None:
    assert has_colour(pages(scan_pdf(volunteer))[1])
    assert not has_colour(pages(scan_pdf(volunteer, look=ScanLook(mode="grey")))[1])
    reader = pypdf.PdfReader(io.BytesIO(scan_pdf(volunteer, look=ScanLook(mode="bw"))))
    assert reader.pages[0].images[0].image.mode == "1"  # type: ignore[union-attr]


def test_a_colour_scan_has_colours_without_a_seal(volunteer: FormContent) -> None:
    first, last = pages(scan_pdf(volunteer, look=ScanLook(seal=None)))
    for page in (first, last):
        red, green, blue = page.split()
        apart = [ImageChops.difference(red, green).histogram(), ImageChops.difference(red, blue).histogram()]
        assert all(sum(histogram[4:12]) > 0.01 * page.width * page.height for histogram in apart)


def test_several_forms_in_one_file(volunteer: FormContent, site: FormContent) -> None:
    both = bound_scans([(volunteer, SheetLayout.COLONS), (site, SheetLayout.UNIT_ABOVE)], ScanLook(dpi=80))
    assert len(pypdf.PdfReader(io.BytesIO(both)).pages) == 4


@pytest.mark.parametrize("layout", SheetLayout)
def test_an_exported_form_is_text_and_nothing_stamped(volunteer: FormContent, layout: SheetLayout) -> None:
    pdf = exported_pdf(volunteer, layout)
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    text = "".join(page.extract_text() for page in reader.pages)
    for word in (volunteer.title, volunteer.nominee, volunteer.unit, "（盖章）"):
        assert word in text
    assert not [image for page in reader.pages for image in page.images]
    assert exported_pdf(volunteer, layout) == pdf


def test_resolution_and_key_change_the_picture(volunteer: FormContent) -> None:
    assert [page.size for page in pages(scan_pdf(volunteer, look=ScanLook(dpi=100)))] == [(827, 1169)] * 2
    assert scan_pdf(volunteer, key="a") == scan_pdf(volunteer, key="a")
    assert scan_pdf(volunteer, key="a") != scan_pdf(volunteer, key="b")


def test_the_scan_shows_what_the_content_says(volunteer: FormContent) -> None:
    still = ScanLook(skew_degrees=0, noise=0, seal=None)
    one = pages(scan_pdf(volunteer, look=still))
    other = pages(
        scan_pdf(replace(volunteer, values={**volunteer.values, "service_years": "2年"}), look=still)
    )
    changed = ImageChops.difference(one[0], other[0]).convert("L").point(lambda v: 255 if v > 64 else 0)
    box = changed.getbbox()
    assert box and (box[2] - box[0]) < 60 and (box[3] - box[1]) < 60
    assert not ImageChops.difference(one[1], other[1]).getbbox()


def test_long_deeds_break_across_pages(volunteer: FormContent) -> None:
    long = replace(volunteer, deeds="长期坚持科技志愿服务。" * 400)
    drawn = draw_pages(sheet_of(long, SheetLayout.COLONS), 60)
    assert len(drawn) > 2
    assert sum(len(page.seals) for page in drawn) == 2


def test_photographed_pages(volunteer: FormContent) -> None:
    files = scan_pages(volunteer, look=ScanLook(dpi=80))
    assert [Image.open(io.BytesIO(file)).format for file in files] == ["JPEG", "JPEG"]


def test_lines_keep_to_their_width() -> None:
    lines = wrap("一二三四五六，七八九十。", "serif", 20, 120)
    assert lines == ["一二三四五六，", "七八九十。"]
    assert wrap("甲\n乙", "serif", 20, 120) == ["甲", "乙"]


def test_a_missing_character_is_known() -> None:
    assert covers("serif", "祎") and covers("sans", "推")
    assert not covers("serif", "\U00020000") and not covers("sans", "祎")


def test_speed(volunteer: FormContent) -> None:
    scan_pdf(volunteer)
    started = time.perf_counter()
    for key in range(4):
        scan_pdf(volunteer, key=key)
    print(f"\n{(time.perf_counter() - started) / 4:.3f} s for a scan of two pages")  # noqa: T201 - for whoever watches the time
