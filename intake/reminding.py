"""Reminders: to units that were told what lacks and have not sent it, some days before the end."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy.engine import Connection, Engine

from intake import clock
from intake.audience import FRESH, audience, told
from intake.domain import reply
from intake.domain.calendar import local, stage_day
from intake.domain.model import LetterKind
from intake.letterhead import Letterhead
from store import outbox, unanswered, units
from store import told as notices
from store.engine import viewing, writing
from store.messages import Horizon
from store.told import Lacking

OPENS = time(8, 0)
"""Nobody wants to be reminded at midnight: the day's reminders are written from this hour, Beijing time."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """The parts that reminding needs."""

    engine: Engine
    letterhead: Letterhead
    stop: threading.Event

    def remind(self, known: Horizon) -> int:
        """Writes the reminders that are due today; one a unit and stage for ever."""
        now = clock.now()
        head = self.letterhead.campaign.campaign
        stage = stage_day(local(now).date(), head.supplement_until, head.reminders)
        if stage is None or local(now).time() < OPENS or known.came < now - FRESH:
            return 0
        with viewing(self.engine) as cn:
            lacking = notices.lacking(cn)
            busy = unanswered.unread_senders(cn)
            waiting = {item.unit_id for item in unanswered.waiting_units(cn)}
        written = 0
        for unit_row in dict.fromkeys(item.unit_id for item in lacking):
            if self.stop.is_set():
                break
            own = [item for item in lacking if item.unit_id == unit_row]
            if unit_row not in waiting and _told_before(own, stage):
                with writing(self.engine) as cn:
                    written += self._remind_unit(cn, unit_row, str(stage), busy, now)
        return written

    def _remind_unit(self, cn: Connection, unit_row: int, stage: str, busy: set[str], now: datetime) -> bool:
        head = self.letterhead
        mails = unanswered.ever_of_unit(cn, unit_row)
        reader = audience(cn, unit_row, mails)
        unit = units.by_row(cn, [unit_row])[unit_row]
        key = head.key("unit", unit.key, "reminder", stage)
        if reader is None or outbox.has_key(cn, key) or unanswered.senders_of(cn, unit_row) & busy:
            return False
        # Read anew: between the look at all units and this one's turn a person may have decided.
        known = {item.id for item in notices.lacking(cn) if item.unit_id == unit_row and item.last_told}
        found, rows = told(cn, reader)
        told_before = [item for item, row in zip(found, rows, strict=True) if row in known]
        lacking = reply.still_lacking(told_before, head.campaign)
        if not lacking:
            return False
        came = max(mail.received_at for mail in mails)
        reference = head.reference(cn, now)
        view = reply.reminder_for(unit, lacking, came, head.campaign, reference, now)
        owed = head.owed(
            head.composer.render_letter(view),
            LetterKind.REMINDER,
            reference,
            key,
            reader.newest,
            now,
            unit_row=unit_row,
            nominations=[row for item, row in zip(found, rows, strict=True) if item in lacking],
        )
        outbox.put(cn, owed, now)
        return True


def _told_before(lacking: Sequence[Lacking], stage: date) -> bool:
    """True where the unit knows what lacks, and no notice is so new that a reminder would press it."""
    times = [item.last_told for item in lacking if item.last_told]
    return bool(times) and local(max(times)).date() < stage
