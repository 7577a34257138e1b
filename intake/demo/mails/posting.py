"""One mail of the sample campaign before it is written: who posts what, and when."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from intake.demo.units import SampleUnit
from intake.domain.model.document import Role
from intake.domain.model.mail import MessageKind

Automat = Literal["qq-vacation", "out-of-office", "bounce", "newsletter"]


class Paper(StrEnum):
    """How a form came to be a scan: stamped and scanned as it should be, or not quite."""

    STAMPED = "stamped"
    UNSTAMPED = "unstamped"
    BLACK_AND_WHITE = "black-and-white"
    EXPORTED = "exported"
    """Saved as PDF by the office program: text, neither printed nor stamped."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file to make: the form, scan or photo of an entry, the unit's summary of several, several scans.

    `shows` is whom the scan shows in place of the entry's nominee.  `page` makes a JPEG of that page (from
    1) instead of a PDF of all.
    """

    role: Role
    filename: str
    entries: tuple[str, ...]
    paper: Paper = Paper.STAMPED
    shows: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class Posting:
    """A mail: `day` counts back from the last day in time (0; -1 is the first day too late).

    `text` takes the place of the customary letter.  `clock_hours` is how far the
    sender's own clock is off.  `automat` writes mail that no person wrote.  `results` is what the
    mailbox's provider says of the sender where it could not verify that the mail is theirs.
    """

    day: int
    clock: str
    unit: SampleUnit
    subject: str
    enclosures: tuple[Enclosure, ...] = ()
    text: str = ""
    kind: MessageKind = MessageKind.MATERIAL
    folder: str = "INBOX"
    note: str = ""
    clock_hours: float = 0.0
    automat: Automat | None = None
    results: str = ""


def word(entry: str, filename: str) -> Enclosure:
    """The Word form of an entry."""
    return Enclosure(Role.FORM, filename, (entry,))


def scan(entry: str, filename: str, paper: Paper = Paper.STAMPED, shows: str = "") -> Enclosure:
    """The scan of an entry, stamped unless `paper` says otherwise."""
    return Enclosure(Role.SCAN, filename, (entry,), paper, shows)


def both(entry: str, stem: str, stamped: str = "（盖章）") -> tuple[Enclosure, Enclosure]:
    """Form and scan under one name; the scan's has an appendix."""
    return word(entry, f"{stem}.docx"), scan(entry, f"{stem}{stamped}.pdf")
