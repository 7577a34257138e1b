"""What a right reading of the sample mail comes to: the ledger that the service should end with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from intake.demo.papers.content import Category
from intake.domain.model.document import Role
from intake.domain.model.mail import MessageKind
from intake.domain.model.nomination import State


@dataclass(frozen=True, slots=True)
class NominationTruth:
    """One nomination and how it stands once all the sample mail is in.

    `unit` is the registry's name (or the form's, for a unit that is not in it),
    `unit_kind` None for such a unit.  `findings` are the codes of severity
    curable and review that the state rests on.  `figures` are the values that the form states, under
    the export's names, as far as they do not hang on a date.
    """

    unit: str
    unit_kind: str | None
    category: Category
    nominee: str
    state: State
    findings: tuple[str, ...] = ()
    figures: Mapping[str, float | bool] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class FileTruth:
    """An attachment: its name as meant, its content, its role, and whose it is (a summary is nobody's)."""

    filename: str
    content_hash: str
    size: int
    role: Role
    nominations: tuple[NominationTruth, ...]


@dataclass(frozen=True, slots=True)
class MessageTruth:
    """What a right reading makes of one message; `note` says in English why the message is there."""

    kind: MessageKind
    message_id: str
    files: tuple[FileTruth, ...] = ()
    note: str = ""

    @property
    def nominations(self) -> tuple[NominationTruth, ...]:
        """Those that the message brings something for, in the order of its files."""
        return tuple(dict.fromkeys(found for file in self.files for found in file.nominations))


@dataclass(frozen=True, slots=True)
class SampleMessage:
    """A message for the mailbox: `received_at` is its INTERNALDATE and its topmost Received."""

    raw: bytes
    received_at: datetime
    folder: str
    truth: MessageTruth


def expected_ledger(messages: Iterable[SampleMessage]) -> tuple[NominationTruth, ...]:
    """Every nomination once, in the order in which its first document came."""
    ordered = sorted(messages, key=lambda message: message.received_at)
    return tuple(dict.fromkeys(found for message in ordered for found in message.truth.nominations))
