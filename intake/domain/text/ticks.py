"""Which of several names in a text is ticked, however the boxes are drawn and wherever they stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache

from intake.domain.text.counts import TICKED, UNTICKED

QUOTES = re.compile(r"[\"'“”‘’《》「」\s]+")
"""What means nothing within a name."""
_MARKS = re.compile(rf"[{TICKED}{UNTICKED}]+")
_TICKED_BOX = re.compile(
    rf"[(\[【]\s?[{TICKED}vV]\s?[)\]】]|_{{1,20}}[{TICKED}]_{{0,20}}|[{TICKED}]_{{1,20}}"
)
_EMPTY_BOX = re.compile(r"\([\s_]{0,20}\)|\[\s{0,20}\]|【\s{0,20}】|_{2,20}")
_VARIANTS = re.compile("[\ufe00-\ufe0f\u200b-\u200d\u2060]")
_HINT = re.compile(rf"\s?\((?=[^()]*[一-鿿])[^(){TICKED}{UNTICKED}]{{1,20}}\)")
"""Words in brackets that belong to the name before them: （社区或村）."""
_DRAWN = str.maketrans(dict.fromkeys("〇◻⬜▫⬚❏❐❑❒", "□") | dict.fromkeys("✅◼⬛◉⚫", "☑"))
"""Further signs that offices draw their boxes with; 〇 is a numeral elsewhere."""
_COLON = re.compile(r"\s?:")
_FAR = 50
_WIDTHS = {" ": 1, "\u2002": 1, "\u2003": 2, "\u3000": 2, "\t": 4}

Find = Callable[[str], Sequence[tuple[str, int, int]]]
"""The names in a text without white space and quotes, each with where it begins and ends."""


def ticked(text: str, find: Find) -> list[str] | None:
    """The names that are ticked in a text that offers several; None where it cannot be told which.

    A mark belongs to the name that it touches, or to the nearer one.  Between two names as near as
    each other it is told only where every name has its box, on the same side.
    """
    folded = _marked(text)
    if not any(mark in folded for mark in TICKED):
        return []
    names = _named_places(folded, find)
    if len(names) < 2:
        return []
    edges = [0, *(edge for _, start, end in names for edge in (start, end)), len(folded)]
    gaps = [folded[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
    side = _side([len(_MARKS.findall(gap)) for gap in gaps])
    if not _MARKS.search(gaps[0]) and all(map(_COLON.match, gaps[1:])):
        # A name and a colon before each mark: what stands behind a colon is that name's.
        owners = [_owner(gap, number, number, -1) for number, gap in enumerate(gaps)]
    else:
        owners = [_owner(gap, number, len(names), side) for number, gap in enumerate(gaps)]
    if None in owners:
        return None
    chosen = sorted(index for found in owners for index in found or ())
    return list(dict.fromkeys(names[index][0] for index in chosen))


@lru_cache(maxsize=4096)
def _marked(text: str) -> str:
    """Half width, with ticks and blanks in brackets or on a line as one mark: "（√）" is ☑, "（ ）" is □."""
    folded = _VARIANTS.sub("", unicodedata.normalize("NFKC", text)).translate(_DRAWN)
    return _EMPTY_BOX.sub("□", _TICKED_BOX.sub("☑", folded))


def _named_places(folded: str, find: Find) -> list[tuple[str, int, int]]:
    """The names in a text with where they stand, white space and quotes kept, brackets behind included."""
    kept = [index for index, character in enumerate(folded) if not QUOTES.match(character)]
    found = []
    for name, start, end in find("".join(folded[index] for index in kept)):
        last = kept[end - 1] + 1
        hint = _HINT.match(folded, last)
        found.append((name, kept[start], hint.end() if hint else last))
    return found


def _side(counts: Sequence[int]) -> int | None:
    """0 where each name has one box before it, -1 where behind it; None where neither, or boxes lack."""
    if counts[0] == 1 and counts[-1] == 0 and set(counts[:-1]) == {1}:
        return 0
    if counts[-1] == 1 and counts[0] == 0 and set(counts[1:]) == {1}:
        return -1
    return None


def _owner(gap: str, number: int, names: int, side: int | None) -> tuple[int, ...] | None:
    """The names, by index, that are ticked in the gap before name `number`; None where that is not told."""
    marks = list(_MARKS.finditer(gap))
    if not any(_is_ticked(mark) for mark in marks):
        return ()
    if len(marks) == 2 and 0 < number < names:
        return _owners_of_two(gap, marks, number)
    if len(marks) > 1:
        return None
    if number in (0, names):
        return (0 if number == 0 else names - 1,)
    chosen = _nearer(gap, marks[0], side)
    return None if chosen is None else (number + chosen,)


def _is_ticked(mark: re.Match[str]) -> bool:
    return any(sign in TICKED for sign in mark[0])


def _owners_of_two(gap: str, marks: Sequence[re.Match[str]], number: int) -> tuple[int, ...] | None:
    """Of two marks between two names each is one's, where both stand nearer to it than to one another."""
    first, second = marks
    between = _distance(gap[first.end() : second.start()])
    if max(_distance(gap[: first.start()]), _distance(gap[second.end() :])) >= between:
        return None
    return tuple(number - 1 + index for index, mark in enumerate(marks) if _is_ticked(mark))


def _nearer(gap: str, mark: re.Match[str], side: int | None) -> int | None:
    """Whose a mark between two names is: 0 the next one's, -1 the last one's, None where that is not told."""
    before, after = _distance(gap[: mark.start()]), _distance(gap[mark.end() :])
    if mark[0][0] in TICKED and mark[0][-1] in UNTICKED:
        # A tick behind one name and the box of the next, or a tick drawn beside a box.
        side = None
    if side is None:
        return None if before == after else 0 if after < before else -1
    return side if before == after or (after < before) == (side == 0) else None


def _distance(between: str) -> int:
    """How far a mark is from a name: blanks as wide as they look, anything else and line feeds far."""
    return sum(_WIDTHS.get(character, _FAR) for character in between)
