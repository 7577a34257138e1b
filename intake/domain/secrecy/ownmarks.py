"""A campaign's own marks (`[secrecy] marks`): words that stand in names or at the head of papers as marks do.

What bears one is read, and for a person: how the office deals with it is the campaign's affair.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from intake.domain.secrecy.mark import folded

_WORD = r"[^\W_]"


def own_mark(texts: Iterable[str], marks: Sequence[str]) -> str:
    """The first of the marks, as the campaign writes it, that stands by itself in a text; "" for none.

    White space within it is free; a mark that is part of a longer word (非内部资料) is none.
    """
    said = [folded(text) for text in texts]
    return next((mark for mark in marks if any(_pattern(mark).search(text) for text in said)), "")


@lru_cache
def _pattern(mark: str) -> re.Pattern[str]:
    spaced = r"\s*".join(re.escape(character) for character in folded(mark) if not character.isspace())
    return re.compile(f"(?<!{_WORD}){spaced}(?!{_WORD})", re.I)
