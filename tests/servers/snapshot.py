"""What a mailbox holds, seen over a connection of its own, to prove that a run changed nothing."""

from __future__ import annotations

import hashlib
import imaplib
import re
from typing import NamedTuple

from imapclient.imap_utf7 import decode as decode_utf7


class Held(NamedTuple):
    """One message of a folder: its UID, its flags in order of name, and the SHA-256 of its bytes."""

    uid: int
    flags: tuple[str, ...]
    sha256: str


Snapshot = dict[str, list[Held]]


def take_snapshot(host: str, port: int, username: str, password: str) -> Snapshot:
    """Every folder, by decoded name, with its messages in the order of their UIDs.

    It looks with imaplib, EXAMINE and BODY.PEEK, and so changes nothing itself;
    `\\Recent` counts as a flag, since opening a folder for writing would clear it.
    """
    with imaplib.IMAP4(host, port) as connection:
        connection.login(username, password)
        _, lines = connection.list()
        written = [line.rpartition(b' "/" ')[2] or line for line in lines if isinstance(line, bytes)]
        return {decode_utf7(name.strip(b'"')): _held(connection, name.decode("ascii")) for name in written}


def _held(connection: imaplib.IMAP4, folder: str) -> list[Held]:
    status, _ = connection.select(folder, readonly=True)
    if status != "OK":
        raise RuntimeError(f"folder {folder} cannot be opened")
    if connection.response("EXISTS")[1] == [b"0"]:
        return []
    _, answer = connection.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[])")
    held = []
    for place, part in enumerate(answer):
        if not isinstance(part, tuple):
            continue
        # imaplib splits an answer at its literal: what follows it stands in the next element.
        after = answer[place + 1] if place + 1 < len(answer) else b""
        words = part[0] + (after if isinstance(after, bytes) else b"")
        uid, flags = re.search(rb"\bUID (\d+)", words), re.search(rb"\bFLAGS \(([^)]*)\)", words)
        if uid is None or flags is None:
            raise RuntimeError(f"an answer without UID or FLAGS: {words!r}")
        names = tuple(sorted(flags[1].decode("ascii").split()))
        held.append(Held(int(uid[1]), names, hashlib.sha256(part[1]).hexdigest()))
    return sorted(held)
