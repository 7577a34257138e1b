"""Files inside a PDF: a portfolio's, those attached to the document, those pinned to a page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from parsers.archives.members import REST, UNTOLD, MemberLost, Members
from parsers.pdf.tree import Budget, entry, items, slots, text


def members(reader: Any, scratch: Path, packed: int) -> Members:
    """The embedded files (ISO 32000-1 §7.11.4), their bytes in `scratch`; `packed` is the PDF's size.

    One that is damaged or over a limit is told as left out, as is one whose bytes the PDF promises
    and does not have. Raises `OSError` where our own disk fails.
    """
    found = Members(scratch, packed)
    budget = Budget()
    for name, specification in _specifications(reader, budget):
        stream = _stream(specification)
        if stream is None:
            if _is_lost(specification):
                found.leave_out(_name(specification) or text(name), "unreadable")
        elif budget.takes(stream):
            kind = text(entry(stream, "/Subtype")).removeprefix("/") or UNTOLD
            found.add(_name(specification), _content(stream), claimed_type=kind)
    if budget.is_spent:
        found.leave_out(REST, "too-large")
    return found


def _specifications(reader: Any, budget: Budget) -> Iterator[tuple[Any, Any]]:
    """The names, where there are any, and the file specifications; None for one that is lost."""
    root = entry(reader.trailer, "/Root")
    waiting = [entry(entry(root, "/Names"), "/EmbeddedFiles")]
    while waiting:
        node = waiting.pop()
        if node is None or not budget.takes(node):
            continue
        # Names and files in turn; a name sorts a file, and is all that is left of a lost one.
        pairs = list(slots(entry(node, "/Names")))
        yield from zip(pairs[::2], pairs[1::2], strict=False)
        waiting.extend(reversed(list(items(entry(node, "/Kids")))))
    yield from ((None, file) for file in items(entry(root, "/AF")))
    for page in _pages(root, budget):
        for note in items(entry(page, "/Annots")):
            if entry(note, "/Subtype") == "/FileAttachment":
                yield None, entry(note, "/FS")


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


def _is_lost(specification: Any) -> bool:
    """True where the PDF says that it holds the file; one that lies elsewhere is only named."""
    from pypdf.generic import DictionaryObject

    return specification is None or (isinstance(specification, DictionaryObject) and "/EF" in specification)


def _name(specification: Any) -> str | None:
    names = (text(entry(specification, key)) for key in ("/UF", "/F", "/DOS", "/Mac", "/Unix"))
    return next((name for name in names if name), None)


def _content(stream: Any) -> Iterator[bytes]:
    from pypdf.errors import LimitReachedError

    try:
        content = bytes(stream.get_data())
    except MemoryError:
        raise
    except LimitReachedError as fault:
        raise MemberLost("too-large") from fault
    except Exception as fault:
        # pypdf raises whatever a damaged stream leads it to
        raise MemberLost("unreadable") from fault
    declared = entry(entry(stream, "/Params"), "/Size")
    # pypdf gives what it could save of a damaged stream, and says so only in its log.
    if len(content) < declared if isinstance(declared, int) else not content and len(stream._data) > 0:
        raise MemberLost("unreadable")
    yield content
