"""assemble and decide: from documents to nominations in the ledger.

Each unit that anything changed for is put together anew from all its documents,
judged, and recorded in one short transaction.  Doing it again gives the same ledger: that
is what replay rests on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy.engine import Connection, Engine

from intake.config.campaign_file import LoadedCampaign
from intake.domain.assembly import assembly
from intake.domain.assembly.corrected import CorrectedRoles
from intake.domain.assembly.correspondents import Correspondents
from intake.domain.assembly.requests import Answers, Statement, heed, hinted, says_again, says_it_adds
from intake.domain.assembly.senders import Brought, assemble_senders, heed_senders, offered_beside
from intake.domain.campaign.campaign import Campaign
from intake.domain.campaign.registry import Registry
from intake.domain.mail.intent import REPLY_SUBJECT, letter_references
from intake.domain.model.document import Document
from intake.domain.model.lifecycle import CLOSED
from intake.domain.model.nomination import Case, Judgement, State, Unit
from intake.domain.rules.case_view import Circumstances
from intake.domain.rules.judge import judge_unit
from intake.domain.rules.mail_checks import takes_place
from intake.domain.rules.namesakes import Namesake, entry_of, name_key
from intake.stages import mail_facts
from intake.stages.ledger_plan import AssembleResult, Judged, LedgerPlan, record
from parsers.mail import quoting
from store.database import audit
from store.database.engine import viewing, writing
from store.ledger import addresses, corrections, duplicates, nominations, units
from store.letters import letter_record
from store.mail import material
from store.mail.material import Mail

__all__ = ["AssembleResult", "Assembler"]

ROUNDS_OF_NAMESAKES = 3
"""Times units are judged anew since others put the same nominee forward; once is enough but for races."""

TRIES_OUTSIDE = 3
"""Times that units are judged before the writer is taken; then within it, where nothing can come between."""

UNJUDGED = "材料未能核对，其余单位照常，下一轮重试"
"""What becomes of units over which the program fails: their mails wait, and no letter goes meanwhile."""

NEAR_UNITS_TOLD = 5
"""Near names that a finding lists; of more it is anybody's guess."""


@dataclass(frozen=True, slots=True)
class Assembler:
    """The parts that assembling needs."""

    engine: Engine
    loaded: LoadedCampaign
    roles: CorrectedRoles
    stop: threading.Event
    progressed: Callable[[int, int], None] = lambda done, total: None

    @property
    def campaign(self) -> Campaign:
        """The campaign's data."""
        return self.loaded.campaign

    def assemble(self, groups: Sequence[Collection[int]]) -> AssembleResult:
        """Brings the ledger up to date for these groups of unit rows."""
        result = AssembleResult()
        for done, group in enumerate(groups, 1):
            if self.stop.is_set():
                break
            self._turn(group, result)
            self.progressed(done, len(groups))
        self._tell_namesakes(result)
        return result

    def _tell_namesakes(self, result: AssembleResult) -> None:
        """Judges units anew whose nominees others have come to put forward too, or no longer do.

        The ledger is asked: order of arrival, a pass killed halfway, a decision elsewhere change nothing.
        """
        before: list[int] = []
        for _ in range(ROUNDS_OF_NAMESAKES):
            with viewing(self.engine) as cn:
                rows = duplicates.unaware(cn, self.campaign, self.loaded.units)
            # What judging anew did not change, it will not change a second time.
            if not rows or rows == before or self.stop.is_set():
                return
            before = rows
            for row in rows:
                self._turn([row], result)

    def _turn(self, rows: Collection[int], result: AssembleResult) -> None:
        """Brings the ledger up to date for a group; a fault of ours leaves it as it is, for the next pass."""
        with audit.apart(self.engine, partial(units.names, rows=rows), UNJUDGED):
            self._group(rows, result)

    def _group(self, rows: Collection[int], result: AssembleResult) -> None:
        """Assembles, judges and records units that share a message, in one transaction.

        They are judged before the writer is taken, so that nobody's decision waits for it; where something
        was recorded meanwhile, they are judged anew.
        """
        for _ in range(TRIES_OUTSIDE):
            with viewing(self.engine) as cn:
                plan = self._planned(cn, rows)
            if plan.is_twofold:
                break
            with writing(self.engine) as cn:
                units.by_row(cn, plan.rows, lock=True)
                if audit.is_newest(cn, plan.seen):
                    record(cn, plan, self.campaign, result)
                    return
        with writing(self.engine) as cn:
            self.assemble_within(cn, rows, result)

    def assemble_within(self, cn: Connection, rows: Collection[int], result: AssembleResult) -> None:
        """Assembles, judges and records units in the caller's transaction, who may yet undo it."""
        rows = self._with_sharers(cn, rows)
        units.by_row(cn, rows, lock=True)
        plan = self._planned(cn, rows)
        record(cn, plan, self.campaign, result)
        if plan.is_twofold:
            record(cn, self._planned(cn, rows), self.campaign, result)

    def _planned(self, cn: Connection, rows: Collection[int]) -> LedgerPlan:
        """Each case of these units with its judgement and its unit's row, as they are to be recorded."""
        seen = audit.newest(cn)
        # What people said meanwhile counts at once, whatever a pass that began before has read.
        self.roles.corrections = corrections.up_to_date(cn, self.roles.corrections)
        rows = self._with_sharers(cn, rows)
        owners = units.by_row(cn, rows)
        mails = material.mail_of_units(cn, rows)
        standings = nominations.standings(cn, rows)
        statements = self._statements(cn, rows, mails)
        prefix = self.campaign.campaign.number_prefix
        recorded = [entry.case for entry in standings]
        writers = addresses.of_units(cn, owners, self.loaded.units)
        put_together = self._put_together(cn, owners, writers, mails, statements, recorded)
        found = [case for items in put_together.values() for item in items for case in item.assembled.cases]
        numbered = assembly.match_numbers(found, recorded)
        states = {entry.case.number or "": entry.state for entry in standings}
        decided = {entry.case.number or "" for entry in standings if entry.decision}
        out = {number for number, state in states.items() if state in CLOSED}
        namesakes = self._namesakes(cn, rows, numbered, out)
        by_key = {owners[row].key: who for row, who in writers.items()}
        numbered = heed_senders(
            numbered,
            statements,
            lambda key, ref: by_key[key].sender_of(ref),
            lambda cases, said: heed(cases, said, prefix, decided, out),
            self.campaign.words,
        )
        plan: list[Judged] = []
        for row, items in put_together.items():
            for item in items:
                known = Circumstances(self.campaign, states=states, namesakes=namesakes)
                judged = self._judged(row, item, writers[row], mails, numbered, known)
                plan += [(row, case, judgement) for case, judgement in judged]
        plan.sort(key=lambda entry: (entry[1].received_at, entry[1].documents[0].document.order))
        said = nominations.findings_of(cn, [entry.id for entry in standings])
        return LedgerPlan(seen, tuple(rows), plan, standings, said, [mail.ref.id for mail in mails])

    def _judged(
        self,
        row: int,
        item: Brought,
        who: Correspondents,
        mails: Sequence[Mail],
        numbered: Sequence[Case],
        known: Circumstances,
    ) -> list[tuple[Case, Judgement]]:
        """Judges what one sender brought for a unit, by his own mails; `known` is what the ledger says."""
        unit = item.assembled.unit
        of_unit = [case for case in numbered if case.unit.key == unit.key]
        own_mails = [mail for mail in mails if who.sender_of(mail.ref) == item.sender]
        of_others = [mail for mail in mails if who.sender_of(mail.ref) != item.sender]
        own = [case for case in of_unit if case.sender == item.sender]
        others = [case for case in of_unit if case.sender != item.sender]
        assembled = replace(
            item.assembled, cases=tuple(offered_beside(own, mail_facts.offered(of_others, row)))
        )
        known = replace(
            self._circumstances(row, assembled, own_mails, known),
            others_of_kind=self._others_of_kind(unit, numbered, known.states),
            beside=others,
            correspondents=who.entries or tuple(dict.fromkeys(case.sender for case in others)),
        )
        return judge_unit(assembled, known)

    def _circumstances(
        self, row: int, item: assembly.Assembled, mails: Sequence[Mail], known: Circumstances
    ) -> Circumstances:
        """The same with what the mails and the registry say of a unit."""
        return replace(
            known,
            honoured=self.loaded.honoured,
            corrections=self.roles.corrections,
            links=mail_facts.links(mails, row, item),
            left_out=mail_facts.left_out(mails, row, item),
            doubtful_times=mail_facts.doubtful_times(mails, self.campaign.campaign.deadline_at),
            doubtful_marks=mail_facts.doubtful_marks(mails, item, self.campaign.secrecy.marks),
            unit_names=self._names(item.unit),
            registered=[known.name for known in self.loaded.units],
            near_units=self._near_units(item.unit),
        )

    def _put_together(
        self,
        cn: Connection,
        owners: Mapping[int, Unit],
        writers: Mapping[int, Correspondents],
        mails: Sequence[Mail],
        statements: Sequence[Statement],
        recorded: Sequence[Case],
    ) -> dict[int, tuple[Brought, ...]]:
        """Each unit's cases by sender, by its row: what its documents and all these mails' words make."""
        hints = hinted(recorded, statements, self.campaign.campaign.number_prefix)
        answers = self._answers(cn, owners, mails, statements)
        return {
            row: self._assembled(cn, row, unit, mails, hints, answers, writers[row])
            for row, unit in owners.items()
        }

    def _namesakes(
        self, cn: Connection, rows: Collection[int], cases: Sequence[Case], out: Collection[str]
    ) -> list[Namesake]:
        """The live nominations of these units, and those of others that bear the name of one of theirs."""
        own = [entry_of(case) for case in cases if case.nominee and (case.number or "") not in out]
        names = {name_key(entry.nominee) for entry in own} - {""}
        return own + (duplicates.elsewhere(cn, names, rows, self.loaded.units) if names else [])

    def _statements(self, cn: Connection, rows: Collection[int], mails: Sequence[Mail]) -> list[Statement]:
        """What the units' mails and the mails enclosed in them say, and other mails about their material."""
        within: dict[int, list[str]] = {}
        for item in material.enclosed_mails(cn, rows):
            is_reply = bool(REPLY_SUBJECT.match(item.subject))
            # One of our own letters, passed on as it was, asks nobody for anything.
            if is_reply or not letter_references(item.subject, self.campaign.office.short_name):
                own = quoting.split(item.body, item.subject, is_reply).own
                within.setdefault(item.message, []).append(f"{item.subject}\n{own}")
        said = [
            Statement(mail.ref, "\n".join((mail.body, *within.get(mail.ref.id, ()))), files=True)
            for mail in mails
        ]
        return said + [
            Statement(mail.ref, mail.body, files=False) for mail in material.words_to_units(cn, rows)
        ]

    def _answers(
        self, cn: Connection, rows: Collection[int], mails: Sequence[Mail], statements: Sequence[Statement]
    ) -> Answers:
        """Which mails answer letters of ours, by the files that the letters were about."""
        office = self.campaign.office.short_name
        named = {
            mail.ref.id: {
                *mail.threads,
                *letter_references(f"{mail.ref.subject}\n{mail.body}\n{mail.quoted}", office),
            }
            for mail in mails
        }
        # The letters on a unit's nominations are many, and hardly a mail answers one.
        letters_on = letter_record.letters_on(cn, rows) if any(named.values()) else {}
        replies = {
            document: {row for row, names in named.items() if names & letters}
            for document, letters in letters_on.items()
        }
        again = {item.message.id for item in statements if says_again(item.message.subject, item.body)}
        adding = {item.message.id for item in statements if says_it_adds(item.message.subject, item.body)}
        return Answers(replies, again, adding)

    def _with_sharers(self, cn: Connection, rows: Collection[int]) -> list[int]:
        """Adds the units that share a total with one of these, since all are judged by its sum."""
        wanted = set(rows)
        for unit in units.by_row(cn, rows).values():
            quota = self.campaign.quotas.get(unit.kind or "")
            if quota and quota.scope == "kind":
                wanted.update(units.rows_of_kind(cn, quota.kind))
        return sorted(wanted)

    def _assembled(
        self,
        cn: Connection,
        row: int,
        unit: Unit,
        mails: Sequence[Mail],
        hints: Mapping[int, str],
        answers: Answers,
        who: Correspondents,
    ) -> tuple[Brought, ...]:
        raws = material.documents_of_unit(cn, row, [mail.ref for mail in mails])
        documents = [
            document
            for raw in raws
            for document in raw.parts(self.roles.read(raw.content_hash, raw.filename, raw.facts, raw.reading))
        ]
        names, said = self._names(unit), self.roles.corrections

        def assemble(part: Sequence[Document]) -> assembly.Assembled:
            return assembly.assemble_unit(
                unit, part, self.campaign, names, hints, answers=answers, corrections=said
            )

        return assemble_senders(documents, who, assemble, said)

    def _names(self, unit: Unit) -> tuple[str, ...]:
        """The spellings of the unit's name, the official one first."""
        return self.loaded.spellings(unit.name) if unit.name else ()

    def _near_units(self, unit: Unit) -> tuple[str, ...]:
        """The names of the registry that a unit unknown to it may mean: staff choose, the program never."""
        if unit.known or not unit.name:
            return ()
        return Registry(self.loaded.units).match(unit.name).candidates[:NEAR_UNITS_TOLD]

    def _others_of_kind(self, unit: Unit, cases: Sequence[Case], states: Mapping[str, State]) -> int:
        quota = self.campaign.quotas.get(unit.kind or "")
        if quota is None or quota.scope != "kind":
            return 0
        return sum(
            case.unit.kind == unit.kind
            and case.unit.key != unit.key
            and takes_place(case, states.get(case.number or ""), self.campaign)
            and states.get(case.number or "") not in CLOSED
            for case in cases
        )
