"""Pages of print, stamped and scanned, at 90 dpi: small, so that tests are quick, and hard."""

import io
import math
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw

from intake.demo.papers.seals import SealLook, stamp
from intake.demo.papers.typeface import font
from parsers.scan.seal.detect import find_seals

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


def date_stamp(colour, width, spot=SPOT):
    """The page with the round stamp of an office that received it, `width` in millimetres."""
    page = printed()
    draw = ImageDraw.Draw(page)
    side = round(width / 25.4 * DPI)
    x, y, radius = *spot, side / 2
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=colour, width=3)
    for above in (-0.28, 0.28):
        reach = math.sqrt(1 - above**2) * radius
        draw.line((x - reach, y + above * radius, x + reach, y + above * radius), colour, 2)
    for text, row, share in (("科协办公室", -0.52, 0.13), ("2025.02.18", 0.0, 0.15), ("收 文", 0.55, 0.16)):
        lettering = font("serif", round(side * share))
        draw.text((x, y + row * radius), text, colour, font=lettering, anchor="mm")
    return page
