"""What stands on a screen of the command line in a language that nobody asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from intake.cli import app

CHAPTERS = {
    "letters": ("list", "show", "release", "hold", "unblock"),
    "quarantine": ("list", "show", "replay", "place"),
    "unit": ("list", "show", "confirm", "refuse"),
    "person": ("find", "export", "correct", "forget"),
    "staff": ("add", "list", "change", "remove"),
}
_NAMES = """
address campaign directory folder kind letter letters message messages name nominations output paths text what
accept admin decide en look read reject reopen return see to withdraw zh
antiword bash bsdtar cast cron csv docx fish json mbox paper pdf pip install prize procrastinate
rar root seccomp shell shouwen soffice unar workers xlsx zsh
"""
"""Arguments, values that an option takes, kinds of files, programs."""

NAMES = {
    *(*app.COMMANDS, *(one for ones in CHAPTERS.values() for one in ones)),
    *_NAMES.split(),
}
"""English words that are names in Chinese too."""


def english_words(text: str) -> list[str]:
    """Words of a text that are no name of ours: options, places of values, commands, keys, files."""
    bare = re.sub(
        r"`[^`]*`|<[^>]*>|\[[A-Za-z|_. =.…-]*\]|--?[\w-]+|[\w./*-]*[./_=@:][\w./*\"-]+|\"[^\"]*\"", " ", text
    )
    return [word for word in re.findall(r"\b[a-z]{2,}\b", bare) if word not in NAMES]


def chinese_words(text: str, data: Iterable[str]) -> list[str]:
    """Chinese of a text that is no data: none of these strings, nor part of one that was cut off."""
    for item in sorted(data, key=len, reverse=True):
        text = text.replace(item, " ")
    return re.findall(r"[\u4e00-\u9fff]+", text)
