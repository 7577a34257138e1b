"""Header fields of a part as raw text, and their parameters (RFC 2045 §5.1, RFC 2231).

A raw value is unfolded; its bytes above 127 stand as surrogates until somebody knows
in which encoding to read them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby, islice
from operator import itemgetter
from urllib.parse import unquote_to_bytes

from parsers.common.text import decode, from_surrogates, unfolded
from parsers.mail.encoded_words import decode_words

Fields = tuple[tuple[str, str], ...]
"""Names in lower case with their raw values, topmost first."""

_TYPE = re.compile(r"[\s\"']*+([\w!#$&^.+-]++)\s*+/\s*+([\w!#$&^.+-]++|\*(?=\s*+(?:;|$)))")
_COMMENT = re.compile(r"\([^()]*\)")
_KEY = re.compile(r"\s*([^=;\s\"]{1,200})\s*=\s*")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"\s*(?=;|$)', re.DOTALL)
_BADLY_QUOTED = re.compile(r'"(.*?)(?=;[ \t]{0,2}[\w*-]{1,60}[ \t]?=|$)', re.DOTALL)
_BARE = re.compile(r"(?:=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?=|[^;])*")
_CONTINUED = re.compile(r"\*(\d{1,40})(\*?)")
_CHARSET = re.compile(r"([A-Za-z0-9._:+-]{0,60})'(?:[A-Za-z0-9-]{0,40}')?(.*)", re.DOTALL)
_PARAMETERS = 500


def fields_of(fields: Fields, name: str) -> list[str]:
    """All raw values of a field, topmost first."""
    return [value for key, value in fields if key == name]


def field_of(fields: Fields, name: str) -> str | None:
    """The first raw value of a field, or None."""
    return next((value for key, value in fields if key == name), None)


def claimed_type(fields: Fields, default: str = "text/plain") -> str:
    """The type that the sender claims, lower case; a malformed one is text/plain (RFC 2045 §5.2)."""
    raw = field_of(fields, "content-type")
    if raw is None:
        return default
    # Blanks round the slash, comments and multipart/* are met; what is left of the name still tells.
    found = _TYPE.match(_COMMENT.sub("", raw.partition(";")[0]))
    if not found or not found[0].isascii() or (found[2] == "*" and found[1].lower() != "multipart"):
        return "text/plain"
    return f"{found[1]}/{found[2]}".lower()


def disposition(fields: Fields) -> str:
    """ "attachment", "inline" or whatever the sender wrote there; "" without one (RFC 2183)."""
    return (field_of(fields, "content-disposition") or "").partition(";")[0].strip().lower()


def raw_parameter(fields: Fields, name: str, key: str) -> bytes | None:
    """A parameter as the bytes that stand in the header (a boundary is compared as bytes)."""
    pairs = _split(field_of(fields, name) or "")
    found = next((value for label, value in pairs if label == key), None) or _extended(pairs, key)
    return found.rstrip().encode("utf-8", "surrogateescape") if found and found.strip() else None


def parameter(fields: Fields, name: str, key: str, hint: str | None = None) -> str | None:
    """A parameter, decoded; None when absent or empty.

    `hint` is a charset that raw bytes may be in. An RFC 2231 value comes before a plain
    one of the same name, as RFC 6266 §4.3 has it.
    """
    raw = field_of(fields, name)
    if raw is None:
        return None
    # Decoded before it is taken apart: the second byte of a GBK character may be a backslash.
    pairs = _split(from_surrogates(raw, hint))
    extended = _extended(pairs, key)
    plain = next((value for label, value in pairs if label == key and value.strip()), None)
    decoded = unfolded(decode_words(_percent_decoded(plain))) if plain else ""
    if extended and "\ufffd" not in extended:
        return extended
    return decoded or extended or None


def _split(raw: str) -> list[tuple[str, str]]:
    """The parameters after the first semicolon, in order, unquoted; lenient with what programs write."""
    return list(islice(_pairs(raw), _PARAMETERS))


def _pairs(raw: str) -> Iterator[tuple[str, str]]:
    position = raw.find(";") + 1 or len(raw)
    while position < len(raw):
        key = _KEY.match(raw, position)
        if not key:
            position = raw.find(";", position) + 1 or len(raw)
            continue
        quoted = _QUOTED.match(raw, key.end())
        if quoted:
            value, position = re.sub(r'\\(["\\])', r"\1", quoted[1]), quoted.end() + 1
        elif raw.startswith('"', key.end()) and (badly := _BADLY_QUOTED.match(raw, key.end())):
            value, position = badly[1].strip(" \t;").removesuffix('"'), badly.end() + 1
        else:
            bare = _BARE.match(raw, key.end())
            value, position = (bare[0].strip(), bare.end() + 1) if bare else ("", len(raw))
        yield key[1].lower(), value


def _extended(pairs: list[tuple[str, str]], key: str) -> str | None:
    """An RFC 2231 value: key*, or key*0, key*1* … in whatever order; the bytes outrank the charset."""
    whole = next((value for label, value in pairs if label == f"{key}*"), None)
    segments: dict[int, tuple[str, bool]] = {0: (whole, True)} if whole else {}
    if not whole:
        for label, value in pairs:
            found = _CONTINUED.fullmatch(label.removeprefix(key)) if label.startswith(f"{key}*") else None
            if found:
                segments.setdefault(int(found[1]), (value, bool(found[2])))
    if not segments:
        return None
    ordered = [segments[number] for number in sorted(segments)]
    charset = None
    first, coded = ordered[0]
    if coded and (stated := _CHARSET.fullmatch(first)):
        charset, ordered[0] = stated[1] or None, (stated[2], True)
    if not any(coded for _, coded in ordered):
        return unfolded(decode_words("".join(value for value, _ in ordered)))
    data = b""
    for is_coded, run in groupby(ordered, key=itemgetter(1)):
        # Joined first: some cut within a %XX.
        joined = "".join(value for value, _ in run).encode("utf-8", "surrogateescape")
        data += unquote_to_bytes(joined) if is_coded else joined
    return unfolded(decode_words(decode(data, charset)))


def _percent_decoded(value: str) -> str:
    """A plain value that a web mailer percent-encoded; only where Chinese comes out of it."""
    if "%" not in value or not value.isascii():
        return value
    try:
        text = unquote_to_bytes(value).decode("utf-8")
    except UnicodeDecodeError:
        return value
    return text if max(text) >= "\u0800" else value
