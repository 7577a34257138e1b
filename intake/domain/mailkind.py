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
FORWARDED = re.compile(r"\s*(转发|fwd?)\s*[:：]", re.I)
"""How staff send a submission that reached somebody else into the mailbox."""

AUTO_BODIES = re.compile(
    r"这是来自QQ邮箱的(假期)?自动回复邮件|这是一封自动回复(邮件)?|此邮件为(系统)?自动回复|本邮件(由系统|为)自动(回复|发出)"
    r"|this is an automat(ic|ed) (reply|response)|i am (currently )?out of (the )?office",
    re.I,
)
CLOUD_LINKS = re.compile(
    r"mail\.qq\.com/cgi-bin/ftnExs_download|wx\.mail\.qq\.com/ftn/download|mail\.163\.com/large-attachment-download/"
    r"|dashi\.163\.com/html/cloud-attachment-download|edisk\.qiye\.163\.com/api/biz/attachment/download"
    r"|mail\.sina\.com\.cn/filecenter/download\.php|超大附件|云附件"
    r"|pan\.baidu\.com|(aliyundrive|alipan)\.com|weiyun\.com|(kdocs|wps)\.cn/l/|pan\.quark\.cn"
    r"|cowtransfer\.com|123pan\.com|caiyun\.139\.com|cloud\.189\.cn|docs\.qq\.com|网盘|提取码|下载链接",
    re.I,
)
LOGO_BYTES = 40_000
"""A picture below this is a signature's logo; a phone picture of a page is far larger."""

PAPER_TYPES = frozenset(
    {
        "application/pdf",
        "application/msword",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/zip",
        "application/x-zip-compressed",
        "application/x-rar-compressed",
        "application/x-7z-compressed",
        "application/vnd.ms-word.document.macroenabled.12",
        "application/kswps",
        "application/wps-office.docx",
        "application/wps-office.wps",
        "application/ms-tnef",
    }
)
PAPER_ENDINGS = (
    *(".doc", ".docx", ".docm", ".dotx", ".wps", ".rtf", ".odt", ".pdf"),
    *(".zip", ".rar", ".7z", ".eml", ".msg", "winmail.dat"),
)

TRAPPINGS = frozenset({"text/calendar", "text/vcard", "text/x-vcard", "application/pkcs7-signature"})
"""Parts that mail programs add by themselves."""

AUTO_BODY_HEAD = 400
"""Characters of the body in which an automatic reply says that it is one; later ones are quoted mail."""


def kind_of(facts: MessageFacts, own_addresses: Collection[str]) -> MessageKind:
    """Tells material from machines' mail, by header first and then by the phrases they use.

    A mail with papers (Word, PDF, archives) is material even when an office system
    marked it as automatic or bulk, or when its words quote an automatic reply: papers
    must not be lost.  `own_addresses` are the mailbox's own, lower case.
    """
    sender = facts.claimed_from.address if facts.claimed_from else ""
    papers = any(_is_paper(item) for item in facts.attachments)
    forwarded = papers and FORWARDED.match(facts.subject) and not marked_automatic(facts)
    if sender in own_addresses and not forwarded:
        return MessageKind.OWN
    if is_bounce(facts):
        return MessageKind.BOUNCE
    if papers:
        return MessageKind.MATERIAL
    if marked_automatic(facts) or sounds_automatic(facts):
        return MessageKind.AUTO_REPLY
    if is_bulk(facts):
        return MessageKind.BULK
    if any(_is_file(item) for item in facts.attachments) or has_cloud_link(facts.body):
        return MessageKind.MATERIAL
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


def marked_automatic(facts: MessageFacts) -> bool:
    """True where a header says that a machine wrote the mail (RFC 3834 §5 and its forerunners)."""
    automatic = facts.automatic
    said = automatic.get("auto-submitted", "no").split(";")[0].strip().lower()
    forerunners = {"x-autoreply", "x-autorespond"} & automatic.keys()
    return (
        said != "no" or bool(forerunners) or automatic.get("precedence", "").strip().lower() == "auto_reply"
    )


def sounds_automatic(facts: MessageFacts) -> bool:
    """True where the subject or the first words are those of a provider's vacation notice."""
    return bool(AUTO_SUBJECTS.search(facts.subject) or AUTO_BODIES.search(facts.body[:AUTO_BODY_HEAD]))


def is_bulk(facts: MessageFacts) -> bool:
    """List and mass mail (RFC 2919, RFC 2369, Precedence)."""
    if {"list-id", "list-unsubscribe", "feedback-id"} & facts.automatic.keys():
        return True
    return facts.automatic.get("precedence", "").strip().lower() in {"bulk", "list", "junk"}


def has_cloud_link(body: str) -> bool:
    """True when the body offers files as a provider's link instead of attaching them."""
    return bool(CLOUD_LINKS.search(body))


def _is_paper(item: Attachment) -> bool:
    """True for what may hold a form or a scan by its claimed type or name: Word, PDF, an archive."""
    name = (item.filename or "").lower()
    return item.claimed_type in PAPER_TYPES or name.endswith(PAPER_ENDINGS)


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
        or marked_automatic(facts)
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
