"""Whose word counts: who is in `[digest] to`, whom the provider vouches for, in answer to his digest.  Pure.

A digest's Message-ID is made with the store's secret (HMAC, RFC 2104) for one day and one address: who was
not sent it cannot name it.  From alone, a number alone, or the words alone order nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from enum import StrEnum

from intake.domain.mail.loops import OUR_ID
from intake.domain.model.endings import Ending, tells
from intake.domain.model.facts import MessageFacts
from intake.domain.model.mail import MessageKind

VALID = timedelta(days=7)
"""How long a digest may be answered: its lists are of no older questions either."""

BOOK, BOOK_NAMES = ".xlsx", ("ledger-", "台账")
"""How the file's name ends that staff send back, and what it holds."""


class Mandate(StrEnum):
    """What becomes of a mail that bears an address of the staff's."""

    NONE = "none"
    """It orders nothing: a mail like any other."""
    ALOOF = "aloof"
    """It orders something, and nobody vouches that a clerk wrote it."""
    LOOSE = "loose"
    """It orders something, and answers no digest of ours."""
    STALE = "stale"
    """It answers a digest that is too old."""
    MIXED = "mixed"
    """It passes on somebody else's mail below its orders."""
    EMPTY = "empty"
    """It answers a digest, and orders nothing that is understood."""
    FULL = "full"
    """It is to be carried out."""


REFUSALS = {
    Mandate.ALOOF: "邮件服务商未能确认该信确由办公人员本人发出",
    Mandate.LOOSE: "该信不是对日报的回复，无法确认办理意见所指",
    Mandate.STALE: f"该信所回复的日报已超过{VALID.days}日",
    Mandate.MIXED: "该信中含有转发的其他邮件，无法确认哪些文字是办理意见",
    Mandate.EMPTY: "未读到办理意见",
}
"""Why nothing was done."""


@dataclass(frozen=True, slots=True)
class StaffWord:
    """What the mandate rests on: what the mail is, and what is known of the digest that it names.

    `digest_at` is when that was written (None: it names none of ours to this address); `orders` tells that
    its words order something, `book` that it brings a 台账.
    """

    kind: MessageKind
    verified: bool
    forwards: bool
    digest_at: datetime | None
    orders: bool
    book: bool


def mandate_of(word: StaffWord, now: datetime) -> Mandate:
    """What becomes of it."""
    answers = word.digest_at is not None
    if not word.orders and not word.book:
        asks = answers and word.verified and word.kind is MessageKind.ENQUIRY and not word.forwards
        return Mandate.EMPTY if asks else Mandate.NONE
    if word.forwards and not answers:
        # How staff pass on a submission that reached them.
        return Mandate.NONE
    if not word.verified:
        return Mandate.ALOOF
    if word.digest_at is None:
        return Mandate.LOOSE
    if word.forwards:
        return Mandate.MIXED
    return Mandate.STALE if now - word.digest_at > VALID else Mandate.FULL


def named_ids(facts: MessageFacts) -> list[str]:
    """The Message-IDs of this program's that a mail answers."""
    return [name for name in (*facts.in_reply_to, *facts.references) if OUR_ID.fullmatch(name)]


def staff_names(to: Sequence[str]) -> dict[str, str]:
    """Those of `[digest] to` by their addresses (lower case): the name that the configuration gives."""
    parsed = (parseaddr(item) for item in to)
    return {address.lower(): name or address.lower() for name, address in parsed}


def is_book(filename: str, *, answers: bool) -> bool:
    """True for a file that may be the 台账; in answer to a digest every workbook may."""
    name = filename.lower()
    return name.endswith(BOOK) and (answers or any(part in name for part in BOOK_NAMES))


def has_papers(filenames: Sequence[str]) -> bool:
    """True where a mail brings what may be a form or a scan, and stays material."""
    return any(tells(name, Ending.PAPER) and not name.lower().endswith(BOOK) for name in filenames)
