"""The stamped form as an office machine scans it: a PDF of pictures, without any text layer."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import lru_cache
from math import cos, radians, sin
from random import Random
from typing import Literal

from PIL import Image, ImageChops

from intake.demo.papers.content import FormContent, seeded
from intake.demo.papers.paper import Page, draw_pages
from intake.demo.papers.portrait import portrait
from intake.demo.papers.seals import SealLook, stamp
from intake.demo.papers.sheet import SheetLayout, sheet_of

_NOISE_TILE = 512
_BLOTCH = 12
"""Pixels across a spot of colour: smaller ones do not outlive a JPEG."""


@dataclass(frozen=True, slots=True)
class ScanLook:
    """How a form was stamped and scanned.

    `seal` None leaves every seal out; `body_seal` false leaves out that of the
    nominee's own organisation.  `skew_degrees` turns each page by at most so
    much.  `noise` is the spread of the grain in grey levels, `tinge` that of the
    faint blotches of colour by which a colour scan differs from a grey one.
    `mode` "bw" is fax-like black and white.
    """

    dpi: int = 150
    seal: SealLook | None = field(default_factory=SealLook)
    body_seal: bool = True
    skew_degrees: float = 0.8
    noise: int = 5
    tinge: int = 4
    mode: Literal["colour", "grey", "bw"] = "colour"
    paper: tuple[int, int, int] = (250, 249, 244)
    jpeg_quality: int = 60


def bound_scans(
    forms: Sequence[tuple[FormContent, SheetLayout]], look: ScanLook | None = None, key: object = ""
) -> bytes:
    """The scans of several forms, one after another in one PDF, as a scanner with a feeder makes them."""
    look = look or ScanLook()
    pictures = [picture for content, layout in forms for picture in _pictures(content, layout, look, key)]
    made_at = (datetime.combine(forms[0][0].filled_on, time(10, 20)) + timedelta(hours=3)).timetuple()
    buffer = io.BytesIO()
    pictures[0].save(
        buffer,
        "PDF",
        save_all=True,
        append_images=pictures[1:],
        resolution=look.dpi,
        **({} if look.mode == "bw" else {"quality": look.jpeg_quality}),
        title="扫描件",
        creator="MFP Scan to PDF",
        producer="MFP Scan to PDF",
        creationDate=made_at,
        modDate=made_at,
    )
    return buffer.getvalue()


def scan_pages(
    content: FormContent,
    layout: SheetLayout = SheetLayout.UNIT_ABOVE,
    look: ScanLook | None = None,
    key: object = "",
) -> list[bytes]:
    """The same pages as JPEG files, for a sender who photographs instead of scanning."""
    look = look or ScanLook()
    files = []
    for picture in _pictures(content, layout, look, key):
        buffer = io.BytesIO()
        picture.convert("RGB").save(buffer, "JPEG", quality=look.jpeg_quality, dpi=(look.dpi, look.dpi))
        files.append(buffer.getvalue())
    return files


def _pictures(content: FormContent, layout: SheetLayout, look: ScanLook, key: object) -> list[Image.Image]:
    pages = draw_pages(sheet_of(content, layout), look.dpi, portrait(content.nominee))
    return [_scanned(page, look, content, (key, content.nominee, i)) for i, page in enumerate(pages)]


def _scanned(page: Page, look: ScanLook, content: FormContent, key: object) -> Image.Image:
    """One printed page after stamp and scanner."""
    chance = seeded("scan", key)
    angle = chance.uniform(-look.skew_degrees, look.skew_degrees)
    grey = page.image.rotate(angle, Image.Resampling.BILINEAR, fillcolor=255)
    if look.noise:
        left, top = chance.randrange(_NOISE_TILE), chance.randrange(_NOISE_TILE)
        grain = _grain(look.noise, grey.size).crop((left, top, left + grey.width, top + grey.height))
        grey = ImageChops.add(grey, grain, offset=-128)
    paper = _tinged(Image.merge("RGB", [grey.point(_scaled_to(level)) for level in look.paper]), look, chance)
    for spot in page.seals:
        if look.seal and (look.body_seal or spot.name != content.body):
            jitter = chance.uniform(-14, 14), chance.uniform(-14, 14)
            x, y = _turned((spot.x, spot.y), grey.size, angle)
            stamp(paper, spot.name, (x + jitter[0], y + jitter[1]), look.dpi, look.seal, key)
    if look.mode == "colour":
        return paper
    flat = paper.convert("L")
    return flat if look.mode == "grey" else flat.point(lambda v: 255 if v > 150 else 0).convert("1")


def _tinged(paper: Image.Image, look: ScanLook, chance: Random) -> Image.Image:
    """The page with red and blue a little off from green, here more and there less."""
    if not look.tinge:
        return paper
    red, green, blue = paper.split()
    blotches = _blotches(look.tinge, paper.size)
    bands = []
    for band in (red, blue):
        left, top = chance.randrange(_NOISE_TILE), chance.randrange(_NOISE_TILE)
        part = blotches.crop((left, top, left + paper.width, top + paper.height))
        bands.append(ImageChops.add(band, part, offset=-128))
    return Image.merge("RGB", [bands[0], green, bands[1]])


def _scaled_to(level: int) -> list[int]:
    """The look-up table that takes white to the paper's level."""
    return [value * level // 255 for value in range(256)]


@lru_cache(maxsize=8)
def _grain(spread: int, size: tuple[int, int]) -> Image.Image:
    """Grain of about that spread around 128, a tile larger than the page.

    It is the same in every run; Pillow's own noise cannot be seeded.
    """
    raw = seeded("grain", spread).randbytes(_NOISE_TILE * _NOISE_TILE)
    tile = Image.frombytes("L", (_NOISE_TILE, _NOISE_TILE), raw).point(
        [128 + round((value - 127.5) / 73.6 * spread) for value in range(256)]
    )
    sheet = Image.new("L", (size[0] + _NOISE_TILE, size[1] + _NOISE_TILE))
    for left in range(0, sheet.width, _NOISE_TILE):
        for top in range(0, sheet.height, _NOISE_TILE):
            sheet.paste(tile, (left, top))
    return sheet


@lru_cache(maxsize=8)
def _blotches(spread: int, size: tuple[int, int]) -> Image.Image:
    """Soft spots of at most that many levels around 128, a tile larger than the page."""
    wide, high = ((side + _NOISE_TILE) // _BLOTCH + 1 for side in size)
    chance = seeded("blotches", spread)
    levels = bytes(chance.choices(range(128 - spread, 129 + spread), k=wide * high))
    return Image.frombytes("L", (wide, high), levels).resize(
        (wide * _BLOTCH, high * _BLOTCH), Image.Resampling.BICUBIC
    )


def _turned(point: tuple[float, float], size: tuple[int, int], degrees: float) -> tuple[float, float]:
    """Where a point of the page lies after the page was turned counter-clockwise about its middle."""
    x, y = point[0] - size[0] / 2, point[1] - size[1] / 2
    angle = radians(degrees)
    return (
        size[0] / 2 + x * cos(angle) + y * sin(angle),
        size[1] / 2 - x * sin(angle) + y * cos(angle),
    )
