"""The variants of a stamped scan that the benchmark measures on, and what is true of each.

A variant is a way to stamp and scan (`ScanLook`), what happens to the pages afterwards, and what the scan
shows otherwise than the Word form.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from PIL import Image, ImageChops, ImageDraw

from intake.demo.papers.content import Category, FormContent, seeded
from intake.demo.papers.scans import ScanLook, bound_scans, scan_pages
from intake.demo.papers.seals import SealLook
from intake.demo.papers.sheet import SheetLayout
from intake.demo.papers.typeface import font

SealTruth = Literal["sealed", "unsealed", "colourless"]

_FINE = 92
"""JPEG quality of pages that are worked on and compressed a second time."""

_LOOKALIKES = dict(zip("伟晨祎晓青志玮雯璟佳小云", "玮辰袆骁清忠伟霁璄住少去", strict=True))
_OTHERS = "海山东春林文明华新远"
_OTHER_CATEGORY: dict[Category, Category] = {
    "volunteer": "site",
    "site": "volunteer",
    "organisation": "project",
    "project": "organisation",
}


def _unchanged(content: FormContent) -> FormContent:
    return content


@dataclass(frozen=True, slots=True)
class Variant:
    """`seal` and `same_form` are the truth; `after` works on each page, given its index.

    `turned` tells that the pages do not stand upright.
    """

    name: str
    look: ScanLook
    seal: SealTruth = "sealed"
    same_form: bool = True
    shown: Callable[[FormContent], FormContent] = _unchanged
    after: Callable[[Image.Image, int], Image.Image] | None = None
    turned: bool = False


def scan_of(variant: Variant, content: FormContent, layout: SheetLayout) -> bytes:
    """The PDF that the variant makes of the form; the same arguments give the same bytes."""
    shown = variant.shown(content)
    if variant.after is None:
        return bound_scans([(shown, layout)], variant.look, variant.name)
    look = replace(variant.look, jpeg_quality=_FINE)
    files = scan_pages(shown, layout, look, variant.name)
    pages = [variant.after(Image.open(io.BytesIO(data)), index) for index, data in enumerate(files)]
    buffer = io.BytesIO()
    quality = variant.look.jpeg_quality
    pages[0].save(buffer, "PDF", save_all=True, append_images=pages[1:], resolution=look.dpi, quality=quality)
    return buffer.getvalue()


# What the scan shows otherwise ----------------------------------------------------------


def one_other(text: str) -> str:
    """The text with one character changed: a look-alike where one is known, else any other."""
    for place, character in enumerate(text):
        if character in _LOOKALIKES:
            return text[:place] + _LOOKALIKES[character] + text[place + 1 :]
    chance = seeded("other", text)
    place = chance.choice([i for i, character in enumerate(text) if "\u4e00" <= character <= "\u9fff"])
    other = chance.choice([character for character in _OTHERS if character != text[place]])
    return text[:place] + other + text[place + 1 :]


def _other_nominee(content: FormContent) -> FormContent:
    return replace(content, nominee=one_other(content.nominee))


def _other_unit(content: FormContent) -> FormContent:
    return replace(content, unit=one_other(content.unit))


def _other_category(content: FormContent) -> FormContent:
    return replace(content, category=_OTHER_CATEGORY[content.category])


def _body_apart(content: FormContent) -> FormContent:
    """A body that is the unit itself has one seal only: here it is a part of the unit."""
    return replace(content, body=f"{content.body}科普处") if content.body == content.unit_seal else content


# What happens to the pages --------------------------------------------------------------


def _rotated(degrees: float) -> Callable[[Image.Image, int], Image.Image]:
    def turn(page: Image.Image, _index: int) -> Image.Image:
        whole = degrees % 90 == 0
        return page.rotate(degrees, Image.Resampling.BICUBIC, expand=whole, fillcolor=(250, 249, 244))

    return turn


def _photographed(page: Image.Image, index: int) -> Image.Image:
    """Lamplight, a shadow over one side, a hand that did not hold the telephone level."""
    shade = Image.linear_gradient("L").rotate(90 if index % 2 else 270).resize(page.size)
    shade = shade.point([110 + value * 145 // 255 for value in range(256)])
    lit = ImageChops.multiply(page, Image.merge("RGB", (shade,) * 3))
    warm = ImageChops.multiply(lit, Image.new("RGB", page.size, (255, 240, 212)))
    return warm.rotate(1.5, Image.Resampling.BICUBIC, fillcolor=(96, 84, 70))


def _letterhead(page: Image.Image, index: int) -> Image.Image:
    """An office's red heading, with the rule under it, at the top of the first page."""
    if index == 0:
        size = page.width // 22
        draw = ImageDraw.Draw(page)
        draw.text(
            (page.width / 2, size * 0.4),
            "科学技术协会文件",
            (208, 28, 32),
            font=font("sans", size),
            anchor="ma",
        )
        draw.line((size * 2, size * 1.9, page.width - size * 2, size * 1.9), (208, 28, 32), size // 10)
    return page


def _red_pen(page: Image.Image, index: int) -> Image.Image:
    """Somebody's corrections: a ring around a word, a tick, a name signed in red."""
    chance = seeded("pen", page.size, index)
    draw = ImageDraw.Draw(page)
    unit, width = page.width / 100, max(2, page.width // 400)
    x, y = chance.uniform(30, 60) * unit, chance.uniform(60, 110) * unit
    draw.arc((x, y, x + 16 * unit, y + 7 * unit), 20, 370, (214, 40, 44), width)
    draw.line((x, y + 14 * unit, x + 2 * unit, y + 17 * unit), (214, 40, 44), width)
    draw.line((x + 2 * unit, y + 17 * unit, x + 7 * unit, y + 9 * unit), (214, 40, 44), width)
    return page


def _named_square(page: Image.Image, _index: int) -> Image.Image:
    """A personal name seal: square, red, as a leader stamps instead of signing."""
    side = round(page.width * 18 / 210)
    left, top = round(page.width * 0.62), round(page.height * 0.8)
    draw = ImageDraw.Draw(page)
    draw.rectangle((left, top, left + side, top + side), outline=(200, 30, 40), width=side // 14)
    for place, character in enumerate("王建国印"):
        at = left + side * (0.73 - place // 2 * 0.46), top + side * (0.27 + place % 2 * 0.46)
        draw.text(at, character, (200, 30, 40), font=font("serif", side * 2 // 5), anchor="mm")
    return page


_COLOUR = ScanLook(dpi=200)
_BARE = replace(_COLOUR, seal=None)


def _inked(colour: tuple[int, int, int], strength: float = 0.85) -> ScanLook:
    return replace(_COLOUR, seal=SealLook(colour=colour, strength=strength))


YARDSTICK = Variant("colour, 200 dpi", _COLOUR)
"""What an office machine makes when nobody sets anything: the cost is measured on it."""

VARIANTS = (
    YARDSTICK,
    Variant("colour, 300 dpi", ScanLook(dpi=300)),
    Variant("colour, 150 dpi, grainy", ScanLook(dpi=150, noise=12, jpeg_quality=40)),
    Variant("skewed by 3°", _COLOUR, after=_rotated(3)),
    Variant("on its side", _COLOUR, after=_rotated(90), turned=True),
    Variant("upside down", _COLOUR, after=_rotated(180), turned=True),
    Variant("photographed, shadow", _COLOUR, after=_photographed),
    Variant("faint seal", _inked((226, 92, 92), 0.45)),
    Variant("magenta seal", _inked((196, 30, 110))),
    Variant("dark red seal", _inked((140, 24, 30))),
    Variant("one seal, that of the unit", replace(_COLOUR, body_seal=False), shown=_body_apart),
    Variant("grey, 200 dpi", replace(_COLOUR, mode="grey"), "colourless"),
    Variant("black and white, 200 dpi", replace(_COLOUR, mode="bw"), "colourless"),
    Variant("no seal", _BARE, "unsealed"),
    Variant("no seal, red letterhead", _BARE, "unsealed", after=_letterhead),
    Variant("no seal, red pen", _BARE, "unsealed", after=_red_pen),
    Variant("no seal, square name seal", _BARE, "unsealed", after=_named_square),
    Variant("another nominee by a character", _COLOUR, same_form=False, shown=_other_nominee),
    Variant("another unit by a character", _COLOUR, same_form=False, shown=_other_unit),
    Variant("another category", _COLOUR, same_form=False, shown=_other_category),
)
"""Everything that is measured; of the last seven a careless eye would take some for good."""
