"""An archived message to facts, and its files to the scratch folder.

The raw bytes are the truth: parts come from a walk with the email package's compat32
policy, so that an attachment leaves as the very bytes that were sent; addresses, dates
and trace fields are read by mail-parser (`headers.py`).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from email.feedparser import BytesFeedParser
from email.message import Message
from email.policy import compat32
from pathlib import Path
from typing import Any

from intake.domain.facts import Attachment, MessageFacts
from parsers import headers, limits
from parsers.contract import Unreadable
from parsers.text import clean, decode, html_to_text, one_line

VERSION = 1
"""Raised whenever the same message would give other facts."""

_AUTOMATIC = (
    "auto-submitted",
    "precedence",
    "list-id",
    "list-unsubscribe",
    "x-auto-response-suppress",
    "x-autoreply",
    "x-autorespond",
    "feedback-id",
    "x-failed-recipients",
)
_RECEIPT_WISHES = ("disposition-notification-to", "x-confirm-reading-to")  # RFC 8098 §2.1, and its forerunner
_REPORTS = ("message/delivery-status", "message/disposition-notification")
_CHUNK = 64 * limits.KIB


class Part(Message):
    """A MIME part; an enclosed message stays one opaque body, as the bytes that were sent.

    The email package would take a message/rfc822 body apart and could only write it
    anew. Its parser asks for the type here, and takes the body of any type that is
    neither "multipart" nor "message" as it stands.
    """

    _payload: object  # the base class's; its stubs leave it out

    def get_content_type(self) -> str:
        """The type as the parser sees it: never message/*."""
        claimed = self.claimed_type
        return "application/octet-stream" if claimed.startswith("message/") else claimed

    @property
    def claimed_type(self) -> str:
        """The type that the sender claims, lower case."""
        return one_line(super().get_content_type())

    def children(self) -> list[Part]:
        """The parts of a multipart; none for a leaf."""
        return (
            [part for part in self._payload if isinstance(part, Part)]
            if isinstance(self._payload, list)
            else []
        )

    def raw_body(self) -> bytes:
        """The body before any decoding; `get_payload` would already force it through the claimed charset."""
        body = self._payload
        return body.encode("ascii", "surrogateescape") if isinstance(body, str) else b""


def unpack(path: Path, scratch: Path) -> MessageFacts:
    """Reads the message at `path`; writes each attachment to `scratch`/<64 hex digits of its SHA-256>.

    Raises `Unreadable` ("too-large") for a message over a limit, `OSError` where our
    own disk fails. Anything else a sender can write is read as far as it goes and
    noted in `defects`.
    """
    root = _read(path)
    walk = _Walk(scratch)
    for part in _parts(root):
        walk.take(part)
    return _facts(root, walk)


def _too_large(what: str) -> Unreadable:
    return Unreadable("too-large", "message", f"the message is over a limit: {what}")


def _read(path: Path) -> Part:
    if path.stat().st_size > limits.MESSAGE_BYTES:
        raise _too_large(f"{path.stat().st_size} bytes")
    count = 0

    def part(policy: Any = compat32) -> Part:
        nonlocal count
        count += 1
        if count > limits.MIME_PARTS:
            raise _too_large(f"more than {limits.MIME_PARTS} parts")
        return Part(policy)

    # Fed chunk by chunk: BytesParser would read through a text wrapper that rewrites line ends.
    parser: BytesFeedParser[Part] = BytesFeedParser(part)
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                parser.feed(chunk)
        return parser.close()
    except RecursionError:
        raise _too_large("nested too deeply") from None


def _parts(root: Part) -> Iterator[Part]:
    """All parts in the order of the message, each multipart before its parts."""
    waiting: list[tuple[Part, int]] = [(root, 0)]
    while waiting:
        part, depth = waiting.pop()
        if sum(len(name) + len(str(value)) for name, value in part.raw_items()) > limits.HEADER_BYTES:
            raise _too_large(f"a header of more than {limits.HEADER_BYTES} bytes")
        if depth > limits.MIME_DEPTH:
            raise _too_large(f"more than {limits.MIME_DEPTH} levels of parts")
        waiting.extend((child, depth + 1) for child in reversed(part.children()))
        yield part


class _Walk:
    """What the walk over the parts has gathered so far."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.plain: list[str] = []
        self.html: list[str] = []
        self.reports: list[str] = []
        self.attachments: list[Attachment] = []
        self.defects: list[str] = []

    def take(self, part: Part) -> None:
        """Files a leaf: as body text, or as an attachment whatever its disposition."""
        self.defects += [type(defect).__name__ for defect in part.defects]
        if part.is_multipart():
            return
        name = headers.filename(part)
        data, whole = _content(part)
        part.set_payload("")  # a message of 70 MB shall not stand in memory twice
        if not whole:
            self.defects.append(f"base64 cut short in part {len(self.attachments) + 1}")
        kind = part.claimed_type
        if _is_body(part, kind, name):
            text = clean(decode(data, headers.parameter(part, "content-type", "charset")))
            (self.html if kind == "text/html" else self.plain).append(text)
            return
        if kind in _REPORTS:
            # A bounce names the failed recipient only here (RFC 3464 §2.3).
            self.reports.append(clean(decode(data))[: limits.BODY_CHARACTERS])
        if kind == "message/rfc822" and name is None:
            name = _name_from_subject(data)
        self.attachments.append(self._file(part, name, data))

    def _file(self, part: Part, name: str | None, data: bytes) -> Attachment:
        digest = hashlib.sha256(data).hexdigest()
        target = self.scratch / digest
        if not target.exists():
            # Under another name first: a child that is killed here must not leave half a file as whole.
            unfinished = self.scratch / f".{digest}.{os.getpid()}"
            unfinished.write_bytes(data)
            unfinished.replace(target)
        return Attachment(
            ordinal=len(self.attachments) + 1,
            filename=name,
            claimed_type=part.claimed_type,
            content_hash=f"sha256:{digest}",
            size=len(data),
        )

    def body(self) -> str:
        """The text a person reads: plain text if there is any, else the HTML's; then links and reports."""
        text = "\n".join(self.plain).strip()
        pages = [html_to_text(html) for html in self.html]
        if not text:
            text = "\n".join(shown for shown, _ in pages).strip()
        # Cloud attachments often stand as links in the HTML alone.
        hidden = {address: words for _, links in pages for words, address in links if address not in text}
        parts = [text, *(f"{words} <{address}>".strip() for address, words in hidden.items()), *self.reports]
        return "\n".join(part for part in parts if part)[: limits.BODY_CHARACTERS]


def _is_body(part: Part, kind: str, name: str | None) -> bool:
    if name is not None or part.get_content_disposition() == "attachment":
        return False
    # A multipart without its boundary is one block of text as far as anybody can tell.
    return kind in ("text/plain", "text/html") or kind.startswith("multipart/")


def _content(part: Part) -> tuple[bytes, bool]:
    """The bytes of a leaf as they were sent, and whether its transfer encoding came whole."""
    raw = part.raw_body()
    encoding = one_line(str(headers.field(part, "content-transfer-encoding") or "")).lower()
    if encoding == "base64":
        return headers.decode_base64(raw)
    if encoding in ("quoted-printable", "x-uuencode", "uuencode", "uue", "x-uue"):
        decoded = part.get_payload(decode=True)
        return (decoded if isinstance(decoded, bytes) else raw), True
    return raw, True


def _name_from_subject(data: bytes) -> str | None:
    parser: BytesFeedParser[Message] = BytesFeedParser(Message)
    parser.feed(data[: limits.HEADER_BYTES].split(b"\n\n")[0].split(b"\r\n\r\n")[0])
    subject = headers.field(parser.close(), "subject")
    name = headers.safe_name(headers.text_of(subject).replace("/", "-")) if subject else None
    return headers.safe_name(f"{name}.eml") if name else None


def _content_type(root: Part) -> str:
    report = headers.parameter(root, "content-type", "report-type")
    return root.claimed_type + (f"; report-type={report.lower()}" if report else "")


def _facts(root: Part, walk: _Walk) -> MessageFacts:
    def mailboxes(name: str) -> Any:
        return headers.addresses(headers.fields(root, name))

    subject = headers.field(root, "subject")
    message_id = headers.field(root, "message-id")
    identifiers = headers.message_ids([message_id]) if message_id else ()
    automatic = {name: headers.field(root, name) for name in _AUTOMATIC}
    return MessageFacts(
        message_id=identifiers[0] if identifiers else headers.text_of(message_id or "") or None,
        in_reply_to=headers.message_ids(headers.fields(root, "in-reply-to")),
        references=headers.message_ids(headers.fields(root, "references")),
        subject=headers.text_of(subject) if subject else "",
        claimed_from=next(iter(mailboxes("from")), None),
        reply_to=next(iter(mailboxes("reply-to")), None),
        claimed_to=mailboxes("to"),
        return_path=headers.null_or_address(headers.field(root, "return-path")),
        claimed_date=headers.date_of(headers.field(root, "date")),
        received=tuple(headers.hop(raw) for raw in headers.fields(root, "received")[: limits.HOPS]),
        automatic={name: headers.text_of(value) for name, value in automatic.items() if value is not None},
        content_type=_content_type(root),
        body=walk.body(),
        attachments=tuple(walk.attachments),
        wants_read_receipt=any(headers.field(root, name) for name in _RECEIPT_WISHES),
        defects=tuple(dict.fromkeys(walk.defects))[: limits.DEFECTS],
    )
