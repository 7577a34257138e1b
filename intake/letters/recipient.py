"""Whom letters about a unit's material go to, and what each of them may read.

Everybody hears of what he sent himself, in a letter to himself.  The unit's correspondents hear of all of it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.engine import Connection

from intake.domain.assembly.correspondents import Correspondents
from intake.domain.campaign.campaign import UnitRow
from intake.domain.letters.disclosure import Disclosure, from_another
from intake.domain.letters.views import LetterView
from intake.domain.model.document import Role
from intake.domain.model.lifecycle import CLOSED
from intake.domain.model.nomination import Case, CaseDocument, State
from intake.domain.rules.mail_checks import is_unproven
from store.ledger import addresses, nominations, units
from store.ledger.nominations import Standing
from store.letters import unanswered
from store.letters.unanswered import Unanswered, Waiting

FRESH = timedelta(hours=1)
"""How old the last whole poll may be where a letter answers no mail: what it asks for may have come."""

NAMES_ITS_UNIT = frozenset({"form", "address", "named"})
"""Ways to tell a mail's unit by which its sender need not be told whose number or thread he has named."""


@dataclass(frozen=True, slots=True)
class LetterReader:
    """A person to whom letters about a unit go.

    `mails` are all that he surely sent for it, `newest` the one in whose thread he is written to (of a
    correspondent who has not written a mere address).  Who is `known` to write for the unit may read of all
    of it; `whole` tells that he is, or that the unit has no correspondent and he speaks for what he sent.
    """

    unit_row: int
    newest: Unanswered
    mails: tuple[Unanswered, ...]
    known: bool
    whole: bool

    @property
    def address(self) -> str:
        """Where his letters go, in lower case."""
        return (self.newest.answer_to or "").lower()

    @property
    def senders(self) -> frozenset[str]:
        """The addresses in the From of his mails."""
        return frozenset(mail.claimed_from for mail in self.mails)

    def of(self, mails: Collection[Unanswered]) -> list[Unanswered]:
        """Those of these mails that he sent."""
        own = {mail.id for mail in self.mails}
        return [mail for mail in mails if mail.id in own]

    def standings(self, cn: Connection) -> list[Standing]:
        """The recorded nominations that he may read of, those that are closed too.

        Of one that rests on unverified mail alone nobody is told before a person has decided on it.
        """
        brought = unanswered.nominations_of_messages(cn, [mail.id for mail in self.mails])
        owners = {self.unit_row} | units.rows_of_nominations(cn, brought)
        return [
            entry
            for entry in nominations.standings(cn, owners)
            if (entry.id in brought or (self.known and entry.unit_id == self.unit_row))
            and not (is_unproven(entry.case) and entry.decision is None)
        ]

    def disclosures(self, cn: Connection) -> tuple[list[Disclosure], list[int]]:
        """The live nominations that he may hear of, and their rows, as far as each is his to read."""
        found = [entry for entry in self.standings(cn) if entry.state not in CLOSED]
        findings = nominations.findings_of(cn, [entry.id for entry in found])
        said = []
        for entry in found:
            told = Disclosure(entry.case, entry.state, tuple(findings.get(entry.id, ())), entry.decision)
            if self.known and entry.unit_id == self.unit_row:
                brought_by = {item.document.message.claimed_from for item in entry.case.documents}
                said.append(from_another(told) if not brought_by & self.senders else told)
            else:
                said.append(self._own(told))
        return said, [entry.id for entry in found]

    def is_owner(self, case: Case) -> bool:
        """True for a nomination that he put forward, or any of the unit that he is known to write for."""
        return self.known or bool(self._sent(case.documents))

    def _own(self, told: Disclosure) -> Disclosure:
        """The nomination as far as it came from him; where another put it forward, only what waits of his."""
        if own := self._sent(told.case.documents):
            return replace(told, case=replace(told.case, documents=own, waiting=()))
        waiting = _as_current(self._sent(told.case.waiting))
        received_at = min(item.document.message.received_at for item in waiting)
        case = replace(told.case, documents=waiting, waiting=(), received_at=received_at)
        return Disclosure(case, State.REVIEW, ())

    def _sent(self, documents: Sequence[CaseDocument]) -> tuple[CaseDocument, ...]:
        own = {mail.id for mail in self.mails}
        return tuple(item for item in documents if item.document.message.id in own)

    def fitted(self, view: LetterView) -> LetterView:
        """The letter as he may have it: the unit's places if he speaks for it, its name if he named it."""
        named = self.known or any(mail.attribution in NAMES_ITS_UNIT for mail in self.mails)
        return replace(
            view,
            addressee=view.addressee if named else None,
            quotas=view.quotas if self.whole and named else (),
        )


def _as_current(documents: Sequence[CaseDocument]) -> tuple[CaseDocument, ...]:
    """The last form and the last scan in their places, as their sender means them."""
    last = {item.role: place for place, item in enumerate(documents) if not item.page}
    return tuple(
        replace(item, current=last.get(item.role) == place or item.role not in (Role.FORM, Role.SCAN))
        for place, item in enumerate(documents)
    )


def correspondents_of(cn: Connection, unit_row: int, registry: Sequence[UnitRow]) -> Correspondents:
    """Who writes for a unit."""
    owners = units.by_row(cn, [unit_row])
    return addresses.of_units(cn, owners, registry)[unit_row]


def readers(cn: Connection, unit_row: int, who: Correspondents) -> list[LetterReader]:
    """Everybody who is written to about a unit's material: its correspondents, then who else sent some."""
    found: dict[str, list[Unanswered]] = {}
    waiting: list[Unanswered] = []
    for mail in unanswered.ever_of_unit(cn, unit_row):
        if mail.answer_to:
            found.setdefault(mail.answer_to.lower(), []).append(mail)
        else:
            waiting.append(mail)
    for mail in waiting:
        # Nobody is answered about it by itself, but whoever sent it hears of it with his others.
        if own := found.get(mail.claimed_from.lower()):
            own.append(mail)
    result = [_reader(unit_row, address, mails, who) for address, mails in found.items()]
    written = {reader.address for reader in result}
    result += [_unheard(unit_row, address) for address in who.addresses if address not in written]
    return sorted(result, key=lambda reader: not reader.known)


def _reader(unit_row: int, address: str, mails: list[Unanswered], who: Correspondents) -> LetterReader:
    verified = all(mail.verified for mail in mails)
    known = who.knows(address, verified=verified) and all(
        who.knows(mail.claimed_from, verified=mail.verified) for mail in mails
    )
    newest = [mail for mail in mails if mail.answer_to][-1]
    ordered = tuple(sorted(mails, key=lambda mail: (mail.received_at, mail.id)))
    return LetterReader(unit_row, newest, ordered, known, known or not who.named)


def _unheard(unit_row: int, address: str) -> LetterReader:
    """A correspondent who has sent nothing for the unit himself."""
    return LetterReader(unit_row, unanswered.address_alone(address), (), True, True)


def with_group(reader: LetterReader, everybody: Sequence[LetterReader]) -> frozenset[str]:
    """The senders whose mail bears on what a reader is told: his own, and of correspondents all of theirs."""
    group = [other for other in everybody if other.known] if reader.known else []
    return reader.senders.union(*(other.senders for other in group))


def settled(waiting: Sequence[Waiting], who: Correspondents, is_quiet: Collection[Waiting]) -> set[str]:
    """The senders (From) of one unit whose letters may be written.

    Each when his own mail has been quiet; the correspondents, who mend one another's, only together.
    """
    known = [item for item in waiting if who.knows(item.sender, verified=item.verified)]
    quiet = {item.sender for item in is_quiet}
    if any(item.sender not in quiet for item in known):
        quiet -= {item.sender for item in known}
    return quiet
