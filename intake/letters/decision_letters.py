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
from intake.letters.recipient import LetterReader, correspondents_of, readers
from store.database.engine import viewing
from store.ledger import units
from store.ledger.nominations import Standing
from store.letters import decisions, outbox
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
        """A letter to everybody who may read of a decision: to the correspondents, and who sent the material.

        Where one of them has had his letters of the day, the decisions stay to be told, to those who
        have not heard of them.
        """
        waiting = decisions.untold(cn, unit_row)
        who = correspondents_of(cn, unit_row, self.letterhead.registry)
        heard: set[int] = set()
        written, first, whole = 0, None, True
        for reader in readers(cn, unit_row, who):
            entries = {entry.id: entry for entry in reader.standings(cn) if reader.is_owner(entry.case)}
            told = [item for item in waiting if item.nomination_id in entries]
            key = ("decision", told[0].id, reader.address) if told else ()
            if not told or outbox.has_key(cn, self.letterhead.key(*key)):
                continue
            row = self._write(cn, reader, told, entries, key)
            whole = whole and row is not None
            if row is not None:
                written, first, heard = written + 1, first or row, heard | {item.id for item in told}
        if first is None:
            log.warning("decisions on nominations of unit %d wait: nobody can be written to", unit_row)
        elif whole:
            decisions.mark_told(cn, heard, first)
        return written

    def _write(
        self,
        cn: Connection,
        reader: LetterReader,
        told: Sequence[Decided],
        entries: dict[int, Standing],
        key: tuple[object, ...],
    ) -> int | None:
        now, campaign = clock.now(), self.letterhead.campaign
        unit = units.by_row(cn, [reader.unit_row])[reader.unit_row]
        said = [(entries[item.nomination_id].case, item.action, item.told) for item in told]
        draft = LetterDraft(
            LetterKind.DECISION,
            key,
            unit_letter.decision_letter(unit, said, campaign, now),
            unit_row=reader.unit_row,
            said={item.nomination_id: by_person(item.action, campaign) for item in told},
        )
        return self.letterhead.write(cn, reader.newest, draft, now)
