"""What the first bytes of a file say it is; the one place where formats are told apart.

Names and claimed types are never asked: `application/octet-stream` and wrong
extensions are ordinary in submissions.
"""

from __future__ import annotations

import re

from parsers.common import cms

_PREFIXES = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),  # an empty archive
    (b"PK\x07\x08PK\x03\x04", "zip"),  # the first part of a split archive
    (b"PK00PK\x03\x04", "zip"),  # one that was to be split, and fitted into one part
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "tiff"),
    (b"MM\x00+", "tiff"),
    (b"{\\rtf", "rtf"),
    (b"Rar!\x1a\x07", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b\x08", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\x00", "archive"),
    (b"\x78\x9f\x3e\x22", "tnef"),
    (b"\x1a\x45\xdf\xa3", "video"),  # Matroska, WebM
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video"),  # ASF: wmv
    (b"FLV\x01", "video"),
    (b"\x00\x00\x01\xba", "video"),
    (b"\x00\x00\x01\xb3", "video"),
)
_PICTURE_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), "heic"),
    **dict.fromkeys((b"avif", b"avis"), "avif"),
}
_MESSAGE = re.compile(
    rb"(?:From [^\r\n]+\r?\n)?"
    rb"(?:Return-Path|Received|Delivered-To|From|To|Date|Subject|MIME-Version|Message-ID|Reply-To|Content-Type"
    rb"|X-[A-Za-z0-9-]+|DKIM-Signature|Authentication-Results):[ \t][^\r\n]*\r?\n"
    rb"(?:[A-Za-z0-9-]+:|[ \t])",
    re.IGNORECASE,
)
_RELATED = re.compile(rb"^content-type:[ \t\r\n]*multipart/related\b", re.IGNORECASE | re.MULTILINE)
_OF_MAIL = re.compile(
    rb"^(?:received|return-path|delivered-to|message-id|to|cc|reply-to|x-mailer):",
    re.IGNORECASE | re.MULTILINE,
)
_PLACED = re.compile(rb"^(?:snapshot-)?content-location:", re.IGNORECASE | re.MULTILINE)
_OLE_SECTORS = (b"\x09\x00", b"\x0c\x00")
"""Sector shifts of a compound file ([MS-CFB] 2.2); readers believe any other, and take all memory."""

_BITMAP_HEADERS = (12, 40, 52, 56, 64, 108, 124)
_PDF_WITHIN = 1024
"""A PDF's header may stand anywhere in the first 1024 bytes (PDF 1.7, Annex H.3.4.1)."""


def kind(head: bytes) -> str:
    """The kind of the file that begins with `head` (4 KiB): exactly one of

    pdf, zip, ole, one of the domain's `PICTURE_FORMATS`, rtf, archive, tnef, video, sealed, message,
    web-archive (a page with its pictures, as RFC 2557 has it), or "" where the first bytes do not tell.
    """
    for prefix, name in _PREFIXES:
        if head.startswith(prefix):
            return name if name != "ole" or head[30:32] in _OLE_SECTORS else ""
    if cms.kind(head):
        return "sealed"
    return _container(head) or _textual(head)


def _container(head: bytes) -> str:
    if head[4:8] == b"ftyp":
        return _PICTURE_BRANDS.get(head[8:12], "video")
    if head[4:8] in (b"moov", b"mdat", b"wide", b"free"):
        return "video"
    if head.startswith(b"RIFF"):
        return {b"WEBP": "webp", b"AVI ": "video"}.get(head[8:12], "")
    if head.startswith(b"BM") and head[6:10] == bytes(4):
        return "bmp" if int.from_bytes(head[14:18], "little") in _BITMAP_HEADERS else ""
    return "archive" if head[257:262] == b"ustar" else ""


def _textual(head: bytes) -> str:
    if head.startswith(b"%PDF-"):
        return "pdf"
    if _MESSAGE.match(head.removeprefix(b"\xef\xbb\xbf").lstrip()):
        return "web-archive" if _is_web_archive(head) else "message"
    return "pdf" if b"%PDF-" in head[:_PDF_WITHIN] else ""


def _is_web_archive(head: bytes) -> bool:
    """True for what is built like a mail, and names where its parts were found instead of who gets it."""
    header = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    return bool(_RELATED.search(header) and _PLACED.search(head)) and not _OF_MAIL.search(header)
