"""Raw mails of the corpus, put together byte by byte so that every fault in them is meant."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from intake.demo.mails.wire import encoded_words
from tests.corpus.statement import Held
from tests.unit.parsers.mail.mails import mixed

SENDER = "kepu@unit.example"
LETTER = "请查收推荐材料，谢谢。"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def head(
    key: str, subject: str | bytes = "推荐材料", *, sender: str = SENDER, name: str = "科普部", more: str = ""
) -> bytes:
    """The header of a mail as the mailbox holds it; a subject of bytes stands as it is."""
    told = subject if isinstance(subject, bytes) else encoded_words(subject, "UTF-8").encode("ascii")
    above = (
        "Received: from out.unit.example (unknown [203.0.113.9])\r\n"
        "\tby gzga-mx-mtada-g1-1 (Coremail) with SMTP id _____wD3; Fri, 21 Feb 2025 10:00:00 +0800 (CST)\r\n"
        f"From: {encoded_words(name, 'UTF-8')} <{sender}>\r\nTo: intake@example.org\r\n"
        f"Date: Fri, 21 Feb 2025 09:59:30 +0800\r\nMessage-ID: <{key.replace('/', '.')}@unit.example>\r\n"
        f"MIME-Version: 1.0\r\n{more}"
    )
    return above.encode("ascii") + b"Subject: " + told + b"\r\n"


def text(
    words: str, charset: str = "utf-8", codec: str = "", subtype: str = "plain", more: str = ""
) -> bytes:
    """A text part in base64; `codec` where the words are in another charset than is said."""
    data = words.replace("\n", "\r\n").encode(codec or charset)
    return _part(f'Content-Type: text/{subtype}; charset="{charset}"{more}', data)


def file(
    name: bytes | str | None,
    data: bytes,
    kind: str = "application/octet-stream",
    disposition: str | None = "attachment",
) -> bytes:
    """An attached file in base64; the name's bytes stand raw between quotation marks."""
    raw = name.encode("ascii") if isinstance(name, str) else name
    lines = b"Content-Type: " + kind.encode() + (b'; name="' + raw + b'"' if raw is not None else b"")
    if disposition:
        lines += b"\r\nContent-Disposition: " + disposition.encode()
        lines += b'; filename="' + raw + b'"' if raw is not None else b""
    return lines + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + lined(data)


def named(held: Held, kind: str = "application/octet-stream") -> bytes:
    """The file under its name, as a program that does everything right attaches it."""
    return file(encoded_words(held.name, "UTF-8").replace("\r\n", "\r\n"), held.data, kind)


def mail(
    key: str,
    *parts: bytes,
    subject: str | bytes = "推荐材料",
    words: str = LETTER,
    more: str = "",
    boundary: bytes = b"=_b",
) -> bytes:
    """A mail with that letter and these parts; one that goes into another needs a boundary of its own."""
    return mixed(text(words), *parts, head=head(key, subject, more=more), boundary=boundary)


def with_files(key: str, files: Sequence[Held], subject: str = "推荐材料", words: str = LETTER) -> bytes:
    """A sound mail with these files."""
    return mail(key, *map(named, files), subject=subject, words=words)


def lined(data: bytes) -> bytes:
    """Base64 in lines, without the last line's end, which belongs to the boundary."""
    return base64.encodebytes(data).replace(b"\n", b"\r\n").rstrip(b"\r\n")


def _part(header: str, data: bytes) -> bytes:
    return f"{header}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode("ascii") + lined(data)
