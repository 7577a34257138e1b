"""The archive: every message and every attachment on disk, under the hash of its bytes.

Files are written beside their place, synced, and renamed into it, and then the
folder is synced: after a power cut there is either the whole file or none.  A file
is never changed, and overwritten only where it is not what its name says.  Disks lose
data all the same: bytes are held against their hash whenever they are read.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from tempfile import mkdtemp, mkstemp
from typing import Literal

Shelf = Literal["messages", "documents", "pictures"]

PREFIX = "sha256:"
SHELVES: tuple[Shelf, ...] = ("messages", "documents", "pictures")
_FOLDER, _NAME = re.compile(r"[0-9a-f]{2}"), re.compile(r"[0-9a-f]{64}")
MISSING, UNREADABLE, DAMAGED = "missing", "cannot be read", "its bytes are not those of its name"
"""What may be the matter with a file of the archive."""

LEFT_BEHIND_SECONDS = 24 * 3600.0
"""Four times what a pass may last: nobody writes any more to what lay untouched for so long."""

_PIECE = 1024 * 1024
_PART = ".part-"


class Damaged(OSError):
    """What the archive holds under a hash is missing, cannot be read, or is something else."""

    def __init__(self, shelf: Shelf, name: str, how: str) -> None:
        super().__init__(f"{shelf} {name}: {how}")
        self.how = how
        """What is the matter, in a few words."""


def _is_old(path: Path) -> bool:
    return time.time() - path.stat().st_mtime > LEFT_BEHIND_SECONDS


def _is_abandoned(folder: Path, lock: int) -> bool:
    """True where no process holds the folder any longer, which is then locked by `lock`."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return _is_old(folder)
    return True


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


def same_mail(data: bytes, name: str) -> bytes | None:
    """The bytes of that hash, from these or from the same mail with its line ends written the other way."""
    if content_hash(data) == name:
        return data
    if twin_hash(data) == name:
        old, new = (b"\r\n", b"\n") if b"\r\n" in data else (b"\n", b"\r\n")
        return data.replace(old, new)
    return None


@dataclass(frozen=True, slots=True)
class Archive:
    """A folder with a shelf for messages, one for documents, and one for pictures of what was seen."""

    root: Path

    def path(self, shelf: Shelf, name: str) -> Path:
        """Where the bytes of that hash lie, or would lie."""
        digest = name.removeprefix(PREFIX)
        return self.root.joinpath(shelf, digest[:2], digest)

    def put(self, shelf: Shelf, data: bytes, name: str = "") -> str:
        """Keeps the bytes for good and returns their hash; cheap when they are already there.

        `name` is their `content_hash` where it is known already.
        Raises `OSError` when the disk refuses (full, not writable): an outage; `Damaged` where this
        one place is taken by what is no file.
        """
        name = name or content_hash(data)
        place = self.path(shelf, name)
        if not self._holds(shelf, name, len(data)):
            try:
                handle, temporary = mkstemp(dir=place.parent, prefix=_PART)
            except FileNotFoundError:
                place.parent.mkdir(parents=True, exist_ok=True)
                handle, temporary = mkstemp(dir=place.parent, prefix=_PART)
            try:
                with os.fdopen(handle, "wb", buffering=0) as file:
                    left = memoryview(data)
                    while left:
                        left = left[file.write(left) :]
                    os.fsync(handle)
                self._move_in(shelf, name, Path(temporary))
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
        return name

    def adopt(self, shelf: Shelf, name: str, source: Path) -> None:
        """Moves a finished file of that hash, made in `scratch()`, into its place."""
        place = self.path(shelf, name)
        size = source.stat().st_size
        if self._holds(shelf, name, size):
            source.unlink()
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(source, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        self._move_in(shelf, name, source)

    def get(self, shelf: Shelf, name: str) -> bytes:
        """The bytes of that hash; raises `Damaged` where they are not what their name says."""
        with self._opened(shelf, name) as file:
            data = file.read()
        if content_hash(data) != name:
            raise Damaged(shelf, name, DAMAGED)
        return data

    def checked(self, shelf: Shelf, name: str) -> Path:
        """Where the bytes of that hash lie, held against it piece by piece; raises `Damaged`."""
        with self._opened(shelf, name) as file:
            if f"{PREFIX}{hashlib.file_digest(file, 'sha256').hexdigest()}" != name:
                raise Damaged(shelf, name, DAMAGED)
        return self.path(shelf, name)

    @contextmanager
    def _opened(self, shelf: Shelf, name: str) -> Iterator[BufferedReader]:
        try:
            with self.path(shelf, name).open("rb") as file:
                yield file
        except FileNotFoundError:
            raise Damaged(shelf, name, MISSING) from None
        except Damaged:
            raise
        except OSError as fault:
            raise Damaged(shelf, name, f"{UNREADABLE}: {fault.strerror or fault}") from None

    def names(self, shelf: Shelf) -> Iterator[str]:
        """The hash of every file of a shelf that lies where such a hash belongs."""
        for path in sorted((self.root / shelf).glob("*/*")):
            name = PREFIX + path.name
            if _NAME.fullmatch(path.name) and path.parent.name == path.name[:2]:
                yield name

    def strays(self) -> Iterator[Path]:
        """What lies on the shelves or beside them and bears no name of ours, scratch folders aside."""
        own = {self.path(shelf, name) for shelf in SHELVES for name in self.names(shelf)}
        for path in sorted(self.root.glob("*")):
            if path.name not in SHELVES:
                if path.name != "scratch":
                    yield path
                continue
            for inner in sorted(path.rglob("*")):
                if inner not in own and not (inner.is_dir() and _FOLDER.fullmatch(inner.name)):
                    yield inner

    def remove(self, shelf: Shelf, name: str) -> None:
        """Takes the bytes of that hash away, where they are there; never a message's."""
        if shelf == "messages":
            raise ValueError("a message is never removed: it is the evidence of all that follows")
        # Of an overlay only its own: what lies below it belongs to others.
        Archive.path(self, shelf, name).unlink(missing_ok=True)

    def erase(self, shelf: Shelf, name: str) -> None:
        """Takes the bytes of that hash away for good, a message's too: at a person's wish or a term's end."""
        Archive.path(self, shelf, name).unlink(missing_ok=True)

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A new folder on the same disk for a child to write attachments into, gone at the end.

        It is locked as long, so that no other process sweeps it away; the lock ends with this process.
        """
        folder, lock = self._locked_folder()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)

    def _locked_folder(self) -> tuple[Path, int]:
        parent = self.root / "scratch"
        while True:
            parent.mkdir(parents=True, exist_ok=True)
            folder = Path(mkdtemp(dir=parent))
            with suppress(FileNotFoundError):
                lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
                # Some file systems of networks lock no folders: there age alone protects it.
                with suppress(OSError):
                    fcntl.flock(lock, fcntl.LOCK_EX)
                if folder.is_dir():
                    return folder, lock
                # Swept between its making and its lock.
                os.close(lock)

    def sweep(self) -> None:
        """Removes what killed runs left behind: scratch folders, and files that never came to their place.

        Safe beside other processes: a folder in use is locked by who uses it.  A half-written file, and
        a folder where locks do not work, must have lain untouched for `LEFT_BEHIND_SECONDS`.
        """
        for folder in (self.root / "scratch").glob("*"):
            with suppress(OSError):
                lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
                try:
                    if _is_abandoned(folder, lock):
                        shutil.rmtree(folder, ignore_errors=True)
                finally:
                    os.close(lock)
        for shelf in SHELVES:
            for file in (self.root / shelf).glob(f"*/{_PART}*"):
                with suppress(OSError):
                    if _is_old(file):
                        file.unlink()

    def _holds(self, shelf: Shelf, name: str, size: int) -> bool:
        # The rename is atomic, so a file that is there was whole once; size and hash guard
        # against a disk that lost data beneath us.
        try:
            return self.path(shelf, name).stat().st_size == size and bool(self.checked(shelf, name))
        except OSError:
            return False

    def _move_in(self, shelf: Shelf, name: str, temporary: Path) -> None:
        place = self.path(shelf, name)
        temporary.chmod(0o400)
        try:
            temporary.replace(place)
        except IsADirectoryError:
            raise Damaged(shelf, name, "a folder lies in its place") from None
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
        own, below = Archive.path(self, shelf, name), self.base.path(shelf, name)
        return below if below.exists() and not own.exists() else own

    def put(self, shelf: Shelf, data: bytes, name: str = "") -> str:
        """Keeps the bytes here unless the other archive has them whole; returns their hash."""
        name = name or content_hash(data)
        return name if self.base._holds(shelf, name, len(data)) else Archive(self.root).put(shelf, data, name)

    def adopt(self, shelf: Shelf, name: str, source: Path) -> None:
        """Moves a finished file here unless the other archive has it whole."""
        if self.base._holds(shelf, name, source.stat().st_size):
            source.unlink()
        else:
            Archive(self.root).adopt(shelf, name, source)
