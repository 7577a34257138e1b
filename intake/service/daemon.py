"""The service: the journey by schedule, the digest at its hour, and an orderly end on SIGTERM.

Letters may go while polling goes on: delivery is a job of its own, since the provider's pace (20 s between
letters) would otherwise hold up the poll for half an hour.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from types import FrameType

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from intake import clock
from intake.service.bootstrap import Parts
from intake.service.pipeline import TROUBLE_NAMES, Summary, deliver_due, whole_pass
from parsers.sandbox.pool import Sandbox
from store.database import audit
from store.database.engine import StoreDown, writing

log = logging.getLogger(__name__)

DELIVER_SECONDS = 15
"""How often the outbox is looked at; pauses between letters are the postman's own."""

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Service:
    """Runs until it is told to stop; the transaction in hand is finished first."""

    def __init__(self, parts: Parts, sandbox: Sandbox) -> None:
        self._parts = parts
        self._sandbox = sandbox
        # What went wrong and is not on record yet, since the database was away; each once.
        self._unsaved: dict[str, None] = {}

    def run(self) -> None:
        """Blocks until SIGTERM or SIGINT, or until the stop event is set."""
        parts = self._parts
        for name in SIGNALS:
            signal.signal(name, self._asked_to_stop)
        scheduler = self._schedule()
        scheduler.start()
        log.info(
            "running; polling %s every %d s", parts.settings.mailbox.host, parts.settings.mailbox.poll_seconds
        )
        # A wait without time-out keeps some platforms from delivering the signal.
        while not parts.stop.wait(1.0):
            pass
        log.info("stopping; the work in hand is finished first")
        scheduler.shutdown(wait=True)
        log.info("stopped")

    def _schedule(self) -> BackgroundScheduler:
        settings = self._parts.settings
        scheduler = BackgroundScheduler(
            timezone=settings.service.zone,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        zone = settings.service.zone
        every = settings.mailbox.poll_seconds
        scheduler.add_job(
            self._pass, IntervalTrigger(seconds=every, timezone=zone), next_run_time=clock.now(), id="pass"
        )
        # Apart from the pass: a hundred letters at the provider's pace take half an hour.
        scheduler.add_job(
            self._deliver, IntervalTrigger(seconds=min(DELIVER_SECONDS, every), timezone=zone), id="deliver"
        )
        at = settings.digest.at
        scheduler.add_job(
            self._digest,
            CronTrigger(hour=at.hour, minute=at.minute, timezone=zone),
            id="digest",
        )
        return scheduler

    def _asked_to_stop(self, number: int, _frame: FrameType | None) -> None:
        self._parts.stop.set()

    def _pass(self) -> None:
        self._guarded("pass", lambda: whole_pass(self._parts, self._sandbox, deliver=False))

    def _deliver(self) -> None:
        self._guarded("delivery", lambda: deliver_due(self._parts))

    def _guarded(self, what: str, work: Callable[[], Summary]) -> None:
        """Runs a job so that neither an outage nor a fault of ours ends the service."""
        try:
            summary = work()
        except (StoreDown, OSError) as fault:
            # An outage: nothing is lost, the next run takes up what is left.
            log.error("%s broken off: %s", what, fault)
            self._tell(f"{TROUBLE_NAMES['store']}：{fault}")
        except Exception:
            log.exception("%s failed", what)
            self._tell(TROUBLE_NAMES["internal"])
        else:
            self._note(summary)

    def _tell(self, *troubles: str) -> None:
        """Puts troubles on record for the next digest, so that no restart forgets them."""
        self._unsaved.update(dict.fromkeys(troubles))
        try:
            with writing(self._parts.engine) as cn:
                for trouble in self._unsaved:
                    audit.note_trouble(cn, trouble, clock.now())
        except (StoreDown, OSError) as fault:
            log.error("troubles are not on record yet: %s", fault)
        else:
            self._unsaved.clear()

    def _note(self, summary: Summary) -> None:
        for trouble in summary.troubles:
            log.warning("%s", trouble)
            if not trouble.on_record:
                self._tell(f"{TROUBLE_NAMES[trouble.where]}：{trouble.what}")
        if summary.polled.new or summary.composed or summary.delivered.sent:
            log.info(
                "%d new message(s), %d nomination(s) opened, %d letter(s) written, %d sent",
                summary.polled.new,
                summary.assembled.opened,
                summary.composed,
                summary.delivered.sent,
            )

    def _digest(self) -> None:
        try:
            self._tell()
            written = self._parts.digester().send(clock.now(), tuple(self._unsaved))
        except Exception:
            log.exception("digest failed")
            return
        log.info("digest for %d address(es) written", written)


def stop_on_signals(stop: threading.Event) -> None:
    """Lets a single command end its work in order on SIGTERM or SIGINT."""

    def asked(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for name in SIGNALS:
        signal.signal(name, asked)
