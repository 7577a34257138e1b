"""What every kind of shelves must do: a folder of this machine's, or a bucket of an object store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from store.archive.names import Shelf


class Shelves(Protocol):
    """Where the bytes lie.  Everything raises `ArchiveDown` or another `OSError` for an outage.

    A name is the hash of its bytes; what comes out was held against it, or `Damaged` is raised.
    """

    def put(self, shelf: Shelf, name: str, data: bytes) -> None:
        """Keeps the bytes of that hash for good: when it returns, they are on stable storage."""

    def adopt(self, shelf: Shelf, name: str, source: Path) -> None:
        """Keeps a file of that hash likewise; `source` is gone then."""

    def get(self, shelf: Shelf, name: str) -> bytes:
        """The bytes of that hash."""

    def local(self, shelf: Shelf, name: str, scratch: Path | None) -> Path:
        """A file of this machine with the bytes of that hash, not to be changed.

        Where the bytes lie elsewhere it is put into `scratch`, and lasts as long as that; without one it
        is to be opened at once.
        """

    def head(self, shelf: Shelf, name: str, size: int) -> bytes:
        """The first bytes of that file, held against nothing; none where they do not lie on this machine."""

    def examine(self, shelf: Shelf, name: str) -> None:
        """Holds what lies on the shelf itself, and not a copy of it, against its hash."""

    def holds(self, shelf: Shelf, name: str, size: int) -> bool:
        """True where the bytes of that hash and size need not be put here again."""

    def is_there(self, shelf: Shelf, name: str) -> bool:
        """True where something lies under that hash; it is not looked at."""

    def place(self, shelf: Shelf, name: str) -> str:
        """Where the bytes of that hash lie, or would lie, as a person is told."""

    def names(self, shelf: Shelf) -> Iterator[str]:
        """The hash of every file of a shelf that lies where such a hash belongs, in order."""

    def strays(self) -> Iterator[str]:
        """The places of what bears no name of ours."""

    def keeps_versions(self) -> bool:
        """True where what is written over lasts until `delete`."""

    def delete(self, shelf: Shelf, name: str) -> None:
        """Takes the bytes of that hash away for good, where they are there."""

    def sweep(self) -> None:
        """Removes what killed runs left half done, and copies for which there is no room or reason."""

    def rest(self) -> None:
        """Removes such copies once in a while; costs nothing most times."""
