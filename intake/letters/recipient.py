"""Whom a letter to a unit goes to, and which nominations that person may read of.

Strangers learn nothing: a sender who is tied to a unit by words alone is told only of what came in his
own mails; the unit's whole list goes to senders who brought a form, replied to a letter, or stand in the
registry.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.engine import Connection

from intake.domain.letters.disclosure import Disclosure
from intake.domain.model.lifecycle import CLOSED
from intake.domain.rules.mail_checks import is_unproven
from store.ledger import nominations, units
from store.ledger.nominations import Standing
from store.letters import unanswered
from store.letters.unanswered import Unanswered

FRESH = timedelta(hours=1)
"""How old the last whole poll may be where a letter answers no mail: what it asks for may have come."""


def recipient(mails: Sequence[Unanswered], trusted: Collection[str]) -> Unanswered | None:
    """The mail that the letter answers: the newest that may be, of a trusted sender where there is one."""
    answerable = [mail for mail in mails if mail.answer_to]
    best = [mail for mail in answerable if mail.claimed_from in trusted] or answerable
    return best[-1] if best else None


@dataclass(frozen=True, slots=True)
class Audience:
    """The person to whom a letter goes: by which mail he is known, and what he may read of.

    Whoever is tied to the unit by nothing but words may be a stranger, and learns nothing of what
    others sent: `known` is false then, and `brought` are the nominations in his own mails.
    """

    unit_row: int
    newest: Unanswered
    known: bool
    brought: frozenset[int]

    def may_read(self, entry: Standing) -> bool:
        """True for a nomination that this person brought, or whose unit he is known to write for.

        Of one that rests on unverified mail alone nobody is told before a person has decided on it.
        """
        if is_unproven(entry.case) and entry.decision is None:
            return False
        return entry.id in self.brought or (self.known and entry.unit_id == self.unit_row)

    def standings(self, cn: Connection) -> list[Standing]:
        """The recorded nominations that he may read of, those that are closed too."""
        owners = {self.unit_row} | units.rows_of_nominations(cn, self.brought)
        return [entry for entry in nominations.standings(cn, owners) if self.may_read(entry)]


def audience(cn: Connection, unit_row: int, mails: Sequence[Unanswered]) -> Audience | None:
    """Who is written to about these mails of a unit; None where nobody may be."""
    trusted = unanswered.senders_of(cn, unit_row, unanswered.TRUSTED)
    newest = recipient(mails, trusted)
    if newest is None:
        return None
    known = newest.claimed_from in trusted
    heard = [mail.id for mail in mails if known or mail.claimed_from == newest.claimed_from]
    return Audience(unit_row, newest, known, frozenset(unanswered.nominations_of_messages(cn, heard)))


def disclosures(cn: Connection, reader: Audience) -> tuple[list[Disclosure], list[int]]:
    """The live nominations that the reader may hear of, and their rows."""
    found = [entry for entry in reader.standings(cn) if entry.state not in CLOSED]
    findings = nominations.findings_of(cn, [entry.id for entry in found])
    said = [
        Disclosure(entry.case, entry.state, tuple(findings.get(entry.id, ())), entry.decision)
        for entry in found
    ]
    return said, [entry.id for entry in found]
