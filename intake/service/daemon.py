"""The service: the journey by schedule, the digest at its hour, and an orderly end on SIGTERM.

Letters may go while polling goes on: delivery is a job of its own, since the provider's pace (20 s between
letters) would otherwise hold up the poll for half an hour.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from types import FrameType

from apscheduler.triggers.cron import CronTrigger

from intake import clock
from intake.domain.letters.outage import Duty
from intake.mail.smtp import AuthRefused, PostOffice
from intake.service.bootstrap import Parts
from intake.service.pipeline import TROUBLE_NAMES, Summary, deliver_due, whole_pass
from intake.service.watchdog import HUNG, SIGNALS, Pulse, end_hard, end_hard_after, notify
from parsers.sandbox.pool import Sandbox
from store.database import audit
from store.database.engine import StoreDown, viewing, writing
from store.database.lease import Lease
from store.letters import outbox

log = logging.getLogger(__name__)

ALERT_SECONDS = 5.0
"""How often it is asked whether anybody is to be told of an outage, or of its end."""

DELIVER_SECONDS = 15
"""How often the outbox is looked at; pauses between letters are the postman's own."""

LOOK_SECONDS = 600.0
"""How often the mail server is tried after an outage while no letter waits; it may block frequent logins."""

CLOCK_SECONDS = 10
"""How often the clock is asked whether the digest's hour has come; it may have been set meanwhile."""


class Service:
    """Runs until it is told to stop; the transaction in hand is finished first.

    Each job has a thread of its own and waits by the monotonic clock: a clock that is set back holds
    nothing.  A job that gives no sign of life ends the service, for its manager to start it again.
    """

    def __init__(self, parts: Parts, sandbox: Sandbox) -> None:
        self._pulses = {
            "pass": Pulse(parts.progress, lambda: sandbox.finished),
            "delivery": Pulse(parts.progress),
            "digest": Pulse(parts.progress),
            "alerts": Pulse(parts.progress),
        }
        self._parts = parts
        self._sandbox = sandbox
        # What went wrong and is not on record yet, since the database was away; each once.
        self._unsaved: dict[str, None] = {}
        self._lease = Lease(parts.engine, "service")
        self._stands_by_for: str | None = None
        self._monitor = parts.monitor()
        self._looked = 0.0

    @property
    def stands_by(self) -> bool:
        """True while another service works on the store."""
        return self._stands_by_for is not None

    def run(self) -> None:
        """Blocks until SIGTERM or SIGINT, or until the stop event is set."""
        parts = self._parts
        for name in SIGNALS:
            signal.signal(name, self._asked_to_stop)
        every = parts.settings.mailbox.poll_seconds
        jobs = (
            # Delivery apart from the pass: a hundred letters at the provider's pace take half an hour.
            self._job("pass", self._pass, every),
            self._job("delivery", self._deliver, min(DELIVER_SECONDS, every), at_once=False),
            self._job("digest", _Daily(parts, self._digest), CLOCK_SECONDS),
            # Whether the store can be had or not: that may be what is to be told.
            self._job("alerts", self._alert, ALERT_SECONDS, of_the_store=False),
        )
        notify("READY=1")
        log.info("running; polling %s every %d s", parts.settings.mailbox.host, every)
        # A wait without time-out keeps some platforms from delivering the signal.
        while not parts.stop.wait(1.0):
            self._watch()
        notify("STOPPING=1")
        log.info("stopping; the work in hand is finished first")
        patience = parts.settings.service.stop_seconds
        end_hard_after(patience, "asked to stop", self._sandbox.close)
        for job in jobs:
            job.join(patience)
        self._lease.drop()
        log.info("stopped")

    def _job(
        self,
        name: str,
        work: Callable[[], None],
        every: float,
        *,
        at_once: bool = True,
        of_the_store: bool = True,
    ) -> threading.Thread:
        """A thread that does the work again and again; an interval that was missed is left out."""
        stop, pulse = self._parts.stop, self._pulses[name]

        def repeat() -> None:
            due = time.monotonic() + (0 if at_once else every)
            while not stop.wait(max(0.0, due - time.monotonic())):
                due = time.monotonic() + every
                pulse.begin()
                try:
                    if not of_the_store or self._serves():
                        work()
                except Exception:
                    # Raised any further it would end the thread, and the watchdog saw it rest for ever.
                    log.exception("%s failed", name)
                    self._tell(TROUBLE_NAMES["internal"])
                finally:
                    pulse.end()

        thread = threading.Thread(target=repeat, name=name, daemon=True)
        thread.start()
        return thread

    def _serves(self) -> bool:
        """True while this service is the one that works on the store; else it stands by, and tries again.

        Each job asks before each of its turns, so that it takes over at the first after the other's end.
        """
        try:
            serves = self._lease.keep()
            other = None if serves else self._lease.holder() or "another service"
        except (StoreDown, OSError) as fault:
            log.error("the lease on the store cannot be had: %s", fault)
            self._tell(f"{TROUBLE_NAMES['store']}：{fault}")
            self._monitor.failed(Duty.RECEIVE, f"{TROUBLE_NAMES['store']}：{fault}")
            return False
        if other != self._stands_by_for:
            self._stands_by_for = other
            log.warning(
                "%s", f"standing by: {other} serves this store" if other else "this service takes over"
            )
        return serves

    def _watch(self) -> None:
        for name, pulse in self._pulses.items():
            if why := pulse.hangs():
                self._sandbox.close()
                self._monitor.failed(Duty.RECEIVE, f"{TROUBLE_NAMES['internal']}：{name}: {why}")
                end_hard(f"the {name} hangs: {why}", HUNG)
        notify("WATCHDOG=1")

    def _asked_to_stop(self, number: int, _frame: FrameType | None) -> None:
        self._parts.stop.set()

    def _pass(self) -> None:
        parts = replace(self._parts, progress=self._pulses["pass"])
        summary = self._guarded("pass", Duty.RECEIVE, lambda: whole_pass(parts, self._sandbox, deliver=False))
        if summary is None or summary.left_out:
            return
        if why := summary.broken:
            self._monitor.failed(Duty.RECEIVE, f"{TROUBLE_NAMES[why.where]}：{why.what}")
        elif not parts.stop.is_set():
            self._monitor.worked(Duty.RECEIVE)
            if not self._monitor.lasting():
                self._monitor.ping()

    def _deliver(self) -> None:
        parts = replace(self._parts, progress=self._pulses["delivery"])
        summary = self._guarded("delivery", Duty.SEND, lambda: deliver_due(parts))
        if summary is None:
            return
        if why := next((item for item in summary.troubles if item.where == "smtp"), None):
            self._monitor.failed(Duty.SEND, f"{TROUBLE_NAMES[why.where]}：{why.what}")
        elif summary.delivered.sent or (self._monitor.is_out(Duty.SEND) and self._could_send()):
            self._monitor.worked(Duty.SEND)

    def _could_send(self) -> bool:
        """True where no letter waits, so that none shows it, and the mail server lets us in."""
        if time.monotonic() < self._looked + LOOK_SECONDS:
            return False
        try:
            with viewing(self._parts.engine) as cn:
                if outbox.is_waiting(cn):
                    return False
            self._looked = time.monotonic()
            with PostOffice(self._parts.settings.smtp) as office:
                return office.check() is None
        except (StoreDown, OSError, AuthRefused):
            return False

    def _alert(self) -> None:
        if not self.stands_by:
            self._monitor.alive()
        self._monitor.tell()

    def _guarded(self, what: str, duty: Duty, work: Callable[[], Summary]) -> Summary | None:
        """Runs a job so that neither an outage nor a fault of ours ends the service; None where one did."""
        try:
            summary = work()
        except (StoreDown, OSError) as fault:
            # An outage: nothing is lost, the next run takes up what is left.
            log.error("%s broken off: %s", what, fault)
            self._tell(f"{TROUBLE_NAMES['store']}：{fault}")
            # The pass meets the same outage: staff are told of one, not of two.
            self._monitor.failed(Duty.RECEIVE, f"{TROUBLE_NAMES['store']}：{fault}")
        except Exception as fault:
            log.exception("%s failed", what)
            self._tell(TROUBLE_NAMES["internal"])
            self._monitor.failed(duty, f"{TROUBLE_NAMES['internal']}（{type(fault).__name__}）")
        else:
            self._note(summary)
            return summary
        return None

    def _tell(self, *troubles: str) -> None:
        """Puts troubles on record for the next digest, so that no restart forgets them."""
        self._unsaved.update(dict.fromkeys(troubles))
        # The other jobs may add theirs meanwhile.
        known = list(self._unsaved)
        try:
            with writing(self._parts.engine) as cn:
                for trouble in known:
                    audit.note_trouble(cn, trouble, clock.now())
        except (StoreDown, OSError) as fault:
            log.error("troubles are not on record yet: %s", fault)
        except Exception:
            # Raised any further it would end the job's thread, and no pass would ever begin again.
            log.exception("troubles cannot be put on record")
        else:
            for trouble in known:
                self._unsaved.pop(trouble, None)

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


class _Daily:
    """Does its work when the configured hour has come, once a day by the clock on the wall."""

    def __init__(self, parts: Parts, work: Callable[[], None]) -> None:
        at, zone = parts.settings.digest.at, parts.settings.service.zone
        self._hour = CronTrigger(hour=at.hour, minute=at.minute, timezone=zone)
        self._work = work
        self._due = self._next(clock.now())

    def __call__(self) -> None:
        now = clock.now()
        upcoming = self._next(now)
        if now >= self._due:
            self._due = upcoming
            self._work()
        elif upcoming < self._due:
            # The clock was set back: a digest that went out already is not written again.
            self._due = upcoming

    def _next(self, now: datetime) -> datetime:
        """The next such hour after `now`."""
        found: datetime = self._hour.get_next_fire_time(None, now + timedelta(microseconds=1))
        return found
