"""Copies of what lies in an object store: on this machine, by hash, as many as there is room for.

Any number of processes use one cache.  A copy is held against its hash whenever it is used, so none needs to
be synced, and one that is damaged is fetched again.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp

from store.archive.names import SHELVES, Shelf, file_hash, inner_path

KEPT_SECONDS = 24 * 3600.0
"""How long a copy lies here unused: one that was erased elsewhere is gone from this machine a day later."""

IN_USE_SECONDS = 15 * 60.0
"""So long ago was a copy used that nobody opens it any more by the path that he was given."""

REST_SECONDS = 3600.0
"""Between two looks at what has grown old."""

FULL_SHARE, LEFT_SHARE = 0.05, 0.9
"""Of its room that may come in between two looks, and what a look leaves at most."""

_PART = ".part-"


@dataclass(slots=True)
class Cache:
    """A folder of copies with room for so many bytes; usable from several threads."""

    root: Path
    room: int
    _came: int = 0

    def path(self, shelf: Shelf, name: str) -> Path:
        """Where the copy of that hash lies, or would lie."""
        return self.root / inner_path(shelf, name)

    def found(self, shelf: Shelf, name: str, scratch: Path | None) -> Path | None:
        """The copy of that hash, whole, or None; put into `scratch` where that is given."""
        copy = self.path(shelf, name)
        with suppress(OSError):
            os.utime(copy)
            if scratch is not None:
                copy = linked(copy, scratch)
            with copy.open("rb") as file:
                if file_hash(file) == name:
                    return copy
            self.drop(shelf, name)
            if scratch is not None:
                copy.unlink()
        return None

    @contextmanager
    def making(self, shelf: Shelf, name: str) -> Iterator[Path]:
        """An empty file to write a new copy into, gone at the end; `keep` takes it over."""
        folder = self.path(shelf, name).parent
        folder.mkdir(parents=True, exist_ok=True)
        handle, made = mkstemp(dir=folder, prefix=_PART)
        os.close(handle)
        try:
            yield Path(made)
        finally:
            Path(made).unlink(missing_ok=True)

    def keep(self, shelf: Shelf, name: str, source: Path) -> Path:
        """Takes a file of that hash over as its copy; returns where it lies then."""
        place = self.path(shelf, name)
        size = source.stat().st_size
        source.chmod(0o400)
        place.parent.mkdir(parents=True, exist_ok=True)
        source.replace(place)
        os.utime(place)
        self._came += size
        if self._came > self.room * FULL_SHARE:
            self.sweep()
        return place

    def drop(self, shelf: Shelf, name: str) -> None:
        """Takes the copy of that hash away, where there is one."""
        self.path(shelf, name).unlink(missing_ok=True)

    @property
    def _mark(self) -> Path:
        """A file that is as old as the last look."""
        return self.root / ".looked"

    def rest(self) -> None:
        """Looks once an hour, whichever process does, for copies that have grown old."""
        try:
            looked = self._mark.stat().st_mtime
        except OSError:
            looked = 0.0
        if abs(time.time() - looked) > REST_SECONDS:
            self.sweep()

    def sweep(self) -> None:
        """Removes what was not used for a day, and of the rest what was not used for longest."""
        self._came = 0
        self.root.mkdir(parents=True, exist_ok=True)
        self._mark.touch()
        now = time.time()
        found = sorted(self._all(), key=lambda item: item[0])
        used = sum(size for _, size, _ in found)
        for at, size, path in found:
            is_too_much = used > self.room * LEFT_SHARE and now - at > IN_USE_SECONDS
            if is_too_much or now - at > KEPT_SECONDS:
                with suppress(OSError):
                    path.unlink()
                    used -= size

    def _all(self) -> Iterator[tuple[float, int, Path]]:
        """Every copy: when it was last used (seconds since the epoch), its size in bytes, its path."""
        for shelf in SHELVES:
            for path in (self.root / shelf).glob("*/*"):
                with suppress(OSError):
                    status = path.stat()
                    yield status.st_mtime, status.st_size, path


def linked(copy: Path, scratch: Path) -> Path:
    """The file under the same name in a folder of `scratch`, where no sweep takes it away."""
    folder = scratch / "archived"
    folder.mkdir(exist_ok=True)
    link = folder / copy.name
    link.unlink(missing_ok=True)
    try:
        os.link(copy, link)
    except FileNotFoundError:
        raise
    except OSError:
        # Some file systems know no links.
        shutil.copyfile(copy, link)
    return link
