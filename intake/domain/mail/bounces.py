"""Mail that came back: delivery reports (RFC 3464) and the free notices of the providers."""

from __future__ import annotations

import re
from typing import Literal

from intake.domain.mail.loops import OUR_ID
from intake.domain.mail.machine_phrases import (
    AUTO_SUBJECTS,
    BOUNCE_BODIES,
    BOUNCE_SENDER_NAMES,
    BOUNCE_SENDERS,
    BOUNCE_SUBJECTS,
    READ_SUBJECTS,
)
from intake.domain.model.facts import MessageFacts

HEAD = 3_000
"""Characters of a notice in which it says what it is; below stands the mail that it returns."""

Outcome = Literal["failed", "delayed", "delivered"]

MOST_ADDRESSES = 50
"""Addresses of a notice that are looked up; one that names more is about nobody in particular."""

_NAMED_IDS = re.compile(
    r"^[ \t]*+>?[ \t]*+(?:X-)?(?:Original-)?Message-ID[ \t]*+:\s*+(<[^<>\s]{1,250}>)",
    re.IGNORECASE | re.MULTILINE,
)
_RECIPIENTS = re.compile(
    r"^[ \t]*(?:Final|Original)-Recipient[ \t]*:[^;\r\n]{0,40};[ \t]*<?([^\s<>;]{1,320}@[^\s<>;]{1,255})",
    re.I | re.M,
)
_ADDRESS = re.compile(r"[A-Za-z0-9._%+=-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}")
_STATUS = re.compile(r"^[ \t]*Status[ \t]*:[ \t]*([245]\.\d{1,3}\.\d{1,3})", re.I | re.M)
_REASONS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (
        "5.1",
        re.compile(
            r"不存在|无此用户|用户未找到|(?:user|recipient|mailbox|address)[^\n]{0,30}"
            r"(?:unknown|not (?:found|exist|listed)|doesn['’]t exist|invalid)"
            r"|(?:unknown|no such|invalid) (?:user|recipient|mailbox)|wasn['’]t found",
            re.I,
        ),
        "收件地址不存在",
    ),
    (
        "5.2.2",
        re.compile(r"已满|空间不足|超出配额|mailbox (?:is )?full|over ?quota|quota exceeded", re.I),
        "收件邮箱已满",
    ),
    (
        "5.7",
        re.compile(r"拒收|拒绝|垃圾邮件|黑名单|\bspam\b|blocked|blacklist|policy|denied", re.I),
        "对方拒收",
    ),
)
"""By the beginning of the status code (RFC 3463 §3), by the notices' own words, and in staff's language."""

_ACTION = re.compile(r"^[ \t]*+Action[ \t]*+:[ \t]*+(failed|delayed|delivered|relayed|expanded)", re.I | re.M)
_DELAYED = re.compile(
    r"投递延迟|延迟送达|传递延迟|已延迟|delayed|\(delay\)|will (?:be retried|keep trying)|still trying"
    r"|仍在尝试|继续尝试",
    re.I,
)
_DELIVERED = re.compile(
    r"已(?:成功)?(?:送达|传递|投递)[:：]|^\s*(?:delivered|relayed)\s*[:：]|successfully delivered"
    r"|delivery status notification \(success\)",
    re.I,
)


def is_bounce(facts: MessageFacts) -> bool:
    """A delivery report, of failure, delay or success, or a provider's notice of one in its own words.

    A person who passes such a notice on, or writes about it, sends no bounce.
    """
    if "delivery-status" in facts.content_type or "x-failed-recipients" in facts.automatic:
        return True
    reported = any(item.claimed_type == "message/delivery-status" for item in facts.attachments)
    if reported and facts.content_type.startswith("multipart/report"):
        return True
    if not from_machine(facts):
        return False
    # Whatever its language: it returns the header of a letter of ours, which no automatic reply does.
    returned = any(map(OUR_ID.fullmatch, _NAMED_IDS.findall(f"{facts.body}\n{facts.quoted}")))
    if returned and not (AUTO_SUBJECTS.search(facts.subject) or READ_SUBJECTS.match(facts.subject)):
        return True
    return bool(BOUNCE_SUBJECTS.search(facts.subject) or BOUNCE_BODIES.search(facts.body[:HEAD]))


def from_machine(facts: MessageFacts) -> bool:
    """True for mail of a mail system: by the null sender (RFC 5321 §4.5.5), no address, or its name."""
    sender = facts.claimed_from
    if facts.return_path == "" or sender is None:
        return True
    # A person's program writes his address; where there is none, the words above or below must tell.
    return bool(
        not sender.address
        or BOUNCE_SENDERS.match(sender.address)
        or BOUNCE_SENDER_NAMES.fullmatch(sender.name.strip())
    )


def outcome_of(facts: MessageFacts) -> Outcome:
    """What a bounce says became of the letter; a success or a delay harms nothing.

    Where several recipients fared differently, the worst.
    """
    actions = {found.lower() for found in _ACTION.findall(facts.body)}
    if actions:
        return "failed" if "failed" in actions else "delayed" if "delayed" in actions else "delivered"
    said = f"{facts.subject}\n{facts.body[:HEAD]}"
    if _DELAYED.search(said):
        return "delayed"
    return "delivered" if _DELIVERED.search(facts.subject) else "failed"


def bounced_message_ids(facts: MessageFacts) -> tuple[str, ...]:
    """The Message-IDs that a bounce may speak of, our own letters' first, each once.

    They stand in the headers that it returns, in its text, or in its threading fields.
    """
    text = f"{facts.body}\n{facts.quoted}"
    threads = (*facts.in_reply_to, *facts.references)
    own = [*OUR_ID.findall(text), *(item for item in threads if OUR_ID.fullmatch(item))]
    return tuple(dict.fromkeys((*own, *_NAMED_IDS.findall(text), *threads)))


def failed_recipients(facts: MessageFacts) -> tuple[str, ...]:
    """The addresses that a bounce may have failed to reach, lower case, each once.

    As its report or header names them (RFC 3464 §2.3), else all that stand in its words.
    """
    words = f"{facts.body}\n{facts.quoted}"
    named = _RECIPIENTS.findall(words) + _ADDRESS.findall(facts.automatic.get("x-failed-recipients", ""))
    found = dict.fromkeys(address.lower().rstrip(".,") for address in named or _ADDRESS.findall(words))
    return tuple(found) if len(found) <= MOST_ADDRESSES else ()


def reason_of(facts: MessageFacts) -> str:
    """Why a letter came back, in words that staff understand."""
    codes = _STATUS.findall(facts.body)
    words = f"{facts.body}\n{facts.quoted}"[:HEAD]
    for beginning, _, said in _REASONS:
        if any(code == beginning or code.startswith(f"{beginning}.") for code in codes):
            return said
    return next((said for _, pattern, said in _REASONS if pattern.search(words)), "退信未说明原因")
