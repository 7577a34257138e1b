"""lapse: deficient nominations whose unit was told in time and sent nothing by the end of the time for it.

Nothing is refused by this: a lapsed nomination stands in the ledger, comes back when something
arrives late, and a person may reopen it at any time.

It needs a whole poll that began after the end, and a notice that was sent and did not come back.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.engine import Engine

from intake import clock
from intake.domain.campaign.campaign import Campaign
from intake.domain.model import lifecycle
from intake.domain.model.nomination import State
from intake.domain.text.calendar import moment
from store.database.engine import writing
from store.ledger import nominations
from store.letters import letter_record, notices, unanswered
from store.mail import messages
from store.mail.progress import Horizon

log = logging.getLogger(__name__)

FAIR = timedelta(days=1)
"""Whoever was told later than this before the end had no time to mend anything: a person decides."""


@dataclass(frozen=True, slots=True)
class Lapser:
    """The parts that lapsing needs."""

    engine: Engine
    campaign: Campaign

    def lapse(self, known: Horizon) -> list[str]:
        """Lets what was not cured in time lapse; returns the numbers.

        Only when the mailbox is known whole up to the end: a supplement that came in time may not
        have been fetched, or read, yet.
        """
        now, until = clock.now(), self.campaign.campaign.supplement_until
        if now < until or known.came < until:
            return []
        with writing(self.engine) as cn:
            overdue = [
                item
                for item in notices.lacking(cn)
                if item.first_told and item.first_told <= until - FAIR and not item.decided
            ]
            if not overdue or messages.unread(cn):
                return []
            promised = {row.id: row.said.until for row in letter_record.last_told(cn) if row.said.until}
            busy = unanswered.unread_senders(cn)
            lapsed = []
            for item in overdue:
                # A limit that was moved forward since holds only once the unit has been told of it.
                early = now < promised.get(item.id, until)
                if early or unanswered.senders_on(cn, [item.id]) & busy:
                    continue
                after = lifecycle.by_rule(State.DEFICIENT, State.LAPSED)
                said = f"told before the end on {moment(until)}, and not cured"
                nominations.change_state(cn, item.id, item.number, State.DEFICIENT, after, now, said)
                lapsed.append(item.number)
        if lapsed:
            log.info("%d nomination(s) lapsed: %s", len(lapsed), ", ".join(lapsed))
        return lapsed
