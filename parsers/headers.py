"""Header fields as they come: raw bytes, encoded words, parameters, trace lines.

mail-parser takes addresses, dates and Received fields apart; what it loses (raw GBK,
wrong labels, encoded words inside quotes or cut in the middle of a character) is
decoded here from the raw field.
"""

from __future__ import annotations

import binascii
import re
import string
import unicodedata
from datetime import datetime, timedelta, timezone
from email.message import Message
from itertools import islice

from intake.domain.facts import Address, Hop
from parsers import limits
from parsers.text import clean, decode, from_surrogates, one_line

_FOLD = re.compile(r"\r?\n(?=[ \t])")
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_MESSAGE_ID = re.compile(r"<[^<>]{1,998}>")
_NOT_BASE64 = bytes(set(range(256)) - set(string.ascii_letters.encode() + string.digits.encode() + b"+/="))
_INVISIBLE = ("Cc", "Cf", "Cs")  # control, format (direction marks), surrogate
_QUOTED_BYTE = re.compile(rb"=([0-9A-Fa-f]{2})")


def fields(message: Message, name: str) -> list[str]:
    """All raw values of a field, unfolded, topmost first; bytes above 127 stand as surrogates."""
    return [
        _FOLD.sub("", str(value)[: limits.FIELD_CHARACTERS])
        for key, value in message.raw_items()
        if key.lower() == name
    ]


def field(message: Message, name: str) -> str | None:
    """The first raw value of a field, or None."""
    values = fields(message, name)
    return values[0] if values else None


def text_of(raw: str) -> str:
    """An unstructured field (Subject) as one clean line."""
    return one_line(decode_words(from_surrogates(raw)))


def decode_words(text: str) -> str:
    """RFC 2047 encoded words decoded wherever they stand, quotes included.

    Neighbours of one charset are joined as bytes before they are decoded, since many
    programs cut a character in two; blanks between encoded words are dropped (§6.2).
    """
    pieces: list[str] = []
    pending = bytearray()
    charset = ""
    position = 0
    for match in _WORD.finditer(text):
        between = text[position : match.start()]
        label = match[1].split("*")[0].lower()  # RFC 2231 §5: a language may follow
        if pending and (between.strip() or label != charset):
            pieces.append(decode(bytes(pending), charset))
            pending.clear()
        if between.strip() or not position:
            pieces.append(between)
        pending += _word_bytes(match[2], match[3])
        charset = label
        position = match.end()
    if pending:
        pieces.append(decode(bytes(pending), charset))
    return "".join(pieces) + text[position:]


def _word_bytes(encoding: str, payload: str) -> bytes:
    data = payload.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return _QUOTED_BYTE.sub(lambda match: bytes.fromhex(match[1].decode()), data.replace(b"_", b" "))
    return decode_base64(data)[0]


def decode_base64(data: bytes) -> tuple[bytes, bool]:
    """Base64 as far as it goes, and whether it came whole (RFC 4648).

    Foreign characters are skipped, and so is what follows the padding: list servers
    append footers there.
    """
    head, sign, tail = data.translate(None, _NOT_BASE64).partition(b"=")
    surplus = len(head) % 4
    padding = len(sign + tail) - len((sign + tail).lstrip(b"="))
    whole = surplus == 0 or (surplus > 1 and padding >= 4 - surplus)
    kept = head[:-1] if surplus == 1 else head
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4)), whole


def parameter(message: Message, name: str, key: str) -> str | None:
    """A parameter of a structured field (RFC 2045, RFC 2231), decoded; None when absent or empty."""
    raw = field(message, name)
    if raw is None:
        return None
    # Decoded before it is taken apart: the second byte of a GBK character may be a backslash.
    view = Message()
    view[name] = from_surrogates(raw)
    try:
        value = view.get_param(key, header=name)
    except (ValueError, TypeError):
        return None
    if isinstance(value, tuple):
        return _extended(value) or None
    return one_line(decode_words(str(value))) or None if value else None


def _extended(value: tuple[str | None, str | None, str]) -> str:
    """An RFC 2231 value: the email package hands its bytes as Latin-1 characters."""
    charset, _, text = value
    try:
        return one_line(decode_words(decode(text.encode("latin-1"), charset)))
    except UnicodeEncodeError:
        return one_line(decode_words(text))


def filename(message: Message) -> str | None:
    """The name a part gives its file: Content-Disposition before Content-Type, the undamaged one first."""
    names = [
        parameter(message, "content-disposition", "filename"),
        parameter(message, "content-type", "name"),
    ]
    safe = [name for name in map(safe_name, names) if name]
    return next((name for name in safe if "\ufffd" not in name), safe[0] if safe else None)


def safe_name(claimed: str | None) -> str | None:
    """A name without directories, control or direction marks, of bounded length; None when none is left."""
    if not claimed:
        return None
    base = re.split(r"[/\\]", claimed.strip().rstrip("/\\"))[-1]
    visible = (
        c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c) not in ("Cc", "Cf", "Cs")
    )
    name = " ".join("".join(visible).split())
    if not name.strip(". "):
        return None
    stem, dot, extension = name.rpartition(".")
    if dot and stem and len(extension) <= 10:
        return stem[: limits.NAME_CHARACTERS - len(extension) - 1] + dot + extension
    return name[: limits.NAME_CHARACTERS]


def addresses(raw_values: list[str]) -> tuple[Address, ...]:
    """The mailboxes of address fields; those that cannot be told surely are left out."""
    from mailparser.utils import get_addresses

    found: list[Address] = []
    for raw in raw_values:
        for name, address in get_addresses(from_surrogates(raw)):
            if address:
                shown = text_of(name)
                found.append(Address("" if shown == address else shown, clean(address).lower()))
    return tuple(found[: limits.ADDRESSES])


def null_or_address(raw: str | None) -> str | None:
    """A Return-Path: None when absent, "" for the null sender (RFC 5321 §4.5.5), else the address."""
    if raw is None:
        return None
    inner = re.search(r"<([^<>]*)>", raw)
    return one_line(from_surrogates(inner[1] if inner else raw)).lower()


def message_ids(raw_values: list[str]) -> tuple[str, ...]:
    """The <…> tokens of Message-ID, In-Reply-To and References fields, in order, as they stand."""
    tokens = (token for raw in raw_values for token in _MESSAGE_ID.findall(raw))
    return tuple(
        "".join(clean(from_surrogates(token)).split()) for token in islice(tokens, limits.MESSAGE_IDS)
    )


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
