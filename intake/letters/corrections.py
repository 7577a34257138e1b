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
from intake.letters.recipient import FRESH, LetterReader, correspondents_of, readers, with_group
from store.database.engine import viewing
from store.ledger import nominations, units
from store.letters import unanswered
from store.letters.letter_record import LastTold, last_told
from store.mail.progress import Horizon


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
            waiting = {(item.unit_id, item.sender) for item in unanswered.waiting_senders(cn)}
            busy = unanswered.unread_senders(cn)
            lacking, eased = self._changed(cn, last_told(cn), now)
            owed = dict.fromkeys(item.unit_id for item in (*lacking, *eased))
        written = 0
        for unit_row in owed:
            if self.stop.is_set():
                break
            held = busy | {sender for row, sender in waiting if row == unit_row}
            with turn(self.engine, unit_row) as cn:
                written += self.tell_unit(cn, unit_row, held, now)
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

    def tell_unit(self, cn: Connection, unit_row: int, busy: set[str], now: datetime) -> int:
        """A letter to each reader whom the change concerns, in the caller's transaction.

        `busy` have mail that waits for its answer.
        """
        who = correspondents_of(cn, unit_row, self.letterhead.registry)
        everybody = readers(cn, unit_row, who)
        # Read anew: since the look at all units this one may have been written to.
        lacking, eased = self._changed(cn, last_told(cn, unit_row), now)
        return sum(
            self._tell(cn, reader, {item.id for item in lacking}, {item.id for item in eased}, now)
            for reader in everybody
            if not with_group(reader, everybody) & busy
        )

    def _tell(
        self, cn: Connection, reader: LetterReader, lacking: set[int], eased: set[int], now: datetime
    ) -> bool:
        head = self.letterhead
        found, rows = reader.disclosures(cn)
        own = {row for item, row in zip(found, rows, strict=True) if reader.is_owner(item.case)}
        meant, relieved = lacking & own, eased & own
        if not meant and not relieved:
            return False
        came = [mail.received_at for mail in reader.mails] or [item.case.received_at for item in found]
        unit = units.by_row(cn, [reader.unit_row])[reader.unit_row]
        view = unit_letter.letter_for(unit, found, Answered(max(came), ()), head.campaign, now)
        if not relieved and view.kind is not LetterKind.DEFICIENCY:
            return False
        names = names_of([item for item, row in zip(found, rows, strict=True) if row in relieved])
        said = owing.said_of_all(found, rows, head.campaign)
        draft = LetterDraft(
            view.kind,
            ("unit", unit.key),
            replace(reader.fitted(view), eased=names),
            unit_row=reader.unit_row,
            said={row: item for row, item in said.items() if row in own},
            opens_round=True,
            tells_decisions=True,
        )
        return head.write(cn, reader.newest, draft, now) is not None
