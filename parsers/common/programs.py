"""Programs of the machine that open what no library here does."""

from __future__ import annotations

import shutil

UNPACKER = "unar"
"""Knows most of rar, and of its old kinds what no other does."""

SECOND_UNPACKER = "bsdtar"
"""libarchive's (Debian: libarchive-tools): solid archives of RAR 5, and methods of 7z that py7zr lacks."""


def unpackers() -> tuple[str, ...]:
    """The programs that are there to unpack what no library does, in the order in which they are tried."""
    return tuple(name for name in (UNPACKER, SECOND_UNPACKER) if shutil.which(name))
