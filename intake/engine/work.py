"""What a worker does for one job: reads a message, or looks at a scan, and puts it on record.

Each is done again without harm: a job may be given to a second worker while the first is only slow.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from sqlalchemy.engine import Engine

from intake import clock
from intake.domain.model.inspection import Inspection
from intake.stages.inspect import OUR_FAULT, Inspector
from intake.stages.read import Reader
from parsers.scan import reader as scan_reader
from store.archive.folder import FolderShelves
from store.archive.names import ArchiveDown, Damaged
from store.database.engine import StoreDown, writing
from store.mail import messages, scan_evidence

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
"""Workers that may die over one job; then it is left to a person. An outage counts for none of them."""


@dataclass(frozen=True, slots=True)
class Work:
    """The parts of a worker; `inspector` is made for each scan, since corrections may have come meanwhile.

    `inspector` gives None where nothing is looked at.
    """

    engine: Engine
    reader: Reader
    inspector: Callable[[], Inspector | None]

    def _is_mounted(self) -> None:
        """Raises `ArchiveDown` where the archive's folder holds nothing, though a job tells of a mail in it.

        A machine whose shared folder is not mounted would else call every mail damaged.
        """
        archive = self.reader.archive
        if isinstance(archive.shelves, FolderShelves) and not (archive.root / "messages").is_dir():
            raise ArchiveDown(f"{archive.root} holds no messages: is it mounted on this machine?")

    def read(self, row: int, attempts: int) -> None:
        """Reads a message; one over which so many workers have died is quarantined.

        Raises `OSError` or `StoreDown` for an outage, after which the message still waits.
        """
        self._is_mounted()
        if attempts < MOST_ATTEMPTS:
            self.reader.read_message(row)
            return
        log.error("message %d: %d workers have died over it; it is quarantined", row, attempts)
        with writing(self.engine) as cn:
            if messages.unread(cn, row):
                story = f"{attempts} workers died while they read it; each log tells more"
                messages.quarantine(cn, row, story, None, clock.now())

    def look(self, content_hash: str, rows: Collection[int], attempts: int) -> None:
        """Looks at a scan for the units of these rows, as far as they leave anything open.

        One over which so many workers have died, or over which the program fails, counts as one that cannot
        be looked at.  Raises as `read`.
        """
        self._is_mounted()
        inspector = self.inspector()
        if inspector is None:
            raise OSError("the parts that look at scans are not installed here; see `shouwen doctor`")
        if attempts >= MOST_ATTEMPTS:
            log.error("the scan %s: %d workers have died over it; it is left", content_hash, attempts)
            self._leave(content_hash)
            return
        try:
            self._look(inspector, content_hash, rows)
        except (OSError, StoreDown):
            raise
        except Exception:
            # Raised any further it would be handed out with each pass for ever, and nobody would hear of it.
            log.exception("the scan %s: a fault of ours; it is left", content_hash)
            self._leave(content_hash)

    def _look(self, inspector: Inspector, content_hash: str, rows: Collection[int]) -> None:
        looks = [look for look in inspector.looks(rows) if look.content_hash == content_hash]
        for _, sight in inspector.eyes.take(looks):
            if isinstance(sight, OSError) and not isinstance(sight, Damaged):
                raise sight
            if sight is None:
                raise OSError("asked to stop before the scan was looked at")

    def _leave(self, content_hash: str) -> None:
        """Puts on record that this scan cannot be looked at, beside what was seen of it: a person sees it."""
        version = scan_reader.version()
        with writing(self.engine) as cn:
            before = scan_evidence.known(cn, [content_hash], version).get(content_hash, Inspection((), 0))
            scan_evidence.record(cn, content_hash, version, replace(before, refused=OUR_FAULT))
