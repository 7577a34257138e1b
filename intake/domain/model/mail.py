"""The frozen values that pass between the stages, and the words they are told in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from intake.domain.model.basis import Basis
from intake.domain.model.facts import Facts
from intake.domain.model.inspection import Inspection


class MessageKind(StrEnum):
    """What kind of mail a message is."""

    MATERIAL = "material"
    ENQUIRY = "enquiry"
    AUTO_REPLY = "auto-reply"
    BOUNCE = "bounce"
    OWN = "own"
    BULK = "bulk"
    OTHER = "other"


class MessageState(StrEnum):
    """How far a message has come: archived, read, or set aside for our own fault."""

    RECEIVED = "received"
    READ = "read"
    QUARANTINED = "quarantined"


class Role(StrEnum):
    """What a document is in a nomination."""

    FORM = "form"
    SCAN = "scan"
    PHOTO = "photo"
    SUMMARY = "summary"
    STATEMENT = "statement"
    OTHER = "other"


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


class LetterKind(StrEnum):
    """The letters that Shouwen writes."""

    RECEIPT = "receipt"
    DEFICIENCY = "deficiency"
    DECISION = "decision"
    REMINDER = "reminder"
    DIGEST = "digest"
    ALERT = "alert"


class LetterState(StrEnum):
    """The states of a letter in the outbox."""

    HELD = "held"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"


class Action(StrEnum):
    """What a person may decide about a nomination."""

    ACCEPT = "accept"
    RETURN = "return"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class Field:
    """A value as a form states it.

    `value` is normalised: years as a number of years, shares 0 to 1, counts as
    they are, flags true or false, text trimmed; None where the text could not be
    read as such.  `text` is what stands in the form.  `about` is true for
    "20余人", and `at_least` where it says that no less is meant ("20余人", not "近20人"
    or "约20人"); `sure` is false where several readings are possible.  `place` says
    where it was found ("表格1第3行").
    """

    name: str
    value: str | float | bool | None
    text: str
    about: bool = False
    at_least: bool = False
    sure: bool = True
    place: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A nomination form read with the campaign's synonyms.

    `empty` names the fields whose label stands in the form with nothing filled
    in.  `conflicts` says in English what the form contradicts itself in.
    """

    category: str | None
    fields: Mapping[str, Field]
    empty: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()

    def text(self, name: str) -> str | None:
        """The value of a text field, or None when absent or empty."""
        found = self.fields.get(name)
        return found.value if found and isinstance(found.value, str) else None


@dataclass(frozen=True, slots=True)
class MessageRef:
    """The message that brought a document: enough to judge and to answer it.

    `unverified` is what the provider said of a sender whom it could not verify; else empty.
    """

    id: int
    message_id: str | None
    received_at: datetime
    claimed_from: str
    subject: str = ""
    unverified: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a message: bytes (by hash), facts, and what it was recognised as.

    `folder` is the way to it through archives and forwarded mails ("材料.zip/张三");
    `part` counts the forms (or scans) of a file that holds several, from 0.
    `inspection` is what was seen in a PDF or a picture, as far as anybody looked.  `pages` are
    the numbers of the pages that this part of the file has; empty for all.  `joined` are the
    files that hold the further pages of this scan, in order; their pages then stand in
    `inspection` behind the own ones, numbered on.
    """

    id: int
    message: MessageRef
    ordinal: int
    filename: str
    content_hash: str
    size: int
    role: Role
    facts: Facts
    form: Form | None = None
    folder: str = ""
    part: int = 0
    inspection: Inspection | None = None
    pages: tuple[int, ...] = ()
    joined: tuple[Document, ...] = ()

    @property
    def key(self) -> tuple[int, int]:
        """What tells it from every other document: its row and its part of the file."""
        return self.id, self.part

    @property
    def place(self) -> tuple[int, str]:
        """Where it came: the row of its message, and the folder in an archive or an enclosed mail."""
        return self.message.id, self.folder


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


@dataclass(frozen=True, slots=True)
class Case:
    """One nomination as assembled: unit, category, nominee, and all its documents.

    `number` is None until the ledger gives one.  `received_at` is when its first
    document came.  `doubts` are reasons, in Chinese for staff, why the assembly
    itself is not conclusive.  `withdrawals` are mails that ask to take it back, in
    Chinese for staff.  `corrects`: it may be another nomination under its right name,
    and takes no place in the quota of its own until a person has looked.
    """

    unit: Unit
    category: str | None
    nominee: str | None
    received_at: datetime
    documents: tuple[CaseDocument, ...]
    number: str | None = None
    doubts: tuple[str, ...] = ()
    withdrawals: tuple[str, ...] = ()
    corrects: bool = False

    def current(self, role: Role) -> Document | None:
        """The document that counts in that role, or None."""
        for item in self.documents:
            if item.role is role and item.current and not item.page:
                return item.document
        return None

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
    `fields` are the names of the form's fields that it speaks of.
    """

    code: str
    severity: Severity
    evidence: str
    document: str | None = None
    source: str = ""
    basis: Basis | None = None
    confidence: float | None = None
    fields: tuple[str, ...] = ()


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
