"""The one writer of letters: room, number, mail, outbox, and what was said, for every kind.

Who has something to say hands in a `LetterDraft`: what it says and under which key.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import parseaddr

from sqlalchemy.engine import Connection, Engine

from intake.config.settings import LettersSettings, SmtpSettings
from intake.domain.campaign.campaign import Campaign, UnitRow
from intake.domain.letters.last_letter import Said
from intake.domain.letters.views import View, numbered
from intake.domain.model.mail import LETTER_NAMES, TO_STAFF, LetterKind, LetterState
from intake.domain.text.calendar import local
from intake.mail.message import (
    BadAddress,
    Composer,
    OutboundFile,
    Rendered,
    build_mail,
    message_id_for,
    why_unwritten,
)
from store.database import audit, restored, secret
from store.database.engine import writing
from store.ledger import units
from store.ledger.nominations import next_value
from store.letters import caps, decisions, outbox
from store.letters.letter_record import record_said
from store.letters.outbox import Owed
from store.letters.unanswered import Unanswered

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LetterDraft:
    """What a letter says and under which key, before it has a number.

    The `key`, after the campaign, is the letter's for ever: no second one bears it. `answers` are the rows
    of the messages that it answers, `said` what it asks for of each nomination (by row) that it speaks of.
    With `opens_round` it begins the unit's next round, whose number ends the key; with `tells_decisions`
    it is the letter that tells what was decided of its nominations. `shown` are pictures on its page.
    `by_hand`: the words are a person's, so no cap on the letters of a day keeps it back.
    """

    kind: LetterKind
    key: tuple[object, ...]
    view: View
    answers: Sequence[int] = ()
    unit_row: int | None = None
    said: Mapping[int, Said] = field(default_factory=dict)
    opens_round: bool = False
    tells_decisions: bool = False
    attachments: Sequence[OutboundFile] = ()
    shown: Sequence[OutboundFile] = ()
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The parts that make a mail of a letter's words; `registry` says who writes for the units."""

    campaign: Campaign
    composer: Composer
    smtp: SmtpSettings
    letters: LettersSettings
    registry: tuple[UnitRow, ...] = ()

    def key(self, *parts: object) -> str:
        """What makes a letter of this campaign unique for ever: no second one bears it."""
        return "/".join([self.campaign.campaign.id, *map(str, parts)])

    def write(self, cn: Connection, answered: Unanswered, draft: LetterDraft, now: datetime) -> int | None:
        """Writes a letter to the writer of a mail, in that mail's thread; returns its row.

        None where he has had his letters of the day: what is not written now stays owed, and the next
        day's letter tells all of it.  A letter that cannot be put into words or a mail is set aside dead,
        with its reason, and covers what it was to tell until a person releases it to be written anew.
        """
        midnight = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
        to = answered.answer_to or ""
        room = draft.by_hand or caps.has_room(cn, to, self.letters.per_sender_a_day, midnight, now)
        if not room:
            return None
        unit_row = draft.unit_row if draft.opens_round else None
        round_number = outbox.next_round(cn, unit_row) if unit_row is not None else None
        # The customary form: 机关简称收〔年份〕顺序号号.
        reference = f"{self.campaign.office.short_name}收〔{now.year}〕{next_value(cn, 'letter')}号"
        draft = replace(draft, view=numbered(draft.view, reference))
        row = outbox.put(cn, self._owed(cn, draft, to, reference, now, answered, round_number), now)
        record_said(cn, row, draft.said)
        if draft.tells_decisions:
            decisions.told_along(cn, draft.said, row)
        return row

    def write_to_staff(
        self,
        cn: Connection,
        to: str,
        draft: LetterDraft,
        reference: str,
        date: datetime,
        now: datetime,
        answered: Unanswered | None = None,
    ) -> int | None:
        """Writes a letter of that `date` to one of the staff; None where one bears its key already.

        The address ends the key. Staff write no loops, so there is always room; what `answered` a mail of
        theirs, though, goes into its thread and under the limit of letters in one.
        """
        draft = replace(draft, key=(*draft.key, parseaddr(to)[1].lower()))
        if outbox.has_key(cn, self.key(*draft.key)):
            return None
        return outbox.put(cn, self._owed(cn, draft, to, reference, date, answered), now)

    def _owed(
        self,
        cn: Connection,
        draft: LetterDraft,
        to: str,
        reference: str,
        date: datetime,
        answered: Unanswered | None = None,
        round_number: int | None = None,
    ) -> Owed:
        """The row of the outbox, with the mail in it.

        A letter that answers no message is written by our own accord, and its header says so
        (RFC 3834 §5: auto-generated).
        """
        key = self.key(*draft.key, *([round_number] if round_number is not None else ()))
        domain = self.smtp.sender_address.rpartition("@")[2]
        message_id = message_id_for(key + restored.series(cn)[-1], domain, secret.of_letters(cn))
        held = self.letters.mode == "hold" and draft.kind not in TO_STAFF
        state, trouble = LetterState.HELD if held else LetterState.QUEUED, None
        try:
            subject, raw = self._mail(draft, to, message_id, date, answered)
        except Exception as fault:
            # A stranger's address, an operator's template: whatever it is, it keeps back this letter alone.
            ours = not isinstance(fault, BadAddress)
            log.error("a letter (%s) to %r cannot be written: %s", draft.kind, to, fault, exc_info=ours)
            subject, raw = f"{LETTER_NAMES[draft.kind]}（未能撰写）", b""
            state, trouble = LetterState.DEAD, why_unwritten(fault)
        return Owed(
            key=key,
            kind=draft.kind,
            state=state,
            unit_id=draft.unit_row,
            round=round_number,
            reference=reference,
            to=parseaddr(to)[1] if answered is None else to,
            subject=subject,
            message_id=message_id,
            in_reply_to=answered.message_id if answered else None,
            raw=raw,
            nominations=tuple(draft.said),
            answers=tuple(draft.answers),
            thread_limit=self.letters.per_thread if answered else None,
            trouble=trouble,
        )

    def _mail(
        self, draft: LetterDraft, to: str, message_id: str, date: datetime, answered: Unanswered | None
    ) -> tuple[str, bytes]:
        # A letter that answers no mail has nothing of another's to be put with: its own title tells it.
        threads = bool(draft.answers) or draft.by_hand
        rendered = self._words(draft, answered.subject if answered and threads else "")
        raw = build_mail(
            rendered,
            sender=self.smtp.sender,
            to=to,
            message_id=message_id,
            date=date,
            in_reply_to=answered.message_id if answered else None,
            references=answered.references if answered else (),
            attachments=draft.attachments,
            shown=draft.shown,
            auto=None if draft.by_hand else bool(draft.answers),
        )
        return rendered.subject, raw

    def _words(self, draft: LetterDraft, subject: str) -> Rendered:
        try:
            return self.composer.render(draft.view, subject)
        except Exception:
            if draft.kind not in TO_STAFF:
                raise
            # Staff must hear of faults: where their own templates have one, the shipped ones serve.
            log.exception("the templates of %s have a fault; the shipped ones serve", draft.kind)
            return Composer((), self.campaign).render(draft.view)


@contextmanager
def turn(engine: Engine, whose: str | int) -> Iterator[Connection]:
    """One letter's transaction; what fails in it undoes this letter alone, and the others have their turn.

    Staff are told `whose` letter it is (the row of a unit, or words); it is tried again at every pass.  An
    outage is raised.
    """

    def name(cn: Connection) -> str:
        return whose if isinstance(whose, str) else units.names(cn, [whose])

    with audit.apart(engine, name, "信函未能生成，其余信函照常，下一轮重试"), writing(engine) as cn:
        yield cn
