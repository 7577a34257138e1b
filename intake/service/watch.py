"""Looking at the service from outside: does it poll and send?  For cron, which notices when it is dead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from intake import clock
from intake.domain.letters.outage import DUTY_NAMES, Duty, Outage, lasted
from intake.domain.text.calendar import moment
from intake.service.alerts import Monitor
from store.database.engine import StoreDown, connect, is_there, viewing
from store.mail import progress

DEAD = "收文服务没有运行，或已停止工作"
"""Why nothing is received where the service gives no sign of life."""


def look(monitor: Monitor, database: str) -> str:
    """What is wrong with the service, in one line, or "" while it polls and sends.

    `database` is its URL.  Reads alone.  A service that gives signs of life says itself what fails; where
    there is none, a pass of `shouwen once` within the stated minutes is as good.
    """
    seen = _signs(monitor, database)
    if not seen.is_fresh:
        return seen.said
    return "；".join(_failing(known) for known in monitor.lasting() if not seen.ends(known))


def note(monitor: Monitor, database: str) -> None:
    """Puts on record what is seen, and tells staff what they do not know yet: of a dead service, of an end.

    A dead service is told of at once, since it has given no sign for the stated minutes already.
    """
    seen = _signs(monitor, database)
    known = monitor.record.read().outages.get(Duty.RECEIVE)
    if not seen.is_fresh:
        monitor.failed(Duty.RECEIVE, seen.said, seen.last or clock.now() - monitor.patience)
    elif known is not None and seen.ends(known):
        monitor.worked(Duty.RECEIVE)
    monitor.tell()


@dataclass(frozen=True, slots=True)
class _Signs:
    """The last sign of life, the end of the last whole pass, and what keeps that from being known."""

    last: datetime | None
    ended: datetime | None
    why: str
    is_fresh: bool

    def ends(self, known: Outage) -> bool:
        """True where a whole pass came after the last failure to receive."""
        return known.duty is Duty.RECEIVE and self.ended is not None and self.ended > known.seen

    @property
    def said(self) -> str:
        """What is told where there is no fresh one."""
        since = f"最近一次工作于{moment(self.last)}" if self.last else "从未工作"
        return f"{DEAD}（{since}{self.why}）"


def _signs(monitor: Monitor, database: str) -> _Signs:
    alive, ended, why = monitor.record.read().alive_at, None, ""
    try:
        ended = _last_pass(database)
    except (StoreDown, OSError) as fault:
        why = f"；数据库无法读取：{fault}"
    last = max(filter(None, (alive, ended)), default=None)
    return _Signs(last, ended, why, last is not None and clock.now() - last < monitor.patience)


def _last_pass(database: str) -> datetime | None:
    engine = connect(database)
    try:
        if not is_there(engine):
            return None
        with viewing(engine) as cn:
            return progress.progress_of(cn, progress.JOURNEY_ENDED)
    finally:
        engine.dispose()


def _failing(known: Outage) -> str:
    span: timedelta = clock.now() - known.since
    return f"{DUTY_NAMES[known.duty]}自{moment(known.since)}起未成功，已{lasted(span)}：{known.why}"
