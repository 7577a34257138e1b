"""Raw mails for the tests, put together byte by byte."""

from __future__ import annotations

import base64
from pathlib import Path

from intake.domain.model.facts import Attachment, MessageFacts
from parsers.mail.message import unpack

PDF = b"%PDF-1.4\r\nbinary \x00\xff\r\n\n\r bytes"


class Box:
    """Reads raw mails and gives back the bytes of their files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.scratch = folder / "files"
        self.scratch.mkdir()

    def read(self, raw: bytes) -> MessageFacts:
        path = self.folder / "message"
        path.write_bytes(raw)
        return unpack(path, self.scratch)

    def path(self, item: Attachment) -> Path:
        return self.scratch / item.content_hash.removeprefix("sha256:")

    def bytes_of(self, item: Attachment) -> bytes:
        return self.path(item).read_bytes()

    def files(self, raw: bytes) -> list[tuple[str | None, bytes]]:
        return [(item.filename, self.bytes_of(item)) for item in self.read(raw).attachments]


def crlf(text: str, charset: str = "utf-8") -> bytes:
    return text.replace("\n", "\r\n").encode(charset)


def mixed(
    *parts: bytes, head: bytes = b"Subject: x\r\n", kind: bytes = b"mixed", boundary: bytes = b"=_b"
) -> bytes:
    body = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    stated = b"Content-Type: multipart/" + kind + b'; boundary="' + boundary + b'"\r\n\r\n'
    return head + stated + body + b"--" + boundary + b"--\r\n"


def base64_part(head: str, data: bytes, charset: str = "utf-8") -> bytes:
    encoded = base64.encodebytes(data).replace(b"\n", b"\r\n")
    return crlf(head, charset) + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encoded.rstrip(b"\r\n")


def text_part(text: str, head: str = "Content-Type: text/plain; charset=utf-8") -> bytes:
    return crlf(f"{head}\n\n{text}")


def pdf_part(name: str = "a.pdf") -> bytes:
    return base64_part(f'Content-Type: application/pdf; name="{name}"', PDF)
