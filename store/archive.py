"""The archive: every message and every attachment on disk, under the hash of its bytes.

Files are written beside their place, synced, and renamed into it, and then the
folder is synced: after a power cut there is either the whole file or none.  A file
is never changed or overwritten.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp, mkstemp
from typing import Literal

Shelf = Literal["messages", "documents", "pictures"]

PREFIX = "sha256:"
_PIECE = 1024 * 1024


def content_hash(data: bytes) -> str:
    """The name of these bytes: "sha256:" and 64 hex digits."""
    return PREFIX + hashlib.sha256(data).hexdigest()


def twin_hash(data: bytes) -> str:
    """The hash of the same mail with its line ends written the other way; "" where they are of both kinds.

    An mbox holds with line feeds alone (POSIX) what IMAP gives with CRLF (RFC 3501). Neither copy is
    ever rewritten, since a file sent as 8bit or binary would leave with other bytes than it came with.
    """
    pairs = data.count(b"\r\n")
    if pairs != data.count(b"\n") or pairs != data.count(b"\r"):
        old, new = b"\n", b"\r\n"
        if pairs or b"\r" in data:
            return ""
    else:
        old, new = b"\r\n", b"\n"
    digest = hashlib.sha256()
    start = 0
    while start < len(data):
        # Piece by piece, whole lines each: a second copy of a large mail is not wanted in memory.
        end = data.find(b"\n", start + _PIECE) + 1 or len(data)
        digest.update(data[start:end].replace(old, new))
        start = end
    return PREFIX + digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Archive:
    """A folder with a shelf for messages, one for documents, and one for pictures of what was seen."""

    root: Path

    def path(self, shelf: Shelf, name: str) -> Path:
        """Where the bytes of that hash lie, or would lie."""
        digest = name.removeprefix(PREFIX)
        return self.root / shelf / digest[:2] / digest

    def put(self, shelf: Shelf, data: bytes) -> str:
        """Keeps the bytes for good and returns their hash; cheap when they are already there.

        Raises `OSError` when the disk refuses (full, not writable): an outage.
        """
        name = content_hash(data)
        place = self.path(shelf, name)
        if not self._holds(place, len(data)):
            place.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = mkstemp(dir=place.parent, prefix=".part-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                _move_in(Path(temporary), place)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
        return name

    def adopt(self, shelf: Shelf, name: str, source: Path) -> None:
        """Moves a finished file of that hash, made in `scratch()`, into its place."""
        place = self.path(shelf, name)
        size = source.stat().st_size
        if self._holds(place, size):
            source.unlink()
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(source, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        _move_in(source, place)

    def get(self, shelf: Shelf, name: str) -> bytes:
        """The bytes of that hash; raises `FileNotFoundError` when they are gone."""
        return self.path(shelf, name).read_bytes()

    def remove(self, shelf: Shelf, name: str) -> None:
        """Takes the bytes of that hash away, where they are there; never a message's."""
        if shelf == "messages":
            raise ValueError("a message is never removed: it is the evidence of all that follows")
        # Of an overlay only its own: what lies below it belongs to others.
        Archive.path(self, shelf, name).unlink(missing_ok=True)

    def scratch(self) -> Path:
        """A new folder on the same disk for a child to write attachments into."""
        parent = self.root / "scratch"
        parent.mkdir(parents=True, exist_ok=True)
        return Path(mkdtemp(dir=parent))

    def sweep(self, older_than: float = 24 * 3600) -> None:
        """Removes scratch folders that a killed run left behind, untouched for so many seconds.

        Younger ones may be those of another command that runs now.
        """
        for folder in (self.root / "scratch").glob("*"):
            with suppress(OSError):
                if time.time() - folder.stat().st_mtime > older_than:
                    shutil.rmtree(folder, ignore_errors=True)

    @staticmethod
    def _holds(place: Path, size: int) -> bool:
        # The rename is atomic, so a file that is there is whole; the size guards
        # against a disk that lost data beneath us.
        return place.exists() and place.stat().st_size == size


def _move_in(temporary: Path, place: Path) -> None:
    temporary.chmod(0o400)
    temporary.replace(place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@dataclass(frozen=True, slots=True)
class Overlay(Archive):
    """An archive laid over another, `base`: it reads both and writes to its own folder alone."""

    base: Archive

    def path(self, shelf: Shelf, name: str) -> Path:
        """Where the bytes of that hash lie in either, or would lie in this one."""
        below = self.base.path(shelf, name)
        return below if below.exists() else Archive.path(self, shelf, name)

    def put(self, shelf: Shelf, data: bytes) -> str:
        """Keeps the bytes here unless the other archive has them; returns their hash."""
        name = content_hash(data)
        return name if self.base.path(shelf, name).exists() else Archive(self.root).put(shelf, data)

    def adopt(self, shelf: Shelf, name: str, source: Path) -> None:
        """Moves a finished file here unless the other archive has it."""
        if self.base.path(shelf, name).exists():
            source.unlink()
        else:
            Archive(self.root).adopt(shelf, name, source)
