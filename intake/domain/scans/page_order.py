"""Files that follow each other as the pages of one paper: by numbers in their names, else by their order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from intake.domain.documents.filenames import named
from intake.domain.model.document import Document, in_order

NAMES_KEPT = 4096
"""Filenames that are kept as they are held beside one another."""
_CHINESE = {character: value for value, character in enumerate("一二三四五六七八九十", 1)}
_PAGE = re.compile(
    r"第?\s*([0-9]{1,3}|[一二三四五六七八九十])\s*[页頁张張]|(?<![a-z])(?:page|p)\s*([0-9]{1,3})", re.I
)
_NUMBER = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Follower:
    """A file in its run.

    `said`: its name calls it a page after the first (第2页); `counted`: its name counts on by one from
    the file before, and both name the same one nominee; `follows`: it counts on by one, or the
    names do not count and it came next.  `name` is that nominee.
    """

    document: Document
    said: bool = False
    counted: bool = False
    follows: bool = False
    name: str | None = None


def runs(documents: Sequence[Document], names: Sequence[str]) -> list[list[Follower]]:
    """The files of each mail and folder in the order of their numbers, parted where the names change."""
    groups: dict[tuple[int, str, str], list[Document]] = {}
    for document in in_order(documents):
        key = (document.message.id, document.folder, _pattern(document.filename))
        groups.setdefault(key, []).append(document)
    return [_run(group, names) for group in groups.values()]


def _run(documents: Sequence[Document], names: Sequence[str]) -> list[Follower]:
    ordered = sorted(documents, key=lambda d: (_numbers(d.filename), d.ordinal))
    found: list[Follower] = []
    for document in ordered:
        present = named(PurePosixPath(document.filename).stem, names)
        name = next(iter(present)) if len(present) == 1 else None
        page = _page(document.filename)
        before = found[-1].document.filename if found else ""
        follows = bool(found) and _counts_on(_numbers(before), _numbers(document.filename))
        said = follows and page is not None and page > 1
        counted = follows and name is not None and name == found[-1].name
        found.append(Follower(document, said, counted, follows, name))
    return found


def _counts_on(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """True where exactly one number grows, by one; a camera's clock in the name grows as it likes."""
    grown = [b - a for a, b in zip(one, other, strict=True) if a != b] if len(one) == len(other) else []
    return grown == [1]


def _page(filename: str) -> int | None:
    """The number of a page that a name tells as such."""
    found = _PAGE.search(_stem(filename))
    if found is None:
        return None
    text = found[1] or found[2]
    return _CHINESE.get(text) or int(text)


@lru_cache(maxsize=NAMES_KEPT)
def _stem(filename: str) -> str:
    text = unicodedata.normalize("NFKC", PurePosixPath(filename).stem)
    return re.sub(
        r"第\s*([一二三四五六七八九十])\s*([页頁张張])", lambda m: f"第{_CHINESE[m[1]]}{m[2]}", text
    )


def _numbers(filename: str) -> tuple[int, ...]:
    # The name of a picture holds its instant in thousandths of a second; nothing longer counts anything.
    return tuple(int(digits[-18:]) for digits in _NUMBER.findall(_stem(filename)))


def _pattern(filename: str) -> str:
    """The name with its numbers taken out: equal for files that were named together."""
    path = PurePosixPath(filename)
    return _NUMBER.sub("#", _stem(filename)).lower().replace(" ", "") + path.suffix.lower()
