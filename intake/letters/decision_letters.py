"""Letters that tell units what a person decided: all decisions of some minutes in one.

Letters that answer no mail (these, and reminders) go to the newest mail of whoever is known to write for
the unit, in its thread.  Their keys are the first decision that they tell, and unit and stage of the
reminder; `decision.letter_id` is the promise that no decision is told twice.  A decision waits for the
settling time, so that several are one letter and a mistake can be taken back.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.engine import Connection, Engine

from intake import clock
from intake.domain.letters import unit_letter
from intake.domain.letters.last_letter import by_person
from intake.domain.model.mail import LetterKind
from intake.letters.letterhead import LetterDraft, Letterhead, turn
from intake.letters.recipient import Audience, audience
from store.database.engine import viewing
from store.ledger import units
from store.ledger.nominations import Standing
from store.letters import decisions, unanswered
from store.letters.decisions import Decided

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Teller:
    """The parts that telling decisions needs."""

    engine: Engine
    letterhead: Letterhead
    stop: threading.Event

    def tell(self) -> int:
        """Writes the letters that decisions owe once nobody has decided for the settling time."""
        settle = timedelta(seconds=self.letterhead.letters.settle_seconds)
        with viewing(self.engine) as cn:
            waiting = decisions.untold(cn)
        newest = {item.unit_id: item.at for item in waiting}
        written = 0
        for unit_row, at in newest.items():
            if self.stop.is_set():
                break
            if at + settle <= clock.now():
                with turn(self.engine, unit_row) as cn:
                    written += self._tell_unit(cn, unit_row)
        return written

    def _tell_unit(self, cn: Connection, unit_row: int) -> int:
        """One letter to the unit; further ones only where no single reader may be told of everything."""
        mails = unanswered.ever_of_unit(cn, unit_row)
        waiting = decisions.untold(cn, unit_row)
        written = 0
        while waiting:
            reader = audience(cn, unit_row, mails)
            if reader is None:
                log.warning("decisions on nominations of unit %d wait: nobody can be written to", unit_row)
                break
            entries = {entry.id: entry for entry in reader.standings(cn)}
            told = [item for item in waiting if item.nomination_id in entries]
            if told:
                if not self._write(cn, reader, told, entries):
                    break
                written += 1
            waiting = [item for item in waiting if item not in told]
            mails = [mail for mail in mails if mail.claimed_from != reader.newest.claimed_from]
        return written

    def _write(
        self, cn: Connection, reader: Audience, told: Sequence[Decided], entries: dict[int, Standing]
    ) -> bool:
        now, campaign = clock.now(), self.letterhead.campaign
        unit = units.by_row(cn, [reader.unit_row])[reader.unit_row]
        said = [(entries[item.nomination_id].case, item.action, item.told) for item in told]
        draft = LetterDraft(
            LetterKind.DECISION,
            ("decision", told[0].id),
            unit_letter.decision_letter(unit, said, campaign, now),
            unit_row=reader.unit_row,
            said={item.nomination_id: by_person(item.action, campaign) for item in told},
            tells_decisions=True,
        )
        return self.letterhead.write(cn, reader.newest, draft, now) is not None
