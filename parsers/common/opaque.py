"""Files that are recognised but not opened: told by their first bytes and their directories."""

from __future__ import annotations

import io
import re

from intake.domain.model.facts import OpaqueFacts
from parsers.common import limits, magic, package
from parsers.common.contract import Unreadable
from parsers.common.text import guess

VERSION = 2
"""Raised whenever the same bytes would be called something else."""

_OLE_STREAMS = (
    ("worddocument", "legacy-word"),
    ("workbook", "spreadsheet"),
    ("book", "spreadsheet"),
    ("powerpoint document", "presentation"),
    ("__properties_version1.0", "message"),
    ("matost", "wps"),  # Microsoft Works; Kingsoft's .wps is Word's own format
)
_ENCODED = re.compile(
    rb"\s{0,99}(?:(?:[A-Za-z0-9+/]{60,76}\r?\n){3}|\(This file must be converted with BinHex"
    rb"|=ybegin |begin [0-7]{3} \S)"
)
"""A file in an encoding that the mail did not declare: text to look at, and a form or scan within."""

_WORD_ENCRYPTED = 0x0100
"""fEncrypted of FibBase, the 16 bits at offset 10 of the WordDocument stream ([MS-DOC] 2.5.2)."""


def name(data: bytes) -> OpaqueFacts:
    """What the file is called here; "unknown" when nothing tells.

    Raises `Unreadable`: "encrypted" for an office file behind a password, "unreadable"
    for an empty file.
    """
    if not data:
        raise Unreadable("unreadable", "unknown", "the file is empty")
    kind = magic.kind(data[: limits.HEAD_BYTES])
    if kind == "zip":
        kind = package.kind(data)
    elif kind == "ole":
        kind = _ole(data)
    return OpaqueFacts(kind or ("text" if _is_text(data) and not _ENCODED.match(data) else "unknown"))


def _ole(data: bytes) -> str:
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            streams = {"/".join(path).lower() for path in ole.listdir()}
            if "encryptedpackage" in streams:
                raise Unreadable("encrypted", "office", "an office file behind a password")
            if "worddocument" in streams:
                _refuse_encrypted_word(ole.openstream("WordDocument").read(12))
            return next((kind for stream, kind in _OLE_STREAMS if stream in streams), "unknown")
    except (Unreadable, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - olefile raises whatever a damaged directory leads it to
        # Damaged for olefile is not damaged for Word: a person looks, nobody is asked to send it again.
        return "legacy-word" if "WordDocument".encode("utf-16-le") in data else "unknown"


def _refuse_encrypted_word(fib: bytes) -> None:
    if int.from_bytes(fib[10:12], "little") & _WORD_ENCRYPTED:
        raise Unreadable("encrypted", "legacy-word", "a Word 97-2003 file behind a password")


def _is_text(data: bytes) -> bool:
    sample = data[: limits.TEXT_SAMPLE_BYTES]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if any(byte < 9 or (13 < byte < 32 and byte != 27) for byte in sample):
        return False
    return guess(sample).count("\ufffd") <= 2  # the sample may end within a character
