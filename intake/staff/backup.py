"""Backup and restore of a store: its database and archive in a folder, told by a manifest that comes last.

The folder holds an archive like the service's own, to which later backups add what is new, and
one database.  Both may be taken while the service runs: first the database, then the files
that it names, which were written before their rows.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from intake import clock
from intake.config.sections.store import StoreSettings
from store.archive.archive import Archive, open_archive
from store.archive.names import SHELVES, Damaged, Shelf, file_hash
from store.database import engine as store_engine
from store.database import restored, snapshot
from store.database.lease import Lease
from store.database.schema import campaign
from store.mail import damage

FORMAT = 1
MANIFEST, ARCHIVE = "manifest.json", "archive"
TOLD = 20
"""Faults told one by one."""


class BackupFault(Exception):
    """A backup cannot be taken or used; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: the database's file and hash, and the hashes of the archive's files by shelf.

    `missing` are files that the archive itself lacked or held damaged when the backup was taken.
    """

    campaign: str
    taken_at: str
    database: str
    database_hash: str
    files: dict[Shelf, list[str]]
    missing: list[str] = field(default_factory=list)
    format: int = FORMAT

    @property
    def count(self) -> int:
        """How many files of the archive it holds."""
        return sum(map(len, self.files.values()))


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup: its manifest, and how many files of the archive were new to it."""

    manifest: Manifest
    added: int


@dataclass(frozen=True, slots=True)
class PutBack:
    """A restore: the backup's manifest, and where an old database was put aside."""

    manifest: Manifest
    aside: Path | None


def back_up(engine: Engine, archive: Archive, folder: Path, step: Callable[[str, int, int], None]) -> Taken:
    """Takes a backup into a folder, adding to an earlier one there.

    Raises `BackupFault` where the folder holds something else, `StoreDown` and `OSError` for outages; the
    earlier backup stays good until the new one is whole.
    """
    folder.mkdir(parents=True, exist_ok=True)
    earlier = _manifest(folder) if (folder / MANIFEST).exists() else None
    if earlier is None and any(path.name != ARCHIVE and not _is_ours(path) for path in folder.iterdir()):
        raise BackupFault(f"{folder} holds other files; name an empty folder or one with a backup")
    with store_engine.viewing(engine) as cn:
        owner = _owner(cn)
    if earlier and earlier.campaign != owner:
        raise BackupFault(
            f"{folder} holds a backup of the campaign {earlier.campaign!r}; name another folder"
        )
    at = clock.now()
    database = folder / f"database-{at.strftime('%Y%m%dT%H%M%S%f')}.db"
    database.unlink(missing_ok=True)
    snapshot.save(engine, database)
    copy = Archive(folder / ARCHIVE)
    wanted = _named_in(database)
    held, missing, added = {shelf: list[str]() for shelf in SHELVES}, list[str](), 0
    todo = [(shelf, name) for shelf in SHELVES for name in sorted(wanted[shelf])]
    for done, (shelf, name) in enumerate(todo):
        try:
            added += _copied(archive, copy, shelf, name)
            held[shelf].append(name)
        except Damaged as fault:
            missing.append(str(fault))
        step("备份", done + 1, len(todo))
    manifest = Manifest(owner, at.isoformat(), database.name, _hash(database), held, missing)
    _write(folder, manifest)
    for path in folder.glob("database-*"):
        if path.name != database.name:
            path.unlink()
    return Taken(manifest, added)


def restore(
    folder: Path,
    store: StoreSettings,
    owner: str,
    *,
    replace: bool,
    step: Callable[[str, int, int], None],
) -> PutBack:
    """Puts a backup in place of an empty store, or with `replace` of any.

    Everything is held against its hash before anything is written; the archive's files come first,
    and then the database in one step.  Raises `BackupFault`, `StoreDown`, `OSError`.
    """
    manifest = _manifest(folder)
    if manifest.campaign != owner:
        raise BackupFault(
            f"the backup is of the campaign {manifest.campaign!r}, the configuration's is {owner!r}"
        )
    _verify(folder, manifest, step)
    archive = open_archive(store)
    if not replace:
        _refuse_full(store, archive, manifest)
    engine = store_engine.connect(store.url)
    try:
        with Lease(engine, "service") as service, Lease(engine, "pass") as passing:
            for lease in (service, passing):
                if not lease.keep():
                    raise BackupFault(f"{lease.holder() or 'another process'} is at work; stop it first")
            return PutBack(manifest, _put_back(folder, store, archive, manifest, step))
    finally:
        engine.dispose()


def _put_back(
    folder: Path,
    store: StoreSettings,
    archive: Archive,
    manifest: Manifest,
    step: Callable[[str, int, int], None],
) -> Path | None:
    source = Archive(folder / ARCHIVE)
    todo = [(shelf, name) for shelf, names in manifest.files.items() for name in names]
    for done, (shelf, name) in enumerate(todo):
        _copied(source, archive, shelf, name)
        step("恢复", done + 1, len(todo))
    taken = datetime.fromisoformat(manifest.taken_at)

    def mark(cn: Connection) -> None:
        restored.note(cn, taken, clock.now())

    return snapshot.load(folder / manifest.database, store.url, mark)


def _copied(source: Archive, target: Archive, shelf: Shelf, name: str) -> bool:
    """Copies a file unless it is there whole; True when it was copied.  Raises `Damaged` for the source."""
    with suppress(Damaged):
        target.examine(shelf, name)
        return False
    target.put(shelf, source.get(shelf, name))
    return True


def _refuse_full(store: StoreSettings, archive: Archive, manifest: Manifest) -> None:
    """An archive that holds a part of this backup alone is what a restore left that was cut short."""
    said = "it is not empty; say --replace to put the backup in its place"
    if not snapshot.is_empty(store.url):
        raise BackupFault(f"the database in [store]: {said}")
    for shelf in SHELVES:
        if not set(archive.names(shelf)) <= set(manifest.files[shelf]):
            raise BackupFault(f"the archive {store.archive}: {said}")


def _verify(folder: Path, manifest: Manifest, step: Callable[[str, int, int], None]) -> None:
    database = folder / manifest.database
    faults = list[str]()
    if not database.is_file():
        faults.append(f"{database.name} is missing")
    elif _hash(database) != manifest.database_hash:
        faults.append(f"{database.name} is not what its hash says")
    elif fault := snapshot.unsound(database):
        faults.append(fault)
    source, done = Archive(folder / ARCHIVE), 0
    for shelf, names in manifest.files.items():
        for name in names:
            try:
                source.examine(shelf, name)
            except Damaged as fault:
                faults.append(str(fault))
            done += 1
            step("核对备份", done, manifest.count)
    if faults:
        more = [f"and {len(faults) - TOLD} more"] if len(faults) > TOLD else []
        raise BackupFault("\n".join(["the backup is damaged, nothing was written:", *faults[:TOLD], *more]))


def _manifest(folder: Path) -> Manifest:
    try:
        said = json.loads((folder / MANIFEST).read_text("utf-8"))
        found = Manifest(**said)
        datetime.fromisoformat(found.taken_at)
        if found.format != FORMAT or set(found.files) != set(SHELVES) or "/" in found.database:
            raise ValueError(found.format)
    except FileNotFoundError:
        raise BackupFault(f"{folder} holds no whole backup: {MANIFEST} is missing") from None
    except (ValueError, TypeError, AttributeError) as fault:
        raise BackupFault(f"{folder / MANIFEST} cannot be understood: {fault}") from None
    return found


def _write(folder: Path, manifest: Manifest) -> None:
    new = folder / f".{MANIFEST}.new"
    with new.open("w", encoding="utf-8") as file:
        json.dump(asdict(manifest), file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / MANIFEST)


def _named_in(database: Path) -> dict[Shelf, set[str]]:
    # A connection of SQLAlchemy's would leave its log beside the file: it is only read.
    engine = sa.create_engine(f"sqlite:///file:{database}?immutable=1&uri=true")
    try:
        with engine.connect() as cn:
            return damage.files(cn)
    finally:
        engine.dispose()


def _owner(cn: Connection) -> str:
    return str(cn.execute(sa.select(campaign.c.id)).scalar_one())


def _is_ours(path: Path) -> bool:
    """True for what a backup that was cut short leaves behind."""
    return path.name.startswith("database-") or path.name == f".{MANIFEST}.new"


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return file_hash(file)
