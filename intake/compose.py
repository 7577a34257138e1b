"""compose: from the ledger to the letters owed, in the outbox.

A letter is owed once a unit's mail has been quiet for the settling time, as far as
the mailbox is known: mail that came after the last whole poll is not, and what it
might hold must not be asked for.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection, Engine

from intake import clock
from intake.config import LettersSettings, SmtpSettings
from intake.domain import reply
from intake.domain.campaign import Campaign
from intake.domain.cloud import CloudLink, still_open
from intake.domain.lifecycle import CLOSED
from intake.domain.model import LetterKind, LetterState
from intake.domain.reply import Answered, Told
from intake.mail.compose import Composer, Rendered, build_mail, message_id_for
from store import ledger, material, messages, outbox, questions, unanswered, units
from store.engine import viewing, writing
from store.messages import Horizon
from store.outbox import Owed
from store.questions import Question
from store.unanswered import Unanswered

log = logging.getLogger(__name__)


TRUSTED = frozenset({"form", "reply", "address"})
"""Attributions after which a sender may be told of all that his unit has sent."""

QUIET = timedelta(days=30)
"""Whoever asks again within this time has had his receipt; a person answers him."""

JUNK = frozenset(
    {"垃圾邮件", "广告邮件", "订阅邮件", "病毒文件夹", "Junk", "Junk E-mail", "Spam", "Bulk Mail"}
)
"""Where providers put what they take for mass mail: an answer would tell a spammer that we read."""


def recipient(mails: Sequence[Unanswered], trusted: Collection[str]) -> Unanswered | None:
    """The mail that the letter answers: the newest that may be, of a trusted sender where there is one."""
    answerable = [mail for mail in mails if mail.answer_to]
    best = [mail for mail in answerable if mail.claimed_from in trusted] or answerable
    return best[-1] if best else None


@dataclass(frozen=True, slots=True)
class Correspondent:
    """The parts that composing needs."""

    engine: Engine
    campaign: Campaign
    composer: Composer
    smtp: SmtpSettings
    letters: LettersSettings
    stop: threading.Event

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
        return written + self._answer_questions(known, settle)

    def _answer_questions(self, known: Horizon, settle: timedelta) -> int:
        """Plain receipts, one a sender in thirty days; questions of before the campaign get none."""
        opened = self.campaign.campaign.opens_at
        with viewing(self.engine) as cn:
            senders = dict.fromkeys(item.mail.answer_to for item in questions.waiting(cn, opened, JUNK))
        written = 0
        for sender in senders:
            if self.stop.is_set():
                break
            with writing(self.engine) as cn:
                own = questions.waiting(cn, opened, JUNK, sender)
                if own and all(
                    item.mail.received_at + settle <= known.came and item.archived <= known.archived
                    for item in own
                ):
                    written += self._receipt(cn, own)
        return written

    def _receipt(self, cn: Connection, asked: Sequence[Question]) -> bool:
        """One receipt for the questions of one sender, or none where he has had one lately."""
        now = clock.now()
        newest, to = asked[-1], asked[-1].mail.answer_to or ""
        rows = [item.mail.id for item in asked]
        mine = f"{self.campaign.campaign.id}/enquiry/"
        earlier = questions.latest_receipt(cn, mine, to, now - QUIET)
        if earlier is not None:
            questions.cover(cn, earlier, rows)
            return False
        reference = self._reference(cn, now)
        view = reply.enquiry_receipt(self.campaign, reference, newest.mail.received_at, now)
        key = f"{mine}{to}/{newest.content_hash}"
        rendered = self.composer.render_enquiry(view)
        owed = self._owed(rendered, LetterKind.RECEIPT, reference, key, newest.mail, rows, now)
        outbox.put(cn, owed, now)
        return True

    def _compose_one(self, cn: Connection, unit_row: int, unjudged: set[str]) -> bool:
        if unanswered.senders_of(cn, unit_row) & unjudged:
            log.warning("a letter to unit %d waits: mail of the same sender is in quarantine", unit_row)
            return False
        mails = unanswered.of_unit(cn, unit_row)
        trusted = unanswered.senders_of(cn, unit_row, TRUSTED)
        newest = recipient(mails, trusted)
        if newest is None:
            return False
        now = clock.now()
        round_number = outbox.next_round(cn, unit_row)
        unit = units.by_row(cn, [unit_row])[unit_row]
        key = f"{self.campaign.campaign.id}/unit/{unit.key}/{round_number}"
        told, rows = self._told(cn, unit_row, mails, newest, newest.claimed_from in trusted)
        view = reply.letter_for(
            unit, told, self._answered(cn, mails, told), self.campaign, self._reference(cn, now), now
        )
        rendered = self.composer.render_letter(view)
        answers = [mail.id for mail in mails]
        owed = self._owed(rendered, view.kind, view.reference, key, newest, answers, now)
        outbox.put(cn, replace(owed, unit_id=unit_row, round=round_number, nominations=tuple(rows)), now)
        return True

    def _told(
        self, cn: Connection, unit_row: int, mails: list[Unanswered], newest: Unanswered, known: bool
    ) -> tuple[list[Told], list[int]]:
        """The nominations to tell the recipient of: the unit's, or only those in his own mails.

        Whoever is tied to the unit by nothing but words may be a stranger, and learns
        nothing of what others sent.
        """
        own = [mail.id for mail in mails if mail.claimed_from == newest.claimed_from]
        rows = unanswered.nominations_of_messages(cn, [mail.id for mail in mails] if known else own)
        owners = {unit_row} | units.rows_of_nominations(cn, rows)
        found = [
            entry
            for entry in ledger.standings(cn, owners)
            if entry.state not in CLOSED and (entry.id in rows or (known and entry.unit_id == unit_row))
        ]
        findings = ledger.findings_of(cn, [entry.id for entry in found])
        told = [Told(entry.case, entry.state, tuple(findings.get(entry.id, ()))) for entry in found]
        return told, [entry.id for entry in found]

    @staticmethod
    def _answered(cn: Connection, mails: list[Unanswered], told: list[Told]) -> Answered:
        names = material.filenames_of_messages(cn, [mail.id for mail in mails])
        filed = [item.document.filename for entry in told for item in entry.case.documents]
        links: list[CloudLink] = [link for mail in mails for link in mail.links]
        return Answered(
            max(mail.received_at for mail in mails),
            reply.copies(names, filed),
            still_open(links, [*names, *filed]),
        )

    def _reference(self, cn: Connection, now: datetime) -> str:
        """The letter's number in the customary form: 机关简称收〔年份〕顺序号号."""
        office = self.campaign.office
        return f"{office.short_name}收〔{now.year}〕{ledger.next_value(cn, 'letter')}号"

    def _owed(
        self,
        rendered: Rendered,
        kind: LetterKind,
        reference: str,
        key: str,
        newest: Unanswered,
        answers: Sequence[int],
        now: datetime,
    ) -> Owed:
        """The letter in the mail that replies to `newest`, ready for the outbox."""
        message_id = message_id_for(key, self.smtp.sender_address.rpartition("@")[2])
        raw = build_mail(
            rendered,
            sender=self.smtp.sender,
            to=newest.answer_to or "",
            message_id=message_id,
            date=now,
            in_reply_to=newest.message_id,
            references=newest.references,
            auto=True,
        )
        return Owed(
            key=key,
            kind=kind,
            state=LetterState.HELD if self.letters.mode == "hold" else LetterState.QUEUED,
            unit_id=None,
            round=None,
            reference=reference,
            to=newest.answer_to or "",
            subject=rendered.subject,
            message_id=message_id,
            in_reply_to=newest.message_id,
            raw=raw,
            answers=tuple(answers),
        )
