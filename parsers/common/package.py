"""Zip files that hold an office document: which kind, and whether they are safe to open."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from parsers.common import limits
from parsers.common.contract import Unreadable

CONTENT_TYPES = "[content_types].xml"
_MAIN_PARTS = (
    (b"wordprocessingml.document.main+xml", "word"),
    (b"wordprocessingml.template.main+xml", "word"),
    (b"ms-word.document.macroenabled.main+xml", "word"),
    (b"ms-word.template.macroenabledtemplate.main+xml", "word"),
    (b"spreadsheetml.sheet.main+xml", "spreadsheet"),
    (b"spreadsheetml.template.main+xml", "spreadsheet"),
    (b"ms-excel.", "spreadsheet"),
    (b"presentationml.", "presentation"),
    (b"ms-powerpoint.", "presentation"),
)
_USUAL_WORD_PART = "word/document.xml"
_LOCAL, _END = b"PK\x03\x04", b"PK\x05\x06"
_LOCAL_BYTES = 30
_SIZES_FOLLOW = 0x8
_UNKNOWN = 0xFFFFFFFF
"""Stands for a number that only the zip64 record tells (4.4.1.4)."""
_SPLIT_MARKS = (b"PK\x07\x08", b"PK00")
_END_WITHIN = 64 * limits.KIB + 22
"""The end record stands before a comment of at most 64 KiB (APPNOTE.TXT 4.3.16)."""
_FOLDERS = ("_rels/", "word/", "docprops/", "customxml/", "xl/", "ppt/")
"""Where the members of an office package lie, in lower case."""
_OFD_PART, _OFD_FOLDER = "ofd.xml", "doc_0/"
"""What an OFD document begins with (GB/T 33190 §7.2), in lower case."""
_OTHER_PACKAGES = frozenset(("meta-inf/manifest.mf", "androidmanifest.xml"))
"""What marks a program: a zip file, but nobody's archive of papers."""
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)
"""What the zipfile module raises for a damaged, odd or encrypted archive."""


class _Sparing(io.BufferedReader):
    """A zip file whose directory cannot take more memory than it should.

    zipfile reads the directory at once, and makes an object of some 500 bytes of each
    46 that a bomb spends on an entry.
    """

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > limits.ARCHIVE_DIRECTORY_BYTES:
            raise Unreadable("too-large", "zip", f"a directory of {size} bytes")
        return super().read(size)


@contextmanager
def opened(source: bytes | Path) -> Iterator[zipfile.ZipFile]:
    """The zip file with unmarked names as Latin-1, for its directory and small members only.

    Raises one of `DAMAGE`, or `Unreadable` "too-large" for a directory over the limit.
    """
    raw = io.BytesIO(source) if isinstance(source, bytes) else io.FileIO(source)
    with _Sparing(raw) as file:
        _refuse_inner(file)
        with zipfile.ZipFile(file, metadata_encoding="latin-1") as archive:
            yield archive


def _refuse_inner(file: BinaryIO) -> None:
    """Raises `BadZipFile` where the only directory is that of a package stored within a cut-off archive.

    zipfile would read that one package and never say that the others were there.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    begins = file.read(len(_LOCAL))
    file.seek(max(size - _END_WITHIN, 0))
    tail = file.read(_END_WITHIN)
    file.seek(0)
    at = tail.rfind(_END)
    if begins not in (_LOCAL, *_SPLIT_MARKS) or at < 0 or len(tail) < at + 20:
        return
    length, offset = struct.unpack_from("<II", tail, at + 12)
    begun = size - len(tail) + at - length - offset
    if begun >= _LOCAL_BYTES and max(length, offset) < _UNKNOWN:
        raise zipfile.BadZipFile(f"its only directory is of what begins at {begun}")


def _head(source: bytes | Path) -> bytes:
    if isinstance(source, bytes):
        return source[: limits.HEAD_BYTES]
    with source.open("rb") as file:
        return file.read(limits.HEAD_BYTES)


def kind(source: bytes | Path) -> str:
    """The kind of a zip file: word, spreadsheet, presentation, odt, ofd, archive, or unknown.

    A package whose directory is lost is judged by the names of its own first members, and
    counts as word where those do not say otherwise: its parser then reports the damage.
    """
    if isinstance(source, bytes):
        return _kind(source)
    told = source.stat()
    return _kind_of_file(source, told.st_ino, told.st_size, told.st_mtime_ns)


@lru_cache(maxsize=1)
def _kind_of_file(path: Path, _number: int, _size: int, _changed: int) -> str:
    """Each parser in turn asks of the same file whether it is one of its own."""
    return _kind(path)


def _kind(source: bytes | Path) -> str:
    try:
        with opened(source) as archive:
            return _kind_of(archive)
    except DAMAGE:
        return _kind_without_directory(_first_names(_head(source)))


def _first_names(head: bytes) -> list[str]:
    """The names of the members whose headers stand in `head`, in lower case; not of what lies in them."""
    names = []
    at = next((len(mark) for mark in _SPLIT_MARKS if head.startswith(mark)), 0)
    while head.startswith(_LOCAL, at) and len(head) >= at + _LOCAL_BYTES:
        flags, method = struct.unpack_from("<HH", head, at + 6)
        packed, _, name_length, extra = struct.unpack_from("<IIHH", head, at + 18)
        begin = at + _LOCAL_BYTES
        name = head[begin : begin + name_length].decode("utf-8", "replace")
        names.append(name.replace("\\", "/").lower())
        body = begin + name_length + extra
        if not flags & _SIZES_FOLLOW or packed:
            at = body + packed
        elif method == zipfile.ZIP_STORED or (at := head.find(_LOCAL, body)) < 0:
            break  # what comes next may lie within this member
    return names


def _kind_without_directory(names: list[str]) -> str:
    if any(name == _OFD_PART or name.startswith(_OFD_FOLDER) for name in names):
        return "ofd"
    if not any(name == CONTENT_TYPES or name.startswith(_FOLDERS) for name in names):
        return "archive"
    if any(name.startswith("xl/") for name in names):
        return "spreadsheet"
    return "presentation" if any(name.startswith("ppt/") for name in names) else "word"


def _kind_of(archive: zipfile.ZipFile) -> str:
    names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}
    if CONTENT_TYPES in names:
        with archive.open(names[CONTENT_TYPES]) as member:
            declared = member.read(limits.CONTENT_TYPES_BYTES).lower()
        found = next((name for mark, name in _MAIN_PARTS if mark in declared), "unknown")
        # Word and WPS open a package whose list of types is lost or says nothing of the text.
        return "word" if found == "unknown" and _USUAL_WORD_PART in names else found
    if _USUAL_WORD_PART in names:
        return "word"
    if _OFD_PART in names:
        return "ofd"
    if "mimetype" in names:
        with archive.open(names["mimetype"]) as member:
            return _open_document(member.read(200))
    return "unknown" if _OTHER_PACKAGES & names.keys() else "archive"


def _open_document(mimetype: bytes) -> str:
    if b"opendocument.text" in mimetype:
        return "odt"
    if b"opendocument.spreadsheet" in mimetype:
        return "spreadsheet"
    return "presentation" if b"opendocument.presentation" in mimetype else "unknown"


def checked(data: bytes, claimed_format: str) -> zipfile.ZipFile:
    """The archive in memory, after its directory was found harmless.

    Raises `Unreadable`: "too-large" for a bomb, "encrypted", "unreadable" for a damaged
    one. What the directory declares is what binds: zipfile never unpacks more of a
    member than its declared size.
    """
    try:
        source = io.BytesIO(data)
        _refuse_inner(source)
        archive = zipfile.ZipFile(source)
    except DAMAGE as fault:
        raise Unreadable("unreadable", claimed_format, f"{type(fault).__name__}: {fault}") from fault
    _check(archive.infolist(), claimed_format)
    return archive


def _check(members: list[zipfile.ZipInfo], claimed_format: str) -> None:
    if len(members) > limits.ZIP_MEMBERS:
        raise Unreadable("too-large", claimed_format, f"{len(members)} members")
    if any(member.flag_bits & 0x1 for member in members):
        raise Unreadable("encrypted", claimed_format, "a member is encrypted")
    total = sum(member.file_size for member in members)
    if total > limits.ZIP_UNPACKED_BYTES:
        raise Unreadable("too-large", claimed_format, f"{total} bytes unpacked")
    for member in members:
        ratio = member.file_size / max(member.compress_size, 1)
        if member.file_size > limits.ZIP_RATIO_FLOOR and ratio > limits.ZIP_RATIO:
            raise Unreadable("too-large", claimed_format, f"{member.filename!r} unpacks {ratio:.0f} times")
