"""The text of an OFD page as lines, in millimetres from its upper left corner (GB/T 33190 §7.7, §11)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from parsers.common.text import clean
from parsers.common.xml import attribute, local_name

A4 = (210.0, 297.0)
"""Millimetres of a page that does not tell its size."""
POINTS = 72 / 25.4
"""Points of a millimetre."""
_USUAL_SIZE = 4.0
"""Millimetres of a character that does not tell its size."""
_APART = 0.3
"""Share of a character from which a gap between two pieces of text is a blank."""
_ALIKE = 0.5
"""Share of a character by which two pieces of one line may lie at different heights."""

_FOLDED = re.compile(r"(?<![ \t])[ \t]*+(?:\r?\n[ \t]*+)++")
"""What an XML writer puts about a text to indent it; a run of blanks is looked at once, however long."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text: where its baseline begins and where it ends, and the size of its characters."""

    left: float
    right: float
    baseline: float
    size: float
    text: str


def numbers(text: str) -> list[float]:
    """The numbers of a list (§7.3); empty where one is none."""
    try:
        found = [float(word) for word in text.split()]
    except ValueError:
        return []
    return found if all(math.isfinite(number) for number in found) else []


def box(element: Any) -> tuple[float, float]:
    """Width and height of the page as a PageArea tells them; those of A4 where it does not."""
    told = [] if element is None else numbers(element.findtext("{*}PhysicalBox") or "")
    if len(told) == 4 and all(0.1 < side < 1e5 for side in told[2:]):
        return told[2], told[3]
    return A4


def lines(runs: Sequence[Run]) -> str:
    """Text in the order in which it was written, a new line wherever it does not go on to the right."""
    pieces: list[str] = []
    before: Run | None = None
    for run in runs:
        if before is not None:
            size = max(before.size, run.size)
            on = abs(run.baseline - before.baseline) <= _ALIKE * size and run.left >= before.right - size
            pieces.append(("" if run.left - before.right < _APART * size else " ") if on else "\n")
        pieces.append(run.text)
        before = run
    return clean("".join(pieces))


def by_place(runs: Iterable[Run]) -> list[Run]:
    """The runs from top to bottom, each line from left to right: for a page over a template.

    The labels stand in the template, and their values in the page.
    """
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: run.baseline):
        if rows and run.baseline - rows[-1][0].baseline <= _ALIKE * run.size:
            rows[-1].append(run)
        else:
            rows.append([run])
    return [run for row in rows for run in sorted(row, key=lambda run: run.left)]


def runs_of(root: Any) -> Iterator[Run]:
    """The text objects of a page or template that are shown, in their order."""
    for item in root.iter("{*}TextObject"):
        if attribute(item, "Visible").lower() == "false":
            continue
        place = [*numbers(attribute(item, "Boundary")), 0.0, 0.0][:2]
        matrix = numbers(attribute(item, "CTM"))
        yield from _codes(item, place, matrix if len(matrix) == 6 else [1, 0, 0, 1, 0, 0])


def _codes(item: Any, place: Sequence[float], matrix: Sequence[float]) -> Iterator[Run]:
    """The pieces of one text object; one that tells no place of its own begins where the last one did."""
    size = abs(next(iter(numbers(attribute(item, "Size"))), _USUAL_SIZE)) or _USUAL_SIZE
    x = y = 0.0
    for code in item:
        if local_name(code) != "TextCode":
            continue
        x = next(iter(numbers(attribute(code, "X"))), x)
        y = next(iter(numbers(attribute(code, "Y"))), y)
        written = _FOLDED.sub("", "".join(code.itertext()))
        text, width = _spaced(written, _steps(attribute(code, "DeltaX"), len(written)), size)
        if text.strip():
            left = place[0] + matrix[0] * x + matrix[2] * y + matrix[4]
            baseline = place[1] + matrix[1] * x + matrix[3] * y + matrix[5]
            seen = size * (math.hypot(matrix[2], matrix[3]) or 1)
            yield Run(left, left + abs(matrix[0]) * width, baseline, seen, text)


def _steps(told: str, most: int) -> list[float]:
    """The distances between characters; "g 3 2.5" stands for three times 2.5 (§11.3).

    No more than there are characters: a few bytes may state a million.
    """
    words = told.split()
    found: list[float] = []
    at = 0
    while at < len(words) and len(found) < most:
        repeated = words[at] == "g" and at + 2 < len(words) and words[at + 1].isdecimal()
        count = min(int(words[at + 1][:7]), most) if repeated else 1
        step = numbers(words[at + 2] if repeated else words[at])
        found += step * count
        at += 3 if repeated else 1
    return found


def _spaced(text: str, steps: Sequence[float], size: float) -> tuple[str, float]:
    """The text, with a blank where a step leaves room for a character more, and its width."""
    pieces: list[str] = []
    width = 0.0
    for at, character in enumerate(text):
        wide = size if character > "\u2e7f" else size / 2
        step = steps[at] if at < len(steps) else wide
        pieces.append(character)
        if step > wide + size and at + 1 < len(text):
            pieces.append(" ")
        width += step if at + 1 < len(text) else wide
    return "".join(pieces), width


def image_share(root: Any, size: tuple[float, float]) -> float:
    """The share of the page that pictures cover, 0 to 1; where they overlap it counts twice, up to 1."""
    covered = 0.0
    for item in root.iter("{*}ImageObject"):
        place = numbers(attribute(item, "Boundary"))
        if len(place) == 4:
            covered += max(place[2], 0.0) * max(place[3], 0.0)
    return min(covered / (size[0] * size[1]), 1.0)
