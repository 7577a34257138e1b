"""rar archives: rarfile reads the directory, the program unar unpacks.

The format's owner licenses no free library to do so. Stored members need no
program; without unar a compressed archive is left to a person.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import rarfile

from intake.domain.model.facts import ContainerFacts, OpaqueFacts
from parsers.archives.members import REST, MemberLost, Members, blame, is_disk_fault
from parsers.common import limits
from parsers.common.contract import Unreadable
from parsers.common.programs import UNPACKER
from parsers.common.text import guess

_WRITES_ITS_END = 29
"""The format's version from which every archive has an end block."""
_LOOK_SECONDS = 0.05
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
    if shutil.which(UNPACKER) is None:
        return OpaqueFacts("archive")
    _by_program(path, scratch, open_files, members)
    return members.finish("rar")


def _open_files(listing: _Listing, members: Members) -> list[Any]:
    """The files without a password; the others are named as left out."""
    for info in listing.archive.infolist():
        if info.is_file() and info.needs_password():
            members.leave_locked(_name(info), info.file_size)
        elif not info.is_file() and not info.is_dir():
            members.leave_out(_name(info), "unreadable")  # a link is never followed
    if not listing.whole:
        members.leave_out(REST, "unreadable")
    return [info for info in listing.files if not info.needs_password()]


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


def _by_program(path: Path, scratch: Path, expected: list[Any], members: Members) -> None:
    """Unpacks into a private folder, takes what came whole, and names what did not.

    What came is told by size and checksum: the program decodes old names in its own way,
    and leaves what it could of a damaged file.
    """
    around = Path(tempfile.mkdtemp(prefix=".unar-", dir=scratch))
    folder, copy = around / "out", around / "in" / "archive.rar"
    try:
        folder.mkdir()
        copy.parent.mkdir()
        # It looks for further parts beside the file, in a folder that the sandbox does not show it.
        shutil.copyfile(path, copy)
        ended_well = _run(copy, folder, members.room)
        missing = dict(enumerate(expected))
        whole: dict[int, Path] = {}
        for file in sorted(_regular_files(folder)):
            number = _which(file, missing)
            if number is not None:
                whole[number] = file
                del missing[number]
        for number, file in sorted(whole.items()):
            members.add(_name(expected[number]), _read(file), expected[number].file_size)
        for info in missing.values():
            # The directory is whole: as far as anybody knows the program cannot do what the packer could.
            members.leave_to_a_person(_name(info))
        if not ended_well and not missing:
            members.leave_out(REST, "unreadable")
    finally:
        shutil.rmtree(around, ignore_errors=True)


def _which(file: Path, missing: dict[int, Any]) -> int | None:
    """The number of the entry that `file` came from; None where its bytes are nobody's."""
    size, crc = file.stat().st_size, 0
    for piece in _read(file):
        crc = zlib.crc32(piece, crc)
    alike = [number for number, info in missing.items() if info.file_size == size]
    exact = [number for number in alike if crc == missing[number].CRC]
    # RAR 5 may hold a BLAKE2 hash instead, which the program has checked.
    hashed = [number for number in alike if missing[number].CRC is None]
    return next(iter(exact + hashed), None)


def _run(path: Path, folder: Path, room: int) -> bool:
    """Runs the program within its limits; True when it says that all went well.

    It inherits this child's limits of memory and processor time. Raises `Unreadable`
    "too-large" when it takes too long or writes more than the archive may hold.
    """
    command = [UNPACKER, "-quiet", "-no-directory", "-no-recursion", "-force-rename", "-forks", "skip"]
    command += ["-password", "", "-output-directory", str(folder), str(path)]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        preexec_fn=_limit_file_size,  # safe: the sandbox's children have one thread
    ) as process:
        began = time.monotonic()
        try:
            while True:
                with suppress(subprocess.TimeoutExpired):
                    return process.wait(_LOOK_SECONDS) == 0
                if _written(folder) > room or time.monotonic() - began > limits.UNAR_SECONDS:
                    raise Unreadable("too-large", "rar", "it unpacks to too much, or for too long")
        finally:
            process.kill()


def _limit_file_size() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.ARCHIVE_MEMBER_BYTES, limits.ARCHIVE_MEMBER_BYTES))


def _written(folder: Path) -> int:
    total = 0
    for file in _regular_files(folder):
        with suppress(FileNotFoundError):  # renamed meanwhile
            total += file.lstat().st_size
    return total


def _regular_files(folder: Path) -> Iterator[Path]:
    """The files below `folder`; links are neither followed nor taken."""
    for parent, _, names in os.walk(folder):
        for name in names:
            file = Path(parent, name)
            if file.is_file() and not file.is_symlink():
                yield file


def _read(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        while piece := stream.read(_PIECE):
            yield piece
