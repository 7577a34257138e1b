"""compose: from the ledger to the letters owed, in the outbox.

A letter is owed once a unit's mail has been quiet for the settling time, as far as
the mailbox is known: mail that came after the last whole poll is not, and what it
might hold must not be asked for.

The round of a letter is a counter on the unit; a letter lists all live nominations of the unit, so that what
is in order is said to be in order.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.engine import Connection, Engine

from intake import clock
from intake.domain.letters import unit_letter
from intake.domain.letters.disclosure import Disclosure
from intake.domain.letters.last_letter import said_of_all
from intake.domain.letters.unit_letter import Answered
from intake.domain.mail.links import CloudLink, still_open
from intake.letters.corrections import Reviser
from intake.letters.decision_letters import Teller
from intake.letters.letterhead import LetterDraft, Letterhead, turn
from intake.letters.loop_guard import LoopGuard
from intake.letters.plain_receipts import Acknowledger
from intake.letters.recipient import audience, disclosures
from intake.letters.reminders import Reminder
from store.database.engine import viewing
from store.ledger import units
from store.letters import unanswered
from store.letters.unanswered import Unanswered
from store.mail import damage, material
from store.mail.messages import Horizon

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Correspondent:
    """The parts that composing needs."""

    engine: Engine
    letterhead: Letterhead
    stop: threading.Event

    def compose(self, known: Horizon) -> int:
        """Writes every letter that is owed about mail within the horizon; returns their number."""
        settle = timedelta(seconds=self.letterhead.letters.settle_seconds)
        with viewing(self.engine) as cn:
            if damage.holds_letters(cn):
                return 0
            waiting = unanswered.waiting_units(cn)
            unjudged = unanswered.unread_senders(cn)
        written = 0
        for item in waiting:
            if self.stop.is_set():
                break
            if item.came + settle <= known.came and item.archived <= known.archived:
                with turn(self.engine, item.unit_id) as cn:
                    written += self._compose_one(cn, item.unit_id, unjudged)
        written += Acknowledger(self.engine, self.letterhead, self.stop).acknowledge(known)
        # After the rounds: what a round has told is told to nobody a second time.
        written += Teller(self.engine, self.letterhead, self.stop).tell()
        written += Reviser(self.engine, self.letterhead, self.stop).tell(known)
        return written + Reminder(self.engine, self.letterhead, self.stop).remind(known)

    def _compose_one(self, cn: Connection, unit_row: int, unjudged: set[str]) -> bool:
        if unanswered.senders_of(cn, unit_row) & unjudged:
            log.warning("a letter to unit %d waits: mail of the same sender is not read yet", unit_row)
            return False
        mails = unanswered.of_unit(cn, unit_row)
        reader = audience(cn, unit_row, mails)
        if reader is None:
            return False
        now, head = clock.now(), self.letterhead
        if LoopGuard(head).spare(cn, unit_row, mails):
            return False
        unit = units.by_row(cn, [unit_row])[unit_row]
        found, rows = disclosures(cn, reader)
        view = unit_letter.letter_for(unit, found, self._answered(cn, mails, found), head.campaign, now)
        draft = LetterDraft(
            view.kind,
            ("unit", unit.key),
            view,
            answers=[mail.id for mail in mails],
            unit_row=unit_row,
            said=said_of_all(found, rows, head.campaign),
            opens_round=True,
            tells_decisions=True,
        )
        return head.write(cn, reader.newest, draft, now) is not None

    @staticmethod
    def _answered(cn: Connection, mails: list[Unanswered], found: list[Disclosure]) -> Answered:
        names = material.filenames_of_messages(cn, [mail.id for mail in mails])
        filed = [item.document.filename for entry in found for item in entry.case.documents]
        links: list[CloudLink] = [link for mail in mails for link in mail.links]
        return Answered(
            max(mail.received_at for mail in mails),
            unit_letter.copies(names, filed),
            still_open(links, [*names, *filed]),
        )
