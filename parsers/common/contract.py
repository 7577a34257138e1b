"""What every parser promises: recognise by content, return facts, or say `Unreadable`.

A parser takes a file on disk and knows nothing of the store, the campaign or the
service.  It may raise `Unreadable` (the sender's file is at fault: a finding); any
other exception is our fault and quarantines the message.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Protocol

from intake.domain.model.facts import Facts

UnreadableCode = Literal["unreadable", "encrypted", "too-large"]


class Unreadable(Exception):
    """The file cannot be read: damaged, encrypted, or more than we can read.

    `code` is one of the finding codes.  "unreadable" and "encrypted" are proven of the file and may be
    told to its sender; "too-large" (over a limit, or it brought its reader down) is for a person.
    `detail` says in English what was seen, its first 300 characters: libraries quote the file in theirs.
    `locked` are names and sizes in bytes of the files in an archive that is wholly behind a password.
    """

    DETAIL_CHARACTERS = 300

    def __init__(
        self, code: UnreadableCode, claimed_format: str, detail: str, locked: tuple[tuple[str, int], ...] = ()
    ) -> None:
        told = detail[: self.DETAIL_CHARACTERS]
        super().__init__(f"{code}: {told}")
        self.code: UnreadableCode = code
        self.claimed_format = claimed_format
        self.detail = told
        self.locked = locked


class Parser(Protocol):
    """One document format."""

    name: str
    version: int
    """Raised whenever the same bytes would give other facts: cached readings are then dropped."""

    def recognises(self, head: bytes, path: Path) -> bool:
        """True when the content (never the name) is of this format; `head` is its first 4 KiB."""
        ...

    def parse(self, path: Path, scratch: Path) -> Facts:
        """Reads the file; raises `Unreadable` when the file itself is at fault.

        Files found inside are written to `scratch` under the hex digits of their hash.
        """
        ...
