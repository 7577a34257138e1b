"""A clerk's answer to a question: his words as a letter to whoever asked, in the thread of the question.

It goes the way of all letters, to the address that asked and to nobody else, and repeats nothing of the
question.  While it has not gone it can be taken back; then the question waits again.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.engine import Connection, Engine

from intake import clock
from intake.domain.letters.unit_letter import answer_letter
from intake.domain.model.mail import LetterKind, LetterState
from intake.letters.letterhead import LetterDraft, Letterhead
from intake.mail.message import BadAddress, Rendered, bare_address, why_unwritten
from store.database.engine import viewing, writing
from store.letters import outbox, questions
from store.letters.questions import Asked


class NoQuestion(LookupError):
    """The mail is no question that waits for an answer: never, or no longer."""


class Unanswerable(ValueError):
    """No letter of these words can be written to whoever asked; the text says why, as staff read it."""


@dataclass(frozen=True, slots=True)
class AnswerAhead:
    """What an answer would be: to whom it goes, how it reads, what the provider doubts of who asked."""

    to: str
    letter: Rendered
    unverified: str


@dataclass(frozen=True, slots=True)
class AnswerWritten:
    """The letter's row, and whether it goes by itself or waits to be released."""

    letter: int
    to: str
    state: LetterState


@dataclass(frozen=True, slots=True)
class Answerer:
    """The parts that answers need."""

    engine: Engine
    letterhead: Letterhead

    def ahead(self, message: int, words: str) -> AnswerAhead:
        """The letter as it will read; nothing is changed.  Raises as `answer` does."""
        with viewing(self.engine) as cn:
            found = self._asked(cn, message)
        view = answer_letter(words, self.letterhead.campaign, found.mail.received_at, clock.now())
        if not view.paragraphs:
            raise Unanswerable("答复没有内容")
        try:
            letter = self.letterhead.composer.render(view, found.mail.subject)
        except Exception as fault:
            raise Unanswerable(why_unwritten(fault)) from fault
        return AnswerAhead(found.mail.answer_to or "", letter, found.unverified)

    def answer(self, message: int, words: str, by: str) -> AnswerWritten:
        """Writes the letter and records who answered.

        Raises `NoQuestion` where somebody else was faster, and `Unanswerable`.
        """
        now = clock.now()
        with writing(self.engine) as cn:
            found = self._asked(cn, message)
            view = answer_letter(words, self.letterhead.campaign, found.mail.received_at, now)
            if not view.paragraphs:
                raise Unanswerable("答复没有内容")
            draft = LetterDraft(
                LetterKind.ANSWER,
                ("answer", found.content_hash),
                view,
                # A plain receipt stays the receipt that it is.
                answers=() if found.covered else (message,),
                by_hand=True,
            )
            row = self.letterhead.write(cn, found.mail, draft, now)
            state, trouble = outbox.standing(cn, row) if row is not None else (LetterState.DEAD, "")
            if row is None or state is LetterState.DEAD:
                # It could not be written; nothing of it is kept, and the question waits.
                raise Unanswerable(trouble)
            questions.note_answer(cn, message, row, by, now)
        return AnswerWritten(row, found.mail.answer_to or "", state)

    def take_back(self, letter: int, by: str) -> bool:
        """Takes an answer back that has not gone; its question waits again.  False where it is too late."""
        with writing(self.engine) as cn:
            done = outbox.take_back(cn, letter, LetterKind.ANSWER, clock.now(), by)
            if done:
                questions.note_taken_back(cn, letter, by, clock.now())
        return done

    @staticmethod
    def _asked(cn: Connection, message: int) -> Asked:
        found = questions.asked(cn, message)
        if found is None:
            raise NoQuestion(message)
        if not found.mail.answer_to:
            raise Unanswerable("该信带有自动或群发标志，没有可以答复的地址，请用其他方式联系")
        try:
            bare_address(found.mail.answer_to)
        except BadAddress as fault:
            raise Unanswerable(str(fault)) from fault
        return found
