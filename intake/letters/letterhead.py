"""What every letter to a unit shares: its number, its Message-ID, its thread, and how it goes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from intake.config.settings import LettersSettings, SmtpSettings
from intake.domain.campaign.campaign import Campaign
from intake.domain.model.mail import LetterKind, LetterState
from intake.domain.text.calendar import local
from intake.mail.message import Composer, Rendered, build_mail, message_id_for
from store.ledger import nominations as ledger
from store.letters import caps
from store.letters.outbox import Owed
from store.letters.unanswered import Unanswered


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The parts that make a mail of a letter's words."""

    campaign: Campaign
    composer: Composer
    smtp: SmtpSettings
    letters: LettersSettings

    def key(self, *parts: object) -> str:
        """What makes a letter of this campaign unique for ever: no second one bears it."""
        return "/".join([self.campaign.campaign.id, *map(str, parts)])

    def reference(self, cn: Connection, now: datetime) -> str:
        """The letter's number in the customary form: 机关简称收〔年份〕顺序号号."""
        office = self.campaign.office
        return f"{office.short_name}收〔{now.year}〕{ledger.next_value(cn, 'letter')}号"

    def has_room(self, cn: Connection, newest: Unanswered, now: datetime) -> bool:
        """True while the writer of a mail has not had his letters of the day; asked before each is written.

        What is not written now stays owed: the next day's letter tells all of it.
        """
        midnight = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
        return caps.has_room(cn, newest.answer_to or "", self.letters.per_sender_a_day, midnight, now)

    def owed(
        self,
        rendered: Rendered,
        kind: LetterKind,
        reference: str,
        key: str,
        newest: Unanswered,
        now: datetime,
        *,
        answers: Sequence[int] = (),
        unit_row: int | None = None,
        round_number: int | None = None,
        nominations: Sequence[int] = (),
    ) -> Owed:
        """The letter in a mail in the thread of `newest`, ready for the outbox.

        `answers` are the messages that it answers; one that answers none is written by our own
        accord, and its header says so (RFC 3834 §5: auto-generated).
        """
        message_id = message_id_for(key, self.smtp.sender_address.rpartition("@")[2])
        raw = build_mail(
            rendered,
            sender=self.smtp.sender,
            to=newest.answer_to or "",
            message_id=message_id,
            date=now,
            in_reply_to=newest.message_id,
            references=newest.references,
            auto=bool(answers),
        )
        return Owed(
            key=key,
            kind=kind,
            state=LetterState.HELD if self.letters.mode == "hold" else LetterState.QUEUED,
            unit_id=unit_row,
            round=round_number,
            reference=reference,
            to=newest.answer_to or "",
            subject=rendered.subject,
            message_id=message_id,
            in_reply_to=newest.message_id,
            raw=raw,
            nominations=tuple(nominations),
            answers=tuple(answers),
            thread_limit=self.letters.per_thread,
        )
