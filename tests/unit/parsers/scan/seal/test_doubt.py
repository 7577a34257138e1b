"""Pages whose colours do not tell whether a seal was pressed: grey ones, other inks, pictures that hide."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from intake.demo.papers.seals import SealLook, stamp
from intake.demo.papers.typeface import font
from parsers.scan.seal.detect import find_seals
from tests.unit.parsers.scan.seal.sealpages import (
    DPI,
    RED,
    SIZE,
    SPOT,
    UNIT,
    certainties,
    printed,
    scanned,
    sealed,
)


@pytest.mark.parametrize("colour", ["grey", "bw"])
def test_a_page_without_colour_is_never_sure_and_always_doubtful(colour):
    pixels = np.asarray(Image.fromarray(scanned(sealed())).convert("L"))
    if colour == "bw":
        pixels = np.where(pixels > 150, 255, 0).astype(np.uint8)

    marks, doubt = find_seals(pixels, colour)

    assert doubt == "the page has no colour"
    assert {(mark.certainty, mark.ink) for mark in marks} <= {("maybe", "grey")}


def test_a_grey_ring_with_name_and_star_is_pointed_out():
    page = Image.new("RGB", SIZE, (250, 249, 244))
    stamp(page, UNIT, SPOT, DPI, SealLook(colour=(90, 90, 90)), 1)

    marks, doubt = find_seals(scanned(page), "colour")

    assert [(mark.certainty, mark.ink) for mark in marks] == [("maybe", "grey")]
    assert doubt != ""


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda p: p.convert("L").convert("RGB"), "no colour at all"),
        (lambda p: p.point(lambda v: v // 6), "too dark"),
        (lambda p: Image.fromarray((np.asarray(p) * [1, 0.3, 0.3]).astype(np.uint8)), "tinted red"),
        (lambda p: p.filter(ImageFilter.GaussianBlur(9)), "blurred"),
    ],
    ids=["grey copy", "dark", "tinted", "blurred"],
)
def test_colours_that_tell_nothing_are_said_to(spoil, reason):
    assert reason in find_seals(np.array(spoil(printed())), "colour")[1]


def test_a_page_that_a_program_wrote_may_be_black_and_white():
    page = np.array(printed().convert("L").convert("RGB"))

    assert find_seals(page, "colour", digital=True) == ((), "")
    # PDFium's pixels are kept in one channel where all three are alike.
    assert find_seals(page[:, :, 0], "colour", digital=True) == ((), "")
    assert find_seals(page[:, :, 0], "grey", digital=True)[1] != ""


def test_a_red_seal_on_a_grey_scan_is_sure_and_its_absence_tells_nothing():
    page = printed().convert("L").convert("RGB")
    bare = certainties(np.array(page), "grey")
    stamp(page, UNIT, SPOT, DPI, SealLook(), 1)

    assert bare == ([], "the page has no colour")
    assert certainties(np.array(page), "grey") == (["sure"], "the page has no colour")


def test_a_seal_in_the_one_brown_of_an_old_copy_is_not_sure():
    grey = np.asarray(sealed().convert("L"), np.float32)[..., None] / 255
    brown = (np.array([70, 30, 10]) + grey * np.array([180, 200, 200])).astype(np.uint8)

    found, doubt = certainties(brown, "grey")

    assert "sure" not in found
    assert doubt == "the page has no colour"


@pytest.mark.parametrize(
    "colour", [(30, 60, 180), (110, 40, 160), (150, 40, 150)], ids=["blue", "purple", "violet"]
)
def test_a_stamp_in_another_colour_is_for_a_person(colour):
    marks, doubt = find_seals(scanned(sealed(SealLook(colour=colour))), "colour")

    assert [(mark.certainty, mark.ink) for mark in marks] == [("maybe", "red")]
    assert doubt == "a stamp on this page is not red"


def test_a_signature_in_blue_is_no_stamp():
    page = printed()
    draw = ImageDraw.Draw(page)
    for loop in range(5):
        left = 420 + 30 * loop
        draw.arc((left, 690 - 6 * loop, left + 48, 760 + 4 * loop), 20, 330, fill=(30, 50, 160), width=3)

    assert find_seals(scanned(page), "colour") == ((), "")


def test_a_copied_seal_under_a_coloured_letterhead_is_for_a_person():
    page = Image.fromarray(scanned(sealed())).convert("L").convert("RGB")
    ImageDraw.Draw(page).text((SIZE[0] / 2, 40), UNIT, RED, font=font("serif", 50), anchor="mm")

    found, doubt = certainties(scanned(page))

    assert found == ["maybe"]
    assert doubt == "a stamp on this page is not red"


def crowd(page, spot):
    """A picture of people, many of them in red."""
    draw = ImageDraw.Draw(page)
    left, top = spot
    draw.rectangle((left, top, left + 300, top + 220), fill=(130, 140, 150))
    dresses = [(205, 30, 40), (40, 60, 120), (230, 230, 230), (205, 30, 40), (60, 60, 60)]
    for row in range(4):
        for place in range(14):
            x, y = left + 4 + place * 21, top + 12 + row * 52
            draw.ellipse((x + 3, y, x + 13, y + 14), fill=(222, 175, 150))
            draw.rectangle((x, y + 14, x + 15, y + 40), fill=dresses[(place + row) % 5])


def test_a_picture_full_of_red_pieces_may_hide_a_seal():
    page = printed()
    crowd(page, (300, 560))

    marks, doubt = find_seals(scanned(page), "colour")

    assert marks or "could hide a seal" in doubt


def test_a_portrait_of_two_inches_on_red_hides_none():
    page = printed()
    draw = ImageDraw.Draw(page)
    draw.rectangle((500, 100, 624, 286), fill=(205, 30, 35))
    draw.ellipse((532, 135, 592, 225), fill=(225, 180, 155))
    draw.pieslice((512, 215, 612, 360), 180, 360, fill=(35, 40, 60))

    assert find_seals(scanned(page), "colour") == ((), "")


@pytest.mark.parametrize(("strength", "doubtful"), [(0.0, False), (0.18, True), (0.25, True)])
def test_what_is_red_in_colour_noise_is_a_doubt_and_the_noise_alone_is_none(strength, doubtful):
    page = sealed(SealLook(colour=(228, 115, 122), strength=strength)) if strength else printed()

    marks, doubt = find_seals(scanned(page, noise=18, quality=85), "colour")

    assert not marks
    assert bool(doubt) is doubtful
