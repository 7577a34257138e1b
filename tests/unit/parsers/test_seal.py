"""Seals and what is mistaken for them, drawn at 90 dpi: small, so that the tests are quick, and hard."""

import io
import math
import random
from functools import lru_cache

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from intake.demo.seals import SealLook, stamp
from intake.demo.typeface import font
from parsers.scan.seal import find_seals

DPI = 90
SIZE = (744, 1052)
UNIT = "浙江省科学技术协会"
RED = (206, 32, 44)
SPOT = (500, 720)


def printed():
    return text_page().copy()


@lru_cache
def text_page():
    """A page of black text and a table."""
    page = Image.new("RGB", SIZE, (250, 249, 244))
    draw = ImageDraw.Draw(page)
    for row in range(26):
        text = "推荐单位意见情况属实同意推荐科技志愿服务"[row % 5 :]
        draw.text((80, 80 + row * 26), text + text, (30, 30, 30), font=font("serif", 15))
    draw.rectangle((70, 70, 670, 900), outline=(30, 30, 30), width=2)
    draw.line((70, 620, 670, 620), fill=(30, 30, 30), width=2)
    return page


def sealed(look=None, spot=SPOT, key=1):
    page = printed()
    stamp(page, UNIT, spot, DPI, look or SealLook(), key)
    return page


@lru_cache
def grain(size):
    return np.random.default_rng(5).standard_normal((size[1], size[0], 3), np.float32)


def scanned(page, noise=4, quality=60):
    """Grain and JPEG, as a machine leaves them."""
    pixels = np.clip(np.asarray(page, np.float32) + noise * grain(page.size), 0, 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=quality)
    return np.array(Image.open(buffer))


def share_of(spot=SPOT, size=SIZE):
    return spot[0] / size[0], spot[1] / size[1]


def holds(box, point):
    middle = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return math.dist(middle, point) < 0.03


def certainties(pixels, colour="colour"):
    marks, doubt = find_seals(pixels, colour)
    return [mark.certainty for mark in marks], doubt


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
