"""Raw mail, byte by byte: encoded words, parameters and parts as mail programs really write them.

The standard library writes cleaner mail than units send; these few functions leave
in what a reader has to cope with.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from urllib.parse import quote

CRLF = "\r\n"
_WORD_LENGTH = 75
"""RFC 2047 §2: an encoded word is at most 75 characters long."""


def encoded_words(text: str, label: str, codec: str | None = None, *, fold: str = CRLF + " ") -> str:
    """RFC 2047 words in base64 of text in `codec`, under the charset name `label`.

    The two differ where a program says gb2312 and means gb18030.  ASCII stays as
    it is.  Each word holds whole characters; `fold` stands between words.
    """
    if text.isascii():
        return text
    room = (_WORD_LENGTH - len(f"=?{label}?B??=")) // 4 * 3
    chunks: list[bytes] = [b""]
    for character in text:
        piece = character.encode(codec or label)
        if len(chunks[-1]) + len(piece) > room:
            chunks.append(b"")
        chunks[-1] += piece
    return fold.join(f"=?{label}?B?{base64.b64encode(chunk).decode()}?=" for chunk in chunks)


def rfc2231(name: str, value: str) -> str:
    """The parameter in the extended form of RFC 2231, continued over several lines where it is long."""
    whole = quote(value, safe="")
    if len(whole) <= 60:
        return f"{name}*=UTF-8''{whole}"
    pieces, rest = [], whole
    while rest:
        cut = 54
        while cut < len(rest) and "%" in rest[cut - 2 : cut]:
            cut -= 1
        pieces.append(rest[:cut])
        rest = rest[cut:]
    first = f"{name}*0*=UTF-8''{pieces[0]}"
    return f";{CRLF} ".join([first, *(f"{name}*{i}*={piece}" for i, piece in enumerate(pieces[1:], 1))])


def base64_body(content: bytes) -> bytes:
    """Base64 in lines of 76 characters, each ended by CRLF (RFC 2045 §6.8)."""
    return base64.encodebytes(content).replace(b"\n", b"\r\n")


def header_block(headers: Sequence[str]) -> bytes:
    """Header lines, each ended by CRLF; they must be ASCII."""
    return "".join(line + CRLF for line in headers).encode("ascii")


def part(headers: Sequence[str], body: bytes) -> bytes:
    """Header lines, an empty line, the body."""
    return header_block(headers) + b"\r\n" + body


def text_part(text: str, subtype: str, label: str, codec: str | None = None) -> bytes:
    """A text part in base64."""
    headers = [f'Content-Type: text/{subtype};{CRLF}\tcharset="{label}"', "Content-Transfer-Encoding: base64"]
    return part(headers, base64_body(text.replace("\n", CRLF).encode(codec or label)))


def multipart(boundary: str, parts: Sequence[bytes], preamble: str = "") -> bytes:
    """The body of a multipart entity (RFC 2046 §5.1)."""
    mark = b"--" + boundary.encode("ascii")
    body = (preamble + CRLF + CRLF).encode("ascii") if preamble else b""
    for item in parts:
        body += mark + b"\r\n" + item + b"\r\n"
    return body + mark + b"--\r\n"


def as_html(text: str, *, font: str) -> str:
    """The text as the simple HTML that webmail makes of it."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    lines = "".join(f"<div>{line or '<br>'}</div>" for line in escaped.split("\n"))
    return (
        f'<html><head></head><body><div style="font-family:{font};font-size:14px">{lines}</div></body></html>'
    )
