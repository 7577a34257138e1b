"""Encoded words (RFC 2047) as programs write them: inside quotes, cut anywhere, unfinished."""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass

from parsers.common.text import canonical_label, decode, from_surrogates

_WORD = re.compile(
    r"=\?([^?\s]{1,60})\?(?:"
    r"([bB])\?([A-Za-z0-9+/\s_-]*+(?:=(?!\?(?!=))[A-Za-z0-9+/\s_-]*+)*)(?:\?=|(?==\?|[\"';,<>]|$))"
    r"|([qQ])\?((?:[^?]|\?(?!=))*?)(?:\?=|(?==\?[\w.:-]{1,60}\?[bBqQ]\?)|$)"
    r")"
)
_QUOTED_BYTE = re.compile(rb"=([0-9A-Fa-f]{2})")
_READ = re.compile("[^\x00-\x7f\udc80-\udcff]")
"""A character that can only come of raw bytes which were read before: they are not read again."""
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]")


@dataclass(slots=True)
class _Run:
    """Neighbouring words of one charset, whose bytes are decoded together."""

    charset: str = ""
    data: bytes = b""
    pending: bytes = b""
    """Base64 that stops within a group of four: the next word may go on with it."""

    def flush(self) -> str:
        text = decode(self.data + _base64(self.pending), self.charset) if self.data or self.pending else ""
        self.data = self.pending = b""
        return text

    def add(self, is_base64: bool, payload: str) -> None:
        raw = payload.encode("utf-8", "surrogateescape")
        if not is_base64:
            self.data += _base64(self.pending) + _QUOTED_BYTE.sub(_byte, raw.replace(b"_", b" "))
            self.pending = b""
            return
        self.pending += _NOT_BASE64.sub(b"", raw.replace(b"-", b"+").replace(b"_", b"/"))
        if len(self.pending) % 4 == 0 or self.pending.endswith(b"="):
            self.data += _base64(self.pending)
            self.pending = b""


def decode_field(raw: str, hint: str | None = None) -> str:
    """A raw field, its encoded words decoded and its bytes above 127 (as surrogates) read, each once.

    Raw bytes within an encoded word are in its charset, others as `guess` finds with `hint`.
    """
    if "=?" not in raw or raw.isascii():
        return decode_words(from_surrogates(raw, hint))
    return _decoded(raw, lambda text: from_surrogates(text, hint))


def decode_words(text: str) -> str:
    """Encoded words decoded wherever they stand; other text stays.

    Neighbours of one charset are joined as bytes before they are decoded, since many
    programs cut a character in two; blanks between encoded words are dropped (§6.2).
    """
    return _decoded(text, str) if "=?" in text else text


def _decoded(text: str, plain: Callable[[str], str]) -> str:
    """The same; `plain` reads what stands between the words."""
    pieces: list[str] = []
    run = _Run()
    position = 0
    for match in _WORD.finditer(text):
        between = text[position : match.start()]
        charset = canonical_label(match[1].split("*")[0])  # RFC 2231 §5: a language may follow
        if between.strip() or charset != run.charset:
            pieces.append(run.flush())
        if between.strip() or not position:
            pieces.append(plain(between))
        run.charset = charset
        payload = match[3] if match[2] else match[5]
        if _READ.search(payload):
            pieces += [run.flush(), payload.replace("_", " ")]
        else:
            run.add(match[2] is not None, payload)
        position = match.end()
    pieces.append(run.flush())
    return "".join(pieces) + plain(text[position:])


def _byte(match: re.Match[bytes]) -> bytes:
    return bytes.fromhex(match[1].decode())


def _base64(data: bytes) -> bytes:
    """Base64 as far as it goes."""
    head = data.partition(b"=")[0]
    kept = head[:-1] if len(head) % 4 == 1 else head
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))
