"""A document of a mail: its facts, its form as read, the mail that brought it, and the order of documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

# Names of types alone: whoever lists the ledger handles roles and fields, and no facts.
if TYPE_CHECKING:
    from intake.domain.model.facts import Facts
    from intake.domain.model.inspection import Inspection


class Role(StrEnum):
    """What a document is in a nomination."""

    FORM = "form"
    SCAN = "scan"
    PHOTO = "photo"
    SUMMARY = "summary"
    STATEMENT = "statement"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Field:
    """A value as a form states it.

    `value` is normalised: years as a number of years, shares 0 to 1, counts as
    they are, flags true or false, text trimmed, dates as far as they go ("1985-06"), of a list the number
    of its items, of an identity number whether its check holds; None where the text could not be
    read as such.  `text` is what stands in the form, an identity number masked.  `about` is true for
    "20余人", and `at_least` where it says that no less is meant ("20余人", not "近20人"
    or "约20人"); `sure` is false where several readings are possible.  `place` says
    where it was found ("表格1第3行").  `read` is what a program had read where a person corrected it.
    """

    name: str
    value: str | float | bool | None
    text: str
    about: bool = False
    at_least: bool = False
    sure: bool = True
    place: str = ""
    document: str = ""
    read: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A nomination form read with the campaign's synonyms.

    `empty` names the fields whose label stands in the form with nothing filled
    in.  `conflicts` says in English what the form contradicts itself in.  `corrected` names the fields of
    which a person said what the form says.
    """

    category: str | None
    fields: Mapping[str, Field]
    empty: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    corrected: frozenset[str] = frozenset()

    def __hash__(self) -> int:
        """A short one: what was made of a form is looked up by it many times, and it has thirty fields."""
        return hash((self.category, self.text("nominee"), self.text("unit"), len(self.fields)))

    def text(self, name: str) -> str | None:
        """The value of a text field, or None when absent or empty."""
        found = self.fields.get(name)
        return found.value if found and isinstance(found.value, str) else None


@dataclass(frozen=True, slots=True)
class MessageRef:
    """The message that brought a document: enough to judge and to answer it.

    `unverified` is what the provider said of a sender whom it could not verify; else empty.  `verified`
    is true only where it vouched for him: of many senders a provider says nothing.
    """

    id: int
    message_id: str | None
    received_at: datetime
    claimed_from: str
    subject: str = ""
    unverified: str = ""
    verified: bool = False


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
    def order(self) -> tuple[int, int, int]:
        """Its place among what came at one instant: by mail, however the mails' reading was shared out."""
        return self.message.id, self.ordinal, self.part

    @property
    def paper(self) -> tuple[str, int]:
        """What a person's word on it goes by: the hash of its file and its part of it."""
        return self.content_hash, self.part

    @property
    def place(self) -> tuple[int, str]:
        """Where it came: the row of its message, and the folder in an archive or an enclosed mail."""
        return self.message.id, self.folder


def came(document: Document) -> tuple[datetime, int]:
    """When a document's mail came: earlier mails first, and of one instant the one recorded first."""
    return document.message.received_at, document.message.id


def follows(paper: Document, earlier: Document) -> bool:
    """True for a paper of a later mail that may stand in the earlier one's place.

    What anybody may have sent in the unit's name stands in no other's place.
    """
    return came(paper) > came(earlier) and not paper.message.unverified


def in_order(documents: Sequence[Document]) -> list[Document]:
    """Documents as they came: by time of record, then message, then place in it."""
    return sorted(documents, key=lambda d: (d.message.received_at, d.message.id, d.ordinal))
