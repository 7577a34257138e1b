"""deliver: from the outbox to the mail server, paced, and never more often than once on purpose.

Each attempt is on record before the server hears of it.  Where the server may have
taken a letter and its answer was lost, the folder of sent mail is asked; what is not found
there is sent once more with the same Message-ID, and then a person decides.
"""

from __future__ import annotations

import logging
import random
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection, Engine

from intake import clock
from intake.clock import PATIENCE
from intake.config.settings import LettersSettings, MailboxSettings, SmtpSettings
from intake.domain.text.calendar import local
from intake.letters.after_restore import look_before_sending
from intake.letters.sent_folder import Looked, Sentbox
from intake.mail.imap import MailboxDown
from intake.mail.smtp import Accepted, AuthRefused, Down, LetterRefused, PostOffice, Unsure
from intake.mail.smtp_replies import Course, SmtpCourse, given_up, judge_reply, next_attempt, next_day
from store.database import audit, restored
from store.database.engine import StoreDown, viewing, writing
from store.letters import outbox, returns, sent_copies
from store.letters.outbox import Due
from store.mail import progress

log = logging.getLogger(__name__)

UNSURE_LIMIT = 1
"""Letters whose answer was lost are re-sent (same Message-ID) this often, then a person decides."""

STEPS = 4 * PATIENCE
"""Time-outs after which a claim is dead: a letter has `PATIENCE` of them, and as many on a new connection; as
much again is spare, for its bytes and for what comes before and after."""

FILED_WITHIN = timedelta(minutes=2)
"""Providers file what was sent with some delay: only after this time does its absence tell anything."""

UNSURE_TROUBLE = "服务器可能已经收下，但两次都没有答复；请先在已发送文件夹或向收件单位核实，未收到的再放行"
"""What staff read of a letter whose answer was lost twice."""

FAULT_TROUBLE = "发送时系统出错，详见服务日志；请先在已发送文件夹核实，未发出的再放行"

OUTAGE_WAIT = timedelta(minutes=1)
AUTH_WAIT = timedelta(minutes=10)

ALIKE = 3
"""Letters in a row refused for good with one answer, before delivery takes the account to be refused."""

NOT_TRIED = "not tried"
"""How the answer begins where it is ours, about the letter's own address."""

_OF_ONE_LETTER = re.compile(r"\S*[0-9@]\S*")

PAUSED = "letters_paused_until"
"""The mark of a stop that holds for all letters: the provider's limit of the day is reached."""


@dataclass(slots=True)
class Delivered:
    """What became of the letters that were due; `down` says why the server could not be used.

    `held_up`: nothing goes, since the store was restored and the mailbox was not polled yet.
    """

    sent: int = 0
    waiting: int = 0
    dead: int = 0
    aside: int = 0
    down: str | None = None
    refused: str | None = None
    held_up: bool = False
    last_answer: str = ""
    alike: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Postman:
    """The parts that delivery needs; `progressed` is told how many of how many are done."""

    engine: Engine
    smtp: SmtpSettings
    letters: LettersSettings
    mailbox: MailboxSettings
    stop: threading.Event
    progressed: Callable[[int, int], None] = lambda done, total: None
    others: Sequence[Engine] = ()
    """The stores of other campaigns whose letters leave by the same account."""

    def deliver(self) -> Delivered:
        """Sends what is due, with the configured pause between letters and within the day's limit."""
        result = Delivered()
        with viewing(self.engine) as cn:
            back = restored.last(cn)
        if back and not back.caught_up:
            result.held_up = True
            return result
        with PostOffice(self.smtp) as office, Sentbox(self.mailbox, self.smtp) as sentbox:
            self._file_copies(sentbox)
            self._take_up_interrupted(sentbox, result)
            rows = self._not_found(sentbox, self._new_since_restore(sentbox, result), result)
            for done, row in enumerate(rows):
                self._pause()
                if self.stop.is_set() or not self._deliver_one(office, sentbox, row, result):
                    break
                self.progressed(done + 1, len(rows))
        return result

    def _new_since_restore(self, sentbox: Sentbox, result: Delivered) -> list[int]:
        """The letters that are due without those that went out, or may have, before a restore."""
        rows = self._due(result)
        try:
            looked = look_before_sending(
                self.engine, sentbox, rows, self.smtp.sender_address.rpartition("@")[2]
            )
        except MailboxDown as fault:
            result.down = f"the folder of sent mail is asked first, since the store was restored: {fault}"
            return []
        result.sent += looked.gone
        result.aside += looked.held
        return looked.rest

    def _due(self, result: Delivered) -> list[int]:
        now = clock.now()
        midnight = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
        with writing(self.engine) as cn:
            result.aside += returns.hold_blocked(cn, now)
        with viewing(self.engine) as cn:
            if (until := progress.progress_of(cn, PAUSED)) and now < until:
                return []
            gone = outbox.sent_since(cn, midnight) + sum(self._of_others(midnight))
            left = self.smtp.daily_limit - gone
            return outbox.due(cn, now, left) if left > 0 else []

    def _of_others(self, midnight: datetime) -> Iterator[int]:
        """How many letters of other campaigns have left by the account since midnight."""
        for other in self.others:
            # What befalls one campaign leaves the others' letters alone: its store may be away.
            with suppress(StoreDown), viewing(other) as cn:
                yield outbox.sent_since(cn, midnight)

    def _pause(self) -> None:
        """Waits until the pause after the last letter, of this run or an earlier one, is over."""
        with viewing(self.engine) as cn:
            sent = [outbox.last_sent_at(cn)]
        for other in self.others:
            with suppress(StoreDown), viewing(other) as cn:
                sent.append(outbox.last_sent_at(cn))
        if last := max(filter(None, sent), default=None):
            wait = (last + timedelta(seconds=self.smtp.pause_seconds) - clock.now()).total_seconds()
            if wait > 0:
                self.stop.wait(min(wait, self.smtp.pause_seconds))

    def _deliver_one(self, office: PostOffice, sentbox: Sentbox, row: int, result: Delivered) -> bool:
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
        except Exception:
            # A fault of ours with this one letter; how far it came is not known.
            log.exception("letter %d to %s cannot be sent", row, letter.to)
            with writing(self.engine) as cn:
                outbox.set_aside(cn, row, clock.now(), "an internal fault while sending", FAULT_TROUBLE)
            result.aside += 1
            return True
        if isinstance(outcome, Unsure):
            self._unsure(sentbox, letter, outcome.why, result)
            return True
        with writing(self.engine) as cn:
            goes_on = self._settle(cn, letter, outcome, clock.now(), result)
        if isinstance(outcome, Accepted) and self.smtp.copy_to:
            self._copy(
                sentbox, sent_copies.Copy(row, letter.message_id, letter.raw, clock.now()), again=False
            )
        return goes_on

    def _settle(
        self,
        cn: Connection,
        letter: Due,
        outcome: Accepted | Down | LetterRefused,
        now: datetime,
        result: Delivered,
    ) -> bool:
        if isinstance(outcome, Accepted):
            result.last_answer = ""
            outbox.mark_sent(cn, letter.id, now, outcome.reply)
            if self.smtp.copy_to:
                sent_copies.owe(cn, letter.id, now)
            result.sent += 1
            return True
        if isinstance(outcome, Down):
            result.down = outcome.why
            result.waiting += 1
            outbox.put_back(cn, letter.id, now, now + OUTAGE_WAIT, outcome.why)
            return False
        return self._refused(cn, letter, outcome, now, result)

    def _unsure(self, sentbox: Sentbox, letter: Due, why: str, result: Delivered) -> None:
        """The server may have the letter: found among what was sent, or once more later, or a person."""
        looked = sentbox.look({letter.message_id: clock.now()})
        now = clock.now()
        with writing(self.engine) as cn:
            if letter.message_id in looked.found:
                outbox.mark_sent(cn, letter.id, now, f"answer lost ({why}); {_found_in(looked)}")
                result.sent += 1
            elif letter.unsure >= UNSURE_LIMIT:
                said = f"the server may have it, asked {letter.unsure + 1} times: {why}"
                outbox.set_aside(cn, letter.id, now, said, UNSURE_TROUBLE)
                result.aside += 1
            else:
                said = f"answer lost, the same letter ({letter.message_id}) is sent once more: {why}"
                later = next_attempt(letter.attempts, now, random.random())  # noqa: S311 - jitter, no secret
                outbox.put_back(cn, letter.id, now, max(later, now + FILED_WITHIN), said, unsure=True)
                result.waiting += 1

    def _not_found(self, sentbox: Sentbox, rows: list[int], result: Delivered) -> list[int]:
        """The letters that are due without those that are found among what was sent."""
        now = clock.now()
        with viewing(self.engine) as cn:
            waiting = outbox.unsure(cn, rows)
            tried = {item.message_id: outbox.attempted_at(cn, item.id) or now for item in waiting}
        if not waiting:
            return rows
        looked = sentbox.look(tried)
        with writing(self.engine) as cn:
            for item in waiting:
                if item.message_id in looked.found:
                    outbox.mark_found(cn, item.id, now, _found_in(looked))
                    result.sent += 1
                    continue
                where = f"not in {looked.folder}" if looked.asked else f"could not be asked: {looked.why}"
                said = f"sent mail: {where}; the same letter ({item.message_id}) goes once more"
                audit.append(cn, audit.AuditEvent(now, "letter not found", said, letter_id=item.id))
        return [row for row in rows if row not in {i.id for i in waiting if i.message_id in looked.found}]

    def _file_copies(self, sentbox: Sentbox) -> None:
        """Copies that an earlier pass could not file."""
        if self.smtp.copy_to:
            with viewing(self.engine) as cn:
                waiting = sent_copies.owed(cn)
            for item in waiting:
                self._copy(sentbox, item, again=True)

    def _copy(self, sentbox: Sentbox, item: sent_copies.Copy, *, again: bool) -> None:
        trouble = sentbox.file(item.raw, item.message_id, item.sent_at, again)
        with writing(self.engine) as cn:
            sent_copies.note(cn, item.letter, clock.now(), self.smtp.copy_to or "", trouble)

    def _refused(
        self, cn: Connection, letter: Due, outcome: LetterRefused, now: datetime, result: Delivered
    ) -> bool:
        verdict = judge_reply(outcome.code, outcome.text)
        said = f"{outcome.code} {outcome.text} - {verdict.reason}"
        old = given_up(letter.created_at, now, timedelta(hours=self.letters.max_age_hours))
        if verdict.course is Course.DEAD and not old and self._meets_all(letter, outcome, result):
            # Not these letters but the account is refused: none of them dies of it.
            again = next_attempt(max(letter.attempts, 1), now, random.random(), AUTH_WAIT)  # noqa: S311
            outbox.put_back(cn, letter.id, now, again, said)
            result.dead -= outbox.revive(cn, result.alike, now, again, said)
            result.waiting += len(result.alike)
            result.refused = f"{len(result.alike)} letters in a row are refused alike: {said}"
            return False
        if verdict.course is Course.DEAD or (old and verdict.course is Course.RETRY):
            outbox.give_up(cn, letter.id, now, said, _dead_trouble(outcome, verdict, old))
            result.dead += 1
            log.error("letter %d to %s is dead: %s", letter.id, letter.to, said)
            return True
        again = self._again(verdict, letter, now)
        outbox.put_back(cn, letter.id, now, again, said)
        result.waiting += 1
        if verdict.course is Course.STOP_TODAY:
            progress.set_progress(cn, PAUSED, again)
        if verdict.course is Course.AUTH:
            result.refused = said
        return verdict.course is Course.RETRY

    @staticmethod
    def _meets_all(letter: Due, outcome: LetterRefused, result: Delivered) -> bool:
        """True once so many letters in a row met one answer that it is hardly about each of them."""
        # Providers put the time, an address and their own number of the letter into the answer.
        answer = f"{outcome.code} {_OF_ONE_LETTER.sub('', outcome.text)}"
        if answer != result.last_answer:
            result.last_answer, result.alike = answer, []
        result.alike.append(letter.id)
        return len(result.alike) >= ALIKE and not outcome.text.startswith(NOT_TRIED)

    @staticmethod
    def _again(verdict: SmtpCourse, letter: Due, now: datetime) -> datetime:
        jitter = random.random()  # noqa: S311 - jitter, no secret
        if verdict.course is Course.STOP_TODAY:
            return next_day(local(now), jitter)
        return next_attempt(letter.attempts, now, jitter, verdict.wait)

    def _take_up_interrupted(self, sentbox: Sentbox, result: Delivered) -> None:
        """Letters that a killed run was sending: the server may or may not have them."""
        lease = timedelta(seconds=self.smtp.timeout_seconds * STEPS)
        with viewing(self.engine) as cn:
            rows = outbox.interrupted(cn, clock.now() - lease)
            cut = [outbox.look(cn, row) for row in rows]
            begun = {item.id: outbox.attempted_at(cn, item.id) or clock.now() for item in cut}
        last = {item.message_id: begun[item.id] for item in cut if item.unsure >= UNSURE_LIMIT}
        looked = sentbox.look(last) if last else Looked()
        now = clock.now()
        why = "the service was stopped while sending"
        with writing(self.engine) as cn:
            for item in cut:
                if item.message_id in looked.found:
                    outbox.mark_sent(cn, item.id, now, f"{why}; {_found_in(looked)}")
                    result.sent += 1
                elif item.unsure >= UNSURE_LIMIT:
                    outbox.set_aside(cn, item.id, now, f"the server may have it: {why}", UNSURE_TROUBLE)
                    result.aside += 1
                else:
                    at = max(now, begun[item.id] + FILED_WITHIN)
                    outbox.put_back(cn, item.id, now, at, why, unsure=True)


def _found_in(looked: Looked) -> str:
    return f"found in {looked.folder}, so it is not sent again"


def _dead_trouble(outcome: LetterRefused, verdict: SmtpCourse, old: bool) -> str:
    """Why a letter is dead, as staff read it."""
    said = "屡次投递未成，已超过重投期限" if old and verdict.course is Course.RETRY else verdict.reason
    return f"{said}；服务器答复：{outcome.code} {outcome.text}"
