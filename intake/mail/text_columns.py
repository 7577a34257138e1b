"""Text on a page of fixed width: what may be printed, how wide it is, where a line may break.

A CJK character takes two columns (Unicode Standard Annex 11).  Names and
filenames come from strangers, so they are cleaned before they are measured.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

PAGE = 78
"""Columns of a plain-text letter: RFC 5322 §2.1.1 asks for at most 78 characters a line."""

_CLOSING = frozenset("，。、；：！？）》」』】〕〉”’％…·,.;:!?)]}%")
_OPENING = frozenset("（《「『【〔〈“‘([{")
_LIST_MARK = re.compile(r" *(?:\d+\. |（[一二三四五六七八九十]+）|[-·] )? *")
_ATOM = re.compile(r"\s+|[!-~]+|.", re.DOTALL)

# Cc and Cf hold the line breaks and the bidirectional and zero-width marks that
# make a name read as another; Cs would fail on encoding.  Co and Cn stay: rare
# characters of names live in the private-use area of old Word forms, and in
# blocks younger than this interpreter's Unicode tables.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def clean(text: str) -> str:
    """One line of printable text: control, bidirectional and zero-width characters are gone.

    White space of any kind and length becomes one space.
    """
    spaced = re.sub(r"[\s\x1c-\x1f\x85\u2028\u2029]+", " ", text)
    return "".join(c for c in spaced if unicodedata.category(c) not in _UNPRINTABLE).strip(" ")


_SCHEME = re.compile(r"(?:https?|ftp|mailto|javascript):(?://)?", re.I)
_LINK_DOT = re.compile(
    r"(?<=[A-Za-z0-9])[.．。｡](?=[A-Za-z]{2}|[A-Za-z][.．])"
    r"(?!(?:docx?|docm|wps|wpt|pdf|ofd|jpe?g|png|tiff?|bmp|heic|xlsx?|et|pptx?|zip|rar|eml|msg|txt|rtf)(?![A-Za-z0-9]))",
    re.I,
)


def unlinked(text: str) -> str:
    """The text with its addresses on the web broken (www·evil·example): no mail program makes links of them.

    A stranger's file or nominee may be called so, and our letter would carry his link. Endings of files stay.
    """
    return _LINK_DOT.sub("·", _SCHEME.sub("", text))


@lru_cache(maxsize=8192)
def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    # "Ambiguous" (“ ” … █) is wide in the fonts of Chinese readers.
    return 2 if unicodedata.east_asian_width(character) in "WFA" else 1


def columns(text: str) -> int:
    """How many columns a text takes."""
    return sum(map(_columns, text))


def shorten(text: str, limit: int) -> str:
    """The text in at most `limit` columns, with … in the middle where it is longer.

    Both ends stay, since the end of a filename says what the file is.
    """
    if columns(text) <= limit:
        return text
    room = limit - columns("…")
    head, tail = _fitting(text, room - room // 2), _fitting(text[::-1], room // 2)
    return f"{head.rstrip()}…{tail[::-1].lstrip()}"


def _fitting(text: str, room: int) -> str:
    for index, character in enumerate(text):
        room -= _columns(character)
        if room < 0:
            return text[:index]
    return text


def centre(text: str, width: int = PAGE) -> str:
    """The text moved to the middle of the page."""
    return " " * max(0, (width - columns(text)) // 2) + text


def right(text: str, width: int = PAGE) -> str:
    """The text moved so that it ends at column `width`."""
    return " " * max(0, width - columns(text)) + text


def wrap(text: str, width: int = PAGE) -> str:
    """Every line broken to at most `width` columns.

    A continued line hangs under the text of its list item; a paragraph that
    begins with full-width spaces goes on at the margin.  No line begins with a
    closing mark or ends with an opening one (GB/T 15834), and Latin words and
    numbers stay whole where a line can hold them.
    """
    return "\n".join(part for line in text.split("\n") for part in _wrapped(line.rstrip(), width))


def _wrapped(line: str, width: int) -> list[str]:
    if columns(line) <= width:
        return [line]
    mark = _LIST_MARK.match(line)
    indent = " " * min(columns(mark.group()) if mark else 0, width // 2)
    lines, current = [], ""
    for atom in _atoms(line, width - len(indent)):
        if columns(current + atom.rstrip()) <= width:
            current += atom
        else:
            lines.append(current.rstrip())
            current = indent + atom.lstrip(" ")
    return [*lines, current.rstrip()] if current.strip() else lines


def _atoms(line: str, room: int) -> list[str]:
    """The pieces between which a line may break, none wider than `room`."""
    atoms: list[str] = []
    for piece in _ATOM.findall(line):
        joins = atoms and (piece[0] in _CLOSING or atoms[-1][-1] in _OPENING)
        if joins and columns(atoms[-1] + piece) <= room:
            atoms[-1] += piece
        else:
            atoms.extend(_cut(piece, room))
    return atoms


def _cut(piece: str, room: int) -> list[str]:
    parts = []
    while columns(piece) > room:
        head = _fitting(piece, room)
        parts.append(head)
        piece = piece[len(head) :]
    return [*parts, piece]
