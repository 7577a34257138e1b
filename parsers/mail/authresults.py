"""Authentication-Results header fields (RFC 8601 §2.2): who wrote them, what was found, and where they stand.

Our own reading and not a library's: the known one (authres) has had no release for years and
raises at the first deviation, of which providers write several: Coremail's smtp.mail, Microsoft's
missing name of the server.  Whatever cannot be read is left out, and nothing raises.
"""

from __future__ import annotations

import re

from intake.domain.model.facts import AuthenticationResults, MethodResult
from parsers.common import limits
from parsers.common.text import clean, from_surrogates
from parsers.mail.fields import Fields

_METHOD = re.compile(r"([a-z][a-z0-9-]{0,30})(?:/\d{1,3})?=([a-z][a-z0-9-]{0,30})")
_PROPERTY = re.compile(r"([a-z][a-z0-9-]{0,30}\.[a-z][a-z0-9_-]{0,40})=(.{1,320})")
_TOKENS = re.compile(r'\\.|[\s;()"]|[^\\\s;()"]+|\\', re.DOTALL)


def read(fields: Fields) -> tuple[AuthenticationResults, ...]:
    """The Authentication-Results fields of a message's header, the topmost first."""
    found: list[AuthenticationResults] = []
    above = 0
    for name, raw in fields:
        above += name == "received"
        if name == "authentication-results" and len(found) < limits.AUTHENTICATION_FIELDS:
            found.append(_field(clean(from_surrogates(raw)).lower(), above))
    return tuple(found)


def _field(text: str, above: int) -> AuthenticationResults:
    first, *rest = _segments(text)
    # Microsoft leaves out the name and begins with a result.
    name = "" if not first or "=" in first[0] else first[0]
    results = [_result(words) for words in (rest if name else [first, *rest])]
    kept = tuple(result for result in results if result)[: limits.AUTHENTICATION_RESULTS]
    return AuthenticationResults(name[:255], above, kept)


def _result(words: list[str]) -> MethodResult | None:
    """One segment: method and result, then properties; None where it is no result."""
    if words == ["none"]:
        return MethodResult("none", "none")
    method = _METHOD.fullmatch(words[0]) if words else None
    if method is None:
        return None
    properties = [found for word in words[1:] if (found := _PROPERTY.fullmatch(word))]
    kept = properties[: limits.AUTHENTICATION_RESULTS]
    return MethodResult(method[1], method[2], tuple((found[1], found[2]) for found in kept))


def _segments(text: str) -> list[list[str]]:
    """The words between semicolons, without comments and quotation marks.

    What follows a comment or a quotation that never ends is dropped: part of a comment is the
    sender's, who could open one to hide a result or to slip in his own.
    """
    segments: list[list[str]] = [[]]
    word, quoted, depth, sound = "", False, 0, (0, 0)
    for piece in _TOKENS.findall(text):
        if depth:
            depth += (piece == "(") - (piece == ")")
        elif quoted:
            quoted = piece != '"'
            word += piece[-1] if piece.startswith("\\") else piece if quoted else ""
        elif piece == '"':
            quoted, sound = True, (len(segments), len(segments[-1]))
        elif piece in "();" or piece.isspace():
            segments[-1] += [word] if word else []
            word = ""
            if piece == "(":
                depth, sound = 1, (len(segments), len(segments[-1]))
            elif piece == ";":
                segments.append([])
        else:
            word += piece
    segments[-1] += [word] if word else []
    if quoted or depth:
        segments = segments[: sound[0]]
        del segments[-1][sound[1] :]
    return [_joined(words) for words in segments]


def _joined(words: list[str]) -> list[str]:
    """Words around an equals sign that white space tore apart, as one."""
    joined: list[str] = []
    for word in words:
        if joined and (word.startswith("=") or joined[-1].endswith("=")):
            joined[-1] += word
        else:
            joined.append(word)
    return joined
