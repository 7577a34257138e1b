"""What a person said of papers in the place of what a program read or guessed: it outranks every reading.

A correction speaks of bytes, by their hash, and never of a row: so a file that is read again, or sent again,
is still what the person said it is, and a file with other bytes is not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

Paper = tuple[str, int]
"""A paper by the hash of its file and its part of it, counted from 0."""

CATEGORY, NOMINEE, UNIT = "category", "nominee", "unit"
"""The fields of a form that say who puts whom forward, and as what."""


class CorrectionKind(StrEnum):
    """What is corrected: what a form says, whether a scan is a form's, whose a mail is."""

    FIELD = "field"
    SCAN = "scan"
    MAIL = "mail"


class ScanVerdict(StrEnum):
    """What a person says of a form and a scan."""

    TOGETHER = "together"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's word on a paper.

    `content_hash` and `part` are the form's (of a mail those of its bytes, and 0); `about` is the field's
    name, the scan as `scan_key` writes it, or empty.  `value` is the field's text (a category's id), a
    `ScanVerdict`, or a unit's name; None takes an earlier word back.  `read` is what was read or held before.
    `number` is the nomination on whose page it was said.
    """

    kind: CorrectionKind
    content_hash: str
    part: int
    about: str
    value: str | None
    read: str
    by: str
    reason: str
    at: datetime
    number: str = ""

    @property
    def paper(self) -> Paper:
        """The paper of which it speaks."""
        return self.content_hash, self.part

    @property
    def key(self) -> tuple[str, str, int, str]:
        """What it is about: the last word on it is in force."""
        return self.kind, self.content_hash, self.part, self.about


def scan_key(paper: Paper) -> str:
    """A scan as a correction names it: sha256:…#0."""
    return f"{paper[0]}#{paper[1]}"


@dataclass(frozen=True)
class Corrections:
    """The words in force; `newest` is the row of the last that was spoken, by which a change is seen."""

    entries: tuple[Correction, ...] = ()
    newest: int = 0

    @classmethod
    def of(cls, spoken: Iterable[Correction], newest: int = 0) -> Corrections:
        """From everything that was said, in its order: of each thing the last, and nothing taken back."""
        last = {item.key: item for item in spoken}
        return cls(tuple(item for item in last.values() if item.value), newest)

    @cached_property
    def _fields(self) -> Mapping[str, Mapping[int, Mapping[str, Correction]]]:
        found: dict[str, dict[int, dict[str, Correction]]] = {}
        for item in self.entries:
            if item.kind is CorrectionKind.FIELD:
                found.setdefault(item.content_hash, {}).setdefault(item.part, {})[item.about] = item
        return found

    @cached_property
    def _scans(self) -> Mapping[str, Mapping[Paper, Correction]]:
        found: dict[str, dict[Paper, Correction]] = {}
        for item in self.entries:
            if item.kind is CorrectionKind.SCAN:
                found.setdefault(item.about, {})[item.paper] = item
        return found

    def of_file(self, content_hash: str) -> Mapping[int, Mapping[str, Correction]]:
        """What the forms of a file say, by part and field; empty for most files."""
        return self._fields.get(content_hash, {})

    def of_pair(self, forms: Collection[Paper], scan: Paper) -> Correction | None:
        """What was said last of this scan and any version of a form."""
        said = self._scans.get(scan_key(scan), {})
        found = [said[form] for form in forms if form in said]
        return max(found, key=lambda item: item.at, default=None)

    def speaks_of(self, scan: Paper) -> bool:
        """True for a scan of which a person said whose it is, or is not."""
        return scan_key(scan) in self._scans

    def forms_of(self, scan: Paper) -> list[Paper]:
        """The forms of which a person called a file the scan, whatever it was taken for."""
        said = self._scans.get(scan_key(scan), {})
        return [form for form, item in said.items() if item.value == ScanVerdict.TOGETHER]

    def is_chosen(self, paper: Paper) -> bool:
        """True for a file that a person called some form's scan."""
        return bool(self.forms_of(paper))

    @property
    def units(self) -> Mapping[str, str]:
        """The names of the units to which people gave mails, by the hash of each mail's bytes."""
        mails = (item for item in self.entries if item.kind is CorrectionKind.MAIL)
        return {item.content_hash: item.value for item in mails if item.value}

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The files of forms and of the scans that people gave to them, by their hashes."""
        scans = (item for item in self.entries if item.kind is CorrectionKind.SCAN)
        return [
            (item.content_hash, item.about.partition("#")[0])
            for item in scans
            if item.value == ScanVerdict.TOGETHER
        ]


NO_CORRECTIONS = Corrections()
