"""The archive: every message, every attachment, every picture of what was seen, under the hash of its bytes.

In go bytes, out comes their hash, and later the same bytes or `Damaged`. Open `folder.py` first.
"""

from store.archive.folder import (
    DAMAGED,
    LEFT_BEHIND_SECONDS,
    MISSING,
    PREFIX,
    SHELVES,
    UNREADABLE,
    Archive,
    Damaged,
    Overlay,
    Shelf,
    content_hash,
    same_mail,
    twin_hash,
)

__all__ = [
    "DAMAGED",
    "LEFT_BEHIND_SECONDS",
    "MISSING",
    "PREFIX",
    "SHELVES",
    "UNREADABLE",
    "Archive",
    "Damaged",
    "Overlay",
    "Shelf",
    "content_hash",
    "same_mail",
    "twin_hash",
]
