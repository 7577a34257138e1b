"""Plain receipts to senders whom nobody has verified: that something came, and not a word of what.

The letter names no nominee, no file and no unit, bears no number of a nomination, and belongs to no unit: a
reply to it makes nobody the unit's correspondent.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.engine import Connection, Engine

from intake import clock
from intake.domain.letters import unit_letter
from intake.domain.model.mail import LetterKind, MessageKind
from intake.letters.letterhead import Letterhead
from store.database.engine import viewing, writing
from store.letters import outbox, plain_receipts
from store.letters.plain_receipts import Question
from store.mail.messages import Horizon

QUIET = timedelta(days=30)
"""A sender gets one plain receipt within this time: it says all that may be said."""


@dataclass(frozen=True, slots=True)
class Acknowledger:
    """The parts that plain receipts need; mail in the folders `but_in` (junk) alone gets none."""

    engine: Engine
    letterhead: Letterhead
    but_in: Collection[str]
    stop: threading.Event

    def acknowledge(self, known: Horizon) -> int:
        """Writes the plain receipts that unverified material is owed; returns their number."""
        settle = timedelta(seconds=self.letterhead.letters.settle_seconds)
        opened = self.letterhead.campaign.campaign.opens_at
        with viewing(self.engine) as cn:
            waiting = plain_receipts.waiting(cn, MessageKind.MATERIAL, opened, self.but_in)
        written = 0
        for sender in dict.fromkeys(item.mail.answer_to for item in waiting):
            if self.stop.is_set():
                break
            with writing(self.engine) as cn:
                own = plain_receipts.waiting(cn, MessageKind.MATERIAL, opened, self.but_in, sender)
                if own and all(
                    min(item.mail.received_at, item.archived) + settle <= known.came
                    and item.archived <= known.archived
                    for item in own
                ):
                    written += self._receipt(cn, own)
        return written

    def _receipt(self, cn: Connection, brought: Sequence[Question]) -> bool:
        """One receipt for all that a sender brought, or none where he has had one lately."""
        now, head = clock.now(), self.letterhead
        newest, to = brought[-1], brought[-1].mail.answer_to or ""
        rows = [item.mail.id for item in brought]
        earlier = plain_receipts.latest_receipt(cn, head.key("unverified", ""), to, now - QUIET)
        if earlier is not None:
            plain_receipts.cover(cn, earlier, rows)
            return False
        if not head.has_room(cn, newest.mail, now):
            return False
        reference = head.reference(cn, now)
        view = unit_letter.unverified_receipt(head.campaign, reference, newest.mail.received_at, now)
        owed = head.owed(
            head.composer.render_enquiry(view),
            LetterKind.RECEIPT,
            reference,
            head.key("unverified", to, newest.content_hash),
            newest.mail,
            now,
            answers=rows,
        )
        outbox.put(cn, owed, now)
        return True
