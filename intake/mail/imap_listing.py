"""What the mailbox lists and hands over, and how a list is cut into commands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FolderState:
    """A folder as EXAMINE shows it; some servers tell no `uidnext`."""

    uidvalidity: int
    uidnext: int | None
    exists: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A message as the server lists it: size in bytes, time of arrival (aware, None if unreadable)."""

    uid: int
    size: int
    internal_date: datetime | None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message's bytes as they came.

    `whole` is false where there was no body or its length is not the listed
    RFC822.SIZE: such bytes must not be archived, but fetched again.  `gone` is
    true where the server no longer knows the UID at all.
    """

    uid: int
    raw: bytes
    size: int
    internal_date: datetime | None
    whole: bool
    gone: bool = False


def batches(
    listed: Iterable[Listed], max_bytes: int = 8 * 1024 * 1024, max_count: int = 100
) -> Iterator[list[Listed]]:
    """Cuts a list into batches for one command each, in its order.

    A batch holds at most `max_count` messages and `max_bytes` bytes; a message
    larger than that travels alone.
    """
    batch: list[Listed] = []
    weight = 0
    for item in listed:
        if batch and (len(batch) >= max_count or weight + item.size > max_bytes):
            yield batch
            batch, weight = [], 0
        batch.append(item)
        weight += item.size
    if batch:
        yield batch
