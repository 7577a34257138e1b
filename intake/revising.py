"""Letters that a changed ledger owes: what a unit was told is in order is so no longer.

A replay under changed rules, a decision taken back, or another unit's mail under a common total
may leave a nomination lacking or over its quota though nobody of its unit has written since.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

from sqlalchemy.engine import Connection, Engine

from intake import clock
from intake.audience import FRESH, audience, told
from intake.domain import reply
from intake.domain.model import LetterKind
from intake.domain.reply import Answered
from intake.letterhead import Letterhead
from store import outbox, unanswered, units
from store import told as decisions
from store.engine import viewing, writing
from store.messages import Horizon
from store.revised import overtaken


@dataclass(frozen=True, slots=True)
class Reviser:
    """The parts that telling of a changed ledger needs."""

    engine: Engine
    letterhead: Letterhead
    stop: threading.Event

    def tell(self, known: Horizon) -> int:
        """Writes one notice to each unit whose nominations lack something it was not told of.

        A unit whose mail waits for its answer hears of it there.
        """
        if known.came < clock.now() - FRESH:
            return 0
        with viewing(self.engine) as cn:
            waiting = {item.unit_id for item in unanswered.waiting_units(cn)}
            owing = dict.fromkeys(unit for _, unit in sorted(overtaken(cn)) if unit not in waiting)
        written = 0
        for unit_row in owing:
            if self.stop.is_set():
                break
            with writing(self.engine) as cn:
                written += self._tell_unit(cn, unit_row)
        return written

    def _tell_unit(self, cn: Connection, unit_row: int) -> bool:
        now, head = clock.now(), self.letterhead
        mails = unanswered.ever_of_unit(cn, unit_row)
        reader = audience(cn, unit_row, mails)
        # Read anew: since the look at all units this one may have been written to.
        meant = {row for row, owner in overtaken(cn) if owner == unit_row}
        if reader is None or unanswered.senders_of(cn, unit_row) & unanswered.unread_senders(cn):
            return False
        found, rows = told(cn, reader)
        answered = Answered(max(mail.received_at for mail in mails), ())
        unit = units.by_row(cn, [unit_row])[unit_row]
        view = reply.letter_for(unit, found, answered, head.campaign, "", now)
        if not meant & set(rows) or view.kind is not LetterKind.DEFICIENCY:
            return False
        reference = head.reference(cn, now)
        round_number = outbox.next_round(cn, unit_row)
        owed = head.owed(
            head.composer.render_letter(replace(view, reference=reference)),
            view.kind,
            reference,
            head.key("unit", unit.key, round_number),
            reader.newest,
            now,
            unit_row=unit_row,
            round_number=round_number,
            nominations=rows,
        )
        decisions.told_along(cn, rows, outbox.put(cn, owed, now))
        return True
