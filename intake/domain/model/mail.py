"""The frozen values that pass between the stages, and the words they are told in."""

from __future__ import annotations

from enum import StrEnum


class MessageKind(StrEnum):
    """What kind of mail a message is."""

    MATERIAL = "material"
    ENQUIRY = "enquiry"
    AUTO_REPLY = "auto-reply"
    BOUNCE = "bounce"
    OWN = "own"
    BULK = "bulk"
    OTHER = "other"
    ELSEWHERE = "elsewhere"
    """For another campaign that is served from the same mailbox."""


class MessageState(StrEnum):
    """How far a message has come: archived, read, or set aside for our own fault."""

    RECEIVED = "received"
    READ = "read"
    QUARANTINED = "quarantined"


class Place(StrEnum):
    """Where a mark was seen; staff are told no more of it than this."""

    SUBJECT = "subject"
    BODY = "body"
    FILENAME = "filename"
    DOCUMENT = "document"


class LetterKind(StrEnum):
    """The letters that Shouwen writes."""

    RECEIPT = "receipt"
    DEFICIENCY = "deficiency"
    DECISION = "decision"
    REMINDER = "reminder"
    ANSWER = "answer"
    DIGEST = "digest"
    ALERT = "alert"


LETTER_NAMES: dict[LetterKind, str] = {
    LetterKind.RECEIPT: "收件回执",
    LetterKind.DEFICIENCY: "补正函",
    LetterKind.DECISION: "办理结果函",
    LetterKind.REMINDER: "提醒函",
    LetterKind.ANSWER: "答复函",
    LetterKind.DIGEST: "日报",
    LetterKind.ALERT: "涉密标志提醒",
}
"""What an office calls them."""

TO_STAFF = (LetterKind.DIGEST, LetterKind.ALERT)
"""The letters that no unit reads."""


class LetterState(StrEnum):
    """The states of a letter in the outbox."""

    HELD = "held"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
