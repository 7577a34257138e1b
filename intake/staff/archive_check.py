"""Can the archive be used, and does it hold what the database says, to the last byte?

Each file that is not as it was is told.  Nothing of it is changed: what is damaged comes back when its
mail is read again.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from intake.clock import now
from intake.config.sections.store import StoreSettings
from intake.mail.trouble import one_line
from intake.staff.check import Check
from store.archive.archive import Archive, open_archive
from store.archive.names import SHELVES, ArchiveDown, Damaged, Shelf
from store.database.engine import StoreDown, connect, viewing
from store.mail import damage

MEND = {
    "messages": "run `shouwen replay --all`: the next passes fetch it again from the mailbox",
    "documents": "run `shouwen replay --all`: it is taken out of its mail again",
    "pictures": "the digest goes without it; look at the scan itself",
}
FOREIGN = "foreign: no mail on record brought it"
TELLS = "look who put it there; the service never reads it"
WANTED_BYTES = 5 * 1024**3
"""Free space below which we warn: a province with photos is about 300 MB."""

LEAST_BYTES = 200 * 1024**2
"""Free space below which a few messages fill the disk."""

MOST_FOREIGN = 20
"""Foreign files told one by one; of more only how many."""


def reach_archive(store: StoreSettings) -> Iterator[Check]:
    """Whether the archive can be used: writes a probe into it and takes it away again."""
    if isinstance(store.archive, Path):
        yield from _folder_archive(store.archive)
    else:
        yield from _bucket_archive(store)


def _bucket_archive(store: StoreSettings) -> Iterator[Check]:
    """Puts, reads and takes away a probe as the service does, and asks for what is not there."""
    mend = "check [store] archive and [store.s3]: address, region, key, secret, and what the key may do"
    archive, probe = open_archive(store), f"probe of {now().isoformat()}".encode()
    try:
        name = archive.put("pictures", probe)
        archive.examine("pictures", name)
        there = next(archive.names("pictures"), "")
        archive.remove("pictures", name)
        is_gone = not archive.is_there("pictures", name)
        is_versioned = archive.keeps_versions()
    except OSError as fault:
        yield Check("archive", False, f"{store.archive} cannot be used: {fault}", mend, outage=True)
        return
    if not (there and is_gone):
        yield Check("archive", False, f"{store.archive} does not list or delete what was put there", mend)
        return
    yield Check("archive", True, f"{store.archive} can be written, read, listed and cleared")
    if is_versioned:
        mend = "switch versioning off, or see to it that old versions end"
        yield Check("archive versions", None, "the bucket keeps what is written over", mend)
    if store.s3 is not None:
        yield from _folder_archive(store.s3.cache, "archive cache", "store.s3.cache")


def _folder_archive(folder: Path, what: str = "archive", key: str = "store.archive") -> Iterator[Check]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-") as probe:
            probe.write(b"probe")
            probe.flush()
            os.fsync(probe.fileno())
        free = shutil.disk_usage(folder).free
    except OSError as fault:
        mend = f"make the folder writable to this account, or change {key}"
        yield Check(what, False, f"{folder} cannot be written: {fault.strerror or one_line(fault)}", mend)
        return
    yield Check(what, True, f"{folder} can be written")
    room = f"{free / 1024**3:.1f} GiB free for the {what}"
    if free >= WANTED_BYTES:
        yield Check("disk", True, room)
    else:
        yield Check("disk", None if free >= LEAST_BYTES else False, room, f"make room or move {key}")


def examine_archive(store: StoreSettings) -> list[Check]:
    """One check for every damaged, missing or foreign file of the archive, and one for the rest."""
    archive = open_archive(store)
    try:
        engine = connect(store.url)
        try:
            with viewing(engine) as cn:
                wanted = damage.files(cn)
        finally:
            engine.dispose()
    except (StoreDown, SQLAlchemyError, OSError) as fault:
        return [Check("archive files", False, f"the database cannot be asked: {one_line(fault)}")]
    try:
        whole, bad = _held(archive, wanted)
        foreign = list(_foreign(archive, wanted))
    except ArchiveDown as fault:
        return [Check("archive files", False, f"the archive cannot be asked: {fault}", outage=True)]
    told = [Check("archive files", None, f"{what}: {FOREIGN}", TELLS) for what in foreign[:MOST_FOREIGN]]
    if len(foreign) > MOST_FOREIGN:
        told.append(Check("archive files", None, f"{len(foreign) - MOST_FOREIGN} more: {FOREIGN}", TELLS))
    return [Check("archive files", True, f"{whole} file(s) hold what their names say"), *bad, *told]


def _held(archive: Archive, wanted: dict[Shelf, set[str]]) -> tuple[int, list[Check]]:
    """How many files are what their names say, and a check for each other."""
    bad, whole = list[Check](), 0
    for shelf in SHELVES:
        for name in sorted(wanted[shelf] | set(archive.names(shelf))):
            try:
                archive.examine(shelf, name)
                whole += 1
            except Damaged as fault:
                bad.append(Check("archive files", False, str(fault), MEND[shelf]))
    return whole, bad


def _foreign(archive: Archive, wanted: dict[Shelf, set[str]]) -> Iterator[str]:
    for shelf in SHELVES:
        yield from (f"{shelf} {name}" for name in archive.names(shelf) if name not in wanted[shelf])
    yield from archive.strays()
