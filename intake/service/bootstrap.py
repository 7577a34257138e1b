"""The composition root: the only place that chooses concrete parts and puts them together."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from email.utils import parseaddr
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy.engine import Connection, Engine

from intake import clock
from intake.config.campaign_file import LoadedCampaign, load_campaign
from intake.config.settings import Settings
from intake.progress import Progress, Silent
from store.archive.archive import Archive, open_archive
from store.database import engine as store_engine

# Each part is imported where it is made: a command loads what it works with, and no other room.
if TYPE_CHECKING:
    from intake.domain.assembly.corrected import CorrectedRoles
    from intake.domain.documents.roles import Roles
    from intake.engine.handed_out import ReadingHandedOut
    from intake.engine.work import Work
    from intake.letters.answers import Answerer
    from intake.letters.deliver import Postman
    from intake.letters.letterhead import Letterhead
    from intake.letters.rounds import Correspondent
    from intake.letters.secrecy_alert import Alarm
    from intake.mail.message import Composer
    from intake.service.alerts import Monitor
    from intake.staff.correction.corrector import Corrector
    from intake.staff.digest import Digester
    from intake.staff.orders.taker import OrderTaker
    from intake.stages.assemble import Assembler
    from intake.stages.attribute import Attributor
    from intake.stages.bounces import Sorter
    from intake.stages.inspect import Eyes, Inspector
    from intake.stages.lapse import Lapser
    from intake.stages.place import Neighbour, Placer
    from intake.stages.poll import Poller
    from intake.stages.read import Reader
    from parsers.sandbox.pool import Sandbox

log = logging.getLogger(__name__)


class WrongCampaign(Exception):
    """The database serves another campaign; the text says which and what to do."""


@dataclass(frozen=True)
class Parts:
    """Everything that the commands work with, made for one configuration."""

    settings: Settings
    loaded: LoadedCampaign
    engine: Engine
    archive: Archive
    stop: threading.Event
    progress: Progress
    neighbours: tuple[Neighbour, ...] = ()
    """All campaigns of a mailbox that serves several, this one among them."""

    @cached_property
    def roles(self) -> Roles:
        """What files are in the campaign's eyes; kept, since each pass asks again."""
        from intake.domain.documents.roles import Roles

        return Roles(self.loaded.campaign)

    @property
    def by_workers(self) -> bool:
        """True where workers read and look; never on a copy of the database, which they do not know."""
        return self.settings.engine.by_workers and self.engine.dialect.name == "postgresql"

    @property
    def own_addresses(self) -> frozenset[str]:
        """The mailbox's own addresses: what they send is never material."""
        mailbox, smtp = self.settings.mailbox, self.settings.smtp
        found = {parseaddr(smtp.sender)[1], mailbox.username, smtp.username}
        return frozenset(address.lower() for address in found if "@" in address)

    @property
    def composer(self) -> Composer:
        """The letters' words, the operator's templates first."""
        from intake.mail.message import Composer

        own = self.settings.letters.templates
        return Composer([own] if own else [], self.loaded.campaign)

    @property
    def letterhead(self) -> Letterhead:
        """The one writer of letters."""
        from intake.letters.letterhead import Letterhead

        return Letterhead(
            self.loaded.campaign,
            self.composer,
            self.settings.smtp,
            self.settings.letters,
            tuple(self.loaded.units),
        )

    def poller(self) -> Poller:
        """The stage that fetches."""
        from intake.stages.poll import Poller

        return Poller(
            self.settings.mailbox,
            self.engine,
            self.archive,
            self.stop,
            lambda folder, done, total: self.progress.step(f"取信 {folder}", done, total),
            self._handed_out if self.by_workers else lambda cn, hashes: None,
        )

    @staticmethod
    def _handed_out(cn: Connection, hashes: Sequence[str]) -> None:
        from store.mail import jobs

        jobs.defer_reading(cn, hashes)

    def reading(self, sandbox: Sandbox) -> Reader | ReadingHandedOut:
        """The stage that reads, here or by workers."""
        if not self.by_workers:
            return self.reader(sandbox)
        from intake.engine.handed_out import ReadingHandedOut
        from intake.engine.waiting import JobWait

        waiting = JobWait(self.engine, self.stop, lambda done, total: self.progress.step("读信", done, total))
        return ReadingHandedOut(self.engine, waiting)

    def reader(self, sandbox: Sandbox) -> Reader:
        """The stage that reads, on the children of a sandbox."""
        from intake.domain.mail.authentication import Trust
        from intake.stages.read import Reader

        mailbox = self.settings.mailbox
        placer = self.placer()
        return Reader(
            self.engine,
            self.archive,
            sandbox,
            self.own_addresses,
            mailbox.received_by,
            self.settings.service.workers,
            self.stop,
            lambda done, total: self.progress.step("读信", done, total),
            Trust(mailbox.authserv_ids, mailbox.received_by, mailbox.host),
            mailbox.return_path,
            *([placer.place] if placer else []),
        )

    def placer(self) -> Placer | None:
        """What tells which campaign a mail is for, for good but on a copy; None for a mailbox of one."""
        from intake.stages.place import Placer

        own = self.loaded.campaign.campaign.id
        keeps = any(each.engine is self.engine for each in self.neighbours)
        return Placer(own, self.neighbours, keeps) if len(self.neighbours) > 1 else None

    def attributor(self, roles: CorrectedRoles) -> Attributor:
        """The stage that tells whose mail it is."""
        from intake.domain.campaign.registry import Registry
        from intake.stages.attribute import Attributor

        return Attributor(self.engine, self.loaded.campaign, Registry(self.loaded.units), roles)

    def inspector(self, roles: CorrectedRoles, sandbox: Sandbox) -> Inspector | None:
        """The stage that looks at scans, here or by workers.

        None where it is switched off or its parts are not installed.
        """
        if not self.by_workers:
            return self._inspector(roles, self._own_eyes(sandbox))
        from intake.engine.handed_out import GROUPS_AT_ONCE, EyesOfWorkers
        from intake.engine.waiting import JobWait

        waiting = JobWait(
            self.engine, self.stop, lambda done, total: self.progress.step("核验扫描件", done, total)
        )
        return self._inspector(roles, EyesOfWorkers(self.engine, waiting), GROUPS_AT_ONCE)

    def work(self, sandbox: Sandbox) -> Work:
        """What a worker does for its jobs, on the children of its sandbox."""
        from intake.domain.assembly.corrected import CorrectedRoles
        from intake.engine.work import Work

        eyes = self._own_eyes(sandbox)
        return Work(
            self.engine,
            self.reader(sandbox),
            lambda: self._inspector(CorrectedRoles(self.roles), eyes),
        )

    def _own_eyes(self, sandbox: Sandbox) -> Eyes:
        from intake.stages.inspect import OwnEyes

        return OwnEyes(self.engine, self.archive, sandbox, self.settings.service.workers, self.stop)

    def _inspector(self, roles: CorrectedRoles, eyes: Eyes, at_once: int | None = None) -> Inspector | None:
        from parsers.scan import reader

        if self.settings.scans.look == "off" or reader.missing():
            return None
        from intake.stages.inspect import SLICE, Inspector

        return Inspector(
            self.engine,
            self.loaded,
            roles,
            eyes,
            self.stop,
            at_once or SLICE,
            lambda done, total: self.progress.step("核验扫描件", done, total),
        )

    def assembler(self, roles: CorrectedRoles) -> Assembler:
        """The stage that assembles and decides."""
        from intake.stages.assemble import Assembler

        return Assembler(
            self.engine,
            self.loaded,
            roles,
            self.stop,
            lambda done, total: self.progress.step("归并", done, total),
        )

    def corrector(self) -> Corrector:
        """What a clerk corrects goes through this; made anew for each act."""
        from intake.domain.assembly.corrected import CorrectedRoles
        from intake.staff.correction.corrector import Corrector

        roles = CorrectedRoles(self.roles)
        stages = self.attributor(roles), self.assembler(roles)
        return Corrector(self.engine, self.loaded, *stages, self.correspondent())

    def order_taker(self, sandbox: Sandbox) -> OrderTaker:
        """What carries out the orders of staff that come by mail."""
        from intake.staff.orders.taker import OrderTaker

        return OrderTaker(
            self.engine, self.archive, self.loaded, self.letterhead, self.settings.digest, sandbox
        )

    def alarm(self) -> Alarm:
        """The stage that tells staff of marked mail."""
        from intake.letters.secrecy_alert import Alarm

        return Alarm(self.engine, self.letterhead, self.settings.digest)

    def sorter(self) -> Sorter:
        """The stage that matches bounces to their letters."""
        from intake.stages.bounces import Sorter

        return Sorter(self.engine)

    def lapser(self) -> Lapser:
        """The stage that ends what was not cured in time."""
        from intake.stages.lapse import Lapser

        return Lapser(self.engine, self.loaded.campaign)

    def correspondent(self) -> Correspondent:
        """The stage that writes letters."""
        from intake.letters.rounds import Correspondent

        return Correspondent(self.engine, self.letterhead, self.stop)

    def answerer(self) -> Answerer:
        """What writes a clerk's answers."""
        from intake.letters.answers import Answerer

        return Answerer(self.engine, self.letterhead)

    def postman(self) -> Postman:
        """The stage that sends letters."""
        from intake.letters.deliver import Postman

        return Postman(
            self.engine,
            self.settings.smtp,
            self.settings.letters,
            self.settings.mailbox,
            self.stop,
            lambda done, total: self.progress.step("发信", done, total),
            self._on_the_account(),
        )

    def _on_the_account(self) -> list[Engine]:
        """The stores of the other campaigns whose letters leave by the same account."""
        smtp = self.settings.smtp
        return [
            neighbour.engine
            for neighbour, settings in zip(self.neighbours, self.settings.sharing, strict=False)
            if neighbour.engine is not self.engine
            and (settings.smtp.host, settings.smtp.username) == (smtp.host, smtp.username)
        ]

    def digester(self) -> Digester:
        """The stage that tells staff."""
        from intake.staff.digest import Digester

        desk = self.settings.desk.address if self.settings.desk else ""
        settings = self.settings.digest
        return Digester(
            self.engine, self.loaded, self.letterhead, settings, self.archive, desk, self.by_workers
        )

    def monitor(self) -> Monitor:
        """Who notes outages of the service and tells staff."""
        from intake.service.alerts import Monitor

        return Monitor(self.settings, self.loaded.campaign)

    @contextmanager
    def sandbox(self) -> Iterator[Sandbox]:
        """Child processes for untrusted bytes, gone when the context ends."""
        from parsers.sandbox.pool import Sandbox

        with Sandbox(self.settings.service.workers) as sandbox:
            yield sandbox


@contextmanager
def open_parts(
    settings: Settings,
    *,
    stop: threading.Event | None = None,
    progress: Progress | None = None,
    reads: bool = False,
) -> Iterator[Parts]:
    """Connects the parts for a configuration; brings the database up to date first.

    Who only `reads` makes no database: where there is none yet, an empty one in memory stands for it.
    Raises `ConfigFault` for the campaign file, `StoreDown` for an outage and
    `WrongCampaign` when the database belongs to another campaign.
    """
    loaded = _as_configured(load_campaign(settings.campaign.file), settings)
    stop = stop or threading.Event()
    engine = store_engine.connect(settings.store.url, stop)
    archive = open_archive(settings.store)
    if reads and not store_engine.is_there(engine):
        log.info("there is no database yet: run `shouwen once` or `shouwen run`")
        engine.dispose()
        engine = store_engine.empty()
    try:
        if store_engine.migrate(engine):
            log.info("the database is migrated")
        if settings.engine.by_workers:
            _make_job_tables(engine)
        _claim_database(engine, loaded)
        archive.sweep()
        with _neighbours(settings, loaded, engine, reads=reads) as neighbours:
            yield Parts(settings, loaded, engine, archive, stop, progress or Silent(), neighbours)
    finally:
        engine.dispose()


def _as_configured(loaded: LoadedCampaign, settings: Settings) -> LoadedCampaign:
    """The campaign; where staff check scans by themselves, no nomination waits for it."""
    if settings.scans.look == "auto":
        return loaded
    needs = loaded.campaign.needs.model_copy(update={"seal": "none"})
    return replace(loaded, campaign=loaded.campaign.model_copy(update={"needs": needs}))


def _neighbours(
    settings: Settings, loaded: LoadedCampaign, engine: Engine, *, reads: bool
) -> AbstractContextManager[tuple[Neighbour, ...]]:
    """The campaigns of the mailbox; who only `reads` places no mail and needs none of them."""
    if reads or len(settings.sharing) < 2:
        return nullcontext(())
    from intake.stages.place import open_neighbours

    return open_neighbours(settings, loaded.campaign, engine)


def _make_job_tables(engine: Engine) -> None:
    from store.database import job_tables

    if job_tables.migrate(engine):
        log.info("the tables of jobs are migrated")


def _claim_database(engine: Engine, loaded: LoadedCampaign) -> None:
    wanted = loaded.campaign.campaign.id
    with store_engine.writing(engine) as cn:
        owner = store_engine.claim(cn, wanted, clock.now())
    if owner != wanted:
        raise WrongCampaign(
            f"the database holds the campaign {owner!r}, the campaign file is {wanted!r}; "
            "give the new campaign its own [store] database and archive"
        )
