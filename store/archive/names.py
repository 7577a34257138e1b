"""How the archive names what it holds, by a shelf and a hash, and what may be the matter with it."""

from __future__ import annotations

import hashlib
import re
from typing import BinaryIO, Literal

Shelf = Literal["messages", "documents", "pictures"]

PREFIX = "sha256:"
SHELVES: tuple[Shelf, ...] = ("messages", "documents", "pictures")
MISSING, UNREADABLE, DAMAGED = "missing", "cannot be read", "its bytes are not those of its name"
"""What may be the matter with a file of the archive."""

PIECE = 1024 * 1024
"""Bytes that are looked at together: a second copy of a large mail is not wanted in memory."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Damaged(OSError):
    """What the archive holds under a hash is missing, cannot be read, or is something else."""

    def __init__(self, shelf: Shelf, name: str, how: str) -> None:
        super().__init__(f"{shelf} {name}: {how}")
        self.how = how
        """What is the matter, in a few words."""


class ArchiveDown(OSError):
    """The archive cannot be asked now: an outage, which says nothing of what it holds."""


def content_hash(data: bytes) -> str:
    """The name of these bytes: "sha256:" and 64 hex digits."""
    return PREFIX + hashlib.sha256(data).hexdigest()


def file_hash(file: BinaryIO) -> str:
    """The name of a file's bytes, read piece by piece."""
    return PREFIX + hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


def inner_path(shelf: Shelf, name: str) -> str:
    """Where below the archive's root the bytes of that hash lie, or would lie."""
    digest = name.removeprefix(PREFIX)
    return f"{shelf}/{digest[:2]}/{digest}"


def name_at(folder: str, file: str) -> str | None:
    """The hash of what lies in that folder of a shelf under that name; None where none belongs there."""
    return PREFIX + file if _DIGEST.fullmatch(file) and folder == file[:2] else None


def twin_hash(data: bytes) -> str:
    """The hash of the same mail with its line ends written the other way; "" where they are of both kinds.

    An mbox holds with line feeds alone (POSIX) what IMAP gives with CRLF (RFC 3501). Neither copy is
    ever rewritten, since a file sent as 8bit or binary would leave with other bytes than it came with.
    """
    old, new = (b"\r\n", b"\n") if b"\r" in data else (b"\n", b"\r\n")
    digest = hashlib.sha256()
    start = 0
    while start < len(data):
        # Whole lines each.
        end = data.find(b"\n", start + PIECE) + 1 or len(data)
        piece = data[start:end]
        turned = piece.replace(old, new)
        # Each line has lost or gained one byte; an end of the other kind, or half of one, has not.
        turned_ends = abs(len(piece) - len(turned))
        if turned_ends != turned.count(b"\n") or (old == b"\r\n" and b"\r" in turned):
            return ""
        digest.update(turned)
        start = end
    return PREFIX + digest.hexdigest()


def same_mail(data: bytes, name: str) -> bytes | None:
    """The bytes of that hash, from these or from the same mail with its line ends written the other way."""
    if content_hash(data) == name:
        return data
    if twin_hash(data) == name:
        old, new = (b"\r\n", b"\n") if b"\r\n" in data else (b"\n", b"\r\n")
        return data.replace(old, new)
    return None
