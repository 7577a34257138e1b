"""What kind of mail a message is, and whom a letter about it may go to (RFC 3834).

A letter goes to Return-Path where the provider wrote one (RFC 3834 §4), else to From: one address, and never
the null sender, a machine, a list, or ourselves.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from intake.domain.mail import machine_phrases
from intake.domain.mail.authentication import domain_of, same_organisation
from intake.domain.mail.bounces import is_bounce
from intake.domain.mail.links import has_cloud_link
from intake.domain.mail.loops import LOGO_BYTES, is_letter
from intake.domain.model.endings import Ending, tells
from intake.domain.model.facts import Attachment, MessageFacts
from intake.domain.model.mail import MessageKind

_NO_REPLY = r"(?:no|donot|do-not)[-_.]?reply(?:[-_.+].*)?|.*[-_.]no-?reply"
NO_REPLY_SENDERS = re.compile(rf"^(?:{_NO_REPLY})@", re.I)
MACHINE_SENDERS = re.compile(rf"^(?:mailer-daemon|postmaster|bounces?[-+].*|{_NO_REPLY})@", re.I)
FORWARDED = re.compile(r"\s*(转发|fwd?)\s*[:：]", re.I)
"""How staff send a submission that reached somebody else into the mailbox."""

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

TRAPPINGS = frozenset(
    {
        *("text/calendar", "text/x-vcalendar", "application/ics", "text/rfc822-headers"),
        *("text/vcard", "text/x-vcard", "text/directory", "text/x-moz-deleted"),
        *("application/pkcs7-signature", "application/x-pkcs7-signature"),
        *("application/pgp-signature", "application/pgp-keys"),
        *("message/delivery-status", "message/disposition-notification", "message/feedback-report"),
    }
)
"""Parts that mail programs add by themselves; `Ending.TRAPPING` are the same by name."""

EXCHANGE_SCRAPS = re.compile(r"att\d{5}\.(?:htm|html|txt|bin|dat|c)", re.I)
"""What Exchange makes of the bodies that other programs put between attachments."""

HEAD = 400
"""Characters of the body in which an automatic reply says that it is one."""

SHORT = 200
"""Characters up to which a mail that says "received" or "on leave" says nothing else."""

MANY_LINKS = 3
"""Web addresses from which on a mail that can be unsubscribed from is mass mail."""

PERSONAL_FEEDBACK = re.compile(r":qybglogicsvr", re.I)
"""Tencent's 企业邮箱 adds a Feedback-ID to all that its users write; elsewhere it marks mass mail."""

_LINK = re.compile(r"https?://", re.I)
_QUOTED_TITLE = re.compile(r"[“\"《]([^”\"》\n]{1,120})[”\"》]")


def kind_of(facts: MessageFacts, own_addresses: Collection[str]) -> MessageKind:
    """Tells material from machines' mail, by header first and then by the phrases they use.

    A mail with papers (Word, PDF, archives) is material even when an office system
    marked it as automatic or bulk, or when its words quote an automatic reply: papers
    must not be lost, and what a limit kept out may be papers.  Only the sender's own words
    are looked at, never the history below them.  `own_addresses` are the mailbox's own, lower case.
    """
    sender = facts.claimed_from.address if facts.claimed_from else ""
    papers = _has_papers(facts)
    forwarded = papers and FORWARDED.match(facts.subject) and not marked_automatic(facts)
    if sender in own_addresses and not forwarded:
        return MessageKind.OWN
    told_of = _is_report_of_ours(facts)
    if not told_of and is_bounce(facts):
        return MessageKind.BOUNCE
    if told_of and not any(_is_paper(item) and not _is_returned(item) for item in facts.attachments):
        return MessageKind.AUTO_REPLY
    if papers:
        return MessageKind.MATERIAL
    if _is_of_machine(facts):
        return MessageKind.AUTO_REPLY
    return _kind_of_words(facts, sender)


def _kind_of_words(facts: MessageFacts, sender: str) -> MessageKind:
    """What a mail without papers is that no machine wrote in answer: a link or other file may be material."""
    linked = has_cloud_link(facts.body, facts.quoted)
    if is_bulk(facts) or (not linked and (is_unasked(facts) or reads_like_bulk(facts))):
        return MessageKind.BULK
    if linked or facts.left_out or any(_is_file(item) for item in facts.attachments):
        return MessageKind.MATERIAL
    return MessageKind.ENQUIRY if _wants_a_person(facts, sender) else MessageKind.OTHER


def _has_papers(facts: MessageFacts) -> bool:
    """True for a mail with papers, or with what a limit kept out and may be papers by its name."""
    return any(_is_paper(item) for item in facts.attachments) or any(
        tells(name, Ending.PAPER) for name, _ in facts.left_out
    )


def _is_of_machine(facts: MessageFacts) -> bool:
    """True for an automatic reply, a letter of a program like this one, and a notice of delivery."""
    said = is_letter(facts.message_id, facts.body)
    return said or marked_automatic(facts) or sounds_automatic(facts) or is_notice(facts)


def marked_automatic(facts: MessageFacts) -> bool:
    """True where a header says that a machine wrote the mail (RFC 3834 §5 and its forerunners)."""
    automatic = facts.automatic
    said = automatic.get("auto-submitted", "no").split(";")[0].split("(")[0].strip().lower()
    forerunners = {"x-autoreply", "x-autorespond"} & automatic.keys()
    return (
        said not in ("no", "")
        or bool(forerunners)
        or automatic.get("precedence", "").strip().lower() in ("auto_reply", "auto-reply")
    )


def sounds_automatic(facts: MessageFacts) -> bool:
    """True where the subject or the first words are those of a provider's or an office's automatic reply.

    What could be a person's sentence too ("on leave", "received") counts only in a
    short mail that asks nothing.
    """
    if machine_phrases.AUTO_SUBJECTS.search(facts.subject):
        return True
    words = facts.body.strip()
    if facts.forwarded:
        # The sentence stands in the mail that a person passes on.
        return False
    if machine_phrases.AUTO_BODIES.search(words[:HEAD]):
        return True
    if len(words) > SHORT or machine_phrases.asks(words):
        return False
    if machine_phrases.AWAY.search(words):
        return True
    # A program that only acknowledges does not cite the mail that it answers; a person does.
    return bool(machine_phrases.ACKNOWLEDGED.search(words)) and not facts.quoted


def is_notice(facts: MessageFacts) -> bool:
    """A read receipt (RFC 8098, or without its proper type), or Exchange's word that a mail is recalled."""
    if facts.content_type.startswith("multipart/report"):
        return True
    if recalled(facts.subject, facts.body) is not None:
        return True
    words = facts.body[:HEAD]
    told = machine_phrases.READ_BODIES.search(words) or (
        len(words) < SHORT and not machine_phrases.asks(words)
    )
    return bool(machine_phrases.READ_SUBJECTS.match(facts.subject) and told)


def recalled(subject: str, body: str) -> str | None:
    """The subject of the mail that a recall takes back, "" where it names none; None for no recall.

    It stands in the recall's own subject, or quoted in its words.
    """
    begun = machine_phrases.RECALL_SUBJECTS.match(subject)
    if not begun or not machine_phrases.RECALL_BODIES.search(body[:HEAD]):
        return None
    quoted = _QUOTED_TITLE.search(body[:HEAD])
    return subject[begun.end() :].strip() or (quoted[1] if quoted else "")


def is_unasked(facts: MessageFacts) -> bool:
    """Providers' words to the mailbox's owner, digests of filtered mail, advertising: for nobody to answer.

    Only what a short look tells surely: subject and body must both sound so, and nothing be asked.
    """
    words = facts.body[: 2 * HEAD]
    if machine_phrases.ADVERTISING.search(f"{facts.subject}\n{words}"):
        return True
    if facts.in_reply_to or facts.forwarded or machine_phrases.asks(words):
        return False
    return any(
        subjects.search(facts.subject) and bodies.search(words)
        for subjects, bodies in (
            (machine_phrases.ACCOUNT_SUBJECTS, machine_phrases.ACCOUNT_BODIES),
            (machine_phrases.QUARANTINE_SUBJECTS, machine_phrases.QUARANTINE_BODIES),
        )
    )


def is_bulk(facts: MessageFacts) -> bool:
    """List and mass mail (RFC 2919, RFC 2369, Precedence)."""
    if {"list-id", "list-unsubscribe"} & facts.automatic.keys():
        return True
    if not PERSONAL_FEEDBACK.search(facts.automatic.get("feedback-id", "::qybglogicsvr")):
        return True
    return facts.automatic.get("precedence", "").strip().lower() in {"bulk", "list", "junk"}


def reads_like_bulk(facts: MessageFacts) -> bool:
    """Mass mail without its headers: it says how to unsubscribe, and has links to click."""
    if any(_is_file(item) and not _is_picture(item) for item in facts.attachments):
        return False
    says = machine_phrases.UNSUBSCRIBE.search(facts.body)
    if not says:
        return False
    near = facts.body[max(says.start() - HEAD // 2, 0) : says.end() + HEAD // 2]
    links = len(_LINK.findall(facts.body))
    return links >= MANY_LINKS or (bool(_LINK.search(near)) and not machine_phrases.asks(near))


def _wants_a_person(facts: MessageFacts, sender: str) -> bool:
    """True for words that a person may wait for an answer to."""
    if NO_REPLY_SENDERS.match(sender) or _is_invitation(facts):
        return False
    own = machine_phrases.MOBILE_SIGNATURES.sub("", facts.body)
    subject = machine_phrases.SUBJECT_MARKS.sub("", facts.subject)
    if not re.search(r"\w", re.sub(r"https?://\S+", "", own) + subject):
        # Nothing above the history may mean that the answer stands within it.
        return bool(re.search(r"\w", facts.quoted))
    return bool(machine_phrases.THANKS.sub("", own) or (subject and not own.strip()))


def _is_invitation(facts: MessageFacts) -> bool:
    """A calendar's invitation or answer, which nobody wrote by hand."""
    if facts.content_type.startswith("text/calendar"):
        return True
    calendar = any(
        item.claimed_type in ("text/calendar", "application/ics") for item in facts.attachments
    ) or any((item.filename or "").lower().endswith(".ics") for item in facts.attachments)
    return calendar and bool(
        machine_phrases.INVITATIONS.match(facts.subject)
        or machine_phrases.MEETINGS.search(facts.body)
        or not facts.body.strip()
    )


def _is_paper(item: Attachment) -> bool:
    """True for what may hold a form or a scan by its claimed type or name: Word, PDF, an archive."""
    return item.claimed_type in PAPER_TYPES or tells(item.filename, Ending.PAPER)


def _is_report_of_ours(facts: MessageFacts) -> bool:
    """True for a read receipt (RFC 8098) or an abuse report (RFC 5965), which may return the mail whole."""
    if not facts.content_type.startswith("multipart/report"):
        return False
    told = ("disposition-notification", "feedback-report")
    return any(each in facts.content_type for each in told) or any(
        item.claimed_type == f"message/{each}" for item in facts.attachments for each in told
    )


def _is_returned(item: Attachment) -> bool:
    """True for the mail that a report returns, whole or its header."""
    return item.claimed_type in ("message/rfc822", "message/global", "text/rfc822-headers")


def _is_picture(item: Attachment) -> bool:
    return item.claimed_type.startswith("image/")


def _is_file(item: Attachment) -> bool:
    """True for a file that somebody meant to send; a logo or a signature is none."""
    name = (item.filename or "").lower()
    if _is_picture(item):
        return item.size >= LOGO_BYTES
    return (
        item.claimed_type not in TRAPPINGS
        and not tells(name, Ending.TRAPPING)
        and not EXCHANGE_SCRAPS.fullmatch(name)
    )


@dataclass(frozen=True, slots=True)
class Believed:
    """What of a sender may be believed: whether the provider writes Return-Path, and whether it vouches."""

    return_path: bool = False
    vouched: bool = False


def answer_address(
    facts: MessageFacts, kind: MessageKind, own_addresses: Collection[str], believed: Believed | None = None
) -> str | None:
    """The one address that a letter about this message may go to, or None: nobody is answered.

    From; Return-Path instead where the provider writes it (RFC 3834 §4): one that the sender wrote would
    lead a letter about his victim to himself.  Never to the null sender, to ourselves, to a machine, or
    because of list and bulk mail; nor about a question whose sender wants no automatic answer
    (X-Auto-Response-Suppress), or who, unless the provider vouches for him, may be somebody else.
    """
    trusted = believed or Believed()
    if kind not in (MessageKind.MATERIAL, MessageKind.ENQUIRY) or facts.return_path == "":
        return None
    if is_bulk(facts) or marked_automatic(facts) or is_letter(facts.message_id, facts.body):
        return None
    if kind is MessageKind.ENQUIRY and (_wants_no_answer(facts) or _may_hit_another(facts, trusted)):
        return None
    sender = facts.claimed_from.address if facts.claimed_from else None
    envelope = facts.return_path
    address = ((envelope if trusted.return_path else None) or sender or "").lower()
    if not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", address):
        return None
    named = [name.lower() for name in (address, sender, envelope) if name]
    if any(name in own_addresses or MACHINE_SENDERS.match(name) for name in named):
        return None
    return address


def _wants_no_answer(facts: MessageFacts) -> bool:
    suppressed = facts.automatic.get("x-auto-response-suppress", "")
    return re.search(r"\b(all|autoreply|oof)\b", suppressed, re.I) is not None


def _may_hit_another(facts: MessageFacts, believed: Believed) -> bool:
    """True where nothing vouches for the From and another part of the mail names another organisation."""
    if believed.vouched or facts.claimed_from is None:
        return False
    sender = domain_of(facts.claimed_from.address)
    others = (facts.return_path, facts.reply_to.address if facts.reply_to else None)
    return any(other and not same_organisation(domain_of(other), sender) for other in others)
