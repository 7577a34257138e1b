"""Does the archive hold what the database says, to the last byte?  Each file that is not as it was is told.

Nothing is changed: what is damaged comes back when its mail is read again.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from intake.config.settings import StoreSettings
from intake.mail.trouble import one_line
from intake.staff.doctor import Check
from store.archive import SHELVES, Archive, Damaged, Shelf
from store.database.engine import StoreDown, connect, viewing
from store.mail import damage

MEND = {
    "messages": "run `shouwen replay --all`: the next passes fetch it again from the mailbox",
    "documents": "run `shouwen replay --all`: it is taken out of its mail again",
    "pictures": "the digest goes without it; look at the scan itself",
}
FOREIGN = "foreign: no mail on record brought it"
TELLS = "look who put it there; the service never reads it"
MOST_FOREIGN = 20
"""Foreign files told one by one; of more only how many."""


def examine_archive(store: StoreSettings) -> list[Check]:
    """One check for every damaged, missing or foreign file of the archive, and one for the rest."""
    archive = Archive(store.archive)
    try:
        engine = connect(store.url)
        try:
            with viewing(engine) as cn:
                wanted = damage.files(cn)
        finally:
            engine.dispose()
    except (StoreDown, SQLAlchemyError, OSError) as fault:
        return [Check("archive files", False, f"the database cannot be asked: {one_line(fault)}")]
    bad, whole = list[Check](), 0
    for shelf in SHELVES:
        for name in sorted(wanted[shelf] | set(archive.names(shelf))):
            try:
                archive.checked(shelf, name)
                whole += 1
            except Damaged as fault:
                bad.append(Check("archive files", False, str(fault), MEND[shelf]))
    foreign = list(_foreign(archive, wanted))
    told = [Check("archive files", None, f"{what}: {FOREIGN}", TELLS) for what in foreign[:MOST_FOREIGN]]
    if len(foreign) > MOST_FOREIGN:
        told.append(Check("archive files", None, f"{len(foreign) - MOST_FOREIGN} more: {FOREIGN}", TELLS))
    return [Check("archive files", True, f"{whole} file(s) hold what their names say"), *bad, *told]


def _foreign(archive: Archive, wanted: dict[Shelf, set[str]]) -> Iterator[str]:
    for shelf in SHELVES:
        yield from (f"{shelf} {name}" for name in archive.names(shelf) if name not in wanted[shelf])
    yield from map(str, archive.strays())
