"""What header fields say: names of files, addresses, message identifiers, dates and trace lines.

mail-parser takes addresses, dates and Received fields apart; what it loses (raw GBK,
wrong labels, encoded words inside quotes or cut in the middle of a character) is
decoded here from the raw field.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta, timezone

from intake.domain.model.facts import Address, Hop
from parsers.common import limits
from parsers.common.text import clean, from_surrogates, one_line, unfolded
from parsers.mail.encoded_words import decode_field, decode_words
from parsers.mail.fields import Fields, field_of, parameter

_MESSAGE_ID = re.compile(r"<[^<>]{1,998}>")
_INVISIBLE = ("Cc", "Cf", "Cs")  # control, format (direction marks), surrogate
_NAME_PLACES = (
    ("content-disposition", "filename"),
    ("content-type", "name"),
    ("content-disposition", "name"),
    ("content-type", "filename"),
)
_NOTHING_LEFT = re.compile(r"[?_\s.]*[?][?_\s]*(?:\.[A-Za-z0-9]{1,10})?")
_WITH_EXTENSION = re.compile(r".{1,200}\.[A-Za-z][A-Za-z0-9]{1,4}")
_SUBJECT = re.compile(
    rb"(?:\A|[\r\n])subject[ \t]*:([^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*){0,50})", re.IGNORECASE
)
_HEADER_END = re.compile(rb"\r\n\r\n|\n\n|\r\r")
_FOLD = re.compile(rb"\r\n|\r|\n")


def text_of(raw: str, hint: str | None = None) -> str:
    """An unstructured field (Subject) as one clean line; `hint` is a charset its raw bytes may be in."""
    return one_line(decode_field(raw, hint))


def filename(fields: Fields, hint: str | None = None) -> str | None:
    """The name a part gives its file: Content-Disposition before Content-Type, the undamaged one first.

    A Content-Description that looks like a file's name is the last resort.
    """
    names = (parameter(fields, place, key, hint) for place, key in _NAME_PLACES)
    safe = [name for name in map(safe_name, names) if name]
    best = next((name for name in safe if not _is_garbage(name)), None)
    if best:
        return best
    described = safe_name(text_of(field_of(fields, "content-description") or "", hint))
    if described and _WITH_EXTENSION.fullmatch(described) and not _is_garbage(described):
        return described
    return safe[0] if safe else None


def _is_garbage(name: str) -> bool:
    """True for a name that was lost on its way: undecodable, or nothing but question marks."""
    return "\ufffd" in name or "=?" in name or bool(_NOTHING_LEFT.fullmatch(name))


def safe_name(claimed: str | None) -> str | None:
    """A name without directories, control or direction marks, of bounded length; None when none is left."""
    if not claimed:
        return None
    base = re.split(r"[/\\]", claimed.strip().rstrip("/\\"))[-1]
    visible = (c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c) not in _INVISIBLE)
    name = unfolded("".join(visible))
    if not name.strip(". "):
        return None
    stem, dot, extension = name.rpartition(".")
    if dot and stem and len(extension) <= 10:
        return stem[: limits.NAME_CHARACTERS - len(extension) - 1] + dot + extension
    return name[: limits.NAME_CHARACTERS]


def name_from_subject(message: bytes, hint: str | None = None) -> str | None:
    """A name for an enclosed message that bears none: its subject and ".eml"; None without a subject."""
    head = message[: limits.HEADER_BYTES]
    end = _HEADER_END.search(head)
    found = _SUBJECT.search(head[: end.start()] if end else head)
    if not found:
        return None
    raw = _FOLD.sub(b"", found[1]).decode("ascii", "surrogateescape")
    name = safe_name(text_of(raw, hint).replace("/", "-").replace("\\", "-"))
    return safe_name(f"{name}.eml") if name else None


def end_of_header(message: bytes) -> int:
    """Where the first empty line of a message begins; its length where there is none."""
    found = _HEADER_END.search(message)
    return found.start() if found else len(message)


def addresses(raw_values: list[str], hint: str | None = None) -> tuple[Address, ...]:
    """The mailboxes of address fields; those that cannot be told surely are left out."""
    found: list[Address] = []
    for raw in raw_values:
        text = from_surrogates(raw, hint)
        # Some programs encode a mailbox as one word, its address included.
        found += _mailboxes(text) or ("=?" in text and _mailboxes(decode_words(text))) or []
    return tuple(found[: limits.ADDRESSES])


_IN_BRACKETS = re.compile(r"<\s*+([^<>\s,;]{1,320})\s*+(?:>|$)")
_ALONE = re.compile(r"[^<>\s,;\"]{1,320}")


def sender(raw_values: list[str], hint: str | None = None) -> Address | None:
    """The mailbox of From, also as programs misspell it; None where nothing at all is said.

    An unclosed bracket, two dots in a row and a bare MAILER-DAEMON are read as they are meant; of what
    holds no address the words are the name, and the address is empty.  So is that of several authors:
    a provider vouches for one of them at most, and the mail would be taken for another's (RFC 7489 §6.6.1).
    """
    found = addresses(raw_values, hint)
    authors = [item for item in dict.fromkeys(item.address for item in found) if "@" in item]
    authors = authors or [item for item in _bracketed(raw_values, hint) if "@" in item]
    if len(authors) > 1:
        return Address("、".join(authors)[: limits.NAME_CHARACTERS], "")
    if found:
        return found[0]
    for raw in raw_values:
        text = decode_field(raw[: limits.FIELD_CHARACTERS], hint)
        bracket = _IN_BRACKETS.search(text)
        bare = one_line(text)
        if bracket:
            return Address(one_line(text[: bracket.start()]).strip('"'), clean(bracket[1]).lower())
        if bare and _ALONE.fullmatch(bare):
            return Address("", bare.lower())
        if bare.strip('<>" '):
            return Address(bare[: limits.NAME_CHARACTERS], "")
    return None


def _bracketed(raw_values: list[str], hint: str | None) -> dict[str, None]:
    """What stands in brackets in fields of which no mailbox could be told, each once."""
    texts = (decode_field(raw[: limits.FIELD_CHARACTERS], hint) for raw in raw_values)
    return {clean(found[1]).lower(): None for text in texts for found in _IN_BRACKETS.finditer(text)}


def _mailboxes(text: str) -> list[Address]:
    from mailparser.utils import get_addresses

    found: list[Address] = []
    for name, address in get_addresses(text):
        if 0 < len(address) <= limits.ADDRESS_CHARACTERS and not address.startswith("=?"):
            shown = text_of(name)
            found.append(Address("" if shown == address else shown, clean(address).lower()))
    return found


def null_or_address(raw: str | None) -> str | None:
    """A Return-Path: None when absent, "" for the null sender (RFC 5321 §4.5.5), else the address."""
    if raw is None:
        return None
    inner = re.search(r"<([^<>]*)>", raw)
    return one_line(from_surrogates(inner[1] if inner else raw)).lower()


def message_ids(raw_values: list[str]) -> tuple[str, ...]:
    """The <…> tokens of Message-ID, In-Reply-To and References fields, in order, as they stand.

    Of too many the first and the last are kept: the thread's beginning, and what is replied to.
    """
    tokens = [token for raw in raw_values for token in _MESSAGE_ID.findall(raw)]
    if len(tokens) > limits.MESSAGE_IDS:
        half = limits.MESSAGE_IDS // 2
        tokens = tokens[:half] + tokens[-half:]
    return tuple("".join(clean(from_surrogates(token)).split()) for token in tokens)


def date_of(raw: str | None) -> datetime | None:
    """A date-time of RFC 5322 with the offset it was written in; None where it does not parse.

    A bare "CST" gives None: RFC 5322 reads it as US Central, a Chinese server means
    China Standard Time, and fourteen hours decide whether a nomination is late.
    """
    from mailparser.dates import parse_mail_date

    if raw is None or re.search(r"\bCST\s*$", raw, re.IGNORECASE):
        return None
    result = parse_mail_date(raw.strip())
    moment: datetime | None = result.value
    if moment is None:
        return None
    try:
        return moment.astimezone(timezone(timedelta(hours=float(result.timezone))))
    except (ValueError, OverflowError):
        return None


def hop(raw: str) -> Hop:
    """One Received field (RFC 5321 §4.4): its by-clause and its time.

    Where the clauses are not conclusive `by` is empty; the time stands after the last
    semicolon, which is the server's own whatever a HELO name before it holds.
    """
    from mailparser.exceptions import MailParserReceivedParsingError
    from mailparser.received import split_received

    text = clean(from_surrogates(raw)).strip()
    try:
        clauses, date = split_received(text)
    except MailParserReceivedParsingError:
        clauses, date = [], text.rpartition(";")[2]
    by = next((value for keyword, value in clauses if keyword == "by"), "")
    return Hop(by=by, at=date_of(date), raw=text)
