"""Reminders: to units that were told what is wanted and have not sent it, some days before the end.

What is wanted is what lacks, and the order of nominations beyond the quota.  Whoever has written
since he was asked for an order has perhaps given it: a person reads that, and he is not pressed.

The mailbox must be known whole within the hour, and a notice must have been sent and not have come back.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy.engine import Connection, Engine

from intake import clock
from intake.domain.letters import unit_letter
from intake.domain.letters.disclosure import Disclosure
from intake.domain.letters.last_letter import said_of_all
from intake.domain.model.mail import LetterKind
from intake.domain.model.nomination import State, Unit
from intake.domain.text.calendar import local, stage_day
from intake.letters.letterhead import LetterDraft, Letterhead, turn
from intake.letters.recipient import FRESH, LetterReader, correspondents_of, readers, with_group
from store.database.engine import viewing
from store.ledger import units
from store.letters import notices, outbox, unanswered
from store.letters.notices import Lacking
from store.mail.progress import Horizon

OPENS = time(8, 0)
"""Nobody wants to be reminded at midnight: the day's reminders are written from this hour, Beijing time."""

WANTED = (State.DEFICIENT, State.HELD)
"""The states in which something is wanted of the unit."""


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
            lacking = notices.lacking(cn, WANTED)
            busy = unanswered.unread_senders(cn)
            waiting = {(item.unit_id, item.sender) for item in unanswered.waiting_senders(cn)}
        written = 0
        for unit_row in dict.fromkeys(item.unit_id for item in lacking):
            if self.stop.is_set():
                break
            own = [item for item in lacking if item.unit_id == unit_row]
            if _told_before(own, stage):
                held = busy | {sender for row, sender in waiting if row == unit_row}
                with turn(self.engine, unit_row) as cn:
                    written += self._remind_unit(cn, unit_row, str(stage), held, now)
        return written

    def _remind_unit(self, cn: Connection, unit_row: int, stage: str, busy: set[str], now: datetime) -> int:
        """Reminds everybody of what is wanted of his own material, the correspondents of all of it.

        Who sent mail that waits to be read or answered (`busy`) hears of it there.
        """
        who = correspondents_of(cn, unit_row, self.letterhead.registry)
        everybody = readers(cn, unit_row, who)
        return sum(
            self._remind(cn, reader, with_group(reader, everybody), stage, now)
            for reader in everybody
            if not with_group(reader, everybody) & busy
        )

    def _remind(
        self, cn: Connection, reader: LetterReader, senders: Collection[str], stage: str, now: datetime
    ) -> bool:
        head, unit_row = self.letterhead, reader.unit_row
        unit = units.by_row(cn, [unit_row])[unit_row]
        key = ("unit", unit.key, "reminder", stage)
        if any(outbox.has_key(cn, head.key(*known)) for known in (key, (*key, reader.address))):
            return False
        items, rows = reader.disclosures(cn)
        found = {row: item for row, item in zip(rows, items, strict=True) if reader.is_owner(item.case)}
        lacking, to_rank = self._wanted(cn, unit, unit_row, found, senders)
        wanted = [row for row, item in found.items() if item in lacking or item in to_rank]
        if not wanted:
            return False
        items = [found[row] for row in wanted]
        # A correspondent who has sent nothing himself is told when the papers came.
        came = [mail.received_at for mail in reader.mails] or [item.case.received_at for item in items]
        ranked = list(found.values()) if to_rank else []
        draft = LetterDraft(
            LetterKind.REMINDER,
            (*key, reader.address),
            reader.fitted(unit_letter.reminder_for(unit, items, ranked, max(came), head.campaign, now)),
            unit_row=unit_row,
            said=said_of_all(items, wanted, head.campaign),
        )
        return head.write(cn, reader.newest, draft, now) is not None

    def _wanted(
        self,
        cn: Connection,
        unit: Unit,
        unit_row: int,
        found: Mapping[int, Disclosure],
        senders: Collection[str],
    ) -> tuple[Sequence[Disclosure], Sequence[Disclosure]]:
        """Of these nominations those that lack something, and those to be ranked, as the unit was told."""
        # Read anew: between the look at all units and this one's turn a person may have decided.
        asked = {item.id: item for item in notices.lacking(cn, WANTED) if item.unit_id == unit_row}
        times = {row: item.last_told for row, item in asked.items() if item.last_told}
        campaign = self.letterhead.campaign
        lacking = unit_letter.still_lacking([item for row, item in found.items() if row in times], campaign)
        to_rank = unit_letter.still_to_rank(unit, list(found.values()), campaign)
        if not times or notices.has_written_since(cn, senders, max(times.values())):
            return lacking, ()
        return lacking, [item for row, item in found.items() if item in to_rank and row in times]


def _told_before(lacking: Sequence[Lacking], stage: date) -> bool:
    """True where the unit knows what lacks, and no notice is so new that a reminder would press it."""
    times = [item.last_told for item in lacking if item.last_told]
    return bool(times) and local(max(times)).date() < stage
