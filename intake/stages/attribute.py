"""attribute: every new message and each of its documents to a recommending unit.

What was given weakly (by its sender, by a nominee's name) is looked at again when
more is known, and moves to its unit with all its documents.

It is written in slices of 200 messages: files are read into forms, and registry and words asked, before the
writer is taken.  The size of a slice changes nothing in the ledger.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy.engine import Connection, Engine

from intake import clock
from intake.domain.assembly import attribution
from intake.domain.assembly.attribution import PERSON, Attribution, Belonging, Incoming
from intake.domain.assembly.corrected import CorrectedRoles
from intake.domain.assembly.requests import Statement, wants_a_look
from intake.domain.campaign.campaign import Campaign
from intake.domain.campaign.registry import Registry
from intake.domain.mail.intent import letter_references, nomination_numbers
from intake.domain.model.document import Document
from intake.domain.model.nomination import Unit
from store.database import audit
from store.database.engine import StoreDown, viewing, writing
from store.ledger import corrections, nominations, ownership, units
from store.letters import outbox
from store.mail import material, messages
from store.mail.material import Mail

log = logging.getLogger(__name__)

Item = TypeVar("Item")

FOLLOWING, UNFOLLOWED = "按新收来信改归单位", "未能完成，来信留在原归单位，请人工核对"
"""What becomes of earlier mails over which the program fails while they are given to another unit."""

SLICE = 200
"""Messages given to their units in one transaction: others wait for the writer meanwhile (SQLite)."""


@dataclass(frozen=True, slots=True)
class _Guessed:
    """Whose some mails are by what they say, and whose they were.

    `before` are the unit rows of their documents, `holders` by message those whose nominations hold them.
    """

    documents: Mapping[int, Sequence[Document]]
    guesses: Sequence[Incoming]
    founds: Sequence[Attribution]
    before: Mapping[int, int]
    holders: Mapping[int, Collection[int]]


@dataclass(frozen=True, slots=True)
class Attributor:
    """The parts that attributing needs; `slice_size` messages are written at once."""

    engine: Engine
    campaign: Campaign
    registry: Registry
    roles: CorrectedRoles
    slice_size: int = SLICE

    def attribute(self) -> list[list[int]]:
        """Gives each new message to its unit; returns the groups of unit rows to assemble together."""
        with viewing(self.engine) as cn:
            fresh = material.unassembled(cn)
            unheeded = material.words_unheeded(cn)
            astray = material.words_astray(cn, attribution.WEAK)
        if not fresh and not unheeded and not astray:
            return []
        touched: dict[int, set[int]] = {}
        nominees: set[tuple[int, str]] = set()

        def give(mails: Sequence[Mail]) -> None:
            nominees.update(self._attribute_slice(mails, touched))

        def heed(mails: Sequence[Mail]) -> None:
            self._heed_slice(mails, nominees, touched)

        for mails in _slices(fresh, self.slice_size):
            self._turn(mails, give, touched)
        with audit.apart(self.engine, lambda cn: FOLLOWING, UNFOLLOWED), writing(self.engine) as cn:
            self._follow(cn, fresh, nominees, touched)
        for mails in _slices([*unheeded, *astray], self.slice_size):
            self._turn(mails, heed, touched)
        with audit.apart(self.engine, lambda cn: FOLLOWING, UNFOLLOWED), writing(self.engine) as cn:
            self._follow_people(cn, touched)
        for mail in astray:
            if touched.get(mail.ref.id) == {mail.unit_id}:
                del touched[mail.ref.id]
        return _groups(touched)

    def _follow(
        self,
        cn: Connection,
        fresh: Sequence[Mail],
        nominees: Collection[tuple[int, str]],
        touched: dict[int, set[int]],
    ) -> None:
        """What was given weakly goes where more is known now."""
        self._follow_senders(cn, {mail.ref.claimed_from for mail in fresh}, touched)
        self._follow_threads(cn, touched)
        self._follow_nominees(cn, nominees, touched)

    def _follow_people(self, cn: Connection, touched: dict[int, set[int]]) -> None:
        """Mails and scans that people gave to a unit or a form: last, since nothing outweighs it."""
        said = corrections.up_to_date(cn, self.roles.corrections)
        for item in ownership.mails_of(cn, said.units):
            row = units.row_of(cn, self.registry.match(said.units[item.sender]).unit)
            if row != item.unit_id or item.how != PERSON:
                ownership.move_message(cn, item.message, row, PERSON)
                touched.setdefault(item.message, set()).update({row, item.unit_id})
        for message, before, row in ownership.join_files(cn, said.pairs):
            touched.setdefault(message, set()).update({before, row})

    def _turn(
        self, mails: Sequence[Mail], do: Callable[[Sequence[Mail]], None], touched: dict[int, set[int]]
    ) -> None:
        """Does it for some messages; one over which the program fails is set aside, and stops no other."""
        try:
            do(mails)
        except (StoreDown, OSError):
            raise
        except Exception:  # noqa: BLE001 - told below, once it is known over which mail
            story = traceback.format_exc()
        else:
            return
        if len(mails) > 1:
            for mail in mails:
                self._turn([mail], do, touched)
            return
        (only,) = mails
        touched.pop(only.ref.id, None)
        log.error("message %d cannot be given to a unit and is quarantined:\n%s", only.ref.id, story)
        with writing(self.engine) as cn:
            messages.quarantine(cn, only.ref.id, story, None, clock.now())

    def _heed_slice(
        self, mails: Sequence[Mail], nominees: Collection[tuple[int, str]], touched: dict[int, set[int]]
    ) -> None:
        """Ties some words without files to their units; they are searched before the writer is taken."""
        words = [(mail, _asks(mail)) for mail in mails]
        with writing(self.engine) as cn:
            known = _nominees(cn, nominees) if any(asks for _, asks in words) else {}
            for mail, asks in words:
                self._heed(cn, mail, asks, known, touched)

    def _attribute_slice(self, mails: Sequence[Mail], touched: dict[int, set[int]]) -> set[tuple[int, str]]:
        """Attributes some messages in their order; returns document row and nominee of each form.

        Files are read into forms, and registry and words asked, before the writer is taken.
        What that writing itself may change, the unit of a thread, is asked again within.
        """
        with viewing(self.engine) as cn:
            guessed = self._guess(cn, mails)
        with writing(self.engine) as cn:
            if self._heed_people(cn):
                # A form names another unit than when it was read.
                guessed = self._guess(cn, mails)
            return self._give(cn, mails, guessed, touched)

    def attribute_within(self, cn: Connection, messages: Collection[int]) -> list[list[int]]:
        """Gives some new messages to their units in the caller's transaction, who may yet undo it."""
        self._heed_people(cn)
        fresh = [mail for mail in material.unassembled(cn) if mail.ref.id in messages]
        touched: dict[int, set[int]] = {}
        nominees = self._give(cn, fresh, self._guess(cn, fresh), touched)
        self._follow(cn, fresh, nominees, touched)
        self._follow_people(cn, touched)
        return _groups(touched)

    def _heed_people(self, cn: Connection) -> bool:
        """Takes up what people said since it was last asked; true where they said something."""
        known = self.roles.corrections
        self.roles.corrections = corrections.up_to_date(cn, known)
        return self.roles.corrections is not known

    def _guess(self, cn: Connection, mails: Sequence[Mail]) -> _Guessed:
        """Whose these mails are, by what they say; a thread within them may yet tell otherwise."""
        self._heed_people(cn)
        documents = self._documents_by_message(cn, mails)
        guesses = [self._incoming(cn, mail, documents.get(mail.ref.id, ())) for mail in mails]
        return _Guessed(
            documents,
            guesses,
            [attribution.attribute(guess, self.registry, self.campaign) for guess in guesses],
            ownership.owners(cn, documents),
            ownership.holders(cn, documents),
        )

    def _give(
        self, cn: Connection, mails: Sequence[Mail], guessed: _Guessed, touched: dict[int, set[int]]
    ) -> set[tuple[int, str]]:
        """Writes whose these mails are; returns document row and nominee of each form."""
        documents = guessed.documents
        known: dict[Unit, int] = {}
        given: list[ownership.Given] = []
        for mail, guess, first in zip(mails, guessed.guesses, guessed.founds, strict=True):
            if mail.threads:
                # Its unit may be that of a mail before it.
                ownership.attribute(cn, given)
                given = []
            threaded = self._threaded(cn, mail)
            found = first
            if threaded != guess.threaded:
                incoming = replace(guess, threaded=threaded)
                found = attribution.attribute(incoming, self.registry, self.campaign)
            owners = {found.unit, *found.documents.values()}
            known |= {item: units.row_of(cn, item) for item in owners - known.keys()}
            rows = {item.key: known[item] for item in owners}
            given.append(
                ownership.Given(
                    mail.ref.id,
                    rows[found.unit.key],
                    found.how,
                    {document: rows[owner.key] for document, owner in found.documents.items()},
                )
            )
            # A replay may take a message from a unit, which is then put together without it.
            former = {mail.unit_id, *(guessed.before.get(document.id) for document in guess.documents)}
            former |= {*guessed.holders.get(mail.ref.id, ())}
            touched[mail.ref.id] = {*rows.values(), *(row for row in former if row is not None)}
        ownership.attribute(cn, given)
        return {
            (item.id, name)
            for held in documents.values()
            for item in held
            if item.form and (name := item.form.text("nominee"))
        }

    def _incoming(self, cn: Connection, mail: Mail, documents: Sequence[Document]) -> Incoming:
        """The mail with the units that its thread and the numbers in it lead to."""
        replied = outbox.unit_of_letter(cn, mail.threads, mail.ref.claimed_from) if mail.threads else None
        numbered = self._numbered(cn, f"{mail.ref.subject}\n{mail.body}") or self._numbered(cn, mail.quoted)
        rows = {row for row in (replied, numbered) if row}
        found = units.by_row(cn, rows) if rows else {}
        return Incoming(
            mail.ref,
            mail.body,
            tuple(documents),
            found.get(replied or 0),
            found.get(numbered or 0),
            self._threaded(cn, mail),
        )

    @staticmethod
    def _threaded(cn: Connection, mail: Mail) -> Unit | None:
        """The one unit in whose exchange of mails this one stands."""
        row = _only(ownership.units_of_threads(cn, mail.threads)) if mail.threads else None
        return units.by_row(cn, [row])[row] if row else None

    def _numbered(self, cn: Connection, text: str) -> int | None:
        """The one unit whose nominations or letters a text names by number."""
        numbers = nomination_numbers(text, self.campaign.campaign.number_prefix)
        references = letter_references(text, self.campaign.office.short_name)
        return _only(units.named_by(cn, numbers, references)) if numbers or references else None

    def _heed(
        self,
        cn: Connection,
        mail: Mail,
        asks: bool,
        nominees: Mapping[str, set[int]],
        touched: dict[int, set[int]],
    ) -> None:
        """Ties words without files that ask to withdraw or correct something to the unit they speak of."""
        if not asks:
            ownership.heed_words(cn, mail.ref.id, None, None)
            if mail.unit_id:
                # Read otherwise than before: its unit is judged without it.
                touched[mail.ref.id] = {mail.unit_id}
            return
        found = attribution.attribute(self._incoming(cn, mail, ()), self.registry, self.campaign)
        row, how = None, found.how
        if how == "none":
            row, how = self._of_sender(cn, mail.ref.claimed_from), "sender"
            if row is None:
                row, how = _of_nominees(nominees, f"{mail.ref.subject}\n{mail.body}"), "nominee"
        else:
            row = units.row_of(cn, found.unit)
        ownership.heed_words(cn, mail.ref.id, row, how if row else "none")
        owners = {owner for owner in (row, mail.unit_id) if owner}
        if owners:
            touched[mail.ref.id] = owners

    @staticmethod
    def _of_sender(cn: Connection, sender: str) -> int | None:
        """The one unit for which a sender has sent material, be it still a nameless one."""
        return _only({item.unit_id for item in ownership.owned_by_senders(cn, [sender])})

    def _documents_by_message(self, cn: Connection, mails: Sequence[Mail]) -> dict[int, list[Document]]:
        result: dict[int, list[Document]] = {}
        for raw in material.documents_of_messages(cn, [mail.ref for mail in mails]):
            parts = raw.parts(self.roles.read(raw.content_hash, raw.filename, raw.facts, raw.reading))
            result.setdefault(raw.message.id, []).extend(parts)
        return result

    @staticmethod
    def _follow_senders(cn: Connection, senders: Collection[str], touched: dict[int, set[int]]) -> None:
        owned = ownership.owned_by_senders(cn, senders)
        rows = {item.unit_id for item in owned}
        keys = {row: unit.key for row, unit in units.by_row(cn, rows).items()}
        known = [
            Belonging(item.message, item.sender, keys[item.unit_id], item.how, item.proven) for item in owned
        ]
        by_key = {key: row for row, key in keys.items()}
        before = {item.message: item.unit_id for item in owned}
        for message, key in attribution.follow_sender(known).items():
            # Only a stand-in may have no row yet: every other key was just looked up.
            row = by_key.get(key) or units.row_of(cn, attribution.nobody(key.removeprefix("address:")))
            ownership.move_message(cn, message, row, "sender" if key in by_key else "none")
            touched.setdefault(message, set()).update({row, before[message]})

    @staticmethod
    def _follow_threads(cn: Connection, touched: dict[int, set[int]]) -> None:
        """An orphan whose thread has found its unit meanwhile goes with it."""
        for item in ownership.orphans(cn):
            row = _only(ownership.units_of_threads(cn, item.threads)) if item.threads else None
            if row and row != item.unit_id:
                ownership.move_message(cn, item.message, row, "thread")
                touched.setdefault(item.message, set()).update({row, item.unit_id})

    @staticmethod
    def _follow_nominees(
        cn: Connection, fresh: Collection[tuple[int, str]], touched: dict[int, set[int]]
    ) -> None:
        orphans = ownership.orphans(cn)
        if not orphans:
            return
        nominees = _nominees(cn, fresh)
        rows = {unit for found in nominees.values() for unit in found}
        keys = {row: unit.key for row, unit in units.by_row(cn, rows).items() if unit.name}
        by_name = {name: {keys[row] for row in found if row in keys} for name, found in nominees.items()}
        by_key = {key: row for row, key in keys.items()}
        words = {item.message: item.words for item in orphans}
        before = {item.message: item.unit_id for item in orphans}
        for message, key in attribution.follow_nominees(words, by_name).items():
            if before[message] != by_key[key]:
                ownership.move_message(cn, message, by_key[key], "nominee")
                touched.setdefault(message, set()).update({by_key[key], before[message]})


def _nominees(cn: Connection, fresh: Collection[tuple[int, str]]) -> dict[str, set[int]]:
    """The unit rows of each nominee, by the ledger and by the forms that have just come (document rows)."""
    found = nominations.nominees(cn)
    owners = ownership.owners_of_documents(cn, {document for document, _ in fresh})
    for document, name in fresh:
        if document in owners:
            found.setdefault(name, set()).add(owners[document])
    return found


def _of_nominees(nominees: Mapping[str, set[int]], words: str) -> int | None:
    """The one unit that puts forward a nominee whom the words name."""
    known = {name: {str(row) for row in rows} for name, rows in nominees.items()}
    found = attribution.follow_nominees({0: words}, known)
    return int(found[0]) if found else None


def _asks(mail: Mail) -> bool:
    """True for words without files that ask for something to be done with earlier material."""
    return wants_a_look(Statement(mail.ref, mail.body, files=False))


def _slices(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _only(rows: Collection[int]) -> int | None:
    """The one member, or None where there are none or several."""
    return next(iter(rows)) if len(rows) == 1 else None


def _groups(touched: Mapping[int, set[int]]) -> list[list[int]]:
    """Unit rows that share a message stand in one group; groups in the order of their messages."""
    owner: dict[int, set[int]] = {}
    for rows in touched.values():
        merged = set(rows)
        for row in rows:
            merged |= owner.get(row, set())
        for row in merged:
            owner[row] = merged
    seen: set[int] = set()
    groups = []
    for rows in touched.values():
        for row in sorted(rows):
            if row not in seen:
                seen |= owner[row]
                groups.append(sorted(owner[row]))
    return groups
