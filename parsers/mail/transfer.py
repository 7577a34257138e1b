"""Content-Transfer-Encoding (RFC 2045 §6): from the body as it stands to the bytes that were meant."""

from __future__ import annotations

import binascii
import quopri
import re
import string
from collections.abc import Generator, Iterator

from parsers.common import limits
from parsers.mail import uuencode
from parsers.mail.fields import Fields, claimed_type, fields_of

_NOT_BASE64 = bytes(set(range(256)) - set(string.ascii_letters.encode() + string.digits.encode() + b"+/="))
_NAME = re.compile(r"[^a-z0-9]")
_BASE64_LINES = re.compile(rb"(?:[A-Za-z0-9+/]{40,}={0,2}[ \t]*(?:\r\n|\r|\n|\Z))+")
_BEGUN = re.compile(rb"\s*(?:UEsDB|JVBERi0|0M8R4KGx|/9j/|iVBORw0KG|UmFyIRoH|N3q8ryc|e1xydGY)")
"""How ZIP and Word, PDF, OLE, JPEG, PNG, RAR, 7z and RTF begin in base64."""
_AS_THEY_STAND = ("7bit", "8bit", "binary", "7bits", "8bits", "none", "")
_CHUNK = limits.MIB
_PROBE = 4 * limits.KIB


def encoding(fields: Fields, body: memoryview) -> str:
    """ "base64", "quoted-printable", "uuencode", or "" for a body that stands as it is.

    Misspelt names are understood; of several the first known one counts, except that
    a body that is base64 throughout is never taken for plain, nor is a file that begins as one in base64.
    """
    names = [_known(value) for value in fields_of(fields, "content-transfer-encoding")]
    first = next((name for name in names if name is not None), "")
    if (
        not first
        and ("base64" in names or _is_file(fields, body))
        and _BASE64_LINES.match(body[:_PROBE].tobytes().lstrip())
    ):
        return "base64"
    return first


def _is_file(fields: Fields, body: memoryview) -> bool:
    """True for a file that stands in base64 though nothing says so: as text it begins as no file does."""
    return not claimed_type(fields).startswith("text/") and _BEGUN.match(body[:_PROBE]) is not None


def _known(value: str) -> str | None:
    name = _NAME.sub("", value.lower().partition(";")[0].partition("(")[0])
    if name in _AS_THEY_STAND:
        return ""
    if "64" in name and name.startswith("b"):
        return "base64"
    if name.startswith(("quotedprint", "quoteprint")) or name == "qp":
        return "quoted-printable"
    return "uuencode" if name in ("xuuencode", "uuencode", "uue", "xuue", "xuu") else None


def pieces(fields: Fields, body: memoryview) -> Generator[bytes, None, bool]:
    """The decoded bytes in pieces of bounded size; returns whether the encoding came whole."""
    name = encoding(fields, body)
    if name == "base64":
        return (yield from base64_pieces(body))
    if name == "quoted-printable":
        yield quopri.decodestring(bytes(body))
        return True
    if name == "uuencode":
        found = next(uuencode.find(bytes(body)), None)
        yield found.data if found else bytes(body)
        return found.whole if found else False
    yield from (bytes(body[start : start + _CHUNK]) for start in range(0, len(body), _CHUNK))
    return True


def decoded(fields: Fields, body: memoryview) -> bytes:
    """The decoded bytes at once."""
    return b"".join(pieces(fields, body))


def base64_pieces(body: memoryview) -> Generator[bytes, None, bool]:
    """Base64 as far as it goes (RFC 4648); returns whether it came whole.

    Foreign characters are skipped, and so is what follows the padding: list servers
    append footers there.
    """
    carry = b""
    for chunk in _alphabet(body):
        carry += chunk
        if b"=" in carry:
            continue  # padding is the end, or noise: what is left is decided on at once
        ready = len(carry) - len(carry) % 4
        yield binascii.a2b_base64(carry[:ready])
        carry = carry[ready:]
    tail, whole = _tail(carry)
    yield tail
    return whole


def _alphabet(body: memoryview) -> Iterator[bytes]:
    for start in range(0, len(body), _CHUNK):
        yield bytes(body[start : start + _CHUNK]).translate(None, _NOT_BASE64)


def _tail(rest: bytes) -> tuple[bytes, bool]:
    """The last groups, with padding, without it, or cut within a group."""
    if not rest:
        return b"", True
    try:
        return binascii.a2b_base64(rest), True
    except binascii.Error:
        bare = rest.replace(b"=", b"")
        # A single character of a group is fewer than eight bits: it says nothing.
        kept = bare[:-1] if len(bare) % 4 == 1 else bare
        return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4)), False
