"""Pages of scans as pixels: pictures and PDFs of every build, their colours, turns and limits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import img2pdf
import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageDraw

from intake.domain.model.inspection import Colour
from parsers.common import limits
from parsers.common.contract import Unreadable
from parsers.scan.page.page_image import PageImage
from parsers.scan.page.pages import open_pages
from tests.unit.parsers.pdf import pdfs
from tests.unit.parsers.scan.sheets import WHOLE, image, jbig2, page, reddest, sheet, stored

Put = Callable[[bytes], Path]
See = Callable[[bytes], PageImage]

pillow_heif.register_heif_opener()
TINT = (250, 246, 241)
TEXT = b"BT /F 12 Tf 60 400 Td (Recommended by the society of all sciences) Tj ET "


@pytest.fixture
def see(put: Put) -> See:
    """The first page of some bytes, at 600 pixels."""

    def seen(data: bytes) -> PageImage:
        with open_pages(put(data)) as pages:
            return pages.page(1, 600)

    return seen


@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF", "BMP", "WEBP", "GIF", "HEIF", "AVIF"])
def test_a_picture_of_any_format(see: See, format: str) -> None:
    seen = see(stored(sheet(), format))
    assert seen.pixels.shape == (pytest.approx(600, abs=15), pytest.approx(424, abs=12), 3)
    assert (seen.width, seen.height, seen.colour, seen.digital) == (827, 1169, "colour", False)
    assert reddest(seen.pixels) == pytest.approx((0.774, 0.838), abs=0.01)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "CMYK", "YCbCr"])
def test_colours_however_they_are_stored(see: See, mode: str) -> None:
    seen = see(stored(sheet().convert(mode), "TIFF" if mode in ("CMYK", "YCbCr") else "PNG"))
    assert seen.colour == "colour"
    assert reddest(seen.pixels) == pytest.approx((0.774, 0.838), abs=0.01)


@pytest.mark.parametrize("wrap", [False, True])
def test_a_cmyk_jpeg(see: See, wrap: bool) -> None:
    data = stored(sheet().convert("CMYK"), "JPEG", quality=90)
    seen = see(page(WHOLE, image(sheet().convert("CMYK"))) if wrap else data)
    assert seen.pixels.mean() > 180
    assert reddest(seen.pixels) == pytest.approx((0.774, 0.838), abs=0.01)


def test_sixteen_bits_and_no_colour(see: See) -> None:
    grey = np.asarray(sheet().convert("L")).astype(np.uint16) * 257
    seen = see(stored(Image.fromarray(grey), "PNG"))
    assert (seen.colour, seen.pixels.ndim) == ("grey", 2)
    assert seen.pixels.max() > 240 and seen.pixels.min() < 90


def test_transparency_shows_white_paper(see: See) -> None:
    clear = sheet().convert("RGBA")
    clear.putdata([(0, 0, 0, 0) if pixel[0] > 240 else pixel for pixel in clear.get_flattened_data()])
    assert np.median(see(stored(clear, "PNG")).pixels) == 255


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "TIFF"])
def test_the_cameras_orientation_is_honoured(see: See, format: str, orientation: int) -> None:
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Exif's orientation to Pillow's transposition
    lying = sheet().transpose(undo[orientation]) if orientation in undo else sheet()
    exif = Image.Exif()
    exif[0x0112] = orientation
    seen = see(stored(lying, format, exif=exif))
    assert (seen.width, seen.height) == (827, 1169)
    assert reddest(seen.pixels) == pytest.approx((0.774, 0.838), abs=0.01)


def test_the_pages_of_a_tiff_without_thumbnails(put: Put) -> None:
    small, others = sheet(200, 283), [sheet(seal=False).convert("1"), sheet().convert("L"), sheet()]
    small.encoderinfo = {"tiffinfo": {254: 1}}
    path = put(stored(others[0], "TIFF", save_all=True, append_images=[small, *others[1:]]))
    with open_pages(path) as pages:
        assert pages.count == 3
        assert [pages.page(number, 400).colour for number in (3, 1, 2)] == ["colour", "bw", "grey"]


@pytest.mark.parametrize(("rotate", "at"), [(0, (0.77, 0.84)), (90, (0.16, 0.77)), (180, (0.23, 0.16))])
@pytest.mark.parametrize("jpeg", [False, True])
def test_a_scan_is_turned_as_its_page_is(see: See, rotate: int, at: tuple[float, float], jpeg: bool) -> None:
    seen = see(page(WHOLE, image(sheet(), jpeg=jpeg), Rotate=b"%d" % rotate))
    assert (seen.width, seen.height) == ((1169, 827) if rotate == 90 else (827, 1169))
    assert (seen.colour, seen.digital) == ("colour", False)
    assert seen.dpi == pytest.approx(100, abs=1)
    assert reddest(seen.pixels) == pytest.approx(at, abs=0.01)


def test_what_lies_over_the_picture_is_seen(see: See) -> None:
    plain, rings = sheet(seal=False), image(sheet(), jpeg=True)
    over = page(WHOLE + b"1 0 0 rg 400 600 100 100 re f", image(plain, jpeg=True))
    assert reddest(see(over).pixels) == pytest.approx((0.756, 0.228), abs=0.01)
    stamp = b"<</Type/Annot/Subtype/Square/Rect[100 100 200 200]/C[1 0 0]/IC[1 0 0]/F 4>>"
    noted = see(page(WHOLE, image(plain, jpeg=True), Annots=b"[%s]" % stamp))
    assert reddest(noted.pixels) == pytest.approx((0.252, 0.822), abs=0.03)
    hidden = see(page(b"3 Tr " + WHOLE + TEXT, rings))
    assert (hidden.digital, hidden.colour) == (False, "colour")
    assert reddest(hidden.pixels) == pytest.approx((0.774, 0.838), abs=0.01)


def test_strips_make_one_page(see: See) -> None:
    whole = sheet()
    halves = [image(whole.crop((0, top, 827, top + 585)), jpeg=True) for top in (0, 584)]
    drawn = b"q 595 0 0 421 0 421 cm /I0 Do Q q 595 0 0 421 0 0 cm /I1 Do Q"
    seen = see(page(drawn, *halves))
    assert (seen.digital, seen.colour) == (False, "colour")
    assert reddest(seen.pixels) == pytest.approx((0.774, 0.838), abs=0.01)


@pytest.mark.parametrize("jpeg", [False, True])
def test_an_inverted_picture_is_put_right(see: See, jpeg: bool) -> None:
    negative = Image.eval(sheet(), lambda level: 255 - level)
    seen = see(page(WHOLE, image(negative, b"/Decode[1 0 1 0 1 0]", jpeg=jpeg)))
    assert reddest(seen.pixels) == pytest.approx((0.774, 0.838), abs=0.01)
    assert np.median(seen.pixels) > 240


def test_a_stencil_is_painted(see: See) -> None:
    body = image(sheet().convert("1"), b"/ImageMask true/Decode[0 1]").replace(b"/ColorSpace/DeviceGray", b"")
    seen = see(page(b"0.8 0 0 rg " + WHOLE, body))
    assert seen.colour == "colour"
    assert np.median(seen.pixels) == 255


@pytest.mark.parametrize("compression", ["group4", "tiff_lzw"])
def test_a_fax_is_black_and_white(see: See, compression: str) -> None:
    fax = stored(sheet().convert("1"), "TIFF", compression=compression, dpi=(200, 200))
    assert see(fax).colour == see(img2pdf.convert(fax)).colour == "bw"
    assert see(img2pdf.convert(fax)).pixels.mean() == pytest.approx(see(fax).pixels.mean(), abs=2)
    assert see(fax).dpi == pytest.approx(200)


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA"])
def test_jpeg_2000_in_a_pdf(see: See, mode: str) -> None:
    body = pdfs.stream(stored(sheet().convert(mode), "JPEG2000"), JPX % (827, 1169))
    seen = see(page(WHOLE, body))
    assert seen.colour == ("grey" if mode == "L" else "colour")
    assert np.median(seen.pixels) > 240


def test_jbig2_in_a_pdf(see: See) -> None:
    sent = sheet().convert("1")
    seen = see(page(WHOLE, jbig2(sent)))
    assert seen.colour == "bw"
    assert seen.pixels.mean() == pytest.approx(np.asarray(sent).mean() * 255, abs=1)


@pytest.mark.parametrize("jpeg", [False, True])
def test_grey_however_it_is_stored(see: See, jpeg: bool) -> None:
    grey = sheet().convert("L")
    brown = Image.merge(
        "RGB", [grey.point(lambda v: v), grey.point(lambda v: v * 0.9), grey.point(lambda v: v * 0.7)]
    )
    for picture in (grey, grey.convert("RGB"), brown):
        assert see(page(WHOLE, image(picture, jpeg=jpeg))).colour == "grey"
        assert see(stored(picture, "JPEG" if jpeg else "PNG")).colour == "grey"


def test_black_print_scanned_in_colour_kept_its_colours(see: See) -> None:
    noise = np.random.default_rng(1).normal(0, 4, (1169, 827, 3))
    captured = np.clip(np.asarray(sheet(seal=False)) + noise, 0, 255).astype(np.uint8)
    assert see(img2pdf.convert(stored(Image.fromarray(captured), "JPEG", quality=85))).colour == "colour"


def on_paper(picture: Image.Image, *, grain: int = 6, paper: tuple[int, int, int] = TINT) -> Image.Image:
    """Captured on faintly tinted paper with a grain that is the same in all three channels."""
    noise = np.random.default_rng(1).integers(-grain, grain + 1, (1169, 827, 1))
    tinted = np.asarray(picture.convert("RGB")) * np.array(paper) / 255 + noise
    return Image.fromarray(np.clip(tinted, 0, 255).astype(np.uint8))


def colour_at(path: Path, side: int = 1200) -> Colour:
    """What the capture of its first page kept, seen as seals are."""
    with open_pages(path) as pages:
        return pages.page(1, side).colour


@pytest.mark.parametrize("paper", [TINT, (246, 244, 245), (242, 245, 252), (251, 252, 247)])
@pytest.mark.parametrize("quality", [60, 78, 92])
def test_black_print_on_tinted_paper_was_scanned_in_colour(
    put: Put, paper: tuple[int, int, int], quality: int
) -> None:
    captured = on_paper(sheet(seal=False), paper=paper)
    assert colour_at(put(img2pdf.convert(stored(captured, "JPEG", quality=quality)))) == "colour"
    lost = stored(captured.convert("L").convert("RGB"), "JPEG", quality=quality)
    assert colour_at(put(img2pdf.convert(lost))) == "grey"


def test_a_flat_tint_was_put_there_by_a_program(put: Put) -> None:
    assert colour_at(put(stored(on_paper(sheet(seal=False), grain=0), "JPEG", quality=78))) == "grey"


def test_a_page_seen_too_coarsely_leaves_its_tint_in_doubt(put: Put) -> None:
    path = put(stored(on_paper(sheet(seal=False)), "JPEG", quality=78))
    assert (colour_at(path), colour_at(path, 600)) == ("colour", "grey")


@pytest.mark.parametrize(
    "ink",
    [(250, 232, 233), (230, 230, 230), (200, 200, 200), (140, 140, 140), (85, 85, 85)],
    ids=["red", "faint", "pale", "grey", "dark"],
)
@pytest.mark.parametrize("spot", [(560, 1000), (760, 1000)], ids=["whole", "cut"])
def test_a_ring_on_a_page_of_one_tone_leaves_doubt(
    put: Put, ink: tuple[int, int, int], spot: tuple[int, int]
) -> None:
    ringed = sheet(seal=False)
    left, top = spot
    ImageDraw.Draw(ringed).ellipse((left, top, left + 160, top + 160), outline=ink, width=6)
    assert colour_at(put(stored(on_paper(ringed), "JPEG", quality=78))) == "grey"


def test_greys_that_a_program_warmed_between_black_and_white_are_no_colours(put: Put) -> None:
    grey = on_paper(sheet()).convert("L")
    warmed = Image.merge("RGB", [grey, grey, grey.point(lambda v: round(255 * (v / 255) ** 1.15))])
    assert colour_at(put(stored(warmed, "JPEG", quality=92))) == "grey"


def test_a_page_that_a_program_wrote(see: See) -> None:
    written = see(page(TEXT))
    assert written.digital and written.dpi is None
    assert written.colour == "colour"  # black text: nothing was lost
    stamped = see(
        page(TEXT + b"q 120 0 0 120 400 80 cm /I0 Do Q", image(Image.new("RGB", (300, 300), "red")))
    )
    assert (stamped.digital, stamped.colour) == (True, "colour")
    assert reddest(stamped.pixels) == pytest.approx((0.773, 0.834), abs=0.01)
    faded = Image.new("L", (300, 300), 120)
    assert see(page(TEXT + b"q 120 0 0 120 400 80 cm /I0 Do Q", image(faded))).colour == "grey"
    ring = b"0.5 G 400 150 m 400 200 480 200 480 150 c 480 100 400 100 400 150 c S"
    assert see(page(TEXT + ring)).colour == "grey"
    assert not see(page(WHOLE + TEXT, image(sheet()))).digital


def test_a_stamp_pasted_on_a_grey_scan_makes_it_no_colour_capture(see: See) -> None:
    drawn = WHOLE + b"q 120 0 0 120 400 80 cm /I1 Do Q"
    pasted = see(page(drawn, image(sheet().convert("L")), image(Image.new("RGB", (300, 300), "red"))))
    assert pasted.colour == "grey"
    assert reddest(pasted.pixels) == pytest.approx((0.773, 0.834), abs=0.01)


def test_nothing_is_made_larger(put: Put) -> None:
    small = sheet(400, 566)
    for data in (
        stored(small, "PNG"),
        stored(small, "JPEG"),
        page(WHOLE, image(small)),
        page(WHOLE + TEXT, image(small)),
    ):
        with open_pages(put(data)) as pages:
            assert max(pages.page(1, 2000).pixels.shape) == pytest.approx(566, abs=2)


JPX = b"/Type/XObject/Subtype/Image/Width %d/Height %d/Filter/JPXDecode"
HUGE = b"/Width 60000/Height 60000"


@pytest.mark.parametrize(
    "data",
    [
        page(WHOLE, image(Image.new("L", (8, 8)), size=HUGE)),
        page(WHOLE, image(Image.new("RGB", (8, 8)), jpeg=True, size=HUGE)),
        page(WHOLE, image(Image.new("L", (10_000, 9_000)), jpeg=True, size=b"/Width 8/Height 8")),
        page(WHOLE, pdfs.stream(stored(Image.new("L", (4_500, 4_000)), "JPEG2000"), JPX % (8, 8))),
        stored(Image.new("L", (10_000, 9_000)), "JPEG", progressive=True),
        stored(Image.new("1", (20_000, 5_000)), "PNG"),
        stored(Image.new("1", (20_000, 5_000)), "TIFF", compression="group4"),
    ],
)
def test_a_picture_over_the_limit_is_refused(see: See, data: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        see(data)
    assert refused.value.code == "too-large"


def test_a_bad_page_leaves_the_others(put: Put) -> None:
    objects = pdfs.paged(WHOLE.replace(b"I0", b"I"), pages=2, MediaBox=b"[0 0 595 842]")
    objects[5] = image(sheet())
    objects[20] = image(Image.new("L", (8, 8)), size=HUGE)
    objects[10] = objects[10].replace(b"5 0 R", b"20 0 R")
    with open_pages(put(pdfs.document(objects))) as pages:
        assert pages.count == 2
        with pytest.raises(Unreadable):
            pages.page(1, 600)
        assert pages.page(2, 600).colour == "colour"
        with pytest.raises(Unreadable):
            pages.page(limits.INSPECTED_PAGES + 1, 600)


def test_a_count_that_lies_is_not_believed(put: Put) -> None:
    with open_pages(put(pdfs.SOUND["count too large"])) as pages:
        assert pages.count == 1


@pytest.mark.parametrize(
    "data", [b"", b"nothing known", b"%PDF-1.4\n%%EOF", b"\x89PNG\r\n\x1a\n cut", b"II*\0"]
)
def test_what_is_no_page_is_unreadable(see: See, data: bytes) -> None:
    with pytest.raises(Unreadable):
        see(data)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF", "BMP", "WEBP", "GIF", "HEIF", "AVIF", "PDF"])
def test_damage_is_refused_or_borne(put: Put, format: str) -> None:
    small = sheet(200, 283)
    sound = page(WHOLE, image(small, jpeg=True)) if format == "PDF" else stored(small, format)
    chance = np.random.default_rng(5)
    for _ in range(25):
        data = bytearray(sound[: int(chance.integers(20, len(sound)))] if chance.random() < 0.4 else sound)
        for place in chance.integers(12, len(data), 6):
            data[int(place)] = int(chance.integers(256))
        try:
            with open_pages(put(bytes(data))) as pages:
                assert pages.page(1, 300).pixels.dtype == np.uint8
        except Unreadable as refused:
            assert refused.detail
