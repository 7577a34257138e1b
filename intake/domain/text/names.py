"""Whether two names, each read without doubt, may mean one nominee all the same.

Between two papers a name is mended, shortened, or written another way.  But names of one sort share their
ends (科技志愿服务项目) without being alike, and those of two categories are two nominees as a rule.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein, Postfix

ALIKE = 60.0
"""Names at least this alike (rapidfuzz ratio, 0 to 100) may be one name, mended between two papers."""
ALIKE_ACROSS = 85.0
"""The same for a name under another category, which is another nominee of the same place or theme."""
FEW = 0.25
"""The share of a name's characters up to which a mend may change it whatever they are."""
LONGEST_KEPT = 80
"""Characters of a text that is kept as it compares: a name, or that of a file."""
FEWEST_OWN = 3
"""Characters of a name, its common end left out, from which they say by themselves who is meant."""


@dataclass(frozen=True, slots=True)
class Named:
    """A nominee and his category as one paper names them; None for what is not known, or not asked.

    The category is the one under which the paper was surely sent.
    """

    nominee: str | None
    category: str | None = None

    def is_same(self, other: Named) -> bool:
        """True where both papers name somebody, and write the same name under the same category."""
        if not self.nominee or not other.nominee or self.category != other.category:
            return False
        return compact(self.nominee) == compact(other.nominee)

    def is_copy(self, other: Named) -> bool:
        """True where one name is the other, or a part of it, or not known, under whatever category."""
        ours, theirs = compact(self.nominee or ""), compact(other.nominee or "")
        return ours in theirs or theirs in ours

    def may_be(self, other: Named) -> bool:
        """True where both may mean one nominee: alike, one name a part of the other, or one not known.

        Under two categories, where both are known, the names must be nearly the same.
        """
        if self.is_copy(other):
            return True
        ours, theirs = compact(self.nominee or ""), compact(other.nominee or "")
        ratio = fuzz.ratio(ours, theirs)
        if None not in (self.category, other.category) and self.category != other.category:
            return ratio >= ALIKE_ACROSS
        return ratio >= ALIKE and not _is_alike_by_its_end(ours, theirs)


def _is_alike_by_its_end(ours: str, theirs: str) -> bool:
    """True for names that have nothing in common but their end: 碧水蓝天…服务项目, 智慧助老…服务项目."""
    if Levenshtein.distance(ours, theirs) <= FEW * max(len(ours), len(theirs)):
        return False
    end = Postfix.similarity(ours, theirs)
    cores = [name[: len(name) - end] for name in (ours, theirs)]
    return min(map(len, cores)) >= FEWEST_OWN and fuzz.ratio(*cores) < ALIKE


def compact(text: str) -> str:
    """Letters and digits only, full width made half, lower case: for comparing names."""
    return _compact_name(text) if len(text) <= LONGEST_KEPT else _compact(text)


def _compact(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(character for character in folded if character.isalnum())


# A unit's names are held against all its files again and again.
_compact_name = lru_cache(maxsize=8192)(_compact)


def stem(filename: str) -> str:
    """The name without its last extension, compact."""
    return compact(PurePosixPath(filename).stem)


def is_chinese(part: str) -> bool:
    """True for a part with a Chinese character in it."""
    return re.search(r"[一-鿿]", part) is not None
