"""What kind of mail a message is, and whom a letter about it may go to (RFC 3834)."""

from __future__ import annotations

import re
from collections.abc import Collection

from intake.domain.facts import Attachment, MessageFacts
from intake.domain.model import MessageKind

MACHINE_SENDERS = re.compile(
    r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|noreply-.*|bounces?[-+].*)@", re.I
)
BOUNCE_SENDERS = re.compile(r"^(mailer-daemon|postmaster)@", re.I)
BOUNCE_SUBJECTS = re.compile(
    r"系统退信|退信通知|邮件投递失败|无法投递"
    r"|undeliver(ed|able)|delivery (status|failure)|returned mail|failure notice",
    re.I,
)
AUTO_SUBJECTS = re.compile(
    r"^\s*(自动回复|自动答复|假期回复|auto(matic)?[ -]?(reply|response)|out of (the )?office)",
    re.I,
)
AUTO_BODIES = re.compile(
    r"这是来自QQ邮箱的(假期)?自动回复邮件|这是一封自动回复(邮件)?|此邮件为(系统)?自动回复|本邮件(由系统|为)自动(回复|发出)"
    r"|this is an automat(ic|ed) (reply|response)|i am (currently )?out of (the )?office",
    re.I,
)
CLOUD_LINKS = re.compile(
    r"mail\.qq\.com/cgi-bin/ftnExs_download|wx\.mail\.qq\.com/ftn/download|mail\.163\.com/large-attachment-download/"
    r"|dashi\.163\.com/html/cloud-attachment-download|edisk\.qiye\.163\.com/api/biz/attachment/download"
    r"|mail\.sina\.com\.cn/filecenter/download\.php|超大附件|云附件",
    re.I,
)
LOGO_BYTES = 40_000
"""A picture below this is a signature's logo; a phone picture of a page is far larger."""

TRAPPINGS = frozenset({"text/calendar", "text/vcard", "text/x-vcard", "application/pkcs7-signature"})
"""Parts that mail programs add by themselves."""

AUTO_BODY_HEAD = 400
"""Characters of the body in which an automatic reply says that it is one; later ones are quoted mail."""


def kind_of(facts: MessageFacts, own_addresses: Collection[str]) -> MessageKind:
    """Tells material from machines' mail, by header first and then by the phrases they use.

    A mail with files from an ordinary sender is material even when a list or an
    office system marked it as bulk: its files must not be lost.  `own_addresses`
    are the mailbox's own, lower case.
    """
    sender = facts.claimed_from.address if facts.claimed_from else ""
    if sender in own_addresses:
        return MessageKind.OWN
    if is_bounce(facts):
        return MessageKind.BOUNCE
    if is_auto_reply(facts):
        return MessageKind.AUTO_REPLY
    if _has_material(facts):
        return MessageKind.MATERIAL
    if _auto_submitted(facts) != "no":
        return MessageKind.AUTO_REPLY
    if is_bulk(facts):
        return MessageKind.BULK
    if "".join((facts.subject + facts.body).split()):
        return MessageKind.ENQUIRY
    return MessageKind.OTHER


def is_bounce(facts: MessageFacts) -> bool:
    """A delivery report (RFC 3464) or one of the free-form notices of NetEase and QQ."""
    if "delivery-status" in facts.content_type or "x-failed-recipients" in facts.automatic:
        return True
    sender = facts.claimed_from.address if facts.claimed_from else ""
    from_machine = facts.return_path == "" or bool(BOUNCE_SENDERS.match(sender))
    return from_machine and bool(BOUNCE_SUBJECTS.search(facts.subject))


def is_auto_reply(facts: MessageFacts) -> bool:
    """A vacation notice or the like: by header, subject or the first words of the body."""
    automatic = facts.automatic
    if _auto_submitted(facts) not in ("no", "auto-generated"):
        return True
    if {"x-autoreply", "x-autorespond"} & automatic.keys():
        return True
    if automatic.get("precedence", "").strip().lower() == "auto_reply":
        return True
    return bool(AUTO_SUBJECTS.search(facts.subject) or AUTO_BODIES.search(facts.body[:AUTO_BODY_HEAD]))


def _auto_submitted(facts: MessageFacts) -> str:
    return facts.automatic.get("auto-submitted", "no").split(";")[0].strip().lower()


def is_bulk(facts: MessageFacts) -> bool:
    """List and mass mail (RFC 2919, RFC 2369, Precedence)."""
    if {"list-id", "list-unsubscribe", "feedback-id"} & facts.automatic.keys():
        return True
    return facts.automatic.get("precedence", "").strip().lower() in {"bulk", "list", "junk"}


def has_cloud_link(body: str) -> bool:
    """True when the body offers files as a provider's link instead of attaching them."""
    return bool(CLOUD_LINKS.search(body))


def _has_material(facts: MessageFacts) -> bool:
    return any(_is_file(item) for item in facts.attachments) or has_cloud_link(facts.body)


def _is_file(item: Attachment) -> bool:
    """True for a file that somebody meant to send; a logo or a signature is none."""
    if item.claimed_type.startswith("image/"):
        return item.size >= LOGO_BYTES
    return item.claimed_type not in TRAPPINGS


def answer_address(facts: MessageFacts, kind: MessageKind, own_addresses: Collection[str]) -> str | None:
    """The one address that a letter about this message may go to, or None: nobody is answered.

    Return-Path where the provider wrote one (RFC 3834 §4), else From.  Never to the
    null sender, to ourselves, to a machine, or because of list and bulk mail.
    """
    if (
        kind is not MessageKind.MATERIAL
        or facts.return_path == ""
        or is_bulk(facts)
        or _auto_submitted(facts) != "no"
    ):
        return None
    sender = facts.claimed_from.address if facts.claimed_from else None
    address = (facts.return_path or sender or "").lower()
    if not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", address):
        return None
    if address in own_addresses or (sender and sender in own_addresses):
        return None
    if MACHINE_SENDERS.match(address) or (sender and MACHINE_SENDERS.match(sender)):
        return None
    return address
