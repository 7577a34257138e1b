"""The language of the command line's screens: English for operators, Chinese where it is asked for.

Code writes each sentence in the language of whoever reads it elsewhere too (a fault of the configuration in
English, a refusal that the desk shows as well in Chinese); `said` gives it in the language of the screen, by
the pairs of `phrases.toml`.  The desk, letters and `--json` never ask here.
"""

from __future__ import annotations

import os
import re
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import NamedTuple

VARIABLE = "SHOUWEN_LANG"


class Language(StrEnum):
    """The languages of screens."""

    ENGLISH = "en"
    CHINESE = "zh"


_NOTABLE = {Language.ENGLISH: re.compile(r"[\u3400-\u9fff]"), Language.CHINESE: re.compile(r"[A-Za-z]{2}")}
"""What a text must hold to be in another language than that of the screen."""

_MOMENT = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日(\d{1,2})时(\d\d)分")

_PART = re.compile(r"\{(\w+)\}")

LONGEST = 500
"""Characters of a line that is looked up: a phrase has at most 200, the rest may be a stranger's words."""

DEEPEST = 32
"""Phrases within phrases: the parts of a list are so, one within the other."""

_screen = [Language.ENGLISH]


def choose(language: Language) -> None:
    """Sets the language of this process's screens."""
    _screen[0] = language


def chosen() -> Language:
    """The language of this process's screens."""
    return _screen[0]


def of_environment() -> Language:
    """What SHOUWEN_LANG asks for; the language of the system (LANG) changes nothing that scripts read."""
    return Language.CHINESE if os.environ.get(VARIABLE, "").lower().startswith("zh") else Language.ENGLISH


def either(english: str, chinese: str) -> str:
    """The one in the language of the screen: a code for operators, its name in Chinese."""
    return chinese if chosen() is Language.CHINESE else english


def when(at: datetime) -> str:
    """The day and the minute of an instant: 2025-02-21 15:32, or 2025年2月21日15时32分."""
    from intake.domain.text.calendar import moment

    return said(moment(at))


def said(text: str) -> str:
    """The text in the language of the screen: as a whole, else each line; what has no pair stays as it is."""
    return _said(text, 0)


def _said(text: str, depth: int) -> str:
    if chosen() is Language.ENGLISH:
        text = _MOMENT.sub(lambda found: "{}-{:0>2}-{:0>2} {:0>2}:{}".format(*found.groups()), text)
    if not _NOTABLE[chosen()].search(text):
        return text
    whole = _turned(text, depth)
    if whole is None and "\n" in text:
        return "\n".join(_said(line, depth) for line in text.split("\n"))
    return text if whole is None else whole


def _turned(text: str, depth: int) -> str | None:
    bare = text.strip()
    exact, patterns = _phrases(chosen())
    found = exact.get(bare)
    if found is None and len(bare) <= LONGEST and depth < DEEPEST:
        matches = ((known.other, known.match(bare)) for known in patterns)
        found = next((_filled(other, match, depth + 1) for other, match in matches if match), None)
    return None if found is None else text.replace(bare, found)


def _filled(other: str, match: re.Match[str], depth: int) -> str:
    parts = {
        name: _said(part, depth) if name[-1] == "_" else part for name, part in match.groupdict().items()
    }
    return _PART.sub(lambda part: parts[part[1]], other)


def pairs() -> list[tuple[str, str]]:
    """All phrases, English and Chinese.

    In them `{name}` stands for what differs from time to time, `{name_}` for what is a phrase itself.
    """
    import tomllib

    read = tomllib.loads(files("intake.config").joinpath("phrases.toml").read_text("utf-8"))
    return [(english, chinese) for part in read.values() for english, chinese in part]


class _Pattern(NamedTuple):
    """A phrase with places to be filled: its parts, each second one a place's name; its other language."""

    parts: tuple[str, ...]
    other: str

    def match(self, text: str) -> re.Match[str] | None:
        """Where the text is this phrase, what stands in its places."""
        # Hundreds of patterns, of which a screen needs a few: the others are never compiled.
        if not all(part in text for part in self.parts[::2]):
            return None
        return _compiled(self.parts).fullmatch(text)


@cache
def _compiled(parts: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(
        "".join(
            f"(?P<{part}>{r'[0-9]+' if part == 'count' else '.*?'})" if place % 2 else re.escape(part)
            for place, part in enumerate(parts)
        )
    )


@cache
def _phrases(language: Language) -> tuple[dict[str, str], list[_Pattern]]:
    """What stands alone, and the patterns, the most particular first; each with its other language."""
    exact: dict[str, str] = {}
    patterns: list[_Pattern] = []
    for pair in pairs():
        text, other = pair if language is Language.CHINESE else pair[::-1]
        parts = tuple(_PART.split(text))
        if len(parts) == 1:
            exact.setdefault(text, other)
        elif any(parts[::2]):
            patterns.append(_Pattern(parts, other))
    patterns.sort(key=lambda known: -sum(map(len, known.parts[::2])))
    return exact, patterns
