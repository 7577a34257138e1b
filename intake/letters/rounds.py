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
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.engine import Connection, Engine

from intake import clock
from intake.config.settings import LettersSettings, SmtpSettings
from intake.domain.campaign.campaign import Campaign
from intake.domain.letters import unit_letter
from intake.domain.letters.disclosure import Told
from intake.domain.letters.last_letter import said_of_all
from intake.domain.letters.unit_letter import Answered
from intake.domain.mail.links import CloudLink, still_open
from intake.domain.model.mail import LetterKind, MessageKind
from intake.letters.corrections import Reviser
from intake.letters.decision_letters import Teller
from intake.letters.letterhead import Letterhead
from intake.letters.loop_guard import LoopGuard
from intake.letters.plain_receipts import Acknowledger
from intake.letters.recipient import audience
from intake.letters.recipient import told as told_to
from intake.letters.reminders import Reminder
from intake.mail.message import Composer
from store.database.engine import viewing, writing
from store.ledger import units
from store.letters import decisions, outbox, plain_receipts, unanswered
from store.letters.last_letter import record_said
from store.letters.plain_receipts import Question
from store.letters.unanswered import Unanswered
from store.mail import material, messages
from store.mail.messages import Horizon

log = logging.getLogger(__name__)


JUNK = frozenset(
    {"垃圾邮件", "广告邮件", "订阅邮件", "病毒文件夹", "Junk", "Junk E-mail", "Spam", "Bulk Mail"}
)
"""Where providers put what they take for mass mail: an answer would tell a spammer that we read."""


@dataclass(frozen=True, slots=True)
class Correspondent:
    """The parts that composing needs."""

    engine: Engine
    campaign: Campaign
    composer: Composer
    smtp: SmtpSettings
    letters: LettersSettings
    stop: threading.Event

    @property
    def letterhead(self) -> Letterhead:
        """What all letters share."""
        return Letterhead(self.campaign, self.composer, self.smtp, self.letters)

    def compose(self, known: Horizon) -> int:
        """Writes every letter that is owed about mail within the horizon; returns their number."""
        settle = timedelta(seconds=self.letters.settle_seconds)
        with viewing(self.engine) as cn:
            if messages.unread(cn):
                return 0
            waiting = unanswered.waiting_units(cn)
            unjudged = unanswered.unread_senders(cn)
        written = 0
        for item in waiting:
            if self.stop.is_set():
                break
            if item.came + settle <= known.came and item.archived <= known.archived:
                with writing(self.engine) as cn:
                    written += self._compose_one(cn, item.unit_id, unjudged)
        written += self._answer_questions(known, settle)
        written += Acknowledger(self.engine, self.letterhead, JUNK, self.stop).acknowledge(known)
        # After the rounds: what a round has told is told to nobody a second time.
        written += Teller(self.engine, self.letterhead, self.stop).tell()
        written += Reviser(self.engine, self.letterhead, self.stop).tell(known)
        return written + Reminder(self.engine, self.letterhead, self.stop).remind(known)

    def _answer_questions(self, known: Horizon, settle: timedelta) -> int:
        """Plain receipts, one a sender in thirty days; questions of before the campaign get none."""
        opened = self.campaign.campaign.opens_at
        with viewing(self.engine) as cn:
            senders = dict.fromkeys(
                item.mail.answer_to for item in plain_receipts.waiting(cn, MessageKind.ENQUIRY, opened, JUNK)
            )
        written = 0
        for sender in senders:
            if self.stop.is_set():
                break
            with writing(self.engine) as cn:
                own = plain_receipts.waiting(cn, MessageKind.ENQUIRY, opened, JUNK, sender)
                if own and all(
                    min(item.mail.received_at, item.archived) + settle <= known.came
                    and item.archived <= known.archived
                    for item in own
                ):
                    written += self._receipt(cn, own)
        return written

    def _receipt(self, cn: Connection, asked: Sequence[Question]) -> bool:
        """One receipt for the questions of one sender, or none where he was written to lately."""
        now = clock.now()
        newest, to = asked[-1], asked[-1].mail.answer_to or ""
        rows = [item.mail.id for item in asked]
        mine = f"{self.campaign.campaign.id}/enquiry/"
        guard = LoopGuard(self.letterhead)
        earlier = [letter for item in asked if (letter := guard.letter_before(cn, item.mail, item.archived))]
        if earlier:
            plain_receipts.cover(cn, earlier[-1].id, rows)
            return False
        if not self.letterhead.has_room(cn, newest.mail, now):
            return False
        reference = self.letterhead.reference(cn, now)
        view = unit_letter.enquiry_receipt(self.campaign, reference, newest.mail.received_at, now)
        key = f"{mine}{to}/{newest.content_hash}"
        rendered = self.composer.render_enquiry(view)
        owed = self.letterhead.owed(
            rendered, LetterKind.RECEIPT, reference, key, newest.mail, now, answers=rows
        )
        outbox.put(cn, owed, now)
        return True

    def _compose_one(self, cn: Connection, unit_row: int, unjudged: set[str]) -> bool:
        if unanswered.senders_of(cn, unit_row) & unjudged:
            log.warning("a letter to unit %d waits: mail of the same sender is in quarantine", unit_row)
            return False
        mails = unanswered.of_unit(cn, unit_row)
        reader = audience(cn, unit_row, mails)
        if reader is None:
            return False
        now, head = clock.now(), self.letterhead
        if LoopGuard(head).spare(cn, unit_row, mails) or not head.has_room(cn, reader.newest, now):
            return False
        round_number = outbox.next_round(cn, unit_row)
        unit = units.by_row(cn, [unit_row])[unit_row]
        told, rows = told_to(cn, reader)
        reference = head.reference(cn, now)
        view = unit_letter.letter_for(
            unit, told, self._answered(cn, mails, told), self.campaign, reference, now
        )
        owed = head.owed(
            self.composer.render_letter(view),
            view.kind,
            reference,
            head.key("unit", unit.key, round_number),
            reader.newest,
            now,
            answers=[mail.id for mail in mails],
            unit_row=unit_row,
            round_number=round_number,
            nominations=rows,
        )
        row = outbox.put(cn, owed, now)
        record_said(cn, row, said_of_all(told, rows, self.campaign))
        decisions.told_along(cn, rows, row)
        return True

    @staticmethod
    def _answered(cn: Connection, mails: list[Unanswered], told: list[Told]) -> Answered:
        names = material.filenames_of_messages(cn, [mail.id for mail in mails])
        filed = [item.document.filename for entry in told for item in entry.case.documents]
        links: list[CloudLink] = [link for mail in mails for link in mail.links]
        return Answered(
            max(mail.received_at for mail in mails),
            unit_letter.copies(names, filed),
            still_open(links, [*names, *filed]),
        )
