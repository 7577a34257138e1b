"""Unpacking by programs of the machine, where a library gives up on an archive whose directory is whole.

Each program writes into a private folder behind the same walls and limits.  What came out is told by size and
checksum, never by its name or by what the program says of itself.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import tempfile
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from parsers.archives.members import REST, Members
from parsers.common import limits
from parsers.common.contract import Unreadable
from parsers.common.programs import SECOND_UNPACKER, UNPACKER

_LOOK_SECONDS = 0.05
_PIECE = 256 * limits.KIB

_COMMANDS: dict[str, tuple[str, ...]] = {
    UNPACKER: (
        *("-quiet", "-no-directory", "-no-recursion", "-force-rename", "-forks", "skip"),
        *("-password", "", "-output-directory", "{folder}", "{archive}"),
    ),
    SECOND_UNPACKER: (
        *("-x", "-k", "-m", "--no-same-owner", "--no-same-permissions"),
        *("--no-acls", "--no-xattrs", "--no-fflags", "-C", "{folder}", "-f", "{archive}"),
    ),
}
_SPEECH = {"LC_ALL": "C.UTF-8"}
"""bsdtar writes no file whose name it cannot say."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A file that the directory names, its size in bytes and its CRC-32.

    `crc` is None where another sum is stated, which the program has checked.
    """

    name: str
    size: int
    crc: int | None


def unpack(
    path: Path, scratch: Path, expected: Sequence[Missing], programs: Sequence[str], members: Members
) -> None:
    """Takes what came whole, in the directory's order, and leaves to a person what no program got out.

    Each further program is asked only while something is missing.  Raises `Unreadable` "too-large" where one
    takes too long or writes more than the archive may hold.
    """
    around = Path(tempfile.mkdtemp(prefix=".unpack-", dir=scratch))
    # They look for further parts beside the file, in a folder that the sandbox does not show them.
    archive = around / "in" / f"archive.{_ending(path)}"
    missing, whole = dict(enumerate(expected)), dict[int, Path]()
    ended_well = True
    try:
        archive.parent.mkdir()
        shutil.copyfile(path, archive)
        for program in programs:
            folder = around / f"out{len(whole)}-{Path(program).name}"
            folder.mkdir()
            ended_well = _run(program, archive, folder, members.room)
            for file in sorted(_regular_files(folder)):
                number = _which(file, missing)
                if number is not None:
                    whole[number] = file
                    del missing[number]
            if not missing:
                break
        for number, file in sorted(whole.items()):
            members.add(expected[number].name, _read(file), expected[number].size)
        for item in missing.values():
            # The directory is whole: as far as anybody knows the program cannot do what the packer could.
            members.leave_to_a_person(item.name)
        if not ended_well and not missing:
            members.leave_out(REST, "unreadable")
    finally:
        shutil.rmtree(around, ignore_errors=True)


def _ending(path: Path) -> str:
    """Unar goes by the name as well as by the content."""
    with path.open("rb") as file:
        return "rar" if file.read(4) == b"Rar!" else "7z"


def _which(file: Path, missing: dict[int, Missing]) -> int | None:
    """The number of the entry that `file` came from; None where its bytes are nobody's."""
    size = file.stat().st_size
    alike = [number for number, item in missing.items() if item.size == size]
    if not alike:
        return None
    crc = 0
    for piece in _read(file):
        crc = zlib.crc32(piece, crc)
    exact = [number for number in alike if crc == missing[number].crc]
    hashed = [number for number in alike if missing[number].crc is None]
    return next(iter(exact + hashed), None)


def _run(program: str, archive: Path, folder: Path, room: int) -> bool:
    """Runs the program within its limits; True when it says that all went well.

    It inherits this child's limits of memory and processor time. Raises `Unreadable`
    "too-large" when it takes too long or writes more than the archive may hold.
    """
    told = _COMMANDS.get(program, _COMMANDS[UNPACKER])
    command = [program, *(word.format(folder=folder, archive=archive) for word in told)]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env={**os.environ, **_SPEECH},
        preexec_fn=_limit_file_size,  # safe: the sandbox's children have one thread
    ) as process:
        began = time.monotonic()
        try:
            while True:
                with suppress(subprocess.TimeoutExpired):
                    return process.wait(_LOOK_SECONDS) == 0
                if _written(folder) > room or time.monotonic() - began > limits.UNAR_SECONDS:
                    raise Unreadable(
                        "too-large", archive.suffix[1:], "it unpacks to too much, or for too long"
                    )
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
