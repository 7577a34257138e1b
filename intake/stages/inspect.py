"""inspect: looks at the scans of units that are about to be assembled.

What is worth looking at is planned from the documents, seen in a child process, and kept under the hash
of the file.  A file that the eyes trip over is told as refused and left to a person; an outage leaves
the units that sent it for the next pass.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

from sqlalchemy.engine import Connection, Engine

from intake.config.campaign_file import LoadedCampaign
from intake.domain.assembly.corrected import CorrectedRoles
from intake.domain.model.inspection import Inspection, Request
from intake.domain.model.nomination import Unit
from intake.domain.scans.inspection_plan import open_requests
from parsers.sandbox.pool import ParserFault, Sandbox
from parsers.scan import reader
from store.archive.archive import Archive
from store.archive.names import PREFIX, Damaged
from store.database import audit
from store.database.engine import viewing, writing
from store.ledger import corrections, units
from store.mail import damage, material, scan_evidence
from store.mail.material import Mail

log = logging.getLogger(__name__)

SLICE = 6
"""Groups of units whose scans are looked at together, so that all children have something to do."""

ROUNDS = 8
"""How often what is still open is asked for: pictures once a scan is seen to bear no seal, and what was left
of a long file when its time was used up (200 pages take four looks)."""

UNSEEN = "扫描件未能核对，其余单位照常，下一轮重试"
"""What becomes of a unit over which the program fails: its mails wait, and no letter goes meanwhile."""

OUR_FAULT = "the scan could not be looked at for a fault of the program; its log tells more"


@dataclass(frozen=True, slots=True)
class Look:
    """A look to be taken at a file, with what is known of it, for the units of these rows."""

    content_hash: str
    request: Request
    before: Inspection | None
    rows: frozenset[int]

    def merged(self, other: Look) -> Look:
        """One look that answers both."""
        ours, theirs = self.request, other.request
        both = tuple(dict.fromkeys((*ours.expected, *theirs.expected)))
        titles = tuple(dict.fromkeys((*ours.titles, *theirs.titles)))
        request = Request(bool(both), both, ours.heads or theirs.heads, titles)
        return replace(self, request=request, rows=self.rows | other.rows)


@dataclass(slots=True)
class _Progress:
    """What became of a slice: files that are not tried again, rows of units with one that waits, and why.

    `failed` are the rows of units over which the program fails.
    """

    ended: set[str] = field(default_factory=set)
    seen: int = 0
    waiting: set[int] = field(default_factory=set)
    failed: set[int] = field(default_factory=set)
    outage: OSError | None = None


Sight = Inspection | OSError | None
"""What was seen; the outage that kept a file from being looked at; None where it was not tried."""


class Eyes(Protocol):
    """Who looks, and puts what was seen on record."""

    def take(self, looks: Sequence[Look]) -> Iterable[tuple[Look, Sight]]:
        """Takes all these looks; tells what became of each."""
        ...


@dataclass(frozen=True, slots=True)
class OwnEyes:
    """Looks in the children of this process's sandbox."""

    engine: Engine
    archive: Archive
    sandbox: Sandbox
    workers: int
    stop: threading.Event

    def take(self, looks: Sequence[Look]) -> Iterator[tuple[Look, Sight]]:
        """Takes the looks side by side, and keeps each as it comes."""
        with ThreadPoolExecutor(self.workers, thread_name_prefix="inspect") as pool:
            for look, sight in zip(looks, pool.map(self._try, looks), strict=True):
                if sight is not None:
                    self._record(look, sight)
                yield look, sight

    def _record(self, look: Look, sight: Inspection | OSError) -> None:
        with writing(self.engine) as cn:
            if isinstance(sight, Inspection):
                scan_evidence.record(cn, look.content_hash, reader.version(), sight)
            elif isinstance(sight, Damaged):
                # Its mail is taken apart again in the next pass, which brings it back.
                damage.note_document(cn, look.content_hash, str(sight))

    def _try(self, look: Look) -> Sight:
        if self.stop.is_set():
            return None
        try:
            return self._seen(look)
        except OSError as outage:
            log.warning("the scan %s could not be looked at now: %s", look.content_hash, outage)
            return outage

    def _seen(self, look: Look) -> Inspection:
        try:
            with self.archive.scratch() as scratch:
                path = self.archive.checked("documents", look.content_hash, scratch)
                seen = self.sandbox.inspect(path, scratch, look.request, look.before)
                for picture in seen.pictures:
                    fresh = scratch / picture.content_hash.removeprefix(PREFIX)
                    if fresh.exists():
                        self.archive.adopt("pictures", picture.content_hash, fresh)
        except ParserFault as fault:
            log.error("the scan %s could not be looked at: %s", look.content_hash, fault)
            seen = Inspection((), 0, refused=OUR_FAULT)
        if seen.refused and look.before:
            # What was seen of it before stays true, and staff may want its pictures.
            return replace(look.before, refused=seen.refused)
        return seen


@dataclass(frozen=True, slots=True)
class Inspector:
    """The parts that looking needs; `at_once` are the groups whose scans are looked at together."""

    engine: Engine
    loaded: LoadedCampaign
    roles: CorrectedRoles
    eyes: Eyes
    stop: threading.Event
    at_once: int = SLICE
    progressed: Callable[[int, int], None] = lambda done, total: None

    def inspect(self, groups: Sequence[Collection[int]]) -> tuple[list[Collection[int]], OSError | None]:
        """Looks at what these groups of unit rows need; returns those that are done, fit to be assembled.

        Left out are groups after a request to stop, and those with a file that an outage (of the disk, or of
        the children) kept from being looked at; the outage is returned as well.  One file that cannot
        be had does not keep the other groups waiting; what was seen until then is kept.
        """
        done: list[Collection[int]] = []
        outage: OSError | None = None
        for start in range(0, len(groups), self.at_once):
            if self.stop.is_set():
                break
            slice_ = groups[start : start + self.at_once]
            looked = self._look_at({row for group in slice_ for row in group})
            outage = outage or looked.outage
            done += [group for group in slice_ if looked.waiting.isdisjoint(group)]
            self.progressed(len(done), len(groups))
            if looked.outage and not looked.seen:
                break
        return done, outage

    def _look_at(self, rows: Collection[int]) -> _Progress:
        """Looks at the files of these units: the scans, then what these leave open."""
        progress = _Progress()
        for _ in range(ROUNDS):
            found, failed = self._looks(set(rows) - progress.failed)
            progress.failed |= failed
            looks = [look for look in found if look.content_hash not in progress.ended]
            for look, seen in self.eyes.take(looks):
                if not (isinstance(seen, Inspection) and _is_further(seen, look.before)):
                    progress.ended.add(look.content_hash)
                if isinstance(seen, Inspection):
                    progress.seen += 1
                    continue
                progress.waiting |= look.rows
                if not isinstance(seen, Damaged):
                    progress.outage = progress.outage or seen
            if not looks:
                break
        progress.waiting |= progress.failed
        return progress

    def looks(self, rows: Collection[int]) -> list[Look]:
        """What is open on the files of these units; one of several units is held against all their forms."""
        return self._looks(rows)[0]

    def _looks(self, rows: Collection[int]) -> tuple[list[Look], set[int]]:
        """The looks, and the rows of the units over which the program fails: theirs wait."""
        found: list[Look] = []
        failed: set[int] = set()
        with viewing(self.engine) as cn:
            self.roles.corrections = corrections.up_to_date(cn, self.roles.corrections)
            mails = material.mail_of_units(cn, rows)
            for row, unit in units.by_row(cn, rows).items():
                failed.add(row)
                with audit.apart(self.engine, partial(units.names, rows=[row]), UNSEEN):
                    found += self._requests(cn, row, unit, mails)
                    failed.remove(row)
        merged: dict[str, Look] = {}
        for task in found:
            old = merged.get(task.content_hash)
            merged[task.content_hash] = old.merged(task) if old else task
        return list(merged.values()), failed

    def _requests(self, cn: Connection, row: int, unit: Unit, mails: Sequence[Mail]) -> list[Look]:
        raws = material.documents_of_unit(cn, row, [mail.ref for mail in mails])
        documents = [
            part
            for raw in raws
            for part in raw.parts(self.roles.read(raw.content_hash, raw.filename, raw.facts, raw.reading))
        ]
        known = scan_evidence.known(cn, {raw.content_hash for raw in raws}, reader.version())
        names = self.loaded.spellings(unit.name) if unit.name else ()
        requests = open_requests(documents, known, self.loaded.campaign, names)
        return [
            Look(content_hash, request, known.get(content_hash), frozenset({row}))
            for content_hash, request in requests.items()
        ]


def _is_further(seen: Inspection, before: Inspection | None) -> bool:
    """True where a look saw more than was known, so that another may see the rest."""
    if before is None:
        return not seen.refused
    old, new = (
        (
            len(item.pages),
            item.effort,
            item.satisfied,
            item.heads,
            sum(len(page.lines) for page in item.pages),
        )
        for item in (before, seen)
    )
    return not seen.refused and old != new
