"""Boxes, ticks and enclosed characters of Word forms, which fonts and fields draw in many ways."""

from __future__ import annotations

import re

CHECKED, UNCHECKED = "☑", "□"
TICK, CROSS, FULL = "√", "×", "■"

_BOX = "□☐○◯▢◻⬜〇"
_TICKS = "√✓✔☑vV✕×"

SIGNS = {
    "wingdings": {
        **dict.fromkeys((0xFE, 0xFD, 0x78), CHECKED),
        **dict.fromkeys((0xA8, 0x6F, 0x70, 0x71, 0x72), UNCHECKED),
        **{0xFC: TICK, 0xFB: CROSS, 0x6E: FULL},
    },
    "wingdings 2": {
        **dict.fromkeys((0x51, 0x52, 0x53, 0x54), CHECKED),
        **dict.fromkeys((0xA3, 0x30, 0x2A), UNCHECKED),
        **{0x50: TICK, 0x4F: CROSS},
    },
    "webdings": {0x61: TICK, 0x72: CROSS, 0x63: UNCHECKED, 0x67: FULL},
}
"""The boxes and ticks of each symbol font by character code; its other signs mean nothing in a form."""

_FIRST_PRIVATE = 0xF000
_PRIVATE_AREA = {
    _FIRST_PRIVATE + code: sign
    for font in ("wingdings", "wingdings 2")
    for code, sign in SIGNS[font].items()
    # Below 0x50 the private area holds the digits and letters of other symbol fonts.
    if code >= 0x50
}
_UNSEEN = dict.fromkeys(
    (
        0xAD,
        0x200B,
        0x200C,
        0x200D,
        0x200E,
        0x200F,
        0x2060,
        0xFEFF,
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
    )
)
"""Soft hyphens, zero-width spaces, marks of direction: nobody sees them, yet no label matches with them."""


def sign(font: str, code: int) -> str:
    """A character of a symbol font, whose codes may lie in the private area F000 (ECMA-376 §17.3.3.30)."""
    return SIGNS.get(font.lower(), {}).get(code & 0xFF, "")


def in_font(text: str, font: str) -> str:
    """Text that a run sets in a symbol font ("R是" in Wingdings 2 is ☑是); Chinese keeps its own font."""
    return "".join(
        sign(font, ord(character))
        if (" " < character <= "\xff") or 0xF000 <= ord(character) <= 0xF0FF
        else character
        for character in text
    )


def readable(text: str) -> str:
    """The text with private characters as the boxes that they show, and without what nobody sees."""
    return text.translate(_PRIVATE_AREA).translate(_UNSEEN)


def field_result(code: str) -> str:
    """What an EQ field draws, for it has no result in the file (§17.16.5.17); "" for every other field.

    `EQ \\o\\ac(□,√)` is a ticked box (带圈字符), `EQ \\o\\ad(\\s\\up 9(zhāng),张)` a character with its
    reading above.
    """
    match = re.match(r"\s*eq\b.*?\\o(?:\\a[clrd])*\s*\(", code, re.IGNORECASE | re.DOTALL)
    if match is None:
        return ""
    pieces = _arguments(code[match.end() :])
    last = pieces[-1].strip()
    if len(pieces) > 1 and pieces[0].strip() in set(_BOX):
        return CHECKED if last in set(_TICKS) else last
    if len(pieces) > 1 and last in set(_BOX) and pieces[0].strip() in set(_TICKS):
        return CHECKED
    return last


def _arguments(text: str) -> list[str]:
    """The arguments up to the closing bracket, parted by commas or semicolons outside inner brackets."""
    pieces, depth = [""], 0
    for character in text:
        if character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth < 0:
                break
        elif character in ",;，；" and depth == 0:
            pieces.append("")
            continue
        pieces[-1] += character
    return pieces
