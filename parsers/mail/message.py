"""An archived message to facts, and its files to the scratch folder."""

from __future__ import annotations

from pathlib import Path

from intake.domain.model.facts import Address, MessageFacts
from parsers.common import limits, magic
from parsers.mail import authresults, body, headers, leaves, mime
from parsers.mail.fields import Fields, field_of, fields_of, parameter
from parsers.mail.mime import leading

VERSION = 7
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
_CUT = "（过大未读的部分）"


def unpack(path: Path, scratch: Path) -> MessageFacts:
    """Reads the message at `path`; writes each attachment to `scratch`/<64 hex digits of its SHA-256>.

    Anything a sender can write is read as far as it goes and noted in `defects`; what a
    limit kept out is named in `left_out`. Raises `OSError` where our own disk fails.
    """
    with path.open("rb") as file:
        data = file.read(limits.MESSAGE_BYTES)
        is_cut = bool(file.read(1))
    begun = leading(data)
    # A mail that was saved by an editor; elsewhere an empty line ends a header that has no fields.
    saved = begun and magic.kind(data[begun : begun + limits.HEAD_BYTES]) == "message"
    tree = mime.read(data[begun:] if saved else data)
    if is_cut:
        # Half a file must not stand as a damaged one: it was we who cut it.
        last = tree.without_last_leaf()
        tree.left_out.append((headers.filename(last.fields) or _CUT, "too-large"))
        tree.defects.append(f"a message of {path.stat().st_size} bytes: its end was not read")
    return _facts(tree, leaves.gather(tree, scratch))


def heading(path: Path) -> MessageFacts:
    """What the header alone says, for a message whose rest cannot be read: without words or files.

    Raises `OSError` where our own disk fails.
    """
    with path.open("rb") as file:
        data = file.read(limits.HEADER_BYTES)
    data = data[leading(data) :]
    return _facts(mime.read(data[: headers.end_of_header(data)]), leaves.Gathered())


def _facts(tree: mime.Tree, found: leaves.Gathered) -> MessageFacts:
    fields = tree.root.fields
    charset = leaves.charset_of(tree)

    def mailboxes(name: str) -> tuple[Address, ...]:
        return headers.addresses(fields_of(fields, name), charset)

    subject = headers.text_of(field_of(fields, "subject") or "", charset)
    in_reply_to = headers.message_ids(fields_of(fields, "in-reply-to"))
    references = headers.message_ids(fields_of(fields, "references"))
    text = body.compose(found.words, found.reports, subject, bool(in_reply_to or references))
    return MessageFacts(
        message_id=_message_id(fields),
        in_reply_to=in_reply_to,
        references=references,
        subject=subject,
        claimed_from=headers.sender(fields_of(fields, "from"), charset),
        reply_to=next(iter(mailboxes("reply-to")), None),
        claimed_to=mailboxes("to"),
        return_path=headers.null_or_address(field_of(fields, "return-path")),
        claimed_date=headers.date_of(field_of(fields, "date")),
        received=tuple(headers.hop(raw) for raw in fields_of(fields, "received")[: limits.HOPS]),
        automatic={
            name: headers.text_of(value)
            for name in _AUTOMATIC
            if (value := field_of(fields, name)) is not None
        },
        content_type=_content_type(tree.root),
        body=text.own,
        attachments=tuple(found.attachments),
        quoted=text.quoted,
        forwarded=text.forwarded,
        wants_read_receipt=any(field_of(fields, name) for name in _RECEIPT_WISHES),
        defects=tuple(dict.fromkeys([*tree.defects, *found.defects, *text.defects]))[: limits.DEFECTS],
        left_out=(*tree.left_out, *found.left_out)[: limits.LEFT_OUT],
        authentication=authresults.read(fields),
    )


def _message_id(fields: Fields) -> str | None:
    raw = field_of(fields, "message-id")
    identifiers = headers.message_ids([raw]) if raw else ()
    # Whatever stands there instead is only told apart by it.
    return identifiers[0] if identifiers else headers.text_of(raw or "")[: limits.ADDRESS_CHARACTERS] or None


def _content_type(root: mime.MimePart) -> str:
    report = parameter(root.fields, "content-type", "report-type")
    return root.kind + (f"; report-type={report.lower()}" if report else "")
