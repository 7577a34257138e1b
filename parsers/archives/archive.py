"""Archives: zip, 7z, rar, tar and compressed files, unpacked one level.

What lies inside is read as if it had been attached by itself; an archive in an archive
is the reader's next step, so that depth is counted in one place.
"""

from __future__ import annotations

from pathlib import Path

from intake.domain.model.facts import ContainerFacts, OpaqueFacts
from parsers.common import limits, magic, package


class ArchiveParser:
    """Zip files that are no document of their own, and everything that packs like them."""

    name = "archive"
    version = 4

    def recognises(self, head: bytes, path: Path) -> bool:
        """True for an archive by its content; a docx, odt, OFD or program is none."""
        kind = magic.kind(head)
        return kind == "archive" or (kind == "zip" and package.kind(path) == "archive")

    def parse(self, path: Path, scratch: Path) -> ContainerFacts | OpaqueFacts:
        """The files inside, their bytes in `scratch`, and what had to be left out.

        `OpaqueFacts` where it takes a program that is not installed, or the other parts of a
        split archive. Raises `Unreadable`: "encrypted" when all is locked, "too-large" for a
        bomb, "unreadable" for a damaged archive.
        """
        with path.open("rb") as file:
            head = file.read(limits.HEAD_BYTES)
        # Each reader's library is imported only when such an archive comes.
        if magic.kind(head) == "zip":
            from parsers.archives import zip

            return zip.unpack(path, scratch)
        if head.startswith(b"7z"):
            from parsers.archives import sevenzip

            return sevenzip.unpack(path, scratch)
        if head.startswith(b"Rar!"):
            from parsers.archives import rar

            return rar.unpack(path, scratch)
        from parsers.archives import tar

        return tar.unpack(path, scratch)
