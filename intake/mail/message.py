"""From a view to a mail: the words by jinja2, the mail by the standard library.

Shipped templates live in the package `templates`, one folder a letter; a folder
of the operator's overrides them file by file.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import re
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import getaddresses
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    select_autoescape,
)

from intake.domain.campaign import wording
from intake.domain.campaign.campaign import Campaign, Needs
from intake.domain.campaign.terms import CUSTOMARY
from intake.domain.campaign.wording import papers_wanted
from intake.domain.letters.outage import OutageView
from intake.domain.letters.views import View
from intake.domain.model.mail import TO_STAFF, LetterKind
from intake.domain.text import calendar
from intake.domain.text.persons import without_identity_numbers
from intake.mail import text_columns

MAX_REFERENCES = 30
"""How many message ids References keeps: the first of the thread and its newest."""

_ID_HEADERS = frozenset({"message-id", "in-reply-to", "references"})
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}@[!-;=?-~]{1,250}>")
_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?", re.IGNORECASE)
# A host with an underscore is no host name (RFC 1123 §2.1), and mail comes from some.
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?", re.IGNORECASE)
_LONGEST_ADDRESS = 254
_FILENAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_REPLIES = re.compile(r"(?:\s*(?:re|回[复覆]|答[复覆])\s*(?:\[\d{1,3}\])?\s*[:：])+\s*", re.IGNORECASE)
OUR_WORDS = (*TO_STAFF, LetterKind.ANSWER)
"""Letters whose words are the office's own: links in them stay, as no stranger wrote them."""

_LONGEST_SUBJECT = 160
"""Columns of a stranger's subject that an answer repeats."""

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter in words: one line of subject, plain text, a whole HTML page."""

    subject: str
    text: str
    html: str


class BadAddress(ValueError):
    """An address to which no mail can be written; the text says why, as staff read it."""


@dataclass(frozen=True, slots=True)
class OutboundFile:
    """A file that we send along.

    Its name is ASCII, since QQ Mail misreads encoded names; `content_type` is
    "type/subtype".  Raises `ValueError` for any other name.
    """

    filename: str
    content_type: str
    content: bytes

    def __post_init__(self) -> None:
        if not _FILENAME.fullmatch(self.filename):
            raise ValueError(f"{self.filename!r} is no plain ASCII file name")


class Composer:
    """Puts views into words.

    `template_dirs` are the operator's folders, the first wins; what they lack is
    taken from the shipped templates.  Templates see the `view`, and of the campaign its
    `words` and what papers are `wanted` (without a campaign the customary ones).  A template
    that names anything else raises `jinja2.UndefinedError` rather than sending a letter with a gap.
    """

    def __init__(self, template_dirs: Sequence[Path] = (), campaign: Campaign | None = None) -> None:
        needs = campaign.needs if campaign else Needs()
        self._terms = campaign.words if campaign else CUSTOMARY
        self._wanted = papers_wanted(needs.form, needs.scan, self._terms)
        self._environment = _environment(tuple(template_dirs))

    def render(self, view: View, answered: str = "") -> Rendered:
        """The letter of a view; raises `jinja2.TemplateNotFound` where its folder lacks a file.

        `answered` is the subject of the mail that it answers, which `subject.txt` sees as `answering`.
        """
        # Elsewhere a link can only be a stranger's.
        safe = cleaned(view, _discreet if view.template in (*OUR_WORDS, OutageView.template) else _harmless)

        def words(name: str, **more: object) -> str:
            template = self._environment.get_template(f"{view.template}/{name}")
            return template.render(
                view=safe, next_section=_sections(), words=self._terms, wanted=self._wanted, **more
            )

        subject = text_columns.clean(words("subject.txt", answering=reply_subject(answered)))
        text = re.sub(r"\n{3,}", "\n\n", text_columns.wrap(words("body.txt"))).strip("\n") + "\n"
        return Rendered(subject, text, words("body.html", subject=subject))


@lru_cache(maxsize=8)
def _environment(template_dirs: tuple[Path, ...]) -> Environment:
    """The templates, kept as long as the process lives; a file that changes is read anew."""
    own = [FileSystemLoader(folder) for folder in template_dirs]
    made = Environment(
        loader=ChoiceLoader([*own, PackageLoader("templates", "")]),
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= _FILTERS
    return made


def _discreet(text: str) -> str:
    return without_identity_numbers(text_columns.clean(text))


def reply_subject(subject: str) -> str:
    """The subject of an answer to a mail, by which mail programs put both together (回复：报送推荐材料).

    QQ Mail and 163 group mails by subjects, signs of an answer left aside.  A subject comes from a stranger:
    it is cleaned, carries no link and is shortened.  Empty where there is none that can be read.
    """
    own = _harmless(subject[:2000])
    own = own[found.end() :] if (found := _REPLIES.match(own)) else own
    if not re.search(r"\w", own) or "=?" in own or "\ufffd" in own:
        return ""
    return f"回复：{text_columns.shorten(own, _LONGEST_SUBJECT)}"


def _harmless(text: str) -> str:
    return text_columns.unlinked(_discreet(text))


def cleaned(value: V, mended: Callable[[str], str] = text_columns.clean) -> V:
    """The same view with every text in it `mended`, made printable as a rule (`columns.clean`).

    Names and filenames in a view are a stranger's: a line break among them could
    forge a line of the letter, a bidirectional mark another name.
    """
    result: Any = value
    if isinstance(value, str) and type(value) is str:
        result = mended(value)
    elif isinstance(value, tuple):
        result = tuple(cleaned(item, mended) for item in value)
    elif is_dataclass(value) and not isinstance(value, type):
        result = replace(value, **{f.name: cleaned(getattr(value, f.name), mended) for f in fields(value)})
    return result  # type: ignore[no-any-return]


def _sections() -> Callable[[], str]:
    """Gives 一, 二, 三 … one at a call, so that a left-out section leaves no gap."""
    numerals: Iterator[str] = itertools.chain(
        "一二三四五六七八九", ("十", "十一", "十二", "十三", "十四", "十五")
    )
    return lambda: next(numerals)


_FILTERS: dict[str, Callable[..., object]] = {
    "moment": calendar.moment,
    "day": calendar.day,
    "until": calendar.until,
    "limit": calendar.limit,
    "as_of": calendar.as_of,
    "days_left": wording.days_left_told,
    "short": text_columns.shorten,
    "centre": text_columns.centre,
    "right": text_columns.right,
    "state": wording.state_name,
    "state_colour": wording.state_colour,
    "percent": lambda share: f"{share * 100:.1f}%",
    "bar": lambda share, cells=20: "█" * round(share * cells) + "░" * (cells - round(share * cells)),
}


class _LetterPolicy(EmailPolicy):
    """CRLF, and message ids one to a line.

    The standard library folds a message id of more than 78 characters, such as
    Outlook's, into an encoded word; the mail reader then finds no thread.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in _ID_HEADERS:
            folded = "\r\n ".join(value.split())
            return f"{name}: {folded}\r\n".encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _LetterPolicy(linesep="\r\n", cte_type="7bit", utf8=False)


def build_mail(
    rendered: Rendered,
    *,
    sender: str,
    to: str,
    message_id: str,
    date: datetime,
    in_reply_to: str | None,
    references: Sequence[str],
    attachments: Sequence[OutboundFile] = (),
    shown: Sequence[OutboundFile] = (),
    auto: bool | None,
) -> bytes:
    """The mail as bytes, the same for the same input, so that a re-send is the same letter.

    `sender` and `to` are one address each, with or without a name; `date` is
    aware and told in Beijing time.  `auto` says that it answers a message
    (Auto-Submitted: auto-replied, RFC 3834 §5); otherwise it is auto-generated.  None: a person wrote it.
    `shown` are pictures on the HTML page, which names them `cid:` and their name (RFC 2392).
    `in_reply_to` and `references` come from strangers: what is not a well-formed
    message id (RFC 5322 §3.6.4) is left out.  A domain of other than ASCII letters stands in its A-labels
    (RFC 5890); a local part of such letters makes the head UTF-8 (RFC 6532).  Raises `BadAddress` for an
    address, `ValueError` for an own message id or a date that is not well-formed.
    """
    if not _MESSAGE_ID.fullmatch(message_id):
        raise ValueError(f"{message_id!r} is no message id")
    if not sender.rpartition("@")[0].rpartition("<")[2].isascii():
        raise ValueError(f"our own address {sender!r} is not ASCII")
    recipient = _address(to)
    mail = EmailMessage(policy=_POLICY if recipient.addr_spec.isascii() else _POLICY.clone(utf8=True))
    mail["From"] = _address(sender)
    mail["To"] = recipient
    mail["Subject"] = text_columns.clean(rendered.subject)
    mail["Date"] = calendar.local(date)
    mail["Message-ID"] = message_id
    for name, ids in _thread(in_reply_to, references).items():
        mail[name] = " ".join(ids)
    if auto is not None:
        mail["Auto-Submitted"] = "auto-replied" if auto else "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    # base64 throughout: lines of 76 ASCII characters that no relay re-encodes.
    mail.set_content(rendered.text, cte="base64")
    mail.add_alternative(rendered.html, subtype="html", cte="base64")
    page = mail.get_payload(1)
    for file in shown:
        if f"cid:{file.filename}" in rendered.html:
            maintype, _, subtype = file.content_type.partition("/")
            page.add_related(  # type: ignore[union-attr]
                file.content,
                maintype=maintype,
                subtype=subtype,
                cid=f"<{file.filename}>",
                filename=file.filename,
                disposition="inline",
            )
    for file in attachments:
        maintype, _, subtype = file.content_type.partition("/")
        mail.add_attachment(file.content, maintype=maintype, subtype=subtype, filename=file.filename)
    _fix_boundaries(mail, message_id)
    return mail.as_bytes()


def self_contained(html: str, shown: Mapping[str, bytes]) -> str:
    """The page with its pictures within it, for a browser: `cid:` names become data (RFC 2397)."""
    for name, data in shown.items():
        html = html.replace(f"cid:{name}", f"data:image/jpeg;base64,{base64.b64encode(data).decode()}")
    return html


def message_id_for(key: str, sender_domain: str, secret: bytes) -> str:
    """The Message-ID of the outbox row with that key, for ever the same.

    Only who has the store's `secret`, or was sent the letter, knows it (HMAC, RFC 2104): keys can be guessed.

    Raises `ValueError` when `sender_domain` is not a domain name.
    """
    if not _DOMAIN.fullmatch(sender_domain):
        raise ValueError(f"{sender_domain!r} is no domain name")
    return (
        f"<shouwen.{hmac.new(secret, key.encode(), hashlib.sha256).hexdigest()[:40]}@{sender_domain.lower()}>"
    )


def bare_address(text: str) -> str:
    """The address alone, its domain in A-labels: what the envelope names.  Raises `BadAddress`."""
    return _address(text).addr_spec


def _address(text: str) -> Address:
    """Exactly one mailbox; RFC 3834 §4 wants one recipient, and a list here would be forged."""
    if re.search(r"[\r\n\0]", text):
        raise BadAddress(f"收件地址{text!r}中含有换行")
    found = getaddresses([text])
    # The library mends "a@b c" to a@bc, which may be a stranger's: what it changed is refused.
    if len(found) != 1 or found[0][1] not in text or not found[0][1]:
        raise BadAddress(f"收件地址“{text}”不是一个有效的邮箱地址")
    name, address = found[0]
    username, _, domain = address.rpartition("@")
    if domain.startswith("["):
        raise BadAddress(f"收件地址“{address}”的域名是IP地址，系统不向其发信")
    if "=?" in username:
        raise BadAddress(f"收件地址“{address}”是未能还原的编码")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
        parsed = Address(text_columns.clean(name), username=_unquoted(username), domain=domain)
        fits = (
            _HOST.fullmatch(domain) and ".." not in domain and parsed.addr_spec.rpartition("@")[0] == username
        )
    except (HeaderParseError, IndexError, ValueError) as fault:  # IndexError: in the library
        raise BadAddress(f"收件地址“{address}”不是一个有效的邮箱地址") from fault
    if not fits or not username or len(parsed.addr_spec) > _LONGEST_ADDRESS:
        raise BadAddress(f"收件地址“{address}”不是一个有效的邮箱地址")
    return parsed


def _unquoted(username: str) -> str:
    """A quoted local part without its quotation marks, which `Address` sets again where they are needed."""
    if len(username) > 1 and username[0] == username[-1] == '"':
        return re.sub(r"\\(.)", r"\1", username[1:-1])
    return username


def why_unwritten(fault: Exception) -> str:
    """Why a letter could not be put into words or a mail, for staff: what, and in which template's line."""
    if isinstance(fault, BadAddress):
        return str(fault)
    said = " ".join(f"{type(fault).__name__}: {fault}".split())[:_LONGEST_ADDRESS]
    if isinstance(fault, TemplateSyntaxError):
        return f"信函模板{fault.name or ''}第{fault.lineno}行有误（{said}）"
    if isinstance(fault, TemplateNotFound):
        return f"缺少信函模板（{said}）"
    # Within a template, the frames of the traceback bear its name and line.
    frames = [item for item in traceback.extract_tb(fault.__traceback__) if item.filename.endswith(_ENDINGS)]
    if frames:
        place = "/".join(Path(frames[-1].filename).parts[-2:])
        return f"信函模板{place}第{frames[-1].lineno}行有误（{said}）"
    return f"撰写时出错（{said}）"


_ENDINGS = (".txt", ".html")
"""How templates' names end."""


def _thread(in_reply_to: str | None, references: Sequence[str]) -> dict[str, list[str]]:
    parent = [in_reply_to] if in_reply_to and _MESSAGE_ID.fullmatch(in_reply_to) else []
    known = [
        found for found in dict.fromkeys(references) if _MESSAGE_ID.fullmatch(found) and found not in parent
    ]
    line = [*known, *parent]
    if len(line) > MAX_REFERENCES:
        line = [line[0], *line[1 - MAX_REFERENCES :]]
    return {name: ids for name, ids in (("In-Reply-To", parent), ("References", line)) if ids}


def _fix_boundaries(mail: EmailMessage, message_id: str) -> None:
    # The library draws boundaries at random.  "=_" cannot occur in base64.
    digest = hashlib.sha256(message_id.encode()).hexdigest()[:32]
    for number, part in enumerate(p for p in mail.walk() if p.is_multipart()):
        part.set_boundary(f"=_{digest}_{number}")
