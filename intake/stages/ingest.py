"""ingest: from files on disk to the archive, as if the mailbox had brought them."""

from __future__ import annotations

import mailbox
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import Engine

from intake import clock
from intake.domain.model.endings import Ending, endings
from store.archive.archive import Archive
from store.archive.names import content_hash, twin_hash
from store.database.engine import viewing, writing
from store.mail import messages
from store.mail.messages import Archived

MBOX_MARK = b"From "


@dataclass(slots=True)
class Ingested:
    """How many messages were new or known, and the files that held none."""

    new: int = 0
    known: int = 0
    skipped: list[Path] = field(default_factory=list)


def ingest(
    engine: Engine,
    archive: Archive,
    paths: Iterable[Path],
    received_at: datetime | None,
    progressed: Callable[[str, int, int], None],
) -> Ingested:
    """Archives every message found; `received_at` counts where no Received header tells the time.

    Raises `OSError` when a path cannot be read.
    """
    result = Ingested()
    found = list(_files(paths, result))
    for done, file in enumerate(found, 1):
        for raw in _messages(file):
            name, twin = content_hash(raw), twin_hash(raw)
            with viewing(engine) as cn:
                erased = messages.erased(cn, (name, twin))
            if not erased:
                archive.put("messages", raw, name)
            item = Archived(name, len(raw), given_received_at=received_at, twin=twin)
            with writing(engine) as cn:
                (is_new,) = messages.add(cn, [item], clock.now())
                if not is_new and received_at:
                    for known in (item.content_hash, item.twin):
                        messages.give_time(cn, known, received_at, clock.now())
            result.new += is_new
            result.known += not is_new
        progressed("入档", done, len(found))
    return result


def _files(paths: Iterable[Path], result: Ingested) -> Iterator[Path]:
    """Files that hold mail: those named, and in folders those that look like it."""
    for path in paths:
        if not path.is_dir() or _is_maildir(path):
            yield path
        else:
            for inner in sorted(path.iterdir()):
                if inner.is_dir():
                    yield from _files([inner], result)
                elif inner.suffix.lower() in endings(Ending.MESSAGE) or _is_mbox(inner):
                    yield inner
                else:
                    result.skipped.append(inner)


def _is_maildir(path: Path) -> bool:
    return (path / "cur").is_dir() and (path / "new").is_dir()


def _is_mbox(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MBOX_MARK)) == MBOX_MARK


def _messages(path: Path) -> Iterator[bytes]:
    """The messages of one file or Maildir, byte for byte, one in memory at a time."""
    if path.is_dir():
        for folder in ("cur", "new"):
            for file in sorted((path / folder).iterdir()):
                yield file.read_bytes()
    elif _is_mbox(path):
        box = mailbox.mbox(path, create=False)
        try:
            for key in box.iterkeys():
                with box.get_file(key) as part:
                    yield part.read()
        finally:
            box.close()
    else:
        yield path.read_bytes()
