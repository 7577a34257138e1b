"""The files found inside one file: written to the scratch folder as they come, within the limits.

Bytes go to disk piece by piece, so that an archive's size is never the service's
memory. A name from an archive is evidence and never a path: what it says is kept as
text, the file itself is called by its hash.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from intake.domain.model.facts import Attachment, ContainerFacts, OpaqueFacts
from parsers.common import limits
from parsers.common.contract import Unreadable, UnreadableCode
from parsers.mail.headers import safe_name

UNTOLD = "application/octet-stream"
REST = "（其余文件）"
_NAMELESS = "（未命名文件）"
_CLUTTER = frozenset((".ds_store", "thumbs.db", "desktop.ini"))
_DRIVE = re.compile(r"^[A-Za-z]:")


class MemberLost(Exception):
    """One member's bytes cannot be had; `code` says why, and the next member may still be read."""

    def __init__(self, code: UnreadableCode) -> None:
        super().__init__(code)
        self.code: UnreadableCode = code


def blame(fault: Exception, claimed_format: str) -> NoReturn:
    """Raises what a library's exception on an untrusted archive means.

    `Unreadable` as a rule. A disk's `OSError` is raised again: it has a number, while
    libraries raise theirs without, or EINVAL for the impossible offset that a damaged
    file gives.
    """
    if isinstance(fault, Unreadable | MemoryError) or is_disk_fault(fault):
        raise fault
    raise Unreadable("unreadable", claimed_format, f"{type(fault).__name__}: {fault}") from fault


def is_disk_fault(fault: Exception) -> bool:
    """True for an `OSError` that comes from our disk and not from what a library read."""
    return isinstance(fault, OSError) and fault.errno not in (None, errno.EINVAL)


def place(claimed: str | None) -> tuple[str, str | None]:
    """The folder and the name that a path in an archive claims, both harmless.

    Roots, drive letters, "." and ".." are dropped; both kinds of slash divide.
    """
    parts = _DRIVE.sub("", claimed or "").replace("\\", "/").split("/")
    safe = [name for name in map(safe_name, parts) if name]
    if not safe or not safe_name(parts[-1]):
        return "/".join(safe)[-limits.FOLDER_CHARACTERS :], None
    return "/".join(safe[:-1])[-limits.FOLDER_CHARACTERS :].lstrip("/"), safe[-1]


def is_clutter(claimed: str | None) -> bool:
    """True for what macOS and Windows add unasked: nobody sent it, nobody misses it.

    A resource fork ("__MACOSX/._推荐表.docx") bears the document's name and would stand
    in the list as a damaged form.
    """
    parts = (claimed or "").replace("\\", "/").split("/")
    return "__MACOSX" in parts or parts[-1].startswith("._") or parts[-1].lower() in _CLUTTER


class Members:
    """Gathers the files of one archive; `packed` is the archive's own size in bytes."""

    def __init__(self, scratch: Path, packed: int) -> None:
        self._scratch = scratch
        self._room = min(limits.ARCHIVE_BYTES, max(limits.ARCHIVE_RATIO_FLOOR, limits.ARCHIVE_RATIO * packed))
        self._found: list[Attachment] = []
        self._left_out: dict[tuple[str, UnreadableCode], None] = {}
        self._locked: list[tuple[str, int]] = []
        self._beyond_us = False

    @property
    def room(self) -> int:
        """Bytes that may still be unpacked, counting those that are not kept."""
        return self._room

    def fits(self, size: int) -> bool:
        """Whether one more file of `size` bytes, as far as is known, is within the limits."""
        return size <= min(self._room, limits.ARCHIVE_MEMBER_BYTES) and (
            len(self._found) < limits.ARCHIVE_MEMBERS
        )

    def add(
        self, claimed: str | None, chunks: Iterable[bytes], size: int = 0, claimed_type: str = UNTOLD
    ) -> None:
        """Takes a file; `size` is what its directory declares.

        `chunks` may raise `MemberLost`: the file is then named as left out, as is one
        over a limit. Raises `OSError` where our own disk fails.
        """
        if is_clutter(claimed):
            return
        if not self.fits(size):
            self.leave_out(claimed, "too-large")
            return
        slot = self.open(claimed, claimed_type)
        try:
            for chunk in chunks:
                slot.write(chunk)
            slot.keep()
        except MemberLost as lost:
            self.leave_out(claimed, lost.code)
        finally:
            slot.drop()

    def open(self, claimed: str | None, claimed_type: str = UNTOLD) -> Slot:
        """A place to write a file to, for readers that push; it counts once it is kept."""
        return Slot(self, self._scratch, claimed, claimed_type)

    def leave_out(self, claimed: str | None, code: UnreadableCode) -> None:
        """Names a file that was there and is not among the members."""
        if is_clutter(claimed):
            return
        folder, name = place(claimed) if claimed != REST else ("", REST)
        shown = "/".join(part for part in (folder, name or _NAMELESS) if part)
        self._left_out[(shown if len(self._left_out) < limits.LEFT_OUT else REST, code)] = None

    def leave_locked(self, claimed: str | None, size: int) -> None:
        """As `leave_out`, for a file behind a password, whose name and size in bytes are there to read."""
        self.leave_out(claimed, "encrypted")
        if not is_clutter(claimed) and len(self._locked) < limits.LEFT_OUT:
            self._locked.append((place(claimed)[1] or _NAMELESS, size))

    def leave_to_a_person(self, claimed: str | None) -> None:
        """As `leave_out`, for a file that is sound but packed in a way that we do not know."""
        self._beyond_us = True
        self.leave_out(claimed, "unreadable")

    def spend(self, count: int) -> None:
        """Counts unpacked bytes; raises `MemberLost` when the archive has used up its room."""
        self._room -= count
        if self._room < 0:
            raise MemberLost("too-large")

    def keep(self, attachment: Attachment) -> None:
        """Counts a file whose bytes are in the scratch folder."""
        self._found.append(attachment)

    def ordinal(self) -> int:
        """The number of the next file, from 1."""
        return len(self._found) + 1

    def attachments(self) -> tuple[Attachment, ...]:
        """The files so far."""
        return tuple(self._found)

    def left_out(self) -> tuple[tuple[str, UnreadableCode], ...]:
        """The files that were there and could not be had, each with its reason."""
        return tuple(self._left_out)

    def finish(self, claimed_format: str) -> ContainerFacts | OpaqueFacts:
        """What the archive holds.

        Raises `Unreadable` where files are in it and none could be had; but where that
        is for our own lack it is `OpaqueFacts`, for a person to open.
        """
        if self._found or not self._left_out:
            return ContainerFacts(claimed_format, tuple(self._found), tuple(self._left_out))
        if self._beyond_us:
            return OpaqueFacts("archive")
        codes = {code for _, code in self._left_out}
        detail = f"none of its files could be read: {', '.join(sorted(codes))}"
        if "too-large" in codes:
            raise Unreadable("too-large", claimed_format, detail)
        if "encrypted" in codes:
            raise Unreadable("encrypted", claimed_format, detail, tuple(self._locked))
        raise Unreadable("unreadable", claimed_format, detail)


class Slot:
    """One file while it is written: under another name until its hash is known."""

    def __init__(self, members: Members, scratch: Path, claimed: str | None, claimed_type: str) -> None:
        self._members = members
        self._scratch = scratch
        self._claimed = claimed
        self._claimed_type = claimed_type
        self._digest = hashlib.sha256()
        self._size = 0
        # A child that is killed here must not leave half a file as whole.
        self._path = scratch / f".member.{os.getpid()}"
        self._file = self._path.open("wb")

    def write(self, chunk: bytes) -> None:
        """Takes the next bytes; raises `MemberLost` over a limit."""
        self._members.spend(len(chunk))
        self._size += len(chunk)
        if self._size > limits.ARCHIVE_MEMBER_BYTES:
            raise MemberLost("too-large")
        self._digest.update(chunk)
        self._file.write(chunk)

    def keep(self) -> None:
        """The file is whole: it becomes a member."""
        self._file.close()
        folder, name = place(self._claimed)
        if (name or "").startswith("~$") and self._size <= limits.LOCK_FILE_BYTES:
            return  # an office program's lock file: clutter that bears the form's name
        digest = self._digest.hexdigest()
        self._path.replace(self._scratch / digest)
        self._members.keep(
            Attachment(
                ordinal=self._members.ordinal(),
                filename=name,
                claimed_type=self._claimed_type,
                content_hash=f"sha256:{digest}",
                size=self._size,
                folder=folder,
            )
        )

    def drop(self) -> None:
        """Leaves nothing behind of a file that was not kept."""
        self._file.close()
        with suppress(FileNotFoundError):
            self._path.unlink()
