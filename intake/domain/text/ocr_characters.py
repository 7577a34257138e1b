"""Characters that readers of print take for one another, and how far a reading is from what was expected.

Two texts are compared by their letters and digits alone: widths, white space, quotes, brackets, dots and
hyphens tell nothing.  Characters that no reader of print can tell apart (己 已 巳, 0 and O) count as one;
those that are easily taken for each other (末 未) count as one only where the reading itself is unsure.
`confusable_characters.py` has the tables.

Text layers in which a character was swapped for the radical that looks the same: ⻢ for 马, ⼀ for 一.

Some programs that write PDF name a glyph after the first code that their font gives it, and fonts share one
glyph between a character and its radical.  A name in such a layer looks right and equals no other.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from intake.domain.text.confusable_characters import ALIKE, IN_NAMES, RADICALS, READ_AS_ONE, TWINS

_TWIN = {char: group[0] for group in TWINS for char in group}
_DASH = "-"
_MARKS = "·•・‧∙⋅●･、。，．"
"""Symbols beside the punctuation of Unicode that stand for a dot in names."""

MOST_LETTERS = 8192
"""Characters of which it is kept what stays of them; Chinese office mail has some 3,000."""

SHORTEST = 5
"""Characters of a name from which a single slip in it may be forgiven."""
_KANGXI = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_UNIFIED = str.maketrans(RADICALS | _KANGXI)


@dataclass(frozen=True, slots=True)
class Folded:
    """The letters and digits of a text, with the positions among them that were read unsurely.

    `origins` are their places in the text before it was folded.
    """

    text: str
    weak: frozenset[int] = frozenset()
    origins: tuple[int, ...] = ()

    def part(self, start: int, end: int | None = None) -> Folded:
        """The characters from `start` to before `end`."""
        end = len(self.text) if end is None else end
        weak = frozenset(place - start for place in self.weak if start <= place < end)
        return Folded(self.text[start:end], weak, self.origins[start:end])


@dataclass(frozen=True, slots=True)
class Gap:
    """What parts a reading from the expected text; all zero where they are one.

    `sure` characters differ and were read surely, `unsure` ones differ in an unsure character or were
    not read at all; `common` is the share of the longer text that both hold in the same order (0 to 1).
    """

    sure: int
    unsure: int
    common: float

    @property
    def closed(self) -> bool:
        """True where nothing parts the two."""
        return not self.sure and not self.unsure


def fold(text: str, weak: Iterable[int] = ()) -> Folded:
    """The letters and digits of the text; `weak` are the positions in it that were read unsurely."""
    if not weak:
        return _fold_sure(text)
    return _fold(text, frozenset(weak))


def folded_letters(text: str) -> str:
    """The letters and digits alone, as `fold` has them: whole pages are looked through for a name in them."""
    return text.translate(_LETTERS)


class _Letters(dict[int, str]):
    """What stays of each character, by its code; beyond `MOST_LETTERS` of them it is made each time."""

    def __missing__(self, code: int) -> str:
        kept = "".join(_kept(chr(code)))
        if len(self) < MOST_LETTERS:
            self[code] = kept
        return kept


_LETTERS = _Letters()


@lru_cache(maxsize=4096)
def _fold_sure(text: str) -> Folded:
    return _fold(text, frozenset())


def _fold(text: str, weak: frozenset[int]) -> Folded:
    chars: list[str] = []
    origins: list[int] = []
    for place, char in enumerate(text):
        for known in _kept(char):
            chars.append(known)
            origins.append(place)
    unsure = frozenset(index for index, place in enumerate(origins) if place in weak)
    return Folded("".join(chars), unsure, tuple(origins))


@lru_cache(maxsize=8192)
def _kept(char: str) -> tuple[str, ...]:
    """What stays of one character."""
    kept: list[str] = []
    for part in unicodedata.normalize("NFKC", _TWIN.get(char, char)):
        known = _TWIN.get(part, part).lower()
        kind = unicodedata.category(known[0])
        if kind == "Pd" or known in "−~":
            kept.append(_DASH)
        elif kind[0] not in "PZCM" and known not in _MARKS:
            kept.append(known)
    return tuple(kept)


def gap(expected: str, read: Folded) -> Gap:
    """What parts the reading from the expected text, hyphens left out, or taken for 一 where that fits."""
    bare = _gap(_without_dashes(fold(expected)), _without_dashes(read))
    if bare.closed or not (_DASH in read.text or _DASH in fold(expected).text):
        return bare
    dashed = _gap(_with_strokes(fold(expected)), _with_strokes(read))
    return dashed if dashed.closed else bare


def same(expected: str, read: Folded) -> bool:
    """True where nothing parts the reading from the expected text; quicker than `gap` where much does."""
    return abs(len(fold(expected).text) - len(read.text)) <= read.text.count(_DASH) + expected.count(
        _DASH
    ) + 2 and (gap(expected, read).closed)


def alike(one: str, other: str) -> bool:
    """True for two different characters that are easily taken for each other in print."""
    return any(one in group and other in group for group in ALIKE)


def read_as_one(name: str) -> Iterator[tuple[str, str]]:
    """Each character of a name with another one that the reader of print cannot tell from it."""
    for char in dict.fromkeys(name):
        yield from (
            (char, other) for group in READ_AS_ONE if char in group for other in group if other != char
        )


def _gap(expected: Folded, read: Folded) -> Gap:
    if expected.text == read.text:
        return Gap(0, 0, 1.0)
    sure = unsure = changed = 0
    for step in Levenshtein.editops(expected.text, read.text):
        changed += 1
        if step.tag == "delete":
            unsure += 1
        elif step.dest_pos not in read.weak:
            sure += 1
        elif step.tag == "insert" or not alike(expected.text[step.src_pos], read.text[step.dest_pos]):
            unsure += 1
        else:
            changed -= 1
    longest = max(len(expected.text), len(read.text))
    return Gap(sure, unsure, max(0.0, 1 - changed / longest) if longest else 0.0)


def _without_dashes(folded: Folded) -> Folded:
    if _DASH not in folded.text:
        return folded
    kept = [index for index, char in enumerate(folded.text) if char != _DASH]
    return Folded(
        "".join(folded.text[index] for index in kept),
        frozenset(new for new, index in enumerate(kept) if index in folded.weak),
        tuple(folded.origins[index] for index in kept),
    )


def _with_strokes(folded: Folded) -> Folded:
    return Folded(folded.text.replace(_DASH, "一"), folded.weak, folded.origins)


def mistakable(one: str, other: str) -> bool:
    """True for two different characters that a reader of print may take for each other."""
    return one != other and (alike(one, other) or any(one in group and other in group for group in IN_NAMES))


def one_slip_of_reading(written: str, name: str) -> bool:
    """True when a single character parts the two, and it looks like the one in its place."""
    if len(written) != len(name) or len(name) < SHORTEST:
        return False
    apart = [(one, other) for one, other in zip(written, name, strict=True) if one != other]
    return len(apart) == 1 and mistakable(*apart[0])


def within_one(written: str, name: str) -> bool:
    """True when one character, of whatever look, was changed, dropped or added."""
    return abs(len(written) - len(name)) <= 1 and Levenshtein.distance(written, name, score_cutoff=1) <= 1


def unified(text: str) -> str:
    """The text with characters in the place of radicals; as long as it was."""
    return text.translate(_UNIFIED)
