"""Files inside a PDF: a portfolio's, those attached to the document, those pinned to a page."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from intake.domain.facts import Attachment
from parsers.members import UNTOLD, MemberLost, Members
from parsers.pdf_tree import Budget, decoded, entry, items, text


def members(reader: Any, scratch: Path, packed: int) -> tuple[Attachment, ...]:
    """The embedded files (ISO 32000-1 §7.11.4), their bytes in `scratch`; `packed` is the PDF's size.

    Raises `OSError` where our own disk fails.
    """
    found = Members(scratch, packed)
    budget = Budget()
    for specification in _specifications(reader, budget):
        stream = _stream(specification)
        if stream is None or not budget.takes(stream):
            continue
        kind = text(entry(stream, "/Subtype")).removeprefix("/") or UNTOLD
        found.add(_name(specification), _content(stream), claimed_type=kind)
    return found.attachments()


def _specifications(reader: Any, budget: Budget) -> Iterator[Any]:
    root = entry(reader.trailer, "/Root")
    waiting = [entry(entry(root, "/Names"), "/EmbeddedFiles")]
    while waiting:
        node = waiting.pop()
        if node is None or not budget.takes(node):
            continue
        # Names and files in turn; the names only sort them.
        yield from islice(items(entry(node, "/Names")), 1, None, 2)
        waiting.extend(reversed(list(items(entry(node, "/Kids")))))
    yield from items(entry(root, "/AF"))
    for page in _pages(root, budget):
        for note in items(entry(page, "/Annots")):
            if entry(note, "/Subtype") == "/FileAttachment":
                yield entry(note, "/FS")


def _pages(root: Any, budget: Budget) -> Iterator[Any]:
    """The pages without their inherited values, which cost pypdf most of its time."""
    waiting = [entry(root, "/Pages")]
    while waiting:
        node = waiting.pop()
        if not budget.takes(node):
            continue
        yield node
        waiting.extend(reversed(list(items(entry(node, "/Kids")))))


def _stream(specification: Any) -> Any:
    """The stream of a file specification; None where it only points to a file outside."""
    from pypdf.generic import StreamObject

    files = entry(specification, "/EF")
    streams = (entry(files, key) for key in ("/UF", "/F", "/DOS", "/Mac", "/Unix"))
    return next((stream for stream in streams if isinstance(stream, StreamObject)), None)


def _name(specification: Any) -> str | None:
    names = (text(entry(specification, key)) for key in ("/UF", "/F", "/DOS", "/Mac", "/Unix"))
    return next((name for name in names if name), None)


def _content(stream: Any) -> Iterator[bytes]:
    content = decoded(stream)
    if content is None:
        raise MemberLost("unreadable")
    yield content
