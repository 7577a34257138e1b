"""A submission that somebody passes on: whose it is, from the mail within the mail.

It lies in an attached message, or stands in the body below 转发的邮件 with its own 发件人
and 主题.  The answer goes to whoever passed it on; the unit is that of the original.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from intake.domain.campaign.registry import Registry
from intake.domain.model.document import Document
from intake.domain.model.facts import ContainerFacts
from intake.domain.model.nomination import Unit

MOST_ORIGINALS = 20
"""Mails within one mail that are asked; a longer chain is a thread, not a submission."""

MAIL_FORMATS = ("message", "outlook-message")

_FORWARD_SUBJECT = re.compile(r"\s*(?:转发|轉發|转寄|fwd?|fw)\s*[:：]", re.I)
_FORWARD_MARK = re.compile(
    r"^(?:[->_=*—]|[^\S\n])*+(?:转发的?邮件(?:信息)?|以下是转发的?邮件|被转发的?邮件(?:信息)?|开始转发的邮件"
    r"|begin forwarded message"
    r"|forwarded\s+(?:message|mail|by)|original\s+message|原始邮件|原邮件)",
    re.I | re.M,
)
_FIELD = re.compile(
    r"^[>\s*]{0,6}(?P<name>发\s?件\s?人|寄件者|发送人|from|主\s?题|主旨|subject|发送时间|发送日期|日\s?期"
    r"|时\s?间|sent|date"
    r"|收\s?件\s?人|收件者|to|抄\s?送|cc)\s{0,3}\*{0,2}\s?[:：][\s*]{0,4}(?P<value>.*)",
    re.I | re.S,
)
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}")
_SENDERS = ("发件人", "寄件者", "发送人", "from")
_SUBJECTS = ("主题", "主旨", "subject")
_HEAD_LINES = 10
"""Lines that a header block within a body takes at most."""

_LINES = 2_000


@dataclass(frozen=True, slots=True)
class Original:
    """A mail within a mail: what its own sender, subject and words were; `folder` where its files lie."""

    sender: str
    subject: str
    body: str
    folder: str | None = None


def originals(subject: str, body: str, documents: Sequence[Document]) -> tuple[Original, ...]:
    """The mails that a message passes on, the outermost first: enclosed ones, then those in its body.

    A body is only looked through where its subject or a line of it says that something
    is passed on; the history of a reply is none of it.
    """
    enclosed = [
        Original(
            document.facts.sender,
            document.facts.subject,
            document.facts.body,
            "/".join(part for part in (document.folder, document.filename) if part),
        )
        for document in documents
        if isinstance(document.facts, ContainerFacts) and document.facts.format in MAIL_FORMATS
    ]
    quoted = _in_body(body) if _FORWARD_SUBJECT.match(subject) or _FORWARD_MARK.search(body) else []
    return (*enclosed, *quoted)[:MOST_ORIGINALS]


def unit_of_originals(found: Sequence[Original], registry: Registry, office: Unit) -> Unit | None:
    """The one unit that the passed-on mails are from: by a known sender, else by what they say.

    Known addresses go before words, the innermost mail's words before those around it.
    `office` is the addressee of all mail, which every letter names.  None where they
    disagree or say nothing.
    """
    senders = [registry.by_address(original.sender) for original in found if original.sender]
    known = {unit.key: unit for unit in senders if unit and unit.key != office.key}
    if known:
        return next(iter(known.values())) if len(known) == 1 else None
    for original in reversed(found):
        for words in (original.subject, original.body):
            named = {unit.key: unit for unit in registry.find_in_text(words) if unit.key != office.key}
            if len(named) == 1:
                return next(iter(named.values()))
    return None


def units_of_enclosed(documents: Sequence[Document], registry: Registry, office: Unit) -> Mapping[int, Unit]:
    """The unit of each document that lies in an enclosed mail of its own, by the document's row.

    One mail may pass on the submissions of several units, each as a file.
    """
    mails = [item for item in originals("", "", documents) if item.folder is not None]
    folders = [item.folder for item in mails]
    result: dict[int, Unit] = {}
    # The outer mails first, so that the innermost has the last word.
    for item in sorted(mails, key=lambda original: len(original.folder or "")):
        if folders.count(item.folder) > 1:
            continue
        unit = unit_of_originals([item], registry, office)
        if unit:
            prefix = f"{item.folder}/"
            inside = (d for d in documents if d.folder == item.folder or d.folder.startswith(prefix))
            result |= {document.id: unit for document in inside}
    return result


def _in_body(body: str) -> list[Original]:
    """The header blocks within a body, each with the words up to the next one."""
    lines = body.split("\n", _LINES)[:_LINES]
    starts: list[tuple[int, int, str, str]] = []
    number = 0
    while number < len(lines):
        block = _block(lines, number)
        if block:
            starts.append((number, *block))
            number = block[0]
        else:
            number += 1
    ends = [*(start[0] for start in starts[1:]), len(lines)][: len(starts)]
    return [
        Original(sender, subject, "\n".join(lines[after:end]).strip())
        for (_, after, sender, subject), end in zip(starts, ends, strict=True)
    ]


def _block(lines: Sequence[str], number: int) -> tuple[int, str, str] | None:
    """Where the block that begins here ends, its sender's address and its subject; None for no block."""
    sender, subject, fields, last = "", "", 0, number
    for place in range(number, min(number + _HEAD_LINES, len(lines))):
        match = _FIELD.match(lines[place][:1000])
        if not match:
            if lines[place].strip() and place == number:
                return None
            if place > last + 1:
                break
            continue
        name = "".join(match["name"].split()).lower()
        if fields == 0 and name not in _SENDERS:
            return None
        if name in _SENDERS:
            if fields:
                break
            address = _ADDRESS.search(match["value"])
            sender = address[0].lower() if address else ""
        elif name in _SUBJECTS:
            subject = match["value"].strip()
        fields, last = fields + 1, place
    return (last + 1, sender, subject) if fields >= 2 else None
