"""The words of a message: chosen between text and HTML, its history apart, its links told."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from intake.domain.model.endings import Ending, bare_endings
from parsers.common import limits
from parsers.mail import quoting
from parsers.mail.htmltext import Link, html_to_text
from parsers.mail.leaves import BodyText

_STUB_SHARE = 6
_STUB_CHARACTERS = 120
_LETTER_CHARACTERS = 200
"""A text part this short, beside HTML with so many characters and times its length, only points to it."""

_FILE_NAME = re.compile(rf"\S\.(?:{'|'.join(bare_endings(Ending.LISTED))})\s*$", re.IGNORECASE)
_ADDRESS = re.compile(r"<https?://[^>]*>")


@dataclass(frozen=True, slots=True)
class Body:
    """`own` is what the sender wrote now (with what he forwards), `quoted` the history below it."""

    own: str
    quoted: str
    forwarded: bool
    defects: tuple[str, ...]


def compose(words: list[BodyText], reports: list[str], subject: str, is_reply: bool) -> Body:
    """The text a person reads: plain text where there is any, else the HTML's.

    Links that only the HTML shows follow the text (cloud attachments often stand in the
    HTML alone), then a bounce's reports.
    """
    shown: list[str] = []
    hidden: dict[str, dict[str, None]] = {}
    for each in words:
        text, links = _read(each, subject, is_reply)
        shown.append(text)
        for label, address in links:
            hidden.setdefault(address, {})[label] = None
    text = "\n".join(part for part in shown if part.strip()).strip()
    split = quoting.split(text[: 2 * limits.BODY_CHARACTERS], subject, is_reply)
    extra = [
        f"{label} <{address}>".strip()
        for address, labels in hidden.items()
        for label in _telling(labels, text, address in text)
    ]
    own = "\n".join(part for part in (split.own, *extra, *reports) if part)
    longest = max(len(own), len(split.quoted), len(text) // 2)
    return Body(
        own[: limits.BODY_CHARACTERS],
        split.quoted[: limits.BODY_CHARACTERS],
        split.forwarded,
        ("a text over the limit: its end was left out",) if longest > limits.BODY_CHARACTERS else (),
    )


def _telling(labels: Iterable[str], text: str, is_shown: bool) -> list[str]:
    """The labels of a link that say more than the text: all where it lacks the link, else a file's name.

    A provider links a file by its icon, its name and a button, and only one of the three names it.
    """
    if is_shown:
        return [label for label in labels if _FILE_NAME.search(label) and label not in text]
    return [label for label in labels if label] or [""]


def _read(words: BodyText, subject: str, is_reply: bool) -> tuple[str, tuple[Link, ...]]:
    """The text of one stretch, and those links of its HTML that stand in the sender's own words."""
    if not words.html.strip():
        return words.plain, ()
    text, links = html_to_text(words.html)
    plain = words.plain.strip()
    if not plain or _is_stub(plain, _ADDRESS.sub("", text)):
        return text, ()
    own = quoting.split(text[: 2 * limits.BODY_CHARACTERS], subject, is_reply).own
    return words.plain, tuple(
        (label, address) for label, address in links if f"<{address}>" in own or address in own
    )


def _is_stub(plain: str, text: str) -> bool:
    return len(plain) < _STUB_CHARACTERS and len(text) > max(_LETTER_CHARACTERS, len(plain) * _STUB_SHARE)
