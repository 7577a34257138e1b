"""Shelves in a folder of this machine.

Files are written beside their place, synced, and renamed into it, and then the
folder is synced: after a power cut there is either the whole file or none.  A file
is never changed, and overwritten only where it is not what its name says.  Disks lose
data all the same: bytes are held against their hash whenever they are read.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from store.archive.names import (
    DAMAGED,
    MISSING,
    SHELVES,
    UNREADABLE,
    Damaged,
    Shelf,
    content_hash,
    file_hash,
    inner_path,
    name_at,
)
from store.archive.scratch import is_old

_FOLDER = re.compile(r"[0-9a-f]{2}")
_PART = ".part-"

READ_ALONE = 0o400
"""What a file of the archive allows its owner, and nobody else."""

IS_FOLDER = "a folder lies in its place"


@dataclass(frozen=True, slots=True)
class FolderShelves:
    """A folder with a shelf for messages, one for documents, and one for pictures of what was seen."""

    root: Path

    def path(self, shelf: Shelf, name: str) -> Path:
        """Where the bytes of that hash lie, or would lie."""
        return self.root.joinpath(inner_path(shelf, name))

    def put(self, shelf: Shelf, name: str, data: bytes) -> None:
        """Keeps the bytes for good; cheap when they are already there.

        Raises `OSError` when the disk refuses (full, not writable): an outage; `Damaged` where this
        one place is taken by what is no file.
        """
        if self.holds(shelf, name, len(data)):
            return
        place = self.path(shelf, name)
        try:
            folder = os.open(place.parent, os.O_RDONLY)
        except FileNotFoundError:
            _made(place.parent)
            folder = os.open(place.parent, os.O_RDONLY)
        try:
            _put_in(folder, place.name, data)
        except IsADirectoryError:
            raise Damaged(shelf, name, IS_FOLDER) from None
        finally:
            os.close(folder)

    def adopt(self, shelf: Shelf, name: str, source: Path) -> None:
        """Moves a finished file of that hash, made in a scratch folder, into its place."""
        if self.holds(shelf, name, source.stat().st_size):
            source.unlink()
            return
        place = self.path(shelf, name)
        _made(place.parent)
        _sync(source)
        source.chmod(READ_ALONE)
        try:
            source.replace(place)
        except IsADirectoryError:
            raise Damaged(shelf, name, IS_FOLDER) from None
        _sync(place.parent)

    def get(self, shelf: Shelf, name: str) -> bytes:
        """The bytes of that hash; raises `Damaged` where they are not what their name says."""
        with self._opened(shelf, name) as file:
            data = file.read()
        if content_hash(data) != name:
            raise Damaged(shelf, name, DAMAGED)
        return data

    def local(self, shelf: Shelf, name: str, scratch: Path | None = None) -> Path:
        """Where the bytes of that hash lie, held against it piece by piece; raises `Damaged`."""
        with self._opened(shelf, name) as file:
            if file_hash(file) != name:
                raise Damaged(shelf, name, DAMAGED)
        return self.path(shelf, name)

    def head(self, shelf: Shelf, name: str, size: int) -> bytes:
        """The first bytes of that file, held against nothing; none where it cannot be read."""
        try:
            with self.path(shelf, name).open("rb", buffering=0) as file:
                return file.read(size)
        except OSError:
            return b""

    def examine(self, shelf: Shelf, name: str) -> None:
        """Holds the file against its hash; raises `Damaged`."""
        self.local(shelf, name)

    def holds(self, shelf: Shelf, name: str, size: int) -> bool:
        """True where the file is there whole."""
        # The rename is atomic, so a file that is there was whole once; size and hash guard
        # against a disk that lost data beneath us.
        try:
            return self.path(shelf, name).stat().st_size == size and bool(self.local(shelf, name))
        except OSError:
            return False

    def is_there(self, shelf: Shelf, name: str) -> bool:
        """True where something lies under that hash; it is not looked at."""
        return self.path(shelf, name).exists()

    def place(self, shelf: Shelf, name: str) -> str:
        """The path of that hash."""
        return str(self.path(shelf, name))

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
            if name := name_at(path.parent.name, path.name):
                yield name

    def strays(self) -> Iterator[str]:
        """What lies on the shelves or beside them and bears no name of ours, scratch folders aside."""
        own = {self.path(shelf, name) for shelf in SHELVES for name in self.names(shelf)}
        for path in sorted(self.root.glob("*")):
            if path.name not in SHELVES:
                if path.name != "scratch":
                    yield str(path)
                continue
            for inner in sorted(path.rglob("*")):
                if inner not in own and not (inner.is_dir() and _FOLDER.fullmatch(inner.name)):
                    yield str(inner)

    def keeps_versions(self) -> bool:
        """False: what is written over is gone."""
        return False

    def delete(self, shelf: Shelf, name: str) -> None:
        """Takes the file away, where it is there."""
        self.path(shelf, name).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Removes files that never came to their place and lay untouched for `LEFT_BEHIND_SECONDS`."""
        for shelf in SHELVES:
            for file in (self.root / shelf).glob(f"*/{_PART}*"):
                with suppress(OSError):
                    if is_old(file):
                        file.unlink()

    def rest(self) -> None:
        """Nothing: a folder holds no copies of what lies elsewhere."""


def _put_in(folder: int, name: str, data: bytes) -> None:
    """Writes a file into an open folder: beside its place, synced, renamed into it, and the folder synced."""
    part = f"{_PART}{secrets.token_hex(8)}"
    file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, READ_ALONE, dir_fd=folder)
    try:
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(file, left) :]
            os.fsync(file)
        finally:
            os.close(file)
        os.replace(part, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(part, dir_fd=folder)
        raise
    os.fsync(folder)


def _made(folder: Path) -> None:
    """Makes a folder of a shelf so that a power cut leaves it: its own entry, and its shelf's, are synced."""
    if folder.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    for above in (folder.parent, folder.parent.parent):
        _sync(above)


def _sync(path: Path) -> None:
    """Waits until a file, or a folder's list of what lies in it, is on stable storage."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
