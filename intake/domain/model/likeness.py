"""The answers to the question whether a scan shows a value of the form."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from intake.domain.model.inspection import ScanLine


class Likeness(StrEnum):
    """Whether the scan shows the expected value; NEAR and UNREAD are for a person.

    DIFFERENT is said only of a sure reading, in its place, that is another value by much.
    """

    EQUAL = "equal"
    NEAR = "near"
    DIFFERENT = "different"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Compared:
    """One value held against the scan: what was expected, what was read, and in which line of which page.

    `score` is that of the worst line of it, `place` the first of the lines where the value takes several;
    None and page 0 where nothing was read.
    """

    likeness: Likeness
    expected: str
    read: str = ""
    score: float = 0.0
    place: ScanLine | None = None
    page: int = 0
