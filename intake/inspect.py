"""inspect: looks at the scans of units that are about to be assembled.

What is worth looking at is planned from the documents, seen in a child process, and kept under the hash
of the file.  A file that the eyes trip over is told as refused and left to a person; an outage leaves its
unit for the next pass.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from sqlalchemy.engine import Connection, Engine

from intake.campaign_file import LoadedCampaign
from intake.domain.inspection import Inspection, Request
from intake.domain.looking import open_requests
from intake.domain.roles import Roles
from parsers import scan
from parsers.isolate import ParserFault, Sandbox
from store import inspections, material, units
from store.archive import PREFIX, Archive
from store.engine import viewing, writing

log = logging.getLogger(__name__)

SLICE = 16
"""Groups of units whose scans are looked at together, so that all children have something to do."""

OUR_FAULT = "the scan could not be looked at for a fault of the program; its log tells more"


@dataclass(frozen=True, slots=True)
class Inspector:
    """The parts that looking needs."""

    engine: Engine
    archive: Archive
    sandbox: Sandbox
    loaded: LoadedCampaign
    roles: Roles
    workers: int
    stop: threading.Event
    progressed: Callable[[int, int], None] = lambda done, total: None

    def inspect(self, groups: Sequence[Collection[int]]) -> tuple[list[Collection[int]], OSError | None]:
        """Looks at what these groups of unit rows need; returns those that are done, fit to be assembled.

        Groups after a request to stop are left out, and those after an outage (of the disk, or of the
        children), which is returned as well; what was seen until then is kept.
        """
        done: list[Collection[int]] = []
        try:
            self._inspect(groups, done)
        except OSError as outage:
            return done, outage
        return done, None

    def _inspect(self, groups: Sequence[Collection[int]], done: list[Collection[int]]) -> None:
        with ThreadPoolExecutor(self.workers, thread_name_prefix="inspect") as pool:
            for start in range(0, len(groups), SLICE):
                if self.stop.is_set():
                    break
                slice_ = groups[start : start + SLICE]
                wanted = self._wanted([row for group in slice_ for row in group])
                for content_hash, seen in pool.map(lambda item: self._look(*item), wanted):
                    with writing(self.engine) as cn:
                        inspections.record(cn, content_hash, scan.version(), seen)
                done += slice_
                self.progressed(len(done), len(groups))

    def _wanted(self, rows: Collection[int]) -> list[tuple[str, Request, Inspection | None]]:
        """The files of these units to look at, with the request and what is known of each."""
        with viewing(self.engine) as cn:
            found = list(self._requests(cn, rows))
        merged: dict[str, tuple[str, Request, Inspection | None]] = {}
        for content_hash, request, before in found:
            # A file that several units sent is held against the forms of each.
            old = merged.get(content_hash)
            if old:
                both = tuple(dict.fromkeys((*old[1].expected, *request.expected)))
                heads = old[1].heads or request.heads
                request = replace(request, text=bool(both), expected=both, heads=heads)
            merged[content_hash] = (content_hash, request, before)
        return list(merged.values())

    def _requests(
        self, cn: Connection, rows: Collection[int]
    ) -> Iterator[tuple[str, Request, Inspection | None]]:
        mails = material.mail_of_units(cn, rows)
        for row, unit in units.by_row(cn, rows).items():
            raws = material.documents_of_unit(cn, row, [mail.ref for mail in mails])
            documents = [
                part
                for raw in raws
                for part in raw.parts(self.roles.read(raw.content_hash, raw.filename, raw.facts))
            ]
            known = inspections.known(cn, {raw.content_hash for raw in raws}, scan.version())
            names = self.loaded.spellings(unit.name) if unit.name else ()
            requests = open_requests(documents, known, self.loaded.campaign, names)
            for content_hash, request in requests.items():
                yield content_hash, request, known.get(content_hash)

    def _look(self, content_hash: str, request: Request, before: Inspection | None) -> tuple[str, Inspection]:
        scratch = self.archive.scratch()
        path = self.archive.path("documents", content_hash)
        try:
            seen = self.sandbox.inspect(path, scratch, request, before)
            for picture in seen.pictures:
                fresh = scratch / picture.content_hash.removeprefix(PREFIX)
                if fresh.exists():
                    self.archive.adopt("pictures", picture.content_hash, fresh)
        except ParserFault as fault:
            log.error("the scan %s could not be looked at: %s", content_hash, fault)
            seen = Inspection((), 0, refused=OUR_FAULT)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        return content_hash, seen
