"""Pictures for the samples: a portrait that shows nobody, and a work scene."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFilter

from intake.demo.papers.content import seeded

_BACKGROUNDS = ((70, 140, 215), (200, 40, 45), (245, 245, 245))
_HAIR = ((28, 24, 22), (60, 52, 46), (150, 148, 146))


def portrait(key: object) -> Image.Image:
    """A one-inch portrait (295 by 413 pixels) of nobody in particular."""
    chance = seeded("portrait", key)
    picture = Image.new("RGB", (295, 413), chance.choice(_BACKGROUNDS))
    draw = ImageDraw.Draw(picture)
    skin = (chance.randint(212, 232), chance.randint(168, 184), chance.randint(140, 156))
    draw.ellipse((35, 285, 260, 600), fill=(35, 40, 60))
    draw.polygon([(118, 295), (178, 295), (148, 400)], fill=(240, 240, 240))
    draw.rectangle((125, 235, 171, 305), fill=skin)
    draw.ellipse((84, 70, 212, 228), fill=chance.choice(_HAIR))
    draw.ellipse((92, 92, 204, 268), fill=skin)
    for eye in (124, 172):
        draw.ellipse((eye - 6, 172, eye + 6, 180), fill=(40, 30, 28))
    draw.arc((126, 200, 170, 232), 20, 160, fill=(150, 70, 66), width=4)
    return picture.filter(ImageFilter.GaussianBlur(1.2))


def work_photo(key: object) -> bytes:
    """A JPEG of a village lecture, as far as a few shapes can show one."""
    chance = seeded("work", key)
    picture = Image.new("RGB", (960, 640), (150, 190, 225))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 330, 960, 640), fill=(96, 134, 74))
    draw.rectangle((140, 110, 820, 190), fill=(196, 32, 38))
    for place in range(9):
        x, y = 70 + place * 100 + chance.randint(-20, 20), 400 + chance.randint(-30, 60)
        draw.ellipse((x - 24, y - 60, x + 24, y - 6), fill=(222, 178, 150))
        draw.rectangle((x - 34, y - 8, x + 34, y + 130), fill=chance.choice(((190, 40, 44), (40, 70, 120))))
    buffer = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(1.5)).save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def as_jpeg(picture: Image.Image) -> bytes:
    """The picture as a JPEG file."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
