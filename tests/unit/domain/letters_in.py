"""Mails as their facts, for the tests of kinds: a sender, words, and whatever else is said."""

from __future__ import annotations

from typing import Any

from intake.domain.model.facts import Address, Attachment, MessageFacts

UNIT = "kp@zast.example.cn"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def file(claimed_type: str = WORD, size: int = 30_000, name: str | None = "推荐表.docx") -> Attachment:
    return Attachment(1, name, claimed_type, "sha256:" + "0" * 64, size)


def mail(
    subject: str, body: str, sender: str = UNIT, *files: Attachment, name: str = "", **more: Any
) -> MessageFacts:
    facts: dict[str, Any] = {
        "message_id": "<1@zast.example.cn>",
        "in_reply_to": (),
        "references": (),
        "subject": subject,
        "claimed_from": Address(name, sender) if sender else None,
        "reply_to": None,
        "claimed_to": (),
        "return_path": None,
        "claimed_date": None,
        "received": (),
        "automatic": {},
        "content_type": "text/plain",
        "body": body,
        "attachments": files,
    }
    return MessageFacts(**facts | more)
