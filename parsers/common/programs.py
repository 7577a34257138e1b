"""The programs from outside that unpack archives, where they are installed."""

from __future__ import annotations

import shutil

UNPACKER = "unar"


def unpackers() -> tuple[str, ...]:
    """The programs that are installed to unpack what no library does: unar, or none."""
    return (UNPACKER,) if shutil.which(UNPACKER) else ()
