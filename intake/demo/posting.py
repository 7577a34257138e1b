"""One mail of the sample campaign before it is written: who posts what, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from intake.demo.units import SampleUnit
from intake.domain.model import MessageKind, Role

Automat = Literal["qq-vacation", "out-of-office", "bounce", "newsletter"]


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file to make: the form, scan or photo of an entry, or the unit's summary of several."""

    role: Role
    filename: str
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Posting:
    """A mail: `day` counts back from the last day in time (0; -1 is the first day too late).

    `text` takes the place of the customary letter.  `clock_hours` is how far the
    sender's own clock is off.  `automat` writes mail that no person wrote.
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


def word(entry: str, filename: str) -> Enclosure:
    """The Word form of an entry."""
    return Enclosure(Role.FORM, filename, (entry,))


def scan(entry: str, filename: str) -> Enclosure:
    """The stamped scan of an entry."""
    return Enclosure(Role.SCAN, filename, (entry,))


def both(entry: str, stem: str, stamped: str = "（盖章）") -> tuple[Enclosure, Enclosure]:
    """Form and scan under one name; the scan's has an appendix."""
    return word(entry, f"{stem}.docx"), scan(entry, f"{stem}{stamped}.pdf")
