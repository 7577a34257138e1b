"""compose: from the ledger to the letters owed, in the outbox.

A letter is owed to each sender once his mail for a unit has been quiet for the settling time, as far as
the mailbox is known: mail that came after the last whole poll is not, and what it
might hold must not be asked for.

The round of a letter is a counter on the unit; a letter lists all live nominations of the unit, so that what
is in order is said to be in order.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes, policy

from sqlalchemy.engine import Connection, Engine

from intake import clock
from intake.domain.assembly.correspondents import Correspondents
from intake.domain.letters import unit_letter
from intake.domain.letters.disclosure import Disclosure
from intake.domain.letters.last_letter import said_of_all
from intake.domain.letters.unit_letter import Answered
from intake.domain.mail.links import CloudLink, still_open
from intake.domain.text.calendar import local
from intake.letters.corrections import Reviser
from intake.letters.decision_letters import Teller
from intake.letters.letterhead import LetterDraft, Letterhead, turn
from intake.letters.loop_guard import LoopGuard
from intake.letters.plain_receipts import Acknowledger
from intake.letters.recipient import LetterReader, correspondents_of, readers, settled, with_group
from intake.letters.reminders import Reminder
from store.database.engine import viewing
from store.ledger import units
from store.letters import outbox, unanswered
from store.letters.unanswered import Unanswered, Waiting
from store.mail import damage, material
from store.mail.progress import Horizon

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ForeseenLetter:
    """A letter as its reader would have it: his address, the subject, the words.

    `fault` tells why it could not be put into words, most likely by a template of the office's own.
    """

    to: str
    subject: str
    text: str
    fault: str = ""


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
            waiting = unanswered.waiting_senders(cn)
            unjudged = unanswered.unread_senders(cn)
        written = 0
        for unit_row in dict.fromkeys(item.unit_id for item in waiting):
            if self.stop.is_set():
                break
            of_unit = [item for item in waiting if item.unit_id == unit_row]
            quiet = [
                item for item in of_unit if item.came + settle <= known.came and item.newest <= known.newest
            ]
            if quiet:
                with turn(self.engine, unit_row) as cn:
                    written += self._compose_unit(cn, of_unit, quiet, unjudged)
        written += Acknowledger(self.engine, self.letterhead, self.stop).acknowledge(known)
        # After the rounds: what a round has told is told to nobody a second time.
        written += Teller(self.engine, self.letterhead, self.stop).tell()
        written += Reviser(self.engine, self.letterhead, self.stop).tell(known)
        return written + Reminder(self.engine, self.letterhead, self.stop).remind(known)

    def letters_owed(self, cn: Connection, unit_rows: Collection[int]) -> list[ForeseenLetter]:
        """What these units would read if the ledger stood as the transaction left it; the caller undoes it.

        The letters are written as if all mail had settled: what has not been answered is answered, and a unit
        that was told otherwise than its nominations stand now hears of that.
        """
        before = outbox.newest(cn)
        waiting = unanswered.waiting_senders(cn)
        reviser = Reviser(self.engine, self.letterhead, self.stop)
        for unit_row in sorted(unit_rows):
            of_unit = [item for item in waiting if item.unit_id == unit_row]
            if of_unit:
                self._compose_unit(cn, of_unit, of_unit, set())
            else:
                reviser.tell_unit(cn, unit_row, set(), clock.now())
        return [_as_read(*written) for written in outbox.written_after(cn, before)]

    def _compose_unit(
        self, cn: Connection, waiting: Sequence[Waiting], quiet: Sequence[Waiting], unjudged: set[str]
    ) -> int:
        """A letter to each sender whose mail has settled, in the caller's transaction; returns how many.

        Of what others sent the correspondents hear too.
        """
        unit_row = waiting[0].unit_id
        who = correspondents_of(cn, unit_row, self.letterhead.registry)
        ready = settled(waiting, who, quiet)
        mails = unanswered.of_unit(cn, unit_row)
        everybody = readers(cn, unit_row, who)
        written: list[LetterReader] = []
        for reader in everybody:
            own = reader.of(mails)
            if not own or not {mail.claimed_from for mail in own if mail.answer_to} <= ready:
                continue
            if with_group(reader, everybody) & unjudged:
                log.warning("a letter on unit %d waits: mail of its sender is not read yet", unit_row)
            elif self._answer(cn, reader, own, who):
                written.append(reader)
        if who.named and not all(reader.known for reader in written):
            written += [
                reader
                for reader in everybody
                if reader.known and reader not in written and self._tell_beside(cn, reader, mails, who)
            ]
        return len(written)

    def _answer(
        self, cn: Connection, reader: LetterReader, mails: Sequence[Unanswered], who: Correspondents
    ) -> bool:
        """The letter that answers a sender's mails; none where nothing in them is new."""
        if LoopGuard(self.letterhead).spare(cn, reader.unit_row, mails):
            return False
        return self._write(cn, reader, mails, who, answers=[mail.id for mail in mails])

    def _tell_beside(
        self, cn: Connection, reader: LetterReader, mails: Sequence[Unanswered], who: Correspondents
    ) -> bool:
        """Tells a correspondent of what another address sent for the unit: once a day, whoever sends much."""
        unit = units.by_row(cn, [reader.unit_row])[reader.unit_row]
        key = ("unit", unit.key, "beside", local(clock.now()).date(), reader.address)
        if outbox.has_key(cn, self.letterhead.key(*key)):
            return False
        return self._write(cn, reader, mails, who, key=key)

    def _write(
        self,
        cn: Connection,
        reader: LetterReader,
        mails: Sequence[Unanswered],
        who: Correspondents,
        *,
        answers: Sequence[int] = (),
        key: tuple[object, ...] = (),
    ) -> bool:
        now, head = clock.now(), self.letterhead
        unit = units.by_row(cn, [reader.unit_row])[reader.unit_row]
        found, rows = reader.disclosures(cn)
        view = unit_letter.letter_for(
            unit, found, self._answered(cn, mails, found, answers), head.campaign, now
        )
        said = said_of_all(found, rows, head.campaign)
        own = {row for item, row in zip(found, rows, strict=True) if reader.is_owner(item.case)}
        draft = LetterDraft(
            view.kind,
            key or ("unit", unit.key),
            reader.fitted(view),
            answers=answers,
            unit_row=reader.unit_row,
            said={row: item for row, item in said.items() if row in own},
            opens_round=not key,
            # A decision is told when it has come to all who are to hear of it.
            tells_decisions=reader.known or not who.named,
        )
        return head.write(cn, reader.newest, draft, now) is not None

    @staticmethod
    def _answered(
        cn: Connection, mails: Sequence[Unanswered], found: Sequence[Disclosure], answers: Sequence[int]
    ) -> Answered:
        """What the letter answers; the files and links of others' mails are theirs to hear of."""
        names = material.filenames_of_messages(cn, answers)
        filed = [item.document.filename for entry in found for item in entry.case.documents]
        links: list[CloudLink] = [link for mail in mails if mail.id in answers for link in mail.links]
        return Answered(
            max(mail.received_at for mail in mails),
            unit_letter.copies(names, filed),
            still_open(links, [*names, *filed]),
        )


def _as_read(to: str, raw: bytes, trouble: str) -> ForeseenLetter:
    if not raw:
        return ForeseenLetter(to, "", "", trouble)
    mail = message_from_bytes(raw, policy=policy.default)
    body = mail.get_body(("plain",))
    return ForeseenLetter(to, str(mail["Subject"] or ""), str(body.get_content()) if body else "")
