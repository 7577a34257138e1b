"""The whole journey of a mail, once: poll, read, assemble and decide, compose, deliver.

`shouwen once`, the service's schedule, `ingest` and `replay` all walk it here.
"""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from intake import clock
from intake.domain.assembly.corrected import CorrectedRoles
from intake.engine.waiting import WorkersAway
from intake.letters.deliver import Delivered
from intake.mail.imap import MailboxDown, MailboxRefused
from intake.service.bootstrap import Parts
from intake.stages.assemble import AssembleResult
from intake.stages.poll import Polled
from intake.stages.read_outcomes import ReadResult
from parsers.sandbox.pool import Sandbox
from store.database import audit
from store.database.engine import viewing, writing
from store.database.lease import Lease
from store.letters import outbox
from store.mail import attention, damage, progress

log = logging.getLogger(__name__)

NEW_OBJECTS = 10_000
"""Objects after which garbage in circles is looked for: a pass makes hardly any; the usual 700 cost it 3%."""


LEASE_WAIT, LEASE_STEP = 60.0, 0.2
"""Seconds in which another's pass may end before one is left out, and between two looks."""

TROUBLE_NAMES = {
    "mailbox": "邮箱收信异常",
    "smtp": "发信服务异常",
    "letters": "信函待人工处理",
    "quarantine": "有邮件未能处理",
    "unfetched": "有邮件未能完整取回",
    "archive": "有邮件的存档文件损坏",
    "store": "数据库或磁盘异常",
    "workers": "读信与核验扫描件的工作进程未在运行",
    "faults": "部分处理未能完成",
    "internal": "处理过程出现内部错误，详见服务日志",
}
"""How the digest speaks of each kind of trouble."""


@dataclass(frozen=True, slots=True)
class PassTrouble:
    """Something that kept a pass from being all well; an `outage` passes by itself.

    `on_record`: the digest finds it in the store already.
    """

    where: str
    what: str
    outage: bool = False
    on_record: bool = False

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(slots=True)
class Summary:
    """What a pass did, and what was the matter; `left_out`: it was another process's turn."""

    polled: Polled = field(default_factory=Polled)
    read: ReadResult = field(default_factory=ReadResult)
    assembled: AssembleResult = field(default_factory=AssembleResult)
    composed: int = 0
    delivered: Delivered = field(default_factory=Delivered)
    troubles: list[PassTrouble] = field(default_factory=list)
    left_out: bool = False

    @property
    def broken(self) -> PassTrouble | None:
        """What kept the pass from receiving and judging whatever there was, if anything did."""
        return next((item for item in self.troubles if item.where in ("mailbox", "store", "workers")), None)

    @property
    def exit_code(self) -> int:
        """0 done; 1 a person is needed; 3 an outside service cannot be reached."""
        if any(trouble.outage for trouble in self.troubles):
            return 3
        return 1 if self.troubles else 0


def whole_pass(parts: Parts, sandbox: Sandbox, *, poll: bool = True, deliver: bool = True) -> Summary:
    """One pass over everything; a stage that meets an outage does not keep the later ones from their work."""
    gc.set_threshold(NEW_OBJECTS)
    summary = Summary()
    with Lease(parts.engine, "pass") as lease:
        if not _comes_by(lease, parts):
            who = lease.holder() or "another process"
            said = f"{who} walks a pass over this store; left out, tried again later"
            summary.troubles.append(PassTrouble("store", said, outage=True, on_record=True))
            summary.left_out = True
            return summary
        parts.archive.rest()
        if poll:
            _poll(parts, summary)
        began = clock.now()
        _judge(parts, sandbox, summary)
        _answer(parts, summary, began)
        if poll and not summary.broken and not parts.stop.is_set():
            with writing(parts.engine) as cn:
                progress.set_progress(cn, progress.JOURNEY_ENDED, clock.now())
    if deliver:
        # Out of the lease: letters go at the provider's pace, and no two processes take the same one.
        _deliver(parts, summary)
    return summary


def _comes_by(lease: Lease, parts: Parts) -> bool:
    """Waits for the lease for a while: two passes at once would each judge what the other is changing."""
    until = time.monotonic() + LEASE_WAIT
    while not lease.keep():
        if time.monotonic() > until or parts.stop.wait(LEASE_STEP):
            return False
    return True


def after_ingest(parts: Parts, sandbox: Sandbox, *, deliver: bool = True) -> Summary:
    """The rest of the journey for messages that are in the archive already."""
    return whole_pass(parts, sandbox, poll=False, deliver=deliver)


def deliver_due(parts: Parts) -> Summary:
    """Sends the letters whose time has come, and nothing else."""
    summary = Summary()
    _deliver(parts, summary)
    return summary


def judge(parts: Parts, sandbox: Sandbox) -> AssembleResult:
    """Brings the ledger up to date with everything that has been read or decided.

    Units whose scans an outage kept from being looked at wait for the next pass (`outage` says why).
    """
    roles = CorrectedRoles(parts.roles)
    groups: Sequence[Collection[int]] = parts.attributor(roles).attribute()
    inspector = parts.inspector(roles, sandbox)
    if inspector is None:
        return parts.assembler(roles).assemble(groups)
    ready, outage = inspector.inspect(groups)
    result = parts.assembler(roles).assemble(ready)
    result.outage = str(outage) if outage else ""
    return result


def _poll(parts: Parts, summary: Summary) -> None:
    try:
        summary.polled = parts.poller().poll()
    except MailboxDown as fault:
        summary.troubles.append(PassTrouble("mailbox", str(fault), outage=True))
    except MailboxRefused as fault:
        summary.troubles.append(PassTrouble("mailbox", str(fault)))


def _judge(parts: Parts, sandbox: Sandbox, summary: Summary) -> None:
    try:
        summary.read = parts.reading(sandbox).read()
    except WorkersAway as fault:
        summary.troubles.append(PassTrouble("workers", str(fault), outage=True))
    except OSError as fault:
        # The disk or the sandbox, not a message: what is unread stays so, and no letter is written over it.
        summary.troubles.append(PassTrouble("store", f"reading broke off: {fault}", outage=True))
    # Before anything else that may fail: staff hear of marked mail at once.
    parts.alarm().sound()
    # Before the mail is given to units: a clerk's order is neither material nor a question.
    parts.order_taker(sandbox).take()
    summary.assembled = judge(parts, sandbox)
    parts.alarm().sound_doubts()
    if summary.assembled.outage:
        said = f"looking at scans broke off: {summary.assembled.outage}"
        summary.troubles.append(PassTrouble("store", said, outage=True))
    parts.sorter().sort()
    with viewing(parts.engine) as cn:
        waiting = attention.quarantined(cn)
        unfetched = damage.unfetched(cn)
        damaged = damage.told(cn)
    if waiting:
        said = f"{len(waiting)} message(s) in quarantine; see `shouwen quarantine list`"
        summary.troubles.append(PassTrouble("quarantine", said))
    if unfetched:
        said = f"{len(unfetched)} mail(s) not fetched whole yet, tried again each pass; the digest lists them"
        summary.troubles.append(PassTrouble("unfetched", said))
    if damaged:
        said = (
            f"{len(damaged)} message(s) damaged in the archive, fetched again; see `shouwen doctor --archive`"
        )
        # The digest tells of each while it lasts.
        summary.troubles.append(PassTrouble("archive", said, on_record=True))


def _answer(parts: Parts, summary: Summary, began: datetime) -> None:
    """Writes the letters; tells what went wrong over single units and letters since the pass began."""
    with viewing(parts.engine) as cn:
        known = progress.horizon(cn, clock.now())
    if known:
        parts.lapser().lapse(known)
    summary.composed = parts.correspondent().compose(known) if known else 0
    with viewing(parts.engine) as cn:
        unwritten = outbox.unwritten(cn)
        told = audit.troubles(cn, began, clock.now())
    summary.troubles += (PassTrouble("faults", what, on_record=True) for what in told)
    if unwritten:
        said = f"{unwritten} letter(s) could not be written; see `shouwen letters list`"
        summary.troubles.append(PassTrouble("letters", said))


def _deliver(parts: Parts, summary: Summary) -> None:
    summary.delivered = parts.postman().deliver()
    delivered = summary.delivered
    if delivered.held_up:
        said = "the store was restored: no letter goes before the mailbox was polled whole"
        summary.troubles.append(PassTrouble("letters", said, outage=True, on_record=True))
    if delivered.down:
        summary.troubles.append(PassTrouble("smtp", delivered.down, outage=True))
    if delivered.refused:
        summary.troubles.append(PassTrouble("smtp", delivered.refused))
    if delivered.dead or delivered.aside:
        said = f"{delivered.dead + delivered.aside} letter(s) wait for a person; see `shouwen letters list`"
        summary.troubles.append(PassTrouble("letters", said))
