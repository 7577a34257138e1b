"""A person's correction of what was read or put together: checked, shown beforehand, recorded, in force.

What a correction does is found out by doing it: the units concerned are given their mail, put together and
judged anew in one transaction, which is committed, or, to show it beforehand, taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from sqlalchemy.engine import Connection, Engine

from intake import clock
from intake.config.campaign_file import LoadedCampaign
from intake.domain.assembly.corrected import Unfit
from intake.domain.model.correction import Correction, CorrectionKind
from intake.letters.rounds import Correspondent, ForeseenLetter
from intake.staff.correction.changes import Change, changes_between, standings_of
from intake.staff.correction.sayings import CorrectionAct, event_of, lock, mark_of, sayings_of
from intake.staff.decision import Overtaken
from intake.stages.assemble import Assembler, AssembleResult
from intake.stages.attribute import Attributor
from store.database import audit
from store.database.engine import rehearsing, viewing, writing
from store.ledger import corrections, nominations, papers
from store.mail import material


@dataclass(frozen=True, slots=True)
class Consequences:
    """What an act says and does: its sentences, the nominations that change, what units would read."""

    said: tuple[str, ...]
    changes: tuple[Change, ...]
    letters: tuple[ForeseenLetter, ...] = ()

    def of(self, number: str) -> Change | None:
        """What becomes of one nomination; None where it stands as it stood."""
        return next((change for change in self.changes if change.number == number), None)


@dataclass(frozen=True, slots=True)
class Corrector:
    """The parts that one act needs; its stages remember what was said in it, and serve no second one."""

    engine: Engine
    loaded: LoadedCampaign
    attributor: Attributor
    assembler: Assembler
    writer: Correspondent

    def foresee(self, act: CorrectionAct, by: str, reason: str) -> Consequences:
        """What `carry_out` would do now; nothing is changed.  Raises as it does."""
        return self._done(rehearsing(self.engine), act, by, reason, None, foreseen=True)

    def carry_out(self, act: CorrectionAct, by: str, reason: str, seen: str | None = None) -> Consequences:
        """Records what the act says with name, reason and time, and puts it in force.

        `seen` is the mark of the page on which the person decided (`mark_of`).  Raises `NoSuchNomination`,
        `NoSuchFile`, `Unfit` for what cannot be said, and `Overtaken` where the page is no longer as seen.
        """
        return self._done(writing(self.engine), act, by, reason, seen, foreseen=False)

    def _done(
        self,
        transaction: AbstractContextManager[Connection],
        act: CorrectionAct,
        by: str,
        reason: str,
        seen: str | None,
        *,
        foreseen: bool,
    ) -> Consequences:
        with transaction as cn:
            lock(cn, act)
            if seen is not None and mark_of(cn, act) != seen:
                raise Overtaken(act.number)
            blank = Correction(CorrectionKind.FIELD, "", 0, "", None, "", by, reason, clock.now())
            said = sayings_of(cn, act, blank, self.loaded.campaign, self.attributor.registry)
            if not said:
                raise Unfit("没有需要更正的内容")
            for saying in said:
                corrections.record(cn, saying.word)
                audit.append(cn, event_of(saying, act))
            rows = self._judge_again(cn, act, [saying.word for saying in said])
            with viewing(self.engine) as old:
                # Another look at the store: what this transaction has done is not in it.
                before = standings_of(old, rows)
            changes = changes_between(before, standings_of(cn, rows))
            letters = self.writer.letters_owed(cn, rows) if foreseen else []
            if not foreseen:
                # Scans may need another look, and others who name the same nominee another judgement.
                material.wait_again(cn, [mail.ref.id for mail in material.mail_of_units(cn, rows)])
                if act.mail is not None:
                    numbers = (change.number for change in changes)
                    audit.append(cn, *(replace(event_of(said[0], act), number=number) for number in numbers))
        return Consequences(tuple(saying.told for saying in said), changes, tuple(letters))

    def _judge_again(self, cn: Connection, act: CorrectionAct, words: Sequence[Correction]) -> set[int]:
        """Gives the mails concerned to their units and judges these; returns the rows of all of them."""
        hashes = [paper for word in words for paper in (word.content_hash, word.about.partition("#")[0])]
        found = nominations.find(cn, act.number) if act.number else None
        rows = papers.owners_of(cn, hashes) | ({found[1]} if found else set())
        mails = {mail.ref.id for mail in material.mail_of_units(cn, rows)}
        mails |= corrections.brought_by(cn, hashes)
        material.wait_again(cn, mails)
        groups = self.attributor.attribute_within(cn, mails) or [sorted(rows)]
        for group in groups:
            self.assembler.assemble_within(cn, group, AssembleResult())
        return rows | {row for group in groups for row in group}
