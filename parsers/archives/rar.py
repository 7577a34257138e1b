"""rar archives: rarfile reads the directory, programs of the machine unpack (`by_program.py`).

The format's owner licenses no free library to do so. Stored members need no
program; without one a compressed archive is left to a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import rarfile

from intake.domain.model.facts import ContainerFacts, OpaqueFacts
from parsers.archives import by_program
from parsers.archives.members import REST, MemberLost, Members, blame, is_disk_fault
from parsers.common import limits
from parsers.common.contract import Unreadable
from parsers.common.programs import unpackers
from parsers.common.text import guess

_WRITES_ITS_END = 29
"""The format's version from which every archive has an end block."""
_PIECE = 256 * limits.KIB


@dataclass(slots=True)
class _Listing:
    """The directory; `volume` for one part of a split archive, `whole` when nothing of it is lost."""

    archive: Any
    files: list[Any] = field(default_factory=list)
    volume: bool = False
    whole: bool = True


def unpack(path: Path, scratch: Path) -> ContainerFacts | OpaqueFacts:
    """Takes the files out; `OpaqueFacts` without the program, or for one part of a split archive.

    Raises `Unreadable` for a locked or damaged archive, or a bomb.
    """
    members = Members(scratch, path.stat().st_size)
    listing = _list(path)
    if listing.volume:
        return OpaqueFacts("archive")  # a person puts the parts together
    if listing.archive.needs_password() and not listing.files:
        raise Unreadable("encrypted", "rar", "even its directory is encrypted")
    open_files = _open_files(listing, members)
    if sum(info.file_size for info in open_files) > members.room:
        raise Unreadable("too-large", "rar", "it declares more bytes than an archive may have")
    if all(info.compress_type == rarfile.RAR_M0 for info in open_files):
        for info in open_files:
            members.add(_name(info), _stored(listing.archive, info), info.file_size)
        return members.finish("rar")
    if not (programs := unpackers()):
        return OpaqueFacts("archive")
    # RAR 5 may hold a BLAKE2 hash instead of a CRC.
    expected = [by_program.Missing(_name(info), info.file_size, info.CRC) for info in open_files]
    by_program.unpack(path, scratch, expected, programs, members)
    return members.finish("rar")


def _open_files(listing: _Listing, members: Members) -> list[Any]:
    """The files without a password; the others are named as left out."""
    for info in listing.archive.infolist():
        if info.is_file() and info.needs_password():
            members.leave_locked(_name(info), info.file_size)
        elif _is_copy(info):
            members.leave_to_a_person(_name(info))
        elif not info.is_file() and not info.is_dir():
            members.leave_out(_name(info), "unreadable")  # a link is never followed
    if not listing.whole:
        members.leave_out(REST, "unreadable")
    return [info for info in listing.files if not info.needs_password()]


def _is_copy(info: Any) -> bool:
    """True for a file that WinRAR keeps as a reference, having seen its bytes under another name."""
    redirection = getattr(info, "file_redir", None)
    kinds = (rarfile.RAR5_XREDIR_FILE_COPY, rarfile.RAR5_XREDIR_HARD_LINK)
    return redirection is not None and redirection[0] in kinds


def _list(path: Path) -> _Listing:
    found: list[Any] = []
    try:
        # part_only: it would look for the next volume beside the file, by a guessed name.
        archive = rarfile.RarFile(str(path), info_callback=found.append, part_only=True)
    except rarfile.NeedFirstVolume:
        return _Listing(None, volume=True)
    except Exception as fault:  # noqa: BLE001 - rarfile raises whatever a damaged header leads it to
        blame(fault, "rar")
    volume = any(
        block.type == rarfile.RAR_BLOCK_MAIN and block.flags & rarfile.RAR_MAIN_VOLUME for block in found
    )
    # rarfile stops at the first damaged header as if nothing came behind it.
    ended = any(block.type == rarfile.RAR_BLOCK_ENDARC for block in found)
    old = all((info.extract_version or 0) < _WRITES_ITS_END for info in archive.infolist())
    whole = archive.strerror() is None and (ended or old)
    return _Listing(archive, [info for info in archive.infolist() if info.is_file()], volume, whole)


def _name(info: Any) -> str:
    """The name; old archives without the Unicode mark hold what the sender's machine wrote."""
    if isinstance(info, rarfile.Rar3Info) and not info.flags & rarfile.RAR_FILE_UNICODE:
        return guess(info.orig_filename)
    return str(info.filename)


def _stored(archive: Any, info: Any) -> Iterator[bytes]:
    try:
        with archive.open(info) as stream:
            while piece := stream.read(_PIECE):
                yield piece
    except Exception as fault:
        if isinstance(fault, MemoryError) or is_disk_fault(fault):
            raise
        raise MemberLost("unreadable") from fault
