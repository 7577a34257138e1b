"""7z archives, by py7zr: bytes to the scratch folder as they are unpacked.

What py7zr cannot unpack a program may (`by_program.py`).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from py7zr import SevenZipFile, exceptions, py7zr
from py7zr.compressor import SupportedMethods
from py7zr.io import Py7zIO, WriterFactory

from intake.domain.model.facts import ContainerFacts, OpaqueFacts
from parsers.archives import by_program
from parsers.archives.members import MemberLost, Members, Slot, blame, is_disk_fault
from parsers.common import limits
from parsers.common.contract import Unreadable, UnreadableCode
from parsers.common.programs import SECOND_UNPACKER, unpackers

_START_BYTES = 32
"""Signature, version and the place of the directory (7zFormat.txt, SignatureHeader)."""

py7zr.get_memory_limit = lambda: limits.MIB  # type: ignore[attr-defined]
"""py7zr unpacks up to 128 MB into memory before it hands any on; a megabyte is as fast."""


def unpack(path: Path, scratch: Path) -> ContainerFacts | OpaqueFacts:
    """Takes the files out; `OpaqueFacts` for an unknown method, or the first part of a split archive.

    Raises `Unreadable` for a locked or damaged archive, or a bomb.
    """
    members = Members(scratch, path.stat().st_size)
    with path.open("rb") as file:
        if _goes_on(file.read(_START_BYTES), path.stat().st_size):
            return OpaqueFacts("archive")
        file.seek(0)
        try:
            archive = SevenZipFile(file, max_extract_size=members.room)
        except exceptions.PasswordRequired as fault:
            raise Unreadable("encrypted", "7z", "even its directory is encrypted") from fault
        except exceptions.UnsupportedCompressionMethodError:
            return OpaqueFacts("archive")
        except Exception as fault:  # noqa: BLE001 - py7zr raises whatever a damaged header leads it to
            blame(fault, "7z")
        with archive:
            by_another = _take_all(archive, members)
        programs = [name for name in unpackers() if name == SECOND_UNPACKER]
        if by_another:
            by_program.unpack(path, scratch, by_another, programs, members)
    return members.finish("7z")


def _goes_on(start: bytes, size: int) -> bool:
    """True where the directory, which stands last, begins beyond the file's end: cut off, or split (.7z.001).

    Nothing in the file tells which of the two; the start header has a checksum of its own.
    """
    if len(start) < _START_BYTES or zlib.crc32(start[12:]) != int.from_bytes(start[8:12], "little"):
        return False
    offset, length = struct.unpack_from("<QQ", start, 12)
    return bool(_START_BYTES + offset + length > size)


def _take_all(archive: SevenZipFile, members: Members) -> list[by_program.Missing]:
    """Unpacks what is within the limits, in the archive's order, and names the rest.

    Returned is what py7zr gave up though the directory is whole: as far as anybody knows it cannot do what
    the packer could.
    """
    wanted = _wanted(archive, members)
    taken = _Taken(wanted, members)
    try:
        archive.extract(targets=list(wanted), factory=taken)
    except MemberLost as lost:
        taken.give_up(lost)
    except exceptions.DecompressionBombError:
        taken.give_up(MemberLost("too-large"))
    except Exception as fault:
        if isinstance(fault, MemoryError) or is_disk_fault(fault):
            raise
        return _expected(archive, taken.outstanding())
    finally:
        taken.close()
    return []


def _expected(archive: SevenZipFile, outstanding: Sequence[tuple[str, str]]) -> list[by_program.Missing]:
    """What the directory says of the files of these numbers."""
    files = {number: archive.files[int(number)] for number, _ in outstanding}
    return [
        by_program.Missing(claimed, files[number].uncompressed, files[number].crc32)
        for number, claimed in outstanding
    ]


def _wanted(archive: SevenZipFile, members: Members) -> dict[str, str]:
    """The claimed names of the files that can be had, by number; the others are named as left out."""
    wanted: dict[str, str] = {}
    for number, file in enumerate(archive.files):
        claimed = file.filename
        # py7zr refuses an archive for one impossible name, and pairs files by name.
        archive.files.files_list[number]["filename"] = str(number)
        if file.is_directory:
            continue
        code = _obstacle(file, members)
        if code is None and len(wanted) < limits.ARCHIVE_MEMBERS:
            wanted[str(number)] = claimed
        elif code == "encrypted":
            members.leave_locked(claimed, file.uncompressed)
        else:
            members.leave_out(claimed, code or "too-large")
    return wanted


def _obstacle(file: Any, members: Members) -> UnreadableCode | None:
    if file.is_symlink or file.is_junction or file.is_socket:
        return "unreadable"  # a link is never followed; what it should lead to is missing
    if file.folder is not None and SupportedMethods.needs_password(file.folder.coders):
        return "encrypted"
    return None if members.fits(file.uncompressed) else "too-large"


class _Taken(WriterFactory):
    """Gives py7zr a place for each file, once it comes to it."""

    def __init__(self, wanted: dict[str, str], members: Members) -> None:
        self._wanted = wanted
        self._members = members
        self._current: _Writer | None = None
        self._kept: set[str] = set()

    def create(self, filename: str) -> Py7zIO:
        """The place for file number `filename`; py7zr fills one at a time."""
        self._current = _Writer(self._members.open(self._wanted[filename]), self._kept, filename)
        return self._current

    def outstanding(self) -> list[tuple[str, str]]:
        """The numbers and claimed names of what has not come whole."""
        return [item for item in self._wanted.items() if item[0] not in self._kept]

    def give_up(self, lost: MemberLost) -> None:
        """Names what has not come as left out: in a solid archive nothing behind a fault can be read."""
        for _, claimed in self.outstanding():
            self._members.leave_out(claimed, lost.code)

    def close(self) -> None:
        """Leaves no half file behind."""
        if self._current:
            self._current.slot.drop()


class _Writer(Py7zIO):
    """One file as py7zr writes it; it is closed only after its checksum was found right."""

    def __init__(self, slot: Slot, kept: set[str], number: str) -> None:
        self.slot = slot
        self._kept = kept
        self._number = number
        self._size = 0

    def write(self, data: Any) -> int:
        """Raises `MemberLost` over a limit."""
        self.slot.write(bytes(data))
        self._size += len(data)
        return len(data)

    def read(self, size: int | None = None) -> bytes:
        """Nothing: what is written stays on disk."""
        return b""

    def seek(self, offset: int, whence: int = 0) -> int:
        """Nothing is ever read back."""
        return offset

    def flush(self) -> None:
        """The slot writes when it is kept."""

    def size(self) -> int:
        """Bytes written so far."""
        return self._size

    def close(self) -> None:
        """The file is whole."""
        self.slot.keep()
        self._kept.add(self._number)
