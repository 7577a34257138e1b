"""Files that old programs and gateways write into the text itself: begin 644 name … end (POSIX uuencode)."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from parsers.common import limits

_BEGIN = re.compile(rb"(?:\A|(?<=[\r\n]))begin ([0-7]{3,4})[ \t]++([^\r\n]{1,1000}+)(?:\r\n|\r|\n)")
_LINE = re.compile(rb"([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_ENCODED = re.compile(rb"[ -`]+")
_SPARE = 2
"""Characters beyond the announced length that some encoders add (a check character, a stop mark)."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A file found in a text at `start` to `end`; `name` as bytes, `whole` when its end line was there."""

    start: int
    end: int
    name: bytes
    data: bytes
    whole: bool


def find(text: bytes) -> Iterator[Embedded]:
    """The uuencoded files of a text, in order; prose that merely says "begin" is none."""
    position = 0
    for _ in range(limits.MIME_PARTS):
        begin = _BEGIN.search(text, position)
        if not begin:
            return
        found = _read(text, begin)
        if found:
            yield found
        position = found.end if found else begin.end()


def _read(text: bytes, begin: re.Match[bytes]) -> Embedded | None:
    data = bytearray()
    name = begin[2].rstrip(b" \t")
    position = begin.end()
    while position < len(text):
        line = _LINE.match(text, position)
        if not line:
            break
        content = line[1].rstrip(b" \t") if line[1].isspace() else line[1]
        if content.rstrip() == b"end":
            return Embedded(begin.start(), line.end(), name, bytes(data), True)
        decoded = _decoded(content)
        if decoded is None:
            break
        data += decoded
        position = line.end()
    return Embedded(begin.start(), position, name, bytes(data), False) if data else None


def _decoded(line: bytes) -> bytes | None:
    """The bytes of one line; None for a line of ordinary text.

    Blanks at the end of a line stand for zero bits and are often stripped on the way.
    """
    if not line:
        return b""
    length = (line[0] - 32) & 63
    needed = (length + 2) // 3 * 4
    telling = -(-length * 8 // 6)
    body = line[1:]
    if not _ENCODED.fullmatch(line) or len(body.rstrip()) > needed + _SPARE:
        return None
    # What fills the last group says nothing, and some programs leave there whatever lay in memory.
    return binascii.a2b_uu(line[:1] + body[:telling].ljust(needed)) if length else b""
