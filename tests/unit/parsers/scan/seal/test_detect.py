"""Seals and what is mistaken for them."""

import math
import random

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
    holds,
    printed,
    scanned,
    sealed,
    share_of,
)


@pytest.mark.parametrize(
    "colour", [RED, (225, 110, 125), (228, 80, 35), (200, 30, 110), (140, 20, 30)], ids=str
)
def test_a_seal_is_sure_in_every_red_that_offices_use(colour):
    marks, doubt = find_seals(scanned(sealed(SealLook(colour=colour))), "colour")

    assert [(mark.certainty, mark.ink) for mark in marks] == [("sure", "red")]
    assert holds(marks[0].box, share_of())
    assert abs((marks[0].box.right - marks[0].box.left) * 21.0 - 4.2) < 0.5
    assert doubt == ""


@pytest.mark.parametrize("turn", [90, 180, 270, 7])
def test_a_page_may_stand_any_way(turn):
    page = sealed().rotate(turn, expand=True, fillcolor=(250, 249, 244))

    marks, _ = find_seals(scanned(page), "colour")

    assert [mark.certainty for mark in marks] == ["sure"]
    x, y = SPOT[0] - SIZE[0] / 2, SPOT[1] - SIZE[1] / 2
    angle = math.radians(turn)
    turned = (
        page.width / 2 + x * math.cos(angle) + y * math.sin(angle),
        page.height / 2 - x * math.sin(angle) + y * math.cos(angle),
    )
    assert holds(marks[0].box, share_of(turned, page.size))


@pytest.mark.parametrize("spot", [(5, 600), (SIZE[0] - 5, 600), (300, 5), (300, SIZE[1] - 5)], ids=str)
def test_a_seal_half_off_the_edge_is_seen(spot):
    marks, _ = find_seals(scanned(sealed(spot=spot)), "colour")

    assert any(holds(mark.box, share_of(spot)) for mark in marks)


def test_a_faint_seal_is_seen_through_noise_and_compression():
    faint = SealLook(colour=(228, 115, 122), strength=0.4)

    marks, _ = find_seals(scanned(sealed(faint), noise=7, quality=45), "colour")

    assert any(holds(mark.box, share_of()) for mark in marks)


def test_a_seal_over_dense_text_is_sure():
    assert certainties(scanned(sealed(spot=(330, 330)))) == (["sure"], "")


def test_each_of_two_seals_is_found():
    page = sealed()
    stamp(page, "余杭区科技馆", (220, 760), DPI, SealLook(), 2)

    marks, _ = find_seals(scanned(page), "colour")

    assert len(marks) == 2
    assert {mark.certainty for mark in marks} == {"sure"}


def test_a_seal_pressed_twice_is_never_passed_over():
    page = sealed()
    stamp(page, UNIT, (SPOT[0] + 12, SPOT[1] - 7), DPI, SealLook(), 3)

    assert find_seals(scanned(page), "colour")[0]


def test_an_oval_seal_is_sure():
    page = printed()
    stamp_on = Image.new("RGB", (180, 180), (255, 255, 255))
    stamp(stamp_on, UNIT, (90, 90), DPI, SealLook(turn_degrees=0), 1)
    oval = np.asarray(stamp_on.resize((180, 122), Image.Resampling.LANCZOS), np.float32) / 255
    pixels = np.array(page)
    pixels[660:782, 420:600] = (pixels[660:782, 420:600] * oval).astype(np.uint8)

    marks, _ = find_seals(scanned(Image.fromarray(pixels)), "colour")

    assert "sure" in [mark.certainty for mark in marks]
    box = marks[0].box
    assert (box.right - box.left) * SIZE[0] > 1.25 * (box.bottom - box.top) * SIZE[1]


def test_a_dark_warm_photograph_still_shows_its_seal():
    pixels = np.asarray(sealed(), np.float32)
    shade = np.linspace(0.75, 0.35, SIZE[0])[None, :, None]
    dim = (pixels * shade * np.array([1.0, 0.85, 0.6])).astype(np.uint8)
    lit = Image.fromarray(dim).filter(ImageFilter.GaussianBlur(0.8))

    marks, _ = find_seals(scanned(lit, noise=5), "colour")

    assert any(holds(mark.box, share_of()) for mark in marks)


def letterhead(draw):
    draw.rectangle((0, 0, *SIZE), fill=(250, 249, 244))
    draw.text((SIZE[0] / 2, 90), "浙江省科学技术协会", RED, font=font("serif", 56), anchor="mm")
    draw.line((60, 150, 350, 150), fill=RED, width=3)
    draw.line((394, 150, 684, 150), fill=RED, width=3)
    star = [
        (372 + r * math.sin(k * math.pi / 5), 150 - r * math.cos(k * math.pi / 5))
        for k, r in enumerate([16, 6] * 5)
    ]
    draw.polygon(star, fill=RED)


def portrait(draw):
    draw.rectangle((500, 100, 592, 228), fill=(205, 30, 35))
    draw.ellipse((524, 125, 568, 190), fill=(225, 180, 155))
    draw.ellipse((510, 190, 582, 300), fill=(35, 40, 60))
    draw.rectangle((500, 228, 592, 302), fill=(250, 249, 244))


def pen_circle(draw):
    points = []
    for step in range(121):
        angle = step / 60 * math.pi + 0.3
        radius = 75 + 3 * math.sin(2 * angle) + 2 * math.sin(3 * angle + 1)
        points.append((400 + radius * math.cos(angle), 700 + radius * math.sin(angle)))
    draw.line(points, fill=RED, width=3, joint="curve")


def name_seal(draw):
    draw.rectangle((480, 700, 544, 764), outline=RED, width=5)
    for place, character in zip([(528, 717), (528, 747), (496, 717), (496, 747)], "单位意见", strict=True):
        draw.text(place, character, RED, font=font("serif", 26), anchor="mm")


def red_table(draw):
    for step in range(7):
        draw.line((120, 640 + step * 36, 620, 640 + step * 36), fill=RED, width=2)
        draw.line((120 + step * 500 / 6, 640, 120 + step * 500 / 6, 856), fill=RED, width=2)


def flag(draw):
    draw.rectangle((300, 650, 480, 770), fill=(222, 41, 16))
    draw.ellipse((315, 662, 350, 697), fill=(255, 222, 0))


def tick(draw):
    draw.line([(500, 300), (525, 335), (590, 260)], fill=RED, width=4)


@pytest.mark.parametrize(
    "drawing",
    [letterhead, portrait, pen_circle, name_seal, red_table, flag, tick, lambda draw: None],
    ids=["letterhead", "portrait", "pen circle", "name seal", "red table", "flag", "tick", "nothing red"],
)
def test_what_is_red_or_round_but_no_seal_gives_neither_mark_nor_doubt(drawing):
    page = printed()
    drawing(ImageDraw.Draw(page))

    assert find_seals(scanned(page), "colour") == ((), "")


def test_a_ring_of_another_kind_is_for_a_person():
    page = printed()
    draw = ImageDraw.Draw(page)
    draw.ellipse((445, 665, 545, 765), outline=RED, width=4)
    for y in (695, 720, 745):
        draw.text((495, y), "推荐意见", RED, font=font("serif", 20), anchor="mm")

    found, _ = certainties(scanned(page))

    assert "sure" not in found


@pytest.mark.parametrize("shape", [(1, 1, 3), (40, 900, 3), (900, 62, 3), (300, 300)])
def test_odd_pictures_do_no_harm(shape):
    chance = random.Random(3)
    pixels = np.frombuffer(chance.randbytes(math.prod(shape)), np.uint8).reshape(shape)

    marks, _ = find_seals(pixels, "colour")

    assert "sure" not in [mark.certainty for mark in marks]


def test_a_seal_that_ran_into_a_blot_is_for_a_person():
    page = printed()
    ImageDraw.Draw(page).ellipse((430, 650, 570, 790), fill=RED)

    marks, _ = find_seals(scanned(page), "colour")

    assert [(mark.certainty, mark.ink) for mark in marks] == [("maybe", "red")]


def test_half_a_worn_ring_is_never_passed_over():
    page = printed()
    marked = np.array(sealed())
    bare = np.array(page)
    worn = np.where(np.arange(SIZE[0])[None, :, None] < SPOT[0] + 12, marked, bare)

    marks, _ = find_seals(scanned(Image.fromarray(worn)), "colour")

    assert any(holds(mark.box, (SPOT[0] / SIZE[0] - 0.02, SPOT[1] / SIZE[1])) for mark in marks)


def test_a_fine_inner_ring_and_a_number_below_hide_no_seal():
    page = sealed()
    draw = ImageDraw.Draw(page)
    draw.ellipse((SPOT[0] - 67, SPOT[1] - 67, SPOT[0] + 67, SPOT[1] + 67), outline=(220, 90, 100), width=1)
    for place, digit in enumerate("3301100012345"):
        turn = math.pi / 2 - (place - 6) * 0.1
        where = (SPOT[0] + 60 * math.cos(turn), SPOT[1] + 60 * math.sin(turn))
        draw.text(where, digit, RED, font=font("serif", 9), anchor="mm")

    assert certainties(scanned(page)) == (["sure"], "")


@pytest.mark.parametrize("paper", [(255, 236, 150), (255, 205, 212)], ids=["yellow", "pink"])
def test_coloured_paper_neither_hides_a_seal_nor_feigns_one(paper):
    def tinted(page):
        return Image.fromarray((np.asarray(page) * (np.array(paper) / 255)).astype(np.uint8))

    assert certainties(scanned(tinted(sealed()))) == (["sure"], "")
    assert certainties(scanned(tinted(printed()))) == ([], "")


def on_a_desk(page, colour):
    """The page photographed on something larger than it."""
    grain = np.random.default_rng(2).normal(1, 0.12, (SIZE[1] + 120, SIZE[0] + 120, 1))
    desk = Image.fromarray(np.clip(np.array(colour) * grain, 0, 255).astype(np.uint8))
    desk.paste(page, (60, 60))
    return desk.filter(ImageFilter.GaussianBlur(0.8))


def test_a_seal_over_the_border_of_a_sheet_on_a_red_cloth_is_seen():
    spot = (SIZE[0] - 12, 600)

    marks, _ = find_seals(scanned(on_a_desk(sealed(spot=spot), (150, 30, 35))), "colour")

    assert any(
        holds(mark.box, share_of((spot[0] + 60, 660), (SIZE[0] + 120, SIZE[1] + 120))) for mark in marks
    )


def test_a_red_cloth_under_the_sheet_is_no_seal():
    marks, _ = certainties(scanned(on_a_desk(printed(), (150, 30, 35))))
    # So much red may hide one: whether there is none, a person says.
    assert marks == []
