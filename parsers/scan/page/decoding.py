"""One picture to pixels by Pillow, within memory: JPEG at a reduced scale, all else in bands.

Pillow holds an RGB picture at four bytes a pixel, so a 600 dpi A3 sheet takes 280 MB once; a band at a time
keeps conversions (palette, alpha, CMYK, 16 bits) from taking that much again.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import cv2
import numpy as np
from PIL import Image

from parsers.common import limits
from parsers.common.contract import Unreadable
from parsers.scan.page.pixels import ENOUGH, Kept, Pixels, Raster, fit, histogram, two_valued

Image.MAX_IMAGE_PIXELS = limits.JPEG_PIXELS  # Pillow's own alarm, which would ring below our limits

_BAND_PIXELS = 4_000_000
_ORIENTATION = 0x0112
_DPI = (90.0, 1300.0)
"""Believable resolutions of scanned paper: cameras write 72 of anything."""


@contextmanager
def refusing(kind: str) -> Iterator[None]:
    """What Pillow raises on a sender's damaged bytes becomes `Unreadable`; a lack of memory stays one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (Unreadable, MemoryError):
        raise
    except Image.DecompressionBombError as fault:
        raise Unreadable("too-large", kind, str(fault)[:300]) from fault
    except Exception as fault:  # decoders raise whatever they trip over: OSError, SyntaxError, struct.error
        raise Unreadable("unreadable", kind, f"{type(fault).__name__}: {fault}"[:300]) from fault


def check_size(kind: str, width: int, height: int, most: int = limits.PICTURE_PIXELS) -> None:
    """Raises `Unreadable` for a declared size that no real scan has, before pixels are allocated."""
    if width < 1 or height < 1:
        raise Unreadable("unreadable", kind, f"a picture of {width} by {height} pixels")
    if width * height > most or max(width, height) > limits.PICTURE_SIDE:
        raise Unreadable("too-large", kind, f"a picture of {width} by {height} pixels")


def decode_picture(image: Any, kind: str, side: int) -> Raster:
    """The pixels of an open Pillow image that was not loaded yet, the long side at most about `side`.

    Raises `Unreadable` over a limit; whatever Pillow raises on damage passes through (see `refusing`).
    """
    width, height = image.size
    is_jpeg = image.format in ("JPEG", "MPO")
    by_rows = is_jpeg and not image.info.get("progressive")
    check_size(kind, width, height, limits.JPEG_PIXELS if by_rows else limits.PICTURE_PIXELS)
    side = min(side, limits.RENDERED_SIDE)
    if is_jpeg:
        _draft(image, side)
        check_size(kind, *image.size)
    image.load()
    pixels, levels = _in_bands(image, side)
    whole = image.size == (width, height)
    if not whole:
        kept: Kept = "grey" if pixels.ndim == 2 else "maybe colour"
    else:
        width, height = image.size
        kept = _kept(pixels, levels)
    return Raster(fit(pixels, side), width, height, kept)


def _draft(image: Any, side: int) -> None:
    """Asks libjpeg for a half, a quarter or an eighth, whichever still gives enough."""
    scale = ENOUGH * side / max(image.size)
    if scale < 1:
        image.draft(None, (max(1, int(image.width * scale)), max(1, int(image.height * scale))))


def _kept(pixels: Pixels, levels: Any) -> Kept:
    if pixels.ndim == 3:
        return "maybe colour"
    return "bw" if two_valued(levels) else "grey"


def _in_bands(image: Any, side: int) -> tuple[Pixels, Any]:
    """The loaded picture, made smaller by a whole factor, and its histogram before that where it is grey."""
    factor = max(1, int(max(image.size) / side))
    rows = max(1, _BAND_PIXELS // image.width // factor) * factor
    levels = np.zeros(256, np.int64)
    bands = []
    for top in range(0, image.height, rows):
        band = _plain(image.crop((0, top, image.width, min(top + rows, image.height))))
        if band.ndim == 2:
            levels += histogram(band)
        bands.append(_reduced(band, factor))
    return (np.concatenate(bands) if len(bands) > 1 else bands[0]), levels


def _reduced(band: Pixels, factor: int) -> Pixels:
    if factor == 1:
        return band
    height, width = band.shape[:2]
    size = (max(1, width // factor), max(1, height // factor))
    return np.asarray(cv2.resize(band, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _plain(band: Any) -> Pixels:
    """Any mode of Pillow's as 8 bits of grey or RGB; what is transparent shows white paper."""
    if band.mode in ("I;16", "I;16L", "I;16B", "I;16N"):
        wide = np.asarray(band).astype(np.int64)
        return np.asarray(np.clip(wide >> 8, 0, 255), dtype=np.uint8)
    if band.mode in ("I", "F"):
        raise Unreadable("unreadable", "picture", "its pixels are measurements of 32 bits, no greys")
    if band.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in band.info:
        band = band.convert("RGBA")
        paper = Image.new("RGBA", band.size, "white")
        paper.alpha_composite(band)
        band = paper.convert("RGB")
    elif band.mode in ("1", "L"):
        band = band.convert("L")
    elif band.mode != "RGB":
        band = band.convert("RGB")
    return np.asarray(band, dtype=np.uint8)


def orientation_of(image: Any) -> int:
    """Exif's orientation, 1 to 8; 1 where it is absent or broken."""
    try:
        told = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - a broken Exif block must not cost the picture
        return 1
    return told if isinstance(told, int) and 1 <= told <= 8 else 1


def dpi_of(image: Any) -> float | None:
    """The resolution on paper, where it is told and can be that of a scan."""
    told = image.info.get("dpi")
    try:
        dpi = float(told[0])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return None
    return dpi if _DPI[0] <= dpi <= _DPI[1] else None
