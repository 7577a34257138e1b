"""A nomination: its papers in their places, what the rules found, its state, a person's decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from intake.domain.model.certainty import Basis
from intake.domain.model.document import Document, Form, Role
from intake.domain.model.doubt import Doubt, DoubtKind


class Severity(StrEnum):
    """Where a finding goes: to the unit, to a person, or only on record."""

    CURABLE = "curable"
    REVIEW = "review"
    NOTE = "note"


class State(StrEnum):
    """The states of a nomination; `lifecycle.py` says which follows which."""

    RECEIVED = "received"
    COMPLETE = "complete"
    DEFICIENT = "deficient"
    REVIEW = "review"
    HELD = "held"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    LAPSED = "lapsed"


class Action(StrEnum):
    """What a person may decide about a nomination."""

    ACCEPT = "accept"
    RETURN = "return"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class Unit:
    """A recommending unit as the registry has it, or as a form names it (`known` false).

    `key` tells units apart for ever: the official name, the name as written, or
    "address:" and the sender's address where nothing names a unit.  `kind` is
    None for a unit that is not in the registry.  `entitled` is false where the
    name is surely that of a body a level too low.
    """

    key: str
    name: str | None
    kind: str | None
    known: bool
    entitled: bool = True
    quota: int | None = None


class Footing(StrEnum):
    """On what footing a nomination stands with its unit, by who put it forward."""

    KNOWN = "known"
    """A correspondent of the unit, or, where it has none, the first who wrote for it."""
    FURTHER = "further"
    """The unit has no correspondent, and another address wrote for it before."""
    NEW = "new"
    """The unit has a correspondent, and this address is none: a person must confirm it."""


@dataclass(frozen=True, slots=True)
class CaseDocument:
    """A document in its place in a nomination; only a `current` one counts.

    `page` is 0 for a whole paper and for the file with which it begins, and counts the files
    that hold its further pages; these count as their first one does.
    """

    document: Document
    role: Role
    current: bool = True
    certain: bool = True
    page: int = 0

    @property
    def is_paper(self) -> bool:
        """True for a form or a scan of one; all else is attached."""
        return self.role in (Role.FORM, Role.SCAN)


@dataclass(frozen=True, slots=True)
class Beside:
    """What another address sent for a nomination, or asked of it: the finding's code, the words for staff.

    `document` is the file, where it was one, `kind` why it is doubtful.
    """

    code: str
    said: str
    document: str | None = None
    kind: DoubtKind | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One nomination as assembled: unit, category, nominee, and all its documents.

    `number` is None until the ledger gives one.  `received_at` is when its first
    document came.  `doubts` are the reasons why the assembly
    itself is not conclusive.  `withdrawals` are mails that ask to take it back, in
    Chinese for staff.  `corrects`: it may be another nomination under its right name,
    and takes no place in the quota of its own until a person has looked.  `sender` put it
    forward, on that `footing` ("" for the unit's correspondents).  `waiting` are the files of
    other addresses that would belong to it, and count for nothing before a person or a
    correspondent has confirmed them; `beside` is what staff are told of these.
    """

    unit: Unit
    category: str | None
    nominee: str | None
    received_at: datetime
    documents: tuple[CaseDocument, ...]
    number: str | None = None
    doubts: tuple[Doubt, ...] = ()
    withdrawals: tuple[str, ...] = ()
    corrects: bool = False
    sender: str = ""
    footing: Footing = Footing.KNOWN
    waiting: tuple[CaseDocument, ...] = ()
    beside: tuple[Beside, ...] = ()

    def current(self, role: Role) -> Document | None:
        """The document that counts in that role, or None."""
        for item in self.documents:
            if item.role is role and item.current and not item.page:
                return item.document
        return None

    @property
    def papers(self) -> tuple[CaseDocument, ...]:
        """Its forms and scans, all versions of them."""
        return tuple(item for item in self.documents if item.is_paper)

    @property
    def attachments(self) -> tuple[CaseDocument, ...]:
        """What is neither form nor scan: photographs, statements, files that nobody could open."""
        return tuple(item for item in self.documents if not item.is_paper)

    @property
    def scan(self) -> CaseDocument | None:
        """The current scan in its place, of several files the first; None where there is none."""
        return next((i for i in self.documents if i.role is Role.SCAN and i.current and not i.page), None)

    @property
    def form(self) -> Form | None:
        """The current form's reading, or None."""
        document = self.current(Role.FORM)
        return document.form if document else None


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule saw.

    `document` is the filename it speaks of; `evidence` what was seen, in Chinese
    as the letter and the digest print it; `source` the notice's clause.  `basis` is how it is known,
    `confidence` the lowest score (0 to 1) of what was read for it; None where nothing was guessed.
    `fields` are the names of the form's fields that it speaks of, `kind` says of a `doubtful` one why.
    """

    code: str
    severity: Severity
    evidence: str
    document: str | None = None
    source: str = ""
    basis: Basis | None = None
    confidence: float | None = None
    fields: tuple[str, ...] = ()
    kind: DoubtKind | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What `decide` says of one case."""

    findings: tuple[Finding, ...]
    state: State


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's decision: it outranks every rule and survives every replay.

    `told` is what the unit is told of it; None: nothing.
    """

    action: Action
    by: str
    reason: str
    at: datetime
    told: str | None = None
