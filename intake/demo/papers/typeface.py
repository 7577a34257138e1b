"""The shipped fonts, and text broken into lines by width."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Literal

from PIL import ImageFont

Face = Literal["serif", "sans"]

_NO_LINE_START = frozenset("，。、；：！？）》”’％%")
"""Punctuation that may not open a line: it hangs over the end of the line before."""


@cache
def _bytes(face: Face) -> bytes:
    return (files("intake.demo.papers") / "fonts" / f"{face}.otf").read_bytes()


@cache
def font(face: Face, pixels: int) -> ImageFont.FreeTypeFont:
    """The font at that size of the em, in pixels."""
    return ImageFont.truetype(BytesIO(_bytes(face)), pixels, layout_engine=ImageFont.Layout.BASIC)


@cache
def covers(face: Face, character: str) -> bool:
    """True when the shipped font can draw the character (and not only its box for a missing one)."""
    probe = font(face, 16)
    return character.isspace() or bytes(probe.getmask(character)) != bytes(probe.getmask("\uffff"))


@cache
def _advance(face: Face, pixels: int, character: str) -> float:
    return font(face, pixels).getlength(character)


def wrap(text: str, face: Face, pixels: int, width: float) -> list[str]:
    """The text in lines no wider than `width` pixels; a line feed breaks always.

    Closing punctuation hangs over the end instead of opening a line.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, used = "", 0.0
        for character in paragraph:
            advance = _advance(face, pixels, character)
            if used + advance > width and character not in _NO_LINE_START:
                lines.append(line)
                line, used = "", 0.0
            line += character
            used += advance
        lines.append(line)
    return lines
