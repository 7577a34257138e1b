"""Which mails get no letter of their own: they answer a letter of ours and bring nothing new.

A responder that answers every mail would otherwise be written to for ever; it need not send any
telling header.  Staff see each such mail in the digest, since it may be a person's all the same.

A question gets a plain receipt only where no letter is named in it (In-Reply-To, References, Message-ID
or number in its words) and none went to its sender within thirty days.  Material whose every file and
link was answered before, and which changed nothing in the ledger, is covered by the earlier letter
(`letter spared`).  A letter of any Shouwen is known by Message-ID, else by title and closing sentence,
when gateways lost the headers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from intake import clock
from intake.domain.mail.intent import letter_references
from intake.domain.mail.links import CloudLink, own_links
from intake.domain.mail.loops import is_echo, letter_ids
from intake.domain.model.facts import MessageFacts
from intake.letters.letterhead import Letterhead
from store.database import audit
from store.letters import echoes, questions
from store.letters.echoes import Spoken
from store.letters.unanswered import Unanswered

QUIET = timedelta(days=30)
"""Whoever was written to within this time gets no plain receipt: a person answers him."""


@dataclass(frozen=True, slots=True)
class LoopGuard:
    """Holds mail against the letters that went out."""

    letterhead: Letterhead

    def letter_before(self, cn: Connection, mail: Unanswered, archived: datetime) -> Spoken | None:
        """The letter that a mail answers or quotes, else the last one to its sender within `QUIET`.

        A letter that was written after the mail was `archived` cannot have brought it about.
        """
        said = echoes.facts_of(cn, mail.id)
        # A letter of that very instant was written in the pass that fetched the mail.
        until = archived - timedelta(microseconds=1)
        lately = echoes.lately_to(cn, _addresses(mail), clock.now() - QUIET, until)
        return self._named(cn, said) or lately

    def spare(self, cn: Connection, unit_row: int, mails: Sequence[Unanswered]) -> bool:
        """Lets earlier letters answer what waits of a unit where nothing of it is new; True where so."""
        now = clock.now()
        told: list[tuple[Unanswered, Spoken]] = []
        # The newest first: as a rule it is the one that brings something, and then no other is asked.
        for mail in reversed([mail for mail in mails if mail.answer_to]):
            letter = self._given_back(cn, unit_row, mail, now)
            if letter is None:
                return False
            told.append((mail, letter))
        for mail, letter in reversed(told):
            questions.cover(cn, letter.id, [mail.id])
            said = "nothing in it is new: no letter of its own"
            audit.append(
                cn, audit.AuditEvent(now, "letter spared", said, message_id=mail.id, letter_id=letter.id)
            )
        return bool(told)

    def _named(self, cn: Connection, said: MessageFacts) -> Spoken | None:
        texts = (said.subject, said.body, said.quoted)
        ids = {*said.in_reply_to, *said.references, *letter_ids(texts)}
        numbers = letter_references("\n".join(texts), self.letterhead.campaign.office.short_name)
        return echoes.named(cn, ids, numbers) if ids or numbers else None

    def _given_back(self, cn: Connection, unit_row: int, mail: Unanswered, now: datetime) -> Spoken | None:
        """The letter that answered before what this mail brings; None where something is new."""
        said = echoes.facts_of(cn, mail.id)
        if said.left_out:
            return None
        named = self._named(cn, said)
        letter = named or echoes.lately_to(cn, _addresses(mail), now - QUIET, now)
        if letter is None:
            return None
        brought = echoes.pieces(cn, mail.id, None if named else _addresses(mail))
        known = self._links_before(cn, unit_row) if mail.links else set()
        own = self.letterhead.smtp.sender_address.lower()
        if not is_echo(brought, _files(mail.links), known, own):
            return None
        return None if echoes.changed_since(cn, mail.id, letter.at) else letter

    @staticmethod
    def _links_before(cn: Connection, unit_row: int) -> set[str]:
        answered = echoes.answered_mail(cn, unit_row)
        return {name for said in answered for name in _files(own_links(said.body, said.quoted))}


def _addresses(mail: Unanswered) -> set[str]:
    return {address.lower() for address in (mail.answer_to, mail.claimed_from) if address}


def _files(links: Sequence[CloudLink]) -> set[str]:
    return {link.url or link.filename for link in links}
