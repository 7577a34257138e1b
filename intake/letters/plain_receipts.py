"""Plain receipts: for questions, and for material of senders whom nobody has verified.

Such a letter says that something came, and not a word of what: it names no nominee, no file and no
unit, bears no number of a nomination, and belongs to no unit, so that a reply to it makes nobody the
unit's correspondent.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.engine import Connection, Engine

from intake import clock
from intake.domain.letters.unit_letter import enquiry_receipt, unverified_receipt
from intake.domain.model.mail import LetterKind, MessageKind
from intake.domain.text.calendar import local
from intake.letters.letterhead import LetterDraft, Letterhead, turn
from intake.letters.loop_guard import QUIET, LoopGuard
from store.database.engine import viewing
from store.letters import caps, questions
from store.letters.questions import Question
from store.mail.progress import Horizon

JUNK = frozenset(
    {"垃圾邮件", "广告邮件", "订阅邮件", "病毒文件夹", "Junk", "Junk E-mail", "Spam", "Bulk Mail"}
)
"""Where providers put what they take for mass mail: an answer would tell a spammer that we read."""

RECEIPTS = {MessageKind.ENQUIRY: enquiry_receipt, MessageKind.MATERIAL: unverified_receipt}
"""What the receipt says, by what waits for it."""

_KEYS = {MessageKind.ENQUIRY: "enquiry", MessageKind.MATERIAL: "unverified"}


@dataclass(frozen=True, slots=True)
class Acknowledger:
    """The parts that plain receipts need; mail in junk folders alone gets none."""

    engine: Engine
    letterhead: Letterhead
    stop: threading.Event

    def acknowledge(self, known: Horizon) -> int:
        """Writes the plain receipts that are owed; what came before the campaign opened gets none."""
        return sum(self._acknowledge(kind, known) for kind in RECEIPTS)

    def _acknowledge(self, kind: MessageKind, known: Horizon) -> int:
        settle = timedelta(seconds=self.letterhead.letters.settle_seconds)
        opened = self.letterhead.campaign.campaign.opens_at
        with viewing(self.engine) as cn:
            waiting = questions.waiting(cn, kind, opened, JUNK)
        written = 0
        for sender in dict.fromkeys(item.mail.answer_to for item in waiting):
            if self.stop.is_set():
                break
            with turn(self.engine, sender or "") as cn:
                own = questions.waiting(cn, kind, opened, JUNK, sender)
                if own and all(
                    min(item.mail.received_at, item.archived) + settle <= known.came
                    and item.mail.id <= known.newest
                    for item in own
                ):
                    written += self._receipt(cn, kind, own)
        return written

    def _receipt(self, cn: Connection, kind: MessageKind, came: Sequence[Question]) -> bool:
        """One receipt for all that a sender wrote, or none where an earlier letter says as much."""
        now, newest = clock.now(), came[-1]
        rows = [item.mail.id for item in came]
        earlier = self._earlier(cn, kind, came)
        if earlier is not None:
            questions.cover(cn, earlier, rows)
            return False
        midnight = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
        prefixes = [self.letterhead.key(name, "") for name in _KEYS.values()]
        pool = self.letterhead.letters.questions_a_day
        if not caps.pool_has_room(cn, prefixes, pool, midnight, now):
            return False
        draft = LetterDraft(
            LetterKind.RECEIPT,
            (_KEYS[kind], newest.mail.answer_to, newest.content_hash),
            RECEIPTS[kind](self.letterhead.campaign, newest.mail.received_at, now),
            answers=rows,
        )
        return self.letterhead.write(cn, newest.mail, draft, now) is not None

    def _earlier(self, cn: Connection, kind: MessageKind, came: Sequence[Question]) -> int | None:
        """The letter that answers them already.

        Whoever asks was perhaps written to in any letter; an unverified sender is told nothing but by his
        own receipt of the last days.
        """
        if kind is MessageKind.ENQUIRY:
            guard = LoopGuard(self.letterhead)
            found = (guard.letter_before(cn, item.mail, item.archived) for item in came)
            return next((letter.id for letter in reversed(list(found)) if letter), None)
        prefix, to = self.letterhead.key(_KEYS[kind], ""), came[-1].mail.answer_to or ""
        return questions.latest_receipt(cn, prefix, to, clock.now() - QUIET)
