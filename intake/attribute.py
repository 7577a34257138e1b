"""attribute: every new message and each of its documents to a recommending unit.

What was given weakly (by its sender, by a nominee's name) is looked at again when
more is known, and moves to its unit with all its documents.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection, Engine

from intake.domain import attribution
from intake.domain.attribution import Belonging, Incoming
from intake.domain.campaign import Campaign
from intake.domain.model import Document
from intake.domain.roles import read_parts
from intake.domain.units import Registry
from store import ledger, material, outbox, units
from store.engine import writing
from store.material import Mail


@dataclass(frozen=True, slots=True)
class Attributor:
    """The parts that attributing needs."""

    engine: Engine
    campaign: Campaign
    registry: Registry

    def attribute(self) -> list[list[int]]:
        """Gives each new message to its unit; returns the groups of unit rows to assemble together."""
        with writing(self.engine) as cn:
            fresh = material.unassembled(cn)
            if not fresh:
                return []
            touched: dict[int, set[int]] = {}
            documents = self._documents_by_message(cn, fresh)
            before = material.owners(cn, documents)
            for mail in fresh:
                replied = outbox.unit_of_letter(cn, mail.threads) if mail.threads else None
                unit = units.by_row(cn, [replied])[replied] if replied else None
                incoming = Incoming(mail.ref, mail.body, tuple(documents.get(mail.ref.id, ())), unit)
                found = attribution.attribute(incoming, self.registry, self.campaign)
                owners = (found.unit, *found.documents.values())
                rows = {item.key: units.row_of(cn, item) for item in owners}
                material.attribute(
                    cn,
                    mail.ref.id,
                    rows[found.unit.key],
                    found.how,
                    {document: rows[owner.key] for document, owner in found.documents.items()},
                )
                # A replay may take a message from a unit, which is then put together without it.
                former = {mail.unit_id, *(before.get(d.id) for d in incoming.documents)} - {None}
                touched[mail.ref.id] = {*rows.values(), *(row for row in former if row is not None)}
            self._follow_senders(cn, {mail.ref.claimed_from for mail in fresh}, touched)
            self._follow_nominees(cn, documents, touched)
            return _groups(touched)

    def _documents_by_message(self, cn: Connection, mails: Sequence[Mail]) -> dict[int, list[Document]]:
        result: dict[int, list[Document]] = {}
        for raw in material.documents_of_messages(cn, [mail.ref for mail in mails]):
            parts = raw.parts(read_parts(raw.facts, raw.filename, self.campaign))
            result.setdefault(raw.message.id, []).extend(parts)
        return result

    @staticmethod
    def _follow_senders(cn: Connection, senders: Collection[str], touched: dict[int, set[int]]) -> None:
        mails = material.mail_of_senders(cn, senders)
        rows = {mail.unit_id for mail in mails if mail.unit_id}
        keys = {row: unit.key for row, unit in units.by_row(cn, rows).items()}
        known = [
            Belonging(mail.ref.id, mail.ref.claimed_from, keys[mail.unit_id], mail.attribution or "none")
            for mail in mails
            if mail.unit_id
        ]
        by_key = {key: row for row, key in keys.items()}
        before = {mail.ref.id: mail.unit_id for mail in mails if mail.unit_id}
        for message, key in attribution.follow_sender(known).items():
            # Only a stand-in may have no row yet: every other key was just looked up.
            row = by_key.get(key) or units.row_of(cn, attribution.nobody(key.removeprefix("address:")))
            material.move_message(cn, message, row, "sender" if key in by_key else "none")
            touched.setdefault(message, set()).update({row, before[message]})

    @staticmethod
    def _follow_nominees(
        cn: Connection, fresh: Mapping[int, Sequence[Document]], touched: dict[int, set[int]]
    ) -> None:
        orphans = material.orphans(cn)
        if not orphans:
            return
        nominees = ledger.nominees(cn)
        owners = material.owners(cn, fresh)
        for document in (item for documents in fresh.values() for item in documents if item.form):
            name = document.form.text("nominee") if document.form else None
            if name:
                nominees.setdefault(name, set()).add(owners[document.id])
        rows = {unit for found in nominees.values() for unit in found}
        keys = {row: unit.key for row, unit in units.by_row(cn, rows).items() if unit.name}
        by_name = {name: {keys[row] for row in found if row in keys} for name, found in nominees.items()}
        by_key = {key: row for row, key in keys.items()}
        words = {item.message: item.words for item in orphans}
        before = {item.message: item.unit_id for item in orphans}
        for message, key in attribution.follow_nominees(words, by_name).items():
            if before[message] != by_key[key]:
                material.move_message(cn, message, by_key[key], "nominee")
                touched.setdefault(message, set()).update({by_key[key], before[message]})


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
