"""Letters that a changed ledger owes: what a unit was last told of a nomination is so no longer.

A replay under changed rules, a decision taken back, or another unit's mail under a common total
may leave a nomination lacking something that nobody was told of, or in order though its unit was
asked for something, and nobody of the unit has written since.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.engine import Connection, Engine

from intake import clock
from intake.domain.letters import last_letter as owing
from intake.domain.letters import unit_letter
from intake.domain.letters.disclosure import names_of
from intake.domain.letters.unit_letter import Answered
from intake.domain.model.mail import LetterKind
from intake.domain.model.nomination import State
from intake.letters.letterhead import LetterDraft, Letterhead, turn
from intake.letters.recipient import FRESH, audience, disclosures
from store.database.engine import viewing
from store.ledger import nominations, units
from store.letters import unanswered
from store.letters.letter_record import LastTold, last_told
from store.mail.messages import Horizon


@dataclass(frozen=True, slots=True)
class Reviser:
    """The parts that telling of a changed ledger needs."""

    engine: Engine
    letterhead: Letterhead
    stop: threading.Event

    def tell(self, known: Horizon) -> int:
        """Writes one letter to each unit that was told otherwise than its nominations stand now.

        A unit whose mail waits for its answer hears of it there.
        """
        now = clock.now()
        if known.came < now - FRESH:
            return 0
        with viewing(self.engine) as cn:
            waiting = {item.unit_id for item in unanswered.waiting_units(cn)}
            lacking, eased = self._changed(cn, last_told(cn), now)
            owed = dict.fromkeys(item.unit_id for item in (*lacking, *eased) if item.unit_id not in waiting)
        written = 0
        for unit_row in owed:
            if self.stop.is_set():
                break
            with turn(self.engine, unit_row) as cn:
                written += self._tell_unit(cn, unit_row, now)
        return written

    def _changed(
        self, cn: Connection, entries: Sequence[LastTold], now: datetime
    ) -> tuple[list[LastTold], list[LastTold]]:
        """Those that lack what nobody was told of, and those in order of which something was asked."""
        campaign = self.letterhead.campaign
        open_ones = [item.id for item in entries if item.state is not State.COMPLETE]
        findings = nominations.findings_of(cn, open_ones)
        lacking, eased = [], []
        for item in entries:
            holds = owing.said_of(item.state, findings.get(item.id, ()), campaign)
            if owing.lacks_more(item.said, holds, now, papers_since=item.papers_since):
                lacking.append(item)
            # Where staff have decided on its neighbours, the unit knows from their letter what became of it.
            elif not item.decided_since and owing.is_eased(
                item.said, item.state, papers_since=item.papers_since
            ):
                eased.append(item)
        return lacking, eased

    def _tell_unit(self, cn: Connection, unit_row: int, now: datetime) -> bool:
        head = self.letterhead
        mails = unanswered.ever_of_unit(cn, unit_row)
        reader = audience(cn, unit_row, mails)
        # Read anew: since the look at all units this one may have been written to.
        lacking, eased = self._changed(cn, last_told(cn, unit_row), now)
        if reader is None or unanswered.senders_of(cn, unit_row) & unanswered.unread_senders(cn):
            return False
        found, rows = disclosures(cn, reader)
        answered = Answered(max(mail.received_at for mail in mails), ())
        unit = units.by_row(cn, [unit_row])[unit_row]
        view = unit_letter.letter_for(unit, found, answered, head.campaign, now)
        meant, relieved = ({item.id for item in some} & set(rows) for some in (lacking, eased))
        if not relieved and not (meant and view.kind is LetterKind.DEFICIENCY):
            return False
        names = names_of([item for item, row in zip(found, rows, strict=True) if row in relieved])
        draft = LetterDraft(
            view.kind,
            ("unit", unit.key),
            replace(view, eased=names),
            unit_row=unit_row,
            said=owing.said_of_all(found, rows, head.campaign),
            opens_round=True,
            tells_decisions=True,
        )
        return head.write(cn, reader.newest, draft, now) is not None
