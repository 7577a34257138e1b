"""Mails that one reading process may read one after the other: those of one sender, as their headers have it.

A process costs as much as what it reads.  What a mail does to its process it may do to the next one in it: so
only mails share one that name the same sender by the same bytes, with the same word of the provider on him.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from parsers.common import limits
from parsers.sandbox.connection import ReadingProcess

HEAD_BYTES = 64 * limits.KIB
"""What is read of a mail to know its sender: a header that is longer speaks for itself alone."""

_MAIL = "mail"
_RESULTS = frozenset((b"authentication-results", b"arc-authentication-results"))
_NAMING = frozenset((b"from", b"sender", b"reply-to", b"return-path", b"received-spf")) | _RESULTS


def sender_mark(head: bytes) -> bytes | None:
    """What the beginning of a mail says of its sender, hashed: all of the fields that name him or judge him.

    Only which of the provider's machines judged him is left out (RFC 8601 §2.2, authserv-id).  None where not
    exactly one From stands there, where nobody judged him, or where the header does not end in there.
    """
    said: list[bytes] = []
    senders, judged, follows = 0, False, False
    for line in head.splitlines(keepends=True):
        if not line.strip():
            return hashlib.sha256(b"".join(said)).digest() if senders == 1 and judged else None
        if line[:1] not in b" \t":
            name, _, value = line.partition(b":")
            field = name.strip().lower()
            follows = field in _NAMING
            senders += field == b"from"
            if field in _RESULTS:
                judged = True
                line = field + value[value.find(b";") :]
        if follows:
            said.append(line)
    return None


class Bundle:
    """The process that reads the mails of one sender, and the place where each lies for it; for one thread.

    It sees the one mail that it reads, a copy in its own room, and nothing of the archive.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: ReadingProcess | None = None

    def taken(self) -> ReadingProcess | None:
        """Its process, which whoever takes it keeps here again or ends; None where there is none yet."""
        process, self._process = self._process, None
        return process

    def keep(self, process: ReadingProcess) -> None:
        """Keeps a process for the next mail."""
        self._process = process


def lay_out(mail: Path, room: Path) -> Path:
    """Puts a copy of the mail into an emptied room; returns its place."""
    for left in room.iterdir():
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink()
    return Path(shutil.copyfile(mail, room / _MAIL))
