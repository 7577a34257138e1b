"""Seals as ink leaves them on paper, and what a scanner or a telephone makes of such a page.

Drawn in another way than the sample campaign's seals (`intake/demo/papers/seals.py`), so that nothing was
set by them: ink absorbs light by its thickness, is dry, thin on one side or too wet, over print or under it.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw

from bench.certainty import samples
from bench.scans.samples import entries
from intake.demo.filling import SampleEntry
from intake.demo.papers.content import FormContent, seeded
from intake.demo.papers.paper import Page, draw_pages
from intake.demo.papers.sheet import sheet_of
from intake.demo.papers.typeface import font

Plane = np.ndarray[Any, np.dtype[Any]]

INKS = (
    (206, 32, 44),
    (190, 24, 36),
    (222, 60, 40),
    (232, 84, 52),
    (214, 30, 78),
    (176, 26, 66),
    (150, 28, 34),
    (228, 92, 104),
)
"""Full ink on white as RGB: seal paste, photosensitive oil, laser red, orange, magenta, old and pale ink."""

_PAPERS = (
    (252, 252, 250),
    (250, 249, 244),
    (246, 240, 226),
    (238, 238, 240),
    (244, 236, 238),
    (226, 224, 218),
)
_LONGEST = 2_600
"""Pixels of the long side above which a telephone's picture is not made: it is reduced anyway."""


@dataclass(frozen=True, slots=True)
class Stamped:
    """A page as a file, and what is true of it; `told` says for a fault how it was made."""

    name: str
    data: bytes
    told: str
    unit: str


def sealed_page(number: int) -> Stamped:
    """Page `number` of a form with its seal; the same number gives the same bytes."""
    chance = seeded("inks", number)
    page, _, dpi = _printed(number, chance, sealed=True)
    tint, told = chance.choice(_PAPERS), [f"{dpi} dpi"]
    pixels = np.asarray(page.image, np.float32)[..., None] / 255 * np.array(tint, np.float32)
    spot = page.seals[-1]
    told.append(_press(pixels, spot.name, (spot.x, spot.y), dpi, chance))
    pixels, photographed = (
        (_photographed(pixels, chance), True) if chance.random() < 0.25 else (pixels, False)
    )
    pixels = _skewed(pixels, chance.uniform(-4, 4), tint)
    data, said = _captured(pixels, chance, dpi)
    return Stamped(f"{number:04d}.jpg", data, ", ".join([*told, said, "photo" * photographed]), spot.name)


def close_picture(number: int) -> Stamped:
    """A picture of the stamp and little else, as a telephone takes it."""
    chance = seeded("close", number)
    page, _, dpi = _printed(number, chance, sealed=True, dpi=200)
    pixels = (
        np.asarray(page.image, np.float32)[..., None] / 255 * np.array(chance.choice(_PAPERS), np.float32)
    )
    spot = page.seals[-1]
    told = _press(pixels, spot.name, (spot.x, spot.y), dpi, chance)
    across = 42 / 25.4 * dpi
    wide, high = (across * chance.uniform(0.85, 2.1) for _ in range(2))
    x, y = (at + chance.uniform(-0.15, 0.15) * across for at in (spot.x, spot.y))
    left, top = max(0, round(x - wide / 2)), max(0, round(y - high / 2))
    part = pixels[top : round(y + high / 2), left : round(x + wide / 2)]
    scale = chance.uniform(500, 1600) / max(part.shape[:2])
    part = cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    data, said = _captured(_photographed(part, chance), chance, dpi)
    shown = f"{wide / across:.2f} x {high / across:.2f} seals"
    return Stamped(f"close-{number:04d}.jpg", data, f"{told}, {shown}, {said}", spot.name)


def bare_page(number: int) -> Stamped:
    """A page of a form without a seal, with what a scanner leaves on it."""
    chance = seeded("bare", number)
    page, content, dpi = _printed(number, chance, sealed=False)
    tint = chance.choice(_PAPERS)
    pixels = np.asarray(page.image, np.float32)[..., None] / 255 * np.array(tint, np.float32)
    told = [f"{dpi} dpi, paper {tint}"]
    if chance.random() < 0.4:
        shade = np.linspace(chance.uniform(0.75, 0.95), 1, pixels.shape[1], dtype=np.float32)
        pixels *= (shade if chance.random() < 0.5 else shade[::-1])[None, :, None]
        told.append("shade")
    if chance.random() < 0.3:
        column, colour = chance.randrange(40, pixels.shape[1] - 40), chance.choice(((0, 30, 30), (30, 0, 30)))
        pixels[:, column : column + chance.randint(1, 2)] -= colour
        told.append("streak")
    if chance.random() < 0.5:
        # The rows of a sensor for red and green lie up to a pixel apart, at its own 300 dpi.
        aside, below = (chance.uniform(-1.2, 1.2) * dpi / 300 for _ in range(2))
        moved = np.float32([[1, 0, aside], [0, 1, below]])
        size = pixels.shape[1], pixels.shape[0]
        pixels[..., 0] = cv2.warpAffine(
            np.ascontiguousarray(pixels[..., 0]), moved, size, borderMode=cv2.BORDER_REPLICATE
        )
        told.append("channels apart")
    pixels = _skewed(pixels, chance.uniform(-3, 3), tint)
    sensor = np.random.default_rng(chance.randrange(1 << 30))
    # Each channel has a noise of its own, by which a colour scan is told from a grey one.
    pixels += chance.uniform(1.5, 5) * sensor.standard_normal(pixels.shape, np.float32)
    data, said = _captured(pixels, chance, dpi)
    return Stamped(f"bare-{number:04d}.jpg", data, ", ".join([*told, said]), content.unit)


def entry_of(number: int) -> SampleEntry:
    """The nomination of page `number`."""
    return _entries()[number % len(_entries())]


def content_of(number: int) -> FormContent:
    """What the form of page `number` says."""
    return samples.content_of(entry_of(number))


@lru_cache(maxsize=1)
def _entries() -> list[SampleEntry]:
    return entries(60)


def _printed(number: int, chance: Random, *, sealed: bool, dpi: int = 0) -> tuple[Page, FormContent, int]:
    """The page of the form with a seal's place, as printed."""
    dpi = dpi or chance.choice((100, 120, 150, 150, 200, 200, 240, 300))
    content, layout = content_of(number), entry_of(number).layout
    pages = draw_pages(sheet_of(content, layout), dpi)
    fitting = [page for page in pages if page.seals] if sealed else pages
    return fitting[number % len(fitting)], content, dpi


def _press(pixels: Plane, name: str, centre: tuple[float, float], dpi: int, chance: Random) -> str:
    """Presses the seal on a page of RGB shares in place, somewhere about its centre; says how."""
    diameter = round(chance.uniform(39, 45) / 25.4 * dpi)
    thickness = np.asarray(seal_face(name, diameter, chance.randrange(1 << 30)), np.float32) / 255
    thickness = _turned(thickness, chance.uniform(-180, 180) if chance.random() < 0.2 else chance.gauss(0, 9))
    strength, dryness = chance.uniform(0.35, 1.3), chance.uniform(0, 0.45)
    weakest, wet = chance.choice((1.0, 1.0, 0.7, 0.4, 0.2)), chance.choice((0.0, 0.0, 0.15, 0.3))
    noise = np.random.default_rng(chance.randrange(1 << 30))
    patches = _noise(noise, thickness.shape, dpi * 0.25)
    speckle = _noise(noise, thickness.shape, dpi * 0.008 + 0.5)
    thickness *= 0.75 + 0.25 * np.clip(patches, -2, 2)
    thickness *= np.clip((speckle - (dryness * 3 - 1.6)) * 2, 0, 1)
    thickness *= _slope(thickness.shape, weakest, chance.uniform(0, 2 * math.pi))
    if wet:
        thickness = np.maximum(thickness, cv2.GaussianBlur(thickness, (0, 0), wet / 25.4 * dpi))
    ink = [min(255, max(8, level + chance.randint(-14, 14))) for level in chance.choice(INKS)]
    absorbed = np.clip(thickness, 0, None)[..., None] * strength * -np.log(np.array(ink, np.float32) / 255)
    slack = 9 / 25.4 * dpi
    left = round(centre[0] + chance.uniform(-slack, slack) - diameter / 2)
    top = round(centre[1] + chance.uniform(-slack, slack) - diameter / 2)
    left, top = min(left, pixels.shape[1] - diameter), min(top, pixels.shape[0] - diameter)
    left, top = max(0, left), max(0, top)
    pixels[top : top + diameter, left : left + diameter] *= np.exp(-absorbed)
    return f"ink {tuple(ink)} x {strength:.2f}, dry {dryness:.2f}, weak side {weakest}, wet {wet}"


def seal_face(name: str, diameter: int, key: int) -> Image.Image:
    """The face of a seal as coverage: ring, name, star, and on some a number below."""
    chance, size = Random(key), diameter * 2
    face = Image.new("L", (size, size), 0)
    draw = ImageDraw.Draw(face)
    ring = round(size * chance.uniform(0.02, 0.034))
    draw.ellipse((ring, ring, size - ring, size - ring), outline=255, width=ring)
    reach = chance.uniform(0.12, 0.17) * size
    draw.polygon(
        [_spoke(size, reach * (1 if step % 2 == 0 else 0.382), step * 36 - 90) for step in range(10)], 255
    )
    span = min(300.0, 15 * len(name) + chance.uniform(20, 50))
    height = size * chance.uniform(0.12, 0.14) * (1 if len(name) <= 14 else 0.85)
    bold = chance.choice((0, 0, 1, 2))
    _along(face, name, height, (-90 - span / 2, span), bold, 0.38)
    if chance.random() < 0.4:
        number = "".join(chance.choice("0123456789") for _ in range(13))
        _along(face, number, size * 0.045, (130, -80), 0, 0.42)
    return face.resize((diameter, diameter), Image.Resampling.LANCZOS)


def _along(
    face: Image.Image, text: str, height: float, arc: tuple[float, float], bold: int, radius: float
) -> None:
    """Writes along the ring: `arc` is its start and its length in degrees; backwards: feet outwards."""
    start, span = arc
    size, count, pixels = face.width, len(text), max(6, round(height))
    narrow = min(0.85, math.radians(abs(span)) * radius * size / count / pixels * 0.9)
    for place, character in enumerate(text):
        angle = start + span * (place + 0.5) / count
        glyph = Image.new("L", (pixels * 2, pixels * 2), 0)
        drawn, middle = font("serif", pixels), (pixels, pixels)
        ImageDraw.Draw(glyph).text(middle, character, 255, font=drawn, anchor="mm", stroke_width=bold)
        glyph = glyph.resize((max(2, round(pixels * 2 * narrow)), pixels * 2))
        turn = -angle - 90 if span > 0 else 90 - angle
        glyph = glyph.rotate(turn, Image.Resampling.BICUBIC, expand=True)
        x, y = _spoke(size, radius * size, angle)
        face.paste(255, (round(x - glyph.width / 2), round(y - glyph.height / 2)), glyph)


def _spoke(size: int, reach: float, degrees: float) -> tuple[float, float]:
    angle = math.radians(degrees)
    return size / 2 + reach * math.cos(angle), size / 2 + reach * math.sin(angle)


def _noise(noise: np.random.Generator, shape: tuple[int, ...], sigma: float) -> Plane:
    """Smooth noise of mean 0 and spread 1."""
    step = max(1, int(sigma / 2))
    small = noise.standard_normal((shape[0] // step + 2, shape[1] // step + 2)).astype(np.float32)
    small = cv2.GaussianBlur(small, (0, 0), max(sigma / step, 0.3))
    field = cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(field / max(float(field.std()), 1e-6))


def _slope(shape: tuple[int, ...], weakest: float, angle: float) -> Plane:
    """Pressure from one side to the other, from 1 down to `weakest`."""
    rows, columns = np.mgrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j]
    along = np.clip((rows * math.sin(angle) + columns * math.cos(angle) + 1) / 2, 0, 1)
    return np.asarray(weakest + (1 - weakest) * along, np.float32)


def _turned(plane: Plane, degrees: float) -> Plane:
    middle = plane.shape[1] / 2, plane.shape[0] / 2
    return np.asarray(cv2.warpAffine(plane, cv2.getRotationMatrix2D(middle, degrees, 1), plane.shape[::-1]))


def _skewed(pixels: Plane, degrees: float, tint: tuple[int, ...]) -> Plane:
    size = pixels.shape[1], pixels.shape[0]
    turn = cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), degrees, 1)
    return np.asarray(cv2.warpAffine(pixels, turn, size, borderValue=[float(level) for level in tint]))


def _photographed(pixels: Plane, chance: Random) -> Plane:
    """Lamplight from one side, a warm or cold tone, and a hand that did not hold level."""
    pixels = pixels * _slope(pixels.shape, chance.uniform(0.55, 0.9), chance.uniform(0, 6))[..., None]
    pixels *= np.array(chance.choice(((1, 0.97, 0.88), (0.95, 0.98, 1), (1, 0.93, 0.82))), np.float32)
    high, wide = pixels.shape[:2]
    scale = min(1.0, _LONGEST / max(high, wide))
    corners = np.float32([[0, 0], [wide, 0], [wide, high], [0, high]])
    moved = corners + np.float32([[chance.uniform(-0.03, 0.03) * wide for _ in "xy"] for _ in corners])
    warp = cv2.getPerspectiveTransform(corners, np.float32(moved * scale))
    size = round(wide * scale), round(high * scale)
    return np.asarray(cv2.warpPerspective(pixels, warp, size, borderMode=cv2.BORDER_REPLICATE))


def _captured(pixels: Plane, chance: Random, dpi: int) -> tuple[bytes, str]:
    """Grain in brightness and in colour, a lens, and the file."""
    noise = np.random.default_rng(chance.randrange(1 << 30))
    grain, blotch = chance.uniform(1, 9), chance.uniform(0.5, 4)
    quality, soft = chance.choice((35, 50, 60, 75, 85, 92)), chance.uniform(0.3, 0.8)
    pixels = cv2.GaussianBlur(pixels, (0, 0), soft)
    pixels += grain * noise.standard_normal(pixels.shape[:2], np.float32)[..., None]
    for channel in (0, 2):
        pixels[..., channel] += blotch * _noise(noise, pixels.shape, 10)
    pixels += 1.5 * noise.standard_normal(pixels.shape, np.float32)
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, subsampling=chance.choice((0, 2)), dpi=(dpi, dpi))
    return buffer.getvalue(), f"grain {grain:.1f}, quality {quality}"
