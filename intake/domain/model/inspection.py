"""What was seen in a scan: its pages, the seals on them, the lines that were read.

An inspection is kept under the hash of the file's bytes and knows nothing of the campaign: what it
*means* is compared with the Word form each time a unit is assembled.  It may be deepened (`effort`)
when a further form needs more of the page than was read before.

Places are fractions of the upright page: 0 is its left or top edge, 1 its right or bottom edge.

The answers to the question whether a scan shows a value of the form.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Colour = Literal["colour", "grey", "bw"]
"""What a page can show: "colour" only where the capture kept colours; no red ink is seen on the others."""

Certainty = Literal["sure", "maybe"]


MOST_EFFORT = 3
"""The highest resolution at which text is read; beyond it a person reads better."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the upright page, in fractions of its width and height; seals may lie half off it."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class SealMark:
    """A round official seal, or something that may be one.

    `box` is on the page as stored, before it is turned.  `ink` "grey" is a ring without colour,
    which is never more than "maybe".  `text` is what its ring says as far as it could be read
    (positive evidence only), `score` how sure the reading is (0 to 1).
    """

    box: Box
    certainty: Certainty
    ink: Literal["red", "grey"]
    text: str = ""
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class ScanLine:
    """One printed line or cell as it was read, its score 0 to 1; `weak` names the unsure characters.

    `weak` are positions in `text` whose own score is too low to claim any difference by them.  `struck`
    tells that a stroke goes through all of it.
    """

    text: str
    score: float
    box: Box
    weak: tuple[int, ...] = ()
    struck: bool = False


@dataclass(frozen=True, slots=True)
class ScanPage:
    """One page, `number` counted from 1.

    `turned` is by how many degrees clockwise it was turned to stand upright, then `skew` more.
    `width` and `height` are the pixels of the picture as stored, before that.  `digital` is true for
    a page that a program wrote (text layer, no picture of a sheet).  `paper` is the share of the
    page that looks like paper (0 to 1): low for photographs.  `lines` were read down to `read_to`
    (0 to 1), in reading order.  `doubt` says in English why its colours tell nothing (too dark, all
    tinted), else "".  `signed` tells that a field for a signature, or a note of a kind that is not known,
    lies on the page: what its viewer shows there may not be among the pixels.
    """

    number: int
    width: int
    height: int
    colour: Colour
    digital: bool = False
    turned: int = 0
    skew: float = 0.0
    paper: float = 1.0
    seals: tuple[SealMark, ...] = ()
    lines: tuple[ScanLine, ...] = ()
    read_to: float = 0.0
    doubt: str = ""
    signed: bool = False

    def __hash__(self) -> int:
        """A short one: what was made of a page is looked up by it many times, and it has a hundred lines."""
        return hash((self.number, self.width, self.height, self.read_to, len(self.lines), *self.lines[:1]))


@dataclass(frozen=True, slots=True)
class Picture:
    """A small picture (JPEG) that shows a judgement: what (page, line), its page, and its bytes' hash."""

    what: str
    page: int
    content_hash: str
    size: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What one step cost: pages or lines it looked at, and milliseconds of processor time."""

    step: str
    count: int
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Inspection:
    """Everything that was seen in one file.

    `effort` is how much was done: 0 pixels only, 1 to 3 the text at rising resolution, each on failure of
    the one before.  `satisfied` tells that reading stopped since an expected form was found whole;
    otherwise the lines are all that this effort can read of what was asked for.  `page_count` counts
    pages that a limit kept out too.  `refused` says in English why nothing was seen, or
    nothing beyond what `pages` held before, else "".
    """

    pages: tuple[ScanPage, ...]
    page_count: int
    effort: int = 0
    satisfied: bool = False
    heads: bool = False
    pictures: tuple[Picture, ...] = ()
    costs: tuple[Cost, ...] = ()
    refused: str = ""


@dataclass(frozen=True, slots=True)
class ExpectedFigure:
    """A figure as the form has it; `labels` stand left of its cell, none where it may stand anywhere."""

    text: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expected:
    """What a form says of itself, as its scan must show it: one of each group of spellings.

    `nominee` is the name as the form has it; `categories` are the names that a title may bear, `units`
    the names that the unit goes by; `figures` what stands in its cells for the thresholds.  `others` are what
    other cells say that bear the label of nominee or unit: 姓名 of the tutor.
    """

    nominee: str
    categories: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    figures: tuple[ExpectedFigure, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What to look for in a file.

    `text` false looks at pixels only.  `expected` are the forms that it may show: reading stops once one
    is found whole.  `heads` reads the top of every page, to tell where one form ends and the next begins;
    `titles` are the words by which a page is known to begin one.
    """

    text: bool = False
    expected: tuple[Expected, ...] = ()
    heads: bool = False
    titles: tuple[str, ...] = ()


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
