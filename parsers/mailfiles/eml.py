"""A mail sent as a file: attached by a mail program, or saved as .eml and attached by hand."""

from __future__ import annotations

import re
from pathlib import Path

from intake.domain.model.facts import ContainerFacts
from parsers.common import limits, magic
from parsers.mail import body, headers, leaves, mime
from parsers.mail.fields import field_of, fields_of
from parsers.mail.mime import leading

_FIELD = re.compile(rb"([!-9;-~]{1,100}):[^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*(?:\r\n|\r|\n|\Z)")
_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n \t]*(?:>?From [^\r\n]*(?:\r\n|\r|\n))?")
_OF_MAIL = frozenset(
    (b"from", b"to", b"subject", b"date", b"received", b"message-id", b"return-path", b"delivered-to")
)
_ALSO = _OF_MAIL | {b"mime-version", b"content-type", b"cc", b"sender", b"reply-to", b"references"}


class MailFileParser:
    """A message as RFC 5322 has it, with or without a mailbox's "From " line before it."""

    name = "mailfile"
    version = 2

    def recognises(self, head: bytes, path: Path) -> bool:
        """True when the file begins with a mail's header."""
        kind = magic.kind(head)
        return kind == "message" or (kind == "" and _begins_like_mail(head))

    def parse(self, path: Path, scratch: Path) -> ContainerFacts:
        """What the mail says and its files, as of a message that came by itself; never `Unreadable`."""
        with path.open("rb") as file:
            return opened(file.read(limits.MESSAGE_BYTES), scratch)


def opened(data: bytes, scratch: Path) -> ContainerFacts:
    """A mail as a container of its attachments.

    `body` is what its sender wrote; where that is nothing, the history that he passes on.
    """
    tree = mime.read(data[leading(data) :])
    found = leaves.gather(tree, scratch)
    fields, charset = tree.root.fields, leaves.charset_of(tree)
    subject = headers.text_of(field_of(fields, "subject") or "", charset)
    text = body.compose(found.words, found.reports, subject, field_of(fields, "in-reply-to") is not None)
    senders = headers.addresses(fields_of(fields, "from"), charset)
    return ContainerFacts(
        format="message",
        members=tuple(found.attachments),
        left_out=(*tree.left_out, *found.left_out)[: limits.LEFT_OUT],
        subject=subject,
        sender=senders[0].address if senders else "",
        body=text.own or text.quoted,
    )


def _begins_like_mail(head: bytes) -> bool:
    """True where at least two of the first fields are such as mails have, one of them a mail's alone."""
    beginning = _BEGINNING.match(head)
    position = beginning.end() if beginning else 0
    names: list[bytes] = []
    while field := _FIELD.match(head, position):
        names.append(field[1].lower())
        position = field.end()
    return sum(name in _ALSO for name in names) >= 2 and any(name in _OF_MAIL for name in names)
