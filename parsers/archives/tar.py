"""tar archives and single compressed files: .tar, .tar.gz, .tgz, .gz, .bz2, .xz.

Members are read one after the other from the unpacked stream, and only regular files:
nothing is ever extracted to a place that the archive names.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from intake.domain.model.facts import ContainerFacts, OpaqueFacts
from parsers.archives.members import REST, MemberLost, Members, blame, is_disk_fault
from parsers.common import limits
from parsers.common.text import from_surrogates, guess

_BLOCK = tarfile.BLOCKSIZE
_PIECE = 256 * limits.KIB
_NAME_FLAG, _EXTRA_FLAG = 0x08, 0x04
_DAMAGE = (tarfile.TarError, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError)


class _Counted:
    """The unpacked stream as tarfile reads it, which must not be led to read or to skip without end."""

    def __init__(self, stream: BinaryIO, members: Members) -> None:
        self._stream = stream
        self._members = members
        self._at = 0
        self.last_block = b""

    def read(self, size: int) -> bytes:
        """At most what one header may take; raises `MemberLost` for more."""
        if size > limits.ARCHIVE_DIRECTORY_BYTES:
            raise MemberLost("too-large")
        data = self._stream.read(size)
        self._at += len(data)
        if size == _BLOCK:
            self.last_block = data
        return data

    def tell(self) -> int:
        return self._at

    def seek(self, position: int) -> None:
        """Forwards by reading, as compressed streams do anyway; skipped bytes count as unpacked."""
        if position < self._at:
            self._stream.seek(position)
            self._at = position
        while self._at < position:
            skipped = len(self._stream.read(min(position - self._at, _PIECE)))
            if not skipped:
                return
            self._members.spend(skipped)
            self._at += skipped


def unpack(path: Path, scratch: Path) -> ContainerFacts | OpaqueFacts:
    """Takes the files out; raises `Unreadable` where nothing can be read, or for a bomb."""
    with path.open("rb") as file:
        members = Members(scratch, path.stat().st_size)
        name = _name_in_gzip(file.read(limits.HEAD_BYTES))
        file.seek(0)
        kind, stream = _stream(file)
        try:
            start = stream.read(_BLOCK)
            stream.seek(0)
        except _DAMAGE as fault:
            blame(fault, kind)
        if not _is_tar_header(start):
            members.add(name, _pieces(stream))
            return members.finish(kind)
        _walk(_Counted(stream, members), members)
        return members.finish("tar")


def _stream(file: BinaryIO) -> tuple[str, BinaryIO]:
    head = file.read(6)
    file.seek(0)
    if head.startswith(b"\x1f\x8b"):
        return "gz", cast(BinaryIO, gzip.GzipFile(fileobj=file))
    if head.startswith(b"BZh"):
        return "bz2", cast(BinaryIO, bz2.BZ2File(file))
    if head.startswith(b"\xfd7zXZ\x00"):
        return "xz", cast(BinaryIO, lzma.LZMAFile(file))
    return "tar", file


def _is_tar_header(block: bytes) -> bool:
    try:
        tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


def _walk(stream: _Counted, members: Members) -> None:
    """Takes every regular file; what cannot be read of the archive is told by `REST`."""
    try:
        # tarfile asks for no more than read, seek and tell.
        with tarfile.TarFile(
            fileobj=cast("IO[bytes]", stream), encoding="utf-8", errors="surrogateescape"
        ) as archive:
            while (info := archive.next()) is not None:
                _take(archive, info, members)
                cast(Any, archive).members.clear()  # they would add up
    except MemberLost as lost:
        members.leave_out(REST, lost.code)
        return
    except _DAMAGE as fault:
        if is_disk_fault(fault):
            raise
        members.leave_out(REST, "unreadable")
        return
    # tarfile takes a damaged header for the end; a real end is a block of zeros, or none at all.
    if stream.last_block.strip(b"\0"):
        members.leave_out(REST, "unreadable")


def _take(archive: tarfile.TarFile, info: tarfile.TarInfo, members: Members) -> None:
    name = from_surrogates(info.name)
    if info.isdir():
        return
    if not info.isreg() or info.issparse():
        # Links are not followed, devices not made.
        members.leave_out(name, "unreadable")
        return
    content = archive.extractfile(info)
    if content is not None:
        members.add(name, _pieces(cast(BinaryIO, content)), info.size)


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    """The stream to its end; raises `MemberLost` where it is damaged or breaks off."""
    try:
        while piece := stream.read(_PIECE):
            yield piece
    except _DAMAGE as fault:
        if is_disk_fault(fault):
            raise
        raise MemberLost("unreadable") from fault


def _name_in_gzip(head: bytes) -> str | None:
    """The original name that a gzip header may hold (RFC 1952 §2.3)."""
    if not head.startswith(b"\x1f\x8b") or len(head) < 12:
        return None
    at = 10 + (2 + int.from_bytes(head[10:12], "little") if head[3] & _EXTRA_FLAG else 0)
    return guess(head[at:].split(b"\0")[0]) or None if head[3] & _NAME_FLAG else None
