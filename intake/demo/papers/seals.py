"""The round red seal of an office: ring, name along the arc, five-pointed star, uneven ink."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw

from intake.demo.papers.content import seeded
from intake.demo.papers.typeface import font

_OVERSAMPLE = 2
_RING_WIDTH = 0.026
_TEXT_RADIUS = 0.385
_STAR_RADIUS = 0.15


@dataclass(frozen=True, slots=True)
class SealLook:
    """How a seal is stamped.

    `colour` is RGB, `strength` the covering of the ink (0 to 1), `diameter_mm`
    42 for a body at this level, `offset_mm` how far to the right of and below
    the printed place its centre falls, `turn_degrees` how askew it may stand.
    """

    colour: tuple[int, int, int] = (206, 32, 44)
    strength: float = 0.85
    diameter_mm: float = 42.0
    offset_mm: tuple[float, float] = (0.0, 0.0)
    turn_degrees: float = 8.0


def stamp(
    page: Image.Image, name: str, centre: tuple[float, float], dpi: int, look: SealLook, key: object
) -> None:
    """Stamps the seal of that name on an RGB page, in place; the ink multiplies, so black stays black.

    `centre` is in pixels; `key` chooses the chance of blots and of the angle.
    """
    chance = seeded("seal", name, key)
    diameter = round(look.diameter_mm / 25.4 * dpi)
    impression = _impression(name, diameter).rotate(
        chance.uniform(-look.turn_degrees, look.turn_degrees), Image.Resampling.BICUBIC
    )
    blots = Image.frombytes("L", (7, 7), bytes(chance.choices(range(120, 256), k=49)))
    blots = blots.resize(impression.size, Image.Resampling.BICUBIC)
    grain = Image.frombytes("L", (64, 64), bytes(chance.choices(range(165, 256), k=64 * 64)))
    ink = ImageChops.multiply(ImageChops.multiply(impression, blots), grain.resize(impression.size))
    ink = ink.point(lambda value: min(255.0, value * 1.35 * look.strength))
    left = round(centre[0] + look.offset_mm[0] / 25.4 * dpi - diameter / 2)
    top = round(centre[1] + look.offset_mm[1] / 25.4 * dpi - diameter / 2)
    region = page.crop((left, top, left + diameter, top + diameter))
    inked = ImageChops.multiply(region, Image.new("RGB", region.size, look.colour))
    page.paste(Image.composite(inked, region, ink), (left, top))


@lru_cache(maxsize=64)
def _impression(name: str, diameter: int) -> Image.Image:
    """The seal's face as coverage (mode L), drawn large and brought down for smooth edges."""
    size = diameter * _OVERSAMPLE
    face = Image.new("L", (size, size), 0)
    draw = ImageDraw.Draw(face)
    width = max(2, round(size * _RING_WIDTH))
    draw.ellipse((width, width, size - width, size - width), outline=255, width=width)
    draw.polygon(_star(size), fill=255)
    _name_along_arc(face, name)
    return face.resize((diameter, diameter), Image.Resampling.LANCZOS)


def _star(size: int) -> list[tuple[float, float]]:
    """The ten corners of the star, point upwards; the inner ones lie at 0.382 of the radius."""
    corners = []
    for step in range(10):
        radius = size * _STAR_RADIUS * (1.0 if step % 2 == 0 else 0.382)
        angle = -math.pi / 2 + step * math.pi / 5
        corners.append((size / 2 + radius * math.cos(angle), size / 2 + radius * math.sin(angle)))
    return corners


def _name_along_arc(face: Image.Image, name: str) -> None:
    """Writes the name clockwise around the star, narrow and with the feet to the centre."""
    size = face.width
    count = len(name)
    span = math.radians(min(300, 17 * count + 30))
    height = round(size * (0.135 if count <= 14 else 0.115))
    narrow = min(0.82, span * size * _TEXT_RADIUS / count / height * 0.92)
    letters = font("serif", height)
    for index, character in enumerate(name):
        angle = -math.pi / 2 - span / 2 + span * (index + 0.5) / count
        glyph = Image.new("L", (height * 2, height * 2), 0)
        ImageDraw.Draw(glyph).text(
            (height, height), character, 255, font=letters, anchor="mm", stroke_width=max(1, height // 40)
        )
        glyph = glyph.resize((round(height * 2 * narrow), height * 2))
        glyph = glyph.rotate(-math.degrees(angle) - 90, Image.Resampling.BICUBIC, expand=True)
        x = size / 2 + size * _TEXT_RADIUS * math.cos(angle)
        y = size / 2 + size * _TEXT_RADIUS * math.sin(angle)
        face.paste(255, (round(x - glyph.width / 2), round(y - glyph.height / 2)), glyph)
