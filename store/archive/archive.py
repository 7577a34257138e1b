"""The archive itself: one face over its shelves, wherever they are, and scratch folders beside them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from intake.config.sections.store import S3, BucketSettings, StoreSettings
from store.archive.folder import FolderShelves
from store.archive.names import Shelf, content_hash
from store.archive.scratch import scratch_folder, sweep_folders
from store.archive.shelves import Shelves

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, init=False)
class Archive:
    """Shelves for messages, documents, and pictures of what was seen.

    `root` is a folder of this machine for scratch folders, and where no `shelves` are given for them too.
    """

    root: Path
    shelves: Shelves

    def __init__(self, root: Path, shelves: Shelves | None = None) -> None:
        object.__setattr__(self, "root", root)
        object.__setattr__(self, "shelves", shelves or FolderShelves(root))

    def put(self, shelf: Shelf, data: bytes, name: str = "") -> str:
        """Keeps the bytes for good and returns their hash, once they are on stable storage.

        `name` is their `content_hash` where it is known already.
        Raises `OSError` for an outage (a full disk, a store that does not answer); `Damaged` where this
        one place is taken by what is no file.
        """
        name = name or content_hash(data)
        self.shelves.put(shelf, name, data)
        return name

    def adopt(self, shelf: Shelf, name: str, source: Path) -> None:
        """Moves a finished file of that hash, made in `scratch()`, into its place."""
        self.shelves.adopt(shelf, name, source)

    def get(self, shelf: Shelf, name: str) -> bytes:
        """The bytes of that hash; raises `Damaged` where they are not what their name says."""
        return self.shelves.get(shelf, name)

    def checked(self, shelf: Shelf, name: str, scratch: Path | None = None) -> Path:
        """A file with the bytes of that hash, held against it; raises `Damaged`.

        It lasts as long as `scratch`, a folder of `scratch()`; without one it is to be opened at once.
        """
        return self.shelves.local(shelf, name, scratch)

    def head(self, shelf: Shelf, name: str, size: int) -> bytes:
        """The first bytes of that hash, held against nothing; none where they do not lie on this machine."""
        return self.shelves.head(shelf, name, size)

    def examine(self, shelf: Shelf, name: str) -> None:
        """Holds what lies on the shelf itself, and not a copy of it, against its hash; raises `Damaged`."""
        self.shelves.examine(shelf, name)

    def is_there(self, shelf: Shelf, name: str) -> bool:
        """True where something lies under that hash; it is not looked at."""
        return self.shelves.is_there(shelf, name)

    def place(self, shelf: Shelf, name: str) -> str:
        """Where the bytes of that hash lie, or would lie, as a person is told."""
        return self.shelves.place(shelf, name)

    def names(self, shelf: Shelf) -> Iterator[str]:
        """The hash of every file of a shelf that lies where such a hash belongs."""
        return self.shelves.names(shelf)

    def strays(self) -> Iterator[str]:
        """The places of what lies on the shelves or beside them and bears no name of ours."""
        return self.shelves.strays()

    def keeps_versions(self) -> bool:
        """True where what is written over lasts, and takes room, until it is deleted."""
        return self.shelves.keeps_versions()

    def remove(self, shelf: Shelf, name: str) -> None:
        """Takes the bytes of that hash away, where they are there; never a message's."""
        if shelf == "messages":
            raise ValueError("a message is never removed: it is the evidence of all that follows")
        self.shelves.delete(shelf, name)

    def erase(self, shelf: Shelf, name: str) -> None:
        """Takes the bytes of that hash away for good, a message's too: at a person's wish or a term's end."""
        self.shelves.delete(shelf, name)

    def scratch(self) -> AbstractContextManager[Path]:
        """A new folder of this machine for a child to write attachments into, gone at the end."""
        return scratch_folder(self.root / "scratch")

    def sweep(self) -> None:
        """Removes what killed runs left behind: scratch folders, and files that never came to their place."""
        sweep_folders(self.root / "scratch")
        self.shelves.sweep()

    def rest(self) -> None:
        """What an archive does between two passes: copies that nobody needs any more go."""
        self.shelves.rest()


@dataclass(frozen=True, slots=True)
class OverlayShelves:
    """Shelves laid over others, `base`: both are read, and only `own` is written to."""

    own: FolderShelves
    base: Shelves

    def put(self, shelf: Shelf, name: str, data: bytes) -> None:
        """Keeps the bytes here unless the other shelves have them whole."""
        if not self.base.holds(shelf, name, len(data)):
            self.own.put(shelf, name, data)

    def adopt(self, shelf: Shelf, name: str, source: Path) -> None:
        """Moves a finished file here unless the other shelves have it whole."""
        if self.base.holds(shelf, name, source.stat().st_size):
            source.unlink()
        else:
            self.own.adopt(shelf, name, source)

    def get(self, shelf: Shelf, name: str) -> bytes:
        """The bytes of that hash, from either."""
        return self._of(shelf, name).get(shelf, name)

    def local(self, shelf: Shelf, name: str, scratch: Path | None) -> Path:
        """A file with the bytes of that hash, from either."""
        return self._of(shelf, name).local(shelf, name, scratch)

    def head(self, shelf: Shelf, name: str, size: int) -> bytes:
        """The first bytes of that hash, from either."""
        return self._of(shelf, name).head(shelf, name, size)

    def examine(self, shelf: Shelf, name: str) -> None:
        """Holds what lies on the shelf against its hash."""
        self._of(shelf, name).examine(shelf, name)

    def holds(self, shelf: Shelf, name: str, size: int) -> bool:
        """True where either has the bytes whole."""
        return self._of(shelf, name).holds(shelf, name, size)

    def is_there(self, shelf: Shelf, name: str) -> bool:
        """True where something lies under that hash in either."""
        return self._of(shelf, name).is_there(shelf, name)

    def place(self, shelf: Shelf, name: str) -> str:
        """Where the bytes of that hash lie."""
        return self._of(shelf, name).place(shelf, name)

    def names(self, shelf: Shelf) -> Iterator[str]:
        """The hashes of both, each once."""
        yield from sorted({*self.own.names(shelf), *self.base.names(shelf)})

    def strays(self) -> Iterator[str]:
        """What lies here and bears no name of ours."""
        return self.own.strays()

    def keeps_versions(self) -> bool:
        """False: a folder does not."""
        return self.own.keeps_versions()

    def delete(self, shelf: Shelf, name: str) -> None:
        """Takes away what lies here: what lies below belongs to others."""
        self.own.delete(shelf, name)

    def sweep(self) -> None:
        """Removes what killed runs left half done here."""
        self.own.sweep()

    def rest(self) -> None:
        """Nothing: whoever owns the shelves below sees to them."""

    def _of(self, shelf: Shelf, name: str) -> Shelves:
        return self.own if self.own.is_there(shelf, name) else self.base


def overlay(root: Path, base: Archive) -> Archive:
    """An archive laid over another: it reads both and writes to its own folder `root` alone."""
    return Archive(root, OverlayShelves(FolderShelves(root), base.shelves))


def open_archive(settings: StoreSettings) -> Archive:
    """The archive of `[store]`; nothing is asked of it yet.  Raises `Wrong` where its secret is not there."""
    place = settings.archive
    if isinstance(place, Path):
        return Archive(place)
    if settings.s3 is None:
        raise ValueError("checked by the configuration: a bucket comes with [store.s3]")
    return _bucket(place, settings.s3)


def _bucket(address: str, settings: BucketSettings) -> Archive:
    # boto3 takes a third of a second to load.
    from store.archive.bucket import BucketShelves
    from store.archive.cache import Cache
    from store.archive.object_store import Access, ObjectStore

    bucket, _, prefix = address.removeprefix(S3).partition("/")
    access = Access(
        bucket,
        settings.endpoint,
        settings.region,
        settings.path_style,
        settings.key,
        settings.secret.reveal(),
        settings.timeout_seconds,
    )
    cache = Cache(settings.cache, settings.cache_mib * _MIB)
    return Archive(settings.cache, BucketShelves(ObjectStore(access), prefix, cache))
