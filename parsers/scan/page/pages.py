"""A scan's pages as pixels, one at a time and no larger than needed: PDF, JPEG, PNG, HEIC, TIFF and more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from intake.domain.model.facts import PICTURE_FORMATS
from parsers.common import limits, magic
from parsers.common.contract import Unreadable
from parsers.scan.page.page_image import PageImage


class PageFile(Protocol):
    """An open file's pages."""

    count: int
    """All pages, those beyond the limit too."""

    def page(self, number: int, side: int) -> PageImage:
        """Page `number` (the first is 1), its long side at most about `side` pixels, never made larger.

        Raises `Unreadable` for this page alone ("too-large", "unreadable"); the others may go on.
        """
        ...

    def close(self) -> None:
        """Lets go of the file."""
        ...


@contextmanager
def open_pages(path: Path) -> Iterator[PageFile]:
    """The pages of a PDF or picture, told by its content.

    Raises `Unreadable`: "encrypted" behind a password, "unreadable" when damaged or no such file.
    """
    with path.open("rb") as file:
        kind = magic.kind(file.read(limits.HEAD_BYTES))
    pages = _opened(path, kind)
    try:
        yield pages
    finally:
        pages.close()


def _opened(path: Path, kind: str) -> PageFile:
    if kind == "pdf":
        from parsers.scan.page.pdf import PdfPages

        return PdfPages(path)
    if kind in PICTURE_FORMATS:
        from parsers.scan.page.picture import PictureFile

        return PictureFile(path, kind)
    raise Unreadable("unreadable", kind or "unknown", "it is neither a PDF nor a picture")
