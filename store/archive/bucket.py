"""Shelves in a bucket of an object store that speaks S3's protocol, with copies in a cache of this machine.

An object is put under the key `prefix/shelf/ab/abcdef…`, whole or not at all.  It is kept when the store has
said so and that the bytes it holds have the SHA-256 of their name; one that does not say it is asked for them
again.  What comes out is held against its hash as on a disk.  Bytes that come again are put again, whatever
lies there: that is how damage is mended.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, TypeVar

from store.archive.cache import Cache, linked
from store.archive.names import (
    DAMAGED,
    MISSING,
    PREFIX,
    SHELVES,
    ArchiveDown,
    Damaged,
    Shelf,
    content_hash,
    inner_path,
    name_at,
)
from store.archive.object_store import NoObject, ObjectStore

T = TypeVar("T")

LOOKS = 2
"""Times that an object is fetched before it counts as damaged: the way here may have been at fault."""


@dataclass(frozen=True, slots=True)
class BucketShelves:
    """Shelves below `prefix` ("" or "some/where") of a bucket."""

    store: ObjectStore
    prefix: str
    cache: Cache

    def key(self, shelf: Shelf, name: str) -> str:
        """Under which the bytes of that hash lie, or would lie."""
        return f"{self._root}{inner_path(shelf, name)}"

    @property
    def _root(self) -> str:
        return f"{self.prefix}/" if self.prefix else ""

    def put(self, shelf: Shelf, name: str, data: bytes) -> None:
        """Keeps the bytes for good: they are acknowledged when it returns."""
        self._sent(shelf, name, data, len(data))
        # Whoever polls reads next.  A full disk here loses nothing.
        with suppress(OSError), self.cache.making(shelf, name) as copy:
            copy.write_bytes(data)
            self.cache.keep(shelf, name, copy)

    def adopt(self, shelf: Shelf, name: str, source: Path) -> None:
        """Keeps a finished file of that hash, which is gone then."""
        with source.open("rb") as file:
            self._sent(shelf, name, file, source.stat().st_size)
        with suppress(OSError):
            self.cache.keep(shelf, name, source)
        source.unlink(missing_ok=True)

    def _sent(self, shelf: Shelf, name: str, body: bytes | IO[bytes], size: int) -> None:
        checksum = base64.b64encode(bytes.fromhex(name.removeprefix(PREFIX))).decode()
        if self.store.put(self.key(shelf, name), body, size, checksum) == checksum:
            return
        # A store that knows no checksums: it is asked for what it has.
        try:
            self.examine(shelf, name)
        except Damaged as fault:
            raise ArchiveDown(f"{self.place(shelf, name)} was put and is not there whole: {fault}") from None

    def get(self, shelf: Shelf, name: str) -> bytes:
        """The bytes of that hash."""
        if copy := self.cache.found(shelf, name, None):
            with suppress(OSError):
                return copy.read_bytes()
        for _ in range(LOOKS):
            data = self._read(shelf, name, b"".join)
            if content_hash(data) == name:
                return data
        raise Damaged(shelf, name, DAMAGED)

    def local(self, shelf: Shelf, name: str, scratch: Path | None) -> Path:
        """A copy on this machine of the bytes of that hash."""
        if copy := self.cache.found(shelf, name, scratch):
            return copy
        for _ in range(LOOKS):
            with self.cache.making(shelf, name) as made:
                if self._read(shelf, name, partial(_digest, made)) == name:
                    kept = self.cache.keep(shelf, name, made)
                    # Should another process need all the room at this very moment, it is fetched once more.
                    with suppress(FileNotFoundError):
                        return kept if scratch is None else linked(kept, scratch)
        raise Damaged(shelf, name, DAMAGED)

    def head(self, shelf: Shelf, name: str, size: int) -> bytes:
        """Nothing: to ask for it takes as long as to fetch the whole."""
        return b""

    def examine(self, shelf: Shelf, name: str) -> None:
        """Holds the object itself against its hash; a copy of a damaged one is dropped."""
        try:
            for _ in range(LOOKS):
                if self._read(shelf, name, partial(_digest, None)) == name:
                    return
            raise Damaged(shelf, name, DAMAGED)
        except Damaged:
            self.cache.drop(shelf, name)
            raise

    def _read(self, shelf: Shelf, name: str, take: Callable[[Iterator[bytes]], T]) -> T:
        try:
            return self.store.read(self.key(shelf, name), take)
        except NoObject:
            raise Damaged(shelf, name, MISSING) from None

    def holds(self, shelf: Shelf, name: str, size: int) -> bool:
        """True where the store says that it has an object of that name and size."""
        return self.store.size(self.key(shelf, name)) == size

    def is_there(self, shelf: Shelf, name: str) -> bool:
        """True where the store says that it has an object of that name."""
        return self.store.size(self.key(shelf, name)) is not None

    def place(self, shelf: Shelf, name: str) -> str:
        """The address of that hash."""
        return f"s3://{self.store.bucket}/{self.key(shelf, name)}"

    def names(self, shelf: Shelf) -> Iterator[str]:
        """The hash of every object of a shelf that lies where such a hash belongs."""
        for key in self.store.keys(f"{self._root}{shelf}/"):
            if name := self._name(shelf, key):
                yield name

    def strays(self) -> Iterator[str]:
        """What lies below the prefix and bears no name of ours."""
        for key in self.store.keys(self._root):
            if not any(self._name(shelf, key) for shelf in SHELVES):
                yield f"s3://{self.store.bucket}/{key}"

    def _name(self, shelf: Shelf, key: str) -> str | None:
        match key.removeprefix(self._root).split("/"):
            case [first, folder, file] if first == shelf:
                return name_at(folder, file)
        return None

    def keeps_versions(self) -> bool:
        """True where the bucket does, until `delete` takes all of them away."""
        return self.store.is_versioned()

    def delete(self, shelf: Shelf, name: str) -> None:
        """Takes the object away in all its versions, and its copy here; others lose theirs in a day."""
        self.cache.drop(shelf, name)
        self.store.delete(self.key(shelf, name))

    def sweep(self) -> None:
        """Removes copies that are old or too many, where nobody has lately."""
        self.cache.rest()

    def rest(self) -> None:
        """Removes copies that are old."""
        self.cache.rest()


def _digest(place: Path | None, pieces: Iterator[bytes]) -> str:
    """The name of these bytes, which are written to `place` as they come."""
    digest = hashlib.sha256()
    with place.open("wb") if place else nullcontext() as file:
        for piece in pieces:
            digest.update(piece)
            if file is not None:
                file.write(piece)
    return PREFIX + digest.hexdigest()
