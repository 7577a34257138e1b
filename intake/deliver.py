"""deliver: from the outbox to the mail server, paced, and never more often than once on purpose.

Each attempt is on record before the server hears of it.  Where the server may have
taken a letter and its answer was lost, the letter is sent once more with the same
Message-ID, and then a person decides.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection, Engine

from intake import clock
from intake.config import LettersSettings, SmtpSettings
from intake.domain.calendar import local
from intake.domain.retry import Course, Verdict, given_up, judge_reply, next_attempt, next_day
from intake.mail.smtp import Accepted, AuthRefused, Down, Outcome, PostOffice, Refused, Unsure
from store import outbox, returns
from store.engine import viewing, writing
from store.outbox import Due

log = logging.getLogger(__name__)

UNSURE_LIMIT = 1
"""Letters whose answer was lost are re-sent (same Message-ID) this often, then a person decides."""

STEPS = 10
"""Answers that one delivery waits for at most, each up to the time-out: a claim older than that is dead."""

OUTAGE_WAIT = timedelta(minutes=1)
AUTH_WAIT = timedelta(minutes=10)


@dataclass(slots=True)
class Delivered:
    """What became of the letters that were due; `down` says why the server could not be used."""

    sent: int = 0
    waiting: int = 0
    dead: int = 0
    aside: int = 0
    down: str | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Postman:
    """The parts that delivery needs; `progressed` is told how many of how many are done."""

    engine: Engine
    smtp: SmtpSettings
    letters: LettersSettings
    stop: threading.Event
    progressed: Callable[[int, int], None] = lambda done, total: None

    def deliver(self) -> Delivered:
        """Sends what is due, with the configured pause between letters and within the day's limit."""
        result = Delivered()
        self._take_up_interrupted(result)
        rows = self._due(result)
        with PostOffice(self.smtp) as office:
            for done, row in enumerate(rows):
                self._pause()
                if self.stop.is_set() or not self._deliver_one(office, row, result):
                    break
                self.progressed(done + 1, len(rows))
        return result

    def _due(self, result: Delivered) -> list[int]:
        now = clock.now()
        midnight = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
        with writing(self.engine) as cn:
            result.aside += returns.hold_blocked(cn, now)
        with viewing(self.engine) as cn:
            left = self.smtp.daily_limit - outbox.sent_since(cn, midnight)
            return outbox.due(cn, now, left) if left > 0 else []

    def _pause(self) -> None:
        """Waits until the pause after the last letter, of this run or an earlier one, is over."""
        with viewing(self.engine) as cn:
            last = outbox.last_sent_at(cn)
        if last:
            wait = (last + timedelta(seconds=self.smtp.pause_seconds) - clock.now()).total_seconds()
            if wait > 0:
                self.stop.wait(min(wait, self.smtp.pause_seconds))

    def _deliver_one(self, office: PostOffice, row: int, result: Delivered) -> bool:
        """One attempt; False when the others had better wait too."""
        with writing(self.engine) as cn:
            letter = outbox.claim(cn, row, clock.now())
        if letter is None:
            return True
        try:
            outcome = office.send(letter.raw, self.smtp.sender_address, letter.to)
        except AuthRefused as fault:
            result.refused = str(fault)
            with writing(self.engine) as cn:
                outbox.put_back(cn, row, clock.now(), clock.now() + AUTH_WAIT, str(fault))
            return False
        with writing(self.engine) as cn:
            return self._settle(cn, letter, outcome, clock.now(), result)

    def _settle(
        self, cn: Connection, letter: Due, outcome: Outcome, now: datetime, result: Delivered
    ) -> bool:
        if isinstance(outcome, Accepted):
            outbox.mark_sent(cn, letter.id, now, outcome.reply)
            result.sent += 1
            return True
        if isinstance(outcome, Unsure):
            self._unsure(cn, letter, outcome.why, now, result)
            return True
        if isinstance(outcome, Down):
            result.down = outcome.why
            result.waiting += 1
            outbox.put_back(cn, letter.id, now, now + OUTAGE_WAIT, outcome.why)
            return False
        return self._refused(cn, letter, outcome, now, result)

    def _unsure(self, cn: Connection, letter: Due, why: str, now: datetime, result: Delivered) -> None:
        if letter.unsure >= UNSURE_LIMIT:
            said = f"the server may have it, asked {letter.unsure + 1} times: {why}"
            outbox.set_aside(cn, letter.id, now, said)
            result.aside += 1
            return
        said = f"answer lost, the same letter ({letter.message_id}) is sent once more: {why}"
        later = next_attempt(letter.attempts, now, random.random())  # noqa: S311 - jitter, no secret
        outbox.put_back(cn, letter.id, now, later, said, unsure=True)
        result.waiting += 1

    def _refused(
        self, cn: Connection, letter: Due, outcome: Refused, now: datetime, result: Delivered
    ) -> bool:
        verdict = judge_reply(outcome.code, outcome.text)
        said = f"{outcome.code} {outcome.text} - {verdict.reason}"
        old = given_up(letter.created_at, now, timedelta(hours=self.letters.max_age_hours))
        if verdict.course is Course.DEAD or (old and verdict.course is Course.RETRY):
            outbox.give_up(cn, letter.id, now, said)
            result.dead += 1
            log.error("letter %d to %s is dead: %s", letter.id, letter.to, said)
            return True
        outbox.put_back(cn, letter.id, now, self._again(verdict, letter, now), said)
        result.waiting += 1
        if verdict.course is Course.AUTH:
            result.refused = said
        return verdict.course is Course.RETRY

    @staticmethod
    def _again(verdict: Verdict, letter: Due, now: datetime) -> datetime:
        jitter = random.random()  # noqa: S311 - jitter, no secret
        if verdict.course is Course.STOP_TODAY:
            return next_day(local(now), jitter)
        return next_attempt(letter.attempts, now, jitter, verdict.wait)

    def _take_up_interrupted(self, result: Delivered) -> None:
        """Letters that a killed run was sending: the server may or may not have them."""
        lease = timedelta(seconds=self.smtp.timeout_seconds * STEPS)
        with writing(self.engine) as cn:
            for row in outbox.interrupted(cn, clock.now() - lease):
                letter = outbox.look(cn, row)
                why = "the service was stopped while sending"
                if letter.unsure >= UNSURE_LIMIT:
                    outbox.set_aside(cn, row, clock.now(), f"the server may have it: {why}")
                    result.aside += 1
                else:
                    outbox.put_back(cn, row, clock.now(), clock.now(), why, unsure=True)
