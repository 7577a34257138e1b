"""Which waiting messages are read one after the other by one process: those of one sender."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from parsers.common import limits
from parsers.sandbox.bundle import HEAD_BYTES, sender_mark
from store.archive.archive import Archive
from store.mail.messages import Unread


def bundles_of(waiting: Sequence[Unread], archive: Archive) -> list[list[Unread]]:
    """The messages by sender, `limits.BUNDLE` at most, in the order of each bundle's first; the rest alone.

    Of messages that do not lie on this machine nothing is known beforehand: each is alone.
    """
    by_sender: dict[bytes, list[Unread]] = {}
    found: list[list[Unread]] = []
    for item in waiting:
        head = archive.head("messages", item.content_hash, HEAD_BYTES) if len(waiting) > 1 else b""
        mark = sender_mark(head)
        bundle = by_sender.get(mark) if mark else None
        if bundle is None or len(bundle) == limits.BUNDLE:
            bundle = []
            found.append(bundle)
            if mark:
                by_sender[mark] = bundle
        bundle.append(item)
    return found


def slices(bundles: Sequence[list[Unread]], size: int) -> Iterator[list[list[Unread]]]:
    """Whole bundles, of about `size` messages in all."""
    found: list[list[Unread]] = []
    for bundle in bundles:
        found.append(bundle)
        if sum(map(len, found)) >= size:
            yield found
            found = []
    if found:
        yield found
