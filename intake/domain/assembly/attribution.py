"""Whose mail is this: the recommending unit of a message and of each of its documents.

Attribution comes before assembly.  Witnesses are heard in this order: the forms' 推荐单位, the letter replied
to, a number of ours in the mail, the registry's address, the thread, the words of the mail.  Mail that
nothing names follows its sender, or the nominee in its filenames, where that is unambiguous.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from intake.domain.campaign.campaign import Campaign
from intake.domain.campaign.registry import Registry
from intake.domain.documents.filenames import named
from intake.domain.mail.forwarded import originals, unit_of_originals, units_of_enclosed
from intake.domain.model.document import Document, MessageRef, Role
from intake.domain.model.nomination import Unit
from intake.domain.pairing.pairing import Seat, pair
from intake.domain.text.names import compact, stem

How = Literal["person", "form", "reply", "number", "address", "thread", "named", "sender", "nominee", "none"]
"""By what a message was given to its unit, the strongest first; those in `WEAK` may change later.

Of these only form, reply and address let a sender be told what others of the unit sent.
A number can be guessed, and the thread's Message-IDs are known to everybody who was
given a copy of a mail: both bring material to its unit, and open nothing.
"""

PERSON: How = "person"
"""A clerk has given the mail to its unit: nothing that is read outweighs that."""

WEAK: frozenset[str] = frozenset({"sender", "nominee", "none"})


SHORTEST_NAME = 2
"""Characters; a single one stands in too many words."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message to attribute: its documents, its words, and the units that it is tied to.

    `replies_to` is the unit whose letter it answers, `numbered` the one unit whose
    numbers it names, `threaded` the one unit in whose exchange of mails it stands.
    """

    ref: MessageRef
    body: str
    documents: tuple[Document, ...]
    replies_to: Unit | None = None
    numbered: Unit | None = None
    threaded: Unit | None = None


@dataclass(frozen=True, slots=True)
class Attribution:
    """The message's unit (that of its first form), how it is known, and each document's own unit."""

    message: int
    unit: Unit
    how: How
    documents: Mapping[int, Unit]


def attribute(mail: Incoming, registry: Registry, campaign: Campaign) -> Attribution:
    """The forms' 推荐单位 first, then the letter replied to, a number, the address, the thread, words."""
    # A file with several forms is its first unit's: a document goes to one unit whole.
    forms: dict[int, Unit | None] = {}
    for document in mail.documents:
        if document.role is Role.FORM and document.form:
            forms[document.id] = forms.get(document.id) or _unit_of(document, registry)
    known = [unit for unit in forms.values() if unit]
    if known:
        return _by_forms(mail, {key: unit for key, unit in forms.items() if unit}, known[0], campaign)
    unit, how = _by_mail(mail, registry, campaign)
    office = registry.match(campaign.office.name).unit
    owners = {document.id: unit for document in mail.documents}
    return Attribution(
        mail.ref.id, unit, how, {**owners, **units_of_enclosed(mail.documents, registry, office)}
    )


def _unit_of(document: Document, registry: Registry) -> Unit | None:
    name = document.form.text("unit") if document.form else None
    return registry.match(name).unit if name else None


def _by_forms(mail: Incoming, forms: dict[int, Unit], first: Unit, campaign: Campaign) -> Attribution:
    if len({unit.key for unit in forms.values()}) == 1:
        return Attribution(mail.ref.id, first, "form", {document.id: first for document in mail.documents})
    # One mail with the forms of several units: each scan goes with its form.
    seated = [document for document in mail.documents if document.id in forms]
    seats = [
        Seat(
            document.form.text("nominee") if document.form else None,
            document.form.category if document.form else None,
            document,
        )
        for document in seated
    ]
    scans = [document for document in mail.documents if document.role is Role.SCAN]
    units = dict(forms)
    for found in pair(seats, scans, campaign).pairs:
        units[scans[found.scan].id] = forms[seated[found.seat].id]
    nominees = {seat.nominee: forms[seat.form.id] for seat in seats if seat.nominee}
    for document in mail.documents:
        owners = {
            nominees[name].key: nominees[name] for name in named(stem(document.filename), list(nominees))
        }
        if document.id not in units and len(owners) == 1:
            units[document.id] = next(iter(owners.values()))
    return Attribution(
        mail.ref.id,
        first,
        "form",
        {document.id: units.get(document.id, first) for document in mail.documents},
    )


def _by_mail(mail: Incoming, registry: Registry, campaign: Campaign) -> tuple[Unit, How]:
    if mail.replies_to:
        return mail.replies_to, "reply"
    if mail.numbered:
        return mail.numbered, "number"
    # Every mail greets the office that it goes to, which may itself be a unit of the registry.
    office = registry.match(campaign.office.name).unit
    # "named", not "address": whoever passes a submission on is not thereby the unit's.
    passed_on = unit_of_originals(originals(mail.ref.subject, mail.body, mail.documents), registry, office)
    if passed_on:
        return passed_on, "named"
    by_address = registry.by_address(mail.ref.claimed_from)
    if by_address:
        return by_address, "address"
    if mail.threaded:
        return mail.threaded, "thread"
    filenames = " ".join(document.filename for document in mail.documents)
    for words in (mail.ref.subject, filenames, mail.body):
        found = {unit.key: unit for unit in registry.find_in_text(words) if unit.key != office.key}
        if len(found) == 1:
            return next(iter(found.values())), "named"
    return nobody(mail.ref.claimed_from), "none"


def nobody(address: str) -> Unit:
    """The stand-in for a unit that nothing names: one a sender, until something does."""
    return Unit(key=f"address:{address}", name=None, kind=None, known=False)


@dataclass(frozen=True, slots=True)
class Belonging:
    """How one message of a sender stands attributed; `proven` false: nobody knows that it is his."""

    message: int
    sender: str
    unit: str
    how: str
    proven: bool = True


def follow_sender(known: Iterable[Belonging]) -> dict[int, str]:
    """Messages that nothing names but whose sender otherwise wrote for exactly one unit: that unit's key.

    A sender who wrote for several units is followed for none.  What somebody may only have sent in
    his name counts where there is nothing else.
    """
    by_sender: dict[str, list[Belonging]] = defaultdict(list)
    for item in known:
        by_sender[item.sender].append(item)
    moves: dict[int, str] = {}
    for sender, items in by_sender.items():
        firm = [item for item in items if item.how not in WEAK]
        units = {item.unit for item in firm if item.proven} or {item.unit for item in firm}
        target = units.pop() if sender and len(units) == 1 else nobody(sender).key
        for item in items:
            stays = item.how == "nominee" and target == nobody(sender).key
            if item.how in WEAK and not stays and item.unit != target:
                moves[item.message] = target
    return moves


def follow_nominees(orphans: Mapping[int, str], units: Mapping[str, set[str]]) -> dict[int, str]:
    """Messages of unknown senders whose words name a nominee of exactly one unit: that unit's key.

    `orphans` are the words (subject, filenames) by message, `units` the units' keys
    by nominee.  A scan that a colleague sends from his own address finds its form so.
    """
    names = [name for name in units if len(compact(name)) >= SHORTEST_NAME]
    moves: dict[int, str] = {}
    for message, words in orphans.items():
        found = {key for name in named(words, names) for key in units[name]}
        if len(found) == 1:
            moves[message] = found.pop()
    return moves
